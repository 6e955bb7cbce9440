//! Filling a form: the places that the reader finds on it take a project's values.
//!
//! Nothing here knows of files: what comes out says which cells are to hold what, and where rows are to be put
//! between others. Reading what was filled tells what the form had no place for.

mod assign;
mod blocks;
mod labelled;
mod list;
mod rows;
mod titles;
mod values;

use std::collections::BTreeMap;

use super::definition::{Fills, Layouts};
use super::form::{self, FormRows};
use super::indicators::{RowSlot, TableSlots};
use super::list::{Beside, project_columns};
use super::table::{Column, joined};
use super::vocabulary::Vocabulary;
use super::{Draft, read_form};
use crate::grid::{Grid, Slot};
use crate::model::{Address, Area, Decimal, Insertions, Kind, MoneyUnit, Project};

/// What a cell is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text, whatever it looks like.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A rate as a fraction of 1.
    Rate(Decimal),
    /// Nothing.
    Nothing,
}

/// What is to become of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// The sheet's name.
    pub sheet: String,
    /// The rows that are put between others. Each is like the row below which it is put.
    pub rows: Insertions,
    /// What cells are to hold, by where they stand afterwards.
    pub cells: BTreeMap<Address, Content>,
    /// Areas that are to be merged, as they stand afterwards, in place of those that begin in the same cells.
    pub merges: Vec<Area>,
}

/// A form to fill.
#[derive(Clone, Debug)]
pub struct Blank {
    grid: Grid,
    form: FormRows,
    /// What it states already: cells without values are places to fill.
    places: Project,
    tables: Vec<TableSlots>,
    midterm_tables: Vec<TableSlots>,
    /// The columns of the projects, if it is a list of many.
    list: Option<Vec<(Column<Beside>, String)>>,
    /// The unit of its amounts.
    money_unit: Option<MoneyUnit>,
    /// What it wants of what is filled in.
    fills: Fills,
    /// Whether it is somebody's form rather than a blank, so that what it states is to go.
    filled: bool,
}

impl Blank {
    /// The form to fill of a workbook's sheets, which are read with their empty cells: the first that asks for
    /// what was reached, or else the first.
    pub fn find(grids: Vec<Grid>, layouts: &Layouts) -> Option<Self> {
        let words = layouts.vocabulary();
        let mut found: Option<Self> = None;
        for mut grid in grids.into_iter().filter(|grid| !grid.hidden) {
            grid.drop_gaps(|text| words.form(text).is_some());
            let Some(form) = form::find(&grid, words).into_iter().next() else { continue };
            let list = project_columns(&grid, &form, words);
            let draft = read_form(&grid, &form, words);
            let blank = Self::of(&grid, form, draft, layouts);
            let blank = Self { list, grid, ..blank };
            if blank.places.kind == Kind::SelfEvaluation {
                return Some(blank);
            }
            found = found.or(Some(blank));
        }
        found
    }

    /// What a draft of a form tells; the grid itself is for the caller to put in.
    fn of(grid: &Grid, form: FormRows, mut draft: Draft<'_>, layouts: &Layouts) -> Self {
        let (mut tables, midterm_tables) =
            (std::mem::take(&mut draft.tables), std::mem::take(&mut draft.midterm_tables));
        // A table of nothing but its head takes all rows below that.
        for table in tables.iter_mut().filter(|table| table.rows.is_empty()) {
            let at = table.head.below.saturating_sub(1);
            table.rows.push(RowSlot { at, level1: None, level2: None });
        }
        let mut places = draft.project.clone();
        let fitted = draft.finish(grid, "", layouts).project;
        (places.kind, places.source.layout) = (fitted.kind, fitted.source.layout);
        let reached =
            places.indicators.iter().any(|row| row.actual.value.is_some() || row.score.value.is_some())
                || places.funds.iter().any(|fund| fund.executed.value.is_some_and(|sum| !sum.is_zero()));
        let filled = reached || places.name.value.is_some() && !places.indicators.is_empty();
        let money_unit = fitted.money_unit;
        let fills = layouts.get(&places.source.layout).map(|layout| layout.fills.clone()).unwrap_or_default();
        Self {
            grid: Grid::default(),
            form,
            places,
            tables,
            midterm_tables,
            list: None,
            money_unit,
            fills,
            filled,
        }
    }

