//! What a part with tags is made of: text that stays, values, and sections that stand once, often, or not at all.

use std::cmp::Reverse;
use std::ops::Range;

use super::fields::{Field, Fields, Loop};
use super::isolate::Misplaced;
use super::tag::{Role, Tag};
use crate::error::Result;
use crate::write::package::xml::{self, Kind};

/// A piece of a part.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Bytes that stay as they are.
    Kept(Range<usize>),
    /// The run of a value. `merged`: the number of its merge among those of its section.
    Value { run: Range<usize>, name: String, field: Bound, merged: Option<usize> },
    /// Where a cell says how it merges; the number of the merge among those of its section, and whether the cell has
    /// properties to say it in.
    Merge { number: usize, has_properties: bool },
    /// What stands once for each member of a list, or once if a condition holds. `fills_cell`: a cell of a table must
    /// not be left without a paragraph.
    Section { test: Test, body: Vec<Node>, merges: Vec<Bound>, fills_cell: bool },
}

/// A field and the loop, counted from the outmost, whose members have it; 0 stands for the project.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) field: Field,
    pub(super) level: usize,
}

/// What a section stands for.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Every member of a list.
    Each(Loop),
    /// An empty list.
    Empty(Loop),
    /// A field that there is, or is not.
    Has { field: Bound, wanted: bool },
}

/// A part whose tags stand in runs of their own, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) part: String,
    /// The prefix of the elements' names, with its colon.
    pub(super) prefix: String,
    pub(super) nodes: Vec<Node>,
}

/// An element around a tag, by its first byte, which tells elements apart.
#[derive(Clone, Debug)]
struct Element {
    name: String,
    range: Range<usize>,
    /// Of a paragraph: its number in the part, 1-based.
    number: usize,
    /// Of a paragraph: its words.
    text: String,
    /// Of a paragraph: whether it holds more than words, such as a picture or a section's end.
    holds_more: bool,
    /// Of a cell: where it says how it merges, or would.
    merge: Range<usize>,
    /// Of a cell: whether it has properties.
    has_properties: bool,
}

/// A tag in its run.
struct Token {
    tag: Tag,
    run: Range<usize>,
    /// The indexes of the elements around it, the run last.
    around: Vec<usize>,
}

/// Two tags that belong together.
struct Pair {
    open: usize,
    close: usize,
    /// All that is repeated or left out, tags included.
    range: Range<usize>,
    /// What of it are the tags themselves.
    cuts: [Range<usize>; 2],
}

/// Takes a part apart.
pub(super) fn parse(part: String, fields: &Fields) -> Result<std::result::Result<Structure, Misplaced>> {
    let (elements, tokens) = scan(&part)?;
    let context = Parser { part: &part, elements: &elements, tokens: &tokens, fields };
    let nodes = match context.pairs() {
        Ok(pairs) => context.nodes(0..part.len(), &pairs, &mut Vec::new(), None).map(|(nodes, _)| nodes),
        Err(misplaced) => Err(misplaced),
    };
    let prefix =
        xml::tags(&part).next().transpose()?.map(|root| root.prefix().to_owned()).unwrap_or_default();
    Ok(nodes.map(|nodes| Structure { part, prefix, nodes }))
}

