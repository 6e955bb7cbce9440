//! Several filled forms in one workbook: one a sheet, or one below another.

use std::collections::HashSet;

use super::formats::Formats;
use super::sheet;
use super::{Opened, open};
use crate::error::{Error, Result};
use crate::layout::fill::Filling;
use crate::model::Insertions;
use crate::write::package::xml::{
    Edits, Kind, Tag, escaped, set_attribute, tags, unescaped, without_elements,
};

const SHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
/// A sheet's name is no longer.
const MAX_NAME: usize = 31;
/// What a copy of a sheet does not take along: it lies in parts of its own, of which each belongs to one sheet.
const OWN_PARTS: [&str; 6] =
    ["drawing", "legacyDrawing", "legacyDrawingHF", "tableParts", "oleObjects", "controls"];

/// Fills a form for each filling, each on a sheet of its own with a name of its own. Notes, drawings and tables stay with
/// the first.
///
/// # Errors
/// Those of [`super::fill`]; [`Error::Write`] if there is nothing to fill.
pub fn sheets(workbook: &[u8], fillings: &[(String, Filling)]) -> Result<Vec<u8>> {
    let Some(((_, first), others)) = fillings.split_first() else { return Err(nothing()) };
    let filled = super::fill(workbook, first)?;
    let Opened { text: blank, formats, .. } = open(workbook, &first.sheet)?;
    let blank = without_own_parts(&blank)?;
    let Opened { mut package, mut book, part, .. } = open(&filled, &first.sheet)?;
    let place = book.sheets.get_index_of(&first.sheet).unwrap_or(0);
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut names = Names(
        book.sheets.keys().filter(|name| **name != first.sheet).map(|name| name.to_lowercase()).collect(),
    );
    let mut all = vec![(names.give(&fillings[0].0), None)];
    for (name, filling) in others {
        let made = sheet::rewrite(&blank, filling, &formats)?;
        let number = package.fresh_number(&format!("{folder}/sheet"), ".xml");
        let copy = format!("{folder}/sheet{number}.xml");
        package.put(&copy, made.text);
        package.declare(&copy, SHEET_TYPE)?;
        let id = book.relations.add(&book.namespace, "worksheet", &copy)?;
        all.push((names.give(name), Some(id)));
    }
    let text = package.required(&book.part)?;
    let text = with_sheets(&text, &first.sheet, place, &all, &book.namespace)?;
    package.put(&book.part, text);
    book.relations.save(&mut package);
    package.finish()
}

/// Fills a form for each filling, one below another on the form's sheet, each on a page of its own.
///
/// # Errors
/// Those of [`super::fill`]; [`Error::Write`] if there is nothing to fill.
pub fn stacked(workbook: &[u8], fillings: &[Filling]) -> Result<Vec<u8>> {
    let Some((first, others)) = fillings.split_first() else { return Err(nothing()) };
    let filled = super::fill(workbook, first)?;
    let Opened { text: blank, formats, .. } = open(workbook, &first.sheet)?;
    let blank = without_own_parts(&blank)?;
    let Opened { mut package, book, part, text, .. } = open(&filled, &first.sheet)?;
    let mut stack = Stack::of(&text)?;
    for filling in others {
        let own = sheet::rewrite(&blank, filling, &formats)?.text;
        // An empty row stands between two forms.
        let lower = Filling {
            sheet: filling.sheet.clone(),
            rows: Insertions::above(stack.rows + 1),
            ..Filling::default()
        };
        stack.add(&Stack::of(&sheet::rewrite(&own, &lower, &Formats::default())?.text)?);
    }
    package.put(&part, stack.finish(&text)?);
    // The area to print was that of one form.
    let names = package.required(&book.part)?;
    let place = book.sheets.get_index_of(&first.sheet);
    let of_sheet = |tag: &Tag<'_>| {
        tag.attribute("name").is_some_and(|name| name == "_xlnm.Print_Area")
            && tag.number::<usize>("localSheetId").is_none_or(|at| place == Some(at))
    };
    if let Some(text) = without_elements(&names, 2, "definedName", of_sheet)? {
        // A list that is empty now goes, too.
        let emptied = without_elements(&text, 1, "definedNames", |_| true)?;
        package.put(&book.part, emptied.unwrap_or(text));
    }
    package.finish()
}

fn nothing() -> Error {
    Error::Write { what: "空白表", cause: t!("fill.nothing").into_owned() }
}

/// A sheet's part without what belongs to one sheet alone.
fn without_own_parts(text: &str) -> Result<String> {
    let mut edits = Edits::default();
    let mut start = None;
    for tag in tags(text) {
        let tag = tag?;
        if tag.depth != 1 {
            continue;
        }
        if OWN_PARTS.contains(&tag.local()) {
            match tag.kind {
                Kind::Open => start = Some(tag.start),
                Kind::Empty => edits.replace(tag.range(), String::new()),
                Kind::Close => edits.replace(start.take().unwrap_or(tag.start)..tag.end(), String::new()),
            }
        } else if tag.local() == "pageSetup" && tag.kind != Kind::Close {
            // The settings of one printer are a part, too.
            edits.replace(tag.range(), without_relation(tag.text));
        }
    }
    Ok(edits.apply(text))
}

