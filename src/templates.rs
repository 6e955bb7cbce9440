//! What the program knows of forms, schemes and reports: the files under `templates/`, built in at compile
//! time, each of which a user's own file of the same name may replace.

use std::borrow::Cow;
use std::collections::BTreeMap;

const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The template files by their path below `templates/`, with `/` between folders.
#[derive(Clone, Debug)]
pub struct Templates {
    files: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
}

impl Default for Templates {
    fn default() -> Self {
        let files =
            BUILT_IN.iter().map(|(path, text)| (Cow::Borrowed(*path), Cow::Borrowed(*text))).collect();
        Self { files }
    }
}

impl Templates {
    /// Adds a file, or replaces the one of that path.
    pub fn insert(&mut self, path: String, text: String) {
        self.files.insert(Cow::Owned(path), Cow::Owned(text));
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// The texts of a file that adds to what is built in rather than replacing it: the built-in one, then the
    /// user's.
    pub fn layers(&self, path: &str) -> impl Iterator<Item = &str> {
        let built_in = BUILT_IN.iter().find(|(name, _)| *name == path).map(|(_, text)| *text);
        let own = self.get(path).filter(|text| Some(*text) != built_in);
        built_in.into_iter().chain(own)
    }

    /// The files of a folder as (stem, path, text), in the order of their names.
    pub fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        self.files.iter().filter_map(move |(path, text)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            let (stem, _) = name.rsplit_once('.')?;
            Some((stem, path.as_ref(), text.as_ref()))
        })
    }

    /// All files as (path, text).
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_ref(), text.as_ref()))
    }
}
