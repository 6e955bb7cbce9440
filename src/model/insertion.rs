//! Rows that are put between the rows of a sheet.

use std::collections::BTreeMap;

use super::Address;

/// How many rows are put below which rows of a sheet. Rows are 0-based and those of the sheet before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insertions {
    /// How many are put above all others.
    above: u32,
    below: BTreeMap<u32, u32>,
}

impl Insertions {
    /// So many rows above all others.
    pub fn above(count: u32) -> Self {
        Self { above: count, below: BTreeMap::new() }
    }

    /// Puts rows below a row, after those that are put there already.
    pub fn add(&mut self, below: u32, count: u32) {
        if count > 0 {
            let rows = self.below.entry(below).or_default();
            *rows = rows.saturating_add(count);
        }
    }

    /// Whether no row is put anywhere.
    pub fn is_empty(&self) -> bool {
        self.above == 0 && self.below.is_empty()
    }

    /// How many rows are put right below a row.
    pub fn below(&self, row: u32) -> u32 {
        self.below.get(&row).copied().unwrap_or(0)
    }

    /// Where a row stands afterwards.
    pub fn moved(&self, row: u32) -> u32 {
        let moved = row.saturating_add(self.above);
        self.below.range(..row).fold(moved, |moved, (_, count)| moved.saturating_add(*count))
    }

    /// Where a cell stands afterwards.
    pub fn moved_cell(&self, at: Address) -> Address {
        Address::new(self.moved(at.row), at.col)
    }

    /// Where a range's last row stands afterwards, of which `first` is the first: rows that are put below the last
    /// of several belong to the range, as they would if a person put them above it.
    pub fn moved_end(&self, first: u32, last: u32) -> u32 {
        let grown = if first < last { self.below(last) } else { 0 };
        self.moved(last).saturating_add(grown)
    }

    /// The rows below which others are put, with their counts, from the top.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.below.iter().map(|(row, count)| (*row, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_move_down_by_what_is_put_above_them() {
        let mut rows = Insertions::default();
        rows.add(4, 2);
        rows.add(9, 0);
        rows.add(7, 1);
        assert_eq!([0, 4, 5, 7, 8].map(|row| rows.moved(row)), [0, 4, 7, 9, 11]);
        assert_eq!((rows.moved_end(2, 4), rows.moved_end(4, 4), rows.moved_end(3, 8)), (6, 4, 11));
        assert_eq!(rows.iter().collect::<Vec<_>>(), [(4, 2), (7, 1)]);
        let rows = Insertions::above(3);
        assert_eq!((rows.moved(0), rows.moved_end(0, 2), rows.is_empty()), (3, 5, false));
    }
}
