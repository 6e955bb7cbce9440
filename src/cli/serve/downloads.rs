//! Results to keep: what the command line writes of the same inputs, packed where it is more than one file.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query, State};
use serde::Deserialize;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::super::arguments::ReportFormat;
use super::super::batch::load_files;
use super::super::contents::Needs;
use super::super::inputs::Input;
use super::super::links::Links;
use super::super::names::Names;
use super::super::outputs::Output;
use super::super::reports::{Reports, Wanted};
use super::super::{Context, Failure, annotate, opinions, run};
use super::answer::{self, Answer, Refusal, work};
use super::details::Sources;
use super::events;
use super::language::Lang;
use super::sessions::{House, Session, Settings};

/// Files in memory, by name.
#[derive(Default)]
pub(super) struct Packed(Mutex<BTreeMap<String, Vec<u8>>>);

impl Output for Packed {
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }
}

impl Packed {
    /// The files by name.
    fn files(self) -> BTreeMap<String, Vec<u8>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The only file, or an archive of some name, with the name.
    pub(super) fn one_or_zip(self, name: &str) -> Result<(String, Vec<u8>), Failure> {
        let mut files = self.files();
        match (files.len(), files.pop_first()) {
            (1, Some(only)) => Ok(only),
            (_, first) => {
                files.extend(first);
                Ok((name.to_owned(), Self(Mutex::new(files)).zip()?))
            }
        }
    }

    /// One archive of all files. The same files always give the same bytes.
    pub(super) fn zip(self) -> Result<Vec<u8>, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::unwritten(error.to_string());
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in self.files() {
            // Office files are deflated already.
            let is_text = name.ends_with(".txt") || name.ends_with(".md");
            let method = if is_text { CompressionMethod::Deflated } else { CompressionMethod::Stored };
            zip.start_file(name, SimpleFileOptions::default().compression_method(method))
                .map_err(|error| failed(&error))?;
            zip.write_all(&bytes).map_err(|error| failed(&error))?;
        }
        Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
    }
}

/// Only one file is wanted of all that is written.
struct One {
    name: &'static str,
    bytes: Mutex<Vec<u8>>,
}

impl Output for One {
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        if name == self.name {
            *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
        }
        Ok(())
    }
}

/// What results are made of.
struct Job {
    context: Arc<Context>,
    inputs: Vec<Input>,
    settings: Settings,
}

impl Job {
    fn of(session: &Session) -> Self {
        let holdings = session.lock();
        Self {
            context: holdings.context.clone(),
            inputs: holdings.inputs[..holdings.read].to_vec(),
            settings: holdings.settings.clone(),
        }
    }

    fn wanted<'a>(&'a self, formats: &'a [ReportFormat]) -> Wanted<'a> {
        Wanted {
            outline: self.settings.outline.as_deref(),
            document: self.settings.document.as_deref(),
            one_file: false,
            template: None,
            formats,
            only_named: false,
        }
    }

