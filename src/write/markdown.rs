//! A report as Markdown of the GitHub kind.

use super::document::{
    Block, Document, Numbering, Run, Span, Table, attachment_lines, lines, one_line, span_lines,
};

/// The report; blocks stand apart by an empty line.
pub fn write(document: &Document) -> String {
    let mut numbering = Numbering::default();
    let mut blocks = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Title(text) => {
                let title: Vec<_> = lines(text).map(|line| escape(&line)).collect();
                blocks.push(format!("# {}", title.join("<br>")));
            }
            Block::Heading { depth, text } => {
                let level = "#".repeat(usize::from((*depth).clamp(1, 4)) + 1);
                let text = escape(&one_line(text));
                blocks.push(format!("{level} {}{text}", numbering.next(*depth)));
            }
            Block::Paragraph(spans) => blocks.extend(prose(spans)),
            Block::List { numbered, items } => {
                let mark = |index| if *numbered { format!("{}. ", index + 1) } else { "- ".to_owned() };
                let items = items.iter().map(|item| prose(item).join("<br>")).enumerate();
                let items: Vec<_> = items.map(|(index, item)| mark(index) + &item).collect();
                blocks.push(items.join("\n"));
            }
            Block::Table(table) => {
                let caption = table.caption.as_deref().unwrap_or_default();
                blocks.extend(prose(&[Span { text: caption.to_owned(), strong: true }]));
                blocks.push(pipe_table(table));
            }
            Block::Attachments(names) => {
                blocks.extend(attachment_lines(names).iter().map(|line| paragraph(line)));
            }
            Block::Signature(text) => blocks.extend(lines(text).map(|line| paragraph(&line))),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n") + "\n"
}

/// Paragraphs of prose, one a line.
fn prose(spans: &[Span]) -> Vec<String> {
    span_lines(spans).iter().map(|line| paragraph_of(line)).collect()
}

fn paragraph(text: &str) -> String {
    paragraph_of(&[Run { text: text.into(), strong: false }])
}

fn paragraph_of(line: &[Run<'_>]) -> String {
    let mut out = String::new();
    for span in line {
        let text = escape(&span.text);
        if !span.strong {
            out.push_str(&text);
        } else if is_word(span.text.chars().next()) && is_word(span.text.chars().next_back()) {
            out.push_str(&format!("**{text}**"));
        } else {
            // Stars beside a quote or a comma are no markup where a Chinese character stands on their other side.
            out.push_str(&format!("<strong>{text}</strong>"));
        }
    }
    escape_start(out)
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Text that is no markup within a line.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut last = None;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '~' | '$' => true,
            // Within a word an underscore marks nothing.
            '_' => !(is_word(last) && is_word(next)),
            '<' => next.is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c)),
            '&' => next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '#'),
            _ => false,
        };
        if markup {
            out.push('\\');
        }
        out.push(c);
        last = Some(c);
    }
    out
}

/// A line that begins no heading, list, quotation, rule or fence; `line` has been through [`escape`].
fn escape_start(mut line: String) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if line.starts_with(['#', '>', '+', '-', '=', '|']) {
        line.insert(0, '\\');
    } else if digits > 0 && line[digits..].starts_with(['.', ')']) {
        line.insert(digits, '\\');
    }
    line
}

