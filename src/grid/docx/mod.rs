//! Tables of .docx documents: one grid a table of the body, nested tables too.
//!
//! The main part is scanned once, element by element. Only local names count, so that the strict and the
//! transitional format read alike, whatever the prefixes.
//!
//! What Word computes when it shows a document is not reproduced: numbers of automatic lists, `EQ` fields,
//! text that only a style hides.

mod numbering;
mod scanner;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::fmt::Display;
use std::io::{BufRead, BufReader, Cursor, Read, Take};

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use self::numbering::Lists;
use self::scanner::Scanner;
use super::limits::{MAX_CELLS, MAX_PART};
use super::lines::Piece;
use super::xml::attribute;
use super::{Grid, document};
use crate::error::{Error, Result};
use crate::model::report::Line;

/// Where every known program puts the document, whether or not the package's relations say so.
pub(crate) const MAIN_PART: &str = "word/document.xml";
/// Relations beyond this are not worth reading for one name.
const MAX_RELATIONS: u64 = 1 << 20;

/// Reads every table of the document that holds text, in order; a nested one follows the one around it.
///
/// # Errors
/// [`Error::Damaged`] for a package or XML that is not well-formed, [`Error::TooLarge`] for one that no form
/// can need.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Grid>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let part = main_part(&mut archive).ok_or_else(|| damaged("no main document part"))?;
    let part = archive.by_index(part).map_err(damaged)?;
    let scanner = scan(BufReader::new(part.take(MAX_PART)), Scanner::default())?;
    Ok(document(scanner.finish()))
}

/// The document's paragraphs and the rows of its tables, in order, with the numbers that Word sets before them.
///
/// # Errors
/// As [`read`]; [`Error::NoReport`] for a package that is no document.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>> {
    Ok(scan_lines(bytes)?.into_lines().0)
}

/// Where in the part [`MAIN_PART`] the words of each line stand, by its number less one.
///
/// # Errors
/// As [`lines`].
pub(crate) fn sources(bytes: &[u8]) -> Result<Vec<Vec<Piece>>> {
    Ok(scan_lines(bytes)?.into_lines().1)
}

fn scan_lines(bytes: &[u8]) -> Result<Scanner> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut lists = Lists::default();
    if let Some(index) = find(&archive, "word/numbering.xml") {
        lists.read_lists(BufReader::new(archive.by_index(index).map_err(damaged)?.take(MAX_PART)));
    }
    if let Some(index) = find(&archive, "word/styles.xml") {
        lists.read_styles(BufReader::new(archive.by_index(index).map_err(damaged)?.take(MAX_PART)));
    }
    let part = find(&archive, MAIN_PART).ok_or(Error::NoReport)?;
    let part = archive.by_index(part).map_err(damaged)?;
    scan(BufReader::new(part.take(MAX_PART)), Scanner::of_lines(lists))
}

fn scan<R: Read>(part: BufReader<Take<R>>, mut scanner: Scanner) -> Result<Scanner> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let start = position(&reader);
        let event = match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) if scanner.is_complete() => return Ok(scanner),
            Ok(Event::Eof) => return Err(broken(&reader, "the main part is cut off")),
            Ok(event) => event,
            Err(cause) => return Err(broken(&reader, cause)),
        };
        let source = start..position(&reader);
        match event {
            Event::Start(element) => scanner.start(&element)?,
            Event::Empty(element) => {
                scanner.start(&element)?;
                scanner.end();
            }
            Event::End(_) => scanner.end(),
            Event::Text(text) => scanner.text(&text.xml10_content(), source),
            Event::CData(text) => scanner.text(&text.xml10_content(), source),
            Event::GeneralRef(reference) => {
                scanner.text(resolve(&reference)?.encode_utf8(&mut [0; 4]), source);
            }
            _ => {}
        }
        if scanner.cells() > MAX_CELLS {
            return Err(Error::TooManyCells);
        }
    }
}

/// How many bytes of the part have been read.
fn position<R: Read>(reader: &Reader<BufReader<Take<R>>>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The archive's index of the part that the package's relations name as the document.
fn main_part(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Option<usize> {
    let relations = find(archive, "_rels/.rels");
    let target = relations
        .and_then(|index| archive.by_index(index).ok())
        .and_then(|part| document_target(BufReader::new(part.take(MAX_RELATIONS))));
    target.and_then(|name| find(archive, &name)).or_else(|| find(archive, MAIN_PART))
}

fn document_target(part: impl BufRead) -> Option<String> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element)
                if attribute(&element, "Type").is_some_and(|kind| kind.ends_with("/officeDocument")) =>
            {
                return attribute(&element, "Target");
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The index of a part by its name: some programs write backslashes, and case does not count.
fn find(archive: &ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<usize> {
    let name = name.trim_start_matches('/');
    archive.file_names().position(|found| {
        found.is_ok_and(|found| found.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(name))
    })
}

/// The character that a reference stands for. A document declares no entities of its own.
fn resolve(reference: &BytesRef<'_>) -> Result<char> {
    match reference.resolve_char_ref().map_err(damaged)? {
        Some(char) => Ok(char),
        None => resolve_xml_entity(reference)
            .and_then(|text| text.chars().next())
            .ok_or_else(|| damaged(format_args!("unknown entity {}", &**reference))),
    }
}

/// Why the main part ends where it should not: it is damaged, or cut off here at the limit.
fn broken<R: Read>(reader: &Reader<BufReader<Take<R>>>, cause: impl Display) -> Error {
    if reader.get_ref().get_ref().limit() == 0 {
        Error::TooLarge { megabytes: reader.buffer_position() >> 20 }
    } else {
        damaged(cause)
    }
}

fn damaged(cause: impl Display) -> Error {
    Error::Damaged { format: "docx", cause: cause.to_string() }
}
