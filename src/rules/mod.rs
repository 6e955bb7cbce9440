//! Facts about projects: schemes of scoring, recomputed scores, outcomes of indicators, and checks.
//!
//! Knows the model and nothing else; every figure of a scheme comes from `templates/schemes/`.

pub mod aggregate;
pub mod check;
pub mod digest;
pub mod due;
pub mod measure;
pub mod outcome;
pub mod proof;
pub mod scheme;
pub mod score;
pub mod words;

pub use aggregate::{Aggregates, aggregate};
pub use digest::Digest;
pub use due::Due;
pub use outcome::Outcome;
pub use scheme::{Class, Scheme, Schemes};
pub use score::{Compared, Scores};

use measure::Measured;

use crate::model::{Address, Finding, Indicator, Project};

/// A project with what the rules find out about it.
#[derive(Clone, Debug)]
pub struct Assessed {
    /// The project, as its form states it.
    pub project: Project,
    /// Printed and recomputed scores side by side.
    pub scores: Scores,
    /// How each indicator came out, in the order of the project's indicators.
    pub outcomes: Vec<Outcome>,
    /// The points that each indicator is due, in the same order.
    pub dues: Vec<Due>,
    /// The id of the scheme that all this follows.
    pub scheme: String,
    /// What is wrong with the form, in the order of the checks' codes.
    pub findings: Vec<Finding>,
}

/// Recomputes and checks one project by a scheme.
pub fn assess(project: Project, scheme: &Scheme) -> Assessed {
    let rows = &project.indicators;
    let measured = Measured::all(&project, scheme);
    let outcomes: Vec<Outcome> =
        rows.iter().zip(&measured).map(|(row, own)| Outcome::of(row, own.compared)).collect();
    let dues: Vec<Due> = (0..)
        .zip(rows.iter().zip(&measured))
        .map(|(i, (row, own))| Due::of(row, scheme, own, shares(rows, i)))
        .collect();
    let scores = Scores::of(&project, &dues, scheme);
    let facts = check::Facts {
        project: &project,
        scores: &scores,
        measured: &measured,
        outcomes: &outcomes,
        dues: &dues,
        scheme,
    };
    let findings = check::run(&facts);
    Assessed { project, scores, outcomes, dues, scheme: scheme.id.clone(), findings }
}

/// Whether the points of an indicator are given for the row below as well.
fn shares(rows: &[Indicator], at: usize) -> bool {
    let Some((row, next)) = rows.get(at).zip(rows.get(at + 1)) else { return false };
    let one = |own: Option<Address>, below: Option<Address>| own.is_some() && own == below;
    one(row.weight.cell, next.weight.cell) || one(row.score.cell, next.score.cell)
}

/// Checks all projects of a run against one another; each finding goes to the project that it is about.
pub fn compare(assessed: &mut [Assessed], settings: &check::Settings) {
    let digests: Vec<Digest> = assessed.iter().map(Digest::of).collect();
    check::run_batch(&digests, settings, |at, finding| assessed[at].findings.push(finding));
}
