//! A report as a Word document, set as a [`Preset`] says.
//!
//! All that depends on the preset alone is compressed once; a report then costs one part.

mod body;
mod paragraph;
mod parts;
mod preset;
mod styles;
mod table;
#[cfg(test)]
mod tests;
mod xml;

use std::fmt::Display;
use std::io::{Cursor, Write as _};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use crate::error::{Error, Result};
use crate::write::document::Document;

pub use preset::{
    Attachments, Body, Caption, Count, FOLDER, Heading, Lines, Mm, Page, PageNumber, Place, Preset, Pt,
    Rules, Signature, TableType, Title,
};

/// Writes reports of one preset.
#[derive(Clone, Debug)]
pub struct Docx {
    preset: Preset,
    /// All parts but the body; clones share the bytes.
    parts: ZipArchive<Cursor<Arc<[u8]>>>,
}

impl Docx {
    /// Prepares what all reports of a preset have in common.
    ///
    /// # Errors
    /// [`Error::Write`] if the parts cannot be packed.
    pub fn new(preset: &Preset) -> Result<Self> {
        let mut package = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts::parts(preset).map_err(failed)? {
            package.start_file(name, options()).map_err(failed)?;
            package.write_all(&bytes).map_err(failed)?;
        }
        let bytes = package.finish().map_err(failed)?.into_inner();
        let parts = ZipArchive::new(Cursor::new(bytes.into())).map_err(failed)?;
        Ok(Self { preset: preset.clone(), parts })
    }

    /// A report's bytes; the same document gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Write`] if the parts cannot be packed.
    pub fn write(&self, document: &Document) -> Result<Vec<u8>> {
        self.package(&body::body(&self.preset, document).map_err(failed)?)
    }

    /// The bytes of several reports in one file: a page of contents, then each report on a page of its own. A
    /// chapter is a report and its name in the contents.
    ///
    /// # Errors
    /// [`Error::Write`] if the parts cannot be packed.
    pub fn write_book(&self, chapters: &[(String, Document)]) -> Result<Vec<u8>> {
        self.package(&body::book(&self.preset, chapters).map_err(failed)?)
    }

    fn package(&self, body: &[u8]) -> Result<Vec<u8>> {
        let mut package = ZipWriter::new(Cursor::new(Vec::new()));
        package.merge_archive(self.parts.clone()).map_err(failed)?;
        // A body is a page of words among thousands of equal tags: harder levels cost three times as much for a
        // sixth less of a few kilobytes.
        package.start_file(parts::BODY_PART, options().compression_level(Some(1))).map_err(failed)?;
        package.write_all(body).map_err(failed)?;
        Ok(package.finish().map_err(failed)?.into_inner())
    }
}

/// One report's bytes; for many, prepare a [`Docx`].
///
/// # Errors
/// [`Error::Write`] if the parts cannot be packed.
pub fn write(document: &Document, preset: &Preset) -> Result<Vec<u8>> {
    Docx::new(preset)?.write(document)
}

/// Neither the clock nor the machine's system gets into the package.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Dos)
        .unix_permissions(0o644)
}

fn failed(cause: impl Display) -> Error {
    Error::Write { what: "docx", cause: cause.to_string() }
}
