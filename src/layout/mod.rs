//! What forms look like, and reading them: a grid to the projects of its forms.
//!
//! Tables are found by what their heads say, wherever they stand on the sheet; the words come from
//! `templates/vocabulary.toml`. A layout (`templates/layouts/`) says only what the words cannot: the form's
//! name, its scheme of scoring and its money unit.

mod choices;
mod definition;
mod document;
pub mod explain;
pub mod fill;
mod flaws;
mod form;
mod funds;
mod identity;
mod indicators;
mod label;
mod list;
mod midterm;
mod near_miss;
mod numbers;
mod register;
mod table;
mod total;
mod vocabulary;

pub use definition::{Layout, Layouts};
pub use near_miss::NearMiss;

use std::borrow::Cow;
use std::rc::Rc;

use crate::grid::{Excerpt, Grid, Row};
use crate::model::number::compacted;
use crate::model::{Address, Field, Finding, Level, Project, Source};
use definition::{Evidence, Shape, Texts};
use numbers::Numbers;
use vocabulary::{FundColumn, IndicatorColumn, Vocabulary, has_letters};

/// What was read from a file.
#[derive(Debug, Default)]
pub struct Reading {
    /// The forms, in reading order.
    pub forms: Vec<Form>,
    /// Sheets that hold no form: their names and why they were passed over.
    pub skipped: Vec<(String, Skipped)>,
    /// The sheets themselves.
    pub grids: Vec<Grid>,
    /// The files that could not be read when data was made of them, if the file is such data.
    pub unreadable: Vec<Finding>,
}

impl Reading {
    /// The cells around a finding; `None` if it has no cell, or its sheet is not among these.
    pub fn excerpt(&self, finding: &Finding) -> Option<Excerpt> {
        let (cell, sheet) = (finding.cell?, finding.sheet.as_deref()?);
        // Two tables of a document may bear one name.
        let mut grids = self.grids.iter().filter(|grid| grid.sheet == sheet);
        grids.find_map(|grid| Excerpt::around(grid, cell))
    }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// The workbook hides it.
    Hidden {
        /// Whether it holds a form all the same.
        form: bool,
    },
    /// It breaks off before any form: what a programmer would say.
    CutOff(String),
    /// It has some of a form's words, but no table of indicators.
    NearMiss(NearMiss),
    /// It is a form of a kind that is known and not read: its name, and why.
    Refused {
        /// The layout's name.
        name: String,
        /// What to do instead, in the user's words.
        why: String,
    },
    /// It lists the projects whose forms stand on other sheets.
    Register,
    /// It has nothing of a form.
    NoForm,
}

/// Reads every form of a file's grids. `file` is the name to show for it.
pub fn read(grids: &[Grid], file: &str, layouts: &Layouts) -> Reading {
    let found = find(grids, layouts.vocabulary());
    let no_forms = found.iter().all(|(_, found)| found.is_empty());
    let mut reading = Reading::default();
    for (grid, found) in &found {
        reading.forms.extend(found.iter().flat_map(|rows| read_forms(grid, rows, file, layouts)));
        if found.is_empty() {
            match read_skipped(grid, file, layouts, no_forms) {
                Ok(forms) => reading.forms.extend(forms),
                Err(why) => reading.skipped.push((grid.sheet.clone(), why)),
            }
        }
    }
    reading
}

/// The sheets, and the documents' tables put together, each with the forms that stand on it; none on a hidden
/// one.
fn find<'a>(grids: &'a [Grid], words: &Vocabulary) -> Vec<(Cow<'a, Grid>, Vec<form::FormRows>)> {
    let with = |grid: Cow<'a, Grid>| {
        let found = if grid.hidden { Vec::new() } else { form::find(&grid, words) };
        (grid, found)
    };
    document::joined(grids, words).into_iter().map(with).collect()
}

