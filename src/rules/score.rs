//! Scores recomputed from a form's own figures, beside what the form prints.

use rust_decimal::Decimal;

use super::{Class, Due, Scheme};
use crate::model::number::is_no_number;
use crate::model::{Field, Fund, Grade, Indicator, Project};

/// A figure as printed and as recomputed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// What the form prints.
    pub printed: Option<Decimal>,
    /// What follows from the form's other figures; `None` if they do not suffice.
    pub recomputed: Option<Decimal>,
}

impl Compared {
    /// Printed less recomputed.
    pub fn difference(&self) -> Option<Decimal> {
        Some((self.printed? - self.recomputed?).normalize())
    }

    /// The printed figure, or the recomputed one where the form prints none.
    pub fn shown(&self) -> Option<Decimal> {
        self.printed.or(self.recomputed)
    }
}

/// The sums of one first-level indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassScore {
    /// What class it is; `None` if its name does not tell.
    pub class: Option<Class>,
    /// The points printed behind its name.
    pub stated: Option<Decimal>,
    /// The sum of its indicators' full points; `None` if the form prints none.
    pub weight: Option<Decimal>,
    /// The sum of its indicators' points reached; `None` if the form prints none.
    pub score: Option<Decimal>,
    /// Index of its first indicator, which bears its name.
    pub first: usize,
}

/// Scores of a project, printed and recomputed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// 执行率: executed through budget (see [`base`]), a fraction of 1.
    pub rate: Compared,
    /// Points for spending the budget; recomputed from the printed rate where the amounts do not suffice.
    pub execution: Compared,
    /// Full points of the execution row.
    pub execution_weight: Option<Decimal>,
    /// Sums by first-level indicator, in the form's order.
    pub classes: Vec<ClassScore>,
    /// Full points of all rows, execution included.
    pub weight: Compared,
    /// 总分; recomputed as the recomputed execution points plus the printed points of all indicators.
    pub total: Compared,
    /// By what the rows' sum was raised for rows that do not apply; `None` if it was not.
    pub rescaled: Option<Decimal>,
    /// What the rows and the execution are due by the scheme's formulas.
    pub due: DueTotal,
    /// The grade of the printed total.
    pub grade: Option<Grade>,
}

/// The total by formulas. A row that a person must judge counts with what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueTotal {
    /// Points; `None` if the form has none.
    pub points: Option<Decimal>,
    /// How many rows a person must judge.
    pub by_person: usize,
}

impl Scores {
    /// Recomputes a project's scores; `dues` stand for its indicators.
    pub fn of(project: &Project, dues: &[Due], scheme: &Scheme) -> Self {
        let fund = project.total_fund();
        let rate = Compared {
            printed: fund.and_then(|f| f.rate.number()),
            recomputed: fund.and_then(|f| execution_rate(base(f).number(), f.executed.number())),
        };
        let scored = project.indicators.iter().any(|i| i.score.exists() || i.weight.exists());
        let asks_execution = fund.is_some_and(|f| f.score.exists() || f.weight.exists());
        let execution_weight = fund
            .filter(|_| asks_execution)
            .and_then(|f| f.weight.number())
            .or_else(|| asks_execution.then_some(scheme.execution.weight));
        let execution = Compared {
            printed: fund.and_then(|f| f.score.number()),
            recomputed: execution_weight
                .zip(rate.recomputed.or(rate.printed))
                .map(|(weight, rate)| execution_points(rate, weight, scheme)),
        };
        let classes = classes(project, scheme);
        let sum = |own: Option<Decimal>, of: fn(&ClassScore) -> Option<Decimal>| -> Option<Decimal> {
            let rows: Vec<Decimal> = classes.iter().filter_map(of).collect();
            (!rows.is_empty())
                .then(|| (rows.into_iter().sum::<Decimal>() + own.unwrap_or_default()).normalize())
        };
        let execution_due = execution.recomputed.or(execution.printed);
        let rescaled = rescaled(project, scheme);
        let raised = |total: Decimal| match rescaled {
            Some(factor) => scheme.rounding.of(total * factor),
            None => total,
        };
        let total = Compared {
            printed: project.total.score.number(),
            recomputed: if scored { sum(execution_due, |class| class.score).map(raised) } else { None },
        };
        let due = DueTotal {
            points: scored.then(|| raised(due_points(project, dues) + execution_due.unwrap_or_default())),
            by_person: dues.iter().filter(|due| matches!(due, Due::Person(_))).count(),
        };
        let weight = Compared {
            printed: project.total.weight.number(),
            recomputed: sum(execution_weight, |class| class.weight),
        };
        let grade = total.printed.and_then(|score| scheme.grade_of(score));
        Self { rate, execution, execution_weight, classes, weight, total, rescaled, due, grade }
    }

    /// The indicators' full points and points reached, of the first levels that state both; `None` if none does, or
    /// beyond exact numbers.
    pub fn indicators(&self) -> Option<(Decimal, Decimal)> {
        let mut stated = self.classes.iter().filter_map(|class| class.weight.zip(class.score));
        let first = stated.next()?;
        let add = |(weights, scores): (Decimal, Decimal), (weight, score): (Decimal, Decimal)| {
            Some((weights.checked_add(weight)?, scores.checked_add(score)?))
        };
        stated.try_fold(first, add).map(|(weights, scores)| (weights.normalize(), scores.normalize()))
    }

