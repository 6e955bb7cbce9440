//! The cells of a sheet, and its merged areas.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::formats::Formats;
use super::strings::{Strings, take_string, unescape};
use super::{Empties, Part, cut_off, skip, take_text};
use crate::error::Result;
use crate::grid::limits::{Allowance, LAST};
use crate::grid::printed::{is_figure, print_bool, print_iso_date};
use crate::grid::xml::attribute;
use crate::grid::{Flaw, Grid};
use crate::model::{Address, Area};

/// So many empty cells of a sheet are kept. A form has some hundreds.
const MAX_EMPTIES: usize = 200_000;

/// So many rows of places below the last text belong to the form.
const MAX_ROWS_BELOW: u32 = 200;

/// So many flaws of a sheet are told; more of them say no more.
const MAX_FLAWS: usize = 1000;

/// So many merged areas of a long sheet are known.
const MAX_MERGES: usize = 1_000_000;

/// A sheet while it is read.
pub(super) struct Sheet<'a> {
    strings: &'a Strings,
    formats: &'a Formats,
    empties: Empties,
    cells: Vec<(Address, String)>,
    places: Vec<(Address, String)>,
    merges: Vec<Area>,
    /// The merged areas, where they are known before the cells, by their first cells.
    known: Option<VecDeque<Area>>,
    /// The last row of those that have begun.
    reach: u32,
    /// The first row that was not given yet; a cell above it comes too late.
    floor: u32,
    flaws: Vec<Flaw>,
    figures_as_text: Vec<Address>,
    /// The cell that comes next unless it says where it stands.
    next: Address,
    /// Whether the sheet hides the row.
    hidden_row: bool,
    value: String,
}

/// What a cell says of itself.
#[derive(Default)]
struct CellHead {
    at: Option<Address>,
    format: usize,
    kind: Kind,
}

