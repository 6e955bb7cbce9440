//! 指标明细: a row an indicator.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Entry;
use super::style::{self, Face, Styles};
use super::table::{Cell, Column, Table};
use crate::model::number::percent;
use crate::model::{Address, Indicator};
use crate::rules::{Due, Outcome};

pub(super) const SHEET: &str = "指标明细";
const TITLE: &str = "绩效指标完成情况明细";
const HEAD: u32 = 1;
const WEIGHT: &str = "分值";
const SCORE: &str = "得分";

struct Row<'a> {
    number: usize,
    /// The row's place on the sheet.
    line: u32,
    entry: &'a Entry<'a>,
    indicator: &'a Indicator,
    outcome: Option<Outcome>,
    due: Option<&'a Due>,
    /// The columns of points and of points reached.
    points: (u32, u32),
}

fn columns<'a>() -> [Column<Row<'a>>; 15] {
    [
        Column::new("序号", (6.0, 8.0), Face::Center, |row| Cell::count(row.number)),
        Column::new("项目名称", (14.0, 26.0), Face::Text, |row| Cell::text(row.entry.name())),
        Column::new("一级指标", (10.0, 14.0), Face::Center, |row| {
            Cell::text(row.indicator.level1.text())
        }),
        Column::new("二级指标", (10.0, 16.0), Face::Center, |row| {
            Cell::text(row.indicator.level2.text())
        }),
        Column::new("三级指标", (14.0, 30.0), Face::Text, |row| Cell::text(row.indicator.name.text())),
        Column::new("年度指标值", (12.0, 26.0), Face::Text, target),
        Column::new("实际完成值", (12.0, 26.0), Face::Text, actual),
        Column::new(WEIGHT, (8.0, 10.0), Face::Points, |row| Cell::number(row.indicator.weight.number())),
        Column::new(SCORE, (8.0, 10.0), Face::Points, |row| Cell::number(row.indicator.score.number())),
        Column::new("得分率", (9.0, 10.0), Face::Rate, rate),
        Column::new("完成情况", (12.0, 20.0), Face::Center, |row| {
            row.outcome.map_or(Cell::Blank, |outcome| Cell::text(&in_words(outcome)))
        }),
        Column::new("复算得分", (9.0, 12.0), Face::Center, due),
        Column::new("复算说明", (18.0, 40.0), Face::Text, |row| {
            let due = row.due.filter(|_| row.indicator.weight.exists());
            Cell::text(&due.map(|due| due.in_words(row.indicator)).unwrap_or_default())
        }),
        Column::new("偏差原因及改进措施", (20.0, 44.0), Face::Text, |row| {
            Cell::text(row.indicator.reason.text())
        }),
        Column::new("来源单元格", (14.0, 36.0), Face::Text, source),
    ]
}

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, styles: &Styles, entries: &[Entry<'_>]) -> Result<(), XlsxError> {
    let columns = columns();
    let col =
        |head: &str| (0..).zip(&columns).find(|(_, column)| column.head == head).map_or(0, |(col, _)| col);
    let points = (col(WEIGHT), col(SCORE));
    let all = entries.iter().flat_map(|entry| {
        let outcomes = entry.assessed.outcomes.iter().copied().map(Some).chain(std::iter::repeat(None));
        let dues = entry.assessed.dues.iter().map(Some).chain(std::iter::repeat(None));
        entry
            .assessed
            .project
            .indicators
            .iter()
            .zip(outcomes.zip(dues))
            .map(move |(indicator, (outcome, due))| (entry, indicator, outcome, due))
    });
    let rows: Vec<Row<'_>> = (HEAD + 1..)
        .zip(all)
        .enumerate()
        .map(|(i, (line, (entry, indicator, outcome, due)))| Row {
            number: i + 1,
            line,
            entry,
            indicator,
            outcome,
            due,
            points,
        })
        .collect();
    sheet.set_name(SHEET)?;
    let table = Table { head: HEAD, columns: &columns, rows: &rows };
    style::title(sheet, styles, TITLE, table.last_col().unwrap_or_default())?;
    table.write(sheet, styles, |_, column| column.face)?;
    sheet.set_freeze_panes(HEAD + 1, 2)?;
    style::page(sheet, Some(HEAD))
}

/// The first row of each entry's indicators; `None` for an entry without any.
pub(super) fn first_rows(entries: &[Entry<'_>]) -> Vec<Option<Address>> {
    let mut line = HEAD + 1;
    let first = |entry: &Entry<'_>| {
        let count = u32::try_from(entry.assessed.project.indicators.len()).unwrap_or(u32::MAX);
        let at = (count > 0).then_some(Address::new(line, 0));
        line = line.saturating_add(count);
        at
    };
    entries.iter().map(first).collect()
}

fn target(row: &Row<'_>) -> Cell {
    Cell::text(row.indicator.target.get().map_or("", |target| &target.text))
}

fn actual(row: &Row<'_>) -> Cell {
    Cell::text(row.indicator.actual.get().map_or("", |actual| &actual.text))
}

fn rate(row: &Row<'_>) -> Cell {
    let (weight, score) = (row.indicator.weight.number(), row.indicator.score.number());
    match weight.zip(score).and_then(|(weight, score)| score.checked_div(weight)) {
        Some(rate) => {
            let (weight, score) =
                (Address::new(row.line, row.points.0), Address::new(row.line, row.points.1));
            Cell::formula(format!("IF({weight}=0,0,{score}/{weight})"), rate)
        }
        None => Cell::Blank,
    }
}

/// The points due by the scheme: a number, the ends of a band, or that a person must judge.
fn due(row: &Row<'_>) -> Cell {
    // A form without points has none to recompute.
    if !row.indicator.weight.exists() {
        return Cell::Blank;
    }
    match row.due {
        Some(Due::Points { points, .. }) => Cell::number(Some(*points)),
        Some(Due::Band { from, to, .. }) => Cell::text(&format!("{from}～{to}")),
        Some(Due::Person(_)) => Cell::text("需人工"),
        None => Cell::Blank,
    }
}

fn source(row: &Row<'_>) -> Cell {
    let source = &row.entry.assessed.project.source;
    let indicator = row.indicator;
    let cells = [indicator.name.cell, indicator.level2.cell, indicator.target.cell, indicator.score.cell];
    let cell = cells.into_iter().flatten().next();
    Cell::text(&match (source.sheet.as_str(), cell) {
        ("", None) => source.file.clone(),
        (sheet, None) => format!("{}/{sheet}", source.file),
        ("", Some(cell)) => format!("{}!{cell}", source.file),
        (sheet, Some(cell)) => format!("{}/{sheet}!{cell}", source.file),
    })
}

fn in_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Met => "完成".to_owned(),
        Outcome::Exceeded(by) => format!("超额完成 {}", percent(by, 2)),
        Outcome::PartlyMet(Some(part)) => format!("部分完成 {}", percent(part, 2)),
        Outcome::PartlyMet(None) => "部分完成".to_owned(),
        Outcome::Missed => "未完成".to_owned(),
        Outcome::NotMeasurable => "无法比较".to_owned(),
    }
}
