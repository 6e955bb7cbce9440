//! Findings as text, grouped by project, each with the cells around it.

use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::grid::Excerpt;
use crate::model::{Address, Finding, Level};

/// A finding and the cells around it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The cells around it; `None` if it has no cell.
    pub excerpt: Option<&'a Excerpt>,
    /// The words of its line; `None` if it has no line.
    pub quote: Option<&'a str>,
}

/// The widest that a cell is shown, in columns of the terminal.
const MOST_WIDTH: usize = 16;
/// The widest that a line of a report is shown.
const QUOTED_WIDTH: usize = 72;

/// All findings, a blank line between projects.
pub fn text(findings: &[Shown<'_>]) -> String {
    let mut text = String::new();
    let mut last = None;
    for Shown { finding, excerpt, quote } in findings {
        let group = (&finding.file, &finding.sheet, &finding.project);
        if last != Some(group) {
            let gap = if text.is_empty() { "" } else { "\n" };
            let project = finding.project.as_deref().unwrap_or("—");
            let _ = writeln!(text, "{gap}{project}　{}", place(finding));
            last = Some(group);
        }
        let cell = finding.cell.map(|cell| format!(" {cell}"));
        let cell = cell.or_else(|| finding.line.map(|line| format!(" {}", t!("cli.line", line = line))));
        let cell = cell.unwrap_or_default();
        let _ =
            writeln!(text, "  [{}] {}{cell}　{}", level_name(finding.level), finding.code, finding.message);
        if let Some(excerpt) = excerpt {
            draw(excerpt, &mut text);
        }
        if let Some(quote) = quote {
            let _ = writeln!(text, "      │ {}", shortened(quote, QUOTED_WIDTH));
        }
        if !finding.hint.is_empty() {
            let _ = writeln!(text, "      {}：{}", t!("cli.hint"), finding.hint);
        }
    }
    text
}

/// A level's word.
pub fn level_name(level: Level) -> String {
    match level {
        Level::Error => t!("cli.level.error"),
        Level::Warning => t!("cli.level.warning"),
        Level::Note => t!("cli.level.note"),
    }
    .into_owned()
}

fn place(finding: &Finding) -> String {
    match &finding.sheet {
        Some(sheet) => format!("{}!{sheet}", finding.file),
        None => finding.file.clone(),
    }
}

/// Draws cells as a sheet shows them: letters above, numbers before, the marked cell between 【】.
fn draw(excerpt: &Excerpt, text: &mut String) {
    let Some(last) = excerpt.rows.len().checked_sub(1) else { return };
    let marked = |row: usize, col: usize| row == last && col == excerpt.marked;
    let cell = |row: usize, col: usize, text: &str| {
        let cut = cut(text);
        if marked(row, col) { format!("【{cut}】") } else { cut }
    };
    let rows: Vec<Vec<String>> = excerpt
        .rows
        .iter()
        .enumerate()
        .map(|(i, (_, texts))| texts.iter().enumerate().map(|(j, text)| cell(i, j, text)).collect())
        .collect();
    let widths: Vec<usize> = (0..excerpt.columns.len())
        .map(|col| {
            rows.iter().filter_map(|row| row.get(col)).map(|text| text.width()).max().unwrap_or(0).max(2)
        })
        .collect();
    let mut line = |number: &str, texts: &[String]| {
        let mut line = format!("      {number:>4}");
        for (text, width) in texts.iter().zip(&widths) {
            line.push_str(" │ ");
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(text.width())));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    };
    let letters: Vec<String> = excerpt
        .columns
        .iter()
        .map(|col| Address::new(0, *col).to_string().trim_end_matches('1').to_owned())
        .collect();
    line("", &letters);
    for ((row, _), texts) in excerpt.rows.iter().zip(&rows) {
        line(&(u64::from(*row) + 1).to_string(), texts);
    }
}

/// A text no wider than a cell is shown.
fn cut(text: &str) -> String {
    shortened(text, MOST_WIDTH)
}

/// A text no wider than so many columns, its rest an ellipsis.
fn shortened(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width < most
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_under_their_letters() {
        let excerpt = Excerpt {
            columns: vec![4, 5, 6],
            rows: vec![
                (11, ["年度指标值", "实际完成值", "得分"].map(str::to_owned).to_vec()),
                (12, ["≥860批次", "完成八百七十二批次的抽检任务", "11"].map(str::to_owned).to_vec()),
            ],
            marked: 2,
        };
        let mut drawn = String::new();
        draw(&excerpt, &mut drawn);
        let expected = [
            "           │ E          │ F               │ G",
            "        12 │ 年度指标值 │ 实际完成值      │ 得分",
            "        13 │ ≥860批次   │ 完成八百七十二… │ 【11】",
        ];
        assert_eq!(drawn.lines().collect::<Vec<_>>(), expected);
    }
}
