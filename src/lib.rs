//! Reads the forms in which Chinese budget units report what a project spent and achieved, recomputes and
//! checks their scores, and writes a summary workbook and a narrative report for every project.
//!
//! Data goes one way, one module a stage:
//!
//! ```text
//! bytes -> grid -> layout -> model -> rules -> write -> bytes
//! ```
//!
//! Every function takes bytes or values and gives bytes or values; paths, the clock and the terminal belong to
//! the command line. What differs between provinces, years and offices is data under `templates/`.
//!
//! ```
//! use jixiao::{Knowledge, assess, read};
//!
//! let knowledge = Knowledge::built_in()?;
//! let bytes = include_bytes!("../samples/lukou-2022/01-食品抽检专项.xlsx");
//! let mut reading = read(bytes, "01-食品抽检专项.xlsx", &knowledge)?;
//! let assessed = assess(reading.forms.remove(0), &knowledge)?;
//! assert_eq!(assessed.scores.total.printed.map(|score| score.to_string()).as_deref(), Some("98"));
//! # Ok::<(), jixiao::Error>(())
//! ```

#![warn(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

#[macro_use]
extern crate rust_i18n;

pub mod error;
pub mod grid;
pub mod layout;
pub mod model;
pub mod records;
pub mod report;
pub mod rules;
pub mod templates;
pub mod write;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use error::{Error, Result};
pub use layout::{Layouts, Reading};
pub use rules::{Assessed, Schemes};
pub use templates::Templates;

use layout::fill::Blank;
use layout::{Form, Skipped};
use model::Finding;
use model::difference::Missing;
use rules::check::{self, Check, Scope, Settings};
use rules::proof::{self, Mend, Remark, Words};

i18n!("templates/messages", fallback = "zh-CN");

/// The languages in which messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 简体中文
    Chinese,
    /// English
    English,
}

/// Sets the language of all messages of this process; it is Chinese until then.
pub fn speak(language: Language) {
    rust_i18n::set_locale(match language {
        Language::Chinese => "zh-CN",
        Language::English => "en-US",
    });
}

/// What is known of forms and of scoring.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// The forms.
    pub layouts: Layouts,
    /// The schemes of scoring, with their checks as they are set.
    pub schemes: Schemes,
    /// How narrative reports are written.
    pub conventions: report::Conventions,
    /// What proof-reading goes by.
    pub words: Words,
    /// What the user has set.
    pub choices: Choices,
}

/// What a user sets once for all forms.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The scheme for every form, in place of the one that its layout names.
    pub scheme: Option<String>,
    /// How checks are set, over what the schemes say.
    pub checks: Settings,
}

impl Knowledge {
    /// Reads layouts and schemes from template files.
    ///
    /// # Errors
    /// [`Error::Template`] for the first file that is wrong.
    pub fn load(templates: &Templates) -> Result<Self> {
        let (layouts, schemes) = (Layouts::load(templates)?, Schemes::load(templates)?);
        let (words, conventions) = (Words::load(templates)?, report::Conventions::load(templates)?);
        let knowledge = Self { layouts, schemes, conventions, words, choices: Choices::default() };
        for layout in knowledge.layouts.all() {
            knowledge.schemes.get(&layout.scheme)?;
        }
        Ok(knowledge)
    }

    /// The same with what a user has set.
    ///
    /// # Errors
    /// [`Error::Template`] if there is no such scheme; the path is that of the scheme.
    pub fn with(mut self, choices: Choices) -> Result<Self> {
        if let Some(scheme) = &choices.scheme {
            self.schemes.get(scheme)?;
        }
        for scheme in self.schemes.all_mut() {
            scheme.checks.lay_over(&choices.checks);
        }
        Ok(Self { choices, ..self })
    }

    /// The scheme for a form: the one that the user has set, or that of its layout.
    ///
    /// # Errors
    /// [`Error::Template`] if there is no such scheme.
    pub fn scheme_of(&self, project: &model::Project) -> Result<&rules::Scheme> {
        let layout = self.layouts.get(&project.source.layout).or_else(|| self.layouts.all().first());
        let own = layout.map_or("", |layout| layout.scheme.as_str());
        self.schemes.get(self.choices.scheme.as_deref().unwrap_or(own))
    }

    /// What is built in.
    ///
    /// # Errors
    /// None, as the tests show, but the signature is that of [`Knowledge::load`].
    pub fn built_in() -> Result<Self> {
        Self::load(&Templates::default())
    }
}

