//! Figures that are vague, missing, or cannot be.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::sections::{GAP, first_line, words};
use super::{Context, Remark};
use crate::model::Level;
use crate::model::report::{Figure, Line, Section, Topic};
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P17",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: unanswered,
            spoil: ("抽检费用凭", "计划支持10-15家企业整改，抽检费用凭"),
        },
        example: "8",
    },
    Check {
        code: "P18",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: vague_satisfaction, spoil: ("消费者满意度93.6%", "消费者满意度比较高")
        },
        example: "12",
    },
    Check {
        code: "P19",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: vague, spoil: ("抽检食品872批次", "抽检食品860余批次") },
        example: "10",
    },
    Check {
        code: "P20",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: impossible, spoil: ("抽检合格率98.2%", "抽检合格率在100%以上")
        },
        example: "10",
    },
    Check {
        code: "P23",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: listed,
            spoil: ("抽检费用凭", "抽样企业为：甲食品有限公司、乙食品有限公司等5家企业。抽检费用凭"),
        },
        example: "8",
    },
    Check {
        code: "R50",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: shares,
            spoil: ("抽检费用凭", "支出中检验费占62%，抽样费占30%，其他占5%。抽检费用凭"),
        },
        example: "8",
    },
    Check {
        code: "R56",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: no_figure,
            spoil: (
                "1.产出指标。抽检食品872批次，培训执法人员126人次，抽检合格率98.2%，案件结案率93.1%，任务于2022年12月5日完成。各项任务已按期完成。\n2.效益指标。挽回消费者损失46万元，投诉办结率97.5%，企业自查覆盖率85%。\n3.满意度指标。消费者满意度93.6%。\n",
                "各项任务已按期完成，取得明显成效。\n",
            ),
        },
        example: "10",
    },
];

static RANGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d+(?:\.\d+)?[-—–~～至到]\d+(?:\.\d+)?(\p{Han})").ok());
static AND_SO_ON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"等(\d+)(?:家|个|名|所|项|户|处)").ok());
static SHARE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"占(?:比)?(?:为)?[^，。；、\d]{0,6}(\d+(?:\.\d+)?)[%％]").ok());

/// The clause around a place of a text.
fn clause(text: &str, at: usize) -> &str {
    let is_end = |c: char| "，。；！？,;".contains(c);
    let start =
        text[..at].rfind(is_end).map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(is_end).map_or(text.len(), |end| at + end);
    &text[start..end]
}

fn line<'a>(context: &Context<'a>, figure: &Figure) -> Option<&'a Line> {
    context.report.lines.get(figure.line).filter(|line| !line.in_table)
}

fn unanswered(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    for (index, line) in
        report.lines.iter().enumerate().skip(report.title_lines).filter(|(_, own)| !own.in_table)
    {
        for range in RANGE.iter().flat_map(|pattern| pattern.captures_iter(&line.text)) {
            let (Some(whole), Some(unit)) = (range.get(0), range.get(1)) else { continue };
            let answers = |figure: &&Figure| {
                let elsewhere =
                    figure.line != index || !(whole.start()..whole.end()).contains(&figure.at.start);
                elsewhere && figure.quantity.unit.as_deref() == Some(unit.as_str())
            };
            let is_time = matches!(unit.as_str(), "年" | "月" | "日" | "号" | "时" | "天");
            let is_goal = ["目标", "计划", "完成", "争取", "力争"]
                .iter()
                .any(|word| clause(&line.text, whole.start()).contains(word));
            if !is_time && is_goal && !report.figures.iter().any(|figure| answers(&figure)) {
                remarks.push(context.remark(index, t!("P17.message", found = whole.as_str())));
            }
        }
    }
}

fn vague_satisfaction(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    const WORD: &str = "满意度";
    for (index, line) in context.report.lines.iter().enumerate().skip(context.report.title_lines) {
        for (at, _) in line.text.match_indices(WORD) {
            let behind = clause(&line.text, at);
            let behind = &behind[behind.find(WORD).unwrap_or_default()..];
            let figure = behind.contains(|c: char| c.is_ascii_digit());
            if let Some((_, found)) =
                context.words.sections.vague_degrees.find(behind).next().filter(|_| !figure)
            {
                remarks.push(context.remark(index, t!("P18.message", found = found)));
                break;
            }
        }
    }
}

