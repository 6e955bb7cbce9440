//! Reading the funds block.

use std::ops::Range;

use super::identity::{field, keep, money_unit, one_line};
use super::numbers::{Numbers, rate_in_percent};
use super::table::{Column, Head, fund_head, joined};
use super::vocabulary::{FormLabel, FundColumn, IndicatorColumn, Vocabulary};
use crate::grid::{Grid, Row, Slot};
use crate::model::number::{folded, is_no_number, leading};
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
        if read_pairs(&rows[head.first_row], head, project, numbers) {
            return block;
        }
        if let (Some(sources), Some(row)) = (sources(rows, head, words), rows.get(head.below)) {
            read_across(&rows[head.first_row], row, head, &sources, project, numbers);
            block.rows.push(head.below);
            return block;
        }
        for at in head.below..within.end {
            let Some(fund) = row_of_table(grid, head, at, words, project, numbers) else { break };
            project.funds.push(fund);
            block.rows.push(at);
        }
        return block;
    }
    read_sums(rows, within, words, project, numbers, &mut block);
    block
}

/// Reads the sums of a declaration, each beside its label: one or two to a row, those of several years apart.
fn read_sums(
    rows: &[Row],
    within: Range<usize>,
    words: &Vocabulary,
    project: &mut Project,
    numbers: &mut Numbers,
    block: &mut FundsBlock,
) {
    let is_annual = |text: &str| {
        words.fund_row(text) == Some(FundRole::Total)
            && ["年度", "当年", "本年"].iter().any(|year| super::label::key(text).starts_with(year))
    };
    let annual = within.clone().any(|at| rows[at].filled().any(|slot| is_annual(&slot.text)));
    // In which columns the sums of several years have their labels.
    let mut midterm: Vec<u32> = Vec::new();
    for at in within {
        let row = &rows[at];
        let slots = joined(row);
        let begun: Vec<&Slot<&str>> = slots.iter().filter(|slot| row.begins(slot)).collect();
        let in_block = slots.iter().any(|slot| words.form(slot.text) == Some(FormLabel::Funds));
        if !(in_block || !block.rows.is_empty() || is_sum(&begun, words)) {
            continue;
        }
        let unit = slots.iter().find_map(|slot| money_unit(slot.text));
        project.money_unit = project.money_unit.or(unit);
        let mut found = false;
        for (i, label) in begun.iter().enumerate() {
            let role = words.fund_row(label.text);
            // Beside the sum of the year, a sum without a term is that of all years.
            let several_years = is_of_several_years(label.text)
                || annual && role == Some(FundRole::Total) && !is_annual(label.text);
            if several_years {
                midterm.push(label.area.first.col);
            } else if role == Some(FundRole::Total) {
                midterm.retain(|col| *col != label.area.first.col);
            }
            if role.is_none() && !several_years {
                continue;
            }
            found = true;
            let value = begun.get(i + 1).filter(|value| words.fund_row(value.text).is_none());
            if midterm.contains(&label.area.first.col) {
                if let Some(value) = value {
                    let label = one_line(label.text);
                    let label = if several_years { label } else { format!("中期：{label}") };
                    keep(project, &label.replace('：', "·"), value.text, value.area.first);
                }
                continue;
            }
            let path = format!("/funds/{}/initial", project.funds.len());
            let mut fund = Fund {
                item: field(&one_line(label.text), label.area.first),
                role: role.unwrap_or_default(),
                ..Fund::default()
            };
            if let Some(value) = value {
                fund.initial = numbers.money(value.text, value.area.first, project.money_unit, path);
            }
            project.funds.push(fund);
        }
        if found {
            block.rows.push(at);
        }
    }
}

/// Reads a row in which each head has its own number beside it; says whether the row is such a one.
fn read_pairs(row: &Row, head: &Head<FundColumn>, project: &mut Project, numbers: &mut Numbers) -> bool {
    let slots = joined(row);
    let beside = |column: &Column<FundColumn>| {
        slots.iter().find(|slot| slot.area.first.col > column.last).filter(|slot| {
            let next = head.columns.iter().any(|other| other.first == slot.area.first.col);
            // On a blank form nothing stands beside them yet.
            !next && (slot.is_blank() || leading(&folded(slot.text)).is_some())
        })
    };
    let pairs: Vec<_> =
        head.columns.iter().filter_map(|column| Some((column.holds, beside(column)?))).collect();
    if pairs.len() < 2 {
        return false;
    }
    let mut fund = Fund { role: FundRole::Total, ..Fund::default() };
    for (holds, Slot { area, text }) in pairs {
        let (cell, path) = (area.first, |key: &str| format!("/funds/0/{key}"));
        let unit = project.money_unit;
        match holds {
            FundColumn::Initial | FundColumn::Amount => {
                fund.initial = numbers.money(text, cell, unit, path("initial"));
            }
            FundColumn::Budget => fund.budget = numbers.money(text, cell, unit, path("budget")),
            FundColumn::Executed => fund.executed = numbers.money(text, cell, unit, path("executed")),
            FundColumn::Rate => fund.rate = numbers.rate(text, cell, false, path("rate")),
            FundColumn::Weight => fund.weight = numbers.points(text, cell, path("weight")),
            FundColumn::Score => fund.score = numbers.points(text, cell, path("score")),
            FundColumn::Reason => fund.reason = field(text, cell),
        }
    }
    project.funds.push(fund);
    true
}

