//! `jixiao check`: the findings, for people or for programs.

use std::fmt::Write;

use jixiao::model::{Finding, Level};
use jixiao::write::scores::Explained;
use serde_json::{Value, json};

use super::arguments::{CheckArguments, FailOn, FindingFormat};
use super::batch::Batch;
use super::{Context, End, Failure, batch, config, print, summary};

pub(super) fn execute(context: &Context, arguments: &CheckArguments) -> Result<End, Failure> {
    if arguments.show_config {
        return config::show(context);
    }
    let batch = batch::load(context, &arguments.inputs)?;
    let findings = batch.findings();
    let explained = if arguments.explain_scores { explained(context, &batch)? } else { Vec::new() };
    match arguments.format {
        FindingFormat::Json => {
            let mut document = json!({ "findings": findings });
            if arguments.explain_scores {
                document["scores"] = serde_json::to_value(&explained).map_err(unwritten)?;
            }
            print(&(pretty(&document)? + "\n"))?;
        }
        FindingFormat::Text => {
            // Files that could not be read were named while they were read.
            let of_projects: Vec<&Finding> =
                batch.projects.iter().flat_map(|project| &project.findings).collect();
            for project in &explained {
                print(&format!("{}\n", project.text()))?;
            }
            if findings.is_empty() {
                print(&format!("{}\n", t!("cli.clean")))?;
            }
            print(&by_project(&of_projects))?;
            summary::print_findings(context, &findings);
        }
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

fn pretty(document: &Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(document).map_err(unwritten)
}

fn unwritten(error: serde_json::Error) -> Failure {
    Failure::unwritten(error.to_string())
}

/// Findings as text, grouped by project.
fn by_project(findings: &[&Finding]) -> String {
    let mut text = String::new();
    let mut last = None;
    for finding in findings {
        let group = (&finding.file, &finding.sheet, &finding.project);
        if last != Some(group) {
            let gap = if text.is_empty() { "" } else { "\n" };
            let project = finding.project.as_deref().unwrap_or("—");
            let _ = writeln!(text, "{gap}{project}　{}", place(finding));
            last = Some(group);
        }
        let cell = finding.cell.map(|cell| format!(" {cell}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "  [{}] {}{cell}　{}",
            summary::level(finding.level),
            finding.code,
            finding.message
        );
        if !finding.hint.is_empty() {
            let _ = writeln!(text, "      {}：{}", t!("cli.hint"), finding.hint);
        }
    }
    text
}

fn place(finding: &Finding) -> String {
    match &finding.sheet {
        Some(sheet) => format!("{}!{sheet}", finding.file),
        None => finding.file.clone(),
    }
}
