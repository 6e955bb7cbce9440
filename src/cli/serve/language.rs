//! The language of a request. That of the library's messages is one for the whole process, so those who speak another
//! one wait for their turn.

use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use jixiao::Language;
use serde::Deserialize;

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

/// The part of an address that says in which language to answer.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Lang {
    #[serde(default)]
    lang: Tongue,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tongue {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The language.
    pub(super) const fn language(self) -> Language {
        match self.lang {
            Tongue::Zh => Language::Chinese,
            Tongue::En => Language::English,
        }
    }

    /// The name of its messages, for those that are said outside of [`speaking`].
    pub(super) const fn locale(self) -> &'static str {
        match self.lang {
            Tongue::Zh => "zh-CN",
            Tongue::En => "en-US",
        }
    }
}
