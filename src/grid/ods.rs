//! The merged cells and percent cells of an .ods file, which calamine does not tell.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::model::{Address, Area};

/// What one sheet's cells say of themselves beside their values.
#[derive(Default)]
pub(super) struct Spans {
    pub(super) merges: Vec<Area>,
    pub(super) percents: HashSet<Address>,
}

/// A part that inflates beyond this is no form.
const MAX_PART: u64 = 512 << 20;
/// Repeated cells beyond this are an empty tail, not data.
const MAX_REPEAT: u32 = 1 << 14;

/// The spans of every sheet, by its name.
pub(super) fn spans(bytes: &[u8]) -> Result<HashMap<String, Spans>> {
    let damaged = |cause: String| Error::Damaged { format: "ods", cause };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
    let part = archive.by_name("content.xml").map_err(|e| damaged(e.to_string()))?;
    let mut reader = Reader::from_reader(BufReader::new(part.take(MAX_PART)));
    let mut sheets = HashMap::new();
    let mut sheet: Option<(String, Spans)> = None;
    let mut at = Address::new(0, 0);
    let mut row_repeat = 1;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|e| damaged(e.to_string()))?;
        let (element, closed) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(end) => {
                match end.local_name().as_ref() {
                    "table" => sheets.extend(sheet.take()),
                    "table-row" => at.row = at.row.saturating_add(row_repeat),
                    _ => {}
                }
                continue;
            }
            Event::Eof => return Ok(sheets),
            _ => continue,
        };
        match element.local_name().as_ref() {
            "table" => {
                let name = attribute(element, "name").unwrap_or_default();
                sheet = Some((name, Spans::default()));
                at = Address::new(0, 0);
            }
            "table-row" => {
                at.col = 0;
                row_repeat = count(element, "number-rows-repeated");
                if closed {
                    at.row = at.row.saturating_add(row_repeat);
                }
            }
            "table-cell" | "covered-table-cell" => {
                let repeat = count(element, "number-columns-repeated");
                if let Some((_, spans)) = &mut sheet {
                    let (wide, high) =
                        (count(element, "number-columns-spanned"), count(element, "number-rows-spanned"));
                    if wide > 1 || high > 1 {
                        let last =
                            Address::new(at.row.saturating_add(high - 1), at.col.saturating_add(wide - 1));
                        spans.merges.push(Area::new(at, last));
                    }
                    if attribute(element, "value-type").as_deref() == Some("percentage")
                        && repeat <= MAX_REPEAT
                    {
                        spans
                            .percents
                            .extend((0..repeat).map(|i| Address::new(at.row, at.col.saturating_add(i))));
                    }
                }
                at.col = at.col.saturating_add(repeat);
            }
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().flatten().find_map(|attribute| {
        let found = attribute.key.local_name().as_ref() == name;
        found
            .then(|| attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok())
            .flatten()
            .map(|v| v.into_owned())
    })
}

/// A count that an attribute states; 1 if it states none.
fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|text| text.parse().ok()).filter(|n| *n > 0).unwrap_or(1)
}
