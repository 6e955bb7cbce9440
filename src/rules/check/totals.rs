//! Sums: of full points, of first-level indicators, of the total.

use super::{Check, Context, differ};
use crate::model::{Finding, Level};

pub(super) const CHECKS: &[Check] = &[
    Check { code: "R01", level: Level::Error, run: weights_miss_the_full_score },
    Check { code: "R02", level: Level::Error, run: level_misses_its_stated_points },
    Check { code: "R06", level: Level::Error, run: total_misses_its_rows },
    Check { code: "R45", level: Level::Error, run: grade_misses_its_band },
];

/// R01: 分值 of all rows, execution included, must make the full score (domain rule "std").
fn weights_miss_the_full_score(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(sum) = at.scores.weight.recomputed else { return };
    if differ(sum, at.scheme.full, at.scheme.tolerance.row) {
        let cell =
            at.project.total.weight.cell.or(at.project.indicators.first().and_then(|row| row.weight.cell));
        findings.push(
            at.finding(cell)
                .says(t!("R01.message", sum = sum, full = at.scheme.full), t!("R01.hint"))
                .compares(sum, at.scheme.full),
        );
    }
}

/// R02: the points printed behind a first level's name must be the sum of its rows.
fn level_misses_its_stated_points(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for class in &at.scores.classes {
        let (Some(stated), Some(sum)) = (class.stated, class.weight) else { continue };
        if differ(stated, sum, at.scheme.tolerance.row) {
            let cell = at.project.indicators.get(class.first).and_then(|row| row.level1.cell);
            findings.push(
                at.finding(cell)
                    .says(t!("R02.message", level = class.level1, stated = stated, sum = sum), t!("R02.hint"))
                    .compares(stated, sum),
            );
        }
    }
}

/// R06: the printed total must be the sum of what is printed in the rows and for execution.
fn total_misses_its_rows(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let rows: rust_decimal::Decimal = at.scores.classes.iter().filter_map(|class| class.score).sum();
    let (Some(printed), true) =
        (at.scores.total.printed, at.scores.classes.iter().any(|class| class.score.is_some()))
    else {
        return;
    };
    let execution = at.scores.execution.shown().unwrap_or_default();
    let sum = (rows + execution).normalize();
    if differ(printed, sum, at.scheme.tolerance.total) {
        findings.push(
            at.finding(at.project.total.score.cell)
                .says(
                    t!("R06.message", printed = printed, rows = rows, execution = execution, sum = sum),
                    t!("R06.hint"),
                )
                .compares(printed, sum),
        );
    }
}

/// R45: the printed grade must be that of the printed total.
fn grade_misses_its_band(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(printed), Some(score)) = (at.project.total.grade.get(), at.scores.total.printed) else {
        return;
    };
    let Some(due) = at.scheme.grade_of(score).filter(|due| due != printed) else { return };
    findings.push(
        at.finding(at.project.total.grade.cell)
            .says(
                t!("R45.message", score = score, printed = printed.name(), due = due.name()),
                t!("R45.hint"),
            )
            .compares(printed.name(), due.name()),
    );
}
