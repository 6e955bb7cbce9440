//! The reader beside calamine, and what it reads where calamine gives up.

use std::io::Cursor;
use std::path::PathBuf;

use walkdir::WalkDir;

use super::*;
use crate::grid::{Format, workbook};
use crate::model::Address;

/// What the reader makes of a workbook's bytes.
fn read(bytes: &[u8], empties: Empties) -> Result<Vec<Grid>> {
    super::read(Zip::open(bytes).unwrap(), empties)
}

/// Further folders of workbooks to read, separated like those of `PATH`.
const MORE: &str = "JIXIAO_WORKBOOKS";

fn workbooks() -> impl Iterator<Item = (PathBuf, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let own = [root.join("samples"), root.join("templates")];
    let more = std::env::var_os(MORE).unwrap_or_default();
    let folders: Vec<PathBuf> = own.into_iter().chain(std::env::split_paths(&more)).collect();
    let files =
        folders.into_iter().flat_map(|folder| WalkDir::new(folder).sort_by_file_name().into_iter().flatten());
    files.filter(|file| file.file_type().is_file()).filter_map(|file| {
        let bytes = std::fs::read(file.path()).ok()?;
        let is_xlsx = matches!(Format::of(&bytes), Ok(Format::Xlsx) | Err(Error::OwnOutput));
        is_xlsx.then(|| (file.into_path(), bytes))
    })
}

#[test]
fn every_workbook_reads_as_calamine_reads_it() {
    let mut count = 0;
    for (path, bytes) in workbooks() {
        // calamine makes room for as many strings as a part claims, which ends the process where it lies.
        if claimed_strings(&bytes) > 1_000_000 {
            continue;
        }
        // What it refuses is for other tests.
        let Ok(judge) = workbook::xlsx(&bytes) else { continue };
        let own = read(&bytes, Empties::Left).unwrap();
        assert_eq!(own.len(), judge.len(), "{}", path.display());
        for (own, judge) in own.iter().zip(&judge) {
            assert_eq!((&own.sheet, own.hidden), (&judge.sheet, judge.hidden), "{}", path.display());
            assert_eq!(own.rows().len(), judge.rows().len(), "{} {}", path.display(), own.sheet);
            for (own, judge) in own.rows().iter().zip(judge.rows()) {
                assert_eq!(own.slots, judge.slots, "{}", path.display());
            }
        }
        count += 1;
    }
    assert!(count > 50, "{count}");
}

fn claimed_strings(bytes: &[u8]) -> u64 {
    let mut package = Package::new(Zip::open(bytes).unwrap());
    let part = package.content("xl/sharedStrings.xml").unwrap().map(|content| content.bytes().unwrap());
    let text = String::from_utf8(part.unwrap_or_default()).unwrap_or_default();
    let claim =
        text.split_once("uniqueCount=").map_or("", |(_, claim)| claim.trim_start_matches(['"', '\'']));
    claim.split(|c: char| !c.is_ascii_digit()).next().and_then(|claim| claim.parse().ok()).unwrap_or(0)
}

/// A workbook of one sheet, from the inside of its part.
fn book(sheet: &str) -> Vec<u8> {
    books(&[("表", sheet)])
}

fn books(sheets: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, content: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    };
    let numbered = || (1..).zip(sheets);
    let all = |one: &dyn Fn(usize, &str) -> String| {
        numbered().map(|(i, (name, _))| one(i, name)).collect::<String>()
    };
    let entries = all(&|i, name| format!("<sheet name='{name}' r:id='rId{i}'/>"));
    put("xl/workbook.xml", &format!("<workbook><sheets>{entries}</sheets></workbook>"));
    let relations =
        all(&|i, _| format!("<Relationship Id='rId{i}' Type='x/worksheet' Target='worksheets/{i}.xml'/>"));
    put("xl/_rels/workbook.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
    put("xl/sharedStrings.xml", "<sst><si><t>甲</t></si><si><r><t>乙</t></r><r><t> 丙</t></r></si></sst>");
    for (i, (_, sheet)) in numbered() {
        put(&format!("xl/worksheets/{i}.xml"), &format!("<worksheet>{sheet}</worksheet>"));
    }
    zip.finish().unwrap().into_inner()
}

