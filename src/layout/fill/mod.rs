//! Filling a form: the places that the reader finds on it take a project's values.
//!
//! Nothing here knows of files: what comes out says which cells are to hold what, and where rows are to be put
//! between others. Reading what was filled tells what the form had no place for.

mod assign;
mod list;
mod rows;
mod titles;
mod values;

use std::collections::BTreeMap;

use super::definition::{Fills, Layouts};
use super::form::{self, FormRows};
use super::indicators::{TableSlots, is_placeholder};
use super::label::key;
use super::list::{Beside, project_columns};
use super::table::{Column, joined};
use super::vocabulary::{FormLabel, Vocabulary};
use super::{Draft, choices, identity, read_form};
use crate::grid::{Grid, Slot};
use crate::model::difference::INSTRUCTIONS;
use crate::model::number::{self, is_blank};
use crate::model::{
    Address, Area, Decimal, Field, Fund, FundRole, Goal, Insertions, Kind, MoneyUnit, Project,
};

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
            let blank = Self { list, ..Self::new(grid, form, draft, layouts) };
            if blank.places.kind == Kind::SelfEvaluation {
                return Some(blank);
            }
            found = found.or(Some(blank));
        }
        found
    }

    fn new(grid: Grid, form: FormRows, mut draft: Draft, layouts: &Layouts) -> Self {
        let (tables, midterm_tables) =
            (std::mem::take(&mut draft.tables), std::mem::take(&mut draft.midterm_tables));
        let mut places = draft.project.clone();
        let fitted = draft.finish(&grid, "", layouts).project;
        (places.kind, places.source.layout) = (fitted.kind, fitted.source.layout);
        let reached =
            places.indicators.iter().any(|row| row.actual.value.is_some() || row.score.value.is_some())
                || places.funds.iter().any(|fund| fund.executed.value.is_some_and(|sum| !sum.is_zero()));
        let filled = reached || places.name.value.is_some() && !places.indicators.is_empty();
        let money_unit = fitted.money_unit;
        let fills = layouts.get(&places.source.layout).map(|layout| layout.fills.clone()).unwrap_or_default();
        Self { grid, form, places, tables, midterm_tables, list: None, money_unit, fills, filled }
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
            let slots: Vec<Slot> = joined(row).into_iter().filter(|slot| row.begins(slot)).collect();
            for (i, slot) in slots.iter().enumerate().filter(|(_, slot)| !slot.is_blank()) {
                if is(&slot.text)
                    && let Some(right) = slots.get(i + 1)
                    && words.form(&right.text).is_none()
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

    /// Takes away what another project left.
    fn clear(&mut self) {
        let mut cells = Vec::new();
        let mut places = self.blank.places.clone();
        places.year.cell = None;
        // Full points of the budget's execution and of the whole are the form's own.
        places.funds.iter_mut().for_each(|fund| (fund.item.cell, fund.weight.cell) = (None, None));
        let full_points = places.total.weight.cell.take();
        places.other.retain(|label, _| !INSTRUCTIONS.contains(&label.as_str()));
        for row in places.indicators.iter_mut().chain(&mut places.midterm) {
            (row.level1.cell, row.level2.cell) = (None, None);
        }
        places.for_each_cell(&mut |_, cell| cells.extend(*cell));
        let total_row = places.total.score.cell.or(full_points).map(|at| at.row);
        let total_row = self.blank.grid.rows().iter().find(|row| Some(row.index) == total_row);
        if let Some(row) = total_row {
            let numbers =
                row.filled().filter(|slot| row.begins(slot) && number::points(&slot.text).is_some());
            cells.extend(numbers.map(|slot| slot.area.first).filter(|at| Some(*at) != full_points));
        }
        let first_table = self.blank.form.tables.first().map_or(0, |head| head.first_row);
        let titles = self.blank.grid.rows().get(self.blank.form.rows.start..first_table).unwrap_or_default();
        let inline = |text: &str| titles::emptied(text, self.words).is_some();
        for row in titles {
            let inline = row.filled().filter(|slot| row.begins(slot) && inline(&slot.text));
            cells.extend(inline.map(|slot| slot.area.first));
        }
        // The signs of targets are no places of their own.
        for table in self.blank.tables.iter().chain(&self.blank.midterm_tables) {
            for row in table.rows.iter().map(|row| &self.blank.grid.rows()[row.at]) {
                let values = table.head.columns.iter().filter(|column| !rows::is_upper_level(column.holds));
                let values = values.map(|column| column.place(row));
                cells.extend(values.filter(|p| p.own && !is_placeholder(p.text)).map(|p| p.cell));
            }
        }
        for (label, at) in places.other.iter().filter_map(|(label, field)| Some((label, field.cell?))) {
            if self.words.form(label).is_none() {
                self.put_behind(at, label, "");
            }
            if self.filling.cells.contains_key(&self.filling.rows.moved_cell(at)) {
                cells.retain(|cell| *cell != at);
            }
        }
        for at in cells {
            let Some(slot) = self.blank.slot(at).filter(|slot| slot.area.first == at) else { continue };
            let emptied = titles::emptied(&slot.text, self.words).or_else(|| choices::tick(&slot.text, &[]));
            if let Some(text) = emptied {
                self.put_text(at, &text);
            } else if !is_blank(&slot.text) && !self.is_title(at) {
                self.put(at, Content::Nothing);
            }
        }
    }

    /// Whether a cell is a title that bears the project's name among other words.
    fn is_title(&self, at: Address) -> bool {
        let name = &self.blank.places.name;
        let text = self.blank.slot(at).map_or("", |slot| slot.text.as_str());
        name.cell == Some(at)
            && name.get().is_some_and(|name| {
                let own = identity::split_code(&identity::one_line(text)).1;
                own != *name && own.contains(name.as_str())
            })
    }

    fn identity(&mut self, project: &Project) {
        let places = &self.blank.places;
        let code_places =
            self.blank.beside(self.words, |text| self.words.form(text) == Some(FormLabel::Code));
        let coded = |code: &Option<String>, name: &Field<String>| {
            let name = name.get()?;
            Some(code.as_ref().map_or_else(|| name.clone(), |code| format!("{code}-{name}")))
        };
        let name = match (code_places.first(), &project.code) {
            (Some(at), Some(code)) => {
                self.put_text(*at, code);
                project.name.value.clone()
            }
            _ => coded(&project.code, &project.name),
        };
        for (label, place, text) in [
            (FormLabel::Name, &places.name, name),
            (FormLabel::Department, &places.department, coded(&project.department_code, &project.department)),
            (FormLabel::Unit, &places.unit, coded(&project.unit_code, &project.unit)),
        ] {
            let Some(text) = text else { continue };
            if let Some(at) = place.cell {
                self.put_labelled(at, label, &text);
            }
            // A title may ask for it too.
            let title = titles::inline(self.blank, self.words, |meaning, _| meaning == label);
            if let Some(at) = title.filter(|at| Some(*at) != place.cell) {
                self.put_labelled(at, label, &text);
            }
        }
        if let Some(year) = project.year.value {
            self.year(year);
        }
    }

    /// Puts a text at the place that was found for a label: the cell beside it, or the label's own.
    fn put_labelled(&mut self, at: Address, label: FormLabel, text: &str) {
        let Some(slot) = self.blank.slot(at).filter(|slot| !is_blank(&slot.text)) else {
            return self.put_text(at, text);
        };
        // A cell may hold several labels, whose values are put one after another.
        let before = match self.filling.cells.get(&self.filling.rows.moved_cell(at)) {
            Some(Content::Text(text)) => text.clone(),
            _ => slot.text.clone(),
        };
        if let Some(text) = titles::inline_text(&before, self.words, label, text) {
            self.put_text(at, &text);
        } else if self.words.form(&slot.text) == Some(label) {
            self.put_text(Address::new(at.row, slot.area.last.col + 1), text);
        } else if self.is_title(at) {
            let places = &self.blank.places;
            let coded = places.code.as_ref().map(|code| format!("{code}-")).unwrap_or_default();
            let own = format!("{coded}{}", places.name.text());
            self.put_text(at, &identity::one_line(&before).replacen(&own, text, 1));
        } else {
            self.put_text(at, text);
        }
    }

    fn year(&mut self, year: u16) {
        let place = &self.blank.places.year;
        match (place.cell, place.value) {
            // The year that a blank prints is its own.
            (Some(at), Some(printed)) if self.blank.filled => {
                if let Some(slot) = self.blank.slot(at) {
                    let text = slot.text.replacen(&printed.to_string(), &year.to_string(), 1);
                    self.put_text(at, &text);
                }
            }
            (_, Some(_)) => {}
            (Some(at), None) => self.put_labelled(at, FormLabel::Year, &year.to_string()),
            (None, None) => {
                if let Some((at, text)) = titles::with_year(self.blank, self.words, year) {
                    self.put_text(at, &text);
                }
            }
        }
    }

    fn funds(&mut self, project: &Project) {
        let (from, to) = (project.money_unit, self.blank.money_unit);
        let mut left: Vec<&Fund> = project.funds.iter().collect();
        let places = &self.blank.places.funds;
        let mut chosen: Vec<Option<&Fund>> = vec![None; places.len()];
        // Rows of one name first, then those that mean the same.
        let name = |fund: &Fund| key(fund.item.text());
        for by_name in [true, false] {
            for (place, chosen) in places.iter().zip(&mut chosen).filter(|(_, chosen)| chosen.is_none()) {
                let fits = |fund: &&Fund| {
                    fund.role == place.role
                        && if by_name { name(fund) == name(place) } else { place.role != FundRole::Other }
                };
                *chosen = left.iter().position(fits).map(|i| left.remove(i));
            }
        }
        for (place, fund) in places.iter().zip(chosen) {
            let Some(fund) = fund else { continue };
            // A form with one sum asks for the budget that counts.
            let single = !place.budget.exists() && !place.executed.exists();
            let sum = if single { fund.budget.value.or(fund.initial.value) } else { fund.initial.value };
            let reached = fund.budget.value.is_some() || fund.executed.value.is_some();
            let declared = fund.initial.value.filter(|_| !place.initial.exists() && !reached);
            for (at, amount) in [
                (place.initial.cell, sum),
                (place.budget.cell, fund.budget.value.or(declared)),
                (place.executed.cell, fund.executed.value),
            ] {
                if let (Some(at), Some(amount)) = (at, amount) {
                    self.put(at, values::number(values::money(amount, from, to)));
                }
            }
            for (at, points) in [(place.weight.cell, fund.weight.value), (place.score.cell, fund.score.value)]
            {
                if let (Some(at), Some(points)) = (at, points) {
                    self.put(at, values::number(points));
                }
            }
            if let (Some(at), Some(rate)) = (place.rate.cell, fund.rate.value) {
                let content = if self.rate_in_percent(at) {
                    values::number(rate * Decimal::ONE_HUNDRED)
                } else {
                    Content::Rate(rate)
                };
                self.put(at, content);
            }
            if let (Some(at), Some(reason)) = (place.reason.cell, fund.reason.get()) {
                self.put_text(at, reason);
            }
        }
    }

    /// Whether the head above a rate says that its numbers are percent.
    fn rate_in_percent(&self, at: Address) -> bool {
        let rows = &self.blank.grid.rows()[self.blank.form.rows.clone()];
        let heads = rows.iter().filter(|row| row.index < at.row).filter_map(|row| row.at(at.col));
        let rate =
            |slot: &&Slot| self.words.fund_column(&slot.text) == Some(super::vocabulary::FundColumn::Rate);
        heads.rev().find(rate).is_some_and(|slot| super::numbers::rate_in_percent(&slot.text))
    }

    /// Makes rows for goals that stand one under another; gives the row of the last goal and how many were made.
    fn room_for_goals(&mut self, project: &Project) -> Option<(u32, u32)> {
        let planned = self.blank.places.goals.last()?.planned.cell?;
        let missing = project.goals.len().checked_sub(self.blank.places.goals.len())?;
        let slot = self.blank.slot(planned)?;
        let labelled_above = planned.row.checked_sub(1).and_then(|above| {
            let above = self.blank.slot(Address::new(above, planned.col))?;
            self.words.form(&above.text)
        });
        let one_row = slot.area.first.row == slot.area.last.row;
        if missing == 0
            || !one_row
            || !matches!(labelled_above, Some(FormLabel::GoalPlanned | FormLabel::GoalAdjusted))
        {
            return None;
        }
        let count = u32::try_from(missing).ok()?;
        self.filling.rows.add(planned.row, count);
        let before = rows::areas_left_of(self.blank, planned.row, planned.col);
        for area in before.filter(|area| area.last.row == planned.row) {
            let first = self.filling.rows.moved_cell(area.first);
            let last = self.filling.rows.moved(planned.row) + count;
            self.filling.merges.push(Area::new(first, Address::new(last, area.last.col)));
        }
        Some((planned.row, count))
    }

    fn goals(&mut self, project: &Project, room: Option<(u32, u32)>) {
        let mut places = self.blank.places.goals.clone();
        if places.is_empty() {
            // A block that names no column of its own holds the goal itself.
            let block = self.blank.beside(self.words, |text| self.words.form(text) == Some(FormLabel::Goals));
            places.extend(block.first().map(|at| Goal { planned: Field::empty(*at), ..Goal::default() }));
        }
        let Some(last) = places.len().checked_sub(1) else { return };
        let adjusted = self.adjusted_goal().filter(|_| project.other.contains_key(identity::INITIAL_GOAL));
        if let (Some(at), Some(first)) = (adjusted, places.first_mut()) {
            // The goal that counts has a place of its own beside the one that it replaced.
            if let (Some(initial), Some(before)) =
                (first.planned.cell, project.other.get(identity::INITIAL_GOAL))
            {
                self.put_text(initial, before.text());
            }
            first.planned.cell = Some(at);
        }
        let halves: [fn(&Goal) -> &Field<String>; 2] = [|goal| &goal.planned, |goal| &goal.actual];
        for half in halves {
            for (i, place) in places.iter().enumerate() {
                let Some(at) = half(place).cell else { continue };
                // A label without a place beside or below it is no place.
                let printed = self.blank.slot(at).map_or("", |slot| slot.text.as_str());
                if self.words.form(printed).is_some() {
                    continue;
                }
                let rest = if i == last && room.is_none() { project.goals.len() } else { i + 1 };
                let texts: Vec<&str> = project
                    .goals
                    .get(i..rest.max(i))
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|goal| half(goal).get().map(String::as_str))
                    .collect();
                if !texts.is_empty() {
                    self.put_text(at, &texts.join("\n"));
                }
            }
            let (Some((row, count)), Some(at)) = (room, half(&places[last]).cell) else { continue };
            let first = self.filling.rows.moved(row) + 1;
            for (goal, row) in project.goals.iter().skip(last + 1).zip(first..first + count) {
                if let Some(text) = half(goal).get() {
                    self.filling.cells.insert(Address::new(row, at.col), Content::Text(text.clone()));
                }
            }
        }
    }

    /// The place for a goal that was adjusted: beside or below its label.
    fn adjusted_goal(&self) -> Option<Address> {
        let rows = &self.blank.grid.rows()[self.blank.form.rows.clone()];
        let is_label = |slot: &&Slot| self.words.form(&slot.text) == Some(FormLabel::GoalAdjusted);
        let (at, label) =
            rows.iter().enumerate().find_map(|(at, row)| Some((at, row.slots.iter().find(is_label)?)))?;
        let right = rows[at].at(label.area.last.col + 1);
        let below = rows.get(at + 1).and_then(|row| row.at(label.area.first.col));
        let place = |slot: &&Slot| self.words.form(&slot.text).is_none();
        right.filter(place).or(below.filter(place)).map(|slot| slot.area.first)
    }

    fn total(&mut self, project: &Project) {
        let places = &self.blank.places.total;
        for (at, points) in
            [(places.weight.cell, project.total.weight.value), (places.score.cell, project.total.score.value)]
        {
            let (Some(at), Some(points)) = (at, points) else { continue };
            if self.blank.slot(at).is_some_and(|slot| titles::emptied(&slot.text, self.words).is_some()) {
                self.put_labelled(at, FormLabel::Total, &points.normalize().to_string());
            } else {
                self.put(at, values::number(points));
            }
        }
        if let Some(score) = project.total.score.value {
            // What stands in the title too.
            let title = titles::inline(self.blank, self.words, |meaning, _| meaning == FormLabel::Total);
            if let Some(at) = title {
                self.put_labelled(at, FormLabel::Total, &score.normalize().to_string());
            }
        }
        let grades = self.blank.beside(self.words, |text| self.words.form(text) == Some(FormLabel::Grade));
        // Behind the score stands the grade, where there is room.
        let behind = places.score.cell.and_then(|score| {
            let end = self.blank.slot(score)?.area.last.col + 1;
            self.blank
                .slot(Address::new(score.row, end))
                .filter(|slot| slot.is_blank() && slot.area.first.row == score.row)
        });
        let behind = behind.map(|slot| slot.area.first);
        let at = places.grade.cell.or(grades.first().copied()).or(behind);
        if let (Some(at), Some(grade)) = (at, project.total.grade.value) {
            self.put_text(at, grade.name());
        }
    }

    fn other(&mut self, project: &Project) {
        for (label, field) in &project.other {
            let Some(text) = field.get() else { continue };
            let places = &self.blank.places.other;
            let alike = || places.iter().find(|(other, _)| key(other) == key(label)).map(|(_, field)| field);
            let own = places.get(label).or_else(alike).and_then(|field| field.cell);
            let printed = |at: Address| self.blank.slot(at).map_or("", |slot| slot.text.as_str());
            // What a blank prints itself is not written over, but for boxes to tick and labels with room behind them.
            let is_room = |at: &Address| {
                let text = printed(*at);
                self.blank.filled
                    || is_blank(text)
                    || choices::tick(text, &[]).is_some()
                    || titles::emptied(text, self.words).is_some()
            };
            let inline = || {
                titles::inline(self.blank, self.words, |_, printed| identity::plain_label(printed) == *label)
            };
            let place = own.filter(is_room).or_else(|| self.place_of(label)).or_else(inline);
            if let Some(at) = titles::labelled(self.blank, label).filter(|_| self.words.form(label).is_none())
            {
                self.put_behind(at, label, text);
                continue;
            }
            let Some(at) = place else { continue };
            let printed = printed(at);
            let text = match project.choices.get(label) {
                Some(chosen) => choices::tick(printed, chosen).unwrap_or_else(|| text.clone()),
                None => text.clone(),
            };
            match self.words.form(label).filter(|_| titles::emptied(printed, self.words).is_some()) {
                Some(meaning) => self.put_labelled(at, meaning, &text),
                // What a form that somebody filled said there is cleared by now.
                None if text != printed || self.blank.filled => self.put_text(at, &text),
                None => {}
            }
        }
    }

    /// Puts a text behind the label that its own cell begins with.
    fn put_behind(&mut self, at: Address, label: &str, text: &str) {
        let printed = self.blank.slot(at).map_or("", |slot| slot.text.as_str());
        if let Some(own) = titles::own_label(printed, label) {
            self.put_text(at, &format!("{own}{text}"));
        }
    }

    /// The empty place beside a label that the reader passes over while nothing stands beside it.
    fn place_of(&self, label: &str) -> Option<Address> {
        let (label, nth) = identity::numbered_label(label);
        let is_it = |text: &str| identity::plain_label(text) == label || key(text) == key(label);
        let at = self.blank.beside(self.words, is_it).into_iter().nth(nth)?;
        self.blank.slot(at).is_none_or(|slot| is_blank(&slot.text) || self.blank.filled).then_some(at)
    }
}
