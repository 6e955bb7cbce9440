//! Points of single indicators.

use super::{Check, Context};
use crate::model::number::{fold, is_blank};
use crate::model::{Finding, Level};
use crate::rules::Outcome;

pub(super) const CHECKS: &[Check] = &[
    Check { code: "R03", level: Level::Error, run: more_points_than_full },
    Check { code: "R04", level: Level::Error, run: negative_points },
    Check { code: "R21", level: Level::Error, run: points_without_an_actual_value },
    Check { code: "R22", level: Level::Error, run: full_points_for_a_missed_target },
    Check { code: "R23", level: Level::Error, run: points_lost_without_a_reason },
];

/// R03: 得分 above 分值.
fn more_points_than_full(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let rows = at.project.indicators.iter().map(|row| (row.name.text(), &row.weight, &row.score));
    let funds = at.project.funds.iter().map(|fund| (fund.item.text(), &fund.weight, &fund.score));
    for (name, weight, score) in rows.chain(funds) {
        let (Some(full), Some(points)) = (weight.number(), score.number()) else { continue };
        if points > full {
            findings.push(
                at.finding(score.cell)
                    .says(t!("R03.message", name = name, points = points, full = full), t!("R03.hint"))
                    .compares(points, format!("≤{full}")),
            );
        }
    }
}

/// R04: 得分 or 分值 below nought.
fn negative_points(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        for field in [&row.weight, &row.score] {
            if let Some(points) =
                field.number().filter(|points| points.is_sign_negative() && !points.is_zero())
            {
                findings.push(
                    at.finding(field.cell)
                        .says(t!("R04.message", name = row.name.text(), points = points), t!("R04.hint"))
                        .compares(points, "≥0"),
                );
            }
        }
    }
}

/// R21: points for an indicator whose actual value is empty.
fn points_without_an_actual_value(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        let given = row.score.number().filter(|points| !points.is_zero());
        let empty = row.actual.exists() && row.actual.get().is_none_or(|actual| is_blank(&actual.text));
        if let (Some(points), true) = (given, empty) {
            findings.push(
                at.finding(row.actual.cell)
                    .says(t!("R21.message", name = row.name.text(), points = points), t!("R21.hint")),
            );
        }
    }
}

/// R22: full points although the figures say that the target was missed. Where the target states no sign,
/// which way it is to be read is our guess, and the finding a warning.
fn full_points_for_a_missed_target(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for (row, outcome) in at.project.indicators.iter().zip(at.outcomes) {
        let (Some(full), Some(points)) = (row.weight.number(), row.score.number()) else { continue };
        let (Some(target), Some(actual)) = (row.target.get(), row.actual.get()) else { continue };
        let missed = matches!(outcome, Outcome::PartlyMet(Some(_)) | Outcome::Missed);
        if !missed || points < full || full.is_zero() {
            continue;
        }
        let message = t!(
            "R22.message",
            name = row.name.text(),
            target = target.text,
            actual = actual.text,
            points = points
        );
        let mut finding =
            at.finding(row.score.cell).says(message, t!("R22.hint")).compares(points, format!("<{full}"));
        if target.op.is_none() {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

/// R23: points lost, and the form's own column for the reason left empty.
fn points_lost_without_a_reason(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        let (Some(full), Some(points)) = (row.weight.number(), row.score.number()) else { continue };
        if points < full && row.reason.exists() && !gives_a_reason(row.reason.text()) {
            findings.push(at.finding(row.reason.cell).says(
                t!(
                    "R23.message",
                    name = row.name.text(),
                    full = full,
                    points = points,
                    lost = (full - points).normalize()
                ),
                t!("R23.hint"),
            ));
        }
    }
}

/// Whether a text in the reason's place is one: `无` and `0` are not.
pub fn gives_a_reason(text: &str) -> bool {
    let text = fold(text);
    !is_blank(&text) && !matches!(text.as_str(), "无" | "无偏差" | "0" | "暂无" | "不适用" | "没有" | "否")
}
