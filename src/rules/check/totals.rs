//! Sums: of full points, of first-level indicators, of the total.

use super::example::{put, raise};
use super::{Check, Context, Scope, Source, differ};
use crate::model::{Decimal, Finding, Grade, Level};
use crate::rules::Class;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R01",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System, Source::Review],
        scope: Scope::Project {
            run: weights_miss_the_full_score,
            spoil: |p| {
                raise(&mut p.indicators[0].weight, "1");
                raise(&mut p.indicators[0].score, "1");
                raise(&mut p.total.score, "1");
            },
        },
        example: "G20",
    },
    Check {
        code: "R02",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: level_misses_its_stated_points,
            spoil: |p| p.indicators[0].level1_weight = Some(Decimal::from(40)),
        },
        example: "B11",
    },
    Check {
        code: "R06",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project { run: total_misses_its_rows, spoil: |p| raise(&mut p.total.score, "-1") },
        example: "H20",
    },
    Check {
        code: "R14",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Weights],
        scope: Scope::Project {
            run: classes_depart_from_the_usual_weights,
            spoil: |p| {
                for (row, points) in [(1, "5"), (6, "15")] {
                    put(&mut p.indicators[row].weight, points);
                    put(&mut p.indicators[row].score, points);
                }
            },
        },
        example: "B11",
    },
    Check {
        code: "R45",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System, Source::Form],
        scope: Scope::Project {
            run: grade_misses_its_band,
            spoil: |p| p.total.grade.value = Some(Grade::Good),
        },
        example: "I20",
    },
];

/// R01: 分值 of all rows, execution included, must make the full score.
fn weights_miss_the_full_score(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(sum) = at.scores.weight.recomputed else { return };
    if differ(sum, at.scheme.full, at.scheme.tolerance.row) {
        let cell =
            at.project.total.weight.cell.or(at.project.indicators.first().and_then(|row| row.weight.cell));
        let message = t!("R01.message", sum = sum, full = at.scheme.full);
        let finding = at.finding(cell, message).compares(sum, at.scheme.full);
        // A form may leave it unsaid that execution has its usual points.
        let execution = at.scheme.execution.weight;
        let unsaid = at.scores.execution_weight.is_none() && sum + execution == at.scheme.full;
        findings.push(if unsaid {
            finding.eased(Level::Note, t!("R01.unsaid", execution = execution))
        } else {
            finding
        });
    }
}

/// R02: the points printed behind a first level's name must be the sum of its rows.
fn level_misses_its_stated_points(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for class in &at.scores.classes {
        let (Some(stated), Some(sum)) = (class.stated, class.weight) else { continue };
        if differ(stated, sum, at.scheme.tolerance.row) {
            let Some(first) = at.project.indicators.get(class.first) else { continue };
            let message = t!("R02.message", level = first.level1.text(), stated = stated, sum = sum);
            findings.push(at.finding(first.level1.cell, message).compares(stated, sum));
        }
    }
}

/// R06: the printed total must be the sum of what is printed in the rows and for execution. Where nothing is
/// printed for execution, nothing may have been counted for it.
fn total_misses_its_rows(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let rows: Decimal = at.scores.classes.iter().filter_map(|class| class.score).sum();
    let (Some(printed), true) =
        (at.scores.total.printed, at.scores.classes.iter().any(|class| class.score.is_some()))
    else {
        return;
    };
    let execution = at.scores.execution.shown().unwrap_or_default();
    // A list without a column for it may have counted the execution's points all the same.
    let unsaid = printed - rows;
    if at.scores.execution_weight.is_none()
        && unsaid > Decimal::ZERO
        && unsaid <= at.scheme.execution.weight
        && at.scores.weight.recomputed.is_some_and(|sum| sum + at.scheme.execution.weight == at.scheme.full)
    {
        return;
    }
    let raised = |sum: Decimal| match at.scores.rescaled {
        Some(factor) => at.scheme.rounding.of(sum * factor),
        None => sum.normalize(),
    };
    let sum = raised(rows + execution);
    if differ(printed, sum, at.scheme.tolerance.total) {
        let message =
            t!("R06.message", printed = printed, rows = rows.normalize(), execution = execution, sum = sum);
        findings.push(at.finding(at.project.total.score.cell, message).compares(printed, sum));
    }
}

/// R14: the points of the classes are those that the scheme names. Without satisfaction its points belong to
/// the benefits. Sums that are wrong, and classes that are missing, have checks of their own.
fn classes_depart_from_the_usual_weights(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(usual) = &at.scheme.weights else { return };
    let scores = at.scores;
    let of = |class| scores.class_weight(class).unwrap_or_default();
    let whole = scores.weight.recomputed.is_some_and(|sum| sum == at.scheme.full);
    let known = scores.classes.iter().all(|class| class.class.is_some());
    if !whole || !known || of(Class::Output).is_zero() || of(Class::Benefit).is_zero() {
        return;
    }
    let moved = if of(Class::Satisfaction).is_zero() { usual.satisfaction } else { Decimal::ZERO };
    let due = |class| match class {
        Class::Benefit => usual.benefit + moved,
        Class::Satisfaction => usual.satisfaction - moved,
        other => usual.of(other),
    };
    let wrong: Vec<Class> = Class::ALL.into_iter().filter(|class| of(*class) != due(*class)).collect();
    let listed = |points: &dyn Fn(Class) -> Decimal| {
        let parts = wrong.iter().map(|class| t!("R14.part", class = class.name(), points = points(*class)));
        parts.collect::<Vec<_>>().join("、")
    };
    let first = at.measured().find(|(_, own)| own.class.is_some_and(|class| wrong.contains(&class)));
    if let Some((first, _)) = first {
        let (found, expected) = (listed(&of), listed(&due));
        let message = t!("R14.message", found = found, expected = expected);
        findings.push(at.finding(first.level1.cell, message).compares(found, expected));
    }
}

/// R45: the printed grade must be that of the printed total.
fn grade_misses_its_band(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(printed), Some(score)) = (at.project.total.grade.get(), at.scores.total.printed) else {
        return;
    };
    let Some(due) = at.scheme.grade_of(score).filter(|due| due != printed) else { return };
    let message = t!("R45.message", score = score, printed = printed.name(), due = due.name());
    findings.push(at.finding(at.project.total.grade.cell, message).compares(printed.name(), due.name()));
}
