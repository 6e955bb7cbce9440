//! What an outline may say of indicators and their classes.

use std::cmp::Reverse;

use minijinja::value::{Serde, Value};
use rust_decimal::Decimal;
use serde::Serialize;

use super::RATE_PLACES;
use super::wording::{one_line, plain, reason, without_prompt};
use crate::model::number::{percent, round};
use crate::model::{Indicator, Operator};
use crate::rules::score::ClassScore;
use crate::rules::{Class, Outcome};

/// A first-level class.
#[derive(Debug, Serialize)]
pub(super) struct ClassFacts {
    name: String,
    /// 产出, 效益, 满意度 or 成本; none where the scheme does not know the name.
    kind: Option<&'static str>,
    weight: Option<String>,
    score: Option<String>,
    lost: Option<String>,
    rate: Option<String>,
    count: usize,
    reached: usize,
    /// How many missed their targets, as far as they can be compared.
    short: usize,
    /// The first of its indicators of most points.
    heaviest: Option<Value>,
    groups: Vec<GroupFacts>,
}

/// The indicators of a second-level class, the weighty ones first.
#[derive(Debug, Serialize)]
pub(super) struct GroupFacts {
    /// The second level's name without 指标.
    name: String,
    count: usize,
    weight: Option<String>,
    score: Option<String>,
    lost: Option<String>,
    /// Those that reached their targets to the figure and lost no points, and the others.
    exact: Vec<Value>,
    others: Vec<Value>,
}

/// An indicator's facts, and the same as an outline takes them: it stands in several lists and is made into a value
/// once.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) facts: IndicatorFacts,
    pub(super) value: Value,
}

/// An indicator. The engine looks its members up in this order, so what outlines ask for most comes first.
#[derive(Debug, Serialize)]
pub(super) struct IndicatorFacts {
    pub(super) name: String,
    weight: Option<String>,
    actual: String,
    target: String,
    /// Whether the target was reached to the figure and no points were lost.
    exact: bool,
    pub(super) lost: Option<String>,
    /// Whether the form has a place for its points.
    pub(super) scored: bool,
    pub(super) score: Option<String>,
    /// `met`, `exceeded`, `partly`, `missed`, `unmeasured`.
    pub(super) outcome: &'static str,
    /// Whether target and actual are figures.
    measured: bool,
    /// The target without its sign, of a bound from above.
    bound: Option<String>,
    /// Whether the actual value is a percentage or nought, which is not 完成 but 为.
    is_state: bool,
    /// How far the actual value lies from the target, in the form's unit: `12批次`, `0.4个百分点`.
    distance: Option<String>,
    /// The same in percent of the target: `1.4%`; none where both are percentages.
    distance_rate: Option<String>,
    pub(super) level1: String,
    pub(super) level2: String,
    /// Whether the target is a figure or a date.
    pub(super) quantitative: bool,
    /// Whether the target is a bound from above.
    bounded_above: bool,
    /// What part of the target was reached, in percent; none where both are percentages.
    part: Option<String>,
    pub(super) reason: String,
    /// Points, for the order.
    #[serde(skip)]
    pub(super) points: Option<Decimal>,
    #[serde(skip)]
    reached_points: Option<Decimal>,
}

impl ClassFacts {
    pub(super) fn of(class: &ClassScore, rows: &[Row], outcomes: &[Outcome]) -> Self {
        let name = rows.get(class.first).map_or("", |row| &row.facts.level1);
        let own = || rows.iter().filter(|row| row.facts.level1 == name);
        let mut groups: Vec<(&str, Vec<&Row>)> = Vec::new();
        for row in own() {
            let name = row.facts.level2.trim_end_matches("指标");
            match groups.iter_mut().find(|(group, _)| *group == name) {
                Some((_, members)) => members.push(row),
                None => groups.push((name, vec![row])),
            }
        }
        let rate = class.score.zip(class.weight).and_then(|(score, weight)| score.checked_div(weight));
        let reached = rows
            .iter()
            .zip(outcomes)
            .filter(|(row, outcome)| row.facts.level1 == name && outcome.is_reached());
        Self {
            name: name.to_owned(),
            kind: class.class.map(Class::name),
            weight: class.weight.map(plain),
            score: class.score.map(plain),
            lost: lost(class.weight, class.score),
            rate: rate.map(|rate| percent(rate, RATE_PLACES)),
            count: own().count(),
            reached: reached.count(),
            short: own().filter(|row| matches!(row.facts.outcome, "partly" | "missed")).count(),
            heaviest: heaviest(own()),
            groups: groups.into_iter().map(|(name, rows)| GroupFacts::of(name, rows)).collect(),
        }
    }
}

impl GroupFacts {
    fn of(name: &str, mut rows: Vec<&Row>) -> Self {
        let sum = |of: fn(&IndicatorFacts) -> Option<Decimal>| {
            rows.iter().map(|row| of(&row.facts)).sum::<Option<Decimal>>()
        };
        let (weight, score) = (sum(|row| row.points), sum(|row| row.reached_points));
        rows.sort_by_key(|row| Reverse(row.facts.points));
        let values = |of: fn(&IndicatorFacts) -> bool| -> Vec<Value> {
            rows.iter().filter(|row| of(&row.facts)).map(|row| row.value.clone()).collect()
        };
        Self {
            name: name.to_owned(),
            count: rows.len(),
            weight: weight.map(plain),
            score: score.map(plain),
            lost: lost(weight, score),
            exact: values(|row| row.exact),
            others: values(|row| !row.exact),
        }
    }
}

