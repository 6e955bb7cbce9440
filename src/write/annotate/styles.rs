//! The workbook's formats, and those that are added for coloured cells.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

use super::edits::{Edits, TagKind, each_tag};
use crate::error::Result;
use crate::model::Level;

/// The formats of a workbook.
#[derive(Debug, Default)]
pub(super) struct Styles {
    text: String,
    /// The cells' formats as written.
    formats: Vec<String>,
    /// Where the list of fills ends, and the bytes of its count.
    fills: Option<(usize, Option<Range<usize>>, usize)>,
    /// The same of the cells' formats.
    cells: Option<(usize, Option<Range<usize>>)>,
    prefix: String,
    /// New formats by the old one and the level.
    coloured: BTreeMap<(usize, Level), usize>,
    added: Vec<String>,
}

/// The colours of the levels, ARGB.
const COLOURS: [(Level, &str); 3] =
    [(Level::Note, "FFDDEBF7"), (Level::Warning, "FFFFEB9C"), (Level::Error, "FFFFC7CE")];

impl Styles {
    /// A workbook without formats: nothing is coloured.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// Reads the part of the formats.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut styles = Self { text: text.to_owned(), ..Self::default() };
        let mut counts: BTreeMap<&str, Option<Range<usize>>> = BTreeMap::new();
        let mut inside = "";
        let mut begun = None;
        let mut depth = 0usize;
        let mut fills = 0;
        each_tag(text, |tag| {
            match (tag.local(), tag.kind) {
                ("fills" | "cellXfs", TagKind::Start) => {
                    inside = if tag.local() == "fills" { "fills" } else { "cellXfs" };
                    counts.insert(inside, tag.attribute("count").map(|(_, range)| range));
                    tag.prefix().clone_into(&mut styles.prefix);
                }
                ("fills", TagKind::End) => {
                    styles.fills = Some((tag.range.start, counts.get("fills").cloned().flatten(), fills));
                    inside = "";
                }
                ("cellXfs", TagKind::End) => {
                    styles.cells = Some((tag.range.start, counts.get("cellXfs").cloned().flatten()));
                    inside = "";
                }
                ("fill", TagKind::Start | TagKind::Empty) if inside == "fills" => fills += 1,
                ("xf", TagKind::Empty) if inside == "cellXfs" => styles.formats.push(tag.raw.to_owned()),
                ("xf", TagKind::Start) if inside == "cellXfs" => {
                    begun = Some(tag.range.start);
                    depth += 1;
                }
                ("xf", TagKind::End) if inside == "cellXfs" => {
                    if let Some(start) = begun.take() {
                        styles.formats.push(text[start..tag.range.end].to_owned());
                    }
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })?;
        Ok(styles)
    }

    /// The format of a coloured cell that had another before; `None` if nothing can be coloured.
    pub(super) fn coloured(&mut self, before: usize, level: Level) -> Option<usize> {
        let (_, _, fills) = self.fills.as_ref()?;
        self.cells.as_ref()?;
        if let Some(known) = self.coloured.get(&(before, level)) {
            return Some(*known);
        }
        let base = self.formats.get(before).or_else(|| self.formats.first())?;
        let fill = fills + COLOURS.iter().position(|(own, _)| *own == level)?;
        let end = base.find('>')?;
        let (tag, rest) = base.split_at(end);
        let empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let tag = without_attribute(&without_attribute(tag, "fillId"), "applyFill");
        let slash = if empty { "/" } else { "" };
        let format = format!(r#"{} fillId="{fill}" applyFill="1"{slash}{rest}"#, tag.trim_end());
        let index = self.formats.len() + self.added.len();
        self.added.push(format);
        self.coloured.insert((before, level), index);
        Some(index)
    }

    /// The part with the added formats.
    pub(super) fn text(self) -> String {
        let (Some((fills_end, fills_count, fills)), Some((cells_end, cells_count))) =
            (self.fills, self.cells)
        else {
            return self.text;
        };
        if self.added.is_empty() {
            return self.text;
        }
        let p = &self.prefix;
        let mut edits = Edits::default();
        let new: String = COLOURS
            .iter()
            .map(|(_, colour)| {
                format!(
                    r#"<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>"#
                )
            })
            .collect();
        edits.insert(fills_end, new);
        edits.insert(cells_end, self.added.concat());
        for (range, count) in
            [(fills_count, fills + COLOURS.len()), (cells_count, self.formats.len() + self.added.len())]
        {
            if let Some(range) = range {
                edits.replace(range, count.to_string());
            }
        }
        edits.apply(&self.text)
    }
}

/// A tag without one of its attributes.
fn without_attribute(tag: &str, name: &str) -> String {
    let key = format!(" {name}=");
    let Some(at) = tag.find(&key) else { return tag.to_owned() };
    let value = &tag[at + key.len()..];
    let Some(quote) = value.chars().next() else { return tag.to_owned() };
    let Some(end) = value[1..].find(quote) else { return tag.to_owned() };
    format!("{}{}", &tag[..at], &value[end + 2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_added_and_none_is_changed() {
        let before = r#"<styleSheet><fills count="2"><fill/><fill><patternFill/></fill></fills><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="9" fillId="1"><alignment wrapText="1"/></xf></cellXfs></styleSheet>"#;
        let mut styles = Styles::parse(before).unwrap();
        assert_eq!(styles.coloured(1, Level::Error), Some(2));
        assert_eq!(styles.coloured(0, Level::Note), Some(3));
        assert_eq!(styles.coloured(1, Level::Error), Some(2));
        let text = styles.text();
        assert!(text.contains(r#"<fills count="5">"#) && text.contains(r#"<cellXfs count="4">"#), "{text}");
        assert!(text.contains(
            r#"<xf numFmtId="9" fillId="4" applyFill="1"><alignment wrapText="1"/></xf><xf numFmtId="0" fillId="2" applyFill="1"/></cellXfs>"#
        ), "{text}");
        assert_eq!(Styles::parse(before).unwrap().text(), before);
    }
}