fn scan(part: &str) -> Result<(Vec<Element>, Vec<Token>)> {
    /// What a paragraph may hold beside words that must not go with a tag.
    const MORE: [&str; 5] = ["drawing", "pict", "object", "sectPr", "br"];
    /// The properties of a cell that stand before its merge.
    const BEFORE_MERGE: [&str; 5] = ["cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge"];
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    let mut paragraphs = 0;
    let mut text_start = 0;
    let mut prefix = None;
    for tag in xml::tags(part) {
        let tag = tag?;
        let own = tag.prefix() == *prefix.get_or_insert(tag.prefix());
        let name = if own { tag.local() } else { "" };
        if MORE.contains(&name)
            && let Some(paragraph) = innermost(&elements, &open, "p")
        {
            elements[paragraph].holds_more = true;
        }
        if tag.kind != Kind::Close
            && name == "tcPr"
            && let Some(cell) = innermost(&elements, &open, "tc")
        {
            elements[cell].has_properties = true;
            let inside = if tag.kind == Kind::Open { tag.end() } else { tag.start };
            elements[cell].merge = inside..inside;
        }
        match tag.kind {
            Kind::Open => {
                paragraphs += usize::from(name == "p");
                elements.push(Element {
                    name: name.to_owned(),
                    range: tag.start..tag.end(),
                    number: paragraphs,
                    text: String::new(),
                    holds_more: false,
                    merge: tag.end()..tag.end(),
                    has_properties: false,
                });
                open.push(elements.len() - 1);
                text_start = tag.end();
            }
            Kind::Empty => paragraphs += usize::from(name == "p"),
            Kind::Close => {
                let Some(index) = open.pop() else { continue };
                elements[index].range.end = tag.end();
                if name == "t" {
                    let raw = &part[text_start.min(tag.start)..tag.start];
                    let text = quick_xml::escape::unescape(raw).unwrap_or_default();
                    if let Some(paragraph) = innermost(&elements, &open, "p") {
                        elements[paragraph].text.push_str(&text);
                    }
                    if let (Some(tag), Some(run)) = (Tag::of(&text), innermost(&elements, &open, "r")) {
                        let end = open.iter().position(|at| *at == run).unwrap_or_default();
                        tokens.push(Token { tag, run: run..run, around: open[..=end].to_vec() });
                    }
                }
            }
        }
        if tag.kind != Kind::Open && BEFORE_MERGE.contains(&name) {
            let parent = open.last().is_some_and(|at| elements[*at].name == "tcPr");
            if let (true, Some(cell)) = (parent, innermost(&elements, &open, "tc")) {
                let start = if name == "vMerge" { tag.start } else { tag.end() };
                elements[cell].merge = start..tag.end();
            }
        }
    }
    for token in &mut tokens {
        token.run = elements[token.run.start].range.clone();
    }
    Ok((elements, tokens))
}

fn innermost(elements: &[Element], open: &[usize], name: &str) -> Option<usize> {
    open.iter().rev().copied().find(|at| elements[*at].name == name)
}

struct Parser<'a> {
    part: &'a str,
    elements: &'a [Element],
    tokens: &'a [Token],
    fields: &'a Fields,
}

