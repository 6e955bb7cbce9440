//! The parts of an office file's package: read by name, changed or added, and all others copied as they are.

pub(in crate::write) mod workbook;
pub(in crate::write) mod xml;

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Write};

use indexmap::IndexMap;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use self::xml::{DECLARATION, Tag, append, damaged, escaped, tags, without_elements};
use crate::error::Result;
use crate::grid::limits::MAX_PART;

const TYPES: &str = "[Content_Types].xml";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A package. Names of parts have no slash before them; case means nothing in them.
pub(in crate::write) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    places: HashMap<String, usize>,
    /// What parts were changed to or added, with their names as they are to be written.
    changed: IndexMap<String, (String, String)>,
    /// The parts that are to go.
    removed: HashSet<String>,
}

impl<'a> Package<'a> {
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        let mut places = HashMap::new();
        for i in 0..zip.len() {
            let part = zip.by_index_raw(i).map_err(damaged)?;
            places.insert(key(&part.name().map_err(damaged)?), i);
        }
        Ok(Self { zip, places, changed: IndexMap::new(), removed: HashSet::new() })
    }

    /// The names of the parts by which they are found: in lower case.
    pub(in crate::write) fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<(&usize, &str)> =
            self.places.iter().map(|(name, at)| (at, name.as_str())).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name)
    }

    pub(in crate::write) fn has(&self, part: &str) -> bool {
        let key = key(part);
        self.places.contains_key(&key) || self.changed.contains_key(&key)
    }

    /// A part's text as it is by now; `None` if there is no such part.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`], also for a part in another encoding than UTF-8.
    pub(in crate::write) fn text(&mut self, part: &str) -> Result<Option<String>> {
        let key = key(part);
        if let Some((_, text)) = self.changed.get(&key) {
            return Ok(Some(text.clone()));
        }
        let Some(place) = self.places.get(&key) else { return Ok(None) };
        let mut text = String::new();
        // A part that is cut off here is no well-formed XML any more, and told as such.
        let inflated = self.zip.by_index(*place).map_err(damaged)?.take(MAX_PART);
        std::io::BufReader::new(inflated).read_to_string(&mut text).map_err(damaged)?;
        Ok(Some(text))
    }

    /// A part's text that must be there.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn required(&mut self, part: &str) -> Result<String> {
        self.text(part)?.ok_or_else(|| damaged(format!("no part {part}")))
    }

    pub(in crate::write) fn put(&mut self, part: &str, text: String) {
        self.changed.insert(key(part), (part.to_owned(), text));
    }

    /// Takes a part away, with what is said of its type.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn remove(&mut self, part: &str) -> Result<()> {
        self.changed.shift_remove(&key(part));
        self.removed.insert(key(part));
        let text = self.required(TYPES)?;
        let of_part = |tag: &Tag<'_>| {
            let named = tag.attribute("PartName");
            named.is_some_and(|name| key(name.trim_start_matches('/')) == key(part))
        };
        if let Some(text) = without_elements(&text, 1, "Override", of_part)? {
            self.put(TYPES, text);
        }
        Ok(())
    }

    /// The number with which `stem`, the number and `ending` name no part yet.
    pub(in crate::write) fn fresh_number(&self, stem: &str, ending: &str) -> u32 {
        (1..).find(|number| !self.has(&format!("{stem}{number}{ending}"))).unwrap_or_default()
    }

    /// Says of what type a part is.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn declare(&mut self, part: &str, content_type: &str) -> Result<()> {
        self.add_type("Override", "PartName", &format!("/{part}"), content_type)
    }

    /// Says of what type parts with a name's ending are.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn declare_ending(&mut self, ending: &str, content_type: &str) -> Result<()> {
        self.add_type("Default", "Extension", ending, content_type)
    }

    fn add_type(&mut self, element: &str, attribute: &str, value: &str, content_type: &str) -> Result<()> {
        let text = self.required(TYPES)?;
        for tag in tags(&text) {
            let tag = tag?;
            let same = |said: String| said.eq_ignore_ascii_case(value);
            if tag.begins(1, element) && tag.attribute(attribute).is_some_and(same) {
                return Ok(());
            }
        }
        let value = escaped(value);
        let text = append(&text, |prefix| {
            format!("<{prefix}{element} {attribute}=\"{value}\" ContentType=\"{content_type}\"/>")
        })?;
        self.put(TYPES, text);
        Ok(())
    }

    /// The package with its changes: changed parts in their places, new ones at the end, all others copied
    /// without being unpacked.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn finish(mut self) -> Result<Vec<u8>> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        for i in 0..self.zip.len() {
            let part = self.zip.by_index_raw(i).map_err(damaged)?;
            let name = part.name().map_err(damaged)?.into_owned();
            match self.changed.shift_remove(&key(&name)) {
                None if self.removed.contains(&key(&name)) => {}
                None => out.raw_copy_file(part).map_err(damaged)?,
                Some((_, text)) => {
                    out.start_file(name, options).map_err(damaged)?;
                    out.write_all(text.as_bytes()).map_err(damaged)?;
                }
            }
        }
        for (name, text) in self.changed.into_values() {
            out.start_file(name, options).map_err(damaged)?;
            out.write_all(text.as_bytes()).map_err(damaged)?;
        }
        Ok(out.finish().map_err(damaged)?.into_inner())
    }
}

/// By what a part is found: some programs write `\` between folders, or capitals of their own.
fn key(part: &str) -> String {
    part.replace('\\', "/").to_lowercase()
}

