//! 部门汇总 and 单位汇总: a row a department or unit, the best first, with formulas over the projects' rows.

use rust_decimal::Decimal;
use rust_xlsxwriter::utility::cell_range_absolute;

use super::cell::Cell;
use super::execution::{Comparison, DEPARTMENT, FULL, GAP, SCORE_RATE, UNIT, YEAR, named, of_year};
use super::layout::Layout;
use super::overview::{self, BUDGET, EXECUTED, GRADE, RATE, TOTAL};
use super::sheet::Sheet;
use super::style::{Face, Styles};
use super::table::{Column, widths};
use crate::error::Result;
use crate::model::{Address, Grade};
use crate::rules::Aggregates;
use crate::rules::aggregate::{Group, RANK_PLACES};

const HEAD: u32 = 2;

const RANK: &str = "名次";
const PROJECTS: &str = "项目数";
const SCORED: &str = "有得分的项目数";
const WITHOUT_AMOUNTS: &str = "金额不全的项目数";
const MEAN: &str = "平均分";
const WEIGHTED: &str = "加权平均分";
const HIGHEST: &str = "最高分";
const LOWEST: &str = "最低分";
const FULL_MARKS: &str = "满分项目数";

/// Comparisons of rows that all formulas together may ask for; more would keep an office program busy for minutes,
/// and the results stand alone.
const MOST_COMPARISONS: usize = 200_000;

/// By what projects are gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Department,
    Unit,
}

/// A group's row, or that of all projects.
struct Row<'a> {
    /// The row's place on the sheet.
    line: u32,
    group: &'a Group,
    by: By,
    /// The first row of groups and the last.
    lines: (u32, u32),
    comparison: &'a Comparison<'a>,
    heads: &'a [&'static str],
    live: bool,
}

impl By {
    const fn head(self) -> &'static str {
        match self {
            Self::Department => DEPARTMENT,
            Self::Unit => UNIT,
        }
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Department => ("部门汇总", "分部门绩效自评汇总表"),
            Self::Unit => ("单位汇总", "分单位绩效自评汇总表"),
        }
    }

    pub(super) fn groups<'a>(self, aggregates: &'a Aggregates<'_>) -> &'a [Group] {
        match self {
            Self::Department => &aggregates.departments,
            Self::Unit => &aggregates.units,
        }
    }

    /// Writes the sheet.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn write(self, styles: &Styles, comparison: &Comparison<'_>) -> Result<Sheet> {
        let groups = self.groups(comparison.aggregates);
        let last = HEAD + u32::try_from(groups.len()).unwrap_or_default();
        let lines = (HEAD + 1, last);
        let live = groups.len().saturating_mul(comparison.aggregates.projects.len()) <= MOST_COMPARISONS;
        let mut columns = columns(self);
        let bare =
            |group| Row { line: HEAD + 1, group, by: self, lines, comparison, heads: &[], live: false };
        columns.retain(|column| match column.head {
            SCORED => groups.iter().any(|group| group.scored < group.projects),
            WITHOUT_AMOUNTS => groups.iter().any(|group| group.without_amounts > 0),
            YEAR => comparison.several_years,
            // A unit's department tells nothing where all have the same.
            DEPARTMENT if self == Self::Unit => {
                comparison.aggregates.departments.len() > 1
                    && groups.iter().any(|group| (column.value)(&bare(group)) != Cell::Blank)
            }
            _ => true,
        });
        let heads: Vec<&'static str> = columns.iter().map(|column| column.head).collect();
        let row = |(line, group)| Row { line, heads: &heads, live, ..bare(group) };
        let rows: Vec<Row<'_>> = (HEAD + 1..).zip(groups).map(row).collect();
        let (name, title) = self.names();
        let rule = format!(
            "名次按平均分（算术平均，取 {RANK_PLACES} 位小数）由高到低，同分同名次{}；加权平均分按全年预算数加权；差距＝指标得分率－执行率",
            if comparison.several_years { "，各年度分别排" } else { "" }
        );
        let layout = Layout {
            note: Some(Cell::text(comparison.note(&rule))),
            heads: heads.clone(),
            widths: widths(&columns, &rows),
            frozen: 2,
            ..Layout::new(name, &comparison.titled(title))
        };
        let mut sheet = Sheet::begin(layout, styles, false)?;
        for row in &rows {
            let face = |column: &Column<'_, Row<'_>>| match column.head {
                RATE | SCORE_RATE | GAP if row.group.stands_out => Face::FlaggedRate,
                _ => column.face,
            };
            sheet.row(columns.iter().map(|column| ((column.value)(row), face(column))), styles)?;
        }
        let total = Row { line: last + 1, heads: &heads, live: true, ..bare(&comparison.aggregates.total) };
        let foot = columns.iter().map(|column| {
            let cell = match column.head {
                RANK | YEAR => Cell::Blank,
                head if head == self.head() => Cell::text("合计"),
                DEPARTMENT => Cell::Blank,
                head => total.foot(head, (column.value)(&total)),
            };
            (cell, column.face)
        });
        sheet.foot(foot, styles)?;
        Ok(sheet)
    }
}

