//! The points that an indicator is due by its scheme, and the reasoning behind them.
//!
//! The formulas are those that the finance systems compute with; `templates/schemes/` says which of them hold.

use rust_decimal::Decimal;

use super::measure::{Measure, Measured, Unsettled};
use super::scheme::{Class, Forward, Reverse, Scheme, Steps};
use crate::model::number::{folded, percent};
use crate::model::{Indicator, Operator};

/// The points that an indicator is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// So many points.
    Points {
        /// Points, rounded as the scheme says.
        points: Decimal,
        /// How they come about.
        formula: Formula,
        /// Points by other formulas that the scheme accepts as well.
        also: Option<Decimal>,
    },
    /// Words, which leave the points to the writer within a band.
    Band {
        /// The fewest points.
        from: Decimal,
        /// The most points.
        to: Decimal,
        /// Whether `to` itself may be given.
        closed: bool,
        /// The band's place among those of the scheme, the best first.
        band: usize,
    },
    /// A person must judge.
    Person(Unsettled),
}

/// How points come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The target was reached: all points.
    Reached(Comparison),
    /// Nothing was reached, or so little that nothing is due.
    Nothing(Comparison),
    /// Actual through target, times the weight.
    Ratio(Comparison),
    /// From the pass line up, times the weight.
    PassLine(Comparison),
    /// The weight less the part by which the target was passed.
    Linear(Comparison),
    /// Target through actual, times the weight.
    Inverse(Comparison),
    /// A part of the weight by steps; the part is a fraction of 1.
    Steps(Comparison, Decimal),
    /// Passed by so much that a part of the weight is taken off; the part is a fraction of 1.
    Over(Comparison, Decimal),
    /// On time.
    OnTime,
    /// The weight times the form's own coefficient, a fraction of 1.
    Coefficient(Decimal),
}

/// The two figures that a formula works with, in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What was wanted.
    pub target: Decimal,
    /// What was reached.
    pub actual: Decimal,
    /// How the one is to stand to the other.
    pub op: Operator,
}

/// Below this part of a target a formula with a pass line gives nothing.
const PASS_LINE: Decimal = Decimal::from_parts(6, 0, 0, false, 1);

impl Due {
    /// What an indicator is due; `shared` says that its points are given for the rows below as well.
    pub fn of(indicator: &Indicator, scheme: &Scheme, measured: &Measured, shared: bool) -> Self {
        let Some(weight) = indicator.weight.number().filter(|weight| *weight > Decimal::ZERO) else {
            return Self::Person(Unsettled::NoWeight);
        };
        if shared {
            return Self::Person(Unsettled::Shared);
        }
        if let Some(coefficient) = indicator.coefficient.number() {
            let points = scheme.rounding.of(weight * coefficient);
            return Self::Points { points, formula: Formula::Coefficient(coefficient), also: None };
        }
        let due = match measured.compared {
            Ok(Measure::Figures { op, target, upper, actual }) => {
                let steps = steps_for(indicator, measured.class, scheme);
                by_figures(scheme, steps, weight, (op, target, upper), actual)
            }
            Ok(Measure::Dates { due, done }) if done <= due => Ok((weight, Formula::OnTime, None)),
            Ok(Measure::Dates { .. }) => Err(Unsettled::Late),
            Ok(Measure::Words) => return by_words(indicator, scheme, weight),
            Err(unsettled) => Err(unsettled),
        };
        match due {
            Ok((points, formula, also)) => {
                let less = indicator.deduction.number().unwrap_or_default().max(Decimal::ZERO);
                let rounded = |points: Decimal| {
                    (scheme.rounding.of(points.clamp(Decimal::ZERO, weight)) - less)
                        .max(Decimal::ZERO)
                        .normalize()
                };
                Self::Points { points: rounded(points), formula, also: also.map(rounded) }
            }
            Err(unsettled) => Self::Person(unsettled),
        }
    }

