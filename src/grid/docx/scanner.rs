//! The elements of the main part, one after the other, to tables and the paragraphs above them.

use std::mem;
use std::ops::Range;

use quick_xml::events::BytesStart;

use super::numbering::{Lists, Numbered};
use super::table::{Merge, Table};
use super::text::{Text, symbol};
use super::{attribute, damaged};
use crate::error::Result;
use crate::grid::DocumentTable;
use crate::grid::lines::Piece;
use crate::model::report::Line;

/// Elements within elements: a table needs some twenty levels, a text box in it as many again.
const MAX_DEPTH: usize = 1024;
/// Tables within tables.
const MAX_NESTING: usize = 16;
/// The most paragraphs that can belong to the table below them.
const MAX_ABOVE: usize = 12;
/// A longer paragraph, in characters, is prose: neither it nor what stands above it is about the table.
const MAX_TITLE: usize = 80;

/// An open element, if what is within it or its end means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Table,
    Row,
    RowProperties,
    Cell,
    /// `joined`: its mark was deleted, so that it goes on in the next paragraph.
    Paragraph {
        joined: bool,
    },
    ParagraphProperties,
    Run,
    RunProperties,
    Text,
    TextBox,
    CheckBox,
    /// `mc:AlternateContent`; `taken`: one of its branches has been met.
    Alternatives {
        taken: bool,
    },
    Other,
}

impl Element {
    fn of(name: &str) -> Self {
        match name {
            "tbl" => Self::Table,
            "tr" => Self::Row,
            "trPr" => Self::RowProperties,
            "tc" => Self::Cell,
            "p" => Self::Paragraph { joined: false },
            "pPr" => Self::ParagraphProperties,
            "r" => Self::Run,
            "rPr" => Self::RunProperties,
            "t" => Self::Text,
            "txbxContent" => Self::TextBox,
            "checkBox" => Self::CheckBox,
            "AlternateContent" => Self::Alternatives { taken: false },
            _ => Self::Other,
        }
    }
}

/// What has been read of the main part.
pub(super) struct Scanner {
    /// The elements around the present place.
    open: Vec<Element>,
    /// The depth of the open element whose content, from here on, is left out.
    left_out: Option<usize>,
    /// All tables, in the order in which they start.
    tables: Vec<Table>,
    /// The indexes of those around the present place.
    nest: Vec<usize>,
    /// The texts that are being read, the inmost last: a paragraph of the body, cells, text boxes.
    texts: Vec<Text>,
    /// The body's paragraphs since the last table.
    above: Vec<String>,
    /// Whether the form field that is being read is a ticked box.
    ticked: bool,
    cells: usize,
    /// The lines of the body, where they are asked for.
    prose: Option<Prose>,
}

/// The lines of the body.
#[derive(Default)]
struct Prose {
    lines: Vec<Line>,
    /// Where the words of each line come from.
    sources: Vec<Vec<Piece>>,
    /// Where those of the open paragraph come from, before white space is taken off its ends.
    pieces: Vec<Piece>,
    lists: Lists,
    /// What the open paragraph says of its number.
    numbered: Numbered,
}

impl Prose {
    /// Adds a paragraph of the body; breaks within it are no words.
    fn push_paragraph(&mut self, text: &str) {
        let lead = text.len() - text.trim_start().len();
        let own = lead..text.trim_end().len().max(lead);
        let mut pieces = mem::take(&mut self.pieces);
        pieces.retain_mut(|piece| {
            let (start, end) = (piece.text.start.max(own.start), piece.text.end.min(own.end));
            let part = text.get(start..end).filter(|part| !part.is_empty() && !part.contains('\n'));
            let whole = start == piece.text.start && end == piece.text.end;
            // An escaped character cannot be taken apart.
            if part.is_none() || !whole && piece.text.len() != piece.source.len() {
                return false;
            }
            let before = text[..start].matches('\n').count() - text[..own.start].matches('\n').count();
            piece.source =
                piece.source.start + start - piece.text.start..piece.source.end + end - piece.text.end;
            let moved = own.start + before;
            piece.text = start - moved..end - moved;
            true
        });
        self.push(text[own].replace('\n', ""), false, pieces);
    }

