//! 汇总表: a row a project, with sums and averages below.

use super::cell::{Cell, Target};
use super::figures::Figures;
use super::layout::Layout;
use super::rows::Place;
use super::sheet::Sheet;
use super::style::{Face, Styles};
use super::table::{Column, Widths};
use super::{Entry, TO_BE_FILLED, indicators, package};
use crate::error::Result;
use crate::model::Address;
use crate::model::number::round;
use crate::rules::digest::Money;
use crate::rules::{Class, Digest};
use rust_decimal::Decimal;

pub(super) const SHEET: &str = "汇总表";
pub(super) const TITLE: &str = "项目支出绩效自评汇总表";
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
    details: Option<Place>,
    /// The heads of the sheet's columns.
    heads: &'a [&'static str],
}

impl<'a> Row<'a> {
    fn at(&self, head: &str) -> Option<Address> {
        place(self.heads, self.line, head)
    }

    fn money(&self, amount: fn(&Money) -> Option<Decimal>) -> Cell<'a> {
        let Digest { money, .. } = self.entry.digest;
        let amount = money.as_ref().and_then(amount);
        Cell::number(amount.and_then(|amount| self.entry.digest.in_ten_thousands(amount)))
    }
}

/// The cell of a line under a head.
pub(super) fn place(heads: &[&str], line: u32, head: &str) -> Option<Address> {
    let col = heads.iter().position(|own| *own == head)?;
    Some(Address::new(line, u32::try_from(col).ok()?))
}

type Value<'a> = fn(&Row<'a>) -> Cell<'a>;

fn columns<'a>() -> Vec<Column<'a, Row<'a>>> {
    let text = |head, width, value: Value<'a>| Column { head, width, face: Face::Text, value };
    let center = |head, width, value: Value<'a>| Column { head, width, face: Face::Center, value };
    let money = |head, value: Value<'a>| Column { head, width: (10.0, 20.0), face: Face::Money, value };
    let points = |head, value: Value<'a>| Column { head, width: (7.5, 7.5), face: Face::Points, value };
    vec![
        center("序号", (5.0, 7.0), |row| Cell::count(row.number)),
        center("项目编码", (9.0, 22.0), |row| Cell::text(row.entry.digest.code.as_deref().unwrap_or(""))),
        text(NAME, (16.0, 32.0), name),
        text("主管部门", (9.0, 14.0), |row| Cell::text(row.entry.digest.department.text())),
        text("实施单位", (9.0, 14.0), |row| Cell::text(row.entry.digest.unit.text())),
        center("年度", (6.0, 6.0), |row| Cell::number(row.entry.digest.year.map(Decimal::from))),
        money("年初预算数", |row| row.money(|money| money.initial)),
        money(BUDGET, |row| row.money(|money| money.budget)),
        money(EXECUTED, |row| row.money(|money| money.executed)),
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
        text("来源文件", (12.0, 24.0), |row| Cell::text(row.entry.digest.source.file.as_str())),
        text("工作表", (7.0, 14.0), |row| Cell::text(row.entry.digest.source.sheet.as_str())),
        text("自评报告", (7.0, 7.0), report),
    ]
}

