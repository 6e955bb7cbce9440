//! Sections: those that are missing, and those that do not say what they are for.

use super::{Context, Remark};
use crate::model::Level;
use crate::model::report::{Line, Section, Topic};
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P10",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: missing,
            spoil: (
                "四、绩效自评结果拟应用和公开情况\n自评结果拟作为安排下一年度预算的参考，并随部门决算在县政府网站公开。\n",
                "",
            ),
        },
        example: "1",
    },
    Check {
        code: "P11",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: no_work,
            spoil: (
                "某县食品检验所成立自评小组，逐项核对食品安全抽检项目的9项绩效指标，查看抽检台账和支付凭证后计分。",
                "食品安全抽检是对市场上销售的食品进行检验，了解食品质量，保障群众饮食安全。",
            ),
        },
        example: "3",
    },
    Check {
        code: "P14",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: no_use,
            spoil: ("自评结果拟作为安排下一年度预算的参考，并随部门决算在县政府网站公开。\n", ""),
        },
        example: "15",
    },
    Check {
        code: "P24",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: duties,
            spoil: (
                "逐项核对",
                "本所负责食品检验；负责快速检测；负责委托检验；负责技术培训；负责应急检验；负责仪器管理。逐项核对",
            ),
        },
        example: "3",
    },
    Check {
        code: "P39",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Form],
        scope: Scope::Report {
            run: gaps,
            spoil: ("检验报告和发票支付。", "检验报告和发票支付。〔待补充：核算情况〕"),
        },
        example: "8",
    },
    Check {
        code: "R54",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: half_use, spoil: ("参考，并随部门决算在县政府网站公开。", "参考。")
        },
        example: "15",
    },
];

/// How a place that a person must still fill begins.
pub(super) const GAP: &str = "〔待补充";

/// What a report of one project cannot do without: any of the topics of a row. Evaluations that are not the unit's
/// own follow other outlines.
const REQUIRED: [(&[Topic], &str); 4] = [
    (&[Topic::Funds], "资金投入情况分析"),
    (&[Topic::Completion, Topic::Goals], "绩效目标完成情况分析"),
    (&[Topic::Deviation], "偏离绩效目标的原因和下一步改进措施"),
    (&[Topic::Application], "绩效自评结果拟应用和公开情况"),
];

/// The words of some lines, one after the other.
pub(super) fn words(lines: &[Line]) -> String {
    lines.iter().filter(|line| !line.in_table).map(Line::words).collect()
}

fn missing(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    if report.project.is_none() || !report.title.contains("自评") || report.sections.is_empty() {
        return;
    }
    let lacks = |topics: &[Topic]| {
        !report.sections.iter().any(|own| own.topic.is_some_and(|own| topics.contains(&own)))
    };
    let names: Vec<&str> =
        REQUIRED.iter().filter(|(topics, _)| lacks(topics)).map(|(_, name)| *name).collect();
    if !names.is_empty() {
        remarks.push(context.remark(0, t!("P10.message", sections = names.join("、"))));
    }
}

fn no_work(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for section in context.report.about(Topic::Work) {
        let text = words(context.report.lines_of(section));
        if !text.is_empty() && !text.contains(GAP) && !context.words.sections.work.is_in(&text) {
            remarks.push(context.remark(first_line(section), t!("P11.message")));
        }
    }
}

/// The first line below a heading, or the heading if there is none.
pub(super) fn first_line(section: &Section) -> usize {
    if section.body.is_empty() { section.heading_line } else { section.body.start }
}

/// The sections on the use of the result, each with whether it speaks of use and of publication. The headings have
/// these words themselves and do not count.
fn uses<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Section, bool, bool)> {
    let (report, words_of) = (context.report, &context.words.sections);
    report.about(Topic::Application).filter_map(move |section| {
        let text = words(report.lines_of(section));
        let gap = text.contains(GAP);
        (!gap).then(|| (section, words_of.application.is_in(&text), words_of.publication.is_in(&text)))
    })
}

fn no_use(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (section, _, _) in uses(context).filter(|(_, used, published)| !used && !published) {
        remarks.push(context.remark(section.heading_line, t!("P14.message")));
    }
}

fn half_use(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (section, used, published) in uses(context) {
        if used != published {
            let message = if used { t!("R54.unpublished") } else { t!("R54.unused") };
            remarks.push(context.remark(section.heading_line, message));
        }
    }
}

fn duties(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    /// So many duties in one paragraph are the unit's, not the project's.
    const MANY: usize = 6;
    for (index, line) in context.report.lines.iter().enumerate() {
        let count = line.text.matches("负责").count();
        if count >= MANY {
            remarks.push(context.remark(index, t!("P24.message", count = count)));
        }
    }
}

fn gaps(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let count: usize = context.report.lines.iter().map(|line| line.text.matches(GAP).count()).sum();
    if let Some(first) = context.report.lines.iter().position(|line| line.text.contains(GAP)) {
        remarks.push(context.remark(first, t!("P39.message", count = count)));
    }
}
