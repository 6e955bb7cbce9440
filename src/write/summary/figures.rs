//! The sums and averages of the overview: formulas, and the results that they will give.

use rust_decimal::Decimal;

use super::overview::{BUDGET, DIFFERENCE, EXECUTED, GRADE, NAME, RATE, Row, TOTAL};
use super::style::Face;
use super::table::{Cell, Column};
use crate::model::number::round;
use crate::model::{Address, Grade};

/// What stands in the overview's rows.
pub(super) struct Figures<'a> {
    pub(super) heads: &'a [&'static str],
    /// The head row; the rows stand right below.
    pub(super) head: u32,
    pub(super) written: &'a [Vec<Cell>],
}

impl Figures<'_> {
    pub(super) fn rows(&self) -> u32 {
        u32::try_from(self.written.len()).unwrap_or(u32::MAX)
    }

    /// The rows below the projects: the sum, both averages, and the count of each grade; none without projects.
    pub(super) fn feet(&self, columns: &[Column<Row<'_>>]) -> Vec<Vec<Cell>> {
        if self.written.is_empty() {
            return Vec::new();
        }
        let sum_line = self.head + 1 + self.rows();
        let row = |label: &str, cell: &dyn Fn(usize, &Column<Row<'_>>) -> Cell| -> Vec<Cell> {
            let cells = columns.iter().enumerate();
            cells
                .map(|(col, own)| if own.head == NAME { Cell::text(label) } else { cell(col, own) })
                .collect()
        };
        let is_mean = |own: &Column<Row<'_>>| own.face == Face::Points && own.head != DIFFERENCE;
        let mut feet = vec![
            row("合计", &|col, own| match own.face {
                Face::Money => self.sum(col),
                _ if own.head == RATE => self.overall_rate(sum_line),
                _ => Cell::Blank,
            }),
            row("平均分（算术）", &|col, own| if is_mean(own) { self.mean(col) } else { Cell::Blank }),
            row("平均分（按预算加权）", &|col, own| {
                if is_mean(own) { self.weighted_mean(col) } else { Cell::Blank }
            }),
        ];
        for grade in Grade::ALL {
            feet.push(row(&format!("“{}”的项目数", grade.name()), &|col, own| {
                if own.head != GRADE {
                    return Cell::Blank;
                }
                let formula = format!("COUNTIF({},\"{}\")", self.range(col), grade.name());
                Cell::formula(formula, self.of_grade(grade).into())
            }));
        }
        feet
    }

    /// The line above the head, which ends with `more`.
    pub(super) fn note(&self, more: &str) -> Cell {
        let unit = "金额单位：万元　　项目数：";
        let Some(name) = self.col(NAME).filter(|_| !self.written.is_empty()) else {
            return Cell::text(&format!("{unit}0{more}"));
        };
        let mut formula = format!("\"{unit}\"&ROWS({})", self.range(name));
        let mut result = format!("{unit}{}", self.written.len());
        if let Some((col, mean)) = self.col(TOTAL).and_then(|col| Some((col, self.mean_of(col)?))) {
            formula.push_str(&format!("&\"　　平均分：\"&TEXT(AVERAGE({}),\"0.00\")", self.range(col)));
            result.push_str(&format!("　　平均分：{:.2}", round(mean, 2)));
        }
        if let Some(col) = self.col(GRADE) {
            for (i, grade) in Grade::ALL.into_iter().enumerate() {
                let (before, name) = (if i == 0 { "　　" } else { " 个、" }, grade.name());
                formula.push_str(&format!("&\"{before}{name} \"&COUNTIF({},\"{name}\")", self.range(col)));
                result.push_str(&format!("{before}{name} {}", self.of_grade(grade)));
            }
            formula.push_str("&\" 个\"");
            result.push_str(" 个");
        }
        if !more.is_empty() {
            formula.push_str(&format!("&\"{more}\""));
            result.push_str(more);
        }
        Cell::Formula { formula, result }
    }

    fn col(&self, head: &str) -> Option<usize> {
        self.heads.iter().position(|own| *own == head)
    }

    fn range(&self, col: usize) -> String {
        let col = u32::try_from(col).unwrap_or(u32::MAX);
        format!("{}:{}", Address::new(self.head + 1, col), Address::new(self.head + self.rows(), col))
    }

    fn numbers(&self, col: usize) -> impl Iterator<Item = Option<Decimal>> {
        self.written.iter().map(move |row| row.get(col).and_then(Cell::as_number))
    }

    fn of_grade(&self, grade: Grade) -> usize {
        let Some(col) = self.col(GRADE) else { return 0 };
        let is_grade =
            |row: &&Vec<Cell>| matches!(row.get(col), Some(Cell::Text(text)) if text == grade.name());
        self.written.iter().filter(is_grade).count()
    }

    /// `None` if the sum is beyond exact numbers.
    fn sum_of(&self, col: usize) -> Option<Decimal> {
        self.numbers(col).flatten().try_fold(Decimal::ZERO, Decimal::checked_add)
    }

    fn mean_of(&self, col: usize) -> Option<Decimal> {
        self.sum_of(col)?.checked_div(self.numbers(col).flatten().count().into())
    }

    fn sum(&self, col: usize) -> Cell {
        self.sum_of(col).map_or(Cell::Blank, |sum| Cell::formula(format!("SUM({})", self.range(col)), sum))
    }

    fn mean(&self, col: usize) -> Cell {
        self.mean_of(col)
            .map_or(Cell::Blank, |mean| Cell::formula(format!("AVERAGE({})", self.range(col)), mean))
    }

    /// The mean of the projects that have a figure, weighted by their budgets.
    fn weighted_mean(&self, col: usize) -> Cell {
        let result = || {
            let budget = self.col(BUDGET)?;
            let mut parts = Decimal::ZERO;
            let mut weights = Decimal::ZERO;
            for (weight, value) in self.numbers(budget).zip(self.numbers(col)) {
                if let (Some(weight), Some(value)) = (weight, value) {
                    parts = parts.checked_add(weight.checked_mul(value)?)?;
                    weights = weights.checked_add(weight)?;
                }
            }
            Some((budget, parts.checked_div(weights)?))
        };
        let Some((budget, mean)) = result() else { return Cell::Blank };
        let (weights, values) = (self.range(budget), self.range(col));
        let formula = format!("SUMPRODUCT({weights},{values})/SUMPRODUCT({weights},--ISNUMBER({values}))");
        Cell::formula(formula, mean)
    }

    fn overall_rate(&self, sum_line: u32) -> Cell {
        let sums = || {
            let (budget, executed) = (self.col(BUDGET)?, self.col(EXECUTED)?);
            let rate = self.sum_of(executed)?.checked_div(self.sum_of(budget)?)?;
            let at = |col: usize| Some(Address::new(sum_line, u32::try_from(col).ok()?));
            Some((at(budget)?, at(executed)?, rate))
        };
        let Some((budget, executed, rate)) = sums() else { return Cell::Blank };
        Cell::formula(format!("IF({budget}=0,0,{executed}/{budget})"), rate)
    }
}
