//! What calamine does not tell of an .ods file, and what it must not be told.
//!
//! calamine writes out cells and rows as often as they are repeated and fills the rectangle around them: all of
//! it is counted here before it sees the file.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use super::limits::{Allowance, MAX_PART};
use super::xml::attribute;
use crate::error::{Error, Result};
use crate::model::{Address, Area};

/// What one sheet's cells say of themselves beside their values.
#[derive(Default)]
pub(super) struct Spans {
    pub(super) merges: Vec<Area>,
    pub(super) percents: HashSet<Address>,
}

/// A sheet has no more columns,
const COLUMNS: u32 = 1 << 14;
/// and no more rows.
const ROWS: u32 = 1 << 20;

/// What a manifest holds if a part is encrypted.
const ENCRYPTION: &[u8] = b"manifest:encryption-data";

/// The spans of every sheet, by its name.
///
/// # Errors
/// [`Error::Damaged`] if the part is none that can be read, [`Error::TooManyCells`] if the sheets are too
/// large to write out, and [`Error::Encrypted`].
pub(super) fn spans(bytes: &[u8]) -> Result<HashMap<String, Spans>> {
    let damaged = |cause: String| Error::Damaged { format: "ods", cause };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
    let mut manifest = Vec::new();
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        let _ = part.take(MAX_PART).read_to_end(&mut manifest);
    }
    if manifest.windows(ENCRYPTION.len()).any(|window| window == ENCRYPTION) {
        return Err(Error::Encrypted);
    }
    let part = archive.by_name("content.xml").map_err(|e| damaged(e.to_string()))?;
    let mut reader = Reader::from_reader(BufReader::new(part.take(MAX_PART)));
    // What is empty closes like anything else.
    reader.config_mut().expand_empty_elements = true;
    let mut content = Content::default();
    let mut buffer = Vec::new();
    let mut depth = 0usize;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|e| damaged(e.to_string()))? {
            Event::Start(element) => {
                depth += 1;
                content.open(&element)?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                content.close(element.name().as_ref())?;
            }
            Event::Text(text) => content.write(text.len() as u64),
            Event::GeneralRef(reference) => content.write(reference.len() as u64 + 2),
            // calamine would look for the end of what is left open for ever.
            Event::Eof if depth > 0 => return Err(damaged("content.xml ends within an element".to_owned())),
            Event::Eof => return Ok(content.sheets),
            _ => {}
        }
    }
}

/// The sheets as far as they were read, and where the reader stands.
#[derive(Default)]
struct Content {
    sheets: HashMap<String, Spans>,
    allowance: Allowance,
    sheet: Option<(String, Spans)>,
    /// The next cell.
    at: Address,
    /// The last row and the last column that hold something.
    last: Option<Address>,
    row: Option<Repeated>,
    cell: Option<Cell>,
}

/// How often a row stands.
#[derive(Clone, Copy)]
struct Repeated(u32);

/// The cell that is open.
struct Cell {
    repeated: u32,
    /// Whether it holds something, if only a type or a formula.
    filled: bool,
    percent: bool,
    /// The bytes of its text.
    bytes: u64,
}

impl Content {
    fn open(&mut self, element: &BytesStart<'_>) -> Result<()> {
        let name = element.name();
        let name = name.as_ref();
        let nested = match name {
            "table:table" => self.sheet.is_some(),
            "table:table-row" => self.row.is_some(),
            "table:table-cell" | "table:covered-table-cell" => self.cell.is_some(),
            _ => false,
        };
        if nested {
            // What stands where could no longer be told.
            return Err(Error::Damaged { format: "ods", cause: format!("{name} within another") });
        }
        match name {
            "table:table" => {
                self.sheet = Some((attribute(element, "name").unwrap_or_default(), Spans::default()));
                self.at = Address::new(0, 0);
            }
            "table:table-row" if self.sheet.is_some() => {
                self.at.col = 0;
                let left = ROWS.saturating_sub(self.at.row);
                self.row = Some(Repeated(count(element, "number-rows-repeated").min(left)));
            }
            "table:table-cell" | "table:covered-table-cell" if self.row.is_some() => self.open_cell(element),
            "text:s" => self.write(count(element, "c").into()),
            _ => {}
        }
        Ok(())
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) {
        let left = COLUMNS.saturating_sub(self.at.col);
        let mut cell = Cell {
            repeated: count(element, "number-columns-repeated").min(left),
            filled: false,
            percent: false,
            bytes: 0,
        };
        let (mut wide, mut high) = (1, 1);
        for attribute in element.attributes().flatten() {
            let value = &attribute.value;
            match attribute.key.local_name().as_ref() {
                "number-columns-spanned" => wide = positive(value),
                "number-rows-spanned" => high = positive(value),
                "value-type" => {
                    cell.filled = true;
                    cell.percent |= &**value == "percentage";
                }
                "value" | "string-value" | "date-value" | "time-value" | "boolean-value" | "formula" => {
                    cell.filled = true;
                    cell.bytes = cell.bytes.saturating_add(value.len() as u64);
                }
                _ => {}
            }
        }
        if let Some((_, spans)) = &mut self.sheet
            && (wide > 1 || high > 1)
        {
            let Address { row, col } = self.at;
            let last = Address::new(row.saturating_add(high - 1), col.saturating_add(wide - 1));
            spans.merges.push(Area::new(self.at, last));
        }
        self.cell = Some(cell);
    }

