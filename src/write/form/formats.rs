//! Which of a workbook's cell formats show a number as it is.

use std::collections::HashMap;

use crate::error::Result;
use crate::write::package::xml::tags;

/// How a format shows a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// As digits.
    #[default]
    Plain,
    /// In percent.
    Percent,
    /// As a date, a time, a fraction or the like.
    Otherwise,
}

/// How each of a workbook's cell formats shows a number, by the format's index.
#[derive(Clone, Debug, Default)]
pub(super) struct Formats(Vec<Shown>);

impl Formats {
    /// Reads a styles part.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(super) fn read(text: &str) -> Result<Self> {
        let mut codes: HashMap<u32, String> = HashMap::new();
        let mut formats = Vec::new();
        let mut list = "";
        for tag in tags(text) {
            let tag = tag?;
            if tag.depth == 1 {
                list = tag.local();
            } else if tag.begins(2, "numFmt") {
                codes.extend(tag.number("numFmtId").zip(tag.attribute("formatCode")));
            } else if tag.begins(2, "xf") && list == "cellXfs" {
                let id = tag.number("numFmtId").unwrap_or(0);
                formats.push(codes.get(&id).map_or_else(|| built_in(id), |code| shown(code)));
            }
        }
        Ok(Self(formats))
    }

    /// How a format shows a number.
    pub(super) fn of(&self, index: usize) -> Shown {
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// The formats that every workbook has without saying so (ECMA-376, part 1, 18.8.30).
fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        11..=36 | 45..=48 | 50..=58 => Shown::Otherwise,
        _ => Shown::Plain,
    }
}

/// How a format's code shows a number: what stands in quotes and brackets, or behind a backslash, only adorns it.
fn shown(code: &str) -> Shown {
    let mut chars = code.chars();
    let mut kept = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            ';' => break,
            c => kept.push(c.to_ascii_lowercase()),
        }
    }
    if kept.contains('%') {
        Shown::Percent
    } else if kept.trim() == "general" || kept == "@" || !kept.contains(['y', 'm', 'd', 'h', 's', 'e', '/']) {
        Shown::Plain
    } else {
        Shown::Otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_how_a_number_is_shown() {
        for (code, expected) in [
            ("General", Shown::Plain),
            ("0.00_ ", Shown::Plain),
            ("#,##0.00\"元\";[Red]-#,##0.00", Shown::Plain),
            ("@", Shown::Plain),
            ("0.00%", Shown::Percent),
            ("yyyy\"年\"m\"月\"d\"日\"", Shown::Otherwise),
            ("0.00E+00", Shown::Otherwise),
            ("# ?/?", Shown::Otherwise),
            ("0\"%\"", Shown::Plain),
        ] {
            assert_eq!(shown(code), expected, "{code}");
        }
    }
}
