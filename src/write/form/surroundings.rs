//! What lies around a filled sheet and names its cells.

use super::references::{Shift, sheets_named};
use super::sheet::follow_text;
use crate::error::Result;
use crate::layout::fill::Filling;
use crate::write::package::workbook::Workbook;
use crate::write::package::xml::{Edits, Kind, Tag, escaped, set_attribute, tags, unescaped};
use crate::write::package::{Package, Relations};

/// Which parts of a sheet go where its rows go, by the last word of their relations' types.
const OWN: [&str; 5] = ["comments", "threadedComment", "vmlDrawing", "drawing", "table"];

/// Lets everything that names the sheet's cells follow its rows, and has the workbook calculated anew.
///
/// # Errors
/// [`crate::Error::Damaged`]
pub(super) fn follow(
    package: &mut Package<'_>,
    mut book: Workbook,
    sheet: &str,
    filling: &Filling,
    has_formulas: bool,
) -> Result<()> {
    let shift = Shift { sheet: &filling.sheet, rows: &filling.rows };
    let text = package.required(&book.part)?;
    let stale = stale_sheets(package, &book, &text, filling)?;
    let calculated = has_formulas || !stale.is_empty();
    if !filling.rows.is_empty() {
        follow_own(package, sheet, &shift)?;
    }
    let others: Vec<String> =
        package.names().filter(|name| names_cells(name, sheet)).map(str::to_owned).collect();
    for part in others {
        let is_stale = stale.iter().any(|stale| stale.eq_ignore_ascii_case(&part));
        if is_stale || !filling.rows.is_empty() {
            follow_formulas(package, &part, &shift, is_stale)?;
        }
    }
    let changed = workbook(&text, &shift, calculated)?;
    if let Some(changed) = changed {
        package.put(&book.part, changed);
    }
    if calculated {
        for chain in book.relations.remove("calcChain")? {
            package.remove(&chain)?;
        }
        book.relations.save(package);
    }
    Ok(())
}

/// Whether a part may have formulas that name cells of another sheet. `part` is in lower case.
fn names_cells(part: &str, sheet: &str) -> bool {
    part.ends_with(".xml")
        && part != sheet.to_lowercase()
        && ["xl/worksheets/", "xl/charts/", "xl/chartsheets/", "xl/pivotcache/"]
            .iter()
            .any(|folder| part.starts_with(folder))
        && !part.contains("/_rels/")
}

/// The parts of the other sheets whose formulas name cells of the filled sheet, or of a sheet whose formulas do: their
/// results are those of the blank. Office programs that do not calculate what others wrote would show them.
fn stale_sheets(
    package: &mut Package<'_>,
    book: &Workbook,
    text: &str,
    filling: &Filling,
) -> Result<Vec<String>> {
    let mut formulas: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for (name, part) in book.sheets.iter().filter(|(name, _)| **name != filling.sheet) {
        let sheet = package.text(part)?.unwrap_or_default();
        formulas.push((name, part, texts_of(&sheet, "f")?));
    }
    let names = names(text)?;
    let mut stale: Vec<&str> = vec![&filling.sheet];
    loop {
        let is_stale = |formula: &String| {
            let of_sheet = |formula: &str| {
                sheets_named(formula)
                    .iter()
                    .any(|name| stale.iter().any(|stale| name.eq_ignore_ascii_case(stale)))
            };
            of_sheet(formula)
                || names.iter().any(|(name, means)| formula.contains(name.as_str()) && of_sheet(means))
        };
        let next = formulas.iter().find(|(name, _, own)| !stale.contains(name) && own.iter().any(is_stale));
        match next {
            Some((name, _, _)) => stale.push(name),
            None => break,
        }
    }
    let parts = formulas.iter().filter(|(name, _, _)| stale.contains(name));
    Ok(parts.map(|(_, part, _)| (*part).to_owned()).collect())
}

/// The texts of all elements of a name.
fn texts_of(text: &str, local: &str) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut open: Option<Tag<'_>> = None;
    for tag in tags(text) {
        let tag = tag?;
        if let (Some(open), Kind::Close) = (open.take(), tag.kind) {
            texts.push(unescaped(&text[open.end()..tag.start]));
        }
        open = (tag.kind == Kind::Open && tag.local() == local).then_some(tag);
    }
    Ok(texts)
}

/// The workbook's defined names and what they mean.
fn names(text: &str) -> Result<Vec<(String, String)>> {
    let mut names = Vec::new();
    for tag in tags(text) {
        let tag = tag?;
        if tag.begins(2, "definedName") {
            names.extend(tag.attribute("name"));
        }
    }
    Ok(names.into_iter().zip(texts_of(text, "definedName")?).collect())
}

