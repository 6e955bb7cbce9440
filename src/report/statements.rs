//! What a report says of itself: score, grade, year.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::model::Grade;
use crate::model::report::{Report, Stated};

/// How reports state their score, the plainest first: behind 总分 the full points may stand as well.
static SCORES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?:自评(?:指标)?(?:总)?(?:得分|分值|分数|得)|自评总分|综合(?:评分|得分)|评价(?:得分|得)|最终得分|总得分|绩效得分)(?:结果)?[为是：:约\s]*(\d+(?:\.\d+)?)\s*分",
        r"(?:得分?|评为)(?:为|是|：|:)?\s*(\d+(?:\.\d+)?)\s*分[，,、（(（]*(?:评价)?(?:等级|结果|结论|评定|评价)",
        r"总分[为是：:]*\s*(\d+(?:\.\d+)?)\s*分",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

static GRADE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:等级|结论|结果|评定|档次|评价)(?:评定)?[为是：:]*[“”"'（(]?(优秀|优|良好|良|中|差)[”"'）)。，；、\s]"#).ok()
});

static YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(20\d\d)年度").ok());

/// Reads what the text below the title says.
pub(super) fn read(report: &mut Report) {
    report.score = score(report);
    report.grade = grade(report);
    report.year = report.year.or_else(|| year(report));
}

fn score(report: &Report) -> Option<Stated<Decimal>> {
    SCORES.iter().find_map(|pattern| {
        let mut found: Vec<Stated<Decimal>> = Vec::new();
        for (index, line) in prose(report) {
            for number in pattern.captures_iter(line).filter_map(|found| found.get(1)) {
                if let Ok(value) = number.as_str().parse() {
                    found.push(Stated { value, line: index });
                }
            }
        }
        // A report on a whole unit states the scores of its projects, and none of its own.
        let several = report.project.is_none() && found.iter().any(|other| other.value != found[0].value);
        found.pop().filter(|_| !several)
    })
}

fn grade(report: &Report) -> Option<Stated<Grade>> {
    let mut last = None;
    for (index, line) in prose(report) {
        // A mark behind the last word makes its end sure.
        let line = format!("{line}。");
        for name in
            GRADE.iter().flat_map(|pattern| pattern.captures_iter(&line)).filter_map(|found| found.get(1))
        {
            let grade = Grade::ALL.into_iter().find(|grade| name.as_str().starts_with(grade.name()));
            last = grade.map(|value| Stated { value, line: index }).or(last);
        }
    }
    last.filter(|_| report.score.is_some() || report.project.is_some())
}

/// The year that is most often called the year of evaluation.
fn year(report: &Report) -> Option<u16> {
    let mut years: Vec<(u16, usize)> = Vec::new();
    for (_, line) in prose(report) {
        for year in YEAR.iter().flat_map(|pattern| pattern.captures_iter(line)) {
            let Some(year) = year.get(1).and_then(|digits| digits.as_str().parse().ok()) else { continue };
            match years.iter_mut().find(|(own, _)| *own == year) {
                Some((_, count)) => *count += 1,
                None => years.push((year, 1)),
            }
        }
    }
    years.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
}

/// The lines below the title that are no table's, with their indexes.
fn prose(report: &Report) -> impl Iterator<Item = (usize, &str)> {
    let lines = report.lines.iter().enumerate().skip(report.title_lines);
    lines.filter(|(_, line)| !line.in_table).map(|(index, line)| (index, line.text.as_str()))
}
