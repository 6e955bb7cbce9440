//! What forms call things: `templates/vocabulary.toml`.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::label::{first_of_key, key};
use crate::model::{FundRole, Grade};

/// What a label beside or above a place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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
    /// 全年（调整）绩效目标
    GoalAdjusted,
    /// 实际完成情况
    GoalActual,
    /// The name of the funds block.
    Funds,
    /// The name of the goals block.
    Goals,
    /// The name of the indicator block.
    Indicators,
    /// 中期目标, or the name of a block of indicators of several years.
    Midterm,
    /// 项目编码
    Code,
    /// 自评等级
    Grade,
    /// 总分
    Total,
    /// A place that is kept under its own label.
    Remark,
}

impl FormLabel {
    /// The concept's name in vocabulary files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Department => "department",
            Self::Unit => "unit",
            Self::Year => "year",
            Self::GoalPlanned => "goal_planned",
            Self::GoalAdjusted => "goal_adjusted",
            Self::GoalActual => "goal_actual",
            Self::Funds => "funds",
            Self::Goals => "goals",
            Self::Indicators => "indicators",
            Self::Midterm => "midterm",
            Self::Code => "code",
            Self::Grade => "grade",
            Self::Total => "total",
            Self::Remark => "remark",
        }
    }
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

impl FundColumn {
    /// The concept's name in vocabulary files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Budget => "budget",
            Self::Executed => "executed",
            Self::Rate => "rate",
            Self::Weight => "weight",
            Self::Score => "score",
            Self::Reason => "reason",
            Self::Amount => "amount",
        }
    }
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
    /// 调整指标值
    AdjustedTarget,
    /// 实际完成值
    Actual,
    /// 度量单位
    MeasureUnit,
    /// 分值
    Weight,
    /// 得分
    Score,
    /// 得分系数
    Coefficient,
    /// 扣减分数
    Deduction,
    /// 偏差原因分析及改进措施
    Reason,
    /// 备注: the reason where the table has no column for it.
    Remark,
}

impl IndicatorColumn {
    /// The column's name in vocabulary and layout files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Level1 => "level1",
            Self::Level2 => "level2",
            Self::Level3 => "level3",
            Self::Sign => "sign",
            Self::Target => "target",
            Self::AdjustedTarget => "adjusted_target",
            Self::Actual => "actual",
            Self::MeasureUnit => "measure_unit",
            Self::Weight => "weight",
            Self::Score => "score",
            Self::Coefficient => "coefficient",
            Self::Deduction => "deduction",
            Self::Reason => "reason",
            Self::Remark => "remark",
        }
    }

    /// Whether the column names the indicator rather than holding one of its values.
    pub fn is_level(self) -> bool {
        matches!(self, Self::Level1 | Self::Level2 | Self::Level3)
    }
}

/// Concept to labels, as a vocabulary or layout file states them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Labels {
    form: BTreeMap<FormLabel, Vec<String>>,
    fund_column: BTreeMap<FundColumn, Vec<String>>,
    fund_row: BTreeMap<FundRole, Vec<String>>,
    indicator_column: BTreeMap<IndicatorColumn, Vec<String>>,
    grade: BTreeMap<Grade, Vec<String>>,
}

/// Label to concept, for looking up.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    form: Meanings<FormLabel>,
    fund_column: Meanings<FundColumn>,
    fund_row: Meanings<FundRole>,
    indicator_column: Meanings<IndicatorColumn>,
    grade: Meanings<Grade>,
    /// The first label that was ever given for a column.
    usual: BTreeMap<IndicatorColumn, String>,
}

/// What labels mean, by their keys.
#[derive(Clone, Debug)]
struct Meanings<C> {
    of: FxHashMap<String, C>,
    /// What the keys begin with: most texts begin otherwise.
    begin: FxHashSet<char>,
}

impl<C> Default for Meanings<C> {
    fn default() -> Self {
        Self { of: FxHashMap::default(), begin: FxHashSet::default() }
    }
}