    fn push(&mut self, text: String, in_table: bool, sources: Vec<Piece>) {
        self.sources.push(sources);
        let numbered = mem::take(&mut self.numbered);
        let mark = if in_table || text.is_empty() { None } else { self.lists.count(&numbered) };
        let number = u32::try_from(self.lines.len() + 1).unwrap_or(u32::MAX);
        self.lines.push(Line { number, text, in_table, mark });
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            left_out: None,
            tables: Vec::new(),
            nest: Vec::new(),
            texts: vec![Text::default()],
            above: Vec::new(),
            ticked: false,
            cells: 0,
            prose: None,
        }
    }
}

impl Scanner {
    /// A scanner that keeps the lines of the body.
    pub(super) fn of_lines(lists: Lists) -> Self {
        Self { prose: Some(Prose { lists, ..Prose::default() }), ..Self::default() }
    }

    /// The lines of the body and where their words come from, where they were asked for.
    pub(super) fn into_lines(self) -> (Vec<Line>, Vec<Vec<Piece>>) {
        self.prose.map(|prose| (prose.lines, prose.sources)).unwrap_or_default()
    }

    /// An element starts.
    pub(super) fn start(&mut self, element: &BytesStart<'_>) -> Result<()> {
        let name = element.local_name();
        let name = name.as_ref();
        if self.open.len() >= MAX_DEPTH {
            return Err(damaged("elements are nested too deep"));
        }
        self.open.push(Element::of(name));
        if self.left_out.is_some() {
            return Ok(());
        }
        match name {
            "tbl" => self.open_table()?,
            "tr" => self.with_table(Table::open_row),
            "gridBefore" => self.with_table(|table| table.skip_columns(number(element))),
            "tc" => {
                self.cells += 1;
                self.with_table(Table::open_cell);
                self.texts.push(Text::default());
            }
            "gridSpan" => self.with_table(|table| table.span(number(element))),
            "hMerge" => self.with_table(|table| table.merge_across(merge(element))),
            "vMerge" => self.with_table(|table| table.merge_down(merge(element))),
            "txbxContent" => self.texts.push(Text::default()),
            "p" => self.with_text(Text::open_paragraph),
            "pStyle" | "numId" | "ilvl" => self.number_paragraph(name, element),
            "tab" | "ptab" => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = attribute(element, "char").and_then(|hex| u32::from_str_radix(&hex, 16).ok());
                let font = attribute(element, "font").unwrap_or_default();
                if let Some(char) = code.and_then(|code| symbol(&font, code)) {
                    self.push(char.encode_utf8(&mut [0; 4]));
                }
            }
            "checkBox" => self.ticked = false,
            "default" | "checked" if self.is_within(&[Element::CheckBox]) => self.ticked = is_on(element),
            "vanish" if self.is_within(&[Element::Run, Element::RunProperties]) && is_on(element) => {
                self.leave_out(2);
            }
            "Choice" | "Fallback" => {
                // The branches say the same: the first is read, whatever it requires.
                let parent = self.open.iter_mut().rev().nth(1);
                if let Some(Element::Alternatives { taken }) = parent
                    && mem::replace(taken, true)
                {
                    self.leave_out(0);
                }
            }
            "del" | "moveFrom" if self.is_within(&[Element::Row, Element::RowProperties]) => {
                self.leave_out(2);
            }
            "del" | "moveFrom" if self.is_within(&[Element::ParagraphProperties, Element::RunProperties]) => {
                if let Some(Element::Paragraph { joined }) = self.open.iter_mut().rev().nth(3) {
                    *joined = true;
                }
            }
            "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "rt" => self.leave_out(0),
            // Tab stops bear the name of tab characters; former properties that of present ones.
            "tabs" | "pPrChange" | "rPrChange" | "tblPrChange" | "tblPrExChange" | "trPrChange"
            | "tcPrChange" => self.leave_out(0),
            _ => {}
        }
        Ok(())
    }

    /// The inmost element ends.
    pub(super) fn end(&mut self) {
        let depth = self.open.len();
        let Some(element) = self.open.pop() else { return };
        if self.left_out.is_some_and(|outmost| depth > outmost) {
            return;
        }
        self.left_out = None;
        match element {
            Element::Table => {
                self.nest.pop();
            }
            Element::Row => {
                if let (Some(prose), [outmost]) = (&mut self.prose, self.nest.as_slice())
                    && let Some(table) = self.tables.get(*outmost)
                {
                    prose.push(table.open_row_text(), true, Vec::new());
                }
                self.with_table(Table::close_row);
            }
            Element::Cell => {
                let text = self.texts.pop().unwrap_or_default().into_string();
                self.with_table(|table| table.close_cell(text));
            }
            Element::TextBox => {
                let text = self.texts.pop().unwrap_or_default().into_string();
                self.with_text(|around| around.push_block(&text));
            }
            Element::Paragraph { joined: false } => self.close_paragraph(),
            Element::CheckBox => self.push(if self.ticked { "☑" } else { "□" }),
            _ => {}
        }
    }

    /// Characters between tags, and the bytes of the part that stand for them.
    pub(super) fn text(&mut self, text: &str, source: Range<usize>) {
        if self.left_out.is_none() && self.open.last() == Some(&Element::Text) {
            if let (Some(prose), [body]) = (&mut self.prose, self.texts.as_slice()) {
                let start = body.len();
                prose.pieces.push(Piece { text: start..start + text.len(), source });
            }
            self.push(text);
        }
    }

    /// Whether every element that was opened is closed.
    pub(super) fn is_complete(&self) -> bool {
        self.open.is_empty()
    }

    /// How many cells have been met; a table weighs as much.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// The tables that hold text.
    pub(super) fn finish(self) -> impl Iterator<Item = DocumentTable> {
        // What stands above a table that only frames another stands above the one within.
        let mut above = Vec::new();
        self.tables.into_iter().filter_map(move |table| {
            let inherited = mem::take(&mut above);
            let nested = table.nested;
            let mut table = table.finish();
            if nested {
                table.above = inherited;
            }
            if table.cells.iter().any(|(_, text)| !text.trim().is_empty()) {
                return Some(table);
            }
            above = table.above;
            None
        })
    }

    fn open_table(&mut self) -> Result<()> {
        if self.nest.len() >= MAX_NESTING {
            return Err(damaged("tables are nested too deep"));
        }
        let table =
            if self.nest.is_empty() { Table::below(mem::take(&mut self.above)) } else { Table::nested() };
        self.cells += 1;
        self.nest.push(self.tables.len());
        self.tables.push(table);
        Ok(())
    }

    /// Takes down what the paragraph of the body says of its number.
    fn number_paragraph(&mut self, name: &str, element: &BytesStart<'_>) {
        if let (Some(prose), [_], Some(val)) =
            (&mut self.prose, self.texts.as_slice(), attribute(element, "val"))
        {
            match name {
                "pStyle" => prose.numbered.style = Some(val),
                "numId" => prose.numbered.list = Some(val),
                _ => prose.numbered.level = val.parse().ok(),
            }
        }
    }

    fn close_paragraph(&mut self) {
        match self.texts.as_mut_slice() {
            [body] => {
                let text = mem::take(body).into_string();
                if let Some(prose) = &mut self.prose {
                    prose.push_paragraph(&text);
                }
                let text = text.trim();
                if text.chars().count() > MAX_TITLE {
                    self.above.clear();
                } else if !text.is_empty() {
                    if self.above.len() == MAX_ABOVE {
                        self.above.remove(0);
                    }
                    self.above.push(text.to_owned());
                }
            }
            texts => {
                if let Some(text) = texts.last_mut() {
                    text.close_paragraph();
                }
            }
        }
    }

    /// Whether the element that has just been opened stands in these, the inmost last.
    fn is_within(&self, around: &[Element]) -> bool {
        self.open.split_last().is_some_and(|(_, open)| open.ends_with(around))
    }

    /// Leaves out the rest of the element that is this many levels around the one just opened.
    fn leave_out(&mut self, levels: usize) {
        self.left_out = Some(self.open.len().saturating_sub(levels));
    }

    fn push(&mut self, text: &str) {
        self.with_text(|open| open.push(text));
    }

    fn with_text(&mut self, act: impl FnOnce(&mut Text)) {
        if let Some(text) = self.texts.last_mut() {
            act(text);
        }
    }

    fn with_table(&mut self, act: impl FnOnce(&mut Table)) {
        if let Some(table) = self.nest.last().and_then(|index| self.tables.get_mut(*index)) {
            act(table);
        }
    }
}

/// The number that an element states, if it is one.
fn number(element: &BytesStart<'_>) -> Option<u32> {
    attribute(element, "val")?.trim().parse().ok()
}

fn merge(element: &BytesStart<'_>) -> Merge {
    match attribute(element, "val").as_deref() {
        Some("restart") => Merge::Restart,
        _ => Merge::Continue,
    }
}

/// Whether a property that can be on or off is on; to name it is enough.
fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_deref(), Some("0" | "false" | "off"))
}
