//! References to cells in formulas, and how they follow when rows are put between others.

use std::ops::Range;

use crate::model::{Address, Insertions};
use crate::write::package::xml::Edits;

/// One end of a reference: a cell, a whole row or a whole column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    /// 0-based; `None` for whole columns.
    row: Option<u32>,
    /// 0-based; `None` for whole rows.
    col: Option<u32>,
    fixed_row: bool,
    fixed_col: bool,
}

/// A reference in a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reference {
    /// Its bytes, without the sheet's name.
    range: Range<usize>,
    /// The sheet that it names.
    sheet: Option<String>,
    first: End,
    /// The other end of a range.
    last: Option<End>,
}

impl End {
    fn read(text: &str) -> Option<Self> {
        let (fixed_col, rest) = strip_dollar(text);
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (col, rest) = rest.split_at(letters);
        let (fixed_row, digits) = if letters == 0 { (fixed_col, rest) } else { strip_dollar(rest) };
        let col = match letters {
            0 => None,
            1..=3 => {
                let at: Address = format!("{}1", col.to_ascii_uppercase()).parse().ok()?;
                Some(at.col)
            }
            _ => return None,
        };
        let row = match digits {
            "" if !fixed_row || letters == 0 => None,
            _ if digits.len() <= 7 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse::<u32>().ok()?.checked_sub(1)?)
            }
            _ => return None,
        };
        (row.is_some() || col.is_some()).then_some(Self {
            row,
            col,
            fixed_row,
            fixed_col: fixed_col && letters > 0,
        })
    }

    fn print(self) -> String {
        let dollar = |fixed: bool| if fixed { "$" } else { "" };
        let at = Address::new(self.row.unwrap_or(0), self.col.unwrap_or(0)).to_string();
        let letters = at.trim_end_matches(|c: char| c.is_ascii_digit());
        let col = self.col.map(|_| format!("{}{letters}", dollar(self.fixed_col))).unwrap_or_default();
        let row = self
            .row
            .map(|_| format!("{}{}", dollar(self.fixed_row), &at[letters.len()..]))
            .unwrap_or_default();
        format!("{col}{row}")
    }
}

fn strip_dollar(text: &str) -> (bool, &str) {
    text.strip_prefix('$').map_or((false, text), |rest| (true, rest))
}

/// The references of a formula.
fn references(formula: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut sheet: Option<String> = None;
    let mut at = 0;
    while let Some(c) = formula[at..].chars().next() {
        let rest = &formula[at..];
        if c == '"' {
            at += quoted(rest, '"');
        } else if c == '\'' {
            let end = quoted(rest, '\'');
            let name = rest[1..end].trim_end_matches('\'').replace("''", "'");
            at += end;
            if formula[at..].starts_with('!') {
                sheet = Some(name);
                at += 1;
                continue;
            }
        } else if c == '[' {
            // Another workbook's number, or a table's columns.
            let end = bracketed(rest);
            let name = word(&formula[at + end..]);
            at += end;
            if name > 0 && formula[at + name..].starts_with('!') {
                sheet = Some(formula[at - end..at + name].to_owned());
                at += name + 1;
                continue;
            }
        } else if let length @ 1.. = word(rest) {
            let text = &rest[..length];
            let after = &rest[length..];
            if after.starts_with('!') {
                sheet = Some(text.to_owned());
                at += length + 1;
                continue;
            }
            let second = after.strip_prefix(':').map(|rest| &rest[..word(rest)]);
            // `甲:丙!A1` is a range of sheets.
            let of_sheets = second.is_some_and(|second| after[1 + second.len()..].starts_with('!'));
            if of_sheets {
                sheet = Some(format!("{text}:{}", second.unwrap_or_default()));
                at += length + 1 + second.map_or(0, str::len) + 1;
                continue;
            }
            let first = End::read(text);
            let last = first.and_then(|first| {
                let last = End::read(second?)?;
                (last.row.is_some() == first.row.is_some() && last.col.is_some() == first.col.is_some())
                    .then_some(last)
            });
            let length = length + last.map_or(0, |_| 1 + second.map_or(0, str::len));
            let called = rest[length..].starts_with(['(', '[']);
            if let Some(first) = first
                .filter(|first| !called && (last.is_some() || first.row.is_some() && first.col.is_some()))
            {
                found.push(Reference { range: at..at + length, sheet: sheet.take(), first, last });
            }
            at += length;
        } else {
            at += c.len_utf8();
        }
        sheet = None;
    }
    found
}

/// The sheets whose cells a formula names.
pub(super) fn sheets_named(formula: &str) -> Vec<String> {
    references(formula).into_iter().filter_map(|reference| reference.sheet).collect()
}

/// The bytes of a quoted text with its quotes, which stand twice within it.
fn quoted(text: &str, quote: char) -> usize {
    let mut at = quote.len_utf8();
    while let Some(end) = text[at..].find(quote) {
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// The bytes of brackets with what they hold.
fn bracketed(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// The bytes of a name or a number at the start of a text.
fn word(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '\\' | '?')))
        .unwrap_or(text.len())
}

/// How references to a sheet follow when rows are put between its own.
#[derive(Clone, Copy)]
pub(super) struct Shift<'a> {
    pub(super) sheet: &'a str,
    pub(super) rows: &'a Insertions,
}

