//! Tells a container by its first bytes.

use std::io::{Cursor, Read};

use rust_i18n::t;
use zip::ZipArchive;

use crate::error::{Error, Result};

/// A container of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML workbook; also .xlsm, .xltx and what WPS names .et.
    Xlsx,
    /// Binary Office Open XML workbook.
    Xlsb,
    /// BIFF workbook in an OLE container; also what WPS names .et.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
}

const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

impl Format {
    /// Tells the container of some bytes.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Encrypted`], [`Error::OwnSummary`], [`Error::TooLarge`], [`Error::Damaged`] for an archive that is cut off, and
    /// [`Error::UnknownFormat`] with what the content looks like.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Error::Empty);
        }
        if bytes.starts_with(OLE) {
            return Self::of_ole(bytes);
        }
        if bytes.starts_with(b"PK") {
            return Self::of_zip(bytes);
        }
        Err(Error::UnknownFormat { looks_like: looks_like(bytes).into_owned() })
    }

    fn of_zip(bytes: &[u8]) -> Result<Self> {
        let damaged =
            |cause: zip::result::ZipError| Error::Damaged { format: "xlsx", cause: cause.to_string() };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        super::limits::check(&mut archive)?;
        let mut mime = String::new();
        if let Ok(part) = archive.by_name("mimetype") {
            // A lying size must not cost memory: a media type is short.
            let _ = part.take(128).read_to_string(&mut mime);
        }
        if mime.contains("opendocument.spreadsheet") {
            return Ok(Self::Ods);
        }
        let mut properties = String::new();
        if let Ok(part) = archive.by_name("docProps/core.xml") {
            let _ = part.take(4096).read_to_string(&mut properties);
        }
        if properties.contains("<dc:creator>jixiao</dc:creator>") {
            return Err(Error::OwnSummary);
        }
        let has = |name: &str| {
            archive.file_names().flatten().any(|n| n.replace('\\', "/").eq_ignore_ascii_case(name))
        };
        if has("xl/workbook.bin") {
            Ok(Self::Xlsb)
        } else if has("xl/workbook.xml") || has("[Content_Types].xml") && !has("word/document.xml") {
            Ok(Self::Xlsx)
        } else {
            let what = if has("word/document.xml") { t!("looks.docx") } else { t!("looks.zip") };
            Err(Error::UnknownFormat { looks_like: what.into_owned() })
        }
    }

    fn of_ole(bytes: &[u8]) -> Result<Self> {
        // The directory of an OLE file holds its streams' names in UTF-16.
        let names = |name: &str| {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.windows(wide.len()).any(|window| window == wide)
        };
        if names("EncryptedPackage") {
            Err(Error::Encrypted)
        } else if names("Workbook") || names("Book") {
            Ok(Self::Xls)
        } else {
            let what = if names("WordDocument") { t!("looks.doc") } else { t!("looks.ole") };
            Err(Error::UnknownFormat { looks_like: what.into_owned() })
        }
    }
}

fn looks_like(bytes: &[u8]) -> std::borrow::Cow<'static, str> {
    let start = bytes[..bytes.len().min(1024)].to_ascii_lowercase();
    let holds = |needle: &[u8]| start.windows(needle.len()).any(|window| window == needle);
    if bytes.starts_with(b"%PDF") {
        t!("looks.pdf")
    } else if bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xBC\xAF") {
        t!("looks.archive")
    } else if holds(b"<html") || holds(b"<table") || holds(b"<!doctype html") {
        t!("looks.html")
    } else if holds(b"<?xml") {
        t!("looks.xml")
    } else if start.iter().all(|b| *b >= 0x20 || matches!(b, b'\t' | b'\r' | b'\n')) {
        t!("looks.text")
    } else {
        t!("looks.binary")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_workbook_is_named() {
        assert!(matches!(Format::of(b""), Err(Error::Empty)));
        assert!(matches!(Format::of(b" \r\n"), Err(Error::Empty)));
        assert!(matches!(Format::of(b"PK\x03\x04 cut off"), Err(Error::Damaged { .. })));
        for (bytes, message) in [
            (&b"%PDF-1.7"[..], "PDF"),
            ("项目名称,得分\n".as_bytes(), "文本"),
            (b"<html><table>", "网页"),
            (b"\x00\x01\x02", "无法识别"),
        ] {
            let error = Format::of(bytes).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
