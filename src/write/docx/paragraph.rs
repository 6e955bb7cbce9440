//! Paragraphs and their runs.

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
    lines: impl IntoIterator<Item = impl AsRef<str>>,
) {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some() {
        open_paragraph(xml, paragraph);
        broken_lines(xml, lines);
        xml.close("w:p");
    }
}

/// Lines of one face with breaks between them.
pub(super) fn broken_lines(xml: &mut Xml, lines: impl IntoIterator<Item = impl AsRef<str>>) {
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0 {
            xml.markup("<w:r><w:br/></w:r>");
        }
        run(xml, line.as_ref(), false);
    }
}

pub(super) fn open_paragraph(xml: &mut Xml, paragraph: Paragraph) {
    xml.markup("<w:p><w:pPr>");
    xml.value("w:pStyle", paragraph.style);
    if paragraph.keep_next {
        xml.empty("w:keepNext", &[]);
    }
    if paragraph.chapter.is_some() {
        xml.empty("w:pageBreakBefore", &[]);
    }
    if let Some(before) = paragraph.before {
        xml.numbers("w:spacing", &[("w:before", before)]);
    }
    if let Some(align) = paragraph.align {
        xml.value("w:jc", align);
    }
    xml.close("w:pPr");
    if let Some(chapter) = paragraph.chapter {
        let id = chapter.to_string();
        xml.empty("w:bookmarkStart", &[("w:id", &id), ("w:name", &anchor(chapter))]);
        xml.empty("w:bookmarkEnd", &[("w:id", &id)]);
    }
}

/// The bookmark of a chapter.
pub(super) fn anchor(chapter: usize) -> String {
    format!("report{chapter}")
}

/// What Word takes from the ends of a text unless it is told to keep it.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Whether a text has signs that both scripts have: those from U+0080 to U+2FFF.
fn has_signs(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, 0xC2..=0xE2))
}

pub(super) fn run(xml: &mut Xml, text: &str, strong: bool) {
    // The hint puts quotes, dashes and signs, which both scripts have, into the Chinese face; ASCII digits
    // and letters stay in the Latin one, Chinese characters in the Chinese one, whatever the hint says.
    xml.markup(match (has_signs(text), strong) {
        (false, false) => "<w:r>",
        (true, false) => r#"<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>"#,
        (false, true) => "<w:r><w:rPr><w:b/><w:bCs/></w:rPr>",
        (true, true) => r#"<w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:b/><w:bCs/></w:rPr>"#,
    });
    let kept = text.starts_with(BLANKS) || text.ends_with(BLANKS);
    xml.markup(if kept { r#"<w:t xml:space="preserve">"# } else { "<w:t>" });
    xml.text(text);
    xml.markup("</w:t></w:r>");
}
