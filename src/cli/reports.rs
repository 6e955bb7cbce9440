//! The reports of a batch: rendered in parallel, each written in the formats asked for.

use std::path::Path;

use indexmap::IndexMap;
use jixiao::model::Kind;
use jixiao::model::number::compact;
use jixiao::write::docx::{Docx, Preset};
use jixiao::write::narrative::{Narrator, Outline, Scope, gaps};
use jixiao::write::{markdown, text};
use jixiao::{Assessed, Error};
use rayon::prelude::*;

use super::arguments::ReportFormat;
use super::names::Names;
use super::outputs::OutputFolder;
use super::{Context, Failure};

/// The outline where none is asked for, and the page preset.
const OUTLINE: &str = "self-report";
const PRESET: &str = "documents/gbt9704.toml";

/// A report as written.
#[derive(Debug)]
pub(super) struct Report {
    /// Its file below the output folder, with `/` between folders; the first of its formats.
    pub(super) file: String,
    /// What it leaves to complete.
    pub(super) gaps: Vec<String>,
}

/// What reports are to be written.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The id of an outline or the path of a file; `None` for the usual one.
    pub(super) outline: Option<&'a str>,
    pub(super) formats: &'a [ReportFormat],
}

/// Writes the reports on the self-evaluated projects below `folder` of the output folder (`""` for the folder
/// itself): one a project, or one a unit, as the outline has it. Each project gets the report that it stands in;
/// other forms have nothing to report yet.
pub(super) fn write(
    context: &Context,
    projects: &[Assessed],
    wanted: &Wanted<'_>,
    output: &OutputFolder,
    folder: &str,
) -> Result<Vec<Option<Report>>, Failure> {
    let narrator = Narrator::new(&context.templates, outline(context, wanted.outline)?)?;
    let docx = docx(context)?;
    let mut names = Names::default();
    let documents: Vec<(String, Vec<usize>)> = match narrator.outline().head.scope {
        Scope::Unit => by_unit(projects)
            .into_iter()
            .map(|(name, members)| (names.give(&t!("cli.unit_report", unit = name)), members))
            .collect(),
        _ => (0..projects.len())
            .map(|i| (names.give(projects[i].project.name.text()), vec![i]))
            .filter(|(_, members)| projects[members[0]].project.kind == Kind::SelfEvaluation)
            .collect(),
    };
    let written: Vec<(Vec<usize>, Report)> = documents
        .into_par_iter()
        .map(|(stem, members)| {
            let document = match narrator.outline().head.scope {
                Scope::Unit => {
                    narrator.unit_document(&members.iter().map(|i| &projects[*i]).collect::<Vec<_>>())
                }
                _ => narrator.document(&projects[members[0]]),
            }?;
            let mut file = None;
            for format in wanted.formats {
                let (ending, bytes) = match format {
                    ReportFormat::Docx => ("docx", docx.write(&document)?),
                    ReportFormat::Txt => ("txt", text::write(&document).into_bytes()),
                    ReportFormat::Md => ("md", markdown::write(&document).into_bytes()),
                };
                let name = format!("{folder}{stem}.{ending}");
                output.write(&name, &bytes)?;
                file.get_or_insert(name);
            }
            Ok((members, Report { file: file.unwrap_or_default(), gaps: gaps(&document) }))
        })
        .collect::<Result<_, Failure>>()?;
    let mut reports: Vec<Option<Report>> = projects.iter().map(|_| None).collect();
    for (members, report) in written {
        for (place, i) in members.into_iter().enumerate() {
            // The gaps of a report on several projects are told once.
            let gaps = if place == 0 { report.gaps.clone() } else { Vec::new() };
            reports[i] = Some(Report { file: report.file.clone(), gaps });
        }
    }
    Ok(reports)
}

/// The self-evaluated projects of each unit and year, in the order of their first ones, with the unit's name.
fn by_unit(projects: &[Assessed]) -> Vec<(&str, Vec<usize>)> {
    let mut units: IndexMap<_, (&str, Vec<usize>)> = IndexMap::new();
    for (i, Assessed { project, .. }) in projects.iter().enumerate() {
        if project.kind == Kind::SelfEvaluation {
            let name = if project.unit.value.is_some() { &project.unit } else { &project.department }.text();
            let unit = units.entry((compact(name), project.year.value)).or_insert_with(|| (name, Vec::new()));
            unit.1.push(i);
        }
    }
    units.into_values().collect()
}

/// The outline of an id, or of a file.
fn outline(context: &Context, wanted: Option<&str>) -> Result<Outline, Failure> {
    let wanted = wanted.unwrap_or(OUTLINE);
    let file = Path::new(wanted);
    if file.extension().is_none() || !file.is_file() {
        return Ok(Outline::find(&context.templates, wanted)?);
    }
    let text = std::fs::read_to_string(file)
        .map_err(|cause| Failure::usage(format!("{wanted}：{}", t!("cli.cannot_open", cause = cause))))?;
    Ok(Outline::parse(wanted, &text)?)
}

/// The writer of .docx by the preset.
pub(super) fn docx(context: &Context) -> Result<Docx, Failure> {
    let preset = context.templates.get(PRESET).unwrap_or_default();
    Ok(Docx::new(&Preset::parse(preset).map_err(|error| at_path(error, PRESET))?)?)
}

/// An error of a template that was parsed without its path.
fn at_path(error: Error, path: &str) -> Error {
    match error {
        Error::Template { cause, .. } => Error::Template { path: path.to_owned(), cause },
        other => other,
    }
}
