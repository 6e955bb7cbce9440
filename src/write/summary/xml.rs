//! Rows and cells as the XML of a sheet.

use std::fmt::Write;

use rust_decimal::Decimal;

use super::cell::{Cell, exact, float};

/// The letters of a column, 0-based, of the first 702.
pub(super) fn letters(col: usize) -> String {
    let letter = |digit: usize| char::from(b'A' + u8::try_from(digit % 26).unwrap_or_default());
    match col {
        0..26 => letter(col).to_string(),
        _ => [letter(col / 26 - 1), letter(col)].iter().collect(),
    }
}

/// Writes a cell at a place. `look` is the number of its format.
pub(super) fn cell(xml: &mut String, (letters, row): (&str, &str), look: &str, cell: &Cell<'_>) {
    for part in ["<c r=\"", letters, row, "\" s=\"", look] {
        xml.push_str(part);
    }
    match cell {
        Cell::Blank => xml.push_str("\"/>"),
        Cell::Text(text) | Cell::Link { text, .. } => {
            xml.push_str("\" t=\"inlineStr\"><is><t>");
            data(xml, text);
            xml.push_str("</t></is></c>");
        }
        Cell::Number(value) => {
            xml.push_str("\"><v>");
            number(xml, *value);
            xml.push_str("</v></c>");
        }
        Cell::Formula { formula, result } => {
            xml.push_str("\"><f>");
            data(xml, formula);
            xml.push_str("</f><v>");
            number(xml, *result);
            xml.push_str("</v></c>");
        }
        Cell::TextFormula { formula, result } => {
            xml.push_str("\" t=\"str\"><f>");
            data(xml, formula);
            xml.push_str("</f><v>");
            data(xml, result);
            xml.push_str("</v></c>");
        }
    }
}

/// Writes a number as a spreadsheet keeps it: to the digits of a float, never with an exponent.
fn number(xml: &mut String, number: Decimal) {
    let Some((mut whole, mut places)) = exact(number) else {
        let _ = write!(xml, "{}", float(number));
        return;
    };
    while places > 0 && whole % 10 == 0 {
        (whole, places) = (whole / 10, places - 1);
    }
    if places == 0 {
        let _ = write!(xml, "{whole}");
        return;
    }
    if whole < 0 {
        xml.push('-');
    }
    let places = places as usize;
    let start = xml.len();
    // One digit more than there are places, so that one stands before the point.
    let _ = write!(xml, "{:01$}", whole.unsigned_abs(), places + 1);
    debug_assert!(xml.len() > start + places, "a digit before the point");
    xml.insert(xml.len() - places, '.');
}

/// Writes the text of an element. What looks like one of Excel's own escapes is kept from being taken for one.
pub(super) fn data(xml: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let suspect = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'_');
    // Looking at all bytes alike is quicker than leaving off at one; the signs that XML forbids end in BE or BF.
    let plain =
        bytes.iter().fold(true, |plain, byte| plain & !suspect(*byte) & (*byte != 0xBE) & (*byte != 0xBF));
    if plain {
        return xml.push_str(text);
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let (escaped, length) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'_' if is_escape(&bytes[at..]) => ("_x005F", 0),
            // Two signs of Unicode that XML forbids.
            0xEF if bytes[at..].starts_with("\u{FFFE}".as_bytes()) => ("_xFFFE_", 3),
            0xEF if bytes[at..].starts_with("\u{FFFF}".as_bytes()) => ("_xFFFF_", 3),
            _ => continue,
        };
        xml.push_str(&text[from..at]);
        xml.push_str(escaped);
        from = at + length;
    }
    xml.push_str(&text[from..]);
}

/// Whether a text begins like `_x000D_`.
fn is_escape(text: &[u8]) -> bool {
    text.get(..7).is_some_and(|text| {
        text.starts_with(b"_x") && text[6] == b'_' && text[2..6].iter().all(u8::is_ascii_hexdigit)
    })
}

/// Whether a character stands for itself in an attribute; controls and what XML forbids may not stand there at all.
fn means_itself(c: char) -> bool {
    !matches!(c, '&' | '"' | '<' | '>' | '\u{FFFE}' | '\u{FFFF}') && !c.is_control()
}

/// Writes the text of an attribute.
pub(super) fn attribute(xml: &mut String, name: &str, text: &str) {
    for part in [" ", name, "=\""] {
        xml.push_str(part);
    }
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| !means_itself(*c)) {
        xml.push_str(&rest[..at]);
        xml.push_str(match c {
            '&' => "&amp;",
            '"' => "&quot;",
            '<' => "&lt;",
            '>' => "&gt;",
            '\n' => "&#xA;",
            _ => "",
        });
        rest = &rest[at + c.len_utf8()..];
    }
    xml.push_str(rest);
    xml.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut xml = String::new();
        write(&mut xml);
        xml
    }

    #[test]
    fn numbers_are_those_of_their_floats() {
        for (text, expected) in [
            ("0", "0"),
            ("0.00", "0"),
            ("-0.50", "-0.5"),
            ("12.30", "12.3"),
            ("1200", "1200"),
            ("0.00000000000000001", "0.00000000000000001"),
            ("99999999999999.9", "99999999999999.9"),
            ("1030700.01", "1030700.01"),
            ("0.8620370370370370370370370370", "0.862037037037037"),
            ("79228162514264337593543950335", "79228162514264340000000000000"),
        ] {
            let decimal: Decimal = text.parse().unwrap();
            assert_eq!(written(|xml| number(xml, decimal)), expected, "{text}");
            assert_eq!(float(decimal).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn texts_hold_nothing_that_xml_forbids_or_excel_takes_for_an_escape() {
        for (text, expected) in [
            ("a<b&c>\"d\"", "a&lt;b&amp;c&gt;\"d\""),
            ("_x000D_", "_x005F_x000D_"),
            ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
            ("_x00_ _xyz_，_x", "_x00_ _xyz_，_x"),
            ("甲\u{FFFE}乙\u{FFFF}，", "甲_xFFFE_乙_xFFFF_，"),
        ] {
            assert_eq!(written(|xml| data(xml, text)), expected);
        }
        assert_eq!(
            written(|xml| attribute(xml, "a", "\"<&>\n\u{1}\u{FFFF}'")),
            " a=\"&quot;&lt;&amp;&gt;&#xA;'\""
        );
    }

    #[test]
    fn columns_are_named_by_letters() {
        assert_eq!([0, 25, 26, 51, 52, 701].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ"]);
    }
}