/// The workbook's own part: its names follow, and it asks to be calculated; `None` if nothing changes.
fn workbook(text: &str, shift: &Shift<'_>, calculated: bool) -> Result<Option<String>> {
    let mut edits = Edits::default();
    let (mut open, mut settings, mut behind, mut prefix) = (None, None, None, "");
    for tag in tags(text) {
        let tag = tag?;
        match (tag.depth, tag.local(), tag.kind) {
            (0, _, Kind::Open) => prefix = tag.prefix(),
            (1, "calcPr", Kind::Open | Kind::Empty) => settings = Some(tag),
            (2, "definedName", Kind::Open) => open = Some(tag),
            (2, "definedName", Kind::Close) => {
                if let Some(open) = open.take() {
                    follow_text(&mut edits, shift, text, open, tag);
                }
            }
            _ => {}
        }
        if tag.depth == 1
            && tag.ends()
            && ["sheets", "functionGroups", "externalReferences", "definedNames"].contains(&tag.local())
        {
            behind = Some(tag.end());
        }
    }
    match settings {
        _ if !calculated => {}
        Some(tag) if tag.is_set("fullCalcOnLoad") => {}
        Some(tag) => edits.replace(tag.range(), set_attribute(tag.text, "fullCalcOnLoad", "1")),
        None => {
            if let Some(behind) = behind {
                edits.insert(behind, format!("<{prefix}calcPr fullCalcOnLoad=\"1\"/>"));
            }
        }
    }
    Ok((!edits.is_empty()).then(|| edits.apply(text)))
}

/// The sheet's own notes, drawings and tables.
fn follow_own(package: &mut Package<'_>, sheet: &str, shift: &Shift<'_>) -> Result<()> {
    let relations = Relations::of(package, sheet)?;
    for word in OWN {
        let parts: Vec<String> = relations.all(word).filter_map(|relation| relation.target.clone()).collect();
        for part in parts {
            let Some(text) = package.text(&part)? else { continue };
            let changed = if word == "vmlDrawing" { shapes(&text, shift)? } else { cells_of(&text, shift)? };
            if let Some(changed) = changed {
                package.put(&part, changed);
            }
        }
    }
    Ok(())
}

/// Notes name their cells in attributes, tables their areas, drawings their rows in texts.
fn cells_of(text: &str, shift: &Shift<'_>) -> Result<Option<String>> {
    let mut edits = Edits::default();
    let mut open: Option<Tag<'_>> = None;
    for tag in tags(text) {
        let tag = tag?;
        if tag.kind == Kind::Close {
            if let Some(open) = open.take().filter(|open| matches!(open.local(), "row" | "f")) {
                follow_text(&mut edits, shift, text, open, tag);
            }
            continue;
        }
        if let Some(areas) = tag.attribute("ref") {
            let moved = shift.areas(&areas, false);
            if moved != areas {
                edits.replace(tag.range(), set_attribute(tag.text, "ref", &moved));
            }
        }
        open = (tag.kind == Kind::Open).then_some(tag);
    }
    Ok((!edits.is_empty()).then(|| edits.apply(text)))
}

/// The shapes of notes and controls in VML: the row of the cell, and the rows between which the box lies.
fn shapes(text: &str, shift: &Shift<'_>) -> Result<Option<String>> {
    let mut edits = Edits::default();
    let mut open: Option<Tag<'_>> = None;
    for tag in crate::write::package::xml::loose_tags(text) {
        let tag = tag?;
        if let (Some(open), Kind::Close) = (open.take(), tag.kind) {
            let range = open.end()..tag.start;
            let printed = &text[range.clone()];
            let row = |number: &str| {
                number
                    .trim()
                    .parse()
                    .map_or_else(|_| number.to_owned(), |row| shift.rows.moved(row).to_string())
            };
            let moved = match open.local() {
                "Row" => row(printed),
                "Anchor" => {
                    let rows = printed.split(',').enumerate();
                    rows.map(
                        |(i, number)| {
                            if i % 4 == 2 { format!(" {}", row(number)) } else { number.to_owned() }
                        },
                    )
                    .collect::<Vec<_>>()
                    .join(",")
                }
                _ => continue,
            };
            if moved.split_whitespace().ne(printed.split_whitespace()) {
                edits.replace(range, moved);
            }
        }
        open = (tag.kind == Kind::Open).then_some(tag);
    }
    Ok((!edits.is_empty()).then(|| edits.apply(text)))
}

/// The formulas of another sheet or a chart that name cells of the sheet. The cells of a stale sheet lose the results
/// of their formulas.
fn follow_formulas(package: &mut Package<'_>, part: &str, shift: &Shift<'_>, stale: bool) -> Result<()> {
    let Some(text) = package.text(part)? else { return Ok(()) };
    let mut edits = Edits::default();
    let mut open: Option<Tag<'_>> = None;
    let mut result: Option<Tag<'_>> = None;
    for tag in tags(&text) {
        let tag = tag?;
        match (tag.local(), tag.kind) {
            ("worksheetSource", Kind::Open | Kind::Empty) => {
                let own = tag.attribute("sheet").is_some_and(|name| name == shift.sheet);
                if let (true, Some(areas)) = (own, tag.attribute("ref")) {
                    edits.replace(tag.range(), set_attribute(tag.text, "ref", &shift.areas(&areas, false)));
                }
            }
            ("c", _) => result = None,
            ("f", Kind::Empty) => result = Some(tag).filter(|_| stale),
            ("f" | "formula" | "formula1" | "formula2", Kind::Open) => open = Some(tag),
            ("f" | "formula" | "formula1" | "formula2", Kind::Close) => {
                let Some(open) = open.take() else { continue };
                let range = open.end()..tag.start;
                if let Some(moved) = shift.formula(&unescaped(&text[range.clone()]), false) {
                    edits.replace(range, escaped(&moved));
                }
                result = Some(tag).filter(|_| stale);
            }
            ("v", Kind::Close) => {
                if let Some(formula) = result.take() {
                    edits.replace(formula.end()..tag.end(), String::new());
                }
            }
            _ => {}
        }
    }
    if !edits.is_empty() {
        package.put(part, edits.apply(&text));
    }
    Ok(())
}
