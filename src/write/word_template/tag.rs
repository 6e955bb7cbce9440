//! A tag: `{{字段}}`, `{{字段|合并}}`, `{{#循环}}`, `{{^字段}}`, `{{/循环}}`.

use std::fmt;

/// The filter that merges equal cells which stand one under the other.
const MERGED: &str = "合并";

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Shows a field; `merged`: and merges its cell with equal ones above.
    Value { merged: bool },
    /// Begins what stands once for each member of a list, or if there is a field.
    Open,
    /// Begins what stands if a list is empty, or if there is no field.
    OpenUnless,
    /// Ends either.
    Close,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) role: Role,
    pub(super) name: String,
}

impl Tag {
    /// # Errors
    /// The filter, if there is no such.
    pub(super) fn parse(mark: &str, name: &str, filter: &str) -> Result<Self, String> {
        let role = match mark {
            "#" | "＃" => Role::Open,
            "^" | "＾" => Role::OpenUnless,
            "/" | "／" => Role::Close,
            _ => Role::Value { merged: filter == MERGED },
        };
        let known = filter.is_empty() || role == Role::Value { merged: true };
        known.then(|| Self { role, name: name.to_owned() }).ok_or_else(|| filter.to_owned())
    }

    /// The tag that a run holds, in the form in which [`fmt::Display`] writes it.
    pub(super) fn of(text: &str) -> Option<Self> {
        let inner = text.strip_prefix("{{")?.strip_suffix("}}")?;
        let (inner, filter) = inner.split_once('|').unwrap_or((inner, ""));
        let name = inner.trim_start_matches(['#', '^', '/']);
        Self::parse(&inner[..inner.len() - name.len()], name, filter).ok()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, filter) = match self.role {
            Role::Value { merged: true } => ("", "|合并"),
            Role::Value { merged: false } => ("", ""),
            Role::Open => ("#", ""),
            Role::OpenUnless => ("^", ""),
            Role::Close => ("/", ""),
        };
        write!(f, "{{{{{mark}{}{filter}}}}}", self.name)
    }
}
