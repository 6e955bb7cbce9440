//! What becomes of the rest of a workbook when its form is filled.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use jixiao::{Arrangement, BlankForm, Knowledge, read};

use proptest::prelude::*;

use super::rich_blank::{project, rich_blank};

/// A package with one part changed.
fn with_part(bytes: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (own, before) in parts(bytes) {
        zip.start_file(own.clone(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(if own == name { content } else { &before }).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// What is wrong with a stranger's workbook is told; nothing panics, and what is filled opens again.
    #[test]
    fn a_damaged_blank_costs_nothing_but_an_error(
        part in prop::sample::select(vec!["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml", "xl/worksheets/sheet2.xml", "[Content_Types].xml"]),
        at in 0.0f64..1.0, length in 0usize..60, put in prop::sample::select(vec!["", "<", "\"", "</c>", "r=\"XFD1048576\"", "99999999999", "<f>", "&#0;", "自评表!A1:"]),
        arrangement in prop::sample::select(vec![None, Some(Arrangement::Sheets), Some(Arrangement::Stacked)]),
    ) {
        let knowledge = Knowledge::built_in().unwrap();
        let blank = rich_blank();
        let text = String::from_utf8(parts(&blank)[part].clone()).unwrap();
        let chars: Vec<char> = text.chars().collect();
        let start = (at * chars.len() as f64) as usize;
        let end = (start + length).min(chars.len());
        let spoilt: String = chars[..start].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(&chars[end..]).collect();
        let spoilt = with_part(&blank, part, spoilt.as_bytes());
        let filled = BlankForm::open(&spoilt, &knowledge).and_then(|form| match arrangement {
            None => form.fill(&project(2), &knowledge),
            Some(arrangement) => form.fill_together(&[project(2), project(1)], arrangement, &knowledge),
        });
        match filled {
            Ok(filled) => prop_assert!(jixiao::grid::read(&filled.bytes).is_ok()),
            Err(error) => prop_assert!(!matches!(error, jixiao::Error::Crashed { .. }), "{error:?}"),
        }
    }
}

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// The parts that differ, appeared or went.
fn changed(before: &[u8], after: &[u8]) -> Vec<String> {
    let (before, after) = (parts(before), parts(after));
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

#[test]
fn only_the_sheet_changes_where_no_row_is_put() {
    let knowledge = Knowledge::built_in().unwrap();
    let blank = rich_blank();
    let filled = BlankForm::open(&blank, &knowledge).unwrap().fill(&project(1), &knowledge).unwrap();
    assert_eq!(filled.missing.concat(), []);
    // The second sheet's formulas lose what they made of the blank.
    assert_eq!(changed(&blank, &filled.bytes), ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]);
    let text = |name: &str| String::from_utf8(parts(&filled.bytes)[name].clone()).unwrap();
    assert!(text("xl/workbook.xml").contains("fullCalcOnLoad=\"1\""));
    assert!(text("xl/worksheets/sheet1.xml").contains("<f>SUM(G6:G9)+G4</f></c>"), "no stale result stays");
}

#[test]
fn everything_follows_where_rows_are_put() {
    let knowledge = Knowledge::built_in().unwrap();
    let blank = rich_blank();
    let filled = BlankForm::open(&blank, &knowledge).unwrap().fill(&project(3), &knowledge).unwrap();
    assert_eq!(filled.missing.concat(), []);
    let after = parts(&filled.bytes);
    let text = |name: &str| String::from_utf8(after[name].clone()).unwrap();
    assert_eq!(
        changed(&blank, &filled.bytes),
        [
            "xl/charts/chart1.xml",
            "xl/comments1.xml",
            "xl/drawings/drawing1.xml",
            "xl/drawings/vmlDrawing1.vml",
            "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/sheet2.xml",
        ]
    );
    // Two rows more below each of the four: the table ends in row 17, the total stands in row 18.
    let sheet = text("xl/worksheets/sheet1.xml");
    for expected in [
        "<f>SUM(F6:F17)+F4</f>",
        "<f>SUM(G6:G17)+G4</f>",
        "<mergeCell ref=\"A6:A11\"/>",
        "<mergeCell ref=\"A12:A17\"/>",
        "<mergeCell ref=\"B6:B8\"/>",
        "<mergeCell ref=\"B15:B17\"/>",
        "<mergeCell ref=\"A18:E18\"/>",
        "<conditionalFormatting sqref=\"G6:G17\">",
        "<conditionalFormatting sqref=\"F6:F17\">",
        "sqref=\"F6:G17\"",
        "<autoFilter ref=\"A5:H17\"/>",
        "<xm:f>自评表!G6:G17</xm:f>",
        "<xm:sqref>H20</xm:sqref>",
        "<sheetProtection",
        "&amp;C某县财政局",
    ] {
        assert!(sheet.contains(expected), "{expected}\n{sheet}");
    }
    let book = text("xl/workbook.xml");
    for expected in ["自评表!$A$1:$H$20", "自评表!$1:$5", "自评表!$G$6:$G$17"] {
        assert!(book.contains(expected), "{expected}\n{book}");
    }
    let second = text("xl/worksheets/sheet2.xml");
    for expected in ["<f>自评表!G18</f></c>", "<f>SUM(自评表!$G$6:$G$17)</f></c>", "自评表!G10\"</f></c>"]
    {
        assert!(second.contains(expected), "{expected}\n{second}");
    }
    assert!(text("xl/charts/chart1.xml").contains("自评表!$G$6:$G$17"));
    assert!(text("xl/comments1.xml").contains("ref=\"G18\""));
    assert!(text("xl/drawings/vmlDrawing1.vml").contains("<x:Row>17</x:Row>"));
    assert!(text("xl/drawings/drawing1.xml").contains("<xdr:row>22</xdr:row>"));
    // The instructions below are the bureau's.
    let forms = read(&filled.bytes, "", &knowledge).unwrap().forms;
    assert_eq!(forms[0].project.other["填表说明"].text(), "1.得分按实际完成情况填写。");
    assert_eq!(forms[0].project.indicators.len(), 12);
}

/// The other sheet goes on, and every form is read again, whether on sheets of their own or one below another.
#[test]
fn several_forms_stand_in_one_workbook() {
    let knowledge = Knowledge::built_in().unwrap();
    let blank = rich_blank();
    let form = BlankForm::open(&blank, &knowledge).unwrap();
    let projects: Vec<_> = [1, 3, 2]
        .into_iter()
        .map(|each| jixiao::model::Project {
            name: jixiao::model::Field { value: Some(format!("项目[{each}]")), cell: None },
            ..project(each)
        })
        .collect();
    for arrangement in [Arrangement::Sheets, Arrangement::Stacked] {
        let filled = form.fill_together(&projects, arrangement, &knowledge).unwrap();
        assert_eq!(filled.missing.concat(), [], "{arrangement:?}");
        let forms = read(&filled.bytes, "", &knowledge).unwrap().forms;
        let counts: Vec<usize> = forms.iter().map(|form| form.project.indicators.len()).collect();
        assert_eq!(counts, [4, 12, 8], "{arrangement:?}");
        let text = |name: &str| String::from_utf8(parts(&filled.bytes)[name].clone()).unwrap();
        let book = text("xl/workbook.xml");
        if arrangement == Arrangement::Sheets {
            let sheets: Vec<_> = forms.iter().map(|form| form.project.source.sheet.as_str()).collect();
            assert_eq!(sheets, ["项目1", "项目3", "项目2"]);
            assert!(book.contains("'项目3'!$A$1:$H$12"), "each prints its own area: {book}");
        } else {
            let sheet = text("xl/worksheets/sheet1.xml");
            // 12 rows, an empty one, 20 rows, an empty one.
            assert!(
                sheet.contains("<mergeCell ref=\"A19:A24\"/>") && sheet.contains("<f>SUM(G19:G30)+G17</f>"),
                "{sheet}"
            );
            assert!(sheet.contains("<brk id=\"12\"") && sheet.contains("<brk id=\"33\""), "{sheet}");
            assert!(!book.contains("Print_Area"), "{book}");
        }
    }
}
