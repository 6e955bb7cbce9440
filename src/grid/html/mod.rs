//! Tables of web pages, and of what systems and Excel write as web pages under the name .xls.
//!
//! A page is read as a stream of tags, not as a tree. A browser's rules for the tree reopen what is left open
//! in every block that follows: a page of a few kilobytes comes to minutes and gigabytes. Only the rules for
//! tables are kept here, which need no more than the tables that are open.

mod element;
mod flow;
mod table;

use html5gum::{DefaultEmitter, Token, Tokenizer};

use self::element::{Hidden, Tag, is_block, is_void, rank};
use self::flow::{Flow, Recent};
use self::table::Table;
use super::limits::Allowance;
use super::{DocumentTable, Grid, document, encoding};
use crate::error::{Error, Result};

/// No page of forms is larger.
const MAX_BYTES: usize = 64 << 20;
/// No page nests its tables deeper.
const MAX_DEPTH: usize = 1000;
/// The most columns and rows that a cell may claim, by the standard.
const MAX_SPAN: (u32, u32) = (1000, 65_534);

/// Reads the tables of a page in the order in which they begin.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Grid>> {
    let mut page = Page::new(bytes.len());
    if bytes.len() > MAX_BYTES {
        return Err(page.too_large());
    }
    let text = encoding::decode_declared(bytes, "charset");
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(&*text, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.start(&Tag(&tag))?,
            Token::EndTag(tag) => page.end(element::name(&tag.name))?,
            Token::String(text) => page.write(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    Ok(document(page.finish()?))
}

/// A page that is being read.
struct Page {
    bytes: usize,
    allowance: Allowance,
    /// The tables that are open, the outermost first, each with its place among all tables. All but the last
    /// have an open cell, in which the next one stands.
    open: Vec<(usize, Table)>,
    /// The tables of data that have ended.
    done: Vec<(usize, DocumentTable)>,
    begun: usize,
    /// Text outside of all cells.
    prose: Flow,
    recent: Recent,
    hidden: Option<Hidden>,
    choice: Option<Choice>,
}

/// A `<select>` that is open: it shows the option that is selected, or else the first.
#[derive(Default)]
struct Choice {
    shown: Option<String>,
    /// Whether the text to come is that of the option to show.
    here: bool,
}

impl Page {
    fn new(bytes: usize) -> Self {
        Self {
            bytes,
            allowance: Allowance::of_document(),
            open: Vec::new(),
            done: Vec::new(),
            begun: 0,
            prose: Flow::default(),
            recent: Recent::default(),
            hidden: None,
            choice: None,
        }
    }

    fn too_large(&self) -> Error {
        Error::TooLarge { megabytes: u64::try_from(self.bytes >> 20).unwrap_or(u64::MAX) }
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<()> {
        let name = tag.name();
        if self.hidden.as_mut().is_some_and(|hidden| hidden.outlasts_start(name)) {
            return Ok(());
        }
        self.hidden = None;
        self.end_before(name)?;
        if tag.is_hidden() {
            self.hidden = (!is_void(name)).then(|| Hidden::new(name));
            return Ok(());
        }
        match name {
            "table" => self.begin_table()?,
            "input" => self.flow().write(&tag.shown()),
            "br" => self.flow().line_break(),
            "pre" | "textarea" => {
                self.flow().block();
                self.flow().keep_space(true);
            }
            "select" => self.choice = Some(Choice::default()),
            "option" => {
                if let Some(choice) = &mut self.choice {
                    choice.here = choice.shown.is_none() || tag.attribute("selected").is_some();
                    if choice.here {
                        choice.shown = Some(String::new());
                    }
                }
            }
            _ if is_block(name) => self.flow().block(),
            _ => {}
        }
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        match name {
            "caption" => table.begin_caption(),
            "tr" => table.begin_row(),
            "td" | "th" => {
                let claims = |name, most: u32| tag.number(name).unwrap_or(1).min(most);
                let (width, height) = (claims("colspan", MAX_SPAN.0), claims("rowspan", MAX_SPAN.1));
                table.begin_cell(width.max(1), height, &mut self.allowance)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<()> {
        if let Some(hidden) = &mut self.hidden {
            if hidden.outlasts_end(name) {
                return Ok(());
            }
            let ended = hidden.is(name);
            self.hidden = None;
            if ended {
                return Ok(());
            }
        }
        match name {
            "table" => self.end_table()?,
            "select" => self.end_choice(),
            "br" => self.flow().line_break(),
            "pre" | "textarea" => {
                self.flow().keep_space(false);
                self.flow().block();
            }
            _ if rank(name) > 0 => self.end_before(name)?,
            _ if is_block(name) => self.flow().block(),
            _ => {}
        }
        Ok(())
    }

    fn write(&mut self, text: &str) {
        match &mut self.choice {
            _ if self.hidden.is_some() => {}
            Some(Choice { shown: Some(shown), here: true }) => shown.push_str(text),
            Some(_) => {}
            None => self.flow().write(text),
        }
    }

    /// Where the text to come belongs: to the innermost open cell. What stands in a table outside of its cells
    /// belongs to the cell around the table.
    fn flow(&mut self) -> &mut Flow {
        let cell = self.open.iter_mut().rev().find_map(|(_, table)| table.cell.as_mut());
        cell.map_or(&mut self.prose, |cell| &mut cell.text)
    }

    /// Ends the parts of the innermost table that a part of it with this name cannot stand in.
    fn end_before(&mut self, name: &str) -> Result<()> {
        let rank = rank(name);
        if rank == 0 {
            return Ok(());
        }
        self.end_choice();
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        if rank == 4 {
            // A table stands in a cell; between cells, it ends the table before it.
            return if table.cell.is_none() { self.end_table() } else { Ok(()) };
        }
        let text = table.end_cell();
        self.recent.add(&text);
        match rank {
            3 => table.end_group(),
            2 => table.end_row(),
            _ => {}
        }
        Ok(())
    }

    fn begin_table(&mut self) -> Result<()> {
        if self.open.len() == MAX_DEPTH {
            return Err(self.too_large());
        }
        let before = self.flow().take();
        self.recent.add(&before);
        if let Some((_, outer)) = self.open.last_mut() {
            outer.holds_tables = true;
            if let Some(cell) = &mut outer.cell {
                cell.holds_table = true;
            }
        }
        self.open.push((self.begun, Table::below(self.recent.blocks())));
        self.begun += 1;
        Ok(())
    }

    fn end_table(&mut self) -> Result<()> {
        self.end_before("tbody")?;
        let Some((place, table)) = self.open.pop() else { return Ok(()) };
        if let Some(table) = table.finish() {
            self.done.push((place, table));
            self.recent.clear();
        }
        Ok(())
    }

    fn end_choice(&mut self) {
        if let Some(shown) = self.choice.take().and_then(|choice| choice.shown) {
            self.flow().write(&shown);
        }
    }

    fn finish(mut self) -> Result<impl Iterator<Item = DocumentTable>> {
        while !self.open.is_empty() {
            self.end_table()?;
        }
        self.done.sort_unstable_by_key(|(place, _)| *place);
        Ok(self.done.into_iter().map(|(_, table)| table))
    }
}

#[cfg(test)]
mod tests;
