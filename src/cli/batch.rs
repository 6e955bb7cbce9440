//! From the inputs that the user names to assessed projects.

use std::collections::HashMap;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jixiao::grid::{Archive, Excerpt, Format, Packed};
use jixiao::layout::Skipped;
use jixiao::model::{Address, Finding, Report};
use jixiao::records::Table;
use jixiao::{Assessed, assess, compare, read, read_reports, read_tables};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::outputs::OwnFiles;
use super::{Context, End, Failure, interrupt};

/// Everything that was read, in the order of the inputs.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) projects: Vec<Assessed>,
    /// The narrative reports.
    pub(super) reports: Vec<Report>,
    /// How many narrative reports there were, kept or not.
    pub(super) reports_seen: usize,
    /// How many files were looked at.
    pub(super) files: usize,
    /// How many of them could not be read.
    pub(super) unreadable: usize,
    /// How many were passed over because this program wrote them.
    own: usize,
    /// A finding for each file that could not be read.
    pub(super) file_findings: Vec<Finding>,
    /// What proof-reading found in the reports, where it was asked for.
    pub(super) report_findings: Vec<Finding>,
    /// The cells around findings, where they were asked for.
    pub(super) excerpts: HashMap<Place, Excerpt>,
}

/// Where a finding stands: file, sheet and cell.
pub(super) type Place = (String, Option<String>, Option<Address>);

/// The place of a finding.
pub(super) fn place(finding: &Finding) -> Place {
    (finding.file.clone(), finding.sheet.clone(), finding.cell)
}

impl Batch {
    /// Every finding: those of files, then those of projects in their order.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.file_findings
            .iter()
            .chain(self.projects.iter().flat_map(|project| &project.findings))
            .chain(&self.report_findings)
            .cloned()
            .collect()
    }

    /// Compares the projects with one another; what is found goes to the project that it is about.
    pub(super) fn compare(&mut self, context: &Context) {
        compare(&mut self.projects, &context.knowledge);
    }

    /// How a command that did its work on this batch ends.
    pub(super) fn end(&self) -> End {
        if self.unreadable > 0 { End::Unreadable } else { End::Fine }
    }
}

/// What a file came to.
#[derive(Default)]
struct Outcome {
    /// The file as the user knows it; a file of an archive by both names.
    shown: String,
    projects: Vec<Assessed>,
    reports: Vec<Report>,
    excerpts: Vec<(Place, Excerpt)>,
    skipped: Vec<(String, Skipped)>,
    /// The files that could not be read when data was made of them.
    unreadable: Vec<Finding>,
    failure: Option<String>,
    /// Why the file is none of the inputs after all.
    passed_over: Option<String>,
    /// Whether what was passed over is this program's own.
    own: bool,
    /// What the reader said, for `-v`.
    detail: Option<String>,
}

/// What a command needs of its inputs besides their forms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    /// The cells around each finding, to show them.
    pub(super) excerpts: bool,
    /// Reports that this program wrote; a person may have gone over them since.
    pub(super) own_reports: bool,
}

/// Reads and assesses all inputs in parallel; the order of the result is that of the inputs.
pub(super) fn load(context: &Context, inputs: &[PathBuf], needs: Needs) -> Result<Batch, Failure> {
    load_files(context, &expand(inputs)?, needs)
}

/// As [`load`], of files.
pub(super) fn load_files(context: &Context, files: &[Input], needs: Needs) -> Result<Batch, Failure> {
    let progress = progress(context, files.len());
    let outcomes: Vec<Vec<Outcome>> = files
        .par_iter()
        .map(|input| {
            let outcomes = look_at(context, input, needs);
            progress.inc(1);
            outcomes
        })
        .collect();
    progress.finish_and_clear();
    interrupt::check()?;
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    let mut batch = Batch::default();
    for outcome in outcomes {
        batch.take(context, outcome);
    }
    batch.finish(context);
    Ok(batch)
}

/// A share of the input files: the first of three is 1, 3.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) number: usize,
    pub(super) of: usize,
}

impl std::str::FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            _ => Err(text.to_owned()),
        }
    }
}

/// The input files of a share: those that follow one another, so that the shares one after another are the whole.
pub(super) fn share(inputs: &[PathBuf], share: Option<Share>) -> Result<Vec<Input>, Failure> {
    let mut files = expand(inputs)?;
    if let Some(Share { number, of }) = share {
        let bound = |number: usize| files.len() * number / of;
        let (start, end) = (bound(number - 1), bound(number));
        files.truncate(end);
        files.drain(..start);
    }
    Ok(files)
}

/// So many files are read side by side before what they hold is taken on.
const CHUNK: usize = 48;

