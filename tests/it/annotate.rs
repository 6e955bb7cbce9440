//! Annotated copies: notes and colours at the faulty cells, and everything else as it was.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use jixiao::grid::Format;
use jixiao::model::{Address, Finding, Level};
use jixiao::write::annotate::annotate;
use jixiao::{Error, Knowledge};
use proptest::prelude::*;

use super::{jixiao, root, text};

fn finding(sheet: &str, cell: &str, level: Level, message: &str) -> Finding {
    let mut finding = Finding::of_file("表.xlsx", "R06", level).says(message, "改为10");
    finding.sheet = Some(sheet.to_owned());
    finding.cell = Some(cell.parse().unwrap());
    finding
}

fn fault(cell: &str, message: &str) -> Finding {
    finding("表", cell, Level::Error, message)
}

/// Every part of a package by its name.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let read = (0..archive.len()).map(|i| {
        let mut part = archive.by_index(i).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        (part.name().unwrap().into_owned(), content)
    });
    read.collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    text(parts(bytes).get(name).unwrap_or_else(|| panic!("no part {name}")))
}

/// A sheet's name, and its values and formulas by their places.
type Sheet = (String, Vec<(Address, Data)>, Vec<(Address, String)>);

/// What stands in every sheet.
fn values(bytes: &[u8]) -> Vec<Sheet> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    let at = |start: Option<(u32, u32)>, row: usize, col: usize| {
        let (row0, col0) = start.unwrap();
        Address::new(row0 + u32::try_from(row).unwrap(), col0 + u32::try_from(col).unwrap())
    };
    let sheets = names.into_iter().map(|name| {
        let range = book.worksheet_range(&name).unwrap();
        let values = range.used_cells().map(|(row, col, value)| (at(range.start(), row, col), value.clone()));
        let formulas = book.worksheet_formula(&name).unwrap();
        let start = formulas.start();
        let formulas = formulas.used_cells().map(|(row, col, text)| (at(start, row, col), text.clone()));
        (name, values.collect(), formulas.collect())
    });
    sheets.collect()
}

/// The sample workbooks that are .xlsx by their content and hold forms.
fn workbooks() -> Vec<PathBuf> {
    let folders = ["lukou-2022", "layouts", "containers"].map(|name| root().join("samples").join(name));
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(folder).into_iter().flatten())
        .filter(|entry| entry.file_type().is_file() && !entry.path().iter().any(|part| part == "booklet"))
        .map(walkdir::DirEntry::into_path)
        .filter(|path| Format::of(&std::fs::read(path).unwrap()).is_ok_and(|format| format == Format::Xlsx))
        .collect();
    files.sort();
    files
}

#[test]
fn copies_of_the_samples_differ_in_notes_and_colours_only() {
    let knowledge = Knowledge::built_in().unwrap();
    let files = workbooks();
    assert!(files.len() > 30, "only {} workbooks", files.len());
    for file in files {
        let shown = file.display();
        let bytes = std::fs::read(&file).unwrap();
        let sheet = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap().sheet_names().remove(0);
        // Among them merged cells, empty ones, and some far from all others.
        let cells = ["A1", "B3", "C6", "D6", "H12", "I13", "J40", "AZ3", "A900"];
        let levels = [Level::Error, Level::Warning, Level::Note];
        let findings: Vec<Finding> = cells
            .iter()
            .zip(levels.iter().cycle())
            .map(|(cell, level)| finding(&sheet, cell, *level, &format!("{cell}“有误”<&>")))
            .collect();
        let copy = annotate(&bytes, &findings).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
        assert_eq!(annotate(&bytes, &findings).unwrap(), copy, "{shown}: the same bytes");
        let read = |bytes: &[u8]| jixiao::read(bytes, "x", &knowledge).unwrap();
        let (before, after) = (read(&bytes), read(&copy));
        let projects = |reading: jixiao::Reading| {
            reading.forms.into_iter().map(|form| (form.project, form.findings)).collect::<Vec<_>>()
        };
        assert_eq!(projects(before), projects(after), "{shown}");
        assert_eq!(values(&bytes), values(&copy), "{shown}");

        let (before, after) = (parts(&bytes), parts(&copy));
        let changed: Vec<&String> =
            before.iter().filter(|(name, b)| after[*name] != **b).map(|(n, _)| n).collect();
        let added: Vec<&String> = after.keys().filter(|name| !before.contains_key(*name)).collect();
        for name in &changed {
            let may = name.starts_with("xl/worksheets/")
                || *name == "xl/styles.xml"
                || *name == "[Content_Types].xml";
            assert!(may, "{shown}: {name} changed");
        }
        assert!(changed.iter().filter(|name| name.ends_with(".xml")).count() == 3, "{shown}: {changed:?}");
        for name in added {
            let may = name.starts_with("xl/comments") || name.starts_with("xl/drawings/vmlDrawing");
            assert!(may || name.contains("/_rels/sheet"), "{shown}: {name} added");
        }
        let comments = part(&copy, "xl/comments1.xml");
        for cell in cells {
            assert!(comments.contains(&format!("<comment ref=\"{cell}\" ")), "{shown}: {cell}");
            assert!(
                comments.contains(&format!("R06　{cell}“有误”&lt;&amp;&gt;\n建议：改为10")),
                "{shown}: {cell}"
            );
        }
    }
}