/// A tag without the id of a relation.
fn without_relation(tag: &str) -> String {
    let Some(at) = tag.find(":id=") else { return tag.to_owned() };
    let start = tag[..at].rfind(char::is_whitespace).unwrap_or(at);
    let value = &tag[at + 4..];
    let end = value[1..].find(['"', '\'']).map_or(value.len(), |end| end + 2);
    format!("{}{}", &tag[..start], &value[end..])
}

/// Names of sheets, each once.
struct Names(HashSet<String>);

impl Names {
    fn give(&mut self, text: &str) -> String {
        let plain: String = text.chars().filter(|c| !"[]:*?/\\".contains(*c) && !c.is_control()).collect();
        let plain = plain.trim_matches(|c: char| c == '\'' || c.is_whitespace());
        let base: String =
            if plain.is_empty() { "未命名项目" } else { plain }.chars().take(MAX_NAME).collect();
        let mut name = base.clone();
        let mut count = 1;
        while !self.0.insert(name.to_lowercase()) {
            count += 1;
            let ending = format!("（{count}）");
            let room = MAX_NAME - ending.chars().count();
            name = base.chars().take(room).collect::<String>() + &ending;
        }
        name
    }
}

/// The workbook's part with the sheets in a row where the form's stood, the first under a new name.
fn with_sheets(
    text: &str,
    sheet: &str,
    place: usize,
    all: &[(String, Option<String>)],
    relations: &str,
) -> Result<String> {
    let mut edits = Edits::default();
    let mut ids = Vec::new();
    let (mut own, mut root) = (None, None);
    let mut names: Vec<(Tag<'_>, Option<Tag<'_>>)> = Vec::new();
    for tag in tags(text) {
        let tag = tag?;
        match (tag.depth, tag.local(), tag.kind) {
            (0, _, Kind::Open) => root = Some(tag),
            (2, "sheet", Kind::Open | Kind::Empty) => {
                ids.extend(tag.number::<u32>("sheetId"));
                if tag.attribute("name").as_deref() == Some(sheet) {
                    own = Some(tag);
                }
            }
            (2, "definedName", Kind::Open) => names.push((tag, None)),
            (2, "definedName", Kind::Close) => {
                if let Some((_, close)) = names.last_mut() {
                    *close = Some(tag);
                }
            }
            _ => {}
        }
    }
    let (Some(own), Some(root)) = (own, root) else { return Ok(text.to_owned()) };
    let prefix = root.prefix();
    let r = root.prefix_of(relations).unwrap_or_else(|| "r:".to_owned());
    let mut made = set_attribute(own.text, "name", &escaped(&all[0].0));
    let mut id = ids.into_iter().max().unwrap_or(0);
    for (name, relation) in &all[1..] {
        id += 1;
        let relation = relation.as_deref().unwrap_or_default();
        made += &format!("<{prefix}sheet name=\"{}\" sheetId=\"{id}\" {r}id=\"{relation}\"/>", escaped(name));
    }
    edits.replace(own.range(), made);
    let quoted = |name: &str| format!("'{}'", name.replace('\'', "''"));
    for (tag, close) in names {
        let Some(close) = close else { continue };
        let local = tag.number::<usize>("localSheetId");
        let means = unescaped(&text[tag.end()..close.start]);
        let renamed = |name: &str| {
            means
                .replace(&format!("{}!", quoted(sheet)), &format!("{}!", quoted(name)))
                .replace(&format!("{sheet}!"), &format!("{}!", quoted(name)))
        };
        // Names of the sheets behind count on; those of the form's own sheet are each copy's.
        let moved = local.map(|at| if at > place { at + all.len() - 1 } else { at });
        let with = |at: Option<usize>| {
            at.map_or_else(
                || tag.text.to_owned(),
                |at| set_attribute(tag.text, "localSheetId", &at.to_string()),
            )
        };
        let mut text = format!("{}{}</{prefix}definedName>", with(moved), escaped(&renamed(&all[0].0)));
        if local == Some(place) {
            for (i, (name, _)) in all.iter().enumerate().skip(1) {
                text +=
                    &format!("{}{}</{prefix}definedName>", with(Some(place + i)), escaped(&renamed(name)));
            }
        }
        edits.replace(tag.start..close.end(), text);
    }
    Ok(edits.apply(text))
}

/// The parts of a sheet that forms one below another add to.
struct Stack {
    /// The last row, counted from 1.
    rows: u32,
    data: String,
    merges: Vec<String>,
    formats: Vec<String>,
    validations: Vec<String>,
    breaks: Vec<u32>,
}

