//! Facts about projects: schemes of scoring, recomputed scores, outcomes of indicators, and checks.
//!
//! Knows the model and nothing else; every figure of a scheme comes from `templates/schemes/`.

pub mod check;
pub mod outcome;
pub mod scheme;
pub mod score;

pub use outcome::Outcome;
pub use scheme::{Class, Scheme, Schemes};
pub use score::{Compared, Scores};

use crate::model::{Finding, Project};

/// A project with what the rules find out about it.
#[derive(Clone, Debug)]
pub struct Assessed {
    /// The project, as its form states it.
    pub project: Project,
    /// Printed and recomputed scores side by side.
    pub scores: Scores,
    /// How each indicator came out, in the order of the project's indicators.
    pub outcomes: Vec<Outcome>,
    /// What is wrong with the form, in the order of the checks' codes.
    pub findings: Vec<Finding>,
}

/// Recomputes and checks one project by a scheme.
pub fn assess(project: Project, scheme: &Scheme) -> Assessed {
    let scores = Scores::of(&project, scheme);
    let outcomes: Vec<Outcome> = project.indicators.iter().map(|row| Outcome::of(row, scheme)).collect();
    let findings = check::run(&project, &scores, &outcomes, scheme);
    Assessed { project, scores, outcomes, findings }
}
