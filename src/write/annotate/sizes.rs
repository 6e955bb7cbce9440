//! How wide the columns and how high the rows of a sheet are, and where a note's box comes to lie.

use std::collections::{BTreeMap, HashMap};

use crate::model::Address;
use crate::write::package::xml::Tag;

/// The last row and the last column of a sheet.
pub(super) const LAST: Address = Address::new(1_048_575, 16_383);
/// A row or a column of the usual size, in pixels.
const ROW: u32 = 20;
const COLUMN: u32 = 64;
/// The pixels of a character of a column's width, and those around its text.
const CHARACTER: f64 = 7.0;
const PADDING: f64 = 5.0;
/// The pixels of a point, of which there are 72 to the inch.
const POINT: f64 = 96.0 / 72.0;
/// No row or column is larger.
const LARGEST: f64 = 2000.0;
/// A box spans no more rows or columns than these: sheets may hide a million of them.
const MOST: u32 = 500;
/// From the cell's right edge to the box, and from the box's upper edge to the top of the cell's row.
const GAP: u32 = 15;

/// The sizes of a sheet's rows and columns in pixels, and the formats of its columns.
#[derive(Debug)]
pub(super) struct Sizes {
    row: u32,
    column: u32,
    rows: HashMap<u32, u32>,
    columns: BTreeMap<u32, Columns>,
}

/// Columns alike, from the one by which they are found.
#[derive(Debug)]
struct Columns {
    last: u32,
    width: Option<u32>,
    format: Option<usize>,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { row: ROW, column: COLUMN, rows: HashMap::new(), columns: BTreeMap::new() }
    }
}

fn pixels(size: f64) -> u32 {
    // What is no number is 0.
    size.clamp(0.0, LARGEST).round() as u32
}

impl Sizes {
    /// Takes the usual sizes from `sheetFormatPr`.
    pub(super) fn set_defaults(&mut self, tag: &Tag<'_>) {
        if let Some(height) = tag.number::<f64>("defaultRowHeight") {
            self.row = pixels(height * POINT);
        }
        if tag.is_set("zeroHeight") {
            self.row = 0;
        }
        let base = tag.number::<f64>("baseColWidth").map(|width| width * CHARACTER + PADDING);
        let width = tag.number::<f64>("defaultColWidth").map(|width| width * CHARACTER);
        if let Some(width) = width.or(base) {
            self.column = pixels(width);
        }
    }

    /// Takes a `col`.
    pub(super) fn add_column(&mut self, tag: &Tag<'_>) {
        let (Some(min), Some(max)) = (tag.number::<u32>("min"), tag.number::<u32>("max")) else { return };
        let width = tag.number::<f64>("width").map(|width| pixels(width * CHARACTER));
        let width = if tag.is_set("hidden") { Some(0) } else { width };
        let columns = Columns { last: max.saturating_sub(1), width, format: tag.number("style") };
        self.columns.insert(min.saturating_sub(1), columns);
    }

    /// Takes a `row`'s height.
    pub(super) fn add_row(&mut self, row: u32, tag: &Tag<'_>) {
        if tag.is_set("hidden") {
            self.rows.insert(row, 0);
        } else if let Some(height) = tag.number::<f64>("ht") {
            self.rows.insert(row, pixels(height * POINT));
        }
    }

    fn columns(&self, col: u32) -> Option<&Columns> {
        let (_, columns) = self.columns.range(..=col).next_back()?;
        (col <= columns.last).then_some(columns)
    }

    /// The format that cells of a column have if they are not there.
    pub(super) fn format_of_column(&self, col: u32) -> Option<usize> {
        self.columns(col)?.format
    }

    fn width(&self, col: u32) -> u32 {
        self.columns(col).and_then(|columns| columns.width).unwrap_or(self.column)
    }

    fn height(&self, row: u32) -> u32 {
        self.rows.get(&row).copied().unwrap_or(self.row)
    }

