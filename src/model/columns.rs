//! Projects and indicators as rows of flat tables: what each column says, and how it is taken back.

use super::number::{percent, rate};
use super::{
    Actual, Decimal, Field, Fund, FundRole, Goal, Grade, Indicator, Kind, MoneyUnit, Project, Target,
};

/// A column of a table of `T`s.
pub struct Column<T> {
    /// Its head.
    pub head: &'static str,
    /// What it says of a row; empty for nothing.
    pub get: fn(&T) -> String,
    /// Takes what it says into a row. What cannot be read leaves the row as it is, and gives `false`.
    pub set: fn(&mut T, &str) -> bool,
}

/// The heads of columns that hold numbers alone.
pub const NUMBERS: [&str; 10] = [
    "年度",
    "年初预算数",
    "全年预算数",
    "全年执行数",
    "执行分值",
    "执行得分",
    "总分分值",
    "总分",
    "分值",
    "得分",
];

/// The columns of a table of projects. Amounts are in the project's money unit, the rate in percent.
pub const PROJECT: [Column<Project>; 20] = [
    Column { head: "表种", get: |p| kind_name(p.kind).to_owned(), set: set_kind },
    Column { head: "项目名称", get: |p| p.name.text().to_owned(), set: |p, text| put(&mut p.name, text) },
    Column {
        head: "项目编码",
        get: |p| p.code.clone().unwrap_or_default(),
        set: |p, text| put_code(&mut p.code, text),
    },
    Column {
        head: "年度",
        get: |p| p.year.value.map(|year| year.to_string()).unwrap_or_default(),
        set: |p, text| put_read(&mut p.year, text, |text| text.parse().ok()),
    },
    Column {
        head: "主管部门",
        get: |p| p.department.text().to_owned(),
        set: |p, text| put(&mut p.department, text),
    },
    Column { head: "实施单位", get: |p| p.unit.text().to_owned(), set: |p, text| put(&mut p.unit, text) },
    Column {
        head: "金额单位",
        get: |p| p.money_unit.map_or("", MoneyUnit::name).to_owned(),
        set: set_money_unit,
    },
    Column {
        head: "年初预算数",
        get: |p| of_total(p, |f| &f.initial),
        set: |p, text| put_total(p, text, |f| &mut f.initial),
    },
    Column {
        head: "全年预算数",
        get: |p| of_total(p, |f| &f.budget),
        set: |p, text| put_total(p, text, |f| &mut f.budget),
    },
    Column {
        head: "全年执行数",
        get: |p| of_total(p, |f| &f.executed),
        set: |p, text| put_total(p, text, |f| &mut f.executed),
    },
    Column {
        head: "执行率",
        get: |p| {
            let printed = p.total_fund().and_then(|fund| fund.rate.value);
            printed.map(|printed| percent(printed, 26)).unwrap_or_default()
        },
        set: |p, text| put_read(&mut total_mut(p).rate, text, |text| rate(text, false)),
    },
    Column {
        head: "执行分值",
        get: |p| of_total(p, |f| &f.weight),
        set: |p, text| put_total(p, text, |f| &mut f.weight),
    },
    Column {
        head: "执行得分",
        get: |p| of_total(p, |f| &f.score),
        set: |p, text| put_total(p, text, |f| &mut f.score),
    },
    Column {
        head: "预期目标",
        get: |p| goal(p, |g| &g.planned),
        set: |p, text| put(&mut goal_mut(p).planned, text),
    },
    Column {
        head: "目标完成情况",
        get: |p| goal(p, |g| &g.actual),
        set: |p, text| put(&mut goal_mut(p).actual, text),
    },
    Column {
        head: "总分分值",
        get: |p| number(&p.total.weight),
        set: |p, text| put_number(&mut p.total.weight, text),
    },
    Column {
        head: "总分",
        get: |p| number(&p.total.score),
        set: |p, text| put_number(&mut p.total.score, text),
    },
    Column {
        head: "等级",
        get: |p| p.total.grade.value.map_or("", Grade::name).to_owned(),
        set: |p, text| {
            put_read(&mut p.total.grade, text, |text| {
                Grade::ALL.into_iter().find(|grade| grade.name() == text)
            })
        },
    },
    Column {
        head: "文件",
        get: |p| p.source.file.clone(),
        set: |p, text| set_text(&mut p.source.file, text),
    },
    Column {
        head: "工作表",
        get: |p| p.source.sheet.clone(),
        set: |p, text| set_text(&mut p.source.sheet, text),
    },
];

