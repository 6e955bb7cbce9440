//! `jixiao check`: the findings, for people or for programs.

use std::path::PathBuf;

use jixiao::model::Level;
use jixiao::write::findings::{self, Document, Shown};
use jixiao::write::scores::Explained;

use super::arguments::{CheckArguments, FailOn, FindingFormat};
use super::batch::Batch;
use super::contents::Needs;
use super::outputs::OutputFolder;
use super::{Context, End, Failure, annotate, batch, config, fix, inputs, opinions, print, proof, summary};

pub(super) fn execute(context: &Context, arguments: &CheckArguments) -> Result<End, Failure> {
    if arguments.show_config {
        return config::show(context);
    }
    // Folders that cannot be written to are found out before any long work.
    let open = |folder: &Option<PathBuf>| -> Result<Option<(OutputFolder, PathBuf)>, Failure> {
        let Some(folder) = folder else { return Ok(None) };
        Ok(Some((OutputFolder::open(folder, arguments.force)?, folder.clone())))
    };
    let (copies, pages) = (open(&arguments.annotate)?, open(&arguments.opinions)?);
    let mended = open(&arguments.fix)?;
    let as_text = arguments.format == FindingFormat::Text;
    let inputs = inputs::expand(&arguments.inputs)?;
    let mut batch = batch::load_files(context, &inputs, Needs { excerpts: as_text, own_reports: true })?;
    batch.compare(context);
    let remarks = proof::read(context, &batch);
    batch.report_findings = remarks.iter().map(|remark| remark.finding.clone()).collect();
    let findings = batch.findings();
    let explained = if arguments.explain_scores { explained(context, &batch)? } else { Vec::new() };
    match arguments.format {
        FindingFormat::Json => {
            let scores = arguments.explain_scores.then_some(explained.as_slice());
            print(&findings::json(&Document { findings: &findings, scores })?)?;
        }
        FindingFormat::Sarif => print(&findings::sarif(&findings)?)?,
        FindingFormat::Text => {
            for project in &explained {
                print(&format!("{}\n", project.text()))?;
            }
            if findings.is_empty() {
                print(&format!("{}\n", t!("cli.clean")))?;
            }
            // Files that could not be read were named while they were read.
            let quotes = proof::Quotes::of(&batch.reports);
            let of_projects = batch.projects.iter().flat_map(|project| &project.findings);
            let shown: Vec<Shown<'_>> = of_projects
                .chain(&batch.report_findings)
                .map(|finding| Shown {
                    finding,
                    excerpt: batch.excerpts.get(&batch::place(finding)),
                    quote: quotes.get(finding),
                })
                .collect();
            print(&findings::text(&shown))?;
            summary::print_findings(context, &findings);
        }
    }
    let mut end = batch.end();
    if let Some((output, folder)) = copies {
        // What was written is noted even if it failed half way.
        let copied = annotate::write(context, &inputs, &batch, &output, &folder);
        output.close()?;
        let copied = copied?;
        copied.remarks.iter().for_each(|remark| eprintln!("{remark}"));
        end = end.max(copied.end);
    }
    if let Some((output, folder)) = mended {
        let written = fix::write(context, &inputs, &batch, &remarks, &output, &folder);
        output.close()?;
        end = end.max(written?);
    }
    if let Some((output, folder)) = pages {
        let written = opinions::write(context, &batch, &output, &folder);
        output.close()?;
        written?;
    }
    let worst = findings.iter().filter(|finding| finding.code != "F00").map(|finding| finding.level).max();
    let threshold = match arguments.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
    };
    Ok(match end {
        End::Fine if worst.is_some_and(|worst| worst >= threshold) => End::Findings,
        end => end,
    })
}

/// The recomputed points of every project.
fn explained<'a>(context: &'a Context, batch: &'a Batch) -> Result<Vec<Explained<'a>>, Failure> {
    let schemes = &context.knowledge.schemes;
    let of = |assessed| -> Result<Explained<'a>, Failure> {
        let assessed: &jixiao::Assessed = assessed;
        Ok(Explained::of(assessed, schemes.get(&assessed.scheme)?))
    };
    batch.projects.iter().map(of).collect()
}
