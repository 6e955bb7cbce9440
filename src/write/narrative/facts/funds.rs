//! What an outline may say of the money.

use rust_decimal::Decimal;
use serde::Serialize;

use super::RATE_PLACES;
use super::indicators::lost;
use super::wording::{grouped, plain, reason};
use crate::model::number::percent;
use crate::model::{Field, Fund, FundRole, Project};
use crate::rules::Scores;

/// Amounts carry the form's unit.
#[derive(Debug, Serialize)]
pub(super) struct FundFacts {
    initial: Option<String>,
    budget: Option<String>,
    executed: Option<String>,
    /// Budget less initial, without a sign.
    change: Option<String>,
    /// `up`, `down`, `same`, or none where a figure is missing.
    changed: Option<&'static str>,
    /// Budget less executed, where some is left.
    left: Option<String>,
    /// Executed less budget, where more was spent.
    over: Option<String>,
    rate: Option<String>,
    /// Whether the rate is below 90 %, where a reason is due.
    low: bool,
    weight: Option<String>,
    score: Option<String>,
    lost: Option<String>,
    reason: String,
    /// The sources with money in the full-year budget (or the initial one).
    sources: Vec<SourceFacts>,
}

/// A source of money.
#[derive(Debug, Serialize)]
struct SourceFacts {
    label: String,
    /// What of the full-year budget (or of the initial one) comes from it.
    amount: String,
    /// What of it was executed, where the form says.
    executed: Option<String>,
    /// Executed through budget, where both stand.
    rate: Option<String>,
}

impl FundFacts {
    pub(super) fn of(project: &Project, scores: &Scores) -> Self {
        let unit = project.money_unit.map_or("", |unit| unit.name());
        let amount = |value: Decimal| format!("{}{unit}", grouped(value));
        let fund = project.total_fund();
        let number = |of: fn(&Fund) -> &Field<Decimal>| fund.and_then(|fund| of(fund).number());
        let (initial, budget, executed) =
            (number(|f| &f.initial), number(|f| &f.budget), number(|f| &f.executed));
        let change = initial.zip(budget).map(|(initial, budget)| budget - initial);
        let left = budget.zip(executed).map(|(budget, executed)| budget - executed);
        let rate = scores.rate.recomputed.or(scores.rate.printed);
        let score = scores.execution.printed;
        let source = |fund: &Fund| {
            let stated = fund.budget.number().or(fund.initial.number()).filter(|value| !value.is_zero())?;
            let label: String = fund.item.text().chars().filter(|c| !c.is_whitespace()).collect();
            let label =
                label.strip_prefix("其中：").or_else(|| label.strip_prefix("其中:")).unwrap_or(&label);
            let executed = fund.executed.number();
            let rate = executed.and_then(|executed| executed.checked_div(stated));
            Some(SourceFacts {
                label: label.trim_end_matches(['：', ':']).to_owned(),
                amount: amount(stated),
                executed: executed.map(amount),
                rate: rate.map(|rate| percent(rate, RATE_PLACES)),
            })
        };
        Self {
            initial: initial.map(amount),
            budget: budget.map(amount),
            executed: executed.map(amount),
            change: change.map(|change| amount(change.abs())),
            changed: change.map(|change| match () {
                () if change.is_zero() => "same",
                () if change.is_sign_positive() => "up",
                () => "down",
            }),
            left: left.filter(|left| *left > Decimal::ZERO).map(amount),
            over: left.filter(|left| *left < Decimal::ZERO).map(|left| amount(-left)),
            rate: rate.map(|rate| percent(rate, RATE_PLACES)),
            low: rate.is_some_and(|rate| rate < Decimal::new(9, 1)),
            weight: score.and(scores.execution_weight).map(plain),
            score: score.map(plain),
            lost: lost(scores.execution_weight, score),
            reason: fund.map(|fund| reason(fund.reason.text())).unwrap_or_default(),
            sources: project
                .funds
                .iter()
                .filter(|fund| fund.role != FundRole::Total)
                .filter_map(source)
                .collect(),
        }
    }
}
