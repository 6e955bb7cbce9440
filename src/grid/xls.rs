//! The percent cells of an .xls file, which calamine does not tell.
//!
//! Follows [MS-XLS]: the workbook stream is a sequence of records, each a type, a length and its bytes.
//! BOUNDSHEET names the sheets' places, FORMAT and XF what the cells' format indexes mean.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};

use super::printed::is_percent;
use crate::error::{Error, Result};
use crate::model::Address;

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const XF: u16 = 0x00E0;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

/// The percent cells of each sheet, in the order of the workbook.
///
/// # Errors
/// [`Error::Damaged`] if the OLE container is: its chains of sectors are followed strictly here, before a
/// reader that trusts them sees the file.
pub(super) fn percents(bytes: &[u8]) -> Result<Vec<HashSet<Address>>> {
    let damaged = |cause: std::io::Error| Error::Damaged { format: "xls", cause: cause.to_string() };
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let mut stream = Vec::new();
    let name = if container.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let part = container.open_stream(name).map_err(damaged)?;
    // A stream is never longer than the file that holds it.
    part.take(bytes.len() as u64).read_to_end(&mut stream).map_err(damaged)?;

    let mut sheets = Vec::new();
    let mut formats: HashMap<u16, bool> = HashMap::from([(9, true), (10, true)]);
    let mut cells_formats = Vec::new();
    for (kind, data) in records(&stream) {
        match kind {
            BOUNDSHEET => sheets.extend(u32_at(data, 0).and_then(|at| usize::try_from(at).ok())),
            FORMAT => {
                if let Some(index) = u16_at(data, 0) {
                    formats.insert(index, is_percent(&format_code(&data[2..])));
                }
            }
            XF => cells_formats
                .push(u16_at(data, 2).is_some_and(|index| formats.get(&index).copied().unwrap_or(false))),
            EOF => break,
            _ => {}
        }
    }
    let is_percent_format = |index: Option<u16>| {
        index.is_some_and(|index| cells_formats.get(usize::from(index)).copied().unwrap_or(false))
    };
    Ok(sheets
        .into_iter()
        .map(|start| of_sheet(stream.get(start..).unwrap_or_default(), &is_percent_format))
        .collect())
}

fn of_sheet(stream: &[u8], is_percent_format: &dyn Fn(Option<u16>) -> bool) -> HashSet<Address> {
    let mut percents = HashSet::new();
    // Charts within a sheet are substreams of their own.
    let mut depth = 0usize;
    for (kind, data) in records(stream) {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            NUMBER | RK | FORMULA if depth <= 1 => {
                if let (Some(row), Some(col)) = (u16_at(data, 0), u16_at(data, 2))
                    && is_percent_format(u16_at(data, 4))
                {
                    percents.insert(Address::new(row.into(), col.into()));
                }
            }
            MULRK if depth <= 1 => {
                let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                // Each cell is a format and a packed number; the last column closes the record.
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (i, cell) in (0u32..).zip(cells.chunks_exact(6)) {
                    if is_percent_format(u16_at(cell, 0)) {
                        percents.insert(Address::new(row.into(), u32::from(first) + i));
                    }
                }
            }
            _ => {}
        }
    }
    percents
}

/// The records of a stream as (type, data), up to its end or the first that is cut off.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let kind = u16_at(stream, 0)?;
        let end = 4 + usize::from(u16_at(stream, 2)?);
        let data = stream.get(4..end)?;
        stream = &stream[end..];
        Some((kind, data))
    })
}

/// The ASCII of a format code; a percent sign and quotes are all that is looked for.
fn format_code(data: &[u8]) -> String {
    // BIFF8: length, flags, then one or two bytes a character; BIFF5: one byte of length, then the bytes.
    let wide = data.get(2).is_some_and(|flags| flags & 1 == 1);
    let step = if wide { 2 } else { 1 };
    data.iter().skip(if wide { 3 } else { 1 }).step_by(step).map(|byte| char::from(*byte)).collect()
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}
