//! A table that is being read: where its cells stand.

use super::super::DocumentTable;
use super::super::limits::Allowance;
use super::flow::Flow;
use crate::error::Result;
use crate::model::{Address, Area};

/// What stands to the right of so many columns is left out.
const MAX_COLUMNS: u32 = 1000;
/// A table around other tables lays out the page, unless so many of its cells have a text of their own.
const MIN_FILLED: usize = 4;

/// A table whose end tag has not come.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The cell, or caption, that is open.
    pub(super) cell: Option<Cell>,
    /// Whether other tables stand in its cells.
    pub(super) holds_tables: bool,
    table: DocumentTable,
    caption: String,
    /// The rows that have begun.
    rows: u32,
    in_row: bool,
    col: u32,
    /// For every column, the first row into which no cell reaches from above.
    free: Vec<u32>,
    /// The merged areas of the row groups before this one.
    settled: usize,
}

/// A cell whose end tag has not come.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: Flow,
    /// Whether a table stands in it, whose text is not the cell's.
    pub(super) holds_table: bool,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Caption,
    At(Address),
    Outside,
}

impl Cell {
    fn new(place: Place) -> Self {
        Self { text: Flow::default(), holds_table: false, place }
    }
}

impl Table {
    /// A table below some blocks of text.
    pub(super) fn below(above: Vec<String>) -> Self {
        Self { table: DocumentTable { above, ..DocumentTable::default() }, ..Self::default() }
    }

    /// Begins the caption.
    pub(super) fn begin_caption(&mut self) {
        self.cell = Some(Cell::new(Place::Caption));
    }

    /// Begins a row.
    pub(super) fn begin_row(&mut self) {
        self.rows = self.rows.saturating_add(1);
        self.in_row = true;
        self.col = 0;
    }

    /// Begins a cell in the first free column; a height of 0 reaches to the end of the row group.
    pub(super) fn begin_cell(&mut self, width: u32, height: u32, allowance: &mut Allowance) -> Result<()> {
        // An empty cell, too, costs a search for its column.
        allowance.take(1, 0)?;
        if !self.in_row {
            self.begin_row();
        }
        let row = self.rows.saturating_sub(1);
        while self.free.get(self.col as usize).is_some_and(|free| *free > row) {
            self.col += 1;
        }
        let first = Address::new(row, self.col);
        let end = self.col.saturating_add(width).min(MAX_COLUMNS);
        if first.col >= end {
            self.cell = Some(Cell::new(Place::Outside));
            return Ok(());
        }
        self.col = end;
        let below = if height == 0 { u32::MAX } else { row.saturating_add(height) };
        if height != 1 {
            let columns = first.col as usize..end as usize;
            self.free.resize(self.free.len().max(columns.end), 0);
            self.free[columns].fill(below);
        }
        if (width, height) != (1, 1) {
            self.table.merges.push(Area::new(first, Address::new(below - 1, end - 1)));
        }
        self.cell = Some(Cell::new(Place::At(first)));
        Ok(())
    }

    /// Ends the cell, or caption, that is open, and gives its text.
    pub(super) fn end_cell(&mut self) -> String {
        let Some(mut cell) = self.cell.take() else { return String::new() };
        let text = cell.text.take();
        match cell.place {
            Place::Caption => self.caption.clone_from(&text),
            Place::At(at) if !text.is_empty() && !cell.holds_table => {
                self.table.cells.push((at, text.clone()));
            }
            Place::At(_) | Place::Outside => {}
        }
        text
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        self.in_row = false;
    }

    /// Ends the row group, and with it every cell that claims to reach further down.
    pub(super) fn end_group(&mut self) {
        self.end_row();
        let last = self.rows.saturating_sub(1);
        for area in &mut self.table.merges[self.settled..] {
            area.last.row = area.last.row.min(last);
        }
        self.settled = self.table.merges.len();
        self.free.clear();
    }

    /// The table, if it is one of data.
    pub(super) fn finish(mut self) -> Option<DocumentTable> {
        self.end_group();
        if self.table.cells.len() < if self.holds_tables { MIN_FILLED } else { 1 } {
            return None;
        }
        self.table.above.extend(self.caption.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        Some(self.table)
    }
}