    /// The points due: exact ones, or the end of the band that is nearest to what is printed. `None` where a
    /// person must judge.
    pub fn nearest_to(&self, printed: Option<Decimal>) -> Option<Decimal> {
        match self {
            Self::Points { points, also, .. } => Some(match (printed, also) {
                (Some(printed), Some(also)) if (printed - also).abs() < (printed - points).abs() => *also,
                _ => *points,
            }),
            Self::Band { from, to, .. } => Some(printed?.clamp(*from, *to)),
            Self::Person(_) => None,
        }
    }

    /// The reasoning in words: `≥860批次：872≥860，得满分10分`.
    pub fn in_words(&self, indicator: &Indicator) -> String {
        let weight = indicator.weight.number().unwrap_or_default();
        let target = indicator.target.get().map_or("", |target| target.text.as_str());
        let actual = indicator.actual.get().map_or("", |actual| actual.text.as_str());
        match self {
            Self::Points { points, formula, .. } => {
                let words = formula.in_words(target, actual, weight, *points);
                match indicator.deduction.number().filter(|less| *less > Decimal::ZERO) {
                    Some(less) => format!("{words}{}", t!("due.deduction", less = less, points = points)),
                    None => words,
                }
            }
            Self::Band { from, to, closed, .. } => {
                let key = if *closed { "due.band" } else { "due.open_band" };
                t!(key, actual = actual, from = from, to = to).into_owned()
            }
            Self::Person(unsettled) => {
                let why = t!(unsettled.key(), target = target, actual = actual);
                t!("due.person", why = why).into_owned()
            }
        }
    }
}

impl Formula {
    fn in_words(&self, target: &str, actual: &str, weight: Decimal, points: Decimal) -> String {
        let sign = |at: &Comparison| match at.op.sign() {
            "" => "→",
            sign => sign,
        };
        let with = |key: &str, at: &Comparison, part: Decimal| {
            t!(
                key,
                target = target,
                wanted = at.target,
                reached = at.actual,
                over = (at.actual - at.target).normalize(),
                sign = sign(at),
                weight = weight,
                points = points,
                part = percent(part, 2)
            )
            .into_owned()
        };
        match self {
            Self::Reached(at) if at.op == Operator::Equal && at.actual > at.target => {
                with("due.reached_more", at, Decimal::ONE)
            }
            Self::Reached(at) if at.op == Operator::Range => with("due.in_range", at, Decimal::ONE),
            // Most are so, and every word that is handed over is put into letters, wanted or not.
            Self::Reached(at) => {
                let (reached, wanted) = (at.actual, at.target);
                t!(
                    "due.reached",
                    target = target,
                    reached = reached,
                    sign = sign(at),
                    wanted = wanted,
                    points = points
                )
                .into_owned()
            }
            Self::Nothing(at) => with("due.nothing", at, Decimal::ZERO),
            Self::Ratio(at) => with("due.ratio", at, Decimal::ONE),
            Self::PassLine(at) => with("due.pass_line", at, PASS_LINE),
            Self::Linear(at) => with("due.linear", at, Decimal::ONE),
            Self::Inverse(at) => with("due.inverse", at, Decimal::ONE),
            Self::Steps(at, part) => with("due.steps", at, *part),
            Self::Over(at, part) => with("due.over", at, *part),
            Self::OnTime => t!("due.on_time", target = target, actual = actual, points = points).into_owned(),
            Self::Coefficient(part) => {
                t!("due.coefficient", weight = weight, part = percent(*part, 2), points = points).into_owned()
            }
        }
    }

    /// The formula's id in data: `ratio`.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Reached(_) => "reached",
            Self::Nothing(_) => "nothing",
            Self::Ratio(_) => "ratio",
            Self::PassLine(_) => "pass_line",
            Self::Linear(_) => "linear",
            Self::Inverse(_) => "inverse",
            Self::Steps(..) => "steps",
            Self::Over(..) => "over",
            Self::OnTime => "on_time",
            Self::Coefficient(_) => "coefficient",
        }
    }
}

