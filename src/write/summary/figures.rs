//! The sums and averages of the overview: formulas, and the results that they will give.

use rust_decimal::Decimal;

use super::cell::Cell;
use super::overview::{BUDGET, DIFFERENCE, EXECUTED, GRADE, NAME, RATE, Row, TOTAL};
use super::style::Face;
use super::table::Column;
use crate::model::number::round;
use crate::model::{Address, Grade};

/// What stands in the overview's rows, summed up as they go by.
pub(super) struct Figures {
    /// The head row; the rows stand right below.
    head: u32,
    rows: u32,
    columns: Vec<Sums>,
    /// How many projects have each grade, in the order of [`Grade::ALL`].
    grades: [usize; Grade::ALL.len()],
}

/// A column's numbers. A sum is none if it is beyond exact numbers.
#[derive(Clone, Debug)]
struct Sums {
    head: &'static str,
    filled: bool,
    count: usize,
    sum: Option<Decimal>,
    /// The sum of the numbers times the budgets, and that of these budgets.
    weighted: Option<(Decimal, Decimal)>,
}

impl Sums {
    const fn new(head: &'static str) -> Self {
        let zero = Decimal::ZERO;
        Self { head, filled: false, count: 0, sum: Some(zero), weighted: Some((zero, zero)) }
    }

    fn take(&mut self, cell: &Cell<'_>, budget: Option<Decimal>) {
        self.filled |= *cell != Cell::Blank;
        let Some(number) = cell.as_number() else { return };
        self.count += 1;
        self.sum = self.sum.and_then(|sum| sum.checked_add(number));
        if let Some(budget) = budget {
            self.weighted = self.weighted.and_then(|(parts, weights)| {
                Some((parts.checked_add(budget.checked_mul(number)?)?, weights.checked_add(budget)?))
            });
        }
    }

    fn mean(&self) -> Option<Decimal> {
        self.sum?.checked_div(self.count.into())
    }
}

impl Figures {
    pub(super) fn new(head: u32, columns: &[Column<'_, Row<'_>>]) -> Self {
        let columns = columns.iter().map(|column| Sums::new(column.head)).collect();
        Self { head, rows: 0, columns, grades: [0; Grade::ALL.len()] }
    }

    /// Takes a row into account.
    pub(super) fn take(&mut self, cells: &[Cell<'_>]) {
        self.rows += 1;
        let budget = self.col(BUDGET).and_then(|col| cells.get(col)?.as_number());
        for (sums, cell) in self.columns.iter_mut().zip(cells) {
            sums.take(cell, budget);
        }
        if let Some(Cell::Text(grade)) = self.col(GRADE).and_then(|col| cells.get(col)) {
            for (count, own) in self.grades.iter_mut().zip(Grade::ALL) {
                *count += usize::from(grade == own.name());
            }
        }
    }

    /// Leaves out columns in which nothing stands.
    pub(super) fn leave_out_empty(&mut self, optional: &[&str]) {
        self.columns.retain(|sums| sums.filled || !optional.contains(&sums.head));
    }

    /// The heads of the columns.
    pub(super) fn heads(&self) -> Vec<&'static str> {
        self.columns.iter().map(|sums| sums.head).collect()
    }

