//! Target and actual value of an indicator, brought to where they can be compared.

use rust_decimal::Decimal;

use super::{Class, Scheme};
use crate::model::number::{folded, is_no_number};
use crate::model::{Indicator, Operator, Project, Term};

/// What there is to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Two figures in one unit.
    Figures {
        /// How the actual value is to stand to the target.
        op: Operator,
        /// The target; the lower end of a range.
        target: Decimal,
        /// The upper end of a range.
        upper: Option<Decimal>,
        /// What was reached.
        actual: Decimal,
    },
    /// A term and the date on which it was done.
    Dates {
        /// The last day on which it is in time.
        due: Term,
        /// When it was done.
        done: Term,
    },
    /// Words.
    Words,
}

/// Why nothing can be compared, so that a person must judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsettled {
    /// There is no target.
    NoTarget,
    /// There is no actual value, or none that says anything.
    NoActual,
    /// The target is a figure and the actual value is not, or is not exact.
    NoFigure,
    /// The units are of different things.
    Units,
    /// 0.95 against 95 % may be one thing or a hundredth of it; the file does not tell.
    Fraction,
    /// Words that belong to no band of the scheme.
    Words,
    /// It was done too late, and no scheme says how many points that costs.
    Late,
    /// Beside a range, where the scheme has no steps.
    BesideRange,
    /// The target is below nought.
    BelowNought,
    /// The points are given for several rows together.
    Shared,
    /// There are no points to be had.
    NoWeight,
}

/// What is known of an indicator before its points are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The class of its first level; `None` if the name does not tell.
    pub class: Option<Class>,
    /// Whether it is one of cost, by either of its levels.
    pub is_cost: bool,
    /// Target and actual value as far as they are of one kind, or why they are not.
    pub compared: Result<Measure, Unsettled>,
}

impl Measured {
    /// What is known of every indicator of a project, in their order.
    pub fn all(project: &Project, scheme: &Scheme) -> Vec<Self> {
        let mut class: Option<(&str, Option<Class>)> = None;
        let mut below: Option<(&str, bool)> = None;
        let rows = project.indicators.iter();
        rows.map(|row| {
            // Neighbours mostly share their levels.
            let (level1, level2) = (row.level1.text(), row.level2.text());
            let class = match class {
                Some((known, of)) if known == level1 => of,
                _ => class.insert((level1, scheme.class_of(level1))).1,
            };
            let below = match below {
                Some((known, of)) if known == level2 => of,
                _ => below.insert((level2, scheme.class_of(level2) == Some(Class::Cost))).1,
            };
            let is_cost = below || class == Some(Class::Cost);
            let (name, terms) = (row.name.text(), &scheme.terms);
            let harm = terms.harms.is_in(name) && !terms.mended.is_in(name);
            let less_is_better = harm || is_cost && !terms.savings.is_in(name);
            Self { class, is_cost, compared: measure(row, less_is_better, project.year.value) }
        })
        .collect()
    }
}

/// Compares target and actual value of an indicator as far as they are of one kind. `less_is_better` tells how a
/// target without a sign is read; `year` is the project's.
fn measure(indicator: &Indicator, less_is_better: bool, year: Option<u16>) -> Result<Measure, Unsettled> {
    let target = indicator.target.get().ok_or(Unsettled::NoTarget)?;
    let actual = indicator.actual.get().ok_or(Unsettled::NoActual)?;
    if is_no_number(&actual.text) {
        return Err(Unsettled::NoActual);
    }
    if target.op == Some(Operator::Qualitative) {
        return Ok(Measure::Words);
    }
    let Some(wanted) = target.value else {
        return Ok(match (Term::last_of(&target.text, year), Term::last_of(&actual.text, year)) {
            (Some(due), Some(done)) => Measure::Dates { due, done },
            _ => Measure::Words,
        });
    };
    let reached = actual.value.ok_or(Unsettled::NoFigure)?;
    // 0.95 against 95% may be either.
    if target.unit.as_deref() == Some("%")
        && actual.unit.is_none()
        && wanted > Decimal::ONE
        && reached <= Decimal::ONE
        && reached > Decimal::ZERO
    {
        return Err(Unsettled::Fraction);
    }
    let scale = match (&target.unit, &actual.unit) {
        (Some(wanted), Some(reached)) => {
            scale_between(&folded(wanted), &folded(reached)).ok_or(Unsettled::Units)?
        }
        _ => Decimal::ONE,
    };
    let actual = reached.checked_mul(scale).ok_or(Unsettled::NoFigure)?.normalize();
    let op = target.op.unwrap_or(if less_is_better { Operator::AtMost } else { Operator::AtLeast });
    Ok(Measure::Figures { op, target: wanted, upper: target.upper, actual })
}

/// By what an amount in one unit is to be multiplied to be one in the other; `None` if they are of different
/// things. Both folded.
fn scale_between(target: &str, actual: &str) -> Option<Decimal> {
    if target == actual {
        return Some(Decimal::ONE);
    }
    let (target, actual) = (money(target)?, money(actual)?);
    Decimal::from(actual).checked_div(Decimal::from(target))
}

/// How many yuan a unit of money is; `None` if it is none.
pub fn money(unit: &str) -> Option<u32> {
    match unit {
        "元" | "元人民币" | "人民币元" => Some(1),
        "千元" => Some(1_000),
        "万元" | "万元人民币" | "人民币万元" => Some(10_000),
        "百万元" => Some(1_000_000),
        "亿元" => Some(100_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_brought_to_one_unit() {
        let scale = |target, actual| scale_between(target, actual).map(|scale| scale.to_string());
        assert_eq!(scale("万元", "元").as_deref(), Some("0.0001"));
        assert_eq!(scale("元", "万元").as_deref(), Some("10000"));
        assert_eq!(scale("个", "个").as_deref(), Some("1"));
        assert_eq!(scale("个", "家"), None);
        assert_eq!(scale("元", "元/人"), None);
    }
}
