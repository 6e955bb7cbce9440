//! Tables within the body.

use crate::write::document::{Table, display_width, lines};

use super::paragraph::{Paragraph, broken_lines, open_paragraph};
use super::preset::{Preset, Rules};
use super::styles::{TABLE, TABLE_HEAD, TABLE_TEXT, border};
use super::xml::Xml;

/// The widest cell, in half-width characters, of a column that still looks right when centred.
const SHORT: usize = 16;

/// A table as wide as the text; nothing if it has no cells.
pub(super) fn table(xml: &mut Xml, preset: &Preset, table: &Table) {
    let widths = widths(preset, table);
    if widths.is_empty() || (table.head.is_empty() && table.rows.is_empty()) {
        return;
    }
    xml.open("w:tbl", &[]);
    xml.open("w:tblPr", &[]);
    xml.value("w:tblStyle", TABLE);
    let width = widths.iter().sum::<i64>().to_string();
    xml.empty("w:tblW", &[("w:w", &width), ("w:type", "dxa")]);
    xml.value("w:jc", "center");
    xml.empty("w:tblLayout", &[("w:type", "fixed")]);
    xml.close("w:tblPr");
    xml.open("w:tblGrid", &[]);
    for width in &widths {
        xml.numbers("w:gridCol", &[("w:w", *width)]);
    }
    xml.close("w:tblGrid");
    // What the table's own style has for all rows of three-line tables is no line.
    let head_line =
        (preset.table.rules == Rules::ThreeLines).then(|| preset.table.inner_border_pt.eighths().to_string());
    if !table.head.is_empty() {
        open_row(xml, true);
        let paragraph = Paragraph { style: TABLE_HEAD, ..Paragraph::default() };
        for (column, width) in widths.iter().enumerate() {
            let text = table.head.get(column).map_or("", String::as_str);
            Cells::new(*width, head_line.as_deref(), paragraph).cell(xml, None, text);
        }
        xml.close("w:tr");
    }
    let columns: Vec<Cells> = (0..)
        .zip(&widths)
        .map(|(column, width)| {
            let paragraph =
                Paragraph { style: TABLE_TEXT, align: align(table, column), ..Paragraph::default() };
            Cells::new(*width, None, paragraph)
        })
        .collect();
    for row in 0..table.rows.len() {
        open_row(xml, false);
        for (column, cells) in columns.iter().enumerate() {
            let merge = merge(table, row, column);
            let text = if merge == Some("continue") { "" } else { table.cell(row, column) };
            cells.cell(xml, merge, text);
        }
        xml.close("w:tr");
    }
    xml.close("w:tbl");
}

fn open_row(xml: &mut Xml, head: bool) {
    xml.markup("<w:tr><w:trPr><w:cantSplit/>");
    if head {
        xml.empty("w:tblHeader", &[]);
    }
    xml.close("w:trPr");
}

/// What the cells of a column have in common.
struct Cells {
    /// The markup up to where a merge is told.
    start: String,
    /// The markup from there to the words.
    paragraph: String,
}

impl Cells {
    /// Cells of a width in twips, with a line below of a thickness in eighths of a point where they have their own.
    fn new(width: i64, line_below: Option<&str>, paragraph: Paragraph) -> Self {
        let mut start = Xml::default();
        start.markup("<w:tc><w:tcPr>");
        start.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
        let mut rest = Xml::default();
        if let Some(thickness) = line_below {
            rest.open("w:tcBorders", &[]);
            rest.empty("w:bottom", &border(thickness));
            rest.close("w:tcBorders");
        }
        rest.value("w:vAlign", "center");
        rest.close("w:tcPr");
        open_paragraph(&mut rest, paragraph);
        Self { start: start.finish(), paragraph: rest.finish() }
    }

    /// A cell; `merge` is `restart` or `continue` for a part of a merge downwards.
    fn cell(&self, xml: &mut Xml, merge: Option<&str>, text: &str) {
        xml.markup(&self.start);
        if let Some(merge) = merge {
            xml.value("w:vMerge", merge);
        }
        xml.markup(&self.paragraph);
        broken_lines(xml, lines(text));
        xml.markup("</w:p></w:tc>");
    }
}

/// A cell's part in a merge downwards.
fn merge(table: &Table, row: usize, column: usize) -> Option<&'static str> {
    if table.merges_up(row, column) {
        Some("continue")
    } else if row + 1 < table.rows.len() && table.merges_up(row + 1, column) {
        Some("restart")
    } else {
        None
    }
}

/// A column is centred as a whole or not at all: lone centred cells among long ones look astray.
fn align(table: &Table, column: usize) -> Option<&'static str> {
    let short = |row| {
        let text = table.cell(row, column);
        // No character is wider than its bytes are many.
        text.len() <= SHORT || lines(text).all(|line| display_width(&line) <= SHORT)
    };
    let centred = column < table.merged_columns || (0..table.rows.len()).all(short);
    centred.then_some("center")
}

/// The columns' widths, twips; their sum is the text's width.
fn widths(preset: &Preset, table: &Table) -> Vec<i64> {
    let full = preset.text_width();
    let half_character = (preset.table.size_pt.twips() / 2).max(1);
    let columns = i64::try_from(table.columns()).unwrap_or(i64::MAX);
    let padding = 2 * preset.table.cell_padding_mm.twips();
    let room = (full - columns.saturating_mul(padding)).max(0) / half_character;
    let characters = table.column_widths(usize::try_from(room).unwrap_or(0));
    let wanted = |width: usize| i64::try_from(width).unwrap_or(0) * half_character + padding;
    let total: i64 = characters.iter().map(|width| wanted(*width)).sum();
    // Scaling the running sum, not each width, lets the rounded widths add up to the whole.
    let mut reached = 0;
    let mut edge = 0;
    characters
        .into_iter()
        .map(|width| {
            reached += wanted(width);
            let left = edge;
            edge = reached * full / total.max(1);
            edge - left
        })
        .collect()
}
