//! Numbers as forms write them: exact decimals from text and from stored floats.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};
use unicode_normalization::UnicodeNormalization;

use super::script::plain_start;

/// Rounds half away from zero, as spreadsheets and the finance systems do, and drops trailing zeros.
pub fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The decimal that a spreadsheet shows for a stored float: its first 15 significant digits.
///
/// `None` for NaN, the infinities, and numbers beyond 28 digits.
pub fn from_float(float: f64) -> Option<Decimal> {
    if !float.is_finite() || float.abs() >= 1e28 {
        return None;
    }
    let text = format!("{float:.14e}");
    Decimal::from_scientific(&text).ok().map(|value| value.normalize())
}

/// Folds full width to half width and compatibility forms to plain ones, and trims white space.
pub fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// As [`fold`]: the text itself where that is folded already, as nearly all of a form's are.
pub fn folded(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text[plain_start(text, |_| true)..].chars().all(is_folded) {
        return Cow::Borrowed(text);
    }
    let mut folded = folded_plainly(text, |_| true).unwrap_or_else(|| text.nfkc().collect());
    // What folds to a blank may stand at either end.
    folded.truncate(folded.trim_end().len());
    folded.drain(..folded.len() - folded.trim_start().len());
    Cow::Owned(folded)
}

/// A text whose characters fold to themselves or to their half-width forms, as nearly all that forms hold do, and of
/// those the ones that `keeps`, which takes all but blanks; `None` if any folds otherwise.
fn folded_plainly(text: &str, keeps: impl Fn(char) -> bool) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (plain, other) = rest.split_at(plain_start(rest, |byte| !char::from(byte).is_whitespace()));
        folded.push_str(plain);
        let mut chars = other.chars();
        let Some(c) = chars.next() else { return Some(folded) };
        if !is_folded(c) && !is_full_width(c) {
            return None;
        }
        folded.extend(Some(half_width(c)).filter(|c| keeps(*c)));
        rest = chars.as_str();
    }
}

/// Whether a character folds to itself, as far as that is told at a glance.
fn is_folded(c: char) -> bool {
    c.is_ascii()
        || matches!(
            c,
            '\u{4E00}'
                ..='\u{9FFF}' | '≥' | '≤' | '、' | '。' | '“' | '”' | '《' | '》' | '【' | '】' | '—'
        )
}

/// Whether a character is the full-width form of an ASCII one.
fn is_full_width(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{3000}')
}

/// The ASCII character whose full-width form this is; any other one as it is.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// A name as it is compared with others: folded, without blanks.
pub fn compact(name: &str) -> String {
    compacted(name).into_owned()
}

/// As [`compact`]: the name itself where there is nothing to fold and no blank in it.
pub fn compacted(name: &str) -> Cow<'_, str> {
    let plain = plain_start(name, |byte| !char::from(byte).is_whitespace());
    if name[plain..].chars().all(|c| is_folded(c) && !c.is_whitespace()) {
        return Cow::Borrowed(name);
    }
    let is_mark = |c: char| !c.is_whitespace();
    Cow::Owned(folded_plainly(name, is_mark).unwrap_or_else(|| name.nfkc().filter(|c| is_mark(*c)).collect()))
}

/// Whether a text stands for "nothing": empty, dashes, a slash, dots, stars.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '-' | '—' | '―' | '–' | '－' | '─' | '/' | '／' | '\\' | '*' | '＊' | '…' | '.' | '。'
            )
    })
}

/// Whether a text in a number's place says that there is no number.
pub fn is_no_number(text: &str) -> bool {
    is_blank(text) || matches!(text.trim(), "无" | "暂无" | "NULL" | "null" | "不适用" | "无此项")
}

/// A number at the start of a text, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leading<'a> {
    /// The number.
    pub value: Decimal,
    /// The rest of the text, trimmed.
    pub rest: &'a str,
}

/// Reads the number with which a folded text starts. Thousands separators must stand where they belong.
pub fn leading(text: &str) -> Option<Leading<'_>> {
    let text = text.trim_start();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = text.len() - unsigned.len();
    let body = unsigned.bytes().take_while(|b| b.is_ascii_digit() || *b == b',' || *b == b'.').count();
    let (digits, rest) = text.split_at(sign + body);
    // A comma or full stop behind the number belongs to the sentence, not to the number.
    let number = digits.trim_end_matches([',', '.']);
    let rest = if number.len() < digits.len() { &text[number.len()..] } else { rest };
    if !separators_fit(&number[sign..]) {
        return None;
    }
    let plain: Cow<'_, str> =
        if number.contains(',') { number.replace(',', "").into() } else { number.into() };
    let value = plain.trim_start_matches('+').parse::<Decimal>().ok()?;
    Some(Leading { value: value.normalize(), rest: rest.trim() })
}