type Value<'a> = fn(&Row<'a>) -> Cell<'a>;

fn columns<'a>(by: By) -> Vec<Column<'a, Row<'a>>> {
    let count = |head, value: Value<'a>| Column::new(head, (7.5, 8.5), Face::Count, value);
    let points = |head, value: Value<'a>| Column::new(head, (7.5, 7.5), Face::Points, value);
    let money = |head, value: Value<'a>| Column::new(head, (10.0, 20.0), Face::Money, value);
    let rate = |head, value: Value<'a>| Column::new(head, (9.0, 10.0), Face::Rate, value);
    let grade = |head, value: Value<'a>| Column::new(head, (5.0, 6.0), Face::Count, value);
    let mut columns: Vec<Column<'a, Row<'a>>> = vec![
        Column::new(RANK, (5.0, 7.0), Face::Count, rank),
        Column::new(by.head(), (14.0, 30.0), Face::Text, |row| named(row.group.name.as_deref())),
    ];
    if by == By::Unit {
        columns.push(Column::new(DEPARTMENT, (9.0, 22.0), Face::Text, |row| {
            row.group.department.as_deref().map_or(Cell::Blank, Cell::text)
        }));
    }
    columns.extend([
        Column::new(YEAR, (6.0, 12.0), Face::Center, |row: &Row<'a>| of_year(row.group.year)),
        count(PROJECTS, |row| row.counted(|| "1".to_owned(), row.group.projects)),
        count(SCORED, |row| {
            row.counted(|| format!("ISNUMBER({})", row.comparison.range(TOTAL)), row.group.scored)
        }),
        count(WITHOUT_AMOUNTS, |row| {
            row.counted(|| format!("({}=\"\")", row.comparison.range(BUDGET)), row.group.without_amounts)
        }),
        money(BUDGET, |row| row.summed(BUDGET, row.group.budget)),
        money(EXECUTED, |row| row.summed(EXECUTED, row.group.executed)),
        rate(RATE, |row| match (row.at(EXECUTED), row.at(BUDGET)) {
            (Some(part), Some(whole)) => {
                row.cell(|| format!("IF({whole}=0,0,{part}/{whole})"), row.group.rate)
            }
            _ => Cell::number(row.group.rate),
        }),
        points(MEAN, |row| row.mean(TOTAL, row.group.mean)),
        points(WEIGHTED, weighted_mean),
        points(HIGHEST, |row| Cell::number(row.group.highest)),
        points(LOWEST, |row| Cell::number(row.group.lowest)),
        grade(Grade::Excellent.name(), |row| row.graded(Grade::Excellent)),
        grade(Grade::Good.name(), |row| row.graded(Grade::Good)),
        grade(Grade::Fair.name(), |row| row.graded(Grade::Fair)),
        grade(Grade::Poor.name(), |row| row.graded(Grade::Poor)),
        count(FULL_MARKS, |row| {
            let full = || format!("({}={})", row.comparison.range(TOTAL), row.comparison.range(FULL));
            row.counted(full, row.group.full_marks)
        }),
        rate(SCORE_RATE, |row| row.mean(SCORE_RATE, row.group.score_rate)),
        rate(GAP, |row| match (row.at(SCORE_RATE), row.at(RATE)) {
            (Some(score_rate), Some(rate)) => row.cell(|| format!("{score_rate}-{rate}"), row.group.gap),
            _ => Cell::number(row.group.gap),
        }),
    ]);
    columns
}

impl<'a> Row<'a> {
    fn at(&self, head: &str) -> Option<Address> {
        overview::place(self.heads, self.line, head)
    }

