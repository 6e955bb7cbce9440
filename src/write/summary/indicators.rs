//! 指标明细: a row an indicator.

use super::cell::{Cell, Target};
use super::layout::Layout;
use super::name;
use super::rows::{Place, Rows, numbered};
use super::sheet::Sheet;
use super::style::{Face, Styles};
use super::table::Column;
use crate::error::Result;
use crate::model::number::percent;
use crate::model::{Address, Indicator};
use crate::rules::{Assessed, Due, Outcome};

const SHEET: &str = "指标明细";
const TITLE: &str = "绩效指标完成情况明细";
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

fn columns<'a>() -> [Column<'a, Row<'a>>; 15] {
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
            row.outcome.map_or(Cell::Blank, |outcome| Cell::text(in_words(outcome)))
        }),
        Column::new("复算得分", (9.0, 12.0), Face::Center, due),
        Column::new("复算说明", (18.0, 40.0), Face::Text, |row| {
            let due = row.due.filter(|_| row.indicator.weight.exists());
            due.map_or(Cell::Blank, |due| Cell::text(due.in_words(row.indicator)))
        }),
        Column::new("偏差原因及改进措施", (20.0, 44.0), Face::Text, |row| {
            Cell::text(row.indicator.reason.text())
        }),
        Column::new("来源单元格", (14.0, 36.0), Face::Text, source),
    ]
}

/// The indicators of all projects.
pub(super) struct Indicators {
    rows: Rows,
    /// The columns of points and of points reached.
    points: (u32, u32),
    count: usize,
}

/// A link to a row of indicators.
pub(super) fn link(to: Place) -> Target {
    let name = numbered(SHEET, usize::from(to.sheet));
    Target::Within(format!("'{name}'!{}", Address::new(to.row, 0)))
}

impl Indicators {
    pub(super) fn new() -> Self {
        let columns = columns();
        let col = |head: &str| {
            (0..).zip(&columns).find(|(_, column)| column.head == head).map_or(0, |(col, _)| col)
        };
        let points = (col(WEIGHT), col(SCORE));
        let layout = Layout { frozen: 2, ..Layout::new(SHEET, TITLE) };
        Self { rows: Rows::new(layout, &columns), points, count: 0 }
    }

    /// Writes a project's rows; where they begin, if it has any.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn add(&mut self, assessed: &Assessed, styles: &Styles) -> Result<Option<Place>> {
        let columns = columns();
        let mut begin = None;
        for (i, indicator) in assessed.project.indicators.iter().enumerate() {
            let place = self.rows.next();
            begin = begin.or(Some(place));
            self.count += 1;
            let row = Row {
                number: self.count,
                line: place.row,
                assessed,
                indicator,
                outcome: assessed.outcomes.get(i).copied(),
                due: assessed.dues.get(i),
                points: self.points,
            };
            let cells = columns.iter().map(|column| ((column.value)(&row), column.face));
            self.rows.push(cells, styles)?;
        }
        Ok(begin)
    }

    /// The sheets with all their rows.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn finish(self, styles: &Styles) -> Result<Vec<Sheet>> {
        self.rows.finish(styles)
    }
}

fn target<'a>(row: &Row<'a>) -> Cell<'a> {
    Cell::text(row.indicator.target.get().map_or("", |target| &target.text))
}

fn actual<'a>(row: &Row<'a>) -> Cell<'a> {
    Cell::text(row.indicator.actual.get().map_or("", |actual| &actual.text))
}

fn rate<'a>(row: &Row<'a>) -> Cell<'a> {
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
fn due<'a>(row: &Row<'a>) -> Cell<'a> {
    // A form without points has none to recompute.
    if !row.indicator.weight.exists() {
        return Cell::Blank;
    }
    match row.due {
        Some(Due::Points { points, .. }) => Cell::number(Some(*points)),
        Some(Due::Band { from, to, .. }) => Cell::text(format!("{from}～{to}")),
        Some(Due::Person(_)) => Cell::text("需人工"),
        None => Cell::Blank,
    }
}

fn source<'a>(row: &Row<'a>) -> Cell<'a> {
    let source = &row.assessed.project.source;
    let indicator = row.indicator;
    let cells = [indicator.name.cell, indicator.level2.cell, indicator.target.cell, indicator.score.cell];
    let cell = cells.into_iter().flatten().next();
    Cell::text(match (source.sheet.as_str(), cell) {
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
