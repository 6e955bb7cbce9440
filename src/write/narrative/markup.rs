//! Markdown to a [`Document`], and user text to Markdown that means just that text.

use std::fmt::{self, Write};

use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::model::script::plain_start;
use crate::write::document::{Block, Document, Span, Table};

/// Writes a text of a form so that it means just that text: with every ASCII mark escaped that could be markup, and
/// without line breaks, which would end a paragraph.
pub(super) fn escape(out: &mut impl Write, text: &str) -> fmt::Result {
    let (mut written, mut at) = (0, 0);
    loop {
        at += plain_start(&text[at..], |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'%' | b',')
        });
        let Some(c) = text[at..].chars().next() else { break };
        let (start, end) = (at, at + c.len_utf8());
        at = end;
        let means_itself = match c {
            // A full stop ends the number of a list only before a blank, and the others are markup nowhere.
            '.' => text.as_bytes().get(end).is_some_and(u8::is_ascii_digit),
            '%' | ',' | '/' => true,
            c => !c.is_ascii_punctuation() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}'),
        };
        if means_itself {
            continue;
        }
        out.write_str(&text[written..start])?;
        written = end;
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => out.write_char(' ')?,
            c if c.is_control() => {}
            // Tables are split at bars before backslashes are looked at.
            '\\' => out.write_str("&#92;")?,
            '|' => out.write_str("&#124;")?,
            c => {
                out.write_char('\\')?;
                out.write_char(c)?;
            }
        }
    }
    out.write_str(&text[written..])
}

