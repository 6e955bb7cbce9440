//! Strings: plain, of several faces, with readings of their characters.

use std::borrow::Cow;

use quick_xml::events::Event;

use super::{Part, cut_off, take_text};

/// The strings that cells share, in order, one behind another.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn read(part: &mut Part<'_>) -> quick_xml::Result<Self> {
        let mut strings = Self::default();
        loop {
            strings.plain(part);
            match part.next()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    take_string(part, "si", &mut strings.text)?;
                    strings.ends.push(strings.text.len());
                }
                Event::Empty(element) if element.local_name().as_ref() == "si" => {
                    strings.ends.push(strings.text.len());
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// Takes the strings to come as far as they are written as nearly all programs write them: `<si><t>甲</t></si>`.
    fn plain(&mut self, part: &mut Part<'_>) {
        let Part::Whole(reader) = part else { return };
        while let Some((text, rest)) = plain_string(reader.get_ref()) {
            *reader.get_mut() = rest;
            let start = self.text.len();
            self.text.push_str(text);
            tidy(&mut self.text, start, false);
            self.ends.push(self.text.len());
        }
    }

    /// The string of that index.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }
}

/// The plain string with which some bytes begin, and what follows it, which is another element.
fn plain_string(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let text = bytes.strip_prefix(b"<si><t>")?;
    let (text, rest) = text.split_at(memchr::memchr3(b'<', b'&', b'\r', text)?);
    let rest = rest.strip_prefix(b"</t></si>").filter(|rest| rest.first() == Some(&b'<'))?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

/// Puts the text of a string element, up to its end, behind what is there: of all its faces, without the readings of
/// its characters.
pub(super) fn take_string(part: &mut Part<'_>, name: &str, text: &mut String) -> quick_xml::Result<()> {
    let mut reading = false;
    loop {
        match part.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" if !reading => {
                    let mut attributes = element.attributes();
                    let keeps = attributes
                        .with_checks(false)
                        .flatten()
                        .any(|a| a.key.as_ref() == "xml:space" && &*a.value == "preserve");
                    let start = text.len();
                    take_text(part, "t", text)?;
                    tidy(text, start, keeps);
                }
                "rPh" => reading = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "rPh" => reading = false,
                end if end == name => return Ok(()),
                _ => {}
            },
            Event::Eof => return Err(cut_off()),
            _ => {}
        }
    }
}

/// Takes the white space about what was put behind `start`, unless it is to be kept, and the names of characters in it.
fn tidy(text: &mut String, start: usize, keeps: bool) {
    const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
    let own = &text[start..];
    let kept = if keeps { own } else { own.trim_matches(BLANKS) };
    if kept.len() < own.len() || kept.contains('_') {
        let kept = unescape(kept).into_owned();
        text.truncate(start);
        text.push_str(&kept);
    }
}

/// The text with the characters that it names as `_x000D_` (ECMA-376 Part 1, 22.4.2.4: ST_Xstring).
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix("_x").and_then(|named| named.get(..5)?.strip_suffix('_'));
        let unit = named.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(unit) = unit.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
            units.push(unit);
            rest = &rest[7..];
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            rest = &rest[c.len_utf8()..];
        }
    }
    Cow::Owned(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_named_by_their_units() {
        for (text, read) in [
            ("甲_x000D_乙", "甲\r乙"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "\u{FFFD}"),
            ("_x00G0_ _x12", "_x00G0_ _x12"),
            ("_x甲", "_x甲"),
        ] {
            assert_eq!(unescape(text), read);
        }
    }
}
