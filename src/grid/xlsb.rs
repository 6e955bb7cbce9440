//! The merged cells and percent cells of an .xlsb file, which calamine does not tell.
//!
//! Follows [MS-XLSB]: a part is a sequence of records, each a type, a length and its bytes.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;

use super::bytes::{u16_at, u32_at};
use super::printed::is_percent;
use crate::error::{Error, Result};
use crate::model::{Address, Area};

const ROW: u16 = 0;
const CELL_RK: u16 = 2;
const CELL_REAL: u16 = 5;
const FORMULA_NUMBER: u16 = 9;
const FORMAT: u16 = 44;
const XF: u16 = 47;
const SHEET: u16 = 156;
const MERGE: u16 = 176;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;

/// A record that is cut off claims no more bytes than this, unless somebody means harm. None of a real file is as long.
const MAX_CLAIM: u32 = 1 << 20;

/// What one sheet's cells say of themselves beside their values.
#[derive(Default)]
pub(super) struct Spans {
    pub(super) merges: Vec<Area>,
    pub(super) percents: HashSet<Address>,
}

/// The spans of every sheet, by its name.
///
/// # Errors
/// [`Error::Damaged`] if the container is, if two sheets are one part, which would be read over and over, or if a record
/// claims far more bytes than there are, for which calamine would make room.
pub(super) fn spans(bytes: &[u8]) -> Result<HashMap<String, Spans>> {
    let mut package = Package::open(bytes).map_err(|e| damaged(e.to_string()))?;
    let targets = package.part("xl/_rels/workbook.bin.rels").map(targets).unwrap_or_default();
    let formats = package.records("xl/styles.bin", formats)?;
    let sheets = package.records("xl/workbook.bin", sheets)?;
    package.records("xl/sharedStrings.bin", |records| while records.next().is_some() {})?;
    let mut spans = HashMap::new();
    let mut read = HashSet::new();
    for (name, id) in sheets {
        let Some(target) = targets.get(&id) else { continue };
        if !read.insert(target.to_ascii_lowercase()) {
            return Err(damaged(format!("{target} is two sheets")));
        }
        let of_sheet = package.records(&format!("xl/{target}"), |records| of_sheet(records, &formats))?;
        spans.entry(name).or_insert(of_sheet);
    }
    Ok(spans)
}

fn damaged(cause: String) -> Error {
    Error::Damaged { format: "xlsb", cause }
}

/// The parts of a file, whose names' case and slashes differ between programs.
struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: HashMap<String, usize>,
}

impl<'a> Package<'a> {
    fn open(bytes: &'a [u8]) -> zip::result::ZipResult<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes))?;
        let names = archive.file_names().enumerate();
        let names = names
            .filter_map(|(i, name)| Some((name.ok()?.replace('\\', "/").to_ascii_lowercase(), i)))
            .collect();
        Ok(Self { archive, names })
    }

    fn part(&mut self, name: &str) -> Option<impl BufRead> {
        let index = *self.names.get(&name.to_ascii_lowercase())?;
        self.archive.by_index(index).ok().map(BufReader::new)
    }

    /// What is read of a part's records; nothing if there is no such part.
    fn records<T: Default>(&mut self, name: &str, read: impl FnOnce(&mut Records<'_>) -> T) -> Result<T> {
        let Some(mut part) = self.part(name) else { return Ok(T::default()) };
        let mut records = Records::of(&mut part);
        let read = read(&mut records);
        match records.lacking {
            Some(claimed) if claimed > MAX_CLAIM => {
                Err(damaged(format!("{name}: a record of {claimed} bytes")))
            }
            _ => Ok(read),
        }
    }
}

/// The targets of relationships, by their ids.
fn targets(part: impl BufRead) -> HashMap<String, String> {
    let mut reader = Reader::from_reader(part);
    let mut targets = HashMap::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                let value = |name: &str| {
                    let attribute = element.attributes().flatten().find(|a| a.key.as_ref() == name)?;
                    attribute
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .ok()
                        .map(|v| v.into_owned())
                };
                targets.extend(value("Id").zip(value("Target")));
            }
            Ok(Event::Eof) | Err(_) => return targets,
            Ok(_) => {}
        }
    }
}

/// The sheets' names and the ids of their parts, in the order of the workbook.
fn sheets(records: &mut Records<'_>) -> Vec<(String, String)> {
    let mut sheets = Vec::new();
    while let Some((kind, data)) = records.next() {
        // The sheet's state and number come first.
        if kind == SHEET
            && let Some((id, rest)) = data.get(8..).and_then(string)
            && let Some((name, _)) = string(rest)
        {
            sheets.push((name, id));
        }
    }
    sheets
}

