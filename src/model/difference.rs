//! What one form states of a project and another does not.

use super::number::{compact, percent, round};
use super::{Actual, Address, Decimal, Field, Fund, Indicator, MoneyUnit, Project, Target};

/// A value that the other form does not state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it is: `项目名称`, `全年预算数`, `指标`.
    pub what: &'static str,
    /// The value, with what it belongs to before it.
    pub text: String,
    /// The cell from which it was read.
    pub cell: Option<Address>,
}

/// Labels under which forms print instructions rather than ask for anything.
pub const INSTRUCTIONS: [&str; 3] = ["注", "说明", "填表说明"];

/// What a project states that another reading of it does not. Wording that says the same in another way
/// (`不低于95%` and `≥95%`, 万元 and 元) is no difference, nor is the order of indicators.
pub fn missing(project: &Project, other: &Project) -> Vec<Missing> {
    let mut found = Found::default();
    for (what, own, other) in [
        ("项目名称", &project.name, &other.name),
        ("主管部门", &project.department, &other.department),
        ("实施单位", &project.unit, &other.unit),
    ] {
        found.text(what, "", own, other.text());
    }
    let cells = [&project.name, &project.department, &project.unit].map(|field| field.cell);
    for ((what, own, other), cell) in [
        ("项目编码", &project.code, &other.code),
        ("主管部门编码", &project.department_code, &other.department_code),
        ("单位编码", &project.unit_code, &other.unit_code),
    ]
    .into_iter()
    .zip(cells)
    {
        if own.is_some() && own != other {
            found.push(what, "", own.clone().unwrap_or_default(), cell);
        }
    }
    if let Some(year) = project.year.value.filter(|year| other.year.value != Some(*year)) {
        found.push("年度", "", year.to_string(), project.year.cell);
    }
    funds(project, other, &mut found);
    goals(project, other, &mut found);
    indicators(&project.indicators, &other.indicators, &mut found);
    indicators(&project.midterm, &other.midterm, &mut found);
    found.number("总分的分值", "", &project.total.weight, other.total.weight.value);
    found.number("总分", "", &project.total.score, other.total.score.value);
    let graded = |grade: &str| other.other.values().any(|field| field.text().trim() == grade);
    if let Some(grade) = project.total.grade.value.filter(|grade| other.total.grade.value != Some(*grade))
        && !graded(grade.name())
    {
        found.push("等级", "", grade.name().to_owned(), project.total.grade.cell);
    }
    for (label, field) in &project.other {
        let chosen = project.choices.get(label);
        let same = other.other.iter().any(|(other, there)| {
            unnumbered(other) == unnumbered(label) && same_text(field.text(), there.text())
        }) || chosen.is_some() && chosen == other.choices.get(label)
            || INSTRUCTIONS.contains(&label.as_str());
        if let (Some(text), false) = (field.get(), same) {
            found.push("其他栏目", label, text.clone(), field.cell);
        }
    }
    for unread in &project.unread {
        if !other.unread.iter().any(|other| other.text == unread.text) {
            found.push("读不成数的内容", "", unread.text.clone(), None);
        }
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Missing>);

impl Found {
    fn push(&mut self, what: &'static str, of: &str, text: String, cell: Option<Address>) {
        let text = if of.is_empty() { text } else { format!("{of}：{text}") };
        self.0.push(Missing { what, text, cell });
    }

    fn text(&mut self, what: &'static str, of: &str, own: &Field<String>, other: &str) {
        if let Some(text) = own.get().filter(|text| !same_text(text, other)) {
            self.push(what, of, text.clone(), own.cell);
        }
    }

    fn number(&mut self, what: &'static str, of: &str, own: &Field<Decimal>, other: Option<Decimal>) {
        if let Some(number) = own.value.filter(|number| other != Some(*number)) {
            self.push(what, of, number.normalize().to_string(), own.cell);
        }
    }
}

/// A label without the number that may stand before it.
fn unnumbered(label: &str) -> &str {
    label.trim_start_matches(|c: char| c.is_ascii_digit() || ".、．".contains(c))
}

fn same_text(one: &str, other: &str) -> bool {
    compact(one) == compact(other)
}

/// An amount in yuan, as far as the unit is known.
fn in_yuan(amount: Decimal, unit: Option<MoneyUnit>) -> Option<Decimal> {
    amount.checked_mul(unit.unwrap_or(MoneyUnit::TenThousandYuan).in_yuan()).map(|amount| round(amount, 8))
}

fn funds(project: &Project, other: &Project, found: &mut Found) {
    let mut left: Vec<&Fund> = other.funds.iter().collect();
    let same_item = |one: &Fund, other: &Fund| same_text(one.item.text(), other.item.text());
    for fund in &project.funds {
        let by_item = left.iter().position(|other| other.role == fund.role && same_item(fund, other));
        let at = by_item.or_else(|| left.iter().position(|other| other.role == fund.role));
        let none = Fund::default();
        let other_fund = at.map_or(&none, |at| left.remove(at));
        let item = fund.item.text();
        let amounts = [
            ("年初预算数", &fund.initial, &other_fund.initial),
            ("全年预算数", &fund.budget, &other_fund.budget),
            ("全年执行数", &fund.executed, &other_fund.executed),
        ];
        for (what, own, there) in amounts {
            // A declaration has one sum, whatever it is called.
            let single = !other_fund.budget.exists() && !other_fund.executed.exists() && what == "全年预算数";
            let there = if single { &other_fund.initial } else { there };
            // So has the form that it is put into, which may ask for the budget of the year alone.
            let only = !other_fund.initial.exists() && what == "年初预算数" && fund.budget.value.is_none();
            let there = if only { &other_fund.budget } else { there };
            let single = single && fund.initial.value.is_some() && fund.budget.value.is_none();
            let same = |amount: Decimal| {
                let there = there.value.and_then(|amount| in_yuan(amount, other.money_unit));
                in_yuan(amount, project.money_unit) == there
            };
            if let Some(amount) = own.value.filter(|amount| !single && !same(*amount)) {
                found.push(what, item, amount.normalize().to_string(), own.cell);
            }
        }
        if let Some(rate) = fund.rate.value.filter(|rate| other_fund.rate.value != Some(*rate)) {
            found.push("执行率", item, percent(rate, 4), fund.rate.cell);
        }
        found.number("预算执行的分值", item, &fund.weight, other_fund.weight.value);
        found.number("预算执行的得分", item, &fund.score, other_fund.score.value);
        found.text("资金的原因说明", item, &fund.reason, other_fund.reason.text());
    }
}

fn goals(project: &Project, other: &Project, found: &mut Found) {
    type Half = fn(&super::Goal) -> &Field<String>;
    let halves: [(&'static str, Half); 2] =
        [("预期目标", |goal| &goal.planned), ("目标完成情况", |goal| &goal.actual)];
    for (what, half) in halves {
        let all: String = other.goals.iter().map(|goal| compact(half(goal).text())).collect();
        for goal in &project.goals {
            let own = half(goal);
            if let Some(text) = own.get().filter(|text| !all.contains(&compact(text))) {
                found.push(what, "", text.clone(), own.cell);
            }
        }
    }
}

fn indicators(own: &[Indicator], others: &[Indicator], found: &mut Found) {
    let mut left: Vec<&Indicator> = others.iter().collect();
    for row in own {
        let name = compact(row.name.text());
        let fits = |other: &&Indicator| compact(other.name.text()) == name;
        let alike = |other: &&Indicator| {
            fits(other)
                && level(other.level2.text()) == level(row.level2.text())
                && other.weight.value == row.weight.value
        };
        let Some(at) = left.iter().position(alike).or_else(|| left.iter().position(fits)) else {
            found.push("指标", "", row.name.text().to_owned(), row.name.cell);
            continue;
        };
        indicator(row, left.remove(at), found);
    }
}

/// What two ways of writing a level's name have in common.
fn level(name: &str) -> String {
    let name = compact(name);
    name.strip_suffix("指标").map_or(name.clone(), str::to_owned)
}

fn indicator(own: &Indicator, other: &Indicator, found: &mut Found) {
    let of = own.name.text();
    for (what, own, other) in
        [("一级指标", &own.level1, &other.level1), ("二级指标", &own.level2, &other.level2)]
    {
        if let Some(name) = own.get().filter(|name| level(name) != level(other.text())) {
            found.push(what, of, name.clone(), own.cell);
        }
    }
    target("指标值", of, &own.target, other.target.get(), found);
    let before = other.initial_target.get().or(other.target.get());
    target("年初指标值", of, &own.initial_target, before, found);
    // A system's form puts it in its own words, and those of the source beside them.
    let said = |actual: &Actual| {
        other.actual.get().is_some_and(|other| same_actual(actual, other))
            || other.other.values().any(|field| same_text(field.text(), &actual.text))
    };
    if let Some(actual) = own.actual.get().filter(|actual| !said(actual)) {
        found.push("实际完成值", of, actual.text.clone(), own.actual.cell);
    }
    if let Some(unit) = own.unit.get() {
        let said = other.target.get().is_some_and(|target| {
            target.text.ends_with(unit.as_str())
                || target.unit == own.target.get().and_then(|target| target.unit.clone())
        });
        if !said && !same_text(unit, other.unit.text()) {
            found.push("度量单位", of, unit.clone(), own.unit.cell);
        }
    }
    for (what, own, other) in [
        ("分值", &own.weight, &other.weight),
        ("得分", &own.score, &other.score),
        ("得分系数", &own.coefficient, &other.coefficient),
        ("扣减分数", &own.deduction, &other.deduction),
    ] {
        found.number(what, of, own, other.value);
    }
    found.text("偏差原因", of, &own.reason, other.reason.text());
    for (label, field) in &own.other {
        if let Some(text) = field.get()
            && !other.other.get(label).is_some_and(|other| same_text(text, other.text()))
        {
            found.push("指标的其他栏目", of, format!("{label}：{text}"), field.cell);
        }
    }
}

fn target(what: &'static str, of: &str, own: &Field<Target>, other: Option<&Target>, found: &mut Found) {
    if let Some(target) = own.get().filter(|target| !other.is_some_and(|other| same_target(target, other))) {
        found.push(what, of, target.text.clone(), own.cell);
    }
}

fn same_target(one: &Target, other: &Target) -> bool {
    let says = |target: &Target| (target.op, target.value, target.upper, target.unit.clone());
    same_text(&one.text, &other.text) || one.value.is_some() && says(one) == says(other)
}

fn same_actual(one: &Actual, other: &Actual) -> bool {
    same_text(&one.text, &other.text)
        || one.value.is_some() && one.value == other.value && one.unit == other.unit
}
