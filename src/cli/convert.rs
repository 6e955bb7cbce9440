//! `jixiao convert`: the model out as data.

use jixiao::model::json;
use jixiao::write;

use super::arguments::{ConvertArguments, DataFormat};
use super::{Context, End, Failure, batch, outputs, print};

pub(super) fn execute(context: &Context, arguments: &ConvertArguments) -> Result<End, Failure> {
    let batch = batch::load(context, &arguments.inputs.inputs, batch::Needs::default())?;
    let findings = batch.findings();
    let end = batch.end();
    let projects = batch.projects.into_iter().map(|assessed| assessed.project).collect();
    let document = json::Document { projects, findings };
    let text = match arguments.to {
        DataFormat::Json => write::data::json(&document)?,
        DataFormat::Ndjson => write::data::ndjson(&document.projects)?,
        DataFormat::Csv => write::data::csv(&document.projects)?,
    };
    match &arguments.output {
        Some(path) => outputs::write_file(path, text.as_bytes(), arguments.force)?,
        None => print(&text)?,
    }
    Ok(end)
}
