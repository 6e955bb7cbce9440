//! Copies of workbooks in which the faulty cells are coloured and bear notes that say what is wrong.
//!
//! A copy is patched, not written anew: the sheets' parts take other formats at the faulty cells, the styles
//! take the coloured formats, and the notes are two parts of each sheet. Everything else is the original's, byte
//! for byte.

mod comments;
mod shapes;
mod sheet;
mod sizes;
mod styles;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use super::package::workbook::Workbook;
use super::package::{Package, Relations, xml};
use crate::error::{Error, Result};
use crate::grid::Format;
use crate::model::{Address, Finding, Level};
use crate::write::findings::level_name;
use shapes::Extent;
use styles::Styles;

const STYLES: &str = "xl/styles.xml";
const COMMENTS_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const STYLES_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
const DRAWING_TYPE: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";

/// The width of a note's box, and what of it is text, in pixels.
const NOTE_WIDTH: u32 = 300;
const TEXT_WIDTH: u32 = 280;
/// Half a Chinese character, and a line, of a note's text.
const HALF_WIDTH: u32 = 6;
const LINE: u32 = 16;
/// A note's box is no higher; longer texts are scrolled.
const NOTE_HEIGHT: u32 = 640;
/// A cell's note holds no more characters.
const NOTE_LENGTH: usize = 30_000;

/// What is wrong with a sheet's cells: the gravest level and the text of the note of each.
#[derive(Default)]
struct Faults {
    levels: BTreeMap<Address, Level>,
    notes: BTreeMap<Address, String>,
}

/// Makes the copy of an .xlsx, .xlsm or .xltx workbook in which each cell with findings is coloured by the gravest
/// of them and has a note with their texts. Notes that the workbook has already stay.
///
/// Findings without a cell, and those of sheets that the workbook has not, are left out. The cell of a finding
/// in a merged area is the area's first.
///
/// # Errors
/// Those of [`Format::of`]; [`Error::Write`] if the workbook is of another container; [`Error::Damaged`] if one
/// of the parts to be changed is missing or no XML in UTF-8.
pub fn annotate(workbook: &[u8], findings: &[Finding]) -> Result<Vec<u8>> {
    // It also refuses what would inflate to more than a form can need.
    if Format::of(workbook)? != Format::Xlsx {
        return Err(Error::Write { what: "批注", cause: t!("annotate.other_container").into_owned() });
    }
    let mut package = Package::open(workbook)?;
    let mut book = Book::read(&mut package)?;
    for (sheet, faults) in by_sheet(findings) {
        if let Some(part) = book.sheets.get(sheet).cloned() {
            book.annotate(&mut package, &part, &faults)?;
        }
    }
    book.save(&mut package)?;
    package.finish()
}

/// The findings at cells, sheet by sheet.
fn by_sheet(findings: &[Finding]) -> BTreeMap<&str, Faults> {
    let mut sheets: BTreeMap<&str, Faults> = BTreeMap::new();
    for finding in findings {
        let (Some(sheet), Some(cell)) = (&finding.sheet, finding.cell) else { continue };
        if cell.row > sizes::LAST.row || cell.col > sizes::LAST.col {
            continue;
        }
        let faults = sheets.entry(sheet).or_default();
        let level = faults.levels.entry(cell).or_insert(finding.level);
        *level = finding.level.max(*level);
        let (note, text) = (faults.notes.entry(cell).or_default(), text(finding));
        if note.split("\n\n").any(|told| told == text) {
            continue;
        }
        let gap = if note.is_empty() { "" } else { "\n\n" };
        let room = NOTE_LENGTH.saturating_sub(note.chars().count());
        note.extend(gap.chars().chain(text.chars()).take(room));
    }
    sheets
}

/// What a note says of a finding.
fn text(finding: &Finding) -> String {
    let level = level_name(finding.level);
    let mut text = format!("[{level}] {}　{}", finding.code, finding.message);
    if !finding.hint.is_empty() {
        text += &format!("\n{}：{}", t!("cli.hint"), finding.hint);
    }
    text
}

