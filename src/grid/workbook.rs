//! Workbooks, read by calamine: .xls, .xlsb and .ods.
//!
//! Cells are streamed where calamine can: its dense ranges allocate the whole box between the first and the
//! last cell, which a file of a few kilobytes can make larger than any memory.

use std::collections::HashMap;
use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Ods, Reader, SheetType, SheetVisible, Xls, Xlsb};

use super::limits::{Allowance, LAST};
#[cfg(test)]
use super::printed::is_percent;
use super::printed::{is_figure, print_bool, print_date, print_decimal, print_float, print_iso_date};
use super::{Grid, ods::Spans};
use crate::error::{Error, Result, panic_cause};
use crate::model::{Address, Area};

fn damaged(format: &'static str) -> impl Fn(&dyn Display) -> Error {
    move |cause| Error::Damaged { format, cause: cause.to_string() }
}

/// Runs calamine on a file; what it panics on is a damaged file like what it refuses.
fn guarded<T>(format: &'static str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|panic| Err(Error::Damaged { format, cause: panic_cause(&*panic) }))
}

/// The sheets of an .xlsx as calamine has them: the judge of [`super::xlsx`].
#[cfg(test)]
pub(super) fn xlsx(bytes: &[u8]) -> Result<Vec<Grid>> {
    use calamine::{Xlsx, XlsxError};

    guarded("xlsx", || {
        let damaged = damaged("xlsx");
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
            XlsxError::Password => Error::Encrypted,
            other => damaged(&other),
        })?;
        let mut allowance = Allowance::default();
        let mut grids = Vec::new();
        for (name, hidden) in sheets(&book) {
            let mut cells = Cells::default();
            let mut reader = book.worksheet_cells_reader(&name).map_err(|e| damaged(&e))?;
            let code =
                |style: &calamine::Style| style.number_format.as_ref().map(|own| own.format_code.clone());
            let percents: Vec<bool> = reader
                .styles()
                .iter()
                .map(|style| code(style).is_some_and(|code| is_percent(&code)))
                .collect();
            while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|e| damaged(&e))? {
                let (row, col) = cell.get_position();
                let text = print_ref(cell.get_value(), percents.get(style).copied().unwrap_or(false));
                take(&mut allowance, &text)?;
                cells.keep(Address::new(row, col), text, is_text(cell.get_value()));
            }
            drop(reader);
            let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
            grids.push(grid(name, hidden, cells, areas(&merges)));
        }
        Ok(grids)
    })
}

pub(super) fn xlsb(bytes: &[u8]) -> Result<Vec<Grid>> {
    let spans = super::xlsb::spans(bytes)?;
    guarded("xlsb", || sheets_of_xlsb(bytes, spans))
}

fn sheets_of_xlsb(bytes: &[u8], mut spans: HashMap<String, super::xlsb::Spans>) -> Result<Vec<Grid>> {
    let damaged = damaged("xlsb");
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut allowance = Allowance::default();
    let mut grids = Vec::new();
    for (name, hidden) in sheets(&book) {
        let mut cells = Cells::default();
        let mut reader = book.worksheet_cells_reader(&name).map_err(|e| damaged(&e))?;
        let super::xlsb::Spans { merges, percents } = spans.remove(&name).unwrap_or_default();
        while let Some(cell) = reader.next_cell().map_err(|e| damaged(&e))? {
            let (row, col) = cell.get_position();
            let at = Address::new(row, col);
            let text = print_ref(cell.get_value(), percents.contains(&at));
            take(&mut allowance, &text)?;
            cells.keep(at, text, is_text(cell.get_value()));
        }
        grids.push(grid(name, hidden, cells, merges));
    }
    Ok(grids)
}

pub(super) fn xls(bytes: &[u8]) -> Result<Vec<Grid>> {
    let book = super::xls::workbook(bytes)?;
    guarded("xls", || sheets_of_xls(&book))
}

