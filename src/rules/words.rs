//! Lists of words by which checks know what a text speaks of.

use serde::Deserialize;

/// Words that are looked for in short texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct WordList {
    words: Vec<String>,
    firsts: Firsts,
}

/// The characters with which words begin, told by their last bits: where there is none of them, there is no word. An
/// automaton would cost more to build for every scheme than all the texts of a run cost to look through.
#[derive(Clone, Debug, Default)]
struct Firsts([u64; 16]);

impl Firsts {
    fn place(c: char) -> (usize, u64) {
        let low = u32::from(c) % 1024;
        (low as usize / 64, 1 << (low % 64))
    }

    fn put(&mut self, c: char) {
        let (at, bit) = Self::place(c);
        self.0[at] |= bit;
    }

    fn may_have(&self, c: char) -> bool {
        let (at, bit) = Self::place(c);
        self.0[at] & bit != 0
    }
}

impl From<Vec<String>> for WordList {
    fn from(words: Vec<String>) -> Self {
        let mut firsts = Firsts::default();
        words.iter().filter_map(|word| word.chars().next()).for_each(|first| firsts.put(first));
        Self { words, firsts }
    }
}

impl WordList {
    /// Whether a text has any of the words.
    pub fn is_in(&self, text: &str) -> bool {
        self.by_start(text).next().is_some()
    }

    /// The words of a text with where they begin, those that overlap too: by where they end, the longest first.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let mut found: Vec<(usize, &str)> = self.by_start(text).collect();
        found.sort_by_key(|(start, word)| (start + word.len(), *start));
        found.into_iter()
    }

    fn by_start<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let starts = text.char_indices().filter(|(_, c)| self.firsts.may_have(*c));
        starts.flat_map(move |(start, _)| {
            let here = self.words.iter().filter(move |word| text[start..].starts_with(word.as_str()));
            here.map(move |word| (start, word.as_str()))
        })
    }

    /// Whether a text ends with any of the words.
    pub fn ends(&self, text: &str) -> bool {
        self.words.iter().any(|word| text.ends_with(word.as_str()))
    }

    /// The words, in the order of their file.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_wherever_they_stand() {
        let list = WordList::from(["成", "未完成", "完成", "在建"].map(str::to_owned).to_vec());
        assert!(list.is_in("工程在建"));
        assert!(!list.is_in("已验收"));
        assert_eq!(list.find("三项未完成").collect::<Vec<_>>(), [(6, "未完成"), (9, "完成"), (12, "成")]);
        assert!(list.ends("全部完成") && !list.ends("完成了"));
    }
}
