//! Reading an indicator table.

use super::Draft;
use super::identity::{field, free_label, one_line};
use super::label::{key, stated_points};
use super::table::{Head, Place, joined};
use super::total;
use super::vocabulary::{FormLabel, FundColumn, IndicatorColumn, Vocabulary};
use crate::grid::Row;
use crate::model::number::{compacted, is_blank, is_no_number};
use crate::model::{Actual, Address, Decimal, Field, Fund, FundRole, Indicator, Project, Target};

/// A level that reaches down over rows: its cell, its name and the points behind the name.
#[derive(Clone, Debug, Default)]
struct LevelName {
    name: Field<String>,
    points: Option<Decimal>,
}

/// The levels that reach into a row from above it.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    first: LevelName,
    second: LevelName,
}

/// An indicator table as a place to fill.
#[derive(Clone, Debug)]
pub(super) struct TableSlots {
    pub head: Head<IndicatorColumn>,
    /// The rows in which indicators stand or may stand, from the top.
    pub rows: Vec<RowSlot>,
}

/// A row for an indicator.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowSlot {
    /// Which of the grid's rows it is.
    pub at: usize,
    /// Where the first level that holds in the row is named.
    pub level1: Option<Address>,
    /// Where the second level that holds in the row is named.
    pub level2: Option<Address>,
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
///
/// The levels above go on from the table before: a page may break a table and head it again.
pub(super) fn read(
    rows: &[Row],
    head: &Head<IndicatorColumn>,
    end: usize,
    words: &Vocabulary,
    draft: &mut Draft,
) -> std::ops::Range<usize> {
    let first = draft.project.indicators.len();
    let mut table = TableSlots { head: head.clone(), rows: Vec::new() };
    let mut after = end;
    for (at, row) in (head.below..end).zip(rows.get(head.below..end).unwrap_or_default()) {
        match kind(row, head, words) {
            Kind::After => {
                after = at;
                break;
            }
            Kind::Total => total::read(row, head, words, draft),
            Kind::Indicator if is_execution(row, head, words, &draft.project) => execution(row, head, draft),
            Kind::Indicator if total::is_unlabelled(row, head, &draft.project) => {
                total::read_unlabelled(row, head, draft);
            }
            Kind::Indicator => {
                let Levels { first, second } = &mut draft.levels;
                if fill_down(first, head.place(row, IndicatorColumn::Level1)) {
                    *second = LevelName::default();
                }
                fill_down(second, head.place(row, IndicatorColumn::Level2));
                table.rows.push(RowSlot { at, level1: first.name.cell, level2: second.name.cell });
                indicator(row, head, draft);
            }
        }
    }
    // Remarks may stand between the last indicator and the total.
    for row in &rows[after..end] {
        total::read(row, head, words, draft);
    }
    join_parents(&mut draft.project.indicators, first);
    draft.tables.push(table);
    head.first_row..after
}

fn kind(row: &Row, head: &Head<IndicatorColumn>, words: &Vocabulary) -> Kind {
    let first_level = head.columns.iter().filter(|c| c.holds.is_level()).map(|c| c.first).min().unwrap_or(0);
    let last_level = head.columns.iter().filter(|c| c.holds.is_level()).map(|c| c.last).max().unwrap_or(0);
    let values = head.columns.iter().filter(|c| !c.holds.is_level()).map(|c| c.first);
    let first_value = values.filter(|first| *first > last_level).min().unwrap_or(u32::MAX);
    let slots = joined(row);
    let named = slots.iter().any(|slot| {
        !slot.is_blank()
            && row.begins(slot)
            && slot.area.first.col <= last_level
            && slot.area.last.col >= first_level
    });
    if !named && slots.iter().any(|slot| words.form(slot.text) == Some(FormLabel::Total)) {
        return Kind::Total;
    }
    for slot in
        slots.iter().filter(|slot| !slot.is_blank() && row.begins(slot) && slot.area.first.col <= last_level)
    {
        match words.form(slot.text) {
            Some(FormLabel::Total) => return Kind::Total,
            // The names of blocks stand beside the levels (年度绩效目标1), in every row where nothing is merged.
            Some(
                FormLabel::Indicators
                | FormLabel::Goals
                | FormLabel::GoalPlanned
                | FormLabel::Midterm
                | FormLabel::Funds,
            )
            | None => {}
            // 实际完成情况 and the like may stand in a name's place; only the first cell of a row ends a table.
            Some(_) if slot.area.first.col <= first_level => return Kind::After,
            Some(_) => {}
        }
        // A place beside the table's own block name: 评价结论 | text.
        let beside = slot.area.last.col < first_level && words.form(slot.text).is_none();
        let covered = head
            .columns
            .iter()
            .filter(|column| column.first <= slot.area.last.col && column.last >= slot.area.first.col);
        // A name that is also the target's words makes two equal neighbours, but not half a table of them.
        let merged =
            row.slots.iter().any(|own| own.area == slot.area) || covered.count() * 2 > head.columns.len();
        let across = merged && slot.area.first.col <= last_level && slot.area.last.col >= first_value;
        if across && slot.area.first.row == slot.area.last.row || beside && head_is_blank_left(row, head) {
            return Kind::After;
        }
    }
    Kind::Indicator
}

