//! The rows of a sheet's part, with other contents and with rows put between them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::formats::{Formats, Shown};
use super::references::{Shift, translate};
use crate::error::Result;
use crate::layout::fill::{Content, Filling};
use crate::model::number::percent;
use crate::model::{Address, Decimal};
use crate::write::package::xml::{Kind, Tag, damaged, escaped, set_attribute, tags, unescaped};

/// A cell as the part has it.
struct Cell<'a> {
    tag: Tag<'a>,
    at: Address,
    /// The bytes from its tag to the end of its element.
    range: Range<usize>,
    formula: Option<Formula<'a>>,
}

/// A formula as the part has it.
struct Formula<'a> {
    tag: Tag<'a>,
    text: String,
}

/// A row as the part has it.
struct Row<'a> {
    tag: Tag<'a>,
    index: u32,
    cells: Vec<Cell<'a>>,
}

/// The rows of a sheet's part.
#[derive(Default)]
pub(super) struct Rows<'a> {
    rows: Vec<Row<'a>>,
    /// Where the next row and the next cell stand if they do not say so.
    next: Address,
    /// The formula that is open.
    formula: Option<Tag<'a>>,
    /// Formulas that several cells share: the first cell and its text by their number.
    shared: BTreeMap<u32, (Address, String)>,
}

impl<'a> Rows<'a> {
    /// Sees the tags within `sheetData`, in their order.
    pub(super) fn see(&mut self, tag: Tag<'a>, text: &'a str) {
        match (tag.depth, tag.local(), tag.kind) {
            (2, "row", Kind::Open | Kind::Empty) => {
                let number = tag.number::<u32>("r").and_then(|number| number.checked_sub(1));
                let index = number.unwrap_or(self.next.row);
                self.next = Address::new(index.saturating_add(1), 0);
                self.rows.push(Row { tag, index, cells: Vec::new() });
            }
            (3, "c", kind) => self.see_cell(tag, kind),
            (4, "f", Kind::Open) => self.formula = Some(tag),
            (4, "f", Kind::Close) => {
                if let Some(open) = self.formula.take() {
                    self.end_formula(open, unescaped(&text[open.end()..tag.start]));
                }
            }
            (4, "f", Kind::Empty) => self.end_formula(tag, String::new()),
            _ => {}
        }
    }

    fn see_cell(&mut self, tag: Tag<'a>, kind: Kind) {
        let Some(row) = self.rows.last_mut() else { return };
        if kind == Kind::Close {
            if let Some(cell) = row.cells.last_mut() {
                cell.range.end = tag.end();
            }
            return;
        }
        let said = tag.attribute("r").and_then(|at| at.trim().parse().ok());
        let at: Address = said.unwrap_or(Address::new(row.index, self.next.col));
        self.next.col = at.col.saturating_add(1);
        row.cells.push(Cell { tag, at, range: tag.range(), formula: None });
    }

    fn end_formula(&mut self, tag: Tag<'a>, text: String) {
        let Some(cell) = self.rows.last_mut().and_then(|row| row.cells.last_mut()) else { return };
        if let (Some(number), false) = (tag.number("si"), text.is_empty()) {
            self.shared.entry(number).or_insert_with(|| (cell.at, text.clone()));
        }
        cell.formula = Some(Formula { tag, text });
    }

    /// Whether any cell has a formula.
    pub(super) fn have_formulas(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.formula.is_some())
    }

    /// The rows as they are to be, one after another.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`] if a row's own tag is no row's.
    pub(super) fn rewrite(
        &self,
        text: &str,
        filling: &Filling,
        formats: &Formats,
        heights: &BTreeMap<u32, f64>,
        prefix: &str,
    ) -> Result<String> {
        let writer = Writer { text, filling, formats, prefix, shared: &self.shared };
        let mut rows: BTreeMap<u32, Written> = BTreeMap::new();
        for row in &self.rows {
            let moved = filling.rows.moved(row.index);
            let written = rows.entry(moved).or_insert_with(|| Written::like(&row.tag, moved));
            for cell in &row.cells {
                written.cells.insert(cell.at.col, writer.cell(cell, Address::new(moved, cell.at.col)));
            }
            for nth in 1..=filling.rows.below(row.index) {
                let copy = Written::like(&row.tag, moved + nth);
                let copy = rows.entry(moved + nth).or_insert(copy);
                for cell in &row.cells {
                    copy.cells.insert(cell.at.col, writer.copy(cell, moved, moved + nth));
                }
            }
        }
        for (at, content) in &filling.cells {
            let written = rows.entry(at.row).or_insert_with(|| Written::new(prefix, at.row));
            written.cells.entry(at.col).or_insert_with(|| writer.filled(*at, None, None, Some(content)));
        }
        let mut out = String::with_capacity(text.len());
        for (index, mut row) in rows {
            row.raise(heights.get(&index).copied());
            let close = row
                .open
                .find(|c: char| c.is_whitespace() || c == '>')
                .ok_or_else(|| damaged("a row without a name"))?;
            out.push_str(&row.open);
            row.cells.values().for_each(|cell| out.push_str(cell));
            out.push_str(&format!("</{}>", &row.open[1..close]));
        }
        Ok(out)
    }
}

/// A row as it is to be.
struct Written {
    /// Its tag, which opens it.
    open: String,
    cells: BTreeMap<u32, String>,
}

impl Written {
    fn new(prefix: &str, row: u32) -> Self {
        Self { open: format!("<{prefix}row r=\"{}\">", u64::from(row) + 1), cells: BTreeMap::new() }
    }

