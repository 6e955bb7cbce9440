//! Reading 总分, the last row of an indicator table.

use super::Draft;
use super::table::{Head, joined};
use super::vocabulary::{FormLabel, IndicatorColumn, Vocabulary};
use crate::grid::Row;
use crate::model::number::{is_blank, is_no_number, points};
use crate::model::{Decimal, Field, Project};

/// Reads 总分: points under the table's own columns, or else the numbers behind the label.
pub(super) fn read(row: &Row, head: &Head<IndicatorColumn>, words: &Vocabulary, draft: &mut Draft) {
    let Draft { project, numbers, .. } = draft;
    let slots = joined(row);
    let Some(label) = slots.iter().position(|slot| words.form(slot.text) == Some(FormLabel::Total)) else {
        return;
    };
    let behind = slots[label].area.last.col;
    let under = |holds| {
        head.all(holds).map(|column| column.place(row)).find(|place| {
            place.cell.col > behind && !is_no_number(place.text) && points(place.text).is_some()
        })
    };
    let (weight, score) = (under(IndicatorColumn::Weight), under(IndicatorColumn::Score));
    // A cell in a score's place that is no number is a fault to report, not to skip.
    let empty =
        |holds| head.column(holds).map(|column| column.place(row)).filter(|place| place.cell.col > behind);
    if weight.is_some() || score.is_some() {
        for (place, holds, field, path) in [
            (weight, IndicatorColumn::Weight, &mut project.total.weight, "/total/weight"),
            (score, IndicatorColumn::Score, &mut project.total.score, "/total/score"),
        ] {
            if let Some(place) = place.or_else(|| empty(holds)) {
                *field = numbers.points(place.text, place.cell, path.to_owned());
            }
        }
    } else {
        let found: Vec<_> = slots[label + 1..]
            .iter()
            .filter_map(|slot| points(slot.text).map(|points| Field::read(points, slot.area.first)))
            .collect();
        match found.as_slice() {
            [score] => project.total.score = score.clone(),
            [weight, score, ..] => {
                (project.total.weight, project.total.score) = (weight.clone(), score.clone());
            }
            [] => {
                for (holds, field) in [
                    (IndicatorColumn::Weight, &mut project.total.weight),
                    (IndicatorColumn::Score, &mut project.total.score),
                ] {
                    if let Some(place) = empty(holds) {
                        *field = Field::empty(place.cell);
                    }
                }
            }
        }
    }
    let graded = slots[label + 1..].iter().find_map(|slot| Some((words.grade(slot.text)?, slot.area.first)));
    if let Some((grade, cell)) = graded {
        project.total.grade = Field::read(grade, cell);
    }
}

/// Whether a row without any name is the total: its points are the sum of those above it, or full points.
pub(super) fn is_unlabelled(row: &Row, head: &Head<IndicatorColumn>, project: &Project) -> bool {
    use IndicatorColumn::{Actual, Level1, Level2, Level3, Score, Target, Weight};
    let text = |holds| head.place(row, holds).filter(|place| place.own).map_or("", |place| place.text);
    let blank = [Level1, Level2, Level3, Target, Actual].into_iter().all(|holds| is_blank(text(holds)));
    if !blank || project.indicators.is_empty() || project.total.score.value.is_some() {
        return false;
    }
    let sum = |of: fn(&crate::model::Indicator) -> Option<Decimal>| -> Decimal {
        project.indicators.iter().filter_map(of).sum()
    };
    let execution = project.total_fund();
    let is_sum = |points: Decimal, sum: Decimal, execution: Option<Decimal>| {
        points == Decimal::ONE_HUNDRED || points == sum || points == sum + execution.unwrap_or_default()
    };
    match (points(text(Weight)), points(text(Score))) {
        (Some(weight), Some(_)) => {
            is_sum(weight, sum(|row| row.weight.value), execution.and_then(|fund| fund.weight.value))
        }
        (None, Some(score)) => {
            let printed = execution.and_then(|fund| fund.score.value);
            score == sum(|row| row.score.value) + printed.unwrap_or_default() && score > Decimal::ZERO
        }
        _ => false,
    }
}

/// Reads the total of a row without a name.
pub(super) fn read_unlabelled(row: &Row, head: &Head<IndicatorColumn>, draft: &mut Draft) {
    let Draft { project, numbers, .. } = draft;
    for (holds, field, path) in [
        (IndicatorColumn::Weight, &mut project.total.weight, "/total/weight"),
        (IndicatorColumn::Score, &mut project.total.score, "/total/score"),
    ] {
        if let Some(place) = head.place(row, holds) {
            *field = numbers.points(place.text, place.cell, path.to_owned());
        }
    }
}
