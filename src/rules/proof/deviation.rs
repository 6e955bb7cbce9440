//! Points lost, their causes, and what is to be done about them.

use rust_decimal::Decimal;

use super::sections::{GAP, first_line, words};
use super::{Context, Remark};
use crate::model::Level;
use crate::model::report::{Section, Topic};
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P15",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: no_cause,
            spoil: (
                "案件结案率93.1%，低于95%的指标值，扣0.2分。两起案件因补充检验延期结案，已列入下季度；下一步在立案时同时安排复检，避免延期。",
                "各项目标均已完成。",
            ),
        },
        example: "14",
    },
    Check {
        code: "P16",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report { run: nothing_lost, spoil: FULL },
        example: "14",
    },
    Check {
        code: "R51",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: fewer_measures,
            spoil: (
                "四、绩效自评结果",
                "四、存在的问题\n1.结案慢。\n2.公示晚。\n3.抽样点少。\n五、有关建议\n1.立案时安排复检，结案提速。\n2.增加抽样点。\n六、绩效自评结果",
            ),
        },
        example: "19",
    },
    Check {
        code: "R52",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: contradicts,
            spoil: (
                "案件结案率93.1%，低于95%的指标值，扣0.2分。两起案件因补充检验延期结案，已列入下季度；下一步在立案时同时安排复检，避免延期。",
                "无",
            ),
        },
        example: "14",
    },
    Check {
        code: "R53",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: promises,
            spoil: (
                "案件结案率93.1%，低于95%的指标值，扣0.2分。两起案件因补充检验延期结案，已列入下季度；下一步在立案时同时安排复检，避免延期。",
                "进一步加强抽检工作，不断提升群众满意度。",
            ),
        },
        example: "14",
    },
];

/// A report that lost nothing, and says so in a word.
const FULL: (&str, &str) = (
    "案件结案率93.1%，低于95%的指标值，扣0.2分。两起案件因补充检验延期结案，已列入下季度；下一步在立案时同时安排复检，避免延期。\n四、绩效自评结果拟应用和公开情况\n自评结果拟作为安排下一年度预算的参考，并随部门决算在县政府网站公开。\n食品安全抽检项目自评得分99.55分，等级为优。",
    "无\n四、绩效自评结果拟应用和公开情况\n自评结果拟作为安排下一年度预算的参考，并随部门决算在县政府网站公开。\n食品安全抽检项目自评得分100分，等级为优。",
);

/// What is said on deviations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// That there are none, in a word.
    Nothing,
    /// A cause.
    Cause,
    /// Only what is to be done.
    Promises,
    /// Neither.
    Else,
}

/// The sections on deviations, each with what it says; those with gaps are not finished.
fn said<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Section, Said)> {
    let (report, lists) = (context.report, &context.words.sections);
    report.about(Topic::Deviation).filter_map(move |section| {
        let text: String = words(report.lines_of(section)).chars().filter(|c| !c.is_whitespace()).collect();
        let said = match () {
            () if text.contains(GAP) || report.lines_of(section).is_empty() => return None,
            () if matches!(
                text.trim_end_matches('。'),
                "" | "无" | "没有" | "不存在" | "无偏离" | "无偏差"
            ) =>
            {
                Said::Nothing
            }
            () if lists.causes.is_in(&text) => Said::Cause,
            () if lists.promises.is_in(&text) => Said::Promises,
            () => Said::Else,
        };
        Some((section, said))
    })
}

/// The points of the report: its own score, or that of the form; 100 are all there are.
fn score(context: &Context<'_>) -> Option<Decimal> {
    let own = context.report.score.as_ref().map(|score| score.value);
    own.or_else(|| context.form?.scores.total.printed)
}

fn lost(context: &Context<'_>) -> bool {
    score(context).is_some_and(|score| score < Decimal::ONE_HUNDRED)
}

fn full(context: &Context<'_>) -> bool {
    score(context) == Some(Decimal::ONE_HUNDRED)
}

fn tell(context: &Context<'_>, remarks: &mut Vec<Remark>, what: Said) {
    let score = score(context).map(|score| score.normalize().to_string()).unwrap_or_default();
    for (section, _) in said(context).filter(|(_, said)| *said == what) {
        let message = t!(format!("{}.message", context.check.code), score = score);
        remarks.push(context.remark(first_line(section), message));
    }
}

fn no_cause(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    if lost(context) {
        tell(context, remarks, Said::Else);
    }
}

fn promises(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    if lost(context) {
        tell(context, remarks, Said::Promises);
    }
}

fn nothing_lost(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    if full(context) {
        tell(context, remarks, Said::Nothing);
    }
}

fn contradicts(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    if lost(context) {
        tell(context, remarks, Said::Nothing);
    }
    for (section, _) in said(context).filter(|(_, said)| full(context) && *said == Said::Cause) {
        let text = words(context.report.lines_of(section));
        if let Some((_, found)) = context.words.sections.problems.find(&text).next() {
            remarks.push(context.remark(first_line(section), t!("R52.full", found = found)));
        }
    }
}

fn fewer_measures(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    let items = |section: &Section| {
        let own =
            report.lines_of(section).iter().filter(|line| line.mark.as_ref().is_some_and(|m| m.depth == 3));
        own.count()
    };
    let problems =
        report.sections.iter().filter(|own| own.heading.contains("问题") && !own.heading.contains("建议"));
    let advice: Vec<&Section> = report.about(Topic::Advice).collect();
    for problem in problems.filter(|own| own.topic != Some(Topic::Other)) {
        let count = items(problem);
        if let Some(section) = advice.iter().find(|own| (1..count).contains(&items(own))) {
            let message = t!("R51.message", problems = count, measures = items(section));
            remarks.push(context.remark(section.heading_line, message));
        }
    }
}
