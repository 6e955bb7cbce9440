//! Archives of forms: .zip with file names in UTF-8 or GB18030.

use std::io::{Cursor, Read};

use encoding_rs::GB18030;
use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::{MAX_PART, MAX_TOTAL};
use crate::error::{Error, Result};

/// No archive of forms holds more files.
const MAX_FILES: usize = 100_000;
/// All files of an archive together, inflated.
const MAX_ALL: u64 = 4 * MAX_TOTAL;
/// What a file claims of its size is believed up to here before it is inflated.
const MAX_CLAIM: u64 = 1 << 20;

/// An archive that is read one file at a time.
#[derive(Debug)]
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    next: usize,
    /// The bytes that may still be inflated.
    left: u64,
}

/// A file of an archive.
#[derive(Debug)]
pub struct Packed {
    /// Its path in the archive, with `/` between folders. It is for people to read: it may name any file, or
    /// several files of the archive.
    pub name: String,
    /// Its bytes, or why they could not be had.
    pub bytes: Result<Vec<u8>>,
}

impl<'a> Archive<'a> {
    /// Opens the archive that some bytes are.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they are none, or one that is cut off; [`Error::TooLarge`] for too many files.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(refused)?;
        if zip.len() > MAX_FILES {
            return Err(Error::TooLarge { megabytes: u64::try_from(bytes.len() >> 20).unwrap_or(u64::MAX) });
        }
        Ok(Self { zip, next: 0, left: MAX_ALL })
    }

    /// The files whose names are wanted; no other is inflated.
    pub fn only(&mut self, wanted: impl FnMut(&str) -> bool) -> impl Iterator<Item = Packed> {
        let mut wanted = wanted;
        std::iter::from_fn(move || self.next_if(&mut wanted))
    }

    /// How many files there are whose names are wanted.
    pub fn count_of(&self, wanted: impl Fn(&str) -> bool) -> usize {
        (0..self.zip.len()).filter_map(|index| self.name(index)).filter(|name| wanted(name)).count()
    }

    /// The path of a file that somebody put into the archive: no folder, and none that a system leaves behind.
    fn name(&self, index: usize) -> Option<String> {
        let entry = self.zip.by_index_data(index).ok()?;
        let name = path_within(entry.name_raw());
        (entry.is_file() && !is_litter(&name)).then_some(name)
    }

    fn next_if(&mut self, mut wanted: impl FnMut(&str) -> bool) -> Option<Packed> {
        while self.next < self.zip.len() {
            let index = self.next;
            self.next += 1;
            let Some(name) = self.name(index).filter(|name| wanted(name)) else { continue };
            let encrypted = self.zip.by_index_data(index).is_ok_and(|entry| entry.encrypted());
            let bytes = if encrypted { Err(Error::Encrypted) } else { self.inflate(index) };
            return Some(Packed { name, bytes });
        }
        None
    }

    /// Inflates a file, as far as the limits go.
    fn inflate(&mut self, index: usize) -> Result<Vec<u8>> {
        let most = MAX_PART.min(self.left);
        let file = self.zip.by_index(index).map_err(refused)?;
        let claim = file.size().min(MAX_CLAIM);
        let mut bytes = Vec::with_capacity(usize::try_from(claim).unwrap_or(0));
        let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(size);
        if size > most {
            return Err(Error::TooLarge { megabytes: size >> 20 });
        }
        read.map_err(|error| refused(error.into()))?;
        Ok(bytes)
    }
}

impl Iterator for Archive<'_> {
    type Item = Packed;

    fn next(&mut self) -> Option<Packed> {
        self.next_if(|_| true)
    }
}

fn refused(cause: ZipError) -> Error {
    Error::Damaged { format: "zip", cause: cause.to_string() }
}

