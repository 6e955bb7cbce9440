//! 问题清单: a row a finding.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::rows::Rows;
use super::style::{self, Face, Styles};
use super::table::{Cell, Column};
use super::{FileLink, package};
use crate::model::{Finding, Level};

pub(super) const SHEET: &str = "问题清单";
const TITLE: &str = "自评表问题清单";
const NONE: &str = "未发现问题。";
const HEAD: u32 = 1;
const LEVEL: &str = "级别";

struct Row<'a> {
    number: usize,
    finding: &'a Finding,
    file: Option<&'a FileLink>,
}

fn columns<'a>() -> [Column<Row<'a>>; 11] {
    [
        Column::new("序号", (6.0, 8.0), Face::Center, |row| Cell::count(row.number)),
        Column::new(LEVEL, (7.0, 7.0), Face::Center, |row| Cell::text(look(row.finding.level).0)),
        Column::new("代码", (7.0, 8.0), Face::Center, |row| Cell::text(&row.finding.code)),
        Column::new("项目名称", (14.0, 26.0), Face::Text, |row| optional(row.finding.project.as_ref())),
        Column::new("问题", (24.0, 50.0), Face::Text, |row| Cell::text(&row.finding.message)),
        Column::new("建议", (20.0, 42.0), Face::Text, |row| Cell::text(&row.finding.hint)),
        Column::new("填报值", (10.0, 18.0), Face::Text, |row| optional(row.finding.found.as_ref())),
        Column::new("应为", (10.0, 18.0), Face::Text, |row| optional(row.finding.expected.as_ref())),
        Column::new("文件", (14.0, 30.0), Face::Text, file),
        Column::new("工作表", (9.0, 18.0), Face::Text, |row| optional(row.finding.sheet.as_ref())),
        Column::new("单元格", (9.0, 12.0), Face::Center, place),
    ]
}

/// The findings of all projects: a sheet, and further ones where there are more than it holds.
pub(super) struct Problems {
    sheets: Vec<Worksheet>,
    rows: Rows,
    count: usize,
}

impl Problems {
    pub(super) fn new(workbook: &mut Workbook, styles: &Styles) -> Result<Self, XlsxError> {
        let mut new = Self { sheets: Vec::new(), rows: Rows::long(HEAD, &columns()), count: 0 };
        new.open(workbook, styles)?;
        Ok(new)
    }

    /// Begins a further sheet.
    fn open(&mut self, workbook: &mut Workbook, styles: &Styles) -> Result<(), XlsxError> {
        let rows = std::mem::replace(&mut self.rows, Rows::long(HEAD, &columns()));
        if let Some(full) = self.sheets.last_mut() {
            rows.finish(full, styles)?;
        }
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(match self.sheets.len() {
            0 => SHEET.to_owned(),
            before => format!("{SHEET}（{}）", before + 1),
        })?;
        style::title(&mut sheet, styles, TITLE, self.rows.last_col())?;
        sheet.set_freeze_panes(HEAD + 1, 0)?;
        style::page(&mut sheet, Some(HEAD))?;
        self.sheets.push(sheet);
        Ok(())
    }

    /// Writes a finding's row; `file` is where its file lies.
    pub(super) fn add(
        &mut self,
        workbook: &mut Workbook,
        styles: &Styles,
        finding: &Finding,
        file: Option<&FileLink>,
    ) -> Result<(), XlsxError> {
        if self.rows.next().is_none() {
            self.open(workbook, styles)?;
        }
        self.count += 1;
        let row = Row { number: self.count, finding, file };
        let face = |column: &Column<Row<'_>>| {
            if column.head == LEVEL { look(finding.level).1 } else { column.face }
        };
        let cells = columns().iter().map(|column| ((column.value)(&row), face(column))).collect();
        match self.sheets.last_mut() {
            Some(sheet) => self.rows.push(sheet, styles, cells),
            None => Ok(()),
        }
    }

    /// The sheets, complete.
    pub(super) fn finish(mut self, styles: &Styles) -> Result<Vec<Worksheet>, XlsxError> {
        let last_col = self.rows.last_col();
        if let Some(last) = self.sheets.last_mut() {
            self.rows.finish(last, styles)?;
            if self.count == 0 {
                last.merge_range(HEAD + 1, 0, HEAD + 1, last_col, NONE, styles.body(Face::Text))?;
            }
        }
        Ok(self.sheets)
    }
}

const fn look(level: Level) -> (&'static str, Face) {
    match level {
        Level::Error => ("错误", Face::Error),
        Level::Warning => ("提醒", Face::Warning),
        Level::Note => ("提示", Face::Note),
    }
}

fn optional(text: Option<&String>) -> Cell {
    text.map_or(Cell::Blank, |text| Cell::text(text))
}

/// The file's name, which opens it where no cell does.
fn file(row: &Row<'_>) -> Cell {
    let (name, finding) = (&row.finding.file, row.finding);
    let file = row.file.filter(|file| !(file.has_cells && finding.cell.is_some() && finding.sheet.is_some()));
    file.map_or_else(|| Cell::text(name), |file| Cell::link(package::to_file(&file.path), name, "打开文件"))
}

/// The cell, which opens the file there.
fn place(row: &Row<'_>) -> Cell {
    let cell = row.finding.cell;
    let file = row.file.filter(|file| file.has_cells);
    if let (Some(cell), Some(sheet), Some(file)) = (cell, row.finding.sheet.as_ref(), file) {
        let to = format!("{}#'{}'!{cell}", package::to_file(&file.path), sheet.replace('\'', "''"));
        return Cell::link(to, &cell.to_string(), "打开文件并转到单元格");
    }
    match (cell, row.finding.line) {
        (Some(cell), _) => Cell::text(&cell.to_string()),
        (None, Some(line)) => Cell::text(&format!("第 {line} 行")),
        (None, None) => Cell::Blank,
    }
}