/// Whether the digits are one number: at most one point, and commas only between groups of three before it.
fn separators_fit(digits: &str) -> bool {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() {
        return false;
    }
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    if first.is_empty() {
        return false;
    }
    let mut grouped = false;
    for group in groups {
        grouped = true;
        if group.len() != 3 {
            return false;
        }
    }
    !grouped || first.len() <= 3
}

/// Reads points: `10`, `9.5分`, `10.00`.
pub fn points(text: &str) -> Option<Decimal> {
    let folded = folded(text);
    let number = leading(&folded)?;
    matches!(number.rest, "" | "分").then_some(number.value)
}

/// Reads a rate as a fraction of 1. `in_percent` says that the column's head prints a percent sign.
///
/// A bare number above 2 can only be meant in percent; up to 2 it is taken as the fraction that it is.
pub fn rate(text: &str, in_percent: bool) -> Option<Decimal> {
    let folded = folded(text);
    let number = leading(&folded)?;
    let percent = match number.rest {
        "%" | "百分比" => true,
        "" => in_percent || number.value > Decimal::TWO,
        _ => return None,
    };
    let value = if percent { number.value / Decimal::ONE_HUNDRED } else { number.value };
    Some(value.normalize())
}

/// A number as percent, without trailing zeros: `98.5%`. `fraction` is a fraction of 1.
pub fn percent(fraction: Decimal, places: u32) -> String {
    format!("{}%", round(fraction * Decimal::ONE_HUNDRED, places))
}

/// A count from 1 to 99 in Chinese numerals; larger counts in digits.
pub fn chinese_numeral(count: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match count {
        1..=9 => DIGITS[count].to_owned(),
        10..=19 => format!("十{}", DIGITS[count - 10]),
        20..=99 => format!("{}十{}", DIGITS[count / 10], DIGITS[count % 10]),
        _ => count.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn leading_numbers_are_read_or_refused() {
        for (text, value, rest) in [
            ("860批次", "860", "批次"),
            ("1,030,700.00", "1030700", ""),
            ("-3.50 万元", "-3.5", "万元"),
            ("96.5%", "96.5", "%"),
            ("12月底前", "12", "月底前"),
            ("5,其中", "5", ",其中"),
        ] {
            assert_eq!(leading(text), Some(Leading { value: dec(value), rest }), "{text}");
        }
        for text in ["", "批次", "7,00.0,77", "1,23", "1.2.3", ",5", ".", "-", "1234,567"] {
            assert_eq!(leading(text), None, "{text}");
        }
    }

    #[test]
    fn points_and_rates() {
        assert_eq!(points("９．５分"), Some(dec("9.5")));
        assert_eq!(points("10.00"), Some(dec("10")));
        assert_eq!(points("10个"), None);
        for (text, in_percent, value) in [
            ("98%", false, Some("0.98")),
            ("98．00％", false, Some("0.98")),
            ("0.958", false, Some("0.958")),
            ("100", false, Some("1")),
            ("1", false, Some("1")),
            ("1", true, Some("0.01")),
            ("95.5", true, Some("0.955")),
            ("约98%", false, None),
            ("98分", false, None),
        ] {
            assert_eq!(rate(text, in_percent), value.map(dec), "{text}");
        }
    }

    #[test]
    fn floats_show_their_fifteen_digits() {
        for (float, text) in
            [(0.1 + 0.2, "0.3"), (0.9996, "0.9996"), (1.0 / 3.0, "0.333333333333333"), (1e6, "1000000")]
        {
            assert_eq!(from_float(float), Some(dec(text)));
        }
        for float in [f64::NAN, f64::INFINITY, 1e30] {
            assert_eq!(from_float(float), None);
        }
    }

    #[test]
    fn rounding_goes_away_from_zero() {
        assert_eq!(round(dec("2.345"), 2), dec("2.35"));
        assert_eq!(round(dec("-2.345"), 2), dec("-2.35"));
        assert_eq!(percent(dec("0.98765"), 2), "98.77%");
    }

    proptest! {
        #[test]
        fn folding_is_that_of_the_standard(text in "[\\u{4E00}-\\u{9FFF}≥≤、。（）：％Ａ０a0 ]{0,20}") {
            let standard: String = text.nfkc().collect();
            prop_assert_eq!(fold(&text), standard.trim());
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let folded = fold(&text);
            let _ = (leading(&folded), points(&text), rate(&text, true), is_blank(&text));
        }

        #[test]
        fn a_printed_number_reads_back(units in -10_000_000_000i64..10_000_000_000, scale in 0u32..6) {
            let value = Decimal::new(units, scale).normalize();
            prop_assert_eq!(leading(&value.to_string()).map(|n| n.value), Some(value));
            prop_assert_eq!(points(&format!("{value}分")), Some(value));
        }

        #[test]
        fn thousands_separators_change_nothing(whole in 0u64..1_000_000_000_000) {
            let digits = whole.to_string();
            let mut grouped = String::new();
            for (i, digit) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(leading(&grouped).map(|n| n.value), Some(Decimal::from(whole)));
        }
    }
}