/// A relation of one part to another.
pub(in crate::write) struct Relation {
    pub(in crate::write) id: String,
    /// The type's URI: that of all relations in documents of this kind, and its own word after the last slash.
    kind: String,
    /// The other part; `None` if it lies outside of the package.
    pub(in crate::write) target: Option<String>,
}

impl Relation {
    /// The URI before the type's own word.
    pub(in crate::write) fn namespace(&self) -> &str {
        self.kind.rsplit_once('/').map_or("", |(namespace, _)| namespace)
    }
}

/// The relations of a part.
pub(in crate::write) struct Relations {
    part: String,
    text: String,
    all: Vec<Relation>,
    changed: bool,
}

impl Relations {
    /// The relations of a part; `""` stands for the package.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn of(package: &mut Package<'_>, source: &str) -> Result<Self> {
        let (folder, name) = source.rsplit_once('/').unwrap_or(("", source));
        let slash = if folder.is_empty() { "" } else { "/" };
        let part = format!("{folder}{slash}_rels/{name}.rels");
        let empty = || format!("{DECLARATION}<Relationships xmlns=\"{RELATIONS}\"/>");
        let text = package.text(&part)?.unwrap_or_else(empty);
        let mut all = Vec::new();
        for tag in tags(&text) {
            let tag = tag?;
            if tag.begins(1, "Relationship") {
                let inside = tag.attribute("TargetMode").is_none_or(|mode| mode != "External");
                let target = tag.attribute("Target").filter(|_| inside);
                all.push(Relation {
                    id: tag.attribute("Id").unwrap_or_default(),
                    kind: tag.attribute("Type").unwrap_or_default(),
                    target: target.map(|target| resolved(folder, &target)),
                });
            }
        }
        Ok(Self { part, text, all, changed: false })
    }

    /// The first relation whose type's URI ends with this word.
    pub(in crate::write) fn first(&self, word: &str) -> Option<&Relation> {
        self.all(word).next()
    }

    /// The relations whose types' URIs end with this word.
    pub(in crate::write) fn all(&self, word: &str) -> impl Iterator<Item = &Relation> {
        self.all.iter().filter(move |relation| relation.kind.rsplit('/').next() == Some(word))
    }

    pub(in crate::write) fn by_id(&self, id: &str) -> Option<&Relation> {
        self.all.iter().find(|relation| relation.id == id)
    }

    /// An id that no relation has.
    pub(in crate::write) fn fresh_id(&self) -> String {
        let ids: HashSet<&str> = self.all.iter().map(|relation| relation.id.as_str()).collect();
        (1..=ids.len() + 1)
            .map(|i| format!("rId{i}"))
            .find(|id| !ids.contains(id.as_str()))
            .unwrap_or_default()
    }

    /// Adds a relation to a part and gives its id.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn add(&mut self, namespace: &str, word: &str, target: &str) -> Result<String> {
        let id = self.fresh_id();
        let kind = format!("{namespace}/{word}");
        let to = escaped(target);
        self.text = append(&self.text, |prefix| {
            format!("<{prefix}Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"/{to}\"/>")
        })?;
        self.all.push(Relation { id: id.clone(), kind, target: Some(target.to_owned()) });
        self.changed = true;
        Ok(id)
    }

    /// Takes away all relations whose type's URI ends with this word; gives the parts that they named.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn remove(&mut self, word: &str) -> Result<Vec<String>> {
        let is_it = |kind: &str| kind.rsplit('/').next() == Some(word);
        let of_word = |tag: &Tag<'_>| tag.attribute("Type").is_some_and(|kind| is_it(&kind));
        if let Some(text) = without_elements(&self.text, 1, "Relationship", of_word)? {
            self.text = text;
            self.changed = true;
        }
        let (gone, all) = std::mem::take(&mut self.all).into_iter().partition(|own| is_it(&own.kind));
        self.all = all;
        Ok(gone.into_iter().filter_map(|relation: Relation| relation.target).collect())
    }

    pub(in crate::write) fn save(self, package: &mut Package<'_>) {
        if self.changed {
            package.put(&self.part, self.text);
        }
    }
}

/// The part that a relation names, relative to its source's folder or from the package's root.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let from = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_folder_or_root() {
        for (target, part) in [
            ("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("../docProps/./core.xml", "docProps/core.xml"),
            ("..\\..\\..\\a.xml", "a.xml"),
        ] {
            assert_eq!(resolved("xl", target), part);
        }
    }

    #[test]
    fn a_fresh_id_is_nobodys() {
        let relation = |id: &str| Relation { id: id.to_owned(), kind: String::new(), target: None };
        let relations = |ids: &[&str]| Relations {
            part: String::new(),
            text: "<Relationships/>".to_owned(),
            all: ids.iter().map(|id| relation(id)).collect(),
            changed: false,
        };
        assert_eq!(relations(&[]).fresh_id(), "rId1");
        assert_eq!(relations(&["rId2", "x"]).fresh_id(), "rId1");
        assert_eq!(relations(&["rId1", "rId3", "rId2"]).fresh_id(), "rId4");
        let mut relations = relations(&["rId1"]);
        relations.add("urn:r", "comments", "xl/a&b.xml").unwrap();
        assert!(
            relations
                .text
                .contains(r#"<Relationship Id="rId2" Type="urn:r/comments" Target="/xl/a&amp;b.xml"/>"#)
        );
        assert_eq!(relations.first("comments").unwrap().target.as_deref(), Some("xl/a&b.xml"));
    }
}
