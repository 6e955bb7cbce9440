//! Recomputed scores with their reasoning, for people and for programs.

use std::fmt::Write;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::number::percent;
use crate::model::{Address, Indicator};
use crate::rules::score::base;
use crate::rules::{Assessed, Due, Scheme};

/// A project's points as printed and as recomputed, with the reasoning.
#[derive(Clone, Debug, Serialize)]
pub struct Explained<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// The sheet's name.
    pub sheet: &'a str,
    /// The project's name.
    pub project: &'a str,
    /// The scheme that was followed.
    pub scheme: Followed<'a>,
    /// The points for spending the budget; `None` if the form gives none.
    pub execution: Option<Line<'a>>,
    /// The indicators, in the form's order.
    pub indicators: Vec<Line<'a>>,
    /// The total; `None` if the form has no points.
    pub total: Option<Total>,
}

/// A scheme, as far as a reader must know it.
#[derive(Clone, Debug, Serialize)]
pub struct Followed<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What it rests on.
    pub basis: &'a str,
    /// Whether somebody has compared it with that.
    pub verified: bool,
}

/// The points of one row.
#[derive(Clone, Debug, Serialize)]
pub struct Line<'a> {
    /// The cell of the printed points.
    pub cell: Option<Address>,
    /// The row's name.
    pub name: &'a str,
    /// Full points.
    pub weight: Option<Decimal>,
    /// Points as printed.
    pub printed: Option<Decimal>,
    /// Points due; the fewest of a band; `None` where a person must judge.
    pub due: Option<Decimal>,
    /// The most points of a band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at_most: Option<Decimal>,
    /// Printed less due, nought within a band.
    pub difference: Option<Decimal>,
    /// The formula's id; `None` where a person must judge.
    pub formula: Option<&'static str>,
    /// The reasoning in words.
    pub reasoning: String,
}

/// The total, points.
#[derive(Clone, Debug, Serialize)]
pub struct Total {
    /// As printed.
    pub printed: Option<Decimal>,
    /// The sum of the rows' printed points and the execution's recomputed ones.
    pub sum: Option<Decimal>,
    /// By formulas; rows that a person must judge count as printed.
    pub due: Option<Decimal>,
    /// How many rows a person must judge.
    pub by_person: usize,
}

impl<'a> Explained<'a> {
    /// What there is to say of a project's points.
    pub fn of(assessed: &'a Assessed, scheme: &'a Scheme) -> Self {
        let Assessed { project, scores, dues, .. } = assessed;
        let rows = project.indicators.iter().zip(dues);
        let scored = scores.total.recomputed.is_some();
        Self {
            file: &project.source.file,
            sheet: &project.source.sheet,
            project: project.name.text(),
            scheme: Followed {
                id: &scheme.id,
                name: &scheme.name,
                basis: &scheme.basis,
                verified: scheme.verified,
            },
            execution: execution(assessed),
            indicators: rows
                .filter(|(row, _)| row.weight.exists() || row.score.exists())
                .map(|(row, due)| Line::of(row, due))
                .collect(),
            total: scored.then_some(Total {
                printed: scores.total.printed,
                sum: scores.total.recomputed,
                due: scores.due.points.map(|points| points.normalize()),
                by_person: scores.due.by_person,
            }),
        }
    }

    /// The same as text, for a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{}　{}!{}", self.project, self.file, self.sheet);
        let _ = writeln!(text, "  {}", t!("scores.scheme", name = self.scheme.name, id = self.scheme.id));
        if !self.scheme.verified {
            let unverified = t!("scheme.unverified", scheme = self.scheme.name, basis = self.scheme.basis);
            let _ = writeln!(text, "  {unverified}");
        }
        for line in self.execution.iter().chain(&self.indicators) {
            let cell = line.cell.map(|cell| cell.to_string()).unwrap_or_default();
            let printed = line.printed.map_or_else(|| "—".to_owned(), |points| points.to_string());
            let name: String = line.name.split_whitespace().collect();
            let head = t!("scores.line", name = name, printed = printed);
            let _ = writeln!(text, "  {cell:<5}{head}{}{}", line.reasoning, line.verdict());
        }
        if let Some(total) = &self.total {
            let shown = |points: Option<Decimal>| points.map_or_else(|| "—".to_owned(), |p| p.to_string());
            let (printed, sum, due) = (shown(total.printed), shown(total.sum), shown(total.due));
            let _ = writeln!(text, "  {}", t!("scores.total", printed = printed, sum = sum, due = due));
            if total.by_person > 0 {
                let _ = writeln!(text, "  {}", t!("scores.by_person", count = total.by_person));
            }
        } else {
            let _ = writeln!(text, "  {}", t!("scores.none"));
        }
        text
    }
}

impl<'a> Line<'a> {
    fn of(row: &'a Indicator, due: &Due) -> Self {
        let printed = row.score.number();
        let nearest = due.nearest_to(printed);
        let (from, to, formula) = match due {
            Due::Points { points, formula, .. } => (Some(*points), None, Some(formula.id())),
            Due::Band { from, to, .. } => (Some(*from), Some(*to), Some("band")),
            Due::Person(_) => (None, None, None),
        };
        Self {
            cell: row.score.cell,
            name: row.name.text(),
            weight: row.weight.number(),
            printed,
            due: from,
            due_at_most: to,
            difference: printed.zip(nearest).map(|(printed, due)| (printed - due).normalize()),
            formula,
            reasoning: due.in_words(row),
        }
    }

    /// How printed and due points stand to one another; nothing where they agree.
    fn verdict(&self) -> String {
        match self.difference {
            Some(by) if by > Decimal::ZERO => format!("　{}", t!("scores.more", by = by)),
            Some(by) if by < Decimal::ZERO => format!("　{}", t!("scores.less", by = by.abs())),
            _ => String::new(),
        }
    }
}

/// The points for spending the budget.
fn execution(assessed: &Assessed) -> Option<Line<'_>> {
    let (fund, scores) = (assessed.project.total_fund()?, &assessed.scores);
    let weight = scores.execution_weight?;
    let points = scores.execution.recomputed.unwrap_or_default();
    let reasoning = match (fund.executed.number(), base(fund).number(), scores.rate.recomputed) {
        (Some(executed), Some(budget), Some(rate)) => t!(
            "scores.execution",
            executed = executed,
            budget = budget,
            rate = percent(rate, 2),
            weight = weight,
            points = points
        ),
        _ if scores.execution.recomputed.is_some() => {
            let rate = percent(scores.rate.printed.unwrap_or_default(), 2);
            t!("scores.execution_by_rate", rate = rate, weight = weight, points = points)
        }
        _ => t!("scores.no_execution"),
    };
    Some(Line {
        cell: fund.score.cell,
        name: "预算执行",
        weight: Some(weight),
        printed: scores.execution.printed,
        due: scores.execution.recomputed,
        due_at_most: None,
        difference: scores.execution.difference(),
        formula: scores.execution.recomputed.map(|_| "execution"),
        reasoning: reasoning.into_owned(),
    })
}
