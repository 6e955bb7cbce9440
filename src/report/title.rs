//! Titles: where a report begins, and the unit, project and year that its title names.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::conventions::Conventions;
use crate::model::report::Line;

/// A title stands on no more lines.
const MOST_LINES: usize = 4;
/// A line of a title is no longer, in characters.
const LONGEST: usize = 90;
/// So many lines below a title the first section has begun.
const BEFORE_FIRST_SECTION: usize = 12;

static YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(20\d\d)(?:年度|年)").ok());
static FULL_YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(20\d\d)年度").ok());

/// A title and what it names.
#[derive(Clone, Debug)]
pub(super) struct Title {
    /// Its lines.
    pub(super) lines: Range<usize>,
    pub(super) text: String,
    pub(super) unit: Option<String>,
    pub(super) project: Option<String>,
    pub(super) year: Option<u16>,
}

/// The titles among some lines, in order.
pub(super) fn find(lines: &[Line], conventions: &Conventions) -> Vec<Title> {
    let mut titles: Vec<Title> = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let from = titles.last().map_or(0, |title| title.lines.end);
        match at(lines, index, from, conventions) {
            Some(title) => {
                index = title.lines.end;
                titles.push(title);
            }
            None => index += 1,
        }
    }
    titles
}

/// The title whose words 报告 stand in a line, with the lines of it above (not before `from`) and below.
fn at(lines: &[Line], index: usize, from: usize, conventions: &Conventions) -> Option<Title> {
    let line = &lines[index];
    if !is_of_title(line) {
        return None;
    }
    let (head, bracketed) = split_bracket(&line.text);
    conventions.without_title(&plain(head))?;
    let mut last = index + 1;
    let mut bracketed = bracketed.map(str::to_owned);
    // The project may stand in brackets on a line of its own.
    if bracketed.is_none()
        && let Some(next) = lines.get(last).filter(|next| is_of_title(next))
        && let ("", Some(inner)) = split_bracket(&next.text)
    {
        bracketed = Some(inner.to_owned());
        last += 1;
    }
    let first_section =
        |line: &Line| line.mark.as_ref().is_some_and(|mark| mark.depth == 1 && mark.ordinal == 1);
    if !lines.iter().skip(last).take(BEFORE_FIRST_SECTION).any(first_section) {
        return None;
    }
    let mut first = index;
    while first > from && index - first + 1 < MOST_LINES && belongs_above(lines, first - 1, from, conventions)
    {
        first -= 1;
    }
    let above = lines[first..index].iter().map(|line| line.text.as_str()).collect::<String>();
    let own = plain(head);
    let head = plain(&above) + conventions.without_title(&own)?;
    let text = lines[first..last].iter().map(|line| line.text.as_str()).collect();
    let mut title = Title { lines: first..last, text, unit: None, project: None, year: None };
    name(&mut title, &head, bracketed, conventions);
    Some(title)
}

/// Whether the line above a title's last is of the title too: a unit's name, or the beginning of the file.
fn belongs_above(lines: &[Line], index: usize, from: usize, conventions: &Conventions) -> bool {
    let line = &lines[index];
    let is_first = from == 0 && index < MOST_LINES && !line.text.starts_with("附件");
    is_of_title(line)
        && (conventions.is_unit(&line.text) && !signs(lines, index, conventions)
            || is_first
            || is_dated(line))
}

/// Whether a unit's name is the signature of the report before: another unit's name follows.
fn signs(lines: &[Line], index: usize, conventions: &Conventions) -> bool {
    lines.get(index + 1).is_some_and(|next| conventions.is_unit(&next.text))
}

/// Whether a line is a year and the name of a project, as on the first line of some titles.
fn is_dated(line: &Line) -> bool {
    FULL_YEAR.iter().any(|year| year.find(&line.text).is_some_and(|found| found.start() == 0))
}

fn is_of_title(line: &Line) -> bool {
    let ends = line.text.ends_with(['。', '；', '：', '，', '、', ':', ';', ',']);
    let counts = line.text.contains(['…', '\t']) || line.text.ends_with(|c: char| c.is_ascii_digit());
    !line.in_table && line.mark.is_none() && !ends && !counts && line.text.chars().count() <= LONGEST
}

/// The words without white space, and without 关于 before and 的 within 的报告.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.strip_prefix("关于").map_or(text.clone(), str::to_owned)
}

/// A text without the brackets at its end, and what stands in them. Brackets within are of the inner text.
fn split_bracket(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let Some(close) = text.chars().next_back().filter(|c| matches!(c, '）' | ')')) else {
        return (text, None);
    };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().rev() {
        match c {
            '）' | ')' => depth += 1,
            '（' | '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let inner = &text[at + c.len_utf8()..text.len() - close.len_utf8()];
            return (text[..at].trim_end(), Some(inner.trim()).filter(|inner| !inner.is_empty()));
        }
    }
    (text, None)
}

/// Fills in what the title's words name.
fn name(title: &mut Title, head: &str, bracketed: Option<String>, conventions: &Conventions) {
    let year = FULL_YEAR.iter().chain(YEAR.iter()).find_map(|pattern| pattern.captures(head));
    let (before, after) = match &year {
        Some(year) => {
            let whole = year.get(0).map_or(0..0, |whole| whole.range());
            title.year = year.get(1).and_then(|digits| digits.as_str().parse().ok());
            (&head[..whole.start], &head[whole.end..])
        }
        None => {
            let unit = conventions.leading_unit(head).unwrap_or_default();
            (unit, &head[unit.len()..])
        }
    };
    title.unit = Some(before).filter(|unit| !unit.is_empty()).map(str::to_owned);
    let mut project = after;
    // The year may come first: 2022年度某县某局某项目. Words of a project may look like a unit's: 基层监管所补助资金.
    let of_a_place = |unit: &&str| {
        let place = unit.char_indices().skip(1).any(|(_, c)| "省市县区旗州镇乡".contains(c));
        place && conventions.is_unit(unit)
    };
    if title.unit.is_none()
        && let Some(unit) = conventions.leading_unit(after).filter(of_a_place)
    {
        title.unit = Some(unit.to_owned());
        project = &after[unit.len()..];
    }
    let dated = |text: &String| {
        YEAR.iter().any(|year| year.find(text).is_some_and(|found| found.len() == text.len()))
    };
    if let Some(bracketed) = bracketed.filter(|text| !dated(text)) {
        title.project = Some(bracketed);
    } else {
        title.project = Some(without_kind(project)).filter(|project| !project.is_empty()).map(str::to_owned);
    }
}

/// A project's name without 支出 behind it; nothing if 项目支出 is all there is.
fn without_kind(project: &str) -> &str {
    let project = project.trim_end_matches('的');
    let named = project
        .strip_suffix("项目支出")
        .map_or(project, |name| if name.is_empty() { "" } else { &project[..project.len() - "支出".len()] });
    if matches!(named, "项目" | "支出" | "整体支出" | "部门整体支出") { "" } else { named }
}
