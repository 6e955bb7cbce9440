//! Columns of a table, and how wide they have to be.

use std::borrow::Borrow;

use super::cell::Cell;
use super::style::Face;

/// A column of a table whose rows are made from `R`.
pub(super) struct Column<'a, R> {
    pub(super) head: &'static str,
    /// The least and the greatest width, in characters.
    pub(super) width: (f64, f64),
    pub(super) face: Face,
    pub(super) value: fn(&R) -> Cell<'a>,
}

impl<'a, R> Column<'a, R> {
    /// A column by its head, its least and greatest width in characters, its face and what it shows.
    pub(super) const fn new(
        head: &'static str,
        width: (f64, f64),
        face: Face,
        value: fn(&R) -> Cell<'a>,
    ) -> Self {
        Self { head, width, face, value }
    }
}

/// How wide the columns must be to hold what is in their rows.
pub(super) fn widths<'a, R>(columns: &[Column<'a, R>], rows: &[R]) -> Vec<f64> {
    let mut widths = Widths::new(columns);
    for row in rows {
        widths.take(columns.iter().map(|column| (column.value)(row)));
    }
    widths.fit().collect()
}

/// The widths of columns, found as rows go by.
#[derive(Clone, Debug)]
pub(super) struct Widths {
    /// The face of each column, the least and greatest width, and that of the widest cell, in characters.
    columns: Vec<(Face, (f64, f64), usize)>,
}

impl Widths {
    pub(super) fn new<R>(columns: &[Column<'_, R>]) -> Self {
        Self { columns: columns.iter().map(|column| (column.face, column.width, 0)).collect() }
    }

    /// Takes a row's cells into account.
    pub(super) fn take<'a, C: Borrow<Cell<'a>>>(&mut self, cells: impl Iterator<Item = C>) {
        for ((face, _, widest), cell) in self.columns.iter_mut().zip(cells) {
            *widest = cell.borrow().width(*face).max(*widest);
        }
    }

    /// The width of each column.
    pub(super) fn fit(&self) -> impl Iterator<Item = f64> {
        // The cell's edges need one character.
        self.columns.iter().map(|(_, (least, most), widest)| (*widest as f64 + 1.0).clamp(*least, *most))
    }
}