/// What the value of a cell is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Date,
    /// An error, in whatever language, or what nobody knows: as it stands.
    Other,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(strings: &'a Strings, formats: &'a Formats, empties: Empties) -> Self {
        Self {
            strings,
            formats,
            empties,
            cells: Vec::new(),
            places: Vec::new(),
            merges: Vec::new(),
            known: None,
            reach: 0,
            floor: 0,
            flaws: Vec::new(),
            figures_as_text: Vec::new(),
            next: Address::new(0, 0),
            hidden_row: false,
            value: String::new(),
        }
    }

    /// The same for a sheet whose merged areas are known before its cells.
    pub(super) fn with_merges(mut self, mut merges: Vec<Area>) -> Self {
        merges.sort_by_key(|area| area.first);
        self.known = Some(merges.into());
        self
    }

    /// Reads the part, up to its merged areas, or up to the end of the row with which it has so many cells and no known
    /// area goes on below. Whether there is more. The inner error is what it broke off at.
    ///
    /// # Errors
    /// [`crate::Error::TooManyCells`]
    pub(super) fn read(
        &mut self,
        part: &mut Part<'_>,
        allowance: &mut Allowance,
        enough: usize,
    ) -> Result<std::result::Result<bool, Flaw>> {
        loop {
            let row = self.next.row;
            let step = self.step(part, allowance);
            match step {
                Ok(Ok(true)) => {
                    if self.next.row > row && self.cells.len() >= enough && !self.goes_on(row) {
                        return Ok(Ok(true));
                    }
                }
                Ok(Ok(false)) => {
                    self.goes_on(LAST.row);
                    return Ok(Ok(false));
                }
                Ok(Err(full)) => return Err(full),
                Err(cause) => {
                    self.goes_on(LAST.row);
                    let last = self.cells.last().map(|(at, _)| *at);
                    return Ok(Err(Flaw::cut_off(last, &cause)));
                }
            }
        }
    }

    /// Whether a known merged area that begins down to a row reaches below it.
    fn goes_on(&mut self, row: u32) -> bool {
        while let Some(area) =
            self.known.as_mut().and_then(|known| known.pop_front_if(|area| area.first.row <= row))
        {
            self.reach = self.reach.max(area.last.row);
            self.merges.push(area);
        }
        self.reach > row
    }

    /// Reads on to the next cell; whether there is more.
    fn step(&mut self, part: &mut Part<'_>, allowance: &mut Allowance) -> quick_xml::Result<Result<bool>> {
        let mut more = true;
        let mut taken = self.plain_cells(part, allowance);
        if taken.is_err() {
            return Ok(taken.map(|()| more));
        }
        match part.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "c" => {
                    let head = CellHead::of(&element);
                    taken = self.cell(part, &head, allowance)?;
                }
                "row" => self.row(&element),
                "mergeCells" => self.plain_merges(part),
                "mergeCell" => self.merge(&element),
                _ => {}
            },
            Event::Empty(element) => match element.local_name().as_ref() {
                "c" => {
                    let head = CellHead::of(&element);
                    let at = self.place(&head);
                    taken = self.keep(at, String::new(), allowance);
                }
                "row" => {
                    self.row(&element);
                    self.next = Address::new(self.next.row.saturating_add(1), 0);
                }
                "mergeCell" => self.merge(&element),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "row" => self.next = Address::new(self.next.row.saturating_add(1), 0),
                "mergeCells" | "worksheet" => more = false,
                _ => {}
            },
            Event::Eof => return Err(cut_off()),
            _ => {}
        }
        Ok(taken.map(|()| more))
    }

    /// Takes the cells to come as far as they are written as nearly all programs write them: to make an event of each
    /// of their elements costs most of the time that a form takes.
    fn plain_cells(&mut self, part: &mut Part<'_>, allowance: &mut Allowance) -> Result<()> {
        let Part::Whole(reader) = part else { return Ok(()) };
        while let Some(PlainCell { head, value, rest }) = PlainCell::of(reader.get_ref()) {
            *reader.get_mut() = rest;
            let at = self.place(&head);
            match value {
                Some(value) => {
                    let text = self.print(at, &head, value);
                    self.keep_value(at, &head, text, allowance)?;
                }
                None if self.empties == Empties::Left => {}
                None => self.keep(at, String::new(), allowance)?,
            }
        }
        Ok(())
    }

    fn row(&mut self, element: &BytesStart<'_>) {
        self.hidden_row = false;
        for attribute in element.attributes().with_checks(false).flatten() {
            match attribute.key.as_ref() {
                "r" => {
                    let row = attribute.value.trim().parse::<u32>().ok().and_then(|row| row.checked_sub(1));
                    self.next = Address::new(row.unwrap_or(self.next.row), 0);
                }
                "hidden" => self.hidden_row = matches!(&*attribute.value, "1" | "true"),
                _ => {}
            }
        }
    }

    fn merge(&mut self, element: &BytesStart<'_>) {
        if self.known.is_none() {
            self.merges.extend(attribute(element, "ref").and_then(|reference| area(&reference)));
        }
    }

    /// Takes the merged areas to come as far as they are written as nearly all programs write them.
    fn plain_merges(&mut self, part: &mut Part<'_>) {
        let Part::Whole(reader) = part else { return };
        while let Some((merge, rest)) = plain_merge(reader.get_ref()) {
            *reader.get_mut() = rest;
            if self.known.is_none() {
                self.merges.extend(merge);
            }
        }
    }

    /// Where a cell stands.
    fn place(&mut self, head: &CellHead) -> Address {
        let at = head.at.unwrap_or(self.next);
        self.next = Address::new(self.next.row, at.col.saturating_add(1));
        at
    }

    fn cell(
        &mut self,
        part: &mut Part<'_>,
        head: &CellHead,
        allowance: &mut Allowance,
    ) -> quick_xml::Result<Result<()>> {
        let at = self.place(head);
        let (mut computed, mut has_value) = (false, false);
        let mut text = String::new();
        loop {
            match part.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" if head.kind == Kind::Inline => skip(part, "v")?,
                    "v" => {
                        let mut value = std::mem::take(&mut self.value);
                        value.clear();
                        take_text(part, "v", &mut value)?;
                        has_value = !value.is_empty();
                        text = self.print(at, head, &value);
                        self.value = value;
                    }
                    "is" => {
                        text.clear();
                        take_string(part, "is", &mut text)?;
                        has_value = true;
                    }
                    "f" => {
                        computed = true;
                        skip(part, "f")?;
                    }
                    _ => {}
                },
                Event::Empty(element) if element.local_name().as_ref() == "f" => computed = true,
                Event::End(element) if element.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(cut_off()),
                _ => {}
            }
        }
        // A formula of text may well come to nothing.
        if computed && !has_value && head.kind != Kind::Text {
            self.flaw(Flaw::NotComputed(at));
        }
        Ok(self.keep_value(at, head, text, allowance))
    }

    /// What a stored value looks like.
    fn print(&mut self, at: Address, head: &CellHead, value: &str) -> String {
        match head.kind {
            Kind::Number => self.formats.print(value, head.format),
            Kind::Shared => {
                let string = value.trim().parse::<usize>().ok().and_then(|i| self.strings.get(i));
                if string.is_none() && !value.is_empty() {
                    self.flaw(Flaw::Lost(at));
                }
                string.unwrap_or_default().to_owned()
            }
            Kind::Text => unescape(value).into_owned(),
            Kind::Bool => match value.trim() {
                "1" | "true" | "TRUE" => print_bool(true),
                "0" | "false" | "FALSE" => print_bool(false),
                other => other.to_owned(),
            },
            Kind::Date => print_iso_date(value),
            Kind::Inline | Kind::Other => value.to_owned(),
        }
    }

    fn flaw(&mut self, flaw: Flaw) {
        if self.flaws.len() < MAX_FLAWS {
            self.flaws.push(flaw);
        }
    }

    /// Keeps the text of a cell's value.
    fn keep_value(
        &mut self,
        at: Address,
        head: &CellHead,
        text: String,
        allowance: &mut Allowance,
    ) -> Result<()> {
        if matches!(head.kind, Kind::Shared | Kind::Text | Kind::Inline) && is_figure(&text) {
            self.figures_as_text.push(at);
        }
        self.keep(at, text, allowance)
    }

    /// Keeps what stands in a cell, as far as anybody needs it.
    fn keep(&mut self, at: Address, text: String, allowance: &mut Allowance) -> Result<()> {
        // Positions beyond the sheet come from damaged references.
        if at.row > LAST.row || at.col > LAST.col {
            return Ok(());
        }
        if at.row < self.floor {
            self.flaw(Flaw::Lost(at));
            return Ok(());
        }
        if !text.is_empty() {
            allowance.take(1, text.len() as u64)?;
            if self.hidden_row && !text.trim().is_empty() {
                let hidden = Flaw::Hidden(at.row);
                if self.flaws.last() != Some(&hidden) {
                    self.flaw(hidden);
                }
            }
            self.cells.push((at, text));
        } else if self.empties == Empties::Kept && self.places.len() < MAX_EMPTIES {
            self.places.push((at, text));
        }
        Ok(())
    }

    /// The grid of what was read since the last one was taken.
    pub(super) fn take(&mut self, name: String) -> Grid {
        let [mut cells, places] = [&mut self.cells, &mut self.places].map(std::mem::take);
        let (merges, flaws, empties) =
            (std::mem::take(&mut self.merges), std::mem::take(&mut self.flaws), self.empties);
        self.floor = self.next.row;
        let last = last_place(&cells, &places);
        cells.extend(places.into_iter().filter(|(at, _)| at.row <= last));
        let mut grid = Grid::new(name, cells, merges);
        grid.places = empties == Empties::Kept;
        grid.flaws.extend(flaws);
        grid.with_figures_as_text(std::mem::take(&mut self.figures_as_text))
    }
}

