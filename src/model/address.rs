//! Where a cell stands on its sheet.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The position of a cell, absolute on its sheet. Row and column are 0-based; it prints in A1 style (`B3`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address {
    /// 0-based row: row 1 of the sheet is 0.
    pub row: u32,
    /// 0-based column: column A of the sheet is 0.
    pub col: u32,
}

impl Address {
    /// The cell at a 0-based row and column.
    pub const fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Seven letters hold any u32 column.
        let mut letters = [0u8; 7];
        let mut at = letters.len();
        let mut col = u64::from(self.col) + 1;
        while col > 0 {
            at -= 1;
            let digit = u8::try_from((col - 1) % 26).unwrap_or(0);
            letters[at] = b'A' + digit;
            col = (col - 1) / 26;
        }
        for letter in &letters[at..] {
            write!(f, "{}", char::from(*letter))?;
        }
        write!(f, "{}", u64::from(self.row) + 1)
    }
}

impl FromStr for Address {
    type Err = String;

    /// Reads an A1 address; `$` signs are not accepted.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("not a cell address: {text}");
        let split = text.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
        let (letters, digits) = text.split_at(split);
        if letters.is_empty() || letters.len() > 6 || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(wrong());
        }
        let col = letters.bytes().fold(0u32, |col, b| col * 26 + u32::from(b - b'A') + 1) - 1;
        let row: u32 = digits.parse().map_err(|_| wrong())?;
        let row = row.checked_sub(1).ok_or_else(wrong)?;
        Ok(Self { row, col })
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A rectangle of cells, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    /// Top left cell.
    pub first: Address,
    /// Bottom right cell.
    pub last: Address,
}

impl Area {
    /// The rectangle between two corners.
    pub const fn new(first: Address, last: Address) -> Self {
        Self { first, last }
    }

    /// The rectangle of one cell.
    pub const fn single(at: Address) -> Self {
        Self { first: at, last: at }
    }

    /// Whether the cell lies within.
    pub fn contains(&self, at: Address) -> bool {
        (self.first.row..=self.last.row).contains(&at.row)
            && (self.first.col..=self.last.col).contains(&at.col)
    }

    /// Whether any column of this rectangle is one of the other's.
    pub fn shares_columns(&self, other: &Area) -> bool {
        self.first.col <= other.last.col && other.first.col <= self.last.col
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(f);
        }
        write!(f, "{}:{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_print_and_read_in_a1_style() {
        for (row, col, text) in
            [(0, 0, "A1"), (2, 25, "Z3"), (9, 26, "AA10"), (1_048_575, 16_383, "XFD1048576")]
        {
            assert_eq!(Address::new(row, col).to_string(), text);
            assert_eq!(text.parse(), Ok(Address::new(row, col)));
        }
        for wrong in ["", "A", "1", "a1", "A0", "$A$1", "ABCDEFG1", "A99999999999"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
