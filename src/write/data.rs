//! The model as data: JSON, JSON by lines, CSV; and its aggregates as JSON.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::layout::Form;
use crate::model::json::{Document, indicator_to_value, project_to_value};
use crate::model::{Finding, Project, columns};
use crate::rules::Aggregates;

fn failed(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Error {
    move |cause| Error::Write { what, cause: cause.to_string() }
}

/// Everything as one JSON document, indented, with a line break at its end.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn json(document: &Document) -> Result<String> {
    indented(document)
}

/// Departments, units and projects as one JSON document, indented, with a line break at its end.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn aggregates(aggregates: &Aggregates<'_>) -> Result<String> {
    indented(aggregates)
}

fn indented(document: &impl Serialize) -> Result<String> {
    let mut text = serde_json::to_string_pretty(document).map_err(|e| failed("JSON")(&e))?;
    text.push('\n');
    Ok(text)
}

/// A project a line, with what of its form could not be read, if anything.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn ndjson_line(project: &Project, findings: &[Finding]) -> Result<String> {
    let failed = failed("NDJSON");
    Ok(with_findings(project, findings).map_err(|e| failed(&e))?.to_string() + "\n")
}

/// A project with what of its form could not be read, if anything.
fn with_findings(project: &Project, findings: &[Finding]) -> serde_json::Result<serde_json::Value> {
    let mut value = project_to_value(project)?;
    if let (Some(object), false) = (value.as_object_mut(), findings.is_empty()) {
        object.insert("findings".to_owned(), serde_json::to_value(findings)?);
    }
    Ok(value)
}

/// A line for a file that could not be read, so that data says of it too.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn ndjson_unreadable(finding: &Finding) -> Result<String> {
    let findings = serde_json::to_value([finding]).map_err(|e| failed("NDJSON")(&e))?;
    Ok(serde_json::json!({ "findings": findings }).to_string() + "\n")
}

/// The two tables that projects come to, in UTF-8 with the mark by which Excel knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// A project a line.
    pub projects: String,
    /// An indicator a line.
    pub indicators: String,
}

/// The column that counts the projects, by which their indicators know them.
pub const NUMBER: &str = "编号";
/// The column with all that has no column of its own.
pub const REST: &str = "其余数据(JSON)";

/// A table: its heads and its rows, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flat {
    /// The heads of the columns.
    pub heads: Vec<&'static str>,
    /// The values of each row; empty for none.
    pub rows: Vec<Vec<String>>,
}

/// The table of projects and that of their indicators. What has no column stands in one of JSON, so that reading them gives
/// the projects again.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn flat(forms: &[Form]) -> Result<(Flat, Flat)> {
    let failed = failed("JSON");
    let (mut of_projects, mut of_indicators) = (Flat::default(), Flat::default());
    of_projects.heads.push(NUMBER);
    of_projects.heads.extend(columns::PROJECT.iter().map(|column| column.head));
    of_projects.heads.push(REST);
    of_indicators.heads.extend([NUMBER, "项目名称", "实施单位", "年度"]);
    of_indicators.heads.extend(columns::INDICATOR.iter().map(|column| column.head));
    of_indicators.heads.extend(["文件", "工作表", "单元格", REST]);
    for (i, Form { project, findings }) in forms.iter().enumerate() {
        let number = (i + 1).to_string();
        let bare = Project { indicators: Vec::new(), ..project.clone() };
        let rest = with_findings(&bare, findings).map_err(|e| failed(&e))?;
        let values = columns::PROJECT.iter().map(|column| (column.get)(project));
        of_projects
            .rows
            .push(std::iter::once(number.clone()).chain(values).chain([rest.to_string()]).collect());
        let year = project.year.value.map(|year| year.to_string()).unwrap_or_default();
        for row in &project.indicators {
            let rest = indicator_to_value(row).map_err(|e| failed(&e))?;
            let about = [
                number.clone(),
                project.name.text().to_owned(),
                project.unit.text().to_owned(),
                year.clone(),
            ];
            let values = columns::INDICATOR.iter().map(|column| (column.get)(row));
            let cell = row.name.cell.map(|cell| cell.to_string()).unwrap_or_default();
            let at = [project.source.file.clone(), project.source.sheet.clone(), cell, rest.to_string()];
            of_indicators.rows.push(about.into_iter().chain(values).chain(at).collect());
        }
    }
    Ok((of_projects, of_indicators))
}

/// The two tables as text under head lines.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn csv(forms: &[Form]) -> Result<Tables> {
    let failed = failed("CSV");
    let (of_projects, of_indicators) = flat(forms)?;
    let text = |table: Flat| -> Result<String> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(&table.heads).map_err(|e| failed(&e))?;
        for row in &table.rows {
            writer.write_record(row.iter().map(|text| inert(text))).map_err(|e| failed(&e))?;
        }
        let bytes = writer.into_inner().map_err(|e| failed(&e))?;
        Ok(format!("\u{FEFF}{}", String::from_utf8(bytes).map_err(|e| failed(&e))?))
    };
    Ok(Tables { projects: text(of_projects)?, indicators: text(of_indicators)? })
}

/// A text that no spreadsheet takes for a formula: those that begin like one, and are no number, get an apostrophe
/// before them. So do those that have one.
fn inert(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    if risky && text.parse::<Decimal>().is_err() { format!("'{text}") } else { text.to_owned() }
}
