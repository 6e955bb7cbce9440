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

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zip::result::ZipError;

use super::limits::{Allowance, MAX_PART};
use super::packed::{Packed, Recent, Zip};
use super::xml::attribute;
use super::{Flaw, Grid, Window, encoding};
use crate::error::{Error, Result};
use crate::model::Area;

use cells::Sheet;
use formats::{Formats, Shown};
use strings::Strings;

/// Parts up to this size are decoded as a whole, whatever their encoding; larger ones are streamed, as UTF-8.
const WHOLE: u64 = 4 << 20;

/// Which sheets are given some rows at a time.
#[derive(Clone, Copy, Debug)]
struct Windows {
    /// Those whose part is longer, in bytes.
    above: u64,
    /// So many cells at a time.
    cells: usize,
}

impl Windows {
    /// Every sheet as a whole.
    const NONE: Self = Self { above: u64::MAX, cells: usize::MAX };
    /// What is too long to be held.
    const LONG: Self = Self { above: 8 << 20, cells: 6_000 };
}

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

/// What a part holds: all of it, or what is to be streamed.
enum Content<'a> {
    Whole(Vec<u8>),
    Streamed(Box<dyn BufRead + 'a>),
}

impl Content<'_> {
    fn part(&mut self) -> Part<'_> {
        match self {
            Self::Whole(bytes) => Part::of(bytes),
            Self::Streamed(source) => {
                Part::Streamed(lenient(Reader::from_reader(source.as_mut())), Vec::new())
            }
        }
    }

    /// All of it, as UTF-8.
    fn bytes(self) -> Result<Vec<u8>> {
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::Streamed(mut source) => {
                let mut bytes = Vec::new();
                source.read_to_end(&mut bytes).map_err(|cause| damaged(&cause))?;
                Ok(in_utf8(bytes))
            }
        }
    }
}

/// A part being read.
enum Part<'a> {
    /// Its events borrow from it.
    Whole(Reader<&'a [u8]>),
    /// Its events borrow from the buffer.
    Streamed(Reader<&'a mut dyn BufRead>, Vec<u8>),
}

impl<'a> Part<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self::Whole(lenient(Reader::from_reader(bytes)))
    }

    fn next(&mut self) -> quick_xml::Result<Event<'_>> {
        match self {
            Self::Whole(reader) => reader.read_event(),
            Self::Streamed(reader, buffer) => {
                buffer.clear();
                reader.read_event_into(buffer)
            }
        }
    }
}

fn lenient<R>(mut reader: Reader<R>) -> Reader<R> {
    let config = reader.config_mut();
    // Programs that close what they did not open write sheets that every other program reads.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    reader
}

/// Every worksheet, in the workbook's order. A sheet that breaks off keeps what stands before the break, with a
/// [`Flaw`] that says so.
///
/// # Errors
/// [`Error::Damaged`] if the package or the list of its sheets cannot be read, [`Error::TooManyCells`].
pub(super) fn read(zip: Zip<'_>, empties: Empties) -> Result<Vec<Grid>> {
    let mut grids = Vec::new();
    read_sheets(zip, empties, Windows::NONE, |window| -> Result<()> {
        grids.push(window.grid);
        Ok(())
    })?;
    Ok(grids)
}

/// Whether a worksheet is so long that it is better read some rows at a time.
pub(super) fn is_long(zip: Zip<'_>) -> bool {
    let mut package = Package::new(zip);
    let Ok(book) = package.workbook() else { return false };
    book.sheets.iter().any(|sheet| package.size(&sheet.path) > Windows::LONG.above)
}

/// As [`read`], long sheets some rows at a time.
///
/// # Errors
/// Those of [`read`] and of `take`.
pub(super) fn read_long<E: From<Error>>(
    zip: Zip<'_>,
    take: impl FnMut(Window) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    read_sheets(zip, Empties::Left, Windows::LONG, take)
}

