//! `jixiao.toml`: what a user sets once for all runs in a folder, and where each setting comes from.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use jixiao::rules::check::{self, Check, Setting, Settings};
use jixiao::write::findings::level_name;
use serde::Deserialize;

use super::{Context, End, Failure, print};

/// The file's name in the folder where the program is run.
const FILE: &str = "jixiao.toml";

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Where this was read; `None` if there is no file.
    #[serde(skip)]
    pub(super) file: Option<PathBuf>,
    /// The user's templates; relative to the file.
    pub(super) templates: Option<PathBuf>,
    /// The scheme for all forms.
    pub(super) scheme: Option<String>,
    /// The page preset of .docx files: an id, or the path of a file.
    pub(super) document: Option<String>,
    /// How checks are set, by code.
    #[serde(default)]
    pub(super) checks: Settings,
}

/// Reads the file that the user names, or the one in the folder where the program is run.
pub(super) fn load(named: Option<&Path>) -> Result<Config, Failure> {
    let path = named.unwrap_or(Path::new(FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Config::default());
        }
        Err(error) => {
            let cause = t!("cli.cannot_open", cause = error);
            return Err(Failure::usage(format!("{}：{cause}", path.display())));
        }
    };
    let wrong = |cause: &dyn std::fmt::Display| {
        Failure::usage(t!("cli.config.wrong", path = path.display(), cause = cause))
    };
    let mut config: Config = toml::from_str(&text).map_err(|error| wrong(&error))?;
    config.checks.validate().map_err(|cause| wrong(&cause))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    config.templates = config.templates.map(|templates| folder.join(templates));
    config.file = Some(path.to_owned());
    Ok(config)
}

/// Prints how every check is set, and where.
pub(super) fn show(context: &Context) -> Result<End, Failure> {
    let choices = &context.knowledge.choices;
    let file = context.config.as_ref().map_or_else(|| FILE.to_owned(), |file| file.display().to_string());
    let none = t!("cli.config.none").into_owned();
    let scheme = choices.scheme.clone().unwrap_or_else(|| t!("cli.config.by_layout").into_owned());
    let found = if context.config.is_some() { &file } else { &none };
    let mut text =
        format!("{}\n{}\n", t!("cli.config.file", file = found), t!("cli.config.scheme", scheme = scheme));
    let mut lines = vec![line(
        &["code", "level", "threshold", "origin", "name"]
            .map(|key| t!(format!("cli.config.{key}")).into_owned()),
    )];
    for check in check::all() {
        let own = choices.checks.get(check.code);
        lines.push(line(&described(&check, &choices.checks, &origin(own, &file))));
        for scheme in context.knowledge.schemes.all() {
            // What the user has set lies over the scheme.
            let theirs = scheme.checks.get(check.code);
            if theirs != own {
                let origin = format!("schemes/{}.toml", scheme.id);
                lines.push(line(&described(&check, &scheme.checks, &origin)));
            }
        }
    }
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    print(&text)?;
    Ok(End::Fine)
}

/// The cells of a check's line.
fn described(check: &Check, settings: &Settings, origin: &str) -> [String; 5] {
    let level = settings.level(check).map_or_else(|| t!("cli.config.off").into_owned(), level_name);
    let threshold = settings.threshold(check).map_or_else(|| "—".to_owned(), |t| t.normalize().to_string());
    let name = t!(format!("{}.name", check.code)).into_owned();
    [check.code.to_owned(), level, threshold, origin.to_owned(), name]
}

/// Where a check's setting comes from.
fn origin(own: Setting, file: &str) -> String {
    if own == Setting::default() { t!("cli.config.built_in").into_owned() } else { file.to_owned() }
}

/// A line of columns.
fn line(cells: &[String; 5]) -> String {
    use unicode_width::UnicodeWidthStr;
    const WIDTHS: [usize; 5] = [6, 8, 8, 14, 0];
    let mut line = String::from("  ");
    for (cell, width) in cells.iter().zip(WIDTHS) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.width())));
        line.push(' ');
    }
    line.trim_end().to_owned()
}
