//! How checks are set: their levels and thresholds, each with where it was set.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Check;
use crate::model::Level;

/// A level to which a check can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetLevel {
    /// The check is not run.
    Off,
    /// Its findings are notes.
    Note,
    /// Its findings are warnings at most.
    Warning,
    /// Its findings are errors, but those that are milder by their nature.
    Error,
}

/// What a file says of a check. What it leaves out stays as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The level of its findings.
    pub level: Option<SetLevel>,
    /// From where on it speaks, in the unit that its explanation names.
    pub threshold: Option<Decimal>,
}

/// Settings by code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Settings {
    by_code: BTreeMap<String, Setting>,
}

impl Settings {
    /// What is set for a code.
    pub fn get(&self, code: &str) -> Setting {
        self.by_code.get(code).copied().unwrap_or_default()
    }

    /// Whether every code is a check's, and every threshold of a check that has one.
    ///
    /// # Errors
    /// What is wrong, in the user's words.
    pub fn validate(&self) -> Result<(), String> {
        let known = super::all();
        for (code, setting) in &self.by_code {
            match known.iter().find(|check| check.code == *code) {
                None => return Err(t!("checks.unknown_code", code = code).into_owned()),
                Some(check) if check.threshold.is_none() && setting.threshold.is_some() => {
                    return Err(t!("checks.no_threshold", code = code).into_owned());
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Lays other settings over these.
    pub fn lay_over(&mut self, above: &Self) {
        for (code, setting) in &above.by_code {
            let own = self.by_code.entry(code.clone()).or_default();
            own.level = setting.level.or(own.level);
            own.threshold = setting.threshold.or(own.threshold);
        }
    }

    /// The level of a check's findings; `None` if it is off.
    pub fn level(&self, check: &Check) -> Option<Level> {
        match self.get(check.code).level {
            None => Some(check.level),
            Some(SetLevel::Off) => None,
            Some(SetLevel::Note) => Some(Level::Note),
            Some(SetLevel::Warning) => Some(Level::Warning),
            Some(SetLevel::Error) => Some(Level::Error),
        }
    }

    /// The threshold of a check; `None` if it has none.
    pub fn threshold(&self, check: &Check) -> Option<Decimal> {
        let own = check.threshold?;
        Some(self.get(check.code).threshold.unwrap_or(own))
    }
}
