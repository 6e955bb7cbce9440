//! What a report looks like on paper: the figures of `templates/documents/<id>.toml`.

use std::fmt::Display;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::error::{self, Error};
use crate::templates::Templates;

/// The folder of the presets.
pub const FOLDER: &str = "documents";

/// A page layout and the type set on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The layout's name for people.
    pub name: String,
    /// What it rests on.
    pub basis: String,
    /// The face of Latin letters and digits everywhere but in the page number.
    pub latin_face: String,
    /// The paper.
    pub page: Page,
    /// Prose, and what says nothing else.
    pub body: Body,
    /// The report's title.
    pub title: Title,
    /// Headings of depth 1 to 4; their line pitch and indent are the body's.
    pub headings: [Heading; 4],
    /// What stands above a table.
    pub caption: Caption,
    /// Tables.
    pub table: TableType,
    /// The line that lists attachments.
    pub attachments: Attachments,
    /// The signature and the date.
    pub signature: Signature,
    /// The page number, with a dash on both sides.
    pub page_number: PageNumber,
    /// The face to take where a machine lacks one, by the name of the missing face.
    #[serde(default)]
    pub fallbacks: IndexMap<String, String>,
}

/// The paper and its margins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The paper's width, mm.
    pub width_mm: Mm,
    /// The paper's height, mm.
    pub height_mm: Mm,
    /// From the paper's upper edge to the text, mm.
    pub margin_top_mm: Mm,
    /// From the text to the paper's lower edge, mm.
    pub margin_bottom_mm: Mm,
    /// From the paper's left edge to the text, mm.
    pub margin_left_mm: Mm,
    /// From the text to the paper's right edge, mm.
    pub margin_right_mm: Mm,
    /// From the paper's upper edge to the header, mm.
    pub header_mm: Mm,
    /// From the footer's lower edge to the paper's, mm.
    pub footer_mm: Mm,
    /// How many characters of the body's size fill a line; their pitch is made to fit.
    pub line_characters: Count,
}

/// Prose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The Chinese face.
    pub face: String,
    /// The size of the type, pt.
    pub size_pt: Pt,
    /// From one line to the next, exactly, pt.
    pub line_pitch_pt: Pt,
    /// The indent of a paragraph's first line, characters.
    pub first_line_indent_characters: Count,
}

/// The report's title.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// The Chinese face.
    pub face: String,
    /// The size of the type, pt.
    pub size_pt: Pt,
    /// From one line to the next, exactly, pt.
    pub line_pitch_pt: Pt,
    /// The space below, pt.
    pub space_after_pt: Pt,
    /// Whether it is bold.
    pub bold: bool,
}

/// Headings of one depth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// The Chinese face.
    pub face: String,
    /// The size of the type, pt.
    pub size_pt: Pt,
    /// Whether they are bold.
    pub bold: bool,
}

/// What stands above a table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caption {
    /// The Chinese face.
    pub face: String,
    /// The size of the type, pt.
    pub size_pt: Pt,
}

/// Tables.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableType {
    /// The Chinese face of the rows.
    pub face: String,
    /// The Chinese face of the head row.
    pub head_face: String,
    /// The size of the type, pt.
    pub size_pt: Pt,
    /// From one line to the next, in lines of the face's own height.
    pub line_spacing_lines: Lines,
    /// From a cell's left and right border to its words, mm.
    pub cell_padding_mm: Mm,
    /// Which lines are drawn.
    pub rules: Rules,
    /// How thick the outer lines are, pt; Word knows eighths.
    pub border_pt: Pt,
    /// How thick the inner lines are, pt.
    pub inner_border_pt: Pt,
}

/// The lines of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rules {
    /// Around every cell.
    Grid,
    /// Above and below the table, and below its head.
    ThreeLines,
}

/// The line that lists attachments: flush left with an indent, below the body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// The space to its left, characters of the body.
    pub left_indent_characters: Count,
    /// The space between the body and it, pt.
    pub space_before_pt: Pt,
}

/// The signature and the date: flush right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The space to their right, characters of the body.
    pub right_indent_characters: Count,
    /// The space between the body and the first of them, pt.
    pub space_before_pt: Pt,
}

/// The page number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageNumber {
    /// The face of its digits and dashes.
    pub face: String,
    /// The size of the type, pt.
    pub size_pt: Pt,
    /// Where it stands.
    pub place: Place,
    /// The space between it and the text's edge where it is not centred, characters of its own size.
    pub indent_characters: Count,
}

/// Where page numbers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// On the right of odd pages, on the left of even ones.
    Outer,
    /// In the middle.
    Center,
}

/// A length in millimetres, from 0 to 500.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Mm(f64);

/// A length in points (1/72 inch), from 0 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Pt(f64);

/// A number of lines, from 0.5 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Lines(f64);

/// A number of characters, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Count(i64);

