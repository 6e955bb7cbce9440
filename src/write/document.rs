//! A report as a document: headings, paragraphs and tables, whatever it will be written as.
//!
//! Headings carry no numbers: each writer numbers them (一、 （一） 1. （1）), so that a number is never wrong.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use crate::model::number::chinese_numeral;
use crate::model::script::plain_start;

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What stands in the report, in order.
    pub blocks: Vec<Block>,
}

/// A part of a report that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The report's title; a line break within it is kept.
    Title(String),
    /// A heading; its depth is 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）.
    Heading {
        /// 1 to 4.
        depth: u8,
        /// The heading's words, without a number.
        text: String,
    },
    /// A paragraph of prose.
    Paragraph(Vec<Span>),
    /// The items of a list; numbered lists count 1. 2. 3.
    List {
        /// Whether the items are numbered.
        numbered: bool,
        /// The items, each one paragraph.
        items: Vec<Vec<Span>>,
    },
    /// A table.
    Table(Table),
    /// The names of what is attached, below the body.
    Attachments(Vec<String>),
    /// A paragraph flush right with four characters of space behind it: the signature and the date.
    Signature(String),
}

/// Words of one face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The words.
    pub text: String,
    /// Whether they are bold.
    pub strong: bool,
}

/// A table: its head row and its rows, all of the same number of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What stands above the table.
    pub caption: Option<String>,
    /// The head row; repeated on every page.
    pub head: Vec<String>,
    /// The rows below.
    pub rows: Vec<Vec<String>>,
    /// How many columns from the left merge equal cells that stand one under the other.
    pub merged_columns: usize,
}

impl Table {
    /// How many columns there are: those of the longest row.
    pub fn columns(&self) -> usize {
        self.rows.iter().map(Vec::len).fold(self.head.len(), usize::max)
    }

    /// The words of a cell below the head; nothing where a row is too short.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|cells| cells.get(column)).map_or("", String::as_str)
    }

    /// Whether a cell below the head merges with the one above it: its column merges, and from the left up
    /// to it both rows are equal.
    pub fn merges_up(&self, row: usize, column: usize) -> bool {
        row > 0
            && column < self.merged_columns
            && (0..=column).all(|left| self.cell(row, left) == self.cell(row - 1, left))
    }

    /// The columns' widths for a table of at most `total`, all counted in half-width characters.
    ///
    /// No column is wider than its longest line. Where not all fit, long columns give way to short ones, though
    /// none is made narrower than its longest word or two Chinese characters; a table of many columns may then
    /// be wider than `total`.
    pub fn column_widths(&self, total: usize) -> Vec<usize> {
        const LONGEST_WORD: usize = 12;
        let measures: Vec<_> = (0..self.columns()).map(|column| self.longest_word_and_line(column)).collect();
        let least = |comfort: usize| -> Vec<usize> {
            measures.iter().map(|(word, line)| *(word.clamp(&comfort, &LONGEST_WORD)).min(line)).collect()
        };
        // A sixth of the table is what long columns need beyond that to be more than a ribbon.
        let fits = |least: &Vec<usize>| least.iter().sum::<usize>() <= total - total / 6;
        let least = [LONGEST_WORD, 10, 8, 6].map(least).into_iter().find(fits).unwrap_or_else(|| least(4));
        let mut widths = vec![None; measures.len()];
        loop {
            let taken: usize = widths.iter().flatten().sum();
            let open: Vec<_> = (0..widths.len()).filter(|column| widths[*column].is_none()).collect();
            // By the square root, a column of long sentences gets more lines rather than nearly all the width.
            let weight = |column: usize| (measures[column].1 as f64).sqrt();
            let weights: f64 = open.iter().map(|column| weight(*column)).sum();
            let rest = total.saturating_sub(taken) as f64;
            let share = |column: usize| (rest * weight(column) / weights) as usize;
            let narrow = open.iter().find(|column| share(**column) < least[**column]);
            let settled = narrow.map(|column| (*column, least[*column])).or_else(|| {
                let fits = open.iter().find(|column| share(**column) >= measures[**column].1);
                fits.map(|column| (*column, measures[*column].1))
            });
            match settled {
                Some((column, width)) => widths[column] = Some(width),
                None => {
                    let width =
                        |(column, width): (usize, Option<usize>)| width.unwrap_or_else(|| share(column));
                    return widths.iter().copied().enumerate().map(width).collect();
                }
            }
        }
    }

    /// The widths of a column's longest word and longest line, at least 1, in half-width characters.
    fn longest_word_and_line(&self, column: usize) -> (usize, usize) {
        let head = self.head.get(column).map_or("", String::as_str);
        let (mut word, mut line) = (1, 1);
        for text in (0..self.rows.len()).map(|row| self.cell(row, column)).chain([head]).flat_map(lines) {
            let mut letters = 0;
            for byte in text.bytes() {
                letters = if byte.is_ascii_graphic() { letters + 1 } else { 0 };
                word = word.max(letters);
            }
            line = line.max(display_width(&text));
        }
        (word, line)
    }
}

