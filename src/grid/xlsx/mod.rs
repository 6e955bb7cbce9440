//! .xlsx in one pass: each part is read once, and of it only what a form has: values, merged areas, the number
//! formats that change what a value looks like.
//!
//! calamine reads these files as well, and the tests hold the two against one another. It parses every style at each
//! open and the sheet a second time for its merges, and a cell that it does not know costs the workbook.

mod cells;
mod formats;
mod strings;
#[cfg(test)]
mod tests;

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::limits::{Allowance, MAX_PART};
use super::xml::attribute;
use super::{Flaw, Grid, encoding};
use crate::error::{Error, Result};

use cells::Sheet;
use formats::Formats;

/// Parts up to this size are decoded as a whole, whatever their encoding; larger ones are streamed, as UTF-8.
const WHOLE: u64 = 4 << 20;

/// Where the workbook stands unless the package says otherwise.
const WORKBOOK: &str = "xl/workbook.xml";

/// What becomes of cells that hold nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Empties {
    /// Nobody needs them.
    Left,
    /// They are places to fill: those that have a format of their own, down to those right below the last text.
    Kept,
}

/// A part being read.
type Part<'a> = Reader<Box<dyn BufRead + 'a>>;

/// Every worksheet, in the workbook's order. A sheet that breaks off keeps what stands before the break, with a
/// [`Flaw`] that says so.
///
/// # Errors
/// [`Error::Damaged`] if the package or the list of its sheets cannot be read, [`Error::TooManyCells`].
pub(super) fn read(bytes: &[u8], empties: Empties) -> Result<Vec<Grid>> {
    let mut package = Package::open(bytes)?;
    let book = package.workbook()?;
    let strings = match package.part(&book.strings)? {
        Some(mut part) => strings::table(&mut part).map_err(|cause| damaged(&cause))?,
        None => Vec::new(),
    };
    let formats = Formats::read(package.bytes(&book.styles)?.as_deref(), book.since_1904);
    let mut allowance = Allowance::default();
    let mut grids = Vec::new();
    for SheetEntry { name, hidden, path } in book.sheets {
        let mut sheet = Sheet::new(&strings, &formats, empties);
        let missing = || Err(Flaw::cut_off(None, &ZipError::FileNotFound));
        let read = match package.part(&path)? {
            Some(mut part) => sheet.read(&mut part, &mut allowance)?,
            None => missing(),
        };
        let mut grid = sheet.finish(name);
        grid.hidden = hidden;
        grid.flaws.extend(read.err());
        grids.push(grid);
    }
    // Sheets of which nothing could be read leave nothing to tell of but the damage.
    match grids.iter().find_map(|grid: &Grid| grid.flaws.iter().find_map(Flaw::cause)) {
        Some(cause) if grids.iter().all(|grid| grid.rows().is_empty()) => {
            Err(Error::Damaged { format: "xlsx", cause: cause.to_owned() })
        }
        _ => Ok(grids),
    }
}

fn damaged(cause: &dyn std::fmt::Display) -> Error {
    Error::Damaged { format: "xlsx", cause: cause.to_string() }
}

/// What the workbook says of its parts.
#[derive(Debug, Default)]
struct Book {
    sheets: Vec<SheetEntry>,
    strings: String,
    styles: String,
    /// Whether days are counted from 1904.
    since_1904: bool,
}

/// A worksheet's name, whether it is hidden, and its part.
#[derive(Debug)]
struct SheetEntry {
    name: String,
    hidden: bool,
    path: String,
}

/// A relation of a part to another: its id, the last word of its type, and the other part's path.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The parts' names as they are compared, with their places in the archive.
    names: Vec<(String, usize)>,
}