fn read_sheets<E: From<Error>>(
    zip: Zip<'_>,
    empties: Empties,
    windows: Windows,
    mut take: impl FnMut(Window) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut package = Package::new(zip);
    let book = package.workbook()?;
    let strings = match package.content(&book.strings)? {
        Some(mut content) => Strings::read(&mut content.part()).map_err(|cause| damaged(&cause))?,
        None => Strings::default(),
    };
    let formats = package.formats(&book)?;
    let mut allowance = Allowance::default();
    let (mut damage, mut sound) = (None, false);
    for SheetEntry { name, hidden, path } in book.sheets {
        let mut sheet = Sheet::new(&strings, &formats, empties);
        let mut enough = usize::MAX;
        if package.size(&path) > windows.above {
            sheet = sheet.with_merges(package.merges(&path)?);
            enough = windows.cells;
        }
        let mut content = package.content(&path)?;
        let mut part = content.as_mut().map(Content::part);
        loop {
            let read = match &mut part {
                Some(part) => sheet.read(part, &mut allowance, enough)?,
                None => Err(Flaw::cut_off(None, &ZipError::FileNotFound)),
            };
            let last = !matches!(read, Ok(true));
            let mut grid = sheet.take(name.clone());
            grid.hidden = hidden;
            grid.flaws.extend(read.err());
            damage = damage.or_else(|| grid.flaws.iter().find_map(Flaw::cause).map(str::to_owned));
            sound |= !grid.rows().is_empty();
            take(Window { grid, last })?;
            if last {
                break;
            }
        }
    }
    // Sheets of which nothing could be read leave nothing to tell of but the damage.
    match damage {
        Some(cause) if !sound => Err(Error::Damaged { format: "xlsx", cause }.into()),
        _ => Ok(()),
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
    zip: Zip<'a>,
    /// The parts' names as they are compared, with their places in the archive.
    names: Vec<(String, usize)>,
}

impl<'a> Package<'a> {
    fn new(zip: Zip<'a>) -> Self {
        let names = zip.archive.file_names().enumerate();
        // Names differ in case and in their strokes from program to program.
        let names = names.filter_map(|(i, name)| Some((plain(&name.ok()?), i))).collect();
        Self { zip, names }
    }

    /// The place of a part in the archive.
    fn place(&self, path: &str) -> Option<usize> {
        let path = plain(path);
        self.names.iter().find(|(name, _)| *name == path).map(|(_, i)| *i)
    }

    /// How long a part claims to be; 0 if there is none. Bytes.
    fn size(&mut self, path: &str) -> u64 {
        let part = self.place(path).and_then(|place| self.zip.archive.by_index_data(place).ok());
        part.map_or(0, |part| part.size())
    }

    /// The merged areas of a sheet, which stand behind its cells.
    fn merges(&mut self, path: &str) -> Result<Vec<Area>> {
        let Some(place) = self.place(path) else { return Ok(Vec::new()) };
        let part = self.zip.archive.by_index(place).map_err(|cause| damaged(&cause))?;
        cells::merges(part.take(MAX_PART)).map_err(|cause| damaged(&cause))
    }

    /// A part to be read; `None` if there is none.
    fn content(&mut self, path: &str) -> Result<Option<Content<'_>>> {
        let Some(place) = self.place(path) else { return Ok(None) };
        if let Some(bytes) = self.small(place).and_then(|packed| packed.inflated()) {
            return Ok(Some(Content::Whole(in_utf8(bytes))));
        }
        let part = self.zip.archive.by_index(place).map_err(|cause| damaged(&cause))?;
        let small = part.size() <= WHOLE;
        let mut part = part.take(MAX_PART);
        Ok(Some(if small {
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).map_err(|cause| damaged(&cause))?;
            Content::Whole(in_utf8(bytes))
        } else {
            Content::Streamed(Box::new(BufReader::with_capacity(64 << 10, part)))
        }))
    }

    /// A part as it is packed, if it is to be decoded as a whole.
    fn small(&mut self, place: usize) -> Option<Packed<'a>> {
        self.zip.packed(place).filter(|packed| packed.size() <= WHOLE)
    }

    /// The number formats of the workbook's cells.
    fn formats(&mut self, book: &Book) -> Result<Formats> {
        // They are the greater part of a form, and mostly those of the last one.
        thread_local!(static KNOWN: RefCell<Recent<Rc<[Shown]>>> = const { RefCell::new(Recent::new(8, 64 << 10)) });
        let packed = self.place(&book.styles).and_then(|place| self.small(place));
        let known = packed.and_then(|packed| KNOWN.with_borrow(|known| known.get(&packed)));
        let shown = match known {
            Some(known) => known,
            None => {
                let content = self.content(&book.styles)?;
                let bytes = content.map(Content::bytes).transpose()?.unwrap_or_default();
                let read = formats::read(&bytes);
                if let Some(packed) = packed {
                    KNOWN.with_borrow_mut(|known| known.put(&packed, &read));
                }
                read
            }
        };
        Ok(Formats { shown, since_1904: book.since_1904 })
    }

    /// The relations of a part, their targets as paths from the package's root.
    fn relations(&mut self, of: &str) -> Result<Vec<Relation>> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let path = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let Some(mut content) = self.content(&path)? else { return Ok(Vec::new()) };
        let mut relations = Vec::new();
        each_element(&mut content.part(), |element| {
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
        let Some(mut content) = self.content(&path)? else { return Err(damaged(&ZipError::FileNotFound)) };
        each_element(&mut content.part(), |element| match element.local_name().as_ref() {
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

/// The bytes of a part as UTF-8, whatever it is written in.
fn in_utf8(bytes: Vec<u8>) -> Vec<u8> {
    match std::str::from_utf8(&bytes) {
        Ok(_) => bytes,
        Err(_) => encoding::decode_declared(&bytes, "encoding").into_owned().into_bytes(),
    }
}

/// Shows every element that begins in a part.
fn each_element(part: &mut Part<'_>, mut see: impl FnMut(&BytesStart<'_>)) -> quick_xml::Result<()> {
    loop {
        match part.next()? {
            Event::Start(element) | Event::Empty(element) => see(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The text of an element, up to its end, put behind what is there.
fn take_text(part: &mut Part<'_>, name: &str, text: &mut String) -> quick_xml::Result<()> {
    loop {
        match part.next()? {
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
fn skip(part: &mut Part<'_>, name: &str) -> quick_xml::Result<()> {
    loop {
        match part.next()? {
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
