//! Sheets that are too long to be held at once, some rows at a time.

use super::{Flaw, Grid, Row};

/// Some rows of a long sheet.
#[derive(Debug)]
pub struct Window {
    /// The rows, at their places on the sheet.
    pub grid: Grid,
    /// Whether they are the sheet's last.
    pub last: bool,
}

impl Grid {
    /// Puts the rows that follow on the sheet below these.
    pub(crate) fn go_on(&mut self, next: Self) {
        self.rows.extend(next.rows);
        self.flaws.extend(next.flaws);
    }

    /// Takes the rows from `at` on away, into a grid that begins with the first `head` rows of this one.
    pub(crate) fn split_off(&mut self, head: usize, at: usize) -> Self {
        let first = self.rows.get(at).map_or(u32::MAX, |row| row.index);
        let mut rows: Vec<Row> = self.rows[..head].to_vec();
        rows.extend(self.rows.drain(at..));
        let (later, own) = std::mem::take(&mut self.flaws)
            .into_iter()
            .partition(|flaw: &Flaw| flaw.cell().is_none_or(|at| at.row >= first));
        self.flaws = own;
        Self { sheet: self.sheet.clone(), hidden: self.hidden, rows, flaws: later, ..Self::default() }
    }
}
