//! What calamine does not tell of an .xls file, and what it must not be told.
//!
//! Follows [MS-XLS]: the workbook stream is a sequence of records, each a type, a length and its bytes.
//! BOUNDSHEET names the sheets' places, FORMAT and XF what the cells' format indexes mean.
//!
//! calamine fills the rectangle around a sheet's cells, copies a shared string into every cell that refers to
//! it and makes room for what DIMENSIONS claims: all of it is counted here before it sees the file.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Write};

use super::bytes::{u16_at, u32_at};
use super::limits::{Allowance, around};
use super::printed::is_percent;
use crate::error::{Error, Result};
use crate::model::{Address, Area};

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const FILEPASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const XF: u16 = 0x00E0;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;
/// A record that nobody reads.
const IGNORED: [u8; 2] = [0, 0];

/// The most pieces of the shared strings, each of which holds up to 8 KB: calamine moves all that are left for
/// every one that it takes.
const MAX_PIECES: usize = 20_000;
/// A character as UTF-8, at most.
const CHARACTER: u64 = 3;
/// No string has more characters.
const MAX_STRING: u64 = 65_535;

/// A workbook that calamine may read.
pub(super) struct Workbook {
    /// An OLE container of nothing but the workbook's stream.
    pub(super) bytes: Vec<u8>,
    /// The percent cells of each sheet, in the order of the workbook.
    pub(super) percents: Vec<HashSet<Address>>,
}

/// Goes through a workbook and packs it anew.
///
/// # Errors
/// [`Error::Damaged`] if the OLE container is: its chains of sectors are followed strictly here, before a
/// reader that trusts them sees the file. [`Error::TooManyCells`] if the sheets are too large to fill, and
/// [`Error::Encrypted`].
pub(super) fn workbook(bytes: &[u8]) -> Result<Workbook> {
    let damaged = |cause: std::io::Error| Error::Damaged { format: "xls", cause: cause.to_string() };
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let mut stream = Vec::new();
    let name = if container.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let part = container.open_stream(name).map_err(damaged)?;
    // A stream is never longer than the file that holds it.
    part.take(bytes.len() as u64).read_to_end(&mut stream).map_err(damaged)?;
    drop(container);

    let Globals { starts, formats, strings } = globals(&stream)?;
    let mut allowance = Allowance::default();
    let mut claims = Vec::new();
    let mut percents = Vec::new();
    let mut length = 0usize;
    for start in starts {
        let sheet = sheet(&stream, start, &formats, &strings, &mut allowance)?;
        // Sheets that share their bytes would be read over and over.
        length = length.saturating_add(sheet.length);
        if length > stream.len() {
            return Err(Error::Damaged { format: "xls", cause: "sheets overlap".to_owned() });
        }
        if let Some(area) = sheet.area {
            allowance.take_area(area)?;
        }
        claims.extend(sheet.claims);
        percents.push(sheet.percents);
    }
    for at in claims {
        if let Some(kind) = stream.get_mut(at..at.saturating_add(IGNORED.len())) {
            kind.copy_from_slice(&IGNORED);
        }
    }
    // calamine takes a container of the newer version for damaged if it has no small streams.
    let packed = Cursor::new(Vec::new());
    let mut packed = cfb::CompoundFile::create_with_version(cfb::Version::V3, packed).map_err(damaged)?;
    packed.create_stream("/Workbook").and_then(|mut part| part.write_all(&stream)).map_err(damaged)?;
    packed.flush().map_err(damaged)?;
    Ok(Workbook { bytes: packed.into_inner().into_inner(), percents })
}

/// What stands before the sheets.
#[derive(Default)]
struct Globals {
    /// Where the sheets begin.
    starts: Vec<usize>,
    /// Whether each of the cells' formats shows percent.
    formats: Vec<bool>,
    /// The most bytes that each shared string has.
    strings: Vec<u64>,
}

fn globals(stream: &[u8]) -> Result<Globals> {
    let mut globals = Globals::default();
    let mut codes: HashMap<u16, bool> = HashMap::from([(9, true), (10, true)]);
    let mut pieces = Vec::new();
    let mut last = 0;
    for Record { kind, data, .. } in records(stream, 0) {
        match kind {
            // Whatever follows is not what it looks like.
            FILEPASS => return Err(Error::Encrypted),
            BOUNDSHEET => globals.starts.extend(u32_at(data, 0).and_then(|at| usize::try_from(at).ok())),
            FORMAT => {
                if let Some(index) = u16_at(data, 0) {
                    codes.insert(index, is_percent(&format_code(&data[2..])));
                }
            }
            XF => globals
                .formats
                .push(u16_at(data, 2).is_some_and(|index| codes.get(&index).copied().unwrap_or(false))),
            SST => pieces = vec![data],
            CONTINUE if last == SST => pieces.push(data),
            EOF => break,
            _ => {}
        }
        if kind != CONTINUE {
            last = kind;
        }
    }
    if pieces.len() > MAX_PIECES {
        return Err(Error::TooManyCells);
    }
    globals.strings = string_sizes(&pieces);
    Ok(globals)
}

