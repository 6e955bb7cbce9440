//! Tables of projects and of their indicators, read again.

use std::collections::HashMap;

use csv::StringRecord;
use serde_json::Value;

use super::Records;
use crate::error::{Error, Result};
use crate::grid::encoding::decode;
#[cfg(feature = "parquet")]
use crate::grid::limits::MAX_PART;
use crate::layout::Form;
use crate::model::columns::{self, Column};
use crate::model::json::{indicator_from_value, project_from_value};
use crate::model::{Indicator, Project};
use crate::write::data::{NUMBER, REST};

/// How a Parquet file begins.
const PARQUET: &[u8] = b"PAR1";

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
        if bytes.starts_with(PARQUET) {
            // The names of columns stand in the foot, whose length stands before the last four bytes.
            let end = bytes.len().saturating_sub(8);
            let length =
                bytes.get(end..end + 4).and_then(|length| length.try_into().ok()).map(u32::from_le_bytes);
            let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            let foot = &bytes[end.saturating_sub(length)..end];
            let has = |text: &str| foot.windows(text.len()).any(|part| part == text.as_bytes());
            let table = if has(columns::INDICATOR[2].head) { Self::Indicators } else { Self::Projects };
            return (has(REST) && has(NUMBER)).then_some(table);
        }
        if bytes.starts_with(b"PK") {
            return None;
        }
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
        let mut value: Option<Value> = rest.map(serde_json::from_str).transpose()?;
        let findings = value.as_mut().and_then(|value| value.get_mut("findings")).map(Value::take);
        let findings = findings.map(serde_json::from_value).transpose()?.unwrap_or_default();
        let mut project: Project = value.map(project_from_value).transpose()?.unwrap_or_default();
        take(&columns::PROJECT, &mut project, line)?;
        project.indicators = of_project.remove(number).unwrap_or_default();
        records.forms.push(Form { project, findings });
        Ok(())
    })?;
    Ok(records)
}

/// A line by its heads.
struct Line<'a> {
    heads: &'a StringRecord,
    values: &'a StringRecord,
    /// Whether its numbers were doubles, which are less exact than the data's own.
    doubles: bool,
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
    let wrong = |line: usize, cause: String| Error::Record { line, cause };
    let doubles = bytes.starts_with(PARQUET);
    let (heads, rows) = if doubles { parquet_rows(bytes)? } else { text_rows(bytes)? };
    // Lines are counted as a spreadsheet shows them: a value of several lines is one.
    for (at, values) in (2..).zip(&rows) {
        let line = Line { heads: &heads, values, doubles };
        let rest = line.get(REST).filter(|rest| !rest.trim().is_empty());
        take(line.get(NUMBER).unwrap_or_default(), rest, &line)
            .map_err(|error| wrong(at, error.to_string()))?;
    }
    Ok(())
}

fn text_rows(bytes: &[u8]) -> Result<(StringRecord, Vec<StringRecord>)> {
    let text = decode(bytes);
    let wrong = |line: usize, cause: csv::Error| Error::Record { line, cause: cause.to_string() };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let heads = reader.headers().map_err(|error| wrong(1, error))?.clone();
    let rows = (2..).zip(reader.records()).map(|(at, record)| record.map_err(|error| wrong(at, error)));
    Ok((heads, rows.collect::<Result<_>>()?))
}

#[cfg(feature = "parquet")]
fn parquet_rows(bytes: &[u8]) -> Result<(StringRecord, Vec<StringRecord>)> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    let damaged =
        |cause: parquet::errors::ParquetError| Error::Damaged { format: "parquet", cause: cause.to_string() };
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).map_err(damaged)?;
    let groups = reader.metadata().row_groups().iter();
    let size: u64 = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(0)).sum();
    if size > MAX_PART {
        return Err(Error::TooLarge { megabytes: size >> 20 });
    }
    let schema = reader.metadata().file_metadata().schema().clone();
    let heads = schema.get_fields().iter().map(|field| field.name()).collect();
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None).map_err(damaged)? {
        let row = row.map_err(damaged)?;
        let values = row.get_column_iter().map(|(_, value)| match value {
            Field::Str(text) => text.clone(),
            Field::Double(number) => {
                crate::model::number::from_float(*number).map(|n| n.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        });
        rows.push(values.collect());
    }
    Ok((heads, rows))
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(_: &[u8]) -> Result<(StringRecord, Vec<StringRecord>)> {
    Err(Error::UnknownFormat { looks_like: "Parquet".to_owned() })
}

/// Takes what the columns say over what the data says, where a person changed them.
fn take<T>(
    columns: &[Column<T>],
    row: &mut T,
    line: &Line<'_>,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    for column in columns {
        let own = (column.get)(row);
        let Some(text) = line.get(column.head).filter(|text| *text != own) else { continue };
        let number = |text: &str| text.parse::<f64>().ok();
        if line.doubles && number(text).is_some_and(|text| number(&own) == Some(text)) {
            continue;
        }
        if !(column.set)(row, text.trim()) {
            return Err(t!("error.column", head = column.head, text = text).into_owned().into());
        }
    }
    Ok(())
}
