//! Published forms whose arithmetic is known: a whole one recomputed line by line, and the faults of others.
//!
//! Figures are those of the published forms; names of places are left out.

use jixiao::model::{Decimal, Finding, Level};
use jixiao::rules::Due;
use jixiao::{Assessed, Knowledge, assess, read};

fn assessed(csv: &str) -> Assessed {
    let knowledge = Knowledge::built_in().unwrap();
    let mut reading = read(csv.as_bytes(), "表.csv", &knowledge).unwrap();
    assert_eq!(reading.forms.len(), 1, "{csv}");
    assess(reading.forms.remove(0), &knowledge).unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A form of the kind that states sign, value and unit in columns of their own; 2021, in yuan.
const MEALS: &str = "\
项目支出绩效自评表,,,,,,,,,
（2021年度）,,,,,,,,,
项目名称,学生营养改善计划,,,,,,,,
主管部门,某县教育局,,,实施单位,某县第一中学,,,,
项目资金（元）,,,年初预算数,全年预算数,全年执行数,,分值,执行率,得分
,年度资金总额,,,387664.62,387664.62,,10,100%,10
一级指标,二级指标,三级指标,指标性质,指标值,度量单位,实际完成值,分值,得分,偏差原因分析及改进措施
产出指标,数量指标,学生受资助人数,≧,735,人次,735,10,10,
产出指标,质量指标,营养改善计划覆盖率,≧,100,%,100%,10,10,
产出指标,时效指标,资金到位及时率,≧,100,%,100%,10,7,
产出指标,成本指标,生均补助标准达标率,═,100,%,100%,10,10,
效益指标,经济效益指标,减轻家庭负担,,有效,,有效,10,10,
效益指标,社会效益指标,政策知晓率,═,100,%,98%,10,9,
效益指标,可持续影响指标,营养改善持续率,≧,100,%,100%,10,10,
满意度指标,服务对象满意度指标,学生满意度,≧,95,%,100%,10,10,
满意度指标,服务对象满意度指标,家长满意度,≧,95,%,100%,10,10,
总分,,,,,,,100,96,优
";

#[test]
fn a_published_form_is_recomputed_line_by_line() {
    let of = assessed(MEALS);
    assert_eq!(of.scores.execution.recomputed, Some(dec("10")));
    let rows: Vec<(String, String, bool)> = of
        .project
        .indicators
        .iter()
        .zip(&of.dues)
        .map(|(row, due)| {
            let due = match due {
                Due::Points { points, .. } => points.to_string(),
                Due::Band { from, to, .. } => format!("{from}～{to}"),
                Due::Person(_) => "?".to_owned(),
            };
            let codes = |code: &str| {
                of.findings.iter().any(|f| {
                    f.code == code && f.cell.is_some_and(|c| Some(c.row) == row.name.cell.map(|n| n.row))
                })
            };
            (row.name.text().to_owned(), due, codes("R23") && codes("R24"))
        })
        .collect();
    let expected = [
        ("学生受资助人数", "10", false),
        ("营养改善计划覆盖率", "10", false),
        ("资金到位及时率", "10", true),
        ("生均补助标准达标率", "10", false),
        ("减轻家庭负担", "8～10", false),
        ("政策知晓率", "9.8", true),
        ("营养改善持续率", "10", false),
        ("学生满意度", "10", false),
        ("家长满意度", "10", false),
    ]
    .map(|(name, due, lost)| (name.to_owned(), due.to_owned(), lost));
    assert_eq!(rows, expected);
    // By formulas 99.8 where 96 is printed; the grade is the same.
    assert_eq!(of.scores.due.points.map(|points| points.normalize()), Some(dec("99.8")));
    assert_eq!(of.scores.total.printed, Some(dec("96")));
    assert!(!of.findings.iter().any(|finding| matches!(finding.code.as_ref(), "R06" | "R45")));
    let found = |code: &str, cell: &str| {
        of.findings.iter().any(|f| f.code == code && f.cell.is_some_and(|own| own.to_string() == cell))
    };
    // Percent twice, words without a description, satisfaction of 100 %.
    for (code, cell) in [("R29", "G9"), ("R28", "G12"), ("R36", "G15"), ("R36", "G16")] {
        assert!(found(code, cell), "{code} at {cell}: {:#?}", of.findings);
    }
}

/// A form of the usual kind, of these funds and rows: the funds' cells from 年初预算数 to 得分; level, second level,
/// name, target, actual value, full points, points, reason.
fn usual(funds: &[&str], rows: &[&str], total: &str) -> String {
    let mut csv = String::from(
        "项目支出绩效自评表,,,,,,,\n（2021年度）,,,,,,,\n项目名称,某某工程,,,,,,\n主管部门,某县水利局,,,实施单位,某县水利站,,\n项目资金（万元）,,年初预算数,全年预算数,全年执行数,分值,执行率,得分\n",
    );
    for fund in funds {
        csv.push_str(&format!(",{fund}\n"));
    }
    csv.push_str("一级指标,二级指标,三级指标,年度指标值,实际完成值,分值,得分,偏差原因分析及改进措施\n");
    for row in rows {
        csv.push_str(&format!("{row}\n"));
    }
    if !total.is_empty() {
        csv.push_str(&format!("总分,,,,,100,{total},\n"));
    }
    csv
}

const FUNDS: &[&str] = &["年度资金总额,100,100,100,10,100%,10"];

/// What is wrong with a form, the form, and the findings due: code, cell, level.
type Case = (&'static str, String, &'static [(&'static str, &'static str, Level)]);

#[test]
fn the_faults_of_published_forms_are_found() {
    use Level::{Error, Note, Warning};
    // The row's place on the form: funds from row 6, one row of funds, the head, then the indicators.
    let cases: Vec<Case> = vec![
        (
            "a total of nothing over sources of something",
            usual(
                &["年度资金总额,0,0,0,10,,0", "其中：财政拨款,90,89.974,89.974,—,,—"],
                &["产出指标,数量指标,清理河道,≥5公里,5公里,10,10,"],
                "",
            ),
            &[("R09", "D6", Error), ("R09", "E6", Error)],
        ),
        (
            "points lost at a target that was reached, without a reason",
            usual(
                FUNDS,
                &[
                    "产出指标,数量指标,清理河道,≥5公里,5公里,10,9,",
                    "产出指标,质量指标,验收合格率,=100%,100%,20,19,",
                ],
                "",
            ),
            &[("R23", "H8", Error), ("R24", "G8", Warning), ("R23", "H9", Error), ("R24", "G9", Warning)],
        ),
        (
            "full points for less than the target",
            usual(
                FUNDS,
                &[
                    "产出指标,数量指标,补贴面积,≥38508亩,37442亩,3,3,",
                    "产出指标,数量指标,培训人次,≥120人次,69人次,2,1,人员外出",
                ],
                "",
            ),
            &[("R22", "G8", Error), ("R24", "G9", Note)],
        ),
        (
            "one cost of ninety points",
            usual(FUNDS, &["产出指标,成本指标,工程总成本,≤100万元,完成,90,90,"], ""),
            &[("R58", "F8", Warning), ("R16", "A8", Warning), ("R15", "A8", Warning)],
        ),
        (
            "two indicators and no actual values",
            usual(
                FUNDS,
                &[
                    "产出指标,数量指标,发放人数,≥300人,,60,60,",
                    "效益指标,社会效益指标,保障水平,有效提高,,30,30,",
                ],
                "",
            ),
            &[("R21", "E8", Error), ("R21", "E9", Error), ("R58", "F8", Warning), ("R15", "A8", Note)],
        ),
        (
            "execution rounded, and a quantity of money",
            usual(
                &["年度资金总额,43.2,43.2,37.24,10,86%,9"],
                &["产出指标,数量指标,工程资金金额,43.2,37.24,10,9,"],
                "",
            ),
            &[("R08", "H6", Note), ("R12", "G6", Warning), ("R32", "C8", Warning)],
        ),
        (
            "a rate a hundredth of a point off",
            usual(
                &["年度资金总额,250000,250000,215457.6,10,86.19%,8.62"],
                &["产出指标,数量指标,慰问人数,≥500人,500人,10,10,"],
                "",
            ),
            &[("R12", "G6", Warning)],
        ),
        (
            "a rate below half beside full points",
            usual(
                &["年度资金总额,240,240,119.71,10,49.88%,5"],
                &["产出指标,数量指标,改造床位,≥80张,80张,10,10,"],
                "",
            ),
            &[("R39", "G6", Warning), ("R12", "G6", Warning)],
        ),
        (
            "four times the target, and no word",
            usual(FUNDS, &["产出指标,数量指标,开展活动,≥21场次,85场次,10,10,"], ""),
            &[("R26", "E8", Warning)],
        ),
        (
            "a term in the year before",
            usual(FUNDS, &["产出指标,时效指标,完成时间,2020年11月30日前,2020年11月20日,10,10,"], ""),
            &[("R37", "D8", Warning)],
        ),
        (
            "98 of 98 for 19.6 of 20",
            usual(FUNDS, &["产出指标,质量指标,水质达标率,≥98%,98%,20,19.6,"], ""),
            &[("R23", "H8", Error), ("R24", "G8", Warning)],
        ),
        (
            "a total that its rows do not make",
            usual(FUNDS, &["产出指标,数量指标,清理河道,≥5公里,5公里,90,90,"], "98"),
            &[("R06", "G9", Error)],
        ),
    ];
    for (name, csv, expected) in cases {
        let findings = assessed(&csv).findings;
        for (code, cell, level) in expected {
            let found = |f: &&Finding| f.code == *code && f.cell.is_some_and(|own| own.to_string() == *cell);
            let finding = findings.iter().find(found);
            assert_eq!(finding.map(|f| f.level), Some(*level), "{name}: {code} at {cell}: {findings:#?}");
        }
    }
}
