//! A report against the form of its project: points, money, rates, counts.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::sections::first_line;
use super::{Context, Remark, figures};
use crate::model::number::{compact, percent, round};
use crate::model::{Field, Fund, Level, MoneyUnit};
use crate::rules::Assessed;
use crate::rules::check::{Check, Scope, Source};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P40",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Paired { run: names, spoil: ("（食品安全抽检）", "（农产品抽检）") },
        example: "1",
    },
    Check {
        code: "R45",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Paired { run: score, spoil: ("自评得分99.55分", "自评得分98.55分") },
        example: "17",
    },
    Check {
        code: "R46",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Paired { run: money, spoil: ("全年执行35.1万元", "全年执行36.1万元") },
        example: "7",
    },
    Check {
        code: "R47",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Paired { run: counts, spoil: ("消费者满意度93.6%", "消费者满意度96.3%") },
        example: "12",
    },
];

static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<part>[少多未差再])?(?P<what>年初预算|全年预算|调整后预算|预算安排|全年执行|实际执行|全年支出|实际支出|执行)(?:数|金额|资金|总额)?(?:为|是|：|共|合计)?(?P<number>\d+(?:[,，]\d{3})*(?:\.\d+)?)(?P<unit>万元|元|亿元)",
    )
    .ok()
});
static RATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:预算)?执行率(?:为|是|达到|达|：)?(?P<number>\d+(?:\.\d+)?)[%％]").ok());
static INDICATORS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<number>\d+)项(?:三级|绩效)指标(?:[，。中全都的]|$)").ok());

fn number(text: &str) -> Option<Decimal> {
    text.chars().filter(|c| !matches!(c, ',' | '，')).collect::<String>().parse().ok()
}

fn names(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let (Some(form), Some(own)) = (context.form, context.report.project.as_deref()) else { return };
    let (name, stated) = (compact(form.project.name.text()), compact(own));
    if !name.is_empty() && !name.contains(&stated) && !stated.contains(&name) {
        let name = form.project.name.text();
        remarks.push(context.remark(0, t!("P40.message", found = own, form = name)).compares(own, name));
    }
}

fn score(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let Some(form) = context.form else { return };
    if let (Some(own), Some(printed)) = (&context.report.score, form.scores.total.printed)
        && own.value != printed
    {
        let (found, expected) = (own.value.normalize(), printed.normalize());
        let message = t!("R45.report", found = found, form = expected);
        remarks.push(context.remark(own.line, message).compares(found, expected));
    }
    let due = form.project.total.grade.get().copied().or(form.scores.grade);
    if let (Some(own), Some(due)) = (&context.report.grade, due)
        && own.value != due
    {
        let message = t!("R45.report_grade", found = own.value.name(), form = due.name());
        remarks.push(context.remark(own.line, message).compares(own.value.name(), due.name()));
    }
}

/// The amounts that a form states for what a report speaks of, yuan.
fn amounts(form: &Assessed, what: &str) -> Vec<Decimal> {
    let unit = form.project.money_unit.unwrap_or(MoneyUnit::TenThousandYuan).in_yuan();
    let of = |get: fn(&Fund) -> &Field<Decimal>| {
        form.project.funds.iter().filter_map(move |fund| get(fund).number())
    };
    let stated: Vec<Decimal> = match what {
        "年初预算" => of(|fund| &fund.initial).collect(),
        "全年预算" | "调整后预算" => of(|fund| &fund.budget).collect(),
        "预算安排" => of(|fund| &fund.initial).chain(of(|fund| &fund.budget)).collect(),
        _ => of(|fund| &fund.executed).collect(),
    };
    stated.into_iter().filter_map(|amount| amount.checked_mul(unit)).collect()
}

