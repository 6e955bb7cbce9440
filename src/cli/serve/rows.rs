//! What a page's table shows of each project, and of all.

use jixiao::model::number::round;
use jixiao::model::{Decimal, Grade, Kind, Level, MoneyUnit};
use jixiao::rules::Digest;
use serde::Serialize;

use super::super::summary::{Figures, figures};
use super::sessions::{Found, Kept};

/// A project's row. Amounts are in the form's own unit of money, numbers are texts.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    index: usize,
    name: &'a str,
    unit: &'a str,
    department: &'a str,
    year: Option<u16>,
    kind: Kind,
    file: &'a str,
    sheet: &'a str,
    money_unit: Option<MoneyUnit>,
    budget: Option<String>,
    executed: Option<String>,
    /// A fraction of 1.
    rate: Option<String>,
    weight: Option<String>,
    score: Option<String>,
    grade: Option<Grade>,
    /// The sum of the form's rows.
    recomputed: Option<String>,
    /// By the formulas.
    due: Option<String>,
    errors: usize,
    warnings: usize,
    notes: usize,
    gaps: Option<usize>,
}

fn number(number: Option<Decimal>) -> Option<String> {
    number.map(|number| number.normalize().to_string())
}

impl<'a> Row<'a> {
    pub(super) fn of(
        index: usize,
        digest: &'a Digest,
        kept: &Kept,
        across: impl Iterator<Item = Level>,
    ) -> Self {
        let Digest { scores, money, .. } = digest;
        let mut counts = digest.findings;
        across.for_each(|level| counts[level.rank()] += 1);
        let [errors, warnings, notes] = counts;
        Self {
            index,
            name: digest.name.text(),
            unit: digest.unit.text(),
            department: digest.department.text(),
            year: digest.year,
            kind: digest.kind,
            file: &digest.source.file,
            sheet: &digest.source.sheet,
            money_unit: digest.money_unit,
            budget: number(money.and_then(|money| money.base)),
            executed: number(money.and_then(|money| money.executed)),
            rate: number(scores.rate.shown()),
            weight: number(scores.weight.shown()),
            score: number(scores.total.printed),
            grade: scores.grade,
            recomputed: number(scores.total.recomputed),
            due: number(scores.due.points),
            errors,
            warnings,
            notes,
            gaps: kept.gaps,
        }
    }
}

/// How everything came out.
#[derive(Debug, Serialize)]
pub(super) struct Settled {
    projects: usize,
    unreadable: usize,
    /// Points, to two places.
    mean: Option<String>,
    grades: Vec<Counted>,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// `None` if no project has a report of its own.
    gaps: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Counted {
    grade: Grade,
    count: usize,
}

impl Settled {
    pub(super) fn of(found: &Found) -> Self {
        let Figures { mean, grades } = figures(&found.digests);
        let mut counts = [0; 3];
        for digest in &found.digests {
            counts.iter_mut().zip(digest.findings).for_each(|(count, own)| *count += own);
        }
        let others = found.unreadable.iter().chain(found.across.values().flatten());
        others.for_each(|finding| counts[finding.level.rank()] += 1);
        let [errors, warnings, notes] = counts;
        let gaps: Vec<usize> = found.kept.iter().filter_map(|kept| kept.gaps).collect();
        Self {
            projects: found.digests.len(),
            unreadable: found.unreadable.len(),
            mean: mean.map(|mean| round(mean, 2).to_string()),
            grades: grades.into_iter().map(|(grade, count)| Counted { grade, count }).collect(),
            errors,
            warnings,
            notes,
            gaps: (!gaps.is_empty()).then(|| gaps.iter().sum()),
        }
    }
}
