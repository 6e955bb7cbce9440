//! Reading an indicator table and the total below it.

use super::identity::{field, one_line};
use super::label::{key, stated_points};
use super::numbers::Numbers;
use super::table::{Head, Place, joined};
use super::vocabulary::{FormLabel, IndicatorColumn, Vocabulary};
use crate::grid::Row;
use crate::model::number::{fold, is_blank, is_no_number, points};
use crate::model::{Actual, Address, Field, Indicator, Project, Target};

/// A level that reaches down over rows: its cell, its name and the points behind the name.
#[derive(Clone, Debug, Default)]
struct LevelName {
    name: Field<String>,
    points: Option<rust_decimal::Decimal>,
}

/// What a row of the table turned out to be.
enum Kind {
    /// An indicator, or a placeholder for one.
    Indicator,
    /// 总分
    Total,
    /// Something that is not the table's any more.
    After,
}

/// A row that states values for an indicator without a name.
#[derive(Debug)]
pub(super) struct Nameless {
    /// The cell where the name should stand.
    pub cell: Address,
    /// What stands in the row.
    pub found: String,
}

/// Reads the table below a head down to `end`; says which rows it took.
pub(super) fn read(
    rows: &[Row],
    head: &Head<IndicatorColumn>,
    end: usize,
    words: &Vocabulary,
    project: &mut Project,
    numbers: &mut Numbers,
    nameless: &mut Vec<Nameless>,
) -> std::ops::Range<usize> {
    let mut level1 = LevelName::default();
    let mut level2 = LevelName::default();
    for at in head.below..end {
        let row = &rows[at];
        match kind(row, head, words) {
            Kind::After => {
                // Remarks may stand between the last indicator and the total.
                for row in &rows[at..end] {
                    total(row, head, words, project, numbers);
                }
                return head.first_row..at;
            }
            Kind::Total => total(row, head, words, project, numbers),
            Kind::Indicator => {
                if fill_down(&mut level1, head.place(row, IndicatorColumn::Level1)) {
                    level2 = LevelName::default();
                }
                fill_down(&mut level2, head.place(row, IndicatorColumn::Level2));
                indicator(row, head, (&level1, &level2), project, numbers, nameless);
            }
        }
    }
    head.first_row..end
}

fn kind(row: &Row, head: &Head<IndicatorColumn>, words: &Vocabulary) -> Kind {
    let first_level = head.columns.iter().filter(|c| c.holds.is_level()).map(|c| c.first).min().unwrap_or(0);
    let last_level = head.columns.iter().filter(|c| c.holds.is_level()).map(|c| c.last).max().unwrap_or(0);
    let values = head.columns.iter().filter(|c| !c.holds.is_level()).map(|c| c.first);
    let first_value = values.filter(|first| *first > last_level).min().unwrap_or(u32::MAX);
    let slots = joined(row);
    for slot in
        slots.iter().filter(|slot| !slot.is_blank() && row.begins(slot) && slot.area.first.col <= last_level)
    {
        match words.form(&slot.text) {
            Some(FormLabel::Total) => return Kind::Total,
            // The names of blocks stand beside the levels (年度绩效目标1), in every row where nothing is merged.
            Some(FormLabel::Indicators | FormLabel::Goals | FormLabel::GoalPlanned | FormLabel::Funds)
            | None => {}
            // 实际完成情况 and the like may stand in a name's place; only the first cell of a row ends a table.
            Some(_) if slot.area.first.col <= first_level => return Kind::After,
            Some(_) => {}
        }
        // A place beside the table's own block name: 评价结论 | text.
        let beside = slot.area.last.col < first_level && words.form(&slot.text).is_none();
        let across = slot.area.first.col <= last_level && slot.area.last.col >= first_value;
        if across && slot.area.first.row == slot.area.last.row
            || beside && head_is_blank_left(row, head, first_level)
        {
            return Kind::After;
        }
    }
    Kind::Indicator
}

/// Whether a row that begins left of the levels names neither a level nor an indicator.
fn head_is_blank_left(row: &Row, head: &Head<IndicatorColumn>, first_level: u32) -> bool {
    let second =
        head.place(row, IndicatorColumn::Level2).or_else(|| head.place(row, IndicatorColumn::Level3));
    let named = second.is_some_and(|place| !is_blank(place.text) && place.cell.col >= first_level);
    !named
}

