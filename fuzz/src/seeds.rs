//! Writes the corpora: every sample for the target of its container, whole, cut and flipped, and the parts of
//! packages that the targets wrap themselves. Run from the repository's root.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::{fs, io};

use jixiao::grid::Format;

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    collect(Path::new("samples"), &mut files)?;
    collect(Path::new("templates/forms"), &mut files)?;
    seed("records", "json", br#"{"projects": [], "findings": []}"#)?;
    for (i, path) in files.iter().enumerate() {
        let bytes = fs::read(path)?;
        if path.extension().is_some_and(|ending| ending == "txt") {
            seed("reports", &i.to_string(), &bytes)?;
        }
        let Some(target) = Format::of(&bytes).ok().map(target) else { continue };
        // A workbook may be a blank, a document a report or a template.
        for other in match target {
            "xlsx" => &["fill"][..],
            "docx" => &["reports", "word_template"],
            "delimited" => &["records"],
            _ => &[],
        } {
            seed(other, &i.to_string(), &bytes)?;
        }
        let folder = Path::new("fuzz/corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{i}")), &bytes)?;
        fs::write(folder.join(format!("{i}-cut")), &bytes[..bytes.len() * 2 / 3])?;
        let mut flipped = bytes.clone();
        flipped.iter_mut().step_by(97).for_each(|byte| *byte ^= 0x20);
        fs::write(folder.join(format!("{i}-flipped")), &flipped)?;
        for part in
            ["xl/worksheets/sheet1.xml", "content.xml", "word/document.xml", "xl/worksheets/sheet1.bin"]
        {
            if let Some(content) = part_of(&bytes, part) {
                fs::write(folder.join(format!("{i}-part")), content)?;
            }
        }
    }
    Ok(())
}

fn seed(target: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = Path::new("fuzz/corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), bytes)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    files.sort();
    Ok(())
}

fn part_of(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut content = Vec::new();
    archive.by_name(name).ok()?.read_to_end(&mut content).ok()?;
    Some(content)
}

fn target(format: Format) -> &'static str {
    match format {
        Format::Xlsx => "xlsx",
        Format::Xlsb => "xlsb",
        Format::Xls => "xls",
        Format::Ods => "ods",
        Format::Docx => "docx",
        Format::Html => "html",
        Format::SpreadsheetXml => "spreadsheet_xml",
        Format::Delimited => "delimited",
        Format::Zip => "zip",
    }
}
