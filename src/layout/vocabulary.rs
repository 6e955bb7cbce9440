//! What forms call things: `templates/vocabulary.toml`.

use std::collections::HashMap;
use std::hash::Hash;

use serde::Deserialize;

use super::label::key;
use crate::model::{FundRole, Grade};

/// What a label beside or above a place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FormLabel {
    /// 项目名称
    Name,
    /// 主管部门
    Department,
    /// 实施单位
    Unit,
    /// 年度
    Year,
    /// 预期目标
    GoalPlanned,
    /// 实际完成情况
    GoalActual,
    /// The name of the funds block.
    Funds,
    /// The name of the goals block.
    Goals,
    /// The name of the indicator block.
    Indicators,
    /// 总分
    Total,
    /// A place that is kept under its own label.
    Remark,
}

/// What a column of the funds block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FundColumn {
    /// 年初预算数
    Initial,
    /// 全年预算数
    Budget,
    /// 全年执行数
    Executed,
    /// 执行率
    Rate,
    /// 分值
    Weight,
    /// 得分
    Score,
    /// 原因
    Reason,
    /// 金额: the only sum of a declaration.
    Amount,
}

/// What a column of the indicator table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum IndicatorColumn {
    /// 一级指标
    Level1,
    /// 二级指标
    Level2,
    /// 三级指标
    Level3,
    /// 指标性质
    Sign,
    /// 年度指标值
    Target,
    /// 实际完成值
    Actual,
    /// 度量单位
    MeasureUnit,
    /// 分值
    Weight,
    /// 得分
    Score,
    /// 偏差原因分析及改进措施
    Reason,
}

impl IndicatorColumn {
    /// Whether the column names the indicator rather than holding one of its values.
    pub fn is_level(self) -> bool {
        matches!(self, Self::Level1 | Self::Level2 | Self::Level3)
    }
}

/// Concept to labels, as a vocabulary or layout file states them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Labels {
    form: HashMap<FormLabel, Vec<String>>,
    fund_column: HashMap<FundColumn, Vec<String>>,
    fund_row: HashMap<FundRole, Vec<String>>,
    indicator_column: HashMap<IndicatorColumn, Vec<String>>,
    grade: HashMap<Grade, Vec<String>>,
}

/// Label to concept, for looking up.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    form: HashMap<String, FormLabel>,
    fund_column: HashMap<String, FundColumn>,
    fund_row: HashMap<String, FundRole>,
    indicator_column: HashMap<String, IndicatorColumn>,
    grade: HashMap<String, Grade>,
}

/// No label is longer; what is longer is a text.
const MAX_LABEL_CHARS: usize = 40;

impl Vocabulary {
    /// Adds labels; of two meanings of one label in the same place the later stands.
    pub fn add(&mut self, labels: &Labels) {
        fn put<C: Copy + Eq + Hash>(into: &mut HashMap<String, C>, from: &HashMap<C, Vec<String>>) {
            for (concept, labels) in from {
                into.extend(labels.iter().map(|label| (key(label), *concept)));
            }
        }
        put(&mut self.form, &labels.form);
        put(&mut self.fund_column, &labels.fund_column);
        put(&mut self.fund_row, &labels.fund_row);
        put(&mut self.indicator_column, &labels.indicator_column);
        put(&mut self.grade, &labels.grade);
    }

    /// What a text means as the label of a place.
    pub fn form(&self, text: &str) -> Option<FormLabel> {
        look_up(&self.form, text)
    }

    /// A label and its text in one cell: `单位名称：某局`.
    pub fn inline<'a>(&self, text: &'a str) -> Option<(FormLabel, &'a str)> {
        let (label, rest) = text.split_once(['：', ':'])?;
        Some((self.form(label)?, rest.trim()))
    }

    /// What a text means as the head of a column of the funds block.
    pub fn fund_column(&self, text: &str) -> Option<FundColumn> {
        look_up(&self.fund_column, text)
    }

    /// What a text means as the label of a row of the funds block.
    pub fn fund_row(&self, text: &str) -> Option<FundRole> {
        look_up(&self.fund_row, text)
    }

    /// What a text means as the head of a column of the indicator table.
    pub fn indicator_column(&self, text: &str) -> Option<IndicatorColumn> {
        look_up(&self.indicator_column, text)
    }

    /// The grade that a text names.
    pub fn grade(&self, text: &str) -> Option<Grade> {
        look_up(&self.grade, text)
    }
}

fn look_up<C: Copy>(labels: &HashMap<String, C>, text: &str) -> Option<C> {
    if text.chars().take(MAX_LABEL_CHARS + 1).count() > MAX_LABEL_CHARS {
        return None;
    }
    labels.get(&key(text)).copied()
}
