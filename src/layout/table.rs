//! Finding tables on a sheet by their heads.

use super::vocabulary::{FormLabel, FundColumn, IndicatorColumn, Vocabulary};
use crate::grid::{Row, Slot};
use crate::model::{Address, Area};

/// A column of a table: what it holds, and which of the sheet's columns it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column<C> {
    /// What it holds.
    pub holds: C,
    /// First column on the sheet, 0-based.
    pub first: u32,
    /// Last column on the sheet, 0-based.
    pub last: u32,
}

/// The head of a table.
#[derive(Clone, Debug)]
pub(super) struct Head<C> {
    /// The columns, from left to right.
    pub columns: Vec<Column<C>>,
    /// Columns to the right of the first that the vocabulary does not know, by their heads as printed.
    pub other: Vec<Column<String>>,
    /// Index, among the grid's rows, of the first row of the head.
    pub first_row: usize,
    /// Index, among the grid's rows, of the first row below the head.
    pub below: usize,
}

impl<C: Copy + PartialEq> Head<C> {
    /// The columns that hold something.
    pub fn all(&self, holds: C) -> impl Iterator<Item = &Column<C>> {
        self.columns.iter().filter(move |column| column.holds == holds)
    }

    /// The first column that holds something.
    pub fn column(&self, holds: C) -> Option<&Column<C>> {
        self.all(holds).next()
    }

    /// What stands in a row under the columns that hold something: the first that is filled, or the first
    /// place there is. `None` if the table has no such column.
    pub fn place<'a>(&self, row: &'a Row, holds: C) -> Option<Place<'a>> {
        let mut empty = None;
        for column in self.all(holds) {
            let place = column.place(row);
            if !place.text.trim().is_empty() {
                return Some(place);
            }
            empty = empty.or(Some(place));
        }
        empty
    }
}

/// What stands at a place of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The text; empty if nobody filled the place.
    pub text: &'a str,
    /// The cell to point at.
    pub cell: Address,
    /// Whether the text stands there itself, not merged into the row from above.
    pub own: bool,
}

impl<C> Column<C> {
    /// What stands in a row under this column.
    pub fn place<'a>(&self, row: &'a Row) -> Place<'a> {
        let slots = row
            .slots
            .iter()
            .filter(|slot| slot.area.first.col <= self.last && slot.area.last.col >= self.first);
        let mut first = None;
        for slot in slots {
            if !slot.is_blank() {
                return Place { text: &slot.text, cell: slot.area.first, own: row.begins(slot) };
            }
            first = first.or(Some(slot.area.first));
        }
        Place { text: "", cell: first.unwrap_or(Address::new(row.index, self.first)), own: true }
    }
}

/// The longest head that stands in a second head row.
const MAX_SUBHEAD_CHARS: usize = 12;

/// The columns that a row names, as far as `meaning` knows its texts.
fn named<C>(row: &Row, meaning: impl Fn(&str) -> Option<C>) -> Vec<Column<C>> {
    let named = joined(row).into_iter().filter(|slot| !slot.is_blank());
    named
        .filter_map(|slot| {
            let holds = meaning(slot.text)?;
            Some(Column { holds, first: slot.area.first.col, last: slot.area.last.col })
        })
        .collect()
}

/// Finds the head of an indicator table in the row at `at` and the rows beside it.
///
/// The row must name a level and enough else to be no accident; a second head row may stand above or below
/// it, with or without merged cells.
pub(super) fn indicator_head(rows: &[Row], at: usize, words: &Vocabulary) -> Option<Head<IndicatorColumn>> {
    let meaning = |text: &str| words.indicator_column(text);
    let mut columns = named(rows.get(at)?, meaning);
    let names = columns.iter().filter(|column| column.holds.is_level()).count();
    if names == 0 {
        return None;
    }
    let mut first_row = at;
    if let Some(above) = at.checked_sub(1).map(|above| &rows[above])
        && above.index + 1 == rows[at].index
    {
        let upper = named(above, meaning);
        // The row of the goals may bear the words of columns, but their texts beside them.
        let is_goal =
            |text: &str| matches!(words.form(text), Some(FormLabel::GoalPlanned | FormLabel::GoalActual));
        let is_text = |text: &str| meaning(text).is_none() && words.form(text).is_none();
        let goals =
            above.filled().any(|slot| is_goal(&slot.text)) && above.filled().any(|slot| is_text(&slot.text));
        if !goals && !upper.iter().any(|column| column.holds.is_level()) {
            columns.extend(missing(&columns, &upper));
            if upper.len() >= 2 {
                first_row = at - 1;
            }
        }
    }
    let mut below = at + 1;
    if let Some(next) = rows.get(below)
        && rows[at].index + 1 == next.index
        && let Some(lower) = second_head(&columns, next, meaning)
    {
        columns.retain(|column| !lower.iter().any(|other| overlap(column, other)));
        columns.extend(lower);
        below += 1;
    }
    columns.sort_by_key(|column| column.first);
    let reasoned = columns.iter().any(|column| column.holds == IndicatorColumn::Reason);
    let remark = if reasoned { None } else { Some(IndicatorColumn::Reason) };
    let columns: Vec<_> = columns
        .into_iter()
        .filter_map(|column| match (column.holds, remark) {
            (IndicatorColumn::Remark, holds) => holds.map(|holds| Column { holds, ..column }),
            _ => Some(column),
        })
        .collect();
    let values = columns.iter().filter(|column| !column.holds.is_level()).count();
    if names + values < 3 || values == 0 {
        return None;
    }
    let other = unknown(&rows[first_row..below], &columns);
    Some(Head { columns, other, first_row, below })
}

