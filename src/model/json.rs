//! The model as JSON: the model's own serde form, with the cells of all values gathered under `source.cells`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Address, Finding, Project};

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
