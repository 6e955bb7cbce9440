//! The part with the texts of a sheet's notes.

use std::collections::{BTreeMap, HashSet};

use crate::error::Result;
use crate::model::Address;
use crate::write::package::xml::{DECLARATION, Edits, Kind, Tag, damaged, escaped, tags};

/// By whom our notes are.
const AUTHOR: &str = "jixiao";

/// The part of a sheet without notes.
pub(super) fn none(namespace: &str) -> String {
    format!("{DECLARATION}<comments xmlns=\"{namespace}\"><authors/><commentList/></comments>")
}

/// A note of the part on a cell that gets one of ours.
struct Note<'a> {
    at: Address,
    /// The tag of its text.
    text: Option<Tag<'a>>,
    /// The byte before the closing tag of its text.
    end: usize,
    /// The bytes of its text if that is in one piece.
    plain: Option<(usize, usize)>,
    /// The byte after the last of its text's pieces.
    pieces: Option<usize>,
}

/// The part with a note for each cell; one that the cell has already keeps its text, and ours follows.
///
/// # Errors
/// [`crate::Error::Damaged`]
pub(super) fn extend(text: &str, notes: &BTreeMap<Address, String>) -> Result<String> {
    let mut edits = Edits::default();
    let mut root = None;
    let (mut authors, mut list) = (None, None);
    let mut author = Authors::default();
    let mut had = HashSet::new();
    let mut note: Option<Note<'_>> = None;
    let mut section = "";
    let mut plain = 0;
    for tag in tags(text) {
        let tag = tag?;
        match (tag.depth, tag.local()) {
            (0, _) => root = root.or(Some(tag)),
            (1, local) => {
                let of = match local {
                    "authors" => &mut authors,
                    "commentList" => &mut list,
                    _ => continue,
                };
                section = local;
                match (tag.kind, of) {
                    (Kind::Close, Some((_, end))) => *end = tag.start,
                    (_, of) => *of = Some((tag, tag.end())),
                }
            }
            (2, "author") if section == "authors" => author.see(text, &tag),
            (2, "comment") if section == "commentList" => {
                if tag.kind != Kind::Close {
                    let at = tag.attribute("ref").and_then(|at| at.trim().parse().ok());
                    let at = at.filter(|at| notes.contains_key(at) && !had.contains(at));
                    note = at.map(|at| Note { at, text: None, end: tag.end(), plain: None, pieces: None });
                }
                if tag.ends()
                    && let Some(note) = note.take()
                {
                    had.insert(note.at);
                    let prefix = tag.prefix();
                    append(&mut edits, prefix, &note, notes.get(&note.at).map_or("", String::as_str))?;
                }
            }
            (3, "text") => {
                if let Some(note) = &mut note {
                    match tag.kind {
                        Kind::Close => note.end = tag.start,
                        _ => (note.text, note.end) = (Some(tag), tag.end()),
                    }
                }
            }
            (4, local @ ("t" | "r")) => {
                if tag.kind != Kind::Close {
                    plain = tag.start;
                }
                if tag.ends()
                    && let Some(note) = &mut note
                {
                    note.pieces = Some(tag.end());
                    if local == "t" {
                        note.plain = Some((plain, tag.end()));
                    }
                }
            }
            _ => {}
        }
    }
    let parts = root.zip(authors).zip(list).ok_or_else(|| damaged("notes without authors or texts"))?;
    let ((root, (authors, authors_end)), (list, list_end)) = parts;
    let p = root.prefix();
    let number = author.ours.unwrap_or(author.count);
    let added: String = notes
        .iter()
        .filter(|(at, _)| !had.contains(at))
        .map(|(at, text)| {
            let run = run(p, text);
            format!("<{p}comment ref=\"{at}\" authorId=\"{number}\"><{p}text>{run}</{p}text></{p}comment>")
        })
        .collect();
    if !added.is_empty() {
        put_inside(&mut edits, &list, list_end, added);
        if author.ours.is_none() {
            put_inside(&mut edits, &authors, authors_end, format!("<{p}author>{AUTHOR}</{p}author>"));
        }
    }
    Ok(edits.apply(text))
}

/// Who wrote the notes of the part.
#[derive(Default)]
struct Authors {
    count: usize,
    begin: usize,
    /// Our number among them.
    ours: Option<usize>,
}

impl Authors {
    fn see(&mut self, text: &str, tag: &Tag<'_>) {
        if tag.kind == Kind::Open {
            self.begin = tag.end();
        } else {
            let name = if tag.kind == Kind::Close { text[self.begin..tag.start].trim() } else { "" };
            if name == AUTHOR {
                self.ours.get_or_insert(self.count);
            }
            self.count += 1;
        }
    }
}

fn put_inside(edits: &mut Edits, tag: &Tag<'_>, end: usize, content: String) {
    if tag.kind == Kind::Empty {
        let (open, close) = tag.opened();
        edits.replace(tag.range(), open + &content + &close);
    } else {
        edits.insert(end, content);
    }
}

