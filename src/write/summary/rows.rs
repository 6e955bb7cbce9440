//! The rows of a table of any length, written as they come: a sheet, and further ones where there are more than it holds.

use super::cell::Cell;
use super::layout::Layout;
use super::sheet::{LAST_ROW, Sheet};
use super::style::{Face, Styles};
use super::table::{Column, Widths};
use crate::error::Result;

/// So many rows of a sheet tell how wide its columns are to be.
const SAMPLE: usize = 1000;

/// A row: each cell with its face.
type Row = Vec<(Cell<'static>, Face)>;

/// The place of a row: the number of its sheet, from 0, and the row, 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) sheet: u16,
    pub(super) row: u32,
}

/// The rows of a long table.
pub(super) struct Rows {
    /// That of every sheet but for the widths; later sheets have a number behind their names.
    layout: Layout,
    /// The first rows of a sheet, until they tell how wide its columns are to be.
    waiting: Vec<Row>,
    bare: Widths,
    widths: Widths,
    /// The sheets that are full, and the one that is written.
    sheets: Vec<Sheet>,
    last_row: u32,
}

impl Rows {
    /// `layout` is that of the sheets but for the widths of their columns.
    pub(super) fn new<R>(layout: Layout, columns: &[Column<'_, R>]) -> Self {
        let heads = columns.iter().map(|column| column.head).collect();
        let bare = Widths::new(columns);
        Self {
            layout: Layout { heads, ..layout },
            waiting: Vec::new(),
            widths: bare.clone(),
            bare,
            sheets: Vec::new(),
            last_row: LAST_ROW,
        }
    }

    /// Where the next row will stand.
    pub(super) fn next(&self) -> Place {
        let first = self.layout.head() + 1;
        let waiting = u32::try_from(self.waiting.len()).unwrap_or_default();
        let (sheets, row) = match self.sheets.last().filter(|sheet| sheet.next() <= self.last_row) {
            Some(sheet) if waiting == 0 => (self.sheets.len() - 1, sheet.next()),
            _ => (self.sheets.len(), first + waiting),
        };
        Place { sheet: u16::try_from(sheets).unwrap_or(u16::MAX), row }
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn push<'a>(
        &mut self,
        cells: impl Iterator<Item = (Cell<'a>, Face)>,
        styles: &Styles,
    ) -> Result<()> {
        let last_row = self.last_row;
        match self.sheets.last_mut().filter(|sheet| sheet.next() <= last_row) {
            Some(sheet) if self.waiting.is_empty() => sheet.row(cells, styles),
            _ => {
                let row: Row = cells.map(|(cell, face)| (cell.into_owned(), face)).collect();
                self.widths.take(row.iter().map(|(cell, _)| cell));
                self.waiting.push(row);
                let room = self.last_row - self.layout.head();
                if self.waiting.len() >= SAMPLE.min(room as usize) { self.settle(styles) } else { Ok(()) }
            }
        }
    }

    /// Begins a sheet with the rows that wait.
    fn settle(&mut self, styles: &Styles) -> Result<()> {
        let widths = std::mem::replace(&mut self.widths, self.bare.clone());
        let mut layout = Layout { widths: widths.fit().collect(), ..self.layout.clone() };
        layout.name = numbered(&layout.name, self.sheets.len());
        let mut sheet = Sheet::begin(layout, styles, false)?;
        for row in self.waiting.drain(..) {
            sheet.row(row.into_iter(), styles)?;
        }
        self.sheets.push(sheet);
        Ok(())
    }

    /// The sheets with all their rows; at least one.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn finish(mut self, styles: &Styles) -> Result<Vec<Sheet>> {
        if !self.waiting.is_empty() || self.sheets.is_empty() {
            self.settle(styles)?;
        }
        Ok(self.sheets)
    }
}

/// The name of a table's sheet by its number, from 0.
pub(super) fn numbered(name: &str, number: usize) -> String {
    if number == 0 { name.to_owned() } else { format!("{name}（{}）", number + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_longer_fits_goes_on_further_sheets() {
        let columns: [Column<'_, usize>; 2] = [
            Column::new("序号", (6.0, 8.0), Face::Center, |row| Cell::count(*row)),
            Column::new("名称", (6.0, 30.0), Face::Text, |row| Cell::text(format!("第 {row} 个项目"))),
        ];
        let styles = Styles::new();
        let mut rows = Rows::new(Layout::new("表", "表"), &columns);
        // Three rows a sheet.
        rows.last_row = 4;
        let mut places = Vec::new();
        for row in 0..7 {
            let Place { sheet, row: line } = rows.next();
            places.push((sheet, line));
            rows.push(columns.iter().map(|own| ((own.value)(&row), own.face)), &styles).unwrap();
        }
        assert_eq!(places, [(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4), (2, 2)]);
        let sheets = rows.finish(&styles).unwrap();
        assert_eq!(sheets.iter().map(Sheet::next).collect::<Vec<_>>(), [5, 5, 3]);
        let names: Vec<String> = (0..3).map(|number| numbered("表", number)).collect();
        assert_eq!(names, ["表", "表（2）", "表（3）"]);
    }
}