impl Unsettled {
    /// The key of its words.
    const fn key(self) -> &'static str {
        match self {
            Self::NoTarget => "due.no_target",
            Self::NoActual => "due.no_actual",
            Self::NoFigure => "due.no_figure",
            Self::Units => "due.units",
            Self::Fraction => "due.fraction",
            Self::Words => "due.words",
            Self::Late => "due.late",
            Self::BesideRange => "due.beside_range",
            Self::BelowNought => "due.below_nought",
            Self::Shared => "due.shared",
            Self::NoWeight => "due.no_weight",
        }
    }
}

/// Points before rounding, how they come about, and points by the other formulas that are accepted.
type Raw = (Decimal, Formula, Option<Decimal>);

fn by_figures(
    scheme: &Scheme,
    steps: Option<&Steps>,
    weight: Decimal,
    (op, target, upper): (Operator, Decimal, Option<Decimal>),
    actual: Decimal,
) -> Result<Raw, Unsettled> {
    // The systems take less than nothing for nothing, but for a band around nought.
    let actual = if op == Operator::Range { actual } else { actual.max(Decimal::ZERO) };
    let at = Comparison { target, actual, op };
    if target < Decimal::ZERO && op != Operator::Range {
        return Err(Unsettled::BelowNought);
    }
    if let Some(steps) = steps
        && matches!(op, Operator::AtLeast | Operator::Above | Operator::Equal)
    {
        let part = steps.part(actual);
        return Ok((weight * part, Formula::Steps(at, part), None));
    }
    let full = Ok((weight, Formula::Reached(at), None));
    let nothing = Ok((Decimal::ZERO, Formula::Nothing(at), None));
    match op {
        // The target of nought is reached by nothing less.
        Operator::Equal if target.is_zero() => {
            if actual.is_zero() {
                full
            } else {
                nothing
            }
        }
        Operator::AtLeast | Operator::Above | Operator::Equal | Operator::Qualitative => {
            if actual < target {
                return forward(scheme, weight, at);
            }
            match over(scheme, at) {
                Some(part) => Ok((weight - weight * part, Formula::Over(at, part), Some(weight))),
                None => full,
            }
        }
        Operator::AtMost | Operator::Below if actual <= target => full,
        Operator::AtMost | Operator::Below if target.is_zero() => nothing,
        Operator::AtMost | Operator::Below => reverse(scheme, weight, at),
        Operator::Range => {
            let upper = upper.unwrap_or(target);
            let beyond = (target - actual).max(actual - upper);
            if beyond <= Decimal::ZERO {
                return full;
            }
            let step = scheme.beside_range.iter().rfind(|step| beyond > step.beyond);
            let part = step.ok_or(Unsettled::BesideRange)?.part;
            Ok((weight * part, Formula::Steps(at, part), None))
        }
    }
}

/// A target that was not reached; it is above nought and more than the actual value.
fn forward(scheme: &Scheme, weight: Decimal, at: Comparison) -> Result<Raw, Unsettled> {
    let rate = at.actual.checked_div(at.target).ok_or(Unsettled::NoFigure)?;
    let mut results = scheme.forward.iter().map(|formula| match formula {
        Forward::Ratio if rate.is_zero() => (Decimal::ZERO, Formula::Nothing(at)),
        Forward::Ratio => (rate * weight, Formula::Ratio(at)),
        Forward::PassLine => {
            let above = (rate - PASS_LINE).max(Decimal::ZERO) / (Decimal::ONE - PASS_LINE);
            (above * weight, Formula::PassLine(at))
        }
    });
    let (points, formula) = results.next().ok_or(Unsettled::NoFigure)?;
    Ok((points, formula, results.next().map(|(points, _)| points)))
}

