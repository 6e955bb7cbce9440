//! The workbook's findings open the file at the cell.

use std::io::Read;

use super::{jixiao, samples};

fn part(book: &std::path::Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(book).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
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
    let names = part(&book, "xl/workbook.xml");
    let sheet = names.split("<sheet ").skip(1).position(|sheet| sheet.contains("问题清单")).unwrap() + 1;
    let targets = part(&book, &format!("xl/worksheets/_rels/sheet{sheet}.xml.rels"));
    let links = part(&book, &format!("xl/worksheets/sheet{sheet}.xml"));
    assert!(targets.contains(r#"Target="../../上报%201%23/七.xlsx""#), "{targets}");
    assert!(links.contains(r#"location="'自评表'!I13""#), "{links}");
    // A file of an archive is opened by the archive, without a cell.
    assert!(targets.contains(r#"Target="../../上报%201%23/包.zip""#), "{targets}");
    let archived = targets.matches("包.zip").count();
    let cells = links.matches("location=").count();
    assert_eq!(links.matches("<hyperlink ").count(), archived + cells, "{links}");
}