/// The merged areas, looked for without reading what stands before them.
pub(super) fn merges(mut part: impl Read) -> std::io::Result<Vec<Area>> {
    const ELEMENT: &[u8] = b"mergeCell ";
    /// No element is longer, nor is its reference.
    const LONGEST: usize = 256;
    let element = memchr::memmem::Finder::new(ELEMENT);
    let mut areas = Vec::new();
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        part.by_ref().take(64 << 10).read_to_end(&mut bytes)?;
        let ended = bytes.len() == before;
        // An element that is not whole yet waits for the rest.
        let whole = if ended { bytes.len() } else { bytes.len().saturating_sub(LONGEST) };
        let mut seen = 0;
        while let Some(at) = element.find(&bytes[seen..]).map(|at| seen + at).filter(|at| *at < whole) {
            seen = at + ELEMENT.len();
            let own = &bytes[seen..bytes.len().min(seen + LONGEST)];
            if areas.len() < MAX_MERGES {
                areas.extend(reference(own));
            }
        }
        bytes.drain(..seen.max(whole));
        if ended {
            return Ok(areas);
        }
    }
}

/// The area that an element's attributes name.
fn reference(attributes: &[u8]) -> Option<Area> {
    let own = &attributes[memchr::memmem::find(attributes, b"ref=")? + 4..];
    let (quote, own) = own.split_first()?;
    let own = &own[..memchr::memchr(*quote, own)?];
    area(std::str::from_utf8(own).ok()?)
}

/// The area of a reference: `B3:C4`, or a single cell.
fn area(reference: &str) -> Option<Area> {
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    Some(Area::new(address(first.as_bytes())?, address(last.as_bytes())?))
}

