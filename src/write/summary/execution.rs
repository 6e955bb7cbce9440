//! 执行与得分对照: what was spent beside what was scored, the widest gap first.

use rust_decimal::Decimal;
use rust_xlsxwriter::utility::cell_range_absolute;

use super::cell::Cell;
use super::layout::Layout;
use super::overview::{self, BUDGET, EXECUTED, GRADE, NAME, RATE, TOTAL};
use super::sheet::Sheet;
use super::style::{Face, Styles};
use super::table::{Column, widths};
use super::{Entry, TO_BE_FILLED};
use crate::error::Result;
use crate::model::Address;
use crate::model::number::percent;
use crate::rules::aggregate::{ProjectFigures, STANDS_OUT};
use crate::rules::{Aggregates, Scores};

const SHEET: &str = "执行与得分对照";
const TITLE: &str = "预算执行与自评得分对照表";
const HEAD: u32 = 2;

pub(super) const DEPARTMENT: &str = "主管部门";
pub(super) const UNIT: &str = "实施单位";
pub(super) const YEAR: &str = "年度";
pub(super) const SCORE_RATE: &str = "指标得分率";
pub(super) const GAP: &str = "差距";
pub(super) const FULL: &str = "满分";
const INDICATOR_WEIGHT: &str = "指标分值";
const INDICATOR_SCORE: &str = "指标得分";

/// Columns that are left out where no project has anything in them.
const OPTIONAL: [&str; 5] = [YEAR, "执行得分", INDICATOR_WEIGHT, INDICATOR_SCORE, "备注"];

/// Projects to compare; fewer are told by the overview.
const FEWEST: usize = 2;

struct Row<'a> {
    number: usize,
    /// The row's place on the sheet.
    line: u32,
    own: &'a ProjectFigures<'a>,
    scores: &'a Scores,
    several_years: bool,
    heads: &'a [&'static str],
}

impl<'a> Row<'a> {
    fn at(&self, head: &str) -> Option<Address> {
        overview::place(self.heads, self.line, head)
    }

    /// What the cell under one head makes through that under the other, as a formula if their figures are `given`.
    fn quotient(&self, [part, whole]: [&str; 2], given: bool, result: Option<Decimal>) -> Cell<'a> {
        match (result, self.at(part), self.at(whole)) {
            (Some(result), Some(part), Some(whole)) if given => {
                Cell::formula(format!("IF({whole}=0,0,{part}/{whole})"), result)
            }
            _ => Cell::number(result),
        }
    }
}

