//! A report as plain text.

use std::borrow::Cow;

use super::document::{
    Block, Document, Numbering, Span, Table, attachment_lines, display_width, lines, one_line, span_lines,
};

const INDENT: &str = "　　";
/// How wide a table may be, in half-width characters.
const TABLE_WIDTH: usize = 100;
/// Where a signature ends, in half-width characters: four Chinese ones before a line of 80 does.
const SIGNATURE_END: usize = 72;
/// Between two columns.
const GAP: &str = "  ";

/// The report in lines that end in `\n`; paragraphs are not wrapped.
pub fn write(document: &Document) -> String {
    let mut out = String::new();
    let mut numbering = Numbering::default();
    let mut previous = None;
    for block in &document.blocks {
        if previous.is_some_and(|previous| is_set_apart(previous, block)) {
            out.push('\n');
        }
        match block {
            Block::Title(text) => push_lines(&mut out, "", lines(text)),
            Block::Heading { depth, text } => {
                push_lines(&mut out, &numbering.next(*depth), [one_line(text)]);
            }
            Block::Paragraph(spans) => push_prose(&mut out, "", spans),
            Block::List { numbered, items } => {
                for (index, item) in items.iter().enumerate() {
                    let mark = if *numbered { format!("{}.", index + 1) } else { "·".to_owned() };
                    push_prose(&mut out, &mark, item);
                }
            }
            Block::Table(table) => push_table(&mut out, table),
            Block::Attachments(names) => {
                let mut lines = attachment_lines(names).into_iter();
                push_lines(&mut out, INDENT, lines.next());
                push_lines(&mut out, &INDENT.repeat(2), lines.map(|line| format!("　{line}")));
            }
            Block::Signature(text) => {
                for line in lines(text) {
                    let space = SIGNATURE_END.saturating_sub(display_width(&line));
                    push_lines(&mut out, &" ".repeat(space), [line]);
                }
            }
        }
        previous = Some(block);
    }
    out
}

fn is_set_apart(previous: &Block, block: &Block) -> bool {
    match (previous, block) {
        (Block::Signature(_), Block::Signature(_)) => false,
        (Block::Title(_) | Block::Table(_), _)
        | (_, Block::Table(_) | Block::Signature(_) | Block::Attachments(_)) => true,
        (Block::Heading { .. }, Block::Heading { .. }) => false,
        (_, Block::Heading { depth, .. }) => *depth == 1,
        _ => false,
    }
}

fn push_lines(out: &mut String, before: &str, lines: impl IntoIterator<Item = impl AsRef<str>>) {
    for line in lines {
        out.push_str(before);
        out.push_str(line.as_ref());
        out.push('\n');
    }
}

/// The lines of some prose, the first one behind a mark.
fn push_prose(out: &mut String, mark: &str, spans: &[Span]) {
    for (index, line) in span_lines(spans).iter().enumerate() {
        out.push_str(INDENT);
        if index == 0 {
            out.push_str(mark);
        }
        out.extend(line.iter().map(|run| &*run.text));
        out.push('\n');
    }
}

fn push_table(out: &mut String, table: &Table) {
    if let Some(caption) = &table.caption {
        push_lines(out, "", lines(caption));
    }
    let gaps = GAP.len() * table.columns().saturating_sub(1);
    let widths = table.column_widths(TABLE_WIDTH.saturating_sub(gaps));
    if !table.head.is_empty() {
        push_row(
            out,
            &wrap_row(&widths, |column| table.head.get(column).map_or("", String::as_str)),
            &widths,
        );
        let rule: Vec<_> =
            widths.iter().map(|width| vec![(Cow::Owned("-".repeat(*width)), *width)]).collect();
        push_row(out, &rule, &widths);
    }
    let rows: Vec<_> = (0..table.rows.len())
        .map(|row| {
            let merged = |column| table.merges_up(row, column);
            wrap_row(&widths, |column| if merged(column) { "" } else { table.cell(row, column) })
        })
        .collect();
    // Rows of several lines run into each other unless a line is left between them.
    let loose = rows.iter().flatten().any(|cell| cell.len() > 1);
    for (index, row) in rows.iter().enumerate() {
        if loose && index > 0 {
            out.push('\n');
        }
        push_row(out, row, &widths);
    }
}

/// A line of a cell, and how wide it is in half-width characters.
type Line<'a> = (Cow<'a, str>, usize);

/// The cells of a row, each wrapped to the width of its column.
fn wrap_row<'a>(widths: &[usize], cell: impl Fn(usize) -> &'a str) -> Vec<Vec<Line<'a>>> {
    widths.iter().enumerate().map(|(column, width)| wrap(lines(cell(column)), *width)).collect()
}

