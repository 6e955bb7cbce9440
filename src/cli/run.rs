//! `jixiao run`, and its halves `narrate` and `summarize`.

use std::path::Path;

use jixiao::rules::aggregate;
use jixiao::write::data;
use jixiao::write::summary::{Entry, Summary, write};

use super::arguments::{RunArguments, SummarizeArguments};
use super::batch::{Batch, Needs, load};
use super::outputs::{OutputFolder, write_file};
use super::reports::{self, Report, Wanted};
use super::{Context, End, Failure, links, proof, summary};

/// The workbook's file in the output folder.
const SUMMARY_FILE: &str = "汇总表.xlsx";
/// The folder of the reports in the output folder.
const REPORT_FOLDER: &str = "自评报告/";

/// How many gaps the terminal shows; all of them stand in the reports.
const GAPS_SHOWN: usize = 20;

/// The whole job.
pub(super) fn execute(context: &Context, arguments: &RunArguments) -> Result<End, Failure> {
    into_folder(context, arguments, |batch, output| {
        let reports = reports::write(context, &batch.projects, &wanted(arguments), output, REPORT_FOLDER)?;
        output.write(SUMMARY_FILE, &workbook(batch, &reports, &arguments.output)?)?;
        Ok(reports)
    })
}

/// Only the reports.
pub(super) fn narrate(context: &Context, arguments: &RunArguments) -> Result<End, Failure> {
    into_folder(context, arguments, |batch, output| {
        reports::write(context, &batch.projects, &wanted(arguments), output, "")
    })
}

fn wanted(arguments: &RunArguments) -> Wanted<'_> {
    Wanted {
        outline: arguments.outline.as_deref(),
        document: arguments.document.as_deref(),
        one_file: arguments.one_file,
        template: arguments.template.as_deref(),
        formats: &arguments.format,
    }
}

/// Reads the inputs and lets `work` write into the output folder. What it wrote is noted even if it fails
/// half way, so that the next run knows its own files.
fn into_folder(
    context: &Context,
    arguments: &RunArguments,
    work: impl FnOnce(&Batch, &OutputFolder) -> Result<Vec<Option<Report>>, Failure>,
) -> Result<End, Failure> {
    let output = OutputFolder::open(&arguments.output, arguments.force)?;
    let batch = load(context, &arguments.inputs.inputs, Needs::default())?;
    let reports = work(&batch, &output);
    output.close()?;
    finish(context, &batch, &reports?, &arguments.output)
}

/// Only the workbook; or its aggregates as data, if the output's name ends so.
pub(super) fn summarize(context: &Context, arguments: &SummarizeArguments) -> Result<End, Failure> {
    let needs = Needs { own_reports: true, ..Needs::default() };
    let mut batch = load(context, &arguments.inputs.inputs, needs)?;
    proof::add_unpaired(context, &mut batch)?;
    let ends_in_json = arguments.output.extension().is_some_and(|own| own.eq_ignore_ascii_case("json"));
    let bytes = if ends_in_json {
        data::aggregates(&aggregate(&batch.projects))?.into_bytes()
    } else {
        let folder = arguments.output.parent().filter(|folder| !folder.as_os_str().is_empty());
        workbook(&batch, &[], folder.unwrap_or(Path::new(".")))?
    };
    write_file(&arguments.output, &bytes, arguments.force)?;
    finish(context, &batch, &[], &arguments.output)
}

/// The workbook as it is to lie in a folder.
fn workbook(batch: &Batch, reports: &[Option<Report>], folder: &Path) -> Result<Vec<u8>, Failure> {
    let report = |i: usize| reports.get(i).and_then(Option::as_ref).map(|report| report.file.as_str());
    let entries: Vec<Entry<'_>> = batch
        .projects
        .iter()
        .enumerate()
        .map(|(i, assessed)| Entry { assessed, report: report(i) })
        .collect();
    let findings = batch.findings();
    let files = links::from(folder, findings.iter().map(|finding| finding.file.as_str()));
    Ok(write(&Summary { entries: &entries, findings: &findings, files: &files })?)
}

fn finish(
    context: &Context,
    batch: &Batch,
    reports: &[Option<Report>],
    written: &Path,
) -> Result<End, Failure> {
    summary::print(context, batch);
    if !context.quiet {
        let gaps: Vec<(&str, &String)> = reports
            .iter()
            .flatten()
            .flat_map(|report| report.gaps.iter().map(|gap| (report.file.as_str(), gap)))
            .collect();
        if !gaps.is_empty() {
            eprintln!("{}", t!("cli.summary.gaps", count = gaps.len()));
            for (file, gap) in gaps.iter().take(GAPS_SHOWN) {
                eprintln!("  {file}　{gap}");
            }
            if gaps.len() > GAPS_SHOWN {
                eprintln!("  {}", t!("cli.summary.more_gaps", count = gaps.len() - GAPS_SHOWN));
            }
        }
        let unreported = reports.iter().filter(|report| report.is_none()).count();
        if !reports.is_empty() && !batch.reports.is_empty() {
            eprintln!("{}", t!("cli.reports_ignored", count = batch.reports.len()));
        }
        if unreported > 0 {
            eprintln!("{}", t!("cli.summary.unreported", count = unreported));
        }
        eprintln!("{}", t!("cli.summary.written", path = written.display()));
    }
    Ok(batch.end())
}
