//! Whether the section on money speaks of money.

use super::sections::{GAP, first_line, words};
use super::{Context, Remark};
use crate::model::Level;
use crate::model::report::{Figure, Section, Topic};
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P12",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: no_amount,
            spoil: (
                "1.资金到位情况。年初预算36万元，全年预算36万元，资金全部到位。\n2.资金执行情况。全年执行35.1万元，执行率97.5%，预算执行得9.75分。\n3.资金管理情况。抽检费用凭检验报告和发票支付。\n",
                "抽检费用凭检验报告和发票支付。\n",
            ),
        },
        example: "6",
    },
    Check {
        code: "P13",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: use_for_money,
            spoil: ("抽检费用凭", "抽检费用均按要求和流程进行支出，凭"),
        },
        example: "8",
    },
    Check {
        code: "R55",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Report {
            run: no_rate, spoil: ("执行率97.5%，预算执行得9.75分", "预算执行得9.75分")
        },
        example: "6",
    },
];

/// The figures of a section and its parts.
fn figures<'a>(context: &Context<'a>, section: &'a Section) -> impl Iterator<Item = &'a Figure> {
    let lines = section.heading_line + 1..section.heading_line + 1 + context.report.lines_of(section).len();
    context.report.figures.iter().filter(move |figure| lines.contains(&figure.line))
}

fn is_amount(figure: &Figure) -> bool {
    figure.quantity.unit.as_deref().is_some_and(|unit| unit.ends_with('元') || unit == "万")
}

fn is_rate(figure: &Figure) -> bool {
    figure.quantity.unit.as_deref() == Some("%")
}

/// The outmost sections about money that a person is done with, each with whether it states an amount.
fn sections<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Section, bool)> {
    let report = context.report;
    let done = move |section: &&Section| {
        let text = words(report.lines_of(section));
        !text.is_empty() && !text.contains(GAP)
    };
    report.about(Topic::Funds).filter(done).map(|section| (section, figures(context, section).any(is_amount)))
}

fn no_amount(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (section, _) in sections(context).filter(|(_, amounts)| !amounts) {
        remarks.push(context.remark(first_line(section), t!("P12.message", heading = section.heading)));
    }
}

fn use_for_money(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let report = context.report;
    for (section, _) in sections(context) {
        let end = section.heading_line + 1 + report.lines_of(section).len();
        for index in section.heading_line + 1..end {
            let line = &report.lines[index];
            if let Some((_, phrase)) = context.words.sections.empty_money.find(&line.text).next() {
                remarks.push(context.remark(index, t!("P13.message", found = phrase)));
            }
        }
    }
}

fn no_rate(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (section, amounts) in sections(context) {
        if amounts && !figures(context, section).any(is_rate) {
            remarks.push(context.remark(first_line(section), t!("R55.message")));
        }
    }
}
