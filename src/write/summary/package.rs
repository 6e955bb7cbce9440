//! The workbook's package: what the crate makes of it, with the rows that were written beside it.

use std::io::{Cursor, Read, Seek, Write};

use zip::result::ZipResult;
use zip::{ZipArchive, ZipWriter};

use super::failed;
use super::sheet::Sheet;
use super::style::Styles;
use crate::error::Result;

/// The address of a file by its path relative to the workbook. Letters stay as they are: Excel reads encoded
/// ones by the system's code page.
pub(super) fn to_file(path: &str) -> String {
    let mut address = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '%' | ' ' | '"' | '<' | '>' | '[' | ']' | '^' | '`' | '{' | '}' | '#' => {
                address.push_str(&format!("%{:02x}", u32::from(c)));
            }
            _ => address.push(c),
        }
    }
    address
}

/// The part of a workbook's sheet by its number from 0, as the crate names it.
fn part_of(sheet: usize) -> String {
    format!("xl/worksheets/sheet{}.xml", sheet + 1)
}

/// What stands in a sheet's part below its rows.
fn below_rows(part: &str) -> &str {
    part.split_once("</sheetData>").map_or("", |(_, below)| below)
}

/// The part of a workbook's sheet by its number from 0.
#[cfg(test)]
pub(super) fn sheet(workbook: &[u8], number: usize) -> ZipResult<String> {
    text(&mut ZipArchive::new(Cursor::new(workbook))?, &part_of(number))
}

fn text(package: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> ZipResult<String> {
    let mut text = String::new();
    package.by_name(name)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Writes the package of a workbook with our sheets, which are its first, in place of its own.
///
/// # Errors
/// [`crate::Error::Write`]
pub(super) fn write<W: Write + Seek>(
    workbook: &[u8],
    sheets: Vec<Sheet>,
    styles: &Styles,
    out: W,
) -> Result<W> {
    let mut package = ZipArchive::new(Cursor::new(workbook)).map_err(|error| failed(&error))?;
    let mut out = ZipWriter::new(out);
    let names: Vec<String> = (0..sheets.len()).map(part_of).collect();
    let first = text(&mut package, &part_of(0)).map_err(|error| failed(&error))?;
    assert!(styles.are_those_of(&first), "a format has one number in all workbooks");
    for i in 0..package.len() {
        let copied = copy_unless(&mut package, i, &names, &mut out);
        copied.map_err(|error| failed(&error))?;
    }
    for (sheet, name) in sheets.into_iter().zip(names) {
        let part = text(&mut package, &name).map_err(|error| failed(&error))?;
        let (part, relations) = sheet.end(below_rows(&part))?;
        part.copy_to(&name, &mut out)?;
        if let Some(relations) = relations {
            let name = name.replace("xl/worksheets/", "xl/worksheets/_rels/");
            relations.copy_to(&format!("{name}.rels"), &mut out)?;
        }
    }
    out.finish().map_err(|error| failed(&error))
}

/// Copies a part as it is packed, unless its name is one of some.
fn copy_unless<W: Write + Seek>(
    package: &mut ZipArchive<Cursor<&[u8]>>,
    place: usize,
    names: &[String],
    out: &mut ZipWriter<W>,
) -> ZipResult<()> {
    let part = package.by_index_raw(place)?;
    if names.iter().any(|name| part.name().is_ok_and(|own| own == *name)) {
        return Ok(());
    }
    out.raw_copy_file(part)
}
