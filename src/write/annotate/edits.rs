//! Changes to a text by byte ranges, and what there is to see of an element.

use std::ops::Range;

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use crate::error::{Error, Result};

/// Changes to a text, applied all at once; what no change covers stays byte for byte.
#[derive(Debug, Default)]
pub(super) struct Edits {
    changes: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// Puts a text in the place of a range.
    pub(super) fn replace(&mut self, range: Range<usize>, text: String) {
        self.changes.push((range, text));
    }

    /// Puts a text before a position. Of several at one position, the first comes first.
    pub(super) fn insert(&mut self, at: usize, text: String) {
        self.replace(at..at, text);
    }

    /// The changed text.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.changes.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 1024);
        let mut at = 0;
        for (range, new) in self.changes {
            out.push_str(text.get(at..range.start).unwrap_or_default());
            out.push_str(&new);
            at = at.max(range.end);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// A tag of a document.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// What kind of tag it is.
    pub(super) kind: TagKind,
    /// Its name, with its prefix.
    pub(super) name: &'a str,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// The tag as written, from `<` to `>`.
    pub(super) raw: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    Start,
    Empty,
    End,
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }

    /// The prefix with its colon, or nothing.
    pub(super) fn prefix(&self) -> &str {
        &self.name[..self.name.len() - self.local().len()]
    }

    /// The value of an attribute as written, and its bytes in the text.
    pub(super) fn attribute(&self, name: &str) -> Option<(&str, Range<usize>)> {
        let mut at = self.raw.find(|c: char| c.is_whitespace())?;
        loop {
            let rest = &self.raw[at..];
            let begin = at + rest.find(|c: char| !c.is_whitespace())?;
            let equals = begin + self.raw[begin..].find('=')?;
            let key = self.raw[begin..equals].trim_end();
            let after = equals + 1;
            let open = after + self.raw[after..].find(['"', '\''])?;
            let quote = self.raw[open..].chars().next()?;
            let close = open + 1 + self.raw[open + 1..].find(quote)?;
            if key == name {
                let range = self.range.start + open + 1..self.range.start + close;
                return Some((&self.raw[open + 1..close], range));
            }
            at = close + 1;
        }
    }

    /// Where a further attribute can be put: behind the name.
    pub(super) fn behind_name(&self) -> usize {
        self.range.start + 1 + self.name.len()
    }
}

/// Calls `see` for every tag of a document, in order, until it says that it has seen enough.
pub(super) fn each_tag<'a>(
    text: &'a str,
    mut see: impl FnMut(&Tag<'a>) -> std::ops::ControlFlow<()>,
) -> Result<()> {
    let mut reader = Reader::from_str(text);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(damaged)?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let kind = match event {
            Event::Start(_) => TagKind::Start,
            Event::Empty(_) => TagKind::Empty,
            Event::End(_) => TagKind::End,
            Event::Eof => return Ok(()),
            _ => continue,
        };
        let raw = text.get(start..end).unwrap_or_default();
        let name = raw.trim_start_matches(['<', '/']);
        let name =
            &name[..name.find(|c: char| c.is_whitespace() || c == '/' || c == '>').unwrap_or(name.len())];
        if see(&Tag { kind, name, range: start..end, raw }).is_break() {
            return Ok(());
        }
    }
}

/// The error of a part that is no document.
pub(super) fn damaged(cause: impl std::fmt::Display) -> Error {
    Error::Damaged { format: "xlsx", cause: cause.to_string() }
}

/// A text as it stands between tags or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Signs that no document may hold.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}

/// A text as it was before [`escaped`].
pub(super) fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    #[test]
    fn tags_and_attributes_are_found_where_they_stand() {
        let text = r#"<x:a xmlns:x="u"><!-- <b> --><x:c r='A1' s = "7"/>t</x:a>"#;
        let mut seen = Vec::new();
        each_tag(text, |tag| {
            let s = tag.attribute("s").map(|(value, range)| (value.to_owned(), &text[range]));
            seen.push(format!("{:?} {} {} {s:?}", tag.kind, tag.prefix(), tag.local()));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(seen, ["Start x: a None", r#"Empty x: c Some(("7", "7"))"#, "End x: a None"]);
    }

    #[test]
    fn edits_leave_the_rest_alone() {
        let mut edits = Edits::default();
        edits.insert(3, "!".into());
        edits.replace(0..1, "A".into());
        edits.insert(3, "?".into());
        assert_eq!(edits.apply("abc"), "Abc!?");
    }
}