impl Preset {
    /// Reads `documents/ID.toml`. A file with `base` only says what differs from that preset.
    ///
    /// # Errors
    /// [`Error::Template`] if there is no such preset, with the ids of those there are, or with what is wrong in it.
    pub fn find(templates: &Templates, id: &str) -> error::Result<Self> {
        let wrong = |cause: String| Error::Template { path: format!("{FOLDER}/{id}.toml"), cause };
        let preset: Self = templates.whole(FOLDER, id)?;
        let page = &preset.page;
        let room = page.height_mm.0 - page.margin_top_mm.0 - page.margin_bottom_mm.0;
        if preset.text_width() < Mm(20.0).twips() || room < 20.0 {
            return Err(wrong("[page] margin_*_mm: < 20 mm".to_owned()));
        }
        if preset.sizes().any(|size| size.0 < 1.0) || page.line_characters.0 < 1 {
            return Err(wrong("size_pt, line_pitch_pt, line_characters: < 1".to_owned()));
        }
        Ok(preset)
    }

    /// The width between the left and the right margin, twips.
    pub(super) fn text_width(&self) -> i64 {
        let page = &self.page;
        page.width_mm.twips() - page.margin_left_mm.twips() - page.margin_right_mm.twips()
    }

    /// By how much characters stand farther apart than their size, 1/4096 pt; negative where they stand
    /// closer. Rounded down, so that a full line of characters fits.
    pub(super) fn character_space(&self) -> i64 {
        let pitch_pt = self.text_width() as f64 / 20.0 / self.page.line_characters.0 as f64;
        ((pitch_pt - self.body.size_pt.0) * 4096.0).floor() as i64
    }

    fn sizes(&self) -> impl Iterator<Item = Pt> {
        let headings = self.headings.iter().map(|heading| heading.size_pt);
        let sizes = [self.body.size_pt, self.title.size_pt, self.caption.size_pt, self.table.size_pt];
        let pitches = [self.body.line_pitch_pt, self.title.line_pitch_pt, self.page_number.size_pt];
        headings.chain(sizes).chain(pitches)
    }
}

impl Mm {
    /// In twentieths of a point.
    pub(super) fn twips(self) -> i64 {
        (self.0 / 25.4 * 1440.0).round() as i64
    }
}

impl Pt {
    /// In twentieths of a point.
    pub(super) fn twips(self) -> i64 {
        (self.0 * 20.0).round() as i64
    }

    /// In halves of a point, as sizes of type are written.
    pub(super) fn halves(self) -> i64 {
        (self.0 * 2.0).round() as i64
    }

    /// In eighths of a point, as borders are written.
    pub(super) fn eighths(self) -> i64 {
        (self.0 * 8.0).round() as i64
    }
}

impl Lines {
    /// In 240ths of a line.
    pub(super) fn line_parts(self) -> i64 {
        (self.0 * 240.0).round() as i64
    }
}

impl Count {
    pub(super) const TWO: Self = Self(2);
    pub(super) const THREE: Self = Self(3);

    /// In hundredths of a character.
    pub(super) fn hundredths(self) -> i64 {
        self.0 * 100
    }

    /// The width of so many characters of a size, twips.
    pub(super) fn twips_of(self, size: Pt) -> i64 {
        self.0 * size.twips()
    }
}

impl TryFrom<f64> for Mm {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        within(value, 0.0, 500.0).map(Self)
    }
}

impl TryFrom<f64> for Pt {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        within(value, 0.0, 200.0).map(Self)
    }
}

impl TryFrom<f64> for Lines {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        within(value, 0.5, 5.0).map(Self)
    }
}

impl TryFrom<i64> for Count {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        within(value, 0, 100).map(Self)
    }
}

fn within<T: PartialOrd + Display + Copy>(value: T, least: T, most: T) -> Result<T, String> {
    if (&least..=&most).contains(&&value) { Ok(value) } else { Err(format!("{value}: {least} … {most}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_standard_has_22_lines_of_28_characters() {
        let preset = Preset::find(&Templates::default(), "gbt9704").unwrap();
        assert_eq!(preset.text_width(), 8845);
        assert_eq!(preset.character_space(), -842);
        assert_eq!(preset.body.line_pitch_pt.twips(), 579);
        let height = [preset.page.margin_top_mm, preset.page.margin_bottom_mm]
            .iter()
            .fold(preset.page.height_mm.twips(), |rest, margin| rest - margin.twips());
        assert_eq!(height / 579, 22);
    }

    #[test]
    fn a_wrong_preset_is_refused_with_its_place() {
        for (from, to, expected) in [
            ("size_pt = 22", "size_pt = 2200", "2200: 0 … 200"),
            ("size_pt = 22", "size_pt = nan", "NaN: 0 … 200"),
            ("size_pt = 22", "size_pt = 0", "size_pt"),
            ("bold = false", "blod = false", "blod"),
            ("[signature]", "[signatures]", "signatures"),
            ("margin_left_mm = 28", "margin_left_mm = 180", "margin_*_mm"),
            ("first_line_indent_characters = 2", "first_line_indent_characters = -1", "-1: 0 … 100"),
        ] {
            let mut templates = Templates::default();
            let whole = templates.get("documents/gbt9704.toml").unwrap().to_owned();
            let text = whole.replacen(from, to, 1);
            assert_ne!(text, whole, "{from}");
            templates.insert("documents/own.toml".to_owned(), text);
            match Preset::find(&templates, "own") {
                Err(Error::Template { path, cause }) => {
                    assert!(path == "documents/own.toml" && cause.contains(expected), "{path}: {cause}");
                }
                other => panic!("{to}: {other:?}"),
            }
        }
    }
}