    /// The points reached in a class, all its first-level indicators together.
    pub fn class_score(&self, class: Class) -> Option<Decimal> {
        let scores: Vec<Decimal> = self.of_class(class).filter_map(|row| row.score).collect();
        (!scores.is_empty()).then(|| scores.into_iter().sum::<Decimal>().normalize())
    }

    /// The full points of a class.
    pub fn class_weight(&self, class: Class) -> Option<Decimal> {
        let weights: Vec<Decimal> = self.of_class(class).filter_map(|row| row.weight).collect();
        (!weights.is_empty()).then(|| weights.into_iter().sum::<Decimal>().normalize())
    }

    fn of_class(&self, class: Class) -> impl Iterator<Item = &ClassScore> {
        self.classes.iter().filter(move |row| row.class == Some(class))
    }
}

/// The sum of what the indicators are due.
fn due_points(project: &Project, dues: &[Due]) -> Decimal {
    let rows = project.indicators.iter().zip(dues);
    rows.filter_map(|(row, due)| due.nearest_to(row.score.number()).or(row.score.number())).sum()
}

/// By what the sum of the rows is raised where the scheme leaves out those that do not apply.
fn rescaled(project: &Project, scheme: &Scheme) -> Option<Decimal> {
    let left_out = |row: &&Indicator| {
        let actual = row.actual.get().map_or("", |actual| actual.text.as_str());
        scheme.rescale && is_no_number(actual) && row.score.number().is_none_or(|score| score.is_zero())
    };
    let gone: Decimal =
        project.indicators.iter().filter(left_out).filter_map(|row| row.weight.number()).sum();
    if gone.is_zero() { None } else { scheme.full.checked_div(scheme.full - gone) }
}

/// By which part of itself a score rate lies above the execution's, as the finance systems compute it; both are
/// fractions of 1.
pub fn ahead(score_rate: Decimal, rate: Decimal) -> Option<Decimal> {
    if score_rate <= Decimal::ZERO { None } else { score_rate.checked_sub(rate)?.checked_div(score_rate) }
}

/// The budget that a rate is of: the full-year one, or the initial one on a form that has no other.
pub fn base(fund: &Fund) -> &Field<Decimal> {
    if fund.budget.exists() || !fund.initial.exists() { &fund.budget } else { &fund.initial }
}

/// Executed through budget, a fraction of 1. A budget of nothing has no rate unless nothing was spent of it.
pub fn execution_rate(budget: Option<Decimal>, executed: Option<Decimal>) -> Option<Decimal> {
    let (budget, executed) = (budget?, executed?);
    if budget.is_zero() { executed.is_zero().then_some(Decimal::ZERO) } else { executed.checked_div(budget) }
}

/// Rate times weight, at least 0 and at most the weight; or by the scheme's steps. Points.
pub fn execution_points(rate: Decimal, weight: Decimal, scheme: &Scheme) -> Decimal {
    let steps = &scheme.execution.steps;
    let part = if steps.is_empty() {
        rate
    } else {
        steps.iter().find(|step| rate >= step.from).map_or(Decimal::ZERO, |step| step.part)
    };
    scheme.rounding.of((part * weight).clamp(Decimal::ZERO, weight.max(Decimal::ZERO)))
}

fn classes(project: &Project, scheme: &Scheme) -> Vec<ClassScore> {
    let mut classes: Vec<ClassScore> = Vec::new();
    for (i, row) in project.indicators.iter().enumerate() {
        let level1 = row.level1.text();
        let same = |class: &ClassScore| project.indicators[class.first].level1.text() == level1;
        let at = classes.iter().position(same).unwrap_or_else(|| {
            classes.push(ClassScore {
                class: scheme.class_of(level1),
                stated: None,
                weight: None,
                score: None,
                first: i,
            });
            classes.len() - 1
        });
        let class = &mut classes[at];
        class.stated = class.stated.or(row.level1_weight);
        for (sum, part) in [(&mut class.weight, row.weight.number()), (&mut class.score, row.score.number())]
        {
            if let Some(part) = part {
                *sum = Some((sum.unwrap_or_default() + part).normalize());
            }
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn execution_is_capped_and_rounded() {
        let schemes = crate::Schemes::load(&crate::Templates::default()).unwrap();
        for (budget, executed, weight, points) in [
            ("43.2", "37.24", "10", "8.62"),
            ("20", "20", "10", "10"),
            ("20", "25", "10", "10"),
            ("650", "94", "20", "2.89"),
            ("0", "0", "10", "0"),
        ] {
            let scheme = schemes.get("general").unwrap();
            let rate = execution_rate(Some(dec(budget)), Some(dec(executed))).unwrap();
            assert_eq!(execution_points(rate, dec(weight), scheme), dec(points), "{budget} {executed}");
        }
        assert_eq!(execution_rate(Some(dec("0")), Some(dec("5"))), None);
        assert_eq!(execution_rate(None, Some(dec("5"))), None);
    }
}
