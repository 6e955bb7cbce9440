//! Words that are mistaken for others, and words that do not go together.

use super::{Context, Remark};
use crate::model::Level;
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P32",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: mistaken, spoil: ("抽检费用凭", "查处专法行为，抽检费用凭")
        },
        example: "8",
    },
    Check {
        code: "P38",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: collocations, spoil: ("抽检费用凭", "改善基层执法能力，抽检费用凭")
        },
        example: "8",
    },
];

fn mistaken(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in context.report.lines.iter().enumerate() {
        for (found, expected) in context.words.mistaken.find(&line.text) {
            let message = t!("P32.message", found = found, expected = expected);
            remarks.push(context.remark(index, message).compares(found, expected));
        }
    }
}

fn collocations(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    /// A verb and its object stand no further apart, in characters.
    const REACH: usize = 16;
    for (index, line) in context.report.lines.iter().enumerate() {
        for clause in line.text.split(['，', '。', '；', '、', ',']) {
            for own in &context.words.collocations {
                let Some(at) = clause.find(&own.verb) else { continue };
                let behind: String = clause[at + own.verb.len()..].chars().take(REACH).collect();
                if behind.contains(&own.object) {
                    let found = format!("{}……{}", own.verb, own.object);
                    let expected = format!("{}……{}", own.better, own.object);
                    let message = t!("P38.message", found = found, expected = expected);
                    remarks.push(context.remark(index, message).compares(found, expected));
                }
            }
        }
    }
}
