//! The narrative report of a project: an outline (`templates/narratives/<id>.md`) rendered with the project's
//! facts and parsed into a [`Document`].
//!
//! Outlines are Markdown with minijinja. What comes from a form is escaped, so that it can never become
//! markup. Headings carry no numbers: the writers count them. A paragraph of strong words alone before a table
//! is the table's caption, centred columns (`:-:`) on the left of a table merge equal cells, and a block quote is
//! the signature.

mod facts;
mod markup;
mod outline;

use std::borrow::Cow;
use std::fmt::Write;

use memchr::memmem::Finder;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, escape_formatter};
use serde::Serialize;

pub use facts::{Facts, UnitFacts};
pub use outline::{Head, Outline, Scope};

use super::document::{Block, Document, Span};
use crate::error::{Error, Result};
use crate::rules::Assessed;
use crate::templates::Templates;

/// Steps after which an outline is given up: a stranger's template must not run for ever.
const FUEL: u64 = 2_000_000;

/// The name of our way of escaping.
const MARKDOWN: &str = "markdown";

/// How a gap in a report begins: what the form should have said and does not.
const GAP: &str = "〔待补充：";

/// An outline, ready to be filled with the facts of many projects.
#[derive(Debug)]
pub struct Narrator {
    environment: Environment<'static>,
    outline: Outline,
}

impl Narrator {
    /// Prepares an outline; the parts that it imports are those of the templates.
    ///
    /// # Errors
    /// [`Error::Template`] if it is no template; the cause names the line.
    pub fn new(templates: &Templates, outline: Outline) -> Result<Self> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| wrong(&outline.path, &error))?);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| AutoEscape::Custom(MARKDOWN.into()));
        environment.set_formatter(|out, state, value| {
            let written = match (state.auto_escape(), value.as_str()) {
                (AutoEscape::Custom(name), Some(text)) if name == MARKDOWN && !value.is_safe() => {
                    markup::escape(out, text)
                }
                (AutoEscape::Custom(_), Some(text)) => out.write_str(text),
                (AutoEscape::Custom(_), None) => write!(out, "{value}"),
                _ => return escape_formatter(out, state, value),
            };
            written.map_err(minijinja::Error::from)
        });
        environment.add_filter("table_rows", table_rows);
        for (stem, path, text) in templates.folder(outline::FOLDER) {
            if stem.contains('/') {
                let (path, text) = (path.to_owned(), text.to_owned());
                environment.add_template_owned(path.clone(), text).map_err(|error| wrong(&path, &error))?;
            }
        }
        let (path, body) = (outline.path.clone(), outline.body.clone());
        environment.add_template_owned(path, body).map_err(|error| wrong(&outline.path, &error))?;
        Ok(Self { environment, outline })
    }

    /// The outline.
    pub const fn outline(&self) -> &Outline {
        &self.outline
    }

    /// The report of one project.
    ///
    /// # Errors
    /// [`Error::Template`] if the outline asks for a fact that there is not, or does not end.
    pub fn document(&self, assessed: &Assessed) -> Result<Document> {
        self.fill(Value::from(Serde(Facts::of(assessed))))
    }

    /// The report of a unit on all its projects, by an outline whose scope is [`Scope::Unit`].
    ///
    /// # Errors
    /// As [`Self::document`].
    pub fn unit_document(&self, projects: &[&Assessed]) -> Result<Document> {
        self.render(&UnitFacts::of(projects))
    }

    /// A document of any facts.
    ///
    /// # Errors
    /// As [`Self::document`].
    pub(super) fn render(&self, facts: &impl Serialize) -> Result<Document> {
        self.fill(Value::from(Serde(facts)))
    }

    fn fill(&self, facts: Value) -> Result<Document> {
        let path = &self.outline.path;
        let template = self.environment.get_template(path).map_err(|error| wrong(path, &error))?;
        let text = template.render(facts).map_err(|error| wrong(path, &error))?;
        Ok(markup::parse(&text))
    }
}

/// The rows of a table in Markdown: of each of some values those of its members that are named, in that order; what is
/// none stays empty. A table has a hundred cells, too many for the engine to go through one by one.
fn table_rows(rows: Value, names: Rest<String>) -> std::result::Result<Value, minijinja::Error> {
    let mut text = String::new();
    for row in rows.try_iter()? {
        for name in names.iter() {
            let cell = row.get_attr(name)?;
            if cell.is_undefined() {
                return Err(minijinja::Error::new(ErrorKind::UndefinedError, name.clone()));
            }
            text.push_str("| ");
            let written = match cell.as_str() {
                Some(words) => markup::escape(&mut text, words),
                None if cell.is_none() => Ok(()),
                None => write!(text, "{cell}"),
            };
            written.map_err(minijinja::Error::from)?;
            text.push(' ');
        }
        text.push_str("|\n");
    }
    Ok(Value::from_safe_string(text))
}

fn wrong(path: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::Template { path: path.to_owned(), cause: format!("{cause:#}") }
}

/// What a report leaves for a person to complete, in the order of the text.
pub fn gaps(document: &Document) -> Vec<String> {
    let beginning = Finder::new(GAP);
    let mut gaps = Vec::new();
    let mut look = |text: &str| {
        let mut rest = text;
        while let Some(at) = beginning.find(rest.as_bytes()) {
            let gap = &rest[at + GAP.len()..];
            let end = gap.find('〕').unwrap_or(gap.len());
            gaps.push(gap[..end].to_owned());
            rest = &gap[end..];
        }
    };
    for block in &document.blocks {
        match block {
            Block::Title(text) | Block::Signature(text) | Block::Heading { text, .. } => look(text),
            Block::Paragraph(spans) => look(&words(spans)),
            Block::List { items, .. } => items.iter().for_each(|item| look(&words(item))),
            Block::Attachments(names) => names.iter().for_each(|name| look(name)),
            Block::Table(table) => table.rows.iter().flatten().for_each(|cell| look(cell)),
        }
    }
    gaps
}

fn words(spans: &[Span]) -> Cow<'_, str> {
    match spans {
        [only] => Cow::Borrowed(&only.text),
        spans => spans.iter().map(|span| span.text.as_str()).collect(),
    }
}