    /// A formula, if the sheet has live ones; nothing where there is no result.
    fn cell(&self, formula: impl FnOnce() -> String, result: Option<Decimal>) -> Cell<'a> {
        match result {
            Some(result) if self.live => Cell::formula(formula(), result),
            _ => Cell::number(result),
        }
    }

    /// Which of the projects' rows are the group's, as an array of 1 and 0.
    fn own(&self) -> String {
        let is = |head| {
            let own = self.at(head).unwrap_or_default();
            format!("({}={own})", self.comparison.range(head))
        };
        let name = is(self.by.head());
        if self.comparison.several_years { format!("{name}*{}", is(YEAR)) } else { format!("{name}*1") }
    }

    fn counted(&self, which: impl FnOnce() -> String, result: usize) -> Cell<'a> {
        self.cell(|| format!("SUMPRODUCT({}*{})", self.own(), which()), Some(result.into()))
    }

    fn graded(&self, grade: Grade) -> Cell<'a> {
        let which = || format!("({}=\"{}\")", self.comparison.range(GRADE), grade.name());
        self.counted(which, self.group.grades.get(&grade).copied().unwrap_or_default())
    }

    fn summed(&self, head: &str, result: Option<Decimal>) -> Cell<'a> {
        self.cell(|| format!("SUMPRODUCT({},{})", self.own(), self.comparison.range(head)), result)
    }

    fn mean(&self, head: &str, result: Option<Decimal>) -> Cell<'a> {
        let formula = || {
            let (own, values) = (self.own(), self.comparison.range(head));
            format!("SUMPRODUCT({own},{values})/SUMPRODUCT({own}*ISNUMBER({values}))")
        };
        self.cell(formula, result)
    }

    /// What stands in the row of all projects, where groups have `cell`.
    fn foot(&self, head: &str, cell: Cell<'a>) -> Cell<'a> {
        let result = match head {
            MEAN => self.group.mean,
            SCORE_RATE => self.group.score_rate,
            WEIGHTED => self.group.weighted_mean,
            BUDGET => self.group.budget,
            EXECUTED => self.group.executed,
            HIGHEST => self.group.highest,
            LOWEST => self.group.lowest,
            // These are of cells of the same row.
            RATE | GAP => return cell,
            _ => cell.result(),
        };
        let over = self.comparison.range(if head == MEAN { TOTAL } else { head });
        let formula = match head {
            MEAN | SCORE_RATE => format!("AVERAGE({over})"),
            WEIGHTED => weighted("1", self.comparison),
            HIGHEST => format!("MAX({})", self.all(head)),
            LOWEST => format!("MIN({})", self.all(head)),
            _ => format!("SUM({})", self.all(head)),
        };
        self.cell(|| formula, result)
    }

    /// The groups' cells under a head.
    fn all(&self, head: &str) -> String {
        let col = self.at(head).and_then(|at| u16::try_from(at.col).ok()).unwrap_or_default();
        cell_range_absolute(self.lines.0, col, self.lines.1, col)
    }
}

fn rank<'a>(row: &Row<'a>) -> Cell<'a> {
    let (Some(place), Some(own)) = (row.group.rank, row.at(MEAN)) else { return Cell::Blank };
    let formula = || {
        let means = row.all(MEAN);
        let year = if row.comparison.several_years {
            format!("*({}={})", row.all(YEAR), row.at(YEAR).unwrap_or_default())
        } else {
            String::new()
        };
        let better = format!("(ROUND({means},{RANK_PLACES})>ROUND({own},{RANK_PLACES}))");
        format!("SUMPRODUCT(ISNUMBER({means})*{better}{year})+1")
    };
    row.cell(formula, Some(place.into()))
}

fn weighted_mean<'a>(row: &Row<'a>) -> Cell<'a> {
    row.cell(|| weighted(&row.own(), row.comparison), row.group.weighted_mean)
}

/// The mean of the totals weighted by the budgets, over the rows that `own` is 1 for.
fn weighted(own: &str, comparison: &Comparison<'_>) -> String {
    let (budgets, totals) = (comparison.range(BUDGET), comparison.range(TOTAL));
    format!(
        "SUMPRODUCT({own}*ISNUMBER({totals}),{budgets},{totals})/SUMPRODUCT({own}*ISNUMBER({totals}),{budgets})"
    )
}
