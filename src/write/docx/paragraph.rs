//! Paragraphs and their runs.

use std::io;

use super::xml::Xml;

/// What a paragraph says beyond its style.
#[derive(Clone, Copy, Default)]
pub(super) struct Paragraph<'a> {
    /// The style's id.
    pub(super) style: &'a str,
    /// Whether it stays on the page of what follows.
    pub(super) keep_next: bool,
    /// Whether it begins a page that the contents lead to, as the chapter of that number.
    pub(super) chapter: Option<usize>,
    /// The space above, twips.
    pub(super) before: Option<i64>,
    /// `left` or `center`, where not as in the style.
    pub(super) align: Option<&'a str>,
}

/// A paragraph of one face with line breaks; nothing if it has no lines.
pub(super) fn text_paragraph(
    xml: &mut Xml,
    paragraph: Paragraph,
    lines: &[impl AsRef<str>],
) -> io::Result<()> {
    if lines.is_empty() { Ok(()) } else { broken_paragraph(xml, paragraph, lines) }
}

/// A paragraph of one face with line breaks; an empty one if it has no lines.
pub(super) fn broken_paragraph(
    xml: &mut Xml,
    paragraph: Paragraph,
    lines: &[impl AsRef<str>],
) -> io::Result<()> {
    open_paragraph(xml, paragraph)?;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            xml.open("w:r", &[])?;
            xml.empty("w:br", &[])?;
            xml.close("w:r")?;
        }
        run(xml, line.as_ref(), false)?;
    }
    xml.close("w:p")
}

pub(super) fn open_paragraph(xml: &mut Xml, paragraph: Paragraph) -> io::Result<()> {
    xml.open("w:p", &[])?;
    xml.open("w:pPr", &[])?;
    xml.value("w:pStyle", paragraph.style)?;
    if paragraph.keep_next {
        xml.empty("w:keepNext", &[])?;
    }
    if paragraph.chapter.is_some() {
        xml.empty("w:pageBreakBefore", &[])?;
    }
    if let Some(before) = paragraph.before {
        xml.numbers("w:spacing", &[("w:before", before)])?;
    }
    if let Some(align) = paragraph.align {
        xml.value("w:jc", align)?;
    }
    xml.close("w:pPr")?;
    if let Some(chapter) = paragraph.chapter {
        let id = chapter.to_string();
        xml.empty("w:bookmarkStart", &[("w:id", &id), ("w:name", &anchor(chapter))])?;
        xml.empty("w:bookmarkEnd", &[("w:id", &id)])?;
    }
    Ok(())
}

/// The bookmark of a chapter.
pub(super) fn anchor(chapter: usize) -> String {
    format!("report{chapter}")
}

pub(super) fn run(xml: &mut Xml, text: &str, strong: bool) -> io::Result<()> {
    // The hint puts quotes, dashes and signs, which both scripts have, into the Chinese face; ASCII digits
    // and letters stay in the Latin one whatever the hint says.
    let hint = !text.is_ascii();
    xml.open("w:r", &[])?;
    if hint || strong {
        xml.open("w:rPr", &[])?;
        if hint {
            xml.empty("w:rFonts", &[("w:hint", "eastAsia")])?;
        }
        if strong {
            xml.empty("w:b", &[])?;
            xml.empty("w:bCs", &[])?;
        }
        xml.close("w:rPr")?;
    }
    xml.open("w:t", &[("xml:space", "preserve")])?;
    xml.text(text)?;
    xml.close("w:t")?;
    xml.close("w:r")
}
