//! What the program knows of forms, schemes and reports: the files under `templates/`, built in at compile
//! time, each of which a user's own file of the same name may replace.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::error::{Error, Result};

const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

const BUILT_IN_FORMS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/forms.rs"));

/// The key under which a file names the one that it differs from.
const BASE: &str = "base";

/// The template files by their path below `templates/`, with `/` between folders.
#[derive(Clone, Debug)]
pub struct Templates {
    files: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
    forms: BTreeMap<Cow<'static, str>, Cow<'static, [u8]>>,
}

impl Default for Templates {
    fn default() -> Self {
        let files =
            BUILT_IN.iter().map(|(path, text)| (Cow::Borrowed(*path), Cow::Borrowed(*text))).collect();
        let forms = BUILT_IN_FORMS
            .iter()
            .map(|(path, bytes)| (Cow::Borrowed(*path), Cow::Borrowed(*bytes)))
            .collect();
        Self { files, forms }
    }
}

impl Templates {
    /// Adds a file, or replaces the one of that path.
    pub fn insert(&mut self, path: String, text: String) {
        self.files.insert(Cow::Owned(path), Cow::Owned(text));
    }

    /// Adds a blank form, or replaces the one of that path.
    pub fn insert_form(&mut self, path: String, bytes: Vec<u8>) {
        self.forms.insert(Cow::Owned(path), Cow::Owned(bytes));
    }

    /// The blank form of a layout, an .xlsx workbook.
    pub fn form(&self, layout: &str) -> Option<&[u8]> {
        self.forms.get(format!("forms/{layout}.xlsx").as_str()).map(AsRef::as_ref)
    }

    /// All blank forms as (path, bytes).
    pub fn forms(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.forms.iter().map(|(path, bytes)| (path.as_ref(), bytes.as_ref()))
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

    /// What the file `ID.toml` of a folder says. One that names a `base` only says what differs from that file of
    /// the folder: its values are laid over the base's, tables key by key, lists as a whole.
    ///
    /// # Errors
    /// [`Error::Template`] if there is no such file, with the ids of those there are, or with what is wrong in it,
    /// and line and column where it names no base.
    pub(crate) fn whole<T: DeserializeOwned>(&self, folder: &str, id: &str) -> Result<T> {
        self.laid_over(folder, id, self.table(folder, id)?, &|base| self.table(folder, base))
    }

    /// What each file of a folder says, as [`Templates::whole`] has it, as (id, path, what it says).
    ///
    /// # Errors
    /// As [`Templates::whole`].
    pub(crate) fn all_whole<'a, T: DeserializeOwned>(
        &'a self,
        folder: &'a str,
    ) -> Result<Vec<(&'a str, &'a str, T)>> {
        let ids = || self.folder(folder).map(|(id, _, _)| id);
        let tables: BTreeMap<&str, Table> =
            ids().map(|id| Ok((id, self.table(folder, id)?))).collect::<Result<_>>()?;
        let base = |base: &str| tables.get(base).cloned().ok_or_else(|| missing(folder, base, ids()));
        self.folder(folder)
            .map(|(id, path, _)| Ok((id, path, self.laid_over(folder, id, base(id)?, &base)?)))
            .collect()
    }

    fn table(&self, folder: &str, id: &str) -> Result<Table> {
        let path = format!("{folder}/{id}.toml");
        let text =
            self.get(&path).ok_or_else(|| missing(folder, id, self.folder(folder).map(|(id, _, _)| id)))?;
        toml::from_str(text).map_err(|cause| Error::Template { path, cause: cause.to_string() })
    }

    /// What a file says whose table is known, laid over those that it rests on.
    fn laid_over<T: DeserializeOwned>(
        &self,
        folder: &str,
        id: &str,
        table: Table,
        base: &impl Fn(&str) -> Result<Table>,
    ) -> Result<T> {
        let path = format!("{folder}/{id}.toml");
        let has_base = table.contains_key(BASE);
        let whole = with_base(folder, table, base, self.folder(folder).count())?.try_into();
        let whole = match self.get(&path).filter(|_| !has_base) {
            // The text itself tells where in it something is wrong.
            Some(text) => whole.or_else(|_| toml::from_str(text)),
            None => whole,
        };
        whole.map_err(|cause| Error::Template { path, cause: cause.to_string() })
    }

    /// All files as (path, text).
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_ref(), text.as_ref()))
    }
}

/// A table laid over those that it rests on, at most `depth` of them.
fn with_base(
    folder: &str,
    mut table: Table,
    get: &impl Fn(&str) -> Result<Table>,
    depth: usize,
) -> Result<Table> {
    let Some(base) = table.remove(BASE) else { return Ok(table) };
    let id = base.as_str().filter(|_| depth > 0);
    let id = id.ok_or_else(|| missing(folder, &base.to_string(), []))?;
    let mut whole = with_base(folder, get(id)?, get, depth - 1)?;
    lay_over(&mut whole, table);
    Ok(whole)
}

/// That a folder has no file of an id, and which it has.
pub(crate) fn missing<'a>(folder: &str, id: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let known = known.into_iter().collect::<Vec<_>>().join("、");
    let cause = t!("error.no_such_template", id = id, known = known).into_owned();
    Error::Template { path: format!("{folder}/{id}.toml"), cause }
}

/// Puts the entries of a table over those of another; tables within are laid over one another in turn.
fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_only_what_differs_from_its_base() {
        let mut templates = Templates::default();
        for (id, text) in [
            ("a", "x = 1\nlist = [1, 2]\n[t]\ny = 1\nz = 1\n"),
            ("b", "base = 'a'\nlist = [3]\n[t]\ny = 2\n"),
            ("c", "base = 'b'\nx = 3\n"),
            ("loop", "base = 'loop'\n"),
            ("lost", "base = 'none'\n"),
        ] {
            templates.insert(format!("own/{id}.toml"), text.to_owned());
        }
        let whole: Table = templates.whole("own", "c").unwrap();
        assert_eq!(whole, toml::from_str("x = 3\nlist = [3]\n[t]\ny = 2\nz = 1\n").unwrap());
        assert!(templates.whole::<Table>("own", "loop").is_err());
        let message = templates.whole::<Table>("own", "lost").unwrap_err().to_string();
        assert!(message.contains("none") && message.contains("a、b、c"), "{message}");
    }
}