/// The last row of places: of those that follow the last text without a gap.
fn last_place(cells: &[(Address, String)], places: &[(Address, String)]) -> u32 {
    let text = cells.iter().map(|(at, _)| at.row).max().unwrap_or(0);
    let rows: BTreeSet<u32> = places.iter().map(|(at, _)| at.row).collect();
    let below = (text + 1..=text.saturating_add(MAX_ROWS_BELOW)).take_while(|row| rows.contains(row));
    below.last().unwrap_or(text)
}

impl CellHead {
    fn of(element: &BytesStart<'_>) -> Self {
        let mut head = Self::default();
        for attribute in element.attributes().with_checks(false).flatten() {
            match attribute.key.as_ref() {
                "r" => head.at = address(attribute.value.as_bytes()),
                "s" => head.format = attribute.value.parse().unwrap_or(0),
                "t" => {
                    head.kind = match &*attribute.value {
                        "n" => Kind::Number,
                        "s" => Kind::Shared,
                        "str" => Kind::Text,
                        "inlineStr" | "is" => Kind::Inline,
                        "b" => Kind::Bool,
                        "d" => Kind::Date,
                        _ => Kind::Other,
                    }
                }
                _ => {}
            }
        }
        head
    }
}

/// A cell as nearly all programs write it: `<c r="B2" s="3"/>`, `<c r="B2" s="3" t="s"><v>7</v></c>`.
struct PlainCell<'a> {
    head: CellHead,
    /// What it holds, as it is stored.
    value: Option<&'a str>,
    /// What follows it, which is another element.
    rest: &'a [u8],
}

impl<'a> PlainCell<'a> {
    /// The cell with which some bytes begin, if it is a plain one.
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (reference, mut rest) = up_to_quote(bytes.strip_prefix(b"<c r=\"")?)?;
        let mut head = CellHead { at: Some(address(reference)?), ..CellHead::default() };
        if let Some(format) = rest.strip_prefix(b" s=\"") {
            let (format, after) = up_to_quote(format)?;
            head.format = std::str::from_utf8(format).ok()?.parse().ok()?;
            rest = after;
        }
        if let Some(kind) = rest.strip_prefix(b" t=\"") {
            let (kind, after) = up_to_quote(kind)?;
            head.kind = match kind {
                b"n" => Kind::Number,
                b"s" => Kind::Shared,
                _ => return None,
            };
            rest = after;
        }
        let (value, rest) = match rest.strip_prefix(b"/>") {
            Some(rest) => (None, rest),
            None => {
                let value = rest.strip_prefix(b"><v>")?;
                let (value, rest) = value.split_at(memchr::memchr2(b'<', b'&', value)?);
                (Some(std::str::from_utf8(value).ok()?), rest.strip_prefix(b"</v></c>")?)
            }
        };
        (rest.first() == Some(&b'<')).then_some(Self { head, value, rest })
    }
}

/// The area of the element `<mergeCell ref="A1:B2"/>` with which some bytes begin, and what follows it, which is another
/// element.
fn plain_merge(bytes: &[u8]) -> Option<(Option<Area>, &[u8])> {
    let (reference, rest) = up_to_quote(bytes.strip_prefix(b"<mergeCell ref=\"")?)?;
    let rest = rest.strip_prefix(b"/>").filter(|rest| rest.first() == Some(&b'<'))?;
    Some((area(std::str::from_utf8(reference).ok()?), rest))
}

/// What stands before the next quotation mark, and what stands behind it. No attribute of a plain cell is long.
fn up_to_quote(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().take(24).position(|byte| *byte == b'"')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// The address that a reference names; beyond every sheet if its figures are beyond counting.
fn address(reference: &[u8]) -> Option<Address> {
    let split = reference.iter().position(u8::is_ascii_digit)?;
    let (letters, digits) = reference.split_at(split);
    let col = letters.iter().try_fold(0u32, |col, byte| {
        let letter = byte.to_ascii_uppercase();
        letter
            .is_ascii_uppercase()
            .then(|| col.saturating_mul(26).saturating_add(u32::from(letter - b'A') + 1))
    })?;
    let row = digits.iter().try_fold(0u32, |row, byte| {
        byte.is_ascii_digit().then(|| row.saturating_mul(10).saturating_add(u32::from(byte - b'0')))
    })?;
    Some(Address::new(row.checked_sub(1)?, col.checked_sub(1)?))
}
