//! What inputs hold: themselves, or the files of an archive, each with the projects and reports in it.

use std::borrow::Cow;
use std::path::Path;

use jixiao::grid::{Archive, Excerpt, Format, Packed};
use jixiao::layout::Skipped;
use jixiao::model::{Finding, Report};
use jixiao::records::Table;
use jixiao::{Assessed, Reading, assess, is_long, read, read_long, read_reports, read_tables};
use rayon::prelude::*;

use super::batch::{Place, place};
use super::inputs::{Input, by_ending, is_candidate, is_data, is_text};
use super::{Context, Failure, interrupt};

/// What a file came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// The file as the user knows it; a file of an archive by both names.
    pub(super) shown: String,
    /// Whether another part of the file has come before.
    pub(super) further: bool,
    /// Whether it has sheets in which a cell can be gone to.
    pub(super) has_sheets: bool,
    pub(super) projects: Vec<Assessed>,
    pub(super) reports: Vec<Report>,
    pub(super) excerpts: Vec<(Place, Excerpt)>,
    pub(super) skipped: Vec<(String, Skipped)>,
    /// The files that could not be read when data was made of them.
    pub(super) unreadable: Vec<Finding>,
    pub(super) failure: Option<String>,
    /// Why the file is none of the inputs after all.
    pub(super) passed_over: Option<String>,
    /// Whether what was passed over is this program's own.
    pub(super) own: bool,
    /// What the reader said, for `-v`.
    pub(super) detail: Option<String>,
}

/// What a command needs of its inputs besides their forms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    /// The cells around each finding, to show them.
    pub(super) excerpts: bool,
    /// Reports that this program wrote; a person may have gone over them since.
    pub(super) own_reports: bool,
}

/// So many files are looked at side by side before what they hold is taken on,
pub(super) const CHUNK: usize = 48;
/// and fewer where they are large.
const CHUNK_BYTES: usize = 64 << 20;

/// Archives within archives are opened so deep.
const MAX_DEPTH: usize = 3;

