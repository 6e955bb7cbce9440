//! The tags of an XML part with the places where they stand, and edits that leave all else as it is.

use std::ops::Range;

use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use crate::error::{Error, Result};

/// How an XML part begins.
pub(in crate::write) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a tag does to its element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::write) enum Kind {
    Open,
    Close,
    Empty,
}

/// A tag as it stands in a part.
#[derive(Clone, Copy, Debug)]
pub(in crate::write) struct Tag<'a> {
    pub(in crate::write) kind: Kind,
    /// From `<` to `>`.
    pub(in crate::write) text: &'a str,
    /// The byte of the part at which it begins.
    pub(in crate::write) start: usize,
    /// How many elements its element stands in.
    pub(in crate::write) depth: usize,
}

impl<'a> Tag<'a> {
    /// The byte after it.
    pub(in crate::write) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(in crate::write) const fn range(&self) -> Range<usize> {
        self.start..self.end()
    }

    /// The element's name with its prefix.
    fn name(&self) -> &'a str {
        let name = self.text.trim_start_matches(['<', '/']);
        let end = name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(name.len());
        &name[..end]
    }

    /// The prefix with its colon; nothing if there is none.
    pub(in crate::write) fn prefix(&self) -> &'a str {
        let name = self.name();
        name.find(':').map_or("", |colon| &name[..=colon])
    }

    /// The element's name without its prefix.
    pub(in crate::write) fn local(&self) -> &'a str {
        let name = self.name();
        name.find(':').map_or(name, |colon| &name[colon + 1..])
    }

    /// Whether it begins an element, be it an empty one, of this name at this depth.
    pub(in crate::write) fn begins(&self, depth: usize, local: &str) -> bool {
        self.kind != Kind::Close && self.depth == depth && self.local() == local
    }

    /// Whether its element is complete after it.
    pub(in crate::write) fn ends(&self) -> bool {
        self.kind != Kind::Open
    }

    /// An attribute's value, by its name with its prefix.
    pub(in crate::write) fn attribute(&self, name: &str) -> Option<String> {
        let (_, value) = attributes(self.text).find(|(key, _)| *key == name)?;
        Some(unescaped(&self.text[value]))
    }

    /// The value of an attribute that bears a prefix, by its name without it.
    pub(in crate::write) fn prefixed_attribute(&self, local: &str) -> Option<String> {
        let is_it = |key: &str| key.split_once(':').is_some_and(|(_, name)| name == local);
        let (_, value) = attributes(self.text).find(|(key, _)| is_it(key))?;
        Some(unescaped(&self.text[value]))
    }

    /// An attribute that is a number.
    pub(in crate::write) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Whether an attribute says yes.
    pub(in crate::write) fn is_set(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(|value| matches!(value.trim(), "1" | "true" | "on"))
    }

    /// The namespace of its element, if it is declared right here.
    pub(in crate::write) fn namespace(&self) -> Option<String> {
        match self.prefix().strip_suffix(':') {
            Some(prefix) => self.attribute(&format!("xmlns:{prefix}")),
            None => self.attribute("xmlns"),
        }
    }

    /// The prefix, with its colon, that is bound to a namespace right here.
    pub(in crate::write) fn prefix_of(&self, namespace: &str) -> Option<String> {
        let bound = attributes(self.text).find_map(|(key, value)| {
            key.strip_prefix("xmlns:").filter(|_| unescaped(&self.text[value]) == namespace)
        });
        bound.map(|prefix| format!("{prefix}:"))
    }

    /// The two tags of which this empty one is short.
    pub(in crate::write) fn opened(&self) -> (String, String) {
        let head = self.text.strip_suffix("/>").unwrap_or(self.text).trim_end();
        (format!("{head}>"), format!("</{}>", self.name()))
    }
}

/// The attributes of a tag: names with prefixes, and where the values stand between their quotes.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let start = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let mut at = start;
    std::iter::from_fn(move || {
        let equals = at + tag[at..].find('=')?;
        let key = tag[at..equals].trim();
        let after = equals + 1;
        let open = after + tag[after..].find(|c: char| !c.is_whitespace())?;
        let quote = tag[open..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = open + 1;
        let close = value + tag[value..].find(quote)?;
        at = close + 1;
        Some((key, value..close))
    })
}