    /// The form's sheet.
    pub fn sheet(&self) -> &str {
        &self.grid.sheet
    }

    /// The id of the form's layout; empty if none fits.
    pub fn layout(&self) -> &str {
        &self.places.source.layout
    }

    /// What it asks for of a project.
    pub fn asked(&self, project: &Project) -> Project {
        if self.fills.only_indicators {
            return Project { indicators: project.indicators.clone(), ..Project::default() };
        }
        project.clone()
    }

    /// Whether it is one table for many projects.
    pub fn is_list(&self) -> bool {
        self.list.is_some()
    }

    /// What is to become of the sheet of a list so that it states some projects.
    pub fn fill_list(&self, projects: &[Project], layouts: &Layouts) -> Filling {
        list::fill(self, projects, layouts)
    }

    /// What is to become of the sheet so that it states a project.
    pub fn fill(&self, project: &Project, layouts: &Layouts) -> Filling {
        let mut filler = Filler::new(self, layouts);
        let indicators = rows::with_groups(&project.indicators);
        let year = assign::assign(self, &self.tables, &indicators, &mut filler.filling.rows);
        let midterm = assign::existing(self, &self.midterm_tables, &project.midterm);
        let goals = filler.room_for_goals(project);
        if self.filled {
            filler.clear();
        }
        filler.identity(project);
        filler.funds(project);
        filler.goals(project, goals);
        filler.total(project);
        filler.other(project);
        let style = rows::style(self, &self.tables);
        rows::put(&mut filler, &self.tables, &year, &indicators, style);
        let style = rows::style(self, &self.midterm_tables);
        rows::put(&mut filler, &self.midterm_tables, &midterm, &project.midterm, style);
        filler.filling
    }

    /// What stands at a cell: itself, or the merged area that begins there.
    fn slot(&self, at: Address) -> Option<&Slot> {
        let rows = self.grid.rows();
        let row = rows.binary_search_by_key(&at.row, |row| row.index).ok()?;
        rows[row].at(at.col)
    }

    /// The places beside labels of which `is` says that they are wanted: the label's text and the cell.
    fn beside(&self, words: &Vocabulary, is: impl Fn(&str) -> bool) -> Vec<Address> {
        let rows = &self.grid.rows()[self.form.rows.clone()];
        let mut found = Vec::new();
        for row in rows {
            let mut slots = joined(row);
            slots.retain(|slot| row.begins(slot));
            for (i, slot) in slots.iter().enumerate().filter(|(_, slot)| !slot.is_blank()) {
                if is(slot.text)
                    && let Some(right) = slots.get(i + 1)
                    && words.form(right.text).is_none()
                {
                    found.push(right.area.first);
                }
            }
        }
        found
    }
}

/// A form while it is filled. Cells are named by where they stand on the blank, unless it is said otherwise.
struct Filler<'a> {
    blank: &'a Blank,
    words: &'a Vocabulary,
    filling: Filling,
}

impl<'a> Filler<'a> {
    fn new(blank: &'a Blank, layouts: &'a Layouts) -> Self {
        let filling = Filling { sheet: blank.grid.sheet.clone(), ..Filling::default() };
        Self { blank, words: layouts.vocabulary(), filling }
    }

    fn put(&mut self, at: Address, content: Content) {
        let at = self.filling.rows.moved_cell(at);
        self.filling.cells.insert(at, content);
    }

    fn put_text(&mut self, at: Address, text: &str) {
        self.put(at, Content::Text(text.to_owned()));
    }
}