/// A row whose cells have any number of lines.
fn push_row(out: &mut String, cells: &[Vec<Line<'_>>], widths: &[usize]) {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    for line in 0..height {
        for (cell, width) in cells.iter().zip(widths) {
            let (text, own) = cell.get(line).map_or(("", 0), |(text, own)| (text, *own));
            out.push_str(text);
            out.extend(std::iter::repeat_n(' ', width.saturating_sub(own)));
            out.push_str(GAP);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

/// Lines no wider than `width` half-width characters, as far as words and closing marks allow.
fn wrap<'a>(lines: impl Iterator<Item = Cow<'a, str>>, width: usize) -> Vec<Line<'a>> {
    let mut wrapped = Vec::new();
    for line in lines {
        let own = display_width(&line);
        if own <= width {
            wrapped.push((line, own));
            continue;
        }
        let mut current = String::new();
        let mut taken = 0;
        for word in words(&line, width) {
            let wide = display_width(word);
            if !current.is_empty() && taken + wide > width {
                let whole = current.trim_end();
                wrapped.push((Cow::Owned(whole.to_owned()), display_width(whole)));
                current.clear();
                taken = 0;
            }
            if !(current.is_empty() && word.trim().is_empty()) {
                current.push_str(word);
                taken += wide;
            }
        }
        wrapped.push((Cow::Owned(current), taken));
    }
    wrapped
}

/// The pieces between which a line may break: a Chinese character with the marks that close it, or a run of
/// ASCII no longer than `width`.
fn words(line: &str, width: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut last: Option<char> = None;
    for (index, c) in line.char_indices() {
        let ascii = c.is_ascii_graphic() && last.is_some_and(|last| last.is_ascii_graphic());
        let together = ascii && index - start < width || "，。、；：？！）》〉」』】％%”’".contains(c);
        if last.is_some() && !together {
            words.push(&line[start..index]);
            start = index;
        }
        last = Some(c);
    }
    if start < line.len() {
        words.push(&line[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<Span> {
        vec![Span { text: text.into(), strong: false }]
    }

    fn strings(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_report_reads_as_typed() {
        let heading = |depth, text: &str| Block::Heading { depth, text: text.into() };
        let document = Document {
            blocks: vec![
                Block::Title("某某局\n自评报告".into()),
                heading(1, "基本情况"),
                heading(2, "项目概况"),
                Block::Paragraph(spans("　　第一段。\n第二段。")),
                Block::List { numbered: true, items: vec![spans("甲"), spans("乙")] },
                heading(1, "指标"),
                Block::Table(Table {
                    caption: Some("表1".into()),
                    head: strings(&["一级", "指标", "得分"]),
                    rows: vec![strings(&["产出", "≥5批", "10"]), strings(&["产出", "合格率", "9.5"])],
                    merged_columns: 1,
                }),
                Block::Signature("某某局".into()),
                Block::Signature("2023年3月1日".into()),
            ],
        };
        let expected = "某某局\n自评报告\n\n一、基本情况\n（一）项目概况\n　　第一段。\n　　第二段。\n　　1.甲\n　　2.乙\n\n\
            二、指标\n\n表1\n一级  指标    得分\n----  ------  ----\n产出  ≥5批   10\n      合格率  9.5\n\n";
        let text = write(&document);
        let (body, signature) = text.split_at(expected.len());
        assert_eq!(body, expected);
        assert_eq!(signature, format!("{}某某局\n{}2023年3月1日\n", " ".repeat(66), " ".repeat(60)));
    }

    #[test]
    fn long_cells_wrap_and_rows_are_set_apart() {
        let long = "因采购流程延迟，部分批次于12月底完成，".repeat(8);
        let table = Table {
            caption: None,
            head: strings(&["序号", "原因"]),
            rows: vec![strings(&["1", &long]), strings(&["2", "无"])],
            merged_columns: 0,
        };
        let text = write(&Document { blocks: vec![Block::Table(table)] });
        assert!(text.lines().all(|line| display_width(line) <= 102), "{text}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with('，')), "{text}");
        assert_eq!(text.matches("\n\n").count(), 1);
        let body: String = text.lines().skip(2).map(|line| line.get(6..).unwrap_or_default()).collect();
        assert_eq!(body, format!("{long}无"));
    }

    #[test]
    fn words_stay_whole_while_they_fit() {
        let wrapped = |text: &'static str, width| {
            let lines = wrap(lines(text), width);
            lines.iter().for_each(|(line, own)| assert_eq!(*own, display_width(line), "{line}"));
            lines.into_iter().map(|(line, _)| line).collect::<Vec<_>>()
        };
        assert_eq!(wrapped("共 GB2760-2014 项，合格", 12), ["共", "GB2760-2014", "项，合格"]);
        assert_eq!(wrapped("abcdefgh", 4), ["abcd", "efgh"]);
        assert!(wrapped("", 4).is_empty());
    }
}
