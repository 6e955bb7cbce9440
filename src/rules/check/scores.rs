//! Points of single indicators.

use super::example::{put, raise, state, write};
use super::{Check, Context, Scope, Source, differ, hundredths};
use crate::model::number::{folded, is_blank, round};
use crate::model::{Decimal, Finding, Indicator, Level, Operator};
use crate::rules::Due;
use crate::rules::Outcome;
use crate::rules::due::Formula;
use crate::rules::measure::Unsettled;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R03",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: more_points_than_full,
            spoil: |p| {
                raise(&mut p.indicators[0].score, "1");
                raise(&mut p.total.score, "1");
            },
        },
        example: "H11",
    },
    Check {
        code: "R04",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: negative_points,
            spoil: |p| {
                put(&mut p.indicators[1].score, "-1");
                raise(&mut p.total.score, "-11");
                p.total.grade.value = Some(crate::model::Grade::Good);
            },
        },
        example: "H12",
    },
    Check {
        code: "R05",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: no_points_to_be_had,
            spoil: |p| {
                for (row, points) in [(0, "20"), (1, "0")] {
                    put(&mut p.indicators[row].weight, points);
                    put(&mut p.indicators[row].score, points);
                }
            },
        },
        example: "G12",
    },
    Check {
        code: "R21",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: points_without_an_actual_value,
            spoil: |p| p.indicators[0].actual.value = None,
        },
        example: "F11",
    },
    Check {
        code: "R22",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: full_points_for_a_missed_target,
            spoil: |p| state(&mut p.indicators[0], "≥860批次", "800"),
        },
        example: "H11",
    },
    Check {
        code: "R23",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: points_lost_without_a_reason,
            spoil: |p| p.indicators[3].reason.value = None,
        },
        example: "I14",
    },
    Check {
        code: "R24",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System, Source::Review],
        scope: Scope::Project {
            run: points_miss_the_formula,
            spoil: |p| {
                state(&mut p.indicators[3], "≥95%", "76%");
                put(&mut p.indicators[3].score, "9.5");
                put(&mut p.total.score, "99.25");
            },
        },
        example: "H14",
    },
    Check {
        code: "R25",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: reason_against_full_points,
            spoil: |p| write(&mut p.indicators[0].reason, "因人手不足，有两期没有抽检"),
        },
        example: "I11",
    },
    Check {
        code: "R26",
        level: Level::Warning,
        threshold: hundredths(130),
        sources: &[Source::System, Source::Review],
        scope: Scope::Project {
            run: passed_by_far_without_a_word,
            spoil: |p| state(&mut p.indicators[0], "≥860批次", "1290批次"),
        },
        example: "F11",
    },
    Check {
        code: "R27",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: points_outside_the_band,
            spoil: |p| {
                state(&mut p.indicators[6], "按要求公开检测结果", "部分达成");
                write(&mut p.indicators[6].reason, "第四期结果尚在整理");
            },
        },
        example: "H17",
    },
    Check {
        code: "R28",
        level: Level::Note,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: words_without_a_description,
            spoil: |p| state(&mut p.indicators[6], "按要求公开检测结果", "达成"),
        },
        example: "F17",
    },
];

/// R03: 得分 above 分值.
fn more_points_than_full(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let rows = at.project.indicators.iter().map(|row| (row.name.text(), &row.weight, &row.score));
    let funds = at.project.funds.iter().map(|fund| (fund.item.text(), &fund.weight, &fund.score));
    for (name, weight, score) in rows.chain(funds) {
        let (Some(full), Some(points)) = (weight.number(), score.number()) else { continue };
        if points > full {
            let message = t!("R03.message", name = name, points = points, full = full);
            findings.push(at.finding(score.cell, message).compares(points, format!("≤{full}")));
        }
    }
}

/// R04: 得分 or 分值 below nought.
fn negative_points(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        for field in [&row.weight, &row.score] {
            if let Some(points) = field.number().filter(|points| *points < Decimal::ZERO) {
                let message = t!("R04.message", name = row.name.text(), points = points);
                findings.push(at.finding(field.cell, message).compares(points, "≥0"));
            }
        }
    }
}

