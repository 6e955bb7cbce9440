//! 汇总表: a row a project, with sums and averages below.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::figures::Figures;
use super::indicators::Begin;
use super::style::{self, Face, Styles};
use super::table::{Cell, Column, Table};
use super::{Entry, TO_BE_FILLED, package};
use crate::model::number::round;
use crate::model::{Address, Fund, Project};
use crate::rules::Class;

pub(super) const SHEET: &str = "汇总表";
pub(super) const TITLE: &str = "项目支出绩效自评汇总表";
const NOTE: u32 = 1;
const HEAD: u32 = 2;

pub(super) const NAME: &str = "项目名称";
pub(super) const BUDGET: &str = "全年预算数";
pub(super) const EXECUTED: &str = "全年执行数";
pub(super) const RATE: &str = "执行率";
pub(super) const TOTAL: &str = "总分";
pub(super) const GRADE: &str = "等级";
pub(super) const RECOMPUTED: &str = "复算总分";
pub(super) const DIFFERENCE: &str = "差异";
const PROBLEMS: &str = "问题数";

/// Decimal places to which a difference is rounded, so that floats leave no trace in it.
const DIFFERENCE_PLACES: u32 = 6;

/// Columns that are left out where no project has anything in them.
const OPTIONAL: [&str; 12] = [
    "项目编码",
    "主管部门",
    "实施单位",
    "年度",
    "年初预算数",
    "执行得分",
    "成本得分",
    "产出得分",
    "效益得分",
    "满意度得分",
    "工作表",
    "自评报告",
];

/// A project's row.
pub(super) struct Row<'a> {
    number: usize,
    /// The row's place on the sheet.
    line: u32,
    entry: &'a Entry<'a>,
    /// Its first indicator on the sheet of indicators.
    details: Option<Begin>,
    /// The heads of the sheet's columns.
    heads: &'a [&'static str],
}

impl Row<'_> {
    fn at(&self, head: &str) -> Option<Address> {
        place(self.heads, self.line, head)
    }

    fn money(&self, amount: fn(&Fund) -> Option<Decimal>) -> Cell {
        let project = &self.entry.digest.project;
        Cell::number(
            project.total_fund().and_then(amount).and_then(|amount| project.in_ten_thousands(amount)),
        )
    }
}

/// The cell of a line under a head.
pub(super) fn place(heads: &[&str], line: u32, head: &str) -> Option<Address> {
    let col = heads.iter().position(|own| *own == head)?;
    Some(Address::new(line, u32::try_from(col).ok()?))
}

type Value<'a> = fn(&Row<'a>) -> Cell;

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    let text = |head, width, value: Value<'a>| Column { head, width, face: Face::Text, value };
    let center = |head, width, value: Value<'a>| Column { head, width, face: Face::Center, value };
    let money = |head, value: Value<'a>| Column { head, width: (10.0, 20.0), face: Face::Money, value };
    let points = |head, value: Value<'a>| Column { head, width: (7.5, 7.5), face: Face::Points, value };
    vec![
        center("序号", (5.0, 7.0), |row| Cell::count(row.number)),
        center("项目编码", (9.0, 22.0), |row| {
            Cell::text(row.entry.digest.project.code.as_deref().unwrap_or(""))
        }),
        text(NAME, (16.0, 32.0), name),
        text("主管部门", (9.0, 14.0), |row| Cell::text(row.entry.digest.project.department.text())),
        text("实施单位", (9.0, 14.0), |row| Cell::text(row.entry.digest.project.unit.text())),
        center("年度", (6.0, 6.0), |row| {
            Cell::number(row.entry.digest.project.year.get().map(|y| (*y).into()))
        }),
        money("年初预算数", |row| row.money(|fund| fund.initial.number())),
        money(BUDGET, |row| row.money(|fund| fund.budget.number())),
        money(EXECUTED, |row| row.money(|fund| fund.executed.number())),
        Column::new(RATE, (9.0, 10.0), Face::Rate, rate),
        points("执行得分", |row| Cell::number(row.entry.digest.scores.execution.printed)),
        points("成本得分", |row| Cell::number(row.entry.digest.scores.class_score(Class::Cost))),
        points("产出得分", |row| Cell::number(row.entry.digest.scores.class_score(Class::Output))),
        points("效益得分", |row| Cell::number(row.entry.digest.scores.class_score(Class::Benefit))),
        points("满意度得分", |row| {
            Cell::number(row.entry.digest.scores.class_score(Class::Satisfaction))
        }),
        points(TOTAL, |row| Cell::number(row.entry.digest.scores.total.printed)),
        center(GRADE, (6.0, 6.0), grade),
        points(RECOMPUTED, |row| Cell::number(row.entry.digest.scores.total.recomputed)),
        points(DIFFERENCE, difference),
        Column::new("未完成指标数", (7.5, 7.5), Face::Count, unreached),
        text("主要偏差原因及改进措施", (16.0, 36.0), |row| {
            Cell::text(row.entry.digest.reasons.as_deref().unwrap_or(TO_BE_FILLED))
        }),
        Column::new(PROBLEMS, (7.0, 7.0), Face::Count, |row| {
            Cell::count(row.entry.digest.findings.iter().sum())
        }),
        text("来源文件", (12.0, 24.0), |row| Cell::text(&row.entry.digest.project.source.file)),
        text("工作表", (7.0, 14.0), |row| Cell::text(&row.entry.digest.project.source.sheet)),
        text("自评报告", (7.0, 7.0), report),
    ]
}

