//! XML Spreadsheet 2003.

use std::collections::{BTreeMap, HashMap};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::limits::{Allowance, LAST};
use super::printed::{is_figure, is_percent, print_bool, print_float, print_iso_date};
use super::xml::attribute;
use super::{Grid, encoding};
use crate::error::{Error, Result};
use crate::model::{Address, Area};

const VERSION: XmlVersion = XmlVersion::Implicit1_0;

/// Reads every sheet of a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Grid>> {
    let damaged = |cause: quick_xml::Error| Error::Damaged { format: "xml", cause: cause.to_string() };
    let text = encoding::decode_declared(bytes, "encoding");
    let mut reader = Reader::from_str(&text);
    let mut book = Book::new();
    loop {
        match reader.read_event().map_err(damaged)? {
            // A comment has data of its own.
            Event::Start(element) if matches!(element.local_name().as_ref(), "Comment" | "PhoneticText") => {
                reader.read_to_end(element.name()).map_err(damaged)?;
            }
            Event::Start(element) => book.start(&element),
            Event::Empty(element) => {
                book.start(&element);
                book.end(element.local_name().as_ref())?;
            }
            Event::End(element) => book.end(element.local_name().as_ref())?,
            Event::Text(text) => book.write(&text.xml_content(VERSION)),
            Event::CData(text) => book.write(&text.xml_content(VERSION)),
            Event::GeneralRef(name) => {
                let mut buffer = [0; 4];
                match name.resolve_char_ref().map_err(damaged)? {
                    Some(c) => book.write(c.encode_utf8(&mut buffer)),
                    None => book.write(resolve_predefined_entity(&name).unwrap_or_default()),
                }
            }
            Event::Eof => return Ok(book.grids),
            _ => {}
        }
    }
}

/// A workbook that is being read.
struct Book {
    grids: Vec<Grid>,
    allowance: Allowance,
    /// Whether each style shows percent.
    styles: HashMap<String, bool>,
    /// The style that is being read.
    style: String,
    sheet: Sheet,
    /// What the text to come is.
    reading: Reading,
    text: String,
}

/// A sheet that is being read.
#[derive(Default)]
struct Sheet {
    name: String,
    hidden: bool,
    cells: Vec<(Address, String)>,
    figures_as_text: Vec<Address>,
    merges: Vec<Area>,
    /// The row and column that are being read, or are to come.
    row: u32,
    col: u32,
    /// The rows and columns that they take beyond their own.
    more_rows: u32,
    more_cols: u32,
    /// Whether the cell being read shows percent.
    percent: bool,
    /// Whether the style of the row, if it has one, shows percent.
    row_percent: Option<bool>,
    /// The styles of columns by the first of those that share one, with the last.
    columns: BTreeMap<u32, (u32, bool)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Nothing,
    Visible,
    Data(Kind),
}

/// The type of a cell's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Boolean,
    DateTime,
    Text,
}