/// Reads files a few at a time, and gives each with what it holds to `take` in their order: what stands in memory is
/// that of a few files.
pub(super) fn in_order(
    context: &Context,
    files: &[Input],
    mut take: impl FnMut(&Input, Batch) -> Result<(), Failure>,
) -> Result<End, Failure> {
    let progress = progress(context, files.len());
    let mut all = Batch::default();
    for chunk in files.chunks(CHUNK) {
        let read = read_chunk(context, chunk, &progress);
        // Of a chunk that was broken off nothing is taken: what was not read would be taken for empty.
        interrupt::check()?;
        for (input, batch) in chunk.iter().zip(read) {
            all.count(&batch);
            take(input, batch)?;
        }
    }
    progress.finish_and_clear();
    all.finish(context);
    Ok(all.end())
}

/// Reads files a few at a time. `make` makes of what they hold what it can, side by side with `take`, which takes on
/// what the files before them hold, in their order. Gives the counts of all files, without what they hold.
pub(super) fn pipelined<T: Send>(
    context: &Context,
    files: &[Input],
    mut make: impl FnMut(&Batch) -> Result<T, Failure> + Send,
    mut take: impl FnMut(Batch, T) -> Result<(), Failure> + Send,
) -> Result<Batch, Failure> {
    let progress = progress(context, files.len());
    let mut all = Batch::default();
    let mut before: Option<(Batch, T)> = None;
    for chunk in files.chunks(CHUNK) {
        let waiting = before.take();
        let (taken, made) = rayon::join(
            || waiting.map_or(Ok(()), |(batch, made)| take(batch, made)),
            || {
                let mut batch = Batch::default();
                read_chunk(context, chunk, &progress).into_iter().for_each(|own| batch.append(own));
                interrupt::check()?;
                make(&batch).map(|made| (batch, made))
            },
        );
        taken?;
        let (batch, made) = made?;
        all.count(&batch);
        before = Some((batch, made));
    }
    if let Some((batch, made)) = before {
        take(batch, made)?;
    }
    progress.finish_and_clear();
    all.finish(context);
    Ok(all)
}

/// What each of some files holds, read side by side.
fn read_chunk(context: &Context, chunk: &[Input], progress: &ProgressBar) -> Vec<Batch> {
    let read: Vec<Vec<Outcome>> = chunk
        .par_iter()
        .map(|input| {
            let outcomes = look_at(context, input, Needs::default());
            progress.inc(1);
            outcomes
        })
        .collect();
    let batch = |outcomes: Vec<Outcome>| {
        let mut batch = Batch::default();
        outcomes.into_iter().for_each(|outcome| batch.take(context, outcome));
        batch
    };
    read.into_iter().map(batch).collect()
}

impl Batch {
    /// Counts further files, without what they hold.
    pub(super) fn count(&mut self, other: &Self) {
        self.files += other.files;
        self.unreadable += other.unreadable;
        self.own += other.own;
        self.reports_seen += other.reports_seen;
    }

    /// Takes on what further files hold.
    fn append(&mut self, other: Self) {
        self.count(&other);
        self.projects.extend(other.projects);
        self.reports.extend(other.reports);
        self.file_findings.extend(other.file_findings);
    }

