//! Marks and words as they are set: doubled, half-width, unpaired, missing.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_width::UnicodeWidthStr;

use super::{Context, Mend, Remark};
use crate::model::Level;
use crate::model::report::Line;
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P31",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: doubled, spoil: ("已按期完成。", "已按期完成。。") },
        example: "10",
    },
    Check {
        code: "P33",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: stops, spoil: ("检验报告和发票支付。", "检验报告和发票支付")
        },
        example: "8",
    },
    Check {
        code: "P34",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: half_width, spoil: ("投诉办结率97.5%，企业", "投诉办结率97.5%,企业")
        },
        example: "11",
    },
    Check {
        code: "P35",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: document_numbers,
            spoil: ("抽检费用凭", "依据某财行指【2022】15号，抽检费用凭"),
        },
        example: "8",
    },
    Check {
        code: "P36",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: amounts_without_unit,
            spoil: ("资金全部到位。", "资金全部到位，其中30万用于抽样。"),
        },
        example: "6",
    },
    Check {
        code: "P37",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: stray_blanks, spoil: ("检验报告和发票支付。", "检验报告和发票支付 。")
        },
        example: "8",
    },
];

/// Marks that end or part sentences and never stand twice.
const MARKS: &str = "。，、；：！？";

/// Half-width marks and the full-width ones that Chinese text takes.
const HALF_WIDTH: [(char, char); 7] =
    [(',', '，'), (';', '；'), (':', '：'), ('(', '（'), (')', '）'), ('?', '？'), ('!', '！')];

static DOCUMENT_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:依据|根据|按照|年度)?(?P<number>\p{Han}{2,10}(?P<open>[(（\[【［])(?:19|20)\d\d(?P<close>[)）\]】］])第?\d+号)").ok()
});

static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:\.\d+)?万").ok());

/// Whether a character is written as wide as Chinese ones are.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The lines that are prose or headings, with their indexes.
fn prose<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Line)> {
    context.report.lines.iter().enumerate().filter(|(_, line)| !line.in_table)
}

fn doubled(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in prose(context) {
        let repeats =
            [doubled_marks(&line.text), doubled_words(context, &line.text), doubled_ends(&line.text)];
        for doubled in repeats.concat() {
            let (found, more) = (&line.text[doubled.whole.clone()], doubled.more);
            let expected = found.get(..found.len() - more.len()).unwrap_or_default();
            let mend = Mend { line: line.number, at: more, text: String::new() };
            let remark = context.remark(index, t!("P31.message", found = found));
            remarks.push(remark.compares(found, expected).mended(vec![mend]));
        }
        for word in &context.words.once {
            let mut places = line.text.match_indices(word.as_str());
            if places.next().is_some() && places.next().is_some() {
                remarks.push(context.remark(index, t!("P31.twice", word = word)));
            }
        }
    }
}

/// What stands twice, and the bytes that are too much.
#[derive(Clone)]
struct Doubled {
    whole: Range<usize>,
    more: Range<usize>,
}

fn doubled_marks(text: &str) -> Vec<Doubled> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, mark)) = rest.char_indices().find(|(_, c)| MARKS.contains(*c)) {
        let start = text.len() - rest.len() + at;
        let second = start + mark.len_utf8();
        rest = &text[second..];
        let more = rest.len() - rest.trim_start_matches(mark).len();
        if more > 0 {
            rest = &rest[more..];
            found.push(Doubled { whole: start..second + more, more: second..second + more });
        }
    }
    found
}

/// Words of two to four characters that stand twice in a row.
fn doubled_words(context: &Context<'_>, text: &str) -> Vec<Doubled> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let byte = |i: usize| chars.get(i).map_or(text.len(), |(at, _)| *at);
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let twice = (2..=4).rev().find(|n| {
            let (first, second) = (chars.get(i..i + n), chars.get(i + n..i + 2 * n));
            first.zip(second).is_some_and(|(first, second)| {
                first.iter().zip(second).all(|((_, a), (_, b))| a == b && is_han(*a))
                    && first.iter().any(|(_, c)| *c != first[0].1)
            })
        });
        match twice {
            Some(n) => {
                let whole = byte(i)..byte(i + 2 * n);
                if !context.words.doubled.iter().any(|word| text[whole.clone()].contains(word.as_str())) {
                    found.push(Doubled { more: byte(i + n)..whole.end, whole });
                }
                i += 2 * n;
            }
            None => i += 1,
        }
    }
    found
}