/// What a sheet without a table of indicators is: a register of projects, or nothing that is read.
fn read_skipped(grid: &Grid, file: &str, layouts: &Layouts, no_forms: bool) -> Result<Vec<Form>, Skipped> {
    if grid.hidden {
        return Err(Skipped::Hidden { form: !form::find(grid, layouts.vocabulary()).is_empty() });
    }
    if let Some(cause) = grid.flaws.iter().find_map(crate::grid::Flaw::cause) {
        return Err(Skipped::CutOff(cause.to_owned()));
    }
    let projects = register::read(grid, layouts.vocabulary());
    if !projects.is_empty() {
        // Beside the forms themselves it says nothing that they do not.
        return if no_forms {
            Ok(projects.into_iter().map(|draft| draft.finish(grid, file, layouts)).collect())
        } else {
            Err(Skipped::Register)
        };
    }
    if let Some((name, why)) = refused(grid, layouts) {
        return Err(Skipped::Refused { name, why });
    }
    Err(near_miss::look(grid, layouts).map_or(Skipped::NoForm, Skipped::NearMiss))
}

/// The name of a layout that is not read, and why, if a sheet is of one.
fn refused(grid: &Grid, layouts: &Layouts) -> Option<(String, String)> {
    let layout = layouts.refusing(&texts(grid, 0..grid.rows().len()))?;
    Some((layout.name.clone(), layout.refused.clone()?))
}

/// A form while it is read: what it states, and what its layout and its findings follow from.
#[derive(Debug, Default)]
struct Draft<'a> {
    project: Project,
    numbers: Numbers,
    nameless: Vec<indicators::Nameless>,
    levels: indicators::Levels,
    /// Its indicator tables as places to fill.
    tables: Vec<indicators::TableSlots>,
    /// Those of indicators of several years.
    midterm_tables: Vec<indicators::TableSlots>,
    shape: Shape,
    /// Columns of its funds block.
    funds: Vec<FundColumn>,
    /// Columns of its indicator tables.
    indicators: Vec<IndicatorColumn>,
    /// Heads of its indicator tables that nobody knows, with their cells.
    unknown: Vec<(String, Address)>,
    /// Its short texts.
    texts: Rc<Texts<'a>>,
    /// The cell to point at for what stands nowhere.
    corner: Option<Address>,
}

/// The forms of some rows: one, or as many as a list has projects.
fn read_forms(grid: &Grid, form: &form::FormRows, file: &str, layouts: &Layouts) -> Vec<Form> {
    let words = layouts.vocabulary();
    let drafts = list::read(grid, form, words).unwrap_or_else(|| vec![read_form(grid, form, words)]);
    let mut forms = drafts.into_iter().map(|draft| draft.finish(grid, file, layouts)).collect::<Vec<_>>();
    flaws::add(&mut forms, grid, form);
    forms
}

fn read_form<'a>(grid: &'a Grid, form: &form::FormRows, words: &Vocabulary) -> Draft<'a> {
    let rows = grid.rows();
    let mut draft = Draft::default();
    let first_table = form.tables.first().map_or(form.rows.end, |head| head.first_row);
    let above = form.rows.start..first_table;
    let paragraphs = grid.above.iter().map(String::as_str);
    let printed = above.clone().flat_map(|at| rows[at].filled()).map(|slot| slot.text.as_str());
    draft.project.money_unit = paragraphs.chain(printed).find_map(identity::money_unit);
    let funds = funds::read(grid, above, words, &mut draft.project, &mut draft.numbers);
    let mut taken = Vec::new();
    for (i, head) in form.tables.iter().enumerate() {
        let end = form.tables.get(i + 1).map_or(form.rows.end, |next| next.first_row);
        taken.push(midterm::read(rows, head, end, words, &mut draft));
    }
    let is_taken = |at: usize| funds.rows.contains(&at) || taken.iter().any(|rows| rows.contains(&at));
    identity::read(grid, form, &is_taken, words, &mut draft.project);
    draft.funds = funds.columns;
    draft.indicators =
        form.tables.iter().flat_map(|head| head.columns.iter().map(|column| column.holds)).collect();
    draft.unknown = unknown_heads(rows, &form.tables);
    draft.texts = Rc::new(texts(grid, form.rows.clone()));
    draft.corner = rows.get(form.rows.start).and_then(|row| row.slots.first()).map(|slot| slot.area.first);
    draft
}

/// The heads of some tables that nobody knows, with their cells.
fn unknown_heads(rows: &[Row], tables: &[table::Head<IndicatorColumn>]) -> Vec<(String, Address)> {
    let of = |head: &table::Head<IndicatorColumn>| {
        let row = rows[head.first_row].index;
        head.other
            .iter()
            .map(move |column| (column.holds.clone(), Address::new(row, column.first)))
            .collect::<Vec<_>>()
    };
    tables.iter().flat_map(of).collect()
}