    /// Takes on what a file came to, and says what is to be said of it.
    fn take(&mut self, context: &Context, outcome: Outcome) {
        let batch = self;
        batch.files += 1;
        let shown = outcome.shown;
        for (sheet, why) in outcome.skipped {
            // What is almost a form may be one that its writer counts on.
            if context.verbose || tells(&why) {
                let why = why_skipped(&sheet, &why);
                eprintln!("{}", t!("cli.skipped_sheet", file = shown, sheet = sheet, why = why));
            }
        }
        if let Some(why) = outcome.passed_over {
            if context.verbose {
                eprintln!("{shown}：{why}");
            }
            batch.own += usize::from(outcome.own);
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
        batch.unreadable += outcome.unreadable.len();
        batch.file_findings.extend(outcome.unreadable);
        batch.projects.extend(outcome.projects);
        batch.reports_seen += outcome.reports.len();
        batch.reports.extend(outcome.reports);
        batch.excerpts.extend(outcome.excerpts);
    }

    /// Says what is to be said of all files.
    fn finish(&self, context: &Context) {
        if self.own > 0 && !context.quiet {
            eprintln!("{}", t!("cli.own_passed_over", count = self.own));
        }
    }
}

/// Whether the writer of a sheet may count on it, so that passing it over must be told.
const fn tells(why: &Skipped) -> bool {
    match why {
        Skipped::NearMiss(_) | Skipped::Refused { .. } | Skipped::CutOff(_) => true,
        Skipped::Hidden { form } => *form,
        Skipped::Register | Skipped::NoForm => false,
    }
}

/// Why a sheet was passed over, in words.
pub(super) fn why_skipped(sheet: &str, why: &Skipped) -> String {
    match why {
        Skipped::Hidden { form: false } => t!("cli.skipped_hidden").into_owned(),
        Skipped::Hidden { form: true } => t!("cli.skipped_hidden_form").into_owned(),
        Skipped::CutOff(_) => t!("cli.skipped_cut_off").into_owned(),
        Skipped::NoForm => t!("cli.skipped_no_form").into_owned(),
        Skipped::Register => t!("cli.skipped_register").into_owned(),
        Skipped::NearMiss(miss) => jixiao::error::near_miss(sheet, miss),
        Skipped::Refused { name, why } => t!("error.refused", layout = name, why = why).into_owned(),
    }
}

/// The files that the inputs stand for.
pub(super) fn files(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    Ok(expand(inputs)?.into_iter().map(|input| input.path).collect())
}

/// Archives within archives are opened so deep.
const MAX_DEPTH: usize = 3;

/// Calls `see` with the bytes of a file, or with those of each file of an archive, in the archive's order.
fn each_content<T: Send>(
    shown: &str,
    bytes: jixiao::Result<Vec<u8>>,
    depth: usize,
    see: &(impl Fn(String, jixiao::Result<Vec<u8>>) -> T + Sync),
) -> Vec<T> {
    let bytes = match bytes {
        Ok(bytes) if depth < MAX_DEPTH && Format::of(&bytes).is_ok_and(|format| format == Format::Zip) => {
            bytes
        }
        other => return vec![see(shown.to_owned(), other)],
    };
    let archive = match Archive::open(&bytes) {
        Ok(archive) => archive,
        Err(error) => return vec![see(shown.to_owned(), Err(error))],
    };
    // Inflated one after another, read side by side: memory stays that of a few files.
    let mut seen: Vec<(usize, Vec<T>)> = archive
        .filter(|packed| is_candidate(Path::new(&packed.name)))
        .enumerate()
        .par_bridge()
        .map(|(i, packed)| {
            (i, each_content(&format!("{shown}/{}", packed.name), packed.bytes, depth + 1, see))
        })
        .collect();
    if seen.is_empty() {
        return vec![see(shown.to_owned(), Err(jixiao::Error::NoForm))];
    }
    seen.sort_by_key(|(i, _)| *i);
    seen.into_iter().flat_map(|(_, seen)| seen).collect()
}

/// The files that a path holds: itself, or those of an archive, each with its bytes.
pub(super) fn contents(file: &Path) -> Result<Vec<Packed>, Failure> {
    let shown = file.display().to_string();
    let bytes = read_bytes(file)
        .map_err(|error| Failure::usage(format!("{shown}：{}", t!("cli.cannot_open", cause = error))))?;
    Ok(each_content(&shown, Ok(bytes), 0, &|name, bytes| Packed { name, bytes }))
}

/// Whether a path stands for standard input.
pub(super) fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn read_bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    if !is_standard_input(file) {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn look_at(context: &Context, input: &Input, needs: Needs) -> Vec<Outcome> {
    let shown = input.path.display().to_string();
    if interrupt::is_wanted() {
        return Vec::new();
    }
    if input.own && !needs.own_reports {
        let passed_over = Some(jixiao::Error::OwnOutput.to_string());
        return vec![Outcome { shown, passed_over, own: true, ..Outcome::default() }];
    }
    match read_bytes(&input.path) {
        Ok(bytes) => each_content(&shown, Ok(bytes), 0, &|name, bytes| {
            let named = input.named && name == shown;
            outcome(context, name, bytes, named, input.own, needs)
        }),
        Err(error) => {
            let failure = Some(t!("cli.cannot_open", cause = error).into_owned());
            vec![Outcome { shown, failure, ..Outcome::default() }]
        }
    }
}

fn outcome(
    context: &Context,
    shown: String,
    bytes: jixiao::Result<Vec<u8>>,
    named: bool,
    own: bool,
    needs: Needs,
) -> Outcome {
    use jixiao::Error::{NearMiss, NoForm, OwnOutput, Record, UnknownFormat};
    let (reading, reports) = match bytes {
        Ok(bytes) => {
            // A copy of a form tells nothing new.
            let reading = match own {
                true => Err(OwnOutput),
                false => read_content(context, &bytes, &shown),
            };
            // A document may hold a report beside the form's table, or nothing but a report.
            let may_report = match &reading {
                Ok(_) => by_ending(Path::new(&shown)) == Some(Format::Docx),
                Err(OwnOutput) => needs.own_reports || named,
                Err(error) => matches!(error, NoForm | UnknownFormat { .. } | NearMiss { .. }),
            };
            let reports = may_report.then(|| read_reports(&bytes, &shown, &context.knowledge).ok());
            (reading, reports.flatten().unwrap_or_default())
        }
        Err(error) => (Err(error), Vec::new()),
    };
    // A paper that stands in a folder of forms by chance is no fault.
    let path = Path::new(&shown);
    let chance =
        !named && (is_text(path) || is_data(path) || by_ending(path).is_some_and(Format::is_document));
    let foreign = !named && is_data(path);
    let mut outcome = Outcome { shown, reports, ..Outcome::default() };
    match reading {
        Ok(mut reading) => {
            outcome.skipped = std::mem::take(&mut reading.skipped);
            outcome.unreadable = std::mem::take(&mut reading.unreadable);
            for form in std::mem::take(&mut reading.forms) {
                match assess(form, &context.knowledge) {
                    Ok(assessed) => {
                        for finding in assessed.findings.iter().filter(|_| needs.excerpts) {
                            let around = reading.excerpt(finding);
                            outcome.excerpts.extend(around.map(|around| (place(finding), around)));
                        }
                        outcome.projects.push(assessed);
                    }
                    Err(error) => outcome.failure = Some(error.to_string()),
                }
            }
        }
        Err(_) if !outcome.reports.is_empty() => {}
        // Results among the inputs are no fault of the user's, nor are a folder's other papers.
        Err(error @ OwnOutput) => {
            outcome.own = true;
            outcome.passed_over = Some(error.to_string());
        }
        Err(error @ (NoForm | UnknownFormat { .. })) if chance => {
            outcome.passed_over = Some(error.to_string());
        }
        Err(error @ Record { .. }) if foreign => {
            outcome.passed_over = Some(error.to_string());
        }
        Err(error) => {
            outcome.failure = Some(error.to_string());
            outcome.detail = error.detail().map(str::to_owned);
        }
    }
    outcome
}

/// Reads a file's forms, or the projects of a table together with the table of their indicators beside it.
fn read_content(context: &Context, bytes: &[u8], shown: &str) -> jixiao::Result<jixiao::Reading> {
    let beside = |from: &str, to: &str| {
        let path = Path::new(shown);
        let name = path.file_name()?.to_str()?;
        name.contains(from).then(|| path.with_file_name(name.replace(from, to)))
    };
    match Table::of(bytes) {
        Some(Table::Projects) => match beside("项目", "指标").and_then(|path| std::fs::read(path).ok()) {
            Some(indicators) => read_tables(bytes, &indicators),
            None => read(bytes, shown, &context.knowledge),
        },
        // The table of the projects tells all that this one does.
        Some(Table::Indicators) if beside("指标", "项目").is_some_and(|path| path.is_file()) => {
            Err(jixiao::Error::OwnOutput)
        }
        _ => read(bytes, shown, &context.knowledge),
    }
}

/// A file to read.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Whether the user named it, or it was found in a folder.
    named: bool,
    /// Whether this program wrote it and nobody changed it since.
    own: bool,
}

/// The files that the inputs stand for: folders with all below them, in the order of their names.
fn expand(inputs: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut files = Vec::new();
    let mut own = OwnFiles::default();
    let mut found = |path: PathBuf| Input { own: own.has(&path), named: false, path };
    for input in inputs {
        let nothing = || Failure::usage(t!("cli.no_input", path = input.display()));
        if is_standard_input(input) || input.is_file() {
            files.push(Input { path: input.clone(), named: true, own: false });
        } else if input.is_dir() {
            let below = WalkDir::new(input).sort_by_file_name().into_iter().flatten();
            let below = below.filter(|e| e.file_type().is_file() && is_candidate(e.path()));
            files.extend(below.map(|entry| found(entry.into_path())));
        } else {
            let pattern = input.to_string_lossy();
            let before = files.len();
            let paths = glob::glob(&pattern).map_err(|_| nothing())?;
            let paths = paths.flatten().filter(|path| path.is_file() && is_candidate(path));
            files.extend(paths.map(&mut found));
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

/// Whether a file of a folder or an archive may be a form, by its ending, and no lock file of an office
/// program. A file that the user names is read whatever its ending.
fn is_candidate(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    (by_ending(path).is_some() || is_text(path) || is_data(path))
        && !name.starts_with('.')
        && !name.starts_with("~$")
}

/// Whether a file's ending is one of text, in which reports are written.
fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["txt", "md"].iter().any(|own| ending.eq_ignore_ascii_case(own)))
}

/// Whether a file's ending is one of data that this program writes.
fn is_data(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["json", "ndjson", "parquet"].iter().any(|own| ending.eq_ignore_ascii_case(own))
    })
}

/// The container that a file's ending promises.
fn by_ending(path: &Path) -> Option<Format> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    Format::ALL.into_iter().find(|format| format.endings().contains(&ending.as_str()))
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