/// No label is longer; what is longer is a text.
const MAX_LABEL_CHARS: usize = 60;

impl<C: Copy> Meanings<C> {
    fn look_up(&self, text: &str) -> Option<C> {
        if first_of_key(text).is_some_and(|first| !self.begin.contains(&first)) {
            return None;
        }
        if text.len() > MAX_LABEL_CHARS && text.chars().take(MAX_LABEL_CHARS + 1).count() > MAX_LABEL_CHARS {
            return None;
        }
        // A label has letters; figures, signs and dashes are the greater part of a form's cells.
        if !has_letters(text) {
            return None;
        }
        let found = self.of.get(&*key(text)).copied();
        // Import sheets mark what must be filled, and explain it in the head itself: `*分值 数量(20)、质量(10)`.
        found.or_else(|| {
            let marked = text.trim_start().strip_prefix(['*', '＊'])?;
            self.of.get(&*key(marked.split_whitespace().next()?)).copied()
        })
    }
}

impl Vocabulary {
    /// Adds labels; they stand over what the vocabulary knew before.
    ///
    /// # Errors
    /// Names the label that a file gives two meanings in the same place.
    pub fn add(&mut self, labels: &Labels) -> Result<(), String> {
        fn put<C: Copy + Eq>(into: &mut Meanings<C>, from: &BTreeMap<C, Vec<String>>) -> Result<(), String> {
            let mut own: FxHashMap<String, C> = FxHashMap::default();
            for (concept, labels) in from {
                for label in labels {
                    if own.insert(key(label).into_owned(), *concept).is_some_and(|other| other != *concept) {
                        return Err(t!("error.two_meanings", label = label).into_owned());
                    }
                }
            }
            into.begin.extend(own.keys().filter_map(|label| label.chars().next()));
            into.of.extend(own);
            Ok(())
        }
        for (column, labels) in &labels.indicator_column {
            if let Some(first) = labels.first() {
                self.usual.entry(*column).or_insert_with(|| first.clone());
            }
        }
        put(&mut self.form, &labels.form)?;
        put(&mut self.fund_column, &labels.fund_column)?;
        put(&mut self.fund_row, &labels.fund_row)?;
        put(&mut self.indicator_column, &labels.indicator_column)?;
        put(&mut self.grade, &labels.grade)
    }

    /// What a text means as the label of a place.
    pub fn form(&self, text: &str) -> Option<FormLabel> {
        self.form.look_up(text)
    }

    /// A label and its text in one cell: `单位名称：某局`.
    pub fn inline<'a>(&self, text: &'a str) -> Option<(FormLabel, &'a str)> {
        let (label, rest) = text.split_once(['：', ':'])?;
        Some((self.form(label)?, rest.trim()))
    }

    /// What a text means as the head of a column of the funds block.
    pub fn fund_column(&self, text: &str) -> Option<FundColumn> {
        self.fund_column.look_up(text)
    }

    /// What a text means as the label of a row of the funds block.
    pub fn fund_row(&self, text: &str) -> Option<FundRole> {
        self.fund_row.look_up(text)
    }

    /// What a text means as the head of a column of the indicator table.
    pub fn indicator_column(&self, text: &str) -> Option<IndicatorColumn> {
        self.indicator_column.look_up(text)
    }

    /// The labels of a column, as their keys.
    pub fn labels_of(&self, column: IndicatorColumn) -> impl Iterator<Item = &str> {
        self.indicator_column
            .of
            .iter()
            .filter(move |(_, own)| **own == column)
            .map(|(label, _)| label.as_str())
    }

    /// The label that a column mostly bears.
    pub fn usual(&self, column: IndicatorColumn) -> &str {
        self.usual.get(&column).map_or("", String::as_str)
    }

    /// The grade that a text names.
    pub fn grade(&self, text: &str) -> Option<Grade> {
        self.grade.look_up(text)
    }
}

/// Whether a text has letters, of any script.
pub(super) fn has_letters(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphabetic())
}