/// Whether each of the cells' formats shows percent.
fn formats(records: &mut Records<'_>) -> Vec<bool> {
    let mut codes: HashMap<u16, bool> = HashMap::from([(9, true), (10, true)]);
    let mut formats = Vec::new();
    // The named styles are records of the same type.
    let mut of_cells = false;
    while let Some((kind, data)) = records.next() {
        match kind {
            FORMAT => {
                if let (Some(index), Some((code, _))) = (u16_at(data, 0), data.get(2..).and_then(string)) {
                    codes.insert(index, is_percent(&code));
                }
            }
            BEGIN_CELL_XFS => of_cells = true,
            END_CELL_XFS => of_cells = false,
            XF if of_cells => {
                formats.push(u16_at(data, 2).and_then(|index| codes.get(&index).copied()).unwrap_or(false));
            }
            _ => {}
        }
    }
    formats
}

fn of_sheet(records: &mut Records<'_>, formats: &[bool]) -> Spans {
    let mut spans = Spans::default();
    let mut row = 0;
    while let Some((kind, data)) = records.next() {
        match kind {
            ROW => row = u32_at(data, 0).unwrap_or(row),
            CELL_RK | CELL_REAL | FORMULA_NUMBER => {
                // The column, then the format in three bytes; the fourth is flags.
                let (Some(col), Some(format)) = (u32_at(data, 0), u32_at(data, 4)) else { continue };
                let format = usize::try_from(format & 0x00FF_FFFF).ok();
                if format.and_then(|i| formats.get(i)).copied().unwrap_or(false) {
                    spans.percents.insert(Address::new(row, col));
                }
            }
            MERGE => {
                let corner = |row, col| Some(Address::new(u32_at(data, row)?, u32_at(data, col)?));
                spans
                    .merges
                    .extend(corner(0, 8).zip(corner(4, 12)).map(|(first, last)| Area::new(first, last)));
            }
            _ => {}
        }
    }
    spans
}

/// The records of a part, up to its end or the first that is cut off.
struct Records<'a> {
    part: &'a mut dyn BufRead,
    data: Vec<u8>,
    /// The length of the record that is cut off.
    lacking: Option<u32>,
}

impl<'a> Records<'a> {
    fn of(part: &'a mut dyn BufRead) -> Self {
        Self { part, data: Vec::new(), lacking: None }
    }

    /// The next record's type and bytes.
    fn next(&mut self) -> Option<(u16, &[u8])> {
        let kind = u16::try_from(self.number(2)?).ok()?;
        let length = self.number(4)?;
        self.data.clear();
        // No more room is made than there are bytes.
        let read = (&mut self.part).take(length.into()).read_to_end(&mut self.data);
        if read.is_err() || (self.data.len() as u64) < u64::from(length) {
            self.lacking = Some(length);
            return None;
        }
        Some((kind, &self.data))
    }

