//! Text of unknown encoding: UTF-8, UTF-16 with its mark, or GB18030, the encodings that offices write.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

/// The text of some bytes. What is no valid UTF-8 is taken for GB18030; what is neither gets replacement signs.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // The start of a longer text may end amid a character.
        Err(error) if error.error_len().is_none() => UTF_8.decode_without_bom_handling(bytes).0,
        Err(_) => GB18030.decode_without_bom_handling(bytes).0,
    }
}

/// Whether bytes are text: no control characters, and valid in one of the encodings.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return !encoding.decode_without_bom_handling(&bytes[mark..]).1;
    }
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C);
    !bytes.iter().any(control)
        && (std::str::from_utf8(bytes).is_ok() || !GB18030.decode_without_bom_handling(bytes).1)
}