/// A target that was passed and should not have been; it is above nought and less than the actual value.
fn reverse(scheme: &Scheme, weight: Decimal, at: Comparison) -> Result<Raw, Unsettled> {
    let mut results = scheme.reverse.iter().map(|formula| match formula {
        Reverse::Linear => {
            let past = (at.actual - at.target).checked_div(at.target).unwrap_or(Decimal::ONE);
            let rest = (Decimal::ONE - past).max(Decimal::ZERO);
            (rest * weight, if rest.is_zero() { Formula::Nothing(at) } else { Formula::Linear(at) })
        }
        Reverse::Ratio => {
            let part = at.target.checked_div(at.actual).unwrap_or_default();
            (part * weight, Formula::Inverse(at))
        }
    });
    let (points, formula) = results.next().ok_or(Unsettled::NoFigure)?;
    Ok((points, formula, results.next().map(|(points, _)| points)))
}

/// The part of the weight that passing a target by so much costs.
fn over(scheme: &Scheme, at: Comparison) -> Option<Decimal> {
    let times = at.actual.checked_div(at.target)?;
    scheme.over.iter().rfind(|over| times >= over.from).map(|over| over.costs)
}

fn steps_for<'a>(indicator: &Indicator, class: Option<Class>, scheme: &'a Scheme) -> Option<&'a Steps> {
    let class = class?;
    let percent = indicator.target.get().is_some_and(|target| target.unit.as_deref() == Some("%"));
    scheme.steps.iter().find(|steps| percent && steps.class == class)
}

impl Steps {
    /// The part of the weight, a fraction of 1, that a percentage gives.
    fn part(&self, percentage: Decimal) -> Decimal {
        let lacking = (self.full_from - percentage).max(Decimal::ZERO);
        let steps = lacking.checked_div(self.every).unwrap_or_default();
        let steps = if self.begun_counts { steps.ceil() } else { steps.floor() };
        (Decimal::ONE - steps * self.costs).max(Decimal::ZERO)
    }
}

