//! What is particular to a form: `templates/layouts/<id>.toml`, and which of them fits.

use serde::Deserialize;

use super::vocabulary::{FundColumn, IndicatorColumn, Labels, Vocabulary};
use crate::error::{Error, Result};
use crate::model::{Kind, MoneyUnit};
use crate::templates::Templates;

/// A form that is known by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The file's stem.
    #[serde(skip)]
    pub id: String,
    /// The form's name for people.
    pub name: String,
    /// What the form is for.
    pub kind: Kind,
    /// The id of its scheme of scoring.
    pub scheme: String,
    /// The unit of its amounts where the form itself states none.
    #[serde(default)]
    pub money_unit: Option<MoneyUnit>,
    /// What tells the form.
    pub(super) fits: Fits,
    /// Labels that only this form uses.
    #[serde(default)]
    labels: Labels,
}

/// What a form must show for a layout to fit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fits {
    /// Columns of the funds block.
    pub funds: Vec<FundColumn>,
    /// Columns of the indicator table.
    pub indicators: Vec<IndicatorColumn>,
    /// Columns that the indicator table must not have.
    pub without: Vec<IndicatorColumn>,
    /// Names of first-level indicators, by their keys.
    pub classes: Vec<String>,
}

/// What a form was found to show.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// Columns of the funds block.
    pub funds: Vec<FundColumn>,
    /// Columns of the indicator table.
    pub indicators: Vec<IndicatorColumn>,
    /// Keys of the first-level indicators' names.
    pub classes: Vec<String>,
}

impl Fits {
    /// How many things the form shows that the layout asks for; `None` if one is missing or forbidden.
    fn weigh(&self, evidence: &Evidence) -> Option<usize> {
        let all = self.funds.iter().all(|column| evidence.funds.contains(column))
            && self.indicators.iter().all(|column| evidence.indicators.contains(column))
            && self.classes.iter().all(|class| evidence.classes.contains(class))
            && !self.without.iter().any(|column| evidence.indicators.contains(column));
        all.then(|| self.funds.len() + self.indicators.len() + self.classes.len() + self.without.len())
    }
}

/// All layouts with the vocabulary they share.
#[derive(Clone, Debug)]
pub struct Layouts {
    vocabulary: Vocabulary,
    layouts: Vec<Layout>,
}

impl Layouts {
    /// Reads `vocabulary.toml` and `layouts/*.toml`.
    ///
    /// # Errors
    /// [`Error::Template`] with line and column of what is wrong.
    pub fn load(templates: &Templates) -> Result<Self> {
        const VOCABULARY: &str = "vocabulary.toml";
        let wrong = |path: &str, cause: toml::de::Error| Error::Template {
            path: path.to_owned(),
            cause: cause.to_string(),
        };
        let mut vocabulary = Vocabulary::default();
        if let Some(text) = templates.get(VOCABULARY) {
            vocabulary.add(&toml::from_str(text).map_err(|e| wrong(VOCABULARY, e))?);
        }
        let mut layouts = Vec::new();
        for (id, path, text) in templates.folder("layouts") {
            let layout: Layout = toml::from_str(text).map_err(|e| wrong(path, e))?;
            vocabulary.add(&layout.labels);
            layouts.push(Layout { id: id.to_owned(), ..layout });
        }
        Ok(Self { vocabulary, layouts })
    }

    /// The words of all layouts.
    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The layouts, in the order of their ids.
    pub fn all(&self) -> &[Layout] {
        &self.layouts
    }

    /// The layout of that id.
    pub fn get(&self, id: &str) -> Option<&Layout> {
        self.layouts.iter().find(|layout| layout.id == id)
    }

    /// The layout that asks for most of what the form shows, and for nothing that it does not.
    pub(super) fn fitting(&self, evidence: &Evidence) -> Option<&Layout> {
        let weighed = self.layouts.iter().filter_map(|layout| Some((layout.fits.weigh(evidence)?, layout)));
        // Of equals the first by id stands.
        weighed.rev().max_by_key(|(weight, _)| *weight).map(|(_, layout)| layout)
    }
}
