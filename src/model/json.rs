//! The model as JSON: the model's own serde form, with the cells of all values gathered under `source.cells`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Address, Finding, Indicator, Project};

/// What `--to json` writes: `{"projects": [...], "findings": [...]}`.
#[derive(Debug, Default)]
pub struct Document {
    /// The projects read, in reading order.
    pub projects: Vec<Project>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Cells {
    #[serde(default)]
    cells: BTreeMap<String, Address>,
}

/// A project as a JSON value.
pub fn project_to_value(project: &Project) -> serde_json::Result<Value> {
    let mut cells = Map::new();
    project.clone().for_each_cell(&mut |path, cell| {
        if let Some(cell) = cell {
            cells.insert(path.to_owned(), Value::String(cell.to_string()));
        }
    });
    let mut value = serde_json::to_value(project)?;
    if let Some(source) = value.get_mut("source").and_then(Value::as_object_mut) {
        source.insert("cells".to_owned(), Value::Object(cells));
    }
    Ok(value)
}

/// Reads back what [`project_to_value`] made.
///
/// # Errors
/// If a field has the wrong shape; the error names it.
pub fn project_from_value(value: Value) -> serde_json::Result<Project> {
    let cells = match value.get("source") {
        Some(source) => Cells::deserialize(source)?.cells,
        None => BTreeMap::new(),
    };
    let mut project: Project = serde_json::from_value(value)?;
    project.for_each_cell(&mut |path, cell| *cell = cells.get(path).copied());
    Ok(project)
}

/// A row of the indicator table as a JSON value, with the cells of its values under `cells`.
pub fn indicator_to_value(row: &Indicator) -> serde_json::Result<Value> {
    let mut cells = Map::new();
    row.clone().for_each_cell("", &mut |path, cell| {
        cells.extend(cell.map(|cell| (path.to_owned(), Value::String(cell.to_string()))));
    });
    let mut value = serde_json::to_value(row)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("cells".to_owned(), Value::Object(cells));
    }
    Ok(value)
}

/// Reads back what [`indicator_to_value`] made.
///
/// # Errors
/// If a field has the wrong shape; the error names it.
pub fn indicator_from_value(value: Value) -> serde_json::Result<Indicator> {
    let cells = Cells::deserialize(&value)?.cells;
    let mut row: Indicator = serde_json::from_value(value)?;
    row.for_each_cell("", &mut |path, cell| *cell = cells.get(path).copied());
    Ok(row)
}

impl Serialize for Document {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeStruct};
        let projects: Vec<Value> =
            self.projects.iter().map(project_to_value).collect::<Result<_, _>>().map_err(S::Error::custom)?;
        let mut document = serializer.serialize_struct("Document", 2)?;
        document.serialize_field("projects", &projects)?;
        document.serialize_field("findings", &self.findings)?;
        document.end()
    }
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::*;
    use crate::model::{Field, Finding, Project};

    /// The schema of the data, as it is checked in.
    const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/data.schema.json");

    impl<T: JsonSchema> JsonSchema for Field<T> {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            Option::<T>::schema_name()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            Option::<T>::json_schema(generator)
        }
    }

    impl JsonSchema for Address {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Address".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "string", "pattern": "^[A-Z]{1,3}[1-9][0-9]{0,6}$", "description": "A1" })
        }
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is wanted")]
    struct Data {
        /// The projects, in reading order.
        projects: Vec<Project>,
        /// What is wrong with them.
        findings: Vec<Finding>,
    }

    /// Where `UPDATE_SCHEMA` is set, the schema is written; it must be what the types say.
    #[test]
    fn the_schema_that_is_checked_in_is_that_of_the_types() {
        let mut schema = serde_json::to_value(schemars::schema_for!(Data)).unwrap();
        let cells = serde_json::json!({
            "type": "object",
            "description": "JSON pointers within the project to the cells of its values.",
            "additionalProperties": { "$ref": "#/$defs/Address" },
        });
        schema["$defs"]["Source"]["properties"]["cells"] = cells;
        // Numbers are written exactly, whatever the library reads.
        for (name, kinds) in [("Decimal", &["string"][..]), ("Nullable_Decimal", &["string", "null"])] {
            if let Some(number) = schema["$defs"].get_mut(name) {
                *number = serde_json::json!({ "type": kinds, "pattern": "^-?[0-9]+(\\.[0-9]+)?$" });
            }
        }
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(SCHEMA, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(SCHEMA).unwrap(), text);
    }
}
