//! What becomes of the rest of a workbook when its form is filled.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use jixiao::model::{Decimal, Field, Indicator, Project, Target};
use jixiao::{BlankForm, Knowledge, read};
use rust_xlsxwriter::{
    Chart, ChartType, ConditionalFormatDataBar, ConditionalFormatIconSet, ConditionalFormatIconType,
    DataValidation, Format, FormatAlign, FormatBorder, Formula, Note, Sparkline, Workbook,
};

/// A blank with all that a bureau may have put around its form: the table in rows 5 to 9, its total in row 10.
pub(crate) fn rich_blank() -> Vec<u8> {
    let mut book = Workbook::new();
    let bordered = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    let percent = bordered.clone().set_num_format("0.00%");
    let sheet = book.add_worksheet();
    sheet.set_name("自评表").unwrap();
    sheet.merge_range(0, 0, 0, 7, "项目支出绩效自评表（    年度）", &bordered).unwrap();
    for (col, text) in ["项目名称", "", "主管部门", "", "实施单位", ""].iter().enumerate() {
        sheet.write_with_format(1, col as u16, *text, &bordered).unwrap();
    }
    for (col, text) in
        ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分"]
            .iter()
            .enumerate()
    {
        sheet.write_with_format(2, col as u16, *text, &bordered).unwrap();
    }
    sheet.write_with_format(3, 0, "年度资金总额", &bordered).unwrap();
    for col in 1..7 {
        sheet.write_blank(3, col, if col == 4 { &percent } else { &bordered }).unwrap();
    }
    sheet
        .write_formula_with_format(3, 4, Formula::new("=IF(C4=0,0,D4/C4)").set_result("0"), &percent)
        .unwrap();
    for (col, text) in
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"]
            .iter()
            .enumerate()
    {
        sheet.write_with_format(4, col as u16, *text, &bordered).unwrap();
    }
    sheet.merge_range(5, 0, 6, 0, "产出指标", &bordered).unwrap();
    sheet.merge_range(7, 0, 8, 0, "效益指标", &bordered).unwrap();
    for (row, level2) in (5..).zip(["数量指标", "质量指标", "社会效益指标", "生态效益指标"])
    {
        sheet.write_with_format(row, 1, level2, &bordered).unwrap();
        for col in 2..8 {
            sheet.write_blank(row, col, &bordered).unwrap();
        }
    }
    sheet.merge_range(9, 0, 9, 4, "总分", &bordered).unwrap();
    sheet.write_formula_with_format(9, 5, Formula::new("=SUM(F6:F9)+F4").set_result("0"), &bordered).unwrap();
    sheet.write_formula_with_format(9, 6, Formula::new("=SUM(G6:G9)+G4").set_result("0"), &bordered).unwrap();
    sheet.write_with_format(11, 0, "填表说明", &bordered).unwrap();
    sheet.write_with_format(11, 1, "1.得分按实际完成情况填写。", &bordered).unwrap();
    sheet.add_conditional_format(5, 6, 8, 6, &ConditionalFormatDataBar::new()).unwrap();
    let icons = ConditionalFormatIconSet::new().set_icon_type(ConditionalFormatIconType::ThreeTrafficLights);
    sheet.add_conditional_format(5, 5, 8, 5, &icons).unwrap();
    let points =
        DataValidation::new().allow_decimal_number(rust_xlsxwriter::DataValidationRule::Between(0.0, 100.0));
    sheet.add_data_validation(5, 5, 8, 6, &points).unwrap();
    sheet.insert_note(9, 6, &Note::new("合计应为各项得分之和")).unwrap();
    sheet.add_sparkline(11, 7, &Sparkline::new().set_range(("自评表", 5, 6, 8, 6))).unwrap();
    sheet.protect();
    sheet.set_print_area(0, 0, 11, 7).unwrap();
    sheet.set_repeat_rows(0, 4).unwrap();
    sheet.set_header("&C某县财政局");
    sheet.autofilter(4, 0, 8, 7).unwrap();
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values("自评表!$G$6:$G$9").set_categories("自评表!$B$6:$B$9");
    sheet.insert_chart(14, 0, &chart).unwrap();
    let second = book.add_worksheet();
    second.set_name("汇总").unwrap();
    second.write(0, 0, "总分").unwrap();
    second.write_formula(0, 1, Formula::new("=自评表!G10").set_result("0")).unwrap();
    second.write_formula(1, 1, Formula::new("=SUM(自评表!$G$6:$G$9)").set_result("0")).unwrap();
    second.write_formula(2, 1, Formula::new("=A1&\"自评表!G10\"").set_result("总分自评表!G10")).unwrap();
    book.define_name("得分", "=自评表!$G$6:$G$9").unwrap();
    book.save_to_buffer().unwrap()
}

/// A project with so many indicators of each of the blank's levels.
pub(crate) fn project(each: usize) -> Project {
    let text = |text: &str| Field { value: Some(text.to_owned()), cell: None };
    let number = |number: i64| Field { value: Some(Decimal::from(number)), cell: None };
    let levels = [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益指标"),
        ("效益指标", "生态效益指标"),
    ];
    let indicators = levels.iter().flat_map(|(level1, level2)| {
        (0..each).map(move |i| Indicator {
            level1: text(level1),
            level2: text(level2),
            name: text(&format!("{level2}第{}项", i + 1)),
            target: Field { value: Some(Target::read("≥95%")), cell: None },
            weight: number(5),
            score: number(4),
            reason: text("第一批\n第二批"),
            ..Indicator::default()
        })
    });
    Project {
        name: text("道路养护"),
        unit: text("公路站"),
        indicators: indicators.collect(),
        ..Project::default()
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
    assert_eq!(changed(&blank, &filled.bytes), ["xl/worksheets/sheet1.xml"]);
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
    for expected in ["<f>自评表!G18</f></c>", "<f>SUM(自评表!$G$6:$G$17)</f></c>", "<v>总分自评表!G10</v>"]
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
