//! A form without a fault, made up, which every check's example spoils in one place.
//!
//! Its cells are those of the usual form: funds in rows 6 and 7, the goal in row 9, indicators from row 11,
//! the total in row 20.

use super::{Check, Scope, run_batch};
use crate::model::{
    Actual, Address, Decimal, Field, Finding, Fund, FundRole, Goal, Grade, Indicator, MoneyUnit, Project,
    Source, Target, Total,
};
use crate::rules::{Digest, Scheme};

/// First level, second level, name, target, actual value, points reached of 10, reason.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const ROWS: [Row; 9] = [
    ("产出指标", "数量指标", "监督抽检批次", "≥860批次", "872", "10", ""),
    ("产出指标", "数量指标", "培训执法人员", "≥120人次", "126人次", "10", ""),
    ("产出指标", "质量指标", "抽检合格率", "≥97%", "98.2%", "10", ""),
    (
        "产出指标",
        "质量指标",
        "案件结案率",
        "≥95%",
        "93.1%",
        "9.8",
        "两起案件因补充检验延期结案，已列入下季度",
    ),
    ("产出指标", "时效指标", "任务完成时间", "2022年12月20日前", "2022年12月5日", "10", ""),
    ("效益指标", "经济效益指标", "挽回消费者损失", "≥40万元", "46万元", "10", ""),
    ("效益指标", "社会效益指标", "投诉办结率", "≥96%", "97.5%", "10", ""),
    ("效益指标", "可持续影响指标", "企业自查覆盖率", "≥80%", "85%", "10", ""),
    ("满意度指标", "服务对象满意度指标", "消费者满意度", "≥90%", "93.6%", "10", ""),
];

/// The first row of indicators, 0-based.
const FIRST: u32 = 10;

fn at(cell: &str) -> Address {
    cell.parse().unwrap_or_default()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

fn text(text: &str, cell: Address) -> Field<String> {
    if text.is_empty() { Field::empty(cell) } else { Field::read(text.to_owned(), cell) }
}

fn fund(item: &str, role: FundRole, row: u32) -> Fund {
    let number = |value: &str, col| Field::read(dec(value), Address::new(row, col));
    let mut fund = Fund {
        item: text(item, Address::new(row, 1)),
        role,
        initial: number("36", 3),
        budget: number("36", 4),
        executed: number("35.1", 5),
        ..Fund::default()
    };
    if role == FundRole::Total {
        fund.weight = number("10", 6);
        fund.rate = number("0.975", 7);
        fund.score = number("9.75", 8);
    }
    fund
}

fn indicator(row: u32, of: Row) -> Indicator {
    let (level1, level2, name, target, actual, score, reason) = of;
    let level1_row =
        ROWS.iter().position(|other| other.0 == level1).and_then(|first| u32::try_from(first).ok());
    let cell = |col| Address::new(row, col);
    Indicator {
        level1: text(level1, Address::new(FIRST + level1_row.unwrap_or_default(), 1)),
        level2: text(level2, cell(2)),
        name: text(name, cell(3)),
        target: Field::read(Target::read(target), cell(4)),
        actual: Field::read(Actual::read(actual), cell(5)),
        weight: Field::read(dec("10"), cell(6)),
        score: Field::read(dec(score), cell(7)),
        reason: text(reason, cell(8)),
        ..Indicator::default()
    }
}

/// The scheme that fits the form.
pub const SCHEME: &str = "mof-2020";

/// The form.
pub fn project() -> Project {
    Project {
        name: text("食品安全抽检", at("C3")),
        year: Field::read(2022, at("A2")),
        department: text("某县市场监督管理局", at("C4")),
        unit: text("某县食品检验所", at("G4")),
        money_unit: Some(MoneyUnit::TenThousandYuan),
        funds: vec![fund("年度资金总额", FundRole::Total, 5), fund("当年财政拨款", FundRole::Fiscal, 6)],
        goals: vec![Goal {
            planned: text("抽检食品860批次以上，培训执法人员120人次以上，公布抽检结果", at("B9")),
            actual: text("抽检食品872批次，培训执法人员126人次，结果分四期公布", at("F9")),
        }],
        indicators: (FIRST..).zip(ROWS).map(|(row, of)| indicator(row, of)).collect(),
        total: Total {
            weight: Field::read(dec("100"), at("G20")),
            score: Field::read(dec("99.55"), at("H20")),
            grade: Field::read(Grade::Excellent, at("I20")),
        },
        source: Source {
            file: "自评表.xlsx".to_owned(),
            sheet: "自评表".to_owned(),
            layout: "mof-2020".to_owned(),
        },
        ..Project::default()
    }
}

/// Four forms of one unit.
pub fn projects() -> Vec<Project> {
    let others = [("药品不良反应监测", "24.8"), ("特种设备监督检验", "61.3"), ("计量器具强制检定", "18.4")];
    let mut projects = vec![project()];
    for (name, amount) in others {
        let mut other = project();
        other.name.value = Some(name.to_owned());
        other.source.file = format!("{name}.xlsx");
        for fund in &mut other.funds {
            for field in [&mut fund.initial, &mut fund.budget, &mut fund.executed] {
                field.value = Some(dec(amount));
            }
            fund.rate.value = fund.rate.value.map(|_| Decimal::ONE);
            fund.score.value = fund.score.value.map(|_| dec("10"));
        }
        other.goals[0].planned.value = Some(format!("按全年计划完成{name}任务并公布结果，不留空白"));
        other.goals[0].actual.value = Some(format!("{name}任务按计划完成，结果已在网站公布"));
        // A score of its own, with a reason.
        for (row, actual) in [(0, "688批次"), (1, "96人次")] {
            other.indicators[row].actual.value = Some(Actual::read(actual));
            other.indicators[row].score.value = Some(dec("8"));
            other.indicators[row].reason.value = Some("人手不足，已向上级申请增加".to_owned());
        }
        other.total.score.value = Some(dec("95.8"));
        projects.push(other);
    }
    projects
}

/// Raises a number.
pub(super) fn raise(field: &mut Field<Decimal>, by: &str) {
    field.value = field.value.map(|value| value + dec(by));
}

/// Puts a number.
pub(super) fn put(field: &mut Field<Decimal>, value: &str) {
    field.value = Some(dec(value));
}

/// Puts a text.
pub(super) fn write(field: &mut Field<String>, value: &str) {
    field.value = Some(value.to_owned());
}

/// Puts a target and an actual value.
pub(super) fn state(row: &mut Indicator, target: &str, actual: &str) {
    row.target.value = Some(Target::read(target));
    row.actual.value = Some(Actual::read(actual));
}

/// Says why the money was not spent.
pub(super) fn excuse(project: &mut Project) {
    project.funds[0].reason = text("尾款按合同于次年支付", at("J6"));
}

/// What a check of forms says of its own example, by a scheme; [`crate::example`] knows those of reports too.
pub fn findings(check: &Check, scheme: &Scheme) -> Vec<Finding> {
    match check.scope {
        Scope::Project { spoil, .. } => {
            let mut project = project();
            spoil(&mut project);
            crate::rules::assess(project, scheme).findings
        }
        Scope::Batch { spoil, .. } => {
            let mut projects = projects();
            spoil(&mut projects);
            let assess = |project| Digest::of(&crate::rules::assess(project, scheme));
            let digests: Vec<Digest> = projects.into_iter().map(assess).collect();
            let mut findings = Vec::new();
            run_batch(&digests, &scheme.checks, |_, finding| findings.push(finding));
            findings
        }
        Scope::Report { .. } | Scope::Paired { .. } | Scope::Reports { .. } => Vec::new(),
    }
}
