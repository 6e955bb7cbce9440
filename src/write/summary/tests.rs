use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};
use rust_decimal::Decimal;

use super::{Entry, Summary};
use crate::model::{
    Actual, Address, Field, Finding, Fund, FundRole, Indicator, Level, MoneyUnit, Project, Source, Target,
    Total,
};
use crate::rules::{Assessed, Digest, Schemes};
use crate::templates::Templates;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn field(number: &str) -> Field<Decimal> {
    let at = Address::new(6, 3);
    if number.is_empty() { Field::empty(at) } else { Field::read(dec(number), at) }
}

fn words(text: &str) -> Field<String> {
    let at = Address::new(1, 1);
    if text.is_empty() { Field::empty(at) } else { Field::read(text.to_owned(), at) }
}

/// `一级|三级|目标|实际|分值|得分|原因`
fn indicator(row: u32, line: &str) -> Indicator {
    let parts: Vec<&str> = line.split('|').collect();
    let at = Address::new(row, 2);
    Indicator {
        level1: words(parts[0]),
        level2: words("数量指标"),
        name: Field::read(parts[1].to_owned(), at),
        target: Field::read(Target::read(parts[2]), at),
        actual: Field::read(Actual::read(parts[3]), at),
        weight: field(parts[4]),
        score: field(parts[5]),
        reason: words(parts[6]),
        ..Indicator::default()
    }
}

struct Form<'a> {
    name: &'a str,
    unit: Option<MoneyUnit>,
    /// Initial, budget, executed, printed points of execution.
    money: [&'a str; 4],
    total: &'a str,
    indicators: &'a [&'a str],
}

fn assessed(form: &Form<'_>) -> Assessed {
    let fund = Fund {
        item: words("年度资金总额"),
        role: FundRole::Total,
        initial: field(form.money[0]),
        budget: field(form.money[1]),
        executed: field(form.money[2]),
        weight: field("10"),
        score: field(form.money[3]),
        ..Fund::default()
    };
    let project = Project {
        name: words(form.name),
        year: Field::read(2022, Address::new(0, 0)),
        department: words("区市场监督管理局"),
        unit: words("区市场监督管理局"),
        money_unit: form.unit,
        funds: vec![fund],
        indicators: (12..).zip(form.indicators).map(|(row, line)| indicator(row, line)).collect(),
        total: Total { weight: field("100"), score: field(form.total), ..Total::default() },
        source: Source {
            file: format!("自评表/{}.xlsx", form.name),
            sheet: "自评表".to_owned(),
            layout: String::new(),
        },
        ..Project::default()
    };
    let schemes = Schemes::load(&Templates::default()).unwrap();
    let scheme = schemes.get("mof-2020").unwrap();
    Assessed { findings: Vec::new(), ..crate::rules::assess(project, scheme) }
}

fn sample() -> Vec<Assessed> {
    let yuan = Some(MoneyUnit::Yuan);
    let wan = Some(MoneyUnit::TenThousandYuan);
    let mut all = vec![
        assessed(&Form {
            name: "食品抽检专项",
            unit: wan,
            money: ["43.2", "43.2", "37.24", "8.62"],
            total: "95.62",
            indicators: &[
                "产出指标|抽检批次|≥860批次|774批次|50|47|抽检计划调整。",
                "效益指标|不合格处置率|≥100%|100%|30|30|",
                "满意度指标|群众满意度|≥90%|99%|10|10|",
            ],
        }),
        assessed(&Form {
            name: "=SUM(A1)经费",
            unit: yuan,
            money: ["", "1030700.01", "1030700.01", "10"],
            total: "90",
            indicators: &["产出指标|检查次数|≥3次|1次|50|40|", "效益指标|效果|明显提升|明显提升|40|40|"],
        }),
        assessed(&Form {
            name: "无指标项目",
            unit: None,
            money: ["", "", "5", ""],
            total: "",
            indicators: &[],
        }),
    ];
    let finding = Finding::about(&all[0].project, "S03", Level::Error, Some(Address::new(20, 7)))
        .says("总分与各项得分之和不符", "请核对")
        .compares("95.62", "95.6");
    all[0].findings.push(finding);
    all
}