/// The short texts of some rows and of what stands above them.
fn texts(grid: &Grid, rows: std::ops::Range<usize>) -> Texts<'_> {
    const SHORT: usize = 60;
    let mut texts = Texts::default();
    let above = grid.above.iter().map(|text| (text, true));
    let printed = grid.rows()[rows].iter().flat_map(|row| {
        let alone = row.filled().count() == 1;
        row.filled().filter(|slot| row.begins(slot)).map(move |slot| (&slot.text, alone))
    });
    for (text, alone) in above.chain(printed).filter(|(text, _)| text.chars().count() <= SHORT) {
        // Figures are the labels of nothing.
        if has_letters(text) {
            texts.labels.insert(label::key(text));
            texts.labels.extend(text.split_once(['：', ':']).map(|(label, _)| label::key(label)));
        }
        let plain = compacted(text);
        for lines in [alone.then_some(&mut texts.titles), Some(&mut texts.all)].into_iter().flatten() {
            lines.push_str(&plain);
            lines.push('\n');
        }
    }
    texts
}

impl Draft<'_> {
    /// Finds the layout that fits, and says what could not be read.
    fn finish(self, grid: &Grid, file: &str, layouts: &Layouts) -> Form {
        let mut project = self.project;
        let classes = project.indicators.iter().map(|row| label::key(row.level1.text())).collect();
        let columns = self.indicators.clone();
        let layout = layouts.fitting(&Evidence {
            shape: self.shape,
            funds: self.funds,
            indicators: self.indicators,
            classes,
            texts: &self.texts,
        });
        if let Some(layout) = layout {
            project.kind = layout.kind;
            let printed = project.money_unit.or(self.numbers.printed_unit);
            project.money_unit = printed.or(layout.money_unit);
            if layout.of_department && project.name.value.is_none() {
                let unit =
                    [&project.department, &project.unit].into_iter().find(|field| field.value.is_some());
                project.name = unit.cloned().unwrap_or_default();
            }
        }
        project.source = Source {
            file: file.to_owned(),
            sheet: grid.sheet.clone(),
            layout: layout.map(|layout| layout.id.clone()).unwrap_or_default(),
        };
        let misread = near_miss::misread(&columns, &self.unknown, layouts.vocabulary());
        let findings = faults(&mut project, self.numbers, self.nameless, misread, self.corner);
        Form { project, findings }
    }
}

/// What could not be read, as findings; the numbers' texts go into `unread`.
fn faults(
    project: &mut Project,
    numbers: Numbers,
    nameless: Vec<indicators::Nameless>,
    misread: Option<near_miss::Misread>,
    corner: Option<Address>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    // A place that stands empty is for a check to tell; here it is one that was not found at all.
    let nowhere = |field: &Field<String>| field.value.is_none() && field.cell.is_none();
    for (missing, level, what) in [
        (nowhere(&project.name), Level::Warning, "项目名称"),
        (nowhere(&project.unit) && project.department.value.is_none(), Level::Note, "实施单位"),
    ] {
        if missing {
            findings.push(
                Finding::about(project, "F02", level, corner)
                    .says(t!("F02.message", what = what), t!("F02.hint", what = what)),
            );
        }
    }
    for failure in numbers.failures {
        findings.push(if flaws::is_error_value(&failure.unread.text) {
            flaws::error_value(project, failure.cell, &failure.unread.text)
        } else {
            Finding::about(project, "F01", Level::Warning, Some(failure.cell))
                .says(t!("F01.message", text = failure.unread.text), t!("F01.hint"))
                .compares(&failure.unread.text, t!("F01.expected"))
        });
        project.unread.push(failure.unread);
    }
    for row in nameless {
        findings.push(
            Finding::about(project, "F03", Level::Warning, Some(row.cell))
                .says(t!("F03.message", found = row.found), t!("F03.hint")),
        );
    }
    if let Some(near_miss::Misread { head, cell, missing, line }) = misread {
        findings.push(
            Finding::about(project, "F04", Level::Warning, Some(cell))
                .says(t!("F04.message", head = head, missing = missing), t!("F04.hint", line = line)),
        );
    }
    findings
}
