//! One XML part of the package.

use std::fmt::Display;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// The namespace of the body, the styles and most other parts.
pub(super) const WORD: (&str, &str) =
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");

/// An XML part being written. Every element that is opened must be closed.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    /// Begins a part with its declaration.
    pub(super) fn new() -> io::Result<Self> {
        let mut writer = Writer::new(Vec::with_capacity(16 * 1024));
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))))?;
        Ok(Self { writer })
    }

    /// An element's start.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer
            .write_event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))
    }

    /// An element's end.
    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer
            .write_event(Event::Empty(BytesStart::new(name).with_attributes(attributes.iter().copied())))
    }

    /// An element whose content is its `w:val`.
    pub(super) fn value(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        self.empty(name, &[("w:val", &value.to_string())])
    }

    /// An element without content whose attributes are numbers.
    pub(super) fn numbers(&mut self, name: &str, attributes: &[(&str, i64)]) -> io::Result<()> {
        let texts: Vec<_> = attributes.iter().map(|(key, number)| (*key, number.to_string())).collect();
        let attributes = texts.iter().map(|(key, number)| (*key, number.as_str()));
        self.writer.write_event(Event::Empty(BytesStart::new(name).with_attributes(attributes)))
    }

    /// Words within an element.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_event(Event::Text(BytesText::new(text)))
    }

    /// The part's bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        self.writer.into_inner()
    }
}
