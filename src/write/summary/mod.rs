//! The summary workbook: a row a project, the indicators, what is wrong, and charts.

mod charts;
mod execution;
mod figures;
mod groups;
mod indicators;
mod overview;
mod package;
mod problems;
mod rows;
mod scatter;
mod style;
mod table;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::error::{Error, Result};
use crate::model::{Finding, Project};
use crate::rules::{Assessed, Digest, aggregate};
use execution::Comparison;
use groups::By;
use indicators::{Begin, Indicators};
use problems::Problems;
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
    /// What is known of the project.
    pub digest: &'a Digest,
    /// The path of its report relative to the workbook, with `/` between folders; `None` if there is no report.
    pub report: Option<&'a str>,
}

impl Entry<'_> {
    fn name(&self) -> &str {
        shown_name(&self.digest.project)
    }
}

/// The name by which a project is listed.
fn name(assessed: &Assessed) -> &str {
    shown_name(&assessed.project)
}

fn shown_name(project: &Project) -> &str {
    match project.name.text().trim() {
        "" => TO_BE_FILLED,
        name => name,
    }
}

/// Where a file lies, seen from the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    /// The path relative to the workbook, with `/` between folders.
    pub path: String,
    /// Whether it is a workbook, in which a cell can be gone to.
    pub has_cells: bool,
}

/// The workbook while it is made. The sheets of indicators and of problems are written as projects come and go to
/// disk; of everything else the digests suffice.
pub struct Summary {
    workbook: Workbook,
    styles: Styles,
    indicators: Indicators,
    problems: Problems,
    /// Where the indicators of each project begin.
    begins: Vec<Option<Begin>>,
    /// Whether a link leads to a path with `#`.
    hash: bool,
}

impl Summary {
    /// Begins a workbook; the same projects always give the same bytes.
    ///
    /// # Errors
    /// [`Error::Write`] if there is no place for temporary files.
    pub fn new() -> Result<Self> {
        guarded(Self::begin)
    }

    fn begin() -> std::result::Result<Self, XlsxError> {
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
        let indicators = Indicators::new(&mut workbook, &styles)?;
        let problems = Problems::new(&mut workbook, &styles)?;
        Ok(Self { workbook, styles, indicators, problems, begins: Vec::new(), hash: false })
    }

    /// Writes the rows of a project's indicators. The projects' order is that of the entries of [`Summary::finish`].
    ///
    /// # Errors
    /// [`Error::Write`] if a temporary file cannot be written.
    pub fn add(&mut self, assessed: &Assessed) -> Result<()> {
        let Self { workbook, styles, indicators, .. } = self;
        let begin = guarded(|| indicators.add(workbook, styles, assessed))?;
        self.begins.push(begin);
        Ok(())
    }

    /// Writes the row of a finding; `file` is where its file lies, for a link.
    ///
    /// # Errors
    /// As [`Summary::add`].
    pub fn add_finding(&mut self, finding: &Finding, file: Option<&FileLink>) -> Result<()> {
        let Self { workbook, styles, problems, .. } = self;
        self.hash |= file.is_some_and(|file| file.path.contains('#'));
        guarded(|| problems.add(workbook, styles, finding, file))
    }

    /// The workbook's bytes, with the overview of all projects.
    ///
    /// # Errors
    /// [`Error::Write`] if there are more projects than a sheet has rows.
    pub fn finish(mut self, entries: &[Entry<'_>]) -> Result<Vec<u8>> {
        self.hash |= entries.iter().filter_map(|entry| entry.report).any(|report| report.contains('#'));
        let hash = self.hash;
        let bytes = guarded(|| self.end(entries))?;
        if hash { package::finish(&bytes).map_err(|e| failed(&e)) } else { Ok(bytes) }
    }

    fn end(self, entries: &[Entry<'_>]) -> std::result::Result<Vec<u8>, XlsxError> {
        let Self { mut workbook, styles, indicators, problems, begins, .. } = self;
        overview::write(workbook.add_worksheet(), &styles, entries, &begins)?;
        let aggregates = aggregate(entries.iter().map(|entry| entry.digest));
        let comparison = Comparison::new(entries, &aggregates);
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
        for sheet in indicators.finish(&styles)?.into_iter().chain(problems.finish(&styles)?) {
            workbook.push_worksheet(sheet);
        }
        charts::write(workbook.add_worksheet(), &styles, entries)?;
        scatter::write(&mut workbook, &styles, &aggregates)?;
        workbook.save_to_buffer()
    }
}

/// Runs the crate that writes workbooks, which panics where a temporary file takes no more.
fn guarded<T>(write: impl FnOnce() -> std::result::Result<T, XlsxError>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(write)) {
        Ok(written) => written.map_err(|error| failed(&error)),
        Err(_) => {
            let cause = t!("error.temporary", path = std::env::temp_dir().display()).into_owned();
            Err(Error::Write { what: overview::SHEET, cause })
        }
    }
}

fn failed(cause: &dyn std::error::Error) -> Error {
    Error::Write { what: overview::SHEET, cause: cause.to_string() }
}
