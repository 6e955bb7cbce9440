//! `jixiao convert`: the model out as data, or forms filled.

use std::path::Path;

use jixiao::grid::Format;
use jixiao::layout::Form;
use jixiao::model::{Decimal, Project, join, json};
use jixiao::{Assessed, write};

use super::arguments::{Arrange, ConvertArguments, DataFormat};
use super::contents::Needs;
use super::fill::{self, Form as BlankFile};
use super::inputs::{self, Input};
use super::outputs::{Output, OutputFolder};
use super::{Context, End, Failure, batch, office, outputs, print, print_bytes, stream};

/// What forms and data are turned into.
enum Target {
    Data(DataFormat),
    Form(BlankFile),
}

pub(super) fn execute(context: &Context, arguments: &ConvertArguments) -> Result<End, Failure> {
    let target = target(context, &arguments.to)?;
    let files = inputs::share(&arguments.inputs.inputs, arguments.shard)?;
    let &ConvertArguments { rebase, resume, force, arrange, .. } = arguments;
    match target {
        Target::Form(form) => {
            let folder = arguments.output.as_deref();
            let folder = folder.ok_or_else(|| Failure::usage(t!("cli.convert.needs_folder")))?;
            let wanted = fill::Wanted { folder, arrange, rebase, resume, force };
            let blank = fill::open(context, &form)?;
            // Two forms of one project may stand anywhere, and a list takes all projects at once.
            if arrange == Arrange::Files && !arguments.join && !blank.is_list() {
                return fill::each(context, &form, &blank, &files, wanted);
            }
            let (projects, end) = projects(context, arguments, &files)?;
            fill::all(context, &form, &blank, projects, wanted)?;
            Ok(end)
        }
        Target::Data(DataFormat::Ndjson) if !arguments.join => {
            let wanted = stream::Wanted { rebase, resume, force };
            match &arguments.output {
                Some(path) => stream::to_file(context, &files, path, wanted),
                None => stream::to_terminal(context, &files, wanted),
            }
        }
        Target::Data(format) => data(context, arguments, format, &files),
    }
}

fn target(context: &Context, to: &str) -> Result<Target, Failure> {
    if let Some(format) = DataFormat::named(to) {
        return Ok(Target::Data(format));
    }
    let path = Path::new(to);
    if path.is_file() {
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::usage(format!("{to}：{}", t!("cli.cannot_open", cause = error))))?;
        let workbook = Format::of(&bytes).is_ok_and(|format| format != Format::Xlsx && !format.is_document());
        let bytes = match workbook.then(|| office::to_xlsx(path)).flatten() {
            Some(made) => {
                if !context.quiet {
                    eprintln!("{}", t!("cli.convert.by_office", path = to));
                }
                made
            }
            None => bytes,
        };
        return Ok(Target::Form(BlankFile::named(path, bytes)));
    }
    BlankFile::built_in(context, to).map(Target::Form)
}

/// Scales a project's weights, if that is asked for, and says where it cannot be done.
pub(super) fn rebase(context: &Context, project: &mut Project, points: Option<Decimal>) {
    let Some(points) = points else { return };
    if !join::rebase(project, points) && !context.quiet {
        eprintln!("{}", t!("cli.convert.not_rebased", project = fill::called(project)));
    }
}

/// All projects of the files, joined if that is asked for.
fn projects(
    context: &Context,
    arguments: &ConvertArguments,
    files: &[Input],
) -> Result<(Vec<Project>, End), Failure> {
    let mut projects = Vec::new();
    let end = batch::in_order(context, files, |_, batch| {
        projects.extend(batch.projects.into_iter().map(|assessed| assessed.project));
        Ok(())
    })?;
    Ok((if arguments.join { join::join(projects) } else { projects }, end))
}

fn data(
    context: &Context,
    arguments: &ConvertArguments,
    format: DataFormat,
    files: &[Input],
) -> Result<End, Failure> {
    let mut batch = batch::load_files(context, files, Needs::default())?;
    batch.compare(context);
    let findings = batch.findings();
    let end = batch.end();
    let forms = batch.projects.into_iter().map(|Assessed { project, mut findings, .. }| {
        findings.retain(|finding| finding.code.starts_with('F'));
        Form { project, findings }
    });
    let mut forms: Vec<Form> = forms.collect();
    if arguments.join {
        let joined = join::join(forms.into_iter().map(|form| form.project).collect());
        forms = joined.into_iter().map(|project| Form { project, findings: Vec::new() }).collect();
    }
    forms.iter_mut().for_each(|form| rebase(context, &mut form.project, arguments.rebase));
    let text = match format {
        DataFormat::Json => {
            let projects = forms.into_iter().map(|form| form.project).collect();
            write::data::json(&json::Document { projects, findings })?
        }
        DataFormat::Ndjson => forms
            .iter()
            .map(|form| write::data::ndjson_line(&form.project, &form.findings))
            .collect::<Result<String, _>>()?,
        #[cfg(feature = "parquet")]
        DataFormat::Parquet => {
            let folder = arguments.output.as_deref();
            let folder = folder.ok_or_else(|| Failure::usage(t!("cli.convert.needs_folder")))?;
            let output = OutputFolder::open(folder, arguments.force)?;
            let (of_projects, of_indicators) = write::parquet::tables(&forms)?;
            output.write_form("项目.parquet", &of_projects)?;
            output.write_form("指标.parquet", &of_indicators)?;
            output.close()?;
            return Ok(end);
        }
        DataFormat::Csv => {
            tables(arguments, &write::data::csv(&forms)?)?;
            return Ok(end);
        }
    };
    match &arguments.output {
        Some(path) => outputs::write_file(path, text.as_bytes(), arguments.force)?,
        None => print(&text)?,
    }
    Ok(end)
}

/// Writes the two tables into the output folder, or prints that of the indicators.
fn tables(arguments: &ConvertArguments, tables: &write::data::Tables) -> Result<(), Failure> {
    let Some(folder) = &arguments.output else {
        return print_bytes(&arguments.encoding.of(&tables.indicators));
    };
    let output = OutputFolder::open(folder, arguments.force)?;
    output.write_form("项目.csv", &arguments.encoding.of(&tables.projects))?;
    output.write_form("指标.csv", &arguments.encoding.of(&tables.indicators))?;
    output.close()
}
