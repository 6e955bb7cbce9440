//! Money: the rate, its points, the sum of the sources, and what becomes of the budget.

use rust_decimal::Decimal;

use super::example::{excuse, put, raise};
use super::scores::gives_a_reason;
use super::{Check, Context, Scope, Source, differ, hundredths};
use crate::model::number::{percent, round};
use crate::model::{Field, Finding, Fund, FundRole, Level};
use crate::rules::aggregate::STANDS_OUT;
use crate::rules::score::{ahead, base};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R07",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Form],
        scope: Scope::Project {
            run: rate_misses_its_quotient,
            spoil: |p| raise(&mut p.funds[0].rate, "0.01"),
        },
        example: "H6",
    },
    Check {
        code: "R08",
        level: Level::Error,
        threshold: None,
        sources: &[Source::System, Source::Form],
        scope: Scope::Project {
            run: execution_points_miss_the_rate,
            spoil: |p| {
                raise(&mut p.funds[0].score, "-1");
                raise(&mut p.total.score, "-1");
            },
        },
        example: "I6",
    },
    Check {
        code: "R09",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: total_misses_its_sources,
            spoil: |p| raise(&mut p.funds[1].executed, "3"),
        },
        example: "F6",
    },
    Check {
        code: "R10",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::System],
        scope: Scope::Project {
            run: more_executed_than_budgeted,
            spoil: |p| {
                for fund in &mut p.funds {
                    put(&mut fund.executed, "36.5");
                }
                put(&mut p.funds[0].rate, "1.0139");
                put(&mut p.funds[0].score, "10");
                raise(&mut p.total.score, "0.25");
            },
        },
        example: "F6",
    },
    Check {
        code: "R11",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::System, Source::Practice],
        scope: Scope::Project {
            run: executed_of_no_budget,
            spoil: |p| {
                for fund in &mut p.funds {
                    put(&mut fund.budget, "0");
                }
            },
        },
        example: "E6",
    },
    Check {
        code: "R12",
        level: Level::Warning,
        threshold: hundredths(90),
        sources: &[Source::System, Source::Form],
        scope: Scope::Project {
            run: little_executed_without_a_reason,
            spoil: |p| {
                for fund in &mut p.funds {
                    put(&mut fund.executed, "32.38");
                }
                put(&mut p.funds[0].rate, "0.8994");
                put(&mut p.funds[0].score, "8.99");
                put(&mut p.total.score, "98.79");
            },
        },
        example: "H6",
    },
    Check {
        code: "R13",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Form],
        scope: Scope::Project {
            run: adjusted_without_a_reason,
            spoil: |p| p.funds.iter_mut().for_each(|fund| put(&mut fund.initial, "30")),
        },
        example: "E6",
    },
    Check {
        code: "R19",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Project {
            run: amounts_in_another_unit,
            spoil: |p| p.funds.iter_mut().for_each(|fund| put(&mut fund.initial, "360000")),
        },
        example: "D6",
    },
    Check {
        code: "R38",
        level: Level::Error,
        threshold: hundredths(1),
        sources: &[Source::Review],
        scope: Scope::Project {
            run: output_without_money,
            spoil: |p| {
                for fund in &mut p.funds {
                    put(&mut fund.executed, "0.1");
                }
                excuse(p);
                put(&mut p.funds[0].rate, "0.0028");
                put(&mut p.funds[0].score, "0.03");
                put(&mut p.total.score, "89.83");
                p.total.grade.value = Some(crate::model::Grade::Good);
            },
        },
        example: "F6",
    },
    Check {
        code: "R39",
        level: Level::Warning,
        threshold: Some(STANDS_OUT),
        sources: &[Source::System, Source::Review],
        scope: Scope::Project {
            run: scores_run_ahead_of_the_money,
            spoil: |p| {
                for fund in &mut p.funds {
                    put(&mut fund.executed, "30");
                }
                excuse(p);
                put(&mut p.funds[0].rate, "0.8333");
                put(&mut p.funds[0].score, "8.33");
                put(&mut p.total.score, "98.13");
            },
        },
        example: "H6",
    },
    Check {
        code: "R44",
        level: Level::Warning,
        threshold: hundredths(20),
        sources: &[Source::Review],
        scope: Scope::Project {
            run: budget_adjusted_and_targets_not,
            spoil: |p| {
                for fund in &mut p.funds {
                    put(&mut fund.initial, "28");
                }
                excuse(p);
                for row in &mut p.indicators {
                    row.initial_target = row.target.clone();
                }
            },
        },
        example: "E6",
    },
];