impl<'a> Package<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause))?;
        let names = archive.file_names().enumerate();
        // Names differ in case and in their strokes from program to program.
        let names = names.filter_map(|(i, name)| Some((plain(&name.ok()?), i))).collect();
        Ok(Self { archive, names })
    }

    /// The place of a part in the archive.
    fn place(&self, path: &str) -> Option<usize> {
        let path = plain(path);
        self.names.iter().find(|(name, _)| *name == path).map(|(_, i)| *i)
    }

    /// The bytes of a part, as UTF-8; `None` if there is none.
    fn bytes(&mut self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(place) = self.place(path) else { return Ok(None) };
        let part = self.archive.by_index(place).map_err(|cause| damaged(&cause))?;
        whole(part).map(Some)
    }

    /// A part to be read; `None` if there is none.
    fn part(&mut self, path: &str) -> Result<Option<Part<'_>>> {
        let Some(place) = self.place(path) else { return Ok(None) };
        let part = self.archive.by_index(place).map_err(|cause| damaged(&cause))?;
        let source: Box<dyn BufRead> = if part.size() <= WHOLE {
            Box::new(Cursor::new(whole(part)?))
        } else {
            Box::new(BufReader::with_capacity(64 << 10, part.take(MAX_PART)))
        };
        Ok(Some(reader(source)))
    }

    /// The relations of a part, their targets as paths from the package's root.
    fn relations(&mut self, of: &str) -> Result<Vec<Relation>> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let path = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let Some(mut part) = self.part(&path)? else { return Ok(Vec::new()) };
        let mut relations = Vec::new();
        each_element(&mut part, |element| {
            if element.local_name().as_ref() == "Relationship" {
                let get = |name| attribute(element, name).unwrap_or_default();
                let kind = get("Type");
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id: get("Id"), kind, target: from(folder, &get("Target")) });
            }
        })
        .map_err(|cause| damaged(&cause))?;
        Ok(relations)
    }

    /// What the workbook says of its parts.
    fn workbook(&mut self) -> Result<Book> {
        let mut path = WORKBOOK.to_owned();
        if self.place(&path).is_none() {
            let main = self.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
            path = main.map_or(path, |relation| relation.target);
        }
        let relations = self.relations(&path)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let of_kind = |kind: &str, usual: &str| {
            let own = relations.iter().find(|relation| relation.kind == kind);
            own.map_or_else(|| from(folder, usual), |relation| relation.target.clone())
        };
        let mut book = Book {
            strings: of_kind("sharedStrings", "sharedStrings.xml"),
            styles: of_kind("styles", "styles.xml"),
            ..Book::default()
        };
        let Some(mut part) = self.part(&path)? else { return Err(damaged(&ZipError::FileNotFound)) };
        each_element(&mut part, |element| match element.local_name().as_ref() {
            "workbookPr" => {
                let date = attribute(element, "date1904");
                book.since_1904 |= date.is_some_and(|date| date == "1" || date == "true");
            }
            "sheet" => {
                let id = attribute(element, "id").unwrap_or_default();
                let own = relations.iter().find(|relation| relation.id == id);
                if own.is_some_and(|relation| relation.kind != "worksheet") {
                    return;
                }
                book.sheets.push(SheetEntry {
                    name: attribute(element, "name").unwrap_or_default(),
                    hidden: attribute(element, "state").is_some_and(|state| state != "visible"),
                    // A sheet whose relation is lost has no part: that is told where it would be read.
                    path: own.map(|relation| relation.target.clone()).unwrap_or_default(),
                });
            }
            _ => {}
        })
        .map_err(|cause| damaged(&cause))?;
        Ok(book)
    }
}

/// A part's name as it is compared with others.
fn plain(path: &str) -> String {
    path.replace('\\', "/").to_ascii_lowercase()
}

/// The path that a target stands for, seen from a folder of the package.
fn from(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// All of a part, as UTF-8 whatever it is written in.
fn whole(part: ZipFile<'_, impl Read>) -> Result<Vec<u8>> {
    // What a part claims bounds what it gives; it is not believed for more than is decoded as a whole.
    let claim = usize::try_from(part.size().min(WHOLE)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(claim + 1);
    part.take(MAX_PART).read_to_end(&mut bytes).map_err(|cause| damaged(&cause))?;
    if std::str::from_utf8(&bytes).is_ok() {
        return Ok(bytes);
    }
    Ok(encoding::decode_declared(&bytes, "encoding").into_owned().into_bytes())
}

fn reader<'a>(source: Box<dyn BufRead + 'a>) -> Part<'a> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    // Programs that close what they did not open write sheets that every other program reads.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    reader
}

/// Shows every element that begins in a part.
fn each_element(part: &mut Part<'_>, mut see: impl FnMut(&BytesStart<'_>)) -> quick_xml::Result<()> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(element) | Event::Empty(element) => see(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The text of an element, up to its end, put behind what is there.
fn take_text(
    part: &mut Part<'_>,
    buffer: &mut Vec<u8>,
    name: &str,
    text: &mut String,
) -> quick_xml::Result<()> {
    loop {
        buffer.clear();
        match part.read_event_into(buffer)? {
            Event::Text(words) => text.push_str(&words.xml10_content()),
            Event::CData(words) => text.push_str(&words.xml10_content()),
            Event::GeneralRef(entity) => push_entity(&entity, text),
            Event::End(element) if element.local_name().as_ref() == name => return Ok(()),
            Event::Eof => return Err(cut_off()),
            _ => {}
        }
    }
}

/// Goes on behind an element's end.
fn skip(part: &mut Part<'_>, buffer: &mut Vec<u8>, name: &str) -> quick_xml::Result<()> {
    loop {
        buffer.clear();
        match part.read_event_into(buffer)? {
            Event::End(element) if element.local_name().as_ref() == name => return Ok(()),
            Event::Eof => return Err(cut_off()),
            _ => {}
        }
    }
}

fn cut_off() -> quick_xml::Error {
    std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into()
}

/// What an entity stands for; its own text if nobody knows it.
fn push_entity(entity: &BytesRef<'_>, text: &mut String) {
    if let Some(known) = quick_xml::escape::resolve_xml_entity(entity.as_ref()) {
        text.push_str(known);
    } else if let Ok(Some(c)) = entity.resolve_char_ref() {
        text.push(c);
    } else {
        text.push('&');
        text.push_str(entity.as_ref());
        text.push(';');
    }
}