/// R05: an indicator without points to be had, on a form that has points for others. A cell merged over
/// several rows gives its points once.
fn no_points_to_be_had(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let rows = &at.project.indicators;
    if rows.iter().all(|row| row.weight.number().is_none_or(|weight| weight.is_zero())) {
        return;
    }
    for (i, row) in rows.iter().enumerate() {
        let shared = rows[..i].iter().rev().any(|above| above.weight.cell == row.weight.cell);
        let states = row.target.value.is_some() && row.name.value.is_some();
        if row.weight.exists()
            && !shared
            && states
            && row.weight.number().is_none_or(|weight| weight.is_zero())
            && !is_of_a_group(row)
        {
            findings.push(at.finding(row.weight.cell, t!("R05.message", name = row.name.text())));
        }
    }
}

/// Whether the points of an indicator stand with the group that it belongs to.
fn is_of_a_group(row: &Indicator) -> bool {
    row.score.number().is_none() && row.group().is_some()
}

/// R21: points for an indicator whose actual value is empty.
fn points_without_an_actual_value(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        if let (Some(points), true) = (given(row), lacks_an_actual_value(row)) {
            let message = t!("R21.message", name = row.name.text(), points = points);
            findings.push(at.finding(row.actual.cell, message));
        }
    }
}

fn given(row: &Indicator) -> Option<Decimal> {
    row.score.number().filter(|points| !points.is_zero())
}

fn lacks_an_actual_value(row: &Indicator) -> bool {
    row.actual.exists() && row.actual.get().is_none_or(|actual| is_blank(&actual.text))
}

/// R22: full points although the figures say that the target was missed. Where the target states no sign,
/// which way it is to be read is our guess, and the finding a warning.
fn full_points_for_a_missed_target(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, outcome, due) in at.rows() {
        let (Some(full), Some(points)) = (row.weight.number(), row.score.number()) else { continue };
        let (Some(target), Some(actual)) = (row.target.get(), row.actual.get()) else { continue };
        if !is_full_though_missed(row, outcome) {
            continue;
        }
        let message = t!(
            "R22.message",
            name = row.name.text(),
            target = target.text,
            actual = actual.text,
            points = points
        );
        let mut finding = at.finding(row.score.cell, message).compares(points, format!("<{full}"));
        // The systems take > for ≥: exactly the target is short of the sign, but not of the points.
        if target.op.is_none() || due.nearest_to(None) == Some(full) {
            finding.level = finding.level.min(Level::Warning);
        }
        findings.push(finding);
    }
}

fn is_full_though_missed(row: &Indicator, outcome: Outcome) -> bool {
    let missed = matches!(outcome, Outcome::PartlyMet(Some(_)) | Outcome::Missed);
    let full = row.weight.number().zip(row.score.number());
    missed && full.is_some_and(|(full, points)| points >= full && !full.is_zero())
}

/// R23: points lost, and the form's own column for the reason left empty.
fn points_lost_without_a_reason(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        let (Some(full), Some(points)) = (row.weight.number(), row.score.number()) else { continue };
        if points < full
            && points >= Decimal::ZERO
            && row.reason.exists()
            && !gives_a_reason(row.reason.text())
        {
            let lost = (full - points).normalize();
            let message =
                t!("R23.message", name = row.name.text(), full = full, points = points, lost = lost);
            findings.push(at.finding(row.reason.cell, message));
        }
    }
}

/// R24: the points are not those of the scheme's formula. More than is due is an error; less is the writer's
/// own strictness, and only worth a word. What rounding explains is a note.
fn points_miss_the_formula(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, outcome, due) in at.rows() {
        let (Some(full), Some(points)) = (row.weight.number(), row.score.number()) else { continue };
        let (Due::Points { .. }, Some(due_points)) = (due, due.nearest_to(Some(points))) else { continue };
        // Each of these is a fault of its own, and told as such.
        let told = points > full
            || points < Decimal::ZERO
            || lacks_an_actual_value(row)
            || is_full_though_missed(row, outcome);
        if told || !differ(points, due_points, at.scheme.tolerance.row) {
            continue;
        }
        let reasoning = due.in_words(row);
        let message = t!("R24.message", name = row.name.text(), points = points, reasoning = reasoning);
        let mut finding = at.finding(row.score.cell, message).compares(points, due_points);
        let near = !differ(points, due_points, at.scheme.tolerance.rounding);
        if near && is_rounded(points, due_points) {
            finding = finding.eased(Level::Note, t!("R24.rounded"));
        } else if points < due_points {
            let level = if gives_a_reason(row.reason.text()) { Level::Note } else { Level::Warning };
            finding = finding.eased(level, t!("R24.less"));
        } else if near || guessed(row) || !at.scheme.verified {
            finding.level = finding.level.min(Level::Warning);
        }
        if !at.scheme.verified {
            finding.hint.push_str(&t!("scheme.unverified_hint", scheme = at.scheme.name));
        }
        findings.push(finding);
    }
}

