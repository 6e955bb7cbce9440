//! The notes of a sheet and the shapes in which they are shown.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::Note;
use super::edits::{Edits, TagKind, damaged, each_tag, escaped};
use super::package::Package;
use crate::error::Result;
use crate::model::Address;

/// Who wrote the notes.
const AUTHOR: &str = "jixiao";
/// The first number of a shape in a drawing.
const FIRST_SHAPE: usize = 1025;

/// Adds notes to a sheet. Gives the relation to the shapes if the sheet has none yet.
pub(super) fn add(
    package: &mut Package<'_>,
    sheet: &str,
    notes: &BTreeMap<Address, Note>,
) -> Result<Option<String>> {
    let existing = package.related(sheet, "comments")?;
    let part = match &existing {
        Some(part) => part.clone(),
        None => package.free_name("xl/comments", ".xml"),
    };
    let text = match &existing {
        Some(part) => package.text(part)?,
        None => {
            package.relate(sheet, "comments", &part)?;
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
            let line = format!(r#"<Override PartName="/{part}" ContentType="{kind}"/>"#);
            package.declare(&line, &format!("\"/{part}\""))?;
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
                r#"<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
                "<authors></authors><commentList></commentList></comments>"
            )
            .to_owned()
        }
    };
    let (text, new) = with_notes(&text, notes)?;
    package.replace(&part, text);
    shapes(package, sheet, notes, &new)
}

