//! The workbook's findings open the file at the cell.

use std::collections::BTreeMap;
use std::io::Read;

use jixiao::model::{Finding, Level};
use jixiao::write::summary::{FileLink, Summary};

use super::{jixiao, root, samples};

fn part(book: &std::path::Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(book).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The targets of the links of 问题清单, and the sheet itself.
fn problems(book: &std::path::Path) -> (String, String) {
    let names = part(book, "xl/workbook.xml");
    let sheet = names.split("<sheet ").skip(1).position(|sheet| sheet.contains("问题清单")).unwrap() + 1;
    let targets = part(book, &format!("xl/worksheets/_rels/sheet{sheet}.xml.rels"));
    (targets, part(book, &format!("xl/worksheets/sheet{sheet}.xml")))
}

#[test]
fn findings_link_to_their_cells_wherever_the_file_lies() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("上报 1#");
    std::fs::create_dir(&input).unwrap();
    std::fs::copy(&samples()[6], input.join("七.xlsx")).unwrap();
    let mut archive = zip::ZipWriter::new(std::fs::File::create(input.join("包.zip")).unwrap());
    archive.start_file("内.xlsx", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, &std::fs::read(&samples()[6]).unwrap()).unwrap();
    archive.finish().unwrap();
    let out = jixiao(folder.path(), &["run", "上报 1#", "-o", "结/果"]);
    assert_eq!(out.status.code(), Some(0));
    let book = folder.path().join("结/果/汇总表.xlsx");
    let (targets, links) = problems(&book);
    assert!(targets.contains(r#"Target="../../上报%201%23/七.xlsx""#), "{targets}");
    assert!(links.contains(r#"location="'自评表'!I13""#), "{links}");
    // A file of an archive is opened by the archive, without a cell.
    assert!(targets.contains(r#"Target="../../上报%201%23/包.zip""#), "{targets}");
    let archived = targets.matches("包.zip").count();
    let cells = links.matches("location=").count();
    assert_eq!(links.matches("<hyperlink ").count(), archived + cells, "{links}");
}

/// The file and the place in it that a cell of 问题清单 leads to.
fn link((targets, sheet): &(String, String), cell: &str) -> Option<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let start = format!("ref=\"{cell}\"");
    let link = sheet.split("<hyperlink ").skip(1).find(|link| link.starts_with(&start))?;
    let id = format!("Id=\"{}\"", attribute(link, "r:id")?);
    let target = targets.split("<Relationship ").find(|target| target.contains(&id))?;
    assert!(target.contains(r#"TargetMode="External""#), "{target}");
    Some((attribute(target, "Target")?, attribute(link, "location").unwrap_or_default()))
}

#[test]
fn links_are_right_whatever_files_and_sheets_are_called() {
    let finding = |file: &str, sheet: &str| Finding {
        sheet: Some(sheet.to_owned()),
        cell: Some("H21".parse().unwrap()),
        ..Finding::of_file(file, "R06", Level::Error)
    };
    let findings =
        [finding("表 1#.xlsx", "It's #1 & 表"), finding("a.zip/表.xlsx", "自评表"), finding("-", "自评表")];
    let place = |path: &str, has_cells| FileLink { path: path.to_owned(), has_cells };
    let files = BTreeMap::from([
        ("表 1#.xlsx".to_owned(), place("../表 1#.xlsx", true)),
        ("a.zip/表.xlsx".to_owned(), place("../a.zip", false)),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("汇总.xlsx");
    let mut summary = Summary::new();
    for finding in &findings {
        summary.add_finding(finding, files.get(&finding.file)).unwrap();
    }
    std::fs::write(&book, summary.finish(&[]).unwrap()).unwrap();
    let problems = problems(&book);
    for (cell, expected) in [
        ("I3", None),
        ("K3", Some(("../表%201%23.xlsx", "'It''s #1 &amp; 表'!H21"))),
        ("I4", Some(("../a.zip", ""))),
        ("K4", None),
        ("I5", None),
        ("K5", None),
    ] {
        let expected = expected.map(|(file, place)| (file.to_owned(), place.to_owned()));
        assert_eq!(link(&problems, cell), expected, "{cell}");
    }
}

#[test]
fn links_hold_from_a_folder_that_is_made_for_the_workbook() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(root().join("samples/bad/加密.xlsx"), folder.path().join("加密.xlsx")).unwrap();
    let out = jixiao(folder.path(), &["summarize", "加密.xlsx", "-o", "新/汇总.xlsx"]);
    assert_eq!(out.status.code(), Some(3));
    let problems = problems(&folder.path().join("新/汇总.xlsx"));
    assert_eq!(link(&problems, "I3"), Some(("../加密.xlsx".to_owned(), String::new())));
}

#[test]
fn a_web_page_named_as_a_workbook_is_opened_without_a_cell() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("网页.xls");
    std::fs::copy(root().join("samples/containers/网页冒充.xls"), page).unwrap();
    let out = jixiao(folder.path(), &["summarize", "网页.xls", "-o", "汇总.xlsx"]);
    assert_eq!(out.status.code(), Some(0));
    let problems = problems(&folder.path().join("汇总.xlsx"));
    assert_eq!(link(&problems, "I3"), Some(("网页.xls".to_owned(), String::new())));
    assert_eq!(link(&problems, "K3"), None);
}
