//! 部门汇总 and 单位汇总: a row a department or unit and year, and 得分与执行: scores held against the money spent.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::TO_BE_FILLED;
use super::style::{self, Face, Styles};
use super::table::{Cell, Column, Table};
use crate::model::number::percent;
use crate::model::{Address, Grade};
use crate::rules::aggregate::{Group, Standing};

const HEAD: u32 = 2;
const NOTE: u32 = 1;
const BUDGET: &str = "全年预算数";
const EXECUTED: &str = "全年执行数";
const NAME: &str = "实施单位";
const DEPARTMENT: &str = "主管部门";

/// What a sheet of groups sums up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Department,
    Unit,
}

impl By {
    pub(super) const fn sheet(self) -> &'static str {
        match self {
            Self::Department => "部门汇总",
            Self::Unit => "单位汇总",
        }
    }
}

struct Row<'a> {
    line: u32,
    group: &'a Group,
    /// The columns of budget and of the sum executed.
    money: (u32, u32),
}

fn columns<'a>(by: By, years: bool) -> Vec<Column<Row<'a>>> {
    let count = |head, value: fn(&Row<'a>) -> Cell| Column::new(head, (6.0, 8.0), Face::Count, value);
    let points = |head, value: fn(&Row<'a>) -> Cell| Column::new(head, (8.0, 9.0), Face::Points, value);
    let mut columns = vec![Column::new("排名", (6.0, 7.0), Face::Center, |row: &Row<'a>| {
        row.group.rank.map_or(Cell::Blank, Cell::count)
    })];
    if years {
        columns.push(Column::new("年度", (6.0, 7.0), Face::Center, |row| {
            Cell::number(row.group.year.map(Into::into))
        }));
    }
    columns
        .push(Column::new(DEPARTMENT, (14.0, 28.0), Face::Text, |row| named(row.group.department.as_ref())));
    if by == By::Unit {
        columns.push(Column::new(NAME, (14.0, 28.0), Face::Text, |row| named(row.group.unit.as_ref())));
    }
    columns.extend([
        count("项目数", |row| Cell::count(row.group.projects)),
        Column::new(BUDGET, (11.0, 18.0), Face::Money, |row| money(row, row.group.budget)),
        Column::new(EXECUTED, (11.0, 18.0), Face::Money, |row| money(row, row.group.executed)),
        Column::new("执行率", (9.0, 10.0), Face::Rate, rate),
        points("平均分", |row| Cell::number(row.group.mean)),
        points("加权平均分", |row| Cell::number(row.group.weighted_mean)),
        points("最高分", |row| Cell::number(row.group.highest)),
        points("最低分", |row| Cell::number(row.group.lowest)),
        count("优", |row| of_grade(row, Grade::Excellent)),
        count("良", |row| of_grade(row, Grade::Good)),
        count("中", |row| of_grade(row, Grade::Fair)),
        count("差", |row| of_grade(row, Grade::Poor)),
        count("满分", |row| Cell::count(row.group.full)),
        count("得分高于执行", |row| Cell::count(row.group.ahead)),
        count("错误数", |row| Cell::count(row.group.errors)),
    ]);
    columns
}

/// Writes a sheet of groups.
pub(super) fn write(
    sheet: &mut Worksheet,
    styles: &Styles,
    by: By,
    groups: &[Group],
) -> Result<(), XlsxError> {
    let years = groups.iter().any(|group| group.year != groups[0].year);
    let columns = columns(by, years);
    let col =
        |head: &str| (0..).zip(&columns).find(|(_, column)| column.head == head).map_or(0, |(col, _)| col);
    let money = (col(BUDGET), col(EXECUTED));
    let rows: Vec<Row<'_>> =
        (HEAD + 1..).zip(groups).map(|(line, group)| Row { line, group, money }).collect();
    let table = Table { head: HEAD, columns: &columns, rows: &rows };
    let last_col = table.last_col().unwrap_or_default();
    sheet.set_name(by.sheet())?;
    let title = if by == By::Unit { "分单位绩效自评汇总" } else { "分部门绩效自评汇总" };
    style::title(sheet, styles, title, last_col)?;
    let without: usize = groups.iter().map(|group| group.without_money).sum();
    let mut note = "金额单位：万元　　按平均分排名，分数相同的名次相同".to_owned();
    if without > 0 {
        note.push_str(&format!("　　{without} 个项目没有写明预算数或执行数，未计入金额"));
    }
    sheet.merge_range(NOTE, 0, NOTE, last_col, &note, &styles.note)?;
    table.write(sheet, styles, |row, column| match column.head {
        "得分高于执行" if row.group.ahead > 0 => Face::Flagged,
        "错误数" if row.group.errors > 0 => Face::Flagged,
        _ => column.face,
    })?;
    let foot = HEAD + 1 + u32::try_from(groups.len()).unwrap_or(u32::MAX);
    sheet.set_row_height(foot, style::row_height(1))?;
    for (at, column) in (0..).zip(&columns) {
        foot_cell(column, at, foot, groups, money).put(sheet, foot, at, styles.foot(column.face))?;
    }
    let name = if by == By::Unit { NAME } else { DEPARTMENT };
    sheet.set_freeze_panes(HEAD + 1, u16::try_from(col(name)).unwrap_or_default() + 1)?;
    style::page(sheet, Some(HEAD))
}

/// The sums below the groups.
fn foot_cell(column: &Column<Row<'_>>, at: u16, foot: u32, groups: &[Group], money: (u32, u32)) -> Cell {
    let range = format!("{}:{}", Address::new(HEAD + 1, at.into()), Address::new(foot - 1, at.into()));
    let sum = |of: fn(&Group) -> Decimal| {
        total(groups, of).map_or(Cell::Blank, |sum| Cell::formula(format!("SUM({range})"), sum))
    };
    match column.head {
        DEPARTMENT => Cell::text("合计"),
        BUDGET => sum(|group| group.budget),
        EXECUTED => sum(|group| group.executed),
        "项目数" => sum(|group| group.projects.into()),
        "优" => sum(|group| graded(group, Grade::Excellent).into()),
        "良" => sum(|group| graded(group, Grade::Good).into()),
        "中" => sum(|group| graded(group, Grade::Fair).into()),
        "差" => sum(|group| graded(group, Grade::Poor).into()),
        "满分" => sum(|group| group.full.into()),
        "得分高于执行" => sum(|group| group.ahead.into()),
        "错误数" => sum(|group| group.errors.into()),
        "执行率" => {
            let sums = total(groups, |group| group.executed).zip(total(groups, |group| group.budget));
            let rate = sums.map(|(executed, budget)| executed.checked_div(budget).unwrap_or_default());
            rate.map_or(Cell::Blank, |rate| quotient(foot, money, rate))
        }
        _ => Cell::Blank,
    }
}

/// The sum over all groups; `None` if it is beyond exact numbers.
fn total(groups: &[Group], of: fn(&Group) -> Decimal) -> Option<Decimal> {
    groups.iter().map(of).try_fold(Decimal::ZERO, Decimal::checked_add)
}

fn rate(row: &Row<'_>) -> Cell {
    row.group.rate.map_or(Cell::Blank, |rate| quotient(row.line, row.money, rate))
}

fn quotient(line: u32, (budget, executed): (u32, u32), result: Decimal) -> Cell {
    let (budget, executed) = (Address::new(line, budget), Address::new(line, executed));
    Cell::formula(format!("IF({budget}=0,0,{executed}/{budget})"), result)
}

/// Sums of nothing are left open.
fn money(row: &Row<'_>, sum: Decimal) -> Cell {
    if row.group.without_money == row.group.projects { Cell::Blank } else { Cell::number(Some(sum)) }
}

fn named(name: Option<&String>) -> Cell {
    Cell::text(name.map_or(TO_BE_FILLED, |name| name))
}

fn graded(group: &Group, grade: Grade) -> usize {
    group.grades.get(&grade).copied().unwrap_or_default()
}

fn of_grade(row: &Row<'_>, grade: Grade) -> Cell {
    Cell::count(graded(row.group, grade))
}

pub(super) const STANDINGS: &str = "得分与执行";

fn standing_columns<'a>() -> [Column<&'a Standing>; 8] {
    [
        Column::new("项目名称", (16.0, 32.0), Face::Text, |row| Cell::text(&row.name)),
        Column::new(NAME, (12.0, 24.0), Face::Text, |row| named(row.unit.as_ref())),
        Column::new("年度", (6.0, 7.0), Face::Center, |row| Cell::number(row.year.map(Into::into))),
        Column::new("执行率", (9.0, 10.0), Face::Rate, |row| Cell::number(Some(row.rate))),
        Column::new("指标得分率", (10.0, 11.0), Face::Rate, |row| Cell::number(Some(row.score_rate))),
        Column::new("差距", (9.0, 10.0), Face::Rate, |row| Cell::number(Some(row.gap))),
        Column::new("总分", (8.0, 9.0), Face::Points, |row| Cell::number(row.total)),
        Column::new("说明", (20.0, 44.0), Face::Text, |row| Cell::text(&remark(row))),
    ]
}

/// Writes the sheet of scores held against the money spent.
pub(super) fn standings(
    sheet: &mut Worksheet,
    styles: &Styles,
    standings: &[Standing],
) -> Result<(), XlsxError> {
    let columns = standing_columns();
    let rows: Vec<&Standing> = standings.iter().collect();
    let table = Table { head: HEAD, columns: &columns, rows: &rows };
    let last_col = table.last_col().unwrap_or_default();
    sheet.set_name(STANDINGS)?;
    style::title(sheet, styles, "指标得分与预算执行对照", last_col)?;
    let note = "差距＝（指标得分率−执行率）÷指标得分率；差距大的排在前面，超过检查 R39 所设阈值的标出";
    sheet.merge_range(NOTE, 0, NOTE, last_col, note, &styles.note)?;
    table.write(sheet, styles, |row, column| {
        if row.ahead && matches!(column.head, "说明") { Face::Warning } else { column.face }
    })?;
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    style::page(sheet, Some(HEAD))
}

fn remark(row: &Standing) -> String {
    if row.ahead {
        format!(
            "执行{}，指标得分率{}，应核对得分或说明原因",
            percent(row.rate, 2),
            percent(row.score_rate, 2)
        )
    } else {
        String::new()
    }
}
