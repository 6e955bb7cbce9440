//! The fields that a unit's own template may name: `templates/word/fields.toml`.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::rules::Assessed;
use crate::templates::Templates;
use crate::write::narrative::Facts;

const PATH: &str = "word/fields.toml";
/// The field of a loop that counts its turns.
const COUNTER: &str = "序号";

/// Fields and loops by the names that templates use.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub(super) fields: IndexMap<String, Field>,
    pub(super) loops: IndexMap<String, Loop>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Field {
    /// Where it stands in the facts: keys and indexes parted by `/`; `key=value` takes the member of a list that has
    /// it.
    from: String,
    /// Whether there need be none.
    pub(super) optional: bool,
}

/// A field as the file has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Path(String),
    Full { from: String, optional: bool },
}

impl From<Written> for Field {
    fn from(written: Written) -> Self {
        match written {
            Written::Path(from) => Self { from, optional: false },
            Written::Full { from, optional } => Self { from, optional },
        }
    }
}

/// A list and the fields of its members.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Loop {
    from: String,
    pub(super) fields: IndexMap<String, Field>,
}

/// A field or a loop, with an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The name, as it stands between `{{` and `}}`; loops have `#` before it.
    pub name: String,
    /// The loop within which it is known.
    pub within: Option<String>,
    /// What it is for the example; of a loop, how many turns.
    pub example: String,
}

impl Fields {
    /// Reads `word/fields.toml`; a user's own file takes the place of the one built in.
    ///
    /// # Errors
    /// [`Error::Template`] if it does not say what it should.
    pub fn load(templates: &Templates) -> Result<Self> {
        let wrong =
            |cause: toml::de::Error| Error::Template { path: PATH.to_owned(), cause: cause.to_string() };
        let mut fields: Self = toml::from_str(templates.get(PATH).unwrap_or_default()).map_err(wrong)?;
        for own in fields.loops.values_mut() {
            own.fields.insert(COUNTER.to_owned(), Field { from: String::new(), optional: false });
        }
        Ok(fields)
    }

    /// Every field and loop with what it is for a project.
    ///
    /// # Errors
    /// [`Error::Template`] if the facts of a project cannot be had, which they can.
    pub fn describe(&self, example: &Assessed) -> Result<Vec<Described>> {
        let facts = facts(example)?;
        let shown = |name: &str, field: &Field, facts: &Value, turn: usize| Described {
            name: name.to_owned(),
            within: None,
            example: field.text(facts, turn).unwrap_or_default(),
        };
        let mut all: Vec<Described> =
            self.fields.iter().map(|(name, field)| shown(name, field, &facts, 0)).collect();
        for (name, own) in &self.loops {
            let members = own.members(&facts);
            let turns = members.len().to_string();
            all.push(Described { name: format!("#{name}"), within: None, example: turns });
            let first = members.first().unwrap_or(&Value::Null);
            all.extend(own.fields.iter().map(|(field_name, field)| Described {
                within: Some(name.clone()),
                ..shown(field_name, field, first, 0)
            }));
        }
        Ok(all)
    }
}

/// The facts of a project as fields look them up.
pub(super) fn facts(assessed: &Assessed) -> Result<Value> {
    serde_json::to_value(Facts::of(assessed))
        .map_err(|cause| Error::Template { path: PATH.to_owned(), cause: cause.to_string() })
}

impl Field {
    /// Its text in some facts; none where they have none. `turn` counts the turns of its loop from 0.
    pub(super) fn text(&self, facts: &Value, turn: usize) -> Option<String> {
        if self.from.is_empty() {
            return Some((turn + 1).to_string());
        }
        match at(facts, &self.from)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl Loop {
    /// The members of its list.
    pub(super) fn members<'a>(&self, facts: &'a Value) -> &'a [Value] {
        at(facts, &self.from).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

fn at<'a>(facts: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(facts, |value, step| match (value, step.split_once('=')) {
        (Value::Array(members), Some((key, wanted))) => members.iter().find(|member| member[key] == *wanted),
        (Value::Array(members), None) => members.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::check::example;
    use crate::{Knowledge, layout::Form};

    #[test]
    fn every_path_of_the_file_leads_to_a_fact() {
        let form = Form { project: example::project(), findings: Vec::new() };
        let facts = facts(&crate::assess(form, &Knowledge::built_in().unwrap()).unwrap()).unwrap();
        let fields = Fields::load(&Templates::default()).unwrap();
        for (name, field) in &fields.fields {
            // The example has no costs; the classes are alike.
            assert!(at(&facts, &field.from.replace("kind=成本", "kind=产出")).is_some(), "{name}");
        }
        for (name, own) in &fields.loops {
            let first = own.members(&facts).first().unwrap_or_else(|| panic!("{name}"));
            for (field_name, field) in own.fields.iter().filter(|(name, _)| *name != COUNTER) {
                assert!(at(first, &field.from).is_some(), "{name}: {field_name}");
            }
        }
    }
}
