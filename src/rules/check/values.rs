//! Targets and actual values: units, signs, and rates that cannot be.

use super::example::{state, write};
use super::{Check, Context, Scope, Source};
use crate::model::number::{folded, percent};
use crate::model::{Decimal, Finding, Indicator, Level, Operator};
use crate::rules::measure::{Unsettled, money};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R29",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: unit_of_another_thing,
            spoil: |p| state(&mut p.indicators[1], "≥120人次", "126%"),
        },
        example: "F12",
    },
    Check {
        code: "R30",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: rate_beyond_the_whole,
            spoil: |p| state(&mut p.indicators[2], "≥97%", "101.2%"),
        },
        example: "F13",
    },
    Check {
        code: "R31",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: sign_that_asks_for_the_worse,
            spoil: |p| {
                write(&mut p.indicators[5].level2, "经济成本指标");
                write(&mut p.indicators[5].name, "检测费用");
            },
        },
        example: "E16",
    },
    Check {
        code: "R32",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: quantity_is_money,
            spoil: |p| state(&mut p.indicators[1], "≥120万元", "126万元"),
        },
        example: "D12",
    },
    Check {
        code: "R63",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: fraction_or_percent,
            spoil: |p| state(&mut p.indicators[2], "≥97%", "0.985"),
        },
        example: "F13",
    },
];

/// R29: target and actual value are counted in different things. Measure words of one kind are worth a word
/// only, and so is a unit that stands in its own column and behind the value again.
fn unit_of_another_thing(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut twice = Vec::new();
    for (row, own) in at.measured() {
        let (Some(target), Some(actual)) = (row.target.get(), row.actual.get()) else { continue };
        let (Some(wanted), Some(reached)) = (&target.unit, &actual.unit) else { continue };
        if own.compared == Err(Unsettled::Units) {
            let message = t!("R29.message", name = row.name.text(), wanted = wanted, reached = reached);
            let mut finding = at.finding(row.actual.cell, message).compares(reached, wanted);
            if kind_of(wanted) == kind_of(reached) {
                finding.level = finding.level.min(Level::Warning);
            }
            findings.push(finding);
        } else if row.unit.value.is_some() {
            twice.push((row, actual, reached));
        }
    }
    // A whole column is filled in one way: told once.
    if let Some((row, actual, unit)) = twice.first() {
        let message = t!("R29.twice", name = row.name.text(), unit = unit, count = twice.len());
        let finding =
            at.finding(row.actual.cell, message).compares(&actual.text, without(&actual.text, unit));
        findings.push(finding.eased(Level::Note, t!("R29.twice_hint")));
    }
}

/// What kind of thing a unit counts.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Percent,
    Money,
    /// Money or anything else for each of something.
    PerThing,
    Count,
}

fn kind_of(unit: &str) -> Kind {
    match &*folded(unit) {
        "%" => Kind::Percent,
        unit if money(unit).is_some() => Kind::Money,
        unit if unit.contains('/') => Kind::PerThing,
        _ => Kind::Count,
    }
}

fn without(text: &str, unit: &str) -> String {
    text.trim().trim_end_matches(['%', '％']).trim_end_matches(unit).trim().to_owned()
}

/// R30: a rate that cannot pass the whole, and does.
fn rate_beyond_the_whole(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        let Some(actual) = row.actual.get() else { continue };
        let bounded = at.scheme.terms.bounded_rates.ends(row.name.text().trim());
        let above = actual.unit.as_deref() == Some("%") && actual.value > Some(Decimal::ONE_HUNDRED)
            || folded(&actual.text).contains("100%以上");
        if bounded && above {
            let message = t!("R30.message", name = row.name.text(), actual = actual.text);
            findings.push(at.finding(row.actual.cell, message).compares(&actual.text, "≤100%"));
        }
    }
}

/// R63: a bare fraction where the target is in percent, which may be either. A whole column is filled in one way: told
/// once.
fn fraction_or_percent(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut unclear = at
        .measured()
        .filter(|(_, own)| own.compared == Err(Unsettled::Fraction))
        .filter_map(|(row, _)| Some((row, row.actual.get()?)));
    let Some((row, actual)) = unclear.next() else { return };
    let (name, percent) = (row.name.text(), actual.value.map(|own| percent(own, 15)).unwrap_or_default());
    let actual = actual.text.trim();
    let message = match unclear.count() {
        0 => t!("R63.message", name = name, actual = actual, percent = percent),
        more => t!("R63.several", name = name, actual = actual, percent = percent, count = more + 1),
    };
    let expected = t!("R63.expected", actual = actual, percent = percent);
    findings.push(at.finding(row.actual.cell, message).compares(actual, expected));
}

/// R31: a cost that is to be as high as possible, or a good rate that is to be as low as possible.
fn sign_that_asks_for_the_worse(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let terms = &at.scheme.terms;
    for (row, own) in at.measured() {
        let Some(target) = row.target.get() else { continue };
        let name = row.name.text().trim();
        let rate = target.unit.as_deref() == Some("%");
        let (worse, key, due) = match target.op {
            Some(Operator::AtLeast | Operator::Above) if own.is_cost => {
                (!rate && !terms.savings.is_in(name), "R31.message", "≤")
            }
            Some(Operator::AtMost | Operator::Below) => {
                let good = terms.bounded_rates.ends(name);
                let falls = ["不", "未", "逾期"].iter().any(|word| name.contains(word));
                (good && !falls, "R31.rate", "≥")
            }
            _ => (false, "", ""),
        };
        if worse {
            let message = t!(key, name = name, target = target.text);
            findings.push(at.finding(row.target.cell, message).compares(&target.text, due));
        }
    }
}

/// R32: a quantity that only says how much was paid.
fn quantity_is_money(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        if row.level2.text().contains("数量") && is_payment(row, at) {
            let message = t!("R32.message", name = row.name.text());
            findings.push(at.finding(row.name.cell, message));
        }
    }
}

fn is_payment(row: &Indicator, at: &Context<'_>) -> bool {
    let terms = &at.scheme.terms;
    let name = row.name.text().trim();
    let unit = row.target.get().and_then(|target| target.unit.as_deref());
    match unit.map(kind_of) {
        Some(Kind::Money) => true,
        // 享受补助资金, counted in people, is no money.
        Some(Kind::Count | Kind::PerThing) => terms.payments.is_in(name),
        Some(Kind::Percent) | None => terms.payments.is_in(name) || terms.payment_endings.ends(name),
    }
}