/// The pixels that a note's text takes.
fn extent(text: &str) -> Extent {
    let lines: u32 = text
        .lines()
        .map(|line| {
            let width = u32::try_from(line.width()).unwrap_or(u32::MAX).saturating_mul(HALF_WIDTH);
            width.div_ceil(TEXT_WIDTH).max(1)
        })
        .fold(1, u32::saturating_add);
    Extent { width: NOTE_WIDTH, height: lines.saturating_mul(LINE).min(NOTE_HEIGHT) }
}

/// What the workbook's own part tells of the others.
struct Book {
    relations: Relations,
    /// The sheets' parts by their names.
    sheets: IndexMap<String, String>,
    /// The namespace of relations between the document's parts: that of the strict format differs.
    namespace: String,
    styles: Styles,
    /// The part of the styles, if there is one.
    styles_part: Option<String>,
}

impl Book {
    fn read(package: &mut Package<'_>) -> Result<Self> {
        let Workbook { relations, sheets, namespace, main, .. } = Workbook::read(package)?;
        let styles_part = relations.first("styles").and_then(|relation| relation.target.clone());
        let styles_part = styles_part.filter(|part| package.has(part));
        let styles = match &styles_part {
            Some(part) => Styles::read(package.required(part)?)?,
            None => Styles::none(&main)?,
        };
        Ok(Self { relations, sheets, namespace, styles, styles_part })
    }

    /// Colours the faulty cells of a sheet and gives them notes.
    fn annotate(&mut self, package: &mut Package<'_>, part: &str, faults: &Faults) -> Result<()> {
        let text = package.required(part)?;
        let mut relations = Relations::of(package, part)?;
        let fresh = relations.fresh_id();
        let sheet = sheet::color(&text, &faults.levels, &mut self.styles, (&self.namespace, &fresh))?;

        let number = package.fresh_number("xl/drawings/vmlDrawing", ".vml");
        let drawing = match &sheet.drawing {
            Some(id) => relations.by_id(id).and_then(|relation| relation.target.clone()),
            None => {
                let drawing = format!("xl/drawings/vmlDrawing{number}.vml");
                relations.add(&self.namespace, "vmlDrawing", &drawing)?;
                Some(drawing)
            }
        };
        let drawing = drawing.ok_or_else(|| xml::damaged("a sheet whose drawing is missing"))?;
        let boxes = faults.notes.iter().map(|(at, text)| (*at, extent(text))).collect();
        let shapes = match package.text(&drawing)? {
            Some(shapes) => shapes,
            None => {
                package.declare_ending("vml", DRAWING_TYPE)?;
                shapes::none(number, faults.notes.len())
            }
        };
        package.put(&drawing, shapes::extend(&shapes, &boxes, &sheet.sizes, number)?);

        let comments = match relations.first("comments").and_then(|relation| relation.target.clone()) {
            Some(comments) => comments,
            None => {
                let number = package.fresh_number("xl/comments", ".xml");
                let comments = format!("xl/comments{number}.xml");
                relations.add(&self.namespace, "comments", &comments)?;
                comments
            }
        };
        let texts = match package.text(&comments)? {
            Some(texts) => texts,
            None => {
                package.declare(&comments, COMMENTS_TYPE)?;
                comments::none(&sheet.namespace)
            }
        };
        package.put(&comments, comments::extend(&texts, &faults.notes)?);

        relations.save(package);
        package.put(part, sheet.text);
        Ok(())
    }

    /// Writes the coloured formats.
    fn save(mut self, package: &mut Package<'_>) -> Result<()> {
        let Some(text) = self.styles.finish() else { return Ok(()) };
        if let Some(part) = self.styles_part {
            package.put(&part, text);
            return Ok(());
        }
        self.relations.add(&self.namespace, "styles", STYLES)?;
        self.relations.save(package);
        package.declare(STYLES, STYLES_TYPE)?;
        package.put(STYLES, text);
        Ok(())
    }
}
