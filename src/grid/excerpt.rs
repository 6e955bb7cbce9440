//! The cells around one cell, to show where something stands.

use super::{Grid, Row, Slot};
use crate::model::Address;

/// A few cells of a sheet around one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The first cells of the columns that are shown, 0-based, from the left.
    pub columns: Vec<u32>,
    /// The head above, if there is one, and the row of the cell: 0-based row and the texts by column.
    pub rows: Vec<(u32, Vec<String>)>,
    /// The place of the cell among the columns; its row is the last.
    pub marked: usize,
}

/// How many cells are shown left and right of the marked one.
const LEFT: usize = 3;
const RIGHT: usize = 1;
/// How far up a head is looked for.
const MOST_ROWS: usize = 60;

impl Excerpt {
    /// The excerpt around a cell; `None` if the cell's row holds nothing.
    pub fn around(grid: &Grid, cell: Address) -> Option<Self> {
        let rows = grid.rows();
        let at = rows.iter().position(|row| row.index == cell.row)?;
        let row = &rows[at];
        // An empty place has no slot of its own: it takes its turn among the others.
        let mut columns: Vec<u32> = row.slots.iter().map(|slot| slot.area.first.col).collect();
        if row.at(cell.col).is_none() {
            columns.push(cell.col);
            columns.sort_unstable();
        }
        let own = row.at(cell.col).map_or(cell.col, |slot| slot.area.first.col);
        let place = columns.iter().position(|col| *col == own)?;
        let first = place.saturating_sub(LEFT);
        let shown: Vec<u32> = columns[first..].iter().copied().take(LEFT + RIGHT + 1).collect();
        let texts = |row: &Row| -> (u32, Vec<String>) {
            let text = |col: &u32| row.at(*col).map_or_else(String::new, |slot| one_line(&slot.text));
            (row.index, shown.iter().map(text).collect())
        };
        let head = rows[..at].iter().rev().take(MOST_ROWS).find(|row| is_head(row, own));
        let rows = head.into_iter().chain([row]).map(texts).collect();
        Some(Self { marked: place - first, columns: shown, rows })
    }
}

/// Whether a row is the head of the columns: words over the cell's column and over others, and no number.
fn is_head(row: &Row, col: u32) -> bool {
    let words = |slot: &&Slot| !slot.is_blank() && !slot.text.chars().any(|c| c.is_ascii_digit());
    let above = row.at(col).is_some_and(|slot| words(&slot) && row.begins(slot));
    above
        && row.filled().filter(words).count() >= 3
        && row.filled().all(|slot| words(&slot) || !row.begins(slot))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(cells: &[(&str, &str)]) -> Grid {
        let cells = cells.iter().map(|(at, text)| (at.parse().unwrap(), (*text).to_owned())).collect();
        Grid::new("S".into(), cells, Vec::new())
    }

    #[test]
    fn the_row_of_a_cell_stands_under_its_head() {
        let grid = grid(&[
            ("A1", "2022年度自评表"),
            ("B3", "三级指标"),
            ("C3", "指标值"),
            ("D3", "得分"),
            ("E3", "原因"),
            ("B4", "抽检批次"),
            ("C4", "≥860批次"),
            ("D4", "10"),
            ("B5", "培训人次"),
            ("C5", "≥120人次"),
            ("D5", "11"),
        ]);
        let excerpt = Excerpt::around(&grid, "D5".parse().unwrap()).unwrap();
        assert_eq!(excerpt.columns, [1, 2, 3]);
        assert_eq!(excerpt.marked, 2);
        let rows: Vec<(u32, String)> =
            excerpt.rows.into_iter().map(|(row, texts)| (row, texts.join("|"))).collect();
        assert_eq!(rows, [(2, "三级指标|指标值|得分".to_owned()), (4, "培训人次|≥120人次|11".to_owned())]);
        let empty = Excerpt::around(&grid, "E5".parse().unwrap()).unwrap();
        assert_eq!((empty.columns, empty.marked), (vec![1, 2, 3, 4], 3));
        assert_eq!(Excerpt::around(&grid, "D9".parse().unwrap()), None);
    }
}
