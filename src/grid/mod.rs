//! Bytes to [`Grid`]s: cells at absolute positions and merged areas, whatever the container.
//!
//! The format is told by content, never by the file's ending. One file a container; what lies behind a
//! container's library is known here and nowhere else.

mod archive;
mod bytes;
mod delimited;
pub(crate) mod docx;
pub(crate) mod encoding;
mod excerpt;
mod flaw;
mod format;
mod html;
pub(crate) mod limits;
pub(crate) mod lines;
mod ods;
mod packed;
mod printed;
mod spreadsheet_xml;
mod window;
mod workbook;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::collections::BTreeMap;

pub use archive::{Archive, Packed, path_within};
pub use excerpt::Excerpt;
pub use flaw::Flaw;
pub use format::Format;
pub use lines::lines;
pub use window::Window;

use rust_i18n::t;

use crate::error::{Error, Result};
use crate::model::{Address, Area};
use format::Opened;

/// A sheet of a workbook, or a table of a document: its cells that hold something, and its merged areas.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The sheet's name; 表格 and a number for a document's table, whose addresses are counted within it.
    pub sheet: String,
    /// Whether the workbook hides the sheet.
    pub hidden: bool,
    /// The paragraphs that stand right above a document's table, from the top: title, year, unit of money.
    pub above: Vec<String>,
    /// Whether this is a further table of the document in which the grid before it stands.
    pub follows: bool,
    /// Whether empty cells are here too, as places to fill.
    pub places: bool,
    /// What of it must not be passed over in silence.
    pub flaws: Vec<Flaw>,
    /// The cells whose figures are stored as text, as far as the file tells, in their order.
    figures_as_text: Vec<Address>,
    rows: Vec<Row>,
}

/// A row of a sheet that holds something, cells merged into it from above included.
#[derive(Clone, Debug)]
pub struct Row {
    /// 0-based row on the sheet.
    pub index: u32,
    /// What stands in the row, from left to right, no two overlapping.
    pub slots: Vec<Slot>,
}

/// A cell or a merged area, with the text of its first cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot<T = String> {
    /// The cells that it covers.
    pub area: Area,
    /// The text as the sheet prints it; empty for a merged area that nobody filled.
    pub text: T,
}

impl Slot {
    /// The slot with its text where that stands.
    pub fn borrowed(&self) -> Slot<&str> {
        Slot { area: self.area, text: &self.text }
    }
}

impl<T: AsRef<str>> Slot<T> {
    /// Whether nothing stands there but white space.
    pub fn is_blank(&self) -> bool {
        self.text.as_ref().chars().all(char::is_whitespace)
    }
}

impl Row {
    /// The slot that covers a 0-based column.
    pub fn at(&self, col: u32) -> Option<&Slot> {
        let after = self.slots.partition_point(|slot| slot.area.first.col <= col);
        let slot = self.slots[..after].last()?;
        (slot.area.last.col >= col).then_some(slot)
    }

    /// Whether a slot begins in this row rather than reaching into it from above.
    pub fn begins<T>(&self, slot: &Slot<T>) -> bool {
        slot.area.first.row == self.index
    }

    /// The slots that hold text.
    pub fn filled(&self) -> impl DoubleEndedIterator<Item = &Slot> {
        self.slots.iter().filter(|slot| !slot.is_blank())
    }
}

