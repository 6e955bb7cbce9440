//! What a sheet is but its rows.

use std::fmt::Write;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::cell::Cell;
use super::style;
use super::xml::letters;

/// Pixels of a digit of the usual font, by which widths are counted, and of the room beside a cell's text.
const DIGIT: f64 = 7.0;
const PADDING: f64 = 5.0;

/// What a sheet is but its rows.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) name: String,
    pub(super) title: String,
    /// What stands between the title and the head.
    pub(super) note: Option<Cell<'static>>,
    pub(super) heads: Vec<&'static str>,
    /// The width of each column, in characters.
    pub(super) widths: Vec<f64>,
    /// How many columns stay on screen, as the rows down to the head do.
    pub(super) frozen: u16,
}

impl Layout {
    /// That of a sheet whose columns are not known yet.
    pub(super) fn new(name: &str, title: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            note: None,
            heads: Vec::new(),
            widths: Vec::new(),
            frozen: 0,
        }
    }

    /// The row of the heads, 0-based.
    pub(super) const fn head(&self) -> u32 {
        if self.note.is_some() { 2 } else { 1 }
    }

    /// The last column.
    pub(super) fn last_col(&self) -> u16 {
        u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }

    /// Tells the crate all but the cells.
    pub(super) fn apply(&self, sheet: &mut Worksheet) -> std::result::Result<(), XlsxError> {
        sheet.set_name(&self.name)?;
        for (col, width) in (0..).zip(&self.widths) {
            sheet.set_column_width(col, *width)?;
        }
        sheet.set_freeze_panes(self.head() + 1, self.frozen)?;
        style::page(sheet, Some(self.head()))
    }

    /// What stands in the sheet's part before its rows, as the crate writes it of what [`Layout::apply`] tells, but for the
    /// reach of the rows, which nobody knows yet. A workbook opens on its first sheet.
    pub(super) fn before_rows(&self, first: bool) -> String {
        let mut xml = String::from(concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" ",
            "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">",
            "<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView",
        ));
        xml.push_str(if first {
            " tabSelected=\"1\" workbookViewId=\"0\">"
        } else {
            " workbookViewId=\"0\">"
        });
        let (frozen, rows) = (self.frozen, self.head() + 1);
        let (left, top) = (letters(frozen.into()), rows + 1);
        xml.push_str(&match frozen {
            0 => format!(
                "<pane ySplit=\"{rows}\" topLeftCell=\"A{top}\" activePane=\"bottomLeft\" state=\"frozen\"/>\
                 <selection pane=\"bottomLeft\"/>"
            ),
            _ => format!(
                "<pane xSplit=\"{frozen}\" ySplit=\"{rows}\" topLeftCell=\"{left}{top}\" activePane=\"bottomRight\" \
                 state=\"frozen\"/><selection pane=\"topRight\" activeCell=\"{left}1\" sqref=\"{left}1\"/>\
                 <selection pane=\"bottomLeft\" activeCell=\"A{top}\" sqref=\"A{top}\"/>\
                 <selection pane=\"bottomRight\"/>"
            ),
        });
        let height = f64::from(style::ROW_PIXELS) * 0.75;
        let _ = write!(xml, "</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"{height}\"/><cols>");
        let mut columns = (1..).zip(&self.widths).peekable();
        while let Some((first, width)) = columns.next() {
            let mut last = first;
            while let Some((next, _)) = columns.next_if(|(_, next)| *next == width) {
                last = next;
            }
            let width = ((width * DIGIT + PADDING).round() * 256.0 / DIGIT).floor() / 256.0;
            let _ = write!(xml, "<col min=\"{first}\" max=\"{last}\" width=\"{width}\" customWidth=\"1\"/>");
        }
        xml.push_str("</cols><sheetData>");
        xml
    }
}

#[cfg(test)]
mod tests {
    use super::super::package::sheet;
    use super::*;

    /// What the crate writes before the rows of a sheet of its own.
    fn by_the_crate(layout: &Layout, first: bool) -> String {
        let mut workbook = style::workbook().unwrap();
        if !first {
            workbook.add_worksheet();
        }
        layout.apply(workbook.add_worksheet()).unwrap();
        let part = sheet(&workbook.save_to_buffer().unwrap(), usize::from(!first)).unwrap();
        let (before, rest) = part.split_once("<dimension ").unwrap();
        let (_, rest) = rest.split_once("/>").unwrap();
        format!("{before}{}<sheetData>", &rest[..rest.find("<sheetData").unwrap()])
    }

    #[test]
    fn a_sheet_begins_as_the_crate_begins_it() {
        let widths = vec![6.0, 26.0, 26.0, 8.0, 1.0, 44.5, 60.0, 12.3, 12.3, 12.3];
        let note = Some(Cell::text("说明"));
        for (note, frozen) in [(note.clone(), 2), (None, 2), (None, 0), (note, 0), (None, 1)] {
            let layout = Layout { note, frozen, widths: widths.clone(), ..Layout::new("表", "表") };
            for first in [true, false] {
                assert_eq!(layout.before_rows(first), by_the_crate(&layout, first));
            }
        }
    }
}
