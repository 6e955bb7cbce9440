//! Formats of cells and the look of printed pages.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet, XlsxError};

/// The font of every cell.
pub(super) const FONT: &str = "宋体";
/// Points.
pub(super) const FONT_SIZE: f64 = 10.0;
/// What a row and a column measure by default in that font.
pub(super) const ROW_PIXELS: u32 = 17;
pub(super) const COLUMN_PIXELS: u32 = 64;

const TITLE_HEIGHT: f64 = 27.0;
/// Points of a line of text, of the room above and below, and the most that a row may have.
const LINE_HEIGHT: f64 = 13.0;
const ROW_MARGIN: f64 = 5.0;
const MAX_HEIGHT: f64 = 409.0;
const A4: u8 = 9;
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

/// The formats of a workbook.
#[derive(Debug)]
pub(super) struct Styles {
    pub(super) title: Format,
    /// That of cells that nobody has formatted.
    pub(super) base: Format,
    pub(super) note: Format,
    pub(super) head: Format,
    body: Vec<Format>,
    foot: Vec<Format>,
}

impl Styles {
    pub(super) fn new(base: &Format) -> Self {
        let cell = base
            .clone()
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(BORDER));
        let fill = |colour: u32| cell.clone().set_background_color(Color::RGB(colour)).set_bold();
        let all = |cell: &Format| Face::ALL.map(|face| face.format(cell.clone())).to_vec();
        let plain = base.clone().set_align(FormatAlign::VerticalCenter);
        Self {
            base: base.clone(),
            title: plain.clone().set_align(FormatAlign::Center).set_font_size(16.0).set_bold(),
            note: plain.set_align(FormatAlign::Left),
            head: fill(HEAD_FILL).set_align(FormatAlign::Center).set_text_wrap(),
            body: all(&cell),
            foot: all(&fill(FOOT_FILL)),
        }
    }

    pub(super) fn body(&self, face: Face) -> &Format {
        &self.body[face as usize]
    }

    pub(super) fn foot(&self, face: Face) -> &Format {
        &self.foot[face as usize]
    }
}

/// Writes the title over the sheet's columns.
pub(super) fn title(
    sheet: &mut Worksheet,
    styles: &Styles,
    text: &str,
    last_col: u16,
) -> Result<(), XlsxError> {
    sheet.merge_range(0, 0, 0, last_col, text, &styles.title)?;
    sheet.set_row_height(0, TITLE_HEIGHT)?;
    Ok(())
}

/// Writes a line of its own over the sheet's columns, above the head.
pub(super) fn note(
    sheet: &mut Worksheet,
    styles: &Styles,
    line: u32,
    text: &str,
    last_col: u16,
) -> Result<(), XlsxError> {
    sheet.merge_range(line, 0, line, last_col, text, &styles.note)?;
    sheet.set_row_height(line, row_height(1))?;
    Ok(())
}

/// The height of a row of so many lines of text, points.
pub(super) fn row_height(lines: usize) -> f64 {
    (lines as f64 * LINE_HEIGHT + ROW_MARGIN).min(MAX_HEIGHT)
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
    use super::*;

    #[test]
    fn every_face_has_its_place() {
        for (i, face) in Face::ALL.into_iter().enumerate() {
            assert_eq!(face as usize, i, "{face:?}");
        }
    }
}