/// The width of a text in half-width characters.
///
/// Quotes, dashes and signs like ≥ count as two, as the Chinese faces of office machines draw them.
pub fn display_width(text: &str) -> usize {
    let (mut rest, mut sum) = (text, 0);
    loop {
        let (plain, other) = rest.split_at(plain_start(rest, is_printable));
        // Three bytes for each two that a Chinese character is wide.
        let ascii = plain.bytes().filter(u8::is_ascii).count();
        sum += ascii + (plain.len() - ascii) / 3 * 2;
        let mut chars = other.chars();
        let Some(c) = chars.next() else { return sum };
        sum += width(c);
        rest = chars.as_str();
    }
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn width(c: char) -> usize {
    match c {
        // Printable ASCII and the common Chinese characters need no looking up.
        ' '..='~' => 1,
        '\u{4E00}'..='\u{9FFF}' => 2,
        c => c.width_cjk().unwrap_or(0),
    }
}

/// The lines of a text without the white space around them; empty lines and characters that stand for
/// nothing in print are dropped.
pub fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    // Nearly all texts are one line as they stand.
    let (only, all) = if is_one_line(text) {
        (Some(Cow::Borrowed(text.trim())), Vec::new())
    } else {
        let kept: String = text.chars().filter_map(printable).collect();
        (None, kept.split('\n').map(|line| Cow::Owned(line.trim().to_owned())).collect())
    };
    only.into_iter().chain(all).filter(|line| !line.is_empty())
}

/// The lines of a text joined by blanks.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let mut lines = lines(text);
    let mut joined = lines.next().unwrap_or_default();
    for line in lines {
        let joined = joined.to_mut();
        joined.push(' ');
        joined.push_str(&line);
    }
    joined
}

/// Words of one face within a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// The words.
    pub text: Cow<'a, str>,
    /// Whether they are set in bold.
    pub strong: bool,
}

/// The same for words of several faces; neighbours of one face are joined.
pub fn span_lines(spans: &[Span]) -> Vec<Vec<Run<'_>>> {
    if let [Span { text, strong }] = spans
        && is_one_line(text)
    {
        let run = Run { text: Cow::Borrowed(text.trim()), strong: *strong };
        return if run.text.is_empty() { Vec::new() } else { vec![vec![run]] };
    }
    let mut all = vec![Vec::<Run<'_>>::new()];
    for span in spans {
        for c in span.text.chars().filter_map(printable) {
            let line = all.last_mut().filter(|_| c != '\n');
            match (line, c) {
                (None, _) => all.push(Vec::new()),
                (Some(line), c) if line.is_empty() && c.is_whitespace() => {}
                (Some(line), c) => match line.last_mut().filter(|last| last.strong == span.strong) {
                    Some(last) => last.text.to_mut().push(c),
                    None => line.push(Run { text: String::from(c).into(), strong: span.strong }),
                },
            }
        }
    }
    for line in &mut all {
        while let Some(last) = line.last_mut() {
            let end = last.text.trim_end().len();
            last.text.to_mut().truncate(end);
            if end > 0 {
                break;
            }
            line.pop();
        }
    }
    all.retain(|line| !line.is_empty());
    all
}

/// Whether a text has no line breaks and nothing that is dropped or becomes something else.
fn is_one_line(text: &str) -> bool {
    // Bytes are looked at to the last whatever was found: that way the processor takes many at once.
    let bytes = text.as_bytes();
    let alone = |byte: u8| (byte < b' ') | (byte == 0x7F) | (byte == 0xC2);
    let together = |[first, second, third]: [u8; 3]| {
        ((first == 0xE2) & (second == 0x80) & (third | 1 == 0xA9))
            | ((first == 0xEF)
                & (((second == 0xBB) & (third == 0xBF)) | ((second == 0xBF) & (third >= 0xBE))))
    };
    let [second, third] = [1, 2].map(|from| bytes.get(from..).unwrap_or_default());
    let suspect = bytes.iter().fold(false, |found, byte| found | alone(*byte))
        | bytes
            .iter()
            .zip(second)
            .zip(third)
            .fold(false, |found, ((first, second), third)| found | together([*first, *second, *third]));
    !suspect || text.chars().all(|c| c != '\n' && printable(c) == Some(c))
}

/// A character as it may stand in any file: line breaks become `\n`, tabs become spaces, and what XML and
/// terminals refuse becomes nothing. A carriage return before `\n` only makes an empty line.
fn printable(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        '\u{fffe}' | '\u{ffff}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// The lines that list attachments: a single one bears no number.
pub fn attachment_lines(names: &[String]) -> Vec<String> {
    match names {
        [name] => vec![format!("附件：{name}")],
        names => {
            let line = |(number, name)| match number {
                1 => format!("附件：1.{name}"),
                _ => format!("{number}.{name}"),
            };
            (1..).zip(names).map(line).collect()
        }
    }
}

/// Counts headings and says each one's number.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    counts: [usize; 4],
}