/// What a second head row below the first names; `None` if the row is none.
fn second_head(
    columns: &[Column<IndicatorColumn>],
    next: &Row,
    meaning: impl Fn(&str) -> Option<IndicatorColumn>,
) -> Option<Vec<Column<IndicatorColumn>>> {
    // Only what begins in the lower row is a second head; the rest reaches down from the first.
    let begun = Row {
        index: next.index,
        slots: next.slots.iter().filter(|slot| next.begins(slot)).cloned().collect(),
    };
    let lower = named(&begun, meaning);
    let levels_blank = columns.iter().filter(|column| column.holds.is_level()).all(|column| {
        let place = column.place(next);
        !place.own || place.text.trim().is_empty()
    });
    let short = begun.filled().all(|slot| slot.text.chars().count() <= MAX_SUBHEAD_CHARS);
    let heads = lower.len() >= 2 || lower.len() == 1 && begun.filled().count() >= 2 && levels_blank && short;
    (heads && !lower.iter().any(|column| column.holds.is_level())).then_some(lower)
}

/// The heads of columns that nobody knows, to the right of the first column that is known. Where a wide head
/// stands over narrow ones, both are named.
fn unknown(rows: &[Row], columns: &[Column<IndicatorColumn>]) -> Vec<Column<String>> {
    let start = columns.first().map_or(0, |column| column.first);
    let mut found: Vec<Column<String>> = Vec::new();
    for row in rows.iter().rev() {
        let slots = joined(row).into_iter().filter(|slot| !slot.is_blank() && row.begins(slot));
        for Slot { area, text } in slots.filter(|slot| slot.area.first.col > start) {
            let own = Column {
                holds: text.split_whitespace().collect::<String>(),
                first: area.first.col,
                last: area.last.col,
            };
            if columns.iter().any(|column| overlap(column, &own))
                && found.iter().all(|below| !overlap(below, &own))
            {
                continue;
            }
            let mut below = found.iter_mut().filter(|below| overlap(below, &own)).peekable();
            if below.peek().is_some() {
                below.for_each(|below| below.holds = format!("{}：{}", own.holds, below.holds));
            } else {
                found.push(own);
            }
        }
    }
    found.sort_by_key(|column| column.first);
    found
}

/// Finds the head of a funds table in the row at `at`.
pub(super) fn fund_head(rows: &[Row], at: usize, words: &Vocabulary) -> Option<Head<FundColumn>> {
    use FundColumn::{Amount, Budget, Executed, Initial};
    let row = rows.get(at)?;
    // A row that goes on to name indicators is another table's head.
    if row.filled().any(|slot| words.indicator_column(&slot.text).is_some_and(IndicatorColumn::is_level)) {
        return None;
    }
    let mut columns = named(row, |text| words.fund_column(text));
    // A head over the rows' labels may bear the name of a sum (年度预算数 over 总额, 财政资金).
    if let Some(next) = rows.get(at + 1) {
        columns.retain(|column| words.fund_row(column.place(next).text).is_none());
    }
    let money = columns.iter().filter(|c| matches!(c.holds, Initial | Budget | Executed)).count();
    let amount = columns.iter().any(|c| c.holds == Amount);
    (money >= 1 && columns.len() >= 2 || amount && columns.len() == 1).then_some(Head {
        columns,
        other: Vec::new(),
        first_row: at,
        below: at + 1,
    })
}

fn overlap<C, D>(one: &Column<C>, other: &Column<D>) -> bool {
    one.first <= other.last && other.first <= one.last
}

/// The columns of `upper` that stand where `columns` has none.
fn missing<C: Copy>(columns: &[Column<C>], upper: &[Column<C>]) -> Vec<Column<C>> {
    upper.iter().filter(|column| !columns.iter().any(|other| overlap(column, other))).copied().collect()
}

/// The slots of a row in which equal neighbours are one, as where merged cells were dissolved and every cell
/// kept the text.
pub(super) fn joined(row: &Row) -> Vec<Slot<&str>> {
    let mut slots: Vec<Slot<&str>> = Vec::with_capacity(row.slots.len());
    for slot in row.slots.iter().map(Slot::borrowed) {
        match slots.last_mut() {
            Some(last)
                if last.text == slot.text
                    && !slot.is_blank()
                    && last.area.last.col + 1 == slot.area.first.col
                    && last.area.first.row == slot.area.first.row =>
            {
                last.area = Area::new(last.area.first, slot.area.last);
            }
            _ => slots.push(slot),
        }
    }
    slots
}
