//! Indicators of several years: in a table of their own, or side by side with those of the year.

use std::ops::Range;

use super::Draft;
use super::indicators;
use super::table::{Column, Head};
use super::vocabulary::{FormLabel, IndicatorColumn, Vocabulary};
use crate::grid::{Row, Slot};

/// Reads a table of indicators, or the two that stand side by side under one head; says which rows it took.
pub(super) fn read(
    rows: &[Row],
    head: &Head<IndicatorColumn>,
    end: usize,
    words: &Vocabulary,
    draft: &mut Draft,
) -> Range<usize> {
    if let Some((left, right)) = side_by_side(head) {
        // The longer term stands on the left, as it does in the goals above.
        let taken = read_midterm(&without(rows, &right, &left), &left, end, words, draft);
        let year = indicators::read(&without(rows, &left, &right), &right, end, words, draft);
        return taken.start..taken.end.max(year.end);
    }
    if is_midterm(rows, head, words) {
        return read_midterm(rows, head, end, words, draft);
    }
    indicators::read(rows, head, end, words, draft)
}

fn read_midterm(
    rows: &[Row],
    head: &Head<IndicatorColumn>,
    end: usize,
    words: &Vocabulary,
    draft: &mut Draft,
) -> Range<usize> {
    let mut own = Draft::default();
    let taken = indicators::read(rows, head, end, words, &mut own);
    let before = draft.project.midterm.len();
    for failure in &mut own.numbers.failures {
        if let Some((index, key)) =
            failure.unread.path.strip_prefix("/indicators/").and_then(|path| path.split_once('/'))
        {
            let index = index.parse::<usize>().unwrap_or_default() + before;
            failure.unread.path = format!("/midterm/{index}/{key}");
        }
    }
    draft.project.midterm.extend(own.project.indicators);
    draft.numbers.failures.extend(own.numbers.failures);
    draft.nameless.extend(own.nameless);
    draft.midterm_tables.extend(own.tables);
    taken
}

/// Whether the block's name beside the table, or a label above its columns, says that it is of several years.
fn is_midterm(rows: &[Row], head: &Head<IndicatorColumn>, words: &Vocabulary) -> bool {
    let first = head.columns.first().map_or(0, |column| column.first);
    let own = &rows[head.first_row..(head.below + 1).min(rows.len())];
    let says = |row: &Row| {
        row.filled()
            .any(|slot| slot.area.first.col < first && words.form(&slot.text) == Some(FormLabel::Midterm))
    };
    own.iter().any(says)
        || head.first_row.checked_sub(1).is_some_and(|above| {
            let mut filled = rows[above].filled();
            let only = filled.next().filter(|_| filled.next().is_none());
            only.is_some_and(|slot| words.form(&slot.text) == Some(FormLabel::Midterm))
        })
}

/// The two halves of a head that names the same columns twice: levels with a target, and again. A first level
/// that is not repeated belongs to both.
fn side_by_side(head: &Head<IndicatorColumn>) -> Option<(Head<IndicatorColumn>, Head<IndicatorColumn>)> {
    use IndicatorColumn::{Actual, Level3, Score, Target};
    let names: Vec<usize> = (0..head.columns.len()).filter(|i| head.columns[*i].holds == Level3).collect();
    let [first, second] = names[..] else { return None };
    let columns = &head.columns;
    let ends = (first..second).find(|i| columns[*i].holds == Target)?;
    // The right half begins with its own levels.
    let start = (ends + 1..=second).find(|i| columns[*i].holds.is_level())?;
    let of_targets = !columns.iter().any(|column| matches!(column.holds, Actual | Score));
    if !of_targets || !columns[second..].iter().any(|column| column.holds == Target) {
        return None;
    }
    let mut right = columns[start..].to_vec();
    for level in [IndicatorColumn::Level2, IndicatorColumn::Level1] {
        let shared = columns[..first].iter().find(|column| column.holds == level);
        if let (Some(shared), false) = (shared, right.iter().any(|column| column.holds == level)) {
            right.insert(0, *shared);
        }
    }
    let boundary = columns[start].first;
    let of = |columns: Vec<Column<IndicatorColumn>>, left: bool| Head {
        columns,
        other: head.other.iter().filter(|column| (column.first < boundary) == left).cloned().collect(),
        first_row: head.first_row,
        below: head.below,
    };
    Some((of(columns[..start].to_vec(), true), of(right, false)))
}

/// The rows without what stands under one half's columns alone.
fn without(rows: &[Row], half: &Head<IndicatorColumn>, other: &Head<IndicatorColumn>) -> Vec<Row> {
    let own: Vec<_> = half.columns.iter().filter(|column| !other.columns.contains(column)).collect();
    let stays = |slot: &&Slot| {
        let area = slot.area;
        !own.iter().any(|column| area.first.col >= column.first && area.last.col <= column.last)
    };
    rows.iter()
        .map(|row| Row { index: row.index, slots: row.slots.iter().filter(stays).cloned().collect() })
        .collect()
}
