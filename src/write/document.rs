//! A report as a document: headings, paragraphs and tables, whatever it will be written as.
//!
//! Headings carry no numbers: each writer numbers them (一、 （一） 1. （1）), so that a number is never wrong.

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

/// A count from 1 to 99 in Chinese numerals; larger counts in digits.
pub fn chinese_numeral(count: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match count {
        1..=9 => DIGITS[count].to_owned(),
        10..=19 => format!("十{}", DIGITS[count - 10]),
        20..=99 => format!("{}十{}", DIGITS[count / 10], DIGITS[count % 10]),
        _ => count.to_string(),
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
}
