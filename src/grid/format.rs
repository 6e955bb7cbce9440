//! Tells a container by its first bytes.

use std::borrow::Cow;

use rust_i18n::t;

use super::encoding;
use super::packed::Zip;
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

/// A text's first bytes tell what it is; a page's styles may stand before its first table.
const HEAD: usize = 64 << 10;
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

impl Format {
    /// All containers, the most used first.
    pub const ALL: [Self; 9] = [
        Self::Xlsx,
        Self::Xls,
        Self::Xlsb,
        Self::Ods,
        Self::Docx,
        Self::Html,
        Self::SpreadsheetXml,
        Self::Delimited,
        Self::Zip,
    ];

    /// The endings that files of this container usually have, without the dot, in small letters.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Xlsx => &["xlsx", "xlsm", "xltx"],
            Self::Xls => &["xls", "xlt", "et", "ett"],
            Self::Xlsb => &["xlsb"],
            Self::Ods => &["ods"],
            Self::Docx => &["docx", "docm"],
            Self::Html => &["html", "htm"],
            Self::SpreadsheetXml => &["xml"],
            Self::Delimited => &["csv", "tsv"],
            Self::Zip => &["zip"],
        }
    }

    /// Whether files of this container mostly are no tables at all: letters, reports, pages.
    pub const fn is_document(self) -> bool {
        matches!(self, Self::Docx | Self::Html | Self::SpreadsheetXml | Self::Delimited)
    }

    /// Whether office programs show the tables of such a file as sheets, by the names that stand in findings. Web pages
    /// and text are often saved under the endings of workbooks, but have no sheets of their own.
    pub const fn has_sheets(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xls | Self::Xlsb | Self::Ods | Self::SpreadsheetXml)
    }

    /// The container's name in the user's words.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Xlsx => t!("format.xlsx"),
            Self::Xls => t!("format.xls"),
            Self::Xlsb => t!("format.xlsb"),
            Self::Ods => t!("format.ods"),
            Self::Docx => t!("format.docx"),
            Self::Html => t!("format.html"),
            Self::SpreadsheetXml => t!("format.spreadsheet_xml"),
            Self::Delimited => t!("format.delimited"),
            Self::Zip => t!("format.zip"),
        }
    }

    /// Tells the container of some bytes.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Encrypted`], [`Error::OwnOutput`], [`Error::TooLarge`],
    /// [`Error::Damaged`] for an archive that is cut off, and [`Error::UnknownFormat`] with what the content
    /// looks like.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        Ok(match Opened::of(bytes)? {
            Opened::Xlsx(_) => Self::Xlsx,
            Opened::Other(format) => format,
        })
    }

    /// Tells the containers that are markup by their start.
    fn of_markup(start: &str) -> Option<Self> {
        // `<table:table>` is no `<table>`.
        let has = |tag: &str| {
            start.match_indices(tag).any(|(at, _)| {
                start[at + tag.len()..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            })
        };
        if !start.starts_with('<') {
            None
        } else if start.contains("urn:schemas-microsoft-com:office:spreadsheet")
            && (has("<workbook") || has("<ss:workbook"))
        {
            Some(Self::SpreadsheetXml)
        } else if has("<html") || has("<table") || start.contains("<!doctype html") {
            Some(Self::Html)
        } else {
            None
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

/// A container that was told. Of the most used one the archive is open already.
pub(super) enum Opened<'a> {
    Xlsx(Zip<'a>),
    Other(Format),
}

impl<'a> Opened<'a> {
    /// Tells the container of some bytes.
    ///
    /// # Errors
    /// Those of [`Format::of`].
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Error::Empty);
        }
        if bytes.starts_with(b"PK") {
            return Self::of_zip(bytes);
        }
        let unknown = |looks_like: Cow<'_, str>| Error::UnknownFormat { looks_like: looks_like.into_owned() };
        let format = if bytes.starts_with(OLE) {
            Format::of_ole(bytes)?
        } else {
            let start = head(bytes);
            if let Some(format) = Format::of_markup(&start) {
                format
            } else if let Some(looks_like) = not_read(bytes, &start) {
                return Err(unknown(looks_like));
            } else if encoding::is_text(bytes) {
                Format::Delimited
            } else {
                return Err(unknown(t!("looks.binary")));
            }
        };
        Ok(Self::Other(format))
    }

    fn of_zip(bytes: &'a [u8]) -> Result<Self> {
        let damaged =
            |cause: zip::result::ZipError| Error::Damaged { format: "xlsx", cause: cause.to_string() };
        let mut zip = Zip::open(bytes).map_err(damaged)?;
        let has = |name: &str| {
            let mut names = zip.archive.file_names().flatten();
            names.any(|n| n.len() == name.len() && n.replace('\\', "/").eq_ignore_ascii_case(name))
        };
        let format = if has("xl/workbook.bin") {
            Format::Xlsb
        } else if has("xl/workbook.xml") {
            Format::Xlsx
        } else if has("word/document.xml") {
            Format::Docx
        } else if has("[Content_Types].xml") {
            Format::Xlsx
        } else if has("mimetype") {
            Format::Ods
        } else {
            // What an archive of many forms comes to is counted as its files are read.
            return Ok(Self::Other(Format::Zip));
        };
        super::limits::check(&mut zip.archive)?;
        // A lying size must not cost memory: a media type is short.
        if zip.start("mimetype", 128).contains("opendocument.spreadsheet") {
            return Ok(Self::Other(Format::Ods));
        }
        // The summary names its author, a report the program.
        let (part, mark) = match format {
            Format::Docx => ("docProps/app.xml", "<Application>jixiao</Application>"),
            _ => ("docProps/core.xml", "<dc:creator>jixiao</dc:creator>"),
        };
        if zip.start(part, 4096).contains(mark) {
            return Err(Error::OwnOutput);
        }
        Ok(match format {
            Format::Xlsx => Self::Xlsx(zip),
            // A media type of something else, and nothing else of an office in it.
            Format::Ods => Self::Other(Format::Zip),
            format => Self::Other(format),
        })
    }
}