    /// The workbook, whose links lead to reports and inputs that lie beside it.
    fn summary(&self) -> Result<Vec<u8>, Failure> {
        let one = One { name: run::SUMMARY_FILE, bytes: Mutex::default() };
        let wanted = Wanted { only_named: true, ..self.wanted(&[ReportFormat::Docx]) };
        let links = Links::beside(&self.inputs);
        run::write_all(&self.context, &self.inputs, &wanted, &one, run::REPORT_FOLDER, Some(links))?;
        Ok(one.bytes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn reports(&self, formats: &[ReportFormat]) -> Result<Vec<u8>, Failure> {
        let packed = Packed::default();
        run::write_all(&self.context, &self.inputs, &self.wanted(formats), &packed, "", None)?;
        packed.zip()
    }

    /// The copies, and what is to be said of them.
    fn annotated(&self) -> Result<(Vec<u8>, Vec<String>), Failure> {
        let (packed, batch) = (Packed::default(), self.checked()?);
        let copies = annotate::write(&self.context, &self.inputs, &batch, &packed, FilePath::new(""))?;
        Ok((packed.zip()?, copies.remarks))
    }

    fn opinions(&self) -> Result<Vec<u8>, Failure> {
        let (packed, batch) = (Packed::default(), self.checked()?);
        opinions::write(&self.context, &batch, &packed, FilePath::new(""))?;
        packed.zip()
    }

    fn checked(&self) -> Result<super::super::batch::Batch, Failure> {
        let needs = Needs { own_reports: true, ..Needs::default() };
        let mut batch = load_files(&self.context, &self.inputs, needs)?;
        batch.compare(&self.context);
        Ok(batch)
    }
}

/// In which formats reports are wanted.
#[derive(Debug, Deserialize)]
pub(super) struct Formats {
    formats: Option<String>,
}

fn format(name: &str) -> Option<ReportFormat> {
    [ReportFormat::Docx, ReportFormat::Txt, ReportFormat::Md].into_iter().find(|own| own.ending() == name)
}

/// Gives results on everything that was read.
pub(super) async fn file(
    State(house): State<Arc<House>>,
    Path((session, file)): Path<(String, String)>,
    Query(lang): Query<Lang>,
    Query(Formats { formats }): Query<Formats>,
) -> Answer {
    let session = house.session(&session, lang)?;
    let formats = formats.unwrap_or_else(|| ReportFormat::Docx.ending().to_owned());
    let formats: Option<Vec<ReportFormat>> = formats.split(',').map(format).collect();
    let formats = formats.ok_or_else(|| Refusal::unknown(lang))?;
    let job = Job::of(&session);
    let (name, bytes) = match file.as_str() {
        "summary.xlsx" => (run::SUMMARY_FILE.to_owned(), work(lang, move || job.summary()).await?),
        "reports.zip" => {
            // Unpacked beside the workbook it becomes the folder to which the workbook's links lead.
            let name = format!("{}.zip", run::REPORT_FOLDER.trim_end_matches('/'));
            (name, work(lang, move || job.reports(&formats)).await?)
        }
        "annotated.zip" => {
            let (bytes, remarks) = work(lang, move || job.annotated()).await?;
            let holdings = session.lock();
            remarks.iter().for_each(|remark| holdings.tell(events::notice(remark)));
            ("批注副本.zip".to_owned(), bytes)
        }
        "opinions.zip" => ("审核意见.zip".to_owned(), work(lang, move || job.opinions()).await?),
        _ => return Err(Refusal::unknown(lang)),
    };
    Ok(answer::file(&name, bytes))
}

/// Gives the report that one project stands in.
pub(super) async fn report(
    State(house): State<Arc<House>>,
    Path((session, file)): Path<(String, String)>,
    Query(lang): Query<Lang>,
) -> Answer {
    let session = house.session(&session, lang)?;
    let asked = file.rsplit_once('.').and_then(|(number, ending)| {
        let number: usize = number.parse().ok()?;
        Some((number, format(ending)?))
    });
    let (number, format) = asked.ok_or_else(|| Refusal::unknown(lang))?;
    let job = Job::of(&session);
    let made = work(lang, move || {
        let (packed, formats) = (Packed::default(), [format]);
        let wanted = job.wanted(&formats);
        let mut reports = Reports::new(&job.context, &wanted, &packed, "")?;
        let (sources, digests) = {
            let holdings = session.lock();
            // A report on a unit is found by its name, for which all projects are needed.
            let all = reports.need_all();
            let numbers = if all { 0..holdings.found.kept.len() } else { number..number + 1 };
            (Sources::of(&holdings, numbers), holdings.found.digests.clone())
        };
        let read: Vec<_> = sources.read()?.into_iter().map(|read| read.assessed).collect();
        let place = if reports.need_all() { number } else { 0 };
        let written = reports.write(&read)?;
        let Some(report) = written.into_iter().nth(place).flatten() else { return Ok(None) };
        let name = if reports.need_all() {
            report.file.clone()
        } else {
            // The name that it has among all others.
            let mut names = Names::default();
            let own = digests.iter().take(number + 1).filter(|own| own.is_self_evaluation());
            let stem = own.map(|own| names.give(own.name.text())).last();
            format!("{}.{}", stem.unwrap_or_default(), format.ending())
        };
        Ok(packed.files().remove(&report.file).map(|bytes| (name, bytes)))
    })
    .await?;
    let (name, bytes) = made.ok_or_else(|| Refusal::unknown(lang))?;
    Ok(answer::file(&name, bytes))
}
