//! A project as its form states it.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Address, Indicator};

/// A place on a form: what it holds and where it stands.
///
/// `cell` without `value` is a place that the form has and nobody filled; neither is a place that the form
/// does not have. In JSON only the value is written; the cells are gathered under `source.cells`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<T> {
    /// What the place holds; `None` if it is empty or there is no such place.
    pub value: Option<T>,
    /// Where it was read; `None` if the form has no such place.
    pub cell: Option<Address>,
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self { value: None, cell: None }
    }
}

impl<T> Field<T> {
    /// A value read from a cell.
    pub const fn read(value: T, cell: Address) -> Self {
        Self { value: Some(value), cell: Some(cell) }
    }

    /// A place that the form has and nobody filled.
    pub const fn empty(cell: Address) -> Self {
        Self { value: None, cell: Some(cell) }
    }

    /// The value, if there is one.
    pub const fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Whether the form has this place, filled or not.
    pub const fn exists(&self) -> bool {
        self.cell.is_some()
    }
}

impl Field<String> {
    /// The text, or nothing.
    pub fn text(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }
}

impl Field<Decimal> {
    /// The number, if there is one.
    pub const fn number(&self) -> Option<Decimal> {
        self.value
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|value| Self { value, cell: None })
    }
}

/// What a form is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 绩效目标表, 绩效目标申报表: what is to be reached.
    Target,
    /// 绩效自评表: what was reached, with scores.
    #[default]
    SelfEvaluation,
    /// 绩效运行监控表: how it stands in mid-year.
    Monitoring,
    /// 绩效自评报告: what a narrative report states of itself, without a form.
    Report,
}

/// The unit in which a form's amounts of money are stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum MoneyUnit {
    /// 元
    #[serde(rename = "元")]
    Yuan,
    /// 万元, ten thousand yuan
    #[serde(rename = "万元")]
    TenThousandYuan,
}

impl MoneyUnit {
    /// The unit's name as forms print it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::TenThousandYuan => "万元",
        }
    }

    /// An amount in another unit; `None` beyond exact numbers.
    pub fn convert(self, amount: Decimal, to: Self) -> Option<Decimal> {
        if self == to {
            return Some(amount);
        }
        amount.checked_mul(self.in_yuan())?.checked_div(to.in_yuan()).map(|amount| amount.normalize())
    }

    /// An amount in 万元. A form that states no unit is taken to mean 万元; `None` beyond exact numbers.
    pub fn in_ten_thousands(stated: Option<Self>, amount: Decimal) -> Option<Decimal> {
        let wanted = Self::TenThousandYuan;
        stated.unwrap_or(wanted).convert(amount, wanted)
    }

    /// How many yuan one unit is.
    pub fn in_yuan(self) -> Decimal {
        match self {
            Self::Yuan => Decimal::ONE,
            Self::TenThousandYuan => Decimal::from(10_000),
        }
    }
}

/// One project of one form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Project {
    /// What the form is for.
    pub kind: Kind,
    /// 项目名称, without the code that may stand before it.
    pub name: Field<String>,
    /// The project's code, where the form prints `code-name`.
    #[serde(default)]
    pub code: Option<String>,
    /// The year evaluated.
    #[serde(default)]
    pub year: Field<u16>,
    /// 主管部门
    #[serde(default)]
    pub department: Field<String>,
    /// The department's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_code: Option<String>,
    /// 实施单位
    #[serde(default)]
    pub unit: Field<String>,
    /// The unit's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_code: Option<String>,
    /// The unit of every amount in `funds`; `None` if the form does not say.
    #[serde(default)]
    pub money_unit: Option<MoneyUnit>,
    /// The rows of the funds block, the total first where the form has one.
    #[serde(default)]
    pub funds: Vec<Fund>,
    /// The year's goals; most forms have one.
    #[serde(default)]
    pub goals: Vec<Goal>,
    /// The indicators, in the form's order.
    #[serde(default)]
    pub indicators: Vec<Indicator>,
    /// The indicators of several years, where the form states them beside or above those of the year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub midterm: Vec<Indicator>,
    /// 总分
    #[serde(default)]
    pub total: Total,
    /// Labelled places that no other field takes: label to text.
    #[serde(default)]
    pub other: IndexMap<String, Field<String>>,
    /// The boxes that are ticked: label to the options chosen. The text itself stands in `other`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub choices: IndexMap<String, Vec<String>>,
    /// Places whose number could not be read exactly.
    #[serde(default)]
    pub unread: Vec<Unread>,
    /// Where all this was read.
    #[serde(default)]
    pub source: Source,
}

/// A row of the funds block. Amounts are in the form's money unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Fund {
    /// The row's label as printed.
    pub item: Field<String>,
    /// What the label means.
    pub role: FundRole,
    /// 年初预算数
    pub initial: Field<Decimal>,
    /// 全年预算数, the adjusted budget.
    pub budget: Field<Decimal>,
    /// 全年执行数
    pub executed: Field<Decimal>,
    /// 分值, points.
    pub weight: Field<Decimal>,
    /// 执行率 as a fraction of 1.
    pub rate: Field<Decimal>,
    /// 得分, points.
    pub score: Field<Decimal>,
    /// Why the budget was adjusted or not spent; few forms ask.
    #[serde(skip_serializing_if = "is_absent")]
    pub reason: Field<String>,
}

