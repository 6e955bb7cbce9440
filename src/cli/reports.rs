//! The reports of a batch: rendered in parallel, each written in the formats asked for.

use std::path::Path;

use indexmap::IndexMap;
use jixiao::Assessed;
use jixiao::model::number::compact;
use jixiao::model::{Kind, Subject};
use jixiao::write::document::Document;
use jixiao::write::docx::{Docx, FOLDER, Preset};
use jixiao::write::narrative::{Narrator, Outline, Scope, gaps};
use jixiao::write::word_template::{Fields, WordTemplate};
use jixiao::write::{markdown, text};
use rayon::prelude::*;

use super::arguments::ReportFormat;
use super::names::Names;
use super::outputs::Output;
use super::{Context, Failure};

/// The outline and the page preset where none is asked for.
pub(super) const OUTLINE: &str = "self-report";
pub(super) const PRESET: &str = "gbt9704";

/// A report as written.
#[derive(Debug)]
pub(super) struct Report {
    /// Its file below the output folder, with `/` between folders; the first of its formats.
    pub(super) file: String,
    /// What it leaves to complete.
    pub(super) gaps: Vec<String>,
}

/// What reports are to be written.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The id of an outline or the path of a file; `None` for the usual one.
    pub(super) outline: Option<&'a str>,
    /// The id of a page preset or the path of a file; `None` for the usual one.
    pub(super) document: Option<&'a str>,
    /// Whether all reports go into one file.
    pub(super) one_file: bool,
    /// The unit's own Word file, which takes the place of outline and preset.
    pub(super) template: Option<&'a Path>,
    pub(super) formats: &'a [ReportFormat],
    /// Whether reports are only named, for the links of a workbook, and none is written.
    pub(super) only_named: bool,
}

/// Writes the reports on self-evaluated projects below a folder of the output folder: one a project, or one a unit, as
/// the outline has it.
pub(super) struct Reports<'a> {
    maker: Maker,
    one_file: bool,
    only_named: bool,
    formats: &'a [ReportFormat],
    output: &'a dyn Output,
    /// The folder of the reports, with `/` at its end; `""` for the output folder itself.
    folder: &'static str,
    names: Names,
}

/// What makes a report of a project.
enum Maker {
    Outline { narrator: Box<Narrator>, docx: Box<Docx> },
    Word(WordTemplate),
}

impl<'a> Reports<'a> {
    /// Prepares what all reports have in common.
    pub(super) fn new(
        context: &Context,
        wanted: &Wanted<'a>,
        output: &'a dyn Output,
        folder: &'static str,
    ) -> Result<Self, Failure> {
        let maker = match wanted.template {
            Some(template) => {
                let shown = template.display().to_string();
                let bytes = std::fs::read(template).map_err(|cause| {
                    Failure::usage(format!("{shown}：{}", t!("cli.cannot_open", cause = cause)))
                })?;
                Maker::Word(WordTemplate::new(bytes, &shown, &Fields::load(&context.templates)?)?)
            }
            None => Maker::Outline {
                narrator: Box::new(Narrator::new(&context.templates, outline(context, wanted.outline)?)?),
                docx: Box::new(docx(context, wanted.document)?),
            },
        };
        let one_file = wanted.one_file && wanted.template.is_none();
        let &Wanted { formats, only_named, .. } = wanted;
        Ok(Self { maker, one_file, only_named, formats, output, folder, names: Names::default() })
    }

    /// Whether a report needs all projects of the run at hand, rather than its own alone.
    pub(super) fn need_all(&self) -> bool {
        let of_unit = match &self.maker {
            Maker::Outline { narrator, .. } => narrator.outline().head.scope == Scope::Unit,
            Maker::Word(_) => false,
        };
        of_unit || self.one_file
    }

    /// Writes the reports on some projects. Each project gets the report that it stands in; other forms have nothing
    /// to report yet. Reports that need all projects must be written at once.
    pub(super) fn write(&mut self, projects: &[Assessed]) -> Result<Vec<Option<Report>>, Failure> {
        let Self { maker, formats, output, folder, names, .. } = self;
        let (narrator, docx) = match maker {
            Maker::Word(template) => return write_by_template(projects, template, *output, folder, names),
            Maker::Outline { narrator, docx } => (&**narrator, &**docx),
        };
        let of_unit = narrator.outline().head.scope == Scope::Unit;
        let documents: Vec<(String, Vec<usize>)> = if of_unit {
            by_unit(projects.iter().map(|assessed| assessed.project.subject()))
                .into_iter()
                .map(|(name, members)| (names.give(&t!("cli.unit_report", unit = name)), members))
                .collect()
        } else {
            (0..projects.len())
                .filter(|i| projects[*i].project.kind == Kind::SelfEvaluation)
                .map(|i| (names.give(projects[i].project.name.text()), vec![i]))
                .collect()
        };
        let render = |members: &[usize]| -> jixiao::Result<Document> {
            if of_unit {
                narrator.unit_document(&members.iter().map(|i| &projects[*i]).collect::<Vec<_>>())
            } else {
                narrator.document(&projects[members[0]])
            }
        };
        let put = |stem: &str, content: &Content<'_>| -> Result<String, Failure> {
            let mut file = None;
            for format in *formats {
                let name = format!("{folder}{stem}.{}", format.ending());
                output.write(&name, &content.written(*format, docx)?)?;
                file.get_or_insert(name);
            }
            Ok(file.unwrap_or_default())
        };
        let written: Vec<(Vec<usize>, Report)> = if self.only_named {
            let ending = formats.first().map_or("", |format| format.ending());
            let named = |stem| Report { file: format!("{folder}{stem}.{ending}"), gaps: Vec::new() };
            documents.into_iter().map(|(stem, members)| (members, named(stem))).collect()
        } else if self.one_file && !documents.is_empty() {
            let (members, chapters): (Vec<_>, Vec<_>) = documents
                .into_par_iter()
                .map(|(stem, members)| Ok((render(&members)?, stem, members)))
                .collect::<jixiao::Result<Vec<_>>>()?
                .into_iter()
                .map(|(document, stem, members)| (members, (stem, document)))
                .unzip();
            let file = put(&t!("cli.book"), &Content::Book(&chapters))?;
            let gaps = chapters.iter().map(|(name, document)| {
                let gaps = gaps(document).into_iter();
                gaps.map(|gap| format!("{name}：{gap}")).collect()
            });
            let of_file = |gaps| Report { file: file.clone(), gaps };
            members.into_iter().zip(gaps.map(of_file)).collect()
        } else {
            documents
                .into_par_iter()
                .map(|(stem, members)| {
                    let document = render(&members)?;
                    let file = put(&stem, &Content::Report(&document))?;
                    Ok((members, Report { file, gaps: gaps(&document) }))
                })
                .collect::<Result<_, Failure>>()?
        };
        let mut reports: Vec<Option<Report>> = projects.iter().map(|_| None).collect();
        for (members, report) in written {
            for (place, i) in members.into_iter().enumerate() {
                // The gaps of a report on several projects are told once.
                let gaps = if place == 0 { report.gaps.clone() } else { Vec::new() };
                reports[i] = Some(Report { file: report.file.clone(), gaps });
            }
        }
        Ok(reports)
    }
}

