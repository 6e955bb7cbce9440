//! A row of the indicator table.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::project::{Field, is_absent, pointer};
use super::{Address, Operator};

/// A row of the indicator table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Indicator {
    /// 一级指标 without the points that may stand behind it.
    pub level1: Field<String>,
    /// The points printed behind the first level's name (`产出指标（50分）`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level1_weight: Option<Decimal>,
    /// 二级指标 without points.
    pub level2: Field<String>,
    /// 三级指标, as printed.
    pub name: Field<String>,
    /// The target that counts: 年度指标值, or the adjusted one where the form has both and it was adjusted.
    pub target: Field<Target>,
    /// 年初指标值, where the form has a column for adjusted targets too.
    #[serde(skip_serializing_if = "is_absent")]
    pub initial_target: Field<Target>,
    /// 度量单位, where the form has a column for it; it is part of `target` too.
    #[serde(skip_serializing_if = "is_absent")]
    pub unit: Field<String>,
    /// 实际完成值
    pub actual: Field<Actual>,
    /// 分值, points.
    pub weight: Field<Decimal>,
    /// 得分, points.
    pub score: Field<Decimal>,
    /// 得分系数, as a fraction of 1; few forms have it.
    #[serde(skip_serializing_if = "is_absent")]
    pub coefficient: Field<Decimal>,
    /// 扣减分数, points; few forms have it.
    #[serde(skip_serializing_if = "is_absent")]
    pub deduction: Field<Decimal>,
    /// 偏差原因分析及改进措施
    pub reason: Field<String>,
    /// What stands in columns that no other field takes: the column's head to the text.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub other: IndexMap<String, Field<String>>,
}

impl Indicator {
    /// Under which label of `other` a row keeps the name of the group that its points stand with.
    pub const GROUP: &str = "所属指标";

    /// The group that the row's points stand with, where the form has one.
    pub fn group(&self) -> Option<&str> {
        self.other.get(Self::GROUP).map(Field::text)
    }

    /// Calls `see` for every place of the row with its JSON pointer, which starts with `row`, and its cell.
    pub(super) fn for_each_cell(&mut self, row: &str, see: &mut dyn FnMut(&str, &mut Option<Address>)) {
        let cells = [
            ("level1", &mut self.level1.cell),
            ("level2", &mut self.level2.cell),
            ("name", &mut self.name.cell),
            ("target", &mut self.target.cell),
            ("initial_target", &mut self.initial_target.cell),
            ("unit", &mut self.unit.cell),
            ("actual", &mut self.actual.cell),
            ("weight", &mut self.weight.cell),
            ("score", &mut self.score.cell),
            ("coefficient", &mut self.coefficient.cell),
            ("deduction", &mut self.deduction.cell),
            ("reason", &mut self.reason.cell),
        ];
        for (key, cell) in cells {
            see(&format!("{row}/{key}"), cell);
        }
        for (label, field) in &mut self.other {
            see(&pointer(&format!("{row}/other"), label), &mut field.cell);
        }
    }
}

/// A target value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Target {
    /// The cell as printed; sign, value and unit joined where the form has three columns.
    pub text: String,
    /// How the actual value is to stand to the target; `None` if the text does not say.
    pub op: Option<Operator>,
    /// The number, percent signs resolved into `unit`.
    pub value: Option<Decimal>,
    /// The upper end of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<Decimal>,
    /// The unit of `value`.
    pub unit: Option<String>,
}

/// An actual value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Actual {
    /// The cell as printed.
    pub text: String,
    /// The number, percent signs resolved into `unit`.
    pub value: Option<Decimal>,
    /// The unit of `value`.
    pub unit: Option<String>,
}
