//! A scheme of scoring: the figures of `templates/schemes/<id>.toml`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::Grade;
use crate::templates::Templates;

/// How points are given. All points are of the form's full score, usually 100.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The scheme's name for people.
    pub name: String,
    /// What it rests on.
    pub basis: String,
    /// The full score, points.
    pub full: Decimal,
    /// The points for spending the budget.
    pub execution: Execution,
    /// The words by which a first-level indicator is known for a class.
    pub classes: Classes,
    /// The lowest score of each grade, points.
    pub grades: BTreeMap<Grade, Decimal>,
    /// How far printed and recomputed figures may lie apart.
    pub tolerance: Tolerance,
}

/// The points for spending the budget: rate times `weight`, at most `weight`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Execution {
    /// Points where the form prints none.
    pub weight: Decimal,
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

/// A class of first-level indicators, in the order of a summary's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Reads `schemes/*.toml`.
    ///
    /// # Errors
    /// [`Error::Template`] with line and column of what is wrong.
    pub fn load(templates: &Templates) -> Result<Self> {
        let mut by_id = BTreeMap::new();
        for (id, path, text) in templates.folder("schemes") {
            let scheme = toml::from_str(text)
                .map_err(|e| Error::Template { path: path.to_owned(), cause: e.to_string() })?;
            by_id.insert(id.to_owned(), scheme);
        }
        Ok(Self { by_id })
    }

    /// The scheme of that id.
    ///
    /// # Errors
    /// [`Error::Template`] if there is none.
    pub fn get(&self, id: &str) -> Result<&Scheme> {
        self.by_id.get(id).ok_or_else(|| Error::Template {
            path: format!("schemes/{id}.toml"),
            cause: t!("error.no_such_scheme").into_owned(),
        })
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
