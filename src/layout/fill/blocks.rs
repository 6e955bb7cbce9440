//! The blocks of a form: funds, goals, the total.

use super::{Content, Filler, rows, titles, values};
use crate::grid::Slot;
use crate::layout::identity;
use crate::layout::label::key;
use crate::layout::numbers::rate_in_percent;
use crate::layout::vocabulary::{FormLabel, FundColumn};
use crate::model::{Address, Area, Decimal, Field, Fund, FundRole, Goal, Project};

impl Filler<'_> {
    pub(super) fn funds(&mut self, project: &Project) {
        let (from, to) = (project.money_unit, self.blank.money_unit);
        let mut left: Vec<&Fund> = project.funds.iter().collect();
        let places = &self.blank.places.funds;
        let mut chosen: Vec<Option<&Fund>> = vec![None; places.len()];
        // Rows of one name first, then those that mean the same.
        let name = |fund: &Fund| key(fund.item.text()).into_owned();
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
        let rate = |slot: &&Slot| self.words.fund_column(&slot.text) == Some(FundColumn::Rate);
        heads.rev().find(rate).is_some_and(|slot| rate_in_percent(&slot.text))
    }

    /// Makes rows for goals that stand one under another; gives the row of the last goal and how many were made.
    pub(super) fn room_for_goals(&mut self, project: &Project) -> Option<(u32, u32)> {
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

    pub(super) fn goals(&mut self, project: &Project, room: Option<(u32, u32)>) {
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

    pub(super) fn total(&mut self, project: &Project) {
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
}
