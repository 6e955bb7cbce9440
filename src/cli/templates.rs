//! `jixiao templates`, and the user's own template files.

use std::path::Path;

use jixiao::layout::Form;
use jixiao::rules::check::example;
use jixiao::write::word_template::{Described, Fields};
use jixiao::{Templates, assess};
use walkdir::WalkDir;

use super::arguments::TemplatesAction;
use super::outputs::{Output, OutputFolder};
use super::{Context, End, Failure, print};

/// The built-in templates with those of a folder over them.
pub(super) fn load(folder: Option<&Path>) -> Result<Templates, Failure> {
    let mut templates = Templates::default();
    let Some(folder) = folder else { return Ok(templates) };
    if !folder.is_dir() {
        return Err(Failure::usage(t!("cli.no_input", path = folder.display())));
    }
    for entry in
        WalkDir::new(folder).sort_by_file_name().into_iter().flatten().filter(|e| e.file_type().is_file())
    {
        let Ok(below) = entry.path().strip_prefix(folder) else { continue };
        let path = below.to_string_lossy().replace('\\', "/");
        if path.starts_with("forms/") && below.extension().is_some_and(|ending| ending == "xlsx") {
            let bytes = std::fs::read(entry.path())
                .map_err(|error| Failure::usage(format!("{}: {error}", entry.path().display())))?;
            templates.insert_form(path, bytes);
            continue;
        }
        let known = below.extension().is_some_and(|ending| ending == "toml" || ending == "md");
        if known && !below.to_string_lossy().starts_with('.') {
            let text = std::fs::read_to_string(entry.path())
                .map_err(|error| Failure::usage(format!("{}: {error}", entry.path().display())))?;
            templates.insert(path, text);
        }
    }
    Ok(templates)
}

pub(super) fn execute(context: &Context, action: &TemplatesAction) -> Result<End, Failure> {
    match action {
        TemplatesAction::Export { folder, force } => export(context, folder, *force),
        TemplatesAction::Fields => fields(context),
    }
}

/// Lists the fields of Word templates, each with an example.
fn fields(context: &Context) -> Result<End, Failure> {
    let form = Form { project: example::project(), findings: Vec::new() };
    let example = assess(form, &context.knowledge)?;
    let mut text = String::new();
    for Described { name, within, example } in Fields::load(&context.templates)?.describe(&example)? {
        let line = match (within, name.strip_prefix('#')) {
            (_, Some(name)) => {
                format!("\n{}\n", t!("cli.templates.loop", name = name, turns = example))
            }
            (Some(_), None) => format!("    {{{{{name}}}}}　{example}\n"),
            (None, None) => format!("  {{{{{name}}}}}　{example}\n"),
        };
        text.push_str(&line);
    }
    text.push_str(&format!("\n{}\n", t!("cli.templates.syntax")));
    print(&text)?;
    Ok(End::Fine)
}

fn export(context: &Context, folder: &Path, force: bool) -> Result<End, Failure> {
    let output = OutputFolder::open(folder, force)?;
    for (path, text) in context.templates.all().filter(|(path, _)| !path.starts_with("messages/")) {
        output.write(path, text.as_bytes())?;
    }
    for (path, bytes) in context.templates.forms() {
        output.write(path, bytes)?;
    }
    output.close()?;
    if !context.quiet {
        eprintln!("{}", t!("cli.summary.written", path = folder.display()));
    }
    Ok(End::Fine)
}