/// Whether a sum's label says that it is of several years: 中期资金总额.
fn is_of_several_years(label: &str) -> bool {
    let label = super::label::key(label);
    ["中期", "实施期", "长期"].iter().any(|term| label.starts_with(term)) && label.contains("资金")
}

/// The sources of money that a head names side by side, where they stand in the place of a column for the sum.
fn sources(rows: &[Row], head: &Head<FundColumn>, words: &Vocabulary) -> Option<Vec<Column<FundRole>>> {
    if head.columns.iter().any(|column| matches!(column.holds, FundColumn::Budget | FundColumn::Initial)) {
        return None;
    }
    let row = &rows[head.first_row];
    let sources: Vec<_> = joined(row)
        .iter()
        .filter(|slot| row.begins(slot))
        .filter_map(|slot| {
            let holds = words.fund_row(slot.text)?;
            Some(Column { holds, first: slot.area.first.col, last: slot.area.last.col })
        })
        .collect();
    (sources.len() >= 2 && sources.iter().any(|column| column.holds == FundRole::Total)).then_some(sources)
}

/// Reads the one row below a head that names the sources of money side by side.
fn read_across(
    above: &Row,
    row: &Row,
    head: &Head<FundColumn>,
    sources: &[Column<FundRole>],
    project: &mut Project,
    numbers: &mut Numbers,
) {
    let unit = project.money_unit;
    let mut fund = Fund { role: FundRole::Total, ..Fund::default() };
    if let Some(place) = head.place(row, FundColumn::Executed) {
        fund.executed = numbers.money(place.text, place.cell, unit, "/funds/0/executed".to_owned());
    }
    if let Some(place) = head.place(row, FundColumn::Rate) {
        fund.rate = numbers.rate(place.text, place.cell, false, "/funds/0/rate".to_owned());
    }
    for (holds, points, key) in
        [(FundColumn::Weight, &mut fund.weight, "weight"), (FundColumn::Score, &mut fund.score, "score")]
    {
        if let Some(place) = head.place(row, holds) {
            *points = numbers.points(place.text, place.cell, format!("/funds/0/{key}"));
        }
    }
    project.funds.push(fund);
    for source in sources {
        let place = source.place(row);
        let index = if source.holds == FundRole::Total { 0 } else { project.funds.len() };
        let amount = numbers.money(place.text, place.cell, unit, format!("/funds/{index}/budget"));
        if source.holds == FundRole::Total {
            project.funds[0].budget = amount;
        } else {
            let item = source.place(above);
            let item = field(&one_line(item.text), item.cell);
            project.funds.push(Fund { item, role: source.holds, budget: amount, ..Fund::default() });
        }
    }
}

/// Whether a row that no block's name marks is a sum: its label says so, and a number stands beside it.
fn is_sum(begun: &[&Slot<&str>], words: &Vocabulary) -> bool {
    begun.windows(2).any(|pair| {
        words.fund_row(pair[0].text) == Some(FundRole::Total) && leading(&folded(pair[1].text)).is_some()
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
        .rfind(|slot| words.form(&slot.text) != Some(FormLabel::Funds) && !is_number(&slot.text));
    let anything = head.columns.iter().any(|column| {
        let place = column.place(row);
        place.own && !place.text.trim().is_empty()
    });
    // The only row of a blank form's block may hold nothing yet.
    let only = grid.places && at == head.below && !row.slots.is_empty();
    if item.is_none() && !anything && !only {
        return None;
    }
    if item.is_some_and(|item| words.fund_row(&item.text).is_none()) && speaks(row, head) {
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

/// Whether a row has sentences where its amounts should be: 资金管理情况 and the like stand below the funds.
fn speaks(row: &Row, head: &Head<FundColumn>) -> bool {
    let amounts = head.columns.iter().filter(|column| is_money(column)).map(|column| column.place(row));
    let mut stated = amounts.filter(|place| place.own && !is_no_number(place.text)).peekable();
    stated.peek().is_some() && stated.all(|place| !place.text.chars().any(|c| c.is_ascii_digit()))
}

/// Whether a text is a number and nothing else, so that it names no source of money.
fn is_number(text: &str) -> bool {
    leading(&folded(text)).is_some_and(|number| number.rest.is_empty())
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
