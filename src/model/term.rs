//! Dates and terms in texts: 2022年12月31日, 12月底前, 2020年1月--2020年11月.

use super::number::folded;

/// The last day that a text names, as exactly as it names it. The order is that of time, an open month or day
/// counting as its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The year.
    pub year: u16,
    /// The month, 1–12; 12 where only the year is named.
    pub month: u8,
    /// The day, 1–31; 31 where only the month is named.
    pub day: u8,
}

/// What a date writes with words or signs: its parts as they are found.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
}

impl Term {
    /// The last date of a text. A text without a year means `year`; one without any date has none.
    pub fn last_of(text: &str, year: Option<u16>) -> Option<Self> {
        let text = folded(text);
        let mut last: Option<Parts> = None;
        let mut named = year;
        for parts in dates(&text) {
            named = parts.year.or(named);
            last = Some(Parts { year: parts.year.or(named), ..parts });
        }
        let parts = last?;
        let (month, day) = (parts.month.unwrap_or(12), parts.day.unwrap_or(31));
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then_some(Self { year: parts.year?, month, day })
    }

    /// The years that a text names.
    pub fn years_in(text: &str) -> Vec<u16> {
        let text = folded(text);
        dates(&text).iter().filter_map(|parts| parts.year).collect()
    }
}

/// The dates of a folded text, in its order.
fn dates(text: &str) -> Vec<Parts> {
    let mut found: Vec<Parts> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = &rest[start..];
        let (parts, used) = date(from);
        let digits = from.bytes().take_while(u8::is_ascii_digit).count();
        match parts {
            Some(parts) => {
                found.push(parts);
                rest = &from[used..];
            }
            None => rest = &from[digits..],
        }
    }
    found
}

/// The date at the start of a text, and how many bytes it takes.
fn date(text: &str) -> (Option<Parts>, usize) {
    let (first, rest) = number(text);
    let length = text.len() - rest.len();
    let after = |rest: &str| text.len() - rest.len();
    if length == 4 && (1900..2200).contains(&first) {
        let year = u16::try_from(first).ok();
        if let Some(tail) = rest.strip_prefix('年').or_else(|| rest.strip_prefix("年度")) {
            let (month, used) = month_and_day(tail.trim_start());
            let parts = Parts { year, ..month };
            return (Some(parts), if used == 0 { after(tail) } else { after(tail.trim_start()) + used });
        }
        for sign in ['-', '.', '/'] {
            let Some(tail) = rest.strip_prefix(sign) else { continue };
            let (month, tail) = number(tail);
            let Some(month) = u8::try_from(month).ok().filter(|m| (1..=12).contains(m)) else { continue };
            let day = tail.strip_prefix(sign).map(number).filter(|(day, _)| (1..=31).contains(day));
            let (day, tail) = match day {
                Some((day, tail)) => (u8::try_from(day).ok(), tail),
                None => (None, tail),
            };
            return (Some(Parts { year, month: Some(month), day }), after(tail));
        }
        return (None, 0);
    }
    let (parts, used) = month_and_day(text);
    (parts.month.is_some().then_some(parts), used)
}

/// `12月31日`, `12月底`; nothing if the text does not begin so.
fn month_and_day(text: &str) -> (Parts, usize) {
    let (month, rest) = number(text);
    let month = u8::try_from(month).ok().filter(|month| (1..=12).contains(month));
    let (Some(month), Some(tail)) = (month, rest.strip_prefix('月')) else { return (Parts::default(), 0) };
    let (day, end) = number(tail);
    let day = u8::try_from(day).ok().filter(|day| (1..=31).contains(day) && end.starts_with(['日', '号']));
    let tail = match day {
        Some(_) => end.trim_start_matches(['日', '号']),
        None => tail,
    };
    (Parts { year: None, month: Some(month), day }, text.len() - tail.len())
}

/// The whole number at the start of a text, 0 if there is none or it is very long, and what follows it.
fn number(text: &str) -> (u32, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    (number.parse().unwrap_or(0), rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_date_of_a_text_counts() {
        for (text, expected) in [
            ("2022年12月31日", Some((2022, 12, 31))),
            ("2021年底", Some((2021, 12, 31))),
            ("2022年12月底前", Some((2022, 12, 31))),
            ("12月底前", Some((2022, 12, 31))),
            ("11月底完成", Some((2022, 11, 31))),
            ("2020年1月--2020年11月", Some((2020, 11, 31))),
            ("2021年3月至10月15日", Some((2021, 10, 15))),
            ("1-12月", Some((2022, 12, 31))),
            ("2022-06-30", Some((2022, 6, 30))),
            ("2022.6.3", Some((2022, 6, 3))),
            ("2022/11", Some((2022, 11, 31))),
            ("２０２２年１２月", Some((2022, 12, 31))),
            ("1次/月", None),
            ("按时完成", None),
            ("13月", None),
            ("2022.15", None),
            ("3年", None),
        ] {
            let term = Term::last_of(text, Some(2022)).map(|term| (term.year, term.month, term.day));
            assert_eq!(term, expected, "{text}");
        }
        assert_eq!(Term::last_of("12月底前", None), None);
        assert_eq!(Term::years_in("2021年结转，2022年支付"), [2021, 2022]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "[0-9年月日\\-./底 ]{0,30}") {
            let _ = (Term::last_of(&text, Some(2022)), Term::years_in(&text));
        }
    }
}
