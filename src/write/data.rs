//! The model as data: JSON, JSON by lines, CSV; and its aggregates as JSON.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::json::{Document, project_to_value};
use crate::model::{Field, Finding, Project};
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
pub fn aggregates(aggregates: &Aggregates) -> Result<String> {
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
    let mut value = project_to_value(project).map_err(|e| failed(&e))?;
    if let (Some(object), false) = (value.as_object_mut(), findings.is_empty()) {
        let findings = serde_json::to_value(findings).map_err(|e| failed(&e))?;
        object.insert("findings".to_owned(), findings);
    }
    Ok(value.to_string() + "\n")
}

/// A line for a file that could not be read, so that data says of it too.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn ndjson_unreadable(finding: &Finding) -> Result<String> {
    let findings = serde_json::to_value([finding]).map_err(|e| failed("NDJSON")(&e))?;
    Ok(serde_json::json!({ "findings": findings }).to_string() + "\n")
}

/// An indicator a line.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "项目名称")]
    project: String,
    #[serde(rename = "实施单位")]
    unit: String,
    #[serde(rename = "年度")]
    year: Option<u16>,
    #[serde(rename = "一级指标")]
    level1: String,
    #[serde(rename = "二级指标")]
    level2: String,
    #[serde(rename = "三级指标")]
    name: String,
    #[serde(rename = "年度指标值")]
    target: String,
    #[serde(rename = "实际完成值")]
    actual: String,
    #[serde(rename = "分值")]
    weight: Option<Decimal>,
    #[serde(rename = "得分")]
    score: Option<Decimal>,
    #[serde(rename = "偏差原因分析及改进措施")]
    reason: String,
    #[serde(rename = "文件")]
    file: &'a str,
    #[serde(rename = "工作表")]
    sheet: &'a str,
    #[serde(rename = "单元格")]
    cell: String,
}

/// An indicator a line under a head line, UTF-8 with the mark by which Excel knows it.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn csv(projects: &[Project]) -> Result<String> {
    let failed = failed("CSV");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for project in projects {
        for row in &project.indicators {
            let line = Line {
                project: plain(&project.name),
                unit: plain(&project.unit),
                year: project.year.value,
                level1: plain(&row.level1),
                level2: plain(&row.level2),
                name: plain(&row.name),
                target: inert(row.target.get().map_or("", |target| &target.text)),
                actual: inert(row.actual.get().map_or("", |actual| &actual.text)),
                weight: row.weight.number(),
                score: row.score.number(),
                reason: plain(&row.reason),
                file: &project.source.file,
                sheet: &project.source.sheet,
                cell: row.name.cell.map(|cell| cell.to_string()).unwrap_or_default(),
            };
            writer.serialize(line).map_err(|e| failed(&e))?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| failed(&e))?;
    let text = String::from_utf8(bytes).map_err(|e| failed(&e))?;
    Ok(format!("\u{FEFF}{text}"))
}

fn plain(field: &Field<String>) -> String {
    inert(field.text())
}

/// A text that no spreadsheet takes for a formula: those that begin like one get an apostrophe before them.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
