//! What stands in a cell.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};

use super::style::Face;
use crate::write::document::display_width;

/// UTF-16 units that a cell may hold.
const MAX_TEXT: usize = 32_767;
/// UTF-16 units that a link and its tip may have.
const MAX_LINK: usize = 2_080;
const MAX_TIP: usize = 255;
/// Digits that a spreadsheet keeps of a number.
const DIGITS: u32 = 15;

/// What is to stand in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Blank,
    Text(Cow<'a, str>),
    Number(Decimal),
    /// A formula and the number that it gives.
    Formula {
        formula: String,
        result: Decimal,
    },
    /// A formula and the text that it gives.
    TextFormula {
        formula: String,
        result: String,
    },
    Link {
        to: Target,
        text: Cow<'a, str>,
        tip: Cow<'a, str>,
    },
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To a cell of the workbook, as formulas name it.
    Within(String),
    /// To another file by its address, and to a cell of it.
    File { address: String, cell: Option<String> },
}

impl Target {
    fn units(&self) -> usize {
        let units = |text: &str| text.encode_utf16().count();
        match self {
            Self::Within(cell) => units(cell),
            Self::File { address, cell } => units(address) + cell.as_deref().map_or(0, units),
        }
    }
}

impl<'a> Cell<'a> {
    /// A text; nothing if it is empty.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        match tidy(text.into()) {
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
        Self::Formula { formula, result: significant(result) }
    }

    /// A link; only its text if the address is longer than a workbook may hold.
    pub(super) fn link(to: Target, text: impl Into<Cow<'a, str>>, tip: &'a str) -> Self {
        let text = tidy(text.into());
        if to.units() > MAX_LINK {
            return Self::Text(text);
        }
        Self::Link { to, text, tip: cut(tip, MAX_TIP).into() }
    }

    /// The same, of texts of its own.
    pub(super) fn into_owned(self) -> Cell<'static> {
        let owned = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Blank => Cell::Blank,
            Self::Text(text) => Cell::Text(owned(text)),
            Self::Number(number) => Cell::Number(number),
            Self::Formula { formula, result } => Cell::Formula { formula, result },
            Self::TextFormula { formula, result } => Cell::TextFormula { formula, result },
            Self::Link { to, text, tip } => Cell::Link { to, text: owned(text), tip: owned(tip) },
        }
    }

    /// The decimal number that stands in the cell itself.
    pub(super) const fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number that the cell shows.
    pub(super) const fn result(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) | Self::Formula { result: number, .. } => Some(*number),
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
            (Self::Number(_) | Self::Formula { .. } | Self::TextFormula { .. }, _) => 7,
        }
    }

    /// How many lines it takes in a column of a width.
    pub(super) fn lines(&self, width: f64) -> usize {
        match self {
            Self::Text(text) | Self::Link { text, .. } => lines_in(text, width),
            _ => 1,
        }
    }
}

/// A float of the number's value; a spreadsheet has no exact decimals.
pub(super) fn float(number: Decimal) -> f64 {
    // Through text, which rounds once; the crate's own conversion may be off in the last digit.
    number.to_string().parse().unwrap_or_default()
}

/// The whole number and the decimal places of a number that a float holds to the last digit.
pub(super) fn exact(number: Decimal) -> Option<(i64, u32)> {
    let whole = i64::try_from(number.mantissa()).ok()?;
    (whole.unsigned_abs() < 10_u64.pow(DIGITS)).then_some((whole, number.scale()))
}

/// The number to the digits that a spreadsheet shows.
fn significant(number: Decimal) -> Decimal {
    if exact(number).is_some() {
        return number;
    }
    number.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero).unwrap_or(number)
}

/// How many lines a text takes in a column of that width.
pub(super) fn lines_in(text: &str, width: f64) -> usize {
    let room = (width as usize).saturating_sub(1).max(2);
    // No character is wider than its bytes are many.
    if text.len() <= room && !text.contains('\n') {
        return 1;
    }
    text.lines().map(|line| display_width(line).div_ceil(room).max(1)).sum()
}

fn widest_line(text: &str) -> usize {
    text.lines().map(display_width).max().unwrap_or(0)
}

/// The text without signs that a cell cannot show, and no longer than a cell may hold.
pub(super) fn tidy(text: Cow<'_, str>) -> Cow<'_, str> {
    // Controls are those bytes, and what follows C2.
    let suspect = text.bytes().fold(false, |any, byte| any | matches!(byte, 0..0x20 | 0x7F | 0xC2));
    let kept = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if suspect && !text.chars().all(kept) {
        let text: String = text.chars().filter(|c| kept(*c)).collect();
        return Cow::Owned(cut(text.trim(), MAX_TEXT).to_owned());
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(cut(text.trim(), MAX_TEXT)),
        Cow::Owned(own) => match cut(own.trim(), MAX_TEXT) {
            same if same.len() == own.len() => Cow::Owned(own),
            less => Cow::Owned(less.to_owned()),
        },
    }
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