/// Reads every form of a file, or every project of data that was made of forms. `file` is the name to show for it; the
/// format is told by content.
///
/// # Errors
/// If the bytes are of no workbook, or no form is in it. A reader that fails in a way it should not is an
/// error of this one file.
pub fn read(bytes: &[u8], file: &str, knowledge: &Knowledge) -> Result<Reading> {
    let read = || -> Result<Reading> {
        if records::Table::of(bytes).is_some() {
            return Err(Error::Record { line: 1, cause: t!("error.lone_table").into_owned() });
        }
        if records::is_data(bytes) {
            let records::Records { forms, unreadable } = records::read(bytes)?;
            return Ok(Reading { forms, unreadable, ..Reading::default() });
        }
        let grids = grid::read(bytes)?;
        let reading = layout::read(&grids, file, &knowledge.layouts);
        Ok(Reading { grids, ..reading })
    };
    let reading = catch_unwind(AssertUnwindSafe(read))
        .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
    if reading.forms.is_empty() && reading.unreadable.is_empty() {
        return Err(no_form(bytes, reading.skipped));
    }
    Ok(reading)
}

/// Whether a file is a list so long that [`read_long`] should read it.
pub fn is_long(bytes: &[u8]) -> bool {
    grid::is_long(bytes)
}

/// As [`read`], some thousand rows at a time: `take` is given what was read of them. What stands in memory is no more than
/// that, but for sheets that are no lists.
///
/// # Errors
/// Those of [`read`] and of `take`; [`Error::NoForm`] and its kin only if nothing was taken.
pub fn read_long<E: From<Error>>(
    bytes: &[u8],
    file: &str,
    knowledge: &Knowledge,
    mut take: impl FnMut(Reading) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut skipped = Vec::new();
    let mut any = false;
    let read = || {
        let mut reader = layout::LongReader::new(file, &knowledge.layouts);
        grid::read_long(bytes, |window| match reader.take(window) {
            Some(reading) if reading.forms.is_empty() => {
                skipped.extend(reading.skipped);
                Ok(())
            }
            Some(reading) => {
                any = true;
                take(reading)
            }
            None => Ok(()),
        })
    };
    catch_unwind(AssertUnwindSafe(read))
        .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
    if any { take(Reading { skipped, ..Reading::default() }) } else { Err(no_form(bytes, skipped).into()) }
}

/// Reads the projects of a table and the indicators of the table beside it, as [`write::data::csv`] writes them.
///
/// # Errors
/// Those of [`records::read_tables`].
pub fn read_tables(projects: &[u8], indicators: &[u8]) -> Result<Reading> {
    let read = || records::read_tables(projects, indicators);
    let records::Records { forms, unreadable } = catch_unwind(AssertUnwindSafe(read))
        .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
    Ok(Reading { forms, unreadable, ..Reading::default() })
}

/// Reads every narrative report of a file: .docx, text, Markdown. `file` is the name to show for it.
///
/// # Errors
/// If the bytes are of no document, or no report is in it ([`Error::NoReport`]).
pub fn read_reports(bytes: &[u8], file: &str, knowledge: &Knowledge) -> Result<Vec<model::Report>> {
    let read = || grid::lines(bytes).map(|lines| report::read(lines, file, &knowledge.conventions));
    let reports = catch_unwind(AssertUnwindSafe(read))
        .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
    if reports.is_empty() { Err(Error::NoReport) } else { Ok(reports) }
}

/// A file of reports with all mended that can be without a person.
#[derive(Clone, Debug)]
pub struct MendedReports {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// What was done, each with the text of its line before.
    pub done: Vec<(String, Mend)>,
    /// What is left to people.
    pub left: Vec<Finding>,
}

/// Mends what proof-reading finds in a file of reports, as far as that is safe, each report beside the form of its
/// project if that is among `forms`. Mending again changes nothing.
///
/// # Errors
/// Those of [`read_reports`] and [`write::mend::mend`].
pub fn mend_reports(
    bytes: &[u8],
    file: &str,
    forms: &[Assessed],
    knowledge: &Knowledge,
) -> Result<MendedReports> {
    /// One fault may hide another, such as a doubled mark that is half-width; none hides many.
    const ROUNDS: usize = 8;
    let (words, settings) = (&knowledge.words, &knowledge.choices.checks);
    let mut mended = MendedReports { bytes: bytes.to_vec(), done: Vec::new(), left: Vec::new() };
    for _ in 0..ROUNDS {
        let reports = read_reports(&mended.bytes, file, knowledge)?;
        let pairs = proof::pair(&reports, forms);
        let remarks: Vec<Remark> =
            pairs.iter().flat_map(|pair| proof::run(pair.report, pair.form, words, settings)).collect();
        let mends: Vec<Mend> = remarks.iter().flat_map(|remark| remark.mends.clone()).collect();
        mended.left = remarks.into_iter().map(|remark| remark.finding).collect();
        let write::mend::Mended { bytes, done } = write::mend::mend(&mended.bytes, &mends)?;
        if done.is_empty() {
            break;
        }
        mended.bytes = bytes;
        let texts: HashMap<u32, &str> = reports
            .iter()
            .flat_map(|report| &report.lines)
            .map(|line| (line.number, line.text.as_str()))
            .collect();
        let text = |mend: &Mend| texts.get(&mend.line).copied().unwrap_or_default().to_owned();
        mended.done.extend(done.into_iter().map(|mend| (text(&mend), mend)));
    }
    Ok(mended)
}

