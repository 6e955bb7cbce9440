//! How an indicator came out against its target.

use rust_decimal::Decimal;

use super::measure::{Measure, Unsettled};
use crate::model::number::folded;
use crate::model::{Actual, Indicator, Operator, Target};

/// How an indicator came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The target was reached.
    Met,
    /// More was reached than the target asked for; by how much of the target, a fraction of 1.
    Exceeded(Decimal),
    /// Part of the target was reached; how much of it, a fraction of 1, where figures tell.
    PartlyMet(Option<Decimal>),
    /// Nothing of the target was reached.
    Missed,
    /// The form does not let it be measured: words against figures, or an empty place.
    NotMeasurable,
}

impl Outcome {
    /// Compares an indicator's actual value with its target. Where both are words, the points say how it was
    /// judged.
    pub fn of(indicator: &Indicator, compared: Result<Measure, Unsettled>) -> Self {
        let (Some(target), Some(actual)) = (indicator.target.get(), indicator.actual.get()) else {
            return Self::NotMeasurable;
        };
        match compared {
            Ok(Measure::Figures { op, target, upper, actual }) => by_figures(op, target, upper, actual),
            Ok(Measure::Dates { due, done }) if done <= due => Self::Met,
            Ok(_) | Err(Unsettled::NoFigure | Unsettled::Units | Unsettled::Fraction) => {
                by_words(indicator, target, actual).unwrap_or(Self::NotMeasurable)
            }
            Err(_) => Self::NotMeasurable,
        }
    }

    /// Whether the target was reached or passed.
    pub const fn is_reached(self) -> bool {
        matches!(self, Self::Met | Self::Exceeded(_))
    }
}

fn by_figures(op: Operator, wanted: Decimal, upper: Option<Decimal>, reached: Decimal) -> Outcome {
    let upward = |wanted: Decimal, strictly: bool| {
        if reached > wanted && (strictly || !wanted.is_zero()) {
            let over = (reached - wanted).checked_div(wanted.abs());
            over.filter(|over| !over.is_zero()).map_or(Outcome::Met, Outcome::Exceeded)
        } else if reached == wanted && !strictly {
            Outcome::Met
        } else if reached <= Decimal::ZERO && wanted > Decimal::ZERO {
            Outcome::Missed
        } else {
            Outcome::PartlyMet(reached.checked_div(wanted))
        }
    };
    let downward = |wanted: Decimal, strictly: bool| {
        if reached < wanted || reached == wanted && !strictly {
            Outcome::Met
        } else {
            Outcome::PartlyMet(wanted.checked_div(reached))
        }
    };
    match op {
        Operator::AtLeast => upward(wanted, false),
        Operator::Above => upward(wanted, true),
        Operator::AtMost => downward(wanted, false),
        Operator::Below => downward(wanted, true),
        Operator::Equal if wanted.is_zero() => downward(wanted, false),
        Operator::Equal | Operator::Qualitative => upward(wanted, false),
        Operator::Range => match upper {
            Some(upper) if reached > upper => downward(upper, false),
            _ => match upward(wanted, false) {
                Outcome::Exceeded(_) => Outcome::Met,
                other => other,
            },
        },
    }
}

/// Words are judged by the points given for them: all, some or none.
fn by_words(indicator: &Indicator, target: &Target, actual: &Actual) -> Option<Outcome> {
    let figures =
        actual.value.is_some() || target.value.is_some() && target.op != Some(Operator::Qualitative);
    let judged =
        indicator.weight.number().zip(indicator.score.number()).filter(|(weight, _)| *weight > Decimal::ZERO);
    match judged {
        Some((weight, score)) if score >= weight => Some(Outcome::Met),
        _ if figures => None,
        Some((_, score)) if score.is_zero() => Some(Outcome::Missed),
        Some(_) => Some(Outcome::PartlyMet(None)),
        None => (folded(&target.text) == folded(&actual.text)).then_some(Outcome::Met),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Templates;
    use crate::model::{Address, Field, Project};
    use crate::rules::Schemes;
    use crate::rules::measure::Measured;

    fn outcome(target: &str, actual: &str, weight: i64, score: i64) -> Outcome {
        let at = Address::new(0, 0);
        let schemes = Schemes::load(&Templates::default()).unwrap();
        let indicator = Indicator {
            target: Field::read(Target::read(target), at),
            actual: Field::read(Actual::read(actual), at),
            weight: Field::read(weight.into(), at),
            score: Field::read(score.into(), at),
            ..Indicator::default()
        };
        let project =
            Project { indicators: vec![indicator], year: Field::read(2022, at), ..Project::default() };
        let measured = Measured::all(&project, schemes.get("mof-2020").unwrap());
        Outcome::of(&project.indicators[0], measured[0].compared)
    }

    #[test]
    fn figures_are_compared_and_words_judged_by_points() {
        let dec = |text: &str| text.parse::<Decimal>().unwrap();
        for (target, actual, weight, score, expected) in [
            ("≥860批次", "860批次", 10, 10, Outcome::Met),
            ("≥800批次", "880批次", 10, 10, Outcome::Exceeded(dec("0.1"))),
            ("≥100%", "97%", 10, 9, Outcome::PartlyMet(Some(dec("0.97")))),
            ("≥100", "0", 10, 0, Outcome::Missed),
            ("≤90万元", "85万元", 10, 10, Outcome::Met),
            ("≤80万元", "100万元", 10, 8, Outcome::PartlyMet(Some(dec("0.8")))),
            ("=0起", "0起", 5, 5, Outcome::Met),
            ("10-15家", "12家", 5, 5, Outcome::Met),
            ("10-15家", "2家", 5, 1, Outcome::PartlyMet(Some(dec("0.2")))),
            ("有效提升", "有效提升", 10, 10, Outcome::Met),
            ("有效提升", "部分达成", 10, 7, Outcome::PartlyMet(None)),
            ("有效提升", "未开展", 10, 0, Outcome::Missed),
            ("2022年12月底前", "2022年11月", 10, 10, Outcome::Met),
            ("≥3项", "已完成", 10, 5, Outcome::NotMeasurable),
            ("≥3项", "—", 10, 5, Outcome::NotMeasurable),
            ("≥95%", "0.96", 10, 5, Outcome::NotMeasurable),
            ("≥3个", "3家", 10, 5, Outcome::NotMeasurable),
        ] {
            assert_eq!(outcome(target, actual, weight, score), expected, "{target} {actual}");
        }
    }
}
