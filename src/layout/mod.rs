//! What forms look like, and reading them: a grid to the projects of its forms.
//!
//! Tables are found by what their heads say, wherever they stand on the sheet; the words come from
//! `templates/vocabulary.toml`. A layout (`templates/layouts/`) says only what the words cannot: the form's
//! name, its scheme of scoring and its money unit.

mod definition;
mod form;
mod funds;
mod identity;
mod indicators;
mod label;
mod list;
mod numbers;
mod table;
mod vocabulary;

pub use definition::{Layout, Layouts};

use crate::grid::Grid;
use crate::model::{Address, Field, Finding, Level, Project, Source};
use definition::Evidence;
use numbers::Numbers;
use vocabulary::{FundColumn, IndicatorColumn, Vocabulary};

/// What was read from a file.
#[derive(Debug, Default)]
pub struct Reading {
    /// The forms, in reading order.
    pub forms: Vec<Form>,
    /// Sheets that hold no form: their names and why they were passed over.
    pub skipped: Vec<(String, Skipped)>,
}

/// A form as read.
#[derive(Clone, Debug)]
pub struct Form {
    /// What it states.
    pub project: Project,
    /// What of it could not be read.
    pub findings: Vec<Finding>,
}

/// Why a sheet was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// The workbook hides it.
    Hidden,
    /// It has some of a form's words, but no table of indicators.
    NearMiss,
    /// It has nothing of a form.
    NoForm,
}

/// Reads every form of a file's grids. `file` is the name to show for it.
pub fn read(grids: &[Grid], file: &str, layouts: &Layouts) -> Reading {
    let mut reading = Reading::default();
    for grid in grids {
        if grid.hidden {
            reading.skipped.push((grid.sheet.clone(), Skipped::Hidden));
            continue;
        }
        let found = form::find(grid, layouts.vocabulary());
        if found.is_empty() {
            let why = if resembles_a_form(grid, layouts) { Skipped::NearMiss } else { Skipped::NoForm };
            reading.skipped.push((grid.sheet.clone(), why));
        }
        reading.forms.extend(found.iter().flat_map(|rows| read_forms(grid, rows, file, layouts)));
    }
    reading
}

/// Whether a sheet without a table of indicators has enough of a form's words to deserve a word itself.
fn resembles_a_form(grid: &Grid, layouts: &Layouts) -> bool {
    let words = layouts.vocabulary();
    let known = grid
        .rows()
        .iter()
        .flat_map(|row| row.filled().filter(|slot| row.begins(slot)))
        .filter(|slot| words.form(&slot.text).is_some() || words.indicator_column(&slot.text).is_some());
    known.count() >= 4
}

/// A form while it is read: what it states, and what its layout and its findings follow from.
#[derive(Debug, Default)]
struct Draft {
    project: Project,
    numbers: Numbers,
    nameless: Vec<indicators::Nameless>,
    /// Columns of its funds block.
    funds: Vec<FundColumn>,
    /// Columns of its indicator tables.
    indicators: Vec<IndicatorColumn>,
    /// The cell to point at for what stands nowhere.
    corner: Option<Address>,
}

/// The forms of some rows: one, or as many as a list has projects.
fn read_forms(grid: &Grid, form: &form::FormRows, file: &str, layouts: &Layouts) -> Vec<Form> {
    let words = layouts.vocabulary();
    let drafts = list::read(grid, form, words).unwrap_or_else(|| vec![read_form(grid, form, words)]);
    drafts.into_iter().map(|draft| draft.finish(grid, file, layouts)).collect()
}

fn read_form(grid: &Grid, form: &form::FormRows, words: &Vocabulary) -> Draft {
    let rows = grid.rows();
    let mut draft = Draft::default();
    let Draft { project, numbers, nameless, .. } = &mut draft;
    let first_table = form.tables.first().map_or(form.rows.end, |head| head.first_row);
    let above = form.rows.start..first_table;
    project.money_unit =
        above.clone().flat_map(|at| rows[at].filled()).find_map(|slot| identity::money_unit(&slot.text));
    let funds = funds::read(grid, above, words, project, numbers);
    let mut taken = Vec::new();
    for (i, head) in form.tables.iter().enumerate() {
        let end = form.tables.get(i + 1).map_or(form.rows.end, |next| next.first_row);
        taken.push(indicators::read(rows, head, end, words, project, numbers, nameless));
    }
    let is_taken = |at: usize| funds.rows.contains(&at) || taken.iter().any(|rows| rows.contains(&at));
    identity::read(grid, form, &is_taken, words, project);
    draft.funds = funds.columns;
    draft.indicators =
        form.tables.iter().flat_map(|head| head.columns.iter().map(|column| column.holds)).collect();
    draft.corner = rows.get(form.rows.start).and_then(|row| row.slots.first()).map(|slot| slot.area.first);
    draft
}

impl Draft {
    /// Finds the layout that fits, and says what could not be read.
    fn finish(self, grid: &Grid, file: &str, layouts: &Layouts) -> Form {
        let mut project = self.project;
        let classes = project.indicators.iter().map(|row| label::key(row.level1.text())).collect();
        let layout = layouts.fitting(&Evidence { funds: self.funds, indicators: self.indicators, classes });
        if let Some(layout) = layout {
            project.kind = layout.kind;
            project.money_unit = project.money_unit.or(layout.money_unit);
        }
        project.source = Source {
            file: file.to_owned(),
            sheet: grid.sheet.clone(),
            layout: layout.map(|layout| layout.id.clone()).unwrap_or_default(),
        };
        let findings = faults(&mut project, self.numbers, self.nameless, self.corner);
        Form { project, findings }
    }
}

/// What could not be read, as findings; the numbers' texts go into `unread`.
fn faults(
    project: &mut Project,
    numbers: Numbers,
    nameless: Vec<indicators::Nameless>,
    corner: Option<Address>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut empty = |field: Option<Address>, what: &str| {
        findings.push(
            Finding::about(project, "F02", Level::Error, field.or(corner))
                .says(t!("F02.message", what = what), t!("F02.hint", what = what)),
        );
    };
    let missing = |field: &Field<String>| field.value.is_none();
    if missing(&project.name) {
        empty(project.name.cell, "项目名称");
    }
    if missing(&project.unit) && missing(&project.department) {
        empty(project.unit.cell.or(project.department.cell), "实施单位");
    }
    for failure in numbers.failures {
        findings.push(
            Finding::about(project, "F01", Level::Warning, Some(failure.cell))
                .says(t!("F01.message", text = failure.unread.text), t!("F01.hint"))
                .compares(&failure.unread.text, t!("F01.expected")),
        );
        project.unread.push(failure.unread);
    }
    for row in nameless {
        findings.push(
            Finding::about(project, "F03", Level::Warning, Some(row.cell))
                .says(t!("F03.message", found = row.found), t!("F03.hint")),
        );
    }
    findings
}
