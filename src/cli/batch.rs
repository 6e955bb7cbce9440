//! From the inputs that the user names to assessed projects.

use std::collections::HashMap;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use jixiao::grid::Excerpt;
use jixiao::layout::Skipped;
use jixiao::model::{Address, Finding, Report};
use jixiao::{Assessed, compare};
use rayon::prelude::*;

use super::contents::{CHUNK, Needs, Outcome, Task, each_chunk, look_at};
use super::inputs::Input;
use super::{Context, End, Failure, interrupt};

/// Everything that was read, in the order of the inputs.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) projects: Vec<Assessed>,
    /// The narrative reports.
    pub(super) reports: Vec<Report>,
    /// How many narrative reports there were, kept or not.
    pub(super) reports_seen: usize,
    /// How many files were looked at.
    pub(super) files: usize,
    /// How many of them could not be read.
    pub(super) unreadable: usize,
    /// How many were passed over because this program wrote them.
    own: usize,
    /// A finding for each file that could not be read.
    pub(super) file_findings: Vec<Finding>,
    /// What was passed over though its writer may count on it: the file, and why.
    pub(super) skipped: Vec<(String, String)>,
    /// Where each project was read.
    pub(super) origins: Vec<Origin>,
    /// What proof-reading found in the reports, where it was asked for.
    pub(super) report_findings: Vec<Finding>,
    /// The cells around findings, where they were asked for.
    pub(super) excerpts: HashMap<Place, Excerpt>,
}

/// The file that a project was read from.
#[derive(Debug)]
pub(super) struct Origin {
    /// As the user knows it; a file of an archive by both names.
    #[cfg_attr(not(feature = "serve"), expect(dead_code, reason = "only the page asks for it"))]
    pub(super) file: String,
    /// Whether its form has sheets in which a cell can be gone to; `None` if the form is another file, of which the file
    /// holds the data.
    pub(super) has_sheets: Option<bool>,
}

/// Where a finding stands: file, sheet and cell.
pub(super) type Place = (String, Option<String>, Option<Address>);

/// The place of a finding.
pub(super) fn place(finding: &Finding) -> Place {
    (finding.file.clone(), finding.sheet.clone(), finding.cell)
}

impl Batch {
    /// Every finding: those of files, then those of projects in their order.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.file_findings
            .iter()
            .chain(self.projects.iter().flat_map(|project| &project.findings))
            .chain(&self.report_findings)
            .cloned()
            .collect()
    }

    /// Compares the projects with one another; what is found goes to the project that it is about.
    pub(super) fn compare(&mut self, context: &Context) {
        compare(&mut self.projects, &context.knowledge);
    }

    /// How a command that did its work on this batch ends.
    pub(super) fn end(&self) -> End {
        if self.unreadable > 0 { End::Unreadable } else { End::Fine }
    }
}

/// Reads and assesses all files in parallel; the order of the result is that of the inputs.
pub(super) fn load_files(context: &Context, files: &[Input], needs: Needs) -> Result<Batch, Failure> {
    let progress = progress(context, files.len());
    let outcomes: Vec<Vec<Outcome>> = files
        .par_iter()
        .map(|input| {
            let outcomes = look_at(context, Task::Whole(input), needs);
            progress.inc(1);
            outcomes
        })
        .collect();
    progress.finish_and_clear();
    interrupt::check()?;
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    let mut batch = Batch::default();
    for outcome in outcomes {
        batch.take(context, outcome);
    }
    batch.finish(context);
    Ok(batch)
}

/// Reads files a few at a time, and gives each with what it holds to `take` in their order: what stands in memory is
/// that of a few files.
pub(super) fn in_order(
    context: &Context,
    files: &[Input],
    mut take: impl FnMut(&Input, Batch) -> Result<(), Failure>,
) -> Result<End, Failure> {
    let progress = progress(context, files.len());
    let mut all = Batch::default();
    for chunk in files.chunks(CHUNK) {
        let read = read_chunk(context, chunk.iter().map(Task::Whole).collect(), Needs::default(), &progress);
        // Of a chunk that was broken off nothing is taken: what was not read would be taken for empty.
        interrupt::check()?;
        for (input, batch) in chunk.iter().zip(read) {
            all.count(&batch);
            take(input, batch)?;
        }
    }
    progress.finish_and_clear();
    all.finish(context);
    Ok(all.end())
}

/// Reads files a few at a time. While some are read, `make` makes what it can of what those before them hold, and `take`
/// takes on, in their order, what those before these hold: no thread waits for the last file of a stage. Gives the counts
/// of all files, without what they hold.
pub(super) fn pipelined<T: Send>(
    context: &Context,
    files: &[Input],
    needs: Needs,
    mut make: impl FnMut(&Batch) -> Result<T, Failure> + Send,
    mut take: impl FnMut(Batch, T) -> Result<(), Failure> + Send,
) -> Result<Batch, Failure> {
    let progress = progress(context, files.len());
    let mut all = Batch::default();
    let (mut read, mut made): (Option<Batch>, Option<(Batch, T)>) = (None, None);
    let mut step = |chunk: Vec<Task<'_>>| {
        let (to_take, to_make) = (made.take(), read.take());
        let (taken, (newly_made, newly_read)) = rayon::join(
            || to_take.map_or(Ok(()), |(batch, made)| take(batch, made)),
            || {
                rayon::join(
                    || to_make.map(|batch| make(&batch).map(|made| (batch, made))).transpose(),
                    || read_all(context, chunk, needs, &progress),
                )
            },
        );
        taken?;
        made = newly_made?;
        read = newly_read?;
        if let Some(batch) = &read {
            all.count(batch);
        }
        Ok(())
    };
    each_chunk(context, files, &mut step)?;
    step(Vec::new())?;
    step(Vec::new())?;
    progress.finish_and_clear();
    all.finish(context);
    Ok(all)
}

