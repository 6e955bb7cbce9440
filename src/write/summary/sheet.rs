//! A sheet with one table, written from its title to its last row.

use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};

use super::cell::{Cell, lines_in};
use super::layout::Layout;
use super::links::Links;
use super::part::Part;
use super::style::{self, Face, Look, Styles, row_height};
use super::xml;
use crate::error::Result;

/// The last row of a sheet, 0-based.
pub(super) const LAST_ROW: u32 = 1_048_575;
/// So many bytes of rows wait to be packed together.
const WAITING: usize = 1 << 15;

/// A sheet while it is written.
pub(super) struct Sheet {
    layout: Layout,
    part: Part,
    /// What waits to be packed, and the cells of the row that is written.
    waiting: String,
    cells: String,
    letters: Vec<String>,
    /// The row that comes next, and the last row of the table.
    next: u32,
    last: u32,
    /// The rows of which all cells are one.
    merged: Vec<u32>,
    links: Links,
}

impl Sheet {
    /// Begins a sheet, and writes what stands above the table's rows. `first` tells whether it is the workbook's first.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn begin(layout: Layout, styles: &Styles, first: bool) -> Result<Self> {
        let mut part = Part::begin()?;
        part.write(&layout.before_rows(first))?;
        let head = layout.head();
        let mut sheet = Self {
            part,
            waiting: String::with_capacity(2 * WAITING),
            cells: String::new(),
            letters: (0..layout.widths.len()).map(xml::letters).collect(),
            next: 0,
            last: head,
            merged: Vec::new(),
            links: Links::default(),
            layout,
        };
        let title = Cell::text(sheet.layout.title.clone());
        sheet.merged_row(title, Look::Title, style::TITLE_HEIGHT, styles)?;
        if let Some(note) = sheet.layout.note.clone() {
            sheet.merged_row(note, Look::Note, row_height(1), styles)?;
        }
        let heads = sheet.layout.heads.clone();
        let lines = heads.iter().zip(&sheet.layout.widths).map(|(head, width)| lines_in(head, *width));
        let height = row_height(lines.max().unwrap_or(1));
        let cells = heads.into_iter().map(|head| (Cell::text(head), Look::Head));
        sheet.write(cells, Some(height), styles)?;
        Ok(sheet)
    }

    /// The row that comes next, 0-based.
    pub(super) const fn next(&self) -> u32 {
        self.next
    }

    /// Writes the next row of the table, as high as its texts need.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn row<'a>(
        &mut self,
        cells: impl Iterator<Item = (Cell<'a>, Face)>,
        styles: &Styles,
    ) -> Result<()> {
        self.last = self.next;
        self.write(cells.map(|(cell, face)| (cell, Look::Body(face))), None, styles)
    }

    /// Writes a row below the table, of one line.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn foot<'a>(
        &mut self,
        cells: impl Iterator<Item = (Cell<'a>, Face)>,
        styles: &Styles,
    ) -> Result<()> {
        let cells = cells.map(|(cell, face)| (cell, Look::Foot(face)));
        self.write(cells, Some(row_height(1)), styles)
    }

    /// Writes a row that is one cell.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn merged_row(
        &mut self,
        cell: Cell<'_>,
        look: Look,
        height: f64,
        styles: &Styles,
    ) -> Result<()> {
        self.merged.push(self.next);
        let blanks = std::iter::repeat_n(Cell::Blank, self.layout.widths.len().saturating_sub(1));
        let cells = std::iter::once(cell).chain(blanks).map(|cell| (cell, look));
        self.write(cells, Some(height), styles)
    }

    fn write<'a>(
        &mut self,
        cells: impl Iterator<Item = (Cell<'a>, Look)>,
        height: Option<f64>,
        styles: &Styles,
    ) -> Result<()> {
        let row = (self.next + 1).to_string();
        let mut most = 1;
        self.cells.clear();
        for ((letters, width), (cell, look)) in self.letters.iter().zip(&self.layout.widths).zip(cells) {
            let place = (letters.as_str(), row.as_str());
            let mut look = look;
            if let Cell::Link { to, tip, text } = &cell
                && self.links.add(place, to, tip, text)?
            {
                look = Look::Body(Face::Link);
            }
            if height.is_none() {
                most = cell.lines(*width).max(most);
            }
            xml::cell(&mut self.cells, place, styles.number(look), &cell);
        }
        let height = style::as_kept(height.unwrap_or_else(|| row_height(most)));
        // Excel fits rows to wrapped text when it opens a workbook; LibreOffice does not.
        for part in ["<row r=\"", &row, "\" ht=\"", &height, "\" customHeight=\"1\">", &self.cells, "</row>"]
        {
            self.waiting.push_str(part);
        }
        self.next += 1;
        if self.waiting.len() >= WAITING {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.part.write(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Tells the crate all of the sheet but its cells, so that it writes what stands around them.
    pub(super) fn apply(&self, sheet: &mut Worksheet, styles: &Styles) -> std::result::Result<(), XlsxError> {
        self.layout.apply(sheet)?;
        let (head, last_col) = (self.layout.head(), self.layout.last_col());
        for row in &self.merged {
            sheet.merge_range(*row, 0, *row, last_col, "", styles.format(Look::Note))?;
        }
        if self.last > head {
            sheet.autofilter(head, 0, self.last, last_col)?;
            sheet.ignore_error_range(head + 1, 0, self.last, last_col, IgnoreError::NumberStoredAsText)?;
        }
        Ok(())
    }

    /// Ends the sheet with what stands below its rows; its part, and that of its links to files.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn end(mut self, below: &str) -> Result<(Part, Option<Part>)> {
        self.flush()?;
        let Self { mut part, links, .. } = self;
        // Links stand in front of what is said of printing.
        let (before, after) = below.split_at(below.find("<printOptions").unwrap_or(below.len()));
        part.write("</sheetData>")?;
        part.write(before)?;
        let relations = links.end(&mut part)?;
        part.write(after)?;
        Ok((part, relations))
    }
}