/// Writes the sheet.
pub(super) fn write(
    sheet: &mut Worksheet,
    styles: &Styles,
    entries: &[Entry<'_>],
    begins: &[Option<Begin>],
) -> Result<(), XlsxError> {
    let mut columns = columns();
    let bare = rows(entries, begins, &[]);
    columns.retain(|column| {
        !OPTIONAL.contains(&column.head) || bare.iter().any(|row| (column.value)(row) != Cell::Blank)
    });
    let heads: Vec<&'static str> = columns.iter().map(|column| column.head).collect();
    let rows = rows(entries, begins, &heads);
    let table = Table { head: HEAD, columns: &columns, rows: &rows };
    let last_col = table.last_col().unwrap_or_default();

    sheet.set_name(SHEET)?;
    style::title(sheet, styles, &titled(entries, TITLE), last_col)?;
    let written = table.write(sheet, styles, |row, column| {
        if column.head == PROBLEMS && row.entry.digest.findings[0] > 0 { Face::Flagged } else { column.face }
    })?;
    let figures = Figures { heads: &heads, head: HEAD, written: &written };
    sheet.merge_range(NOTE, 0, NOTE, last_col, "", &styles.note)?;
    note(entries, &figures).put(sheet, NOTE, 0, &styles.note)?;
    sheet.set_row_height(NOTE, style::row_height(1))?;
    for (line, foot) in (HEAD + 1 + figures.rows()..).zip(figures.feet(&columns)) {
        sheet.set_row_height(line, style::row_height(1))?;
        for ((col, column), cell) in (0..).zip(&columns).zip(foot) {
            let face = if column.head == GRADE { Face::Count } else { column.face };
            cell.put(sheet, line, col, styles.foot(face))?;
        }
    }
    let name_col = place(&heads, 0, NAME).and_then(|at| u16::try_from(at.col).ok()).unwrap_or_default();
    sheet.set_freeze_panes(HEAD + 1, name_col + 1)?;
    style::page(sheet, Some(HEAD))
}

fn rows<'a>(entries: &'a [Entry<'a>], begins: &[Option<Begin>], heads: &'a [&'static str]) -> Vec<Row<'a>> {
    let places = (HEAD + 1..).zip(begins.iter().copied().chain(std::iter::repeat(None)));
    let numbered = entries.iter().enumerate().zip(places);
    numbered.map(|((i, entry), (line, details))| Row { number: i + 1, line, entry, details, heads }).collect()
}

/// A title with the year that all projects have.
pub(super) fn titled(entries: &[Entry<'_>], title: &str) -> String {
    let year = |entry: &Entry<'_>| entry.digest.project.year.get().copied();
    match entries.first().and_then(year) {
        Some(first) if entries.iter().all(|entry| year(entry) == Some(first)) => {
            format!("{first}年度{title}")
        }
        _ => title.to_owned(),
    }
}

/// What stands above the head: the unit of money, the number of projects, how they were scored.
fn note(entries: &[Entry<'_>], figures: &Figures<'_>) -> Cell {
    let mut more = String::new();
    let without = |absent: fn(&Project) -> bool| entries.iter().filter(|e| absent(&e.digest.project)).count();
    match without(|project| project.total.score.number().is_none()) {
        0 => {}
        count => more.push_str(&format!("　　{count} 个项目的自评表没有总分，未计入平均分")),
    }
    match without(|project| project.money_unit.is_none() && !project.funds.is_empty()) {
        0 => {}
        count => more.push_str(&format!("　　{count} 个项目的自评表未注明金额单位，按万元计")),
    }
    figures.note(&more)
}

fn name(row: &Row<'_>) -> Cell {
    match row.details {
        Some(at) => Cell::link(at.address(), row.entry.name(), "查看指标明细"),
        None => Cell::text(row.entry.name()),
    }
}

fn report(row: &Row<'_>) -> Cell {
    row.entry.report.map_or(Cell::Blank, |path| Cell::link(package::to_file(path), "打开", path))
}

fn rate(row: &Row<'_>) -> Cell {
    let rate = row.entry.digest.scores.rate;
    let fund = row.entry.digest.project.total_fund();
    let budgeted = fund.is_some_and(|fund| fund.budget.number().is_some());
    match (rate.recomputed, row.at(BUDGET), row.at(EXECUTED)) {
        (Some(result), Some(budget), Some(executed)) if budgeted => {
            Cell::formula(format!("IF({budget}=0,0,{executed}/{budget})"), result)
        }
        _ => Cell::number(rate.recomputed.or(rate.printed)),
    }
}

fn grade(row: &Row<'_>) -> Cell {
    let digest = row.entry.digest;
    let grade = digest.project.total.grade.get().copied().or(digest.scores.grade);
    grade.map_or(Cell::Blank, |grade| Cell::text(grade.name()))
}

fn difference(row: &Row<'_>) -> Cell {
    match (row.entry.digest.scores.total.difference(), row.at(TOTAL), row.at(RECOMPUTED)) {
        (Some(result), Some(printed), Some(recomputed)) => {
            let formula = format!("ROUND({printed}-{recomputed},{DIFFERENCE_PLACES})");
            Cell::formula(formula, round(result, DIFFERENCE_PLACES))
        }
        _ => Cell::Blank,
    }
}

fn unreached(row: &Row<'_>) -> Cell {
    Cell::count(row.entry.digest.unreached)
}
