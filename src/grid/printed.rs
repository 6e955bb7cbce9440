//! What a sheet prints for a stored value.

use calamine::ExcelDateTime;

use crate::model::{Decimal, number};

pub(super) fn print_bool(yes: bool) -> String {
    if yes { "TRUE" } else { "FALSE" }.to_owned()
}

pub(super) fn print_float(float: f64, percent: bool) -> String {
    match number::from_float(float) {
        Some(value) => print_decimal(value, percent),
        None => float.to_string(),
    }
}

pub(super) fn print_decimal(value: Decimal, percent: bool) -> String {
    if percent { number::percent(value, 15) } else { value.to_string() }
}

pub(super) fn print_date(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        return print_float(date.as_f64(), false);
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year}年{month}月{day}日")
}

/// A date as ISO 8601 writes it, in the way of forms; anything else as it is.
pub(super) fn print_iso_date(text: &str) -> String {
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    let parts: Vec<u32> = day.split('-').map_while(|part| part.parse().ok()).collect();
    match parts[..] {
        [year @ 1000..=9999, month @ 1..=12, date @ 1..=31] => format!("{year}年{month}月{date}日"),
        _ => text.to_owned(),
    }
}

/// Whether a text is a figure and nothing else: `90`, `1,234.50`, `-5`, `96.5%`.
pub(super) fn is_figure(text: &str) -> bool {
    let text = text.trim().as_bytes();
    // Most texts are told by their first byte.
    text.first().is_some_and(|first| first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.'))
        && text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b',' | b'%'))
        && text.iter().any(u8::is_ascii_digit)
}

/// Whether a number format shows percent: a `%` outside of quoted text.
pub(super) fn is_percent(code: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    code.chars().any(|c| match c {
        _ if escaped => {
            escaped = false;
            false
        }
        '\\' => {
            escaped = true;
            false
        }
        '"' => {
            quoted = !quoted;
            false
        }
        '%' => !quoted,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_printed_as_forms_write_them() {
        assert_eq!(print_iso_date("2024-11-30"), "2024年11月30日");
        assert_eq!(print_iso_date("2024-01-05T00:00:00"), "2024年1月5日");
        assert_eq!(print_iso_date("PT12H"), "PT12H");
    }

    #[test]
    fn figures_are_told_from_what_begins_like_one() {
        for text in ["90", " 8.62 ", "1,234.50", "-5", "96.5%", ".5"] {
            assert!(is_figure(text), "{text}");
        }
        for text in ["", "-", "90分", "≥90", "九十", "1-12月", "..."] {
            assert!(!is_figure(text), "{text}");
        }
    }

    #[test]
    fn percent_formats_are_told_from_quoted_signs() {
        for (code, percent) in
            [("0%", true), ("0.00%;-0.00%", true), ("0\"%\"", false), ("0\\%", false), ("General", false)]
        {
            assert_eq!(is_percent(code), percent, "{code}");
        }
        assert_eq!(print_float(0.9996, true), "99.96%");
        assert_eq!(print_float(0.07, true), "7%");
    }
}
