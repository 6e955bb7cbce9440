//! What the fuzz targets share: bytes to a file of a container, and reading it as the program does.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use jixiao::grid::{Archive, Format};
use jixiao::layout::Form;
use jixiao::model::Project;
use jixiao::rules::check::example;
use jixiao::rules::proof;
use jixiao::write::word_template::{Fields, WordTemplate};
use jixiao::{Arrangement, Assessed, BlankForm, Knowledge, Templates, assess, mend_reports, read_reports};
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

/// What the library caught must not have been a panic of ours.
fn uncrashed<T>(result: jixiao::Result<T>) -> Option<T> {
    if let Err(jixiao::Error::Crashed { cause }) = &result {
        eprintln!("a panic: {cause}");
        std::process::abort();
    }
    result.ok()
}

/// A project with all that a form states.
fn project() -> Project {
    example::project()
}

fn assessed() -> Option<Assessed> {
    assess(Form { project: project(), findings: Vec::new() }, &KNOWLEDGE).ok()
}

/// Reads reports, proof-reads them beside a form, and mends what can be.
pub fn proof_read(bytes: &[u8]) {
    let Some(reports) = uncrashed(read_reports(bytes, "fuzz", &KNOWLEDGE)) else { return };
    let forms: Vec<Assessed> = assessed().into_iter().collect();
    let settings = &KNOWLEDGE.choices.checks;
    let pairs = proof::pair(&reports, &forms);
    for pair in &pairs {
        proof::run(pair.report, pair.form, &KNOWLEDGE.words, settings);
    }
    proof::run_batch(&pairs, settings);
    uncrashed(mend_reports(bytes, "fuzz", &forms, &KNOWLEDGE));
}

/// Fills a blank form: one, several on sheets of their own, several below one another.
pub fn fill(bytes: &[u8]) {
    let Some(blank) = uncrashed(BlankForm::open(bytes, &KNOWLEDGE)) else { return };
    let (one, none) = (project(), Project::default());
    uncrashed(blank.fill(&one, &KNOWLEDGE));
    uncrashed(blank.fill(&none, &KNOWLEDGE));
    if !blank.is_list() {
        let both = [one, none];
        for arrangement in [Arrangement::Sheets, Arrangement::Stacked] {
            uncrashed(blank.fill_together(&both, arrangement, &KNOWLEDGE));
        }
    }
}

/// Reads data: JSON, JSON by lines, or a table as both of the two that belong together.
pub fn read_data(bytes: &[u8]) {
    read_file(bytes);
    uncrashed(jixiao::read_tables(bytes, bytes));
}

/// Fills a unit's own Word file.
pub fn fill_template(bytes: &[u8]) {
    static FIELDS: LazyLock<Fields> =
        LazyLock::new(|| Fields::load(&Templates::default()).expect("the built-in templates are whole"));
    let Ok(template) = WordTemplate::new(bytes.to_vec(), "fuzz", &FIELDS) else { return };
    if let Some(assessed) = assessed() {
        let _ = template.fill(&assessed);
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
