//! Findings for people and for programs: text with the cells around each fault, JSON, and SARIF.

mod sarif;
mod text;

pub use sarif::sarif;
pub use text::{Shown, level_name, text};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::Finding;
use crate::write::scores::Explained;

/// What `check --format json` writes. `findings.schema.json` beside this file describes it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Document<'a> {
    /// What is wrong.
    pub findings: &'a [Finding],
    /// The recomputed points, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<&'a [Explained<'a>]>,
}

/// Findings as one JSON document, indented, with a line break at its end.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn json(document: &Document<'_>) -> Result<String> {
    pretty(document, "JSON")
}

fn pretty(document: &impl Serialize, what: &'static str) -> Result<String> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|error| Error::Write { what, cause: error.to_string() })?;
    text.push('\n');
    Ok(text)
}