    /// A number of at most so many bytes, seven bits in each, the lowest first; the eighth bit says that more
    /// follow.
    fn number(&mut self, bytes: u32) -> Option<u32> {
        let mut number = 0;
        for i in 0..bytes {
            let mut byte = [0];
            self.part.read_exact(&mut byte).ok()?;
            number |= u32::from(byte[0] & 0x7F) << (7 * i);
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

/// A string that counts its UTF-16 units in four bytes, and what follows it; none is counted as `u32::MAX`.
fn string(data: &[u8]) -> Option<(String, &[u8])> {
    let (count, data) = data.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*count);
    if count == u32::MAX {
        return Some((String::new(), data));
    }
    let (text, rest) = data.split_at_checked(usize::try_from(count).ok()?.checked_mul(2)?)?;
    let units: Vec<u16> = text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    Some((String::from_utf16_lossy(&units), rest))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::grid::Format;

    /// What breaks off.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::InvalidData.into())
        }
    }

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut number = |mut left: usize| {
            while left >= 0x80 {
                bytes.push(u8::try_from(left & 0x7F).unwrap() | 0x80);
                left >>= 7;
            }
            bytes.push(u8::try_from(left).unwrap());
        };
        number(kind.into());
        number(data.len());
        bytes.extend_from_slice(data);
        bytes
    }

    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn text(text: &str) -> Vec<u8> {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [numbers(&[u32::try_from(units.len() / 2).unwrap()]), units].concat()
    }

    fn cell(kind: u16, col: u32, format: u32, value: &[u8]) -> Vec<u8> {
        record(kind, &[&numbers(&[col, format])[..], value].concat())
    }

    fn real(col: u32, format: u32, value: f64) -> Vec<u8> {
        cell(CELL_REAL, col, format, &value.to_le_bytes())
    }

    fn row(index: u32, cells: &[Vec<u8>]) -> Vec<u8> {
        let head = [&numbers(&[index, 0])[..], &[0x1D, 1, 0, 0, 0], &numbers(&[0])].concat();
        [record(ROW, &head), cells.concat()].concat()
    }

    fn sheet(rows: &[Vec<u8>], merges: &[[u32; 4]]) -> Vec<u8> {
        let merged: Vec<u8> = merges.iter().flat_map(|merge| record(MERGE, &numbers(merge))).collect();
        [
            record(129, &[]),
            record(148, &numbers(&[0, 9, 0, 9])),
            record(145, &[]),
            rows.concat(),
            record(146, &[]),
            record(177, &numbers(&[u32::try_from(merges.len()).unwrap()])),
            merged,
            record(178, &[]),
            record(130, &[]),
        ]
        .concat()
    }

    fn strings(strings: &[&str]) -> Vec<u8> {
        let count = u32::try_from(strings.len()).unwrap();
        let items = strings.iter().flat_map(|string| record(19, &[&[0][..], &text(string)].concat()));
        [record(159, &numbers(&[count, count])), items.collect(), record(160, &[])].concat()
    }

    /// A format of its own under number 164, and cells' formats with these numbers.
    fn styles(code: &str, formats: &[u16]) -> Vec<u8> {
        let xf = |parent: u16, format: u16| {
            record(XF, &[&parent.to_le_bytes()[..], &format.to_le_bytes(), &[0; 12]].concat())
        };
        [
            record(278, &[]),
            record(615, &numbers(&[1])),
            record(FORMAT, &[&164u16.to_le_bytes()[..], &text(code)].concat()),
            record(616, &[]),
            record(626, &numbers(&[1])),
            // A percent that belongs to no cell.
            xf(0xFFFF, 9),
            record(627, &[]),
            record(BEGIN_CELL_XFS, &numbers(&[u32::try_from(formats.len()).unwrap()])),
            formats.iter().flat_map(|format| xf(0, *format)).collect(),
            record(END_CELL_XFS, &[]),
            record(279, &[]),
        ]
        .concat()
    }

    /// A workbook of sheets with their names, states and numbers of their parts.
    fn xlsb(sheets: &[(&str, u32, u32)], parts: &[Vec<u8>], strings: &[u8], styles: &[u8]) -> Vec<u8> {
        let bundle = sheets.iter().zip(1..).flat_map(|((name, state, part), number)| {
            let id = text(&format!("rId{part}"));
            record(SHEET, &[numbers(&[*state, number]), id, text(name)].concat())
        });
        let book = [record(131, &[]), record(143, &[]), bundle.collect(), record(144, &[]), record(132, &[])];
        let of = "http://schemas.openxmlformats.org";
        let relationships = |list: &[(String, &str, String)]| {
            let list: String = list
                .iter()
                .map(|(id, kind, target)| {
                    format!(
                        r#"<Relationship Id="{id}" Type="{of}/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
                    )
                })
                .collect();
            format!(r#"<Relationships xmlns="{of}/package/2006/relationships">{list}</Relationships>"#)
        };
        let mut targets = vec![
            ("rId101".to_owned(), "styles", "styles.bin".to_owned()),
            ("rId102".to_owned(), "sharedStrings", "sharedStrings.bin".to_owned()),
        ];
        let mut types = String::new();
        for number in 1..=parts.len() {
            targets.push((format!("rId{number}"), "worksheet", format!("worksheets/sheet{number}.bin")));
            types.push_str(&format!(
                r#"<Override PartName="/xl/worksheets/sheet{number}.bin" ContentType="application/vnd.ms-excel.worksheet"/>"#
            ));
        }
        let types = format!(
            r#"<Types xmlns="{of}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/><Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/>{types}</Types>"#
        );
        let root = [("rId1".to_owned(), "officeDocument", "xl/workbook.bin".to_owned())];
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, content: &[u8]| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        };
        add("[Content_Types].xml", types.as_bytes());
        add("_rels/.rels", relationships(&root).as_bytes());
        add("xl/_rels/workbook.bin.rels", relationships(&targets).as_bytes());
        add("xl/workbook.bin", &book.concat());
        add("xl/styles.bin", styles);
        add("xl/sharedStrings.bin", strings);
        for (part, number) in parts.iter().zip(1..) {
            add(&format!("xl/worksheets/sheet{number}.bin"), part);
        }
        zip.finish().unwrap().into_inner()
    }

    fn sample() -> Vec<u8> {
        let first = sheet(
            &[
                row(0, &[cell(7, 0, 0, &numbers(&[0]))]),
                row(1, &[cell(7, 0, 0, &numbers(&[1])), cell(6, 1, 0, &text("行内")), real(2, 1, 0.98)]),
                // 86.5 packed as hundredths, and a formula.
                row(2, &[real(1, 0, 9.8), cell(CELL_RK, 2, 2, &numbers(&[(8650 << 2) | 3]))]),
                row(3, &[cell(FORMULA_NUMBER, 2, 1, &[&0.5f64.to_le_bytes()[..], &[0; 10]].concat())]),
            ],
            &[[0, 0, 0, 2], [1, 2, 0, 0]],
        );
        let second = sheet(&[row(0, &[real(0, 0, 1.0)])], &[]);
        let strings = strings(&["项目支出绩效自评表", "产出指标"]);
        let sheets = [("自评表", 0, 1), ("隐藏", 1, 2)];
        xlsb(&sheets, &[first, second], &strings, &styles("0.0%;\"负\"0.0%", &[0, 164, 10]))
    }

    #[test]
    fn percents_and_merged_cells_are_read() {
        let bytes = sample();
        assert_eq!(Format::of(&bytes).unwrap(), Format::Xlsb);
        let grids = crate::grid::read(&bytes).unwrap();
        let names: Vec<_> = grids.iter().map(|grid| (grid.sheet.as_str(), grid.hidden)).collect();
        assert_eq!(names, [("自评表", false), ("隐藏", true)]);
        let slots = |row: usize| -> Vec<String> {
            let slots = grids[0].rows()[row].slots.iter();
            slots.map(|slot| format!("{}:{} {}", slot.area.first, slot.area.last, slot.text)).collect()
        };
        assert_eq!(slots(0), ["A1:C1 项目支出绩效自评表"]);
        assert_eq!(slots(1), ["A2:A3 产出指标", "B2:B2 行内", "C2:C2 98%"]);
        assert_eq!(slots(2), ["A2:A3 产出指标", "B3:B3 9.8", "C3:C3 8650%"]);
        assert_eq!(slots(3), ["C4:C4 50%"]);
    }

    #[test]
    fn a_part_that_is_two_sheets_is_damaged() {
        let part = sheet(&[], &[]);
        let bytes = xlsb(&[("甲", 0, 1), ("乙", 0, 1)], &[part], &strings(&[]), &styles("0", &[0]));
        assert!(matches!(spans(&bytes), Err(Error::Damaged { .. })));
    }

    #[test]
    fn records_that_are_cut_off_end_the_part() {
        let part = sheet(&[row(0, &[real(0, 1, 0.5)])], &[[0, 1, 0, 1]]);
        for end in 0..part.len() {
            let spans = of_sheet(&mut Records::of(&mut &part[..end]), &[false, true]);
            assert!(spans.merges.len() + spans.percents.len() <= 2);
        }
        // A length of 256 MB makes no room for it.
        let mut part = &[5, 0xFF, 0xFF, 0xFF, 0x7F, 1][..];
        let mut records = Records::of(&mut part);
        assert!(records.next().is_none());
        assert!(records.data.capacity() < 1 << 16);
        assert_eq!(records.lacking, Some((1 << 28) - 1));
        // Nor does one in a part that cannot be inflated to its end.
        let mut part = BufReader::new((&[5, 0xFF, 0xFF, 0xFF, 0x7F, 1][..]).chain(Broken));
        let mut records = Records::of(&mut part);
        assert!(records.next().is_none());
        assert_eq!(records.lacking, Some((1 << 28) - 1));
    }

    #[test]
    fn records_that_claim_what_is_not_there_are_not_given_to_calamine() {
        let claim = [CELL_REAL as u8, 0xFF, 0xFF, 0xFF, 0x7F, 1];
        let of = |part: Vec<u8>, strings: &[u8]| {
            spans(&xlsb(&[("甲", 0, 1)], &[part], strings, &styles("0", &[0])))
        };
        assert!(of(sheet(&[], &[]), &strings(&[])).is_ok());
        assert!(matches!(of(claim.to_vec(), &strings(&[])), Err(Error::Damaged { .. })));
        assert!(matches!(of(sheet(&[], &[]), &claim), Err(Error::Damaged { .. })));
        // A part that is merely cut off is calamine's to judge.
        assert!(of(vec![CELL_REAL as u8, 12, 0], &strings(&[])).is_ok());
    }
}
