//! File names out of project names: safe on every system, and no two alike.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The longest name, in characters, that leaves room for folders and endings on every system.
const MAX_CHARS: usize = 80;

/// Names that Windows keeps for devices.
const RESERVED: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
    "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// Gives names out, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The names given, as they are compared, each with the number of the last one that was made of it.
    taken: HashMap<String, usize>,
}

impl Names {
    /// Marks a name as given.
    pub(super) fn take(&mut self, name: &str) {
        self.taken.entry(name.to_lowercase()).or_insert(1);
    }

    /// A file name without ending for a text. Names that differ only in case count as alike, as they do on
    /// Windows; the second of two alike is numbered （2）.
    pub(super) fn give(&mut self, text: &str) -> String {
        let name = safe(text);
        let compared = name.to_lowercase();
        let Some(mut count) = self.taken.get(&compared).copied() else {
            self.taken.insert(compared, 1);
            return name;
        };
        loop {
            count += 1;
            let given = format!("{name}（{count}）");
            if let Entry::Vacant(free) = self.taken.entry(given.to_lowercase()) {
                free.insert(1);
                self.taken.insert(compared, count);
                return given;
            }
        }
    }
}

fn safe(text: &str) -> String {
    let mut name: String = text
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .map(|c| if r#"<>:"/\|?*"#.contains(c) { '_' } else { c })
        .take(MAX_CHARS)
        .collect();
    // Windows drops full stops and blanks at the end; a full stop at the start hides the file.
    name = name.trim_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    let stem = name.split('.').next().unwrap_or_default().trim().to_uppercase();
    if name.is_empty() {
        "未命名项目".to_owned()
    } else if RESERVED.contains(&stem.as_str()) {
        format!("_{name}")
    } else {
        name
    }
}

/// Marks that change how a name reads without being seen: bidirectional controls and the like.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_safe_and_never_alike() {
        let mut names = Names::default();
        for (text, name) in [
            ("食品抽检专项", "食品抽检专项"),
            ("食品抽检专项", "食品抽检专项（2）"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("A/B: C?", "A_B_ C_"),
            ("a/b: c?", "a_b_ c_（2）"),
            ("con", "_con"),
            ("  。.", "。"),
            ("", "未命名项目"),
            ("\u{202E}甲\n乙", "甲乙"),
        ] {
            assert_eq!(names.give(text), name);
        }
    }

    proptest! {
        #[test]
        fn any_text_stays_in_its_folder(text in "\\PC{0,200}") {
            let name = Names::default().give(&text);
            prop_assert!(!name.contains(['/', '\\', '\0']) && name != ".." && name != "." && !name.is_empty());
            prop_assert!(name.chars().count() <= MAX_CHARS + 1);
        }
    }
}