/// A column of the funds block.
type Amount = fn(&Fund) -> &Field<Decimal>;

/// The columns of amounts with their heads.
const AMOUNTS: [(&str, Amount); 3] =
    [("年初预算数", |f| &f.initial), ("全年预算数", |f| &f.budget), ("全年执行数", |f| &f.executed)];

/// Places to which a rate is shown, in percent.
const RATE_PLACES: u32 = 2;

/// R07: 执行率 is executed through the full-year budget. A rate rounded to whole percent or finer is no fault;
/// one that is cut off there is a note.
fn rate_misses_its_quotient(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(printed), Some(quotient)) = (at.scores.rate.printed, at.scores.rate.recomputed) else { return };
    let Some(fund) = at.project.total_fund() else { return };
    let rounded = (2..=4).any(|places| round(quotient, places) == printed);
    if rounded || !differ(printed, quotient, at.scheme.tolerance.rate) {
        return;
    }
    let cut_off = (2..=4).any(|places| quotient.trunc_with_scale(places) == printed);
    // Some enter the rate of the budget as it was in the spring.
    let of_initial = crate::rules::score::execution_rate(fund.initial.number(), fund.executed.number())
        .is_some_and(|of_initial| !differ(printed, of_initial, at.scheme.tolerance.rate));
    let (printed, due) = (percent(printed, RATE_PLACES), percent(quotient, RATE_PLACES));
    let (executed, budget) = (shown(&fund.executed), shown(base(fund)));
    let message = t!("R07.message", printed = printed, executed = executed, budget = budget, due = due);
    let mut finding = at.finding(fund.rate.cell, message).compares(printed, due);
    if cut_off {
        finding = finding.eased(Level::Note, t!("R07.cut_off"));
    } else if of_initial {
        finding.hint = t!("R07.of_initial").into_owned();
    }
    findings.push(finding);
}

/// R08: 预算执行得分 is the rate times 分值, at most 分值. What plain rounding explains is a note.
fn execution_points_miss_the_rate(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(printed), Some(due)) = (at.scores.execution.printed, at.scores.execution.recomputed) else {
        return;
    };
    let (Some(fund), Some(rate)) =
        (at.project.total_fund(), at.scores.rate.recomputed.or(at.scores.rate.printed))
    else {
        return;
    };
    if !differ(printed, due, at.scheme.tolerance.row) {
        return;
    }
    let weight = at.scores.execution_weight.unwrap_or_default();
    let rate = percent(rate, RATE_PLACES);
    let key = if at.scheme.execution.steps.is_empty() { "R08.message" } else { "R08.steps" };
    let message = t!(key, printed = printed, rate = rate, weight = weight, due = due);
    let finding = at.finding(fund.score.cell, message).compares(printed, due);
    // The rate itself may have been rounded before.
    let of_printed = at.scores.rate.printed.is_some_and(|rate| {
        !differ(printed, rate * weight, at.scheme.tolerance.row)
            && !differ(rate * weight, due, at.scheme.tolerance.rounding)
    });
    let rounded = !differ(printed, due, at.scheme.tolerance.rounding);
    findings.push(if rounded || of_printed {
        finding.eased(Level::Note, t!("R08.rounded"))
    } else {
        finding
    });
}

/// R09: 年度资金总额 is the sum of the rows under it, where they are stated.
fn total_misses_its_sources(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(total) = at.project.total_fund() else { return };
    let parts: Vec<&Fund> = at.project.funds.iter().filter(|fund| fund.role != FundRole::Total).collect();
    for (column, of) in AMOUNTS {
        let stated: Vec<Decimal> = parts.iter().filter_map(|fund| of(fund).number()).collect();
        let (Some(printed), false) = (of(total).number(), stated.is_empty()) else { continue };
        let sum: Decimal = stated.into_iter().sum::<Decimal>().normalize();
        if differ(printed, sum, at.scheme.tolerance.row) {
            let message = t!("R09.message", column = column, printed = printed, sum = sum);
            findings.push(at.finding(of(total).cell, message).compares(printed, sum));
        }
    }
}

