//! Checks of forms: each compares what a form prints with what its own figures, or other forms, say.
//!
//! A check is one entry in its subject's file, a function, and its words in `templates/messages/checks.yml`.

mod across;
mod copies;
mod dates;
pub mod example;
mod funds;
mod level2;
mod names;
mod plausible;
pub mod scores;
mod settings;
mod structure;
mod totals;
mod values;

pub use settings::{SetLevel, Setting, Settings};

use rust_decimal::Decimal;

use super::measure::Measured;
use super::{Class, Digest, Due, Outcome, Scheme, Scores, proof};
use crate::model::{Address, Finding, Indicator, Kind, Level, Project};

/// A check: its code for ever, how grave its findings are, and the function that makes them.
///
/// The words of a finding stand in `templates/messages/checks.yml` under the check's code.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The stable code.
    pub code: &'static str,
    /// How grave a finding is, unless it is set otherwise.
    pub level: Level,
    /// From where on it speaks, in the unit that its explanation names; `None` if there is nothing to set.
    pub threshold: Option<Decimal>,
    /// What it rests on.
    pub sources: &'static [Source],
    /// What it looks at.
    pub scope: Scope,
    /// Where its example is found: the cell of a form, the line of a report.
    pub example: &'static str,
}

/// What a check looks at, and how to spoil a clean form so that it speaks.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// One project.
    Project {
        /// Finds the faults.
        run: fn(&Context<'_>, &mut Vec<Finding>),
        /// Puts the fault into a clean project.
        spoil: fn(&mut Project),
    },
    /// All projects of a run.
    Batch {
        /// Finds the faults.
        run: fn(&Batch<'_>, &mut Found<'_>),
        /// Puts the fault into clean projects.
        spoil: fn(&mut Vec<Project>),
    },
    /// One narrative report, beside its project's form where that is at hand.
    Report {
        /// Finds the faults.
        run: fn(&proof::Context<'_>, &mut Vec<proof::Remark>),
        /// Words of the clean report ([`proof::example`]) and what takes their place to put the fault into it.
        spoil: (&'static str, &'static str),
    },
    /// One narrative report against its project's form.
    Paired {
        /// Finds the faults; only run where the form is at hand.
        run: fn(&proof::Context<'_>, &mut Vec<proof::Remark>),
        /// As for one report.
        spoil: (&'static str, &'static str),
    },
    /// All narrative reports of a run.
    Reports {
        /// Finds the faults.
        run: fn(&proof::Batch<'_>, &mut Vec<proof::Remark>),
        /// The same; the second report of the run is the spoilt one.
        spoil: (&'static str, &'static str),
    },
}

/// What a check rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// What the finance systems check when a form is entered.
    System,
    /// What reviewers of self-evaluations look for.
    Review,
    /// What a form says of itself.
    Form,
    /// The points that the footnotes of the usual form name.
    Weights,
    /// Faults seen in published forms.
    Practice,
}

impl Source {
    /// The key of its words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::System => "source.system",
            Self::Review => "source.review",
            Self::Form => "source.form",
            Self::Weights => "source.weights",
            Self::Practice => "source.practice",
        }
    }
}

/// What is known of a project.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The project, as its form states it.
    pub project: &'a Project,
    /// Printed and recomputed scores.
    pub scores: &'a Scores,
    /// What is known of each indicator before its points.
    pub measured: &'a [Measured],
    /// How each indicator came out.
    pub outcomes: &'a [Outcome],
    /// What each indicator is due.
    pub dues: &'a [Due],
    /// The scheme.
    pub scheme: &'a Scheme,
}

/// What a check of one project looks at.
#[derive(Debug)]
pub struct Context<'a> {
    check: &'a Check,
    level: Level,
    threshold: Decimal,
    facts: &'a Facts<'a>,
}

impl<'a> std::ops::Deref for Context<'a> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Facts<'a> {
        self.facts
    }
}

impl Context<'_> {
    /// A finding of this check at a cell, with the check's advice.
    fn finding(&self, cell: Option<Address>, message: impl Into<String>) -> Finding {
        let hint = t!(format!("{}.hint", self.check.code));
        Finding::about(self.project, self.check.code, self.level, cell).says(message, hint)
    }

    /// Whether the form states what was reached over a whole year.
    fn is_self_evaluation(&self) -> bool {
        self.project.kind == Kind::SelfEvaluation
    }

    /// The indicators with what is known of them before their points.
    fn measured(&self) -> impl Iterator<Item = (&Indicator, &Measured)> {
        self.project.indicators.iter().zip(self.facts.measured)
    }

    /// The indicators of a class.
    fn of_class(&self, class: Class) -> impl Iterator<Item = &Indicator> {
        self.measured().filter(move |(_, own)| own.class == Some(class)).map(|(row, _)| row)
    }

    /// The indicators with how they came out and what they are due.
    fn rows(&self) -> impl Iterator<Item = (&Indicator, Outcome, &Due)> {
        let found = self.outcomes.iter().copied().zip(self.dues);
        self.project.indicators.iter().zip(found).map(|(row, (outcome, due))| (row, outcome, due))
    }
}

