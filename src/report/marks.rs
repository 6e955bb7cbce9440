//! The numbers before headings and items.

use crate::model::report::{Line, Mark};

const NUMERALS: &str = "一二三四五六七八九十百";

/// The line with the mark that is typed before its words, unless the word processor sets one.
pub(super) fn marked(mut line: Line) -> Line {
    if line.mark.is_none() && !line.in_table {
        line.mark = mark(&line.text);
    }
    line
}

/// The mark with which a text begins: `一、`, `（一）`, `1.` and `1、`, `（1）`.
fn mark(text: &str) -> Option<Mark> {
    let open = text.strip_prefix(['（', '(']);
    let body = open.unwrap_or(text);
    let end = |belongs: fn(char) -> bool| body.find(|c| !belongs(c)).filter(|end| *end > 0);
    let chinese = end(|c| NUMERALS.contains(c));
    let (at, depth, ordinal) = match chinese {
        Some(at) => (at, 1, chinese_ordinal(&body[..at])?),
        None => {
            let at = end(|c| c.is_ascii_digit())?;
            // Three digits are a figure or a year.
            (at, 3, body[..at].parse().ok().filter(|ordinal| (1..100).contains(ordinal))?)
        }
    };
    let sign = body[at..].chars().next()?;
    let rest = &body[at + sign.len_utf8()..];
    let is_mark = match (open.is_some(), sign) {
        (true, '）' | ')') => true,
        // 1.5 is a figure; 1、2号楼 and 二、三级 are lists of words.
        (false, '.' | '．') if depth == 3 => {
            let next = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            next.len() == rest.len() || rest.len() - next.len() == 4 && next.starts_with('年')
        }
        (false, '、') if depth == 3 => {
            let next = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            next.len() == rest.len() || !next.starts_with(['、', '号', '月', '日', '期', '季', '类', '级'])
        }
        (false, '、') => {
            let next = rest.trim_start_matches(|c| NUMERALS.contains(c));
            next.len() == rest.len()
                || !next.starts_with(['级', '季', '线', '类', '层', '年', '月', '期', '批'])
        }
        _ => false,
    };
    let depth = depth + u8::from(open.is_some());
    is_mark.then(|| Mark { depth, ordinal, sign, typed: text.len() - rest.len() })
}

/// A Chinese numeral up to ninety-nine.
fn chinese_ordinal(text: &str) -> Option<u32> {
    let digit = |c: char| NUMERALS.chars().position(|own| own == c).and_then(|at| u32::try_from(at + 1).ok());
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        [one] => digit(*one).filter(|value| *value < 10),
        ['十', one] => Some(10 + digit(*one).filter(|value| *value < 10)?),
        [ten, '十'] => Some(10 * digit(*ten).filter(|value| *value < 10)?),
        [ten, '十', one] => {
            Some(10 * digit(*ten).filter(|v| *v < 10)? + digit(*one).filter(|value| *value < 10)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_figures() {
        let read = |text| mark(text).map(|mark| (mark.depth, mark.ordinal, mark.sign, mark.typed));
        for (text, expected) in [
            ("一、概况", Some((1, 1, '、', 6))),
            ("十二、其他", Some((1, 12, '、', 9))),
            ("（三）满意度", Some((2, 3, '）', 9))),
            ("(四)成本", Some((2, 4, ')', 5))),
            ("1、资金", Some((3, 1, '、', 4))),
            ("2．资金", Some((3, 2, '．', 4))),
            ("3.资金", Some((3, 3, '.', 2))),
            ("（12）质量", Some((4, 12, '）', 8))),
            ("1.5万元用于修缮", None),
            ("2022.5", None),
            ("1.2022年专项资金", Some((3, 1, '.', 2))),
            ("2022、2023年", None),
            ("2、30万用于清淤", Some((3, 2, '、', 4))),
            ("1、2号楼", None),
            ("二、三级指标均已完成", None),
            ("三、三公经费", Some((1, 3, '、', 6))),
            ("一是加强管理", None),
            ("（2022）15号", None),
            ("", None),
            ("（", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
