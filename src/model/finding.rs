//! A fault in a form, told so that a clerk can mend it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Address, Field, Project, Source};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Worth knowing; nothing need be done.
    Note,
    /// Most likely a fault; a person should look.
    Warning,
    /// A fault by the form's own rules.
    Error,
}

impl Level {
    /// All levels, the gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The level's place in [`Level::ALL`].
    pub const fn rank(self) -> usize {
        match self {
            Self::Error => 0,
            Self::Warning => 1,
            Self::Note => 2,
        }
    }
}

/// A fault in a form. Faults never stop a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The stable code of the rule (`R06`).
    pub code: Cow<'static, str>,
    /// How grave it is.
    pub level: Level,
    /// What is wrong, with the figures.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The file as the user named it.
    pub file: String,
    /// The sheet's name, in workbooks.
    pub sheet: Option<String>,
    /// The cell, in forms.
    pub cell: Option<Address>,
    /// The line, 1-based, in text reports.
    pub line: Option<u32>,
    /// The project's name.
    pub project: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
}

impl Finding {
    /// A finding about a project, at a cell of its form.
    pub fn about(project: &Project, code: &'static str, level: Level, cell: Option<Address>) -> Self {
        Self::in_form(&project.source, &project.name, code, level, cell)
    }

    /// A finding about a project's cell, where only its place and name are at hand.
    pub fn in_form(
        source: &Source,
        name: &Field<String>,
        code: &'static str,
        level: Level,
        cell: Option<Address>,
    ) -> Self {
        Self {
            sheet: Some(source.sheet.clone()),
            cell,
            project: name.value.clone(),
            ..Self::of_file(&source.file, code, level)
        }
    }

    /// A finding about a file as a whole.
    pub fn of_file(file: &str, code: &'static str, level: Level) -> Self {
        Self {
            code: Cow::Borrowed(code),
            level,
            message: String::new(),
            hint: String::new(),
            file: file.to_owned(),
            sheet: None,
            cell: None,
            line: None,
            project: None,
            found: None,
            expected: None,
        }
    }

    /// Says what is wrong and what to do about it.
    #[must_use]
    pub fn says(mut self, message: impl Into<String>, hint: impl Into<String>) -> Self {
        self.message = message.into();
        self.hint = hint.into();
        self
    }

    /// Makes it no graver than a level, with other advice.
    #[must_use]
    pub fn eased(mut self, level: Level, hint: impl Into<String>) -> Self {
        self.level = self.level.min(level);
        self.hint = hint.into();
        self
    }

    /// Adds what stands there and what should.
    #[must_use]
    pub fn compares(mut self, found: impl ToString, expected: impl ToString) -> Self {
        self.found = Some(found.to_string());
        self.expected = Some(expected.to_string());
        self
    }
}
