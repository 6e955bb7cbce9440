//! What the fuzz targets share: bytes to a file of a container, and reading it as the program does.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use jixiao::grid::{Archive, Format};
use jixiao::{Knowledge, assess};
use zip::write::SimpleFileOptions;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| {
    // The fuzzer ends at any panic. Those of libraries are caught, and are damage to the file like any other;
    // our own come out as `Error::Crashed`.
    std::panic::set_hook(Box::new(|_| {}));
    Knowledge::built_in().expect("the built-in templates are whole")
});

/// Reads and assesses a file; a reader's panic ends the run, which the library alone would turn into an error.
pub fn read(bytes: &[u8]) {
    LazyLock::force(&KNOWLEDGE);
    if Format::of(bytes).is_ok_and(|format| format == Format::Zip) {
        for packed in Archive::open(bytes).into_iter().flatten() {
            if let Ok(bytes) = packed.bytes {
                read_file(&bytes);
            }
        }
    } else {
        read_file(bytes);
    }
}

fn read_file(bytes: &[u8]) {
    match jixiao::read(bytes, "fuzz", &KNOWLEDGE) {
        Ok(reading) => {
            for form in reading.forms {
                let _ = assess(form, &KNOWLEDGE);
            }
        }
        Err(jixiao::Error::Crashed { cause }) => {
            eprintln!("a reader panicked: {cause}");
            std::process::abort();
        }
        Err(_) => {}
    }
}

/// A zipped package of stored parts; bytes that are a package already stay as they are.
fn package(data: &[u8], parts: &[(&str, &[u8])], own: &str) -> Vec<u8> {
    if data.starts_with(b"PK") {
        return data.to_vec();
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts.iter().copied().chain([(own, data)]) {
        zip.start_file(name, options).expect("memory is there");
        zip.write_all(content).expect("memory is there");
    }
    zip.finish().expect("memory is there").into_inner()
}

const TYPES: &[u8] = b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";

/// A workbook whose only sheet is `data`.
pub fn xlsx(data: &[u8]) -> Vec<u8> {
    let workbook = b"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    let relations = b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
    ];
    package(data, &parts, "xl/worksheets/sheet1.xml")
}

/// A binary workbook whose only sheet is `data`.
pub fn xlsb(data: &[u8]) -> Vec<u8> {
    // BrtBeginBundleShs, BrtBundleSh (visible, id 1, rId1, S), BrtEndBundleShs.
    let workbook =
        "\u{8f}\u{1}\0\u{9c}\u{1}\u{1a}\0\0\0\0\u{1}\0\0\0\u{4}\0\0\0r\0I\0d\01\0\u{1}\0\0\0S\0\u{90}\u{1}\0";
    let workbook: Vec<u8> = workbook.chars().map(|c| c as u8).collect();
    let relations = b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", relations),
    ];
    package(data, &parts, "xl/worksheets/sheet1.bin")
}

/// A spreadsheet whose content is `data`.
pub fn ods(data: &[u8]) -> Vec<u8> {
    let manifest =
        b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let parts: [(&str, &[u8]); 2] = [
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
    ];
    package(data, &parts, "content.xml")
}

/// A document whose body is `data`.
pub fn docx(data: &[u8]) -> Vec<u8> {
    package(data, &[("[Content_Types].xml", TYPES)], "word/document.xml")
}
