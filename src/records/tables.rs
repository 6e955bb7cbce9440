//! Tables of projects and of their indicators, read again.

use std::collections::HashMap;

use csv::StringRecord;
use serde_json::Value;

use super::Records;
use crate::error::{Error, Result};
use crate::grid::encoding::decode;
use crate::layout::Form;
use crate::model::columns::{self, Column};
use crate::model::json::{indicator_from_value, project_from_value};
use crate::model::{Indicator, Project};
use crate::write::data::{NUMBER, REST};

/// So many bytes hold the head line.
const HEAD: usize = 2048;

/// Which of the two tables bytes are, in whatever encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A project a line.
    Projects,
    /// An indicator a line.
    Indicators,
}

impl Table {
    /// Which of the tables bytes are; `None` if neither.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let head = decode(&bytes[..bytes.len().min(HEAD)]);
        let line = head.lines().next()?;
        if !line.contains(REST) || !line.contains(NUMBER) {
            return None;
        }
        Some(if line.contains(columns::INDICATOR[2].head) { Self::Indicators } else { Self::Projects })
    }
}

/// Reads the table of projects with that of their indicators.
///
/// # Errors
/// [`Error::Record`] names the line, 1-based, and what is wrong in it.
pub(super) fn read(projects: &[u8], indicators: &[u8]) -> Result<Records> {
    let mut of_project: HashMap<String, Vec<Indicator>> = HashMap::new();
    rows(indicators, |number, rest, line| {
        let value: Option<Value> = rest.map(serde_json::from_str).transpose()?;
        let mut row = value.map(indicator_from_value).transpose()?.unwrap_or_default();
        take(&columns::INDICATOR, &mut row, line)?;
        of_project.entry(number.to_owned()).or_default().push(row);
        Ok(())
    })?;
    let mut records = Records::default();
    rows(projects, |number, rest, line| {
        let value: Option<Value> = rest.map(serde_json::from_str).transpose()?;
        let mut project: Project = value.map(project_from_value).transpose()?.unwrap_or_default();
        take(&columns::PROJECT, &mut project, line)?;
        project.indicators = of_project.remove(number).unwrap_or_default();
        records.forms.push(Form { project, findings: Vec::new() });
        Ok(())
    })?;
    Ok(records)
}

/// A line by its heads.
struct Line<'a> {
    heads: &'a StringRecord,
    values: &'a StringRecord,
}

impl Line<'_> {
    fn get(&self, head: &str) -> Option<&str> {
        let at = self.heads.iter().position(|own| own.trim() == head)?;
        self.values.get(at).map(unguarded)
    }
}

/// A text without the apostrophe that keeps it from being a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) => rest,
        _ => text,
    }
}

type Take<'a> =
    dyn FnMut(&str, Option<&str>, &Line<'_>) -> std::result::Result<(), Box<dyn std::error::Error>> + 'a;

/// Gives every line with its number and the data that has no column.
fn rows(
    bytes: &[u8],
    mut take: impl FnMut(&str, Option<&str>, &Line<'_>) -> std::result::Result<(), Box<dyn std::error::Error>>,
) -> Result<()> {
    let take: &mut Take<'_> = &mut take;
    let text = decode(bytes);
    let wrong = |line: usize, cause: String| Error::Record { line, cause };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let heads = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
    // Lines are counted as a spreadsheet shows them: a value of several lines is one.
    for (at, record) in (2..).zip(reader.records()) {
        let values = record.map_err(|error| wrong(at, error.to_string()))?;
        let line = Line { heads: &heads, values: &values };
        let rest = line.get(REST).filter(|rest| !rest.trim().is_empty());
        take(line.get(NUMBER).unwrap_or_default(), rest, &line)
            .map_err(|error| wrong(at, error.to_string()))?;
    }
    Ok(())
}

/// Takes what the columns say over what the data says, where a person changed them.
fn take<T>(
    columns: &[Column<T>],
    row: &mut T,
    line: &Line<'_>,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    for column in columns {
        let Some(text) = line.get(column.head).filter(|text| *text != (column.get)(row)) else { continue };
        if !(column.set)(row, text.trim()) {
            return Err(t!("error.column", head = column.head, text = text).into_owned().into());
        }
    }
    Ok(())
}
