//! What a run keeps of its projects: their digests, and the rows of the summary's long sheets as they come.

use std::io::BufWriter;

use jixiao::Assessed;
use jixiao::model::Finding;
use jixiao::rules::{Digest, check};
use jixiao::write::summary::{Entry, Summary};

use super::batch::Batch;
use super::links::Links;
use super::outputs::Sink;
use super::{Context, Failure};

/// The projects of a run, taken on one after another.
pub(super) struct Tally {
    /// The workbook, and where its links lead; none where only reports are asked for.
    summary: Option<(Summary, Links)>,
    pub(super) digests: Vec<Digest>,
    /// Whether the form of each project has sheets in which a cell can be gone to, as far as that is known.
    have_sheets: Vec<Option<bool>>,
    /// The projects themselves, where they cannot be let go one by one.
    pub(super) whole: Option<Vec<Assessed>>,
    /// How many findings there are of each level beside those of the projects, errors first.
    others: [usize; 3],
}

impl Tally {
    /// Begins a tally of some number of files without a workbook; `whole` if the projects are needed at the end.
    pub(super) fn new(files: usize, whole: bool) -> Self {
        Self {
            summary: None,
            // Most files hold one form. What grows stands in memory twice while it is moved.
            digests: Vec::with_capacity(files),
            have_sheets: Vec::new(),
            whole: whole.then(Vec::new),
            others: [0; 3],
        }
    }

    /// The same, with a workbook and where its links lead.
    pub(super) fn with_summary(files: usize, whole: bool, links: Links) -> Self {
        Self { summary: Some((Summary::new(), links)), ..Self::new(files, whole) }
    }

    /// Takes on what some files hold.
    pub(super) fn take(&mut self, batch: Batch) -> Result<(), Failure> {
        for finding in &batch.file_findings {
            self.others[finding.level.rank()] += 1;
            tell(&mut self.summary, finding, Some(false))?;
        }
        // Projects without an origin are those that reports tell of.
        let no_sheets = std::iter::repeat(Some(false));
        let have_sheets = batch.origins.iter().map(|origin| origin.has_sheets).chain(no_sheets);
        let mut digests = Vec::with_capacity(batch.projects.len());
        for (assessed, has_sheets) in batch.projects.iter().zip(have_sheets) {
            if let Some((summary, _)) = &mut self.summary {
                summary.add(assessed)?;
            }
            for finding in &assessed.findings {
                tell(&mut self.summary, finding, has_sheets)?;
            }
            self.have_sheets.push(has_sheets);
            digests.push(Digest::of(assessed));
        }
        match &mut self.whole {
            Some(whole) => whole.extend(batch.projects),
            None => drop(batch.projects),
        }
        // What stays is copied to where it stands together: among what has just been let go it would leave holes.
        self.digests.extend(digests.iter().cloned());
        Ok(())
    }

    /// Compares all projects with one another.
    pub(super) fn compare(&mut self, context: &Context) -> Result<(), Failure> {
        let Self { summary, digests, have_sheets, whole, .. } = self;
        let (mut told, mut counted) = (Ok(()), Vec::new());
        check::run_batch(digests, &context.knowledge.choices.checks, |i, finding| {
            if told.is_ok() {
                told = tell(summary, &finding, have_sheets[i]);
            }
            counted.push((i, finding.level));
            if let Some(own) = whole.as_mut().and_then(|whole| whole.get_mut(i)) {
                own.findings.push(finding);
            }
        });
        counted.into_iter().for_each(|(i, level)| digests[i].count(level));
        digests.iter_mut().for_each(Digest::end_comparing);
        told
    }

    /// Writes the workbook; the reports are those of the projects, in their order.
    pub(super) fn workbook(&mut self, reports: &[Option<String>], out: &mut dyn Sink) -> Result<(), Failure> {
        let Some((summary, _)) = self.summary.take() else { return Ok(()) };
        let report = |i: usize| reports.get(i).and_then(Option::as_deref);
        let entries: Vec<Entry<'_>> =
            self.digests.iter().enumerate().map(|(i, digest)| Entry { digest, report: report(i) }).collect();
        let out = summary.finish_to(&entries, BufWriter::new(out))?;
        out.into_inner().map_err(|error| Failure::unwritten(error.error().to_string()))?;
        Ok(())
    }

    /// How many findings there are of each level, errors first.
    pub(super) fn findings(&self) -> [usize; 3] {
        let mut counts = self.others;
        for digest in &self.digests {
            counts.iter_mut().zip(digest.findings).for_each(|(count, own)| *count += own);
        }
        counts
    }
}

fn tell(
    workbook: &mut Option<(Summary, Links)>,
    finding: &Finding,
    has_sheets: Option<bool>,
) -> Result<(), Failure> {
    match workbook {
        Some((summary, links)) => Ok(summary.add_finding(finding, links.of(&finding.file, has_sheets))?),
        None => Ok(()),
    }
}
