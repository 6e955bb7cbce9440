//! The drawing with the boxes of a sheet's notes, in VML.

use std::collections::{BTreeMap, HashSet};

use super::sizes::Sizes;
use crate::error::Result;
use crate::model::Address;
use crate::write::package::xml::{Edits, Kind, append, loose_tags};

/// The namespaces of VML by their usual prefixes.
const NAMESPACES: [(&str, &str); 3] = [
    ("xmlns:v", "urn:schemas-microsoft-com:vml"),
    ("xmlns:o", "urn:schemas-microsoft-com:office:office"),
    ("xmlns:x", "urn:schemas-microsoft-com:office:excel"),
];
/// The type of shape that all notes have.
const NOTE: &str = "_x0000_t202";
/// What stands before a shape's number in its id.
const SHAPE: &str = "_x0000_s";
/// How many shapes a block of numbers holds.
const BLOCK: u32 = 1024;

/// The height in pixels that office programs give a note's box.
const USUAL_HEIGHT: u32 = 80;

/// How large the text of a note is, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The drawing of a sheet that has none, for so many shapes numbered in this block and those after it.
pub(super) fn none(block: u32, shapes: usize) -> String {
    let more = u32::try_from(shapes).unwrap_or(u32::MAX) / BLOCK;
    let blocks: Vec<String> = (block..=block.saturating_add(more)).map(|block| block.to_string()).collect();
    let blocks = blocks.join(",");
    let declared = declared();
    format!(
        "<xml{declared}><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{blocks}\"/></o:shapelayout></xml>"
    )
}

/// The declarations of the namespaces.
fn declared() -> String {
    NAMESPACES.iter().map(|(name, namespace)| format!(" {name}=\"{namespace}\"")).collect()
}

/// A note's box as the drawing describes it.
#[derive(Default)]
struct Shape {
    row: Option<u32>,
    col: Option<u32>,
    /// The bytes of its corners.
    anchor: Option<(usize, usize)>,
}

/// The drawing with a box for each note; the box of one that the cell has already grows by what its text does.
/// New shapes are numbered from the one after the last, or within `block`.
///
/// # Errors
/// [`crate::Error::Damaged`]
pub(super) fn extend(
    text: &str,
    notes: &BTreeMap<Address, Extent>,
    sizes: &Sizes,
    block: u32,
) -> Result<String> {
    let mut edits = Edits::default();
    let mut had = HashSet::new();
    let mut typed = false;
    let mut root = None;
    let mut last_number = block.saturating_mul(BLOCK);
    let mut shape: Option<Shape> = None;
    let mut content = 0;
    for tag in loose_tags(text) {
        let tag = tag?;
        root = root.or(Some(tag));
        if tag.kind != Kind::Close {
            content = tag.end();
            let id = tag.attribute("id");
            typed |= tag.local() == "shapetype" && id.as_deref() == Some(NOTE);
            for id in id.into_iter().chain(tag.prefixed_attribute("spid")) {
                let number = id.strip_prefix(SHAPE).and_then(|number| number.parse().ok());
                last_number = last_number.max(number.unwrap_or(0));
            }
            if tag.local() == "ClientData" {
                shape = tag.attribute("ObjectType").filter(|kind| kind == "Note").map(|_| Shape::default());
            }
        } else if tag.local() == "ClientData" {
            let Some(shape) = shape.take() else { continue };
            let (Some(row), Some(col)) = (shape.row, shape.col) else { continue };
            let at = Address::new(row, col);
            let Some(extent) = notes.get(&at).filter(|_| had.insert(at)) else { continue };
            match shape.anchor {
                Some((start, end)) => {
                    if let Some(corners) = corners(&text[start..end]) {
                        edits.replace(start..end, listed(sizes.grown(corners, extent.width, extent.height)));
                    }
                }
                // A box that only its style describes.
                None => {
                    let corners = listed(sizes.beside(at, extent.width, USUAL_HEIGHT + extent.height));
                    let p = tag.prefix();
                    edits.insert(tag.start, format!("<{p}Anchor>{corners}</{p}Anchor>"));
                }
            }
        } else if let Some(shape) = &mut shape {
            let number = || text[content..tag.start].trim().parse().ok();
            match tag.local() {
                "Row" => shape.row = number(),
                "Column" => shape.col = number(),
                "Anchor" => shape.anchor = Some((content, tag.start)),
                _ => {}
            }
        }
    }
    let is_declared = |(name, namespace): &(&str, &str)| {
        root.and_then(|root| root.attribute(name)).is_some_and(|said| said == *namespace)
    };
    let declarations = if NAMESPACES.iter().all(is_declared) { String::new() } else { declared() };
    let new: Vec<String> = (last_number.saturating_add(1)..)
        .zip(notes.iter().filter(|(at, _)| !had.contains(at)))
        .map(|(number, (at, extent))| note(number, *at, *extent, sizes, &declarations))
        .collect();
    let text = edits.apply(text);
    if new.is_empty() {
        return Ok(text);
    }
    let kind = if typed { String::new() } else { kind(&declarations) };
    append(&text, |_| kind + &new.concat())
}