/// What a check of a batch looks at.
#[derive(Debug)]
pub struct Batch<'a> {
    check: &'a Check,
    level: Level,
    threshold: Decimal,
    projects: &'a [Digest],
}

/// Takes the findings of the checks of a batch, each with the place of its project among all: of a hundred thousand
/// projects there may be as many.
pub struct Found<'a>(&'a mut dyn FnMut(usize, Finding));

impl Found<'_> {
    fn push(&mut self, (of, finding): (usize, Finding)) {
        (self.0)(of, finding);
    }
}

impl Batch<'_> {
    /// A finding of this check at a cell of a project, with the check's advice.
    fn finding(&self, of: usize, cell: Option<Address>, message: impl Into<String>) -> Finding {
        let hint = t!(format!("{}.hint", self.check.code));
        let Digest { source, name, .. } = &self.projects[of];
        Finding::in_form(source, name, self.check.code, self.level, cell).says(message, hint)
    }

    /// The projects that state what was reached, with their places.
    fn evaluated(&self) -> impl Iterator<Item = (usize, &Digest)> {
        self.projects.iter().enumerate().filter(|(_, own)| own.is_self_evaluation())
    }
}

/// All checks by subject.
const SUBJECTS: [&[Check]; 11] = [
    totals::CHECKS,
    funds::CHECKS,
    scores::CHECKS,
    structure::CHECKS,
    names::CHECKS,
    values::CHECKS,
    level2::CHECKS,
    plausible::CHECKS,
    dates::CHECKS,
    across::CHECKS,
    copies::CHECKS,
];

/// All checks, in the order of their codes. Of a code that is checked in forms and in reports the forms' stands.
pub fn all() -> Vec<Check> {
    let mut checks = entries();
    checks.dedup_by_key(|check| check.code);
    checks
}

/// Every check with what it looks at: a code may be checked in forms and in reports.
pub fn entries() -> Vec<Check> {
    let mut checks: Vec<Check> = [SUBJECTS.concat(), proof::SUBJECTS.concat()].concat();
    checks.sort_by_key(|check| check.code);
    checks
}

/// Runs every check of one project that its scheme does not turn off.
pub fn run(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // A report has none of a form's places; what is wrong in it, proof-reading tells.
    if facts.project.kind == Kind::Report {
        return findings;
    }
    let settings = &facts.scheme.checks;
    for check in SUBJECTS.iter().copied().flatten() {
        let (Scope::Project { run, .. }, Some(level)) = (check.scope, settings.level(check)) else {
            continue;
        };
        let threshold = settings.threshold(check).unwrap_or_default();
        run(&Context { check, level, threshold, facts }, &mut findings);
    }
    findings.sort_by(|a, b| a.code.cmp(&b.code));
    findings
}

/// Runs every check of a whole batch in the order of their codes, and gives each finding with the place of its project.
/// `settings` hold for the batch; each project's own scheme is of no moment here.
pub fn run_batch(projects: &[Digest], settings: &Settings, mut take: impl FnMut(usize, Finding)) {
    let mut checks: Vec<&Check> = SUBJECTS.iter().copied().flatten().collect();
    checks.sort_by_key(|check| check.code);
    for check in checks {
        let (Scope::Batch { run, .. }, Some(level)) = (check.scope, settings.level(check)) else { continue };
        let threshold = settings.threshold(check).unwrap_or_default();
        run(&Batch { check, level, threshold, projects }, &mut Found(&mut take));
    }
}

/// Whether two figures lie further apart than a tolerance.
fn differ(one: Decimal, other: Decimal, tolerance: Decimal) -> bool {
    (one - other).abs() > tolerance
}

/// So many hundredths, for thresholds.
pub(super) const fn hundredths(count: u32) -> Option<Decimal> {
    Some(Decimal::from_parts(count, 0, 0, false, 2))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_every_check_has_its_words_in_both_languages() {
        let mut seen = HashSet::new();
        for check in all() {
            assert!(seen.insert(check.code), "{} stands twice", check.code);
            assert!(!check.sources.is_empty(), "{} rests on nothing", check.code);
            for key in ["name", "message", "hint", "explain"] {
                let key = format!("{}.{key}", check.code);
                for locale in ["zh-CN", "en-US"] {
                    assert_ne!(t!(&key, locale = locale), key, "{locale}");
                }
            }
        }
    }
}
