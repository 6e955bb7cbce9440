//! Dates: terms that were missed, and years that are not the project's.

use super::example::{state, write};
use super::{Check, Context, Scope, Source};
use crate::model::{Finding, Level, Term};
use crate::rules::measure::Measure;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R37",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review, Source::Practice],
        scope: Scope::Project {
            run: late_or_in_another_year,
            spoil: |p| state(&mut p.indicators[4], "2022年12月20日前", "2023年1月5日"),
        },
        example: "H15",
    },
    Check {
        code: "R57",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: goal_of_another_year,
            spoil: |p| write(&mut p.goals[0].planned, "2021年抽检食品860批次以上"),
        },
        example: "B9",
    },
];

/// R37: done after the term, with all points; or a term in a year before the project's.
fn late_or_in_another_year(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let year = at.project.year.value;
    for (row, own) in at.measured() {
        let Some(target) = row.target.get() else { continue };
        if let Ok(Measure::Dates { due, done }) = own.compared
            && done > due
            && let (Some(full), Some(points)) = (row.weight.number(), row.score.number())
            && points >= full
        {
            let actual = row.actual.get().map_or("", |actual| actual.text.as_str());
            let message = t!(
                "R37.message",
                name = row.name.text(),
                target = target.text,
                actual = actual,
                points = points
            );
            findings.push(at.finding(row.score.cell, message).compares(points, format!("<{full}")));
        }
        // 达到2020年水平 names a year and no term.
        let is_term = target.value.is_none()
            && (row.level2.text().contains("时效")
                || target.text.trim().ends_with(['前', '底', '日', '月', '止']));
        let named = if is_term { Term::years_in(&target.text) } else { Vec::new() };
        if let (Some(year), Some(last)) = (year, named.iter().max())
            && *last < year
        {
            let message = t!("R37.year", name = row.name.text(), target = target.text, year = year);
            findings.push(at.finding(row.target.cell, message).compares(last, year));
        }
    }
}

/// R57: the goal speaks of other years and not of the project's.
fn goal_of_another_year(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(year) = at.project.year.value else { return };
    for goal in &at.project.goals {
        for field in [&goal.planned, &goal.actual] {
            let years = Term::years_in(field.text());
            // A term that reaches over the year is the project's own.
            let spans = years.iter().min().zip(years.iter().max());
            if let Some((first, last)) = spans.filter(|(first, last)| **first > year || **last < year) {
                let found = if first == last { first.to_string() } else { format!("{first}–{last}") };
                let message = t!("R57.message", found = found, year = year);
                findings.push(at.finding(field.cell, message).compares(found, year));
            }
        }
    }
}
