//! `jixiao check`: the findings, for people or for programs.

use std::fmt::Write;

use jixiao::model::{Finding, Level};
use serde_json::json;

use super::arguments::{CheckArguments, FailOn, FindingFormat};
use super::outputs::OutputFolder;
use super::{Context, End, Failure, annotate, batch, print, summary};

pub(super) fn execute(context: &Context, arguments: &CheckArguments) -> Result<End, Failure> {
    let copies = match &arguments.annotate {
        Some(folder) => Some((OutputFolder::open(folder, arguments.force)?, folder)),
        None => None,
    };
    let batch = batch::load(context, &arguments.inputs.inputs)?;
    let findings = batch.findings();
    match arguments.format {
        FindingFormat::Json => {
            let text = serde_json::to_string_pretty(&json!({ "findings": findings }));
            print(&(text.map_err(|error| Failure::unwritten(error.to_string()))? + "\n"))?;
        }
        FindingFormat::Text => {
            // Files that could not be read were named while they were read.
            let of_projects: Vec<&Finding> =
                batch.projects.iter().flat_map(|project| &project.findings).collect();
            if findings.is_empty() {
                print(&format!("{}\n", t!("cli.clean")))?;
            }
            print(&by_project(&of_projects))?;
            summary::print_findings(context, &findings);
        }
    }
    let mut end = batch.end();
    if let Some((output, folder)) = copies {
        // What was written is noted even if it failed half way.
        let copied = annotate::write(context, &arguments.inputs.inputs, &batch, &output, folder);
        output.close()?;
        end = end.max(copied?);
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