/// The notes' part with ours in it, and the cells that had no note before.
fn with_notes(text: &str, notes: &BTreeMap<Address, Note>) -> Result<(String, Vec<Address>)> {
    let mut edits = Edits::default();
    let mut authors = 0usize;
    let mut left: BTreeMap<Address, &Note> = notes.iter().map(|(cell, note)| (*cell, note)).collect();
    let mut at: Option<&Note> = None;
    let mut listed = false;
    each_tag(text, |tag| {
        let p = tag.prefix();
        match (tag.local(), tag.kind) {
            ("author", TagKind::Start | TagKind::Empty) => authors += 1,
            ("authors", TagKind::End) => {
                edits.insert(tag.range.start, format!("<{p}author>{AUTHOR}</{p}author>"));
            }
            ("authors", TagKind::Empty) => {
                let author = format!("<{p}authors><{p}author>{AUTHOR}</{p}author></{p}authors>");
                edits.replace(tag.range.clone(), author);
            }
            ("comment", TagKind::Start) => {
                let cell = tag.attribute("ref").and_then(|(cell, _)| cell.parse().ok());
                at = cell.and_then(|cell: Address| left.remove(&cell));
            }
            // A note that a person wrote stays, and ours follows it.
            ("text", TagKind::End) => {
                if let Some(note) = at.take() {
                    edits.insert(tag.range.start, run(p, &format!("\n\n{}", note.text)));
                }
            }
            ("commentList", TagKind::End) => {
                edits.insert(tag.range.start, list(p, &left, authors));
                listed = true;
            }
            ("commentList", TagKind::Empty) => {
                let list = list(p, &left, authors);
                edits.replace(tag.range.clone(), format!("<{p}commentList>{list}</{p}commentList>"));
                listed = true;
            }
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    if !listed {
        return Err(damaged("no list of notes"));
    }
    let new = left.keys().copied().collect();
    Ok((edits.apply(text), new))
}

fn list(prefix: &str, notes: &BTreeMap<Address, &Note>, author: usize) -> String {
    let p = prefix;
    let one = |(cell, note): (&Address, &&Note)| {
        let run = run(p, &note.text);
        format!(r#"<{p}comment ref="{cell}" authorId="{author}"><{p}text>{run}</{p}text></{p}comment>"#)
    };
    notes.iter().map(one).collect()
}

fn run(prefix: &str, text: &str) -> String {
    let p = prefix;
    let font = format!(r#"<{p}rPr><{p}sz val="9"/><{p}rFont val="宋体"/><{p}charset val="134"/></{p}rPr>"#);
    format!(r#"<{p}r>{font}<{p}t xml:space="preserve">{}</{p}t></{p}r>"#, escaped(text))
}

/// Adds the shapes of new notes, to the drawing that the sheet has or to one of our own.
fn shapes(
    package: &mut Package<'_>,
    sheet: &str,
    notes: &BTreeMap<Address, Note>,
    new: &[Address],
) -> Result<Option<String>> {
    let existing = package.related(sheet, "vmlDrawing")?;
    if let Some(part) = existing {
        if !new.is_empty() {
            let text = package.text(&part)?;
            let text = with_shapes(&text, notes, new)?;
            package.replace(&part, text);
        }
        // A drawing that nothing links to is only there for headers and footers.
        let id = package.relation_id(sheet, &part)?;
        let linked = linked(&package.text(sheet)?)?;
        return Ok(if linked { None } else { id });
    }
    let part = package.free_name("xl/drawings/vmlDrawing", ".vml");
    let blocks = new.len() / 1024 + 1;
    let data: Vec<String> = (1..=blocks).map(|block| block.to_string()).collect();
    let text = format!(
        concat!(
            r#"<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" "#,
            r#"xmlns:x="urn:schemas-microsoft-com:office:excel">"#,
            r#"<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{}"/></o:shapelayout>"#,
            r#"<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">"#,
            r#"<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"#
        ),
        data.join(",")
    );
    let text = with_shapes(&text, notes, new)?;
    package.replace(&part, text);
    let kind = "application/vnd.openxmlformats-officedocument.vmlDrawing";
    package.declare(&format!(r#"<Default Extension="vml" ContentType="{kind}"/>"#), "Extension=\"vml\"")?;
    Ok(Some(package.relate(sheet, "vmlDrawing", &part)?))
}

/// Whether a sheet has a link to the shapes of notes.
fn linked(sheet: &str) -> Result<bool> {
    let mut linked = false;
    each_tag(sheet, |tag| {
        linked |= tag.local() == "legacyDrawing";
        ControlFlow::Continue(())
    })?;
    Ok(linked)
}

/// A drawing with the shapes of new notes at its end.
fn with_shapes(text: &str, notes: &BTreeMap<Address, Note>, new: &[Address]) -> Result<String> {
    let mut first = FIRST_SHAPE;
    let mut end = None;
    each_tag(text, |tag| {
        let number =
            tag.attribute("id").and_then(|(id, _)| id.strip_prefix("_x0000_s")?.parse::<usize>().ok());
        if let ("shape", Some(number)) = (tag.local(), number) {
            first = first.max(number + 1);
        }
        if tag.local() == "xml" && tag.kind == TagKind::End {
            end = Some(tag.range.start);
        }
        ControlFlow::Continue(())
    })?;
    let end = end.ok_or_else(|| damaged("no drawing"))?;
    let mut edits = Edits::default();
    for (number, cell) in (first..).zip(new) {
        let note = notes.get(cell).map_or("", |note| note.text.as_str());
        edits.insert(end, shape(number, *cell, note));
    }
    Ok(edits.apply(text))
}

/// How many characters a line of a note holds, and how many rows of a sheet a line takes.
const CHARACTERS: usize = 22;

fn shape(number: usize, cell: Address, text: &str) -> String {
    let lines: usize = text.lines().map(|line| line.chars().count() / CHARACTERS + 1).sum();
    let rows = u32::try_from(lines).unwrap_or(20).clamp(4, 24);
    let Address { row, col } = cell;
    let (left, top) = (col.saturating_add(1), row.saturating_sub(1));
    let (right, bottom) = (left.saturating_add(4), top.saturating_add(rows));
    // Only positioned when hovered; the size in points counts where rows are high.
    let height = rows * 13;
    format!(
        concat!(
            r##"<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;"##,
            r##"margin-top:2pt;width:240pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" "##,
            r##"o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>"##,
            r##"<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left">"##,
            r##"</div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>"##,
            r##"<x:Anchor>{left}, 15, {top}, 4, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"##,
            r##"<x:Row>{row}</x:Row><x:Column>{col}</x:Column></x:ClientData></v:shape>"##
        ),
        number = number,
        height = height,
        left = left,
        top = top,
        right = right,
        bottom = bottom,
        row = row,
        col = col
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn notes_of_others_stay_and_ours_follow() {
        let text = concat!(
            r#"<comments><authors><author>甲</author></authors><commentList>"#,
            r#"<comment ref="B2" authorId="0"><text><t>原有</t></text></comment></commentList></comments>"#
        );
        let note = |text: &str| Note { level: Level::Note, text: text.to_owned() };
        let notes =
            BTreeMap::from([("B2".parse().unwrap(), note("一<二")), ("C3".parse().unwrap(), note("三"))]);
        let (text, new) = with_notes(text, &notes).unwrap();
        assert_eq!(new, ["C3".parse().unwrap()]);
        assert!(text.contains("<t>原有</t><r>") && text.contains("\n\n一&lt;二</t>"), "{text}");
        assert!(text.contains(r#"<comment ref="C3" authorId="1">"#), "{text}");
        assert!(text.contains("<author>甲</author><author>jixiao</author>"), "{text}");
    }
}