/// The path that a file's name in an archive stands for: relative, downwards, and fit to be printed.
pub fn path_within(name: &[u8]) -> String {
    let name = match std::str::from_utf8(name) {
        Ok(name) => name.into(),
        // Systems in China write names in GB18030 and do not say so.
        Err(_) => GB18030.decode_without_bom_handling(name).0,
    };
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let is_drive = |part: &str| part.len() == 2 && part.ends_with(':');
    let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..") && !is_drive(part));
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a path is that of a file which systems leave behind: settings, previews, locks.
fn is_litter(path: &str) -> bool {
    let litters = |part: &str| {
        part.starts_with('.')
            || part.starts_with("~$")
            || part == "__MACOSX"
            || part.eq_ignore_ascii_case("Thumbs.db")
            || part.eq_ignore_ascii_case("desktop.ini")
    };
    path.is_empty() || path.split('/').any(litters)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::CompressionMethod::{Deflated, Stored};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::grid::Format;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (i, (name, bytes)) in files.iter().enumerate() {
            let method = if i % 2 == 0 { Stored } else { Deflated };
            let options = SimpleFileOptions::default().compression_method(method);
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Overwrites every occurrence of some bytes.
    fn patch(bytes: &mut [u8], old: &[u8], new: &[u8]) {
        assert_eq!(old.len(), new.len());
        while let Some(at) = bytes.windows(old.len()).position(|window| window == old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }

    fn files(bytes: &[u8]) -> Vec<(String, Result<Vec<u8>>)> {
        Archive::open(bytes).unwrap().map(|file| (file.name, file.bytes)).collect()
    }

    #[test]
    fn files_come_in_order_without_litter() {
        let bytes = zip(&[
            ("一局/", b""),
            ("一局/表.xlsx", b"1"),
            ("__MACOSX/一局/._表.xlsx", b"2"),
            (".DS_Store", b"3"),
            ("一局/~$表.xlsx", b"4"),
            ("二局/Thumbs.db", b"5"),
            ("二局\\表.zip", b"PK"),
        ]);
        assert_eq!(Format::of(&bytes).unwrap(), Format::Zip);
        let found: Vec<_> = files(&bytes).into_iter().map(|(name, bytes)| (name, bytes.unwrap())).collect();
        assert_eq!(
            found,
            [("一局/表.xlsx".to_owned(), b"1".to_vec()), ("二局/表.zip".into(), b"PK".to_vec())]
        );
    }

    #[test]
    fn names_are_read_in_their_encoding_and_lead_nowhere() {
        let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
        for (name, read) in [
            (gbk("二局\\项目誠表.xls"), "二局/项目誠表.xls"),
            ("项目.xls".as_bytes().to_vec(), "项目.xls"),
            (b"C:\\a\\..\\..\\b.xls".to_vec(), "a/b.xls"),
            (b"/etc/./\x1B[2Jpasswd".to_vec(), "etc/[2Jpasswd"),
        ] {
            assert_eq!(path_within(&name), read);
        }
        let mut bytes = zip(&[("abcd.xls", b"1")]);
        patch(&mut bytes, b"abcd", &gbk("项目"));
        assert_eq!(files(&bytes)[0].0, "项目.xls");
    }

    #[test]
    fn a_file_that_cannot_be_had_spoils_no_other() {
        let mut bytes = zip(&[("a", b"AAAA"), ("b", b"BBBB"), ("c", b"CCCC"), ("d", b"DDDD")]);
        patch(&mut bytes, b"AAAA", b"AAAB");
        // The flags and the method stand behind the signature and the version in both headers of `c`.
        let method = |bytes: &mut Vec<u8>, header: &[u8], nth: usize, offset: usize, value: u8| {
            let mut found = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(header));
            let at = found.nth(nth).unwrap();
            bytes[at + offset] = value;
        };
        method(&mut bytes, b"PK\x01\x02", 2, 10, 12);
        method(&mut bytes, b"PK\x03\x04", 2, 8, 12);
        method(&mut bytes, b"PK\x01\x02", 1, 8, 1);
        method(&mut bytes, b"PK\x03\x04", 1, 6, 1);
        let files = files(&bytes);
        assert!(matches!(&files[0].1, Err(Error::Damaged { format: "zip", .. })), "{:?}", files[0].1);
        assert!(matches!(files[1].1, Err(Error::Encrypted)), "{:?}", files[1].1);
        assert!(matches!(&files[2].1, Err(Error::Damaged { format: "zip", .. })), "{:?}", files[2].1);
        assert_eq!(files[3].1.as_ref().unwrap(), b"DDDD");
    }

    #[test]
    fn what_inflates_beyond_the_limits_is_refused() {
        let bytes = zip(&[("a", b"1"), ("b", &[0; 5000])]);
        let mut archive = Archive::open(&bytes).unwrap();
        archive.left = 4000;
        assert!(archive.next().unwrap().bytes.is_ok());
        assert!(matches!(archive.next().unwrap().bytes, Err(Error::TooLarge { .. })));
        assert!(archive.next().is_none());
        assert!(matches!(Archive::open(b"PK\x03\x04"), Err(Error::Damaged { .. })));
    }
}
