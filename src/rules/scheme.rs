//! A scheme of scoring: the figures of `templates/schemes/<id>.toml`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::check::Settings;
use super::words::WordList;
use crate::error::{Error, Result};
use crate::model::Grade;
use crate::model::number::round;
use crate::templates::{Templates, missing};

/// How points are given. All points are of the form's full score, usually 100.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The name of its file, without ending.
    #[serde(skip)]
    pub id: String,
    /// The scheme's name for people.
    pub name: String,
    /// What it rests on.
    pub basis: String,
    /// Whether somebody has compared it with the document that it rests on.
    pub verified: bool,
    /// The full score, points.
    pub full: Decimal,
    /// The points for spending the budget.
    pub execution: Execution,
    /// The words by which a first-level indicator is known for a class.
    pub classes: Classes,
    /// The points that each class is to have; `None` where the form leaves them free.
    pub weights: Option<Weights>,
    /// Targets that are to be reached or passed, and those that are to be met exactly. The first formula is the
    /// one that is shown; points by any of the others are accepted.
    pub forward: Vec<Forward>,
    /// Targets that are not to be passed; as `forward`.
    pub reverse: Vec<Reverse>,
    /// Points outside a range, by the distance from its nearer end. The last step that is reached counts.
    #[serde(default)]
    pub beside_range: Vec<Beside>,
    /// Points by steps, for the classes that have them, instead of a formula.
    #[serde(default)]
    pub steps: Vec<Steps>,
    /// Indicators judged by words.
    pub words: Words,
    /// What passing a target by far costs: the last entry that is reached counts.
    #[serde(default)]
    pub over: Vec<Over>,
    /// Whether indicators that do not apply are left out and the rest raised to the full score.
    #[serde(default)]
    pub rescale: bool,
    /// Decimal places of recomputed points, and how they are got.
    pub rounding: Rounding,
    /// The lowest score of each grade, points.
    pub grades: BTreeMap<Grade, Decimal>,
    /// How far printed and recomputed figures may lie apart.
    pub tolerance: Tolerance,
    /// The words by which checks know what a text speaks of.
    pub terms: Terms,
    /// How single checks are set, by code.
    #[serde(default)]
    pub checks: Settings,
}

/// The points for spending the budget: rate times `weight`, at most `weight`, or by steps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Execution {
    /// Points where the form prints none.
    pub weight: Decimal,
    /// The part of the weight that a rate gives, the highest rate first; empty: the rate itself.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// From some rate on, a part of the weight. Both are fractions of 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The lowest rate.
    pub from: Decimal,
    /// The part of the weight.
    pub part: Decimal,
}

/// The points that each class of indicators is to have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// 成本; `None` if the form has no such class.
    pub cost: Option<Decimal>,
    /// 产出
    pub output: Decimal,
    /// 效益; also takes the points of satisfaction where the form has no such class.
    pub benefit: Decimal,
    /// 满意度
    pub satisfaction: Decimal,
}

impl Weights {
    /// The points of a class; nought if it is to have none.
    pub fn of(&self, class: Class) -> Decimal {
        match class {
            Class::Cost => self.cost.unwrap_or_default(),
            Class::Output => self.output,
            Class::Benefit => self.benefit,
            Class::Satisfaction => self.satisfaction,
        }
    }
}

/// How many points a target that is to be reached gives while it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forward {
    /// Actual through target, times the weight.
    Ratio,
    /// Nothing below three fifths; from there evenly up to the weight.
    PassLine,
}

/// How many points a target that is not to be passed gives once it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reverse {
    /// The weight less the part by which the target was passed; nothing from twice the target on.
    Linear,
    /// Target through actual, times the weight.
    Ratio,
}

/// The part of the weight that remains when a range was missed by more than so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// Distance from the nearer end, in the target's own unit, above which the step holds.
    pub beyond: Decimal,
    /// The part of the weight, a fraction of 1.
    pub part: Decimal,
}

/// Points of a percentage by steps: full from some rate on, and less for every further part that it lacks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// The word by which the first level's class is known, one of those of [`Classes`].
    pub class: Class,
    /// From here on all points; in percent, as forms state satisfaction.
    pub full_from: Decimal,
    /// How many percent make one step.
    pub every: Decimal,
    /// The part of the weight that a step costs, a fraction of 1.
    pub costs: Decimal,
    /// Whether a step that has begun counts whole.
    pub begun_counts: bool,
}

/// Indicators judged by words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Bands, the best first.
    pub bands: Vec<Band>,
    /// Whether only the words of the bands may stand as an actual value.
    #[serde(default)]
    pub only: bool,
}

/// Words, and the part of the weight that they may be given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The actual values that belong to it, whole.
    pub words: Vec<String>,
    /// The least part, a fraction of 1.
    pub from: Decimal,
    /// The greatest part, a fraction of 1.
    pub to: Decimal,
    /// Whether `to` itself belongs to it.
    pub closed: bool,
}

/// What passing a target by far costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Over {
    /// From so many times the target on.
    pub from: Decimal,
    /// The part of the weight taken off, a fraction of 1.
    pub costs: Decimal,
}

/// Decimal places of recomputed points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// How many places.
    pub places: u32,
    /// Whether further places are cut off rather than rounded.
    pub cut_off: bool,
}

