//! The summary workbook: a row a project, the indicators, what is wrong, and charts.

mod charts;
mod execution;
mod figures;
mod groups;
mod indicators;
mod overview;
mod package;
mod problems;
mod scatter;
mod style;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::error::{Error, Result};
use crate::model::{Finding, Level};
use crate::rules::{Assessed, aggregate};
use execution::Comparison;
use groups::By;
use style::Styles;

/// The author by which the program knows its own workbooks again.
const AUTHOR: &str = "jixiao";

/// Rows of a sheet are much alike: higher levels cost several times more and gain little.
const COMPRESSION: u8 = 2;

/// What fills the place of something that the form leaves open and a person has to add.
const TO_BE_FILLED: &str = "〔待补充〕";

/// One project's place in the summary.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The project and what the rules found out about it.
    pub assessed: &'a Assessed,
    /// The path of its report relative to the workbook, with `/` between folders; `None` if there is no report.
    pub report: Option<&'a str>,
}

impl Entry<'_> {
    fn name(&self) -> &str {
        match self.assessed.project.name.text().trim() {
            "" => TO_BE_FILLED,
            name => name,
        }
    }

    fn has_errors(&self) -> bool {
        self.assessed.findings.iter().any(|finding| finding.level == Level::Error)
    }
}

/// What a summary is made of.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a> {
    /// The projects, in the order of their rows.
    pub entries: &'a [Entry<'a>],
    /// What is wrong: the projects' findings and those of whole files.
    pub findings: &'a [Finding],
    /// Where the files of the findings lie, by their names in the findings; those that are not here get no link.
    pub files: &'a BTreeMap<String, FileLink>,
}

/// Where a file lies, seen from the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    /// The path relative to the workbook, with `/` between folders.
    pub path: String,
    /// Whether it is a workbook, in which a cell can be gone to.
    pub has_cells: bool,
}

/// Writes the workbook; the same summary always gives the same bytes.
///
/// # Errors
/// [`Error::Write`] if there are more rows than a sheet holds.
pub fn write(summary: &Summary<'_>) -> Result<Vec<u8>> {
    let bytes = workbook(summary).map_err(|e| failed(&e))?;
    let paths = summary.files.values().map(|file| file.path.as_str());
    let paths = paths.chain(summary.entries.iter().filter_map(|entry| entry.report));
    package::finish(bytes, paths).map_err(|e| failed(&e))
}

fn failed(cause: &dyn std::error::Error) -> Error {
    Error::Write { what: overview::SHEET, cause: cause.to_string() }
}

fn workbook(summary: &Summary<'_>) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(COMPRESSION);
    let base = Format::new().set_font_name(style::FONT).set_font_size(style::FONT_SIZE);
    workbook.set_default_format(&base, style::ROW_PIXELS, style::COLUMN_PIXELS)?;
    // A fixed date in place of the clock's keeps the bytes the same.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties =
        DocProperties::new().set_title(overview::TITLE).set_author(AUTHOR).set_creation_datetime(&made);
    workbook.set_properties(&properties);
    let styles = Styles::new(&base);
    overview::write(workbook.add_worksheet(), &styles, summary.entries)?;
    let aggregates = aggregate(summary.entries.iter().map(|entry| entry.assessed));
    let comparison = Comparison::new(summary.entries, &aggregates);
    for own in [By::Department, By::Unit] {
        let groups = own.groups(&aggregates);
        // One group says no more than the overview.
        if groups.len() > 1 {
            own.write(workbook.add_worksheet(), &styles, &comparison)?;
        }
    }
    if comparison.is_needed() {
        comparison.write(workbook.add_worksheet(), &styles)?;
    }
    // The long sheets are written to disk row by row, with their texts in the cells: what all cells have to say would
    // fill any memory.
    indicators::write(workbook.add_worksheet_with_constant_memory()?, &styles, summary.entries)?;
    problems::write(workbook.add_worksheet_with_constant_memory()?, &styles, summary)?;
    charts::write(workbook.add_worksheet(), &styles, summary.entries)?;
    scatter::write(&mut workbook, &styles, &aggregates)?;
    workbook.save_to_buffer()
}