/// A bureau's own workbook with a form to fill.
#[derive(Clone, Debug)]
pub struct BlankForm<'a> {
    bytes: &'a [u8],
    blank: Blank,
}

/// How several filled forms stand in one workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Each on a sheet of its own.
    Sheets,
    /// One below another on one sheet.
    Stacked,
}

/// A filled form.
#[derive(Clone, Debug)]
pub struct FilledForm {
    /// The workbook's bytes.
    pub bytes: Vec<u8>,
    /// What each project states and the form does not: it has no place for it.
    pub missing: Vec<Vec<Missing>>,
}

impl<'a> BlankForm<'a> {
    /// Finds the form to fill in a workbook.
    ///
    /// # Errors
    /// If the bytes are of no .xlsx workbook or its kin ([`Error::NotFillable`]), or no form is in it.
    pub fn open(bytes: &'a [u8], knowledge: &Knowledge) -> Result<Self> {
        let find = || grid::read_places(bytes).map(|grids| Blank::find(grids, &knowledge.layouts));
        let blank = catch_unwind(AssertUnwindSafe(find))
            .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
        // What the reader says of it tells which head is missing.
        let none = || read(bytes, "", knowledge).err().unwrap_or(Error::NoForm);
        Ok(Self { bytes, blank: blank.ok_or_else(none)? })
    }

    /// The form's sheet.
    pub fn sheet(&self) -> &str {
        self.blank.sheet()
    }

    /// The id of the form's layout; empty if none fits.
    pub fn layout(&self) -> &str {
        self.blank.layout()
    }

    /// Whether it is one table for many projects, for [`BlankForm::fill_list`].
    pub fn is_list(&self) -> bool {
        self.blank.is_list()
    }

    /// The workbook with a project's values in their places. What is filled is read again: what the form had no place
    /// for is what does not come back.
    ///
    /// # Errors
    /// Those of [`write::form::fill`] and [`read`].
    pub fn fill(&self, project: &model::Project, knowledge: &Knowledge) -> Result<FilledForm> {
        let projects = std::slice::from_ref(project);
        if self.is_list() {
            return self.filled(&self.blank.fill_list(projects, &knowledge.layouts), projects, knowledge);
        }
        self.filled(&self.blank.fill(project, &knowledge.layouts), projects, knowledge)
    }

    /// The workbook of a list with some projects.
    ///
    /// # Errors
    /// Those of [`BlankForm::fill`].
    pub fn fill_list(&self, projects: &[model::Project], knowledge: &Knowledge) -> Result<FilledForm> {
        self.filled(&self.blank.fill_list(projects, &knowledge.layouts), projects, knowledge)
    }

    /// One workbook with a form for each project.
    ///
    /// # Errors
    /// Those of [`write::form::sheets`], [`write::form::stacked`] and [`read`].
    pub fn fill_together(
        &self,
        projects: &[model::Project],
        arrangement: Arrangement,
        knowledge: &Knowledge,
    ) -> Result<FilledForm> {
        let fill = || {
            let fillings = projects.iter().map(|project| self.blank.fill(project, &knowledge.layouts));
            match arrangement {
                Arrangement::Sheets => {
                    let names = projects.iter().map(|project| project.name.text().to_owned());
                    write::form::sheets(self.bytes, &names.zip(fillings).collect::<Vec<_>>())
                }
                Arrangement::Stacked => write::form::stacked(self.bytes, &fillings.collect::<Vec<_>>()),
            }
        };
        let bytes = catch_unwind(AssertUnwindSafe(fill))
            .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
        let others: Vec<String> = match arrangement {
            Arrangement::Sheets => grid::read(self.bytes)?.into_iter().map(|grid| grid.sheet).collect(),
            Arrangement::Stacked => Vec::new(),
        };
        let is_own = |sheet: &str| match arrangement {
            Arrangement::Sheets => sheet == self.sheet() || !others.iter().any(|other| other == sheet),
            Arrangement::Stacked => sheet == self.sheet(),
        };
        self.read_again(bytes, projects, is_own, knowledge)
    }

