//! Mends of text and Markdown, in the encoding that the file has.

use std::collections::HashMap;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Mended, apart, changes};
use crate::error::{Error, Result};
use crate::grid::encoding::{decode, of};
use crate::grid::lines::{is_markdown, words};
use crate::rules::proof::Mend;
use crate::write::package::xml::Edits;

pub(super) fn mend(bytes: &[u8], mends: &[Mend]) -> Result<Mended> {
    let (encoding, mark) = of(bytes);
    let text = decode(bytes);
    let markdown = is_markdown(&text);
    let mut by_line: HashMap<u32, Vec<&Mend>> = HashMap::new();
    for mend in apart(mends) {
        by_line.entry(mend.line).or_default().push(mend);
    }
    let mut done = Vec::new();
    let mut mended = |number: u32, raw: &str| -> String {
        let (_, pieces) = words(raw, markdown);
        let mut edits = Edits::default();
        for mend in by_line.get(&number).into_iter().flatten() {
            if let Some(changes) = changes(mend, &pieces) {
                for (source, text) in changes {
                    edits.replace(source, text);
                }
                done.push((*mend).clone());
            }
        }
        edits.apply(raw)
    };
    let mut out = bytes[..mark].to_vec();
    if encoding == UTF_16LE || encoding == UTF_16BE {
        for (number, raw) in (1..).zip(text.split_inclusive('\n')) {
            for unit in mended(number, raw).encode_utf16() {
                out.extend(if encoding == UTF_16LE { unit.to_le_bytes() } else { unit.to_be_bytes() });
            }
        }
    } else {
        // In both encodings a line feed is no part of another character.
        for (number, raw) in (1..).zip(bytes[mark..].split_inclusive(|byte| *byte == b'\n')) {
            if by_line.contains_key(&number) {
                out.extend_from_slice(&encoding.encode(&mended(number, &whole(encoding, raw)?)).0);
            } else {
                out.extend_from_slice(raw);
            }
        }
    }
    Ok(Mended { bytes: out, done })
}

/// A line's text.
fn whole(encoding: &'static Encoding, raw: &[u8]) -> Result<String> {
    debug_assert!(encoding == UTF_8 || encoding == GB18030);
    let (text, damaged) = encoding.decode_without_bom_handling(raw);
    if damaged {
        return Err(Error::Damaged { format: encoding.name(), cause: text.into_owned() });
    }
    Ok(text.into_owned())
}
