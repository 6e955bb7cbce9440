//! The words that proof-reading goes by: `templates/proofreading.toml`.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use indexmap::IndexMap;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::rules::words::WordList;
use crate::templates::Templates;

/// Words that people double, mistake or leave vague.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Doubled words that are right as they are (一个一个).
    pub doubled: Vec<String>,
    /// Words that a paragraph has once at most (从而).
    pub once: Vec<String>,
    /// Words that leave a quantity vague.
    pub vague: Vec<String>,
    /// What may stand right behind an amount in 万 that lacks its 元.
    pub after_amount: Vec<String>,
    /// Words before which no 、 stands, each with the characters that make another word of it (及 + 时).
    pub no_comma_before: IndexMap<String, String>,
    /// Verbs and objects that do not go together.
    pub collocations: Vec<Collocation>,
    /// Wrong words and what is meant.
    pub mistaken: Mistaken,
    /// The words by which sections are known to say what they are for.
    pub sections: SectionWords,
    /// Trades, each with words that reports of others do not have.
    pub trades: Vec<Trade>,
}

/// The words by which sections are known to say what they are for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionWords {
    /// Of how a self-evaluation went.
    pub work: WordList,
    /// Of the use of its result.
    pub application: WordList,
    /// Of its publication.
    pub publication: WordList,
    /// That stand for money and are none.
    pub empty_money: WordList,
    /// Of why points were lost.
    pub causes: WordList,
    /// Of what is to be done, and nothing else.
    pub promises: WordList,
    /// Of things that are not in order.
    pub problems: WordList,
    /// That stand for a figure of satisfaction.
    pub vague_degrees: WordList,
    /// Of rates that never pass 100 %.
    pub bounded_rates: WordList,
}

/// A trade.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trade {
    /// Its name.
    pub name: String,
    /// Words that reports of other trades do not have.
    pub words: WordList,
}

/// A verb and an object that do not go together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collocation {
    /// The verb.
    pub verb: String,
    /// Its object.
    pub object: String,
    /// The verb that goes with the object.
    pub better: String,
}

/// Wrong words, looked for all at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "IndexMap<String, String>")]
pub struct Mistaken {
    /// The word and what is meant; a word that stands for itself is right, and hides those within it.
    words: Vec<(String, String)>,
    all: AhoCorasick,
}

impl TryFrom<IndexMap<String, String>> for Mistaken {
    type Error = String;

    fn try_from(words: IndexMap<String, String>) -> std::result::Result<Self, String> {
        let words: Vec<(String, String)> = words.into_iter().collect();
        let all = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.iter().map(|(wrong, _)| wrong))
            .map_err(|error| error.to_string())?;
        Ok(Self { words, all })
    }
}

impl Mistaken {
    /// The wrong words of a text and what is meant, in order.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let found = self.all.find_iter(text).filter_map(|found| self.words.get(found.pattern().as_usize()));
        found.filter(|(wrong, right)| wrong != right).map(|(wrong, right)| (wrong.as_str(), right.as_str()))
    }
}

impl Words {
    /// Reads `proofreading.toml`; a user's own file takes the place of the one built in.
    ///
    /// # Errors
    /// [`Error::Template`] if it does not say what it should.
    pub fn load(templates: &Templates) -> Result<Self> {
        const PATH: &str = "proofreading.toml";
        toml::from_str(templates.get(PATH).unwrap_or_default())
            .map_err(|cause| Error::Template { path: PATH.to_owned(), cause: cause.to_string() })
    }
}