fn workbook(all: &[Assessed], reports: &[&str]) -> Vec<u8> {
    let mut summary = Summary::new();
    for assessed in all {
        summary.add(assessed).unwrap();
        for finding in &assessed.findings {
            summary.add_finding(finding, None).unwrap();
        }
    }
    let digests: Vec<Digest> = all.iter().map(Digest::of).collect();
    let entry = |(i, digest)| Entry { digest, report: reports.get(i).copied() };
    summary.finish(&digests.iter().enumerate().map(entry).collect::<Vec<_>>()).unwrap()
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range(name).unwrap()
}

fn shown(sheet: &Range<Data>, row: u32, head_row: u32, head: &str) -> String {
    let (_, width) = sheet.get_size();
    let cell = |row: u32, col: usize| {
        sheet.get_value((row, u32::try_from(col).unwrap())).cloned().unwrap_or_default()
    };
    let col = (0..width).find(|col| cell(head_row, *col) == *head);
    col.map_or_else(|| format!("no {head}"), |col| cell(row, col).to_string())
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn projects_stand_in_rows_with_figures_in_ten_thousands() {
    let bytes = workbook(&sample(), &[]);
    let sheet = sheet(&bytes, "汇总表");
    let row = |row: u32, heads: &[&str]| -> Vec<String> {
        heads.iter().map(|head| shown(&sheet, row, 2, head)).collect()
    };
    assert_eq!(sheet.get_value((0, 0)).unwrap().to_string(), "2022年度项目支出绩效自评汇总表");
    assert_eq!(
        sheet.get_value((1, 0)).unwrap().to_string(),
        concat!(
            "金额单位：万元　　项目数：3　　平均分：92.81　　优 2 个、良 0 个、中 0 个、差 0 个",
            "　　1 个项目的自评表没有总分，未计入平均分　　1 个项目的自评表未注明金额单位，按万元计"
        )
    );
    assert_eq!(
        row(
            3,
            &[
                "序号",
                "项目名称",
                "全年预算数",
                "执行得分",
                "产出得分",
                "满意度得分",
                "总分",
                "等级",
                "未完成指标数",
                "问题数"
            ]
        ),
        ["1", "食品抽检专项", "43.2", "8.62", "47", "10", "95.62", "优", "1", "1"]
    );
    assert_eq!(row(3, &["执行率", "复算总分", "差异"]), ["0.862037037037037", "95.62", "0"]);
    assert_eq!(
        row(4, &["项目名称", "年初预算数", "全年预算数", "执行率", "主要偏差原因及改进措施"]),
        ["=SUM(A1)经费", "", "103.070001", "1", "〔待补充〕"]
    );
    assert_eq!(row(5, &["全年执行数", "执行率", "总分", "差异", "等级"]), ["5", "", "", "", ""]);
    assert_eq!(row(3, &["主要偏差原因及改进措施"]), ["抽检计划调整"]);
    for absent in ["项目编码", "成本得分", "自评报告"] {
        assert_eq!(shown(&sheet, 3, 2, absent), format!("no {absent}"));
    }
}

#[test]
fn sums_and_means_carry_their_results() {
    let bytes = workbook(&sample(), &[]);
    let sheet = sheet(&bytes, "汇总表");
    let of = |row: u32, head: &str| shown(&sheet, row, 2, head);
    assert_eq!(
        [of(6, "项目名称"), of(6, "全年预算数"), of(6, "全年执行数")],
        ["合计", "146.270001", "145.310001"]
    );
    assert_eq!(of(6, "执行率"), "0.99343679501308");
    assert_eq!([of(7, "项目名称"), of(7, "总分")], ["平均分（算术）", "92.81"]);
    let weighted: f64 = of(8, "总分").parse().unwrap();
    assert!((weighted - (43.2 * 95.62 + 103.070001 * 90.0) / 146.270001).abs() < 1e-12);
    assert_eq!([of(9, "项目名称"), of(9, "等级"), of(10, "等级")], ["“优”的项目数", "2", "0"]);
    let formulas = Xlsx::new(Cursor::new(&bytes)).unwrap().worksheet_formula("汇总表").unwrap();
    let formulas: Vec<&str> = formulas.used_cells().map(|(_, _, formula)| formula.as_str()).collect();
    for expected in [
        "IF(G4=0,0,H4/G4)",
        "ROUND(N4-P4,6)",
        "SUM(G4:G6)",
        "IF(G7=0,0,H7/G7)",
        "AVERAGE(N4:N6)",
        "SUMPRODUCT(G4:G6,N4:N6)/SUMPRODUCT(G4:G6,--ISNUMBER(N4:N6))",
        "COUNTIF(O4:O6,\"优\")",
    ] {
        assert!(formulas.contains(&expected), "{expected} in {formulas:?}");
    }
}

#[test]
fn indicators_and_problems_have_a_row_each() {
    let bytes = workbook(&sample(), &[]);
    let details = sheet(&bytes, "指标明细");
    let of = |row: u32, head: &str| shown(&details, row, 1, head);
    assert_eq!(details.get_size().0, 2 + 5);
    assert_eq!(
        ["三级指标", "年度指标值", "实际完成值", "得分率", "完成情况", "来源单元格"].map(|head| of(2, head)),
        ["抽检批次", "≥860批次", "774批次", "0.94", "部分完成 90%", "自评表/食品抽检专项.xlsx/自评表!C13"]
    );
    assert_eq!(of(4, "完成情况"), "超额完成 10%");
    let problems = sheet(&bytes, "问题清单");
    assert_eq!(
        ["序号", "级别", "代码", "填报值", "应为", "单元格"].map(|head| shown(&problems, 2, 1, head)),
        ["1", "错误", "S03", "95.62", "95.6", "H21"]
    );
}

#[test]
fn texts_are_never_formulas_and_never_too_long() {
    let mut all = sample();
    let long = "长".repeat(40_000);
    all[0].project.indicators[0].reason = words(&long);
    for (i, text) in ["+1", "-1", "@x", "=1+1", "a\u{1}\r\nb"].into_iter().enumerate() {
        all[i % 2].project.indicators[i / 2].name = words(text);
    }
    let bytes = workbook(&all, &[]);
    let details = sheet(&bytes, "指标明细");
    assert_eq!(shown(&details, 2, 1, "偏差原因及改进措施").chars().count(), 32_767);
    assert_eq!(shown(&sheet(&bytes, "汇总表"), 3, 2, "主要偏差原因及改进措施").chars().count(), 121);
    assert_eq!(
        [2, 5, 3, 6, 4].map(|row| shown(&details, row, 1, "三级指标")),
        ["+1", "-1", "@x", "=1+1", "a\nb"]
    );
    let formulas = Xlsx::new(Cursor::new(&bytes)).unwrap().worksheet_formula("指标明细").unwrap();
    assert!(formulas.used_cells().all(|(_, _, formula)| formula.starts_with("IF(")));
}

#[test]
fn every_row_stands_once_and_in_order() {
    // Excel offers to repair a workbook with a row that comes twice.
    let many: Vec<Assessed> = std::iter::repeat_with(sample).take(220).flatten().collect();
    for all in [Vec::new(), sample(), many] {
        let bytes = workbook(&all, &[]);
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let names: Vec<String> = archive.file_names().flatten().map(|name| name.into_owned()).collect();
        for name in names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")) {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            let number = |row: &str| row.split_once('"').unwrap().0.parse::<u32>().unwrap();
            let rows: Vec<u32> = text.split("<row r=\"").skip(1).map(number).collect();
            assert!(!rows.is_empty() && rows.is_sorted_by(|a, b| a < b), "{name} of {}", all.len());
        }
    }
}