impl Numbering {
    /// The number of the next heading of a depth (1 to 4), as it stands before its words.
    pub fn next(&mut self, depth: u8) -> String {
        let depth = usize::from(depth.clamp(1, 4));
        self.counts[depth - 1] += 1;
        self.counts[depth..].fill(0);
        let count = self.counts[depth - 1];
        match depth {
            1 => format!("{}、", chinese_numeral(count)),
            2 => format!("（{}）", chinese_numeral(count)),
            3 => format!("{count}."),
            _ => format!("（{count}）"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_count_within_their_parent() {
        let mut numbering = Numbering::default();
        let numbers: Vec<_> = [1, 2, 2, 1, 2, 3, 4, 3].map(|depth| numbering.next(depth)).into();
        assert_eq!(numbers, ["一、", "（一）", "（二）", "二、", "（一）", "1.", "（1）", "2."]);
        assert_eq!([10, 11, 20, 47].map(chinese_numeral), ["十", "十一", "二十", "四十七"]);
    }

    fn table(head: &[&str], rows: &[&[&str]], merged_columns: usize) -> Table {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        Table {
            caption: None,
            head: owned(head),
            rows: rows.iter().map(|row| owned(row)).collect(),
            merged_columns,
        }
    }

    #[test]
    fn widths_are_those_of_all_characters() {
        for text in [
            "",
            "98.5%",
            "完成率（≥95%）",
            "“甲”—乙…",
            "\u{9fff}\u{4e00}\u{4dff}",
            "ＡＺ，：？\u{ff5e}",
            "a\u{301}\u{feff}é",
        ] {
            assert_eq!(display_width(text), text.chars().map(width).sum::<usize>(), "{text}");
        }
        let all = (0..0x1_1000).filter_map(char::from_u32).collect::<String>();
        assert_eq!(display_width(&all), all.chars().map(width).sum::<usize>());
        for c in all.chars() {
            let text = format!("甲{c}乙");
            assert_eq!(display_width(&text), 4 + width(c), "{c:?}");
            assert_eq!(is_one_line(&text), c != '\n' && printable(c) == Some(c), "{c:?}");
        }
    }

    #[test]
    fn a_cell_merges_only_where_all_to_its_left_do() {
        let table = table(&["", "", ""], &[&["甲", "乙", "丙"], &["甲", "乙", "丙"], &["丁", "乙", "丙"]], 2);
        let merges = |row| [0, 1, 2].map(|column| table.merges_up(row, column));
        assert_eq!(merges(0), [false; 3]);
        assert_eq!(merges(1), [true, true, false]);
        assert_eq!(merges(2), [false; 3]);
    }

    #[test]
    fn short_columns_keep_their_width_and_long_ones_share_the_rest() {
        let long = "字".repeat(100);
        let table = table(&["序号", "短", "长", "更长"], &[&["1", "≥860批次", &long[..60], &long]], 0);
        let widths = table.column_widths(80);
        assert_eq!(widths[..2], [4, 9]);
        assert!(widths[2] < widths[3] && widths[2] >= 20, "{widths:?}");
        assert!(widths.iter().sum::<usize>() <= 80);
        assert_eq!(table.column_widths(1000), [4, 9, 40, 200]);
        assert_eq!(table.column_widths(0), [4, 4, 4, 4]);
        assert!(Table::default().column_widths(80).is_empty());
    }

    #[test]
    fn short_columns_wrap_before_a_table_grows_too_wide() {
        let long = "字".repeat(100);
        assert_eq!(table(&["满意度指标"; 3], &[&["甲", &long, &long]], 0).column_widths(44), [10, 17, 17]);
        assert_eq!(table(&["满意度指标"; 9], &[&[long.as_str(); 9]], 0).column_widths(80), [8; 9]);
    }

    #[test]
    fn lines_are_trimmed_and_empty_or_unprintable_ones_dropped() {
        let text = "　　甲\u{1}\t乙 \r\n\n \u{0}\u{b}丙\u{ffff}";
        assert_eq!(lines(text).collect::<Vec<_>>(), ["甲 乙", "丙"]);
        assert_eq!([text, " 甲", " "].map(one_line), ["甲 乙 丙", "甲", ""]);
        let span = |text: &str, strong| Span { text: text.into(), strong };
        let spans = [
            span(" \n　甲", false),
            span("乙", false),
            span("丙\n", true),
            span("\r丁 ", true),
            span("  ", false),
        ];
        let run = |text: &'static str, strong| Run { text: text.into(), strong };
        assert_eq!(span_lines(&spans), [vec![run("甲乙", false), run("丙", true)], vec![run("丁", true)]]);
    }
}
