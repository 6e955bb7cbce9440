//! Lists of words by which checks know what a text speaks of.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;

/// Words, looked for all at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct WordList {
    words: Vec<String>,
    all: AhoCorasick,
}

impl TryFrom<Vec<String>> for WordList {
    type Error = String;

    fn try_from(words: Vec<String>) -> Result<Self, String> {
        // The faster automaton costs more to build for every scheme than all the texts of a run cost to look through.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let all = AhoCorasick::builder().kind(kind).build(&words).map_err(|error| error.to_string())?;
        Ok(Self { words, all })
    }
}

impl WordList {
    /// Whether a text has any of the words.
    pub fn is_in(&self, text: &str) -> bool {
        self.all.is_match(text)
    }

    /// The words of a text with where they begin, those that overlap too.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let found = self.all.find_overlapping_iter(text);
        found.filter_map(|found| Some((found.start(), self.words.get(found.pattern().as_usize())?.as_str())))
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
        let list = WordList::try_from(["未完成", "完成", "在建"].map(str::to_owned).to_vec()).unwrap();
        assert!(list.is_in("工程在建"));
        assert!(!list.is_in("已验收"));
        assert_eq!(list.find("三项未完成").collect::<Vec<_>>(), [(6, "未完成"), (9, "完成")]);
        assert!(list.ends("全部完成") && !list.ends("完成了"));
    }
}