/// The sheet, and where its figures stand for the formulas of others.
pub(super) struct Comparison<'a> {
    entries: &'a [Entry<'a>],
    pub(super) aggregates: &'a Aggregates<'a>,
    heads: Vec<&'static str>,
    /// The cells under each head, as the formulas of other sheets name them.
    ranges: Vec<String>,
    /// Whether the projects are of several years, so that each must tell its own.
    pub(super) several_years: bool,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(entries: &'a [Entry<'a>], aggregates: &'a Aggregates<'a>) -> Self {
        let first = aggregates.units.first().and_then(|group| group.year);
        let several_years = aggregates.units.iter().any(|group| group.year != first);
        let bare = Self { entries, aggregates, heads: Vec::new(), ranges: Vec::new(), several_years };
        let mut columns = columns();
        let rows = bare.rows();
        columns.retain(|column| match column.head {
            // One group for all has no sheet of its own that counts on its name.
            DEPARTMENT => aggregates.departments.len() > 1,
            UNIT => aggregates.units.len() > 1,
            _ => {
                !OPTIONAL.contains(&column.head) || rows.iter().any(|row| (column.value)(row) != Cell::Blank)
            }
        });
        let heads: Vec<&'static str> = columns.iter().map(|column| column.head).collect();
        let last = HEAD + u32::try_from(aggregates.projects.len()).unwrap_or_default();
        let range = |(col, _)| format!("{SHEET}!{}", cell_range_absolute(HEAD + 1, col, last, col));
        let ranges = (0..).zip(&heads).map(range).collect();
        Self { heads, ranges, ..bare }
    }

    /// Whether there is anything to compare, or other sheets count on this one.
    pub(super) fn is_needed(&self) -> bool {
        let Aggregates { departments, units, projects, .. } = self.aggregates;
        let compared = projects.iter().filter(|own| own.gap.is_some()).count();
        departments.len() > 1 || units.len() > 1 || compared >= FEWEST
    }

    /// The cells under a head, as the formulas of other sheets name them.
    pub(super) fn range(&self, head: &str) -> &str {
        let col = self.heads.iter().position(|own| *own == head).unwrap_or_default();
        self.ranges.get(col).map_or("", String::as_str)
    }

    /// What a sheet of these projects says above its head: the unit of money, and what was left out.
    pub(super) fn note(&self, more: &str) -> String {
        let mut note = format!("金额单位：万元　　{more}");
        let Aggregates { total, left_out, projects, .. } = self.aggregates;
        for (count, what) in [
            (total.without_amounts, "个项目没有填全预算数和执行数，未计入金额"),
            (*left_out, "张表不是自评表，未计入"),
            (
                self.count(|scores| scores.total.printed.is_none() && scores.total.recomputed.is_some()),
                "个项目没有填总分，按复算的总分计",
            ),
        ] {
            if count > 0 {
                note.push_str(&format!("　　{count} {what}"));
            }
        }
        let without_year = projects.iter().filter(|own| own.year.is_none()).count();
        if !self.several_years && without_year > 0 && without_year < projects.len() {
            note.push_str(&format!("　　{without_year} 个项目没有填年度，按同一年度计"));
        }
        note
    }

    /// A title with the year that all projects have.
    pub(super) fn titled(&self, title: &str) -> String {
        overview::titled(self.entries, title)
    }

    fn count(&self, of: fn(&Scores) -> bool) -> usize {
        let own = self.aggregates.projects.iter().filter_map(|own| self.entries.get(own.index));
        own.filter(|entry| of(&entry.digest.scores)).count()
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let lines = (HEAD + 1..).zip(&self.aggregates.projects).enumerate();
        let row = |(i, (line, own)): (usize, (u32, &'a ProjectFigures<'a>))| {
            let scores = &self.entries.get(own.index)?.digest.scores;
            let Self { several_years, heads, .. } = self;
            Some(Row { number: i + 1, line, own, scores, several_years: *several_years, heads })
        };
        lines.filter_map(row).collect()
    }

    /// Writes the sheet.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn write(&self, styles: &Styles) -> Result<Sheet> {
        let mut columns = columns();
        columns.retain(|column| self.heads.contains(&column.head));
        let rows = self.rows();
        let standing_out = rows.iter().filter(|row| row.own.stands_out).count();
        let rule = format!(
            "差距＝指标得分率－执行率；差距超过得分率的 {} 的标红，排在前面，共 {standing_out} 个",
            percent(STANDS_OUT, 0)
        );
        let layout = Layout {
            note: Some(Cell::text(self.note(&rule))),
            heads: self.heads.clone(),
            widths: widths(&columns, &rows),
            frozen: 2,
            ..Layout::new(SHEET, &self.titled(TITLE))
        };
        let mut sheet = Sheet::begin(layout, styles, false)?;
        for row in &rows {
            let face = |column: &Column<'_, Row<'_>>| match column.head {
                RATE | SCORE_RATE | GAP if row.own.stands_out => Face::FlaggedRate,
                _ => column.face,
            };
            sheet.row(columns.iter().map(|column| ((column.value)(row), face(column))), styles)?;
        }
        Ok(sheet)
    }
}

/// A name, or what says that there is none.
pub(super) fn named(name: Option<&str>) -> Cell<'_> {
    Cell::text(name.unwrap_or(TO_BE_FILLED))
}

