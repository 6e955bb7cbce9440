//! Where forms begin and end on a sheet.

use std::ops::Range;

use super::table::{Head, indicator_head, joined};
use super::vocabulary::{FormLabel, IndicatorColumn, Vocabulary};
use crate::grid::{Grid, Row};

/// The rows of one form, and the heads of its indicator tables.
#[derive(Clone, Debug)]
pub(super) struct FormRows {
    /// Which of the grid's rows are the form's.
    pub rows: Range<usize>,
    /// Its indicator tables, from the top.
    pub tables: Vec<Head<IndicatorColumn>>,
}

/// Finds the forms of a sheet: each begins with its title above 项目名称 and has an indicator table.
pub(super) fn find(grid: &Grid, words: &Vocabulary) -> Vec<FormRows> {
    let rows = grid.rows();
    let mut heads = heads(rows, words);
    let is_head = |at: usize, heads: &[Head<IndicatorColumn>]| {
        heads.iter().any(|head| (head.first_row..head.below).contains(&at))
    };
    let names: Vec<usize> =
        (0..rows.len()).filter(|at| !is_head(*at, &heads) && names_a_project(&rows[*at], words)).collect();
    let mut starts: Vec<usize> = Vec::new();
    for (i, at) in names.iter().enumerate() {
        // A second name before any table belongs to the same form.
        let after = starts.last().map_or(0, |start| *start);
        if i > 0 && !heads.iter().any(|head| (after..*at).contains(&head.first_row)) {
            continue;
        }
        starts.push(title_above(rows, *at, if i == 0 { 0 } else { names[i - 1] + 1 }, words));
    }
    if starts.is_empty() && !heads.is_empty() {
        starts.push(0);
    }
    if let Some(first) = starts.first_mut()
        && heads.first().is_some_and(|head| head.first_row < *first)
    {
        *first = 0;
    }
    let mut forms = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(rows.len());
        let split = heads.partition_point(|head| head.first_row < end);
        let tables: Vec<_> = heads.drain(..split).collect();
        if !tables.is_empty() {
            forms.push(FormRows { rows: *start..end, tables });
        }
    }
    forms
}

/// The heads of all indicator tables of some rows.
pub(super) fn heads(rows: &[Row], words: &Vocabulary) -> Vec<Head<IndicatorColumn>> {
    let mut heads: Vec<Head<IndicatorColumn>> = Vec::new();
    for at in 0..rows.len() {
        if heads.last().is_some_and(|head| at < head.below) {
            continue;
        }
        heads.extend(indicator_head(rows, at, words));
    }
    heads
}

/// Whether a row says 项目名称 with a place beside it.
pub(super) fn names_a_project(row: &Row, words: &Vocabulary) -> bool {
    row.slots.iter().any(|slot| {
        row.begins(slot)
            && (words.form(&slot.text) == Some(FormLabel::Name)
                || words.inline(&slot.text).is_some_and(|(label, _)| label == FormLabel::Name))
    })
}

/// The first row of the form whose project is named in the row at `at`: its title, and what stands between.
fn title_above(rows: &[Row], at: usize, floor: usize, words: &Vocabulary) -> usize {
    let mut start = at;
    for above in (floor..at).rev() {
        let row = &rows[above];
        let slots = joined(row);
        let filled: Vec<_> = slots.iter().filter(|slot| !slot.is_blank()).collect();
        let heads_a_form = match filled.as_slice() {
            [] => true,
            [only] => is_title(only.text),
            // 部门：某局 | 公开14表. Above a later form of the sheet it may be the end of the one before.
            several => floor == 0 && several.len() <= 3 && several.iter().all(|slot| is_short(slot.text)),
        };
        let identifies = filled.iter().any(|slot| {
            let label = words.form(slot.text).or_else(|| words.inline(slot.text).map(|(label, _)| label));
            matches!(label, Some(FormLabel::Department | FormLabel::Unit | FormLabel::Year))
        });
        if heads_a_form || identifies {
            start = above;
        } else {
            break;
        }
    }
    start
}

/// Whether a text may stand beside a title.
fn is_short(text: &str) -> bool {
    text.chars().count() <= 30
}

/// Whether a lone text is a title, a year or what stands about them, rather than the end of the form above.
fn is_title(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let short = text.chars().count() <= 60;
    let ends_a_form = text.starts_with(['注', '备', '说']) || text.contains("签字") || text.contains("签章");
    short
        && !ends_a_form
        && (["表", "附件", "年度", "单位", "编号", "附"].iter().any(|word| text.contains(word)))
}
