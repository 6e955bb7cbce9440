//! 指标明细: a row an indicator.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::name;
use super::rows::Rows;
use super::style::{self, Face, Styles};
use super::table::{Cell, Column};
use crate::model::number::percent;
use crate::model::{Address, Indicator};
use crate::rules::{Assessed, Due, Outcome};

const SHEET: &str = "指标明细";
const TITLE: &str = "绩效指标完成情况明细";
const HEAD: u32 = 1;
const WEIGHT: &str = "分值";
const SCORE: &str = "得分";

struct Row<'a> {
    number: usize,
    /// The row's place on the sheet.
    line: u32,
    assessed: &'a Assessed,
    indicator: &'a Indicator,
    outcome: Option<Outcome>,
    due: Option<&'a Due>,
    /// The columns of points and of points reached.
    points: (u32, u32),
}

fn columns<'a>() -> [Column<Row<'a>>; 15] {
    [
        Column::new("序号", (6.0, 8.0), Face::Center, |row| Cell::count(row.number)),
        Column::new("项目名称", (14.0, 26.0), Face::Text, |row| Cell::text(name(row.assessed))),
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

/// The indicators of all projects: a sheet, and further ones where there are more than it holds.
pub(super) struct Indicators {
    /// The sheets that are full, and the one that is written.
    sheets: Vec<Worksheet>,
    rows: Rows,
    /// The columns of points and of points reached.
    points: (u32, u32),
    count: usize,
}

/// Where a project's indicators begin: the number of the sheet, from 0, and the row, 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begin {
    sheet: u16,
    row: u32,
}

impl Begin {
    /// The address as links within the workbook have it.
    pub(super) fn address(self) -> String {
        format!("internal:'{}'!{}", sheet_name(usize::from(self.sheet)), Address::new(self.row, 0))
    }
}

fn sheet_name(number: usize) -> String {
    if number == 0 { SHEET.to_owned() } else { format!("{SHEET}（{}）", number + 1) }
}

impl Indicators {
    pub(super) fn new(workbook: &mut Workbook, styles: &Styles) -> Result<Self, XlsxError> {
        let columns = columns();
        let col = |head: &str| {
            (0..).zip(&columns).find(|(_, column)| column.head == head).map_or(0, |(col, _)| col)
        };
        let points = (col(WEIGHT), col(SCORE));
        let rows = Rows::long(HEAD, &columns);
        let mut new = Self { sheets: Vec::new(), rows, points, count: 0 };
        new.open(workbook, styles)?;
        Ok(new)
    }

    /// Begins a further sheet.
    fn open(&mut self, workbook: &mut Workbook, styles: &Styles) -> Result<(), XlsxError> {
        let rows = std::mem::replace(&mut self.rows, Rows::long(HEAD, &columns()));
        if let Some(full) = self.sheets.last_mut() {
            rows.finish(full, styles)?;
        }
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(self.sheets.len()))?;
        style::title(&mut sheet, styles, TITLE, self.rows.last_col())?;
        sheet.set_freeze_panes(HEAD + 1, 2)?;
        style::page(&mut sheet, Some(HEAD))?;
        self.sheets.push(sheet);
        Ok(())
    }

    /// Writes a project's rows; where they begin, if it has any.
    pub(super) fn add(
        &mut self,
        workbook: &mut Workbook,
        styles: &Styles,
        assessed: &Assessed,
    ) -> Result<Option<Begin>, XlsxError> {
        let columns = columns();
        let mut begin = None;
        for (i, indicator) in assessed.project.indicators.iter().enumerate() {
            if self.rows.next().is_none() {
                self.open(workbook, styles)?;
            }
            let line = self.rows.next().unwrap_or_default();
            let sheet = u16::try_from(self.sheets.len().saturating_sub(1)).unwrap_or(u16::MAX);
            begin = begin.or(Some(Begin { sheet, row: line }));
            self.count += 1;
            let row = Row {
                number: self.count,
                line,
                assessed,
                indicator,
                outcome: assessed.outcomes.get(i).copied(),
                due: assessed.dues.get(i),
                points: self.points,
            };
            let cells = columns.iter().map(|column| ((column.value)(&row), column.face)).collect();
            let Some(sheet) = self.sheets.last_mut() else { break };
            self.rows.push(sheet, styles, cells)?;
        }
        Ok(begin)
    }

    /// The sheets, complete.
    pub(super) fn finish(mut self, styles: &Styles) -> Result<Vec<Worksheet>, XlsxError> {
        if let Some(last) = self.sheets.last_mut() {
            self.rows.finish(last, styles)?;
        }
        Ok(self.sheets)
    }
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
    let source = &row.assessed.project.source;
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
