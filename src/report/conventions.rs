//! How reports are written: `templates/reports.toml`.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::number::compact;
use crate::model::report::Topic;
use crate::templates::Templates;

/// The words by which titles, headings and figures are known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conventions {
    /// How titles end, before a project in brackets.
    titles: Vec<String>,
    /// How names of units end.
    units: Vec<String>,
    /// What figures count, where it is more than one character.
    measures: Vec<String>,
    /// Headings by what they are about: the first that has any of its words counts.
    headings: Vec<Headings>,
}

/// The words of headings about a topic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    topic: Topic,
    words: Vec<String>,
}

impl Conventions {
    /// Reads `reports.toml`; a user's own file takes the place of the one built in.
    ///
    /// # Errors
    /// [`Error::Template`] if it does not say what it should.
    pub fn load(templates: &Templates) -> Result<Self> {
        const PATH: &str = "reports.toml";
        let wrong =
            |cause: toml::de::Error| Error::Template { path: PATH.to_owned(), cause: cause.to_string() };
        let mut read: Self = toml::from_str(templates.get(PATH).unwrap_or_default()).map_err(wrong)?;
        let longest_first = |a: &String, b: &String| b.len().cmp(&a.len());
        read.titles.sort_by(longest_first);
        read.measures.sort_by(longest_first);
        Ok(read)
    }

    /// What a heading is about.
    pub(super) fn topic(&self, heading: &str) -> Option<Topic> {
        let heading = compact(heading);
        let about = |known: &&Headings| known.words.iter().any(|word| heading.contains(word.as_str()));
        self.headings.iter().find(about).map(|known| known.topic)
    }

    /// The words of a title before what all titles end in; `None` if it does not end so. What stands alone may
    /// be more than the shortest ending: 项目支出 of a title is of the project's name, or of nobody's.
    pub(super) fn without_title<'a>(&self, text: &'a str) -> Option<&'a str> {
        if self.titles.iter().any(|title| title == text) {
            return Some("");
        }
        let strip = |ending: &String| text.strip_suffix(ending.as_str());
        let bare = |ending: &&String| ending.starts_with("绩效") || ending.starts_with("转移支付");
        let shortest = self.titles.iter().filter(bare).filter_map(strip).min_by_key(|before| before.len());
        shortest.or_else(|| self.titles.iter().rev().find_map(strip))
    }

    /// Whether a text is a unit's name and nothing else.
    pub(super) fn is_unit(&self, text: &str) -> bool {
        const LENGTHS: std::ops::RangeInclusive<usize> = 3..=40;
        let plain = !text.contains(|c: char| c.is_ascii_punctuation() || "，。、；：！？“”".contains(c));
        plain
            && LENGTHS.contains(&text.chars().count())
            && self.units.iter().any(|end| text.ends_with(end.as_str()))
    }

    /// The unit with which a text begins: up to the last place where a unit's name may end.
    pub(super) fn leading_unit<'a>(&self, text: &'a str) -> Option<&'a str> {
        let ends = self.units.iter().flat_map(|end| text.rmatch_indices(end.as_str()).take(1));
        let end = ends.map(|(at, word)| at + word.len()).max()?;
        text.get(..end).filter(|unit| unit.chars().count() >= 3)
    }

    /// The unit of a figure with which a text begins.
    pub(super) fn measure<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.measures
            .iter()
            .find(|measure| text.starts_with(measure.as_str()))
            .and_then(|m| text.get(..m.len()))
    }
}