/// A year among several.
pub(super) fn of_year<'a>(year: Option<u16>) -> Cell<'a> {
    year.map_or_else(|| Cell::text(TO_BE_FILLED), |year| Cell::Number(year.into()))
}

fn columns<'a>() -> Vec<Column<'a, Row<'a>>> {
    vec![
        Column::new("序号", (5.0, 7.0), Face::Center, |row| Cell::count(row.number)),
        Column::new(NAME, (16.0, 32.0), Face::Text, |row| named(row.own.name)),
        Column::new(DEPARTMENT, (9.0, 18.0), Face::Text, |row| named(row.own.department)),
        Column::new(UNIT, (9.0, 18.0), Face::Text, |row| named(row.own.unit)),
        Column::new(YEAR, (6.0, 12.0), Face::Center, |row| {
            if row.several_years { of_year(row.own.year) } else { Cell::Blank }
        }),
        Column::new(BUDGET, (10.0, 20.0), Face::Money, |row| Cell::number(row.own.budget)),
        Column::new(EXECUTED, (10.0, 20.0), Face::Money, |row| Cell::number(row.own.executed)),
        Column::new(RATE, (9.0, 10.0), Face::Rate, |row| {
            row.quotient([EXECUTED, BUDGET], row.own.budget.is_some(), row.own.rate)
        }),
        Column::new("执行得分", (7.5, 7.5), Face::Points, |row| Cell::number(row.own.execution_score)),
        Column::new(INDICATOR_WEIGHT, (7.5, 7.5), Face::Points, |row| Cell::number(row.own.indicator_weight)),
        Column::new(INDICATOR_SCORE, (7.5, 7.5), Face::Points, |row| Cell::number(row.own.indicator_score)),
        Column::new(SCORE_RATE, (9.0, 10.0), Face::Rate, score_rate),
        Column::new(GAP, (9.0, 10.0), Face::Rate, gap),
        Column::new(TOTAL, (7.5, 7.5), Face::Points, |row| Cell::number(row.own.score)),
        Column::new(FULL, (7.5, 7.5), Face::Points, |row| Cell::Number(row.own.full)),
        Column::new(GRADE, (6.0, 6.0), Face::Center, |row| {
            row.own.grade.map_or(Cell::Blank, |grade| Cell::text(grade.name()))
        }),
        Column::new("备注", (14.0, 38.0), Face::Text, remark),
    ]
}

fn score_rate<'a>(row: &Row<'a>) -> Cell<'a> {
    let of_indicators = row.own.indicator_weight.is_some() && row.own.indicator_score.is_some();
    let heads = if of_indicators { [INDICATOR_SCORE, INDICATOR_WEIGHT] } else { [TOTAL, FULL] };
    row.quotient(heads, true, row.own.score_rate)
}

fn gap<'a>(row: &Row<'a>) -> Cell<'a> {
    match (row.own.gap, row.at(SCORE_RATE), row.at(RATE)) {
        (Some(gap), Some(score_rate), Some(rate)) => Cell::formula(format!("{score_rate}-{rate}"), gap),
        _ => Cell::Blank,
    }
}

/// What a reader has to know of the row's figures.
fn remark<'a>(row: &Row<'a>) -> Cell<'a> {
    let own = row.own;
    let remarks = [
        (own.stands_out, "得分率明显高于执行率，请核实"),
        (own.budget.is_none(), "预算数、执行数没有填全，未计入金额"),
        (own.budget.is_some_and(|budget| budget.is_zero()), "全年预算数为0，没有执行率"),
        (own.indicator_weight.is_none() && own.score.is_some(), "没有指标得分，得分率按总分除以满分"),
        (row.scores.total.printed.is_none() && own.score.is_some(), "没有填总分，总分为复算"),
        (own.score.is_none(), "没有得分"),
    ];
    let remarks: Vec<&str> = remarks.iter().filter(|(holds, _)| *holds).map(|(_, remark)| *remark).collect();
    Cell::text(remarks.join("；"))
}