    /// Counts text, which matters within a cell.
    fn write(&mut self, bytes: u64) {
        if let Some(cell) = &mut self.cell {
            cell.bytes = cell.bytes.saturating_add(bytes);
        }
    }

    fn close(&mut self, name: &str) -> Result<()> {
        match name {
            "table:table" => {
                self.sheets.extend(self.sheet.take());
                if let Some(last) = self.last.take() {
                    self.allowance.take_area(Area::new(Address::new(0, 0), last))?;
                }
            }
            "table:table-row" => {
                if let Some(Repeated(rows)) = self.row.take() {
                    self.at.row = self.at.row.saturating_add(rows);
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                if let (Some(cell), Some(Repeated(rows))) = (self.cell.take(), self.row) {
                    self.close_cell(&cell, rows)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close_cell(&mut self, cell: &Cell, rows: u32) -> Result<()> {
        let first = self.at;
        self.at.col = first.col.saturating_add(cell.repeated);
        if !cell.filled || cell.repeated == 0 || rows == 0 {
            return Ok(());
        }
        self.allowance.take(u64::from(cell.repeated) * u64::from(rows), cell.bytes)?;
        let end = Address::new(first.row.saturating_add(rows), self.at.col);
        let last = self.last.unwrap_or_default();
        self.last = Some(Address::new(last.row.max(end.row - 1), last.col.max(end.col - 1)));
        if let Some((_, spans)) = &mut self.sheet
            && cell.percent
        {
            let cells = (first.row..end.row)
                .flat_map(|row| (first.col..end.col).map(move |col| Address::new(row, col)));
            spans.percents.extend(cells);
        }
        Ok(())
    }
}

/// A count that an attribute states; 1 if it states none.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).map_or(1, |text| positive(&text))
}

/// A number above zero; 1 if the text is none. One too large for its type is as large as can be.
fn positive(text: &str) -> u32 {
    text.trim().parse::<u64>().ok().filter(|n| *n > 0).map_or(1, |n| n.try_into().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const FILLED: &str = r#"<table:table-cell office:value-type="percentage" office:value="0.5" @/>"#;

    fn ods(rows: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let ns = "urn:oasis:names:tc:opendocument:xmlns";
        let content = format!(
            r#"<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
        );
        for (name, content) in [
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", "<manifest:manifest/>"),
            ("content.xml", &content),
        ] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn row(rows: u64, cells: &str) -> String {
        format!(r#"<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>"#)
    }

    fn cell(columns: u64) -> String {
        FILLED.replace('@', &format!(r#"table:number-columns-repeated="{columns}""#))
    }

    const EMPTY: &str = r#"<table:table-cell table:number-columns-repeated="16384"/>"#;

    #[test]
    fn repeated_cells_are_percent_in_every_row() {
        let bytes = ods(&(row(3, EMPTY) + &row(2, &cell(3)) + &row(1_048_571, EMPTY)));
        let grids = super::super::workbook::ods(&bytes).unwrap();
        let rows: Vec<_> = grids[0].rows().iter().map(|row| (row.index, row.slots.len())).collect();
        assert_eq!(rows, [(3, 3), (4, 3)]);
        assert!(grids[0].rows().iter().flat_map(|row| &row.slots).all(|slot| slot.text == "50%"));
    }

    #[test]
    fn sheets_too_large_to_write_out_are_refused() {
        let corner = row(1, &cell(1)) + &row(1_048_574, EMPTY);
        let far = EMPTY.replace("16384", "16383") + &cell(1);
        for rows in [
            row(1_048_576, &cell(16_384)),
            row(99_999_999_999, &cell(99_999_999_999)),
            corner.clone() + &row(1, &far),
        ] {
            assert!(matches!(spans(&ods(&rows)), Err(Error::TooManyCells)), "{rows}");
        }
        for rows in [row(1, &cell(99_999_999_999)), corner + &row(1, &cell(1))] {
            assert!(spans(&ods(&rows)).is_ok(), "{rows}");
        }
    }

    #[test]
    fn text_is_counted_as_often_as_it_is_repeated() {
        let text = |inner: &str| {
            let cell = format!(
                r#"<table:table-cell office:value-type="string" table:number-columns-repeated="1000"><text:p>{inner}</text:p></table:table-cell>"#
            );
            spans(&ods(&row(1000, &cell)))
        };
        assert!(text("文字").is_ok());
        assert!(matches!(text(&"长".repeat(100)), Err(Error::TooManyCells)));
        assert!(matches!(text(r#"<text:s text:c="4000000000"/>"#), Err(Error::TooManyCells)));
    }

    #[test]
    fn what_is_left_open_is_damaged() {
        for rows in ["<table:table-row>", "<table:table-row><table:table-cell>"] {
            let whole = ods(rows);
            assert!(matches!(spans(&whole), Err(Error::Damaged { .. })), "{rows}");
        }
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<o:spreadsheet><table:table>").unwrap();
        let open = zip.finish().unwrap().into_inner();
        assert!(matches!(spans(&open), Err(Error::Damaged { .. })));
    }

    #[test]
    fn a_table_within_a_cell_is_damaged() {
        let nested = "<table:table-cell><table:table><table:table-row/></table:table></table:table-cell>";
        assert!(matches!(spans(&ods(&row(1, nested))), Err(Error::Damaged { .. })));
    }
}
