//! What an outline may say of a unit with all its projects of a year.

use rust_decimal::Decimal;
use serde::Serialize;

use super::wording::{grouped, plain};
use super::{Facts, RATE_PLACES};
use crate::model::number::{percent, round};
use crate::model::{Grade, MoneyUnit};
use crate::rules::{Assessed, Digest, aggregate};

/// The facts of a unit. Sums of money are in 万元, which the texts say; means have two decimal places.
#[derive(Debug, Serialize)]
pub struct UnitFacts {
    unit: String,
    department: String,
    year: Option<u16>,
    count: usize,
    /// The sums of the projects whose forms state both amounts; how many do not.
    budget: Option<String>,
    executed: Option<String>,
    rate: Option<String>,
    without_amounts: usize,
    /// How many projects have a score.
    scored: usize,
    mean: Option<String>,
    highest: Option<String>,
    lowest: Option<String>,
    /// How many projects have full points.
    full_marks: usize,
    /// The grades that there are, the best first: name and number of projects.
    grades: Vec<(&'static str, usize)>,
    /// How many indicators there are in all, and how many lost points.
    indicators: usize,
    deviations: usize,
    projects: Vec<MemberFacts>,
}

/// A project among those of its unit.
#[derive(Debug, Serialize)]
struct MemberFacts {
    #[serde(flatten)]
    facts: Facts,
    /// Amounts in 万元 without the unit, for a table.
    budget: Option<String>,
    executed: Option<String>,
    rate: Option<String>,
}

impl UnitFacts {
    /// The facts of some projects of one unit.
    pub fn of(projects: &[&Assessed]) -> Self {
        let digests: Vec<Digest> = projects.iter().map(|assessed| Digest::of(assessed)).collect();
        let aggregates = aggregate(&digests);
        let all = aggregates.total;
        let in_percent = |rate: Decimal| percent(rate, RATE_PLACES);
        let amount = |sum: Decimal| format!("{}{}", grouped(sum), MoneyUnit::TenThousandYuan.name());
        let mut members: Vec<MemberFacts> = projects
            .iter()
            .map(|assessed| MemberFacts {
                facts: Facts::of(assessed),
                budget: None,
                executed: None,
                rate: None,
            })
            .collect();
        for figures in aggregates.projects {
            if let Some(member) = members.get_mut(figures.index) {
                member.budget = figures.budget.map(grouped);
                member.executed = figures.executed.map(grouped);
                member.rate = figures.rate.map(in_percent);
            }
        }
        let first = members.first().map(|member| &member.facts);
        let agree = |year: u16| projects.iter().all(|own| own.project.year.value == Some(year));
        Self {
            unit: first.map(|facts| facts.unit.clone()).unwrap_or_default(),
            department: first.map(|facts| facts.department.clone()).unwrap_or_default(),
            year: first.and_then(|facts| facts.year).filter(|year| agree(*year)),
            count: projects.len(),
            budget: all.budget.map(amount),
            executed: all.executed.map(amount),
            rate: all.rate.map(in_percent),
            without_amounts: all.without_amounts,
            scored: all.scored,
            mean: all.mean.map(|mean| plain(round(mean, 2))),
            highest: all.highest.map(plain),
            lowest: all.lowest.map(plain),
            full_marks: all.full_marks,
            grades: Grade::ALL
                .into_iter()
                .filter_map(|grade| all.grades.get(&grade).map(|count| (grade.name(), *count)))
                .filter(|(_, count)| *count > 0)
                .collect(),
            indicators: members.iter().map(|member| member.facts.rows.len()).sum(),
            deviations: members.iter().map(|member| member.facts.deviations.len()).sum(),
            projects: members,
        }
    }
}