fn texts(grid: &Grid) -> Vec<(String, String)> {
    let slots = grid.rows().iter().flat_map(|row| &row.slots);
    slots.map(|slot| (slot.area.first.to_string(), slot.text.clone())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(at, text)| ((*at).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn one_bad_cell_costs_no_other() {
    let sheet = "<sheetData><row r='1'>\
        <c r='A1' t='e'><v>#名称?</v></c><c r='B1' t='s'><v>9</v></c><c r='C1' t='s'><v>1</v></c>\
        <c r='D1' t='odd'><v>1</v></c><c r='E1' t='n'><v>一</v></c><c><v>5</v></c><c r='@'><v>6</v></c>\
        <c r='ZZZZZZZZ1'><v>7</v></c></row><row r='0'><c t='b'><v>1</v></c></row>\
        <row r='99999999999'><c r='A99999999999'><v>8</v></c></row></sheetData>";
    let grids = read(&book(sheet), Empties::Left).unwrap();
    let expected = [
        ("A1", "#名称?"),
        ("C1", "乙丙"),
        ("D1", "1"),
        ("E1", "一"),
        ("F1", "5"),
        ("G1", "6"),
        ("A2", "TRUE"),
    ];
    assert_eq!(texts(&grids[0]), pairs(&expected));
    assert_eq!(grids[0].flaws, [Flaw::Lost("B1".parse().unwrap())]);
}

#[test]
fn one_bad_sheet_costs_no_other() {
    let good = "<sheetData><row><c t='inlineStr'><is><t>好</t></is></c></row></sheetData>";
    let bytes = books(&[("坏", "<sheetData><row><c r='A1'><v>1</v></c><c r='B1'><v>2"), ("好", good)]);
    let grids = read(&bytes, Empties::Left).unwrap();
    assert_eq!(texts(&grids[0]), pairs(&[("A1", "1")]));
    assert!(matches!(grids[0].flaws[..], [Flaw::CutOff { after: Some(_), .. }]), "{:?}", grids[0].flaws);
    assert_eq!(texts(&grids[1]), pairs(&[("A1", "好")]));
    assert!(matches!(read(&book("<sheetData><row"), Empties::Left), Err(Error::Damaged { .. })));
}

#[test]
fn a_cell_without_a_place_stands_behind_the_empty_one_before_it() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"B1\" s=\"3\"/><c r=\"D1\"/><c><v>5</v></c><c r='G1'/><c><v>6</v></c>\
        <c r=\"XFD9\" s=\"3\"/><c r=\"I1\" s=\"3\"/>\n<c><v>7</v></c></row></sheetData>";
    let grids = read(&book(sheet), Empties::Left).unwrap();
    assert_eq!(texts(&grids[0]), pairs(&[("E1", "5"), ("H1", "6"), ("J1", "7")]));
    let places = read(&book(sheet), Empties::Kept).unwrap();
    assert_eq!(places[0].rows()[0].slots.len(), 7);
}

#[test]
fn a_part_that_was_read_before_is_no_better_than_its_directory_says() {
    let good = book("<sheetData><row><c><v>1</v></c></row></sheetData>");
    assert!(read(&good, Empties::Left).is_ok());
    // The sum of a part's bytes stands in both of its headers.
    let mut bad = good.clone();
    let mut zip = Zip::open(&good).unwrap();
    let place = zip.archive.index_for_name("xl/sharedStrings.xml").unwrap();
    let sum = zip.archive.by_index_raw(place).unwrap().crc32().to_le_bytes();
    let sums: Vec<usize> = (0..good.len() - 4).filter(|at| good[*at..].starts_with(&sum)).collect();
    sums.into_iter().for_each(|at| bad[at] ^= 1);
    assert!(matches!(read(&bad, Empties::Left), Err(Error::Damaged { .. })));
}

#[test]
fn traps_are_told() {
    let sheet = "<sheetData><row r='1'><c r='A1'><f>1+1</f></c><c r='B1'><f>1+1</f><v>2</v></c>\
        <c r='C1' t='str'><f>\"\"</f><v></v></c></row><row r='2' hidden='1'><c r='A2'><v>5</v></c></row>\
        <row r='3'><c r='A3'><v>5</v></c><c r='A3'><v>6</v></c></row><row r='4' hidden='1'/></sheetData>";
    let grids = read(&book(sheet), Empties::Left).unwrap();
    let at = |at: &str| at.parse().unwrap();
    let expected = [Flaw::GivenTwice(at("A3"), "5".to_owned()), Flaw::NotComputed(at("A1")), Flaw::Hidden(1)];
    assert_eq!(grids[0].flaws, expected);
    assert_eq!(texts(&grids[0]), pairs(&[("B1", "2"), ("A2", "5"), ("A3", "6")]));
}

#[test]
fn parts_are_found_and_decoded_as_programs_write_them() {
    use std::io::Write;
    let (gbk, ..) =
        encoding_rs::GBK.encode("<?xml version='1.0' encoding='GB2312'?><sst><si><t>预算</t></si></sst>");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("_rels/.rels", &b"<Relationships><Relationship Type='x/officeDocument' Target='/Book/Main.xml'/></Relationships>"[..]),
        ("book/main.xml", b"<x:workbook><x:workbookPr date1904='1'/><x:sheets><x:sheet name='S&amp;T' state='hidden' q:id='a'/></x:sheets></x:workbook>"),
        ("book\\_rels\\main.xml.rels", b"<Relationships><Relationship Id='a' Type='y/worksheet' Target='..\\s\\1.xml'/><Relationship Id='b' Type='y/sharedStrings' Target='strings.xml'/></Relationships>"),
        ("book/strings.xml", &gbk),
        ("book/styles.xml", b"<styleSheet><numFmts><numFmt numFmtId='176' formatCode='yyyy-mm-dd'/></numFmts><cellXfs><xf/><xf numFmtId='176'/><xf numFmtId='10'/></cellXfs></styleSheet>"),
        ("s/1.xml", b"<x:worksheet><x:sheetData><x:row><x:c t='s'><x:v>0</x:v></x:c><x:c s='1'><x:v>43799</x:v></x:c><x:c s='2'><x:v>0.965</x:v></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref='C1:D2'/></x:mergeCells></x:worksheet>"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    let grids = read(&zip.finish().unwrap().into_inner(), Empties::Left).unwrap();
    assert_eq!((grids[0].sheet.as_str(), grids[0].hidden), ("S&T", true));
    assert_eq!(texts(&grids[0]), pairs(&[("A1", "预算"), ("B1", "2023年12月1日"), ("C1", "96.5%")]));
    assert_eq!(grids[0].rows()[0].slots[2].area.to_string(), "C1:D2");
}

/// Windows of a few rows.
const FEW: Windows = Windows { above: 0, cells: 20 };

#[test]
fn a_sheet_read_some_rows_at_a_time_is_the_same() {
    let mut windows = 0;
    for (path, bytes) in workbooks() {
        let Ok(whole) = read(&bytes, Empties::Left) else { continue };
        let mut pieces: Vec<(Grid, bool)> = Vec::new();
        read_sheets(Zip::open(&bytes).unwrap(), Empties::Left, FEW, |Window { grid, last }| -> Result<()> {
            windows += 1;
            match pieces.last_mut() {
                Some((own, last_before)) if !*last_before => {
                    own.go_on(grid);
                    *last_before = last;
                }
                _ => pieces.push((grid, last)),
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(pieces.len(), whole.len(), "{}", path.display());
        for ((own, _), whole) in pieces.iter().zip(&whole) {
            let rows = |grid: &Grid| {
                let rows = grid.rows().iter().map(|row| (row.index, row.slots.clone()));
                rows.collect::<Vec<_>>()
            };
            assert_eq!(rows(own), rows(whole), "{} {}", path.display(), own.sheet);
        }
    }
    assert!(windows > 150, "{windows}");
}

#[test]
fn merged_areas_are_found_behind_the_cells() {
    let part = format!(
        "<worksheet>{}<mergeCells count='2'><mergeCell ref='A1:B2'/><mergeCell  x='' ref=\"C3:C9\"></mergeCell>{}</mergeCells>",
        "<row/>".repeat(30_000),
        " ".repeat(70_000) + "<mergeCell ref=\"D1\"/>",
    );
    let areas = cells::merges(part.as_bytes()).unwrap();
    let written: Vec<String> = areas.iter().map(|area| format!("{}:{}", area.first, area.last)).collect();
    assert_eq!(written, ["A1:B2", "C3:C9", "D1:D1"]);
}

#[test]
fn a_row_that_comes_after_its_window_is_told() {
    let rows: String = (1..=9).rev().map(|row| format!("<row r='{row}'><c><v>{row}</v></c></row>")).collect();
    let bytes = book(&format!("<sheetData>{rows}</sheetData>"));
    let (mut cells, mut lost) = (0, 0);
    read_sheets(
        Zip::open(&bytes).unwrap(),
        Empties::Left,
        Windows { above: 0, cells: 3 },
        |window| -> Result<()> {
            cells += window.grid.rows().len();
            lost += window.grid.flaws.iter().filter(|flaw| matches!(flaw, Flaw::Lost(_))).count();
            Ok(())
        },
    )
    .unwrap();
    assert_eq!(cells + lost, 9);
    assert!(lost > 0);
}

#[test]
fn cells_written_plainly_are_what_their_elements_say() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>1.5</v></c><c r=\"B1\"/><c r=\"C1\" t=\"n\"><v>2</v></c>\
        <c r=\"D1\" t=\"s\"><v>9</v></c></row><row r=\"3\" hidden=\"1\"><c r=\"B3\" s=\"x\"><v>3</v></c><c r=\"C3\"><v></v></c>\
        <c r=\"D3\"><v>4</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:A3\"/><mergeCell ref=\"B1:C1\"/></mergeCells>";
    let slower = sheet.replace("<c r=", "<c  r=").replace("<mergeCell ref=", "<mergeCell  ref=");
    for empties in [Empties::Left, Empties::Kept] {
        let [plain, slower] = [sheet, &slower].map(|sheet| read(&book(sheet), empties).unwrap().remove(0));
        let slots = |grid: &Grid| grid.rows().iter().map(|row| row.slots.clone()).collect::<Vec<_>>();
        assert_eq!(slots(&plain), slots(&slower));
        assert_eq!(plain.flaws, slower.flaws);
        assert_eq!(plain.flaws, [Flaw::Lost(Address::new(0, 3)), Flaw::Hidden(2)]);
    }
}

#[test]
fn figures_that_are_text_are_told_from_numbers() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"C1\" t=\"inlineStr\"><is><t>9.5</t></is></c><c r=\"A1\" t=\"str\"><v>90%</v></c>\
        <c r=\"B1\"><v>5</v></c><c r=\"D1\" t=\"str\"><v>9.5分</v></c></row></sheetData>";
    let grid = read(&book(sheet), Empties::Left).unwrap().remove(0);
    let told = (0..4).map(|col| grid.is_figure_as_text(Address::new(0, col)));
    assert_eq!(told.collect::<Vec<_>>(), [true, false, true, false]);
}
