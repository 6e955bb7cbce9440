//! A sheet's part with other contents.

use super::cells::Rows;
use super::formats::Formats;
use super::heights::Widths;
use super::references::Shift;
use crate::error::Result;
use crate::layout::fill::Filling;
use crate::model::{Address, Area};
use crate::write::package::xml::{Edits, Kind, Tag, damaged, escaped, set_attribute, tags, unescaped};

/// The elements behind which merged areas stand, of those that the schema puts there.
const BEFORE_MERGES: [&str; 9] = [
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
];

/// A sheet's part as it is to be.
pub(super) struct Sheet {
    pub(super) text: String,
    /// Whether any of its cells has a formula.
    pub(super) has_formulas: bool,
}

/// Where the merged areas stand.
#[derive(Default)]
struct Merges<'a> {
    tag: Option<Tag<'a>>,
    /// The byte after them, or where they are to be.
    end: usize,
    areas: Vec<Area>,
}

/// # Errors
/// [`crate::Error::Damaged`]
pub(super) fn rewrite(text: &str, filling: &Filling, formats: &Formats) -> Result<Sheet> {
    let shift = Shift { sheet: &filling.sheet, rows: &filling.rows };
    let mut edits = Edits::default();
    let (mut rows, mut merges) = (Rows::default(), Merges::default());
    let mut data: Option<(Tag<'_>, usize)> = None;
    let mut widths = Widths::default();
    let (mut inside, mut root) = (false, None);
    let mut open: Option<Tag<'_>> = None;
    for tag in tags(text) {
        let tag = tag?;
        if tag.depth == 0 {
            root = root.or(Some(tag));
        }
        widths.see(&tag);
        match (tag.depth, tag.local(), tag.kind) {
            (1, "sheetData", Kind::Close) => {
                inside = false;
                data = data.map(|(tag, _)| tag).map(|open| (open, tag.end()));
            }
            (1, "sheetData", kind) => {
                inside = kind == Kind::Open;
                data = Some((tag, tag.end()));
            }
            (1, "mergeCells", Kind::Close) => merges.end = tag.end(),
            (1, "mergeCells", _) => {
                merges.tag = Some(tag);
                merges.end = tag.end();
            }
            (2, "mergeCell", Kind::Open | Kind::Empty) => {
                merges.areas.extend(tag.attribute("ref").and_then(|area| area_of(&area)));
            }
            _ if inside => rows.see(tag, text),
            _ if !filling.rows.is_empty() => {
                if tag.kind == Kind::Close {
                    if let Some(open) = open.take().filter(|open| open.end() <= tag.start) {
                        follow_text(&mut edits, &shift, text, open, tag);
                    }
                } else {
                    follow_attributes(&mut edits, &shift, &tag, true);
                    open = (tag.kind == Kind::Open).then_some(tag);
                }
            }
            _ => {}
        }
        if tag.depth == 1 && tag.ends() && merges.tag.is_none() && BEFORE_MERGES.contains(&tag.local()) {
            merges.end = tag.end();
        }
    }
    let (data, end) = data.ok_or_else(|| damaged("a sheet without rows"))?;
    let prefix = root.map_or("", |root: Tag<'_>| root.prefix());
    let (open, close) = match data.kind {
        Kind::Empty => data.opened(),
        _ => (data.text.to_owned(), format!("</{prefix}sheetData>")),
    };
    let heights = widths.heights(filling, &merges.moved(filling));
    let written = rows.rewrite(text, filling, formats, &heights, prefix)?;
    edits.replace(data.start..end, open + &written + &close);
    merges.write(&mut edits, filling, prefix);
    Ok(Sheet { text: edits.apply(text), has_formulas: rows.have_formulas() })
}

/// Which attributes name cells, by the elements that have them.
fn follow_attributes(edits: &mut Edits, shift: &Shift<'_>, tag: &Tag<'_>, own: bool) {
    let mut changed = tag.text.to_owned();
    let grows =
        matches!(tag.local(), "conditionalFormatting" | "dataValidation" | "protectedRange" | "ignoredError");
    for name in ["ref", "sqref", "activeCell", "topLeftCell"] {
        if let Some(areas) = tag.attribute(name).filter(|_| own) {
            let moved = shift.areas(&areas, grows);
            if moved != areas {
                changed = set_attribute(&changed, name, &moved);
            }
        }
    }
    // A page breaks below the row of this number.
    if let (true, "brk", Some(row)) =
        (own, tag.local(), tag.number::<u32>("id").and_then(|row| row.checked_sub(1)))
    {
        changed = set_attribute(&changed, "id", &(shift.rows.moved(row) + 1).to_string());
    }
    if let ("cfvo", Some(formula)) = (tag.local(), tag.attribute("val"))
        && let Some(moved) = shift.formula(&formula, own)
    {
        changed = set_attribute(&changed, "val", &escaped(&moved));
    }
    if changed != tag.text {
        edits.replace(tag.range(), changed);
    }
}

/// Which texts name cells: formulas, the areas of what extends the format, rows of drawings that lie in the part.
pub(super) fn follow_text(edits: &mut Edits, shift: &Shift<'_>, text: &str, open: Tag<'_>, close: Tag<'_>) {
    let range = open.end()..close.start;
    let printed = unescaped(&text[range.clone()]);
    let moved = match open.local() {
        "f" | "formula" | "formula1" | "formula2" | "definedName" => {
            shift.formula(&printed, open.local() != "definedName")
        }
        "sqref" => Some(shift.areas(&printed, true)),
        "row" => printed.trim().parse().ok().map(|row| shift.rows.moved(row).to_string()),
        _ => None,
    };
    if let Some(moved) = moved.filter(|moved| *moved != printed) {
        edits.replace(range, escaped(&moved));
    }
}

fn area_of(text: &str) -> Option<Area> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    Some(Area::new(first.trim().parse().ok()?, last.trim().parse().ok()?))
}

impl Merges<'_> {
    /// The areas as they are to be: moved, with those of one row repeated in the rows that are put below it.
    fn moved(&self, filling: &Filling) -> Vec<Area> {
        let rows = &filling.rows;
        let mut areas = Vec::new();
        for area in &self.areas {
            let (first, last) = (area.first, area.last);
            let at = |row: u32| Area::new(Address::new(row, first.col), Address::new(row, last.col));
            let top = rows.moved(first.row);
            if first.row == last.row {
                areas.extend((0..=rows.below(first.row)).map(|nth| at(top + nth)));
            } else {
                areas.push(Area::new(at(top).first, at(rows.moved(last.row)).last));
            }
        }
        let overlaps = |one: &Area, other: &Area| {
            one.shares_columns(other) && one.first.row <= other.last.row && other.first.row <= one.last.row
        };
        areas.retain(|area| !filling.merges.iter().any(|own| overlaps(area, own)));
        let mut own: Vec<Area> = Vec::new();
        for area in filling.merges.iter().rev().filter(|area| area.first != area.last) {
            if !own.iter().any(|other| overlaps(area, other)) {
                own.push(*area);
            }
        }
        areas.extend(own.into_iter().rev());
        areas
    }

    fn write(&self, edits: &mut Edits, filling: &Filling, prefix: &str) {
        let areas = self.moved(filling);
        if areas == self.areas {
            return;
        }
        let mut text = format!("<{prefix}mergeCells count=\"{}\">", areas.len());
        for area in &areas {
            text += &format!("<{prefix}mergeCell ref=\"{area}\"/>");
        }
        text += &format!("</{prefix}mergeCells>");
        match &self.tag {
            Some(tag) => edits.replace(tag.start..self.end, text),
            None => edits.insert(self.end, text),
        }
    }
}
