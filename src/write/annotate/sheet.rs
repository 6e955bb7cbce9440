//! A sheet's part: the faulty cells take coloured formats, and the sheet says that it has notes.

use std::collections::BTreeMap;

use super::sizes::Sizes;
use super::styles::Styles;
use crate::error::Result;
use crate::model::{Address, Level};
use crate::write::package::xml::{Edits, Kind, Tag, damaged, set_attribute, tags};

/// What stands behind `legacyDrawing` in a sheet. Alternatives there are of controls and objects.
const BEHIND: [&str; 9] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "AlternateContent",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// A sheet with coloured cells.
pub(super) struct Sheet {
    pub(super) text: String,
    /// The namespace of its elements.
    pub(super) namespace: String,
    /// The id of the relation to the drawing of its notes, if it had one before.
    pub(super) drawing: Option<String>,
    pub(super) sizes: Sizes,
}

/// A cell to colour.
struct Cell {
    level: Level,
    /// Where it is to be if it is not there: before the first cell right of it.
    before: Option<usize>,
    there: bool,
}

/// A row with cells to colour.
#[derive(Default)]
struct Row<'a> {
    cells: BTreeMap<u32, Cell>,
    /// Where it is to be if it is not there: before the first row below it.
    before: Option<usize>,
    there: Option<Place<'a>>,
}

/// Where a row stands.
struct Place<'a> {
    tag: Tag<'a>,
    /// The byte before its closing tag.
    end: usize,
    /// The format of those of its cells that are not there.
    format: Option<usize>,
}

/// Colours cells by their levels. The drawing of the notes gets the relation `id` in the namespace of relations,
/// if the sheet has none yet.
///
/// # Errors
/// [`crate::Error::Damaged`]
pub(super) fn color(
    text: &str,
    levels: &BTreeMap<Address, Level>,
    styles: &mut Styles,
    (relations, id): (&str, &str),
) -> Result<Sheet> {
    let mut scan = Scan::new(levels, styles);
    let mut root = None;
    let mut drawing = None;
    // Behind what the drawing is to stand.
    let mut behind = None;
    for tag in tags(text) {
        let tag = tag?;
        if tag.depth == 0 {
            root = root.or(Some(tag));
        } else if tag.depth == 1 && tag.ends() && !BEHIND.contains(&tag.local()) {
            behind = Some(tag.end());
        }
        if tag.begins(1, "legacyDrawing") {
            drawing = tag.prefixed_attribute("id").or(drawing);
        }
        scan.see(tag);
    }
    let (root, behind) = root.zip(behind).ok_or_else(|| damaged("a sheet without content"))?;
    let prefix = root.prefix();
    let (mut edits, sizes) = scan.finish(prefix)?;
    if drawing.is_none() {
        let bound = root.prefix_of(relations);
        let declaration = if bound.is_none() { format!(" xmlns:r=\"{relations}\"") } else { String::new() };
        let r = bound.unwrap_or_else(|| "r:".to_owned());
        edits.insert(behind, format!("<{prefix}legacyDrawing{declaration} {r}id=\"{id}\"/>"));
    }
    let namespace = root.namespace().unwrap_or_default();
    Ok(Sheet { text: edits.apply(text), namespace, drawing, sizes })
}

/// The way through a sheet.
struct Scan<'a, 's> {
    styles: &'s mut Styles,
    edits: Edits,
    sizes: Sizes,
    rows: BTreeMap<u32, Row<'a>>,
    /// The tag of `sheetData`, and the byte before the closing one.
    data: Option<(Tag<'a>, usize)>,
    inside: bool,
    /// Where the next row and the next cell stand if they do not say so.
    next: Address,
    /// The row that is open.
    row: u32,
    /// The rows above this one, and the columns of the row before this one, know what follows them.
    passed: Address,
}

impl<'a, 's> Scan<'a, 's> {
    fn new(levels: &BTreeMap<Address, Level>, styles: &'s mut Styles) -> Self {
        let mut rows: BTreeMap<u32, Row<'_>> = BTreeMap::new();
        for (at, level) in levels {
            let cell = Cell { level: *level, before: None, there: false };
            rows.entry(at.row).or_default().cells.insert(at.col, cell);
        }
        Self {
            styles,
            edits: Edits::default(),
            sizes: Sizes::default(),
            rows,
            data: None,
            inside: false,
            next: Address::default(),
            row: 0,
            passed: Address::default(),
        }
    }