#[test]
fn heads_stay_on_screen_and_on_every_page() {
    let bytes = workbook(&sample(), &[]);
    let overview = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in [
        r#"<pane xSplit="2" ySplit="3" topLeftCell="C4""#,
        r#"<autoFilter ref="A3:V6"/>"#,
        r#"orientation="landscape""#,
        r#"paperSize="9""#,
        r#"fitToHeight="0""#,
        "<oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter>",
        r#"location="'指标明细'!A3""#,
    ] {
        assert!(overview.contains(expected), "{expected} in {overview}");
    }
    // Columns lend their formats to the rows of a long sheet only while those are written.
    let details = part(&bytes, "xl/worksheets/sheet3.xml");
    assert!(details.contains("<cols><col ") && !details.contains(" style="), "{details}");
    let names = part(&bytes, "xl/workbook.xml");
    for expected in ["汇总表!$1:$3", "指标明细!$1:$2", "问题清单!$1:$2"] {
        assert!(names.contains(&format!(">{expected}</definedName>")), "{expected} in {names}");
    }
}

#[test]
fn links_lead_to_reports_of_any_name() {
    for (path, target) in [
        ("自评报告/食品抽检专项.docx", "自评报告/食品抽检专项.docx"),
        ("自评报告/a b.docx", "自评报告/a%20b.docx"),
        ("自评报告/1#楼.docx", "自评报告/1%23楼.docx"),
        ("自评报告/1# 楼.docx", "自评报告/1%23%20楼.docx"),
        ("自评报告/100%.docx", "自评报告/100%25.docx"),
        ("自评报告/a%20b.docx", "自评报告/a%2520b.docx"),
        ("自评报告/甲&乙'丙.docx", "自评报告/甲&amp;乙'丙.docx"),
    ] {
        let bytes = workbook(&sample(), &[path]);
        let links = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels");
        assert!(
            links.contains(&format!(r#"Target="{target}" TargetMode="External""#)),
            "{target} in {links}"
        );
        assert_eq!(shown(&sheet(&bytes, "汇总表"), 3, 2, "自评报告"), "打开");
    }
}

#[test]
fn the_same_summary_gives_the_same_bytes() {
    let reports = ["自评报告/1#.docx", "自评报告/2.docx"];
    assert!(workbook(&sample(), &reports) == workbook(&sample(), &reports));
    assert!(workbook(&sample(), &[]) == workbook(&sample(), &[]));
}

#[test]
fn an_empty_batch_is_a_workbook() {
    let bytes = workbook(&[], &[]);
    let overview = sheet(&bytes, "汇总表");
    assert_eq!(overview.get_value((1, 0)).unwrap().to_string(), "金额单位：万元　　项目数：0");
    assert_eq!(sheet(&bytes, "问题清单").get_value((2, 0)).unwrap().to_string(), "未发现问题。");
    assert_eq!(sheet(&bytes, "图表").get_value((2, 0)).unwrap().to_string(), "没有可供作图的得分。");
}

#[test]
fn charts_show_the_lowest_scores_of_many_projects() {
    let all: Vec<Assessed> = (0..50)
        .map(|i| {
            let (name, total) = (format!("项目{i}"), (50 + i).to_string());
            let money = ["1", "1", "1", "10"];
            assessed(&Form {
                name: &name,
                unit: None,
                money,
                total: &total,
                indicators: &["产出指标|甲|1|1|50|45|"],
            })
        })
        .collect();
    let bytes = workbook(&all, &[]);
    let charts = sheet(&bytes, "图表");
    let text = |row, col| charts.get_value((row, col)).cloned().unwrap_or_default().to_string();
    assert_eq!([text(3, 0), text(3, 3), text(4, 0), text(4, 3)], ["预算执行", "1", "产出指标", "0.9"]);
    assert_eq!([text(7, 0), text(7, 1), text(46, 0), text(46, 1)], ["项目0", "50", "项目39", "89"]);
    assert_eq!(charts.end(), Some((46, 3)));
    let chart = part(&bytes, "xl/charts/chart2.xml");
    assert!(chart.contains("总分最低的 40 个项目") && chart.contains(r#"<c:min val="40"/>"#), "{chart}");
}

#[test]
fn amounts_beyond_exact_numbers_leave_their_sums_out() {
    let huge = "79228162514264337593543950335";
    let form =
        |name| Form { name, unit: None, money: [huge, huge, huge, "10"], total: "90", indicators: &[] };
    let all = [assessed(&form("甲")), assessed(&form("乙"))];
    let overview = sheet(&workbook(&all, &[]), "汇总表");
    assert_eq!(shown(&overview, 5, 2, "全年预算数"), "");
    assert_eq!(shown(&overview, 6, 2, "总分"), "90");
}

/// Projects of three units of two departments, by name: department, unit, budget, executed, total.
fn of_units() -> Vec<Assessed> {
    let rows = [
        ("甲局", "一所", ["100", "100", "100", "10"], "98", "88"),
        ("甲局", "一 所", ["100", "100", "30", "3"], "91", "88"),
        ("甲局", "二所", ["50", "50", "50", "10"], "94.5", "84.5"),
        ("", "三所", ["", "50", "", ""], "80", "80"),
    ];
    let form = |(department, unit, money, total, score): (&str, &str, [&str; 4], &str, &str)| {
        let indicator = format!("产出指标|甲|1|1|90|{score}|");
        let mut own =
            assessed(&Form { name: "项目", unit: None, money, total, indicators: &[indicator.as_str()] });
        own.project.department = words(department);
        own.project.unit = words(unit);
        own
    };
    rows.map(form).to_vec()
}

#[test]
fn units_and_departments_have_sheets_of_their_own() {
    let bytes = workbook(&of_units(), &[]);
    let units = sheet(&bytes, "单位汇总");
    let row = |line: u32, heads: &[&str]| -> Vec<String> {
        heads.iter().map(|head| shown(&units, line, 2, head)).collect()
    };
    let heads = [
        "名次",
        "实施单位",
        "主管部门",
        "项目数",
        "全年预算数",
        "全年执行数",
        "执行率",
        "平均分",
        "加权平均分",
    ];
    assert_eq!(row(3, &heads), ["1", "一所", "甲局", "2", "200", "130", "0.65", "94.5", "94.5"]);
    assert_eq!(row(4, &heads), ["1", "二所", "甲局", "1", "50", "50", "1", "94.5", "94.5"]);
    assert_eq!(row(5, &heads), ["3", "三所", "", "1", "", "", "", "80", ""]);
    assert_eq!(row(6, &heads), ["", "合计", "", "4", "250", "180", "0.72", "90.875", "94.5"]);
    let rest = ["金额不全的项目数", "最高分", "最低分", "优", "良", "中", "差", "满分项目数"];
    assert_eq!(row(3, &rest), ["0", "98", "91", "2", "0", "0", "0", "0"]);
    assert_eq!(row(6, &rest), ["1", "98", "80", "3", "1", "0", "0", "0"]);
    assert_eq!(shown(&units, 3, 2, "年度"), "no 年度");
    let departments = sheet(&bytes, "部门汇总");
    assert_eq!(shown(&departments, 3, 2, "主管部门"), "甲局");
    assert_eq!(shown(&departments, 4, 2, "主管部门"), "〔待补充〕");
    let note = departments.get_value((1, 0)).unwrap().to_string();
    assert!(note.contains("1 个项目没有填全预算数和执行数，未计入金额"), "{note}");
}

#[test]
fn scores_that_run_ahead_of_the_money_come_first_and_coloured() {
    let bytes = workbook(&of_units(), &[]);
    let comparison = sheet(&bytes, "执行与得分对照");
    let column = |head: &str| (3..7).map(|row| shown(&comparison, row, 2, head)).collect::<Vec<_>>();
    assert_eq!(column("实施单位"), ["一所", "一所", "二所", "三所"]);
    assert_eq!(column("执行率"), ["0.3", "1", "1", ""]);
    assert_eq!(column("差距")[0], "0.677777777777778");
    assert_eq!(column("备注")[0], "得分率明显高于执行率，请核实");
    let chart = part(&bytes, "xl/charts/chart3.xml");
    assert!(chart.contains("<c:v>0.3</c:v>") && chart.contains("得分率明显高于执行率"), "{chart}");
    // One unit alone, and nothing that stands out: neither sheets of groups nor a chart.
    let mut one = of_units();
    one.remove(1);
    one.truncate(2);
    for own in &mut one {
        own.project.unit = words("一所");
    }
    let bytes = workbook(&one, &[]);
    let names = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap().sheet_names();
    assert_eq!(names, ["汇总表", "执行与得分对照", "指标明细", "问题清单", "图表"]);
    assert_eq!(shown(&sheet(&bytes, "执行与得分对照"), 3, 2, "实施单位"), "no 实施单位");
}

#[test]
fn groups_of_several_years_stand_apart_and_huge_figures_do_no_harm() {
    let huge = "79228162514264337593543950335";
    let mut all = of_units();
    all[0].project.year.value = Some(2021);
    all[3] = assessed(&Form {
        name: "大",
        unit: None,
        money: ["", "0.1", huge, "10"],
        total: "90",
        indicators: &[],
    });
    let units = sheet(&workbook(&all, &[]), "单位汇总");
    let row = |line: u32| ["名次", "实施单位", "年度"].map(|head| shown(&units, line, 2, head));
    assert_eq!(row(3), ["1", "一所", "2021"]);
    assert_eq!(row(4), ["1", "二所", "2022"]);
    assert_eq!(row(5), ["2", "一所", "2022"]);
}
