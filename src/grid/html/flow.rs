//! Text as a browser lays it out: white space runs together, blocks stand on lines of their own.

use std::collections::VecDeque;

use unicode_width::UnicodeWidthChar;

/// No more blocks than these belong to the table below them.
const MAX_ABOVE: usize = 12;
/// A title, a year or a unit of money is shorter: what is longer is prose.
const MAX_SHORT: usize = 80;

/// A text that is being laid out.
#[derive(Debug, Default)]
pub(super) struct Flow {
    text: String,
    gap: Gap,
    /// The elements that are open and keep white space as it is.
    verbatim: usize,
}

/// What stands between the text so far and the text to come.
#[derive(Clone, Copy, Debug, Default)]
enum Gap {
    #[default]
    None,
    Space {
        /// Whether the source goes on to another line there.
        wraps: bool,
    },
    Lines(usize),
}

impl Flow {
    /// Adds text between tags.
    pub(super) fn write(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.verbatim > 0 => self.line_break(),
                ' ' | '\t' | '\n' | '\r' | '\x0C' if self.verbatim == 0 => {
                    let wraps = c == '\n';
                    match &mut self.gap {
                        Gap::None => self.gap = Gap::Space { wraps },
                        Gap::Space { wraps: wrapped } => *wrapped |= wraps,
                        Gap::Lines(_) => {}
                    }
                }
                '\u{a0}' | '\t' => self.put(' '),
                c if c.is_control() => {}
                c => self.put(c),
            }
        }
    }

    /// Begins a line where a block begins or ends.
    pub(super) fn block(&mut self) {
        if !matches!(self.gap, Gap::Lines(_)) {
            self.gap = Gap::Lines(1);
        }
    }

    /// Ends a line, which may be empty.
    pub(super) fn line_break(&mut self) {
        let lines = if let Gap::Lines(lines) = self.gap { lines } else { 0 };
        self.gap = Gap::Lines(lines.saturating_add(1));
    }

    /// Enters or leaves an element that keeps white space as it is.
    pub(super) fn keep_space(&mut self, yes: bool) {
        self.verbatim = if yes { self.verbatim.saturating_add(1) } else { self.verbatim.saturating_sub(1) };
    }

    /// The text so far, which begins anew.
    pub(super) fn take(&mut self) -> String {
        self.gap = Gap::None;
        let text = std::mem::take(&mut self.text);
        let trimmed = text.trim_matches([' ', '\n']);
        if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
    }

    fn put(&mut self, c: char) {
        let gap = std::mem::take(&mut self.gap);
        if let Some(last) = self.text.chars().next_back() {
            match gap {
                Gap::Lines(lines) => self.text.extend(std::iter::repeat_n('\n', lines)),
                // A line of the source that ends between ideographs does not part them.
                Gap::Space { wraps } if !(wraps && is_wide(last) && is_wide(c)) => self.text.push(' '),
                Gap::Space { .. } | Gap::None => {}
            }
        }
        self.text.push(c);
    }
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

/// The short blocks of text that came last: those above a table, if a table begins.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<String>);

impl Recent {
    /// Adds a text's lines.
    pub(super) fn add(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.chars().nth(MAX_SHORT).is_some() {
                self.0.clear();
                continue;
            }
            if self.0.len() == MAX_ABOVE {
                self.0.pop_front();
            }
            self.0.push_back(line.to_owned());
        }
    }

    /// The blocks, from the top.
    pub(super) fn blocks(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }

    /// Forgets what came before the end of a table.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_runs_together() {
        for (source, text) in [
            ("  甲 \t 乙 ", "甲 乙"),
            ("\u{a0}甲\u{a0}\u{a0}乙\u{a0}", "甲  乙"),
            ("绩效\r\n  自评表", "绩效自评表"),
            ("budget\n  自评表", "budget 自评表"),
            ("\u{a0} \n", ""),
        ] {
            let mut flow = Flow::default();
            flow.write(source);
            assert_eq!(flow.take(), text, "{source:?}");
        }
    }

    #[test]
    fn blocks_and_breaks_make_lines() {
        let mut flow = Flow::default();
        flow.block();
        flow.write("甲");
        flow.block();
        flow.block();
        flow.write("\n乙");
        flow.line_break();
        flow.line_break();
        flow.write("丙");
        flow.line_break();
        assert_eq!(flow.take(), "甲\n乙\n\n丙");
        flow.keep_space(true);
        flow.write("a  b\nc");
        assert_eq!(flow.take(), "a  b\nc");
    }

    #[test]
    fn a_long_block_is_no_title() {
        let mut recent = Recent::default();
        recent.add("旧");
        recent.add(&"长".repeat(MAX_SHORT + 1));
        (0..20).for_each(|i| recent.add(&format!("第{i}行\n \n")));
        assert_eq!(recent.blocks().len(), MAX_ABOVE);
        assert_eq!(recent.blocks()[0], "第8行");
    }
}