impl Row {
    pub(super) fn of(row: &Indicator, outcome: Outcome) -> Self {
        let facts = IndicatorFacts::of(row, outcome);
        let value = Value::from(Serde(&facts));
        Self { facts, value }
    }
}

impl IndicatorFacts {
    /// Whether it lost points or missed its target, points or no points.
    pub(super) fn deviates(&self) -> bool {
        self.lost.is_some() || matches!(self.outcome, "partly" | "missed")
    }

    fn of(row: &Indicator, outcome: Outcome) -> Self {
        let target = row.target.get();
        let wanted = target.and_then(|target| target.value);
        let unit = unit(row);
        let in_percent = unit == "%";
        let reached = row.actual.get().and_then(|actual| actual.value);
        let apart = wanted.zip(reached).map(|(wanted, reached)| (reached - wanted).abs());
        let apart = apart.filter(|apart| !apart.is_zero());
        let distance = apart.map(|apart| {
            let (places, unit) = if in_percent { (RATE_PLACES, "个百分点") } else { (6, unit) };
            format!("{}{unit}", plain(round(apart, places)))
        });
        let distance_rate =
            apart.filter(|_| !in_percent).zip(wanted).and_then(|(apart, wanted)| apart.checked_div(wanted));
        let (word, part) = match outcome {
            Outcome::Met => ("met", None),
            Outcome::Exceeded(_) => ("exceeded", None),
            Outcome::PartlyMet(part) => ("partly", part),
            Outcome::Missed => ("missed", None),
            Outcome::NotMeasurable => ("unmeasured", None),
        };
        let quantitative = target.is_some_and(|t| {
            t.op != Some(Operator::Qualitative) && t.text.contains(|c: char| c.is_ascii_digit())
        });
        let measured = quantitative && wanted.is_some() && reached.is_some();
        let one_unit =
            row.actual.get().and_then(|actual| actual.unit.as_deref()).is_none_or(|own| own == unit);
        let compared = one_unit
            && target.is_some_and(|target| target.upper.is_none())
            && match (outcome, reached.zip(wanted).and_then(|(reached, wanted)| reached.checked_div(wanted)))
            {
                (Outcome::Met, _) => measured,
                // What the rules found by reading a figure otherwise than it stands (0.95 as 95 %) is not told.
                (Outcome::Exceeded(over), Some(part)) => (part - Decimal::ONE).abs() == over,
                (Outcome::PartlyMet(Some(found)), Some(part)) => found == part,
                _ => false,
            };
        let text = target.map(|target| one_line(&target.text)).unwrap_or_default();
        let bounded_above = matches!(target.and_then(|t| t.op), Some(Operator::AtMost | Operator::Below));
        let in_words = |part: Decimal| percent(part, RATE_PLACES);
        let bound = wanted.filter(|_| bounded_above).map(|wanted| format!("{}{unit}", plain(wanted)));
        let distance = distance.filter(|_| compared);
        let lost = lost(row.weight.number(), row.score.number());
        Self {
            level1: row.level1.text().to_owned(),
            level2: row.level2.text().to_owned(),
            name: without_prompt(row.name.text()).to_owned(),
            exact: outcome == Outcome::Met
                && measured
                && distance.is_none()
                && bound.is_none()
                && lost.is_none(),
            bound,
            target: text,
            actual: actual(row),
            outcome: word,
            quantitative,
            measured,
            bounded_above,
            distance,
            distance_rate: distance_rate.filter(|_| compared).map(in_words),
            part: part.filter(|_| !in_percent).map(in_words),
            is_state: in_percent || reached.is_some_and(|value| value.is_zero()),
            weight: row.weight.number().map(plain),
            scored: row.score.exists(),
            score: row.score.number().map(plain),
            lost,
            reason: reason(row.reason.text()),
            points: row.weight.number(),
            reached_points: row.score.number(),
        }
    }
}

/// The actual value; a bare number takes the unit of its target.
fn actual(row: &Indicator) -> String {
    let Some(actual) = row.actual.get() else { return String::new() };
    let text = one_line(&actual.text);
    let bare =
        actual.value.is_some() && actual.unit.is_none() && text.ends_with(|c: char| c.is_ascii_digit());
    match unit(row) {
        unit if !bare || unit.is_empty() => text,
        // 0.95 under a target in percent may mean 95 %: nothing in the file tells.
        "%" if actual.value.is_some_and(|value| value <= Decimal::ONE) => text,
        unit => format!("{text}{unit}"),
    }
}

/// The unit of the target; one in brackets behind the indicator's name counts: `满意度（%）`.
fn unit(row: &Indicator) -> &str {
    const LONGEST: usize = 4;
    let target = row.target.get().filter(|target| target.value.is_some());
    target
        .and_then(|target| target.unit.as_deref())
        .or_else(|| {
            let name = row.name.text().trim_end().strip_suffix(['）', ')'])?;
            let (_, unit) = name.rsplit_once(['（', '('])?;
            let short = !unit.is_empty() && unit.chars().count() <= LONGEST;
            target.filter(|_| short).map(|_| unit.trim())
        })
        .unwrap_or_default()
}

/// Points lost, if any.
pub(super) fn lost(full: Option<Decimal>, points: Option<Decimal>) -> Option<String> {
    full.zip(points).map(|(full, points)| full - points).filter(|lost| *lost > Decimal::ZERO).map(plain)
}

/// The first of the indicators of most points.
fn heaviest<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Option<Value> {
    let most = rows.clone().filter_map(|row| row.facts.points).max()?;
    rows.into_iter().find(|row| row.facts.points == Some(most)).map(|row| row.value.clone())
}
