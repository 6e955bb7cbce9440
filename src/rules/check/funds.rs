//! Money: the rate, its points, and the sum of the sources.

use rust_decimal::Decimal;

use super::{Check, Context, differ};
use crate::model::number::percent;
use crate::model::{Field, Finding, Fund, FundRole, Level};

pub(super) const CHECKS: &[Check] = &[
    Check { code: "R07", level: Level::Error, run: rate_misses_its_quotient },
    Check { code: "R08", level: Level::Error, run: execution_points_miss_the_rate },
    Check { code: "R09", level: Level::Error, run: total_misses_its_sources },
    Check { code: "R10", level: Level::Warning, run: more_executed_than_budgeted },
];

/// A column of the funds block.
type Amount = fn(&Fund) -> &Field<Decimal>;

/// Places to which a rate is shown, in percent.
const RATE_PLACES: u32 = 2;

/// R07: 执行率 is executed through the full-year budget. A rate rounded to whole percent or finer is no fault;
/// one that is cut off there is a note.
fn rate_misses_its_quotient(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(printed), Some(quotient)) = (at.scores.rate.printed, at.scores.rate.recomputed) else { return };
    let Some(fund) = at.project.total_fund() else { return };
    let rounded = (2..=4).any(|places| crate::model::number::round(quotient, places) == printed);
    if rounded || !differ(printed, quotient, at.scheme.tolerance.rate) {
        return;
    }
    let cut_off = (2..=4).any(|places| quotient.trunc_with_scale(places) == printed);
    let (printed, due) = (percent(printed, RATE_PLACES), percent(quotient, RATE_PLACES));
    let (executed, budget) = (shown(&fund.executed), shown(&fund.budget));
    let mut finding = at
        .finding(fund.rate.cell)
        .says(
            t!("R07.message", printed = printed, executed = executed, budget = budget, due = due),
            t!("R07.hint"),
        )
        .compares(printed, due);
    if cut_off {
        finding.level = Level::Note;
        finding.hint = t!("R07.cut_off").into_owned();
    }
    findings.push(finding);
}

/// R08: 预算执行得分 is the rate times 分值, at most 分值. What plain rounding explains is a note.
fn execution_points_miss_the_rate(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(printed), Some(due)) = (at.scores.execution.printed, at.scores.execution.recomputed) else {
        return;
    };
    let (Some(fund), Some(rate)) = (at.project.total_fund(), at.scores.rate.recomputed) else { return };
    if !differ(printed, due, at.scheme.tolerance.row) {
        return;
    }
    let rounded = !differ(printed, due, at.scheme.tolerance.rounding);
    let rate = percent(rate, RATE_PLACES);
    let weight = at.scores.execution_weight.unwrap_or_default();
    let mut finding = at
        .finding(fund.score.cell)
        .says(t!("R08.message", printed = printed, rate = rate, weight = weight, due = due), t!("R08.hint"))
        .compares(printed, due);
    if rounded {
        finding.level = Level::Note;
        finding.hint = t!("R08.rounded").into_owned();
    }
    findings.push(finding);
}

/// R09: 年度资金总额 is the sum of the rows under it, where they are stated.
fn total_misses_its_sources(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(total) = at.project.total_fund() else { return };
    let parts: Vec<&Fund> = at.project.funds.iter().filter(|fund| fund.role != FundRole::Total).collect();
    let columns: [(&str, Amount); 3] =
        [("年初预算数", |f| &f.initial), ("全年预算数", |f| &f.budget), ("全年执行数", |f| &f.executed)];
    for (column, of) in columns {
        let stated: Vec<Decimal> = parts.iter().filter_map(|fund| of(fund).number()).collect();
        let (Some(printed), false) = (of(total).number(), stated.is_empty()) else { continue };
        let sum: Decimal = stated.into_iter().sum::<Decimal>().normalize();
        if differ(printed, sum, at.scheme.tolerance.row) {
            findings.push(
                at.finding(of(total).cell)
                    .says(t!("R09.message", column = column, printed = printed, sum = sum), t!("R09.hint"))
                    .compares(printed, sum),
            );
        }
    }
}

/// R10: more spent than the full-year budget allows.
fn more_executed_than_budgeted(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = at.project.total_fund() else { return };
    let (Some(budget), Some(executed)) = (fund.budget.number(), fund.executed.number()) else { return };
    if executed > budget {
        findings.push(
            at.finding(fund.executed.cell)
                .says(t!("R10.message", executed = executed, budget = budget), t!("R10.hint"))
                .compares(executed, format!("≤{budget}")),
        );
    }
}

fn shown(field: &Field<Decimal>) -> String {
    field.number().map(|number| number.to_string()).unwrap_or_default()
}