/// A package of parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn relations(relations: &[(&str, &str, &str)]) -> String {
    let relations: String = relations
        .iter()
        .map(|(id, kind, to)| format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{to}\"/>"))
        .collect();
    format!("<Relationships xmlns=\"{RELATIONS}\">{relations}</Relationships>")
}

/// The parts of a workbook whose only sheet 表 is these elements.
fn workbook(content: &str) -> BTreeMap<String, String> {
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    let parts = [
        ("[Content_Types].xml", types.to_owned()),
        ("_rels/.rels", relations(&[("a", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"s\"/>\
                 </sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("s", "worksheet", "worksheets/sheet1.xml"), ("t", "styles", "styles.xml")]),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><fills count=\"2\"><fill/><fill/></fills><cellXfs count=\"1\"><xf/>\
                 </cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{content}</worksheet>"),
        ),
    ];
    parts.into_iter().map(|(name, content)| (name.to_owned(), content)).collect()
}

fn packed(parts: &BTreeMap<String, String>) -> Vec<u8> {
    package(&parts.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect::<Vec<_>>())
}

const DATA: &str =
    "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c></row></sheetData>";

#[test]
fn notes_and_drawings_that_are_there_are_kept() {
    let mut parts = workbook(&format!("{DATA}<legacyDrawing r:id=\"v\"/>"));
    parts.insert(
        "xl/worksheets/_rels/sheet1.xml.rels".into(),
        relations(&[
            ("v", "vmlDrawing", "../drawings/box.vml"),
            ("c", "comments", "/xl/worksheets/../notes.xml"),
        ]),
    );
    let note = "<comment ref=\"A1\" authorId=\"0\"><text><t>旧批注</t></text></comment>";
    parts.insert(
        "xl/notes.xml".into(),
        format!("<comments xmlns=\"{MAIN}\"><authors><author>王</author></authors><commentList>{note}</commentList></comments>"),
    );
    let shape = "<v:shapetype id=\"_x0000_t202\"/><v:shape id=\"_x0000_s1025\"><x:ClientData ObjectType=\"Note\">\
                 <x:Anchor>1, 15, 0, 2, 3, 15, 3, 4</x:Anchor><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape>";
    let spaces =
        "xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";
    parts.insert("xl/drawings/box.vml".into(), format!("<xml {spaces}>{shape}</xml>"));
    let copy = annotate(&packed(&parts), &[fault("A1", "一"), fault("B2", "二"), fault("B2", "三")]).unwrap();

    let after = self::parts(&copy);
    assert_eq!(after.len(), parts.len(), "no part is new: {:?}", after.keys());
    assert_eq!(
        part(&copy, "xl/worksheets/_rels/sheet1.xml.rels"),
        parts["xl/worksheets/_rels/sheet1.xml.rels"]
    );
    assert_eq!(part(&copy, "[Content_Types].xml"), parts["[Content_Types].xml"]);
    let notes = part(&copy, "xl/notes.xml");
    let old = notes.find("旧批注").unwrap();
    assert!(notes[old..].contains("\n\n[错误] R06　一\n建议：改为10"), "{notes}");
    assert!(notes.contains("[错误] R06　二\n建议：改为10\n\n[错误] R06　三\n建议：改为10"), "{notes}");
    let boxes = part(&copy, "xl/drawings/box.vml");
    assert_eq!(boxes.matches("ObjectType=\"Note\"").count(), 2);
    assert!(
        boxes.contains("id=\"_x0000_s1026\"") && boxes.contains("<x:Row>1</x:Row><x:Column>1</x:Column>"),
        "{boxes}"
    );

    // A second time finds its own.
    let again = annotate(&copy, &[fault("C3", "四")]).unwrap();
    assert_eq!(part(&again, "xl/notes.xml").matches("<author>jixiao</author>").count(), 1);
    assert_eq!(part(&again, "xl/drawings/box.vml").matches("ObjectType=\"Note\"").count(), 3);
}

#[test]
fn charts_data_bars_and_links_stay_as_they_are() {
    let tail = "<mergeCells count=\"1\"><mergeCell ref=\"C1:D2\"/></mergeCells><conditionalFormatting sqref=\"A1\">\
                <cfRule type=\"dataBar\" priority=\"1\"><dataBar><cfvo type=\"min\"/><cfvo type=\"max\"/><color rgb=\"FF638EC6\"/>\
                </dataBar></cfRule></conditionalFormatting><hyperlinks><hyperlink ref=\"A1\" r:id=\"h\"/></hyperlinks>\
                <pageMargins left='1'/><drawing r:id=\"d\"/>";
    let behind = "<tableParts count=\"0\"/><extLst><ext uri=\"{78C0D931}\"/></extLst>";
    let mut parts = workbook(&format!("{DATA}{tail}{behind}"));
    parts.insert(
        "xl/worksheets/_rels/sheet1.xml.rels".into(),
        format!(
            "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/drawing\" Target=\"../drawings/drawing1.xml\"/>\
             <Relationship Id=\"rId2\" Type=\"{OFFICE}/hyperlink\" Target=\"https://example.com/\" TargetMode=\"External\"/></Relationships>"
        ),
    );
    for name in ["xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "xl/vbaProject.bin", "xl/comments7.xml"]
    {
        parts.insert(name.into(), format!("<{name}>"));
    }
    let copy = annotate(&packed(&parts), &[fault("C1", "合并的一格")]).unwrap();
    let sheet = part(&copy, "xl/worksheets/sheet1.xml");
    let expected = format!("{tail}<legacyDrawing r:id=\"rId3\"/>{behind}</worksheet>");
    assert!(sheet.ends_with(&expected), "{sheet}");
    assert!(sheet.contains("<c r=\"C1\" s=\"1\"/></row></sheetData>"), "{sheet}");
    for name in ["xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "xl/vbaProject.bin", "xl/workbook.xml"] {
        assert_eq!(part(&copy, name), parts[name]);
    }
    let rels = part(&copy, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(
        rels.contains("Target=\"/xl/comments1.xml\"")
            && rels.contains("Target=\"/xl/drawings/vmlDrawing1.vml\""),
        "{rels}"
    );
    let types = part(&copy, "[Content_Types].xml");
    assert!(
        types.contains("Extension=\"vml\"") && types.contains("PartName=\"/xl/comments1.xml\""),
        "{types}"
    );
}

/// What some exporters write: prefixes, strict namespaces, names of their own, no styles.
#[test]
fn workbooks_of_other_programs_are_annotated_too() {
    let strict = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    let main = "http://purl.oclc.org/ooxml/spreadsheetml/main";
    let copy = |name: &str, target: &str| {
        let bytes = package(&[
            (
                "[Content_Types].xml",
                "<t:Types xmlns:t=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
            ),
            ("_rels/.rels", &format!("<Relationships xmlns=\"{RELATIONS}\"/>")),
            (
                "xl/workbook.xml",
                &format!(
                    "\u{feff}<x:workbook xmlns:x=\"{main}\" xmlns:q=\"{strict}\"><x:sheets><x:sheet name=\"甲&amp;乙\" q:id=\"s\"/>\
                     </x:sheets></x:workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                &format!(
                    "<p:Relationships xmlns:p=\"{RELATIONS}\"><p:Relationship Id=\"s\" Type=\"{strict}/worksheet\" Target=\"{target}\"/>\
                     </p:Relationships>"
                ),
            ),
            (
                name,
                &format!(
                    "\u{feff}<x:worksheet xmlns:x=\"{main}\"><x:sheetData><x:row><x:c s=\"4\"/></x:row></x:sheetData></x:worksheet>"
                ),
            ),
        ]);
        annotate(
            &bytes,
            &[finding("甲&乙", "A1", Level::Note, "一"), finding("别的", "A1", Level::Note, "二")],
        )
        .unwrap()
    };
    for (name, target) in [
        ("xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"),
        ("forms/甲.xml", "/forms/甲.xml"),
        ("xl\\Worksheets\\Sheet1.xml", "worksheets/sheet1.xml"),
    ] {
        let copy = copy(name, target);
        let sheet = part(&copy, name);
        assert!(sheet.contains("<x:c s=\"1\"/>"), "{sheet}");
        assert!(
            sheet.contains(&format!("<x:legacyDrawing xmlns:r=\"{strict}\" r:id=\"rId1\"/></x:worksheet>")),
            "{sheet}"
        );
        assert!(part(&copy, "xl/comments1.xml").contains(&format!("<comments xmlns=\"{main}\">")));
        assert!(part(&copy, "xl/styles.xml").contains("FFDDEBF7"));
        assert!(part(&copy, "xl/_rels/workbook.xml.rels").contains(&format!("Type=\"{strict}/styles\"")));
        let types = part(&copy, "[Content_Types].xml");
        assert_eq!(types.matches("<t:Override ").count(), 2, "{types}");
    }
}

#[test]
fn what_cannot_be_annotated_is_refused() {
    let findings = [fault("A1", "一")];
    for file in
        ["lukou-2022/03-产品抽检专项.xls", "containers/Word文档.docx", "lukou-2022/05-质量工作经费.ods"]
    {
        let bytes = std::fs::read(root().join("samples").join(file)).unwrap();
        assert!(matches!(annotate(&bytes, &findings), Err(Error::Write { .. })), "{file}");
    }
    let filler = packed(&workbook(&format!("{DATA}{}", " ".repeat(17 << 20))));
    let bomb = annotate(&filler, &findings);
    assert!(matches!(bomb, Err(Error::TooLarge { .. })), "{:?}", bomb.map(|copy| copy.len()));
    for (name, content) in [
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>"),
        ("xl/worksheets/sheet1.xml", ""),
        ("xl/styles.xml", "<styleSheet></x>"),
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", ""),
    ] {
        let mut parts = workbook(DATA);
        parts.insert(name.into(), content.into());
        let result = annotate(&packed(&parts), &findings);
        assert!(matches!(result, Err(Error::Damaged { .. })), "{name}: {result:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Parts from which something was cut, or in which something stands twice, never make it panic.
    #[test]
    fn damaged_parts_cost_nothing_but_an_error(which in 0usize..6, from in 0usize..600, length in 1usize..60, twice: bool) {
        let mut parts = workbook(&format!("{DATA}<legacyDrawing r:id=\"v\"/>"));
        parts.remove("_rels/.rels");
        parts.insert(
            "xl/worksheets/_rels/sheet1.xml.rels".into(),
            relations(&[("v", "vmlDrawing", "../box.vml"), ("c", "comments", "../notes.xml")]),
        );
        parts.insert(
            "xl/notes.xml".into(),
            "<comments><authors><author>王</author></authors><commentList><comment ref=\"A1\" authorId=\"0\"><text><t>旧</t>\
             </text></comment></commentList></comments>".into(),
        );
        parts.insert(
            "xl/box.vml".into(),
            "<xml><v:shape id=\"_x0000_s1025\"><x:ClientData ObjectType=\"Note\"><x:Anchor>1, 15, 0, 2, 3, 15, 3, 4</x:Anchor>\
             <x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>".into(),
        );
        let name = parts.keys().filter(|name| name.starts_with("xl/")).nth(which).unwrap().clone();
        let whole: Vec<char> = parts[&name].chars().collect();
        let from = from % whole.len();
        let to = (from + length).min(whole.len());
        let rest = if twice { &whole[from..] } else { &whole[to..] };
        parts.insert(name, whole[..to].iter().take(if twice { to } else { from }).chain(rest).collect());
        if let Ok(copy) = annotate(&packed(&parts), &[fault("A1", "一"), fault("B2", "二")]) {
            prop_assert!(self::parts(&copy).len() >= parts.len());
        }
    }
}

fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let out = jixiao(folder, &[&["check"], arguments].concat());
    (out.status.code(), text(&out.stderr))
}

#[test]
fn check_writes_copies_of_faulty_workbooks_only() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let samples = root().join("samples");
    std::fs::create_dir_all(at.join("表/二")).unwrap();
    let faulty = samples.join("lukou-2022/07-标准化认证专项.xlsx");
    for copy in ["表/甲.xlsx", "表/二/甲.xlsx"] {
        std::fs::copy(&faulty, at.join(copy)).unwrap();
    }
    std::fs::copy(samples.join("lukou-2022/01-食品抽检专项.xlsx"), at.join("表/好.xlsx")).unwrap();
    // Its only finding is a note.
    std::fs::write(at.join("jixiao.toml"), "[checks.R28]\nlevel = \"off\"\n").unwrap();
    let mut archive = zip::ZipWriter::new(std::fs::File::create(at.join("表/包.zip")).unwrap());
    archive.start_file("内/乙.xlsx", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(&std::fs::read(&faulty).unwrap()).unwrap();
    archive.finish().unwrap();

    let (code, said) = check(at, &["表", "--annotate", "批注"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("已写入 3 份带批注的副本：批注"), "{said}");
    let mut names: Vec<String> = std::fs::read_dir(at.join("批注"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    assert_eq!(names, ["乙.xlsx", "甲.xlsx", "甲（2）.xlsx"]);
    let copy = std::fs::read(at.join("批注/甲.xlsx")).unwrap();
    assert!(part(&copy, "xl/comments1.xml").contains("<comment ref=\"I13\""));
    assert!(part(&copy, "xl/comments1.xml").contains("[错误] R23"));

    // Again over everything: its own copies are no inputs, and are replaced; one that was mended is both.
    let (code, said) = check(at, &[".", "--annotate", "批注"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("已写入 3 份带批注的副本") && said.contains("跳过 3 个"), "{said}");
    std::fs::write(at.join("批注/甲.xlsx"), std::fs::read(&faulty).unwrap()).unwrap();
    let (code, said) = check(at, &["表", "--annotate", "批注"]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("--force"), "{said}");
    assert_eq!(check(at, &["表", "--annotate", "批注", "--force"]).0, Some(1));
}

#[test]
fn check_says_what_it_did_not_annotate() {
    let folder = tempfile::tempdir().unwrap();
    let samples = root().join("samples/layouts").display().to_string();
    let (code, said) = check(folder.path(), &[&samples, "--annotate", "批注"]);
    assert_eq!(code, check(folder.path(), &[&samples]).0);
    let line = said.lines().find(|line| line.contains("不是 .xlsx 工作簿")).unwrap();
    assert!(line.contains("02-监控导入模板.xls") && line.contains("请先另存为 .xlsx"), "{said}");
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder.path())
        .args(["--lang", "zh", "check", "-", "--annotate", "批注二"])
        .stdin(std::fs::File::open(root().join("samples/lukou-2022/07-标准化认证专项.xlsx")).unwrap())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("标准输入只能读一遍"), "{}", text(&out.stderr));
}