/// Lets our text follow on a note's own.
fn append(edits: &mut Edits, p: &str, note: &Note<'_>, text: &str) -> Result<()> {
    let tag = note.text.ok_or_else(|| damaged("a note without text"))?;
    let Some(pieces) = note.pieces else {
        put_inside(edits, &tag, tag.end(), run(p, text));
        return Ok(());
    };
    // Text in one piece is no neighbour of pieces with looks of their own: it becomes one of them.
    if let Some((start, end)) = note.plain {
        edits.insert(start, format!("<{p}r>"));
        edits.insert(end, format!("</{p}r>"));
    }
    edits.insert(pieces, run(p, &format!("\n\n{text}")));
    Ok(())
}

/// A piece of text that looks as notes do.
fn run(p: &str, text: &str) -> String {
    format!(
        "<{p}r><{p}rPr><{p}sz val=\"9\"/><{p}color indexed=\"81\"/><{p}rFont val=\"宋体\"/><{p}family val=\"3\"/>\
         <{p}charset val=\"134\"/></{p}rPr><{p}t xml:space=\"preserve\">{}</{p}t></{p}r>",
        escaped(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(notes: &[(&str, &str)]) -> BTreeMap<Address, String> {
        notes.iter().map(|(at, text)| (at.parse().unwrap(), (*text).to_owned())).collect()
    }

    /// Without the looks of our pieces.
    fn extended(text: &str, added: &[(&str, &str)]) -> String {
        let text = extend(text, &notes(added)).unwrap();
        let mut bare = String::new();
        for piece in text.split_inclusive("</rPr>") {
            bare.push_str(piece.split_once("<rPr><sz val=\"9\"/>").map_or(piece, |(before, _)| before));
        }
        bare.replace(" xml:space=\"preserve\"", "")
    }

    #[test]
    fn a_first_note_makes_its_list() {
        let text = extended(&none("urn:m"), &[("B2", "甲 < 乙\u{1}"), ("A10", "丙")]);
        assert_eq!(
            text.strip_prefix(DECLARATION).unwrap(),
            "<comments xmlns=\"urn:m\"><authors><author>jixiao</author></authors><commentList>\
             <comment ref=\"B2\" authorId=\"0\"><text><r><t>甲 &lt; 乙</t></r></text></comment>\
             <comment ref=\"A10\" authorId=\"0\"><text><r><t>丙</t></r></text></comment></commentList></comments>"
        );
    }

    #[test]
    fn a_note_keeps_its_text_and_ours_follows() {
        let around = |inner: &str| {
            format!(
                "<comments><authors><author>王</author></authors><commentList>{inner}</commentList></comments>"
            )
        };
        for (before, after) in [
            ("<text><t>旧</t></text>", "<text><r><t>旧</t></r><r><t>\n\n新</t></r></text>"),
            ("<text><r><t>旧</t></r></text>", "<text><r><t>旧</t></r><r><t>\n\n新</t></r></text>"),
            (
                "<text><r><t>旧</t></r><phoneticPr/></text>",
                "<text><r><t>旧</t></r><r><t>\n\n新</t></r><phoneticPr/></text>",
            ),
            ("<text/>", "<text><r><t>新</t></r></text>"),
            ("<text></text>", "<text><r><t>新</t></r></text>"),
        ] {
            let comment = |text: &str| format!("<comment ref=\"B2\" authorId=\"0\">{text}</comment>");
            let other = "<comment ref=\"C3\" authorId=\"0\"><text><t>他</t></text></comment>";
            let text = around(&(comment(before) + other));
            let expected = around(&(comment(after) + other));
            assert_eq!(extended(&text, &[("B2", "新")]), expected);
        }
    }

    #[test]
    fn authors_are_counted_and_ours_is_found_again() {
        let text = "<comments><authors><author/><author>jixiao</author></authors><commentList/></comments>";
        let text = extended(text, &[("A1", "一")]);
        assert!(text.contains("<authors><author/><author>jixiao</author></authors>"), "{text}");
        assert!(text.contains("authorId=\"1\""), "{text}");
    }

    #[test]
    fn prefixes_are_kept_and_what_is_no_list_is_damaged() {
        let text = "<x:comments><x:authors/><x:commentList><x:comment ref='A1'><x:text><x:t/></x:text></x:comment>\
                    </x:commentList></x:comments>";
        let text = extend(text, &notes(&[("A1", "一"), ("A2", "二")])).unwrap();
        assert!(text.contains("<x:r><x:t/></x:r><x:r><x:rPr>"), "{text}");
        assert!(text.contains("<x:comment ref=\"A2\" authorId=\"0\"><x:text><x:r>"), "{text}");
        for text in [
            "",
            "<comments/>",
            "<comments><authors/><commentList><comment ref='A1'/></commentList></comments>",
        ] {
            assert!(extend(text, &notes(&[("A1", "一")])).is_err(), "{text}");
        }
    }
}
