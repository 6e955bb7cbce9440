//! Numbers before headings and items: whether they count without a gap.

use std::ops::Range;

use super::{Context, Mend, Remark};
use crate::model::Level;
use crate::model::number::chinese_numeral;
use crate::model::report::{Line, Mark};
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P01",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: headings_jump, spoil: ("四、绩效自评结果", "五、绩效自评结果")
        },
        example: "15",
    },
    Check {
        code: "P02",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: items_jump, spoil: ("3.资金管理", "4.资金管理") },
        example: "8",
    },
    Check {
        code: "P03",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: repeated, spoil: ("3.资金管理", "2.资金管理") },
        example: "8",
    },
    Check {
        code: "P04",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: no_first, spoil: ("1.资金到位", "资金到位") },
        example: "7",
    },
    Check {
        code: "P05",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: mixed_signs, spoil: ("2.资金执行", "2、资金执行") },
        example: "7",
    },
    Check {
        code: "P06",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: lone_item, spoil: ("食品安全抽检项目自评", "1.食品安全抽检项目自评")
        },
        example: "17",
    },
    Check {
        code: "P07",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: ranks_within,
            spoil: ("各项任务已按期完成。", "成效有：（一）各项任务已按期完成。（二）抽检结果分四期公布。"),
        },
        example: "10",
    },
    Check {
        code: "P09",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: headings_end, spoil: ("下一步改进措施\n", "下一步改进措施。\n")
        },
        example: "13",
    },
];

/// A numbered line of a list.
#[derive(Clone, Copy)]
struct Item<'a> {
    /// Its index in the report's lines.
    index: usize,
    line: &'a Line,
    mark: &'a Mark,
}

/// The lists of a report: lines of one rank under one parent. A list that begins anew is another.
fn lists<'a>(context: &Context<'a>) -> Vec<Vec<Item<'a>>> {
    let mut lists: Vec<Vec<Item<'a>>> = Vec::new();
    let mut open: [Option<usize>; 5] = [None; 5];
    let report = context.report;
    for (index, line) in report.lines.iter().enumerate().skip(report.title_lines) {
        let Some(mark) = line.mark.as_ref().filter(|_| !line.in_table) else { continue };
        let depth = usize::from(mark.depth.clamp(1, 4));
        open[depth + 1..].fill(None);
        let begins =
            |list: usize| mark.ordinal == 1 && lists[list].last().is_some_and(|last| last.mark.ordinal > 1);
        let list = match open[depth].filter(|list| !begins(*list)) {
            Some(list) => list,
            None => {
                lists.push(Vec::new());
                lists.len() - 1
            }
        };
        open[depth] = Some(list);
        lists[list].push(Item { index, line, mark });
    }
    // A word processor that counts does not miscount.
    lists.retain(|list| list.iter().all(|item| item.mark.typed > 0));
    lists
}

/// The typed mark of a line with another number in it.
fn renumbered(item: &Item<'_>, ordinal: u32) -> Option<Mend> {
    let typed = item.line.text.get(..item.mark.typed)?;
    let numeral = |c: char| c.is_numeric() || "一二三四五六七八九十百".contains(c);
    let start = typed.find(numeral)?;
    let end =
        typed.rfind(numeral).map(|last| last + typed[last..].chars().next().map_or(0, char::len_utf8))?;
    let text = if item.mark.depth <= 2 {
        chinese_numeral(usize::try_from(ordinal).unwrap_or(usize::MAX))
    } else {
        ordinal.to_string()
    };
    Some(Mend { line: item.line.number, at: start..end, text })
}

/// What makes a list count from 1 without a gap.
fn recounted(list: &[Item<'_>]) -> Vec<Mend> {
    let wrong = (1..).zip(list).filter(|(ordinal, item)| item.mark.ordinal != *ordinal);
    wrong.filter_map(|(ordinal, item)| renumbered(item, ordinal)).collect()
}

/// The words of a mark.
fn typed<'a>(item: &Item<'a>) -> &'a str {
    item.line.text.get(..item.mark.typed).unwrap_or_default().trim()
}

/// A mark as it would stand with another number.
fn as_counted(item: &Item<'_>, ordinal: u32) -> String {
    let mut text = typed(item).to_owned();
    if let Some(mend) = renumbered(item, ordinal) {
        text.replace_range(mend.at, &mend.text);
    }
    text
}

/// Tells where a list goes from one number to a later one than the next.
fn jumps(context: &Context<'_>, depths: Range<u8>, remarks: &mut Vec<Remark>) {
    for list in lists(context).iter().filter(|list| depths.contains(&list[0].mark.depth)) {
        let mut mends = recounted(list);
        for pair in list.windows(2) {
            let expected = pair[0].mark.ordinal + 1;
            if pair[1].mark.ordinal > expected {
                let (found, expected) = (typed(&pair[1]), as_counted(&pair[1], expected));
                let code = context.check.code;
                let message = t!(
                    format!("{code}.message"),
                    before = typed(&pair[0]),
                    found = found,
                    expected = expected
                );
                let remark = context.remark(pair[1].index, message).compares(found, expected);
                remarks.push(remark.mended(std::mem::take(&mut mends)));
            }
        }
    }
}

fn headings_jump(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    jumps(context, 1..3, remarks);
}

fn items_jump(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    jumps(context, 3..5, remarks);
}

