//! Text of unknown encoding: UTF-8, UTF-16, or GB18030, the encodings that offices write.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A declaration of the encoding stands in a text's first bytes.
const HEAD: usize = 2048;

/// The text of some bytes. What is no UTF-8 is taken for GB18030; what is neither gets replacement signs.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    unicode(bytes).unwrap_or_else(|| GB18030.decode_without_bom_handling(bytes).0)
}

/// The encoding by which [`decode`] reads some bytes, and how many of them are its mark.
pub(crate) fn of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(marked) = Encoding::for_bom(bytes) {
        return marked;
    }
    let encoding = match bytes {
        [b'<', 0, _, 0, ..] => UTF_16LE,
        [0, b'<', 0, _, ..] => UTF_16BE,
        _ if unicode(bytes).is_some() => UTF_8,
        _ => GB18030,
    };
    (encoding, 0)
}

/// The text of bytes that may name their encoding behind a key word (`charset`) near their start.
///
/// What they are goes before what they say: pages keep the declaration of the template they were made from.
pub(super) fn decode_declared<'a>(bytes: &'a [u8], key: &str) -> Cow<'a, str> {
    unicode(bytes)
        .unwrap_or_else(|| declared(bytes, key).unwrap_or(GB18030).decode_without_bom_handling(bytes).0)
}

/// Whether bytes are text: no control characters, and hardly anything that is invalid in its encoding.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let text = decode(bytes);
    !text.chars().any(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r' | '\x0C')) && is_whole(&text)
}

/// The text, if its encoding is one of Unicode's.
fn unicode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    match bytes {
        [b'<', 0, _, 0, ..] => return Some(UTF_16LE.decode_without_bom_handling(bytes).0),
        [0, b'<', 0, _, ..] => return Some(UTF_16BE.decode_without_bom_handling(bytes).0),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(error) => {
            let (text, _) = UTF_8.decode_without_bom_handling(bytes);
            // The start of a longer text may end amid a character.
            (error.error_len().is_none() || is_whole(&text)).then_some(text)
        }
    }
}

/// Whether at most one in twenty of a text's characters beyond ASCII is a replacement sign: systems cut long
/// values by the byte, amid a character, and the rest of the text is none the worse for it.
fn is_whole(text: &str) -> bool {
    let (mut beyond, mut replaced) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        beyond += 1;
        replaced += usize::from(c == char::REPLACEMENT_CHARACTER);
    }
    replaced.saturating_mul(20) <= beyond
}

/// The encoding that a text in no encoding of Unicode's names. `gb2312` and `gbk` stand for GB18030.
fn declared(bytes: &[u8], key: &str) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let (_, behind) = head.split_once(key)?;
    let label = behind
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''))
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'))
        .next()?;
    // Nobody wrote Chinese in an encoding of single bytes: a claim to one is a server's default.
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| *encoding != UTF_8 && encoding.is_ascii_compatible() && !encoding.is_single_byte())
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GBK};

    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GBK.encode(text).0.into_owned()
    }

    #[test]
    fn encodings_are_told_by_the_bytes() {
        let text = "<项目名称，得分>";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xFF, 0xFE][..], &wide].concat();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [text.as_bytes(), &gbk(text), &marked, &[&[0xFE, 0xFF][..], &big].concat()] {
            assert_eq!(decode(bytes), text);
            assert!(is_text(bytes));
        }
        let page: Vec<u8> = "<a>项".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&page), "<a>项");
    }

    #[test]
    fn one_broken_character_leaves_the_rest_as_it_is() {
        let mut bytes = "项目支出绩效自评表，".repeat(10).into_bytes();
        bytes.drain(3..4);
        assert!(decode(&bytes).ends_with("绩效自评表，"));
        assert!(is_text(&bytes));
        assert!(!is_text(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"));
        assert!(!is_text(&[0xFF, 0xFE, 0, 0, 1, 0]));
    }

    #[test]
    fn declarations_are_believed_where_they_can_be_true() {
        let page =
            |charset: &str, text: &[u8]| [format!("<meta charset=\"{charset}\">").as_bytes(), text].concat();
        let big5 = BIG5.encode("項目").0.into_owned();
        for (charset, text, read) in [
            ("gb2312", "项目".as_bytes(), "项目"),
            ("utf-8", &gbk("项目")[..], "项目"),
            ("iso-8859-1", &gbk("项目")[..], "项目"),
            ("utf-16", &gbk("项目")[..], "项目"),
            ("no-such", &gbk("项目")[..], "项目"),
            ("Big5", &big5[..], "項目"),
        ] {
            assert!(decode_declared(&page(charset, text), "charset").ends_with(read), "{charset}");
        }
    }
}
