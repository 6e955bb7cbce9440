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

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{Cursor, Write as _};
use std::sync::Arc;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
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
    /// The package of a report without a body; clones share the bytes.
    empty: Arc<[u8]>,
    body: BodyPlaces,
}

/// Where in a package the offsets lie that a body changes. It is the last part.
#[derive(Clone, Copy, Debug)]
struct BodyPlaces {
    /// The header before its bytes.
    header: usize,
    /// Its bytes.
    bytes: usize,
    /// The directory behind them.
    directory: usize,
    /// Its entry in the directory.
    entry: usize,
}

impl Docx {
    /// Prepares what all reports of a preset have in common.
    ///
    /// # Errors
    /// [`Error::Write`] if the parts cannot be packed.
    pub fn new(preset: &Preset) -> Result<Self> {
        let mut package = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in parts::parts(preset) {
            package.start_file(name, options()).map_err(failed)?;
            package.write_all(part.as_bytes()).map_err(failed)?;
        }
        package
            .start_file(parts::BODY_PART, options().compression_level(Some(LEVEL.into())))
            .map_err(failed)?;
        let empty: Arc<[u8]> = package.finish().map_err(failed)?.into_inner().into();
        let mut archive = ZipArchive::new(Cursor::new(empty.clone())).map_err(failed)?;
        let directory = archive.central_directory_start();
        let body = archive.by_index_raw(archive.len() - 1).map_err(failed)?;
        let bytes = directory - body.compressed_size();
        let place = |offset: u64| usize::try_from(offset).map_err(failed);
        let body = BodyPlaces {
            header: place(body.header_start())?,
            bytes: place(bytes)?,
            directory: place(directory)?,
            entry: place(body.central_header_start())?,
        };
        Ok(Self { preset: preset.clone(), empty, body })
    }

    /// A report's bytes; the same document gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Write`] if the parts cannot be packed.
    pub fn write(&self, document: &Document) -> Result<Vec<u8>> {
        self.package(&body::body(&self.preset, document))
    }

    /// The bytes of several reports in one file: a page of contents, then each report on a page of its own. A
    /// chapter is a report and its name in the contents.
    ///
    /// # Errors
    /// [`Error::Write`] if the parts cannot be packed.
    pub fn write_book(&self, chapters: &[(String, Document)]) -> Result<Vec<u8>> {
        self.package(&body::book(&self.preset, chapters))
    }

    fn package(&self, body: &str) -> Result<Vec<u8>> {
        let mut package = Vec::with_capacity(self.empty.len() + body.len() / 2);
        package.extend_from_slice(&self.empty[..self.body.bytes]);
        let mut crc = Crc::new();
        crc.update(body.as_bytes());
        deflate(body.as_bytes(), &mut package)?;
        let directory = package.len();
        package.extend_from_slice(&self.empty[self.body.directory..]);
        let entry = directory + self.body.entry - self.body.directory;
        let end = package.len() - END;
        let packed = directory - self.body.bytes;
        let number = |number: usize| u32::try_from(number).map_err(failed);
        // Where the format has check sum and sizes in a header and in an entry, and the directory's offset at the end.
        for (place, number) in [
            (self.body.header + 14, crc.sum()),
            (self.body.header + 18, number(packed)?),
            (self.body.header + 22, number(body.len())?),
            (entry + 16, crc.sum()),
            (entry + 20, number(packed)?),
            (entry + 24, number(body.len())?),
            (end + 16, number(directory)?),
        ] {
            package[place..place + 4].copy_from_slice(&number.to_le_bytes());
        }
        Ok(package)
    }
}

/// A body is a page of words among thousands of equal tags: harder levels cost three times as much for a sixth less of
/// a few kilobytes.
const LEVEL: u8 = 1;

/// The length of the record at a package's end.
const END: usize = 22;

/// Appends the bytes of a part, packed.
fn deflate(part: &[u8], package: &mut Vec<u8>) -> Result<()> {
    // The tables of a packer are greater than what they are for: each thread makes its own once.
    thread_local! {
        static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(LEVEL.into()), false));
    }
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        loop {
            let rest = &part[usize::try_from(packer.total_in()).map_err(failed)?..];
            package.reserve(rest.len() / 4 + 1024);
            if packer.compress_vec(rest, package, FlushCompress::Finish).map_err(failed)? == Status::StreamEnd
            {
                return Ok(());
            }
        }
    })
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
