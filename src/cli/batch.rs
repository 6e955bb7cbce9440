//! From the inputs that the user names to assessed projects.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jixiao::layout::Skipped;
use jixiao::model::Finding;
use jixiao::{Assessed, assess, read};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Context, End, Failure};

/// Everything that was read, in the order of the inputs.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) projects: Vec<Assessed>,
    /// How many files were looked at.
    pub(super) files: usize,
    /// How many of them could not be read.
    pub(super) unreadable: usize,
    /// A finding for each file that could not be read.
    pub(super) file_findings: Vec<Finding>,
}

impl Batch {
    /// Every finding: those of files, then those of projects in their order.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.file_findings
            .iter()
            .chain(self.projects.iter().flat_map(|project| &project.findings))
            .cloned()
            .collect()
    }

    /// How a command that did its work on this batch ends.
    pub(super) fn end(&self) -> End {
        if self.unreadable > 0 { End::Unreadable } else { End::Fine }
    }
}

/// What a file came to.
struct Outcome {
    projects: Vec<Assessed>,
    skipped: Vec<(String, Skipped)>,
    failure: Option<String>,
    /// Why the file is none of the inputs after all.
    passed_over: Option<String>,
    /// What the reader said, for `-v`.
    detail: Option<String>,
}

/// Reads and assesses all inputs in parallel; the order of the result is that of the inputs.
pub(super) fn load(context: &Context, inputs: &[PathBuf]) -> Result<Batch, Failure> {
    let files = expand(inputs)?;
    let progress = progress(context, files.len());
    let outcomes: Vec<Outcome> = files
        .par_iter()
        .map(|file| {
            let outcome = look_at(context, file);
            progress.inc(1);
            outcome
        })
        .collect();
    progress.finish_and_clear();
    let mut batch = Batch { files: files.len(), ..Batch::default() };
    for (file, outcome) in files.iter().zip(outcomes) {
        let shown = file.display().to_string();
        for (sheet, why) in outcome.skipped {
            // What is almost a form may be one that its writer counts on.
            if context.verbose || matches!(why, Skipped::NearMiss(_) | Skipped::Refused { .. }) {
                let why = why_skipped(&sheet, &why);
                eprintln!("{}", t!("cli.skipped_sheet", file = shown, sheet = sheet, why = why));
            }
        }
        if let Some(why) = outcome.passed_over {
            eprintln!("{shown}：{why}");
            batch.files -= 1;
        }
        if let Some(cause) = outcome.failure {
            eprintln!("{}", t!("cli.unreadable", file = shown, cause = cause));
            if let Some(detail) = outcome.detail.filter(|_| context.verbose) {
                eprintln!("  {detail}");
            }
            batch.unreadable += 1;
            let finding = Finding::of_file(&shown, "F00", jixiao::model::Level::Error);
            batch.file_findings.push(finding.says(cause, t!("F00.hint")));
        }
        batch.projects.extend(outcome.projects);
    }
    Ok(batch)
}

/// Why a sheet was passed over, in words.
pub(super) fn why_skipped(sheet: &str, why: &Skipped) -> String {
    match why {
        Skipped::Hidden => t!("cli.skipped_hidden").into_owned(),
        Skipped::NoForm => t!("cli.skipped_no_form").into_owned(),
        Skipped::Register => t!("cli.skipped_register").into_owned(),
        Skipped::NearMiss(miss) => jixiao::error::near_miss(sheet, miss),
        Skipped::Refused { name, why } => t!("error.refused", layout = name, why = why).into_owned(),
    }
}

/// The files that a path holds: itself, or those of an archive.
pub(super) fn contents(file: &Path) -> Result<Vec<(String, jixiao::Result<Vec<u8>>)>, Failure> {
    let bytes = read_bytes(file).map_err(|error| {
        Failure::usage(format!("{}：{}", file.display(), t!("cli.cannot_open", cause = error)))
    })?;
    Ok(vec![(file.display().to_string(), Ok(bytes))])
}

fn read_bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn look_at(context: &Context, file: &Path) -> Outcome {
    let mut outcome =
        Outcome { projects: Vec::new(), skipped: Vec::new(), failure: None, passed_over: None, detail: None };
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let reading = match bytes {
        Ok(bytes) => read(&bytes, &file.display().to_string(), &context.knowledge),
        Err(error) => {
            outcome.failure = Some(t!("cli.cannot_open", cause = error).into_owned());
            return outcome;
        }
    };
    match reading {
        Ok(reading) => {
            outcome.skipped = reading.skipped;
            for form in reading.forms {
                match assess(form, &context.knowledge) {
                    Ok(assessed) => outcome.projects.push(assessed),
                    Err(error) => outcome.failure = Some(error.to_string()),
                }
            }
        }
        // Results among the inputs are no fault of the user's.
        Err(error @ jixiao::Error::OwnOutput) => outcome.passed_over = Some(error.to_string()),
        Err(error) => {
            outcome.failure = Some(error.to_string());
            outcome.detail = error.detail().map(str::to_owned);
        }
    }
    outcome
}

/// The files that the inputs stand for: folders with all below them, in the order of their names.
fn expand(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for input in inputs {
        let nothing = || Failure::usage(t!("cli.no_input", path = input.display()));
        if input.as_os_str() == "-" || input.is_file() {
            files.push(input.clone());
        } else if input.is_dir() {
            let below = WalkDir::new(input).sort_by_file_name().into_iter().flatten();
            files.extend(
                below
                    .filter(|e| e.file_type().is_file() && is_candidate(e.path()))
                    .map(walkdir::DirEntry::into_path),
            );
        } else {
            let pattern = input.to_string_lossy();
            let before = files.len();
            let found = glob::glob(&pattern).map_err(|_| nothing())?;
            files.extend(found.flatten().filter(|path| path.is_file() && is_candidate(path)));
            if files.len() == before {
                return Err(nothing());
            }
        }
    }
    if files.is_empty() {
        let named: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
        return Err(Failure::usage(t!("cli.no_input", path = named.join("、"))));
    }
    Ok(files)
}

/// Whether a file of a folder may be a form: a workbook by its ending, and no lock file of an office program.
/// A file that the user names is read whatever its ending.
fn is_candidate(path: &Path) -> bool {
    const ENDINGS: [&str; 9] = ["xlsx", "xlsm", "xltx", "xls", "xlt", "xlsb", "ods", "et", "ett"];
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    ENDINGS.contains(&ending.as_str()) && !name.starts_with('.') && !name.starts_with("~$")
}

fn progress(context: &Context, files: usize) -> ProgressBar {
    if context.quiet || files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.set_message(t!("cli.progress").into_owned());
    bar
}
