//! Results as an office program sees them. Needs `soffice`; skipped, loudly, where there is none.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use calamine::{Data, Reader, Xlsx};

#[path = "fixtures/rich_blank.rs"]
mod rich_blank;

fn office_is_there() -> bool {
    let found = Command::new("soffice").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = found.is_ok_and(|status| status.success());
    if !there {
        eprintln!("SKIPPED: soffice is not on this machine; nothing was opened in an office program");
    }
    there
}

fn convert(folder: &Path, to: &str, out: &str, files: &[&str]) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let status = Command::new("soffice")
        .current_dir(folder)
        .args([profile.as_str(), "--headless", "--convert-to", to, "--outdir", out])
        .args(files)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "soffice --convert-to {to}");
}

fn run(folder: &Path) {
    run_on(folder, "samples/lukou-2022");
}

fn run_on(folder: &Path, samples: &str) {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join(samples);
    let status = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder)
        .args(["run", &samples.display().to_string(), "-o", "结果", "-q"])
        .status()
        .unwrap();
    // The booklet among the layouts is no form, which its run says by 3.
    assert!(matches!(status.code(), Some(0 | 3)), "{status}");
}

/// Every number of every sheet by its place.
fn numbers(path: &Path) -> BTreeMap<(String, u32, u32), f64> {
    let bytes = std::fs::read(path).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
    let mut numbers = BTreeMap::new();
    for (sheet, range) in book.worksheets() {
        let Some((row0, col0)) = range.start() else { continue };
        for (row, col, value) in range.used_cells() {
            if let Data::Float(number) = value {
                let (row, col) = (row0 + u32::try_from(row).unwrap(), col0 + u32::try_from(col).unwrap());
                numbers.insert((sheet.clone(), row, col), *number);
            }
        }
    }
    numbers
}

/// A workbook without the cached results of its formulas, and how many formulas it has.
fn without_results(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut bare = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut formulas = 0;
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name.starts_with("xl/worksheets/sheet") {
            let text = String::from_utf8(content).unwrap();
            let mut cells = text.split("</f>");
            let mut kept = cells.next().unwrap().to_owned();
            for cell in cells {
                formulas += 1;
                kept.push_str("</f>");
                kept.push_str(
                    cell.strip_prefix("<v>").map_or(cell, |rest| rest.split_once("</v>").unwrap().1),
                );
            }
            content = kept.into_bytes();
        }
        bare.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        bare.write_all(&content).unwrap();
    }
    (bare.finish().unwrap().into_inner(), formulas)
}

#[test]
fn cached_results_equal_the_office_programs_own_recalculation() {
    if !office_is_there() {
        return;
    }
    // One unit of one year; then many units, of several years, without years, without amounts.
    for (samples, least) in [("samples/lukou-2022", 200), ("samples/layouts", 1000)] {
        let folder = tempfile::tempdir().unwrap();
        run_on(folder.path(), samples);
        // Without our results the office program must compute its own.
        let ours = std::fs::read(folder.path().join("结果/汇总表.xlsx")).unwrap();
        let (bare, formulas) = without_results(&ours);
        assert!(formulas > least, "only {formulas} formulas");
        std::fs::write(folder.path().join("汇总表.xlsx"), bare).unwrap();
        convert(folder.path(), "xlsx:Calc MS Excel 2007 XML", "again", &["汇总表.xlsx"]);
        let ours = numbers(&folder.path().join("结果/汇总表.xlsx"));
        let theirs = numbers(&folder.path().join("again/汇总表.xlsx"));
        assert!(ours.len() > 500, "only {} numbers", ours.len());
        for (place, number) in &ours {
            let other = theirs.get(place).unwrap_or_else(|| panic!("{place:?} is gone"));
            assert!((number - other).abs() < 1e-9, "{place:?}: {number} against {other}");
        }
    }
}

