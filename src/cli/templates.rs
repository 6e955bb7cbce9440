//! `jixiao templates`, and the user's own template files.

use std::path::Path;

use jixiao::Templates;
use walkdir::WalkDir;

use super::arguments::TemplatesAction;
use super::outputs::OutputFolder;
use super::{Context, End, Failure};

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
        let known = below.extension().is_some_and(|ending| ending == "toml" || ending == "md");
        if known && !below.to_string_lossy().starts_with('.') {
            let text = std::fs::read_to_string(entry.path())
                .map_err(|error| Failure::usage(format!("{}: {error}", entry.path().display())))?;
            templates.insert(below.to_string_lossy().replace('\\', "/"), text);
        }
    }
    Ok(templates)
}

pub(super) fn execute(context: &Context, action: &TemplatesAction) -> Result<End, Failure> {
    let TemplatesAction::Export { folder, force } = action;
    let output = OutputFolder::open(folder, *force)?;
    for (path, text) in context.templates.all().filter(|(path, _)| !path.starts_with("messages/")) {
        output.write(path, text.as_bytes())?;
    }
    output.close()?;
    if !context.quiet {
        eprintln!("{}", t!("cli.summary.written", path = folder.display()));
    }
    Ok(End::Fine)
}
