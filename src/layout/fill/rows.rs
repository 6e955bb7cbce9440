//! Writing indicators into their rows.

use super::assign::{Grown, LineIndex, Names, Seat, Seating, grid_row};
use super::values::{TargetColumns, of_indicator};
use super::{Blank, Content, Filler};
use crate::layout::definition::Fills;
use crate::layout::indicators::TableSlots;
use crate::layout::label::key;
use crate::layout::numbers::rate_in_percent;
use crate::layout::table::{Column, Head};
use crate::layout::vocabulary::IndicatorColumn;
use crate::model::{Address, Area, Decimal, Field, Indicator};

/// How a table prints a level that holds in several rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// In one cell over all of them.
    Merged,
    /// In every row.
    Repeated,
    /// In the first row alone.
    First,
}

/// Whether a column is one of the levels above the indicator's name.
pub(super) fn is_upper_level(column: IndicatorColumn) -> bool {
    matches!(column, IndicatorColumn::Level1 | IndicatorColumn::Level2)
}

/// The merged areas of a row, over several rows each, that lie left of a column.
pub(super) fn areas_left_of(blank: &Blank, row: u32, col: u32) -> impl Iterator<Item = Area> {
    let rows = blank.grid.rows();
    let slots = rows.binary_search_by_key(&row, |row| row.index).map_or(&[][..], |at| &rows[at].slots);
    let areas: Vec<Area> = slots.iter().map(|slot| slot.area).collect();
    areas.into_iter().filter(move |area| area.last.col < col && area.first.row < area.last.row)
}

/// Writes every indicator that has a row, and merges the levels' cells as the blank does.
pub(super) fn put(
    filler: &mut Filler<'_>,
    tables: &[TableSlots],
    seating: &Seating,
    indicators: &[Indicator],
    style: Style,
) {
    for own in &seating.grown {
        grow_merges(filler, tables, own, style);
    }
    let mut named: Vec<(u32, Seat, &Indicator)> = Vec::new();
    for (seat, indicator) in seating.seats.iter().zip(indicators) {
        let Some(seat) = seat else { continue };
        put_values(filler, tables, seat, indicator);
        named.push((filler.row_of(tables, seat), *seat, indicator));
    }
    named.sort_by_key(|(row, _, _)| *row);
    put_levels(filler, tables, &named, style);
}

impl Filler<'_> {
    /// The row, afterwards, of a seat.
    fn row_of(&self, tables: &[TableSlots], seat: &Seat) -> u32 {
        let row = self.filling.rows.moved(grid_row(self.blank, tables, seat.line).index);
        row.saturating_add(seat.extra.map_or(0, |extra| extra + 1))
    }

    /// The cell, afterwards, of a column in a seat's row; `None` if it reaches in from above.
    pub(super) fn cell_of<C>(
        &self,
        tables: &[TableSlots],
        seat: &Seat,
        column: &Column<C>,
    ) -> Option<Address> {
        let place = column.place(grid_row(self.blank, tables, seat.line));
        let row = self.row_of(tables, seat);
        match seat.extra {
            None => place.own.then(|| Address::new(row, place.cell.col)),
            Some(_) => Some(Address::new(row, if place.own { place.cell.col } else { column.first })),
        }
    }
}

fn put_values(filler: &mut Filler<'_>, tables: &[TableSlots], seat: &Seat, indicator: &Indicator) {
    use IndicatorColumn::{AdjustedTarget, Coefficient, Level2, Level3, MeasureUnit, Sign};
    let head = &tables[seat.line.table].head;
    let has = |column| head.column(column).is_some();
    let columns = TargetColumns { sign: has(Sign), unit: has(MeasureUnit) };
    let fills = &filler.blank.fills;
    let mut contents = of_indicator(indicator, columns, has(AdjustedTarget));
    let own_words = in_the_forms_words(indicator, fills, &mut contents);
    for (holds, content) in contents {
        let content = match content {
            Content::Text(text) => Content::Text(replaced(text, fills)),
            content => content,
        };
        let column = match holds {
            Level3 => head.column(Level3).or_else(|| head.column(Level2)),
            // Of two columns the direction stands in the first, the sign itself in the second.
            Sign => head.all(Sign).last(),
            _ => head.column(holds),
        };
        if let Some(at) = column.and_then(|column| filler.cell_of(tables, seat, column)) {
            let content = match content {
                Content::Number(value) if holds == Coefficient && in_percent(filler.blank, head, holds) => {
                    super::values::number(value * Decimal::ONE_HUNDRED)
                }
                content => content,
            };
            if content != Content::Text(String::new()) {
                filler.filling.cells.insert(at, content);
            }
        }
    }
    let described = fills.description.as_ref().zip(own_words);
    if let Some((label, text)) = described {
        let column = head.other.iter().find(|column| key(&column.holds) == key(label));
        if let Some(at) = column.and_then(|column| filler.cell_of(tables, seat, column)) {
            filler.filling.cells.insert(at, Content::Text(replaced(text, fills)));
        }
    }
    for (label, field) in &indicator.other {
        let column = head.other.iter().find(|column| column.holds == *label);
        if let (Some(column), Some(text)) = (column, field.get())
            && let Some(at) = filler.cell_of(tables, seat, column)
        {
            filler.filling.cells.insert(at, super::values::text(text));
        }
    }
}

