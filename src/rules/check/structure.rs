//! What a form is made of: classes, kinds and numbers of indicators, rows given twice, places left as printed.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::example::{put, write};
use super::{Check, Context, Scope, Source};
use crate::model::number::{compacted, folded};
use crate::model::{Decimal, Finding, Indicator, Level};
use crate::rules::Class;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R15",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Weights, Source::Review],
        scope: Scope::Project {
            run: class_is_missing,
            spoil: |p| {
                p.indicators.drain(5..8);
                put(&mut p.indicators[0].weight, "40");
                put(&mut p.indicators[0].score, "40");
            },
        },
        example: "B11",
    },
    Check {
        code: "R16",
        level: Level::Warning,
        threshold: Some(Decimal::from_parts(3, 0, 0, false, 0)),
        sources: &[Source::Review],
        scope: Scope::Project {
            run: few_outputs,
            spoil: |p| p.indicators[..2].iter_mut().for_each(|row| write(&mut row.level2, "质量指标")),
        },
        example: "B11",
    },
    Check {
        code: "R17",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: indicator_given_twice,
            spoil: |p| {
                let first = p.indicators[0].clone();
                let second = &mut p.indicators[1];
                second.name.value = first.name.value;
                second.target.value = first.target.value;
                second.actual.value = first.actual.value;
            },
        },
        example: "D12",
    },
    Check {
        code: "R18",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: place_left_as_printed,
            spoil: |p| write(&mut p.goals[0].planned, "完成××抽检860批次以上"),
        },
        example: "B9",
    },
    Check {
        code: "R58",
        level: Level::Warning,
        threshold: Some(Decimal::from_parts(40, 0, 0, false, 0)),
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: one_indicator_outweighs,
            spoil: |p| {
                for (row, weight, score) in
                    [(0, "42", "42"), (1, "2", "2"), (2, "2", "2"), (3, "2", "1.96"), (4, "2", "2")]
                {
                    put(&mut p.indicators[row].weight, weight);
                    put(&mut p.indicators[row].score, score);
                }
                put(&mut p.total.score, "99.71");
            },
        },
        example: "G11",
    },
];

/// R15: no outputs or no benefits. Satisfaction may be missing, and its points then belong to the benefits.
fn class_is_missing(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let classes = &at.scores.classes;
    // On a form that calls its levels by names of its own nothing is known to be missing.
    if classes.is_empty() || classes.iter().any(|class| class.class.is_none()) {
        return;
    }
    let cell = at.project.indicators.first().and_then(|row| row.level1.cell);
    for class in [Class::Output, Class::Benefit, Class::Satisfaction] {
        if classes.iter().any(|own| own.class == Some(class)) {
            continue;
        }
        let finding = at.finding(cell, t!("R15.message", class = class.name()));
        findings.push(if class == Class::Satisfaction {
            finding.eased(Level::Note, t!("R15.satisfaction"))
        } else {
            finding
        });
    }
}

/// R16: fewer outputs than the threshold, or none of a usual kind.
fn few_outputs(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let outputs: Vec<&Indicator> = at.of_class(Class::Output).collect();
    // Where second levels are not named, kinds cannot be told.
    if outputs.is_empty() || outputs.iter().any(|row| row.level2.value.is_none()) {
        return;
    }
    let cell = outputs[0].level1.cell;
    let kinds = &at.scheme.terms.output_kinds;
    let has = |kind: &str| outputs.iter().any(|row| row.level2.text().contains(kind));
    // A form whose second levels are none of the usual has its own order.
    let costs = outputs.iter().any(|row| at.scheme.class_of(row.level2.text()) == Some(Class::Cost));
    if !costs && !kinds.iter().any(|kind| has(kind)) {
        return;
    }
    let missing: Vec<&str> = kinds.iter().map(String::as_str).filter(|kind| !has(kind)).collect();
    let count = Decimal::from(outputs.len());
    if count < at.threshold {
        let message = t!("R16.few", count = count, least = at.threshold);
        findings.push(at.finding(cell, message).compares(count, format!("≥{}", at.threshold)));
    }
    if !missing.is_empty() {
        let finding = at.finding(cell, t!("R16.message", kinds = missing.join("、")));
        let grave = kinds.iter().take(2).any(|kind| missing.contains(&kind.as_str()));
        findings.push(if grave { finding } else { finding.eased(Level::Note, t!("R16.hint")) });
    }
}