    fn filled(
        &self,
        filling: &layout::fill::Filling,
        projects: &[model::Project],
        knowledge: &Knowledge,
    ) -> Result<FilledForm> {
        let bytes = catch_unwind(AssertUnwindSafe(|| write::form::fill(self.bytes, filling)))
            .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })??;
        self.read_again(bytes, projects, |sheet| sheet == self.sheet(), knowledge)
    }

    /// What of the projects does not come back from the forms of its sheets.
    fn read_again(
        &self,
        bytes: Vec<u8>,
        projects: &[model::Project],
        is_own: impl Fn(&str) -> bool,
        knowledge: &Knowledge,
    ) -> Result<FilledForm> {
        let reading = match read(&bytes, "", knowledge) {
            // A list without any project is no form yet.
            Err(Error::NoForm | Error::NearMiss { .. }) => Reading::default(),
            reading => reading?,
        };
        let own = reading.forms.into_iter().filter(|form| is_own(&form.project.source.sheet));
        let read: Vec<model::Project> = own.map(|form| form.project).collect();
        // Of a list's projects those that follow one another under one name, or none, are read as one.
        let name = |project: &model::Project| model::number::compact(project.name.text());
        let mut last: Option<(usize, String)> = None;
        let missing = projects.iter().enumerate().map(|(i, project)| {
            let own = name(project);
            let (at, own) = match &last {
                Some((at, before)) if self.is_list() && (own.is_empty() || own == *before) => {
                    (*at, before.clone())
                }
                Some((at, _)) => (at + 1, own),
                None => (i, own),
            };
            last = Some((at, own));
            let none = model::Project::default();
            model::difference::missing(&self.blank.asked(project), read.get(at).unwrap_or(&none))
        });
        Ok(FilledForm { missing: missing.collect(), bytes })
    }
}

/// What a check says of its own example.
///
/// # Errors
/// None with the built-in templates, as the tests show; a user's own may lack the scheme of the example, or the
/// words by which its report is known.
pub fn example(check: &Check, knowledge: &Knowledge) -> Result<Vec<Finding>> {
    let scheme = knowledge.schemes.get(check::example::SCHEME)?;
    let (words, settings) = (&knowledge.words, &knowledge.choices.checks);
    let spoilt = |report: &str, (clean, fault): (&str, &str)| {
        read_reports(report.replacen(clean, fault, 1).as_bytes(), proof::example::FILE, knowledge)
    };
    let remarks = match check.scope {
        Scope::Project { .. } | Scope::Batch { .. } => return Ok(check::example::findings(check, scheme)),
        Scope::Report { spoil, .. } => {
            let reports = spoilt(proof::example::REPORT, spoil)?;
            reports.iter().flat_map(|report| proof::run(report, None, words, settings)).collect()
        }
        Scope::Paired { spoil, .. } => {
            let form = rules::assess(check::example::project(), scheme);
            let reports = spoilt(proof::example::REPORT, spoil)?;
            reports.iter().flat_map(|report| proof::run(report, Some(&form), words, settings)).collect()
        }
        Scope::Reports { spoil, .. } => {
            let mut reports =
                read_reports(proof::example::REPORT.as_bytes(), proof::example::FILE, knowledge)?;
            reports.extend(spoilt(proof::example::SECOND, spoil)?);
            proof::run_batch(&proof::pair(&reports, &[]), settings)
        }
    };
    Ok(remarks.into_iter().map(|remark| remark.finding).collect())
}

/// Why a file without any form is none.
fn no_form(bytes: &[u8], skipped: Vec<(String, Skipped)>) -> Error {
    let mut near = None;
    for (sheet, why) in skipped {
        match why {
            Skipped::Refused { name, why } => return Error::Refused { layout: name, why },
            Skipped::CutOff(cause) => return Error::Damaged { format: "xlsx", cause },
            Skipped::NearMiss(miss) => near = near.or(Some((sheet, miss))),
            _ => {}
        }
    }
    match near {
        Some((sheet, miss)) => Error::NearMiss { sheet, miss: Box::new(miss) },
        // Text of any kind passes for a table of one column.
        None if grid::Format::of(bytes).is_ok_and(|format| format == grid::Format::Delimited) => {
            Error::UnknownFormat { looks_like: t!("looks.text").into_owned() }
        }
        None => Error::NoForm,
    }
}

/// Recomputes and checks a form's project by the scheme of its layout; what could not be read is among the
/// findings.
///
/// # Errors
/// [`Error::Template`] if the layout names a scheme that there is not; [`Error::Crashed`] if figures beyond all
/// measure defeat the arithmetic.
pub fn assess(form: Form, knowledge: &Knowledge) -> Result<Assessed> {
    let scheme = knowledge.scheme_of(&form.project)?;
    let mut assessed = catch_unwind(AssertUnwindSafe(|| rules::assess(form.project, scheme)))
        .map_err(|panic| Error::Crashed { cause: error::panic_cause(&*panic) })?;
    assessed.findings.splice(0..0, form.findings);
    Ok(assessed)
}

/// Checks all projects of a run against one another; what is found goes to the project that it is about.
pub fn compare(assessed: &mut [Assessed], knowledge: &Knowledge) {
    rules::compare(assessed, &knowledge.choices.checks);
}