/// Puts what was reached into the words that a system takes; gives those of the source.
fn in_the_forms_words(
    indicator: &Indicator,
    fills: &Fills,
    contents: &mut [(IndicatorColumn, Content)],
) -> Option<String> {
    let words = fills.reached.as_ref()?;
    let actual = indicator.actual.get()?;
    let qualitative = indicator.target.get().is_some_and(|target| target.value.is_none());
    let score = indicator.score.value.zip(indicator.weight.value);
    let word = score.map(|(score, weight)| match score {
        _ if score >= weight => &words[0],
        _ if score > Decimal::ZERO => &words[1],
        _ => &words[2],
    });
    let known = words.iter().any(|word| *word == actual.text.trim());
    let wanted = match (qualitative, actual.value) {
        // Without points nobody can tell which of the words it is.
        (true, _) if known => return None,
        (true, _) => Content::Text(word?.clone()),
        (false, Some(value)) => super::values::number(value),
        (false, None) => return None,
    };
    let own = contents.iter_mut().find(|(column, _)| *column == IndicatorColumn::Actual)?;
    if own.1 == wanted {
        return None;
    }
    own.1 = wanted;
    Some(actual.text.clone())
}

/// A text without the characters that a system does not take.
fn replaced(text: String, fills: &Fills) -> String {
    fills.replace.iter().fold(text, |text, (from, to)| text.replace(*from, to))
}

/// Whether a column's head says that its numbers are percent.
fn in_percent(blank: &Blank, head: &Head<IndicatorColumn>, holds: IndicatorColumn) -> bool {
    let column = head.column(holds);
    let rows = &blank.grid.rows()[head.first_row..head.below];
    column.is_some_and(|column| rows.iter().any(|row| rate_in_percent(column.place(row).text)))
}

/// Indicators with a row of its own for each group that some of them belong to: the group's name and its points,
/// as the reader joins them.
pub(super) fn with_groups(indicators: &[Indicator]) -> Vec<Indicator> {
    let mut rows: Vec<Indicator> = Vec::new();
    let mut open: Option<&str> = None;
    for indicator in indicators {
        let group = indicator.group();
        let begins = group.is_some() && (group != open || indicator.weight.value.is_some());
        let mut own = indicator.clone();
        if let (Some(name), true) = (group, begins) {
            rows.push(Indicator {
                level1: own.level1.clone(),
                level1_weight: own.level1_weight,
                level2: own.level2.clone(),
                name: Field { value: Some(name.to_owned()), cell: None },
                weight: std::mem::take(&mut own.weight),
                score: std::mem::take(&mut own.score),
                reason: std::mem::take(&mut own.reason),
                ..Indicator::default()
            });
        }
        open = group;
        rows.push(own);
    }
    rows
}

/// How the blank's tables print levels: what they show, or what is usual where they show nothing.
pub(super) fn style(blank: &Blank, tables: &[TableSlots]) -> Style {
    let (mut alone, mut several, mut any) = (false, false, false);
    for (table, slots) in tables.iter().enumerate() {
        for (i, row) in slots.rows.iter().enumerate() {
            let line = LineIndex { table, row: i };
            for level in [IndicatorColumn::Level1, IndicatorColumn::Level2] {
                let Some(place) = slots.head.place(grid_row(blank, tables, line), level) else { continue };
                let area = blank.slot(place.cell).map(|slot| slot.area);
                if area.is_some_and(|area| area.first.row < area.last.row) {
                    return Style::Merged;
                }
                any |= !place.text.trim().is_empty();
                let above = i.checked_sub(1).map(|above| &slots.rows[above]);
                let same = above.is_some_and(|above| match level {
                    IndicatorColumn::Level1 => {
                        above.level1.is_some() && names(blank, above.level1) == names(blank, row.level1)
                    }
                    _ => above.level2.is_some() && names(blank, above.level2) == names(blank, row.level2),
                });
                several |= same && !place.text.trim().is_empty();
                alone |= same && place.text.trim().is_empty() && !names(blank, row.level1).is_empty();
            }
        }
    }
    match (several, alone, any) {
        (true, _, _) | (false, false, false) => Style::Repeated,
        (false, true, _) => Style::First,
        (false, false, true) => Style::Merged,
    }
}

