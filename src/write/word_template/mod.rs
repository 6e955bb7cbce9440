//! A unit's own Word file as the template of its reports: `{{字段}}`, loops over rows or paragraphs, conditions, cells
//! that merge. Only what a tag stands in changes; every other byte of the file stays.
//!
//! What the tags are called is data: `templates/word/fields.toml`.

mod fields;
mod isolate;
mod render;
mod structure;
mod tag;
#[cfg(test)]
mod tests;

pub use fields::{Described, Fields};

use self::isolate::Misplaced;
use self::structure::Structure;
use super::package::Package;
use crate::error::{Error, Result};
use crate::grid::Format;
use crate::rules::Assessed;

/// A template, ready to be filled with the facts of many projects.
#[derive(Clone, Debug)]
pub struct WordTemplate {
    bytes: Vec<u8>,
    /// The parts that have tags, by name.
    parts: Vec<(String, Structure)>,
}

/// A report as a template has it.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The .docx.
    pub bytes: Vec<u8>,
    /// The fields that the project's form does not say.
    pub gaps: Vec<String>,
}

impl WordTemplate {
    /// Prepares a template. `path` is the name to show for it.
    ///
    /// # Errors
    /// [`Error::Template`] if a tag is none of the fields (with the paragraph and the field that is most like it), if
    /// what a tag opens is not closed where it can be, or if there is no tag; those of [`Format::of`], and
    /// [`Error::NoReport`] for files that are no .docx.
    pub fn new(bytes: Vec<u8>, path: &str, fields: &Fields) -> Result<Self> {
        match Format::of(&bytes) {
            Ok(Format::Docx) | Err(Error::OwnOutput) => {}
            Ok(_) => return Err(wrong(path, t!("error.word.no_docx"))),
            Err(error) => return Err(error),
        }
        let mut package = Package::open(&bytes)?;
        let names: Vec<String> = package.names().filter(|name| has_words(name)).map(str::to_owned).collect();
        let mut parts = Vec::new();
        for name in names {
            let text = package.required(&name)?;
            let told = |misplaced: Misplaced| {
                let Misplaced { paragraph, text, cause } = misplaced;
                let text: String = text.chars().take(40).collect();
                wrong(path, t!("error.word.at", paragraph = paragraph, text = text, cause = cause))
            };
            if let Some(isolated) = isolate::isolate(&text)?.map_err(told)? {
                parts.push((name, structure::parse(isolated, fields)?.map_err(told)?));
            }
        }
        if parts.is_empty() {
            return Err(wrong(path, t!("error.word.no_tags")));
        }
        Ok(Self { bytes, parts })
    }

    /// The report of a project; the same project gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the template's package cannot be copied.
    pub fn fill(&self, assessed: &Assessed) -> Result<Filled> {
        let facts = fields::facts(assessed)?;
        let mut package = Package::open(&self.bytes)?;
        let mut gaps = Vec::new();
        for (name, structure) in &self.parts {
            let (text, missing) = render::render(structure, &facts);
            package.put(name, text);
            gaps.extend(missing);
        }
        Ok(Filled { bytes: package.finish()?, gaps })
    }
}

/// Whether a part holds words of the document.
fn has_words(name: &str) -> bool {
    let name = name.to_lowercase();
    let Some(stem) = name.strip_prefix("word/").and_then(|name| name.strip_suffix(".xml")) else {
        return false;
    };
    matches!(
        stem.trim_end_matches(|c: char| c.is_ascii_digit()),
        "document" | "header" | "footer" | "footnotes" | "endnotes"
    )
}

fn wrong(path: &str, cause: impl Into<String>) -> Error {
    Error::Template { path: path.to_owned(), cause: cause.into() }
}