fn money(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let (Some(form), report) = (context.form, context.report) else { return };
    for (index, line) in
        report.lines.iter().enumerate().skip(report.title_lines).filter(|(_, own)| !own.in_table)
    {
        for found in MONEY.iter().flat_map(|pattern| pattern.captures_iter(&line.text)) {
            let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
            let Some(stated) = number(part("number")) else { continue };
            // 少执行0.9万元 is a difference.
            if found.name("part").is_some() {
                continue;
            }
            let unit = match part("unit") {
                "元" => Decimal::ONE,
                "万元" => Decimal::from(10_000),
                _ => Decimal::from(100_000_000),
            };
            let known = amounts(form, part("what"));
            // The report may round, to as many places as it shows.
            let fits = |amount: &Decimal| {
                amount.checked_div(unit).is_some_and(|own| round(own, stated.scale()) == stated)
            };
            if !known.is_empty() && !known.iter().any(fits) {
                let first =
                    known[0].checked_div(unit).map(|own| own.normalize().to_string()).unwrap_or_default();
                let (what, found, unit) = (part("what"), part("number"), part("unit"));
                let message = t!(
                    "R46.message",
                    what = what,
                    found = format!("{found}{unit}"),
                    form = format!("{first}{unit}")
                );
                remarks.push(
                    context
                        .remark(index, message)
                        .compares(format!("{found}{unit}"), format!("{first}{unit}")),
                );
            }
        }
        let rates = [form.scores.rate.printed, form.scores.rate.recomputed];
        for found in RATE.iter().flat_map(|pattern| pattern.captures_iter(&line.text)) {
            let Some(stated) = found.name("number").and_then(|own| number(own.as_str())) else { continue };
            let fits = |rate: &Decimal| round(*rate * Decimal::ONE_HUNDRED, stated.scale()) == stated;
            // The rates of single sources stand beside that of the whole.
            let of_sources = form.project.funds.iter().filter_map(|fund| {
                let budget = fund.budget.number().or(fund.initial.number())?;
                fund.executed.number()?.checked_div(budget)
            });
            let known: Vec<Decimal> = rates.iter().flatten().copied().chain(of_sources).collect();
            if !known.is_empty() && !known.iter().any(fits) {
                let (found, expected) = (format!("{stated}%"), percent(known[0], 2));
                let message = t!("R46.message", what = t!("R46.rate"), found = found, form = expected);
                remarks.push(context.remark(index, message).compares(found, expected));
            }
        }
    }
}

fn counts(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    let (Some(form), report) = (context.form, context.report) else { return };
    let rows = &form.project.indicators;
    for (index, line) in
        report.lines.iter().enumerate().skip(report.title_lines).filter(|(_, own)| !own.in_table)
    {
        for found in INDICATORS
            .iter()
            .flat_map(|pattern| pattern.captures_iter(&line.text))
            .filter_map(|f| f.name("number"))
        {
            let count = found.as_str().parse::<usize>().ok();
            if count.is_some_and(|count| count > rows.len() && !rows.is_empty()) {
                let message = t!("R47.indicators", found = found.as_str(), form = rows.len());
                remarks.push(context.remark(index, message).compares(found.as_str(), rows.len()));
            }
        }
    }
    for section in figures::goals(context) {
        let first = section.heading_line + 1;
        for (index, line) in (first..).zip(report.lines_of(section)).filter(|(_, line)| !line.in_table) {
            for row in rows {
                let name = row.name.text();
                let Some(at) =
                    Some(name).filter(|name| name.chars().count() >= 4).and_then(|name| line.text.find(name))
                else {
                    continue;
                };
                // The figure right behind the name, where nothing else comes between.
                let end = at + name.len();
                let next =
                    report.figures.iter().find(|figure| figure.line == index && figure.at.start >= end);
                let close = next.filter(|figure| {
                    let between = &line.text[end..figure.at.start];
                    between.chars().count() <= 4
                        && !between.contains(['，', '。', '；', '（', '、', '(', '比', '低', '高', '提'])
                });
                let (Some(figure), Some(target), Some(actual)) = (close, row.target.get(), row.actual.get())
                else {
                    continue;
                };
                let unit = actual.unit.as_deref().or(target.unit.as_deref());
                let one_unit = figure.quantity.unit.as_deref() == unit && unit.is_some();
                let known = [actual.value, target.value, target.upper];
                let (Some(stated), true) = (figure.quantity.value, one_unit && actual.value.is_some()) else {
                    continue;
                };
                let fits = |own: &Decimal| {
                    round(*own, stated.scale()) == stated
                        || round(*own * Decimal::ONE_HUNDRED, stated.scale()) == stated
                };
                if !known.iter().flatten().any(fits) {
                    let found = &line.text[figure.at.clone()];
                    let message = t!("R47.message", name = name, found = found, form = actual.text);
                    remarks.push(context.remark(index, message).compares(found, &actual.text));
                }
            }
        }
        let names_one = rows.iter().any(|row| {
            let text = super::sections::words(report.lines_of(section));
            let figure =
                row.actual.get().and_then(|actual| actual.value).map(|value| value.normalize().to_string());
            text.contains(row.name.text()) || figure.is_some_and(|figure| text.contains(&figure))
        });
        if !rows.is_empty() && !names_one && !report.lines_of(section).is_empty() {
            remarks.push(context.remark(first_line(section), t!("R47.none")));
        }
    }
}
