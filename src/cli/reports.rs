//! The reports of a batch: rendered in parallel, each written in the formats asked for.

use jixiao::model::Kind;
use jixiao::write::docx::{Docx, Preset};
use jixiao::write::narrative::{Narrator, gaps};
use jixiao::write::{markdown, text};
use jixiao::{Assessed, Error};
use rayon::prelude::*;

use super::arguments::ReportFormat;
use super::names::Names;
use super::outputs::OutputFolder;
use super::{Context, Failure};

/// The outline and the page preset of reports.
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

/// Writes the report of every self-evaluated project (other forms have nothing to report yet) below `folder` of the output folder (`""` for the folder itself).
pub(super) fn write(
    context: &Context,
    projects: &[Assessed],
    formats: &[ReportFormat],
    output: &OutputFolder,
    folder: &str,
) -> Result<Vec<Option<Report>>, Failure> {
    let narrator = Narrator::new(&context.templates, OUTLINE)?;
    let docx = docx(context)?;
    let mut names = Names::default();
    let stems: Vec<String> =
        projects.iter().map(|assessed| names.give(assessed.project.name.text())).collect();
    projects
        .par_iter()
        .zip(stems)
        .map(|(assessed, stem)| {
            if assessed.project.kind != Kind::SelfEvaluation {
                return Ok(None);
            }
            let document = narrator.document(assessed)?;
            let mut file = None;
            for format in formats {
                let (ending, bytes) = match format {
                    ReportFormat::Docx => ("docx", docx.write(&document)?),
                    ReportFormat::Txt => ("txt", text::write(&document).into_bytes()),
                    ReportFormat::Md => ("md", markdown::write(&document).into_bytes()),
                };
                let name = format!("{folder}{stem}.{ending}");
                output.write(&name, &bytes)?;
                file.get_or_insert(name);
            }
            Ok(Some(Report { file: file.unwrap_or_default(), gaps: gaps(&document) }))
        })
        .collect()
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
