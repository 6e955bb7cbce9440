//! What an outline may say of a project: texts as the form prints them, and figures computed from the form's.

mod funds;
mod indicators;
mod unit;
mod wording;

use minijinja::Value;
use rust_decimal::Decimal;
use serde::Serialize;

use self::funds::FundFacts;
use self::indicators::{ClassFacts, IndicatorFacts, Row};
pub use self::unit::UnitFacts;
use self::wording::{plain, sentence};
use crate::model::Project;
use crate::rules::check::scores::gives_a_reason;
use crate::rules::{Assessed, Outcome};

/// Decimal places of a rate shown in percent.
const RATE_PLACES: u32 = 2;

/// The facts of one project. Texts that the form does not have are empty; figures that it does not have are
/// none. Points are plain numbers, amounts carry their unit, rates are in percent.
#[derive(Debug, Serialize)]
pub struct Facts {
    name: String,
    department: String,
    unit: String,
    year: Option<u16>,
    funds: FundFacts,
    goals: Vec<GoalFacts>,
    classes: Vec<ClassFacts>,
    rows: Vec<Value>,
    /// The indicators that lost points or missed their targets, in the form's order.
    deviations: Vec<Value>,
    /// Indicators that lost nothing and whose form gives a reason all the same.
    remarks: Vec<Value>,
    total: TotalFacts,
    /// Whether the form gives points at all.
    scored: bool,
    /// Other labelled places that are filled, as (label, text).
    other: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct GoalFacts {
    planned: String,
    actual: String,
}

#[derive(Debug, Serialize)]
struct TotalFacts {
    score: Option<String>,
    weight: Option<String>,
    grade: Option<&'static str>,
    /// Points lost in all.
    lost: Option<String>,
    /// How many indicators lost points.
    deviations: usize,
    /// How many indicators there are.
    count: usize,
    /// How many of them reached their targets.
    reached: usize,
    /// How many cannot be measured by what the form says.
    unmeasured: usize,
    /// How many have a place for points and no points in it.
    unscored: usize,
    /// How many have figures for targets, and how many words.
    quantitative: usize,
    qualitative: usize,
}

impl GoalFacts {
    /// The goals of a project. Where the form lists what was planned and what was reached in rows of their own,
    /// they are one goal.
    fn all(project: &Project) -> Vec<Self> {
        let goals = project.goals.iter().map(|goal| Self {
            planned: sentence(goal.planned.text()),
            actual: sentence(goal.actual.text()),
        });
        let goals: Vec<Self> =
            goals.filter(|goal| !(goal.planned.is_empty() && goal.actual.is_empty())).collect();
        let apart = goals.iter().any(|goal| goal.planned.is_empty())
            && goals.iter().any(|goal| goal.actual.is_empty());
        if !apart {
            return goals;
        }
        let joined = |of: fn(&Self) -> &str| goals.iter().map(of).collect();
        vec![Self { planned: joined(|goal| &goal.planned), actual: joined(|goal| &goal.actual) }]
    }
}

impl Facts {
    /// The facts of a project.
    pub fn of(assessed: &Assessed) -> Self {
        let Assessed { project, scores, outcomes, .. } = assessed;
        let rows: Vec<Row> =
            project.indicators.iter().zip(outcomes).map(|(row, outcome)| Row::of(row, *outcome)).collect();
        let classes = scores.classes.iter().map(|class| ClassFacts::of(class, &rows, outcomes)).collect();
        let values = |of: fn(&IndicatorFacts) -> bool| -> Vec<Value> {
            rows.iter().filter(|row| of(&row.facts)).map(|row| row.value.clone()).collect()
        };
        let count = |of: fn(&IndicatorFacts) -> bool| rows.iter().filter(|row| of(&row.facts)).count();
        let score = scores.total.printed;
        let full = scores.weight.printed.or(scores.weight.recomputed);
        let total = TotalFacts {
            score: score.map(plain),
            weight: full.map(plain),
            grade: project
                .total
                .grade
                .get()
                .copied()
                .or(scores.grade)
                .filter(|_| score.is_some())
                .map(|grade| grade.name()),
            lost: full
                .zip(score)
                .map(|(full, score)| full - score)
                .filter(|lost| *lost > Decimal::ZERO)
                .map(plain),
            deviations: count(|row| row.lost.is_some()),
            count: rows.len(),
            reached: outcomes.iter().filter(|outcome| outcome.is_reached()).count(),
            unmeasured: outcomes.iter().filter(|outcome| **outcome == Outcome::NotMeasurable).count(),
            unscored: count(|row| row.scored && row.score.is_none()),
            quantitative: count(|row| row.quantitative),
            qualitative: count(|row| !row.quantitative),
        };
        let other = project.other.iter().filter(|(_, field)| gives_a_reason(field.text()));
        Self {
            name: project.name.text().to_owned(),
            department: project.department.text().to_owned(),
            unit: if project.unit.value.is_some() { &project.unit } else { &project.department }
                .text()
                .to_owned(),
            year: project.year.value,
            funds: FundFacts::of(project, scores),
            goals: GoalFacts::all(project),
            classes,
            deviations: values(IndicatorFacts::deviates),
            remarks: values(|row| !row.deviates() && !row.reason.is_empty()),
            total,
            scored: count(|row| row.scored) > 0 || project.total.score.exists() || score.is_some(),
            other: other.map(|(label, field)| (label.clone(), sentence(field.text()))).collect(),
            rows: values(|_| true),
        }
    }
}