/// Fills the unit's own Word file for every self-evaluated project.
fn write_by_template(
    projects: &[Assessed],
    template: &WordTemplate,
    output: &dyn Output,
    folder: &str,
    names: &mut Names,
) -> Result<Vec<Option<Report>>, Failure> {
    let stems: Vec<Option<String>> = projects
        .iter()
        .map(|assessed| &assessed.project)
        .map(|own| (own.kind == Kind::SelfEvaluation).then(|| names.give(own.name.text())))
        .collect();
    projects
        .par_iter()
        .zip(stems)
        .map(|(assessed, stem)| {
            let Some(stem) = stem else { return Ok(None) };
            let filled = template.fill(assessed)?;
            let file = format!("{folder}{stem}.docx");
            output.write(&file, &filled.bytes)?;
            Ok(Some(Report { file, gaps: filled.gaps }))
        })
        .collect()
}

/// The self-evaluated projects of each unit and year, in the order of their first ones, with the unit's name.
pub(super) fn by_unit<'a>(projects: impl IntoIterator<Item = Subject<'a>>) -> Vec<(&'a str, Vec<usize>)> {
    let mut units: IndexMap<_, (&str, Vec<usize>)> = IndexMap::new();
    for (i, project) in projects.into_iter().enumerate() {
        if project.kind == Kind::SelfEvaluation {
            let name = project.unit.or(project.department).unwrap_or_default();
            let unit = units.entry((compact(name), project.year)).or_insert_with(|| (name, Vec::new()));
            unit.1.push(i);
        }
    }
    units.into_values().collect()
}

/// The outline of an id, or of a file.
pub(super) fn outline(context: &Context, wanted: Option<&str>) -> Result<Outline, Failure> {
    let wanted = wanted.unwrap_or(OUTLINE);
    let file = Path::new(wanted);
    if file.extension().is_none() || !file.is_file() {
        return Ok(Outline::find(&context.templates, wanted)?);
    }
    Ok(Outline::parse(wanted, &text_of(wanted)?)?)
}

/// The writer of .docx by a preset: its id or its file, else that of `jixiao.toml`, else the usual one.
pub(super) fn docx(context: &Context, wanted: Option<&str>) -> Result<Docx, Failure> {
    let wanted = wanted.or(context.document.as_deref()).unwrap_or(PRESET);
    let file = Path::new(wanted);
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let Some(own) = stem.filter(|_| file.extension().is_some() && file.is_file()) else {
        return Ok(Docx::new(&Preset::find(&context.templates, wanted)?)?);
    };
    let mut templates = context.templates.clone();
    templates.insert(format!("{FOLDER}/{own}.toml"), text_of(wanted)?);
    Ok(Docx::new(&Preset::find(&templates, &own)?)?)
}

fn text_of(file: &str) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|cause| Failure::usage(format!("{file}：{}", t!("cli.cannot_open", cause = cause))))
}

/// What goes into one file.
enum Content<'a> {
    Report(&'a Document),
    /// Several reports, each with its name.
    Book(&'a [(String, Document)]),
}

impl Content<'_> {
    fn written(&self, format: ReportFormat, docx: &Docx) -> jixiao::Result<Vec<u8>> {
        let joined = |write: fn(&Document) -> String| match self {
            Self::Report(document) => write(document).into_bytes(),
            Self::Book(chapters) => {
                let texts: Vec<String> = chapters.iter().map(|(_, document)| write(document)).collect();
                texts.join("\n\n").into_bytes()
            }
        };
        match (format, self) {
            (ReportFormat::Docx, Self::Report(document)) => docx.write(document),
            (ReportFormat::Docx, Self::Book(chapters)) => docx.write_book(chapters),
            (ReportFormat::Txt, _) => Ok(joined(text::write)),
            (ReportFormat::Md, _) => Ok(joined(markdown::write)),
        }
    }
}
