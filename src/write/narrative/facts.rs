//! What an outline may say of a project: texts as the form prints them, and figures computed from the form's.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::number::{percent, round};
use crate::model::{Field, Fund, FundRole, Indicator, Operator, Project};
use crate::rules::check::scores::gives_a_reason;
use crate::rules::score::ClassScore;
use crate::rules::{Assessed, Outcome, Scores};

/// Decimal places of a rate shown in percent.
const RATE_PLACES: u32 = 2;

/// The facts of one project. Texts that the form does not have are empty; figures that it does not have are
/// none. Points are plain numbers, amounts carry their unit, rates are in percent.
#[derive(Debug, Serialize)]
pub struct Facts {
    name: String,
    department: String,
    unit: String,
    year: Option<u16>,
    funds: Funds,
    goals: Vec<GoalFacts>,
    classes: Vec<ClassFacts>,
    rows: Vec<IndicatorFacts>,
    /// The indicators that lost points, in the form's order.
    deviations: Vec<IndicatorFacts>,
    /// Indicators that lost nothing and whose form gives a reason all the same.
    remarks: Vec<IndicatorFacts>,
    total: TotalFacts,
    /// Whether the form gives points at all.
    scored: bool,
    /// Other labelled places that are filled, as (label, text).
    other: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct Funds {
    initial: Option<String>,
    budget: Option<String>,
    executed: Option<String>,
    /// Budget less initial, without a sign.
    change: Option<String>,
    /// `up`, `down`, `same`, or none where a figure is missing.
    changed: Option<&'static str>,
    /// Budget less executed, where some is left.
    left: Option<String>,
    /// Executed less budget, where more was spent.
    over: Option<String>,
    rate: Option<String>,
    /// Whether the rate is below 90 %, where a reason is due.
    low: bool,
    weight: Option<String>,
    score: Option<String>,
    lost: Option<String>,
    reason: String,
    /// The sources with money in the full-year budget (or the initial one): label and amount.
    sources: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct GoalFacts {
    planned: String,
    actual: String,
}

#[derive(Debug, Serialize)]
struct ClassFacts {
    name: String,
    weight: Option<String>,
    score: Option<String>,
    rate: Option<String>,
    count: usize,
    reached: usize,
    groups: Vec<GroupFacts>,
}

#[derive(Debug, Serialize)]
struct GroupFacts {
    /// The second level's name without 指标.
    name: String,
    rows: Vec<IndicatorFacts>,
}

#[derive(Clone, Debug, Serialize)]
struct IndicatorFacts {
    level1: String,
    level2: String,
    name: String,
    target: String,
    actual: String,
    /// `met`, `exceeded`, `partly`, `missed`, `unmeasured`.
    outcome: &'static str,
    /// Whether target and actual are figures that were compared.
    measured: bool,
    /// Whether the target is a bound from above.
    bounded_above: bool,
    /// How far the actual value lies from the target: `4%`, or `0.4个百分点` where both are percentages.
    distance: Option<String>,
    /// What part of the target was reached, in percent; none where both are percentages.
    part: Option<String>,
    /// Whether the actual value is a percentage or nought, which is not 完成 but 为.
    is_state: bool,
    weight: Option<String>,
    /// Whether the form has a place for its points.
    scored: bool,
    score: Option<String>,
    lost: Option<String>,
    reason: String,
}

#[derive(Debug, Serialize)]
struct TotalFacts {
    score: Option<String>,
    weight: Option<String>,
    grade: Option<&'static str>,
    /// Points lost in all.
    lost: Option<String>,
    /// How many indicators lost points.
    deviations: usize,
    /// How many indicators there are.
    count: usize,
    /// How many of them reached their targets.
    reached: usize,
    /// How many cannot be measured by what the form says.
    unmeasured: usize,
}

impl Facts {
    /// The facts of a project.
    pub fn of(assessed: &Assessed) -> Self {
        let Assessed { project, scores, outcomes, .. } = assessed;
        let rows: Vec<IndicatorFacts> = project
            .indicators
            .iter()
            .zip(outcomes)
            .map(|(row, outcome)| IndicatorFacts::of(row, *outcome))
            .collect();
        let classes = scores.classes.iter().map(|class| ClassFacts::of(class, &rows, outcomes)).collect();
        let deviations: Vec<_> = rows.iter().filter(|row| row.lost.is_some()).cloned().collect();
        let remarks =
            rows.iter().filter(|row| row.lost.is_none() && !row.reason.is_empty()).cloned().collect();
        let score = scores.total.printed;
        let full = scores.weight.printed.or(scores.weight.recomputed);
        let total = TotalFacts {
            score: score.map(plain),
            weight: full.map(plain),
            grade: project
                .total
                .grade
                .get()
                .copied()
                .or(scores.grade)
                .filter(|_| score.is_some())
                .map(|grade| grade.name()),
            lost: full.zip(score).map(|(full, score)| full - score).filter(|lost| !lost.is_zero()).map(plain),
            deviations: deviations.len(),
            count: rows.len(),
            reached: outcomes.iter().filter(|outcome| outcome.is_reached()).count(),
            unmeasured: outcomes.iter().filter(|outcome| **outcome == Outcome::NotMeasurable).count(),
        };
        let other = project.other.iter().filter(|(_, field)| gives_a_reason(field.text()));
        Self {
            name: project.name.text().to_owned(),
            department: project.department.text().to_owned(),
            unit: if project.unit.value.is_some() { &project.unit } else { &project.department }
                .text()
                .to_owned(),
            year: project.year.value,
            funds: Funds::of(project, scores),
            goals: project
                .goals
                .iter()
                .map(|goal| GoalFacts {
                    planned: sentence(goal.planned.text()),
                    actual: sentence(goal.actual.text()),
                })
                .collect(),
            classes,
            deviations,
            remarks,
            total,
            scored: rows.iter().any(|row| row.scored) || project.total.score.exists() || score.is_some(),
            other: other.map(|(label, field)| (label.clone(), sentence(field.text()))).collect(),
            rows,
        }
    }
}

impl Funds {
    fn of(project: &Project, scores: &Scores) -> Self {
        let unit = project.money_unit.map_or("", |unit| unit.name());
        let amount = |value: Decimal| format!("{}{unit}", grouped(value));
        let fund = project.total_fund();
        let number = |of: fn(&Fund) -> &Field<Decimal>| fund.and_then(|fund| of(fund).number());
        let (initial, budget, executed) =
            (number(|f| &f.initial), number(|f| &f.budget), number(|f| &f.executed));
        let change = initial.zip(budget).map(|(initial, budget)| budget - initial);
        let left = budget.zip(executed).map(|(budget, executed)| budget - executed);
        let rate = scores.rate.recomputed.or(scores.rate.printed);
        let score = scores.execution.printed;
        let source = |fund: &Fund| {
            let stated = fund.budget.number().or(fund.initial.number()).filter(|value| !value.is_zero())?;
            let label: String = fund.item.text().chars().filter(|c| !c.is_whitespace()).collect();
            let label =
                label.strip_prefix("其中：").or_else(|| label.strip_prefix("其中:")).unwrap_or(&label);
            Some((label.trim_end_matches(['：', ':']).to_owned(), amount(stated)))
        };
        Self {
            initial: initial.map(amount),
            budget: budget.map(amount),
            executed: executed.map(amount),
            change: change.map(|change| amount(change.abs())),
            changed: change.map(|change| match () {
                () if change.is_zero() => "same",
                () if change.is_sign_positive() => "up",
                () => "down",
            }),
            left: left.filter(|left| *left > Decimal::ZERO).map(amount),
            over: left.filter(|left| *left < Decimal::ZERO).map(|left| amount(-left)),
            rate: rate.map(|rate| percent(rate, RATE_PLACES)),
            low: rate.is_some_and(|rate| rate < Decimal::new(9, 1)),
            weight: score.and(scores.execution_weight).map(plain),
            score: score.map(plain),
            lost: lost(scores.execution_weight, score),
            reason: fund.map(|fund| reason(fund.reason.text())).unwrap_or_default(),
            sources: project
                .funds
                .iter()
                .filter(|fund| fund.role != FundRole::Total)
                .filter_map(source)
                .collect(),
        }
    }
}

impl ClassFacts {
    fn of(class: &ClassScore, rows: &[IndicatorFacts], outcomes: &[Outcome]) -> Self {
        let own: Vec<usize> = (0..rows.len()).filter(|i| rows[*i].level1 == class.level1).collect();
        let mut groups: Vec<GroupFacts> = Vec::new();
        for i in &own {
            let name = rows[*i].level2.trim_end_matches("指标").to_owned();
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.rows.push(rows[*i].clone()),
                None => groups.push(GroupFacts { name, rows: vec![rows[*i].clone()] }),
            }
        }
        let rate = class.score.zip(class.weight).and_then(|(score, weight)| score.checked_div(weight));
        Self {
            name: class.level1.clone(),
            weight: class.weight.map(plain),
            score: class.score.map(plain),
            rate: rate.map(|rate| percent(rate, RATE_PLACES)),
            count: own.len(),
            reached: own.iter().filter(|i| outcomes[**i].is_reached()).count(),
            groups,
        }
    }
}

impl IndicatorFacts {
    fn of(row: &Indicator, outcome: Outcome) -> Self {
        let target = row.target.get();
        let in_percent = target.is_some_and(|target| target.unit.as_deref() == Some("%"));
        let reached = row.actual.get().and_then(|actual| actual.value);
        let points =
            target.and_then(|t| t.value).zip(reached).map(|(target, reached)| (reached - target).abs());
        let points =
            points.filter(|_| in_percent).map(|points| format!("{}个百分点", round(points, RATE_PLACES)));
        let in_words = |part: Decimal| percent(part, RATE_PLACES);
        let (word, distance, part) = match outcome {
            Outcome::Met => ("met", None, None),
            Outcome::Exceeded(by) => ("exceeded", points.or(Some(in_words(by))), None),
            Outcome::PartlyMet(part) if points.is_some() => {
                ("partly", points.filter(|_| part.is_some()), None)
            }
            Outcome::PartlyMet(part) => ("partly", None, part.map(in_words)),
            Outcome::Missed => ("missed", None, None),
            Outcome::NotMeasurable => ("unmeasured", None, None),
        };
        let figures = target.is_some_and(|t| t.value.is_some() && t.op != Some(Operator::Qualitative))
            && row.actual.get().is_some_and(|actual| actual.value.is_some());
        Self {
            level1: row.level1.text().to_owned(),
            level2: row.level2.text().to_owned(),
            name: without_prompt(row.name.text()).to_owned(),
            target: target.map(|target| one_line(&target.text)).unwrap_or_default(),
            actual: actual(row),
            outcome: word,
            measured: figures,
            bounded_above: matches!(target.and_then(|t| t.op), Some(Operator::AtMost | Operator::Below)),
            distance,
            part,
            is_state: in_percent || reached.is_some_and(|value| value.is_zero()),
            weight: row.weight.number().map(plain),
            scored: row.score.exists(),
            score: row.score.number().map(plain),
            lost: lost(row.weight.number(), row.score.number()),
            reason: reason(row.reason.text()),
        }
    }
}

/// The actual value; a bare number takes the unit of its target.
fn actual(row: &Indicator) -> String {
    let Some(actual) = row.actual.get() else { return String::new() };
    let text = one_line(&actual.text);
    let bare =
        actual.value.is_some() && actual.unit.is_none() && text.ends_with(|c: char| c.is_ascii_digit());
    match row.target.get().filter(|_| bare).and_then(|target| target.unit.as_deref()) {
        // 0.95 under a target in percent may mean 95 %: nothing in the file tells.
        Some("%") if actual.value.is_some_and(|value| value <= Decimal::ONE) => text,
        Some(unit) => format!("{text}{unit}"),
        None => text,
    }
}

/// Points lost, if any.
fn lost(full: Option<Decimal>, points: Option<Decimal>) -> Option<String> {
    full.zip(points).map(|(full, points)| full - points).filter(|lost| *lost > Decimal::ZERO).map(plain)
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// An amount with thousands separators, as many decimals as it has, six at most.
fn grouped(amount: Decimal) -> String {
    let text = round(amount, 6).to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    // Up to four digits read better as they are: 2022 is not 2,022.
    let mut shown = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && digits.len() > 4 && (digits.len() - i) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    fraction.map_or(shown.clone(), |fraction| format!("{shown}.{fraction}"))
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect()
}

/// A name without the form's prompt before it: `指标1：修缮面积`.
fn without_prompt(name: &str) -> &str {
    let rest = name.strip_prefix("指标").unwrap_or(name);
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == name.len() || digits.len() == rest.len() {
        return name;
    }
    digits.trim_start_matches(['：', ':', '、', '.', '．', ' '])
}

/// A reason as the form gives it; empty if it gives none.
fn reason(text: &str) -> String {
    if gives_a_reason(text) { sentence(text) } else { String::new() }
}

/// A text of several lines as one run of sentences, ended by a full stop.
fn sentence(text: &str) -> String {
    let mut joined = String::new();
    for line in text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
        if joined.ends_with(|c: char| !"。；;，,：:、！？!?.".contains(c)) {
            joined.push('；');
        }
        joined.push_str(line);
    }
    if !joined.is_empty() {
        let open = joined.trim_end_matches(['。', '；', ';', '，', ',', '、', '.']).len();
        joined.truncate(open);
        if !joined.ends_with(['！', '？', '”', '〕']) || joined.ends_with('”') {
            joined.push('。');
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_forms_become_sentences() {
        for (text, expected) in [
            ("", ""),
            ("完成抽检860批次", "完成抽检860批次。"),
            ("目标1：甲\n目标2：乙。", "目标1：甲；目标2：乙。"),
            ("甲；\n乙；", "甲；乙。"),
            ("甲。。", "甲。"),
        ] {
            assert_eq!(sentence(text), expected);
        }
        assert_eq!(without_prompt("指标1：修缮面积"), "修缮面积");
        assert_eq!(without_prompt("指标1工程完工率"), "工程完工率");
        assert_eq!(without_prompt("指标完成率"), "指标完成率");
        assert_eq!(grouped("1030700.50".parse().unwrap()), "1,030,700.5");
        assert_eq!(grouped("9800".parse().unwrap()), "9800");
    }
}