/// R10: more spent than the full-year budget allows.
fn more_executed_than_budgeted(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = at.project.total_fund() else { return };
    let (Some(budget), Some(executed)) = (base(fund).number(), fund.executed.number()) else { return };
    // What rounding of the one or the other explains is no overspending.
    if executed - budget > at.scheme.tolerance.row && budget > Decimal::ZERO {
        let message = t!("R10.message", executed = executed, budget = budget);
        findings.push(at.finding(fund.executed.cell, message).compares(executed, format!("≤{budget}")));
    }
}

/// R11: money spent, or a rate above nought, of a budget of nothing.
fn executed_of_no_budget(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = at.project.total_fund() else { return };
    let spent = [&fund.executed, &fund.rate].into_iter().filter_map(Field::number).max().unwrap_or_default();
    if fund.budget.number().is_some_and(|budget| budget.is_zero()) && spent > Decimal::ZERO {
        let rate = fund.rate.number().map_or_else(|| "—".to_owned(), |rate| percent(rate, RATE_PLACES));
        let message = t!("R11.message", executed = shown(&fund.executed), rate = rate);
        findings.push(at.finding(fund.budget.cell, message).compares(0, ">0"));
    }
}

/// R12: much of the budget was left, and nothing on the form says why.
fn little_executed_without_a_reason(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(rate), Some(fund)) = (at.scores.rate.recomputed, at.project.total_fund()) else { return };
    if !at.is_self_evaluation() || rate >= at.threshold || explains_money(at) {
        return;
    }
    let left = base(fund).number().unwrap_or_default() - fund.executed.number().unwrap_or_default();
    if left <= Decimal::ZERO {
        return;
    }
    let cell = fund.rate.cell.or(fund.executed.cell);
    let message = t!(
        "R12.message",
        rate = percent(rate, RATE_PLACES),
        left = left.normalize(),
        least = percent(at.threshold, 0)
    );
    let finding = at.finding(cell, message);
    // A list that only has figures leaves no place for the reason.
    let room = at.project.indicators.iter().any(|row| row.reason.exists())
        || !at.project.goals.is_empty()
        || !at.project.other.is_empty()
        || fund.reason.exists();
    findings.push(if room { finding } else { finding.eased(Level::Note, t!("R12.hint")) });
}

/// R13: the budget was adjusted, and nothing on the form says why.
fn adjusted_without_a_reason(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = at.project.total_fund() else { return };
    let (Some(initial), Some(budget)) = (fund.initial.number(), fund.budget.number()) else { return };
    if initial == budget
        || initial.is_zero()
        || budget.is_zero()
        || is_unit_slip(initial, budget)
        || explains_money(at)
    {
        return;
    }
    let message = t!("R13.message", initial = initial, budget = budget);
    findings.push(at.finding(fund.budget.cell, message));
}

/// R19: one amount of the total row is ten thousand times another: 元 among 万元, or the other way.
fn amounts_in_another_unit(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = at.project.total_fund() else { return };
    let amounts = AMOUNTS.map(|(column, of)| (column, of(fund)));
    for (i, (column, field)) in amounts.iter().enumerate() {
        let Some(amount) = field.number() else { continue };
        // The odd one is at fault; of two that differ, which one it is cannot be told: the first.
        let others: Vec<Decimal> = (0..amounts.len())
            .filter(|other| *other != i)
            .filter_map(|other| amounts[other].1.number())
            .collect();
        let far = |other: &Decimal| {
            let (less, more) = (amount.abs().min(other.abs()), amount.abs().max(other.abs()));
            more.checked_div(less).is_some_and(|times| times >= Decimal::ONE_THOUSAND)
        };
        let slip = others.iter().find(|other| is_unit_slip(amount, **other));
        if let Some(other) = slip.filter(|_| others.iter().all(far)) {
            let message = t!("R19.message", column = column, amount = amount, other = other);
            findings.push(at.finding(field.cell, message).compares(amount, other));
            return;
        }
    }
}