/// The corners of a box: column, offset, row and offset of the left upper and of the right lower one.
fn corners(text: &str) -> Option<[u32; 8]> {
    let numbers: Option<Vec<u32>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    numbers?.try_into().ok()
}

fn listed(corners: [u32; 8]) -> String {
    corners.map(|number| number.to_string()).join(", ")
}

fn kind(declarations: &str) -> String {
    format!(
        "<v:shapetype{declarations} id=\"{NOTE}\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">\
         <v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
    )
}

/// A box that is hidden until the pointer is over its cell.
fn note(number: u32, at: Address, extent: Extent, sizes: &Sizes, declarations: &str) -> String {
    let Extent { width, height } = extent;
    let anchor = listed(sizes.beside(at, width, height));
    let Address { row, col } = at;
    // 96 pixels are 72 points.
    let (width, height) = (width * 3 / 4, height * 3 / 4);
    format!(
        "<v:shape{declarations} id=\"{SHAPE}{number}\" type=\"#{NOTE}\" style=\"position:absolute;width:{width}pt;\
         height:{height}pt;z-index:1;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
         <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\">\
         </div></v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
         <x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{col}</x:Column>\
         </x:ClientData></v:shape>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(notes: &[&str]) -> BTreeMap<Address, Extent> {
        notes.iter().map(|at| (at.parse().unwrap(), Extent { width: 100, height: 60 })).collect()
    }

    fn extended(text: &str, at: &[&str]) -> String {
        extend(text, &notes(at), &Sizes::default(), 3).unwrap()
    }

    #[test]
    fn a_new_drawing_has_a_box_for_each_note() {
        let text = extended(&none(3, 2), &["B5", "C9"]);
        assert!(super::super::xml::tags(&text).all(|tag| tag.is_ok()), "{text}");
        assert_eq!(text.matches("<v:shapetype").count(), 1);
        for part in [
            "data=\"3\"",
            "id=\"_x0000_s3073\"",
            "id=\"_x0000_s3074\"",
            "<x:Row>4</x:Row><x:Column>1</x:Column>",
            "<x:Anchor>2, 15, 3, 5, 3, 51, 6, 5</x:Anchor>",
            "visibility:hidden",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(none(3, 2100).contains("data=\"3,4,5\""));
    }

    #[test]
    fn a_box_without_corners_gets_some() {
        let before = "<xml><shape><c:ClientData ObjectType=\"Note\"><c:Row>4</c:Row><c:Column>1</c:Column></c:ClientData></shape></xml>";
        let after = before
            .replace("</c:ClientData>", "<c:Anchor>2, 15, 3, 5, 3, 51, 10, 5</c:Anchor></c:ClientData>");
        assert_eq!(extended(before, &["B5"]), after);
    }

    #[test]
    fn what_a_drawing_has_stays_and_its_note_grows() {
        let before = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\"><v:shapetype id=\"_x0000_t202\"/>\
                      <v:shape id=\"甲\" o:spid=\"_x0000_s1030\"><br><x:ClientData ObjectType=\"Note\"><x:Anchor>\n 2, 15, 3, 5, 3, 51, 6, 5</x:Anchor>\
                      <x:Row>4</x:Row><x:Column>1</x:Column></x:ClientData></v:shape>\
                      <v:shape id=\"_x0000_s1029\"><x:ClientData ObjectType=\"Button\"><x:Row>8</x:Row><x:Column>2</x:Column>\
                      </x:ClientData></v:shape></xml>";
        let text = extend(before, &notes(&["B5", "C9"]), &Sizes::default(), 0).unwrap();
        let kept = before.replace("\n 2, 15, 3, 5, 3, 51, 6, 5", "2, 15, 3, 5, 3, 51, 9, 5");
        let (new, rest) = (kept.strip_suffix("</xml>").unwrap(), "</x:ClientData></v:shape></xml>");
        assert!(text.starts_with(new) && text.ends_with(rest), "{text}");
        assert_eq!(text.matches("<v:shape ").count(), 3);
        assert_eq!(text.matches("<v:shapetype").count(), 1);
        assert!(text.contains("id=\"_x0000_s1031\""), "{text}");
    }
}