    fn see(&mut self, tag: Tag<'a>) {
        match (tag.depth, tag.local(), tag.kind) {
            (1, "sheetFormatPr", Kind::Open | Kind::Empty) => self.sizes.set_defaults(&tag),
            (2, "col", Kind::Open | Kind::Empty) => self.sizes.add_column(&tag),
            (1, "sheetData", Kind::Close) => {
                self.inside = false;
                if let Some((_, end)) = &mut self.data {
                    *end = tag.start;
                }
            }
            (1, "sheetData", kind) => {
                self.inside = kind == Kind::Open;
                self.data = Some((tag, tag.end()));
            }
            (2, "row", Kind::Close) if self.inside => {
                let place = self.rows.get_mut(&self.row).and_then(|row| row.there.as_mut());
                // Of rows that stand twice the first takes what is missing.
                if let Some(place) = place.filter(|place| place.end == place.tag.end()) {
                    place.end = tag.start;
                }
            }
            (2, "row", _) if self.inside => self.begin_row(tag),
            (3, "c", Kind::Open | Kind::Empty) if self.inside => self.see_cell(&tag),
            _ => {}
        }
    }

    fn begin_row(&mut self, tag: Tag<'a>) {
        let number = tag.number::<u32>("r").and_then(|number| number.checked_sub(1));
        self.row = number.unwrap_or(self.next.row);
        self.next = Address::new(self.row.saturating_add(1), 0);
        self.sizes.add_row(self.row, &tag);
        if self.row > self.passed.row {
            for (_, row) in self.rows.range_mut(self.passed.row..self.row) {
                row.before.get_or_insert(tag.start);
            }
            self.passed.row = self.row;
        }
        self.passed.col = 0;
        if let Some(row) = self.rows.get_mut(&self.row) {
            let format = tag.number("s").filter(|_| tag.is_set("customFormat"));
            row.there.get_or_insert(Place { tag, end: tag.end(), format });
        }
    }

    fn see_cell(&mut self, tag: &Tag<'_>) {
        let said = tag.attribute("r").and_then(|at| at.trim().parse().ok());
        let at: Address = said.unwrap_or(Address::new(self.row, self.next.col));
        self.next.col = at.col.saturating_add(1);
        let Some(row) = self.rows.get_mut(&at.row) else { return };
        if at.col > self.passed.col {
            for (_, cell) in row.cells.range_mut(self.passed.col..at.col) {
                cell.before.get_or_insert(tag.start);
            }
            self.passed.col = at.col;
        }
        if let Some(cell) = row.cells.get_mut(&at.col) {
            cell.there = true;
            let format = self.styles.color(tag.number("s").unwrap_or(0), cell.level);
            self.edits.replace(tag.range(), set_attribute(tag.text, "s", &format.to_string()));
        }
    }

