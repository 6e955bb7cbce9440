//! Lists: one table for many projects, whose first columns say whose the indicators are.

use std::ops::Range;
use std::rc::Rc;

use super::Draft;
use super::definition::Shape;
use super::form::FormRows;
use super::identity::{keep, money_unit, put};
use super::indicators;
use super::table::{Column, Head, joined};
use super::vocabulary::{FormLabel, FundColumn, IndicatorColumn, Vocabulary};
use crate::grid::{Grid, Row, Slot};
use crate::model::{Field, Fund, FundRole, Goal};

/// What a column beside the indicators holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Label(FormLabel),
    Money(FundColumn),
    /// Kept under its own head.
    Other,
}

/// Reads a form whose head of indicators names projects too; `None` if it does not.
pub(super) fn read<'a>(grid: &'a Grid, form: &FormRows, words: &Vocabulary) -> Option<Vec<Draft<'a>>> {
    let rows = grid.rows();
    let head = form.tables.first()?;
    let beside = columns(rows, head, words);
    let name = beside.iter().find(|(column, _)| column.holds == Beside::Label(FormLabel::Name))?.0;
    // A head that is printed again on every page goes on with the list.
    let body: Vec<usize> = (head.below..form.rows.end)
        .filter(|at| !form.tables.iter().any(|head| (head.first_row..head.below).contains(at)))
        .collect();
    let titles = form.rows.start..head.first_row;
    let unit = titles.clone().flat_map(|at| rows[at].filled()).find_map(|slot| money_unit(&slot.text));
    let year = titles
        .flat_map(|at| rows[at].filled())
        .find_map(|slot| super::identity::year(&slot.text).map(|year| Field::read(year, slot.area.first)));
    // What stands beside the levels is the project's, what nobody knows behind them the indicator's.
    let mut other = head.other.clone();
    other.retain(|column| !beside.iter().any(|(own, _)| own.first == column.first));
    let texts = Rc::new(super::texts(grid, form.rows.start..head.below));
    let mut drafts = Vec::new();
    for group in groups(rows, &body, &name) {
        let first = &rows[group.start];
        let mut draft =
            Draft { shape: Shape::IndicatorList, corner: Some(name.place(first).cell), ..Draft::default() };
        draft.project.money_unit = unit;
        draft.project.year = year.clone().unwrap_or_default();
        let mut fund = Fund { role: FundRole::Total, ..Fund::default() };
        for (column, printed) in &beside {
            let place = column.place(first);
            match column.holds {
                Beside::Label(FormLabel::GoalPlanned | FormLabel::Goals) => {
                    draft.project.goals = vec![Goal {
                        planned: super::identity::field(place.text, place.cell),
                        ..Goal::default()
                    }];
                }
                Beside::Label(label) => put(&mut draft.project, label, printed, place.text, Some(place.cell)),
                Beside::Money(FundColumn::Rate) => {
                    let percent = super::numbers::rate_in_percent(printed);
                    fund.rate =
                        draft.numbers.rate(place.text, place.cell, percent, "/funds/0/rate".to_owned());
                }
                Beside::Money(holds) => {
                    let (into, path) = match holds {
                        FundColumn::Initial | FundColumn::Amount => (&mut fund.initial, "/funds/0/initial"),
                        FundColumn::Executed => (&mut fund.executed, "/funds/0/executed"),
                        _ => (&mut fund.budget, "/funds/0/budget"),
                    };
                    let unit = money_unit(printed).or(unit);
                    draft.project.money_unit = unit;
                    *into = draft.numbers.money(place.text, place.cell, unit, path.to_owned());
                    draft.funds.push(holds);
                }
                Beside::Other => keep(&mut draft.project, printed, place.text, place.cell),
            }
        }
        if !draft.funds.is_empty() {
            draft.project.funds.push(fund);
        }
        let own = Head { first_row: group.start, below: group.start, other: other.clone(), ..head.clone() };
        indicators::read(rows, &own, group.end, words, &mut draft);
        draft.indicators = head.columns.iter().map(|column| column.holds).collect();
        draft.texts = Rc::clone(&texts);
        drafts.push(draft);
    }
    Some(drafts)
}

/// The columns of a list that belong to the project; `None` if a form's head names no projects.
pub(super) fn project_columns(
    grid: &Grid,
    form: &FormRows,
    words: &Vocabulary,
) -> Option<Vec<(Column<Beside>, String)>> {
    let beside = columns(grid.rows(), form.tables.first()?, words);
    beside.iter().any(|(column, _)| column.holds == Beside::Label(FormLabel::Name)).then_some(beside)
}

/// The columns of a head that belong to the project, with their heads as printed.
fn columns(rows: &[Row], head: &Head<IndicatorColumn>, words: &Vocabulary) -> Vec<(Column<Beside>, String)> {
    let mut columns: Vec<(Column<Beside>, String)> = Vec::new();
    let first_level = head.columns.first().map_or(0, |column| column.first);
    for row in &rows[head.first_row..head.below] {
        for slot in joined(row).into_iter().filter(|slot| !slot.is_blank()) {
            let Slot { area, text } = slot;
            let taken = |first: u32, last: u32| first <= area.last.col && last >= area.first.col;
            if head.columns.iter().any(|column| taken(column.first, column.last))
                || columns.iter().any(|(column, _)| taken(column.first, column.last))
            {
                continue;
            }
            let holds = match (words.form(text), words.fund_column(text)) {
                (Some(FormLabel::Indicators), _) => continue,
                (Some(label), _) if label != FormLabel::Remark => Beside::Label(label),
                (
                    _,
                    Some(
                        money @ (FundColumn::Initial
                        | FundColumn::Budget
                        | FundColumn::Executed
                        | FundColumn::Rate
                        | FundColumn::Amount),
                    ),
                ) => Beside::Money(money),
                _ if area.first.col < first_level => Beside::Other,
                _ => continue,
            };
            columns.push((Column { holds, first: area.first.col, last: area.last.col }, text.to_owned()));
        }
    }
    columns
}

/// The rows of each project: from one name to the next. The same name again, in every row, is one project.
fn groups(rows: &[Row], body: &[usize], name: &Column<Beside>) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut last = "";
    for at in body {
        let place = name.place(&rows[*at]);
        let text = place.text.trim();
        if place.own && !text.is_empty() && text != last {
            last = text;
            groups.push(*at..*at + 1);
        } else if let Some(group) = groups.last_mut() {
            group.end = *at + 1;
        }
    }
    groups
}