/// Text as an element or an attribute means it.
pub(in crate::write) fn unescaped(value: &str) -> String {
    unescape(value).map_or_else(|_| value.to_owned(), |value| value.into_owned())
}

/// A tag with an attribute set; everything else of it stays.
pub(in crate::write) fn set_attribute(tag: &str, name: &str, value: &str) -> String {
    if let Some((_, range)) = attributes(tag).find(|(key, _)| *key == name) {
        return format!("{}{value}{}", &tag[..range.start], &tag[range.end..]);
    }
    let end = tag.len() - if tag.ends_with("/>") { 2 } else { 1 };
    let (head, tail) = tag.split_at(end);
    format!("{} {name}=\"{value}\"{tail}", head.trim_end())
}

/// Text as it stands in an element or an attribute; what XML cannot hold is left out.
pub(in crate::write) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if c.is_control() => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

/// The tags of a part in their order.
///
/// # Errors
/// [`Error::Damaged`] at the place where the part is no well-formed XML, and nothing after it.
pub(in crate::write) fn tags(text: &str) -> Tags<'_> {
    Tags::new(text, true)
}

/// The tags of a drawing in VML, which office programs write with elements left open (`<br>`): depths mean
/// nothing in it.
pub(in crate::write) fn loose_tags(text: &str) -> Tags<'_> {
    Tags::new(text, false)
}

/// See [`tags`].
pub(in crate::write) struct Tags<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// The bytes before those that the reader counts.
    before: usize,
    depth: usize,
    done: bool,
}

impl<'a> Tags<'a> {
    fn new(text: &'a str, strict: bool) -> Self {
        let bare = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut reader = Reader::from_str(bare);
        reader.config_mut().check_end_names = strict;
        reader.config_mut().allow_unmatched_ends = !strict;
        Self { text, reader, before: text.len() - bare.len(), depth: 0, done: false }
    }

    fn offset(&self) -> usize {
        self.before + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Result<Tag<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let start = self.offset();
            let kind = match self.reader.read_event() {
                Ok(Event::Start(_)) => Kind::Open,
                Ok(Event::End(_)) => Kind::Close,
                Ok(Event::Empty(_)) => Kind::Empty,
                Ok(Event::Eof) => {
                    self.done = true;
                    continue;
                }
                Ok(_) => continue,
                Err(error) => {
                    self.done = true;
                    return Some(Err(damaged(error)));
                }
            };
            if kind == Kind::Close {
                self.depth = self.depth.saturating_sub(1);
            }
            let depth = self.depth;
            if kind == Kind::Open {
                self.depth += 1;
            }
            let Some(text) = self.text.get(start..self.offset()) else {
                self.done = true;
                return Some(Err(damaged("a tag outside of its part")));
            };
            return Some(Ok(Tag { kind, text, start, depth }));
        }
        None
    }
}

pub(in crate::write) fn damaged(cause: impl ToString) -> Error {
    Error::Damaged { format: "Office", cause: cause.to_string() }
}

/// Changes of a text by the bytes that they replace; none overlaps another.
#[derive(Debug, Default)]
pub(in crate::write) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(in crate::write) fn replace(&mut self, range: Range<usize>, text: String) {
        self.0.push((range, text));
    }

    pub(in crate::write) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Inserts before a byte, after what was inserted there already.
    pub(in crate::write) fn insert(&mut self, at: usize, text: String) {
        self.0.push((at..at, text));
    }

    pub(in crate::write) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let grown: usize = self.0.iter().map(|(_, new)| new.len()).sum();
        let mut edited = String::with_capacity(text.len() + grown);
        let mut at = 0;
        for (range, new) in self.0 {
            edited.push_str(&text[at..range.start]);
            edited.push_str(&new);
            at = range.end;
        }
        edited.push_str(&text[at..]);
        edited
    }
}