    fn like(tag: &Tag<'_>, row: u32) -> Self {
        let open = if tag.kind == Kind::Empty { tag.opened().0 } else { tag.text.to_owned() };
        Self { open: set_attribute(&open, "r", &(u64::from(row) + 1).to_string()), cells: BTreeMap::new() }
    }
}

impl Written {
    /// Makes the row as high as it must be, if it has a height of its own that is not enough.
    fn raise(&mut self, needed: Option<f64>) {
        let row = tags(&self.open).next().and_then(Result::ok);
        let height = row.filter(|row| row.is_set("customHeight")).and_then(|row| row.number::<f64>("ht"));
        if let (Some(needed), Some(height)) = (needed, height)
            && height < needed
        {
            self.open = set_attribute(&self.open, "ht", &format!("{needed}"));
        }
    }
}

struct Writer<'a> {
    text: &'a str,
    filling: &'a Filling,
    formats: &'a Formats,
    prefix: &'a str,
    shared: &'a BTreeMap<u32, (Address, String)>,
}

impl Writer<'_> {
    /// A cell that was there.
    fn cell(&self, cell: &Cell<'_>, at: Address) -> String {
        let content = self.filling.cells.get(&at);
        if content.is_none() && cell.formula.is_none() {
            let text = &self.text[cell.range.clone()];
            if at == cell.at {
                return text.to_owned();
            }
            let tag = set_attribute(cell.tag.text, "r", &at.to_string());
            return tag + &text[cell.tag.text.len()..];
        }
        let formula = cell.formula.as_ref().map(|formula| self.formula(formula, cell.at, None));
        self.filled(at, cell.tag.attribute("s"), formula, content)
    }

    /// A cell like one of the row above which rows were put.
    fn copy(&self, cell: &Cell<'_>, from: u32, row: u32) -> String {
        let at = Address::new(row, cell.at.col);
        let formula = cell.formula.as_ref().map(|formula| self.formula(formula, cell.at, Some((from, row))));
        self.filled(at, cell.tag.attribute("s"), formula, self.filling.cells.get(&at))
    }

    /// The element of a formula, moved; a copy's goes with its row. Formulas that cells share become their own: the
    /// cell that has the text may get another content.
    fn formula(&self, formula: &Formula<'_>, at: Address, copy: Option<(u32, u32)>) -> String {
        let shift = Shift { sheet: &self.filling.sheet, rows: &self.filling.rows };
        let kind = formula.tag.attribute("t");
        let own = kind.as_deref() != Some("shared");
        if own && copy.is_none() && kind.is_some() {
            // A formula over an area keeps it.
            let tag = formula.tag.attribute("ref").map_or_else(
                || formula.tag.text.to_owned(),
                |areas| set_attribute(formula.tag.text, "ref", &shift.areas(&areas, false)),
            );
            let text = shift.formula(&formula.text, true).unwrap_or_else(|| formula.text.clone());
            return if formula.tag.kind == Kind::Empty {
                tag
            } else {
                format!("{tag}{}</{}f>", escaped(&text), self.prefix)
            };
        }
        let mut text = formula.text.clone();
        if let (true, Some((first, shared))) =
            (text.is_empty(), formula.tag.number("si").and_then(|si| self.shared.get(&si)))
        {
            text = translate(
                shared,
                i64::from(at.row) - i64::from(first.row),
                i64::from(at.col) - i64::from(first.col),
            );
        }
        let mut text = shift.formula(&text, true).unwrap_or(text);
        if let Some((from, row)) = copy {
            text = translate(&text, i64::from(row) - i64::from(from), 0);
        }
        format!("<{0}f>{1}</{0}f>", self.prefix, escaped(&text))
    }

    /// A cell with a content. A formula stays, and has the number as its result.
    fn filled(
        &self,
        at: Address,
        style: Option<String>,
        formula: Option<String>,
        content: Option<&Content>,
    ) -> String {
        let prefix = self.prefix;
        let shown = style
            .as_deref()
            .and_then(|style| style.trim().parse().ok())
            .map_or(Shown::Plain, |style| self.formats.of(style));
        let style = style.map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
        let (kind, body) = self.content(content, shown, formula.as_deref());
        if body.is_empty() {
            return format!("<{prefix}c r=\"{at}\"{style}/>");
        }
        format!("<{prefix}c r=\"{at}\"{style}{kind}>{body}</{prefix}c>")
    }

    /// The type of a cell, and what stands in it.
    fn content(
        &self,
        content: Option<&Content>,
        shown: Shown,
        formula: Option<&str>,
    ) -> (&'static str, String) {
        let prefix = self.prefix;
        let number =
            |value: Decimal| ("", format!("{}<{prefix}v>{value}</{prefix}v>", formula.unwrap_or_default()));
        let text = |text: &str| {
            let text = escaped(text);
            let body =
                format!("<{prefix}is><{prefix}t xml:space=\"preserve\">{text}</{prefix}t></{prefix}is>");
            (" t=\"inlineStr\"", body)
        };
        match (content, shown) {
            (None | Some(Content::Nothing), _) => ("", formula.unwrap_or_default().to_owned()),
            (Some(Content::Number(value)), Shown::Plain) => number(*value),
            (Some(Content::Number(value)), _) => text(&value.to_string()),
            (Some(Content::Rate(rate)), Shown::Percent) => number(*rate),
            (Some(Content::Rate(rate)), _) if formula.is_some() => number(*rate),
            (Some(Content::Rate(rate)), _) => text(&percent(*rate, 26)),
            (Some(Content::Text(own)), _) => text(own),
        }
    }
}
