//! The words that proof-reading goes by: `templates/proofreading.toml`.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::templates::Templates;

/// Words that people double, mistake or leave vague.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Doubled words that are right as they are (方方面面).
    pub doubled: Vec<String>,
    /// Wrong words and what is meant.
    pub mistaken: IndexMap<String, String>,
    /// Words that leave a quantity vague.
    pub vague: Vec<String>,
}

impl Words {
    /// Reads `proofreading.toml`; a user's own file takes the place of the one built in.
    ///
    /// # Errors
    /// [`Error::Template`] if it does not say what it should.
    pub fn load(templates: &Templates) -> Result<Self> {
        const PATH: &str = "proofreading.toml";
        toml::from_str(templates.get(PATH).unwrap_or_default())
            .map_err(|cause| Error::Template { path: PATH.to_owned(), cause: cause.to_string() })
    }
}