fn vague(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let mut told = None;
    for figure in &context.report.figures {
        let Some(line) = line(context, figure) else { continue };
        let own = &line.text[figure.at.clone()];
        let behind = &line.text[figure.at.end..];
        let word = context.words.vague.iter().find(|word| {
            let within = own.contains(word.as_str());
            within || word.chars().count() > 1 && behind.starts_with(word.as_str())
        });
        // What is impossible is told as such.
        let Some(word) = word.filter(|_| impossible_until(context, figure, line).is_none()) else { continue };
        let end = if behind.starts_with(word.as_str()) { figure.at.end + word.len() } else { figure.at.end };
        let phrase = &line.text[figure.at.start..end];
        // One remark a line says it.
        if told != Some(figure.line) && !context.quotes(phrase) {
            told = Some(figure.line);
            remarks.push(context.remark(figure.line, t!("P19.message", found = phrase)).compares(phrase, ""));
        }
    }
}

/// Where the words end that make a percentage impossible: a rate that ends at 100 % and is beyond, or `100%以上` of
/// anything that is not compared with a plan.
fn impossible_until(context: &Context<'_>, figure: &Figure, line: &Line) -> Option<usize> {
    const OF_PLANS: [&str; 6] = ["计划", "完成", "超额", "增长", "增加", "提高"];
    let value = figure.quantity.value.filter(|_| figure.quantity.unit.as_deref() == Some("%"))?;
    let behind = &line.text[figure.at.end..];
    let above = ["以上", "及以上"].into_iter().find(|above| behind.starts_with(above));
    let before = &line.text[..figure.at.start];
    let clause = &before[before.rfind(|c: char| "，。、；（(".contains(c)).unwrap_or_default()..];
    let bounded = context.words.sections.bounded_rates.is_in(clause);
    let compared = OF_PLANS.iter().any(|word| clause.contains(word));
    let wrong = match value.cmp(&Decimal::ONE_HUNDRED) {
        Ordering::Less => false,
        Ordering::Equal => above.is_some() && (bounded || !compared),
        Ordering::Greater => bounded,
    };
    wrong.then(|| figure.at.end + above.map_or(0, str::len))
}

fn impossible(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for figure in &context.report.figures {
        if let Some(line) = line(context, figure)
            && let Some(end) = impossible_until(context, figure, line)
        {
            let found = &line.text[figure.at.start..end];
            remarks
                .push(context.remark(figure.line, t!("P20.message", found = found)).compares(found, "100%"));
        }
    }
}

fn listed(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in context.report.lines.iter().enumerate().filter(|(_, line)| !line.in_table) {
        for found in AND_SO_ON.iter().flat_map(|pattern| pattern.captures_iter(&line.text)) {
            let (Some(whole), Some(stated)) =
                (found.get(0), found.get(1).and_then(|own| own.as_str().parse::<usize>().ok()))
            else {
                continue;
            };
            let before = &line.text[..whole.start()];
            let start = before.rfind(|c: char| "：:为是，。；".contains(c)).unwrap_or_default();
            let names = before[start..].split('、').count();
            if names < stated && names > 1 {
                let message = t!("P23.message", found = whole.as_str(), named = names);
                remarks.push(context.remark(index, message).compares(names, stated));
            }
        }
    }
}

fn shares(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line) in context.report.lines.iter().enumerate().filter(|(_, line)| !line.in_table) {
        for sentence in line.text.split('。') {
            let shares: Vec<Decimal> = SHARE
                .iter()
                .flat_map(|pattern| pattern.captures_iter(sentence))
                .filter_map(|share| share.get(1)?.as_str().parse().ok())
                .collect();
            let sum: Decimal = shares.iter().sum();
            let off = (sum - Decimal::ONE_HUNDRED).abs();
            // Parts that miss the whole by much are not all of its parts.
            if shares.len() >= 3 && off > Decimal::new(5, 1) && off <= Decimal::TEN {
                let sum = sum.normalize();
                remarks.push(
                    context.remark(index, t!("R50.message", sum = sum)).compares(format!("{sum}%"), "100%"),
                );
            }
        }
    }
}

fn no_figure(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    for section in goals(context) {
        let lines = section.heading_line + 1..section.heading_line + 1 + report.lines_of(section).len();
        let text = words(report.lines_of(section));
        let counts = report.figures.iter().any(|figure| lines.contains(&figure.line));
        if !text.is_empty() && !text.contains(GAP) && !counts {
            remarks.push(context.remark(first_line(section), t!("R56.message", heading = section.heading)));
        }
    }
}

/// The parts on what was reached, or the sections that have no parts.
pub(super) fn goals<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Section> {
    let report = context.report;
    let is_goal = |section: &&Section| matches!(section.topic, Some(Topic::Goals | Topic::Completion));
    let has_parts = move |section: &Section| {
        let next = report.sections.iter().find(|other| other.heading_line > section.heading_line);
        section.depth == 1 && next.is_some_and(|next| next.depth == 2)
    };
    report.sections.iter().filter(is_goal).filter(move |section| !has_parts(section))
}
