//! Places beside, below and behind labels: whose form it is, and what is kept under its own label.

use super::{Content, Filler, rows, titles, values};
use crate::layout::indicators::is_placeholder;
use crate::layout::label::key;
use crate::layout::vocabulary::FormLabel;
use crate::layout::{choices, identity};
use crate::model::difference::INSTRUCTIONS;
use crate::model::number::{self, is_blank};
use crate::model::{Address, Project};

impl Filler<'_> {
    /// Takes away what another project left.
    pub(super) fn clear(&mut self) {
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

    pub(super) fn identity(&mut self, project: &Project) {
        let places = &self.blank.places;
        let code_places =
            self.blank.beside(self.words, |text| self.words.form(text) == Some(FormLabel::Code));
        let name = match (code_places.first(), &project.code) {
            (Some(at), Some(code)) => {
                self.put_text(*at, code);
                project.name.value.clone()
            }
            _ => values::coded(project.code.as_ref(), &project.name),
        };
        for (label, place, text) in [
            (FormLabel::Name, &places.name, name),
            (
                FormLabel::Department,
                &places.department,
                values::coded(project.department_code.as_ref(), &project.department),
            ),
            (FormLabel::Unit, &places.unit, values::coded(project.unit_code.as_ref(), &project.unit)),
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
    pub(super) fn put_labelled(&mut self, at: Address, label: FormLabel, text: &str) {
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

    pub(super) fn year(&mut self, year: u16) {
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

    pub(super) fn other(&mut self, project: &Project) {
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