/// Markdown cannot merge cells, so every row says all of its words.
fn pipe_table(table: &Table) -> String {
    let columns = table.columns();
    if columns == 0 {
        return String::new();
    }
    let row = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<_> = (0..columns).map(cell).collect();
        format!("| {} |", cells.join(" | "))
    };
    let cell = |text: &str| {
        let all: Vec<_> = lines(text).map(|line| escape(&line).replace('|', "\\|")).collect();
        all.join("<br>")
    };
    let head = row(&|column| table.head.get(column).map(|text| cell(text)).unwrap_or_default());
    let rule = row(&|_| "---".to_owned());
    let rows = (0..table.rows.len()).map(|index| row(&|column| cell(table.cell(index, column))));
    [head, rule].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    const HOSTILE: [&str; 24] = [
        "*星* **双星** _线_ __双线__ ~~删~~ 1~2~3",
        "[链](http://a.b) ![图](x) [^1] [x]: y",
        "<script>alert(1)</script> <!-- x --> <?php <b>粗</b>",
        "&lt; &amp; &#65; A&B A & B",
        "# 井",
        "## 二",
        "> 引",
        "- 项",
        "+ 项",
        "1. 项",
        "12) 项",
        "---",
        "===",
        "***",
        "```rust",
        "~~~",
        "`码` ``双``",
        "|a|b|",
        "\\* \\ 反斜 \\\\ C:\\a",
        "a_b_c 数_据_项 _x_",
        "$x$ $$y$$",
        "<a@b.c> < 5 <5",
        "尾*",
        "- [ ] 待办",
    ];

    fn span(text: &str, strong: bool) -> Span {
        Span { text: text.into(), strong }
    }

    fn strings(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn options() -> Options {
        Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
    }

    #[test]
    fn a_report_is_markdown() {
        let document = Document {
            blocks: vec![
                Block::Title("某某局\n自评报告".into()),
                Block::Heading { depth: 1, text: "基本情况".into() },
                Block::Heading { depth: 2, text: "概况".into() },
                Block::Heading { depth: 3, text: "资金".into() },
                Block::Heading { depth: 4, text: "来源".into() },
                Block::Paragraph(vec![
                    span("甲", false),
                    span("乙", true),
                    span("丙\n", false),
                    span("“丁”", true),
                ]),
                Block::List {
                    numbered: true, items: vec![vec![span("一", false)], vec![span("二", false)]]
                },
                Block::List { numbered: false, items: vec![vec![span("三", false)]] },
                Block::Table(Table {
                    caption: Some("表1".into()),
                    head: strings(&["指标", "值"]),
                    rows: vec![strings(&["a|b", "1\n2"]), strings(&["a|b", "\\|"])],
                    merged_columns: 1,
                }),
                Block::Signature("某某局".into()),
            ],
        };
        let expected = "# 某某局<br>自评报告\n\n## 一、基本情况\n\n### （一）概况\n\n#### 1.资金\n\n##### （1）来源\n\n\
            甲**乙**丙\n\n<strong>“丁”</strong>\n\n1. 一\n2. 二\n\n- 三\n\n**表1**\n\n\
            | 指标 | 值 |\n| --- | --- |\n| a\\|b | 1<br>2 |\n| a\\|b | \\\\\\| |\n\n某某局\n";
        assert_eq!(write(&document), expected);
    }

    #[test]
    fn no_text_becomes_markup() {
        for text in HOSTILE {
            let markdown = write(&Document { blocks: vec![Block::Paragraph(vec![span(text, false)])] });
            let mut read = String::new();
            for event in Parser::new_ext(&markdown, options()) {
                match event {
                    Event::Text(text) => read.push_str(&text),
                    Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                    other => panic!("{text} became {other:?} as {markdown}"),
                }
            }
            assert_eq!(read, text);
        }
    }

    #[test]
    fn no_cell_leaves_its_column() {
        let rows: Vec<_> = HOSTILE.iter().map(|text| strings(&[text, "末"])).collect();
        let table = Table { caption: None, head: strings(&["文", "末"]), rows, merged_columns: 0 };
        let markdown = write(&Document { blocks: vec![Block::Table(table)] });
        let mut cells = vec![String::new()];
        for event in Parser::new_ext(&markdown, options()) {
            match event {
                Event::Text(text) => cells.last_mut().unwrap().push_str(&text),
                Event::End(TagEnd::TableCell) => cells.push(String::new()),
                Event::Start(_) | Event::End(_) => {}
                other => panic!("{other:?}"),
            }
        }
        let expected: Vec<_> =
            ["文"].iter().chain(&HOSTILE).flat_map(|text| [*text, "末"]).chain([""]).collect();
        assert_eq!(cells, expected);
    }
}
