//! What a zipped workbook claims of itself, looked at before a library believes it.
//!
//! A few kilobytes can claim gigabytes: of text to inflate, or of strings to make room for. The libraries
//! allocate what is claimed, and an allocation that fails ends the process and everybody's work with it.

use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::error::{Error, Result};

/// The largest part of a workbook, inflated. A list of 200,000 rows and 14 columns has 150 MB.
pub(super) const MAX_PART: u64 = 200 << 20;
/// The largest workbook, inflated.
const MAX_TOTAL: u64 = 400 << 20;
/// The most cells of all tables of a document; a form has a few hundred.
pub(super) const MAX_CELLS: usize = 1_000_000;
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