impl Rounding {
    /// Points to so many places.
    pub fn of(self, points: Decimal) -> Decimal {
        if self.cut_off {
            points.trunc_with_scale(self.places).normalize()
        } else {
            round(points, self.places)
        }
    }
}

/// Words that tell the class of a first-level indicator. They are tried in the order of the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    cost: Vec<String>,
    satisfaction: Vec<String>,
    benefit: Vec<String>,
    output: Vec<String>,
}

/// Tolerances between a printed and a recomputed figure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// Points of one row.
    pub row: Decimal,
    /// Points of a total.
    pub total: Decimal,
    /// Points of one row that plain rounding may account for.
    pub rounding: Decimal,
    /// The rate, a fraction of 1.
    pub rate: Decimal,
}

/// The words by which checks know what a text speaks of. `templates/schemes/general.toml` says what each is for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the file that holds the words describes them")]
pub struct Terms {
    pub shortfall: WordList,
    pub unfinished: WordList,
    pub not_really: WordList,
    pub bounded_rates: WordList,
    pub savings: WordList,
    pub harms: WordList,
    pub mended: WordList,
    pub payments: WordList,
    pub payment_endings: WordList,
    pub misplaced: Vec<Misplaced>,
    pub vague: WordList,
    pub rate_endings: WordList,
    pub money_reasons: WordList,
    pub no_complaints: WordList,
    pub output_kinds: Vec<String>,
    pub placeholders: WordList,
}

/// Words in an indicator's name that do not fit its second level.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misplaced {
    /// What the second level's name has.
    pub level2: String,
    /// Words that do not belong there.
    pub words: WordList,
}

/// A class of first-level indicators, in the order of a summary's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// 成本指标
    Cost,
    /// 产出指标
    Output,
    /// 效益指标
    Benefit,
    /// 满意度指标
    Satisfaction,
}

impl Class {
    /// All classes, in the order of a summary's columns.
    pub const ALL: [Self; 4] = [Self::Cost, Self::Output, Self::Benefit, Self::Satisfaction];

    /// The class's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "成本",
            Self::Output => "产出",
            Self::Benefit => "效益",
            Self::Satisfaction => "满意度",
        }
    }
}

impl Scheme {
    /// The class of a first-level indicator by its name.
    pub fn class_of(&self, level1: &str) -> Option<Class> {
        let classes = [
            (Class::Cost, &self.classes.cost),
            (Class::Satisfaction, &self.classes.satisfaction),
            (Class::Benefit, &self.classes.benefit),
            (Class::Output, &self.classes.output),
        ];
        classes
            .into_iter()
            .find(|(_, words)| words.iter().any(|word| level1.contains(word)))
            .map(|(class, _)| class)
    }

    /// The grade of a score, points.
    pub fn grade_of(&self, score: Decimal) -> Option<Grade> {
        Grade::ALL.into_iter().find(|grade| self.grades.get(grade).is_some_and(|lowest| score >= *lowest))
    }
}

/// All schemes by id.
#[derive(Clone, Debug)]
pub struct Schemes {
    by_id: BTreeMap<String, Scheme>,
}

impl Schemes {
    /// Reads `schemes/*.toml`. A file with `base` only says what differs from that scheme.
    ///
    /// # Errors
    /// [`Error::Template`] with what is wrong, and line and column where the file itself is.
    pub fn load(templates: &Templates) -> Result<Self> {
        let mut by_id = BTreeMap::new();
        for (id, path, mut scheme) in templates.all_whole::<Scheme>("schemes")? {
            let unknown = |cause| Error::Template { path: path.to_owned(), cause };
            scheme.checks.validate().map_err(unknown)?;
            id.clone_into(&mut scheme.id);
            by_id.insert(id.to_owned(), scheme);
        }
        Ok(Self { by_id })
    }

    /// All schemes, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = &Scheme> {
        self.by_id.values()
    }

    /// All schemes, to change how their checks are set.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Scheme> {
        self.by_id.values_mut()
    }

    /// The scheme of that id.
    ///
    /// # Errors
    /// [`Error::Template`] if there is none.
    pub fn get(&self, id: &str) -> Result<&Scheme> {
        self.by_id.get(id).ok_or_else(|| missing("schemes", id, self.by_id.keys().map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_take_their_lower_bound() {
        let schemes = Schemes::load(&Templates::default()).unwrap();
        let scheme = schemes.get("mof-2020").unwrap();
        let grade = |score: &str| scheme.grade_of(score.parse().unwrap()).unwrap().name();
        assert_eq!(
            ["100", "90", "89.99", "80", "60", "59.99", "0"].map(grade),
            ["优", "优", "良", "良", "中", "差", "差"]
        );
    }

    #[test]
    fn every_scheme_grades_every_score_and_tells_the_four_classes() {
        let schemes = Schemes::load(&Templates::default()).unwrap();
        for (id, scheme) in &schemes.by_id {
            assert_eq!(scheme.grades.len(), 4, "{id}");
            assert!(scheme.grade_of(Decimal::ZERO).is_some(), "{id}");
            for (name, class) in [
                ("成本指标", Class::Cost),
                ("产出指标", Class::Output),
                ("效益指标", Class::Benefit),
                ("满意度指标", Class::Satisfaction),
                ("项目效益指标", Class::Benefit),
            ] {
                assert_eq!(scheme.class_of(name), Some(class), "{id}: {name}");
            }
        }
    }
}
