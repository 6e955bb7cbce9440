//! Rows of a table as they are written, one below another: what waits is what its columns' widths are taken from.

use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};

use super::style::{Face, Styles, row_height};
use super::table::{Cell, Column, lines_in};

/// Links that a sheet may have.
const MAX_LINKS: u32 = 65_530;
/// So many rows of a long table tell how wide its columns are to be.
const SAMPLE: usize = 1000;
/// The last row of a sheet, 0-based.
const LAST_ROW: u32 = 1_048_575;

/// A row: each cell with its look.
pub(super) type Cells = Vec<(Cell, Face)>;

/// A column's head, its least and greatest width in characters, and its look.
#[derive(Clone, Copy, Debug)]
struct Shape {
    head: &'static str,
    width: (f64, f64),
    face: Face,
}

/// The rows of a table, below its head.
#[derive(Debug)]
pub(super) struct Rows {
    head: u32,
    shapes: Vec<Shape>,
    /// How many rows wait until the widths are settled.
    sample: usize,
    waiting: Vec<Cells>,
    /// The last row of a long table: it is written when no other follows.
    held: Option<Cells>,
    widths: Vec<f64>,
    /// The row that comes next.
    next: u32,
    links: u32,
    /// Whether the sheet forgets its rows as they are written.
    long: bool,
}

impl Rows {
    /// The rows of a table that is held whole.
    pub(super) fn new<R>(head: u32, columns: &[Column<R>]) -> Self {
        let shapes =
            columns.iter().map(|own| Shape { head: own.head, width: own.width, face: own.face }).collect();
        Self {
            head,
            shapes,
            sample: usize::MAX,
            waiting: Vec::new(),
            held: None,
            widths: Vec::new(),
            next: head + 1,
            links: 0,
            long: false,
        }
    }

    /// The rows of a table of any length, on a sheet that goes to disk as it is written.
    pub(super) fn long<R>(head: u32, columns: &[Column<R>]) -> Self {
        Self { sample: SAMPLE, long: true, ..Self::new(head, columns) }
    }

    /// Where the next row will stand, 0-based; `None` if the sheet is full.
    pub(super) fn next(&self) -> Option<u32> {
        let waiting = self.waiting.len() + usize::from(self.held.is_some());
        u32::try_from(waiting)
            .ok()
            .and_then(|waiting| self.next.checked_add(waiting))
            .filter(|row| *row <= LAST_ROW)
    }

    /// The last column.
    pub(super) fn last_col(&self) -> u16 {
        u16::try_from(self.shapes.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }

    /// Takes the next row.
    pub(super) fn push(
        &mut self,
        sheet: &mut Worksheet,
        styles: &Styles,
        mut cells: Cells,
    ) -> Result<(), XlsxError> {
        for (cell, face) in &mut cells {
            self.links += u32::from(matches!(cell, Cell::Link { .. }));
            match cell {
                Cell::Link { text, .. } if self.links > MAX_LINKS => *cell = Cell::Text(std::mem::take(text)),
                Cell::Link { .. } => *face = Face::Link,
                _ => {}
            }
        }
        if self.widths.is_empty() {
            self.waiting.push(cells);
            if self.waiting.len() >= self.sample {
                self.begin(sheet, styles)?;
            }
            return Ok(());
        }
        match self.held.replace(cells) {
            Some(before) => self.write(sheet, styles, &before, self.long),
            None => Ok(()),
        }
    }

    /// Settles the widths, and writes the head and what waits, which it gives back.
    fn begin(&mut self, sheet: &mut Worksheet, styles: &Styles) -> Result<Vec<Cells>, XlsxError> {
        let fit = |(i, shape): (usize, &Shape)| {
            let widest = self.waiting.iter().map(|cells| cells[i].0.width(shape.face)).max().unwrap_or(0);
            // The cell's edges need one character.
            (widest as f64 + 1.0).clamp(shape.width.0, shape.width.1)
        };
        self.widths = self.shapes.iter().enumerate().map(fit).collect();
        let mut lines = 1;
        for ((col, shape), width) in (0..).zip(&self.shapes).zip(&self.widths) {
            sheet.set_column_width(col, *width)?;
            sheet.write_string_with_format(self.head, col, shape.head, &styles.head)?;
            lines = lines.max(lines_in(shape.head, *width));
        }
        // Excel fits rows to wrapped text when it opens a workbook; LibreOffice does not.
        sheet.set_row_height(self.head, row_height(lines))?;
        let mut waiting = std::mem::take(&mut self.waiting);
        if self.long {
            self.held = waiting.pop();
            // A format given with a cell is looked up by all of its forty traits. Rows that go to disk take that of their
            // column, which is given back at the end: the column below the table has none.
            for (col, shape) in (0..).zip(&self.shapes) {
                sheet.set_column_format(col, styles.body(shape.face))?;
            }
        }
        for cells in &waiting {
            self.write(sheet, styles, cells, self.long)?;
        }
        Ok(waiting)
    }

    /// Writes a row, by the formats of the columns where `bare`.
    fn write(
        &mut self,
        sheet: &mut Worksheet,
        styles: &Styles,
        cells: &[(Cell, Face)],
        bare: bool,
    ) -> Result<(), XlsxError> {
        let (row, mut lines) = (self.next, 1);
        for (((col, shape), (cell, face)), width) in (0..).zip(&self.shapes).zip(cells).zip(&self.widths) {
            lines = lines.max(cell.lines(*width));
            if !(bare && *face == shape.face && cell.put_bare(sheet, row, col)?) {
                cell.put(sheet, row, col, styles.body(*face))?;
            }
        }
        sheet.set_row_height(row, row_height(lines))?;
        self.next += 1;
        Ok(())
    }

    /// Writes what is left, and what goes for the table as a whole. Gives the rows of a table that is held whole.
    pub(super) fn finish(mut self, sheet: &mut Worksheet, styles: &Styles) -> Result<Vec<Cells>, XlsxError> {
        let written = if self.widths.is_empty() { self.begin(sheet, styles)? } else { Vec::new() };
        if let Some(last) = self.held.take() {
            self.write(sheet, styles, &last, false)?;
        }
        if self.long {
            for col in 0..=self.last_col() {
                sheet.set_column_format(col, &styles.base)?;
            }
            // The crate writes the last row of such a sheet again where that has a height, unless another has begun.
            sheet.write_blank(self.next, 0, &styles.base)?;
        }
        let (last_row, last_col) = (self.next - 1, self.last_col());
        if last_row > self.head {
            sheet.autofilter(self.head, 0, last_row, last_col)?;
            sheet.ignore_error_range(
                self.head + 1,
                0,
                last_row,
                last_col,
                IgnoreError::NumberStoredAsText,
            )?;
        }
        Ok(written)
    }
}
