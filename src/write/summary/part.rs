//! A part of the workbook that is packed as it is written, beside the package that it will stand in.

use std::io::{Read, Seek, Write};

use tempfile::SpooledTempFile;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::overview;
use crate::error::{Error, Result};

/// Rows of a sheet are much alike: higher levels cost several times more and gain little.
pub(super) const COMPRESSION: u8 = 1;
/// So many bytes stay in memory; what is more goes to a temporary file.
pub(super) const MEMORY: usize = 1 << 20;

/// How the parts of a workbook are packed: the same text always gives the same bytes.
pub(super) fn packing() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(COMPRESSION.into()))
        .last_modified_time(DateTime::default())
}

/// A part while it is written: the only file of an archive.
pub(super) struct Part(ZipWriter<SpooledTempFile>);

impl Part {
    /// # Errors
    /// As [`Part::write`].
    pub(super) fn begin() -> Result<Self> {
        let mut archive = ZipWriter::new(SpooledTempFile::new(MEMORY));
        // Its size is known at the end, too late to ask for the fields of a file of 4 GB.
        archive.start_file("part", packing().large_file(true)).map_err(|_| unwritten())?;
        Ok(Self(archive))
    }

    /// # Errors
    /// [`Error::Write`] if there is no place for temporary files.
    pub(super) fn write(&mut self, text: &str) -> Result<()> {
        self.0.write_all(text.as_bytes()).map_err(|_| unwritten())
    }

    /// Writes all that is left to read.
    ///
    /// # Errors
    /// As [`Part::write`].
    pub(super) fn copy(&mut self, text: &mut impl Read) -> Result<()> {
        std::io::copy(text, &mut self.0).map(|_| ()).map_err(|_| unwritten())
    }

    /// Copies the part into a package as it is packed.
    ///
    /// # Errors
    /// As [`Part::write`], or if the package cannot be written.
    pub(super) fn copy_to<W: Write + Seek>(self, name: &str, package: &mut ZipWriter<W>) -> Result<()> {
        let mut archive = self.0.finish_into_readable().map_err(|_| unwritten())?;
        copy(&mut archive, name, package).map_err(|error| super::failed(&error))
    }
}

fn copy<R: Read + Seek, W: Write + Seek>(
    archive: &mut ZipArchive<R>,
    name: &str,
    package: &mut ZipWriter<W>,
) -> ZipResult<()> {
    package.raw_copy_file_rename(archive.by_index_raw(0)?, name)
}

pub(super) fn unwritten() -> Error {
    let cause = t!("error.temporary", path = std::env::temp_dir().display()).into_owned();
    Error::Write { what: overview::SHEET, cause }
}
