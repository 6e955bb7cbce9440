//! Rows and cells of a table to addresses and merged areas.

use std::collections::BTreeMap;
use std::mem;

use crate::grid::DocumentTable;
use crate::model::{Address, Area};

/// Word's own limit is 63 columns; no claim beyond this is believed.
const MAX_SPAN: u32 = 1024;

/// What a cell says of a merged area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// The area begins with this cell.
    Restart,
    /// The cell belongs to the area before it.
    Continue,
}

/// A table while it is being read.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Whether it stands in a cell of another.
    pub(super) nested: bool,
    table: DocumentTable,
    /// The areas, by their first column, that the next row can continue.
    reaching: BTreeMap<u32, Area>,
    /// The row that is being read.
    row: u32,
    /// Its first column that is free.
    col: u32,
    /// Its cells so far.
    cells: Vec<Cell>,
    /// The cell that is being read.
    cell: Cell,
}

#[derive(Debug)]
struct Cell {
    first: u32,
    span: u32,
    across: Option<Merge>,
    down: Option<Merge>,
    text: String,
}

impl Default for Cell {
    fn default() -> Self {
        Self { first: 0, span: 1, across: None, down: None, text: String::new() }
    }
}

impl Table {
    /// A table of the body, below some paragraphs.
    pub(super) fn below(above: Vec<String>) -> Self {
        Self { table: DocumentTable { above, ..DocumentTable::default() }, ..Self::default() }
    }

    /// A table in a cell.
    pub(super) fn nested() -> Self {
        Self { nested: true, ..Self::default() }
    }

    pub(super) fn open_row(&mut self) {
        self.col = 0;
        self.cells.clear();
    }

    /// The row begins this many columns from the left.
    pub(super) fn skip_columns(&mut self, columns: Option<u32>) {
        self.col = self.col.saturating_add(columns.unwrap_or(0).min(MAX_SPAN));
    }

    pub(super) fn open_cell(&mut self) {
        self.cell = Cell { first: self.col, ..Cell::default() };
    }

    /// The open cell covers this many columns.
    pub(super) fn span(&mut self, columns: Option<u32>) {
        self.cell.span = columns.unwrap_or(1).clamp(1, MAX_SPAN);
    }

    pub(super) fn merge_across(&mut self, merge: Merge) {
        self.cell.across = Some(merge);
    }

    pub(super) fn merge_down(&mut self, merge: Merge) {
        self.cell.down = Some(merge);
    }

    pub(super) fn close_cell(&mut self, text: String) {
        let cell = Cell { text, ..mem::take(&mut self.cell) };
        self.col = self.col.saturating_add(cell.span);
        match self.cells.last_mut() {
            Some(before) if cell.across == Some(Merge::Continue) && before.across.is_some() => {
                before.span = before.span.saturating_add(cell.span);
            }
            _ => self.cells.push(cell),
        }
    }

    /// The words of the open row's cells, parted by tabs.
    pub(super) fn open_row_text(&self) -> String {
        let texts: Vec<String> = self.cells.iter().map(|cell| cell.text.replace('\n', "")).collect();
        texts.join("\t").trim_end().to_owned()
    }

    /// Places the row's cells; a row without any, such as a deleted one, is none.
    pub(super) fn close_row(&mut self) {
        if self.cells.is_empty() {
            return;
        }
        let mut reaching = BTreeMap::new();
        for cell in mem::take(&mut self.cells) {
            let first = Address::new(self.row, cell.first);
            let last = Address::new(self.row, cell.first.saturating_add(cell.span - 1));
            let above = match cell.down {
                Some(Merge::Continue) => self.reaching.remove(&cell.first),
                _ => None,
            };
            let area = if let Some(above) = above {
                // Cells of an area can differ in width: it keeps the columns that all have, so that it
                // covers nobody's text.
                Area::new(above.first, Address::new(self.row, above.last.col.min(last.col)))
            } else {
                if !cell.text.is_empty() {
                    self.table.cells.push((first, cell.text));
                }
                Area::new(first, last)
            };
            if cell.down.is_some() {
                reaching.insert(cell.first, area);
            } else {
                self.settle(area);
            }
        }
        for area in mem::replace(&mut self.reaching, reaching).into_values() {
            self.settle(area);
        }
        self.row = self.row.saturating_add(1);
    }

    pub(super) fn finish(mut self) -> DocumentTable {
        for area in mem::take(&mut self.reaching).into_values() {
            self.settle(area);
        }
        self.table
    }

    fn settle(&mut self, area: Area) {
        if area.first != area.last {
            self.table.merges.push(area);
        }
    }
}
