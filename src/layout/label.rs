//! What two ways of writing a label have in common.

use std::borrow::Cow;

use crate::model::number::compacted;
use crate::model::script::is_plain;

/// The key of a label: half width, without white space, brackets and what they hold, numbering before it,
/// and points, capitals or a colon behind it. `1.项目年度目标：`, `年初目标值(A` and `其中：财政拨款` lose
/// what does not name them.
pub(super) fn key(text: &str) -> Cow<'_, str> {
    // Most cells hold nothing but Chinese characters, of which a key keeps all.
    if is_plain(text, |_| false) && !text.starts_with("其中") {
        return Cow::Borrowed(text);
    }
    match compacted(text) {
        Cow::Borrowed(text) => key_of_compact(text),
        Cow::Owned(text) => Cow::Owned(key_of_compact(&text).into_owned()),
    }
}

/// What the key of a label begins with, where its first character tells: a Chinese one, unless what a key loses
/// (numbering, `其中`, points) may begin with it.
pub(super) fn first_of_key(text: &str) -> Option<char> {
    let first = text.chars().next()?;
    let stays = matches!(first, '\u{4E00}'..='\u{9FFF}') && !is_digit(first) && !matches!(first, '其' | '分');
    stays.then_some(first)
}

fn key_of_compact(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix("其中:").or_else(|| text.strip_prefix("其中")).unwrap_or(text);
    match without_brackets(without_numbering(text)) {
        Cow::Borrowed(plain) => Cow::Borrowed(without_ends(plain)),
        Cow::Owned(plain) => Cow::Owned(without_ends(&plain).to_owned()),
    }
}

/// Takes marks and months from before a label, and marks, numbers and points from behind it.
fn without_ends(text: &str) -> &str {
    let text = text.trim_start_matches(['*', '★', '☆', '▲']);
    let text = text.trim_end_matches([':', ';', '、', '。', '*']);
    without_tail(without_months(text))
}

/// Takes the months that a monitoring form prints before its labels: `1-7月执行数`.
fn without_months(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let months = rest.strip_prefix(['-', '~', '至', '—', '―', '–']).filter(|_| rest.len() < text.len());
    let last = months.map(|months| months.trim_start_matches(|c: char| c.is_ascii_digit()));
    match last.and_then(|last| last.strip_prefix("月份").or_else(|| last.strip_prefix('月'))) {
        Some(rest) if !rest.is_empty() => rest,
        _ => text,
    }
}

/// Takes `1.`, `2、`, `(一)`, `一、` from the start.
fn without_numbering(text: &str) -> &str {
    let bracketed = text.strip_prefix('(').and_then(|rest| {
        let (number, rest) = rest.split_once(')')?;
        is_number(number).then_some(rest)
    });
    if let Some(rest) = bracketed {
        return rest;
    }
    let end = text.find(|c| !is_digit(c)).unwrap_or(0);
    match text[end..].chars().next() {
        Some(mark @ ('.' | '、' | ',')) if end > 0 => &text[end + mark.len_utf8()..],
        _ => text,
    }
}

fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_digit)
}

/// Takes out brackets with what they hold; one that never closes ends the text.
fn without_brackets(text: &str) -> Cow<'_, str> {
    if !text.contains(['(', '[', '【', '〔']) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' if depth > 0 => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    Cow::Owned(plain)
}

/// Takes from the end what a lost opening bracket leaves (`B)`, `B/A)`, `98分)`), a number, and points.
fn without_tail(text: &str) -> &str {
    let text = match text.strip_suffix(')') {
        Some(open) => {
            open.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '%' | '.' | '分'))
        }
        None => text,
    };
    let without_points =
        text.strip_suffix('分').filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    without_points.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

/// The points printed behind a level's name: `产出指标（50分）`, `产出指标 40分`.
pub(super) fn stated_points(text: &str) -> Option<rust_decimal::Decimal> {
    let folded = compacted(text);
    let body = folded.trim_end_matches(')');
    let (body, named) = match body.strip_suffix('分') {
        Some(body) => (body, true),
        None => (body, body.len() < folded.len()),
    };
    let digits = body.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = digits.rsplit(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
    if !named || digits.is_empty() {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_lose_what_does_not_name_them() {
        for (text, expected) in [
            ("项目资金\n（万元）", "项目资金"),
            ("年初 预算数（A）", "年初预算数"),
            ("年初目标值(A", "年初目标值"),
            ("执行数B)", "执行数"),
            ("执行率B/A)", "执行率"),
            ("预算执行情况(万元)\n20分)", "预算执行情况"),
            ("得分 (20分*执行率)", "得分"),
            ("年度绩效目标1 （80分）", "年度绩效目标"),
            ("年度绩效目标\n98分)", "年度绩效目标"),
            ("产出指标\n40分", "产出指标"),
            ("其中：1.中央资金", "中央资金"),
            ("   （一）财政拨款小计", "财政拨款小计"),
            ("1、一般公共预算", "一般公共预算"),
            ("2.项目实施内容及过程概述", "项目实施内容及过程概述"),
            ("项目（专项）名称", "项目名称"),
            ("绩\n效\n指\n标", "绩效指标"),
            ("年度资金总额：", "年度资金总额"),
            ("*主管部门", "主管部门"),
            ("一级指标", "一级指标"),
            ("2022年项目", "2022年项目"),
            ("1－7月执行数", "执行数"),
            ("1—12月份执行情况", "执行情况"),
            ("1-12月", "1-12月"),
        ] {
            assert_eq!(key(text), expected, "{text}");
        }
    }

    #[test]
    fn points_behind_a_level_are_read() {
        let points = |text| stated_points(text).map(|points| points.to_string());
        assert_eq!(points("产出指标（50分）").as_deref(), Some("50"));
        assert_eq!(points("产出指标\n40分").as_deref(), Some("40"));
        assert_eq!(points("产出指标(37.5)").as_deref(), Some("37.5"));
        assert_eq!(points("产出指标"), None);
        assert_eq!(points("产出指标1"), None);
    }

    proptest! {
        #[test]
        fn any_text_has_a_key(text in "\\PC{0,40}") {
            let _ = (key(&text), stated_points(&text));
        }

        #[test]
        fn the_first_character_is_that_of_the_key(text in "[年其中一至月分项（(【）1、.B\\-* ]{1,8}") {
            if let Some(first) = first_of_key(&text) {
                prop_assert!(key(&text).starts_with(first), "{} of {}", key(&text), text);
            }
        }

        #[test]
        fn white_space_and_width_change_nothing(gap in "[ \n　]{0,3}") {
            let spaced = format!("全{gap}年{gap}预算数{gap}（A）");
            prop_assert_eq!(key(&spaced), "全年预算数");
        }
    }
}
