//! Indicators that do not fit the second level under which they stand.

use super::example::{state, write};
use super::{Check, Context, Scope, Source};
use crate::model::{Finding, Level, Operator};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R33",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: name_does_not_fit,
            spoil: |p| write(&mut p.indicators[2].name, "抽检完成及时率"),
        },
        example: "D13",
    },
    Check {
        code: "R34",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: quantity_in_words,
            spoil: |p| state(&mut p.indicators[1], "按计划开展培训", "开展培训六期"),
        },
        example: "E12",
    },
];

/// Names longer than this are sentences. Characters.
const LONGEST: usize = 24;

/// R33: a word in the name that belongs to another second level.
fn name_does_not_fit(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        let (name, level2) = (row.name.text(), row.level2.text());
        // A sentence in a name's place has words of every kind.
        if name.chars().count() > LONGEST {
            continue;
        }
        let misplaced = at.scheme.terms.misplaced.iter().find_map(|rule| {
            let (_, word) = rule.words.find(name).next()?;
            // A name that has the level's own word as well may mean either.
            (level2.contains(&rule.level2) && !name.contains(&rule.level2)).then_some(word)
        });
        if let Some(word) = misplaced {
            let message = t!("R33.message", name = name, level = level2, word = word);
            findings.push(at.finding(row.name.cell, message));
        }
    }
}

/// R34: a quantity that is stated in words.
fn quantity_in_words(at: &Context<'_>, findings: &mut Vec<Finding>) {
    for row in &at.project.indicators {
        let Some(target) = row.target.get() else { continue };
        let words =
            target.op == Some(Operator::Qualitative) && !target.text.chars().any(|c| c.is_ascii_digit());
        if row.level2.text().contains("数量") && words {
            let message = t!("R34.message", name = row.name.text(), target = target.text);
            findings.push(at.finding(row.target.cell, message));
        }
    }
}
