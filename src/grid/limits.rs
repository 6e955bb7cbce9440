//! What a workbook may claim and hold, looked at before a library believes it.
//!
//! A few kilobytes can claim gigabytes: of text to inflate, of strings to make room for, of cells between two
//! corners. The libraries allocate what is claimed, and an allocation that fails ends the process and
//! everybody's work with it.

use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::model::{Address, Area};

/// The largest part of a workbook, inflated. A list of 200,000 rows and 14 columns has 150 MB.
///
/// What a part claims bounds it: zip gives no more of it than that.
pub(crate) const MAX_PART: u64 = 200 << 20;
/// The largest workbook, inflated.
pub(super) const MAX_TOTAL: u64 = 400 << 20;
/// From this size on a part must not be filler: nested a hundred million deep, it costs ten times its size.
const FILLER_FROM: u64 = 16 << 20;
/// Sheets deflate to a tenth, their emptiest ones to a fiftieth; filler to a thousandth.
const MAX_RATIO: u64 = 200;
/// The most cells of all tables of a document, empty ones included; a form has a few hundred.
pub(super) const MAX_CELLS: usize = 1_000_000;
/// The last cell of the largest sheet of any format.
pub(super) const LAST: Address = Address::new(1_048_575, 16_383);
/// The cells that hold something in one file. A list of 200,000 rows and 14 columns has 2.8 million.
pub(super) const MAX_FILLED: u64 = 4_000_000;
/// The text of all cells of one file in bytes, counted for every cell that a shared string stands in.
const MAX_TEXT: u64 = 256 << 20;
/// The cells of all rectangles around the sheets of one file, where a library fills such rectangles.
const MAX_AREA: u64 = 4_000_000;

/// Refuses an archive that claims more than a form can need.
pub(super) fn check<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<()> {
    let mut total = 0u64;
    for i in 0..archive.len() {
        let Ok(part) = archive.by_index_data(i) else { continue };
        let size = part.size();
        total = total.saturating_add(size);
        // A blank page that was scanned is filler too, but nobody inflates pictures.
        let filler = size > FILLER_FROM
            && part.name_raw().to_ascii_lowercase().ends_with(b".xml")
            && size > part.compressed_size().saturating_mul(MAX_RATIO);
        if size > MAX_PART || total > MAX_TOTAL || filler {
            return Err(Error::TooLarge { megabytes: total >> 20 });
        }
    }
    Ok(())
}

/// What one file may still give.
pub(super) struct Allowance {
    cells: u64,
    text: u64,
    area: u64,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { cells: MAX_FILLED, text: MAX_TEXT, area: MAX_AREA }
    }
}

impl Allowance {
    /// The allowance of a document, whose empty cells count as well.
    pub(super) fn of_document() -> Self {
        Self { cells: MAX_CELLS as u64, ..Self::default() }
    }

    /// Takes a number of cells, each with a text of so many bytes.
    ///
    /// # Errors
    /// [`Error::TooManyCells`] if there is no more to take.
    pub(super) fn take(&mut self, cells: u64, bytes: u64) -> Result<()> {
        self.cells = self.cells.checked_sub(cells).ok_or(Error::TooManyCells)?;
        self.text = self.text.checked_sub(cells.saturating_mul(bytes)).ok_or(Error::TooManyCells)?;
        Ok(())
    }

    /// Takes a rectangle that a library fills.
    ///
    /// # Errors
    /// [`Error::TooManyCells`] if there is no more to take.
    pub(super) fn take_area(&mut self, area: Area) -> Result<()> {
        let side = |first: u32, last: u32| u64::from(last.saturating_sub(first)) + 1;
        let cells = side(area.first.row, area.last.row).saturating_mul(side(area.first.col, area.last.col));
        self.area = self.area.checked_sub(cells).ok_or(Error::TooManyCells)?;
        Ok(())
    }
}

/// The smallest rectangle around two others.
pub(super) fn around(a: Area, b: Area) -> Area {
    Area::new(
        Address::new(a.first.row.min(b.first.row), a.first.col.min(b.first.col)),
        Address::new(a.last.row.max(b.last.row), a.last.col.max(b.last.col)),
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(name: &str, content: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    }

    fn checked(bytes: Vec<u8>) -> Result<()> {
        check(&mut ZipArchive::new(Cursor::new(bytes)).unwrap())
    }

    #[test]
    fn filler_is_refused_but_not_in_pictures() {
        let filler = "<a>".repeat(6 << 20);
        assert!(matches!(checked(archive("xl/s.xml", &filler)), Err(Error::TooLarge { megabytes: 18 })));
        assert!(checked(archive("xl/media/page.bmp", &filler)).is_ok());
    }

    // All the bounds rest on it.
    #[test]
    fn a_part_never_inflates_beyond_what_it_claims() {
        let mut bytes = archive("a.xml", &"a".repeat(100_000));
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == 100_000u32.to_le_bytes() {
                bytes[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
            }
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut inflated = Vec::new();
        let mut part = archive.by_name("a.xml").unwrap();
        let mut buffer = [0; 64];
        while let Ok(n @ 1..) = part.read(&mut buffer) {
            inflated.extend_from_slice(&buffer[..n]);
        }
        assert!((1..=1000).contains(&inflated.len()), "{}", inflated.len());
    }
}
