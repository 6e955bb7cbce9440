//! Formats of cells and the look of printed pages.

use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook, Worksheet, XlsxError,
};

use super::part::COMPRESSION;

/// The font of every cell.
const FONT: &str = "宋体";
/// Points.
const FONT_SIZE: f64 = 10.0;
/// What a row and a column measure by default in that font.
pub(super) const ROW_PIXELS: u32 = 17;
const COLUMN_PIXELS: u32 = 64;

pub(super) const TITLE_HEIGHT: f64 = 27.0;
/// Points of a line of text, of the room above and below, and the most that a row may have.
const LINE_HEIGHT: f64 = 13.0;
const ROW_MARGIN: f64 = 5.0;
const MAX_HEIGHT: f64 = 409.0;
const A4: u8 = 9;
/// The row of a workbook's first sheet that shows a cell of each look, and is taken out at the end.
const SHOWN: u32 = 9;
const BORDER: u32 = 0xA6A6A6;
const HEAD_FILL: u32 = 0xD9E2F3;
const FOOT_FILL: u32 = 0xF2F2F2;
const ERROR_FILL: u32 = 0xFBE0DC;

/// What a cell holds, as far as its look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Text,
    Center,
    Link,
    /// 万元
    Money,
    /// A fraction of 1.
    Rate,
    Points,
    Count,
    /// A count that asks for attention.
    Flagged,
    Error,
    Warning,
    Note,
    /// A rate that asks for attention.
    FlaggedRate,
}

impl Face {
    const ALL: [Self; 12] = [
        Self::Text,
        Self::Center,
        Self::Link,
        Self::Money,
        Self::Rate,
        Self::Points,
        Self::Count,
        Self::Flagged,
        Self::Error,
        Self::Warning,
        Self::Note,
        Self::FlaggedRate,
    ];

    fn format(self, cell: Format) -> Format {
        let center = || cell.clone().set_align(FormatAlign::Center);
        let number = |shown: &str| cell.clone().set_align(FormatAlign::Right).set_num_format(shown);
        let coloured = |colour: u32| center().set_font_color(Color::RGB(colour));
        match self {
            Self::Text => cell.set_align(FormatAlign::Left).set_text_wrap(),
            Self::Center => center().set_text_wrap(),
            Self::Link => cell
                .set_align(FormatAlign::Left)
                .set_text_wrap()
                .set_font_color(Color::RGB(0x0563C1))
                .set_underline(FormatUnderline::Single),
            Self::Money => number("#,##0.00####"),
            Self::Rate => number("0.00%"),
            Self::Points => number("0.00"),
            Self::Count => center().set_num_format("0"),
            Self::Flagged => center().set_num_format("0").set_background_color(Color::RGB(ERROR_FILL)),
            Self::Error => coloured(0xC00000).set_bold(),
            Self::Warning => coloured(0xB45F06),
            Self::Note => coloured(0x44546A),
            Self::FlaggedRate => number("0.00%").set_background_color(Color::RGB(ERROR_FILL)),
        }
    }
}

/// The look of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Title,
    /// A line above the head.
    Note,
    Head,
    Body(Face),
    /// Below the rows, of sums and means.
    Foot(Face),
}

impl Look {
    /// Every look, in the order of their places.
    fn all() -> impl Iterator<Item = Self> {
        let faces = |look: fn(Face) -> Self| Face::ALL.into_iter().map(look);
        [Self::Title, Self::Note, Self::Head].into_iter().chain(faces(Self::Body)).chain(faces(Self::Foot))
    }

    const fn place(self) -> usize {
        match self {
            Self::Title => 0,
            Self::Note => 1,
            Self::Head => 2,
            Self::Body(face) => 3 + face as usize,
            Self::Foot(face) => 3 + Face::ALL.len() + face as usize,
        }
    }

    fn format(self) -> Format {
        let plain = base().set_align(FormatAlign::VerticalCenter);
        let cell = plain.clone().set_border(FormatBorder::Thin).set_border_color(Color::RGB(BORDER));
        let fill = |colour: u32| cell.clone().set_background_color(Color::RGB(colour)).set_bold();
        match self {
            Self::Title => plain.set_align(FormatAlign::Center).set_font_size(16.0).set_bold(),
            Self::Note => plain.set_align(FormatAlign::Left),
            Self::Head => fill(HEAD_FILL).set_align(FormatAlign::Center).set_text_wrap(),
            Self::Body(face) => face.format(cell),
            Self::Foot(face) => face.format(fill(FOOT_FILL)),
        }
    }
}

