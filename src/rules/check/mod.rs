//! Checks of one project: each compares what a form prints with what its own figures say.

mod funds;
pub mod scores;
mod totals;

use rust_decimal::Decimal;

use super::{Outcome, Scheme, Scores};
use crate::model::{Address, Finding, Level, Project};

/// A check: its code for ever, how grave its findings are, and the function that makes them.
///
/// The words of a finding stand in `templates/messages/checks.yml` under the check's code.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The stable code.
    pub code: &'static str,
    /// How grave a finding is.
    pub level: Level,
    run: fn(&Context<'_>, &mut Vec<Finding>),
}

/// What a check looks at.
struct Context<'a> {
    check: &'a Check,
    project: &'a Project,
    scores: &'a Scores,
    outcomes: &'a [Outcome],
    scheme: &'a Scheme,
}

impl Context<'_> {
    /// A finding of this check at a cell.
    fn finding(&self, cell: Option<Address>) -> Finding {
        Finding::about(self.project, self.check.code, self.check.level, cell)
    }
}

/// All checks by subject.
const SUBJECTS: [&[Check]; 3] = [totals::CHECKS, funds::CHECKS, scores::CHECKS];

/// All checks, in the order of their codes.
pub fn all() -> Vec<Check> {
    let mut checks: Vec<Check> = SUBJECTS.concat();
    checks.sort_by_key(|check| check.code);
    checks
}

/// Runs every check on a project.
pub fn run(project: &Project, scores: &Scores, outcomes: &[Outcome], scheme: &Scheme) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in SUBJECTS.iter().copied().flatten() {
        (check.run)(&Context { check, project, scores, outcomes, scheme }, &mut findings);
    }
    findings.sort_by(|a, b| a.code.cmp(&b.code));
    findings
}

/// Whether two figures lie further apart than a tolerance.
fn differ(one: Decimal, other: Decimal, tolerance: Decimal) -> bool {
    (one - other).abs() > tolerance
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
            for key in ["message", "hint", "explain"] {
                let key = format!("{}.{key}", check.code);
                for locale in ["zh-CN", "en-US"] {
                    assert_ne!(t!(&key, locale = locale), key, "{locale}");
                }
            }
        }
    }
}