/// What some tasks come to together; `None` if there are none.
fn read_all(
    context: &Context,
    chunk: Vec<Task<'_>>,
    needs: Needs,
    progress: &ProgressBar,
) -> Result<Option<Batch>, Failure> {
    if chunk.is_empty() {
        return Ok(None);
    }
    let mut batch = Batch::default();
    read_chunk(context, chunk, needs, progress).into_iter().for_each(|own| batch.append(own));
    interrupt::check()?;
    Ok(Some(batch))
}

/// What each of some tasks comes to, done side by side.
fn read_chunk(context: &Context, chunk: Vec<Task<'_>>, needs: Needs, progress: &ProgressBar) -> Vec<Batch> {
    let read: Vec<Vec<Outcome>> = chunk
        .into_par_iter()
        .map(|task| {
            let further = task.is_further();
            let outcomes = look_at(context, task, needs);
            progress.inc(u64::from(!further));
            outcomes
        })
        .collect();
    let batch = |outcomes: Vec<Outcome>| {
        let mut batch = Batch::default();
        outcomes.into_iter().for_each(|outcome| batch.take(context, outcome));
        batch
    };
    read.into_iter().map(batch).collect()
}

impl Batch {
    /// Counts further files, without what they hold.
    pub(super) fn count(&mut self, other: &Self) {
        self.files += other.files;
        self.unreadable += other.unreadable;
        self.own += other.own;
        self.reports_seen += other.reports_seen;
    }

    /// Takes on what further files hold.
    fn append(&mut self, other: Self) {
        self.count(&other);
        self.projects.extend(other.projects);
        self.reports.extend(other.reports);
        self.file_findings.extend(other.file_findings);
        self.skipped.extend(other.skipped);
        self.origins.extend(other.origins);
    }

    /// Takes on what a file came to, and says what is to be said of it.
    fn take(&mut self, context: &Context, outcome: Outcome) {
        self.files += usize::from(!outcome.further);
        let shown = outcome.shown;
        for (sheet, why) in outcome.skipped {
            // What is almost a form may be one that its writer counts on.
            if context.verbose || tells(&why) {
                let why = why_skipped(&sheet, &why);
                context.say(|| t!("cli.skipped_sheet", file = shown, sheet = sheet, why = why).into_owned());
                self.skipped
                    .push((shown.clone(), t!("cli.skipped_sheet_of", sheet = sheet, why = why).into_owned()));
            }
        }
        if let Some(why) = outcome.passed_over {
            if context.verbose {
                context.say(|| format!("{shown}：{why}"));
            }
            if outcome.own {
                self.own += 1;
                self.skipped.push((shown.clone(), why));
            }
            self.files -= 1;
        }
        if let Some(cause) = outcome.failure {
            context.say(|| t!("cli.unreadable", file = shown, cause = cause).into_owned());
            if let Some(detail) = outcome.detail.filter(|_| context.verbose) {
                context.say(|| format!("  {detail}"));
            }
            self.unreadable += 1;
            let finding = Finding::of_file(&shown, "F00", jixiao::model::Level::Error);
            self.file_findings.push(finding.says(cause, t!("F00.hint")));
        }
        self.unreadable += outcome.unreadable.len();
        self.file_findings.extend(outcome.unreadable);
        let origin = |own: &Assessed| Origin {
            file: shown.clone(),
            has_sheets: (own.project.source.file == shown).then_some(outcome.has_sheets),
        };
        self.origins.extend(outcome.projects.iter().map(origin));
        self.projects.extend(outcome.projects);
        self.reports_seen += outcome.reports.len();
        self.reports.extend(outcome.reports);
        self.excerpts.extend(outcome.excerpts);
    }

    /// Says what is to be said of all files.
    fn finish(&self, context: &Context) {
        if self.own > 0 && !context.quiet {
            context.say(|| t!("cli.own_passed_over", count = self.own).into_owned());
        }
    }
}

/// Whether the writer of a sheet may count on it, so that passing it over must be told.
const fn tells(why: &Skipped) -> bool {
    match why {
        Skipped::NearMiss(_) | Skipped::Refused { .. } | Skipped::CutOff(_) => true,
        Skipped::Hidden { form } => *form,
        Skipped::Register | Skipped::NoForm => false,
    }
}

/// Why a sheet was passed over, in words.
pub(super) fn why_skipped(sheet: &str, why: &Skipped) -> String {
    match why {
        Skipped::Hidden { form: false } => t!("cli.skipped_hidden").into_owned(),
        Skipped::Hidden { form: true } => t!("cli.skipped_hidden_form").into_owned(),
        Skipped::CutOff(_) => t!("cli.skipped_cut_off").into_owned(),
        Skipped::NoForm => t!("cli.skipped_no_form").into_owned(),
        Skipped::Register => t!("cli.skipped_register").into_owned(),
        Skipped::NearMiss(miss) => jixiao::error::near_miss(sheet, miss),
        Skipped::Refused { name, why } => t!("error.refused", layout = name, why = why).into_owned(),
    }
}

fn progress(context: &Context, files: usize) -> ProgressBar {
    if context.quiet || files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.set_message(t!("cli.progress").into_owned());
    bar
}