/// What a row of the funds block stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FundRole {
    /// 年度资金总额
    Total,
    /// 当年财政拨款
    Fiscal,
    /// 上年结转资金
    Carryover,
    /// 中央补助
    Central,
    /// 地方资金
    Local,
    /// 财政专户管理资金
    SpecialAccount,
    /// 单位资金
    UnitOwn,
    /// 其他资金, and what has no name of its own.
    #[default]
    Other,
}

/// A goal of the year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Goal {
    /// 预期目标
    pub planned: Field<String>,
    /// 实际完成情况
    pub actual: Field<String>,
}

/// The form's own total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Total {
    /// Full points.
    pub weight: Field<Decimal>,
    /// Points reached.
    pub score: Field<Decimal>,
    /// The grade printed beside the score.
    pub grade: Field<Grade>,
}

/// 评价等级
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Grade {
    /// 优
    #[serde(rename = "优")]
    Excellent,
    /// 良
    #[serde(rename = "良")]
    Good,
    /// 中
    #[serde(rename = "中")]
    Fair,
    /// 差
    #[serde(rename = "差")]
    Poor,
}

impl Grade {
    /// All grades, the best first.
    pub const ALL: [Self; 4] = [Self::Excellent, Self::Good, Self::Fair, Self::Poor];

    /// The grade's name as forms print it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "优",
            Self::Good => "良",
            Self::Fair => "中",
            Self::Poor => "差",
        }
    }
}

/// A place whose number could not be read exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unread {
    /// The field as a JSON pointer (`/funds/0/executed`).
    pub path: String,
    /// The cell as printed.
    pub text: String,
}

/// Where a project was read. The cells themselves stand on the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Source {
    /// The file as the user named it.
    pub file: String,
    /// The sheet's name.
    pub sheet: String,
    /// The id of the layout that fits the form.
    pub layout: String,
}

/// The JSON pointer of a member of an object.
pub(super) fn pointer(object: &str, member: &str) -> String {
    format!("{object}/{}", member.replace('~', "~0").replace('/', "~1"))
}

pub(super) fn is_absent<T>(field: &Field<T>) -> bool {
    !field.exists() && field.value.is_none()
}

/// What a project is known by, as its form states it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What the form is for.
    pub kind: Kind,
    /// 项目名称; empty if there is none.
    pub name: &'a str,
    /// The year evaluated.
    pub year: Option<u16>,
    /// 主管部门
    pub department: Option<&'a str>,
    /// 实施单位
    pub unit: Option<&'a str>,
}

impl Project {
    /// What it is known by.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            kind: self.kind,
            name: self.name.text(),
            year: self.year.value,
            department: self.department.value.as_deref(),
            unit: self.unit.value.as_deref(),
        }
    }

    /// The row of the year's total, if the form has one.
    pub fn total_fund(&self) -> Option<&Fund> {
        self.funds.iter().find(|fund| fund.role == FundRole::Total)
    }

    /// An amount of the form in 万元, as [`MoneyUnit::in_ten_thousands`] has it.
    pub fn in_ten_thousands(&self, amount: Decimal) -> Option<Decimal> {
        MoneyUnit::in_ten_thousands(self.money_unit, amount)
    }

    /// Calls `see` for every place of the project with its JSON pointer and its cell.
    pub fn for_each_cell(&mut self, see: &mut dyn FnMut(&str, &mut Option<Address>)) {
        see("/name", &mut self.name.cell);
        see("/year", &mut self.year.cell);
        see("/department", &mut self.department.cell);
        see("/unit", &mut self.unit.cell);
        for (i, fund) in self.funds.iter_mut().enumerate() {
            let cells = [
                ("item", &mut fund.item.cell),
                ("initial", &mut fund.initial.cell),
                ("budget", &mut fund.budget.cell),
                ("executed", &mut fund.executed.cell),
                ("weight", &mut fund.weight.cell),
                ("rate", &mut fund.rate.cell),
                ("score", &mut fund.score.cell),
                ("reason", &mut fund.reason.cell),
            ];
            for (key, cell) in cells {
                see(&format!("/funds/{i}/{key}"), cell);
            }
        }
        for (i, goal) in self.goals.iter_mut().enumerate() {
            see(&format!("/goals/{i}/planned"), &mut goal.planned.cell);
            see(&format!("/goals/{i}/actual"), &mut goal.actual.cell);
        }
        for (i, row) in self.indicators.iter_mut().enumerate() {
            row.for_each_cell(&format!("/indicators/{i}"), see);
        }
        for (i, row) in self.midterm.iter_mut().enumerate() {
            row.for_each_cell(&format!("/midterm/{i}"), see);
        }
        see("/total/weight", &mut self.total.weight.cell);
        see("/total/score", &mut self.total.score.cell);
        see("/total/grade", &mut self.total.grade.cell);
        for (label, field) in &mut self.other {
            see(&pointer("/other", label), &mut field.cell);
        }
    }
}