#[test]
fn every_report_opens_and_prints_some_pages() {
    if !office_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    run(folder.path());
    let names: Vec<String> = std::fs::read_dir(folder.path().join("结果/自评报告"))
        .unwrap()
        .map(|entry| format!("结果/自评报告/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    assert_eq!(names.len(), 17);
    convert(folder.path(), "pdf", "pdf", &names.iter().map(String::as_str).collect::<Vec<_>>());
    for entry in std::fs::read_dir(folder.path().join("pdf")).unwrap() {
        let pdf = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(pdf.starts_with(b"%PDF") && pdf.len() > 10_000);
    }
    assert_eq!(std::fs::read_dir(folder.path().join("pdf")).unwrap().count(), 17);
}

/// What a file's forms state, without where; sheets of other names are the office program's.
fn projects(path: &Path) -> Vec<jixiao::model::Project> {
    let knowledge = jixiao::Knowledge::built_in().unwrap();
    let bytes = std::fs::read(path).unwrap();
    let reading = jixiao::read(&bytes, "x", &knowledge).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let projects = reading.forms.into_iter().map(|form| {
        let mut project = form.project;
        project.for_each_cell(&mut |_, cell| *cell = None);
        project.source = jixiao::model::Source::default();
        project
    });
    projects.collect()
}

/// The samples as the office program saves them in other formats.
#[test]
fn a_form_saved_in_another_format_reads_the_same() {
    if !office_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(samples).sort_by_file_name().into_iter().flatten() {
        let path = entry.path();
        let workbook = path.extension().is_some_and(|e| e == "xlsx" || e == "xls" || e == "ods");
        // Areas that overlap are parted anew by every program; the booklet is no form.
        let skipped = ["bad", "booklet", "containers", "01-合并区域重叠.xlsx"];
        let skipped = skipped.iter().any(|name| path.iter().any(|part| part == *name));
        if workbook && !skipped {
            let name = format!("{:02}.{}", files.len(), path.extension().unwrap().to_string_lossy());
            std::fs::copy(path, folder.path().join(&name)).unwrap();
            files.push((name, path.to_owned()));
        }
    }
    assert!(files.len() > 50, "only {} samples", files.len());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for (ending, filter) in
        [("xls", "xls:MS Excel 97"), ("ods", "ods"), ("xlsx", "xlsx:Calc MS Excel 2007 XML")]
    {
        convert(folder.path(), filter, ending, &names);
        for (name, original) in &files {
            let saved = folder.path().join(ending).join(name).with_extension(ending);
            assert_eq!(projects(&saved), projects(original), "{} as {ending}", original.display());
        }
    }
}

/// The notes of an annotated copy, as the office program keeps them in its own format.
#[test]
fn an_annotated_copy_opens_with_its_notes() {
    if !office_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/lukou-2022/07-标准化认证专项.xlsx");
    let status = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder.path())
        .args(["--lang", "zh", "check", "-q", &sample.display().to_string(), "--annotate", "批注"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let copy = "批注/07-标准化认证专项.xlsx";
    convert(folder.path(), "ods", "ods", &[copy]);
    let saved = std::fs::File::open(folder.path().join("ods/07-标准化认证专项.ods")).unwrap();
    let mut content = String::new();
    let mut archive = zip::ZipArchive::new(saved).unwrap();
    archive.by_name("content.xml").unwrap().read_to_string(&mut content).unwrap();
    let notes = content.split("<office:annotation ").skip(1);
    let mut notes = notes.filter_map(|note| note.split("</office:annotation>").next());
    let note = notes.find(|note| note.contains("[错误] R23")).expect("no note");
    assert!(note.contains("建议："), "{note}");
    assert!(!note.contains("office:display=\"true\""), "the note is hidden: {note}");
    assert!(content.to_lowercase().contains("#ffc7ce"), "the cell is coloured");
    assert_eq!(projects(&folder.path().join(copy)), projects(&sample));
}

/// A filled form opens, and what its own formulas make of the figures is what they should.
#[test]
fn a_filled_form_calculates_to_our_totals() {
    if !office_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let knowledge = jixiao::Knowledge::built_in().unwrap();
    let blank = rich_blank::rich_blank();
    for each in [1, 3] {
        let project = rich_blank::project(each);
        let form = jixiao::BlankForm::open(&blank, &knowledge).unwrap();
        let filled = form.fill(&project, &knowledge).unwrap();
        std::fs::write(folder.path().join("填好.xlsx"), &filled.bytes).unwrap();
        convert(folder.path(), "xlsx", "算过", &["填好.xlsx"]);
        let numbers = numbers(&folder.path().join("算过/填好.xlsx"));
        let at = |sheet: &str, row: u32, col: u32| numbers.get(&(sheet.to_owned(), row, col)).copied();
        let rows = u32::try_from(project.indicators.len()).unwrap();
        assert_eq!(at("自评表", 5 + rows, 5), Some(f64::from(rows * 5)), "full points");
        assert_eq!(at("自评表", 5 + rows, 6), Some(f64::from(rows * 4)), "points");
        assert_eq!(at("汇总", 0, 1), Some(f64::from(rows * 4)), "the other sheet's reference");
        assert_eq!(at("汇总", 1, 1), Some(f64::from(rows * 4)), "the other sheet's sum");
    }
}

/// The pictures of the README: written only where a folder for them is named.
#[test]
fn pictures_for_the_readme() {
    let Some(pictures) = std::env::var_os("JIXIAO_PICTURES") else { return };
    if !office_is_there() {
        return;
    }
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join(pictures);
    let folder = tempfile::tempdir().unwrap();
    // A reader's forms lie in a folder of his own.
    std::fs::create_dir(folder.path().join("自评表")).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/lukou-2022");
    for file in std::fs::read_dir(samples).unwrap().flatten() {
        std::fs::copy(file.path(), folder.path().join("自评表").join(file.file_name())).unwrap();
    }
    let program = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder.path())
        .args(["run", "自评表", "-o", "结果", "-q"])
        .status()
        .unwrap();
    assert!(program.success());
    for (file, picture, resolution) in
        [("结果/汇总表.xlsx", "workbook", "90"), ("结果/自评报告/解决工作经费.docx", "report", "60")]
    {
        convert(folder.path(), "pdf", "pictures", &[file]);
        let printed = Path::new(file).with_extension("pdf");
        let first_page = Command::new("pdftoppm")
            .args(["-png", "-r", resolution, "-f", "1", "-singlefile"])
            .arg(folder.path().join("pictures").join(printed.file_name().unwrap()))
            .arg(pictures.join(picture))
            .status()
            .unwrap();
        assert!(first_page.success());
    }
}
