//! A unit's own Word file as the template: one saved by LibreOffice, from the command line, and any that a stranger
//! may type.

use std::io::{Cursor, Read as _, Write as _};

use jixiao::layout::Form;
use jixiao::rules::check::example;
use jixiao::write::word_template::{Fields, WordTemplate};
use jixiao::{Knowledge, Templates, assess, grid};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{jixiao, root, samples};

const TEMPLATE: &str = "samples/templates/自评报告模板.docx";

/// The parts of a package as they are stored.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut part = zip.by_index_raw(i).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut raw = Vec::new();
            part.read_to_end(&mut raw).unwrap();
            (name, raw)
        })
        .collect()
}

fn body(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_template_saved_by_libreoffice_is_filled_for_every_project() {
    let folder = tempfile::tempdir().unwrap();
    let template = root().join(TEMPLATE);
    let samples: Vec<String> = samples().iter().map(|path| path.display().to_string()).collect();
    let mut arguments = vec!["narrate"];
    arguments.extend(samples.iter().map(String::as_str));
    let shown = template.display().to_string();
    arguments.extend(["--template", &shown, "-o", "报告"]);
    let out = jixiao(folder.path(), &arguments);
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(0), "{said}");
    assert!(
        said.contains("报告中有 2 处〔待补充〕") && said.contains("“经费支付按时率”的偏差原因"),
        "{said}"
    );

    let before = std::fs::read(&template).unwrap();
    let others = |bytes: &[u8]| -> Vec<(String, Vec<u8>)> {
        parts(bytes).into_iter().filter(|(name, _)| name != "word/document.xml").collect()
    };
    let knowledge = Knowledge::built_in().unwrap();
    let written: Vec<_> = std::fs::read_dir(folder.path().join("报告"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "docx"))
        .collect();
    assert_eq!(written.len(), 17);
    for path in written {
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(others(&bytes), others(&before), "{}", path.display());
        let reports = jixiao::read_reports(&bytes, "报告.docx", &knowledge).unwrap();
        assert_eq!(reports.len(), 1);
        assert!(reports[0].score.is_some() && reports[0].sections.len() == 4, "{}", path.display());
        let text: String = reports[0].lines.iter().map(|line| line.text.as_str()).collect();
        assert!(!text.contains("{{") && !text.contains("}}"), "{text}");
        // Twelve indicators of four classes: the first level merges.
        assert!(body(&bytes).matches("<w:vMerge w:val=\"restart\"/>").count() >= 2, "{}", path.display());
    }
}

#[test]
fn a_wrong_tag_ends_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let template = with_body("<w:p><w:r><w:t>{{项目名}}</w:t></w:r></w:p>");
    std::fs::write(folder.path().join("模板.docx"), template).unwrap();
    let sample = samples()[0].display().to_string();
    let out = jixiao(folder.path(), &["narrate", &sample, "--template", "模板.docx", "-o", "报告"]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(
        said.contains("模板.docx") && said.contains("第1段") && said.contains("是不是“项目名称”"),
        "{said}"
    );
    let out = jixiao(folder.path(), &["templates", "fields"]);
    let listed = String::from_utf8(out.stdout).unwrap();
    for expected in ["{{项目名称}}　食品安全抽检", "{{#指标}} …… {{/指标}}", "    {{指标值}}　≥860批次"]
    {
        assert!(listed.contains(expected), "{listed}");
    }
}

fn with_body(body: &str) -> Vec<u8> {
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("[Content_Types].xml", types), ("word/document.xml", &document)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Bits of a body that a stranger may put together, tags whole and broken.
fn bit() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{{#指标}}",
        "{{/指标}}",
        "{{三级指标}}",
        "{{一级指标|合并}}",
        "{{#扣分}}",
        "{{/扣分}}",
        "{{^扣分}}",
        "{{总分}}",
        "{{#资金来源}}",
        "{{/资金来源}}",
        "{{",
        "}}",
        "字",
        "</w:t></w:r><w:r><w:t>",
        "</w:t></w:r></w:p><w:p><w:r><w:t>",
        "</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>",
        "</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>",
    ])
}

proptest! {
    #[test]
    fn any_template_is_filled_or_refused(bits in prop::collection::vec(bit(), 1..14)) {
        let body = format!("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", bits.concat());
        let knowledge = Knowledge::built_in().unwrap();
        let fields = Fields::load(&Templates::default()).unwrap();
        if let Ok(template) = WordTemplate::new(with_body(&body), "模板.docx", &fields) {
            let assessed = assess(Form { project: example::project(), findings: Vec::new() }, &knowledge).unwrap();
            let filled = template.fill(&assessed).unwrap();
            // What is written is well-formed, and no tag is left.
            let lines = grid::lines(&filled.bytes).unwrap();
            prop_assert!(lines.iter().all(|line| !line.text.contains("{{")), "{:?}", lines);
            prop_assert!(!super::word_template::body(&filled.bytes).contains("<w:tc></w:tc>"));
        }
    }
}