/// A sentence of a few characters that only says once more how the one before it ends: `……奖励。奖励。`
fn doubled_ends(text: &str) -> Vec<Doubled> {
    const LONGEST: usize = 8;
    let mut found = Vec::new();
    let mut start = 0;
    let mut before: Option<&str> = None;
    for (at, stop) in text.match_indices('。') {
        let sentence = &text[start..at];
        let short = !sentence.is_empty() && sentence.chars().count() <= LONGEST;
        if short && before.is_some_and(|before| before.ends_with(sentence)) {
            let end = at + stop.len();
            found.push(Doubled { whole: start - stop.len() - sentence.len()..end, more: start..end });
        }
        before = Some(sentence);
        start = at + stop.len();
    }
    found
}

fn stops(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let full = full_width(context);
    for (index, line) in prose(context) {
        for (mark, followers) in &context.words.no_comma_before {
            for (at, found) in line.text.match_indices(&format!("、{mark}")) {
                let behind = line.text[at + found.len()..].chars().next();
                if !behind.is_some_and(|c| followers.contains(c)) {
                    remarks.push(context.remark(index, t!("P33.comma", found = found)).compares(found, mark));
                }
            }
        }
        let goes_on =
            full.is_some_and(|full| line.text.width_cjk() >= full) && is_unmarked(context, index + 1);
        if !goes_on && ends_without_stop(context, index, line) {
            let tail: String =
                line.text.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
            let end = line.text.len();
            let mend = Mend { line: line.number, at: end..end, text: "。".to_owned() };
            remarks.push(context.remark(index, t!("P33.message", tail = tail)).mended(vec![mend]));
        }
    }
}

/// From which width on, in half-width characters, a line is full, where the text is broken into lines of one width;
/// none where lines are paragraphs.
fn full_width(context: &Context<'_>) -> Option<usize> {
    /// So many full lines that end amid a sentence are not left over from typing.
    const FEWEST: usize = 3;
    let widths = || prose(context).map(|(index, line)| (index, line.text.width_cjk()));
    let widest = widths().map(|(_, width)| width).max()?;
    // Marks that do not begin lines leave them shorter by a word, first lines are indented.
    let full = widest * 4 / 5;
    let open = |index: usize| {
        let text = context.report.lines.get(index).map_or("", |line| line.text.as_str());
        text.ends_with(|c: char| is_han(c) || c.is_ascii_alphanumeric()) && is_unmarked(context, index + 1)
    };
    (widths().filter(|(index, width)| *width >= full && open(*index)).count() >= FEWEST).then_some(full)
}

fn is_unmarked(context: &Context<'_>, index: usize) -> bool {
    context.report.lines.get(index).is_some_and(|line| line.mark.is_none() && !line.in_table)
}

/// Whether a line is a sentence and nothing ends it.
fn ends_without_stop(context: &Context<'_>, index: usize, line: &Line) -> bool {
    const SHORTEST: usize = 8;
    const LONGEST_HEADING: usize = 24;
    let report = context.report;
    let words = line.words();
    let is_title = index < report.title_lines;
    let is_heading = report.sections.iter().any(|section| section.heading_line == index);
    let signs = report.unit.as_deref().is_some_and(|unit| unit.contains(words))
        || ["附件", "附表", "日期", "年月日"].iter().any(|start| words.starts_with(start))
        || words.ends_with(['日', '月']) && words.chars().count() <= 12;
    let ended =
        !words.ends_with(|c: char| is_han(c) || c.is_ascii_alphanumeric() || "%％）)”〕》".contains(c));
    // 〔待补充：…〕 is no sentence yet.
    let gap = words.ends_with('〕');
    if is_title || is_heading || signs || ended || gap || words.chars().count() < SHORTEST {
        return false;
    }
    // What stands above its own items, a paragraph of its own or a table is a heading, whatever its rank.
    let heads = match (&line.mark, report.lines.get(index + 1)) {
        (_, Some(next)) if next.in_table => true,
        (Some(mark), Some(next)) => {
            let deeper = next.mark.as_ref().is_none_or(|below| below.depth > mark.depth);
            let short = mark.depth <= 2 && words.chars().count() <= LONGEST_HEADING;
            deeper && !words.contains(['；', '。']) && (short || !words.contains('，'))
        }
        _ => false,
    };
    !heads
}

