//! What the crate that writes the workbook cannot say: put right in the parts of the finished package.

use std::io::{Cursor, Read, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Stands for `#` until the workbook is made: its writer would cut the address there, and encode a `%23` again.
/// No file name holds this noncharacter.
const HASH: &str = "\u{FDD0}";

/// The address of a file by its path relative to the workbook. Letters stay as they are: Excel reads encoded
/// ones by the system's code page.
pub(super) fn to_file(path: &str) -> String {
    let mut address = String::from("file:///");
    for c in path.chars() {
        match c {
            '#' => address.push_str(HASH),
            '%' | ' ' | '"' | '<' | '>' | '[' | ']' | '^' | '`' | '{' | '}' => {
                address.push_str(&format!("%{:02x}", u32::from(c)));
            }
            _ => address.push(c),
        }
    }
    address
}

/// Puts `%23` for what stands for `#` in links.
pub(super) fn finish(workbook: &[u8]) -> ZipResult<Vec<u8>> {
    let mut parts = ZipArchive::new(Cursor::new(workbook))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(workbook.len())));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for i in 0..parts.len() {
        let name = parts.by_index_raw(i)?.name()?.into_owned();
        if !name.ends_with(".rels") {
            out.raw_copy_file(parts.by_index_raw(i)?)?;
            continue;
        }
        let mut text = String::new();
        parts.by_index(i)?.read_to_string(&mut text)?;
        out.start_file(name, options)?;
        out.write_all(text.replace(HASH, "%23").as_bytes())?;
    }
    Ok(out.finish()?.into_inner())
}
