//! Tags that Word has split over runs, each put into a run of its own.

use std::ops::Range;
use std::sync::LazyLock;

use quick_xml::escape::unescape;
use regex::Regex;

use super::tag::Tag;
use crate::error::Result;
use crate::write::package::xml::{self, Edits, Kind, escaped, set_attribute};

/// Braces and marks of both widths: an input method for Chinese types the wide ones.
static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"[{｛]{2}\s*(?P<mark>[#＃^＾/／]?)\s*(?P<name>[^{}｛｝|｜]{1,40}?)\s*(?:[|｜]\s*(?P<filter>[^{}｛｝|｜]{1,20}?)\s*)?[}｝]{2}",
    )
    .ok()
});

/// The words of a `w:t`.
struct Piece<'a> {
    /// Its first byte among the paragraph's words.
    start: usize,
    /// The bytes of the part that each of its characters takes, and the length of the character.
    characters: Vec<(Range<usize>, usize)>,
    /// The `w:t` that opens it.
    opening: xml::Tag<'a>,
    /// The formatting of its run, as it stands in the part.
    formatting: &'a str,
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph<'a> {
    text: String,
    pieces: Vec<Piece<'a>>,
}

/// What is wrong in a paragraph, by its number in the part, 1-based, and its words.
pub(super) struct Misplaced {
    pub(super) paragraph: usize,
    pub(super) text: String,
    pub(super) cause: String,
}

/// The part with every tag in a run of its own, in its plain form; `None` if it has none.
pub(super) fn isolate(part: &str) -> Result<std::result::Result<Option<String>, Misplaced>> {
    let mut edits = Edits::default();
    let mut any = false;
    let mut open: Vec<(usize, Paragraph<'_>)> = Vec::new();
    let mut count = 0;
    // The run's formatting, and where it begins while it is read; runs stand in runs where text boxes do.
    let mut runs: Vec<(&str, Option<usize>)> = Vec::new();
    let mut moved = 0_usize;
    let mut text_opening: Option<xml::Tag<'_>> = None;
    let mut prefix = None;
    for tag in xml::tags(part) {
        let tag = tag?;
        // Drawings have paragraphs and runs of another kind.
        if tag.prefix() != *prefix.get_or_insert(tag.prefix()) {
            continue;
        }
        match (tag.local(), tag.kind) {
            ("moveFrom", Kind::Open) => moved += 1,
            ("moveFrom", Kind::Close) => moved = moved.saturating_sub(1),
            ("p", Kind::Open) => {
                count += 1;
                open.push((count, Paragraph::default()));
            }
            ("p", Kind::Empty) => count += 1,
            ("p", Kind::Close) => {
                if let Some((number, paragraph)) = open.pop() {
                    match paragraph.isolate(part, &mut edits) {
                        Ok(found) => any |= found,
                        Err(cause) => {
                            return Ok(Err(Misplaced { paragraph: number, text: paragraph.text, cause }));
                        }
                    }
                }
            }
            ("r", Kind::Open) => runs.push(("", None)),
            ("r", Kind::Close) => {
                runs.pop();
            }
            ("rPr", Kind::Open) => {
                if let Some((_, start @ None)) = runs.last_mut() {
                    *start = Some(tag.start);
                }
            }
            ("rPr", Kind::Close) => {
                if let Some((formatting @ "", Some(start))) = runs.last_mut() {
                    *formatting = &part[*start..tag.end()];
                }
            }
            ("t", Kind::Open) if moved == 0 => text_opening = Some(tag),
            ("t", Kind::Close) => {
                if let (Some(opening), Some((_, paragraph)), Some((formatting, _))) =
                    (text_opening.take(), open.last_mut(), runs.last())
                {
                    paragraph.push(part, opening, tag.start, formatting);
                }
            }
            _ => {}
        }
    }
    Ok(Ok(any.then(|| edits.apply(part))))
}

impl<'a> Paragraph<'a> {
    fn push(&mut self, part: &'a str, opening: xml::Tag<'a>, end: usize, formatting: &'a str) {
        let start = self.text.len();
        let mut characters = Vec::new();
        let mut at = opening.end();
        while let Some(c) = part[at..end].chars().next() {
            let reference =
                part[at..end].find(';').filter(|_| c == '&').map(|length| &part[at..=at + length]);
            let (length, means) = match reference.and_then(|raw| Some((raw.len(), unescape(raw).ok()?))) {
                Some((length, means)) => (length, means.into_owned()),
                None => (c.len_utf8(), c.to_string()),
            };
            characters.push((at..at + length, means.len()));
            self.text.push_str(&means);
            at += length;
        }
        self.pieces.push(Piece { start, characters, opening, formatting });
    }

    /// Puts its tags into runs of their own; says whether it has any.
    fn isolate(&self, part: &str, edits: &mut Edits) -> std::result::Result<bool, String> {
        let mut any = false;
        let mut reached = 0;
        let mut preserved: Vec<usize> = Vec::new();
        for found in TAG.iter().flat_map(|pattern| pattern.captures_iter(&self.text)) {
            let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { continue };
            let group = |name: &str| found.name(name).map_or("", |group| group.as_str());
            let tag = Tag::parse(group("mark"), name.as_str(), group("filter"))
                .map_err(|filter| t!("error.word.filter", filter = filter).into_owned())?;
            self.whole_braces(reached..whole.start())?;
            reached = whole.end();
            any = true;
            let mut first = true;
            for piece in &self.pieces {
                let Some(source) = piece.source(whole.range()) else { continue };
                let (w, formatting) = (piece.opening.prefix(), piece.formatting);
                let boundary = format!("</{w}t></{w}r><{w}r>{formatting}<{w}t xml:space=\"preserve\">");
                let text = if first {
                    format!("{boundary}{}{boundary}", escaped(&tag.to_string()))
                } else {
                    String::new()
                };
                first = false;
                edits.replace(source, text);
                if !preserved.contains(&piece.opening.start) {
                    preserved.push(piece.opening.start);
                    let opening = set_attribute(&part[piece.opening.range()], "xml:space", "preserve");
                    edits.replace(piece.opening.range(), opening);
                }
            }
        }
        self.whole_braces(reached..self.text.len())?;
        Ok(any)
    }

    /// Braces that are no tag are a tag that was not finished.
    fn whole_braces(&self, between: Range<usize>) -> std::result::Result<(), String> {
        let rest = &self.text[between];
        if rest.contains("{{") || rest.contains("}}") {
            return Err(t!("error.word.unfinished").into_owned());
        }
        Ok(())
    }
}

impl Piece<'_> {
    /// The bytes of the part that stand for its share of some of the paragraph's words.
    fn source(&self, words: Range<usize>) -> Option<Range<usize>> {
        let mut at = self.start;
        let mut source: Option<Range<usize>> = None;
        for (own, length) in &self.characters {
            if words.contains(&at) {
                source = Some(source.map_or(own.start, |source| source.start)..own.end);
            }
            at += length;
        }
        source
    }
}