impl Shift<'_> {
    /// A formula with its references to the sheet moved; `None` if none moves. `own` says that references without
    /// a sheet's name are the sheet's.
    pub(super) fn formula(&self, formula: &str, own: bool) -> Option<String> {
        let mut edits = Edits::default();
        for reference in references(formula) {
            let of_sheet =
                reference.sheet.as_deref().map_or(own, |name| name.eq_ignore_ascii_case(self.sheet));
            if !of_sheet {
                continue;
            }
            let (mut first, mut last) = (reference.first, reference.last);
            let (top, bottom) = (first.row, last.and_then(|last| last.row));
            first.row = top.map(|row| self.rows.moved(row));
            if let (Some(last), Some(top), Some(bottom)) = (&mut last, top, bottom) {
                last.row = Some(self.rows.moved_end(top, bottom));
            }
            let moved =
                last.map_or_else(|| first.print(), |last| format!("{}:{}", first.print(), last.print()));
            if moved != formula[reference.range.clone()] {
                edits.replace(reference.range, moved);
            }
        }
        (!edits.is_empty()).then(|| edits.apply(formula))
    }

    /// A list of areas (`A1:B2 C3`), moved. `grow` says that rows put below a single row belong to its area.
    pub(super) fn areas(&self, areas: &str, grow: bool) -> String {
        let moved = areas.split_whitespace().map(|area| {
            let (first, last) = area.split_once(':').unwrap_or((area, area));
            let (Some(first), Some(last)) = (End::read(first), End::read(last)) else {
                return area.to_owned();
            };
            let (Some(top), Some(bottom)) = (first.row, last.row) else { return area.to_owned() };
            let more = if grow && top == bottom { self.rows.below(bottom) } else { 0 };
            let first = End { row: Some(self.rows.moved(top)), ..first };
            let last = End { row: Some(self.rows.moved_end(top, bottom) + more), ..last };
            if first == last { first.print() } else { format!("{}:{}", first.print(), last.print()) }
        });
        moved.collect::<Vec<_>>().join(" ")
    }
}

/// A formula as it stands so many rows further down and columns to the right: references that are not fixed go
/// with it.
pub(super) fn translate(formula: &str, rows: i64, cols: i64) -> String {
    let mut edits = Edits::default();
    for reference in references(formula) {
        let along = |at: Option<u32>, fixed: bool, by: i64| {
            at.map(|at| if fixed { at } else { u32::try_from((i64::from(at) + by).max(0)).unwrap_or(at) })
        };
        let along = |end: End| End {
            row: along(end.row, end.fixed_row, rows),
            col: along(end.col, end.fixed_col, cols),
            ..end
        };
        let first = along(reference.first).print();
        let moved =
            reference.last.map_or_else(|| first.clone(), |last| format!("{first}:{}", along(last).print()));
        edits.replace(reference.range, moved);
    }
    edits.apply(formula)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows() -> Insertions {
        let mut rows = Insertions::default();
        rows.add(19, 3);
        rows
    }

    #[test]
    fn references_to_the_sheet_follow_its_rows() {
        let rows = rows();
        let shift = Shift { sheet: "自评表", rows: &rows };
        for (formula, own, moved) in [
            ("SUM(G10:G20)", true, "SUM(G10:G23)"),
            ("SUM(G10:G20)", false, "SUM(G10:G20)"),
            ("G20+G21", true, "G20+G24"),
            ("ROUND($F$21/$E21*10,2)", true, "ROUND($F$24/$E24*10,2)"),
            ("SUM(自评表!G10:G20,Sheet2!G21)", false, "SUM(自评表!G10:G23,Sheet2!G21)"),
            ("'自评表'!$A$1:$I$40,'自评表'!$21:$22", false, "'自评表'!$A$1:$I$43,'自评表'!$24:$25"),
            ("\"G21\"&G21&'G21'!A21", true, "\"G21\"&G24&'G21'!A21"),
            ("LOG10(A21)+[1]自评表!A21+表1[列A21]", true, "LOG10(A24)+[1]自评表!A21+表1[列A21]"),
            ("SUM(A:A)+SUM(Sheet1:Sheet3!A21)", true, "SUM(A:A)+SUM(Sheet1:Sheet3!A21)"),
            ("1.5*A21*100+TRUE", true, "1.5*A24*100+TRUE"),
            ("自评表!A21", false, "自评表!A24"),
            ("'it''s'!A21", true, "'it''s'!A21"),
        ] {
            assert_eq!(shift.formula(formula, own).as_deref().unwrap_or(formula), moved);
        }
        assert_eq!(shift.areas("A1:B20 C21 D20", false), "A1:B23 C24 D20");
        assert_eq!(shift.areas("D20 A:B", true), "D20:D23 A:B");
    }

    #[test]
    fn a_copied_formula_takes_its_references_along() {
        assert_eq!(translate("F20/$E$20*D20+SUM(D20:D21)", 2, 0), "F22/$E$20*D22+SUM(D22:D23)");
        assert_eq!(translate("\"F20\"&$F20&F$20", 1, 1), "\"F20\"&$F21&G$20");
    }

    proptest! {
            #[test]
            fn any_text_is_a_formula_and_stays_where_nothing_is_put(text in "[A-C$1-9:!'\"\\[\\]()甲. ]{0,30}") {
                let rows = rows();
                let shift = Shift { sheet: "甲", rows: &rows };
                let _ = (shift.formula(&text, true), shift.areas(&text, true), translate(&text, 1, 1));
                // Where nothing is put, nothing moves.
                let nothing = Shift { sheet: "甲", rows: &Insertions::default() };
    prop_assert_eq!(nothing.formula(&text, true), None);
            }
        }
}
