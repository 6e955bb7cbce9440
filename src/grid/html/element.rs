//! What elements are: their attributes, and those of them that do not show.

use std::borrow::Cow;

use html5gum::StartTag;

/// A start tag.
pub(super) struct Tag<'a>(pub(super) &'a StartTag<()>);

impl Tag<'_> {
    /// Its name, in small letters.
    pub(super) fn name(&self) -> &str {
        name(&self.0.name)
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value))
    }

    /// The number with which an attribute's value begins.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let value = self.attribute(name)?;
        let digits = value.trim_start();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let number = || digits[..end].parse().unwrap_or(u32::MAX);
        (end > 0).then(number)
    }

    /// Whether the element does not show, nor what stands in it.
    pub(super) fn is_hidden(&self) -> bool {
        let displays_none = |style: Cow<'_, str>| {
            style.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
                property.trim().eq_ignore_ascii_case("display")
                    && value.split('!').next().is_some_and(|value| value.trim().eq_ignore_ascii_case("none"))
            })
        };
        matches!(
            self.name(),
            "datalist"
                | "iframe"
                | "noembed"
                | "noframes"
                | "noscript"
                | "script"
                | "style"
                | "template"
                | "title"
                | "xml"
        ) || self.attribute("hidden").is_some()
            || self.attribute("style").is_some_and(displays_none)
    }

    /// What an `<input>` shows.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        let kind = self.attribute("type").unwrap_or_default().to_ascii_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" => if self.attribute("checked").is_some() { "☑" } else { "□" }.into(),
            "button" | "file" | "hidden" | "image" | "password" | "reset" | "submit" => "".into(),
            _ => self.attribute("value").unwrap_or_default(),
        }
    }
}

/// The name of a tag.
pub(super) fn name(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Whether an element never has an end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "wbr"
    )
}

/// Whether an element stands on lines of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}

/// How far out an element stands in a table: 1 for a cell, 0 for what is no part of a table.
pub(super) fn rank(name: &str) -> u8 {
    match name {
        "table" => 4,
        "tbody" | "tfoot" | "thead" => 3,
        "tr" => 2,
        "caption" | "td" | "th" => 1,
        _ => 0,
    }
}

/// A hidden element whose end has not come.
#[derive(Debug)]
pub(super) struct Hidden {
    name: String,
    /// The elements of the same name that are open in it.
    nested: usize,
    /// The tables that are open in it.
    tables: usize,
}

impl Hidden {
    /// A hidden element that begins.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), nested: 0, tables: 0 }
    }

    /// Whether the element is still open behind a start tag.
    pub(super) fn outlasts_start(&mut self, name: &str) -> bool {
        let ends = match rank(name) {
            0 | 4 => self.name == "p" && is_block(name),
            rank_of_it => rank_of_it >= rank(&self.name),
        };
        if ends && self.tables == 0 {
            return false;
        }
        if name == "table" {
            self.tables += 1;
        } else if self.tables == 0 && name == self.name {
            self.nested += 1;
        }
        true
    }

    /// Whether the element is still open behind an end tag.
    pub(super) fn outlasts_end(&mut self, name: &str) -> bool {
        match (self.tables, self.nested) {
            (1.., _) => self.tables -= usize::from(name == "table"),
            (0, 1..) if name == self.name => self.nested -= 1,
            _ => return !self.is(name) && rank(name) <= rank(&self.name),
        }
        true
    }

    /// Whether it is an element of this name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}
