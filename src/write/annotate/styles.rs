//! The workbook's cell formats, and those that are made of them by colouring.

use indexmap::{IndexMap, IndexSet};

use crate::error::Result;
use crate::model::Level;
use crate::write::package::xml::{DECLARATION, Edits, Kind, Tag, damaged, set_attribute, tags};

/// The first two fills of every workbook mean no fill and dots, whatever they say.
const RESERVED: [&str; 2] = ["none", "gray125"];

/// The colour of cells with a finding of this level, as opaque ARGB.
const fn color(level: Level) -> &'static str {
    match level {
        Level::Error => "FFFFC7CE",
        Level::Warning => "FFFFEB9C",
        Level::Note => "FFDDEBF7",
    }
}

/// A workbook's styles part.
pub(super) struct Styles {
    text: String,
    prefix: String,
    fills: List,
    formats: List,
    /// Each format of a cell as it stands in the part.
    elements: Vec<String>,
    /// The levels that are used, in the order of their fills.
    levels: IndexSet<Level>,
    /// The coloured formats, in the order of their elements, by what they are made of.
    colored: IndexMap<(usize, Level), ()>,
}

/// The tag that begins a list.
struct First {
    text: String,
    start: usize,
    /// The two tags of which it is short, if the list is empty.
    opened: Option<(String, String)>,
}

/// A list of elements in the part.
#[derive(Default)]
struct List {
    tag: Option<First>,
    /// The byte before the list's closing tag; where the list is to be, if it is missing.
    end: usize,
    /// How many elements it holds, whatever it says.
    count: usize,
}

impl List {
    fn begin(&mut self, tag: &Tag<'_>) {
        let opened = (tag.kind == Kind::Empty).then(|| tag.opened());
        self.tag = Some(First { text: tag.text.to_owned(), start: tag.start, opened });
    }

    /// Adds elements at the end and counts them.
    fn append(&self, edits: &mut Edits, name: &str, added: &[String]) {
        let children = added.concat();
        let count = (self.count + added.len()).to_string();
        let Some(First { text, start, opened }) = &self.tag else {
            edits.insert(self.end, format!("<{name} count=\"{count}\">{children}</{name}>"));
            return;
        };
        let recount = |tag: &str| set_attribute(tag, "count", &count);
        let range = *start..start + text.len();
        match opened {
            Some((open, close)) => edits.replace(range, recount(open) + &children + close),
            None => {
                edits.replace(range, recount(text));
                edits.insert(self.end, children);
            }
        }
    }
}