/// Takes over a level's name where a row states one; says whether it is another than before.
fn fill_down(level: &mut LevelName, place: Option<Place<'_>>) -> bool {
    let Some(place) = place else { return false };
    if is_blank(place.text) {
        if level.name.cell.is_none() {
            level.name = Field::empty(place.cell);
        }
        return false;
    }
    let points = stated_points(place.text);
    let name = if points.is_some() {
        key(place.text)
    } else {
        place.text.chars().filter(|c| !c.is_whitespace()).collect()
    };
    let changed = level.name.text() != name;
    if changed || level.name.cell.is_none_or(|cell| cell != place.cell) {
        *level = LevelName {
            name: Field::read(name, place.cell),
            points: points.or(if changed { None } else { level.points }),
        };
    }
    changed
}

fn indicator(
    row: &Row,
    head: &Head<IndicatorColumn>,
    (level1, level2): (&LevelName, &LevelName),
    project: &mut Project,
    numbers: &mut Numbers,
    nameless: &mut Vec<Nameless>,
) {
    use IndicatorColumn::{
        Actual as ActualColumn, Level2, Level3, MeasureUnit, Reason, Score, Sign, Target as TargetColumn,
        Weight,
    };
    let place = |holds| head.place(row, holds);
    let Some(name) = place(Level3).or_else(|| place(Level2)) else { return };
    if is_placeholder(name.text) {
        let score = place(Score).filter(|place| place.own && !is_no_number(place.text));
        let value = place(TargetColumn).filter(|place| place.own && !is_no_number(place.text));
        if let (true, Some(value)) = (is_blank(name.text), score.and(value)) {
            nameless.push(Nameless { cell: name.cell, found: value.text.trim().to_owned() });
        }
        return;
    }
    let index = project.indicators.len();
    let path = |key: &str| format!("/indicators/{index}/{key}");
    let text = |holds| place(holds).map_or_else(Field::default, |place| field(place.text, place.cell));
    // Points that are merged over several rows are given once, to the first of them.
    let mut points = |holds, key: &str| match place(holds) {
        Some(place) if place.own => numbers.points(place.text, place.cell, path(key)),
        Some(place) => Field::empty(place.cell),
        None => Field::default(),
    };
    project.indicators.push(Indicator {
        level1: level1.name.clone(),
        level1_weight: level1.points,
        level2: level2.name.clone(),
        name: Field::read(one_line(name.text.trim()), name.cell),
        weight: points(Weight, "weight"),
        score: points(Score, "score"),
        target: target(row, head, place(TargetColumn), place(MeasureUnit), place(Sign).is_some()),
        actual: place(ActualColumn).map_or_else(Field::default, |place| {
            if is_blank(place.text) {
                Field::empty(place.cell)
            } else {
                Field::read(Actual::read(place.text.trim()), place.cell)
            }
        }),
        reason: text(Reason),
    });
}

fn target(
    row: &Row,
    head: &Head<IndicatorColumn>,
    value: Option<Place<'_>>,
    unit: Option<Place<'_>>,
    signed: bool,
) -> Field<Target> {
    let Some(value) = value else { return Field::default() };
    if is_blank(value.text) {
        return Field::empty(value.cell);
    }
    if !signed && unit.is_none() {
        return Field::read(Target::read(value.text.trim()), value.cell);
    }
    let signs: Vec<&str> = head.all(IndicatorColumn::Sign).map(|column| column.place(row).text).collect();
    Field::read(Target::from_columns(&signs, value.text, unit.map_or("", |unit| unit.text)), value.cell)
}

/// Whether a name is the form's own prompt: `指标1：`, `……`.
fn is_placeholder(name: &str) -> bool {
    let folded: String = fold(name).chars().filter(|c| !c.is_whitespace()).collect();
    is_blank(&folded)
        || folded.strip_prefix("指标").is_some_and(|rest| {
            rest.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十:、.…".contains(c))
        })
}

/// Reads 总分: points under the table's own columns, or else the numbers behind the label.
fn total(
    row: &Row,
    head: &Head<IndicatorColumn>,
    words: &Vocabulary,
    project: &mut Project,
    numbers: &mut Numbers,
) {
    let slots = joined(row);
    let Some(label) = slots.iter().position(|slot| words.form(&slot.text) == Some(FormLabel::Total)) else {
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
            .filter_map(|slot| points(&slot.text).map(|points| Field::read(points, slot.area.first)))
            .collect();
        match found.as_slice() {
            [score] => project.total.score = score.clone(),
            [weight, score, ..] => {
                (project.total.weight, project.total.score) = (weight.clone(), score.clone());
            }
            [] => {
                if let Some(place) = empty(IndicatorColumn::Score) {
                    project.total.score = Field::empty(place.cell);
                }
            }
        }
    }
    let graded = slots[label + 1..].iter().find_map(|slot| Some((words.grade(&slot.text)?, slot.area.first)));
    if let Some((grade, cell)) = graded {
        project.total.grade = Field::read(grade, cell);
    }
}
