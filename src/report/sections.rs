//! The sections of a report and their parts.

use super::conventions::Conventions;
use crate::model::report::{Line, Section};

/// A heading is no longer, in characters.
const LONGEST: usize = 40;

/// The sections (一、) and parts (（一）) of some lines, of which the first are the title.
pub(super) fn find(lines: &[Line], title_lines: usize, conventions: &Conventions) -> Vec<Section> {
    let heading = |(_, line): &(usize, &Line)| {
        let mark = line.mark.as_ref().filter(|mark| mark.depth <= 2 && !line.in_table);
        mark.is_some() && is_heading(line.words(), conventions)
    };
    let headings: Vec<usize> =
        lines.iter().enumerate().skip(title_lines).filter(heading).map(|(index, _)| index).collect();
    let ends = headings.iter().skip(1).copied().chain([lines.len()]);
    let of = |(index, end): (&usize, usize)| {
        let line = &lines[*index];
        let words = line.words().trim_end_matches(['。', '：', ':', '；']).trim();
        Section {
            depth: line.mark.as_ref().map_or(1, |mark| mark.depth),
            heading: words.to_owned(),
            topic: conventions.topic(words),
            heading_line: *index,
            body: index + 1..end,
        }
    };
    headings.iter().zip(ends).map(of).collect()
}

/// Whether numbered words are a heading rather than an item that is a sentence.
fn is_heading(words: &str, conventions: &Conventions) -> bool {
    let words = words.trim_end_matches(['。', '：', ':', '；']);
    let length = words.chars().count();
    let sentence = words.contains(['。', '；', '，', ';']);
    (1..=LONGEST).contains(&length)
        && (!sentence || conventions.topic(words).is_some() && length <= LONGEST / 2)
}
