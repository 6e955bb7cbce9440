//! A copy of a workbook in which the faulty cells are coloured and carry a note. All other bytes stay.
//!
//! Only these parts change: the sheets with findings (the faulty cells' formats, and the link to the notes),
//! the styles (formats are added), the notes and their shapes, and the package's lists of parts.

mod edits;
mod notes;
mod package;
mod sheet;
mod styles;

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::{Address, Finding, Level};
use package::Package;
use styles::Styles;

/// What is to be told at a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    /// The gravest level of its findings.
    level: Level,
    /// Codes, faults and advice.
    text: String,
}

/// A copy of an .xlsx workbook with its findings. Findings without a cell, and those of sheets that the
/// workbook has not, are left out.
///
/// # Errors
/// [`crate::Error::Damaged`] if the package is not what it should be, [`crate::Error::TooLarge`] if it claims
/// too much.
pub fn annotate(workbook: &[u8], findings: &[&Finding]) -> Result<Vec<u8>> {
    let mut package = Package::open(workbook)?;
    let mut sheets: BTreeMap<&str, BTreeMap<Address, Note>> = BTreeMap::new();
    for finding in findings {
        let (Some(sheet), Some(cell)) = (finding.sheet.as_deref(), finding.cell) else { continue };
        let notes = sheets.entry(sheet).or_default();
        let text = told(finding);
        match notes.get_mut(&cell) {
            Some(note) => {
                note.level = note.level.max(finding.level);
                note.text.push_str("\n\n");
                note.text.push_str(&text);
            }
            None => {
                notes.insert(cell, Note { level: finding.level, text });
            }
        }
    }
    let parts = package.sheets()?;
    let styles_part = package.related_to_workbook("styles")?;
    let mut styles = match &styles_part {
        Some(part) => Styles::parse(&package.text(part)?)?,
        None => Styles::none(),
    };
    for (name, part) in &parts {
        let Some(notes) = sheets.get(name.as_str()) else { continue };
        let link = notes::add(&mut package, part, notes)?;
        let text = package.text(part)?;
        let patched = sheet::patch(&text, notes, &mut styles, link.as_deref())?;
        package.replace(part, patched);
    }
    if let Some(part) = styles_part {
        package.replace(&part, styles.text());
    }
    package.finish()
}

/// A finding as a note tells it.
fn told(finding: &Finding) -> String {
    let level = super::findings::level_name(finding.level);
    let hint = if finding.hint.is_empty() {
        String::new()
    } else {
        format!("\n{}：{}", t!("cli.hint"), finding.hint)
    };
    format!("[{level}] {} {}{hint}", finding.code, finding.message)
}
