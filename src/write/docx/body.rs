//! `word/document.xml`: the report itself.

use std::io;

use crate::write::document::{Block, Document, Numbering, Span, lines, span_lines};

use super::paragraph::{Paragraph, open_paragraph, run, text_paragraph};
use super::parts::{EVEN_FOOTER, ODD_FOOTER};
use super::preset::Preset;
use super::styles::{BODY, CAPTION, HEADINGS, SIGNATURE, TITLE};
use super::table;
use super::xml::{WORD, Xml};

const RELATIONS: (&str, &str) =
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");

/// The part's bytes.
pub(super) fn body(preset: &Preset, document: &Document) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    let mut numbering = Numbering::default();
    let blocks = &document.blocks;
    xml.open("w:document", &[WORD, RELATIONS])?;
    xml.open("w:body", &[])?;
    for (index, block) in blocks.iter().enumerate() {
        let before_signature = matches!(blocks.get(index + 1), Some(Block::Signature(_)));
        match block {
            Block::Title(text) => {
                let style = Paragraph { style: TITLE, ..Paragraph::default() };
                text_paragraph(&mut xml, style, &lines(text))?;
            }
            Block::Heading { depth, text } => {
                let style = HEADINGS[usize::from((*depth).clamp(1, 4)) - 1];
                let text = numbering.next(*depth) + &lines(text).join(" ");
                text_paragraph(&mut xml, Paragraph { style, ..Paragraph::default() }, &[text])?;
            }
            Block::Paragraph(spans) => prose(&mut xml, spans, "", before_signature)?,
            Block::List { numbered, items } => {
                for (item, spans) in items.iter().enumerate() {
                    let mark = if *numbered { format!("{}.", item + 1) } else { "·".to_owned() };
                    prose(&mut xml, spans, &mark, before_signature && item + 1 == items.len())?;
                }
            }
            Block::Table(table) => {
                let caption = table.caption.as_deref().map(lines).unwrap_or_default();
                text_paragraph(&mut xml, Paragraph { style: CAPTION, ..Paragraph::default() }, &caption)?;
                table::table(&mut xml, preset, table)?;
                // Without a paragraph between them Word joins two tables, and a section cannot end in one.
                let joined = match blocks.get(index + 1) {
                    Some(Block::Table(next)) => {
                        next.caption.as_deref().map(lines).is_none_or(|c| c.is_empty())
                    }
                    next => next.is_none(),
                };
                if joined {
                    small_gap(&mut xml)?;
                }
            }
            Block::Signature(text) => {
                let first = index == 0 || !matches!(blocks[index - 1], Block::Signature(_));
                let all = lines(text);
                for (line, text) in all.iter().enumerate() {
                    let style = Paragraph {
                        style: SIGNATURE,
                        keep_next: before_signature || line + 1 < all.len(),
                        before: (first && line == 0).then(|| preset.signature.space_before_pt.twips()),
                        align: None,
                    };
                    text_paragraph(&mut xml, style, std::slice::from_ref(text))?;
                }
            }
        }
    }
    section(&mut xml, preset)?;
    xml.close("w:body")?;
    xml.close("w:document")?;
    Ok(xml.finish())
}

/// Prose: every line of it is a paragraph, the first one behind a mark.
fn prose(xml: &mut Xml, spans: &[Span], mark: &str, keep_next: bool) -> io::Result<()> {
    let all = span_lines(spans);
    for (index, line) in all.iter().enumerate() {
        let last = index + 1 == all.len();
        let style = Paragraph { style: BODY, keep_next: keep_next && last, ..Paragraph::default() };
        open_paragraph(xml, style)?;
        if index == 0 && !mark.is_empty() {
            run(xml, mark, false)?;
        }
        for span in line {
            run(xml, &span.text, span.strong)?;
        }
        xml.close("w:p")?;
    }
    Ok(())
}

/// An empty paragraph as low as Word allows.
fn small_gap(xml: &mut Xml) -> io::Result<()> {
    xml.open("w:p", &[])?;
    xml.open("w:pPr", &[])?;
    xml.empty("w:spacing", &[("w:line", "20"), ("w:lineRule", "exact")])?;
    xml.close("w:pPr")?;
    xml.close("w:p")
}

fn section(xml: &mut Xml, preset: &Preset) -> io::Result<()> {
    let page = &preset.page;
    xml.open("w:sectPr", &[])?;
    xml.empty("w:footerReference", &[("w:type", "even"), ("r:id", EVEN_FOOTER)])?;
    xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", ODD_FOOTER)])?;
    xml.numbers("w:pgSz", &[("w:w", page.width_mm.twips()), ("w:h", page.height_mm.twips())])?;
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
    )?;
    xml.empty("w:cols", &[("w:space", "720")])?;
    let (pitch, space) =
        (preset.body.line_pitch_pt.twips().to_string(), preset.character_space().to_string());
    let grid =
        [("w:type", "linesAndChars"), ("w:linePitch", pitch.as_str()), ("w:charSpace", space.as_str())];
    xml.empty("w:docGrid", &grid)?;
    xml.close("w:sectPr")
}
