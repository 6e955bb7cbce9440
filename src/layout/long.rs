//! Lists of any length: read some rows at a time, each time below the list's own head.

use super::{Layouts, Reading, form, list};
use crate::grid::{Grid, Window};

/// The sheets of a file that is read some rows at a time.
#[derive(Debug)]
pub(crate) struct LongReader<'a> {
    file: &'a str,
    layouts: &'a Layouts,
    /// Rows that wait for those that follow: the head of a list and its last project, or a sheet that is no list.
    held: Option<Grid>,
    /// Whether what waits can only be read as a whole.
    whole: bool,
}

impl<'a> LongReader<'a> {
    pub(crate) fn new(file: &'a str, layouts: &'a Layouts) -> Self {
        Self { file, layouts, held: None, whole: false }
    }

    /// Reads the forms that end within the rows so far; `None` if none does.
    pub(crate) fn take(&mut self, window: Window) -> Option<Reading> {
        let Window { grid, last } = window;
        let mut grid = match self.held.take() {
            Some(mut held) => {
                held.go_on(grid);
                held
            }
            None => grid,
        };
        if last {
            self.whole = false;
        } else {
            // The list's last project may go on.
            let cut = if self.whole { None } else { self.last_project(&grid) };
            let Some((head, at)) = cut else {
                self.held = Some(grid);
                return None;
            };
            self.held = Some(grid.split_off(head, at));
        }
        let grids = vec![grid];
        let reading = super::read(&grids, self.file, self.layouts);
        Some(Reading { grids, ..reading })
    }

    /// How many rows the head of a list has, titles included, and the row in which its last project begins; `None` if
    /// there is nothing before that project. What is no list is no longer looked at.
    fn last_project(&mut self, grid: &Grid) -> Option<(usize, usize)> {
        let words = self.layouts.vocabulary();
        let found = form::find(grid, words);
        let start = match found.as_slice() {
            [rows] => list::last_project(grid, rows, words),
            _ => None,
        };
        self.whole = start.is_none();
        let (head, at) = start?;
        (at > head).then_some((head, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Knowledge;

    /// The rows of a sheet, so many at a time.
    fn windows(grid: &Grid, rows: usize) -> Vec<Window> {
        let mut rest = grid.clone();
        let mut windows = Vec::new();
        while rest.rows().len() > rows {
            let next = rest.split_off(0, rows);
            windows.push(Window { grid: std::mem::replace(&mut rest, next), last: false });
        }
        windows.push(Window { grid: rest, last: true });
        windows
    }

    fn sample(path: &str) -> Vec<Grid> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(path);
        crate::grid::read(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn forms_are_the_same_however_many_rows_are_read_at_a_time() {
        let knowledge = Knowledge::built_in().unwrap();
        for path in [
            "layouts/indicator-list/01-逐行重复.xlsx",
            "layouts/indicator-list/02-项目列合并.xls",
            "layouts/mof-2020/01-农村公路日常养护.xlsx",
            "lukou-2022/01-食品抽检专项.xlsx",
        ] {
            let grids = sample(path);
            let whole = super::super::read(&grids, "表", &knowledge.layouts).forms;
            assert!(!whole.is_empty());
            for rows in [3, 5, 8, 1000] {
                let mut reader = LongReader::new("表", &knowledge.layouts);
                let read = grids.iter().flat_map(|grid| windows(grid, rows));
                let forms: Vec<_> =
                    read.filter_map(|window| reader.take(window)).flat_map(|reading| reading.forms).collect();
                assert_eq!(forms.len(), whole.len(), "{path} {rows}");
                for (own, whole) in forms.iter().zip(&whole) {
                    assert_eq!(format!("{:?}", own.project), format!("{:?}", whole.project), "{path} {rows}");
                }
            }
        }
    }

    #[test]
    fn a_list_lets_go_what_it_has_read() {
        let knowledge = Knowledge::built_in().unwrap();
        let grids = sample("layouts/indicator-list/01-逐行重复.xlsx");
        let mut reader = LongReader::new("表", &knowledge.layouts);
        let mut readings = 0;
        for window in windows(&grids[0], 3) {
            readings += usize::from(reader.take(window).is_some_and(|reading| !reading.forms.is_empty()));
            let held = reader.held.as_ref().map_or(0, |grid| grid.rows().len());
            assert!(held < 30, "{held}");
        }
        assert!(readings > 1, "{readings}");
    }
}