impl Stack {
    fn of(text: &str) -> Result<Self> {
        let mut stack = Self {
            rows: 0,
            data: String::new(),
            merges: Vec::new(),
            formats: Vec::new(),
            validations: Vec::new(),
            breaks: Vec::new(),
        };
        let mut start = 0;
        for tag in tags(text) {
            let tag = tag?;
            let place = (tag.depth, tag.local());
            if tag.kind != Kind::Close
                && matches!(place, (1, "sheetData" | "conditionalFormatting") | (2, "dataValidation"))
            {
                start = tag.start;
            }
            match place {
                (1, "sheetData") if tag.kind == Kind::Open => start = tag.end(),
                (1, "sheetData") if tag.kind == Kind::Close => {
                    text[start..tag.start].clone_into(&mut stack.data);
                }
                (2, "row") => stack.rows = stack.rows.max(tag.number("r").unwrap_or(0)),
                (2, "mergeCell") if tag.kind != Kind::Close => stack.merges.extend(tag.attribute("ref")),
                (1, "conditionalFormatting") if tag.ends() => {
                    stack.formats.push(text[start..tag.end()].to_owned());
                }
                (2, "dataValidation") if tag.ends() => {
                    stack.validations.push(text[start..tag.end()].to_owned());
                }
                _ => {}
            }
        }
        Ok(stack)
    }

    fn add(&mut self, other: &Self) {
        self.breaks.push(self.rows);
        self.rows = other.rows;
        self.data.push_str(&other.data);
        self.merges.extend_from_slice(&other.merges);
        self.formats.extend_from_slice(&other.formats);
        self.validations.extend_from_slice(&other.validations);
    }

    /// The sheet with all of it.
    fn finish(&self, text: &str) -> Result<String> {
        let mut edits = Edits::default();
        let (mut data, mut prefix) = (0, "");
        let mut has = HashSet::new();
        let mut begun = 0;
        let merges = |prefix: &str| {
            let cells: String =
                self.merges.iter().map(|area| format!("<{prefix}mergeCell ref=\"{area}\"/>")).collect();
            format!("<{prefix}mergeCells count=\"{}\">{cells}</{prefix}mergeCells>", self.merges.len())
        };
        for tag in tags(text) {
            let tag = tag?;
            if tag.depth == 0 {
                prefix = tag.prefix();
            }
            if tag.depth != 1 {
                continue;
            }
            if tag.kind != Kind::Close {
                begun = tag.start;
            }
            match tag.local() {
                "dimension" => edits.replace(begun..tag.end(), String::new()),
                "sheetData" if tag.kind == Kind::Open => data = tag.end(),
                "sheetData" if tag.kind == Kind::Close => edits.replace(data..tag.start, self.data.clone()),
                "mergeCells" if tag.ends() => edits.replace(begun..tag.end(), merges(prefix)),
                "conditionalFormatting" if tag.ends() => {
                    let all = if has.insert("formats") { self.formats.concat() } else { String::new() };
                    edits.replace(begun..tag.end(), all);
                }
                "dataValidations" if tag.ends() => {
                    let all = self.validations.concat();
                    let count = self.validations.len();
                    edits.replace(
                        begun..tag.end(),
                        format!("<{prefix}dataValidations count=\"{count}\">{all}</{prefix}dataValidations>"),
                    );
                }
                "rowBreaks" => edits.replace(begun..tag.end(), String::new()),
                _ => {}
            }
        }
        with_breaks(&edits.apply(text), &self.breaks)
    }
}

/// The elements before which page breaks stand, of those that the schema puts there.
const BEHIND_BREAKS: [&str; 16] = [
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    "AlternateContent",
];

fn with_breaks(text: &str, breaks: &[u32]) -> Result<String> {
    if breaks.is_empty() {
        return Ok(text.to_owned());
    }
    let (mut root, mut before) = (None, None);
    for tag in tags(text) {
        let tag = tag?;
        root = root.or(Some(tag));
        let ends = tag.depth == 0 && tag.kind == Kind::Close;
        if before.is_none() && (ends || tag.depth == 1 && BEHIND_BREAKS.contains(&tag.local())) {
            before = Some(tag.start);
        }
    }
    let prefix = root.map_or("", |root| root.prefix());
    let all: String =
        breaks.iter().map(|row| format!("<{prefix}brk id=\"{row}\" max=\"16383\" man=\"1\"/>")).collect();
    let count = breaks.len();
    let mut edits = Edits::default();
    edits.insert(
        before.unwrap_or(text.len()),
        format!(
            "<{prefix}rowBreaks count=\"{count}\" manualBreakCount=\"{count}\">{all}</{prefix}rowBreaks>"
        ),
    );
    Ok(edits.apply(text))
}
