//! The figures of a text.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::conventions::Conventions;
use crate::model::Quantity;
use crate::model::report::{Figure, Line};

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:[,，]\d{3})*(?:\.\d+)?").ok());

/// Every figure below the title with its unit. Years, dates, numbers of documents and ordinals are none.
pub(super) fn find(lines: &[Line], title_lines: usize, conventions: &Conventions) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (index, line) in lines.iter().enumerate().skip(title_lines) {
        let typed = line.mark.as_ref().map_or(0, |mark| mark.typed);
        for number in NUMBER.iter().flat_map(|pattern| pattern.find_iter(&line.text)) {
            if number.start() >= typed
                && let Some((at, quantity)) = figure(&line.text, number.range(), conventions)
            {
                figures.push(Figure { line: index, at, quantity });
            }
        }
    }
    figures
}

fn figure(text: &str, at: Range<usize>, conventions: &Conventions) -> Option<(Range<usize>, Quantity)> {
    let (before, behind) = (&text[..at.start], &text[at.end..]);
    let digits: String = text[at.clone()].chars().filter(|c| !matches!(c, ',' | '，')).collect();
    let value: Decimal = digits.parse().ok()?;
    let is_year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let is_date = behind.starts_with('月') && !behind.starts_with("月份数")
        || behind.starts_with('日') && before.ends_with('月')
        || behind.starts_with('号');
    let is_year = is_year
        && behind.trim_start().starts_with(['年', '〕', ')', '）', ']', '】', '-', '.', '/', '至', '—'])
        || digits.len() == 4 && before.ends_with(['〔', '[', '【']);
    let names = before.ends_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '第' | '/' | '〔'));
    if is_year || is_date || names || behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let vague =
        behind[blanks..].chars().next().filter(|c| matches!(c, '余' | '多')).map_or(0, char::len_utf8);
    let measured = &behind[blanks + vague..];
    let unit = match measured.chars().next() {
        Some('%' | '％') => Some(("%", measured.chars().next().map_or(0, char::len_utf8))),
        _ => conventions.measure(measured).map(|unit| (unit, unit.len())),
    };
    let end = unit.map_or(at.end, |(_, length)| at.end + blanks + vague + length);
    let quantity =
        Quantity { value: Some(value), unit: unit.map(|(unit, _)| unit.to_owned()), ..Quantity::default() };
    Some((at.start..end, quantity))
}