fn names(blank: &Blank, level: Option<Address>) -> &str {
    level.and_then(|at| blank.slot(at)).map_or("", |slot| slot.text.trim())
}

/// Extends the cells of block names and levels over the rows that are put below one.
fn grow_merges(filler: &mut Filler<'_>, tables: &[TableSlots], own: &Grown, style: Style) {
    let blank = filler.blank;
    let head = &tables[own.line.table].head;
    let row = grid_row(blank, tables, own.line);
    let first_level = head.columns.iter().filter(|c| c.holds.is_level()).map(|c| c.first).min().unwrap_or(0);
    let mut reaching: Vec<(Area, u32)> =
        areas_left_of(blank, row.index, first_level).map(|area| (area, own.count)).collect();
    for (level, count) in
        [(IndicatorColumn::Level1, own.same_first), (IndicatorColumn::Level2, own.same_both)]
    {
        let Some(column) = head.column(level).filter(|_| style == Style::Merged && count > 0) else {
            continue;
        };
        let place = column.place(row);
        if !place.text.trim().is_empty() && (place.own || head.column(IndicatorColumn::Level3).is_some()) {
            reaching.extend(blank.slot(place.cell).map(|slot| (slot.area, count)));
        }
    }
    for (area, count) in reaching.into_iter().filter(|(area, _)| area.last.row == row.index) {
        let first = filler.filling.rows.moved_cell(area.first);
        let last = filler.filling.rows.moved(row.index).saturating_add(count);
        filler.filling.merges.push(Area::new(first, Address::new(last, area.last.col)));
    }
}

/// Writes the levels that the blank does not print.
fn put_levels(
    filler: &mut Filler<'_>,
    tables: &[TableSlots],
    named: &[(u32, Seat, &Indicator)],
    style: Style,
) {
    use IndicatorColumn::{Level1, Level2, Level3};
    let text = |level, indicator: &Indicator| match level {
        Level1 => points_behind(indicator),
        _ => indicator.level2.text().to_owned(),
    };
    for level in [Level1, Level2] {
        // Where the run of one level's rows began, and what it says.
        let mut run: Option<(Address, String, String, u32)> = None;
        for (row, seat, indicator) in named {
            let head = &tables[seat.line.table].head;
            let column = head.column(level).filter(|_| level == Level1 || head.column(Level3).is_some());
            let Some(column) = column else { continue };
            let printed = seat.names == Names::None || level == Level1 && seat.names == Names::Second;
            if printed {
                run = None;
                let copied = column.place(grid_row(filler.blank, tables, seat.line)).text;
                if let (Style::Repeated, Some(_), false) = (style, seat.extra, copied.trim().is_empty()) {
                    let at = Address::new(*row, column.first);
                    filler.filling.cells.insert(at, Content::Text(copied.to_owned()));
                }
                continue;
            }
            let (text, first) = (text(level, indicator), indicator.level1.text().to_owned());
            let goes_on = run.as_ref().is_some_and(|(_, said, above, last)| {
                *said == text && *above == first && last + 1 == *row && !text.is_empty()
            });
            if goes_on && style != Style::Repeated {
                if let Some((begin, _, _, last)) = &mut run {
                    *last = *row;
                    let area = Area::new(*begin, Address::new(*row, column.last));
                    if style == Style::Merged {
                        filler.filling.merges.retain(|other| other.first != *begin);
                        filler.filling.merges.push(area);
                    }
                }
                continue;
            }
            if let Some(at) = filler.cell_of(tables, seat, column).filter(|_| !text.is_empty()) {
                filler.filling.cells.insert(at, Content::Text(text.clone()));
                run = Some((at, text, first, *row));
            }
        }
    }
}

/// The first level's name with the points that the form printed behind it.
fn points_behind(indicator: &Indicator) -> String {
    let name = indicator.level1.text();
    match indicator.level1_weight {
        Some(points) => format!("{name}（{points}分）"),
        None => name.to_owned(),
    }
}
