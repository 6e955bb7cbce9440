//! The text of a cell, a text box or a paragraph of the body.

/// The most text that is kept, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// A text while its paragraphs are being read; they are its lines.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    /// Whether a paragraph has ended and what follows stands on a new line.
    ended: bool,
}

impl Text {
    pub(super) fn open_paragraph(&mut self) {
        self.push("");
    }

    pub(super) fn close_paragraph(&mut self) {
        self.ended = true;
    }

    /// Adds to the open paragraph.
    pub(super) fn push(&mut self, text: &str) {
        let line = if std::mem::take(&mut self.ended) { "\n" } else { "" };
        for text in [line, text] {
            let room = MAX_TEXT.saturating_sub(self.text.len());
            self.text.push_str(&text[..text.floor_char_boundary(room)]);
        }
    }

    /// Adds a text box, which stands on lines of its own.
    pub(super) fn push_block(&mut self, text: &str) {
        if !text.is_empty() {
            self.ended |= !self.text.is_empty() && !self.text.ends_with('\n');
            self.push(text);
            self.ended = true;
        }
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// All of it, without the empty paragraphs at its end.
    pub(super) fn into_string(mut self) -> String {
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.text
    }
}

/// The character that a symbol font shows for a code; none if it has no likeness.
pub(super) fn symbol(font: &str, code: u32) -> Option<char> {
    // Word moves the codes of symbol fonts to F000 and up, WPS often does not.
    let low = code & 0xFF;
    if font.starts_with("Wingdings") {
        return Some(match low {
            0x52 | 0xFE => '☑',
            0x51 | 0xFD => '☒',
            0x2A | 0x6F | 0xA3 | 0xA8 => '□',
            0x6E => '■',
            0x50 | 0xFC => '√',
            _ => return None,
        });
    }
    if font == "Symbol" {
        match low {
            0xA3 => return Some('≤'),
            0xB0 => return Some('°'),
            0xB1 => return Some('±'),
            0xB3 => return Some('≥'),
            0xB4 => return Some('×'),
            0xB9 => return Some('≠'),
            0xBB => return Some('≈'),
            _ => {}
        }
    }
    char::from_u32(code).filter(|char| !matches!(char, '\0'..='\u{1f}' | '\u{e000}'..='\u{f8ff}'))
}
