//! Projects beside one another: scores, targets, money, and projects given twice.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use super::example::{put, state};
use super::{Batch, Check, Found, Scope, Source};
use crate::model::number::{compact, fold};
use crate::model::{Kind, Level, Target};
use crate::rules::Digest;
use crate::rules::digest::StatedTarget;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R41",
        level: Level::Warning,
        threshold: Some(Decimal::from_parts(97, 0, 0, false, 0)),
        sources: &[Source::Review],
        scope: Scope::Batch {
            run: scores_all_near_full,
            spoil: |projects| projects.iter_mut().for_each(|project| put(&mut project.total.score, "98")),
        },
        example: "H20",
    },
    Check {
        code: "R43",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Batch {
            run: target_changed_since_the_declaration,
            spoil: |projects| {
                let mut declared = projects[0].clone();
                declared.kind = Kind::Target;
                state(&mut declared.indicators[0], "≥900批次", "");
                projects.push(declared);
            },
        },
        example: "E11",
    },
    Check {
        code: "R60",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Batch {
            run: same_money_in_two_projects,
            spoil: |projects| projects[1].funds = projects[0].funds.clone(),
        },
        example: "F6",
    },
    Check {
        code: "R62",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Batch {
            run: project_given_twice,
            spoil: |projects| {
                let mut again = projects[3].clone();
                again.source.file = "另一份.xlsx".to_owned();
                again.total.score.value = None;
                projects.push(again);
            },
        },
        example: "C3",
    },
];

/// Fewer projects than this say nothing about how a unit scores.
const FEW: usize = 3;

/// R41: every project of a unit has all points, or all have as good as all. A single project with all points
/// is a note.
fn scores_all_near_full(at: &Batch<'_>, findings: &mut Found<'_>) {
    let mut units: BTreeMap<String, Vec<(usize, &Digest, Decimal)>> = BTreeMap::new();
    for (i, own) in at.evaluated() {
        if let (Some(score), true) = (own.scores.total.printed, own.scored) {
            units.entry(compact(own.unit.text())).or_default().push((i, own, score));
        }
    }
    for projects in units.values() {
        let full = projects.iter().filter(|(.., score)| *score == Decimal::ONE_HUNDRED).count();
        let near = projects.iter().all(|(.., score)| *score >= at.threshold);
        let lowest = projects.iter().map(|(.., score)| *score).min().unwrap_or_default();
        let highest = projects.iter().map(|(.., score)| *score).max().unwrap_or_default();
        let (i, first, _) = projects[0];
        let unit = first.unit.text();
        if projects.len() >= FEW && near && !unit.is_empty() {
            let message = if lowest == highest {
                t!("R41.same", unit = unit, count = projects.len(), score = lowest)
            } else {
                t!(
                    "R41.message",
                    unit = unit,
                    count = projects.len(),
                    lowest = lowest,
                    highest = highest,
                    full = full
                )
            };
            findings.push((i, at.finding(i, first.total_cell, message)));
        } else {
            for (i, project, _) in projects.iter().filter(|(.., score)| *score == Decimal::ONE_HUNDRED) {
                let message = t!("R41.one", project = project.name.text());
                let finding = at.finding(*i, project.total_cell, message);
                findings.push((*i, finding.eased(Level::Note, t!("R41.hint"))));
            }
        }
    }
}

/// R43: an indicator whose target is another in the self-evaluation than in the declaration.
fn target_changed_since_the_declaration(at: &Batch<'_>, findings: &mut Found<'_>) {
    let declared: HashMap<String, &Digest> =
        at.projects.iter().filter(|own| own.kind == Kind::Target).map(|own| (identity(own), own)).collect();
    if declared.is_empty() {
        return;
    }
    for (i, own) in at.evaluated() {
        let Some(before) = declared.get(&identity(own)) else { continue };
        let rows: HashMap<String, StatedTarget<'_>> =
            before.targets().map(|target| (compact(target.name), target)).collect();
        for target in own.targets() {
            let Some(then) = rows.get(&compact(target.name)) else { continue };
            let (was, is) = (Target::read(then.text), Target::read(target.text));
            let same = fold(&was.text) == fold(&is.text)
                || was.value.is_some() && (was.value, was.op, was.upper) == (is.value, is.op, is.upper);
            if !same {
                let message = t!(
                    "R43.message",
                    name = target.name,
                    was = then.text,
                    now = target.text,
                    file = before.source.file
                );
                findings.push((i, at.finding(i, target.cell, message).compares(target.text, then.text)));
            }
        }
    }
}

/// R60: two projects of a unit with the same budget and the same sum executed, to the last place. Round sums
/// are often the same.
fn same_money_in_two_projects(at: &Batch<'_>, findings: &mut Found<'_>) {
    let mut seen: HashMap<(String, Option<u16>, Decimal, Decimal), &Digest> = HashMap::new();
    for (i, project) in at.evaluated() {
        let Some(money) = &project.money else { continue };
        let (Some(budget), Some(executed)) = (money.budget, money.executed) else { continue };
        // Budgets of whole units are planned figures; what was spent of them seldom is.
        let telling = !executed.is_zero() && significant(executed) >= TELLING;
        if !telling {
            continue;
        }
        let same = (compact(project.unit.text()), project.year, budget.normalize(), executed.normalize());
        match seen.get(&same) {
            Some(first) if identity(first) != identity(project) => {
                let message = t!(
                    "R60.message",
                    other = first.name.text(),
                    file = first.source.file,
                    budget = budget,
                    executed = executed
                );
                findings.push((i, at.finding(i, money.executed_cell, message)));
            }
            Some(_) => {}
            None => {
                seen.insert(same, project);
            }
        }
    }
}

/// Sums of this many figures and more are no accident.
const TELLING: usize = 3;

/// How many figures a number has without the noughts at its end.
fn significant(number: Decimal) -> usize {
    number.normalize().mantissa().unsigned_abs().to_string().trim_end_matches('0').len()
}

/// R62: one project of one unit and year in two forms.
fn project_given_twice(at: &Batch<'_>, findings: &mut Found<'_>) {
    let mut seen: HashMap<String, &Digest> = HashMap::new();
    for (i, project) in at.evaluated() {
        if project.name.text().is_empty() {
            continue;
        }
        let Some(first) = seen.get(&identity(project)) else {
            seen.insert(identity(project), project);
            continue;
        };
        let other = &first.source;
        let message =
            t!("R62.message", project = project.name.text(), file = other.file, sheet = other.sheet);
        findings.push((i, at.finding(i, project.name.cell, message)));
    }
}

/// What one project is known by: unit, year and name, or unit, year and code.
fn identity(project: &Digest) -> String {
    let name = project.code.as_deref().unwrap_or(project.name.text());
    let year = project.year.unwrap_or_default();
    format!("{}\n{year}\n{}", compact(project.unit.text()), compact(name))
}
