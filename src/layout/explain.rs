//! What was found where: every cell of a form with what it was taken for.

use std::collections::HashMap;

use super::definition::Layouts;
use super::form::FormRows;
use super::identity::money_unit;
use super::table::Head;
use super::vocabulary::Vocabulary;
use super::{Form, Skipped, find, read_forms, read_skipped};
use crate::grid::{Grid, Slot};
use crate::model::{Address, Area};

/// A sheet, or a table of a document with those that go on with it.
#[derive(Debug)]
pub struct ExplainedSheet {
    /// The sheet's name.
    pub sheet: String,
    /// Its forms, from the top.
    pub forms: Vec<ExplainedForm>,
    /// Why it was passed over, if it was.
    pub skipped: Option<Skipped>,
}

/// A form, row by row. A list of projects is one form here.
#[derive(Debug)]
pub struct ExplainedForm {
    /// The id of the layout that fits.
    pub layout: String,
    /// How many projects were read from it.
    pub projects: usize,
    /// Its rows that hold something.
    pub rows: Vec<Vec<ExplainedCell>>,
}

/// A cell or merged area that holds something.
#[derive(Debug, PartialEq, Eq)]
pub struct ExplainedCell {
    /// The cells that it covers.
    pub area: Area,
    /// What it prints.
    pub text: String,
    /// What it was taken for.
    pub role: Role,
}

/// What a cell was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The name of a place, a column or a row: the concept's name in the vocabulary file.
    Label(String),
    /// A value: its place in the model as a JSON pointer.
    Value(String),
    /// A part of a value, or one that is kept without its cell: the concept's name in the vocabulary file.
    Part(String),
    /// A title or a note: it stands alone in its row.
    Remark,
    /// Nothing.
    Unknown,
}

/// Explains every sheet of a file's grids.
pub fn explain(grids: &[Grid], layouts: &Layouts) -> Vec<ExplainedSheet> {
    let words = layouts.vocabulary();
    let found = find(grids, words);
    let no_forms = found.iter().all(|(_, found)| found.is_empty());
    found
        .iter()
        .map(|(grid, found)| {
            let mut sheet = ExplainedSheet { sheet: grid.sheet.clone(), forms: Vec::new(), skipped: None };
            for rows in found {
                sheet.forms.push(form_of(grid, rows, read_forms(grid, rows, "", layouts), words));
            }
            if found.is_empty() {
                match read_skipped(grid, "", layouts, no_forms) {
                    Ok(forms) => {
                        let all = FormRows { rows: 0..grid.rows().len(), tables: Vec::new() };
                        sheet.forms.push(form_of(grid, &all, forms, words));
                    }
                    Err(why) => sheet.skipped = Some(why),
                }
            }
            sheet
        })
        .collect()
}

fn form_of(grid: &Grid, form: &FormRows, mut read: Vec<Form>, words: &Vocabulary) -> ExplainedForm {
    let mut values: HashMap<Address, String> = HashMap::new();
    let several = read.len() > 1;
    for (i, form) in read.iter_mut().enumerate() {
        form.project.for_each_cell(&mut |path, cell| {
            if let Some(cell) = cell {
                let path = if several { format!("/{i}{path}") } else { path.to_owned() };
                values.entry(*cell).or_insert(path);
            }
        });
    }
    let explain = |at: usize, slot: &Slot| {
        let head = form.tables.iter().find(|head| (head.first_row..head.below).contains(&at));
        let kept = |head: &Head<_>| head.other.iter().any(|column| column.first == slot.area.first.col);
        let alone = grid.rows()[at].filled().count() == 1;
        let role = match (values.get(&slot.area.first), label(slot, head.is_some(), words)) {
            (Some(path), _) if head.is_none() => Role::Value(path.clone()),
            (_, Some(concept)) => Role::Label(concept),
            _ if head.is_some_and(kept) => Role::Label("indicator_column.other".to_owned()),
            _ if money_unit(&slot.text).is_some() => Role::Label("money_unit".to_owned()),
            _ if alone => Role::Remark,
            _ => part(grid, form, at, slot, words).map_or(Role::Unknown, Role::Part),
        };
        ExplainedCell { area: slot.area, text: slot.text.clone(), role }
    };
    let rows = form.rows.clone().map(|at| {
        let row = &grid.rows()[at];
        row.filled().filter(|slot| row.begins(slot)).map(|slot| explain(at, slot)).collect()
    });
    ExplainedForm {
        layout: read.first().map(|form| form.project.source.layout.clone()).unwrap_or_default(),
        projects: read.len(),
        rows: rows.filter(|cells: &Vec<_>| !cells.is_empty()).collect(),
    }
}

/// The concept of the column under which a cell stands, or of the label to its left.
fn part(grid: &Grid, form: &FormRows, at: usize, slot: &Slot, words: &Vocabulary) -> Option<String> {
    let head = form.tables.iter().rfind(|head| head.below <= at);
    let column = head.and_then(|head| {
        head.columns.iter().find(|column| (column.first..=column.last).contains(&slot.area.first.col))
    });
    let left = || {
        let left = grid.rows()[at].filled().rfind(|left| left.area.last.col < slot.area.first.col)?;
        words.form(&left.text).map(|label| format!("form.{}", label.name()))
    };
    column.map(|column| format!("indicator_column.{}", column.holds.name())).or_else(left)
}

/// The concept that a label names.
fn label(slot: &Slot, in_head: bool, words: &Vocabulary) -> Option<String> {
    let text = &slot.text;
    let column = words.indicator_column(text).map(|column| format!("indicator_column.{}", column.name()));
    let form = || words.form(text).map(|label| format!("form.{}", label.name()));
    let inline = || words.inline(text).map(|(label, _)| format!("form.{}", label.name()));
    let fund = || words.fund_column(text).map(|column| format!("fund_column.{}", column.name()));
    let item = || words.fund_row(text).map(|_| "fund_row".to_owned());
    if in_head { column.or_else(form) } else { form().or_else(fund).or_else(item).or(column).or_else(inline) }
}
