//! What a text holds, told from its bytes: nearly all of a form is ASCII and Chinese characters, and most of what is done
//! with its texts is to look whether they are anything else.

/// How many bytes at the start of a text are Chinese characters (U+4E00 to U+9FFF) and those ASCII bytes that `takes`.
pub(crate) fn plain_start(text: &str, takes: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        at += match first {
            0xE5..=0xE9 => 3,
            0xE4 if bytes.get(at + 1) >= Some(&0xB8) => 3,
            first if first.is_ascii() && takes(*first) => 1,
            _ => break,
        };
    }
    at
}

/// Whether a text is nothing but these.
pub(crate) fn is_plain(text: &str, takes: impl Fn(u8) -> bool) -> bool {
    plain_start(text, takes) == text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_told_by_their_bytes() {
        for c in (0..0x1_1000).filter_map(char::from_u32) {
            let plain = matches!(c, 'a'..='z' | '\u{4E00}'..='\u{9FFF}');
            assert_eq!(is_plain(&format!("甲{c}a"), |byte| byte.is_ascii_lowercase()), plain, "{c:?}");
        }
        assert_eq!(plain_start("甲a，乙", |_| true), 4);
        assert_eq!(plain_start("", |_| true), 0);
    }
}