    /// The edits, with the cells and rows that were not there.
    fn finish(mut self, prefix: &str) -> Result<(Edits, Sizes)> {
        let (data, data_end) = self.data.ok_or_else(|| damaged("a sheet without rows"))?;
        // The rows of a sheet without any.
        let mut only = String::new();
        for (number, row) in self.rows {
            let inherited = row.there.as_ref().and_then(|place| place.format);
            let mut cells = Vec::new();
            for (col, cell) in row.cells.iter().filter(|(_, cell)| !cell.there) {
                let format = inherited.or_else(|| self.sizes.format_of_column(*col)).unwrap_or(0);
                let format = self.styles.color(format, cell.level);
                let at = Address::new(number, *col);
                cells.push((cell.before, format!("<{prefix}c r=\"{at}\" s=\"{format}\"/>")));
            }
            if cells.is_empty() {
                continue;
            }
            let joined = || cells.iter().map(|(_, cell)| cell.as_str()).collect::<String>();
            match row.there {
                Some(Place { tag, .. }) if tag.kind == Kind::Empty => {
                    let (open, close) = tag.opened();
                    self.edits.replace(tag.range(), open + &joined() + &close);
                }
                Some(Place { end, .. }) => {
                    for (before, cell) in cells {
                        self.edits.insert(before.unwrap_or(end), cell);
                    }
                }
                None => {
                    let row_number = u64::from(number) + 1;
                    let made = format!("<{prefix}row r=\"{row_number}\">{}</{prefix}row>", joined());
                    match row.before {
                        _ if data.kind == Kind::Empty => only.push_str(&made),
                        before => self.edits.insert(before.unwrap_or(data_end), made),
                    }
                }
            }
        }
        if data.kind == Kind::Empty && !only.is_empty() {
            let (open, close) = data.opened();
            self.edits.replace(data.range(), open + &only + &close);
        }
        Ok((self.edits, self.sizes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: &str =
        "<styleSheet><fills><fill/><fill/></fills><cellXfs><xf/><xf/><xf/></cellXfs></styleSheet>";

    /// The sheet around some elements, coloured at some cells; formats are 3 for the first that is coloured, 4
    /// for the second and so on.
    fn colored(content: &str, cells: &[&str]) -> String {
        let levels = cells.iter().map(|at| (at.parse().unwrap(), Level::Error)).collect();
        let mut styles = Styles::read(STYLES.to_owned()).unwrap();
        let text = format!("<worksheet xmlns=\"urn:m\" xmlns:r=\"urn:r\">{content}</worksheet>");
        let sheet = color(&text, &levels, &mut styles, ("urn:r", "rId9")).unwrap();
        let colored = sheet.text.replace("<legacyDrawing r:id=\"rId9\"/>", "");
        let start = colored.find('>').unwrap() + 1;
        colored[start..].strip_suffix("</worksheet>").unwrap().to_owned()
    }

    #[test]
    fn a_cell_takes_another_format_and_all_else_stays() {
        let before = "<!-- 甲 --><sheetData ><row r='1' ><c r='A1'  s='1' t=\"s\"><v>0</v></c>\n<c r=\"B1\"><f>A1&amp;1</f></c>\
                      </row></sheetData><mergeCells/>";
        let after = before.replace("s='1'", "s='3'").replace("<c r=\"B1\">", "<c r=\"B1\" s=\"4\">");
        assert_eq!(colored(before, &["A1", "B1"]), after);
    }

    #[test]
    fn cells_and_rows_that_are_not_there_are_made_in_their_places() {
        for (before, cells, after) in [
            ("<sheetData/>", &["B2"][..], "<sheetData><row r=\"2\"><c r=\"B2\" s=\"3\"/></row></sheetData>"),
            (
                "<sheetData></sheetData>",
                &["B2", "C2", "A5"],
                "<sheetData><row r=\"2\"><c r=\"B2\" s=\"3\"/><c r=\"C2\" s=\"3\"/></row>\
                 <row r=\"5\"><c r=\"A5\" s=\"3\"/></row></sheetData>",
            ),
            (
                "<sheetData><row r=\"2\" ht=\"9\"/><row r=\"4\"><c r=\"B4\"/></row></sheetData>",
                &["A2", "C1", "B3", "A4", "C4", "A9"],
                "<sheetData><row r=\"1\"><c r=\"C1\" s=\"3\"/></row><row r=\"2\" ht=\"9\"><c r=\"A2\" s=\"3\"/></row>\
                 <row r=\"3\"><c r=\"B3\" s=\"3\"/></row><row r=\"4\"><c r=\"A4\" s=\"3\"/><c r=\"B4\"/>\
                 <c r=\"C4\" s=\"3\"/></row><row r=\"9\"><c r=\"A9\" s=\"3\"/></row></sheetData>",
            ),
        ] {
            assert_eq!(colored(before, cells), after);
        }
    }

    #[test]
    fn what_does_not_say_where_it_stands_is_counted() {
        let before = "<sheetData><row><c/><c r='C1'/><c/></row><row r='4'/><row><c/></row></sheetData>";
        let after = "<sheetData><row><c s=\"3\"/><c r=\"B1\" s=\"3\"/><c r='C1'/><c s=\"3\"/></row><row r='4'/>\
                     <row><c s=\"3\"/></row></sheetData>";
        assert_eq!(colored(before, &["A1", "B1", "D1", "A5"]), after);
    }

    #[test]
    fn rows_out_of_order_are_never_made_twice() {
        let before = "<sheetData><row r=\"7\"/><row r=\"3\"><c r=\"C3\"/><c r=\"A3\"/></row></sheetData>";
        let after = before.replace("<c r=\"A3\"/>", "<c r=\"A3\" s=\"3\"/>");
        assert_eq!(colored(before, &["A3"]), after);
    }

    #[test]
    fn an_empty_cell_has_the_format_of_its_row_or_column() {
        let before = "<cols><col min=\"2\" max=\"3\" style=\"2\"/></cols><sheetData>\
                      <row r=\"1\" s=\"1\" customFormat=\"1\"/><row r=\"2\" s=\"1\"/></sheetData>";
        let levels: BTreeMap<Address, Level> =
            ["B1", "B2", "D2"].iter().map(|at| (at.parse().unwrap(), Level::Note)).collect();
        let mut styles =
            Styles::read(STYLES.replace("<xf/><xf/><xf/>", "<xf a='0'/><xf a='1'/><xf a='2'/>")).unwrap();
        let text = format!("<worksheet>{before}</worksheet>");
        let sheet = color(&text, &levels, &mut styles, ("urn:r", "rId1")).unwrap();
        for cell in ["<c r=\"B1\" s=\"3\"/>", "<c r=\"B2\" s=\"4\"/>", "<c r=\"D2\" s=\"5\"/>"] {
            assert!(sheet.text.contains(cell), "{}", sheet.text);
        }
        let made = styles.finish().unwrap();
        let at = ["<xf a='1' fillId", "<xf a='2' fillId", "<xf a='0' fillId"]
            .map(|format| made.find(format).unwrap());
        assert!(at[0] < at[1] && at[1] < at[2], "{made}");
    }

    #[test]
    fn the_drawing_stands_where_the_schema_wants_it() {
        let levels = BTreeMap::from([(Address::new(0, 0), Level::Error)]);
        for (text, expected) in [
            (
                "<worksheet xmlns:q=\"urn:r\"><sheetData/><drawing q:id=\"a\"/><tableParts/></worksheet>",
                "<drawing q:id=\"a\"/><legacyDrawing q:id=\"rId9\"/><tableParts/>",
            ),
            (
                "<x:worksheet xmlns:x='m'><x:sheetData/><x:pageMargins></x:pageMargins><x:extLst/></x:worksheet>",
                "</x:pageMargins><x:legacyDrawing xmlns:r=\"urn:r\" r:id=\"rId9\"/><x:extLst/>",
            ),
            (
                "<worksheet><sheetData/><mc:AlternateContent><drawing/></mc:AlternateContent></worksheet>",
                "</sheetData><legacyDrawing xmlns:r=\"urn:r\" r:id=\"rId9\"/><mc:AlternateContent>",
            ),
        ] {
            let mut styles = Styles::read(STYLES.to_owned()).unwrap();
            let sheet = color(text, &levels, &mut styles, ("urn:r", "rId9")).unwrap();
            assert!(sheet.text.contains(expected), "{}", sheet.text);
            assert_eq!(sheet.drawing, None);
        }
        let text = "<worksheet><sheetData/><legacyDrawing r:id=\"rId2\"/></worksheet>";
        let mut styles = Styles::read(STYLES.to_owned()).unwrap();
        let sheet = color(text, &levels, &mut styles, ("urn:r", "rId9")).unwrap();
        assert_eq!(sheet.drawing.as_deref(), Some("rId2"));
        assert_eq!(sheet.text.matches("legacyDrawing").count(), 1);
    }

    #[test]
    fn what_is_no_sheet_is_damaged() {
        let levels = BTreeMap::from([(Address::new(0, 0), Level::Error)]);
        for text in ["", "<worksheet/>", "<worksheet><cols/></worksheet>", "<worksheet><sheetData>"] {
            let mut styles = Styles::read(STYLES.to_owned()).unwrap();
            assert!(color(text, &levels, &mut styles, ("urn:r", "rId9")).is_err(), "{text}");
        }
    }
}