impl Styles {
    /// Reads a styles part.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(super) fn read(text: String) -> Result<Self> {
        let (mut fills, mut formats) = (List::default(), List::default());
        let mut elements = Vec::new();
        let mut prefix = None;
        let mut list = String::new();
        let mut element = 0;
        for tag in tags(&text) {
            let tag = tag?;
            let local = tag.local();
            match tag.depth {
                0 if prefix.is_none() => {
                    prefix = Some(tag.prefix().to_owned());
                    (fills.end, formats.end) = (tag.end(), tag.end());
                }
                1 => {
                    let of = match local {
                        "fills" => Some(&mut fills),
                        "cellXfs" => Some(&mut formats),
                        _ => None,
                    };
                    if let Some(of) = of {
                        match tag.kind {
                            Kind::Close => of.end = tag.start,
                            _ => of.begin(&tag),
                        }
                    }
                    if tag.ends() && fills.tag.is_none() && matches!(local, "numFmts" | "fonts") {
                        fills.end = tag.end();
                    }
                    let before = matches!(local, "numFmts" | "fonts" | "fills" | "borders" | "cellStyleXfs");
                    if tag.ends() && formats.tag.is_none() && before {
                        formats.end = tag.end();
                    }
                    local.clone_into(&mut list);
                }
                2 => {
                    if tag.kind != Kind::Close {
                        element = tag.start;
                    }
                    if tag.ends() {
                        match (list.as_str(), local) {
                            ("fills", "fill") => fills.count += 1,
                            ("cellXfs", "xf") => {
                                formats.count += 1;
                                elements.push(text[element..tag.end()].to_owned());
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        let prefix = prefix.ok_or_else(|| damaged("styles without a root"))?;
        let (levels, colored) = (IndexSet::new(), IndexMap::new());
        Ok(Self { text, prefix, fills, formats, elements, levels, colored })
    }

    /// The styles of a workbook that has none.
    ///
    /// # Errors
    /// None, but the signature is that of [`Styles::read`].
    pub(super) fn none(namespace: &str) -> Result<Self> {
        Self::read(format!(
            "{DECLARATION}<styleSheet xmlns=\"{namespace}\"><fonts count=\"1\"><font><sz val=\"11\"/>\
             <name val=\"宋体\"/></font></fonts><borders count=\"1\"><border/></borders>\
             <cellStyleXfs count=\"1\"><xf/></cellStyleXfs></styleSheet>"
        ))
    }

    /// The number of the format that is like another, but coloured. A format that is not there is the first.
    pub(super) fn color(&mut self, format: usize, level: Level) -> usize {
        let format = if format < self.elements.len() { format } else { 0 };
        self.levels.insert(level);
        // The first format is that of cells without any: if there is none, it is made.
        self.elements.len().max(1) + self.colored.insert_full((format, level), ()).0
    }

    /// The part with what was made; `None` if nothing was.
    pub(super) fn finish(self) -> Option<String> {
        if self.colored.is_empty() {
            return None;
        }
        let p = &self.prefix;
        let mut edits = Edits::default();
        let reserved = RESERVED.iter().skip(self.fills.count);
        let mut fills: Vec<String> = reserved
            .map(|pattern| format!("<{p}fill><{p}patternFill patternType=\"{pattern}\"/></{p}fill>"))
            .collect();
        let first = self.fills.count + fills.len();
        fills.extend(self.levels.iter().map(|level| {
            format!(
                "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"{}\"/>\
                 <{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>",
                color(*level)
            )
        }));
        self.fills.append(&mut edits, &format!("{p}fills"), &fills);

        let default = format!("<{p}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>");
        let mut formats = Vec::new();
        if self.elements.is_empty() {
            formats.push(default.clone());
        }
        for (format, level) in self.colored.keys() {
            let element = self.elements.get(*format).unwrap_or(&default);
            let fill = first + self.levels.get_index_of(level).unwrap_or_default();
            formats.push(filled(element, fill));
        }
        self.formats.append(&mut edits, &format!("{p}cellXfs"), &formats);
        Some(edits.apply(&self.text))
    }
}

/// A format with another fill.
fn filled(element: &str, fill: usize) -> String {
    let Some(Ok(tag)) = tags(element).next() else { return element.to_owned() };
    let first = set_attribute(tag.text, "fillId", &fill.to_string());
    set_attribute(&first, "applyFill", "1") + &element[tag.end()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(text: &str, cells: &[(usize, Level)]) -> (Vec<usize>, String) {
        let mut styles = Styles::read(text.to_owned()).unwrap();
        let formats = cells.iter().map(|(format, level)| styles.color(*format, *level)).collect();
        (formats, styles.finish().unwrap())
    }

    const RED: &str = "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFC7CE\"/>\
                       <bgColor indexed=\"64\"/></patternFill></fill>";

    #[test]
    fn a_coloured_format_keeps_all_else_and_is_made_once() {
        let text = "<styleSheet><fills count='2'><fill/><fill/></fills><cellXfs count=\"2\"><xf fillId='0'/>\
                    <xf numFmtId=\"10\" fillId=\"1\" applyFill=\"0\"><alignment wrapText='1'/></xf></cellXfs>\
                    <cellStyles><cellStyle/></cellStyles></styleSheet>";
        let (formats, text) =
            colored(text, &[(1, Level::Error), (0, Level::Note), (1, Level::Error), (99, Level::Note)]);
        assert_eq!(formats, [2, 3, 2, 3]);
        let blue = RED.replace("FFFFC7CE", "FFDDEBF7");
        assert_eq!(
            text,
            format!(
                "<styleSheet><fills count='4'><fill/><fill/>{RED}{blue}</fills><cellXfs count=\"4\">\
                 <xf fillId='0'/><xf numFmtId=\"10\" fillId=\"1\" applyFill=\"0\"><alignment wrapText='1'/></xf>\
                 <xf numFmtId=\"10\" fillId=\"2\" applyFill=\"1\"><alignment wrapText='1'/></xf>\
                 <xf fillId='3' applyFill=\"1\"/></cellXfs><cellStyles><cellStyle/></cellStyles></styleSheet>"
            )
        );
    }

    #[test]
    fn lists_that_are_empty_or_missing_are_made() {
        let reserved = "<x:fill><x:patternFill patternType=\"none\"/></x:fill>\
                        <x:fill><x:patternFill patternType=\"gray125\"/></x:fill>";
        let red = RED.replace("</", "</x:").replace("<f", "<x:f").replace("<p", "<x:p").replace("<b", "<x:b");
        let xf = "<x:xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>";
        let red_xf = "<x:xf numFmtId=\"0\" fontId=\"0\" fillId=\"2\" borderId=\"0\" applyFill=\"1\"/>";
        let (formats, text) = colored(
            "<x:styleSheet><x:fonts/><x:fills count='0'/><x:borders/><x:cellXfs /></x:styleSheet>",
            &[(0, Level::Error)],
        );
        assert_eq!(formats, [1]);
        assert_eq!(
            text,
            format!(
                "<x:styleSheet><x:fonts/><x:fills count='3'>{reserved}{red}</x:fills><x:borders/>\
                 <x:cellXfs count=\"2\">{xf}{red_xf}</x:cellXfs></x:styleSheet>"
            )
        );
        let (_, text) = colored(
            "<x:styleSheet><x:fonts></x:fonts><x:borders/><x:dxfs/></x:styleSheet>",
            &[(0, Level::Error)],
        );
        assert_eq!(
            text,
            format!(
                "<x:styleSheet><x:fonts></x:fonts><x:fills count=\"3\">{reserved}{red}</x:fills><x:borders/>\
                 <x:cellXfs count=\"2\">{xf}{red_xf}</x:cellXfs><x:dxfs/></x:styleSheet>"
            )
        );
    }

    #[test]
    fn a_workbook_without_styles_gets_whole_ones() {
        let mut styles = Styles::none("urn:main").unwrap();
        assert_eq!(styles.color(7, Level::Warning), 1);
        let text = styles.finish().unwrap();
        assert!(tags(&text).all(|tag| tag.is_ok()));
        assert!(text.contains("<cellXfs count=\"2\">") && text.contains("<fills count=\"3\">"), "{text}");
        assert!(Styles::none("urn:main").unwrap().finish().is_none());
    }
}
