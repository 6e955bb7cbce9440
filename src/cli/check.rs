//! `jixiao check`: the findings, for people or for programs.

use jixiao::model::Level;
use jixiao::write::findings::{self, Document, Shown};
use jixiao::write::scores::Explained;

use super::arguments::{CheckArguments, FailOn, FindingFormat};
use super::batch::Batch;
use super::{Context, End, Failure, annotate, batch, config, opinions, print, summary};

pub(super) fn execute(context: &Context, arguments: &CheckArguments) -> Result<End, Failure> {
    if arguments.show_config {
        return config::show(context);
    }
    let as_text = arguments.format == FindingFormat::Text;
    let batch = batch::load_with(context, &arguments.inputs, as_text)?;
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
            let of_projects = batch.projects.iter().flat_map(|project| &project.findings);
            let shown: Vec<Shown<'_>> = of_projects
                .map(|finding| Shown { finding, excerpt: batch.excerpts.get(&batch::place(finding)) })
                .collect();
            print(&findings::text(&shown))?;
            summary::print_findings(context, &findings);
        }
    }
    if let Some(folder) = &arguments.annotate {
        annotate::write(context, &arguments.inputs, &findings, folder)?;
    }
    if let Some(folder) = &arguments.opinions {
        opinions::write(context, &batch, folder)?;
    }
    let worst = findings.iter().filter(|finding| finding.code != "F00").map(|finding| finding.level).max();
    let threshold = match arguments.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
    };
    Ok(match batch.end() {
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
