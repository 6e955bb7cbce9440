//! A sheet's part: the formats of single cells, and the link to the shapes of its notes.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::Note;
use super::edits::{Edits, Tag, TagKind, damaged, each_tag, escaped};
use super::styles::Styles;
use crate::error::Result;
use crate::model::Address;

/// The elements before which the link to the shapes stands.
const AFTER_LINK: [&str; 7] =
    ["legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"];
/// The namespace of relations.
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The row that is being read.
struct Row {
    index: u32,
    /// The column that a cell without an address has.
    next_col: u32,
}

/// What is done to a sheet while its tags go by.
struct Patch<'a> {
    notes: BTreeMap<u32, BTreeMap<u32, &'a Note>>,
    styles: &'a mut Styles,
    edits: Edits,
    prefix: String,
    /// The row that one without an address has.
    next_row: u32,
    row: Option<Row>,
    link: Option<&'a str>,
    inside_data: bool,
    depth: usize,
}

/// The sheet with the cells of the notes coloured; `link` is the relation to the shapes if it is to be added.
pub(super) fn patch(
    text: &str,
    notes: &BTreeMap<Address, Note>,
    styles: &mut Styles,
    link: Option<&str>,
) -> Result<String> {
    let mut by_row: BTreeMap<u32, BTreeMap<u32, &Note>> = BTreeMap::new();
    for (cell, note) in notes {
        by_row.entry(cell.row).or_default().insert(cell.col, note);
    }
    let mut patch = Patch {
        notes: by_row,
        styles,
        edits: Edits::default(),
        prefix: String::new(),
        next_row: 0,
        row: None,
        link,
        inside_data: false,
        depth: 0,
    };
    each_tag(text, |tag| {
        patch.see(tag);
        ControlFlow::Continue(())
    })?;
    if patch.link.is_some() {
        return Err(damaged("no worksheet"));
    }
    Ok(patch.edits.apply(text))
}