/// Something that is not kept as it is, in a section.
enum Item<'a> {
    Cut,
    Value(&'a Token),
    Merge { number: usize, has_properties: bool },
    Pair(&'a Pair),
}

impl Parser<'_> {
    /// Something wrong at a tag.
    fn misplaced(&self, token: &Token, cause: impl Into<String>) -> Misplaced {
        let paragraph = token.around.iter().rev().map(|at| &self.elements[*at]).find(|own| own.name == "p");
        Misplaced {
            paragraph: paragraph.map_or(0, |own| own.number),
            text: paragraph.map(|own| own.text.clone()).unwrap_or_default(),
            cause: cause.into(),
        }
    }

    /// The tags that belong together, the outer ones first.
    fn pairs(&self) -> std::result::Result<Vec<Pair>, Misplaced> {
        let mut open: Vec<usize> = Vec::new();
        let mut pairs: Vec<Pair> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match token.tag.role {
                Role::Open | Role::OpenUnless => open.push(index),
                Role::Close => {
                    let begins = open.pop().filter(|begins| self.tokens[*begins].tag.name == token.tag.name);
                    let Some(begins) = begins else {
                        return Err(self.misplaced(token, t!("error.word.not_open", name = token.tag.name)));
                    };
                    pairs.push(self.pair(begins, index)?);
                }
                Role::Value { .. } => {}
            }
        }
        if let Some(left) = open.pop() {
            let token = &self.tokens[left];
            return Err(self.misplaced(token, t!("error.word.not_closed", name = token.tag.name)));
        }
        pairs.sort_by_key(|pair| (pair.range.start, Reverse(pair.range.end), pair.open));
        Ok(pairs)
    }

    /// What two tags repeat: the runs between them, the paragraphs, or the rows of a table that they stand in.
    fn pair(&self, open: usize, close: usize) -> std::result::Result<Pair, Misplaced> {
        let (first, last) = (&self.tokens[open], &self.tokens[close]);
        let common = first.around.iter().zip(&last.around).take_while(|(a, b)| a == b).count();
        let name = |at: usize| self.elements[at].name.as_str();
        let (from, to) = (
            first.around[common.min(first.around.len() - 1)],
            last.around[common.min(last.around.len() - 1)],
        );
        let (from, to) = match (name(from), name(to)) {
            // Cells of one row stand for the row.
            ("tc", "tc") => (first.around[common - 1], last.around[common - 1]),
            ("tr", "tr") => (from, to),
            ("tbl", _) | (_, "tbl") | ("tr", _) | (_, "tr") | ("tc", _) | (_, "tc") => {
                return Err(self.misplaced(last, t!("error.word.crossed", name = last.tag.name)));
            }
            _ => (from, to),
        };
        let cut = |token: &Token, side: usize| {
            let own = &self.elements[side];
            let alone = own.name == "p" && !own.holds_more && own.text.trim() == token.tag.to_string();
            if alone { own.range.clone() } else { token.run.clone() }
        };
        let range = self.elements[from].range.start..self.elements[to].range.end;
        Ok(Pair { open, close, range, cuts: [cut(first, from), cut(last, to)] })
    }

    /// The nodes of a range, and the merges of its cells. `loops` are those around; `own` is the pair whose range it is.
    fn nodes(
        &self,
        range: Range<usize>,
        pairs: &[Pair],
        loops: &mut Vec<(String, Loop)>,
        own: Option<&Pair>,
    ) -> std::result::Result<(Vec<Node>, Vec<Bound>), Misplaced> {
        let is_own = |pair: &Pair| own.is_some_and(|own| own.open == pair.open);
        let inner: Vec<&Pair> = {
            let mut inner: Vec<&Pair> = Vec::new();
            let rank = |pair: &Pair| (pair.range.start, Reverse(pair.range.end), pair.open);
            for pair in
                pairs.iter().filter(|pair| !is_own(pair) && own.is_none_or(|own| rank(pair) > rank(own)))
            {
                let within = range.start <= pair.range.start && pair.range.end <= range.end;
                let covered = inner
                    .iter()
                    .any(|other| other.range.start <= pair.range.start && pair.range.end <= other.range.end);
                let apart = inner
                    .iter()
                    .all(|other| other.range.end <= pair.range.start || pair.range.end <= other.range.start);
                if within && !covered && !apart {
                    let token = &self.tokens[pair.close];
                    return Err(self.misplaced(token, t!("error.word.crossed", name = token.tag.name)));
                }
                if within && !covered {
                    inner.push(pair);
                }
            }
            inner
        };
        let mut items: Vec<(Range<usize>, Item<'_>)> =
            inner.iter().map(|pair| (pair.range.clone(), Item::Pair(pair))).collect();
        items.extend(own.iter().flat_map(|own| own.cuts.iter().map(|cut| (cut.clone(), Item::Cut))));
        let mut merges = Vec::new();
        for token in self.tokens {
            let Role::Value { merged } = token.tag.role else { continue };
            let inside = range.start <= token.run.start && token.run.end <= range.end;
            if !inside
                || inner
                    .iter()
                    .any(|pair| pair.range.start <= token.run.start && token.run.end <= pair.range.end)
            {
                continue;
            }
            items.push((token.run.clone(), Item::Value(token)));
            if merged {
                let cell =
                    token.around.iter().rev().map(|at| &self.elements[*at]).find(|own| own.name == "tc");
                let Some(cell) = cell.filter(|cell| own.is_some() && range.start <= cell.range.start) else {
                    return Err(self.misplaced(token, t!("error.word.merge")));
                };
                let item = Item::Merge { number: merges.len(), has_properties: cell.has_properties };
                items.push((cell.merge.clone(), item));
                merges.push(self.bound(token, loops)?);
            }
        }
        items.sort_by_key(|(at, _)| (at.start, at.end));
        let mut nodes = Vec::new();
        let mut reached = range.start;
        let mut merge = 0;
        for (at, item) in items {
            if at.start < reached {
                continue;
            }
            nodes.push(Node::Kept(reached..at.start));
            reached = at.end;
            match item {
                Item::Cut => {}
                Item::Merge { number, has_properties } => nodes.push(Node::Merge { number, has_properties }),
                Item::Value(token) => {
                    let field = self.bound(token, loops)?;
                    let merged = (token.tag.role == Role::Value { merged: true }).then(|| {
                        merge += 1;
                        merge - 1
                    });
                    nodes.push(Node::Value { run: at, name: token.tag.name.clone(), field, merged });
                }
                Item::Pair(pair) => nodes.push(self.section(pair, pairs, loops)?),
            }
        }
        nodes.push(Node::Kept(reached..range.end));
        Ok((nodes, merges))
    }

    fn section(
        &self,
        pair: &Pair,
        pairs: &[Pair],
        loops: &mut Vec<(String, Loop)>,
    ) -> std::result::Result<Node, Misplaced> {
        let token = &self.tokens[pair.open];
        let wanted = token.tag.role == Role::Open;
        let own = self.fields.loops.get(&token.tag.name);
        let test = match own {
            Some(own) if wanted => Test::Each(own.clone()),
            Some(own) => Test::Empty(own.clone()),
            None => Test::Has { field: self.bound(token, loops)?, wanted },
        };
        if let Test::Each(own) = &test {
            loops.push((token.tag.name.clone(), own.clone()));
        }
        let found = self.nodes(pair.range.clone(), pairs, loops, Some(pair));
        if matches!(test, Test::Each(_)) {
            loops.pop();
        }
        let (body, merges) = found?;
        let before = &self.part[..pair.range.start];
        let fills_cell = token.around.iter().map(|at| &self.elements[*at]).any(|cell| {
            let behind = self.part.get(pair.range.end..cell.range.end).unwrap_or_default();
            let is_last = behind.starts_with("</") && behind.matches('<').count() == 1;
            cell.name == "tc" && is_last && !before.trim_end().ends_with("p>")
        });
        Ok(Node::Section { test, body, merges, fills_cell })
    }

    /// The field of a tag: that of the inmost loop that knows its name.
    fn bound(&self, token: &Token, loops: &[(String, Loop)]) -> std::result::Result<Bound, Misplaced> {
        let name = token.tag.name.as_str();
        for (level, (_, own)) in loops.iter().enumerate().rev() {
            if let Some(field) = own.fields.get(name) {
                return Ok(Bound { field: field.clone(), level: level + 1 });
            }
        }
        if let Some(field) = self.fields.fields.get(name) {
            return Ok(Bound { field: field.clone(), level: 0 });
        }
        let elsewhere = self.fields.loops.iter().find(|(_, own)| own.fields.contains_key(name));
        if let Some((needed, _)) = elsewhere {
            let cause = t!("error.word.outside", name = name, needed = needed);
            return Err(self.misplaced(token, cause));
        }
        let known = self.fields.fields.keys().chain(self.fields.loops.keys());
        let known = known.chain(loops.iter().flat_map(|(_, own)| own.fields.keys()));
        let nearest = known.max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
        let nearest = nearest.map(String::as_str).unwrap_or_default();
        Err(self.misplaced(token, t!("error.word.unknown", name = name, nearest = nearest)))
    }
}