/// Writes the sheet.
///
/// # Errors
/// [`crate::Error::Write`]
pub(super) fn write(styles: &Styles, entries: &[Entry<'_>], begins: &[Option<Place>]) -> Result<Sheet> {
    let mut columns = columns();
    let heads: Vec<&'static str> = columns.iter().map(|column| column.head).collect();
    let mut figures = Figures::new(HEAD, &columns);
    let mut widths = Widths::new(&columns);
    for row in rows(entries, begins, &heads) {
        let cells: Vec<Cell<'_>> = columns.iter().map(|column| (column.value)(&row)).collect();
        widths.take(cells.iter());
        figures.take(&cells);
    }
    figures.leave_out_empty(&OPTIONAL);
    let heads = figures.heads();
    let fit = columns.iter().zip(widths.fit());
    let widths = fit.filter(|(column, _)| heads.contains(&column.head)).map(|(_, width)| width).collect();
    columns.retain(|column| heads.contains(&column.head));

    let name_col = heads.iter().position(|head| *head == NAME).unwrap_or_default();
    let layout = Layout {
        note: Some(note(entries, &figures)),
        heads: heads.clone(),
        widths,
        frozen: u16::try_from(name_col + 1).unwrap_or_default(),
        ..Layout::new(SHEET, &titled(entries, TITLE))
    };
    let mut sheet = Sheet::begin(layout, styles, true)?;
    for row in rows(entries, begins, &heads) {
        let face = |column: &Column<'_, Row<'_>>| {
            let flagged = column.head == PROBLEMS && row.entry.digest.findings[0] > 0;
            if flagged { Face::Flagged } else { column.face }
        };
        sheet.row(columns.iter().map(|column| ((column.value)(&row), face(column))), styles)?;
    }
    for foot in figures.feet(&columns) {
        let faces = columns.iter().map(|own| if own.head == GRADE { Face::Count } else { own.face });
        sheet.foot(foot.into_iter().zip(faces), styles)?;
    }
    Ok(sheet)
}

fn rows<'a>(
    entries: &'a [Entry<'a>],
    begins: &[Option<Place>],
    heads: &'a [&'static str],
) -> impl Iterator<Item = Row<'a>> {
    let places = (HEAD + 1..).zip(begins.iter().copied().chain(std::iter::repeat(None)));
    let numbered = entries.iter().enumerate().zip(places);
    numbered.map(|((i, entry), (line, details))| Row { number: i + 1, line, entry, details, heads })
}

/// A title with the year that all projects have.
pub(super) fn titled(entries: &[Entry<'_>], title: &str) -> String {
    let year = |entry: &Entry<'_>| entry.digest.year;
    match entries.first().and_then(year) {
        Some(first) if entries.iter().all(|entry| year(entry) == Some(first)) => {
            format!("{first}年度{title}")
        }
        _ => title.to_owned(),
    }
}

/// What stands above the head: the unit of money, the number of projects, how they were scored.
fn note(entries: &[Entry<'_>], figures: &Figures) -> Cell<'static> {
    let mut more = String::new();
    let without = |absent: fn(&Digest) -> bool| entries.iter().filter(|own| absent(own.digest)).count();
    match without(|own| own.scores.total.printed.is_none()) {
        0 => {}
        count => more.push_str(&format!("　　{count} 个项目的自评表没有总分，未计入平均分")),
    }
    match without(|own| own.money_unit.is_none() && own.has_funds) {
        0 => {}
        count => more.push_str(&format!("　　{count} 个项目的自评表未注明金额单位，按万元计")),
    }
    figures.note(&more)
}

fn name<'a>(row: &Row<'a>) -> Cell<'a> {
    match row.details {
        Some(at) => Cell::link(indicators::link(at), row.entry.name(), "查看指标明细"),
        None => Cell::text(row.entry.name()),
    }
}

fn report<'a>(row: &Row<'a>) -> Cell<'a> {
    row.entry.report.map_or(Cell::Blank, |path| {
        Cell::link(Target::File { address: package::to_file(path), cell: None }, "打开", path)
    })
}

fn rate<'a>(row: &Row<'a>) -> Cell<'a> {
    let rate = row.entry.digest.scores.rate;
    let budgeted = row.entry.digest.money.is_some_and(|money| money.budget.is_some());
    match (rate.recomputed, row.at(BUDGET), row.at(EXECUTED)) {
        (Some(result), Some(budget), Some(executed)) if budgeted => {
            Cell::formula(format!("IF({budget}=0,0,{executed}/{budget})"), result)
        }
        _ => Cell::number(rate.recomputed.or(rate.printed)),
    }
}

fn grade<'a>(row: &Row<'a>) -> Cell<'a> {
    let digest = row.entry.digest;
    let grade = digest.grade.or(digest.scores.grade);
    grade.map_or(Cell::Blank, |grade| Cell::text(grade.name()))
}

fn difference<'a>(row: &Row<'a>) -> Cell<'a> {
    match (row.entry.digest.scores.total.difference(), row.at(TOTAL), row.at(RECOMPUTED)) {
        (Some(result), Some(printed), Some(recomputed)) => {
            let formula = format!("ROUND({printed}-{recomputed},{DIFFERENCE_PLACES})");
            Cell::formula(formula, round(result, DIFFERENCE_PLACES))
        }
        _ => Cell::Blank,
    }
}

fn unreached<'a>(row: &Row<'a>) -> Cell<'a> {
    Cell::count(row.entry.digest.unreached)
}