/// The most bytes that each shared string has as text, up to the first that is cut off.
fn string_sizes(pieces: &[&[u8]]) -> Vec<u64> {
    let mut pieces = pieces.iter().copied();
    // Two counts of the strings precede them.
    let mut data = pieces.next().and_then(|first| first.get(8..)).unwrap_or_default();
    let mut sizes = Vec::new();
    loop {
        if data.is_empty() {
            let Some(next) = pieces.next() else { return sizes };
            data = next;
        }
        if data.is_empty() {
            sizes.push(0);
        } else if let Some(characters) = skip_string(&mut data, &mut pieces) {
            sizes.push(u64::from(characters).saturating_mul(CHARACTER));
        } else {
            return sizes;
        }
    }
}

/// Skips a string that may go on in further pieces; its count of characters.
fn skip_string<'a>(data: &mut &'a [u8], pieces: &mut impl Iterator<Item = &'a [u8]>) -> Option<u16> {
    let characters = u16_at(data, 0)?;
    let mut flags = *data.get(2)?;
    let mut head = 3;
    let mut tail = 0usize;
    if flags & 8 != 0 {
        // Runs of formats follow the characters,
        tail += usize::from(u16_at(data, head)?) * 4;
        head += 2;
    }
    if flags & 4 != 0 {
        // and how the text is spoken.
        tail = tail.saturating_add(usize::try_from(u32_at(data, head)?).ok()?);
        head += 4;
    }
    *data = data.get(head..)?;
    let mut left = usize::from(characters);
    loop {
        let width = if flags & 1 == 0 { 1 } else { 2 };
        let here = left.min(data.len() / width);
        *data = &data[here * width..];
        left -= here;
        if left == 0 {
            break;
        }
        // Each further piece says anew how wide its characters are.
        let (first, rest) = pieces.next()?.split_first()?;
        (flags, *data) = (*first, rest);
    }
    while tail > 0 {
        if data.is_empty() {
            *data = pieces.next()?;
        }
        let here = tail.min(data.len());
        *data = &data[here..];
        tail -= here;
    }
    Some(characters)
}

/// What one sheet's records say.
#[derive(Default)]
struct Sheet {
    percents: HashSet<Address>,
    /// The rectangle around its cells.
    area: Option<Area>,
    /// Where its records are that claim how large it is.
    claims: Vec<usize>,
    /// The bytes of its records.
    length: usize,
}

impl Sheet {
    fn add(&mut self, at: Address, percent: bool) {
        let cell = Area::single(at);
        self.area = Some(self.area.map_or(cell, |area| around(area, cell)));
        if percent {
            self.percents.insert(at);
        }
    }
}

fn sheet(
    stream: &[u8],
    start: usize,
    formats: &[bool],
    strings: &[u64],
    allowance: &mut Allowance,
) -> Result<Sheet> {
    let mut sheet = Sheet::default();
    let is_percent = |format: Option<u16>| {
        format.and_then(|index| formats.get(usize::from(index))).copied().unwrap_or(false)
    };
    // Charts within a sheet are substreams of their own.
    let mut depth = 0usize;
    for Record { at, kind, data } in records(stream, start) {
        sheet.length = sheet.length.saturating_add(4 + data.len());
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            _ if depth > 1 => {}
            DIMENSIONS => sheet.claims.push(at),
            // The text of the formula before it: a character is a byte or two.
            STRING => allowance.take(1, data.len() as u64 * CHARACTER)?,
            NUMBER | RK | FORMULA | BOOLERR | LABEL | RSTRING | LABELSST => {
                let (Some(row), Some(col)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let bytes = match kind {
                    LABEL | RSTRING => data.len() as u64 * CHARACTER,
                    LABELSST => u32_at(data, 6)
                        .and_then(|i| strings.get(usize::try_from(i).ok()?).copied())
                        .unwrap_or(MAX_STRING * CHARACTER),
                    _ => 0,
                };
                allowance.take(1, bytes)?;
                let number = matches!(kind, NUMBER | RK | FORMULA);
                sheet.add(Address::new(row.into(), col.into()), number && is_percent(u16_at(data, 4)));
            }
            MULRK => {
                let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                // Each cell is a format and a packed number; the last column closes the record.
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (i, packed) in (0u32..).zip(cells.chunks_exact(6)) {
                    allowance.take(1, 0)?;
                    sheet.add(Address::new(row.into(), u32::from(first) + i), is_percent(u16_at(packed, 0)));
                }
            }
            _ => {}
        }
    }
    Ok(sheet)
}

/// A record: where it stands in the stream, its type and its bytes.
struct Record<'a> {
    at: usize,
    kind: u16,
    data: &'a [u8],
}

/// The records of a stream from a place, up to its end or the first that is cut off.
fn records(stream: &[u8], mut at: usize) -> impl Iterator<Item = Record<'_>> {
    std::iter::from_fn(move || {
        let rest = stream.get(at..)?;
        let kind = u16_at(rest, 0)?;
        let end = 4 + usize::from(u16_at(rest, 2)?);
        let record = Record { at, kind, data: rest.get(4..end)? };
        at += end;
        Some(record)
    })
}

