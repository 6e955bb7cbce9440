//! 问题清单: a row a finding.

use super::cell::{Cell, Target};
use super::layout::Layout;
use super::rows::Rows;
use super::sheet::Sheet;
use super::style::{Face, Look, Styles, row_height};
use super::table::Column;
use super::{FileLink, package};
use crate::error::Result;
use crate::model::{Finding, Level};

const SHEET: &str = "问题清单";
const TITLE: &str = "自评表问题清单";
const NONE: &str = "未发现问题。";
const LEVEL: &str = "级别";

struct Row<'a> {
    number: usize,
    finding: &'a Finding,
    file: Option<&'a FileLink>,
}

fn columns<'a>() -> [Column<'a, Row<'a>>; 11] {
    [
        Column::new("序号", (6.0, 8.0), Face::Center, |row| Cell::count(row.number)),
        Column::new(LEVEL, (7.0, 7.0), Face::Center, |row| Cell::text(look(row.finding.level).0)),
        Column::new("代码", (7.0, 8.0), Face::Center, |row| Cell::text(&*row.finding.code)),
        Column::new("项目名称", (14.0, 26.0), Face::Text, |row| optional(row.finding.project.as_ref())),
        Column::new("问题", (24.0, 50.0), Face::Text, |row| Cell::text(row.finding.message.as_str())),
        Column::new("建议", (20.0, 42.0), Face::Text, |row| Cell::text(row.finding.hint.as_str())),
        Column::new("填报值", (10.0, 18.0), Face::Text, |row| optional(row.finding.found.as_ref())),
        Column::new("应为", (10.0, 18.0), Face::Text, |row| optional(row.finding.expected.as_ref())),
        Column::new("文件", (14.0, 30.0), Face::Text, file),
        Column::new("工作表", (9.0, 18.0), Face::Text, |row| optional(row.finding.sheet.as_ref())),
        Column::new("单元格", (9.0, 12.0), Face::Center, place),
    ]
}

/// The findings of all projects.
pub(super) struct Problems {
    rows: Rows,
    count: usize,
}

impl Problems {
    pub(super) fn new() -> Self {
        Self { rows: Rows::new(Layout::new(SHEET, TITLE), &columns()), count: 0 }
    }

    /// Writes a finding's row; `file` is where its file lies.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn add(&mut self, finding: &Finding, file: Option<&FileLink>, styles: &Styles) -> Result<()> {
        self.count += 1;
        let row = Row { number: self.count, finding, file };
        let columns = columns();
        let cells = columns.iter().map(|column| {
            let face = if column.head == LEVEL { look(finding.level).1 } else { column.face };
            ((column.value)(&row), face)
        });
        self.rows.push(cells, styles)
    }

    /// The sheets with all their rows.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn finish(self, styles: &Styles) -> Result<Vec<Sheet>> {
        let mut sheets = self.rows.finish(styles)?;
        if let Some(only) = sheets.last_mut().filter(|_| self.count == 0) {
            only.merged_row(Cell::text(NONE), Look::Body(Face::Text), row_height(1), styles)?;
        }
        Ok(sheets)
    }
}

const fn look(level: Level) -> (&'static str, Face) {
    match level {
        Level::Error => ("错误", Face::Error),
        Level::Warning => ("提醒", Face::Warning),
        Level::Note => ("提示", Face::Note),
    }
}

fn optional(text: Option<&String>) -> Cell<'_> {
    text.map_or(Cell::Blank, |text| Cell::text(text.as_str()))
}

/// The file's name, which opens it where no cell does.
fn file<'a>(row: &Row<'a>) -> Cell<'a> {
    let (name, finding) = (row.finding.file.as_str(), row.finding);
    let file = row.file.filter(|file| !(file.has_cells && finding.cell.is_some() && finding.sheet.is_some()));
    file.map_or_else(
        || Cell::text(name),
        |file| {
            Cell::link(Target::File { address: package::to_file(&file.path), cell: None }, name, "打开文件")
        },
    )
}

/// The cell, which opens the file there.
fn place<'a>(row: &Row<'a>) -> Cell<'a> {
    let cell = row.finding.cell;
    let file = row.file.filter(|file| file.has_cells);
    if let (Some(cell), Some(sheet), Some(file)) = (cell, row.finding.sheet.as_ref(), file) {
        let to = format!("'{}'!{cell}", sheet.replace('\'', "''"));
        let to = Target::File { address: package::to_file(&file.path), cell: Some(to) };
        return Cell::link(to, cell.to_string(), "打开文件并转到单元格");
    }
    match (cell, row.finding.line) {
        (Some(cell), _) => Cell::text(cell.to_string()),
        (None, Some(line)) => Cell::text(format!("第 {line} 行")),
        (None, None) => Cell::Blank,
    }
}
