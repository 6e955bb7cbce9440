//! Sheets that are almost a form: which form they come nearest to, and which word would make them one.

use super::definition::{Layouts, Texts};
use super::table::joined;
use super::vocabulary::{IndicatorColumn, Vocabulary};
use crate::grid::{Grid, Slot};
use crate::model::Address;

/// What a sheet that is almost a form has of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The name of the layout that comes nearest.
    pub layout: String,
    /// Heads that are known, as printed, with their cells.
    pub found: Vec<(String, Address)>,
    /// What the layout has besides, by the names that its columns mostly bear.
    pub missing: Vec<String>,
    /// Heads beside the known ones that nobody knows, with their cells.
    pub unknown: Vec<(String, Address)>,
    /// Lines for one's own vocabulary file that would make the unknown heads known.
    pub vocabulary: Vec<String>,
}

/// The fewest words of a form that make a sheet worth a word itself.
const MIN_KNOWN: usize = 4;
/// The longest text that may be a head.
const MAX_HEAD_CHARS: usize = 20;

/// What a sheet without a table of indicators has of a form; `None` if it is nothing like one.
pub(super) fn look(grid: &Grid, layouts: &Layouts) -> Option<NearMiss> {
    let words = layouts.vocabulary();
    let known =
        |slot: &&Slot| words.form(&slot.text).is_some() || words.indicator_column(&slot.text).is_some();
    let begun =
        grid.rows().iter().map(|row| row.filled().filter(|slot| row.begins(slot)).filter(known).count());
    if begun.sum::<usize>() < MIN_KNOWN {
        return None;
    }
    // The row that says most of an indicator table's heads is its head as far as anybody can tell.
    let heads = |slots: &[Slot<&str>]| {
        slots.iter().filter(|slot| words.indicator_column(slot.text).is_some()).count()
    };
    let best = grid.rows().iter().map(joined).rev().max_by_key(|slots| heads(slots))?;
    Some(compare(&best, &super::texts(grid, 0..grid.rows().len()), layouts))
}

/// Holds the heads of a row against those of the layout that has most of them.
fn compare(slots: &[Slot<&str>], texts: &Texts<'_>, layouts: &Layouts) -> NearMiss {
    let words = layouts.vocabulary();
    let (mut found, mut unknown, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    for slot in slots.iter().filter(|slot| !slot.is_blank()) {
        let text: String = slot.text.split_whitespace().collect();
        match words.indicator_column(slot.text) {
            Some(column) => {
                columns.push(column);
                found.push((text, slot.area.first));
            }
            None if words.form(slot.text).is_none() && text.chars().count() <= MAX_HEAD_CHARS => {
                unknown.push((text, slot.area.first));
            }
            None => {}
        }
    }
    let layout = layouts.nearest(&columns, texts);
    let wanted = layout.map(|layout| layout.columns()).unwrap_or_default();
    let missing: Vec<IndicatorColumn> =
        wanted.iter().copied().filter(|column| !columns.contains(column)).collect();
    let vocabulary = suggest(&missing, &unknown, words);
    NearMiss {
        layout: layout.map(|layout| layout.name.clone()).unwrap_or_default(),
        found,
        missing: missing.iter().map(|column| words.usual(*column).to_owned()).collect(),
        unknown,
        vocabulary,
    }
}

/// A head of a form's table that may be a column which the form lacks.
#[derive(Debug)]
pub(super) struct Misread {
    /// The head as printed.
    pub head: String,
    /// Its cell.
    pub cell: Address,
    /// The name that the missing column mostly bears.
    pub missing: String,
    /// The line for one's own vocabulary file.
    pub line: String,
}

/// Whether a table that was read lacks a column that its other columns call for, while nobody knows one of its
/// heads: points are given for something that was reached, and what was reached is given points.
pub(super) fn misread(
    columns: &[IndicatorColumn],
    unknown: &[(String, Address)],
    words: &Vocabulary,
) -> Option<Misread> {
    use IndicatorColumn::{Actual, Score, Target, Weight};
    let has = |column| columns.contains(&column);
    let missing = if has(Score) && !has(Actual) {
        Actual
    } else if has(Score) && !has(Target) {
        Target
    } else if has(Actual) && has(Weight) && !has(Score) {
        Score
    } else {
        return None;
    };
    let line = suggest(&[missing], unknown, words).pop()?;
    let (head, cell) = unknown.iter().find(|(head, _)| line.contains(&format!("\"{head}\"")))?.clone();
    Some(Misread { head, cell, missing: words.usual(missing).to_owned(), line })
}

/// For each missing column the unknown head that reads most like its labels, else the next in order.
fn suggest(missing: &[IndicatorColumn], unknown: &[(String, Address)], words: &Vocabulary) -> Vec<String> {
    let mut left: Vec<&str> = unknown.iter().map(|(text, _)| text.as_str()).collect();
    let mut lines = Vec::new();
    for column in missing {
        let likeness = |head: &str| {
            let best = words.labels_of(*column).map(|label| shared(head, label)).max();
            best.unwrap_or(0)
        };
        let Some(best) = (0..left.len()).rev().max_by_key(|i| likeness(left[*i])) else { break };
        lines.push(format!("{} = [\"{}\"]", column.name(), left.remove(best).replace('"', "")));
    }
    lines
}

/// How many characters two heads share, per hundred of the longer.
fn shared(one: &str, other: &str) -> usize {
    let both = one.chars().filter(|c| other.contains(*c)).count();
    both * 100 / one.chars().count().max(other.chars().count()).max(1)
}
