//! A sheet that tests take apart, change and read again.

use jixiao::grid::Grid;
use jixiao::layout;
use jixiao::model::{Address, Area, Finding, Project};
use jixiao::{Knowledge, Layouts, Templates};

/// A sheet taken apart: its cells and merged areas.
#[derive(Clone)]
pub(super) struct Sheet {
    pub(super) cells: Vec<(Address, String)>,
    pub(super) merges: Vec<Area>,
}

impl Sheet {
    pub(super) fn of(grid: &Grid) -> Self {
        let mut sheet = Self { cells: Vec::new(), merges: Vec::new() };
        for row in grid.rows() {
            for slot in row.slots.iter().filter(|slot| row.begins(slot)) {
                sheet.cells.push((slot.area.first, slot.text.clone()));
                sheet.merges.extend((slot.area.first != slot.area.last).then_some(slot.area));
            }
        }
        sheet
    }

    pub(super) fn moved(&self, rows: u32, cols: u32) -> Self {
        let shift = |at: Address| Address::new(at.row + rows, at.col + cols);
        Self {
            cells: self.cells.iter().map(|(at, text)| (shift(*at), text.clone())).collect(),
            merges: self.merges.iter().map(|area| Area::new(shift(area.first), shift(area.last))).collect(),
        }
    }

    /// Merged cells dissolved, the text left in the first cell.
    pub(super) fn unmerged(&self) -> Self {
        Self { cells: self.cells.clone(), merges: Vec::new() }
    }

    /// The text of every merged area in each of its cells; the areas kept or dissolved.
    pub(super) fn repeated(&self, keep: bool) -> Self {
        let mut cells = self.cells.clone();
        for area in &self.merges {
            let text = self.cells.iter().find(|(at, _)| *at == area.first).map(|(_, text)| text.clone());
            for row in area.first.row..=area.last.row {
                for col in area.first.col..=area.last.col {
                    cells.push((Address::new(row, col), text.clone().unwrap_or_default()));
                }
            }
        }
        Self { cells, merges: if keep { self.merges.clone() } else { Vec::new() } }
    }

    pub(super) fn height(&self) -> u32 {
        self.cells.iter().map(|(at, _)| at.row + 1).max().unwrap_or(0)
    }

    pub(super) fn over(&self, other: &Self, gap: u32) -> Self {
        let below = other.moved(self.height() + gap, 0);
        Self {
            cells: self.cells.iter().cloned().chain(below.cells).collect(),
            merges: self.merges.iter().copied().chain(below.merges).collect(),
        }
    }

    /// Blanks, line breaks and full-width signs in every label-like text.
    pub(super) fn spaced(&self) -> Self {
        let cells = self.cells.iter().map(|(at, text)| {
            let label =
                text.chars().count() <= 10 && text.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let spaced: String = text.chars().flat_map(|c| [c, '\n']).collect();
            (
                *at,
                if label && text.ends_with(['数', '值', '标', '称', '门', '位', '分', '率']) {
                    spaced
                } else {
                    text.clone()
                },
            )
        });
        Self { cells: cells.collect(), merges: self.merges.clone() }
    }

    pub(super) fn grid(&self) -> Grid {
        Grid::new("表".into(), self.cells.clone(), self.merges.clone())
    }
}

pub(super) fn layouts() -> Layouts {
    Knowledge::load(&Templates::default()).unwrap().layouts
}

/// What a sheet's forms state, without the cells where it stands.
pub(super) fn read(sheet: &Sheet, layouts: &Layouts) -> (Vec<Project>, Vec<Finding>) {
    let reading = layout::read(&[sheet.grid()], "x", layouts);
    let mut findings = Vec::new();
    let projects = reading.forms.into_iter().map(|mut form| {
        findings.extend(form.findings);
        form.project.for_each_cell(&mut |_, cell| *cell = None);
        form.project
    });
    (projects.collect(), findings)
}

/// Compares line by line, so that a failure shows the field and not two walls of text.
pub(super) fn assert_same(projects: &[Project], expected: &[Project], what: &str) {
    let lines = |projects: &[Project]| serde_json::to_string_pretty(projects).unwrap();
    let (ours, due) = (lines(projects), lines(expected));
    for (line, (ours, due)) in ours.lines().zip(due.lines()).enumerate() {
        assert_eq!(ours, due, "{what}, line {line}");
    }
    assert_eq!(projects, expected, "{what}");
}
