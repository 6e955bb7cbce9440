//! The language of a request. That of the library's messages is one for the whole process, so those who speak another
//! one wait for their turn.

use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use jixiao::Language;
use serde::{Deserialize, Deserializer};

static SPOKEN: RwLock<Option<Language>> = RwLock::new(None);

/// Does some work while all messages are in a language. Must not be called within itself.
pub(super) fn speaking<T>(language: Language, work: impl FnOnce() -> T) -> T {
    let spoken = SPOKEN.read().unwrap_or_else(PoisonError::into_inner);
    let _spoken = if *spoken == Some(language) {
        spoken
    } else {
        drop(spoken);
        let mut spoken = SPOKEN.write().unwrap_or_else(PoisonError::into_inner);
        *spoken = Some(language);
        jixiao::speak(language);
        RwLockWriteGuard::downgrade(spoken)
    };
    work()
}

/// The part of an address that says in which language to answer: Chinese but for `lang=en`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Lang {
    #[serde(default, rename = "lang", deserialize_with = "is_english")]
    english: bool,
}

fn is_english<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(String::deserialize(deserializer)? == "en")
}

impl Lang {
    /// The language.
    pub(super) const fn language(self) -> Language {
        if self.english { Language::English } else { Language::Chinese }
    }

    /// The name of its messages, for those that are said outside of [`speaking`].
    pub(super) const fn locale(self) -> &'static str {
        if self.english { "en-US" } else { "zh-CN" }
    }
}