impl Grid {
    /// Builds a grid from cells (in any order; the last text of a cell wins) and merged areas.
    ///
    /// Text under a merged area is the area's own text repeated, or nothing that anyone can see: it is left
    /// out. Of areas that overlap the first stands. Areas that reach into more rows than a sheet of so many
    /// cells can need come from damage or malice: they are left out too.
    pub fn new(sheet: String, mut cells: Vec<(Address, String)>, merges: Vec<Area>) -> Self {
        // The sort is stable: of a cell's texts the last is still the last.
        if !cells.is_sorted_by_key(|(at, _)| *at) {
            cells.sort_by_key(|(at, _)| *at);
        }
        let mut flaws = Vec::new();
        cells.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                std::mem::swap(later, kept);
                if !later.1.trim().is_empty() && later.1.trim() != kept.1.trim() {
                    flaws.push(Flaw::GivenTwice(later.0, std::mem::take(&mut later.1)));
                }
            }
            same
        });
        let mut rows: Vec<Row> = Vec::new();
        let mut room = MERGED_ROOM;
        for (at, text) in cells {
            room = room.saturating_add(MERGED_SHARE.saturating_mul(size_of::<Slot>() + text.len()));
            let slot = Slot { area: Area::single(at), text };
            match rows.last_mut() {
                Some(row) if row.index == at.row => row.slots.push(slot),
                _ => rows.push(Row { index: at.row, slots: vec![slot] }),
            }
        }
        let merged = merged_slots(&rows, merges, room.min(MAX_MERGED));
        for (row, merged) in rows.iter_mut().zip(merged).filter(|(_, merged)| !merged.is_empty()) {
            row.slots.retain(|slot| !reaches(&merged, slot.area));
            row.slots.extend(merged.into_values());
            row.slots.sort_by_key(|slot| slot.area.first.col);
        }
        Self { sheet, rows, flaws, ..Self::default() }
    }

    /// The same with the cells whose figures are stored as text, in any order.
    fn with_figures_as_text(mut self, mut cells: Vec<Address>) -> Self {
        cells.sort_unstable();
        self.figures_as_text = cells;
        self
    }

    /// Whether the figure of a cell is stored as text, so that no spreadsheet adds it up.
    pub fn is_figure_as_text(&self, at: Address) -> bool {
        self.figures_as_text.binary_search(&at).is_ok()
    }

    /// Puts another grid's rows below these; their addresses count on.
    pub fn append(&mut self, other: &Self) {
        let below = self.rows.iter().flat_map(|row| &row.slots).map(|slot| slot.area.last.row + 1).max();
        let below = below.unwrap_or(0).max(self.rows.last().map_or(0, |row| row.index + 1));
        let down = |at: Address| Address::new(at.row.saturating_add(below), at.col);
        self.rows.extend(other.rows.iter().map(|row| {
            Row {
                index: row.index.saturating_add(below),
                slots: row
                    .slots
                    .iter()
                    .map(|slot| Slot {
                        area: Area::new(down(slot.area.first), down(slot.area.last)),
                        text: slot.text.clone(),
                    })
                    .collect(),
            }
        }));
    }

    /// Takes out single empty cells that stand before a row's value, as where what should be merged is not: those
    /// before the last text of the row, or before one that a label follows.
    pub(crate) fn drop_gaps(&mut self, is_label: impl Fn(&str) -> bool) {
        for row in &mut self.rows {
            let filled: Vec<&Slot> = row.slots.iter().filter(|slot| !slot.is_blank()).collect();
            let values: Vec<Area> = filled
                .iter()
                .enumerate()
                .filter(|(i, slot)| {
                    *i > 0
                        && !is_label(&slot.text)
                        && is_label(&filled[i - 1].text)
                        && filled.get(i + 1).is_none_or(|next| is_label(&next.text))
                })
                .map(|(i, slot)| Area::new(filled[i - 1].area.first, slot.area.first))
                .collect();
            let gap = |slot: &Slot| {
                slot.is_blank()
                    && slot.area.first == slot.area.last
                    && values.iter().any(|area| area.contains(slot.area.first))
            };
            row.slots.retain(|slot| !gap(slot));
        }
    }

    /// The rows that hold something, from the top.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// Merged areas by their first column, as they stand in one row: none overlaps another.
type Merged = BTreeMap<u32, Slot>;

/// The bytes that merged areas may take in the rows of a sheet: as many for any sheet,
const MERGED_ROOM: usize = 256 << 10;
/// so many more for every byte of its cells,
const MERGED_SHARE: usize = 16;
/// and never more than these.
const MAX_MERGED: usize = 512 << 20;

/// The merged areas in each of the rows, which hold nothing but single cells yet.
fn merged_slots(rows: &[Row], merges: Vec<Area>, mut room: usize) -> Vec<Merged> {
    let mut merged = vec![Merged::new(); rows.len()];
    for area in merges {
        if area.first == area.last || area.first.row > area.last.row || area.first.col > area.last.col {
            continue;
        }
        let start = rows.partition_point(|row| row.index < area.first.row);
        let end = rows.partition_point(|row| row.index <= area.last.row);
        let first = rows.get(start).filter(|row| row.index == area.first.row);
        let text = first.and_then(|row| row.at(area.first.col)).map_or("", |slot| &slot.text);
        // Whether it stands or not, it costs the time to look at all of its rows.
        let cost = (end - start).saturating_mul(size_of::<Slot>() + text.len());
        let Some(left) = room.checked_sub(cost) else { continue };
        room = left;
        let reached = &mut merged[start..end];
        if !reached.iter().any(|row| reaches(row, area)) {
            for row in reached {
                row.insert(area.first.col, Slot { area, text: text.to_owned() });
            }
        }
    }
    merged
}

/// Whether any of a row's merged areas reaches into the columns of an area.
fn reaches(merged: &Merged, area: Area) -> bool {
    let before = merged.range(..=area.last.col).next_back();
    before.is_some_and(|(_, slot)| slot.area.last.col >= area.first.col)
}

/// Reads every sheet of a file's bytes, in the workbook's order.
///
/// # Errors
/// If the bytes are of no known container, or the container is encrypted or damaged.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>> {
    match Opened::of(bytes)? {
        Opened::Xlsx(zip) => xlsx::read(zip, xlsx::Empties::Left),
        Opened::Other(format) => match format {
            Format::Xlsb => workbook::xlsb(bytes),
            Format::Xls => workbook::xls(bytes),
            Format::Ods => workbook::ods(bytes),
            Format::Docx => docx::read(bytes),
            Format::Html => html::read(bytes),
            Format::SpreadsheetXml => spreadsheet_xml::read(bytes),
            Format::Delimited => delimited::read(bytes),
            // An archive is no table: `Archive` gives its files.
            Format::Xlsx | Format::Zip => {
                Err(Error::UnknownFormat { looks_like: t!("looks.zip").into_owned() })
            }
        },
    }
}

