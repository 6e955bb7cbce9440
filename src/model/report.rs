//! A narrative report as somebody wrote it: its lines, its sections, what it says of itself, and its figures.
//!
//! As with forms nothing is corrected on the way in; every line keeps its number, so that a finding can say
//! where it stands.

use std::ops::Range;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Field, Grade, Kind, Project, Quantity, Source, Total};

/// The report of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The file as the user named it.
    pub file: String,
    /// Every line that is not empty, from the title to the line before the next report of the file.
    pub lines: Vec<Line>,
    /// How many of the lines, from the first, are the title.
    pub title_lines: usize,
    /// The title's words, its lines joined.
    pub title: String,
    /// The unit that the title names.
    pub unit: Option<String>,
    /// The project that the title names.
    pub project: Option<String>,
    /// The year evaluated, if the report says so.
    pub year: Option<u16>,
    /// The sections (一、) and their parts (（一）), in order.
    pub sections: Vec<Section>,
    /// The score that the report gives itself, points.
    pub score: Option<Stated<Decimal>>,
    /// The grade that the report gives itself.
    pub grade: Option<Stated<Grade>>,
    /// Every figure of the text outside the title, in order.
    pub figures: Vec<Figure>,
}

/// A line: in text files a line, in .docx a paragraph or a table's row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its number in the file, 1-based; empty lines count.
    pub number: u32,
    /// Its words without the white space around them. The cells of a table's row are parted by tabs.
    pub text: String,
    /// Whether it is a table's row.
    pub in_table: bool,
    /// The number before its words (`一、`, `（2）`), whether it is typed or set by the word processor.
    pub mark: Option<Mark>,
}

impl Line {
    /// The words behind the mark.
    pub fn words(&self) -> &str {
        let typed = self.mark.as_ref().map_or(0, |mark| mark.typed);
        self.text.get(typed..).unwrap_or_default().trim_start()
    }
}

/// A number that counts lines of one rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// 1 for `一、`, 2 for `（一）`, 3 for `1.` and `1、`, 4 for `（1）`.
    pub depth: u8,
    /// What it counts to.
    pub ordinal: u32,
    /// What ends it: `、`, `.`, `．`, `）`, `)`.
    pub sign: char,
    /// How many bytes of the line's text it takes; 0 if the word processor sets it.
    pub typed: usize,
}

/// A section (depth 1) or a part of one (depth 2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// 1 or 2.
    pub depth: u8,
    /// The heading's words, without number and without the mark that may end it.
    pub heading: String,
    /// What it is about, where the heading is a known one.
    pub topic: Option<Topic>,
    /// The heading's index in the report's lines.
    pub heading_line: usize,
    /// The indexes of the lines below the heading, up to the next heading of any depth.
    pub body: Range<usize>,
}

/// What sections of reports are about. The headings that mean it stand in `templates/reports.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// 基本情况, 项目概况
    Background,
    /// 绩效目标分解下达情况
    Assignment,
    /// 绩效自评工作开展情况
    Work,
    /// 绩效目标(自评)完成情况分析, the section as a whole
    Completion,
    /// 资金投入情况分析
    Funds,
    /// 绩效目标/绩效指标完成情况, the part
    Goals,
    /// 综合评价结论
    Conclusion,
    /// 偏离绩效目标的原因和下一步改进措施
    Deviation,
    /// 主要经验、存在的问题
    Experience,
    /// 有关建议
    Advice,
    /// 绩效自评结果拟应用和公开情况
    Application,
    /// 其他需要说明的问题
    Other,
}

/// Something that a report says of itself, and the index of the line in which it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stated<T> {
    /// What it says.
    pub value: T,
    /// The line's index in the report's lines.
    pub line: usize,
}

/// A figure of the text with its unit, as `Quantity` reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The index of its line in the report's lines.
    pub line: usize,
    /// Its bytes within the line's text, unit included.
    pub at: Range<usize>,
    /// Number and unit.
    pub quantity: Quantity,
}

impl Report {
    /// What the report states of its project, for a summary: names, year, score and grade. It has no cells; the
    /// place of a sheet's name takes the line with which the report begins.
    pub fn project(&self) -> Project {
        let text = |text: &Option<String>| Field { value: text.clone(), cell: None };
        let first = self.lines.first().map_or(0, |line| line.number);
        Project {
            kind: Kind::Report,
            name: text(&self.project),
            unit: text(&self.unit),
            year: Field { value: self.year, cell: None },
            total: Total {
                score: Field { value: self.score.as_ref().map(|score| score.value), cell: None },
                grade: Field { value: self.grade.as_ref().map(|grade| grade.value), cell: None },
                ..Total::default()
            },
            source: Source {
                file: self.file.clone(), sheet: format!("第{first}行"), layout: String::new()
            },
            ..Project::default()
        }
    }

    /// The sections about a topic.
    pub fn about(&self, topic: Topic) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(move |section| section.topic == Some(topic))
    }

    /// The lines below a section's heading, its parts' included.
    pub fn lines_of(&self, section: &Section) -> &[Line] {
        let after = self.sections.iter().filter(|other| other.heading_line > section.heading_line);
        let end = after
            .filter(|other| other.depth <= section.depth)
            .map(|other| other.heading_line)
            .next()
            .unwrap_or(self.lines.len());
        self.lines.get(section.heading_line + 1..end).unwrap_or_default()
    }

    /// The lines of a section above its first part.
    pub fn own_lines(&self, section: &Section) -> &[Line] {
        self.lines.get(section.body.clone()).unwrap_or_default()
    }
}