/// Whether the way in which a target is to be read is our guess.
fn guessed(row: &Indicator) -> bool {
    row.target.get().is_some_and(|target| target.op.is_none())
}

/// Whether points are others to one place or none, rounded or cut off.
fn is_rounded(points: Decimal, exact: Decimal) -> bool {
    (0..=1).any(|places| {
        let unit = Decimal::new(1, places);
        let cut = exact.trunc_with_scale(places);
        points == round(exact, places) || points == cut || points == cut + unit
    })
}

/// R25: a reason for falling short where the figures say that the target was reached, with all points.
fn reason_against_full_points(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, _, due) in at.rows() {
        let (Some(full), Some(points)) = (row.weight.number(), row.score.number()) else { continue };
        let reached = matches!(due, Due::Points { formula: Formula::Reached(_) | Formula::OnTime, .. });
        let reason = row.reason.text();
        let falls_short = || at.scheme.terms.shortfall.is_in(reason) && !reason.contains("无偏差");
        if reached && points >= full && falls_short() {
            let message = t!("R25.message", name = row.name.text(), points = points, reason = reason);
            findings.push(at.finding(row.reason.cell, message));
        }
    }
}

/// R26: far more reached than asked for, and no word about it.
fn passed_by_far_without_a_word(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, _, due) in at.rows() {
        let Due::Points { formula: Formula::Reached(of), .. } = due else { continue };
        let upward = matches!(of.op, Operator::AtLeast | Operator::Above | Operator::Equal);
        let times = of.actual.checked_div(of.target).unwrap_or_default();
        if !upward || times < at.threshold || gives_a_reason(row.reason.text()) {
            continue;
        }
        let (Some(target), Some(actual)) = (row.target.get(), row.actual.get()) else { continue };
        let message = t!(
            "R26.message",
            name = row.name.text(),
            target = target.text,
            actual = actual.text,
            times = round(times, 2)
        );
        let mut finding = at.finding(row.actual.cell, message);
        // Without a column for reasons there is no place for the word.
        if !row.reason.exists() {
            finding.level = finding.level.min(Level::Note);
        }
        findings.push(finding);
    }
}

/// R27: words, and points outside the band that they belong to; or words that a system does not know.
fn points_outside_the_band(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, _, due) in at.rows() {
        let (Some(actual), Some(points)) = (row.actual.get(), row.score.number()) else { continue };
        match due {
            Due::Band { from, to, closed, band } => {
                let above = points > *to || points == *to && !closed;
                if points > row.weight.number().unwrap_or_default() || points >= *from && !above {
                    continue;
                }
                let range = due.in_words(row);
                let message = t!("R27.message", name = row.name.text(), points = points, reasoning = range);
                let expected = format!("{from}～{to}");
                let mut finding = at.finding(row.score.cell, message).compares(points, expected);
                // Fewer points than the best words allow are the writer's own strictness.
                if !above && *band == 0 {
                    let level = if gives_a_reason(row.reason.text()) { Level::Note } else { Level::Warning };
                    finding.level = finding.level.min(level);
                }
                findings.push(finding);
            }
            Due::Person(Unsettled::Words) if at.scheme.words.only => {
                let known: Vec<&str> = at
                    .scheme
                    .words
                    .bands
                    .iter()
                    .filter_map(|band| band.words.first())
                    .map(String::as_str)
                    .collect();
                let known = known.join("、");
                let message = t!("R27.unknown", name = row.name.text(), actual = actual.text, known = known);
                findings.push(at.finding(row.actual.cell, message).compares(&actual.text, known));
            }
            _ => {}
        }
    }
}

/// R28: an indicator judged by words of which nothing says what was done.
fn words_without_a_description(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, _, due) in at.rows() {
        let described = || gives_a_reason(row.reason.text()) || !row.other.is_empty();
        if let (Due::Band { .. }, Some(actual)) = (due, row.actual.get())
            && !described()
        {
            let message = t!("R28.message", name = row.name.text(), actual = actual.text);
            findings.push(at.finding(row.actual.cell, message));
        }
    }
}

/// Whether a text in the reason's place is one: `无` and `0` are not.
pub fn gives_a_reason(text: &str) -> bool {
    let text = folded(text);
    !is_blank(&text) && !matches!(&*text, "无" | "无偏差" | "0" | "暂无" | "不适用" | "没有" | "否")
}