/// Words are due the band that holds them; words that repeat the target are of the best.
fn by_words(indicator: &Indicator, scheme: &Scheme, weight: Decimal) -> Due {
    const STOPS: [char; 4] = ['。', ';', '.', '!'];
    let (Some(target), Some(actual)) = (indicator.target.get(), indicator.actual.get()) else {
        return Due::Person(Unsettled::NoActual);
    };
    let (target, actual) = (folded(&target.text), folded(&actual.text));
    let (target, actual) = (target.trim_end_matches(STOPS), actual.trim_end_matches(STOPS));
    let own = |band: &super::scheme::Band| band.words.iter().any(|word| word == actual);
    let band = match scheme.words.bands.iter().position(own) {
        Some(band) => band,
        None if actual == target && !scheme.words.only => 0,
        None => return Due::Person(Unsettled::Words),
    };
    let Some(found) = scheme.words.bands.get(band) else { return Due::Person(Unsettled::Words) };
    let points = |part: Decimal| (weight * part).normalize();
    Due::Band { from: points(found.from), to: points(found.to), closed: found.closed, band }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Templates;
    use crate::model::{Actual, Address, Field, Project, Target};
    use crate::rules::{Schemes, Scores};

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// An indicator of a class with target, actual value and full points.
    fn row(level1: &str, target: &str, actual: &str, weight: &str) -> Indicator {
        let at = Address::new(9, 0);
        Indicator {
            level1: Field::read(level1.to_owned(), at),
            target: Field::read(Target::read(target), at),
            actual: Field::read(Actual::read(actual), at),
            weight: Field::read(dec(weight), at),
            ..Indicator::default()
        }
    }

    fn due(scheme: &str, row: Indicator) -> (Due, String) {
        let schemes = Schemes::load(&Templates::default()).unwrap();
        let scheme = schemes.get(scheme).unwrap();
        let year = Field::read(2022, Address::new(0, 0));
        let project = Project { indicators: vec![row], year, ..Project::default() };
        let measured = Measured::all(&project, scheme);
        let due = Due::of(&project.indicators[0], scheme, &measured[0], false);
        let words = due.in_words(&project.indicators[0]);
        (due, words)
    }

    #[test]
    fn formulas_give_the_points_of_their_worked_examples() {
        for (scheme, target, actual, weight, points, words) in [
            ("general", "≥860批次", "872", "10", "10", "≥860批次：872≥860，得满分10分"),
            ("general", "≥100%", "97%", "10", "9.7", "≥100%：97÷100×10分＝9.7分"),
            ("general", ">3次", "3次", "10", "10", ">3次：3>3，得满分10分"),
            ("general", "=0起", "1起", "3", "0", "=0起：实际1，得0分"),
            ("general", "=0起", "0起", "3", "3", "=0起：0=0，得满分3分"),
            ("general", "=100%", "98%", "10", "9.8", "=100%：98÷100×10分＝9.8分"),
            ("general", "=8个", "9个", "5", "5", "=8个：9超过8，得满分5分"),
            ("general", "≤90万元", "100万元", "8", "7.11", "≤90万元：（1−10÷90）×8分＝7.11分"),
            ("general", "≤90万元", "900000元", "8", "8", "≤90万元：90≤90，得满分8分"),
            ("general", "≤90万元", "180万元", "8", "0", "≤90万元：实际180，得0分"),
            ("ratio", "≤90万元", "100万元", "8", "7.2", "≤90万元：90÷100×8分＝7.2分"),
            ("general", "≥5项", "-2项", "5", "0", "≥5项：实际0，得0分"),
            ("general", "10-15家", "12家", "5", "5", "10-15家：12在范围内，得满分5分"),
            ("steps-2017", "±10%", "12%", "5", "3", "±10%：实际12，按档得分值的60%，3分"),
            ("steps-2017", "±10%", "31%", "5", "0", "±10%：实际31，按档得分值的0%，0分"),
            ("pass-line", "≥100%", "90%", "10", "7.5", "≥100%：（90÷100−60%）÷（1−60%）×10分＝7.5分"),
            ("pass-line", "≥100%", "55%", "10", "0", "≥100%：（55÷100−60%）÷（1−60%）×10分＝0分"),
            (
                "general",
                "2022年12月底前",
                "2022年11月",
                "5",
                "5",
                "2022年12月底前：2022年11月，按期，得满分5分",
            ),
        ] {
            let (due, said) = due(scheme, row("产出指标", target, actual, weight));
            let Due::Points { points: given, .. } = due else { panic!("{target} {actual}: {due:?}") };
            assert_eq!((given, said.as_str()), (dec(points), words), "{target} {actual}");
        }
    }

    #[test]
    fn targets_without_a_sign_are_read_by_what_they_count() {
        for (level1, name, target, actual, points) in [
            ("产出指标", "有效投诉率", "5%", "2%", "10"),
            ("产出指标", "投诉办结率", "95%", "76%", "8"),
            ("效益指标", "安全事故起数", "2起", "1起", "10"),
            ("成本指标", "单位造价", "80万元", "75万元", "10"),
            ("成本指标", "成本节约率", "5%", "8%", "10"),
            ("产出指标", "培训人次", "100人次", "90人次", "9"),
        ] {
            let mut row = row(level1, target, actual, "10");
            row.name = Field::read(name.to_owned(), Address::new(9, 1));
            let (due, words) = due("general", row);
            assert_eq!(due.nearest_to(None), Some(dec(points)), "{name}: {words}");
        }
    }

    #[test]
    fn both_ways_of_scoring_a_passed_limit_are_accepted() {
        let (due, _) = due("general", row("产出指标", "≤90万元", "100万元", "8"));
        assert_eq!(due.nearest_to(Some(dec("7.2"))), Some(dec("7.2")));
        assert_eq!(due.nearest_to(Some(dec("7.1"))), Some(dec("7.11")));
    }

    #[test]
    fn satisfaction_may_go_by_steps() {
        let (due, words) = due("steps-2017", row("满意度指标", "≥90%", "84%", "10"));
        assert_eq!(due.nearest_to(None), Some(dec("9")), "{words}");
    }

    #[test]
    fn the_forms_own_coefficient_and_deduction_count() {
        let at = Address::new(9, 0);
        let coefficient = Field::read(dec("0.76"), at);
        let (of_coefficient, words) =
            due("coefficient", Indicator { coefficient, ..row("产出指标", "≥5项", "4项", "10") });
        assert_eq!(of_coefficient.nearest_to(None), Some(dec("7.6")), "{words}");
        let deduction = Field::read(dec("1"), at);
        let (deducted, words) =
            due("deduction", Indicator { deduction, ..row("产出指标", "≥100%", "97%", "10") });
        assert_eq!(deducted.nearest_to(None), Some(dec("8.7")), "{words}");
        assert!(words.ends_with("再扣1分，得8.7分"), "{words}");
    }

    #[test]
    fn words_have_bands_and_what_is_unclear_needs_a_person() {
        for (target, actual, expected) in [
            ("有效提升", "达成预期指标", Ok(("8", "10", true))),
            ("有效提升", "有效提升", Ok(("8", "10", true))),
            ("有效提升", "部分达成", Ok(("6", "8", false))),
            ("有效提升", "未达成", Ok(("0", "6", false))),
            ("有效提升", "群众反映良好", Err(Unsettled::Words)),
            ("≥3项", "已完成", Err(Unsettled::NoFigure)),
            ("≥3个", "3家", Err(Unsettled::Units)),
            ("≥95%", "0.96", Err(Unsettled::Fraction)),
            ("≥3项", "—", Err(Unsettled::NoActual)),
            ("10-15家", "2家", Err(Unsettled::BesideRange)),
            ("2022年6月底前", "2022年9月", Err(Unsettled::Late)),
        ] {
            let (due, words) = due("general", row("效益指标", target, actual, "10"));
            let found = match due {
                Due::Band { from, to, closed, .. } => Ok((from.to_string(), to.to_string(), closed)),
                Due::Person(why) => Err(why),
                Due::Points { .. } => panic!("{target} {actual}: {words}"),
            };
            let expected = expected.map(|(from, to, closed)| (from.to_owned(), to.to_owned(), closed));
            assert_eq!(found, expected, "{target} {actual}");
            assert!(!words.is_empty());
        }
    }

    #[test]
    fn rows_that_do_not_apply_may_be_left_out() {
        let schemes = Schemes::load(&Templates::default()).unwrap();
        let mut scheme = schemes.get("general").unwrap().clone();
        scheme.rescale = true;
        let at = Address::new(9, 0);
        let mut rows = vec![row("产出指标", "≥5项", "5项", "90"), row("满意度指标", "≥90%", "不适用", "10")];
        rows[0].score = Field::read(dec("88"), at);
        let project = Project { indicators: rows, ..Project::default() };
        let scores = Scores::of(&project, &[], &scheme);
        assert_eq!(scores.total.recomputed, Some(dec("97.78")));
    }

    #[test]
    fn passing_by_far_may_cost() {
        let schemes = Schemes::load(&Templates::default()).unwrap();
        let mut scheme = schemes.get("general").unwrap().clone();
        scheme.over = vec![crate::rules::scheme::Over { from: dec("1.5"), costs: dec("0.1") }];
        let project = Project {
            indicators: vec![row("产出指标", "≥10项", "16项", "10")],
            ..Project::default()
        };
        let measured = Measured::all(&project, &scheme);
        let due = Due::of(&project.indicators[0], &scheme, &measured[0], false);
        // Some take nothing off: all points are accepted as well.
        assert_eq!(
            (due.nearest_to(None), due.nearest_to(Some(dec("10")))),
            (Some(dec("9")), Some(dec("10")))
        );
    }
}