/// Whether a row that begins left of the levels names neither a level nor an indicator. A text that reaches in from the
/// left is no name.
fn head_is_blank_left(row: &Row, head: &Head<IndicatorColumn>) -> bool {
    let levels = [IndicatorColumn::Level2, IndicatorColumn::Level3];
    let mut columns = levels.into_iter().filter_map(|level| head.column(level));
    !columns.any(|column| {
        let place = column.place(row);
        !is_blank(place.text) && place.cell.col >= column.first
    })
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
    // A merged cell says in every row what it said in the first.
    if level.name.value.is_some() && level.name.cell == Some(place.cell) {
        return false;
    }
    let points = stated_points(place.text);
    let name = if points.is_some() {
        key(place.text).into_owned()
    } else {
        place.text.chars().filter(|c| !c.is_whitespace()).collect()
    };
    let changed = level.name.text() != name;
    *level = LevelName {
        name: Field::read(name, place.cell),
        points: points.or(if changed { None } else { level.points }),
    };
    changed
}

fn indicator(row: &Row, head: &Head<IndicatorColumn>, draft: &mut Draft) {
    use IndicatorColumn::{
        Actual as ActualColumn, AdjustedTarget, Coefficient, Deduction, Level2, Level3, MeasureUnit, Reason,
        Score, Target as TargetColumn, Weight,
    };
    let place = |holds| head.place(row, holds);
    let Some(name) = place(Level3).or_else(|| place(Level2)) else { return };
    if is_placeholder(name.text) {
        let score = place(Score).filter(|place| place.own && !is_no_number(place.text));
        let value = place(TargetColumn).filter(|place| place.own && !is_no_number(place.text));
        if let (true, Some(value)) = (is_blank(name.text), score.and(value)) {
            draft.nameless.push(Nameless { cell: name.cell, found: value.text.trim().to_owned() });
        }
        return;
    }
    let numbers = &mut draft.numbers;
    let index = draft.project.indicators.len();
    let path = |key: &str| format!("/indicators/{index}/{key}");
    let text = |holds| place(holds).map_or_else(Field::default, |place| field(place.text, place.cell));
    // Points that are merged over several rows are given once, to the first of them.
    let mut points = |holds, key: &str| match place(holds) {
        Some(place) if place.own => numbers.points(place.text, place.cell, path(key)),
        Some(place) => Field::empty(place.cell),
        None => Field::default(),
    };
    let (weight, score) = (points(Weight, "weight"), points(Score, "score"));
    let deduction = points(Deduction, "deduction");
    let coefficient = place(Coefficient).map_or_else(Field::default, |place| {
        numbers.rate(place.text, place.cell, false, path("coefficient"))
    });
    let initial = target(row, head, place(TargetColumn));
    let adjusted = target(row, head, place(AdjustedTarget));
    let (target, initial_target) = match (adjusted.exists(), adjusted.value.is_some()) {
        (false, _) => (initial, Field::default()),
        (true, true) => (adjusted, initial),
        (true, false) => (initial.clone(), initial),
    };
    draft.project.indicators.push(Indicator {
        level1: draft.levels.first.name.clone(),
        level1_weight: draft.levels.first.points,
        level2: draft.levels.second.name.clone(),
        name: Field::read(one_line(name.text.trim()), name.cell),
        target,
        initial_target,
        unit: text(MeasureUnit),
        actual: place(ActualColumn).map_or_else(Field::default, |place| {
            if is_blank(place.text) {
                Field::empty(place.cell)
            } else {
                Field::read(Actual::read(place.text.trim()), place.cell)
            }
        }),
        weight,
        score,
        coefficient,
        deduction,
        reason: text(Reason),
        other: other(row, head),
    });
}

