//! Reading the funds block.

use std::ops::Range;

use super::identity::{field, money_unit, one_line};
use super::numbers::{Numbers, rate_in_percent};
use super::table::{Column, Head, fund_head, joined};
use super::vocabulary::{FormLabel, FundColumn, IndicatorColumn, Vocabulary};
use crate::grid::{Grid, Row, Slot};
use crate::model::{Field, Fund, FundRole, Project};

/// The rows that the funds block takes, and the columns of its head.
#[derive(Debug, Default)]
pub(super) struct FundsBlock {
    /// Which of the grid's rows the block takes.
    pub rows: Vec<usize>,
    /// What its columns hold.
    pub columns: Vec<FundColumn>,
}

/// Reads the funds block that stands in some rows above the indicator table.
pub(super) fn read(
    grid: &Grid,
    within: Range<usize>,
    words: &Vocabulary,
    project: &mut Project,
    numbers: &mut Numbers,
) -> FundsBlock {
    let rows = grid.rows();
    let mut block = FundsBlock::default();
    let head = within.clone().find_map(|at| fund_head(rows, at, words));
    if let Some(head) = &head {
        let unit = rows[head.first_row].filled().find_map(|slot| money_unit(&slot.text));
        project.money_unit = unit.or(project.money_unit);
        block.columns = head.columns.iter().map(|column| column.holds).collect();
        block.rows.push(head.first_row);
        for at in head.below..within.end {
            let Some(fund) = row_of_table(grid, head, at, words, project, numbers) else { break };
            project.funds.push(fund);
            block.rows.push(at);
        }
        return block;
    }
    // Without a head: the sums of a declaration, each beside its label.
    for at in within {
        let row = &rows[at];
        let slots = joined(row);
        let begun: Vec<&Slot> = slots.iter().filter(|slot| row.begins(slot)).collect();
        let in_block = slots.iter().any(|slot| words.form(&slot.text) == Some(FormLabel::Funds));
        let item = begun.iter().position(|slot| words.fund_row(&slot.text).is_some());
        let Some(item) = item.filter(|_| in_block || !block.rows.is_empty() || is_sum(&begun, words)) else {
            continue;
        };
        let unit = slots.iter().find_map(|slot| money_unit(&slot.text));
        project.money_unit = project.money_unit.or(unit);
        let mut fund = Fund {
            item: field(&one_line(&begun[item].text), begun[item].area.first),
            role: words.fund_row(&begun[item].text).unwrap_or_default(),
            ..Fund::default()
        };
        let path = format!("/funds/{}/initial", project.funds.len());
        if let Some(value) = begun.get(item + 1) {
            fund.initial = numbers.money(&value.text, value.area.first, project.money_unit, path);
        }
        project.funds.push(fund);
        block.rows.push(at);
    }
    block
}

/// Whether a row that no block's name marks is a sum: its label says so, and a number stands beside it.
fn is_sum(begun: &[&Slot], words: &Vocabulary) -> bool {
    begun.windows(2).any(|pair| {
        words.fund_row(&pair[0].text) == Some(FundRole::Total)
            && crate::model::number::leading(&crate::model::number::fold(&pair[1].text)).is_some()
    })
}

fn row_of_table(
    grid: &Grid,
    head: &Head<FundColumn>,
    at: usize,
    words: &Vocabulary,
    project: &Project,
    numbers: &mut Numbers,
) -> Option<Fund> {
    let row = &grid.rows()[at];
    if ends_block(row, words) {
        return None;
    }
    let first_column = head.columns.iter().filter(|c| is_money(c)).map(|c| c.first).min()?;
    let item = row
        .filled()
        .filter(|slot| slot.area.first.col < first_column && row.begins(slot))
        .rfind(|slot| words.form(&slot.text) != Some(FormLabel::Funds));
    let anything = head.columns.iter().any(|column| {
        let place = column.place(row);
        place.own && !place.text.trim().is_empty()
    });
    if item.is_none() && !anything {
        return None;
    }
    let index = project.funds.len();
    let mut fund = Fund::default();
    if let Some(item) = item {
        fund.item = field(&one_line(&item.text), item.area.first);
        fund.role = words.fund_row(&item.text).unwrap_or_default();
    } else if index == 0 {
        // One row without a label can only be the total.
        fund.role = FundRole::Total;
    }
    let path = |key: &str| format!("/funds/{index}/{key}");
    let amount = |holds: FundColumn, key: &str, numbers: &mut Numbers| -> Field<rust_decimal::Decimal> {
        head.place(row, holds)
            .map_or_else(Field::default, |p| numbers.money(p.text, p.cell, project.money_unit, path(key)))
    };
    fund.initial = amount(FundColumn::Initial, "initial", numbers);
    if !fund.initial.exists() {
        fund.initial = amount(FundColumn::Amount, "initial", numbers);
    }
    fund.budget = amount(FundColumn::Budget, "budget", numbers);
    fund.executed = amount(FundColumn::Executed, "executed", numbers);
    let points = |holds: FundColumn, key: &str, numbers: &mut Numbers| -> Field<rust_decimal::Decimal> {
        match head.place(row, holds) {
            Some(place) if place.own => numbers.points(place.text, place.cell, path(key)),
            Some(place) => Field::empty(place.cell),
            None => Field::default(),
        }
    };
    fund.weight = points(FundColumn::Weight, "weight", numbers);
    fund.score = points(FundColumn::Score, "score", numbers);
    if let Some(place) = head.place(row, FundColumn::Rate) {
        let title =
            head.column(FundColumn::Rate).map(|column| column.place(&grid.rows()[head.first_row]).text);
        fund.rate =
            numbers.rate(place.text, place.cell, rate_in_percent(title.unwrap_or_default()), path("rate"));
    }
    if let Some(place) = head.place(row, FundColumn::Reason).filter(|place| place.own) {
        fund.reason = field(place.text, place.cell);
    }
    Some(fund)
}

fn is_money(column: &Column<FundColumn>) -> bool {
    matches!(
        column.holds,
        FundColumn::Initial | FundColumn::Budget | FundColumn::Executed | FundColumn::Amount
    )
}

/// Whether a row begins something other than a row of funds.
fn ends_block(row: &Row, words: &Vocabulary) -> bool {
    row.filled().filter(|slot| row.begins(slot)).any(|slot| {
        let other_label =
            words.form(&slot.text).is_some_and(|label| !matches!(label, FormLabel::Funds | FormLabel::Total));
        other_label && words.fund_row(&slot.text).is_none()
            || words.indicator_column(&slot.text).is_some_and(IndicatorColumn::is_level)
    })
}
