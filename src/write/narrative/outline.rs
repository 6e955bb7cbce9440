//! Outlines: Markdown with minijinja, headed by what the outline is.

use serde::Deserialize;

use super::wrong;
use crate::error::Result;
use crate::templates::Templates;

/// The line before and after an outline's head.
const FENCE: &str = "+++";

/// The folder of outlines. Files in folders below it are parts that outlines import.
pub(super) const FOLDER: &str = "narratives";

/// What a report is written by.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The id: the file's name without its ending.
    pub id: String,
    /// The file's path, for messages.
    pub path: String,
    /// What its head says.
    pub head: Head,
    /// The outline itself.
    pub(super) body: String,
}

/// The head of an outline, TOML between two lines of `+++`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The outline's name for people.
    pub name: String,
    /// What it rests on.
    #[serde(default)]
    pub basis: String,
    /// What one document is about.
    #[serde(default)]
    pub scope: Scope,
}

/// What one document of an outline is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One project.
    #[default]
    Project,
    /// All projects of a unit and a year.
    Unit,
    /// The findings in a unit's forms: an opinion of the office that checks them.
    Opinion,
}

impl Outline {
    /// The outline `narratives/<id>.md`.
    ///
    /// # Errors
    /// [`crate::Error::Template`] if there is none, which names those that there are; or its head is wrong.
    pub fn find(templates: &Templates, id: &str) -> Result<Self> {
        let path = format!("{FOLDER}/{id}.md");
        match templates.get(&path) {
            Some(text) => Self::parse(&path, text),
            None => {
                let known: Vec<String> = Self::of_reports(templates).map(|known| known.id).collect();
                Err(wrong(&path, &t!("error.no_such_outline", known = known.join("、"))))
            }
        }
    }

    /// Every outline of reports that can be read, in the order of the ids.
    pub fn of_reports(templates: &Templates) -> impl Iterator<Item = Self> {
        let files = templates.folder(FOLDER).filter(|(id, _, _)| !id.contains('/'));
        let read = files.filter_map(|(_, path, text)| Self::parse(path, text).ok());
        read.filter(|outline| outline.head.scope != Scope::Opinion)
    }

    /// Reads the text of an outline. One without a head is about one project and bears the file's name.
    ///
    /// # Errors
    /// [`crate::Error::Template`] if the head is none.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let id = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let fenced = text.strip_prefix(FENCE).and_then(|rest| rest.split_once(&format!("\n{FENCE}\n")));
        let (head, body) = match fenced {
            Some((head, body)) => (toml::from_str(head).map_err(|cause| wrong(path, &cause))?, body),
            None => (Head { name: id.clone(), ..Head::default() }, text.as_str()),
        };
        Ok(Self { id, path: path.to_owned(), head, body: body.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_optional_and_its_faults_are_told() {
        let outline = Outline::parse("x/我的.md", "# 报告\n").unwrap();
        assert_eq!((outline.id.as_str(), outline.head.scope), ("我的", Scope::Project));
        let outline =
            Outline::parse("a.md", "\u{feff}+++\r\nname = \"甲\"\r\nscope = \"unit\"\r\n+++\r\n# 报告\r\n")
                .unwrap();
        assert_eq!((outline.head.name.as_str(), outline.head.scope), ("甲", Scope::Unit));
        assert_eq!(outline.body, "# 报告\n");
        for head in ["", "nome = \"甲\"", "name = \"甲\"\nscope = \"village\""] {
            let error = Outline::parse("a.md", &format!("+++\n{head}\n+++\n")).unwrap_err().to_string();
            assert!(error.contains("a.md"), "{error}");
        }
    }

    #[test]
    fn all_built_in_outlines_are_read() {
        let templates = Templates::default();
        let ids: Vec<String> = Outline::of_reports(&templates).map(|outline| outline.id).collect();
        assert_eq!(
            ids,
            ["evaluation-report", "long-report", "self-report", "transfer-report", "unit-report"]
        );
        let error = Outline::find(&templates, "nothing").unwrap_err().to_string();
        assert!(error.contains("long-report"), "{error}");
    }
}