fn half_width(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in prose(context) {
        let numbers: Vec<Range<usize>> = DOCUMENT_NUMBER
            .iter()
            .flat_map(|pattern| pattern.find_iter(&line.text).map(|found| found.range()))
            .collect();
        let mut mends = Vec::new();
        let mut found = String::new();
        for (at, half, full) in half_marks(&line.text) {
            if !found.contains(half) {
                found.push(half);
            }
            // What becomes 〔〕 is mended there.
            if !numbers.iter().any(|number| number.contains(&at)) {
                let at = at..at + half.len_utf8();
                mends.push(Mend { line: line.number, at, text: full.to_string() });
            }
        }
        if !found.is_empty() {
            let shown = found.chars().map(String::from).collect::<Vec<_>>().join(" ");
            let remark = context.remark(index, t!("P34.message", found = shown));
            remarks.push(remark.compares(shown, "").mended(mends));
        }
        if line.text.matches('“').count() != line.text.matches('”').count() && !found.contains('"') {
            remarks.push(context.remark(index, t!("P34.unpaired")));
        }
    }
}

/// Half-width marks beside Chinese characters: where, which, and what takes their place.
fn half_marks(text: &str) -> Vec<(usize, char, char)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let is_chinese = |c: char| is_han(c) || "，。、；：！？（）“”‘’《》〔〕".contains(c);
    let beside = |i: usize| {
        let before = i.checked_sub(1).and_then(|before| chars.get(before));
        [before, chars.get(i + 1)].into_iter().flatten().any(|(_, c)| is_chinese(*c))
    };
    let mut found = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut quoted = 0_i32;
    for (i, (at, c)) in chars.iter().copied().enumerate() {
        match c {
            '“' => quoted += 1,
            '”' => quoted -= 1,
            '"' if quoted > 0 => {
                quoted -= 1;
                found.push((at, c, '”'));
            }
            '"' if beside(i) && text[at + 1..].contains('"') => {
                quoted += 1;
                found.push((at, c, '“'));
            }
            '(' => open.push(i),
            // Brackets go in pairs: both change if either stands beside Chinese.
            ')' => {
                if let Some(first) = open.pop()
                    && (beside(first) || beside(i))
                {
                    found.extend([(chars[first].0, '(', '（'), (at, c, '）')]);
                }
            }
            _ => {
                let full = HALF_WIDTH.iter().find(|(half, _)| *half == c);
                let counts = i > 0
                    && chars[i - 1].1.is_ascii_digit()
                    && chars.get(i + 1).is_some_and(|(_, c)| c.is_ascii_digit());
                if let Some((_, full)) = full.filter(|_| beside(i) && !counts) {
                    found.push((at, c, *full));
                }
            }
        }
    }
    found.sort_unstable();
    found
}

fn document_numbers(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in prose(context) {
        for number in DOCUMENT_NUMBER.iter().flat_map(|pattern| pattern.captures_iter(&line.text)) {
            let (Some(whole), Some(open), Some(close)) =
                (number.name("number"), number.name("open"), number.name("close"))
            else {
                continue;
            };
            let bracket =
                |at: Range<usize>, text: &str| Mend { line: line.number, at, text: text.to_owned() };
            let mends = vec![bracket(open.range(), "〔"), bracket(close.range(), "〕")];
            let expected = whole.as_str().replace(open.as_str(), "〔").replace(close.as_str(), "〕");
            let message = t!("P35.message", found = whole.as_str(), expected = expected);
            remarks.push(context.remark(index, message).compares(whole.as_str(), expected).mended(mends));
        }
    }
}

fn amounts_without_unit(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in prose(context) {
        for amount in AMOUNT.iter().flat_map(|pattern| pattern.find_iter(&line.text)) {
            let behind = &line.text[amount.end()..];
            let stands_alone = behind.is_empty()
                || behind.starts_with(|c: char| "，。、；".contains(c))
                || context.words.after_amount.iter().any(|word| behind.starts_with(word.as_str()));
            if stands_alone {
                let found = amount.as_str();
                let message = t!("P36.message", found = found);
                remarks.push(context.remark(index, message).compares(found, format!("{found}元")));
            }
        }
    }
}

fn stray_blanks(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in prose(context) {
        let mut mends = Vec::new();
        for (at, _) in line.text.char_indices().filter(|(_, c)| "，。、；：！？”）".contains(*c)) {
            let before = line.text[..at].trim_end_matches([' ', '\u{3000}', '\u{a0}']);
            if !before.is_empty() && before.len() < at {
                mends.push(Mend { line: line.number, at: before.len()..at, text: String::new() });
            }
        }
        if !mends.is_empty() {
            remarks.push(context.remark(index, t!("P37.message")).mended(mends));
        }
    }
}