    /// The corners of a box of so many pixels right of a cell: column, offset, row, offset for each.
    pub(super) fn beside(&self, at: Address, width: u32, height: u32) -> [u32; 8] {
        let left = (at.col + 1).min(LAST.col);
        let top = at.row.saturating_sub(1).min(LAST.row);
        let top_offset = if at.row == 0 { 2 } else { self.height(top).saturating_sub(GAP) };
        let (right, right_offset) = along(left, GAP + width, LAST.col, |col| self.width(col));
        let (bottom, bottom_offset) = along(top, top_offset + height, LAST.row, |row| self.height(row));
        [left, GAP, top, top_offset, right, right_offset, bottom, bottom_offset]
    }

    /// A box that is higher by so many pixels, and at least so wide.
    pub(super) fn grown(&self, mut anchor: [u32; 8], width: u32, by: u32) -> [u32; 8] {
        let right = anchor[1].saturating_add(width);
        let right = along(anchor[0].min(LAST.col), right, LAST.col, |col| self.width(col));
        (anchor[4], anchor[5]) = right.max((anchor[4], anchor[5]));
        let down = anchor[7].saturating_add(by);
        (anchor[6], anchor[7]) = along(anchor[6].min(LAST.row), down, LAST.row, |row| self.height(row));
        anchor
    }
}

/// Where one gets by going so many pixels from the edge of a row or column: to which, and how far into it.
fn along(from: u32, mut left: u32, last: u32, size: impl Fn(u32) -> u32) -> (u32, u32) {
    let last = last.min(from.saturating_add(MOST));
    let mut at = from;
    while at < last && left >= size(at) {
        left -= size(at);
        at += 1;
    }
    (at, left.min(size(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::package::xml::tags;

    fn sizes(rows: &[&str], columns: &[&str]) -> Sizes {
        let mut sizes = Sizes::default();
        for (i, row) in (0..).zip(rows) {
            sizes.add_row(i, &tags(row).next().unwrap().unwrap());
        }
        for column in columns {
            sizes.add_column(&tags(column).next().unwrap().unwrap());
        }
        sizes
    }

    #[test]
    fn a_box_spans_what_its_pixels_need() {
        let usual = sizes(&[], &[]);
        assert_eq!(usual.beside(Address::new(4, 1), 100, 60), [2, 15, 3, 5, 3, 51, 6, 5]);
        let sizes = sizes(
            &["<row ht=\"75\"/>", "<row hidden=\"1\"/>", "<row/>"],
            &[
                "<col min=\"2\" max=\"3\" width=\"30\"/>",
                "<col min=\"4\" max=\"4\" hidden=\"true\" width=\"9\"/>",
            ],
        );
        assert_eq!(sizes.beside(Address::new(0, 0), 250, 60), [1, 15, 0, 2, 2, 55, 0, 62]);
        assert_eq!(sizes.grown([1, 15, 0, 2, 2, 55, 0, 62], 90, 50), [1, 15, 0, 2, 2, 55, 2, 12]);
        assert_eq!(sizes.grown([1, 15, 0, 2, 1, 55, 0, 62], 200, 0), [1, 15, 0, 2, 2, 5, 0, 62]);
        assert_eq!(sizes.beside(Address::new(0, 2), 60, 110), [3, 15, 0, 2, 5, 11, 2, 12]);
    }

    #[test]
    fn boxes_stay_on_the_sheet_and_cost_little() {
        let at_end = sizes(&[], &[]).beside(LAST, 300, 300);
        assert!(at_end[4] <= LAST.col && at_end[6] <= LAST.row, "{at_end:?}");
        let mut hidden = Sizes::default();
        hidden.set_defaults(
            &tags("<sheetFormatPr zeroHeight=\"1\" defaultColWidth=\"NaN\"/>").next().unwrap().unwrap(),
        );
        assert_eq!(hidden.beside(Address::new(9, 9), 300, 300)[6], 8 + MOST);
        assert_eq!(sizes(&[], &["<col min=\"0\" max=\"99999999\" width=\"1e9\"/>"]).width(7), 2000);
    }
}
