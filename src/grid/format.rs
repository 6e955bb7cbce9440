//! Tells a container by its first bytes.

use std::io::{Cursor, Read};

use rust_i18n::t;
use zip::ZipArchive;

use super::encoding;
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
    /// Office Open XML text document.
    Docx,
    /// A web page; also what systems export under the name .xls.
    Html,
    /// XML Spreadsheet 2003.
    SpreadsheetXml,
    /// Text with values separated by commas or tabs.
    Delimited,
    /// An archive of files.
    Zip,
}

/// A text's first bytes tell what it is.
const HEAD: usize = 4096;
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

impl Format {
    /// Tells the container of some bytes.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Encrypted`], [`Error::OwnOutput`], [`Error::TooLarge`], [`Error::Damaged`] for an archive that is cut off, and
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
        Self::of_text(bytes)
            .ok_or_else(|| Error::UnknownFormat { looks_like: looks_like(bytes).into_owned() })
    }

    /// Tells the containers that are text, in whatever encoding.
    fn of_text(bytes: &[u8]) -> Option<Self> {
        let start = encoding::decode(&bytes[..bytes.len().min(HEAD)]);
        let start = start.trim_start().to_ascii_lowercase();
        if start.contains("urn:schemas-microsoft-com:office:spreadsheet") && start.starts_with("<?xml") {
            Some(Self::SpreadsheetXml)
        } else if start.starts_with('<')
            && ["<html", "<table", "<!doctype html"].iter().any(|tag| start.contains(tag))
        {
            Some(Self::Html)
        } else if start.starts_with("<?xml") || bytes.starts_with(b"%PDF") {
            None
        } else {
            encoding::is_text(bytes).then_some(Self::Delimited)
        }
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
        let mut says = |part: &str, mark: &str| {
            let mut start = String::new();
            if let Ok(part) = archive.by_name(part) {
                let _ = part.take(4096).read_to_string(&mut start);
            }
            start.contains(mark)
        };
        if says("docProps/core.xml", "<dc:creator>jixiao</dc:creator>")
            || says("docProps/app.xml", "<Application>jixiao</Application>")
        {
            return Err(Error::OwnOutput);
        }
        let has = |name: &str| {
            archive.file_names().flatten().any(|n| n.replace('\\', "/").eq_ignore_ascii_case(name))
        };
        Ok(if has("xl/workbook.bin") {
            Self::Xlsb
        } else if has("xl/workbook.xml") {
            Self::Xlsx
        } else if has("word/document.xml") {
            Self::Docx
        } else if has("[Content_Types].xml") {
            Self::Xlsx
        } else {
            Self::Zip
        })
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
    if bytes.starts_with(b"%PDF") {
        t!("looks.pdf")
    } else if bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xBC\xAF") {
        t!("looks.archive")
    } else if encoding::decode(&bytes[..bytes.len().min(HEAD)]).trim_start().starts_with("<?xml") {
        t!("looks.xml")
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
        for (bytes, message) in
            [(&b"%PDF-1.7"[..], "PDF"), (b"<?xml version='1.0'?><a/>", "XML"), (b"\x00\x01\x02", "无法识别")]
        {
            let error = Format::of(bytes).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn text_is_told_by_what_it_says() {
        for (bytes, format) in [
            ("项目名称,得分\n".as_bytes(), Format::Delimited),
            (b"\xCF\xEE\xC4\xBF\xC3\xFB\xB3\xC6\t\xB5\xC3\xB7\xD6\n", Format::Delimited),
            (b" <html><table>", Format::Html),
            ("\u{feff}<!DOCTYPE html>".as_bytes(), Format::Html),
            (b"<table><tr><td>1</table>", Format::Html),
            (
                b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
                Format::SpreadsheetXml,
            ),
        ] {
            assert_eq!(Format::of(bytes).unwrap(), format);
        }
    }
}
