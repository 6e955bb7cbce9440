//! What is particular to a form: `templates/layouts/<id>.toml`, and which of them fits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
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
    /// Whether the form is about a whole department, whose name stands for the project's.
    #[serde(default)]
    pub of_department: bool,
    /// Why forms of this kind are not read, if they are not: a sentence for the user.
    #[serde(default)]
    pub refused: Option<String>,
    /// What the form wants of what is filled in.
    #[serde(default)]
    pub fills: Fills,
    /// What tells the form.
    pub(super) fits: Fits,
    /// Labels that only this form uses.
    #[serde(default)]
    labels: Labels,
}

/// What a form wants of what is filled in: systems that import forms take no free text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fills {
    /// Whether the form asks for indicators alone.
    pub only_indicators: bool,
    /// The words for what was reached of a qualitative indicator: wholly, in part, not at all.
    pub reached: Option<[String; 3]>,
    /// The head of the column that takes the words of the source, where the actual value is put in other words.
    pub description: Option<String>,
    /// Characters that the system does not take, with what stands in their place.
    pub replace: BTreeMap<char, String>,
}

/// What a form must show for a layout to fit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fits {
    /// How the form is laid out.
    pub shape: Shape,
    /// Columns of the funds block.
    pub funds: Vec<FundColumn>,
    /// Columns of the indicator table.
    pub indicators: Vec<IndicatorColumn>,
    /// Columns that the indicator table must not have.
    pub without: Vec<IndicatorColumn>,
    /// Names of first-level indicators, by their keys.
    pub classes: Vec<String>,
    /// Labels and heads of which one must be there, by their keys.
    pub labels: Vec<String>,
    /// Labels and heads that must all be there, by their keys.
    pub all_labels: Vec<String>,
    /// Words of which one must stand in a title.
    pub title: Vec<String>,
    /// Words of which one must stand in any short text.
    pub shows: Vec<String>,
}

/// How a form is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// One project, its places about a table of indicators.
    #[default]
    Form,
    /// One table with a row an indicator, for many projects.
    IndicatorList,
    /// One table with a row a project.
    Register,
}

/// What a form was found to show.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// How it is laid out.
    pub shape: Shape,
    /// Columns of the funds block.
    pub funds: Vec<FundColumn>,
    /// Columns of the indicator table.
    pub indicators: Vec<IndicatorColumn>,
    /// Keys of the first-level indicators' names.
    pub classes: FxHashSet<Cow<'a, str>>,
    /// Its short texts.
    pub texts: &'a Texts<'a>,
}

/// The short texts of a form.
#[derive(Debug, Default)]
pub(super) struct Texts<'a> {
    /// Keys of all that may be labels.
    pub labels: FxHashSet<Cow<'a, str>>,
    /// Texts that stand alone in their row, and paragraphs above a table: without white space, one a line.
    pub titles: String,
    /// All of them: without white space, one a line.
    pub all: String,
}

impl Layout {
    /// The columns of its indicator table.
    pub(super) fn columns(&self) -> &[IndicatorColumn] {
        &self.fits.indicators
    }
}

/// How well a layout fits: what tells a form of its own counts before what many forms have.
type Weight = (usize, usize, usize);

impl Fits {
    /// Whether the texts hold the words by which the form is known.
    fn has_own_words(&self, texts: &Texts<'_>) -> bool {
        let shown = |words: &[String], texts: &str| {
            words.is_empty() || words.iter().any(|word| texts.contains(word.as_str()))
        };
        (self.labels.is_empty() || self.labels.iter().any(|label| texts.labels.contains(label.as_str())))
            && self.all_labels.iter().all(|label| texts.labels.contains(label.as_str()))
            && shown(&self.title, &texts.titles)
            && shown(&self.shows, &texts.all)
    }

    /// How much the form shows of what the layout asks for; `None` if something is missing or forbidden.
    fn weigh(&self, evidence: &Evidence<'_>) -> Option<Weight> {
        let all = self.shape == evidence.shape
            && self.funds.iter().all(|column| evidence.funds.contains(column))
            && self.indicators.iter().all(|column| evidence.indicators.contains(column))
            && self.classes.iter().all(|class| evidence.classes.contains(class.as_str()))
            && self.has_own_words(evidence.texts)
            && !self.without.iter().any(|column| evidence.indicators.contains(column));
        let own = [&self.labels, &self.all_labels, &self.title, &self.shows];
        let own = own.iter().filter(|words| !words.is_empty()).count();
        let columns = self.funds.len() + self.indicators.len() + self.without.len();
        all.then_some((own, self.classes.len(), columns))
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
        let twice = |path: &str| {
            let path = path.to_owned();
            move |cause| Error::Template { path, cause }
        };
        let mut vocabulary = Vocabulary::default();
        // A user's words stand beside the built-in ones, so that one new label is one line.
        for text in templates.layers(VOCABULARY) {
            let labels = toml::from_str(text).map_err(|e| wrong(VOCABULARY, e))?;
            vocabulary.add(&labels).map_err(twice(VOCABULARY))?;
        }
        let mut layouts = Vec::new();
        for (id, path, text) in templates.folder("layouts") {
            let layout: Layout = toml::from_str(text).map_err(|e| wrong(path, e))?;
            vocabulary.add(&layout.labels).map_err(twice(path))?;
            let mut layout = Layout { id: id.to_owned(), ..layout };
            let fits = &mut layout.fits;
            for label in fits.labels.iter_mut().chain(&mut fits.all_labels) {
                *label = super::label::key(label).into_owned();
            }
            layouts.push(layout);
        }
        Ok(Self { vocabulary, layouts })
    }

    /// The layout of a form that has most of some columns, among those whose own words are there; of equals the
    /// one with fewest other columns.
    pub(super) fn nearest(&self, columns: &[IndicatorColumn], texts: &Texts<'_>) -> Option<&Layout> {
        let shared = |layout: &Layout| layout.columns().iter().filter(|c| columns.contains(c)).count();
        let near = self.layouts.iter().filter(|layout| {
            layout.refused.is_none()
                && layout.fits.shape == Shape::Form
                && layout.fits.has_own_words(texts)
                && !layout.fits.without.iter().any(|column| columns.contains(column))
        });
        near.rev().max_by_key(|layout| (shared(layout), usize::MAX - layout.columns().len()))
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

    /// The layout of a form that is not read, if the words are those of one.
    pub(super) fn refusing(&self, texts: &Texts<'_>) -> Option<&Layout> {
        let evidence = Evidence {
            shape: Shape::default(),
            funds: Vec::new(),
            indicators: Vec::new(),
            classes: FxHashSet::default(),
            texts,
        };
        self.layouts
            .iter()
            .filter(|layout| layout.refused.is_some())
            .find(|layout| layout.fits.weigh(&evidence).is_some())
    }

    /// The layout that asks for most of what the form shows, and for nothing that it does not.
    pub(super) fn fitting(&self, evidence: &Evidence<'_>) -> Option<&Layout> {
        let read = self.layouts.iter().filter(|layout| layout.refused.is_none());
        let weighed = read.filter_map(|layout| Some((layout.fits.weigh(evidence)?, layout)));
        // Of equals the first by id stands.
        weighed.rev().max_by_key(|(weight, _)| *weight).map(|(_, layout)| layout)
    }
}
