//! Tables within the body.

use std::io;

use crate::write::document::{Table, display_width, lines};

use super::paragraph::{Paragraph, broken_paragraph};
use super::preset::{Preset, Rules};
use super::styles::{TABLE, TABLE_HEAD, TABLE_TEXT, border};
use super::xml::Xml;

/// The widest cell, in half-width characters, of a column that still looks right when centred.
const SHORT: usize = 16;

/// A table as wide as the text; nothing if it has no cells.
pub(super) fn table(xml: &mut Xml, preset: &Preset, table: &Table) -> io::Result<()> {
    let widths = widths(preset, table);
    if widths.is_empty() || (table.head.is_empty() && table.rows.is_empty()) {
        return Ok(());
    }
    xml.open("w:tbl", &[])?;
    xml.open("w:tblPr", &[])?;
    xml.value("w:tblStyle", TABLE)?;
    let width = widths.iter().sum::<i64>().to_string();
    xml.empty("w:tblW", &[("w:w", &width), ("w:type", "dxa")])?;
    xml.value("w:jc", "center")?;
    xml.empty("w:tblLayout", &[("w:type", "fixed")])?;
    xml.close("w:tblPr")?;
    xml.open("w:tblGrid", &[])?;
    for width in &widths {
        xml.numbers("w:gridCol", &[("w:w", *width)])?;
    }
    xml.close("w:tblGrid")?;
    // What the table's own style has for all rows of three-line tables is no line.
    let head_line =
        (preset.table.rules == Rules::ThreeLines).then(|| preset.table.inner_border_pt.eighths().to_string());
    if !table.head.is_empty() {
        open_row(xml, true)?;
        for (column, width) in widths.iter().enumerate() {
            let text = table.head.get(column).map_or("", String::as_str);
            let paragraph = Paragraph { style: TABLE_HEAD, ..Paragraph::default() };
            let own = Cell { width: *width, line_below: head_line.as_deref(), merge: None };
            cell(xml, &own, paragraph, text)?;
        }
        xml.close("w:tr")?;
    }
    let aligns: Vec<_> = (0..widths.len()).map(|column| align(table, column)).collect();
    for row in 0..table.rows.len() {
        open_row(xml, false)?;
        for (column, width) in widths.iter().enumerate() {
            let merge = merge(table, row, column);
            let text = if merge == Some("continue") { "" } else { table.cell(row, column) };
            let paragraph = Paragraph { style: TABLE_TEXT, align: aligns[column], ..Paragraph::default() };
            cell(xml, &Cell { width: *width, line_below: None, merge }, paragraph, text)?;
        }
        xml.close("w:tr")?;
    }
    xml.close("w:tbl")
}

fn open_row(xml: &mut Xml, head: bool) -> io::Result<()> {
    xml.open("w:tr", &[])?;
    xml.open("w:trPr", &[])?;
    xml.empty("w:cantSplit", &[])?;
    if head {
        xml.empty("w:tblHeader", &[])?;
    }
    xml.close("w:trPr")
}

/// A cell but for its words.
struct Cell<'a> {
    /// twips
    width: i64,
    /// `restart` or `continue` for a part of a merge downwards.
    merge: Option<&'a str>,
    /// The thickness of a line below that is the cell's own, in eighths of a point.
    line_below: Option<&'a str>,
}

fn cell(xml: &mut Xml, own: &Cell<'_>, paragraph: Paragraph, text: &str) -> io::Result<()> {
    xml.open("w:tc", &[])?;
    xml.open("w:tcPr", &[])?;
    xml.empty("w:tcW", &[("w:w", &own.width.to_string()), ("w:type", "dxa")])?;
    if let Some(merge) = own.merge {
        xml.value("w:vMerge", merge)?;
    }
    if let Some(thickness) = own.line_below {
        xml.open("w:tcBorders", &[])?;
        xml.empty("w:bottom", &border(thickness))?;
        xml.close("w:tcBorders")?;
    }
    xml.value("w:vAlign", "center")?;
    xml.close("w:tcPr")?;
    broken_paragraph(xml, paragraph, &lines(text))?;
    xml.close("w:tc")
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
    let short = |row| lines(table.cell(row, column)).iter().all(|line| display_width(line) <= SHORT);
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