/// The columns of a table of indicators.
pub const INDICATOR: [Column<Indicator>; 8] = [
    Column {
        head: "一级指标", get: |r| r.level1.text().to_owned(), set: |r, text| put(&mut r.level1, text)
    },
    Column {
        head: "二级指标", get: |r| r.level2.text().to_owned(), set: |r, text| put(&mut r.level2, text)
    },
    Column { head: "三级指标", get: |r| r.name.text().to_owned(), set: |r, text| put(&mut r.name, text) },
    Column {
        head: "年度指标值",
        get: |r| r.target.get().map(|target| target.text.clone()).unwrap_or_default(),
        set: |r, text| put_read(&mut r.target, text, |text| Some(Target::read(text))),
    },
    Column {
        head: "实际完成值",
        get: |r| r.actual.get().map(|actual| actual.text.clone()).unwrap_or_default(),
        set: |r, text| put_read(&mut r.actual, text, |text| Some(Actual::read(text))),
    },
    Column { head: "分值", get: |r| number(&r.weight), set: |r, text| put_number(&mut r.weight, text) },
    Column { head: "得分", get: |r| number(&r.score), set: |r, text| put_number(&mut r.score, text) },
    Column {
        head: "偏差原因分析及改进措施",
        get: |r| r.reason.text().to_owned(),
        set: |r, text| put(&mut r.reason, text),
    },
];

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Target => "目标表",
        Kind::SelfEvaluation => "自评表",
        Kind::Monitoring => "监控表",
        Kind::Report => "报告",
    }
}

fn set_kind(project: &mut Project, text: &str) -> bool {
    let kinds = [Kind::Target, Kind::SelfEvaluation, Kind::Monitoring, Kind::Report];
    let kind = kinds.into_iter().find(|kind| kind_name(*kind) == text);
    project.kind = kind.unwrap_or(project.kind);
    kind.is_some()
}

fn set_money_unit(project: &mut Project, text: &str) -> bool {
    let unit = [MoneyUnit::Yuan, MoneyUnit::TenThousandYuan].into_iter().find(|unit| unit.name() == text);
    if unit.is_some() || text.is_empty() {
        project.money_unit = unit;
    }
    unit.is_some() || text.is_empty()
}

fn set_text(own: &mut String, text: &str) -> bool {
    text.clone_into(own);
    true
}

fn put_code(own: &mut Option<String>, text: &str) -> bool {
    *own = (!text.is_empty()).then(|| text.to_owned());
    true
}

fn put(field: &mut Field<String>, text: &str) -> bool {
    put_read(field, text, |text| Some(text.to_owned()))
}

fn put_number(field: &mut Field<Decimal>, text: &str) -> bool {
    put_read(field, text, |text| text.parse().ok())
}

fn put_read<T>(field: &mut Field<T>, text: &str, read: impl Fn(&str) -> Option<T>) -> bool {
    if text.is_empty() {
        field.value = None;
        return true;
    }
    match read(text) {
        Some(value) => field.value = Some(value),
        None => return false,
    }
    true
}

fn number(field: &Field<Decimal>) -> String {
    field.value.map(|number| number.to_string()).unwrap_or_default()
}

fn of_total(project: &Project, of: fn(&Fund) -> &Field<Decimal>) -> String {
    project.total_fund().map(|fund| number(of(fund))).unwrap_or_default()
}

/// The row of the year's total, which is made if there is none.
fn total_mut(project: &mut Project) -> &mut Fund {
    let at = project.funds.iter().position(|fund| fund.role == FundRole::Total).unwrap_or_else(|| {
        project.funds.insert(0, Fund { role: FundRole::Total, ..Fund::default() });
        0
    });
    &mut project.funds[at]
}

fn put_total(project: &mut Project, text: &str, of: fn(&mut Fund) -> &mut Field<Decimal>) -> bool {
    put_number(of(total_mut(project)), text)
}

fn goal(project: &Project, half: fn(&Goal) -> &Field<String>) -> String {
    project.goals.first().map(|goal| half(goal).text().to_owned()).unwrap_or_default()
}

fn goal_mut(project: &mut Project) -> &mut Goal {
    if project.goals.is_empty() {
        project.goals.push(Goal::default());
    }
    &mut project.goals[0]
}
