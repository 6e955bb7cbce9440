//! One XML part of the package.

use std::fmt::Display;
use std::io::{self, Write};

use quick_xml::escape::{escape, partial_escape};

/// The namespace of the body, the styles and most other parts.
pub(super) const WORD: (&str, &str) =
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");

/// An XML part being written. Every element that is opened must be closed.
///
/// Names and attributes go straight into the part: a body has thousands of them, and events that own theirs cost
/// more than all of its words.
pub(super) struct Xml {
    part: Vec<u8>,
}

impl Xml {
    /// Begins a part with its declaration.
    pub(super) fn new() -> io::Result<Self> {
        let mut part = Vec::with_capacity(64 * 1024);
        part.write_all(br#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#)?;
        Ok(Self { part })
    }

    /// An element's start.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.tag(name, attributes, b">")
    }

    /// An element's end.
    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.part.write_all(b"</")?;
        self.part.write_all(name.as_bytes())?;
        self.part.write_all(b">")
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.tag(name, attributes, b"/>")
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &[u8]) -> io::Result<()> {
        self.part.write_all(b"<")?;
        self.part.write_all(name.as_bytes())?;
        for (key, value) in attributes {
            self.part.write_all(b" ")?;
            self.part.write_all(key.as_bytes())?;
            self.part.write_all(b"=\"")?;
            self.part.write_all(escape(*value).as_bytes())?;
            self.part.write_all(b"\"")?;
        }
        self.part.write_all(end)
    }

    /// An element whose content is its `w:val`.
    pub(super) fn value(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.empty(name, &[("w:val", value)])
    }

    /// An element without content whose attributes are numbers.
    pub(super) fn numbers<N: Display>(&mut self, name: &str, attributes: &[(&str, N)]) -> io::Result<()> {
        write!(self.part, "<{name}")?;
        for (key, number) in attributes {
            write!(self.part, " {key}=\"{number}\"")?;
        }
        self.part.write_all(b"/>")
    }

    /// Words within an element.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.part.write_all(partial_escape(text).as_bytes())
    }

    /// The part's bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        self.part
    }
}
