//! What a report speaks of: its own year, place, trade and project, or somebody else's.

use std::sync::LazyLock;

use regex::Regex;

use super::sections::GAP;
use super::{Batch, Context, Remark};
use crate::model::Level;
use crate::model::report::Line;
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P21",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: other_year,
            spoil: ("任务于2022年12月5日完成", "任务于2021年12月5日完成"),
        },
        example: "10",
    },
    Check {
        code: "P25",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Reports {
            run: titles,
            spoil: ("某县食品检验所2022年度项目", "某县食品检验所\n2022年度项目"),
        },
        example: "1",
    },
    Check {
        code: "P28",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: other_place, spoil: ("抽检费用凭", "我区抽检费用凭") },
        example: "8",
    },
    Check {
        code: "P29",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: title_for_subject,
            spoil: ("资金管理情况。抽检费用凭", "关于下达抽检经费用于抽检，费用凭"),
        },
        example: "8",
    },
    Check {
        code: "P30",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: almost_the_name, spoil: ("抽检费用凭", "食用安全抽检费用凭")
        },
        example: "8",
    },
    Check {
        code: "R48",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: other_trade,
            spoil: ("抽检费用凭", "受益老年人较多，抽检食品、食品检验、食品标签的费用凭"),
        },
        example: "8",
    },
];

static YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(20\d\d)年").ok());
static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{Han}(县|区|旗)").ok());

/// The lines below the title that are no table's.
fn prose<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Line)> {
    let lines = context.report.lines.iter().enumerate().skip(context.report.title_lines);
    lines.filter(|(_, line)| !line.in_table && !line.text.contains(GAP))
}

fn other_year(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let Some(year) = context.report.year else { return };
    let mut first = None;
    for (index, line) in prose(context) {
        for found in YEAR.iter().flat_map(|pattern| pattern.captures_iter(&line.text)) {
            let stated = found.get(1).and_then(|digits| digits.as_str().parse::<u16>().ok());
            if stated == Some(year) {
                return;
            }
            if context.quotes(&found[0]) {
                continue;
            }
            first = first.or(stated.map(|stated| (index, stated)));
        }
    }
    // Of a year ahead plans are made.
    if let Some((index, stated)) = first.filter(|(_, stated)| *stated < year) {
        let message = t!("P21.message", found = stated, year = year);
        remarks.push(context.remark(index, message).compares(stated, year));
    }
}

fn titles(batch: &Batch<'_>, remarks: &mut Vec<Remark>) {
    for own in batch.reports {
        let same_file = || batch.reports.iter().filter(|other| other.report.file == own.report.file);
        let first = same_file().next().map_or(0, |first| first.report.title_lines);
        if own.report.title_lines != first {
            let message = t!("P25.message", first = first, own = own.report.title_lines);
            remarks.push(batch.remark(own.report, 0, message));
            // One remark says it for the whole run.
            return;
        }
    }
}

fn other_place(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let Some(unit) = &context.report.unit else { return };
    let kinds: Vec<&str> = PLACE
        .iter()
        .flat_map(|pattern| pattern.captures_iter(unit))
        .filter_map(|found| found.get(1).map(|kind| kind.as_str()))
        .collect();
    let Some(own) = kinds.last() else { return };
    for other in ["县", "区", "旗"].into_iter().filter(|other| !kinds.contains(other)) {
        for (index, line) in prose(context) {
            let mut found = ["我", "全", "本"].into_iter().map(|whose| format!("{whose}{other}"));
            // 全区域 and 本区间 are other words.
            let is_own_word = |found: &String| {
                line.text.match_indices(found.as_str()).any(|(at, word)| {
                    !line.text[at + word.len()..].starts_with(['域', '间', '块', '别', '分', '长', '委'])
                })
            };
            if let Some(found) = found.find(is_own_word) {
                let message = t!("P28.message", found = found, own = own);
                remarks.push(context.remark(index, message).compares(&found, own));
            }
        }
    }
}

fn title_for_subject(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in prose(context) {
        let words = line.words();
        let subject =
            words.starts_with("关于下达") || words.starts_with("关于拨付") || words.starts_with("下达20");
        if subject && ["用于", "主要", "均"].iter().any(|verb| words.contains(verb)) {
            let found: String = words.chars().take(12).collect();
            remarks.push(context.remark(index, t!("P29.message", found = found)));
        }
    }
}

/// Names that differ from the project's in one character.
fn almost_the_name(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    /// Shorter names differ from other words by chance.
    const SHORTEST: usize = 6;
    let Some(project) = &context.report.project else { return };
    let name = ["专项", "项目", "资金", "经费", "费用"]
        .iter()
        .fold(project.as_str(), |name, end| name.trim_end_matches(end));
    let name: Vec<char> = name.chars().collect();
    if name.len() < SHORTEST || !name.iter().all(|c| super::typography::is_han(*c)) {
        return;
    }
    for (index, line) in prose(context) {
        let letters: Vec<char> = line.text.chars().collect();
        let almost = letters.windows(name.len()).find(|own| {
            let differ = own.iter().zip(&name).filter(|(a, b)| a != b).count();
            // The first or last character may belong to the words around.
            differ == 1 && own.first() == name.first() && own.last() == name.last()
        });
        if let Some(found) = almost {
            let (found, name): (String, String) = (found.iter().collect(), name.iter().collect());
            let message = t!("P30.message", found = found, name = name);
            remarks.push(context.remark(index, message).compares(found, name));
        }
    }
}

/// Words of a trade that the report hardly ever speaks of, while it speaks of another all the time.
fn other_trade(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    /// The report's own trade has at least so many words, and so many times those of the other.
    const OWN: usize = 4;
    const TIMES: usize = 3;
    /// A foreign word that stands more often is no slip.
    const SLIPS: usize = 2;
    // Of several projects, every one may be of a trade of its own.
    if context.report.project.is_none() {
        return;
    }
    let trades = &context.words.trades;
    let title = context.report.title.as_str();
    let counts: Vec<usize> = trades
        .iter()
        .map(|trade| {
            let words = prose(context).map(|(_, line)| trade.words.find(&line.text).count()).sum::<usize>();
            words + trade.words.find(title).count()
        })
        .collect();
    let Some((own, most)) = counts.iter().enumerate().max_by_key(|(_, count)| **count) else { return };
    for (at, trade) in trades.iter().enumerate() {
        let count = counts[at];
        let slip = at != own && (1..=SLIPS).contains(&count) && *most >= OWN.max(TIMES * count);
        if !slip || trade.words.is_in(title) {
            continue;
        }
        for (index, line) in prose(context) {
            if let Some((_, found)) = trade.words.find(&line.text).next() {
                let message = t!("R48.message", found = found, own = trades[own].name);
                remarks.push(context.remark(index, message));
            }
        }
    }
}