/// The start of bytes taken for text, in small letters.
fn head(bytes: &[u8]) -> String {
    let start = encoding::decode(&bytes[..bytes.len().min(HEAD)]);
    start.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_ascii_lowercase()
}

/// What is told by its start and is not read, as the user calls it.
fn not_read(bytes: &[u8], start: &str) -> Option<Cow<'static, str>> {
    if bytes.starts_with(b"%PDF") {
        Some(t!("looks.pdf"))
    } else if bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xBC\xAF") {
        Some(t!("looks.archive"))
    } else if start.contains("mime-version:") && start.contains("multipart/related") {
        Some(t!("looks.html"))
    } else if start.starts_with("{\\rtf") {
        Some(t!("looks.doc"))
    } else if start.starts_with('<')
        && start[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '?' | '!'))
    {
        Some(t!("looks.xml"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GBK.encode(text).0.into_owned()
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        assert!(matches!(Format::of(b""), Err(Error::Empty)));
        assert!(matches!(Format::of(b" \r\n"), Err(Error::Empty)));
        assert!(matches!(Format::of(b"PK\x03\x04 cut off"), Err(Error::Damaged { .. })));
        for (bytes, message) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"<?xml version='1.0'?><a/>", "XML"),
            (b"<?xml version='1.0'?><office:document><table:table table:name='1'/></office:document>", "XML"),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n<html>", "网页"),
            (b"{\\rtf1\\ansi}", "Word"),
            (b"Rar!\x1A\x07", "压缩包"),
            (b"\x00\x01\x02", "无法识别"),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", "无法识别"),
        ] {
            let error = Format::of(bytes).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn text_is_told_by_what_it_says() {
        const SHEET: &str = "xmlns='urn:schemas-microsoft-com:office:spreadsheet'";
        let styled = format!("<!-- 自评表 --><style>{}</style><div><table >", "td {}\n".repeat(5000));
        let workbook = format!("<?xml version='1.0' encoding='GB2312'?><!--项目--><Workbook\n{SHEET}>");
        let utf16: Vec<u8> = "\u{feff}<html><table>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, format) in [
            ("项目名称,得分\n".as_bytes(), Format::Delimited),
            ("<项目名称>,得分\n".as_bytes(), Format::Delimited),
            (&gbk("项目名称\t得分\n"), Format::Delimited),
            (b" <html><table>", Format::Html),
            ("\u{feff}<!DOCTYPE html>".as_bytes(), Format::Html),
            (b"<table><tr><td>1</table>", Format::Html),
            (b"<meta charset=gbk><table>", Format::Html),
            (&gbk(&styled), Format::Html),
            (&utf16, Format::Html),
            (format!("\u{feff}{workbook}").as_bytes(), Format::SpreadsheetXml),
            (&gbk(&workbook), Format::SpreadsheetXml),
            (format!("<ss:Workbook xmlns:{}/>", &SHEET[5..]).as_bytes(), Format::SpreadsheetXml),
        ] {
            assert_eq!(Format::of(bytes).unwrap(), format);
        }
    }
}
