//! The summary workbook: a row a project, the indicators, what is wrong, and charts.

mod cell;
mod charts;
mod execution;
mod figures;
mod groups;
mod indicators;
mod layout;
mod links;
mod overview;
mod package;
mod part;
mod problems;
mod rows;
mod scatter;
mod sheet;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod xml;

use std::io::{Cursor, Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use crate::error::{Error, Result};
use crate::model::{Field, Finding};
use crate::rules::{Aggregates, Assessed, Digest, aggregate};
use execution::Comparison;
use groups::By;
use indicators::Indicators;
use problems::Problems;
use rows::Place;
use sheet::Sheet;
use style::Styles;

/// The author by which the program knows its own workbooks again.
const AUTHOR: &str = "jixiao";

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
        shown_name(&self.digest.name)
    }
}

/// The name by which a project is listed.
fn name(assessed: &Assessed) -> &str {
    shown_name(&assessed.project.name)
}

fn shown_name(name: &Field<String>) -> &str {
    match name.text().trim() {
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

/// The workbook while it is made. The sheets of indicators and of problems are written and packed as projects come
/// and go; of everything else the digests suffice.
pub struct Summary {
    styles: Styles,
    indicators: Indicators,
    problems: Problems,
    /// Where the indicators of each project begin.
    begins: Vec<Option<Place>>,
}

impl Default for Summary {
    fn default() -> Self {
        Self::new()
    }
}

impl Summary {
    /// Begins a workbook; the same projects always give the same bytes.
    pub fn new() -> Self {
        let styles = Styles::new();
        Self { styles, indicators: Indicators::new(), problems: Problems::new(), begins: Vec::new() }
    }

    /// Writes the rows of a project's indicators. The projects' order is that of the entries of [`Summary::finish`].
    ///
    /// # Errors
    /// [`Error::Write`] if a temporary file cannot be written.
    pub fn add(&mut self, assessed: &Assessed) -> Result<()> {
        let begin = self.indicators.add(assessed, &self.styles)?;
        self.begins.push(begin);
        Ok(())
    }

    /// Writes the row of a finding; `file` is where its file lies, for a link.
    ///
    /// # Errors
    /// As [`Summary::add`].
    pub fn add_finding(&mut self, finding: &Finding, file: Option<&FileLink>) -> Result<()> {
        self.problems.add(finding, file, &self.styles)
    }

    /// The workbook's bytes, with the overview of all projects.
    ///
    /// # Errors
    /// [`Error::Write`] if there are more projects than a sheet has rows, or as [`Summary::add`].
    pub fn finish(self, entries: &[Entry<'_>]) -> Result<Vec<u8>> {
        Ok(self.finish_to(entries, Cursor::new(Vec::new()))?.into_inner())
    }

    /// As [`Summary::finish`], to where a large workbook does not stand in memory.
    ///
    /// # Errors
    /// As [`Summary::finish`], and if `out` cannot be written.
    pub fn finish_to<W: Write + Seek>(self, entries: &[Entry<'_>], out: W) -> Result<W> {
        let Self { styles, indicators, problems, begins } = self;
        // Side by side: nothing else is left to do while they are written.
        let (overview, gathered) =
            rayon::join(|| overview::write(&styles, entries, &begins), || gathered(&styles, entries));
        let (aggregates, gathered) = gathered?;
        let mut sheets = vec![overview?];
        sheets.extend(gathered);
        sheets.extend(indicators.finish(&styles)?);
        sheets.extend(problems.finish(&styles)?);
        let around = around(&sheets, &styles, entries, &aggregates).map_err(|error| failed(&error))?;
        package::write(&around, sheets, &styles, out)
    }
}

/// The sheets of departments, of units, and of execution beside scores, as far as there is anything to say on them.
fn gathered<'a>(styles: &Styles, entries: &'a [Entry<'a>]) -> Result<(Aggregates<'a>, Vec<Sheet>)> {
    let aggregates = aggregate(entries.iter().map(|entry| entry.digest));
    let comparison = Comparison::new(entries, &aggregates);
    // One group says no more than the overview.
    let group = |own: By| {
        let needed = own.groups(&aggregates).len() > 1;
        needed.then(|| own.write(styles, &comparison)).transpose()
    };
    let (compared, (departments, units)) = rayon::join(
        || comparison.is_needed().then(|| comparison.write(styles)).transpose(),
        || rayon::join(|| group(By::Department), || group(By::Unit)),
    );
    let sheets = [departments?, units?, compared?].into_iter().flatten().collect();
    Ok((aggregates, sheets))
}

/// The workbook with empty sheets in place of ours, and with its charts.
fn around(
    sheets: &[Sheet],
    styles: &Styles,
    entries: &[Entry<'_>],
    aggregates: &Aggregates<'_>,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = style::workbook()?;
    // A fixed date in place of the clock's keeps the bytes the same.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties =
        DocProperties::new().set_title(overview::TITLE).set_author(AUTHOR).set_creation_datetime(&made);
    workbook.set_properties(&properties);
    for (i, sheet) in sheets.iter().enumerate() {
        let bare = workbook.add_worksheet();
        if i == 0 {
            styles.show(bare)?;
        }
        sheet.apply(bare, styles)?;
    }
    charts::write(workbook.add_worksheet(), styles, entries)?;
    scatter::write(&mut workbook, styles, aggregates)?;
    workbook.save_to_buffer()
}

fn failed(cause: &dyn std::error::Error) -> Error {
    Error::Write { what: overview::SHEET, cause: cause.to_string() }
}
