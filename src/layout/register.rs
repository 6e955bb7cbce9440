//! Registers: one row a project, with its money and its score but without its indicators.

use std::rc::Rc;

use super::Draft;
use super::definition::Shape;
use super::identity::{keep, money_unit, put, year};
use super::table::{Column, joined};
use super::vocabulary::{FormLabel, FundColumn, Vocabulary};
use crate::grid::{Grid, Row};
use crate::model::number::is_blank;
use crate::model::{Field, Fund, FundRole};

/// What a column of a register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RegisterColumn {
    Label(FormLabel),
    Fund(FundColumn),
    /// Kept under its own head.
    Other,
}

/// The fewest heads that make a row the head of a register.
const MIN_HEADS: usize = 4;

/// Reads every project of a sheet's register; none if the sheet holds no register.
pub(super) fn read<'a>(grid: &'a Grid, words: &Vocabulary) -> Vec<Draft<'a>> {
    let rows = grid.rows();
    let Some((at, columns)) = (0..rows.len()).find_map(|at| Some((at, head(&rows[at], words)?))) else {
        return Vec::new();
    };
    let titles = || {
        let printed = rows[..=at].iter().flat_map(|row| row.filled().map(|slot| slot.text.as_str()));
        grid.above.iter().map(String::as_str).chain(printed)
    };
    let unit = titles().find_map(money_unit);
    let year = titles().find_map(year);
    let texts = Rc::new(super::texts(grid, 0..at + 1));
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for row in &rows[at + 1..] {
        let name = columns.iter().find(|(column, _)| column.holds == RegisterColumn::Label(FormLabel::Name));
        let Some(name) = name.map(|(column, _)| column.place(row)) else { break };
        let summed = row.filled().any(|slot| words.form(&slot.text) == Some(FormLabel::Total));
        if is_blank(name.text) || !name.own || summed || head(row, words).is_some() {
            continue;
        }
        let mut draft = project(row, &columns, unit, words);
        draft.project.year = year.map_or_else(Field::default, |year| Field { value: Some(year), cell: None });
        draft.texts = Rc::clone(&texts);
        draft.corner = Some(name.cell);
        drafts.push(draft);
    }
    drafts
}

/// The columns of a row that heads a register: it names projects and what became of them, and nearly all that
/// it says are heads.
fn head(row: &Row, words: &Vocabulary) -> Option<Vec<(Column<RegisterColumn>, String)>> {
    let slots = joined(row);
    let columns: Vec<_> = slots
        .iter()
        .filter(|slot| !slot.is_blank())
        .map(|slot| {
            let holds = match (words.form(slot.text), words.fund_column(slot.text)) {
                (_, Some(fund)) if fund != FundColumn::Reason => RegisterColumn::Fund(fund),
                (Some(label), _) => RegisterColumn::Label(label),
                _ => RegisterColumn::Other,
            };
            let column = Column { holds, first: slot.area.first.col, last: slot.area.last.col };
            (column, slot.text.split_whitespace().collect::<String>())
        })
        .collect();
    let holds = |wanted: RegisterColumn| columns.iter().any(|(column, _)| column.holds == wanted);
    let known = columns.iter().filter(|(column, _)| column.holds != RegisterColumn::Other).count();
    let outcome = [FundColumn::Executed, FundColumn::Rate, FundColumn::Score]
        .into_iter()
        .any(|fund| holds(RegisterColumn::Fund(fund)));
    let heads = holds(RegisterColumn::Label(FormLabel::Name)) && outcome && known >= MIN_HEADS;
    (heads && known * 2 > columns.len()).then_some(columns)
}

fn project(
    row: &Row,
    columns: &[(Column<RegisterColumn>, String)],
    unit: Option<crate::model::MoneyUnit>,
    words: &Vocabulary,
) -> Draft<'static> {
    let mut draft = Draft { shape: Shape::Register, ..Draft::default() };
    let Draft { project, numbers, funds, .. } = &mut draft;
    project.money_unit = unit;
    let mut fund = Fund { role: FundRole::Total, ..Fund::default() };
    for (column, printed) in columns {
        let place = column.place(row);
        let path = |key: &str| format!("/funds/0/{key}");
        let mut money =
            |key: &str| numbers.money(place.text, place.cell, money_unit(printed).or(unit), path(key));
        match column.holds {
            RegisterColumn::Fund(FundColumn::Initial | FundColumn::Amount) => fund.initial = money("initial"),
            RegisterColumn::Fund(FundColumn::Budget) => fund.budget = money("budget"),
            RegisterColumn::Fund(FundColumn::Executed) => fund.executed = money("executed"),
            RegisterColumn::Fund(FundColumn::Rate) => {
                let percent = super::numbers::rate_in_percent(printed);
                fund.rate = numbers.rate(place.text, place.cell, percent, path("rate"));
            }
            RegisterColumn::Fund(FundColumn::Score) => {
                project.total.score = numbers.points(place.text, place.cell, "/total/score".to_owned());
            }
            RegisterColumn::Label(FormLabel::Code) => {
                project.code = (!is_blank(place.text)).then(|| place.text.trim().to_owned());
            }
            RegisterColumn::Label(FormLabel::Grade) => match words.grade(place.text) {
                Some(grade) => project.total.grade = Field::read(grade, place.cell),
                None => keep(project, printed, place.text, place.cell),
            },
            RegisterColumn::Label(label) => put(project, label, printed, place.text, Some(place.cell)),
            _ if is_blank(place.text) => {}
            _ => keep(project, printed, place.text, place.cell),
        }
        if let RegisterColumn::Fund(fund) = column.holds {
            funds.push(fund);
        }
        let own = matches!(column.holds, RegisterColumn::Fund(fund) if fund != FundColumn::Score);
        if let (true, Some(own)) = (own, money_unit(printed)) {
            project.money_unit = Some(own);
        }
    }
    project.funds.push(fund);
    draft
}
