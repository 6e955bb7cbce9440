//! `jixiao convert`: the model out as data, or forms filled.

use std::collections::BTreeMap;
use std::path::Path;

use jixiao::model::difference::Missing;
use jixiao::model::{Decimal, Project, join, json};
use jixiao::{BlankForm, write};
use rayon::prelude::*;

use super::arguments::{ConvertArguments, DataFormat};
use super::names::Names;
use super::outputs::OutputFolder;
use super::{Context, End, Failure, batch, outputs, print};

/// What forms and data are turned into.
enum Target {
    Data(DataFormat),
    /// A blank form: its bytes, its name, and the ending of the files that are made of it.
    Form {
        bytes: Vec<u8>,
        stem: String,
        ending: String,
    },
}

pub(super) fn execute(context: &Context, arguments: &ConvertArguments) -> Result<End, Failure> {
    let target = target(context, &arguments.to)?;
    let batch = batch::load(context, &arguments.inputs.inputs, batch::Needs::default())?;
    let findings = batch.findings();
    let end = batch.end();
    let mut projects: Vec<Project> = batch.projects.into_iter().map(|assessed| assessed.project).collect();
    if arguments.join {
        projects = join::join(projects);
    }
    if let Some(points) = arguments.rebase {
        rebase(context, &mut projects, points);
    }
    match target {
        Target::Data(format) => data(arguments, format, json::Document { projects, findings })?,
        Target::Form { bytes, stem, ending } => {
            let folder = arguments.output.as_deref();
            let folder = folder.ok_or_else(|| Failure::usage(t!("cli.convert.needs_folder")))?;
            fill(context, (&bytes, &stem, &ending), &projects, folder, arguments.force)?;
        }
    }
    Ok(end)
}

fn target(context: &Context, to: &str) -> Result<Target, Failure> {
    if let Some(format) = DataFormat::named(to) {
        return Ok(Target::Data(format));
    }
    let path = Path::new(to);
    if path.is_file() {
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::usage(format!("{to}：{}", t!("cli.cannot_open", cause = error))))?;
        let ending =
            path.extension().map_or_else(String::new, |ending| ending.to_string_lossy().to_lowercase());
        // A template's copy is a workbook.
        let ending = if ending == "xlsm" { ending } else { "xlsx".to_owned() };
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        return Ok(Target::Form { bytes, stem, ending });
    }
    match context.templates.form(to) {
        Some(bytes) => {
            Ok(Target::Form { bytes: bytes.to_owned(), stem: to.to_owned(), ending: "xlsx".to_owned() })
        }
        None => {
            let layouts = context.knowledge.layouts.all().iter().map(|layout| layout.id.as_str());
            let known: Vec<&str> = layouts.filter(|id| context.templates.form(id).is_some()).collect();
            Err(Failure::usage(t!("cli.convert.unknown", to = to, known = known.join("、"))))
        }
    }
}

fn rebase(context: &Context, projects: &mut [Project], points: Decimal) {
    for project in projects {
        if !join::rebase(project, points) && !context.quiet {
            eprintln!("{}", t!("cli.convert.not_rebased", project = project.name.text()));
        }
    }
}

fn data(arguments: &ConvertArguments, format: DataFormat, document: json::Document) -> Result<(), Failure> {
    let text = match format {
        DataFormat::Json => write::data::json(&document)?,
        DataFormat::Ndjson => write::data::ndjson(&document.projects)?,
        DataFormat::Csv => write::data::csv(&document.projects)?,
    };
    match &arguments.output {
        Some(path) => outputs::write_file(path, text.as_bytes(), arguments.force),
        None => print(&text),
    }
}

/// Fills a form for each project, and says what the form had no place for.
fn fill(
    context: &Context,
    (blank, stem, ending): (&[u8], &str, &str),
    projects: &[Project],
    folder: &Path,
    force: bool,
) -> Result<(), Failure> {
    let blank = BlankForm::open(blank, &context.knowledge)?;
    let output = OutputFolder::open(folder, force)?;
    if blank.is_list() {
        let filled = blank.fill_list(projects, &context.knowledge)?;
        output.write_form(&format!("{stem}.{ending}"), &filled.bytes)?;
        output.close()?;
        let names: Vec<String> = projects.iter().map(|project| project.name.text().to_owned()).collect();
        report(context, &names, &filled.missing, folder);
        return Ok(());
    }
    let mut names = Names::default();
    let names: Vec<String> = projects.iter().map(|project| names.give(project.name.text())).collect();
    let missing: Vec<Vec<Missing>> = projects
        .par_iter()
        .zip(&names)
        .map(|(project, name)| {
            let filled = blank.fill(project, &context.knowledge)?;
            output.write_form(&format!("{name}.{ending}"), &filled.bytes)?;
            Ok(filled.missing.into_iter().flatten().collect())
        })
        .collect::<Result<_, Failure>>()?;
    output.close()?;
    report(context, &names, &missing, folder);
    Ok(())
}

/// So many of the values of one kind are printed; the others are counted.
const SHOWN: usize = 3;
/// A value is printed up to so many characters.
const CHARS: usize = 24;

/// Says what the form had no place for, project by project, and how many were filled.
fn report(context: &Context, names: &[String], missing: &[Vec<Missing>], folder: &Path) {
    if context.quiet {
        return;
    }
    for (name, missing) in names.iter().zip(missing).filter(|(_, missing)| !missing.is_empty()) {
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Missing { what, text, .. } in missing {
            kinds.entry(what).or_default().push(text);
        }
        eprintln!("{}", t!("cli.convert.missing", project = name));
        for (what, texts) in kinds {
            let mut shown: Vec<String> = texts.iter().take(SHOWN).map(|text| shortened(text)).collect();
            if texts.len() > SHOWN {
                shown.push(t!("cli.convert.more", count = texts.len()).into_owned());
            }
            eprintln!("  {what}：{}", shown.join("；"));
        }
    }
    let with_missing = missing.iter().filter(|missing| !missing.is_empty()).count();
    let folder = folder.display();
    eprintln!("{}", t!("cli.convert.filled", count = names.len(), path = folder, missing = with_missing));
}

/// A text on one line, cut where it is long.
fn shortened(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