fn repeated(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for list in lists(context) {
        let mut mends = recounted(&list);
        for pair in list.windows(2) {
            if pair[1].mark.ordinal <= pair[0].mark.ordinal {
                let (found, expected) = (typed(&pair[1]), as_counted(&pair[1], pair[0].mark.ordinal + 1));
                let message = t!("P03.message", before = typed(&pair[0]), found = found, expected = expected);
                let remark = context.remark(pair[1].index, message).compares(found, expected);
                remarks.push(remark.mended(std::mem::take(&mut mends)));
            }
        }
    }
}

fn no_first(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for list in lists(context) {
        let first = list[0];
        if first.mark.ordinal > 1 {
            let (found, expected) = (typed(&first), as_counted(&first, 1));
            let unnumbered = unnumbered_before(context, &first);
            let mends = match unnumbered.as_slice() {
                // As many paragraphs as numbers are missing: they are the items without a number.
                lines if u32::try_from(lines.len()).is_ok_and(|count| count + 1 == first.mark.ordinal) => {
                    (1..)
                        .zip(lines)
                        .map(|(ordinal, line)| Mend {
                            line: line.number,
                            at: 0..0,
                            text: as_counted(&first, ordinal),
                        })
                        .collect()
                }
                _ => recounted(&list),
            };
            let message = t!("P04.message", found = found, expected = expected);
            remarks.push(context.remark(first.index, message).compares(found, expected).mended(mends));
        }
    }
    for (index, line) in context.report.lines.iter().enumerate().filter(|(_, line)| !line.in_table) {
        if let Some(mark) = glued(line) {
            remarks.push(context.remark(index, t!("P04.glued", found = mark)).compares(mark, ""));
        }
    }
}

/// The paragraphs without a number between a heading and the first numbered line below it.
fn unnumbered_before<'a>(context: &Context<'a>, first: &Item<'_>) -> Vec<&'a Line> {
    let above = context.report.lines.get(context.report.title_lines..first.index).unwrap_or_default();
    above
        .iter()
        .rev()
        .take_while(|line| line.mark.is_none() && !line.in_table)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect()
}

/// The number of an item that stands behind a full stop within a line: `……认证奖励。2、……`.
fn glued(line: &Line) -> Option<&str> {
    let own = line.mark.as_ref().filter(|mark| mark.depth == 3).map_or(0, |mark| mark.ordinal);
    let next = own.max(1) + 1;
    for sign in ['、', '.', '．'] {
        let mark = format!("。{next}{sign}");
        let Some(at) = line.text.find(&mark) else { continue };
        let (start, end) = (at + '。'.len_utf8(), at + mark.len());
        let behind = line.text[end..].chars().next();
        // `1、……。2、……` of a line without a number of its own is a list in running text.
        let in_prose =
            own == 0 && ['、', '.', '．'].iter().any(|sign| line.text[..at].contains(&format!("1{sign}")));
        if !in_prose && behind.is_some_and(|c| !c.is_ascii_digit()) {
            return Some(&line.text[start..end]);
        }
    }
    None
}

fn mixed_signs(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let lists: Vec<_> = lists(context).into_iter().filter(|list| list[0].mark.depth == 3).collect();
    let count = |sign| lists.iter().flatten().filter(|item| item.mark.sign == sign).count();
    for list in &lists {
        // The sign that the report has more often is the one that its writer meant; else the standard's 1. it is.
        let wont = |sign: &char| (count(*sign), matches!(sign, '.' | '．'));
        let Some(usual) = list.iter().map(|item| item.mark.sign).max_by_key(wont) else {
            continue;
        };
        let other = || list.iter().filter(|item| item.mark.sign != usual);
        let mends = other().filter_map(|item| {
            let at = typed(item).rfind(item.mark.sign)?;
            let at = at..at + item.mark.sign.len_utf8();
            Some(Mend { line: item.line.number, at, text: usual.to_string() })
        });
        let like = list.iter().find(|item| item.mark.sign == usual).map_or("", typed);
        if let Some(item) = other().next() {
            let message = t!("P05.message", other = like, found = typed(item));
            let remark = context.remark(item.index, message).compares(item.mark.sign, usual);
            remarks.push(remark.mended(mends.collect()));
        }
    }
}

fn lone_item(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for list in lists(context) {
        if let [item] = list.as_slice()
            && item.mark.depth >= 3
            && item.mark.ordinal == 1
            && glued(item.line).is_none()
        {
            let mend = Mend { line: item.line.number, at: 0..item.mark.typed, text: String::new() };
            let remark = context.remark(item.index, t!("P06.message", found = typed(item)));
            remarks.push(remark.mended(vec![mend]));
        }
    }
}

fn ranks_within(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    for section in report.sections.iter().filter(|section| section.depth == 2) {
        for index in section.body.clone() {
            let Some(line) = report.lines.get(index).filter(|line| !line.in_table) else { continue };
            let has = |mark: &str| line.words().contains(mark);
            if has("（一）") && has("（二）") {
                remarks.push(context.remark(index, t!("P07.message")));
            }
        }
    }
}

fn headings_end(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    let headings = || {
        report.sections.iter().filter_map(|section| Some((section, report.lines.get(section.heading_line)?)))
    };
    let ends = |line: &Line| line.text.ends_with('。');
    // Of one rank all are alike.
    let mixed = |depth: u8| headings().any(|(section, line)| section.depth == depth && !ends(line));
    for (section, line) in headings().filter(|(section, line)| ends(line) && mixed(section.depth)) {
        let end = line.text.len();
        let mend = Mend { line: line.number, at: end - '。'.len_utf8()..end, text: String::new() };
        let message = t!("P09.message", heading = section.heading);
        remarks.push(context.remark(section.heading_line, message).mended(vec![mend]));
    }
}
