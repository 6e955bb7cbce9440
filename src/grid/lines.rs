//! The lines of a document that is prose: text, Markdown, .docx.

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

fn of_text(text: &str) -> Vec<Line> {
    let text = text.trim_start_matches('\u{feff}');
    let markdown = text.lines().any(|line| line.starts_with("# ") || line.starts_with("## "));
    let line = |(number, text): (u32, &str)| {
        let text = text.trim();
        if markdown {
            of_markdown(number, text)
        } else {
            Line { number, text: text.to_owned(), ..Line::default() }
        }
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

/// A line of Markdown without its marks: those of headings, quotes and strong words, escapes and breaks.
fn of_markdown(number: u32, text: &str) -> Line {
    if let Some(row) = text.strip_prefix('|') {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let rule = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')));
        let text = if rule { String::new() } else { plain(&cells.join("\t")) };
        return Line { number, text, in_table: true, ..Line::default() };
    }
    let text = text.trim_start_matches(['#', '>', ' ']);
    let text = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")).unwrap_or(text);
    Line { number, text: plain(text).trim().to_owned(), ..Line::default() }
}

/// The words of Markdown's inline markup.
fn plain(text: &str) -> String {
    let text = text.replace("**", "").replace("<br>", "").replace("&#124;", "|").replace("&#92;", "\\");
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
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
