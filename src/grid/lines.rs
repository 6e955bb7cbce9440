//! The lines of a document that is prose: text, Markdown, .docx.

use std::ops::Range;

use super::{Format, docx, encoding};
use crate::error::{Error, Result};
use crate::model::report::Line;

/// The lines of a document, empty ones too, with the numbers that a word processor sets before them. Reports that
/// this program wrote are read like others.
///
/// # Errors
/// Those of [`Format::of`]; [`Error::NoReport`] for containers that hold tables only.
pub fn lines(bytes: &[u8]) -> Result<Vec<Line>> {
    match Format::of(bytes) {
        Ok(Format::Delimited) => Ok(of_text(&encoding::decode(bytes))),
        Ok(Format::Docx) | Err(Error::OwnOutput) => docx::lines(bytes),
        Ok(_) => Err(Error::NoReport),
        Err(error) => Err(error),
    }
}

/// A part of a line's words and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The bytes of the line's text.
    pub(crate) text: Range<usize>,
    /// The bytes of the source: of the raw line of a text, of a .docx's `word/document.xml`. As many as of the text,
    /// or those of an escaped character.
    pub(crate) source: Range<usize>,
}

/// Whether a text is Markdown: it has headings that only Markdown has.
pub(crate) fn is_markdown(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("# ") || line.starts_with("## "))
}

fn of_text(text: &str) -> Vec<Line> {
    let text = text.trim_start_matches('\u{feff}');
    let markdown = is_markdown(text);
    let line = |(number, text): (u32, &str)| match (markdown, text.trim().strip_prefix('|')) {
        (true, Some(row)) => markdown_row(number, row),
        _ => Line { number, text: words(text, markdown).0, ..Line::default() },
    };
    let mut lines: Vec<Line> = (1..).zip(text.lines()).map(line).collect();
    if !markdown {
        mark_columns(&mut lines);
    }
    lines
}

/// Tells the rows of tables that are set in columns by blanks.
fn mark_columns(lines: &mut [Line]) {
    let columns: Vec<usize> = lines.iter().map(|line| columns(&line.text)).collect();
    for (i, line) in lines.iter_mut().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| columns.get(at)).is_some_and(|count| *count > 2);
        // Rows that are empty but for a cell or two stand among others.
        line.in_table =
            columns[i] > 2 || columns[i] == 2 && (beside(i.checked_sub(1)) || beside(Some(i + 1)));
    }
}

/// How many words a line has that stand apart by a tab or by more than one blank; spaced letters are none.
fn columns(text: &str) -> usize {
    let cells: Vec<&str> = text
        .split(['\t', '　'])
        .flat_map(|part| part.split("  "))
        .map(str::trim)
        .filter(|c| !c.is_empty())
        .collect();
    if cells.iter().all(|cell| cell.chars().count() == 1) { 1 } else { cells.len() }
}

fn markdown_row(number: u32, row: &str) -> Line {
    let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
    let rule = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')));
    let text = if rule { String::new() } else { plain(&cells.join("\t"), 0).0 };
    Line { number, text, in_table: true, ..Line::default() }
}

/// The words of a raw line of prose and where they stand in it. Markdown loses its marks: those of headings, quotes,
/// lists and strong words, escapes and breaks.
pub(crate) fn words(raw: &str, markdown: bool) -> (String, Vec<Piece>) {
    let start = raw.len() - raw.trim_start().len();
    let text = raw.trim();
    if !markdown {
        return (text.to_owned(), vec![Piece { text: 0..text.len(), source: start..start + text.len() }]);
    }
    let bare = text.trim_start_matches(['#', '>', ' ']);
    let bare = bare.strip_prefix("- ").or_else(|| bare.strip_prefix("* ")).unwrap_or(bare).trim_start();
    plain(bare, start + text.len() - bare.len())
}

/// The words of Markdown's inline markup, of a text that begins at a byte of its line.
fn plain(text: &str, start: usize) -> (String, Vec<Piece>) {
    const MARKS: [(&str, &str); 4] = [("**", ""), ("<br>", ""), ("&#124;", "|"), ("&#92;", "\\")];
    let (mut plain, mut pieces) = (String::with_capacity(text.len()), Vec::new());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mark = MARKS.iter().find(|(mark, _)| rest.starts_with(mark));
        let escaped =
            rest.strip_prefix('\\').filter(|rest| rest.starts_with(|c: char| c.is_ascii_punctuation()));
        let (means, length) = match (mark, escaped) {
            (Some((mark, means)), _) => (*means, mark.len()),
            (None, Some(rest)) => (&rest[..1], 2),
            (None, None) => (&rest[..c.len_utf8()], c.len_utf8()),
        };
        if !means.is_empty() {
            let from = plain.len();
            plain.push_str(means);
            pieces.push(Piece { text: from..plain.len(), source: start + at..start + at + length });
        }
        at += length;
    }
    plain.truncate(plain.trim_end().len());
    (plain, pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_markdown_give_the_same_words() {
        let words = |text: &str| -> Vec<(u32, String, bool)> {
            lines(text.as_bytes())
                .unwrap()
                .into_iter()
                .map(|line| (line.number, line.text, line.in_table))
                .collect()
        };
        let line = |number, text: &str, in_table| (number, text.to_owned(), in_table);
        assert_eq!(
            words("报告\r\n\r\n　　一、概况 \n"),
            [line(1, "报告", false), line(2, "", false), line(3, "一、概况", false)]
        );
        assert_eq!(
            words("# 报告\n\n1\\. **甲**乙\n> 某局\n| 一 | 二 |\n|:-:|---|\n"),
            [
                line(1, "报告", false),
                line(2, "", false),
                line(3, "1.甲乙".replace("1.", "1. ").as_str(), false),
                line(4, "某局", false),
                line(5, "一\t二", true),
                line(6, "", true),
            ]
        );
        assert_eq!(
            words("绩  效  报  告\n指标    目标  完成\n----  ----  ----\n        满意度\n联系人：  电话：\n"),
            [
                line(1, "绩  效  报  告", false),
                line(2, "指标    目标  完成", true),
                line(3, "----  ----  ----", true),
                line(4, "满意度", false),
                line(5, "联系人：  电话：", false),
            ]
        );
        assert!(matches!(lines(b"<html><table><tr><td>x</td></tr></table>"), Err(Error::NoReport)));
    }
}
