//! Proof-reading: checks of the narrative reports that people write, alone, beside their project's form, and
//! against one another.
//!
//! A check is an entry of its subject's file like those of forms ([`super::check`]), with its words in
//! `templates/messages/proof.yml`. What it looks for in words is data: `templates/proofreading.toml`.

mod against_form;
mod copies;
mod deviation;
pub mod example;
mod figures;
mod money;
mod numbering;
mod pairing;
mod sections;
mod spelling;
mod subject;
mod typography;
mod words;

pub use pairing::{pair, unpaired};
pub use words::Words;

use std::ops::Range;

use rust_decimal::Decimal;

use super::Assessed;
use super::check::{Check, Scope, Settings};
use crate::model::report::Report;
use crate::model::{Finding, Level};

/// All checks of reports by subject.
pub(super) const SUBJECTS: [&[Check]; 10] = [
    numbering::CHECKS,
    typography::CHECKS,
    spelling::CHECKS,
    sections::CHECKS,
    money::CHECKS,
    figures::CHECKS,
    deviation::CHECKS,
    copies::CHECKS,
    subject::CHECKS,
    against_form::CHECKS,
];

/// What a check of one report looks at.
#[derive(Debug)]
pub struct Context<'a> {
    check: &'a Check,
    level: Level,
    threshold: Decimal,
    /// The report.
    report: &'a Report,
    /// The same project's form, where it is at hand.
    form: Option<&'a Assessed>,
    words: &'a Words,
}

/// What a check of all reports of a run looks at.
#[derive(Debug)]
pub struct Batch<'a> {
    check: &'a Check,
    level: Level,
    threshold: Decimal,
    reports: &'a [Paired<'a>],
}

/// A report and the form of its project, where that is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Paired<'a> {
    /// The report.
    pub report: &'a Report,
    /// The form.
    pub form: Option<&'a Assessed>,
}

/// A finding in a report, and how to mend it where that is safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The finding; its line is the file's.
    pub finding: Finding,
    /// What mends it without a doubt; empty for most faults, which need a person. The mends of several faults may
    /// overlap: the first counts.
    pub mends: Vec<Mend>,
}

/// A change of a few characters of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// The line's number in the file, 1-based.
    pub line: u32,
    /// The bytes of the line's text that give way; none for what is only put in.
    pub at: Range<usize>,
    /// What takes their place.
    pub text: String,
}

impl Context<'_> {
    /// A finding of this check in a line (its index in the report), with the check's advice.
    fn remark(&self, line: usize, message: impl Into<String>) -> Remark {
        remark(self.check, self.level, self.report, line, message)
    }

    /// Whether the form itself says so in words; a report may quote it.
    fn quotes(&self, phrase: &str) -> bool {
        let Some(form) = self.form else { return false };
        let goals = form.project.goals.iter().flat_map(|goal| [goal.planned.text(), goal.actual.text()]);
        let cells = form.project.indicators.iter().flat_map(|row| {
            let target = row.target.get().map(|value| value.text.as_str());
            let actual = row.actual.get().map(|value| value.text.as_str());
            [row.reason.text()].into_iter().chain(target).chain(actual)
        });
        goals.chain(cells).chain([form.project.name.text()]).any(|text| text.contains(phrase))
    }
}

impl Batch<'_> {
    /// A finding of this check in a line of a report, with the check's advice.
    fn remark(&self, report: &Report, line: usize, message: impl Into<String>) -> Remark {
        remark(self.check, self.level, report, line, message)
    }
}

fn remark(check: &Check, level: Level, report: &Report, line: usize, message: impl Into<String>) -> Remark {
    let finding = Finding {
        line: report.lines.get(line).map(|line| line.number),
        project: report.project.clone(),
        ..Finding::of_file(&report.file, check.code, level)
    };
    Remark { finding: finding.says(message, t!(format!("{}.hint", check.code))), mends: Vec::new() }
}

/// Whether a count is at least a part of a whole, a fraction of 1.
fn at_least(count: usize, whole: usize, part: Decimal) -> bool {
    Decimal::from(count) >= Decimal::from(whole) * part
}

impl Remark {
    /// Adds what stands there and what should.
    fn compares(mut self, found: impl ToString, expected: impl ToString) -> Self {
        self.finding = self.finding.compares(found, expected);
        self
    }

    /// Adds how to mend it.
    fn mended(self, mends: Vec<Mend>) -> Self {
        Self { mends, ..self }
    }
}

/// Runs every check of one report that is not turned off; what is found comes in the order of the lines.
pub fn run(report: &Report, form: Option<&Assessed>, words: &Words, settings: &Settings) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for check in SUBJECTS.iter().copied().flatten() {
        let run = match check.scope {
            Scope::Report { run, .. } => run,
            Scope::Paired { run, .. } if form.is_some() => run,
            _ => continue,
        };
        let Some(level) = settings.level(check) else { continue };
        let threshold = settings.threshold(check).unwrap_or_default();
        run(&Context { check, level, threshold, report, form, words }, &mut remarks);
    }
    in_order(remarks)
}

/// Runs every check of all reports of a run against one another.
pub fn run_batch(reports: &[Paired<'_>], settings: &Settings) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for check in SUBJECTS.iter().copied().flatten() {
        let (Scope::Reports { run, .. }, Some(level)) = (check.scope, settings.level(check)) else {
            continue;
        };
        let threshold = settings.threshold(check).unwrap_or_default();
        run(&Batch { check, level, threshold, reports }, &mut remarks);
    }
    in_order(remarks)
}

fn in_order(mut remarks: Vec<Remark>) -> Vec<Remark> {
    let place = |remark: &Remark| {
        let finding = &remark.finding;
        (finding.file.clone(), finding.line, finding.code.clone())
    };
    remarks.sort_by_cached_key(place);
    remarks
}
