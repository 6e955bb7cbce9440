//! Which indicator goes into which row, and how many rows are missing.

use super::Blank;
use crate::grid::Row;
use crate::layout::indicators::{RowSlot, TableSlots, is_placeholder};
use crate::layout::label::key;
use crate::layout::vocabulary::IndicatorColumn;
use crate::model::number::{compact, is_blank};
use crate::model::{Address, Indicator, Insertions};

/// Where an indicator goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    /// The row of the blank: its own, or the one below which it is put.
    pub line: LineIndex,
    /// Which of the rows that are put below that one, from 0; `None` for the row itself.
    pub extra: Option<u32>,
    /// Which levels are to be written with it.
    pub names: Names,
}

/// A row of one of the blank's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LineIndex {
    pub table: usize,
    pub row: usize,
}

/// Which levels a row does not have yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// The blank prints both.
    None,
    /// The first stands above.
    Second,
    /// Both are new.
    Both,
}

/// Where all indicators go, and how many rows go on with the levels of the row above them.
#[derive(Debug, Default)]
pub(super) struct Seating {
    /// One for each indicator; `None` for those that have no place.
    pub seats: Vec<Option<Seat>>,
    /// The rows below which others are put.
    pub grown: Vec<Grown>,
}

/// A row below which others are put.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grown {
    pub line: LineIndex,
    /// How many are put there.
    pub count: u32,
    /// How many of them go on with the first level of the row, and how many with both.
    pub same_first: u32,
    pub same_both: u32,
}

/// Rows of one first and second level, one below another.
struct Group {
    levels: Levels,
    lines: Vec<LineIndex>,
    used: usize,
    /// Rows that are missing.
    extra: u32,
    rank: Rank,
}

impl Group {
    /// The lowest of its rows.
    fn last(&self) -> Option<LineIndex> {
        self.lines.iter().copied().max()
    }
}

/// Keys of the two levels; empty where there is none.
type Levels = (String, String);

/// In which order rows are put below one row: those of its own group, of its first level, and others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Own,
    NewSecond,
    NewFirst,
}

/// What two ways of writing a level have in common.
fn level_key(name: &str) -> String {
    let key = key(name);
    key.strip_suffix("指标").filter(|rest| !rest.is_empty()).unwrap_or(&key).to_owned()
}

fn groups(blank: &Blank, tables: &[TableSlots]) -> Vec<Group> {
    let text = |at: Option<Address>| {
        at.and_then(|at| blank.slot(at)).map_or("", |slot| if is_blank(&slot.text) { "" } else { &slot.text })
    };
    let mut groups: Vec<Group> = Vec::new();
    for (table, slots) in tables.iter().enumerate() {
        for (row, RowSlot { level1, level2, .. }) in slots.rows.iter().enumerate() {
            let levels = (level_key(text(*level1)), level_key(text(*level2)));
            let line = LineIndex { table, row };
            match groups.last_mut() {
                Some(last) if last.levels == levels => last.lines.push(line),
                _ => groups.push(Group { levels, lines: vec![line], used: 0, extra: 0, rank: Rank::Own }),
            }
        }
    }
    groups
}

/// The row of the grid that a line is.
pub(super) fn grid_row<'a>(blank: &'a Blank, tables: &[TableSlots], line: LineIndex) -> &'a Row {
    &blank.grid.rows()[tables[line.table].rows[line.row].at]
}

/// The indicator's name that a blank prints itself.
fn printed_name(blank: &Blank, tables: &[TableSlots], line: LineIndex) -> Option<String> {
    use IndicatorColumn::{Level2, Level3};
    let (head, row) = (&tables[line.table].head, grid_row(blank, tables, line));
    let name = head.place(row, Level3).or_else(|| head.place(row, Level2))?;
    (!blank.filled && name.own && !is_placeholder(name.text)).then(|| compact(name.text))
}

/// Gives every indicator a row: the one that bears its name, the next of its levels, or a new one.
pub(super) fn assign(
    blank: &Blank,
    tables: &[TableSlots],
    indicators: &[Indicator],
    rows: &mut Insertions,
) -> Seating {
    let mut groups = groups(blank, tables);
    let mut seats: Vec<Option<(usize, usize, Names)>> = vec![None; indicators.len()];
    seat_by_name(blank, tables, indicators, &mut groups, &mut seats);
    if groups.is_empty() {
        return Seating { seats: vec![None; indicators.len()], grown: Vec::new() };
    }
    for (indicator, seat) in indicators.iter().zip(&mut seats).filter(|(_, seat)| seat.is_none()) {
        let levels = (level_key(indicator.level1.text()), level_key(indicator.level2.text()));
        let at = group_for(&mut groups, &levels);
        let group = &mut groups[at];
        let is_free = group.levels.0.is_empty() && group.levels.1.is_empty();
        let names = match group.rank {
            _ if is_free => Names::Both,
            Rank::Own => Names::None,
            Rank::NewSecond => Names::Second,
            Rank::NewFirst => Names::Both,
        };
        *seat = Some((at, group.used, names));
        if group.used >= group.lines.len() || group.rank != Rank::Own {
            group.extra += 1;
        }
        group.used += 1;
    }
    settle(blank, tables, &groups, &seats, rows)
}

/// As [`assign`], where no rows can be put between others: what finds no row has no place.
pub(super) fn existing(blank: &Blank, tables: &[TableSlots], indicators: &[Indicator]) -> Seating {
    let mut seating = assign(blank, tables, indicators, &mut Insertions::default());
    seating.grown.clear();
    for seat in &mut seating.seats {
        *seat = seat.filter(|seat| seat.extra.is_none());
    }
    seating
}

