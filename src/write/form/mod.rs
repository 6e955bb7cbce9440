//! Filled forms: a bureau's own workbook with other contents in some cells.
//!
//! The workbook is patched, not written anew. Only the sheet's own part changes, and what other sheets' formulas made of
//! its cells is dropped; where rows are put between others, so do the places elsewhere that name the sheet's cells:
//! defined names, other sheets' formulas, charts, tables, notes and drawings. The order in which formulas were last
//! calculated is dropped, and the workbook asks to be calculated when it is opened.

mod cells;
mod formats;
mod gather;
mod heights;
mod references;
mod sheet;
mod surroundings;

pub use gather::{sheets, stacked};

use super::package::Package;
use super::package::workbook::Workbook;
use crate::error::{Error, Result};
use crate::layout::fill::Filling;
use formats::Formats;

/// A workbook with a form.
struct Opened<'a> {
    package: Package<'a>,
    book: Workbook,
    /// The sheet's part and its text.
    part: String,
    text: String,
    formats: Formats,
}

fn open<'a>(workbook: &'a [u8], sheet: &str) -> Result<Opened<'a>> {
    let mut package = Package::open(workbook)?;
    let book = Workbook::read(&mut package)?;
    let part = book.sheets.get(sheet).cloned();
    let part = part.ok_or_else(|| Error::Damaged { format: "xlsx", cause: format!("no sheet {sheet}") })?;
    let styles = book.relations.first("styles").and_then(|relation| relation.target.clone());
    let styles = match styles {
        Some(part) => package.text(&part)?.unwrap_or_default(),
        None => String::new(),
    };
    let text = package.required(&part)?;
    Ok(Opened { package, book, part, text, formats: Formats::read(&styles)? })
}

/// Fills a form of an .xlsx, .xlsm or .xltx workbook.
///
/// # Errors
/// [`Error::Damaged`] if one of the parts to be changed is missing or no XML in UTF-8.
pub fn fill(workbook: &[u8], filling: &Filling) -> Result<Vec<u8>> {
    let Opened { mut package, book, part, text, formats } = open(workbook, &filling.sheet)?;
    let sheet = sheet::rewrite(&text, filling, &formats)?;
    package.put(&part, sheet.text);
    surroundings::follow(&mut package, book, &part, filling, sheet.has_formulas)?;
    package.finish()
}
