//! A part's structure filled with the facts of a project.

use serde_json::Value;

use super::structure::{Bound, Node, Structure, Test};
use crate::write::package::xml::escaped;

/// A part that is being written.
struct Writer<'a> {
    structure: &'a Structure,
    out: String,
    gaps: Vec<String>,
    /// The project, then the member and the turn of each loop around.
    scopes: Vec<(&'a Value, usize)>,
}

/// How the cells of one turn merge with those of the turns before and behind.
type Merges<'a> = &'a [Option<&'static str>];

/// The part for a project, and what the project's form does not say.
pub(super) fn render(structure: &Structure, facts: &Value) -> (String, Vec<String>) {
    let scopes = vec![(facts, 0)];
    let mut writer = Writer { structure, out: String::new(), gaps: Vec::new(), scopes };
    writer.nodes(&structure.nodes, &[]);
    (writer.out, writer.gaps)
}

/// Whether a text is a figure that says there is nothing: `0`, `0.00万元`.
fn is_nought(text: &str) -> bool {
    let digits = || text.chars().filter(char::is_ascii_digit);
    text.starts_with('0') && digits().all(|digit| digit == '0')
}

impl<'a> Writer<'a> {
    fn nodes(&mut self, nodes: &'a [Node], merges: Merges<'_>) {
        for node in nodes {
            match node {
                Node::Kept(range) => self.out.push_str(&self.structure.part[range.clone()]),
                Node::Merge { number, has_properties } => {
                    if let Some(Some(merge)) = merges.get(*number) {
                        let w = &self.structure.prefix;
                        let merge = format!("<{w}vMerge {w}val=\"{merge}\"/>");
                        let whole =
                            if *has_properties { merge } else { format!("<{w}tcPr>{merge}</{w}tcPr>") };
                        self.out.push_str(&whole);
                    }
                }
                Node::Value { run, name, field, merged } => {
                    let merge = merged.and_then(|number| *merges.get(number)?);
                    let text =
                        if merge == Some("continue") { String::new() } else { self.text_or_gap(name, field) };
                    self.run(&self.structure.part[run.clone()], &text);
                }
                Node::Section { test, body, merges, fills_cell } => {
                    let before = self.out.len();
                    self.section(test, body, merges);
                    if *fills_cell && self.out[before..].is_empty() {
                        let w = &self.structure.prefix;
                        self.out.push_str(&format!("<{w}p/>"));
                    }
                }
            }
        }
    }

    fn section(&mut self, test: &'a Test, body: &'a [Node], merges: &'a [Bound]) {
        let project = self.scopes[0].0;
        match test {
            Test::Each(list) => {
                let members = list.members(project);
                // Cells are equal where they and all to their left are.
                let keys: Vec<Vec<Option<String>>> = members
                    .iter()
                    .enumerate()
                    .map(|(turn, member)| {
                        self.scopes.push((member, turn));
                        let key = merges.iter().map(|bound| self.text(bound)).collect();
                        self.scopes.pop();
                        key
                    })
                    .collect();
                let equal = |one: usize, other: Option<usize>, number: usize| {
                    let other = other.and_then(|other| keys.get(other));
                    other.is_some_and(|other| other[..=number] == keys[one][..=number])
                };
                for (turn, member) in members.iter().enumerate() {
                    let own: Vec<Option<&'static str>> = (0..merges.len())
                        .map(|number| match () {
                            () if equal(turn, turn.checked_sub(1), number) => Some("continue"),
                            () if equal(turn, Some(turn + 1), number) => Some("restart"),
                            () => None,
                        })
                        .collect();
                    self.scopes.push((member, turn));
                    self.nodes(body, &own);
                    self.scopes.pop();
                }
            }
            Test::Empty(list) if !list.members(project).is_empty() => {}
            Test::Has { field, wanted }
                if self.text(field).is_some_and(|text| !is_nought(&text)) != *wanted => {}
            Test::Empty(_) | Test::Has { .. } => self.nodes(body, &[]),
        }
    }

    fn text(&self, bound: &Bound) -> Option<String> {
        let (facts, turn) = self.scopes.get(bound.level)?;
        bound.field.text(facts, *turn)
    }

    fn text_or_gap(&mut self, name: &str, bound: &Bound) -> String {
        match self.text(bound) {
            Some(text) => text,
            None if bound.field.optional => String::new(),
            None => {
                let member = self.scopes.get(bound.level).filter(|_| bound.level > 0);
                let of = member.and_then(|(member, _)| member["name"].as_str());
                self.gaps.push(of.map_or_else(|| name.to_owned(), |of| format!("“{of}”的{name}")));
                format!("〔待补充：{name}〕")
            }
        }
    }

    /// A tag's run with a text in the tag's place.
    fn run(&mut self, run: &str, text: &str) {
        let w = &self.structure.prefix;
        let (start, end) =
            (run.find("{{").unwrap_or(run.len()), run.rfind("}}").map_or(run.len(), |at| at + 2));
        self.out.push_str(&run[..start]);
        for (number, line) in text.lines().enumerate() {
            if number > 0 {
                self.out.push_str(&format!("</{w}t><{w}br/><{w}t xml:space=\"preserve\">"));
            }
            self.out.push_str(&escaped(line));
        }
        self.out.push_str(&run[end..]);
    }
}