impl Patch<'_> {
    fn see(&mut self, tag: &Tag<'_>) {
        let top = self.depth == 1;
        match tag.kind {
            TagKind::Start => self.depth += 1,
            TagKind::End => self.depth = self.depth.saturating_sub(1),
            TagKind::Empty => {}
        }
        match (tag.local(), tag.kind) {
            ("sheetData", TagKind::Start) if top => {
                self.inside_data = true;
                tag.prefix().clone_into(&mut self.prefix);
            }
            ("sheetData", TagKind::End) => {
                let rows = self.missing_rows(u32::MAX);
                self.edits.insert(tag.range.start, rows);
                self.inside_data = false;
            }
            ("sheetData", TagKind::Empty) if top => {
                tag.prefix().clone_into(&mut self.prefix);
                let rows = self.missing_rows(u32::MAX);
                let start = tag.raw.trim_end_matches('>').trim_end_matches('/').trim_end();
                self.edits.replace(tag.range.clone(), format!("{start}>{rows}</{}>", tag.name));
            }
            ("row", TagKind::Start | TagKind::Empty) if self.inside_data => self.begin_row(tag),
            ("row", TagKind::End) if self.inside_data => self.end_row(tag.range.start),
            ("c", TagKind::Start | TagKind::Empty) if self.inside_data => self.cell(tag),
            ("worksheet", TagKind::End) => self.put_link(tag),
            (name, TagKind::Start | TagKind::Empty) if top && AFTER_LINK.contains(&name) => {
                self.put_link(tag)
            }
            _ => {}
        }
    }

    fn begin_row(&mut self, tag: &Tag<'_>) {
        let stated = tag.attribute("r").and_then(|(row, _)| row.trim().parse::<u32>().ok());
        let index = stated.and_then(|row| row.checked_sub(1)).unwrap_or(self.next_row);
        let missing = self.missing_rows(index);
        self.edits.insert(tag.range.start, missing);
        self.next_row = index.saturating_add(1);
        self.row = Some(Row { index, next_col: 0 });
        if tag.kind == TagKind::Empty {
            let cells = self.missing_cells(u32::MAX);
            if !cells.is_empty() {
                let start = tag.raw.trim_end_matches('>').trim_end_matches('/').trim_end();
                self.edits.replace(tag.range.clone(), format!("{start}>{cells}</{}>", tag.name));
            }
            self.row = None;
        }
    }

    fn end_row(&mut self, at: usize) {
        let cells = self.missing_cells(u32::MAX);
        self.edits.insert(at, cells);
        self.row = None;
    }

    fn cell(&mut self, tag: &Tag<'_>) {
        let Some(Row { index, next_col }) = &self.row else { return };
        let stated = tag.attribute("r").and_then(|(cell, _)| cell.parse::<Address>().ok());
        let (row, col) = (*index, stated.map_or(*next_col, |cell| cell.col));
        let missing = self.missing_cells(col);
        self.edits.insert(tag.range.start, missing);
        if let Some(own) = &mut self.row {
            own.next_col = col.saturating_add(1);
        }
        let Some(note) = self.notes.get_mut(&row).and_then(|notes| notes.remove(&col)) else { return };
        let style = tag.attribute("s");
        let before = style.as_ref().and_then(|(style, _)| style.trim().parse().ok()).unwrap_or(0);
        let Some(after) = self.styles.coloured(before, note.level) else { return };
        match style {
            Some((_, range)) => self.edits.replace(range, after.to_string()),
            None => self.edits.insert(tag.behind_name(), format!(r#" s="{after}""#)),
        }
    }

    /// The noted cells of the row at hand that stand before a column and that the sheet does not have.
    fn missing_cells(&mut self, before: u32) -> String {
        let Some(row) = &self.row else { return String::new() };
        let index = row.index;
        let Some(notes) = self.notes.get_mut(&index) else { return String::new() };
        let later = notes.split_off(&before);
        let missing = std::mem::replace(notes, later);
        self.new_cells(index, &missing)
    }

    fn new_cells(&mut self, row: u32, notes: &BTreeMap<u32, &Note>) -> String {
        let mut cells = String::new();
        for (col, note) in notes {
            let at = Address::new(row, *col);
            let style = self.styles.coloured(0, note.level);
            let style = style.map(|style| format!(r#" s="{style}""#)).unwrap_or_default();
            cells.push_str(&format!(r#"<{}c r="{at}"{style}/>"#, self.prefix));
        }
        cells
    }

    /// The noted rows before a row that the sheet does not have.
    fn missing_rows(&mut self, before: u32) -> String {
        let later = self.notes.split_off(&before);
        let missing = std::mem::replace(&mut self.notes, later);
        let mut rows = String::new();
        for (row, notes) in missing.into_iter().filter(|(_, notes)| !notes.is_empty()) {
            let cells = self.new_cells(row, &notes);
            let p = &self.prefix;
            rows.push_str(&format!(r#"<{p}row r="{}">{cells}</{p}row>"#, u64::from(row) + 1));
        }
        rows
    }

    fn put_link(&mut self, tag: &Tag<'_>) {
        if let Some(id) = self.link.take() {
            let p = tag.prefix();
            let link = format!(r#"<{p}legacyDrawing xmlns:r="{RELATIONS}" r:id="{}"/>"#, escaped(id));
            self.edits.insert(tag.range.start, link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    const STYLES: &str = r#"<styleSheet><fills count="1"><fill/></fills><cellXfs count="3"><xf/><xf/><xf/></cellXfs></styleSheet>"#;

    fn patched(sheet: &str, cells: &[&str], link: Option<&str>) -> String {
        let note = Note { level: Level::Error, text: String::new() };
        let notes = cells.iter().map(|cell| (cell.parse().unwrap(), note.clone())).collect();
        patch(sheet, &notes, &mut Styles::parse(STYLES).unwrap(), link).unwrap()
    }

    #[test]
    fn cells_are_coloured_and_put_where_there_are_none() {
        for (sheet, cells, expected) in [
            (
                r#"<worksheet><sheetData><row r="2"><c r="B2" s="1"><v>1</v></c></row></sheetData></worksheet>"#,
                &["B2"][..],
                r#"<worksheet><sheetData><row r="2"><c r="B2" s="3"><v>1</v></c></row></sheetData></worksheet>"#,
            ),
            (
                r#"<worksheet><sheetData><row r="2"><c r="B2"/><c r="D2"/></row></sheetData></worksheet>"#,
                &["A2", "C2", "E2", "D2"],
                r#"<worksheet><sheetData><row r="2"><c r="A2" s="3"/><c r="B2"/><c r="C2" s="3"/><c s="3" r="D2"/><c r="E2" s="3"/></row></sheetData></worksheet>"#,
            ),
            (
                r#"<x:worksheet><x:sheetData><x:row><x:c/><x:c/></x:row><x:row/></x:sheetData></x:worksheet>"#,
                &["B1", "C2", "A4"],
                r#"<x:worksheet><x:sheetData><x:row><x:c/><x:c s="3"/></x:row><x:row><x:c r="C2" s="3"/></x:row><x:row r="4"><x:c r="A4" s="3"/></x:row></x:sheetData></x:worksheet>"#,
            ),
            (
                r#"<worksheet><sheetData/></worksheet>"#,
                &["B3"],
                r#"<worksheet><sheetData><row r="3"><c r="B3" s="3"/></row></sheetData></worksheet>"#,
            ),
            (
                r#"<worksheet><sheetData><row r="5"><c r="A5"/></row></sheetData></worksheet>"#,
                &["A2", "A9"],
                r#"<worksheet><sheetData><row r="2"><c r="A2" s="3"/></row><row r="5"><c r="A5"/></row><row r="9"><c r="A9" s="3"/></row></sheetData></worksheet>"#,
            ),
        ] {
            assert_eq!(patched(sheet, cells, None), expected);
        }
    }

    #[test]
    fn the_link_stands_where_the_schema_wants_it() {
        let sheet = r#"<worksheet><sheetData/><drawing r:id="rId1"/><tableParts/><extLst/></worksheet>"#;
        let patched = patched(sheet, &[], Some("rId9"));
        assert!(patched.contains(r#"<drawing r:id="rId1"/><legacyDrawing "#), "{patched}");
        assert!(patched.contains(r#"r:id="rId9"/><tableParts/>"#), "{patched}");
    }
}