/// Parses a rendered outline.
pub(super) fn parse(text: &str) -> Document {
    let mut builder = Builder::default();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        builder.take(event);
    }
    Document { blocks: builder.blocks }
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    strong: bool,
    quoted: bool,
    list: Option<(bool, Vec<Vec<Span>>)>,
    table: Option<Table>,
    row: Vec<String>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.push(&text),
            // <br> is the only markup of HTML that an outline may use.
            Event::InlineHtml(html) if html.starts_with("<br") => self.push("\n"),
            Event::HardBreak => self.push("\n"),
            // Chinese words have no blanks between them: a line break in the outline is none in the report.
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Strong => self.strong = true,
            Tag::BlockQuote(_) => self.quoted = true,
            Tag::List(first) => self.list = Some((first.is_some(), Vec::new())),
            Tag::Table(alignments) => {
                let merged =
                    alignments.iter().take_while(|alignment| **alignment == Alignment::Center).count();
                let caption = match self.blocks.pop() {
                    Some(Block::Paragraph(spans)) if spans.iter().all(|span| span.strong) => {
                        Some(spans.into_iter().map(|span| span.text).collect())
                    }
                    Some(other) => {
                        self.blocks.push(other);
                        None
                    }
                    None => None,
                };
                self.table = Some(Table { caption, merged_columns: merged, ..Table::default() });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.strong = false,
            TagEnd::BlockQuote(_) => self.quoted = false,
            TagEnd::Heading(level) => {
                let text = self.text();
                self.blocks.push(match level {
                    HeadingLevel::H1 => Block::Title(text),
                    HeadingLevel::H2 => Block::Heading { depth: 1, text },
                    HeadingLevel::H3 => Block::Heading { depth: 2, text },
                    HeadingLevel::H4 => Block::Heading { depth: 3, text },
                    HeadingLevel::H5 | HeadingLevel::H6 => Block::Heading { depth: 4, text },
                });
            }
            TagEnd::Paragraph if self.list.is_some() => {}
            TagEnd::Paragraph => {
                let block = if self.quoted {
                    Block::Signature(self.text())
                } else {
                    Block::Paragraph(self.take_spans())
                };
                self.blocks.push(block);
            }
            TagEnd::Item => {
                let item = self.take_spans();
                if let Some((_, items)) = &mut self.list {
                    items.push(item);
                }
            }
            TagEnd::List(_) => {
                if let Some((numbered, items)) = self.list.take() {
                    let joined = |item: Vec<Span>| item.into_iter().map(|span| span.text).collect();
                    self.blocks.push(if self.quoted {
                        Block::Attachments(items.into_iter().map(joined).collect())
                    } else {
                        Block::List { numbered, items }
                    });
                }
            }
            TagEnd::TableCell => {
                let cell = self.text();
                self.row.push(cell);
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.head = std::mem::take(&mut self.row);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(std::mem::take(&mut self.row));
                }
            }
            TagEnd::Table => self.blocks.extend(self.table.take().map(Block::Table)),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        match self.spans.last_mut() {
            Some(last) if last.strong == self.strong => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), strong: self.strong }),
        }
    }

    fn take_spans(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.spans)
    }

    fn text(&mut self) -> String {
        let mut spans = self.spans.drain(..).map(|span| span.text);
        let mut text = spans.next().unwrap_or_default();
        text.extend(spans);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_outline_becomes_blocks() {
        let text = "# 某局<br>报告\n\n## 概况\n\n正文**重点**\n续行。\n\n1. 甲\n2. 乙\n\n**表1**\n\n|一|二|\n|:-:|---|\n|a|b|\n\n> 1. 自评表\n> 2. 清单\n\n> 某局\n";
        let plain = |text: &str| Span { text: text.into(), strong: false };
        assert_eq!(
            parse(text).blocks,
            [
                Block::Title("某局\n报告".into()),
                Block::Heading { depth: 1, text: "概况".into() },
                Block::Paragraph(vec![
                    plain("正文"),
                    Span { text: "重点".into(), strong: true },
                    plain("续行。")
                ]),
                Block::List { numbered: true, items: vec![vec![plain("甲")], vec![plain("乙")]] },
                Block::Table(Table {
                    caption: Some("表1".into()),
                    head: vec!["一".into(), "二".into()],
                    rows: vec![vec!["a".into(), "b".into()]],
                    merged_columns: 1,
                }),
                Block::Attachments(vec!["自评表".into(), "清单".into()]),
                Block::Signature("某局".into()),
            ]
        );
    }

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(&mut out, text).unwrap();
        out
    }

    #[test]
    fn figures_need_no_escaping() {
        assert_eq!(escaped("≥98.5%，1,200元/批次"), "≥98.5%，1,200元/批次");
        assert_eq!(escaped("1. 甲\n-乙|\u{1}"), r"1\. 甲 \-乙&#124;");
    }

    proptest! {
        #[test]
        fn any_text_of_a_form_stays_that_text(text in "[-#*_<>&|`~\\[\\]()!.+=:/\\\\ a1年%≥甲]{1,40}") {
            let document = parse(&format!("正{}文", escaped(&text)));
            prop_assert_eq!(document.blocks, vec![Block::Paragraph(vec![Span { text: format!("正{text}文"), strong: false }])]);
        }

        #[test]
        fn any_text_may_begin_a_paragraph(text in "[-#*_<>&|`~.,%/+=:\\\\a1甲][-#*_<>&|`~.,%/+=:\\\\ a1甲]{0,40}甲") {
            let document = parse(&escaped(&text));
            prop_assert_eq!(document.blocks, vec![Block::Paragraph(vec![Span { text, strong: false }])]);
        }

        #[test]
        fn any_text_stays_in_its_table_cell(text in "[-#*_<>&|`~\\[\\]()!.+=:\\\\a1年%≥甲]{1,40}") {
            let cell = escaped(&text);
            let document = parse(&format!("|一|二|\n|---|---|\n|甲{cell}|乙|\n"));
            let Some(Block::Table(table)) = document.blocks.first() else { panic!("no table") };
            prop_assert_eq!(&table.rows, &vec![vec![format!("甲{text}"), "乙".to_owned()]]);
        }
    }
}