/// Seats indicators whose names the blank prints, and takes the rows of other printed names out of the groups.
fn seat_by_name(
    blank: &Blank,
    tables: &[TableSlots],
    indicators: &[Indicator],
    groups: &mut Vec<Group>,
    seats: &mut [Option<(usize, usize, Names)>],
) {
    let mut own = Vec::new();
    for group in groups.iter_mut() {
        group.lines.retain(|line| {
            let Some(printed) = printed_name(blank, tables, *line) else { return true };
            own.push((*line, printed, group.levels.clone()));
            false
        });
    }
    for (line, printed, levels) in own {
        let named = indicators
            .iter()
            .zip(seats.iter())
            .position(|(indicator, seat)| seat.is_none() && compact(indicator.name.text()) == printed);
        if let Some(i) = named {
            seats[i] = Some((groups.len(), 0, Names::None));
        }
        // A printed row may be the only one of its levels, below which others are put.
        groups.push(Group { levels, lines: vec![line], used: 1, extra: 0, rank: Rank::Own });
    }
}

/// The group that takes the next indicator of some levels.
fn group_for(groups: &mut Vec<Group>, levels: &Levels) -> usize {
    let of = |wanted: &dyn Fn(&Group) -> bool| groups.iter().rposition(wanted);
    let free = |group: &Group| group.used < group.lines.len();
    // The next free row of the levels, or else more rows where they stand last.
    if let Some(at) = groups.iter().position(|group| group.levels == *levels && free(group)) {
        return at;
    }
    if let Some(at) = of(&|group| group.levels == *levels) {
        return at;
    }
    // A form without first levels asks for the second alone, and the other way round.
    let alone =
        |group: &Group| group.levels.1 == levels.1 && (levels.0.is_empty() || group.levels.0.is_empty());
    if let Some(at) = of(&|group| !group.levels.1.is_empty() && alone(group)) {
        return at;
    }
    let of_first: Vec<usize> = (0..groups.len())
        .filter(|at| {
            groups[*at].levels.0 == levels.0 && !levels.0.is_empty() && !groups[*at].lines.is_empty()
        })
        .collect();
    if let ([only], true) = (of_first.as_slice(), levels.1.is_empty()) {
        return *only;
    }
    if let Some(at) =
        of_first.iter().copied().find(|at| groups[*at].levels.1.is_empty() && free(&groups[*at]))
    {
        return at;
    }
    let unnamed = |group: &Group| group.levels.0.is_empty() && group.levels.1.is_empty();
    if let Some(at) = groups.iter().position(|group| unnamed(group) && free(group)).or_else(|| of(&unnamed)) {
        return at;
    }
    let lowest =
        |of: &mut dyn Iterator<Item = usize>| of.max_by_key(|at| (groups[*at].last(), groups[*at].rank));
    let below = lowest(&mut of_first.into_iter());
    let rank = below.map_or(Rank::NewFirst, |at| groups[at].rank.max(Rank::NewSecond));
    let line = below.or_else(|| lowest(&mut (0..groups.len()))).and_then(|at| groups[at].last());
    groups.push(Group { levels: levels.clone(), lines: line.into_iter().collect(), used: 0, extra: 0, rank });
    groups.len() - 1
}

/// Counts the rows that are missing, and tells each indicator its row.
fn settle(
    blank: &Blank,
    tables: &[TableSlots],
    groups: &[Group],
    seats: &[Option<(usize, usize, Names)>],
    rows: &mut Insertions,
) -> Seating {
    // The order of the rows below one: those of its group, then of its first level, then of others, each in the
    // order of their first levels.
    let first_of = |group: &Group| groups.iter().position(|other| other.levels.0 == group.levels.0);
    let mut order: Vec<usize> = (0..groups.len()).filter(|at| groups[*at].extra > 0).collect();
    order.sort_by_key(|at| {
        let group = &groups[*at];
        (group.last(), group.rank, first_of(group), *at)
    });
    let mut grown: Vec<Grown> = Vec::new();
    let mut before = vec![0; groups.len()];
    for at in order {
        let group = &groups[at];
        let Some(line) = group.last() else { continue };
        if grown.last().is_none_or(|own| own.line != line) {
            grown.push(Grown { line, count: 0, same_first: 0, same_both: 0 });
        }
        let Some(own) = grown.last_mut() else { continue };
        before[at] = own.count;
        own.count += group.extra;
        own.same_first += if group.rank < Rank::NewFirst { group.extra } else { 0 };
        own.same_both += if group.rank == Rank::Own { group.extra } else { 0 };
    }
    for own in &grown {
        rows.add(grid_row(blank, tables, own.line).index, own.count);
    }
    let mut named: Vec<bool> = vec![false; groups.len()];
    let seats = seats.iter().map(|seat| {
        let (at, nth, names) = (*seat)?;
        let group = &groups[at];
        let lines = if group.rank == Rank::Own { group.lines.len() } else { 0 };
        let extra = nth.checked_sub(lines).map(|nth| before[at] + u32::try_from(nth).unwrap_or(u32::MAX));
        let line = if extra.is_some() { group.last()? } else { group.lines[nth] };
        // The first level that a new group goes on with stands above it.
        let goes_on =
            group.rank == Rank::NewFirst && first_of(group).is_some_and(|first| first < at && named[first]);
        named[at] = true;
        let names = if goes_on && names == Names::Both { Names::Second } else { names };
        Some(Seat { line, extra, names })
    });
    Seating { seats: seats.collect(), grown }
}