/// That of cells that nobody has formatted.
fn base() -> Format {
    Format::new().set_font_name(FONT).set_font_size(FONT_SIZE)
}

/// A workbook without sheets, in the font of the summary.
pub(super) fn workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(COMPRESSION);
    workbook.set_default_format(&base(), ROW_PIXELS, COLUMN_PIXELS)?;
    Ok(workbook)
}

/// The formats of a workbook, and the numbers by which its cells name them.
#[derive(Debug)]
pub(super) struct Styles {
    formats: Vec<Format>,
    numbers: Vec<String>,
}

impl Styles {
    pub(super) fn new() -> Self {
        // The crate numbers formats as they are first used; 0 is that of cells without one.
        let numbers = (1..).map(|number: usize| number.to_string());
        Self {
            formats: Look::all().map(Look::format).collect(),
            numbers: numbers.take(Look::all().count()).collect(),
        }
    }

    /// Puts a cell of each look on a workbook's first sheet, before any other: so a look has the same number in every
    /// workbook.
    pub(super) fn show(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (col, format) in (0..).zip(&self.formats) {
            sheet.write_blank(SHOWN, col, format)?;
        }
        Ok(())
    }

    /// Whether the looks that stand on a workbook's first sheet have these numbers.
    pub(super) fn are_those_of(&self, first_sheet: &str) -> bool {
        self.numbers == shown(first_sheet)
    }

    pub(super) fn format(&self, look: Look) -> &Format {
        &self.formats[look.place()]
    }

    /// The number of a look's format.
    pub(super) fn number(&self, look: Look) -> &str {
        self.numbers.get(look.place()).map_or("0", String::as_str)
    }
}

/// The numbers of the formats of the row on which looks are shown.
fn shown(sheet: &str) -> Vec<String> {
    let row = sheet.split_once(&format!("<row r=\"{}\"", SHOWN + 1)).map_or("", |(_, row)| row);
    let row = row.split_once("</row>").map_or("", |(row, _)| row);
    let numbers = row.split(" s=\"").skip(1).filter_map(|cell| cell.split_once('"'));
    numbers.map(|(number, _)| number.to_owned()).collect()
}

/// Writes the title over the sheet's columns.
pub(super) fn title(
    sheet: &mut Worksheet,
    styles: &Styles,
    text: &str,
    last_col: u16,
) -> Result<(), XlsxError> {
    sheet.merge_range(0, 0, 0, last_col, text, styles.format(Look::Title))?;
    sheet.set_row_height(0, TITLE_HEIGHT)?;
    Ok(())
}

/// The height of a row of so many lines of text, points.
pub(super) fn row_height(lines: usize) -> f64 {
    (lines as f64 * LINE_HEIGHT + ROW_MARGIN).min(MAX_HEIGHT)
}

/// A height in points as a sheet keeps it: that of whole pixels.
pub(super) fn as_kept(height: f64) -> String {
    ((height * 4.0 / 3.0).round() * 0.75).to_string()
}

/// Lays the sheet out for A4 on its side, all columns on one page's width, the rows down to `head` on every page.
pub(super) fn page(sheet: &mut Worksheet, head: Option<u32>) -> Result<(), XlsxError> {
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_print_center_horizontally(true);
    sheet.set_footer("&C第 &P 页，共 &N 页");
    if let Some(head) = head {
        sheet.set_repeat_rows(0, head)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::package;
    use super::*;

    #[test]
    fn every_look_has_its_place_and_a_number_of_its_own() {
        for (i, look) in Look::all().enumerate() {
            assert_eq!(look.place(), i, "{look:?}");
        }
        let styles = Styles::new();
        let mut workbook = workbook().unwrap();
        styles.show(workbook.add_worksheet()).unwrap();
        let first_sheet = package::sheet(&workbook.save_to_buffer().unwrap(), 0).unwrap();
        assert!(styles.are_those_of(&first_sheet), "{first_sheet}");
    }

    #[test]
    fn heights_are_those_of_whole_pixels() {
        let kept = |lines| as_kept(row_height(lines));
        assert_eq!([1, 2, 3, 100].map(kept), ["18", "30.75", "44.25", "408.75"]);
    }
}