/// R38: next to nothing was spent, and the output is said to be there in full.
fn output_without_money(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(rate), Some(fund)) = (at.scores.rate.recomputed, at.project.total_fund()) else { return };
    let of = |points: Option<Decimal>| points.unwrap_or_default();
    let output = crate::rules::Class::Output;
    let (full, reached) = (of(at.scores.class_weight(output)), of(at.scores.class_score(output)));
    let budgeted = base(fund).number().is_some_and(|budget| budget > Decimal::ZERO);
    // Nine tenths and more of the points are as good as all.
    if at.is_self_evaluation()
        && budgeted
        && rate < at.threshold
        && full > Decimal::ZERO
        && reached * Decimal::TEN >= full * Decimal::from(9)
    {
        let message = t!(
            "R38.message",
            budget = shown(base(fund)),
            executed = shown(&fund.executed),
            rate = percent(rate, RATE_PLACES),
            reached = reached,
            full = full
        );
        findings.push(at.finding(fund.executed.cell, message));
    }
}

/// R39: the indicators' points run further ahead of the execution's than the threshold, as the finance systems
/// compute it: (indicators' rate − execution's rate) ÷ indicators' rate.
fn scores_run_ahead_of_the_money(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(rate), Some(fund)) = (at.scores.rate.recomputed, at.project.total_fund()) else { return };
    let points = at.scores.indicators();
    let Some(reached) = points.and_then(|(weight, score)| score.checked_div(weight)) else { return };
    let Some(gap) = ahead(reached, rate) else { return };
    // What has hardly been spent at all has a check of its own.
    if at.is_self_evaluation() && rate >= Decimal::new(1, 2) && gap > at.threshold {
        let message = t!(
            "R39.message",
            reached = percent(reached, RATE_PLACES),
            rate = percent(rate, RATE_PLACES),
            gap = percent(gap, RATE_PLACES),
            most = percent(at.threshold, 0)
        );
        findings.push(at.finding(fund.rate.cell.or(fund.executed.cell), message));
    }
}

/// R44: the budget was adjusted by more than the threshold, and on a form that has a column for adjusted
/// targets none was.
fn budget_adjusted_and_targets_not(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = at.project.total_fund() else { return };
    let (Some(initial), Some(budget)) = (fund.initial.number(), fund.budget.number()) else { return };
    let change = (budget - initial).abs().checked_div(initial).unwrap_or_default();
    let unchanged = at
        .project
        .indicators
        .iter()
        .all(|row| row.initial_target.exists() && row.initial_target.value == row.target.value);
    if change > at.threshold
        && unchanged
        && !at.project.indicators.is_empty()
        && !is_unit_slip(initial, budget)
    {
        let change = percent(change, RATE_PLACES);
        let message = t!("R44.message", initial = initial, budget = budget, change = change);
        findings.push(at.finding(fund.budget.cell, message));
    }
}

/// Whether one amount is ten thousand times another, to the hundredth part.
fn is_unit_slip(one: Decimal, other: Decimal) -> bool {
    let (less, more) = (one.abs().min(other.abs()), one.abs().max(other.abs()));
    let Some(times) = more.checked_div(less) else { return false };
    (Decimal::from(9_900)..=Decimal::from(10_100)).contains(&times)
}

/// Whether anything on the form says what became of the money.
fn explains_money(at: &Context<'_>) -> bool {
    let project = at.project;
    let speaks = |text: &str| gives_a_reason(text) && at.scheme.terms.money_reasons.is_in(text);
    project.funds.iter().any(|fund| gives_a_reason(fund.reason.text()))
        || project.indicators.iter().any(|row| speaks(row.reason.text()))
        || project.other.values().any(|field| speaks(field.text()))
        || project.goals.iter().any(|goal| speaks(goal.actual.text()))
}

fn shown(field: &Field<Decimal>) -> String {
    field.number().map(|number| number.to_string()).unwrap_or_default()
}