/// Whether a file's sheets are so long that [`read_long`] should read them.
pub fn is_long(bytes: &[u8]) -> bool {
    match Opened::of(bytes) {
        Ok(Opened::Xlsx(zip)) => xlsx::is_long(zip),
        _ => false,
    }
}

/// Reads every sheet of an .xlsx or its kin in the workbook's order, long ones some rows at a time.
///
/// # Errors
/// Those of [`read`] and of `take`.
pub fn read_long<E: From<Error>>(
    bytes: &[u8],
    take: impl FnMut(Window) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    match Opened::of(bytes)? {
        Opened::Xlsx(zip) => xlsx::read_long(zip, take),
        Opened::Other(_) => Err(Error::NoForm.into()),
    }
}

/// Reads every sheet of a workbook that is to be filled: empty cells with a format of their own are places too.
///
/// # Errors
/// Those of [`read`]; [`Error::NotFillable`] for any container but .xlsx and its kin.
pub fn read_places(bytes: &[u8]) -> Result<Vec<Grid>> {
    match Opened::of(bytes)? {
        Opened::Xlsx(zip) => xlsx::read(zip, xlsx::Empties::Kept),
        Opened::Other(_) => Err(Error::NotFillable),
    }
}

/// The grids of a document's tables, in order, each with the paragraphs above it.
fn document(tables: impl IntoIterator<Item = DocumentTable>) -> Vec<Grid> {
    let tables = tables.into_iter().enumerate();
    tables
        .map(|(i, table)| Grid {
            above: table.above,
            follows: i > 0,
            ..Grid::new(t!("grid.table", number = i + 1).into_owned(), table.cells, table.merges)
        })
        .collect()
}

/// A table of a document.
#[derive(Debug, Default)]
struct DocumentTable {
    above: Vec<String>,
    cells: Vec<(Address, String)>,
    merges: Vec<Area>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(first: &str, last: &str) -> Area {
        Area::new(first.parse().unwrap(), last.parse().unwrap())
    }

    fn grid(cells: &[(&str, &str)], merges: &[(&str, &str)]) -> Grid {
        let cells = cells.iter().map(|(at, text)| (at.parse().unwrap(), (*text).to_owned())).collect();
        Grid::new("S".into(), cells, merges.iter().map(|(a, b)| area(a, b)).collect())
    }

    #[test]
    fn merged_areas_reach_into_every_row_that_holds_something() {
        let grid = grid(&[("A1", "级别"), ("B1", "甲"), ("B2", "乙"), ("A2", "级别")], &[("A1", "A2")]);
        let second = &grid.rows()[1];
        assert_eq!(second.slots.len(), 2);
        let slot = second.at(0).unwrap();
        assert_eq!((slot.text.as_str(), slot.area), ("级别", area("A1", "A2")));
        assert!(!second.begins(slot));
    }

    #[test]
    fn of_overlapping_merges_the_first_stands() {
        let grid = grid(&[("A1", "甲"), ("B1", "乙"), ("C1", "丙")], &[("A1", "B1"), ("B1", "C1")]);
        let texts: Vec<_> = grid.rows()[0].slots.iter().map(|slot| slot.text.as_str()).collect();
        assert_eq!(texts, ["甲", "丙"]);
    }

    #[test]
    fn a_merge_of_the_whole_sheet_costs_nothing() {
        let grid = grid(&[("A1", "题")], &[("A1", "XFD1048576")]);
        assert_eq!(grid.rows().len(), 1);
        assert_eq!(grid.rows()[0].at(16_000).unwrap().text, "题");
    }

    #[test]
    fn the_last_text_of_a_cell_wins() {
        let grid = grid(&[("B1", "乙"), ("A1", "一"), ("A1", "二"), ("A1", "三")], &[]);
        let texts: Vec<_> = grid.rows()[0].slots.iter().map(|slot| slot.text.as_str()).collect();
        assert_eq!(texts, ["三", "乙"]);
    }

    #[test]
    fn areas_that_overlap_over_many_rows_cost_little() {
        let cells = (0..10_000).map(|row| (Address::new(row, 0), "文".to_owned())).collect();
        let full = |col| Area::new(Address::new(0, col), Address::new(9_999, col + 1));
        // The worst are those that meet the one that stands in the last row only.
        let last = Area::new(Address::new(9_999, 0), Address::new(9_999, 16_383));
        let merges = std::iter::once(last).chain((0..60_000).map(full)).collect();
        let grid = Grid::new("S".into(), cells, merges);
        assert_eq!(grid.rows().len(), 10_000);
        assert_eq!(grid.rows()[9_999].slots.len(), 1);
    }
}