/// A part without those elements of a depth and a name that are to go; `None` if there are none. Elements that hold
/// others are left.
///
/// # Errors
/// [`Error::Damaged`]
pub(in crate::write) fn without_elements(
    text: &str,
    depth: usize,
    local: &str,
    go: impl Fn(&Tag<'_>) -> bool,
) -> Result<Option<String>> {
    let mut edits = Edits::default();
    let mut open: Option<usize> = None;
    for tag in tags(text) {
        let tag = tag?;
        if tag.begins(depth, local) && go(&tag) {
            match tag.kind {
                Kind::Open => open = Some(tag.start),
                _ => edits.replace(tag.range(), String::new()),
            }
        } else if let Some(start) = open.take()
            && tag.kind == Kind::Close
        {
            edits.replace(start..tag.end(), String::new());
        }
    }
    Ok((!edits.is_empty()).then(|| edits.apply(text)))
}

/// A part with an element more at the end of its root. `child` is given the root's prefix.
///
/// # Errors
/// [`Error::Damaged`]
pub(in crate::write) fn append(text: &str, child: impl FnOnce(&str) -> String) -> Result<String> {
    let mut root = None;
    let mut close = None;
    for tag in loose_tags(text) {
        let tag = tag?;
        root = root.or(Some(tag));
        if tag.kind == Kind::Close {
            close = Some(tag);
        }
    }
    let root = root.ok_or_else(|| damaged("a part without a root"))?;
    let mut edits = Edits::default();
    match close {
        Some(close) => edits.insert(close.start, child(root.prefix())),
        None => {
            let (open, close) = root.opened();
            edits.replace(root.range(), open + &child(root.prefix()) + &close);
        }
    }
    Ok(edits.apply(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_where_they_stand() {
        let text = "\u{feff}<?xml version='1.0'?>\n<x:a xmlns:x='n' b = \"&lt;>\"><!-- <no/> -->文<c/ >\
                    <![CDATA[<d>]]><x:c r:id='7' id=\"8\"\t/></x:a>\n";
        let text = &text.replace("<c/ >", "<c />");
        let found: Vec<_> = tags(text).map(|tag| tag.unwrap()).collect();
        for tag in &found {
            assert_eq!(&text[tag.range()], tag.text);
        }
        let names: Vec<_> =
            found.iter().map(|tag| (tag.prefix(), tag.local(), tag.kind, tag.depth)).collect();
        assert_eq!(
            names,
            [
                ("x:", "a", Kind::Open, 0),
                ("", "c", Kind::Empty, 1),
                ("x:", "c", Kind::Empty, 1),
                ("x:", "a", Kind::Close, 0)
            ]
        );
        assert_eq!(found[0].attribute("b").as_deref(), Some("<>"));
        assert_eq!(found[0].namespace().as_deref(), Some("n"));
        assert_eq!(found[0].prefix_of("n").as_deref(), Some("x:"));
        assert_eq!(found[2].prefixed_attribute("id").as_deref(), Some("7"));
        assert_eq!(found[2].attribute("id").as_deref(), Some("8"));
    }

    #[test]
    fn an_attribute_is_set_and_nothing_else() {
        for (tag, set) in [
            ("<c r='A1'  s = '3' t=\"s\">", "<c r='A1'  s = '7' t=\"s\">"),
            ("<c r=\"A1\"/>", "<c r=\"A1\" s=\"7\"/>"),
            ("<c />", "<c s=\"7\"/>"),
            ("<x:c\n>", "<x:c s=\"7\">"),
            ("<c xs='1'>", "<c xs='1' s=\"7\">"),
        ] {
            assert_eq!(set_attribute(tag, "s", "7"), set);
        }
    }

    #[test]
    fn a_child_is_appended_to_any_root() {
        let child = |prefix: &str| format!("<{prefix}b/>");
        for (text, longer) in [
            ("<a><c/></a>", "<a><c/><b/></a>"),
            ("<x:a/>", "<x:a><x:b/></x:a>"),
            ("<a><br></a>\n", "<a><br><b/></a>\n"),
        ] {
            assert_eq!(append(text, child).unwrap(), longer);
        }
        assert!(append("", child).is_err());
    }

    #[test]
    fn what_is_no_xml_ends_with_an_error() {
        assert!(tags("<a></b>").any(|tag| tag.is_err()));
        assert!(loose_tags("<a></b>").all(|tag| tag.is_ok()));
        assert_eq!(tags("<a><b").filter(Result::is_err).count(), 1);
    }
}