/// R17: two indicators of one name. With one target as well the row was given twice; with another it may be
/// meant, and in another class the thing is counted twice.
fn indicator_given_twice(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen: FxHashMap<Cow<'_, str>, &Indicator> = FxHashMap::default();
    for row in &at.project.indicators {
        let name = compacted(bare_name(row.name.text()));
        if name.is_empty() {
            continue;
        }
        let Some(first) = seen.get(&name) else {
            seen.insert(name, row);
            continue;
        };
        if first.group() != row.group() {
            continue;
        }
        let place = first.name.cell.map(|cell| cell.to_string()).unwrap_or_default();
        let message = t!("R17.message", name = bare_name(row.name.text()), cell = place);
        let mut finding = at.finding(row.name.cell, message);
        let same = first.level2.text() == row.level2.text() && target_of(first) == target_of(row);
        if !same {
            finding.level = finding.level.min(Level::Warning);
        }
        findings.push(finding);
    }
}

/// The target as it is compared with others.
fn target_of(row: &Indicator) -> Option<Cow<'_, str>> {
    row.target.get().map(|target| folded(&target.text))
}

/// A name without the `指标1：` that a form prints before it.
fn bare_name(name: &str) -> &str {
    let Some(rest) = name.trim().strip_prefix("指标") else { return name.trim() };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    rest.strip_prefix([':', '：', '.', '、']).map_or(name.trim(), str::trim)
}

/// R18: signs that a form prints where something is to be filled in.
fn place_left_as_printed(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let project = at.project;
    let texts = [&project.name, &project.department, &project.unit];
    let goals = project.goals.iter().flat_map(|goal| [&goal.planned, &goal.actual]);
    let rows = project.indicators.iter();
    let fields = texts.into_iter().chain(goals).map(|field| (field.text(), field.cell));
    let fields = fields.chain(rows.flat_map(|row| {
        [
            (row.name.text(), row.name.cell),
            (row.target.get().map_or("", |target| target.text.as_str()), row.target.cell),
            (row.actual.get().map_or("", |actual| actual.text.as_str()), row.actual.cell),
            (row.reason.text(), row.reason.cell),
        ]
    }));
    for (text, cell) in fields {
        let mut signs = at.scheme.terms.placeholders.find(text);
        if let Some((_, left)) = signs.find(|(start, sign)| stands_alone(text, *start, sign)) {
            findings.push(at.finding(cell, t!("R18.message", left = left)).compares(short(text), "—"));
        }
    }
}

/// Whether a sign of a text is not within a word of Latin letters or a code; signs in a row are signs.
fn stands_alone(text: &str, start: usize, sign: &str) -> bool {
    let part_of = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() && !matches!(c, 'X' | 'x'));
    !part_of(text[..start].chars().next_back()) && !part_of(text[start + sign.len()..].chars().next())
}

/// The start of a text.
fn short(text: &str) -> String {
    const LENGTH: usize = 30;
    let mut start: String = text.chars().take(LENGTH).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// R58: one indicator has more points than the threshold.
fn one_indicator_outweighs(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let rows = &at.project.indicators;
    for (i, row) in rows.iter().enumerate() {
        let shared = rows.get(i + 1).is_some_and(|below| below.weight.cell == row.weight.cell);
        if let Some(weight) = row.weight.number().filter(|weight| *weight > at.threshold && !shared) {
            let message = t!("R58.message", name = row.name.text(), weight = weight, most = at.threshold);
            findings
                .push(at.finding(row.weight.cell, message).compares(weight, format!("≤{}", at.threshold)));
        }
    }
}
