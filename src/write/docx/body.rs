//! `word/document.xml`: the report itself.

use crate::write::document::{
    Block, Document, Numbering, Span, attachment_lines, lines, one_line, span_lines,
};

use super::paragraph::{Paragraph, anchor, open_paragraph, run, text_paragraph};
use super::parts::{EVEN_FOOTER, ODD_FOOTER};
use super::preset::Preset;
use super::styles::{
    ATTACHMENTS, BODY, CAPTION, CONTENTS, GAP, HEADINGS, MORE_ATTACHMENTS, SIGNATURE, TITLE,
};
use super::table;
use super::xml::{WORD, Xml};

const RELATIONS: (&str, &str) =
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");

/// The part's bytes for one report.
pub(super) fn body(preset: &Preset, document: &Document) -> String {
    part(preset, |xml| write_blocks(xml, preset, &document.blocks, None))
}

/// The part's bytes for several reports, each with its name in the contents.
///
/// The contents name no pages: only the program that lays the pages out knows them, and a number that must be
/// refreshed to be right is wrong until then. Each entry leads to its report.
pub(super) fn book(preset: &Preset, chapters: &[(String, Document)]) -> String {
    part(preset, |xml| {
        let heading = Paragraph { style: TITLE, ..Paragraph::default() };
        text_paragraph(xml, heading, [CONTENTS_HEADING]);
        for (chapter, (name, _)) in (1..).zip(chapters) {
            open_paragraph(xml, Paragraph { style: CONTENTS, ..Paragraph::default() });
            xml.open("w:hyperlink", &[("w:anchor", &anchor(chapter)), ("w:history", "1")]);
            run(xml, &format!("{chapter}　{}", one_line(name)), false);
            xml.close("w:hyperlink");
            xml.close("w:p");
        }
        for (chapter, (_, document)) in (1..).zip(chapters) {
            write_blocks(xml, preset, &document.blocks, Some(chapter));
        }
    })
}

/// What stands above the contents.
const CONTENTS_HEADING: &str = "目　录";

/// A body of one section.
fn part(preset: &Preset, content: impl FnOnce(&mut Xml)) -> String {
    let mut xml = Xml::new();
    xml.open("w:document", &[WORD, RELATIONS]);
    xml.open("w:body", &[]);
    content(&mut xml);
    section(&mut xml, preset);
    xml.close("w:body");
    xml.close("w:document");
    xml.finish()
}

/// The blocks of a report, which begins a page if it is a chapter of a book.
fn write_blocks(xml: &mut Xml, preset: &Preset, blocks: &[Block], chapter: Option<usize>) {
    let mut numbering = Numbering::default();
    if chapter.is_some() && !matches!(blocks.first(), Some(Block::Title(_))) {
        small_gap(xml, chapter);
    }
    for (index, block) in blocks.iter().enumerate() {
        let before_signature = matches!(blocks.get(index + 1), Some(Block::Signature(_)));
        match block {
            Block::Title(text) => {
                let chapter = chapter.filter(|_| index == 0);
                let style = Paragraph { style: TITLE, chapter, ..Paragraph::default() };
                text_paragraph(xml, style, lines(text));
            }
            Block::Heading { depth, text } => {
                let style = HEADINGS[usize::from((*depth).clamp(1, 4)) - 1];
                let text = numbering.next(*depth) + &one_line(text);
                text_paragraph(xml, Paragraph { style, ..Paragraph::default() }, [text]);
            }
            Block::Paragraph(spans) => prose(xml, spans, "", before_signature),
            Block::List { numbered, items } => {
                for (item, spans) in items.iter().enumerate() {
                    let mark = if *numbered { format!("{}.", item + 1) } else { "·".to_owned() };
                    prose(xml, spans, &mark, before_signature && item + 1 == items.len());
                }
            }
            Block::Table(table) => {
                let caption = lines(table.caption.as_deref().unwrap_or_default());
                text_paragraph(xml, Paragraph { style: CAPTION, ..Paragraph::default() }, caption);
                table::table(xml, preset, table);
                // Without a paragraph between them Word joins two tables, and a section cannot end in one.
                let joined = match blocks.get(index + 1) {
                    Some(Block::Table(next)) => {
                        lines(next.caption.as_deref().unwrap_or_default()).next().is_none()
                    }
                    next => next.is_none(),
                };
                if joined {
                    small_gap(xml, None);
                }
            }
            Block::Attachments(names) => {
                let names: Vec<String> = names.iter().map(|name| one_line(name).into_owned()).collect();
                for (place, line) in attachment_lines(&names).iter().enumerate() {
                    let style = Paragraph {
                        style: if place == 0 { ATTACHMENTS } else { MORE_ATTACHMENTS },
                        keep_next: before_signature,
                        ..Paragraph::default()
                    };
                    text_paragraph(xml, style, [line]);
                }
            }
            Block::Signature(text) => {
                let first = index == 0 || !matches!(blocks[index - 1], Block::Signature(_));
                let mut all = lines(text).enumerate().peekable();
                while let Some((line, text)) = all.next() {
                    let style = Paragraph {
                        style: SIGNATURE,
                        keep_next: before_signature || all.peek().is_some(),
                        before: (first && line == 0).then(|| preset.signature.space_before_pt.twips()),
                        ..Paragraph::default()
                    };
                    text_paragraph(xml, style, [text]);
                }
            }
        }
    }
}

/// Prose: every line of it is a paragraph, the first one behind a mark.
fn prose(xml: &mut Xml, spans: &[Span], mark: &str, keep_next: bool) {
    let all = span_lines(spans);
    for (index, line) in all.iter().enumerate() {
        let last = index + 1 == all.len();
        let style = Paragraph { style: BODY, keep_next: keep_next && last, ..Paragraph::default() };
        open_paragraph(xml, style);
        if index == 0 && !mark.is_empty() {
            run(xml, mark, false);
        }
        for span in line {
            run(xml, &span.text, span.strong);
        }
        xml.close("w:p");
    }
}

/// An empty paragraph as low as Word allows.
fn small_gap(xml: &mut Xml, chapter: Option<usize>) {
    open_paragraph(xml, Paragraph { style: GAP, chapter, ..Paragraph::default() });
    xml.close("w:p");
}

fn section(xml: &mut Xml, preset: &Preset) {
    let page = &preset.page;
    xml.open("w:sectPr", &[]);
    xml.empty("w:footerReference", &[("w:type", "even"), ("r:id", EVEN_FOOTER)]);
    xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", ODD_FOOTER)]);
    xml.numbers("w:pgSz", &[("w:w", page.width_mm.twips()), ("w:h", page.height_mm.twips())]);
    xml.numbers(
        "w:pgMar",
        &[
            ("w:top", page.margin_top_mm.twips()),
            ("w:right", page.margin_right_mm.twips()),
            ("w:bottom", page.margin_bottom_mm.twips()),
            ("w:left", page.margin_left_mm.twips()),
            ("w:header", page.header_mm.twips()),
            ("w:footer", page.footer_mm.twips()),
            ("w:gutter", 0),
        ],
    );
    xml.empty("w:cols", &[("w:space", "720")]);
    let (pitch, space) =
        (preset.body.line_pitch_pt.twips().to_string(), preset.character_space().to_string());
    let grid =
        [("w:type", "linesAndChars"), ("w:linePitch", pitch.as_str()), ("w:charSpace", space.as_str())];
    xml.empty("w:docGrid", &grid);
    xml.close("w:sectPr");
}
