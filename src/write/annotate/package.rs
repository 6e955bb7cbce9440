//! The parts of a workbook's package: which belong to which, and which have changed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::edits::{Edits, Tag, TagKind, damaged, each_tag, escaped, unescaped};
use crate::error::Result;
use crate::grid::limits;

/// A package with the parts that have been changed or added.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The names of all parts, as the archive has them.
    names: Vec<String>,
    changed: BTreeMap<String, String>,
    workbook: String,
}

/// A link from one part to another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Before the kinds of relations.
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
const CONTENT_TYPES: &str = "[Content_Types].xml";

impl<'a> Package<'a> {
    /// Opens a package and finds its workbook.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        limits::check(&mut archive)?;
        let mut names = Vec::with_capacity(archive.len());
        for i in 0..archive.len() {
            names.push(archive.by_index_raw(i).map_err(damaged)?.name().map_err(damaged)?.into_owned());
        }
        let mut package = Self { archive, names, changed: BTreeMap::new(), workbook: String::new() };
        let workbook = package.related("", "officeDocument")?;
        package.workbook = workbook.ok_or_else(|| damaged("no workbook"))?;
        Ok(package)
    }

    /// The part to which the workbook has a relation of a kind.
    pub(super) fn related_to_workbook(&mut self, kind: &str) -> Result<Option<String>> {
        let workbook = self.workbook.clone();
        self.related(&workbook, kind)
    }

    /// The workbook's sheets by name, with their parts.
    pub(super) fn sheets(&mut self) -> Result<Vec<(String, String)>> {
        let workbook = self.workbook.clone();
        let relations = self.relations(&workbook)?;
        let text = self.text(&workbook)?;
        let mut sheets = Vec::new();
        each_tag(&text, |tag| {
            if tag.local() == "sheet" && tag.kind != TagKind::End {
                let id = ["r:id", "d3p1:id"].iter().find_map(|key| tag.attribute(key)).map(|(id, _)| id);
                let id = id.or_else(|| any_id(tag));
                let name = tag.attribute("name").map(|(name, _)| unescaped(name));
                let target = relations.iter().find(|relation| Some(relation.id.as_str()) == id);
                if let (Some(name), Some(relation)) = (name, target) {
                    sheets.push((name, resolve(&workbook, &relation.target)));
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(sheets)
    }

    /// The part to which a part has a relation of a kind, named by the end of its type.
    pub(super) fn related(&mut self, part: &str, kind: &str) -> Result<Option<String>> {
        let relations = self.relations(part)?;
        let relation = relations.into_iter().find(|relation| relation.kind.rsplit('/').next() == Some(kind));
        Ok(relation.map(|relation| resolve(part, &relation.target)))
    }

    /// The id of a part's relation to another.
    pub(super) fn relation_id(&mut self, part: &str, target: &str) -> Result<Option<String>> {
        let relations = self.relations(part)?;
        Ok(relations.into_iter().find(|own| resolve(part, &own.target) == target).map(|own| own.id))
    }

    /// Adds a relation of a part to another and gives its id.
    pub(super) fn relate(&mut self, part: &str, kind: &str, target: &str) -> Result<String> {
        let taken = self.relations(part)?;
        let id = (1..).map(|n| format!("rId{n}")).find(|id| taken.iter().all(|own| own.id != *id));
        let id = id.ok_or_else(|| damaged("no relation id left"))?;
        let path = relations_of(part);
        let line =
            format!(r#"<Relationship Id="{id}" Type="{RELATIONS}{kind}" Target="/{}"/>"#, escaped(target));
        let text = if self.has(&path) {
            add_inside(&self.text(&path)?, "Relationships", &line)?
        } else {
            format!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{line}</Relationships>"#
            )
        };
        self.replace(&path, text);
        Ok(id)
    }

    /// Says what an added part holds.
    pub(super) fn declare(&mut self, line: &str, unless: &str) -> Result<()> {
        let text = self.text(CONTENT_TYPES)?;
        if !text.to_ascii_lowercase().contains(&unless.to_ascii_lowercase()) {
            let text = add_inside(&text, "Types", line)?;
            self.replace(CONTENT_TYPES, text);
        }
        Ok(())
    }

    /// A name for a part that is not taken: `before`, a number, `after`.
    pub(super) fn free_name(&self, before: &str, after: &str) -> String {
        let mut names = (1..).map(|n: u32| format!("{before}{n}{after}"));
        names.find(|name| !self.has(name)).unwrap_or_default()
    }

    /// A part's text.
    pub(super) fn text(&mut self, part: &str) -> Result<String> {
        if let Some(text) = self.changed.get(part) {
            return Ok(text.clone());
        }
        let name = self.stored_name(part).ok_or_else(|| damaged(format!("no part {part}")))?;
        let mut entry = self.archive.by_name(&name).map_err(damaged)?;
        let mut bytes = Vec::new();
        // The sizes were looked at before, but they may lie.
        let read = (&mut entry).take(limits::MAX_PART + 1).read_to_end(&mut bytes).map_err(damaged)?;
        if read as u64 > limits::MAX_PART {
            return Err(crate::Error::TooLarge { megabytes: limits::MAX_PART >> 20 });
        }
        String::from_utf8(bytes).map_err(damaged)
    }

    /// Puts a text in a part's place, or adds the part.
    pub(super) fn replace(&mut self, part: &str, text: String) {
        self.changed.insert(part.to_owned(), text);
    }

    fn has(&self, part: &str) -> bool {
        self.changed.contains_key(part) || self.stored_name(part).is_some()
    }

    /// The name under which the archive has a part; writers differ in case and in slashes.
    fn stored_name(&self, part: &str) -> Option<String> {
        let alike =
            |name: &&String| name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(part);
        self.names.iter().find(alike).cloned()
    }

    fn relations(&mut self, part: &str) -> Result<Vec<Relation>> {
        let path = relations_of(part);
        if !self.has(&path) {
            return Ok(Vec::new());
        }
        let text = self.text(&path)?;
        let mut relations = Vec::new();
        each_tag(&text, |tag| {
            let value = |key| tag.attribute(key).map(|(value, _)| unescaped(value));
            if let ("Relationship", Some(id), Some(kind), Some(target)) =
                (tag.local(), value("Id"), value("Type"), value("Target"))
            {
                relations.push(Relation { id, kind, target });
            }
            ControlFlow::Continue(())
        })?;
        Ok(relations)
    }

    /// The package with its changes; parts that did not change are copied as they lie.
    pub(super) fn finish(mut self) -> Result<Vec<u8>> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        let mut changed = std::mem::take(&mut self.changed);
        for i in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(i).map_err(damaged)?;
            let name = entry.name().map_err(damaged)?.into_owned();
            let own = name.replace('\\', "/");
            let own = own.trim_start_matches('/');
            let key = changed.keys().find(|key| key.eq_ignore_ascii_case(own)).cloned();
            match key.and_then(|key| changed.remove(&key)) {
                Some(text) => {
                    drop(entry);
                    out.start_file(name, options).map_err(damaged)?;
                    out.write_all(text.as_bytes()).map_err(damaged)?;
                }
                None => out.raw_copy_file(entry).map_err(damaged)?,
            }
        }
        for (name, text) in changed {
            out.start_file(name, options).map_err(damaged)?;
            out.write_all(text.as_bytes()).map_err(damaged)?;
        }
        Ok(out.finish().map_err(damaged)?.into_inner())
    }
}

/// An attribute `id` of whatever prefix.
fn any_id<'t>(tag: &'t Tag<'_>) -> Option<&'t str> {
    let at = tag.raw.find(":id=")?;
    let begin = tag.raw[..at].rfind(|c: char| c.is_whitespace())? + 1;
    tag.attribute(&tag.raw[begin..at + 3]).map(|(id, _)| id)
}

/// The part that holds a part's relations.
fn relations_of(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") }
}

/// The part that a target names, seen from a part.
fn resolve(part: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = part.split('/').collect();
    path.pop();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

/// A document with something added at the end of its root.
fn add_inside(text: &str, root: &str, line: &str) -> Result<String> {
    let mut edits = Edits::default();
    let mut done = false;
    each_tag(text, |tag| {
        if tag.local() == root && tag.kind == TagKind::End {
            // A prefix of the root is that of its children.
            edits.insert(tag.range.start, line.replacen('<', &format!("<{}", tag.prefix()), 1));
            done = true;
        } else if tag.local() == root && tag.kind == TagKind::Empty {
            let start = tag.raw.trim_end_matches('>').trim_end_matches('/');
            edits.replace(tag.range.clone(), format!("{start}>{line}</{}>", tag.name));
            done = true;
        }
        ControlFlow::Continue(())
    })?;
    if done { Ok(edits.apply(text)) } else { Err(damaged(format!("no {root}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_their_part() {
        for (part, target, expected) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../comments1.xml", "xl/comments1.xml"),
            ("xl/worksheets/sheet1.xml", "/xl/comments1.xml", "xl/comments1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
        ] {
            assert_eq!(resolve(part, target), expected);
        }
        assert_eq!(relations_of(""), "_rels/.rels");
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
    }
}
