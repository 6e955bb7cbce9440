//! Archives of forms: .zip with file names in UTF-8 or GB18030.

use crate::error::Result;

/// A file of an archive.
#[derive(Debug)]
pub struct Packed {
    /// Its path in the archive, with `/` between folders.
    pub name: String,
    /// Its bytes, or why they could not be had.
    pub bytes: Result<Vec<u8>>,
}

/// The files of an archive; `None` if the bytes are of no archive.
pub fn unpack(_bytes: &[u8]) -> Option<Vec<Packed>> {
    None
}