/// Calls `see` with the bytes of a file and what they are, or with those of each file of an archive whose name is wanted, in
/// the archive's order.
fn each_content<T: Send>(
    shown: &str,
    bytes: jixiao::Result<Cow<'_, [u8]>>,
    depth: usize,
    wanted: &(impl Fn(&str) -> bool + Sync),
    see: &(impl Fn(String, Option<Format>, jixiao::Result<Cow<'_, [u8]>>) -> T + Sync),
) -> Vec<T> {
    let format = bytes.as_ref().ok().and_then(|bytes| Format::of(bytes).ok());
    let bytes = match bytes {
        Ok(bytes) if depth < MAX_DEPTH && format == Some(Format::Zip) => bytes,
        other => return vec![see(shown.to_owned(), format, other)],
    };
    let mut archive = match Archive::open(&bytes) {
        Ok(archive) => archive,
        Err(error) => return vec![see(shown.to_owned(), format, Err(error))],
    };
    let mut any = false;
    let is_wanted = |name: &str| {
        let candidate = is_candidate(Path::new(name));
        any |= candidate;
        candidate && wanted(&format!("{shown}/{name}"))
    };
    // Inflated one after another, read side by side: memory stays that of a few files.
    let mut seen: Vec<(usize, Vec<T>)> = archive
        .only(is_wanted)
        .enumerate()
        .par_bridge()
        .map(|(i, packed)| {
            let bytes = packed.bytes.map(Cow::Owned);
            (i, each_content(&format!("{shown}/{}", packed.name), bytes, depth + 1, wanted, see))
        })
        .collect();
    if !any {
        return vec![see(shown.to_owned(), format, Err(jixiao::Error::NoForm))];
    }
    seen.sort_by_key(|(i, _)| *i);
    seen.into_iter().flat_map(|(_, seen)| seen).collect()
}

/// The files that an input holds: itself, or those of an archive, each with its bytes.
pub(super) fn contents(input: &Input) -> Result<Vec<Packed>, Failure> {
    let bytes = input.bytes().map_err(|error| {
        Failure::usage(format!("{}：{}", input.name, t!("cli.cannot_open", cause = error)))
    })?;
    let packed =
        |name, _, bytes: jixiao::Result<Cow<'_, [u8]>>| Packed { name, bytes: bytes.map(Cow::into_owned) };
    Ok(each_content(&input.name, Ok(bytes), 0, &|_| true, &packed))
}

/// A file that is read again.
#[cfg(feature = "serve")]
pub(super) struct Again {
    pub(super) projects: Vec<Assessed>,
    /// Its sheets.
    pub(super) grids: Vec<jixiao::grid::Grid>,
}

/// What the files of a name hold that an input is or holds: an archive may have several of one name.
#[cfg(feature = "serve")]
pub(super) fn again(context: &Context, input: &Input, name: &str) -> Vec<Again> {
    let Ok(bytes) = input.bytes() else { return Vec::new() };
    let wanted =
        |own: &str| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let read = |own: String, _, bytes: jixiao::Result<Cow<'_, [u8]>>| {
        let bytes = bytes.ok().filter(|_| own == name)?;
        let mut reading = read_content(context, input, &bytes, &own).ok()?;
        let forms = std::mem::take(&mut reading.forms).into_iter();
        let projects = forms.filter_map(|form| assess(form, &context.knowledge).ok()).collect();
        Some(Again { projects, grids: reading.grids })
    };
    each_content(&input.name, Ok(bytes), 0, &wanted, &read).into_iter().flatten().collect()
}

/// A part of the work of looking at inputs.
pub(super) enum Task<'a> {
    /// An input, with all that it holds.
    Whole(&'a Input),
    /// A file of an archive that is an input.
    Part(&'a Input, Packed),
    /// What was read of some rows of an input that is a long list, or why no more could be read.
    Rows { input: &'a Input, further: bool, reading: jixiao::Result<Reading> },
}

impl Task<'_> {
    /// Whether it goes on with an input that another task has begun.
    pub(super) const fn is_further(&self) -> bool {
        matches!(self, Self::Rows { further: true, .. })
    }
}

/// Calls `take` with some of the tasks that inputs come to, again and again: archives are opened one file at a time, so
/// that what stands in memory is that of a few files.
pub(super) fn each_chunk<'a>(
    context: &Context,
    inputs: &'a [Input],
    mut take: impl FnMut(Vec<Task<'a>>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut chunk, mut size) = (Vec::new(), 0);
    let mut add = |task: Task<'a>, bytes: usize| {
        chunk.push(task);
        size += bytes;
        if chunk.len() < CHUNK && size < CHUNK_BYTES {
            return Ok(());
        }
        size = 0;
        take(std::mem::take(&mut chunk))
    };
    for input in inputs {
        if each_window(context, input, |task| add(task, CHUNK_BYTES / WINDOWS))? {
            continue;
        }
        let bytes = if input.is_archive() { input.bytes().ok() } else { None };
        let archive = bytes.as_deref().and_then(|bytes| Archive::open(bytes).ok());
        let mut parts = 0;
        if let Some(mut archive) = archive {
            for mut packed in archive.only(|name| is_candidate(Path::new(name))) {
                packed.name = format!("{}/{}", input.name, packed.name);
                let size = packed.bytes.as_ref().map_or(0, Vec::len);
                add(Task::Part(input, packed), size)?;
                parts += 1;
            }
        }
        // What is wrong with an archive is told like what is wrong with any other file.
        if parts == 0 {
            add(Task::Whole(input), 0)?;
        }
    }
    if chunk.is_empty() { Ok(()) } else { take(chunk) }
}

/// Files from this size on may be long lists.
const LONG_FROM: u64 = 512 << 10;
/// So many windows of a long list are looked at side by side.
const WINDOWS: usize = 2;

/// Why the windows of a list come to an end.
enum Ended {
    /// No more of it can be read.
    Reading(jixiao::Error),
    Run(Failure),
}

impl From<jixiao::Error> for Ended {
    fn from(error: jixiao::Error) -> Self {
        Self::Reading(error)
    }
}

/// Gives what stands in an input window by window, if it is a long list; whether it is.
fn each_window<'a>(
    context: &Context,
    input: &'a Input,
    mut give: impl FnMut(Task<'a>) -> Result<(), Failure>,
) -> Result<bool, Failure> {
    if input.own || input.size() < LONG_FROM {
        return Ok(false);
    }
    let Some(bytes) = input.bytes().ok().filter(|bytes| is_long(bytes)) else { return Ok(false) };
    let mut further = false;
    let ended = read_long(&bytes, &input.name, &context.knowledge, |reading| {
        let further = std::mem::replace(&mut further, true);
        give(Task::Rows { input, further, reading: Ok(reading) }).map_err(Ended::Run)
    });
    match ended {
        Ok(()) => {}
        Err(Ended::Run(failure)) => return Err(failure),
        // What cannot be read at all is told like any other file.
        Err(Ended::Reading(_)) if !further => return Ok(false),
        Err(Ended::Reading(error)) => give(Task::Rows { input, further, reading: Err(error) })?,
    }
    Ok(true)
}

/// What a task comes to.
pub(super) fn look_at(context: &Context, task: Task<'_>, needs: Needs) -> Vec<Outcome> {
    let (input, name, bytes) = match task {
        Task::Whole(input) => (input, input.name.clone(), None),
        Task::Part(input, packed) => (input, packed.name, Some(packed.bytes.map(Cow::Owned))),
        Task::Rows { input, further, reading } => {
            // Only workbooks are read so.
            let mut outcome =
                Outcome { shown: input.name.clone(), further, has_sheets: true, ..Outcome::default() };
            match reading {
                Ok(reading) => outcome.take(context, reading, needs),
                Err(error) => outcome.fail(&error),
            }
            return vec![outcome];
        }
    };
    if interrupt::is_wanted() {
        return Vec::new();
    }
    if input.own && !needs.own_reports {
        let passed_over = Some(jixiao::Error::OwnOutput.to_string());
        return vec![Outcome { shown: name, passed_over, own: true, ..Outcome::default() }];
    }
    let depth = usize::from(bytes.is_some());
    match bytes.map_or_else(|| input.bytes().map(Ok), Ok) {
        Ok(bytes) => each_content(&name, bytes, depth, &|_| true, &|name, format, bytes| Outcome {
            has_sheets: format.is_some_and(Format::has_sheets),
            ..outcome(context, input, name, bytes, needs)
        }),
        Err(error) => {
            let failure = Some(t!("cli.cannot_open", cause = error).into_owned());
            vec![Outcome { shown: name, failure, ..Outcome::default() }]
        }
    }
}

fn outcome(
    context: &Context,
    input: &Input,
    shown: String,
    bytes: jixiao::Result<Cow<'_, [u8]>>,
    needs: Needs,
) -> Outcome {
    use jixiao::Error::{NearMiss, NoForm, OwnOutput, Record, UnknownFormat};
    let (named, own) = (input.named && shown == input.name, input.own);
    let (reading, reports) = match bytes {
        Ok(bytes) => {
            // A copy of a form tells nothing new.
            let reading = match own {
                true => Err(OwnOutput),
                false => read_content(context, input, &bytes, &shown),
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
        Ok(reading) => outcome.take(context, reading, needs),
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
        Err(error) => outcome.fail(&error),
    }
    outcome
}

impl Outcome {
    /// Assesses what was read.
    fn take(&mut self, context: &Context, mut reading: Reading, needs: Needs) {
        self.skipped = std::mem::take(&mut reading.skipped);
        self.unreadable = std::mem::take(&mut reading.unreadable);
        for form in std::mem::take(&mut reading.forms) {
            match assess(form, &context.knowledge) {
                Ok(assessed) => {
                    for finding in assessed.findings.iter().filter(|_| needs.excerpts) {
                        let around = reading.excerpt(finding);
                        self.excerpts.extend(around.map(|around| (place(finding), around)));
                    }
                    self.projects.push(assessed);
                }
                Err(error) => self.failure = Some(error.to_string()),
            }
        }
    }

    fn fail(&mut self, error: &jixiao::Error) {
        self.failure = Some(error.to_string());
        self.detail = error.detail().map(str::to_owned);
    }
}

/// Reads a file's forms, or the projects of a table together with the table of their indicators beside it.
fn read_content(
    context: &Context,
    input: &Input,
    bytes: &[u8],
    shown: &str,
) -> jixiao::Result<jixiao::Reading> {
    let beside = |from, to| if shown == input.name { input.beside(from, to) } else { None };
    match Table::of(bytes) {
        Some(Table::Projects) => match beside("项目", "指标") {
            Some(indicators) => read_tables(bytes, &indicators),
            None => read(bytes, shown, &context.knowledge),
        },
        // The table of the projects tells all that this one does.
        Some(Table::Indicators) if beside("指标", "项目").is_some() => Err(jixiao::Error::OwnOutput),
        _ => read(bytes, shown, &context.knowledge),
    }
}
