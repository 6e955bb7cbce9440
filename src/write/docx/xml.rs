//! One XML part of the package.

use std::fmt::{Display, Write};

use memchr::memchr3;
use quick_xml::escape::escape;

/// The namespace of the body, the styles and most other parts.
pub(super) const WORD: (&str, &str) =
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");

/// An XML part being written. Every element that is opened must be closed.
///
/// Names and attributes go straight into the part: a body has thousands of them, and events that own theirs cost
/// more than all of its words.
#[derive(Default)]
pub(super) struct Xml {
    part: String,
}

impl Xml {
    /// Begins a part with its declaration.
    pub(super) fn new() -> Self {
        let mut part = String::with_capacity(32 * 1024);
        part.push_str(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#);
        Self { part }
    }

    /// An element's start.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, ">");
    }

    /// An element's end.
    pub(super) fn close(&mut self, name: &str) {
        self.part.push_str("</");
        self.part.push_str(name);
        self.part.push('>');
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, "/>");
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.part.push('<');
        self.part.push_str(name);
        for (key, value) in attributes {
            self.part.push(' ');
            self.part.push_str(key);
            self.part.push_str("=\"");
            self.part.push_str(&escape(*value));
            self.part.push('"');
        }
        self.part.push_str(end);
    }

    /// An element whose content is its `w:val`.
    pub(super) fn value(&mut self, name: &str, value: &str) {
        self.empty(name, &[("w:val", value)]);
    }

    /// An element without content whose attributes are numbers.
    pub(super) fn numbers<N: Display>(&mut self, name: &str, attributes: &[(&str, N)]) {
        self.part.push('<');
        self.part.push_str(name);
        for (key, number) in attributes {
            // Nothing is refused by memory.
            let _ = write!(self.part, " {key}=\"{number}\"");
        }
        self.part.push_str("/>");
    }

    /// Markup as it stands: what every cell and every run has in common is not put together from its names each time.
    pub(super) fn markup(&mut self, markup: &str) {
        self.part.push_str(markup);
    }

    /// Words within an element.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr3(b'<', b'>', b'&', rest.as_bytes()) {
            self.part.push_str(&rest[..at]);
            self.part.push_str(match rest.as_bytes()[at] {
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&amp;",
            });
            rest = &rest[at + 1..];
        }
        self.part.push_str(rest);
    }

    /// The part.
    pub(super) fn finish(self) -> String {
        self.part
    }
}
