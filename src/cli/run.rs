//! `jixiao run`, and its halves `narrate` and `summarize`.

use std::path::Path;

use jixiao::rules::{Digest, aggregate};
use jixiao::write::data;

use super::arguments::{RunArguments, SummarizeArguments};
use super::batch::{Batch, pipelined};
use super::contents::Needs;
use super::inputs::{Input, share};
use super::links::Links;
use super::outputs::{Output, OutputFolder, write_file, write_file_with};
use super::reports::{Report, Reports, Wanted};
use super::tally::Tally;
use super::{Context, End, Failure, proof, summary};

/// The workbook's file in the output folder.
pub(super) const SUMMARY_FILE: &str = "汇总表.xlsx";
/// The folder of the reports in the output folder.
pub(super) const REPORT_FOLDER: &str = "自评报告/";

/// How many gaps the terminal shows; all of them stand in the reports.
const GAPS_SHOWN: usize = 20;

/// The whole job.
pub(super) fn execute(context: &Context, arguments: &RunArguments) -> Result<End, Failure> {
    into_folder(context, arguments, REPORT_FOLDER, true)
}

/// Only the reports.
pub(super) fn narrate(context: &Context, arguments: &RunArguments) -> Result<End, Failure> {
    into_folder(context, arguments, "", false)
}

/// Reads the inputs and writes into the output folder. What was written is noted even if it ends half way, so that the
/// next run knows its own files.
fn into_folder(
    context: &Context,
    arguments: &RunArguments,
    folder: &'static str,
    summed_up: bool,
) -> Result<End, Failure> {
    let output = OutputFolder::open(&arguments.output, arguments.force)?;
    let wanted = Wanted {
        outline: arguments.outline.as_deref(),
        document: arguments.document.as_deref(),
        one_file: arguments.one_file,
        template: arguments.template.as_deref(),
        formats: &arguments.format,
        only_named: false,
    };
    let done = share(&arguments.inputs.inputs, None).and_then(|inputs| {
        let links = summed_up.then(|| Links::from(&arguments.output));
        write_all(context, &inputs, &wanted, &output, folder, links)
    });
    output.close()?;
    let Done { tally, read, reports } = done?;
    finish(context, &read, &tally, &reports, &arguments.output)
}

/// What a run came to.
pub(super) struct Done {
    tally: Tally,
    /// The counts of files.
    read: Batch,
    reports: Written,
}

/// The reports of the projects, in their order.
#[derive(Default)]
struct Written {
    files: Vec<Option<String>>,
    /// The first gaps that they leave, each with its report.
    shown: Vec<(String, String)>,
    /// How many gaps they leave.
    gaps: usize,
}

impl Written {
    fn take(&mut self, reports: Vec<Option<Report>>) {
        for report in reports {
            for gap in report.iter().flat_map(|report| &report.gaps) {
                self.gaps += 1;
                if self.shown.len() < GAPS_SHOWN {
                    let file = report.as_ref().map(|report| report.file.clone());
                    self.shown.push((file.unwrap_or_default(), gap.clone()));
                }
            }
            self.files.push(report.map(|report| report.file));
        }
    }
}

/// Reads inputs and writes what is wanted: the reports below a folder, with the workbook if there are links for it.
pub(super) fn write_all(
    context: &Context,
    inputs: &[Input],
    wanted: &Wanted<'_>,
    output: &dyn Output,
    folder: &'static str,
    links: Option<Links>,
) -> Result<Done, Failure> {
    let mut reports = Reports::new(context, wanted, output, folder)?;
    let need_all = reports.need_all();
    let summed_up = links.is_some();
    let mut tally = match links {
        Some(links) => Tally::with_summary(inputs.len(), need_all, links),
        None => Tally::new(inputs.len(), need_all),
    };
    let mut written = Written::default();
    let read = pipelined(
        context,
        inputs,
        Needs::default(),
        |batch| if need_all { Ok(Vec::new()) } else { reports.write(&batch.projects) },
        |batch, reports| {
            written.take(reports);
            tally.take(batch)
        },
    )?;
    tally.compare(context)?;
    if let Some(whole) = &tally.whole {
        written.take(reports.write(whole)?);
    }
    if summed_up {
        output.write_with(SUMMARY_FILE, &mut |out| tally.workbook(&written.files, out))?;
    }
    Ok(Done { tally, read, reports: written })
}

/// Only the workbook; or its aggregates as data, if the output's name ends so.
pub(super) fn summarize(context: &Context, arguments: &SummarizeArguments) -> Result<End, Failure> {
    let inputs = share(&arguments.inputs.inputs, None)?;
    let ends_in_json = arguments.output.extension().is_some_and(|own| own.eq_ignore_ascii_case("json"));
    let mut tally = if ends_in_json {
        Tally::new(inputs.len(), false)
    } else {
        let folder = arguments.output.parent().filter(|folder| !folder.as_os_str().is_empty());
        Tally::with_summary(inputs.len(), false, Links::from(folder.unwrap_or(Path::new("."))))
    };
    let needs = Needs { own_reports: true, ..Needs::default() };
    let mut reports = Vec::new();
    let read = pipelined(
        context,
        &inputs,
        needs,
        |_| Ok(()),
        |mut batch, ()| {
            reports.append(&mut batch.reports);
            tally.take(batch)
        },
    )?;
    let mut alone = Batch::default();
    alone.projects = proof::of_unpaired(context, &reports, tally.digests.iter().map(Digest::subject))?;
    tally.take(alone)?;
    tally.compare(context)?;
    if ends_in_json {
        let text = data::aggregates(&aggregate(&tally.digests))?;
        write_file(&arguments.output, text.as_bytes(), arguments.force)?;
    } else {
        write_file_with(&arguments.output, arguments.force, &mut |out| tally.workbook(&[], out))?;
    }
    finish(context, &read, &tally, &Written::default(), &arguments.output)
}

fn finish(
    context: &Context,
    read: &Batch,
    tally: &Tally,
    reports: &Written,
    written: &Path,
) -> Result<End, Failure> {
    summary::print(context, read, tally);
    if !context.quiet {
        if reports.gaps > 0 {
            eprintln!("{}", t!("cli.summary.gaps", count = reports.gaps));
            for (file, gap) in &reports.shown {
                eprintln!("  {file}　{gap}");
            }
            if reports.gaps > GAPS_SHOWN {
                eprintln!("  {}", t!("cli.summary.more_gaps", count = reports.gaps - GAPS_SHOWN));
            }
        }
        let unreported = reports.files.iter().filter(|report| report.is_none()).count();
        if !reports.files.is_empty() && read.reports_seen > 0 {
            eprintln!("{}", t!("cli.reports_ignored", count = read.reports_seen));
        }
        if unreported > 0 {
            eprintln!("{}", t!("cli.summary.unreported", count = unreported));
        }
        eprintln!("{}", t!("cli.summary.written", path = written.display()));
    }
    Ok(read.end())
}