impl Book {
    fn new() -> Self {
        Self {
            grids: Vec::new(),
            allowance: Allowance::default(),
            styles: HashMap::new(),
            style: String::new(),
            sheet: Sheet::default(),
            reading: Reading::Nothing,
            text: String::new(),
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let sheet = &mut self.sheet;
        let shows_percent = |element| self.styles.get(&attribute(element, "StyleID")?).copied();
        match element.local_name().as_ref() {
            "Style" => {
                self.style = attribute(element, "ID").unwrap_or_default();
                let parent =
                    attribute(element, "Parent").and_then(|parent| self.styles.get(&parent).copied());
                self.styles.insert(self.style.clone(), parent.unwrap_or(false));
            }
            "NumberFormat" => {
                let code = attribute(element, "Format").unwrap_or_default();
                self.styles.insert(self.style.clone(), code == "Percent" || is_percent(&code));
            }
            "Worksheet" => {
                *sheet = Sheet { name: attribute(element, "Name").unwrap_or_default(), ..Sheet::default() };
            }
            "Column" => {
                let first = index(element).unwrap_or(sheet.col);
                let last = first.saturating_add(count(element, "Span"));
                if let Some(percent) = shows_percent(element) {
                    sheet.columns.insert(first, (last, percent));
                }
                sheet.col = last.saturating_add(1);
            }
            "Row" => {
                sheet.row = index(element).unwrap_or(sheet.row);
                sheet.col = 0;
                sheet.more_rows = count(element, "Span");
                sheet.row_percent = shows_percent(element);
            }
            "Cell" => {
                sheet.col = index(element).unwrap_or(sheet.col);
                sheet.percent =
                    shows_percent(element).or(sheet.row_percent).unwrap_or_else(|| sheet.column());
                sheet.more_cols = count(element, "MergeAcross");
                let last = Address::new(
                    sheet.row.saturating_add(count(element, "MergeDown")).min(LAST.row),
                    sheet.col.saturating_add(sheet.more_cols).min(LAST.col),
                );
                if let Some(first) = sheet.at().filter(|first| *first != last) {
                    sheet.merges.push(Area::new(first, last));
                }
            }
            "Data" => self.read(Reading::Data(match attribute(element, "Type").as_deref() {
                Some("Number") => Kind::Number,
                Some("Boolean") => Kind::Boolean,
                Some("DateTime") => Kind::DateTime,
                _ => Kind::Text,
            })),
            "Visible" => self.read(Reading::Visible),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<()> {
        let sheet = &mut self.sheet;
        match (name, self.reading) {
            ("Data", Reading::Data(kind)) => {
                let text = kind.print(std::mem::take(&mut self.text), sheet.percent);
                if let Some(at) = sheet.at().filter(|_| !text.is_empty()) {
                    self.allowance.take(1, text.len() as u64)?;
                    if kind == Kind::Text && is_figure(&text) {
                        sheet.figures_as_text.push(at);
                    }
                    sheet.cells.push((at, text));
                }
                self.reading = Reading::Nothing;
            }
            ("Visible", Reading::Visible) => {
                sheet.hidden = matches!(self.text.trim(), "SheetHidden" | "SheetVeryHidden");
                self.reading = Reading::Nothing;
            }
            ("Cell", _) => sheet.col = sheet.col.saturating_add(sheet.more_cols).saturating_add(1),
            ("Row", _) => sheet.row = sheet.row.saturating_add(sheet.more_rows).saturating_add(1),
            ("Worksheet", _) => {
                let Sheet { name, hidden, cells, figures_as_text, merges, .. } = std::mem::take(sheet);
                let grid = Grid { hidden, ..Grid::new(name, cells, merges) };
                self.grids.push(grid.with_figures_as_text(figures_as_text));
            }
            _ => {}
        }
        Ok(())
    }

    /// Begins to read a text.
    fn read(&mut self, reading: Reading) {
        self.reading = reading;
        self.text.clear();
    }

    fn write(&mut self, text: &str) {
        if self.reading != Reading::Nothing {
            self.text.push_str(text);
        }
    }
}

impl Sheet {
    /// Whether the column of the cell shows percent.
    fn column(&self) -> bool {
        let before = self.columns.range(..=self.col).next_back();
        before.is_some_and(|(_, (last, percent))| *percent && self.col <= *last)
    }

    /// The cell that is being read. Positions beyond the sheet come from damaged files.
    fn at(&self) -> Option<Address> {
        (self.row <= LAST.row && self.col <= LAST.col).then_some(Address::new(self.row, self.col))
    }
}

impl Kind {
    /// What the sheet prints for a value.
    fn print(self, text: String, percent: bool) -> String {
        let value = text.trim();
        match self {
            Self::Number => value.parse().ok().map(|number| print_float(number, percent)),
            Self::Boolean => match value {
                "1" => Some(print_bool(true)),
                "0" => Some(print_bool(false)),
                _ => None,
            },
            Self::DateTime => Some(print_iso_date(value)),
            Self::Text => None,
        }
        .unwrap_or(text)
    }
}

/// The 0-based position that an element states.
fn index(element: &BytesStart<'_>) -> Option<u32> {
    attribute(element, "Index")?.parse::<u32>().ok()?.checked_sub(1)
}

/// How many more rows or columns an element states to take.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|text| text.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "<?xml version=\"1.0\" encoding=\"gb2312\"?><?mso-application progid=\"Excel.Sheet\"?>";
    const STYLES: &str = "<Styles><Style ss:ID='p'><NumberFormat ss:Format='0.00%'/></Style>
        <Style ss:ID='n' ss:Name='百分比'><NumberFormat ss:Format='Percent'/></Style>
        <Style ss:ID='c' ss:Parent='n'/><Style ss:ID='d' ss:Parent='n'><NumberFormat/></Style>
        <Style ss:ID='g' ss:Parent='n'><NumberFormat ss:Format='0.00'/></Style></Styles>";

    fn workbook(sheets: &str) -> String {
        format!(
            "{HEAD}<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'
             xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>{STYLES}{sheets}</Workbook>"
        )
    }

    fn cells(rows: &str) -> Vec<String> {
        let book = workbook(&format!("<Worksheet ss:Name='表'><Table>{rows}</Table></Worksheet>"));
        let grids = read(book.as_bytes()).unwrap();
        let begins = grids[0].rows().iter().flat_map(|row| row.slots.iter().filter(|slot| row.begins(slot)));
        begins.map(|slot| format!("{}:{} {}", slot.area.first, slot.area.last, slot.text)).collect()
    }

    fn data(kind: &str, value: &str) -> String {
        format!("<Data ss:Type='{kind}'>{value}</Data>")
    }

    #[test]
    fn cells_stand_where_their_indices_say() {
        let (a, b, c) = (data("String", "甲"), data("String", "乙"), data("String", "丙"));
        let rows = format!(
            "<Row ss:Index='2'><Cell ss:MergeAcross='1' ss:MergeDown='1'>{a}</Cell><Cell>{b}</Cell></Row>
             <Row><Cell ss:Index='3'>{c}</Cell><Cell/><Cell>{a}</Cell></Row><Row ss:Span='2'/>
             <Row><Cell>{b}</Cell></Row><Row ss:Index='9999999'><Cell>{c}</Cell></Row>
             <Row ss:Index='8'><Cell ss:Index='0'>{a}</Cell><Cell ss:Index='20000'>{b}</Cell></Row>"
        );
        assert_eq!(cells(&rows), ["A2:B3 甲", "C2:C2 乙", "C3:C3 丙", "E3:E3 甲", "A7:A7 乙", "A8:A8 甲"]);
    }

    #[test]
    fn values_are_printed_as_the_sheet_prints_them() {
        for (style, data, text) in [
            ("g", data("Number", "0.97999999999999998"), "0.98"),
            ("p", data("Number", "0.97999999999999998"), "98%"),
            ("c", data("Number", "1"), "100%"),
            ("d", data("Number", "1"), "1"),
            ("g", data("Number", "1e3"), "1000"),
            ("p", data("Number", "x"), "x"),
            ("x", data("Boolean", "1"), "TRUE"),
            ("x", data("DateTime", "2022-12-31T00:00:00.000"), "2022年12月31日"),
            ("x", data("DateTime", "none"), "none"),
            ("x", data("Error", "#DIV/0!"), "#DIV/0!"),
            ("x", data("String", " &lt;90%&#10;<B>粗<I>斜</I></B><![CDATA[&]]> "), " <90%\n粗斜& "),
            ("x", format!("{}<Comment>{}</Comment>", data("String", "甲"), data("String", "注")), "甲"),
        ] {
            let row = format!("<Row><Cell ss:StyleID='{style}'>{data}</Cell></Row>");
            assert_eq!(cells(&row), [format!("A1:A1 {text}")]);
        }
    }

    #[test]
    fn cells_take_the_style_of_their_row_or_column() {
        let n = data("Number", "0.5");
        let rows = format!(
            "<Column ss:Index='2' ss:Span='1' ss:StyleID='p'/><Column/>
             <Row><Cell>{n}</Cell><Cell>{n}</Cell><Cell ss:StyleID='g'>{n}</Cell><Cell>{n}</Cell></Row>
             <Row ss:StyleID='g'><Cell ss:Index='3'>{n}</Cell></Row>"
        );
        assert_eq!(cells(&rows), ["A1:A1 0.5", "B1:B1 50%", "C1:C1 0.5", "D1:D1 0.5", "C2:C2 0.5"]);
    }

    #[test]
    fn sheets_come_in_order_with_their_names() {
        let hidden = "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>";
        let sheets =
            format!("<Worksheet ss:Name='甲 &amp; 乙'>{hidden}</Worksheet><Worksheet ss:Name='丙'/>");
        for bytes in [workbook(&sheets).as_bytes(), &encoding_rs::GBK.encode(&workbook(&sheets)).0] {
            let grids = read(bytes).unwrap();
            let found: Vec<_> = grids.iter().map(|grid| (grid.sheet.as_str(), grid.hidden)).collect();
            assert_eq!(found, [("甲 & 乙", true), ("丙", false)]);
        }
    }

    #[test]
    fn damaged_and_hostile_workbooks_are_refused() {
        for bytes in ["<Workbook><Worksheet></Workbook>", "<Workbook><Data>&#xD800;", "<Workbook"] {
            assert!(matches!(read(bytes.as_bytes()), Err(Error::Damaged { format: "xml", .. })), "{bytes}");
        }
        let tall = "<Cell ss:MergeDown='1048575'/>".repeat(2000);
        let rows = "<Row><Cell><Data>1</Data></Cell></Row>".repeat(2000);
        let book = workbook(&format!("<Worksheet><Table><Row><Cell/>{tall}</Row>{rows}</Table></Worksheet>"));
        // The grid leaves out areas that no sheet of so many cells can need.
        let grids = read(book.as_bytes()).unwrap();
        assert!(grids[0].rows().iter().map(|row| row.slots.len()).sum::<usize>() < 200_000);
    }
}
