//! Projects that were written as data, read again: JSON as a whole or by lines, and tables.

mod tables;

pub use tables::Table;

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::layout::Form;
use crate::model::json::project_from_value;
use crate::model::{Finding, Project};

/// What data holds.
#[derive(Debug, Default)]
pub struct Records {
    /// The projects, each with what of its form could not be read.
    pub forms: Vec<Form>,
    /// The files that could not be read when the data was written.
    pub unreadable: Vec<Finding>,
}

/// What the reader says of forms, rather than a check: codes with this letter are kept with the data.
const OF_READING: char = 'F';
/// The code of a file that could not be read.
const UNREADABLE: &str = "F00";

/// Whether bytes may be such data: they begin as a JSON object does.
pub fn is_data(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Reads `{"projects": […], "findings": […]}`, or a project a line.
///
/// # Errors
/// [`Error::Record`] names the line, 1-based, and what is wrong in it; [`Error::NoForm`] if there is no project.
pub fn read(bytes: &[u8]) -> Result<Records> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut records = Records::default();
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let wrong = |start: usize, cause: serde_json::Error| {
        let line = 1 + bytes[..start].iter().filter(|byte| **byte == b'\n').count();
        Error::Record { line, cause: cause.to_string() }
    };
    let mut start = 0;
    while let Some(value) = values.next() {
        let value = value.map_err(|cause| wrong(start, cause))?;
        records.take(value).map_err(|cause| wrong(start, cause))?;
        start = values.byte_offset();
        // The next value begins on the next line.
        start += bytes[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
    if records.forms.is_empty() && records.unreadable.is_empty() { Err(Error::NoForm) } else { Ok(records) }
}

/// Reads a table of projects and that of their indicators.
///
/// # Errors
/// [`Error::Record`] names the line, 1-based, and what is wrong in it; [`Error::NoForm`] if there is no project.
pub fn read_tables(projects: &[u8], indicators: &[u8]) -> Result<Records> {
    let records = tables::read(projects, indicators)?;
    if records.forms.is_empty() { Err(Error::NoForm) } else { Ok(records) }
}

impl Records {
    fn take(&mut self, mut value: Value) -> serde_json::Result<()> {
        let findings = match value.get_mut("findings").map(Value::take) {
            Some(findings) => Vec::<Finding>::deserialize(findings)?,
            None => Vec::new(),
        };
        let projects: Vec<Project> = match value.get_mut("projects").map(Value::take) {
            Some(Value::Array(projects)) => {
                projects.into_iter().map(project_from_value).collect::<serde_json::Result<_>>()?
            }
            Some(other) => vec![project_from_value(other)?],
            None if value.get("kind").is_some() => vec![project_from_value(value)?],
            None => Vec::new(),
        };
        let before = self.forms.len();
        self.forms.extend(projects.into_iter().map(|project| Form { project, findings: Vec::new() }));
        for finding in findings.into_iter().filter(|finding| finding.code.starts_with(OF_READING)) {
            if finding.code == UNREADABLE {
                self.unreadable.push(finding);
                continue;
            }
            let own = |form: &&mut Form| {
                let source = &form.project.source;
                source.file == finding.file
                    && Some(&source.sheet) == finding.sheet.as_ref()
                    && form.project.name.value == finding.project
            };
            if let Some(form) = self.forms[before..].iter_mut().find(own) {
                form.findings.push(finding);
            }
        }
        Ok(())
    }
}
