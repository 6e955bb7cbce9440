//! Marks that are doubled.

use super::{Context, Remark};
use crate::model::Level;
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[Check {
    code: "P31",
    level: Level::Warning,
    threshold: None,
    sources: &[Source::Practice],
    scope: Scope::Report { run: doubled_marks, spoil: ("已按期完成。", "已按期完成。。") },
    example: "10",
}];

/// Marks that end or part sentences and never stand twice.
const MARKS: &str = "。，、；：！？";

fn doubled_marks(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in context.report.lines.iter().enumerate().filter(|(_, line)| !line.in_table) {
        let mut rest = line.text.as_str();
        while let Some((at, mark)) = rest.char_indices().find(|(_, c)| MARKS.contains(*c)) {
            let start = line.text.len() - rest.len() + at;
            rest = &line.text[start + mark.len_utf8()..];
            let more = rest.len() - rest.trim_start_matches(mark).len();
            if more > 0 {
                rest = &rest[more..];
                let doubled = start + mark.len_utf8()..start + mark.len_utf8() + more;
                let found = &line.text[start..doubled.end];
                let remark = context.remark(index, t!("P31.message", found = found));
                remarks.push(remark.compares(found, mark).mended_by(line, doubled, ""));
            }
        }
    }
}