/// What stands in the columns that nobody knows.
fn other(row: &Row, head: &Head<IndicatorColumn>) -> indexmap::IndexMap<String, Field<String>> {
    let mut other = indexmap::IndexMap::new();
    for column in &head.other {
        let place = column.place(row);
        if place.own && !is_blank(place.text) {
            other.insert(free_label(&other, &column.holds), field(place.text, place.cell));
        }
    }
    other
}

/// Whether a row amid the indicators is that of the budget's execution: every level says so, and no funds
/// block has points for it.
fn is_execution(row: &Row, head: &Head<IndicatorColumn>, words: &Vocabulary, project: &Project) -> bool {
    if project.total_fund().is_some_and(|fund| fund.weight.exists() || fund.score.exists()) {
        return false;
    }
    let says = |text: &str| {
        words.form(text) == Some(FormLabel::Funds) || words.fund_column(text) == Some(FundColumn::Rate)
    };
    let levels = head.columns.iter().filter(|column| column.holds.is_level()).map(|column| column.place(row));
    let mut levels = levels.filter(|place| place.own && !is_blank(place.text)).peekable();
    levels.peek().is_some() && levels.all(|place| says(place.text))
}

/// Takes the points of the budget's execution from its row amid the indicators.
fn execution(row: &Row, head: &Head<IndicatorColumn>, draft: &mut Draft) {
    let funds = &mut draft.project.funds;
    let index = funds.iter().position(|fund| fund.role == FundRole::Total).unwrap_or_else(|| {
        funds.insert(0, Fund { role: FundRole::Total, ..Fund::default() });
        0
    });
    let fund = &mut funds[index];
    for (holds, field, key) in [
        (IndicatorColumn::Weight, &mut fund.weight, "weight"),
        (IndicatorColumn::Score, &mut fund.score, "score"),
    ] {
        if let (Some(place), None) = (head.place(row, holds), field.value) {
            *field = draft.numbers.points(place.text, place.cell, format!("/funds/{index}/{key}"));
        }
    }
    if let (Some(place), None) = (head.place(row, IndicatorColumn::Actual), fund.rate.value) {
        fund.rate = draft.numbers.rate(place.text, place.cell, false, format!("/funds/{index}/rate"));
    }
}

/// Joins a row that has only points with the rows below it that have only values: the points are the group's
/// and stand, once, with the first of them.
fn join_parents(indicators: &mut Vec<Indicator>, first: usize) {
    let pointed = |row: &Indicator| row.weight.value.is_some() || row.score.value.is_some();
    let mut at = first;
    while at < indicators.len() {
        let parent = &indicators[at];
        let empty = parent.target.exists() && parent.target.value.is_none() && parent.actual.value.is_none();
        let children = indicators[at + 1..]
            .iter()
            .take_while(|row| row.target.value.is_some() && !pointed(row) && row.level1 == parent.level1)
            .count();
        if !(empty && pointed(parent) && children > 0) {
            at += 1;
            continue;
        }
        let parent = indicators.remove(at);
        for child in &mut indicators[at..at + children] {
            child.other.insert(Indicator::GROUP.to_owned(), parent.name.clone());
        }
        let heir = &mut indicators[at];
        (heir.weight, heir.score) = (parent.weight, parent.score);
        if heir.reason.value.is_none() {
            heir.reason = parent.reason;
        }
        at += children;
    }
}

fn target(row: &Row, head: &Head<IndicatorColumn>, value: Option<Place<'_>>) -> Field<Target> {
    let Some(value) = value else { return Field::default() };
    let unit = head.place(row, IndicatorColumn::MeasureUnit);
    let signed = head.column(IndicatorColumn::Sign).is_some();
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
pub(super) fn is_placeholder(name: &str) -> bool {
    let folded = compacted(name);
    is_blank(&folded)
        || folded.strip_prefix("指标").is_some_and(|rest| {
            rest.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十:、.…".contains(c))
        })
}
