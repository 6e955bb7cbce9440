//! What a form says that is hard to believe, or says nothing.

use super::example::{put, state, write};
use super::{Check, Context, Scope, Source};
use crate::model::number::folded;
use crate::model::{Decimal, Finding, Indicator, Level, Operator};
use crate::rules::Class;
use crate::rules::measure::Measure;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R35",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: benefit_without_a_measure,
            spoil: |p| write(&mut p.indicators[6].name, "维护市场秩序"),
        },
        example: "E17",
    },
    Check {
        code: "R36",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: satisfaction_too_neat,
            spoil: |p| state(&mut p.indicators[8], "≥90%", "100%"),
        },
        example: "F19",
    },
    Check {
        code: "R40",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: full_points_for_work_in_hand,
            spoil: |p| write(&mut p.goals[0].actual, "抽检食品872批次，检测设备一套尚未验收"),
        },
        example: "F9",
    },
    Check {
        code: "R42",
        level: Level::Note,
        threshold: Some(Decimal::from_parts(5, 0, 0, false, 0)),
        sources: &[Source::Review],
        scope: Scope::Project {
            run: every_target_met_exactly,
            spoil: |p| {
                for row in &mut p.indicators[..8] {
                    if let Some(target) = row.target.get().filter(|target| target.value.is_some()).cloned() {
                        let exactly = target.text.trim_start_matches('≥').to_owned();
                        state(row, &target.text, &exactly);
                    }
                }
                put(&mut p.indicators[3].score, "10");
                put(&mut p.total.score, "99.75");
            },
        },
        example: "F11",
    },
];

/// R35: a benefit of which nobody could say how it is measured: a percentage of something that is no rate, or
/// good words alone.
fn benefit_without_a_measure(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let terms = &at.scheme.terms;
    for row in at.of_class(Class::Benefit) {
        let Some(target) = row.target.get() else { continue };
        let name = row.name.text().trim();
        let counted = target.value.is_some() && target.unit.as_deref() == Some("%");
        // 参保率（按人数） is a rate as well.
        let bare = name.split(['(', '（']).next().unwrap_or_default().trim_end();
        let is_rate = terms.rate_endings.ends(bare) || terms.bounded_rates.is_in(name);
        let vague = target.op == Some(Operator::Qualitative)
            && terms.vague.is_in(&target.text)
            && target.text.chars().count() <= SHORT;
        if counted && !is_rate {
            let message = t!("R35.message", name = name, target = target.text);
            findings.push(at.finding(row.target.cell, message));
        } else if vague {
            let message = t!("R35.vague", name = name, target = target.text);
            findings.push(at.finding(row.target.cell, message));
        }
    }
}

/// A target of so few characters says how well, but not what. Characters.
const SHORT: usize = 8;

/// R36: everybody is content, or exactly as content as was planned; or content because nobody complained.
fn satisfaction_too_neat(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in at.of_class(Class::Satisfaction) {
        let (Some(target), Some(actual)) = (row.target.get(), row.actual.get()) else { continue };
        let says = |text: &str| at.scheme.terms.no_complaints.is_in(text);
        let equal = target.value.is_some() && target.value == actual.value;
        let whole = actual.unit.as_deref() == Some("%") && actual.value == Some(Decimal::ONE_HUNDRED);
        let key = if says(&actual.text) || says(row.reason.text()) {
            "R36.no_complaints"
        } else if whole {
            "R36.message"
        } else if equal {
            "R36.equal"
        } else {
            continue;
        };
        let message = t!(key, name = row.name.text(), actual = actual.text);
        findings.push(at.finding(row.actual.cell, message));
    }
}

/// R40: the text says that work is in hand, and outputs have all their points.
fn full_points_for_work_in_hand(at: &Context<'_>, findings: &mut Vec<Finding>) {
    if !at.is_self_evaluation() {
        return;
    }
    let full = |row: &Indicator| {
        row.weight
            .number()
            .zip(row.score.number())
            .is_some_and(|(full, points)| points >= full && !full.is_zero())
    };
    let outputs = || at.of_class(Class::Output);
    for row in outputs().filter(|row| full(row)) {
        let Some(actual) = row.actual.get() else { continue };
        if let Some(word) = in_hand(&actual.text, at) {
            let message = t!("R40.row", name = row.name.text(), word = word);
            findings.push(at.finding(row.score.cell, message));
        }
    }
    let kinds = at.scheme.terms.output_kinds.iter().take(2);
    let mut kinds = kinds.filter(|kind| {
        let mut rows = outputs().filter(|row| row.level2.text().contains(kind.as_str())).peekable();
        rows.peek().is_some() && rows.all(full)
    });
    let Some(kind) = kinds.next() else { return };
    for goal in &at.project.goals {
        if let Some(word) = in_hand(goal.actual.text(), at) {
            findings.push(at.finding(goal.actual.cell, t!("R40.message", word = word, kind = kind)));
        }
    }
}

/// The word by which a text says that something is not done yet; `没有未完成` says the contrary.
fn in_hand<'a>(text: &'a str, at: &'a Context<'_>) -> Option<&'a str> {
    let terms = &at.scheme.terms;
    let mut found = terms.unfinished.find(text);
    let word = found.find(|(start, _)| {
        let clause = text[..*start].rsplit(['，', '。', '；', ',', ';', '\n']).next().unwrap_or_default();
        !terms.not_really.is_in(clause)
    });
    word.map(|(_, word)| word)
}

/// R42: every figure is exactly its target, as if the targets had been written afterwards.
fn every_target_met_exactly(at: &Context<'_>, findings: &mut Vec<Finding>) {
    if !at.is_self_evaluation() {
        return;
    }
    let mut count = Decimal::ZERO;
    let mut first = None;
    for (row, own) in at.measured() {
        // How content people are is asked, not planned.
        if own.class == Some(Class::Satisfaction) {
            continue;
        }
        let Ok(Measure::Figures { target, actual, .. }) = own.compared else {
            continue;
        };
        if target != actual {
            return;
        }
        let all_of_it = target == Decimal::ONE_HUNDRED && folded(row.name.text()).ends_with('率');
        if !all_of_it {
            count += Decimal::ONE;
            first = first.or(row.actual.cell);
        }
    }
    if count >= at.threshold {
        findings.push(at.finding(first, t!("R42.message", count = count)));
    }
}
