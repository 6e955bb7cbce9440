//! Annotated copies: the notes are there, and nothing else has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};

use jixiao::model::{Finding, Level};
use jixiao::write::annotate::annotate;
use jixiao::{Knowledge, read};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{jixiao, layout_samples, samples, text};

fn finding(sheet: &str, cell: &str, level: Level, message: &str) -> Finding {
    Finding {
        sheet: Some(sheet.to_owned()),
        cell: Some(cell.parse().unwrap()),
        ..Finding::of_file("表.xlsx", "R06", level).says(message, "改正<这里>")
    }
}

/// The parts of a package by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut entry = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// The parts that differ between two packages, or that only one of them has.
fn changed(before: &[u8], after: &[u8]) -> BTreeSet<String> {
    let (before, after) = (parts(before), parts(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

fn is_ours(part: &str) -> bool {
    part.starts_with("xl/worksheets/")
        || part.starts_with("xl/comments")
        || part.starts_with("xl/drawings/vmlDrawing")
        || part == "xl/styles.xml"
        || part == "[Content_Types].xml"
}

#[test]
fn copies_of_all_samples_read_the_same_and_differ_only_where_they_must() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut count = 0;
    for path in samples().into_iter().chain(layout_samples().into_iter().map(|(_, path)| path)) {
        let bytes = std::fs::read(&path).unwrap();
        let (Ok(reading), true) = (read(&bytes, "x", &knowledge), bytes.starts_with(b"PK\x03\x04")) else {
            continue;
        };
        if !parts(&bytes).contains_key("xl/workbook.xml") {
            continue;
        }
        count += 1;
        let sheet = reading.forms[0].project.source.sheet.clone();
        // A cell that is there, an empty one, one beside the table and one below it.
        let name = reading.forms[0].project.name.cell.map_or("A1".to_owned(), |cell| cell.to_string());
        let findings = [
            finding(&sheet, &name, Level::Error, "甲"),
            finding(&sheet, &name, Level::Note, "乙"),
            finding(&sheet, "H9", Level::Warning, "丙"),
            finding(&sheet, "AB3", Level::Note, "丁"),
            finding(&sheet, "C900", Level::Note, "戊"),
        ];
        let copy = annotate(&bytes, &findings.iter().collect::<Vec<_>>()).unwrap();
        let again = read(&copy, "x", &knowledge).unwrap();
        let projects = |reading: jixiao::Reading| -> Vec<_> {
            reading.forms.into_iter().map(|form| form.project).collect()
        };
        assert_eq!(projects(again), projects(reading), "{}", path.display());
        let changed = changed(&bytes, &copy);
        assert!(changed.iter().all(|part| is_ours(part)), "{}: {changed:?}", path.display());
        let sheets = changed.iter().filter(|part| part.starts_with("xl/worksheets/sheet")).count();
        assert_eq!(sheets, 1, "{}: {changed:?}", path.display());
        let notes = parts(&copy).into_iter().find(|(name, _)| name.starts_with("xl/comments")).unwrap().1;
        let notes = text(&notes);
        for told in ["甲", "乙", "丙", "丁", "戊", "改正&lt;这里&gt;"] {
            assert!(notes.contains(told), "{}: {told}", path.display());
        }
        assert_eq!(notes.matches("<comment ").count(), 4, "{}", path.display());
    }
    assert!(count > 30, "{count}");
}

/// A package of parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn notes_drawings_and_prefixes_of_others_are_kept() {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = |lines: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>"#
        )
    };
    let rel = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{relations}/{kind}" Target="{target}"/>"#)
    };
    let bytes = package(&[
        (
            "[Content_Types].xml",
            r#"<Types><Default Extension="vml" ContentType="x"/><Override PartName="/xl/comments7.xml" ContentType="y"/></Types>"#,
        ),
        ("_rels/.rels", &rels(&rel("a", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            &format!(
                r#"<x:workbook xmlns:x="m" xmlns:q="{relations}"><x:sheets><x:sheet name="表&amp;一" sheetId="3" q:id="s"/></x:sheets></x:workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &rels(&(rel("s", "worksheet", "/xl/odd.xml") + &rel("t", "styles", "styles.xml"))),
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><fills count="1"><fill/></fills><cellXfs count="1"><xf numFmtId="2"/></cellXfs></styleSheet>"#,
        ),
        (
            "xl/odd.xml",
            r#"<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData><x:conditionalFormatting/><x:legacyDrawing r:id="v"/><x:extLst/></x:worksheet>"#,
        ),
        (
            "xl/_rels/odd.xml.rels",
            &rels(&(rel("c", "comments", "comments7.xml") + &rel("v", "vmlDrawing", "drawings/d.vml"))),
        ),
        (
            "xl/comments7.xml",
            r#"<comments><authors><author>审核人</author></authors><commentList><comment ref="A1" authorId="0"><text><t>请核对</t></text></comment></commentList></comments>"#,
        ),
        ("xl/drawings/d.vml", r##"<xml><v:shape id="_x0000_s2050"/></xml>"##),
        ("xl/charts/chart1.xml", "<c/>"),
    ]);
    let findings = [
        finding("表&一", "A1", Level::Error, "一"),
        finding("表&一", "B1", Level::Note, "二"),
        finding("无此表", "A1", Level::Note, "三"),
    ];
    let copy = annotate(&bytes, &findings.iter().collect::<Vec<_>>()).unwrap();
    let parts = parts(&copy);
    let part = |name: &str| text(&parts[name]);
    assert_eq!(
        changed(&bytes, &copy).into_iter().collect::<Vec<_>>(),
        ["xl/comments7.xml", "xl/drawings/d.vml", "xl/odd.xml", "xl/styles.xml"]
    );
    assert_eq!(
        part("xl/odd.xml"),
        r#"<x:worksheet><x:sheetData><x:row><x:c s="1"><x:v>1</x:v></x:c><x:c r="B1" s="2"/></x:row></x:sheetData><x:conditionalFormatting/><x:legacyDrawing r:id="v"/><x:extLst/></x:worksheet>"#
    );
    let notes = part("xl/comments7.xml");
    assert!(
        notes.contains("<t>请核对</t>") && notes.contains(r#"<comment ref="B1" authorId="1">"#),
        "{notes}"
    );
    assert!(!notes.contains('三'));
    let shapes = part("xl/drawings/d.vml");
    assert!(shapes.contains(r#"id="_x0000_s2050""#) && shapes.contains(r#"id="_x0000_s2051""#), "{shapes}");
    assert_eq!(shapes.matches("<v:shape ").count(), 2);
}

#[test]
fn what_is_no_workbook_is_refused() {
    for bytes in [&b"PK"[..], b"", &package(&[("a", "b")]), &package(&[("_rels/.rels", "<a")])] {
        assert!(annotate(bytes, &[]).is_err());
    }
}

#[test]
fn check_writes_annotated_copies_and_says_which_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    std::fs::create_dir(&input).unwrap();
    for path in samples() {
        std::fs::copy(&path, input.join(path.file_name().unwrap())).unwrap();
    }
    let out = jixiao(folder.path(), &["check", "in", "--annotate", "批注"]);
    assert_eq!(out.status.code(), Some(1));
    let copies: Vec<_> =
        std::fs::read_dir(folder.path().join("批注")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(copies.iter().any(|name| name.to_string_lossy() == "07-标准化认证专项.xlsx"), "{copies:?}");
    assert!(!copies.iter().any(|name| name.to_string_lossy().ends_with(".xls")), "{copies:?}");
    let said = text(&out.stderr);
    assert!(said.contains("请先另存为 .xlsx") && said.contains("已批注"), "{said}");
    // A second run finds its own copies and writes them again.
    assert_eq!(jixiao(folder.path(), &["check", "in", "--annotate", "批注"]).status.code(), Some(1));
}
