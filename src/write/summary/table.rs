//! Cells and tables of columns.

use rust_decimal::{Decimal, RoundingStrategy};
use rust_xlsxwriter::{Format, Formula, Url, Worksheet, XlsxError};

use super::rows::Rows;
use super::style::{Face, Styles};
use crate::write::document::display_width;

/// UTF-16 units that a cell may hold.
const MAX_TEXT: usize = 32_767;
/// UTF-16 units that a link and its tip may have.
const MAX_LINK: usize = 2_080;
const MAX_TIP: usize = 255;

/// What is to stand in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Blank,
    Text(String),
    Number(Decimal),
    Formula { formula: String, result: String },
    Link { to: String, text: String, tip: String },
}

impl Cell {
    /// A text; nothing if it is empty.
    pub(super) fn text(text: &str) -> Self {
        match tidy(text) {
            text if text.is_empty() => Self::Blank,
            text => Self::Text(text),
        }
    }

    pub(super) fn number(number: Option<Decimal>) -> Self {
        number.map_or(Self::Blank, Self::Number)
    }

    pub(super) fn count(count: usize) -> Self {
        Self::Number(Decimal::from(count))
    }

    /// A formula and the number that it gives.
    pub(super) fn formula(formula: String, result: Decimal) -> Self {
        Self::Formula { formula, result: significant(result).to_string() }
    }

    /// A link; only its text if the address is longer than a workbook may hold.
    pub(super) fn link(to: String, text: &str, tip: &str) -> Self {
        let text = tidy(text);
        if to.encode_utf16().count() > MAX_LINK {
            return Self::Text(text);
        }
        Self::Link { to, text, tip: cut(tip, MAX_TIP).to_owned() }
    }

    /// The decimal number that stands in the cell itself.
    pub(super) const fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number that the cell shows.
    pub(super) fn result(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Formula { result, .. } => result.parse().ok(),
            _ => None,
        }
    }

    /// How wide it is in a look, in half-width characters.
    pub(super) fn width(&self, face: Face) -> usize {
        match (self, face) {
            (Self::Blank, _) => 0,
            (Self::Text(text) | Self::Link { text, .. }, _) => widest_line(text),
            (Self::Number(number), Face::Money) => {
                let whole = number.trunc().to_string().len();
                // Two more for the sum below, which may be longer and is bold.
                whole + whole / 3 + number.scale().clamp(2, 6) as usize + 3
            }
            (Self::Number(number), Face::Count | Face::Center) => number.to_string().len() + 1,
            (Self::Number(_) | Self::Formula { .. }, _) => 7,
        }
    }

    /// How many lines it takes in a column of a width.
    pub(super) fn lines(&self, width: f64) -> usize {
        match self {
            Self::Text(text) | Self::Link { text, .. } => lines_in(text, width),
            _ => 1,
        }
    }

    pub(super) fn put(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        col: u16,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Blank => sheet.write_blank(row, col, format)?,
            Self::Text(text) => sheet.write_string_with_format(row, col, text, format)?,
            Self::Number(number) => sheet.write_number_with_format(row, col, float(*number), format)?,
            Self::Formula { formula, result } => {
                let formula = Formula::new(formula).set_result(result);
                sheet.write_formula_with_format(row, col, formula, format)?
            }
            Self::Link { to, text, tip } => {
                sheet.write_url_with_options(row, col, Url::new(to), text, tip, Some(format))?
            }
        };
        Ok(())
    }

    /// Puts the value without a format of its own; whether it can be put so.
    pub(super) fn put_bare(&self, sheet: &mut Worksheet, row: u32, col: u16) -> Result<bool, XlsxError> {
        match self {
            Self::Text(text) => sheet.write_string(row, col, text)?,
            Self::Number(number) => sheet.write_number(row, col, float(*number))?,
            Self::Formula { formula, result } => {
                sheet.write_formula(row, col, Formula::new(formula).set_result(result))?
            }
            Self::Blank | Self::Link { .. } => return Ok(false),
        };
        Ok(true)
    }
}

/// A column of a table whose rows are made from `R`.
pub(super) struct Column<R> {
    pub(super) head: &'static str,
    /// The least and the greatest width, in characters.
    pub(super) width: (f64, f64),
    pub(super) face: Face,
    pub(super) value: fn(&R) -> Cell,
}

impl<R> Column<R> {
    /// A column by its head, its least and greatest width in characters, its face and what it shows.
    pub(super) const fn new(
        head: &'static str,
        width: (f64, f64),
        face: Face,
        value: fn(&R) -> Cell,
    ) -> Self {
        Self { head, width, face, value }
    }
}

/// Where a table stands: its columns from A on, its head row, and its rows right below.
pub(super) struct Table<'a, R> {
    pub(super) head: u32,
    pub(super) columns: &'a [Column<R>],
    pub(super) rows: &'a [R],
}

impl<R> Table<'_, R> {
    /// Writes the head and the rows, and gives what stands in them. `face` tells each cell's look.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        styles: &Styles,
        face: impl Fn(&R, &Column<R>) -> Face,
    ) -> Result<Vec<Vec<Cell>>, XlsxError> {
        let mut rows = Rows::new(self.head, self.columns);
        for row in self.rows {
            let cells = self.columns.iter().map(|column| ((column.value)(row), face(row, column)));
            rows.push(sheet, styles, cells.collect())?;
        }
        let written = rows.finish(sheet, styles)?;
        Ok(written.into_iter().map(|cells| cells.into_iter().map(|(cell, _)| cell).collect()).collect())
    }

    /// The last column.
    pub(super) fn last_col(&self) -> Option<u16> {
        u16::try_from(self.columns.len().checked_sub(1)?).ok()
    }
}

/// A float of the number's value; a spreadsheet has no exact decimals.
pub(super) fn float(number: Decimal) -> f64 {
    // Through text, which rounds once; the crate's own conversion may be off in the last digit.
    number.to_string().parse().unwrap_or_default()
}

/// The number to the 15 digits that a spreadsheet shows.
fn significant(number: Decimal) -> Decimal {
    number.round_sf_with_strategy(15, RoundingStrategy::MidpointAwayFromZero).unwrap_or(number).normalize()
}

/// How many lines a text takes in a column of that width.
pub(super) fn lines_in(text: &str, width: f64) -> usize {
    let room = (width as usize).saturating_sub(1).max(2);
    text.lines().map(|line| display_width(line).div_ceil(room).max(1)).sum()
}

fn widest_line(text: &str) -> usize {
    text.lines().map(display_width).max().unwrap_or(0)
}

/// The text without signs that a cell cannot show, and no longer than a cell may hold.
fn tidy(text: &str) -> String {
    let kept = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if text.chars().all(kept) {
        return cut(text.trim(), MAX_TEXT).to_owned();
    }
    let text: String = text.chars().filter(|c| kept(*c)).collect();
    cut(text.trim(), MAX_TEXT).to_owned()
}

/// The start of the text that has no more than so many UTF-16 units.
fn cut(text: &str, units: usize) -> &str {
    // No character has more units than bytes.
    if text.len() <= units {
        return text;
    }
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > units
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}
