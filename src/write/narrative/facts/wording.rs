//! Texts and figures of forms as they stand in a sentence.

use rust_decimal::Decimal;

use crate::model::number::round;
use crate::rules::check::scores::gives_a_reason;

/// A figure without needless zeros.
pub(super) fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// An amount with thousands separators, as many decimals as it has, six at most.
pub(super) fn grouped(amount: Decimal) -> String {
    let text = round(amount, 6).to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    // Up to four digits read better as they are: 2022 is not 2,022.
    let mut shown = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && digits.len() > 4 && (digits.len() - i) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    fraction.map_or(shown.clone(), |fraction| format!("{shown}.{fraction}"))
}

pub(super) fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect()
}

/// A name without the form's prompt before it: `指标1：修缮面积`.
pub(super) fn without_prompt(name: &str) -> &str {
    let rest = name.strip_prefix("指标").unwrap_or(name);
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == name.len() || digits.len() == rest.len() {
        return name;
    }
    digits.trim_start_matches(['：', ':', '、', '.', '．', ' '])
}

/// A reason as the form gives it; empty if it gives none.
pub(super) fn reason(text: &str) -> String {
    if gives_a_reason(text) { sentence(text) } else { String::new() }
}

/// A text of several lines as one run of sentences, ended by a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut joined = String::new();
    for line in text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
        if joined.ends_with(|c: char| !"。；;，,：:、！？!?.".contains(c)) {
            joined.push('；');
        }
        joined.push_str(line);
    }
    if !joined.is_empty() {
        let open = joined.trim_end_matches(['。', '；', ';', '，', ',', '、', '.']).len();
        joined.truncate(open);
        if !joined.ends_with(['！', '？', '”', '〕']) || joined.ends_with('”') {
            joined.push('。');
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_forms_become_sentences() {
        for (text, expected) in [
            ("", ""),
            ("完成抽检860批次", "完成抽检860批次。"),
            ("目标1：甲\n目标2：乙。", "目标1：甲；目标2：乙。"),
            ("甲；\n乙；", "甲；乙。"),
            ("甲。。", "甲。"),
        ] {
            assert_eq!(sentence(text), expected);
        }
        assert_eq!(without_prompt("指标1：修缮面积"), "修缮面积");
        assert_eq!(without_prompt("指标1工程完工率"), "工程完工率");
        assert_eq!(without_prompt("指标完成率"), "指标完成率");
        assert_eq!(grouped("1030700.50".parse().unwrap()), "1,030,700.5");
        assert_eq!(grouped("9800".parse().unwrap()), "9800");
    }
}
