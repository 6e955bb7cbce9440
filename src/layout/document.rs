//! Tables of one document that are one form: a page's end or a blank line split them.

use std::borrow::Cow;

use super::form::{heads, names_a_project};
use super::table::fund_head;
use super::vocabulary::{FormLabel, Vocabulary};
use crate::grid::{Grid, Row};

/// The grids with each document's tables put together that belong to one form. A sheet stands alone.
pub(super) fn joined<'a>(grids: &'a [Grid], words: &Vocabulary) -> Vec<Cow<'a, Grid>> {
    let mut forms: Vec<Cow<'a, Grid>> = Vec::new();
    for grid in grids {
        match forms.last_mut() {
            Some(before) if grid.follows && goes_on(before, grid, words) => before.to_mut().append(grid),
            _ => forms.push(Cow::Borrowed(grid)),
        }
    }
    forms
}

/// Whether a table goes on with the form that the tables before it began: it says nothing of whose it is, and
/// it looks like a part of a form or has the columns of the table before.
fn goes_on(before: &Grid, grid: &Grid, words: &Vocabulary) -> bool {
    let identifies = grid.rows().iter().any(|row| is_identity(row, words))
        || grid.above.iter().any(|text| words.inline(text).is_some_and(|(label, _)| is_owner(label)));
    let begun = before.rows().iter().any(|row| is_identity(row, words)) || is_part(before, words);
    begun && !identifies && (is_part(grid, words) || width(before) == width(grid))
}

fn is_owner(label: FormLabel) -> bool {
    matches!(label, FormLabel::Name | FormLabel::Department | FormLabel::Unit)
}

fn is_identity(row: &Row, words: &Vocabulary) -> bool {
    names_a_project(row, words)
        || row.filled().next().is_some_and(|slot| words.form(&slot.text).is_some_and(is_owner))
}

/// Whether a table has the head of a form's table, or a label that stands in a form.
fn is_part(grid: &Grid, words: &Vocabulary) -> bool {
    let rows = grid.rows();
    !heads(rows, words).is_empty()
        || (0..rows.len()).any(|at| fund_head(rows, at, words).is_some())
        || rows.iter().any(|row| row.filled().next().is_some_and(|slot| words.form(&slot.text).is_some()))
}

fn width(grid: &Grid) -> Option<u32> {
    grid.rows().iter().flat_map(|row| &row.slots).map(|slot| slot.area.last.col).max()
}