fn sheets_of_xls(book: &super::xls::Workbook) -> Result<Vec<Grid>> {
    let damaged = damaged("xls");
    let super::xls::Workbook { bytes, percents } = book;
    let mut book = Xls::new(Cursor::new(bytes.as_slice())).map_err(|e| damaged(&e))?;
    let mut grids = Vec::new();
    let order = book.sheet_names();
    for (name, hidden) in sheets(&book) {
        let range = book.worksheet_range(&name).map_err(|e| damaged(&e))?;
        let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let percents = order.iter().position(|sheet| *sheet == name).and_then(|i| percents.get(i));
        let cells = dense(&range, |at| percents.is_some_and(|cells| cells.contains(&at)));
        grids.push(grid(name, hidden, cells, areas(&merges)));
    }
    Ok(grids)
}

pub(super) fn ods(bytes: &[u8]) -> Result<Vec<Grid>> {
    let spans = super::ods::spans(bytes)?;
    guarded("ods", || sheets_of_ods(bytes, spans))
}

fn sheets_of_ods(bytes: &[u8], mut spans: HashMap<String, super::ods::Spans>) -> Result<Vec<Grid>> {
    let damaged = damaged("ods");
    let mut book = Ods::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut grids = Vec::new();
    for (name, hidden) in sheets(&book) {
        let range = book.worksheet_range(&name).map_err(|e| damaged(&e))?;
        let Spans { merges, percents } = spans.remove(&name).unwrap_or_default();
        grids.push(grid(name, hidden, dense(&range, |at| percents.contains(&at)), merges));
    }
    Ok(grids)
}

fn grid(sheet: String, hidden: bool, cells: Cells, merges: Vec<Area>) -> Grid {
    let Cells { cells, figures_as_text } = cells;
    Grid { hidden, ..Grid::new(sheet, cells, merges) }.with_figures_as_text(figures_as_text)
}

/// Names of the worksheets, in order, and whether each is hidden.
fn sheets<'a, R: Reader<Cursor<&'a [u8]>>>(book: &R) -> Vec<(String, bool)> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect()
}

fn areas(dimensions: &[calamine::Dimensions]) -> Vec<Area> {
    dimensions
        .iter()
        .map(|d| Area::new(Address::new(d.start.0, d.start.1), Address::new(d.end.0, d.end.1)))
        .collect()
}

/// Takes a cell from what a file may give, if it holds something.
fn take(allowance: &mut Allowance, text: &str) -> Result<()> {
    if text.is_empty() { Ok(()) } else { allowance.take(1, text.len() as u64) }
}

/// The cells of a sheet that hold something.
#[derive(Default)]
struct Cells {
    cells: Vec<(Address, String)>,
    figures_as_text: Vec<Address>,
}

impl Cells {
    fn keep(&mut self, at: Address, text: String, is_text: bool) {
        // Positions beyond the sheet come from damaged references.
        if !text.is_empty() && at.row <= LAST.row && at.col <= LAST.col {
            if is_text && is_figure(&text) {
                self.figures_as_text.push(at);
            }
            self.cells.push((at, text));
        }
    }
}

fn is_text(value: &DataRef<'_>) -> bool {
    matches!(value, DataRef::String(_) | DataRef::SharedString(_))
}

/// The cells of a dense range, which may start after A1.
fn dense(range: &calamine::Range<Data>, percent: impl Fn(Address) -> bool) -> Cells {
    let mut cells = Cells::default();
    let Some((first_row, first_col)) = range.start() else {
        return cells;
    };
    for (row, col, value) in range.used_cells() {
        let (Ok(row), Ok(col)) = (u32::try_from(row), u32::try_from(col)) else { continue };
        let at = Address::new(first_row.saturating_add(row), first_col.saturating_add(col));
        cells.keep(at, print(value, percent(at)), matches!(value, Data::String(_)));
    }
    cells
}

fn print_ref(value: &DataRef<'_>, percent: bool) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTimeIso(text) => print_iso_date(text),
        DataRef::Float(float) => print_float(*float, percent),
        DataRef::Int(int) => print_decimal((*int).into(), percent),
        DataRef::Bool(yes) => print_bool(*yes),
        DataRef::DateTime(date) => print_date(date),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn print(value: &Data, percent: bool) -> String {
    match value {
        Data::String(text) | Data::DurationIso(text) => text.clone(),
        Data::DateTimeIso(text) => print_iso_date(text),
        Data::Float(float) => print_float(*float, percent),
        Data::Int(int) => print_decimal((*int).into(), percent),
        Data::Bool(yes) => print_bool(*yes),
        Data::DateTime(date) => print_date(date),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}
