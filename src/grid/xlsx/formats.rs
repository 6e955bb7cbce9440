//! The number formats of cells, as far as they change what a value looks like here.

use std::collections::HashMap;
use std::rc::Rc;

use calamine::{ExcelDateTime, ExcelDateTimeType};
use quick_xml::events::Event;

use super::Part;
use crate::grid::printed::{is_percent, print_date, print_float};
use crate::grid::xml::attribute;

/// What a number is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    #[default]
    Number,
    Percent,
    Date,
}

/// The formats that cells name by their place.
#[derive(Debug, Default)]
pub(super) struct Formats {
    /// What each shows.
    pub shown: Rc<[Shown]>,
    /// Whether days are counted from 1904.
    pub since_1904: bool,
}

/// What numbers are shown as in the formats of a part of styles, of which nothing else is looked at. Without it, or
/// where it breaks off, numbers are shown as they are.
pub(super) fn read(styles: &[u8]) -> Rc<[Shown]> {
    let mut codes: HashMap<u32, Shown> = HashMap::new();
    each_in(styles, "numFmts", |element| {
        let id = attribute(element, "numFmtId").and_then(|id| id.trim().parse().ok());
        if let (Some(id), Some(code)) = (id, attribute(element, "formatCode")) {
            codes.insert(id, of_code(&code));
        }
    });
    let mut shown = Vec::new();
    each_in(styles, "cellXfs", |element| {
        if element.local_name().as_ref() == "xf" {
            let id = attribute(element, "numFmtId").and_then(|id| id.trim().parse().ok());
            shown.push(id.map_or(Shown::Number, |id| codes.get(&id).copied().unwrap_or(of_id(id))));
        }
    });
    shown.into()
}

impl Formats {
    /// What a stored number looks like in a cell of a format; a text that is no number as it is.
    pub(super) fn print(&self, text: &str, format: usize) -> String {
        let shown = self.shown.get(format).copied().unwrap_or_default();
        if shown == Shown::Number && is_plain(text) {
            return text.to_owned();
        }
        match (text.parse::<f64>(), shown) {
            (Err(_), _) => text.to_owned(),
            (Ok(number), Shown::Number) => print_float(number, false),
            (Ok(number), Shown::Percent) => print_float(number, true),
            (Ok(number), Shown::Date) => {
                print_date(&ExcelDateTime::new(number, ExcelDateTimeType::DateTime, self.since_1904))
            }
        }
    }
}

/// Shows the elements within the first element of a name. What stands before it is not even looked at: it is most of
/// the part.
fn each_in(styles: &[u8], name: &str, mut see: impl FnMut(&quick_xml::events::BytesStart<'_>)) {
    let Some(at) = memchr::memmem::find(styles, name.as_bytes()) else { return };
    let start = styles[..at].iter().rposition(|byte| *byte == b'<').unwrap_or(at);
    let mut part = Part::of(&styles[start..]);
    loop {
        match part.next() {
            Ok(Event::Start(element) | Event::Empty(element)) => see(&element),
            Ok(Event::End(element)) if element.local_name().as_ref() == name => return,
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Whether a stored number is written as it is shown: at most 15 figures, none of them idle.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.len() <= 15
        && all_digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && part.is_none_or(|part| all_digits(part) && !part.ends_with('0'))
        && text != "-0"
}

/// The formats that programs know by number (ECMA-376 Part 1, 18.8.30), those of East Asia included.
const fn of_id(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

fn of_code(code: &str) -> Shown {
    if is_date(code) {
        Shown::Date
    } else if is_percent(code) {
        Shown::Percent
    } else {
        Shown::Number
    }
}

/// Whether a number format shows a date or a time of day: a letter of one in the first of its sections, outside of
/// quotes and brackets. `[h]:mm` is a span of time, which is a number.
fn is_date(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '_' | '*' => {
                chars.next();
            }
            '"' => {
                chars.find(|c| *c == '"');
            }
            ';' => return false,
            '[' => {
                let within: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let mut units = within.chars().map(|c| c.to_ascii_lowercase());
                let first = units.next();
                if first.is_some_and(|c| "hms".contains(c)) && units.all(|c| Some(c) == first) {
                    return false;
                }
            }
            c if "dmhysDMHYS".contains(c) => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_figures_to_spare_are_shown_as_stored() {
        for text in ["0", "-1", "95", "0.5", "-12.25", "123456789012345", "4567.123"] {
            assert!(is_plain(text), "{text}");
            assert_eq!(print_float(text.parse().unwrap(), false), text);
        }
        for text in ["", "-", "-0", "007", "1.", ".5", "1.50", "1e3", "1234567890123456", "NaN", "+1", "1 "] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn dates_are_told_by_the_letters_of_their_format() {
        for (code, date) in [
            ("yyyy\"年\"m\"月\"d\"日\"", true),
            ("[$-804]yyyy\\年m\\月;@", true),
            ("h:mm AM/PM", true),
            ("[h]:mm", false),
            ("0.00\"元/亩\"_);[Red]", false),
            ("0\"days\"", false),
            ("G/通用格式", false),
            ("@;yyyy", false),
        ] {
            assert_eq!(is_date(code), date, "{code}");
        }
    }
}
