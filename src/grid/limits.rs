//! What a zipped workbook claims of itself, looked at before a library believes it.
//!
//! A few kilobytes can claim gigabytes: of text to inflate, or of strings to make room for. The libraries
//! allocate what is claimed, and an allocation that fails ends the process and everybody's work with it.

use std::collections::HashMap;
use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::model::{Address, Area};

/// The largest part of a workbook, inflated. A list of 200,000 rows and 14 columns has 150 MB.
pub(super) const MAX_PART: u64 = 200 << 20;
/// The largest workbook, inflated.
pub(super) const MAX_TOTAL: u64 = 400 << 20;
/// The most cells in all tables of a file, a merged area counted in every row that it reaches into.
pub(super) const MAX_CELLS: usize = 1_000_000;
/// The last cell of the largest sheet of any format.
pub(super) const LAST: Address = Address::new(1_048_575, 16_383);
/// A cell whose text is longer counts for several.
const MAX_TEXT: usize = 256;
/// Shared strings are counted in the first bytes of their part.
const HEAD: u64 = 2048;
/// No shared string is shorter: `<si/>`.
const MIN_STRING: u64 = 5;

/// Refuses an archive that claims more than a form can need.
pub(super) fn check<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<()> {
    let mut total = 0u64;
    let mut strings = None;
    for i in 0..archive.len() {
        let Ok(part) = archive.by_index_raw(i) else { continue };
        total = total.saturating_add(part.size());
        if part.size() > MAX_PART || total > MAX_TOTAL {
            return Err(Error::TooLarge { megabytes: total >> 20 });
        }
        if part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml")) {
            strings = Some(i);
        }
    }
    let Some(strings) = strings else { return Ok(()) };
    let mut head = Vec::new();
    let Ok(part) = archive.by_index(strings) else { return Ok(()) };
    let size = part.size();
    let _ = part.take(HEAD).read_to_end(&mut head);
    let head = String::from_utf8_lossy(&head);
    let claimed = head.split_once("uniqueCount=").and_then(|(_, rest)| {
        let digits: String = rest.chars().skip(1).take_while(char::is_ascii_digit).take(20).collect();
        digits.parse::<u64>().ok()
    });
    if claimed.is_some_and(|claimed| claimed.saturating_mul(MIN_STRING) > size) {
        let cause = "shared strings claim a count that they cannot hold".to_owned();
        return Err(Error::Damaged { format: "xlsx", cause });
    }
    Ok(())
}

/// The cells that a file may still hold.
///
/// A grid repeats a merged area, with its text, in every row that it reaches into: a few thousand areas over
/// a few thousand rows, each claimed in a few bytes, come to gigabytes.
pub(super) struct Allowance {
    cells: usize,
    megabytes: u64,
}

impl Allowance {
    /// The allowance of a file of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { cells: MAX_CELLS, megabytes: u64::try_from(bytes).unwrap_or(u64::MAX) >> 20 }
    }

    /// Takes some cells off.
    pub(super) fn take(&mut self, cells: usize) -> Result<()> {
        let left = self.cells.checked_sub(cells);
        self.cells = left.ok_or(Error::TooLarge { megabytes: self.megabytes })?;
        Ok(())
    }

    /// Takes off what merged areas come to among the cells of their sheet.
    pub(super) fn take_merged(&mut self, cells: &[(Address, String)], merges: &[Area]) -> Result<()> {
        if merges.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<u32> = cells.iter().map(|(at, _)| at.row).collect();
        rows.sort_unstable();
        rows.dedup();
        let texts: HashMap<Address, usize> = cells.iter().map(|(at, text)| (*at, text.len())).collect();
        for area in merges {
            let above = rows.partition_point(|row| *row < area.first.row);
            let reached = rows.partition_point(|row| *row <= area.last.row).saturating_sub(above);
            let text = texts.get(&area.first).copied().unwrap_or(0);
            self.take(reached.saturating_mul(1 + text / MAX_TEXT))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_areas_count_in_every_row_that_they_reach() {
        let cells: Vec<_> = (0..1000).map(|row| (Address::new(row * 2, 0), "甲".to_owned())).collect();
        let mut allowance = Allowance::new(0);
        let all = Area::new(Address::new(0, 0), LAST);
        allowance.take_merged(&cells, &[all]).unwrap();
        assert_eq!(allowance.cells, MAX_CELLS - 1000);
        assert!(allowance.take_merged(&cells, &vec![all; 1000]).is_err());
    }
}