    /// The rows below the projects: the sum, both averages, and the count of each grade; none without projects.
    pub(super) fn feet(&self, columns: &[Column<'_, Row<'_>>]) -> Vec<Vec<Cell<'static>>> {
        if self.rows == 0 {
            return Vec::new();
        }
        let sum_line = self.head + 1 + self.rows;
        let row = |label: String, cell: &dyn Fn(usize, &Column<'_, Row<'_>>) -> Cell<'static>| {
            let cells = columns.iter().enumerate();
            let cell = |(col, own): (usize, &Column<'_, Row<'_>>)| {
                if own.head == NAME { Cell::text(label.clone()) } else { cell(col, own) }
            };
            cells.map(cell).collect()
        };
        let is_mean = |own: &Column<'_, Row<'_>>| own.face == Face::Points && own.head != DIFFERENCE;
        let mut feet = vec![
            row("合计".to_owned(), &|col, own| match own.face {
                Face::Money => self.sum(col),
                _ if own.head == RATE => self.overall_rate(sum_line),
                _ => Cell::Blank,
            }),
            row("平均分（算术）".to_owned(), &|col, own| {
                if is_mean(own) { self.mean(col) } else { Cell::Blank }
            }),
            row("平均分（按预算加权）".to_owned(), &|col, own| {
                if is_mean(own) { self.weighted_mean(col) } else { Cell::Blank }
            }),
        ];
        for (grade, count) in Grade::ALL.into_iter().zip(self.grades) {
            feet.push(row(format!("“{}”的项目数", grade.name()), &|col, own| {
                if own.head != GRADE {
                    return Cell::Blank;
                }
                let formula = format!("COUNTIF({},\"{}\")", self.range(col), grade.name());
                Cell::formula(formula, count.into())
            }));
        }
        feet
    }

    /// The line above the head, which ends with `more`.
    pub(super) fn note(&self, more: &str) -> Cell<'static> {
        let unit = "金额单位：万元　　项目数：";
        let Some(name) = self.col(NAME).filter(|_| self.rows > 0) else {
            return Cell::text(format!("{unit}0{more}"));
        };
        let mut formula = format!("\"{unit}\"&ROWS({})", self.range(name));
        let mut result = format!("{unit}{}", self.rows);
        if let Some((col, mean)) = self.col(TOTAL).and_then(|col| Some((col, self.columns[col].mean()?))) {
            formula.push_str(&format!("&\"　　平均分：\"&TEXT(AVERAGE({}),\"0.00\")", self.range(col)));
            result.push_str(&format!("　　平均分：{:.2}", round(mean, 2)));
        }
        if let Some(col) = self.col(GRADE) {
            for (i, (grade, count)) in Grade::ALL.into_iter().zip(self.grades).enumerate() {
                let (before, name) = (if i == 0 { "　　" } else { " 个、" }, grade.name());
                formula.push_str(&format!("&\"{before}{name} \"&COUNTIF({},\"{name}\")", self.range(col)));
                result.push_str(&format!("{before}{name} {count}"));
            }
            formula.push_str("&\" 个\"");
            result.push_str(" 个");
        }
        if !more.is_empty() {
            formula.push_str(&format!("&\"{more}\""));
            result.push_str(more);
        }
        Cell::TextFormula { formula, result }
    }

    fn col(&self, head: &str) -> Option<usize> {
        self.columns.iter().position(|sums| sums.head == head)
    }

    fn range(&self, col: usize) -> String {
        let col = u32::try_from(col).unwrap_or(u32::MAX);
        format!("{}:{}", Address::new(self.head + 1, col), Address::new(self.head + self.rows, col))
    }

    fn sum(&self, col: usize) -> Cell<'static> {
        let sum = self.columns[col].sum;
        sum.map_or(Cell::Blank, |sum| Cell::formula(format!("SUM({})", self.range(col)), sum))
    }

    fn mean(&self, col: usize) -> Cell<'static> {
        let mean = self.columns[col].mean();
        mean.map_or(Cell::Blank, |mean| Cell::formula(format!("AVERAGE({})", self.range(col)), mean))
    }

    /// The mean of the projects that have a figure, weighted by their budgets.
    fn weighted_mean(&self, col: usize) -> Cell<'static> {
        let weighted = self.columns[col].weighted;
        let mean = weighted.and_then(|(parts, weights)| parts.checked_div(weights));
        let Some((budget, mean)) = self.col(BUDGET).zip(mean) else { return Cell::Blank };
        let (weights, values) = (self.range(budget), self.range(col));
        let formula = format!("SUMPRODUCT({weights},{values})/SUMPRODUCT({weights},--ISNUMBER({values}))");
        Cell::formula(formula, mean)
    }

    fn overall_rate(&self, sum_line: u32) -> Cell<'static> {
        let sums = || {
            let (budget, executed) = (self.col(BUDGET)?, self.col(EXECUTED)?);
            let rate = self.columns[executed].sum?.checked_div(self.columns[budget].sum?)?;
            let at = |col: usize| Some(Address::new(sum_line, u32::try_from(col).ok()?));
            Some((at(budget)?, at(executed)?, rate))
        };
        let Some((budget, executed, rate)) = sums() else { return Cell::Blank };
        Cell::formula(format!("IF({budget}=0,0,{executed}/{budget})"), rate)
    }
}
