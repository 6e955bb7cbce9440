//! Zip archives that are open, and the small parts of them that are inflated in one go.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{Cursor, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use zip::result::ZipResult;
use zip::{CompressionMethod, ZipArchive};

/// An open archive beside its bytes.
pub(super) struct Zip<'a> {
    pub archive: ZipArchive<Cursor<&'a [u8]>>,
    bytes: &'a [u8],
}

impl<'a> Zip<'a> {
    /// # Errors
    /// If the bytes are no archive, or one that is cut off.
    pub fn open(bytes: &'a [u8]) -> ZipResult<Self> {
        Ok(Self { archive: ZipArchive::new(Cursor::new(bytes))?, bytes })
    }

    /// A part as it is packed. `None` for what only the archive's own reader can open, or tell what is wrong with it.
    pub fn packed(&mut self, place: usize) -> Option<Packed<'a>> {
        let part = self.archive.by_index_raw(place).ok()?;
        let start = usize::try_from(part.data_start()?).ok()?;
        let length = usize::try_from(part.compressed_size()).ok()?;
        let deflated = match part.compression() {
            CompressionMethod::Deflated => true,
            CompressionMethod::Stored => false,
            _ => return None,
        };
        let bytes = self.bytes.get(start..start.checked_add(length)?).filter(|_| !part.encrypted())?;
        Some(Packed { bytes, deflated, size: part.size(), crc: part.crc32() })
    }

    /// The first bytes of a part, at most so many; nothing if they are no text or cannot be had.
    pub fn start(&mut self, name: &str, most: usize) -> String {
        let Some(place) = self.archive.index_for_name(name) else { return String::new() };
        let small = self.packed(place).filter(|packed| packed.size() <= SMALL);
        let mut bytes = small.and_then(|packed| packed.inflated()).unwrap_or_else(|| {
            let mut start = Vec::new();
            let part = self.archive.by_index(place).ok();
            let read = part.map(|part| part.take(most as u64).read_to_end(&mut start));
            if matches!(read, Some(Ok(_))) { start } else { Vec::new() }
        });
        bytes.truncate(most);
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Parts up to this size are inflated whole where only their start is wanted. Bytes.
const SMALL: u64 = 16 << 10;

/// A part as it lies in an archive, and what the directory says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed<'a> {
    bytes: &'a [u8],
    deflated: bool,
    size: u64,
    crc: u32,
}

impl Packed<'_> {
    /// The size that it claims to have, inflated. Bytes.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// What it holds; `None` if that is not what the directory says of it. Makes room for all that is claimed.
    pub fn inflated(&self) -> Option<Vec<u8>> {
        // A package has many small parts, of which most are those of the last package.
        thread_local!(static KNOWN: RefCell<Recent<Vec<u8>>> = const { RefCell::new(Recent::new(16, 1 << 10)) });
        if let Some(known) = KNOWN.with_borrow(|known| known.get(self)) {
            return Some(known);
        }
        let size = usize::try_from(self.size).ok()?;
        let inflated = if self.deflated { self.decompressed(size)? } else { self.bytes.to_vec() };
        let mut crc = Crc::new();
        crc.update(&inflated);
        if inflated.len() != size || crc.sum() != self.crc {
            return None;
        }
        if size <= MAX_KNOWN {
            KNOWN.with_borrow_mut(|known| known.put(self, &inflated));
        }
        Some(inflated)
    }

    fn decompressed(&self, size: usize) -> Option<Vec<u8>> {
        // To make a decompressor costs more than most parts.
        thread_local!(static INFLATE: RefCell<Decompress> = RefCell::new(Decompress::new(false)));
        let mut inflated = Vec::with_capacity(size);
        let status = INFLATE.with_borrow_mut(|inflate| {
            inflate.reset(false);
            inflate.decompress_vec(self.bytes, &mut inflated, FlushDecompress::Finish)
        });
        matches!(status, Ok(Status::StreamEnd)).then_some(inflated)
    }
}

/// Parts up to this size are kept for the next package, inflated. Bytes.
const MAX_KNOWN: usize = 4 << 10;

/// What was made of the last few parts: the forms of a bureau are copies of one workbook, and all of it but their cells
/// is the same in each.
#[derive(Debug)]
pub(super) struct Recent<T> {
    made: VecDeque<(Kept, T)>,
    /// How many are kept,
    most: usize,
    /// of so many bytes at most, as they are packed.
    largest: usize,
}

impl<T: Clone> Recent<T> {
    pub const fn new(most: usize, largest: usize) -> Self {
        Self { made: VecDeque::new(), most, largest }
    }

    /// What was made of a part that is the same to the last byte.
    pub fn get(&self, packed: &Packed<'_>) -> Option<T> {
        self.made.iter().find(|(kept, _)| kept == packed).map(|(_, made)| made.clone())
    }

    /// Keeps what was made of a part; what has been kept longest gives way.
    pub fn put(&mut self, packed: &Packed<'_>, made: &T) {
        let Packed { bytes, deflated, size, crc } = *packed;
        if bytes.len() <= self.largest {
            self.made.truncate(self.most - 1);
            self.made.push_front((Kept { bytes: bytes.into(), deflated, size, crc }, made.clone()));
        }
    }
}

/// A part as it lay in an archive that is closed.
#[derive(Debug)]
struct Kept {
    bytes: Box<[u8]>,
    deflated: bool,
    size: u64,
    crc: u32,
}

impl PartialEq<Packed<'_>> for Kept {
    fn eq(&self, other: &Packed<'_>) -> bool {
        let Packed { bytes, deflated, size, crc } = *other;
        self.crc == crc && self.size == size && self.deflated == deflated && *self.bytes == *bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_been_kept_longest_gives_way() {
        let part = |crc| Packed { bytes: b"abc", deflated: false, size: 3, crc };
        let mut recent = Recent::new(2, 3);
        (1..4).for_each(|crc| recent.put(&part(crc), &crc));
        assert_eq!((1..4).map(|crc| recent.get(&part(crc))).collect::<Vec<_>>(), [None, Some(2), Some(3)]);
        let large = Packed { bytes: b"abcd", ..part(4) };
        recent.put(&large, &4);
        assert_eq!(recent.get(&large), None);
    }
}