/// The ASCII of a format code; a percent sign and quotes are all that is looked for.
fn format_code(data: &[u8]) -> String {
    // BIFF8: length, flags, then one or two bytes a character; BIFF5: one byte of length, then the bytes.
    let wide = data.get(2).is_some_and(|flags| flags & 1 == 1);
    let step = if wide { 2 } else { 1 };
    data.iter().skip(if wide { 3 } else { 1 }).step_by(step).map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    /// A workbook of one sheet with these records, and shared strings in these pieces.
    fn xls(pieces: &[&[u8]], records: &[Vec<u8>]) -> Vec<u8> {
        let bof = record(BOF, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let name = [0, 0, 2, 0, b'S', b'1'];
        let mut strings = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            strings.extend(record(if i == 0 { SST } else { CONTINUE }, piece));
        }
        let start = bof.len() + 4 + 4 + name.len() + strings.len() + 4;
        let start = u32::try_from(start).unwrap().to_le_bytes();
        let stream = [
            bof.clone(),
            record(BOUNDSHEET, &[&start[..], &name].concat()),
            strings,
            record(EOF, &[]),
            bof,
            records.concat(),
            record(EOF, &[]),
        ];
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(&stream.concat()).unwrap();
        file.into_inner().into_inner()
    }

    fn number(row: u16, col: u16, value: f64) -> Vec<u8> {
        let [row, col] = [row, col].map(u16::to_le_bytes);
        record(NUMBER, &[&row[..], &col, &[0, 0], &value.to_le_bytes()].concat())
    }

    fn shared(row: u16, index: u32) -> Vec<u8> {
        record(LABELSST, &[&row.to_le_bytes()[..], &[0; 4], &index.to_le_bytes()].concat())
    }

    #[test]
    fn cells_in_two_corners_are_refused_before_the_sheet_is_filled() {
        // The stream is larger than the container's small ones.
        let near: Vec<_> = (0..1000).map(|row| number(row, row % 100, 1.5)).collect();
        let near = super::super::workbook::xls(&xls(&[], &near)).unwrap();
        assert_eq!(near[0].rows().len(), 1000);
        let far = xls(&[], &[number(0, 0, 1.0), number(65_535, 65_535, 2.0)]);
        assert!(matches!(workbook(&far), Err(Error::TooManyCells)));
    }

    #[test]
    fn what_dimensions_claim_is_not_told() {
        let claim = [0u32.to_le_bytes(), u32::MAX.to_le_bytes(), [0, 0, 0xFF, 0xFF], [0; 4]].concat();
        let grids =
            super::super::workbook::xls(&xls(&[], &[record(DIMENSIONS, &claim[..14]), number(2, 1, 9.8)]));
        assert_eq!(grids.unwrap()[0].rows()[0].slots[0].text, "9.8");
    }

    #[test]
    fn shared_strings_are_measured_as_they_are_read() {
        // Two of one byte a character, the first with a run of formats, and one that goes on twice as wide.
        let first =
            [&[0; 8][..], &[2, 0, 8, 1, 0], b"ab", &[0; 4], &[1, 0, 0], b"c", &[4, 0, 0], b"de"].concat();
        let second = [&[1], &b"f\0g\0"[..]].concat();
        let pieces: [&[u8]; 2] = [&first, &second];
        assert_eq!(string_sizes(&pieces), [6, 3, 12]);
        let grids =
            super::super::workbook::xls(&xls(&pieces, &[shared(0, 0), shared(1, 1), shared(2, 2)])).unwrap();
        let texts: Vec<_> = grids[0].rows().iter().map(|row| row.slots[0].text.as_str()).collect();
        assert_eq!(texts, ["ab", "c", "defg"]);
    }

    #[test]
    fn a_long_string_in_every_cell_is_refused() {
        let long = [&[0; 8][..], &[0x60, 0xEA, 0], &b"a".repeat(8000)].concat();
        let more = [&[0][..], &b"a".repeat(52_000)].concat();
        let cells: Vec<_> = (0..2000).map(|row| shared(row, 0)).collect();
        assert!(matches!(workbook(&xls(&[&long, &more], &cells)), Err(Error::TooManyCells)));
        assert!(workbook(&xls(&[&long, &more], &cells[..100])).is_ok());
    }

    #[test]
    fn sheets_that_overlap_are_damaged() {
        let mut bytes = xls(&[], &[number(0, 0, 1.0)]);
        let at = bytes.windows(4).position(|bytes| bytes == [0x85, 0, 10, 0]).unwrap();
        // The sheet is the whole stream.
        bytes[at + 4..at + 8].fill(0);
        assert!(workbook(&bytes).is_ok());
        let once = [record(BOUNDSHEET, &[0; 8]), record(EOF, &[])].concat();
        let stream = [record(BOUNDSHEET, &[0; 8]), once].concat();
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
        assert!(matches!(workbook(&file.into_inner().into_inner()), Err(Error::Damaged { .. })));
    }
}
