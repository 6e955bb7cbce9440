//! Filling a list: one table with a row an indicator, for many projects.

use super::assign::{Grown, LineIndex, Names, Seat, Seating, grid_row};
use super::rows::Style;
use super::{Blank, Content, Filler, Filling, rows, values};
use crate::layout::definition::Layouts;
use crate::layout::identity::plain_label;
use crate::layout::indicators::{RowSlot, TableSlots};
use crate::layout::list::Beside;
use crate::layout::vocabulary::{FormLabel, FundColumn};
use crate::model::{Decimal, Field, Indicator, Project};

/// The head of the column in which a list counts its projects.
const COUNT: &str = "序号";

/// What is to become of a list's sheet so that it states some projects.
pub(super) fn fill(blank: &Blank, projects: &[Project], layouts: &Layouts) -> Filling {
    let mut filler = Filler::new(blank, layouts);
    let Some(head) = blank.form.tables.first() else { return filler.filling };
    let first = head.below.min(blank.form.rows.end);
    let lines = (first..blank.form.rows.end).map(|at| RowSlot { at, level1: None, level2: None });
    let table = TableSlots { head: head.clone(), rows: lines.collect() };
    // A project without indicators has a row all the same.
    let mut indicators: Vec<Indicator> = Vec::new();
    let mut owners: Vec<(usize, &Project)> = Vec::new();
    for (i, project) in projects.iter().enumerate() {
        let own = rows::with_groups(&project.indicators);
        let own = if own.is_empty() { vec![Indicator::default()] } else { own };
        owners.extend(std::iter::repeat_n((i, project), own.len()));
        indicators.extend(own);
    }
    let Some(last) = table.rows.len().checked_sub(1) else { return filler.filling };
    let seats = (0..indicators.len()).map(|i| {
        let line = LineIndex { table: 0, row: i.min(last) };
        let extra = i.checked_sub(table.rows.len()).and_then(|extra| u32::try_from(extra).ok());
        Some(Seat { line, extra, names: Names::Both })
    });
    let mut seating = Seating { seats: seats.collect(), grown: Vec::new() };
    let tables = [table];
    if let Some(count) =
        u32::try_from(indicators.len().saturating_sub(last + 1)).ok().filter(|count| *count > 0)
    {
        let line = LineIndex { table: 0, row: last };
        filler.filling.rows.add(grid_row(blank, &tables, line).index, count);
        seating.grown.push(Grown { line, count, same_first: 0, same_both: 0 });
    }
    if let Some(year) = projects.iter().find_map(|project| project.year.value) {
        filler.year(year);
    }
    for line in 0..tables[0].rows.len() {
        let row = grid_row(blank, &tables, LineIndex { table: 0, row: line });
        for slot in row.filled().filter(|slot| row.begins(slot)) {
            filler.put(slot.area.first, Content::Nothing);
        }
    }
    rows::put(&mut filler, &tables, &seating, &indicators, Style::Repeated);
    for (seat, (i, project)) in seating.seats.iter().flatten().zip(owners) {
        put_project(&mut filler, &tables, seat, i + 1, project);
    }
    filler.filling
}

/// Writes what belongs to the project into a row of it.
fn put_project(
    filler: &mut Filler<'_>,
    tables: &[TableSlots],
    seat: &Seat,
    number: usize,
    project: &Project,
) {
    let Some(columns) = &filler.blank.list else { return };
    for (column, printed) in columns {
        let content = match column.holds {
            Beside::Label(label) => labelled(label, printed, project),
            Beside::Money(holds) => money(holds, printed, project, filler.blank),
            Beside::Other if plain_label(printed) == COUNT => Some(values::number(Decimal::from(number))),
            Beside::Other => project
                .other
                .get(&plain_label(printed))
                .and_then(|field| field.get())
                .map(|text| values::text(text)),
        };
        if let (Some(content), Some(at)) = (content, filler.cell_of(tables, seat, column)) {
            filler.filling.cells.insert(at, content);
        }
    }
}

fn labelled(label: FormLabel, printed: &str, project: &Project) -> Option<Content> {
    let goals = |half: fn(&crate::model::Goal) -> &Field<String>| {
        let goals: Vec<&str> =
            project.goals.iter().filter_map(|goal| half(goal).get().map(String::as_str)).collect();
        (!goals.is_empty()).then(|| goals.join("\n"))
    };
    let text = match label {
        FormLabel::Name => values::coded(project.code.as_ref(), &project.name),
        FormLabel::Department => values::coded(project.department_code.as_ref(), &project.department),
        FormLabel::Unit => values::coded(project.unit_code.as_ref(), &project.unit),
        FormLabel::Year => project.year.value.map(|year| year.to_string()),
        FormLabel::GoalPlanned | FormLabel::Goals => goals(|goal| &goal.planned),
        FormLabel::GoalActual => goals(|goal| &goal.actual),
        FormLabel::Total => return project.total.score.value.map(values::number),
        FormLabel::Grade => project.total.grade.value.map(|grade| grade.name().to_owned()),
        _ => project.other.get(&plain_label(printed)).and_then(|field| field.value.clone()),
    };
    text.map(Content::Text)
}

fn money(holds: FundColumn, printed: &str, project: &Project, blank: &Blank) -> Option<Content> {
    let fund = project.total_fund()?;
    let amount = match holds {
        FundColumn::Initial | FundColumn::Amount => {
            fund.initial.value.or(fund.budget.value.filter(|_| holds == FundColumn::Amount))
        }
        FundColumn::Budget => {
            fund.budget.value.or(fund.initial.value.filter(|_| fund.executed.value.is_none()))
        }
        FundColumn::Executed => fund.executed.value,
        FundColumn::Rate => {
            let rate = fund.rate.value?;
            let percent = crate::layout::numbers::rate_in_percent(printed);
            return Some(if percent {
                values::number(rate * Decimal::ONE_HUNDRED)
            } else {
                Content::Rate(rate)
            });
        }
        _ => None,
    };
    let to = crate::layout::identity::money_unit(printed).or(blank.money_unit);
    Some(values::number(values::money(amount?, project.money_unit, to)))
}
