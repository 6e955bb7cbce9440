//! Narrative reports among the inputs: proof-read, and summed up where they come without a form.

use std::collections::HashMap;

use jixiao::Assessed;
use jixiao::assess;
use jixiao::layout::Form;
use jixiao::model::{Finding, Report, Subject};
use jixiao::rules::proof::{Remark, pair, run, run_batch, unpaired};
use rayon::prelude::*;

use super::batch::Batch;
use super::{Context, Failure};

/// What is wrong in the reports of a batch, each beside its project's form where that is among the inputs; in the
/// order of the reports and their lines.
pub(super) fn read(context: &Context, batch: &Batch) -> Vec<Remark> {
    let (words, settings) = (&context.knowledge.words, &context.knowledge.choices.checks);
    let pairs = pair(&batch.reports, &batch.projects);
    let mut remarks: Vec<Remark> =
        pairs.par_iter().flat_map_iter(|pair| run(pair.report, pair.form, words, settings)).collect();
    remarks.extend(run_batch(&pairs, settings));
    let order: HashMap<&str, usize> =
        batch.reports.iter().enumerate().rev().map(|(i, report)| (report.file.as_str(), i)).collect();
    remarks.sort_by_key(|remark| (order.get(remark.finding.file.as_str()).copied(), remark.finding.line));
    remarks
}

/// The projects of reports whose form is not among the projects, as far as the reports tell of them.
pub(super) fn of_unpaired<'a>(
    context: &Context,
    reports: &'a [Report],
    projects: impl Iterator<Item = Subject<'a>>,
) -> Result<Vec<Assessed>, Failure> {
    let alone = unpaired(reports, projects).into_iter().map(Report::project);
    let assessed = alone.map(|project| assess(Form { project, findings: Vec::new() }, &context.knowledge));
    Ok(assessed.collect::<jixiao::Result<_>>()?)
}

/// The words of lines by file and number.
pub(super) struct Quotes<'a>(HashMap<(&'a str, u32), &'a str>);

impl<'a> Quotes<'a> {
    pub(super) fn of(reports: &'a [Report]) -> Self {
        let lines = reports.iter().flat_map(|report| {
            report.lines.iter().map(|line| ((report.file.as_str(), line.number), line.text.as_str()))
        });
        Self(lines.collect())
    }

    /// The words of a finding's line.
    pub(super) fn get(&self, finding: &Finding) -> Option<&'a str> {
        self.0.get(&(finding.file.as_str(), finding.line?)).copied()
    }
}
