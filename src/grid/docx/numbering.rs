//! The numbers that Word sets before paragraphs, as far as they are those of Chinese reports.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use crate::grid::xml::attribute;
use crate::model::report::Mark;

/// What a paragraph says of its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbered {
    /// Its style.
    pub(super) style: Option<String>,
    /// Its list; `0` for none, whatever the style says.
    pub(super) list: Option<String>,
    /// Its level within the list, from 0.
    pub(super) level: Option<usize>,
}

/// A level of a list.
#[derive(Clone, Debug, Default)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// Lists and the styles that use them, with the counts so far.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The abstract list of each list.
    abstracts: HashMap<String, String>,
    /// The levels of abstract lists.
    levels: HashMap<String, Vec<Level>>,
    /// The list and level of styles.
    styles: HashMap<String, Numbered>,
    /// How far each abstract list has counted, level by level.
    counts: HashMap<String, Vec<u32>>,
}

/// A list's levels; Word knows nine.
const LEVELS: usize = 9;

impl Lists {
    /// Reads `word/numbering.xml`. What is wrong in it costs the numbers and nothing else.
    pub(super) fn read_lists(&mut self, part: impl BufRead) {
        let mut reader = Reader::from_reader(part);
        let mut buffer = Vec::new();
        let (mut own, mut list, mut level): (Option<String>, Option<String>, Option<usize>) =
            (None, None, None);
        loop {
            buffer.clear();
            let Ok(event) = reader.read_event_into(&mut buffer) else { return };
            let (Event::Start(element) | Event::Empty(element)) = event else {
                if matches!(event, Event::Eof) {
                    return;
                }
                continue;
            };
            let val = || attribute(&element, "val");
            let name = element.local_name();
            match name.as_ref() {
                "abstractNum" => own = attribute(&element, "abstractNumId"),
                "num" => {
                    own = None;
                    list = attribute(&element, "numId");
                }
                "abstractNumId" => {
                    if let (Some(list), Some(of)) = (list.take(), val()) {
                        self.abstracts.insert(list, of);
                    }
                }
                "lvl" => {
                    level =
                        attribute(&element, "ilvl").and_then(|at| at.parse().ok()).filter(|at| *at < LEVELS);
                }
                what @ ("numFmt" | "lvlText" | "start") => {
                    let (Some(own), Some(at), Some(val)) = (&own, level, val()) else { continue };
                    let levels = self.levels.entry(own.clone()).or_default();
                    levels.resize(levels.len().max(at + 1), Level { start: 1, ..Level::default() });
                    match what {
                        "numFmt" => levels[at].format = val,
                        "lvlText" => levels[at].text = val,
                        _ => levels[at].start = val.parse().unwrap_or(1),
                    }
                }
                _ => {}
            }
        }
    }

    /// Reads the lists that styles of `word/styles.xml` use.
    pub(super) fn read_styles(&mut self, part: impl BufRead) {
        let mut reader = Reader::from_reader(part);
        let mut buffer = Vec::new();
        let mut style: Option<String> = None;
        loop {
            buffer.clear();
            let Ok(event) = reader.read_event_into(&mut buffer) else { return };
            match event {
                Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                    "style" => style = attribute(&element, "styleId"),
                    what @ ("numId" | "ilvl") => {
                        let (Some(style), Some(val)) = (&style, attribute(&element, "val")) else { continue };
                        let numbered = self.styles.entry(style.clone()).or_default();
                        match what {
                            "numId" => numbered.list = Some(val),
                            _ => numbered.level = val.parse().ok(),
                        }
                    }
                    _ => {}
                },
                Event::Eof => return,
                _ => {}
            }
        }
    }

    /// The number before the next paragraph, if it has one of the kinds that reports have.
    pub(super) fn count(&mut self, paragraph: &Numbered) -> Option<Mark> {
        let style = paragraph.style.as_ref().and_then(|style| self.styles.get(style));
        let list = paragraph.list.as_ref().or_else(|| style?.list.as_ref()).filter(|list| *list != "0")?;
        let at = paragraph.level.or_else(|| style?.level).unwrap_or(0);
        let own = self.abstracts.get(list)?;
        let levels = self.levels.get(own)?;
        let level = levels.get(at)?;
        let counts = self.counts.entry(own.clone()).or_default();
        counts.truncate(at + 1);
        while counts.len() <= at {
            let start = levels.get(counts.len()).map_or(1, |level| level.start);
            counts.push(start.saturating_sub(u32::from(counts.len() == at)));
        }
        counts[at] = counts[at].saturating_add(1);
        level.mark(at, counts[at])
    }
}

impl Level {
    fn mark(&self, at: usize, ordinal: u32) -> Option<Mark> {
        let (before, sign) = self.text.split_once(&format!("%{}", at + 1))?;
        let sign = sign.trim().chars().next().filter(|_| !self.text.contains("第"))?;
        let chinese = self.format.to_ascii_lowercase().contains("chinese");
        let bracketed = before.ends_with(['（', '(']);
        let depth = match (chinese, bracketed) {
            (true, false) => 1,
            (true, true) => 2,
            (false, _) if self.format != "decimal" => return None,
            (false, false) => 3,
            (false, true) => 4,
        };
        let plain = bracketed || before.trim().is_empty();
        plain.then_some(Mark { depth, ordinal, sign, typed: 0 })
    }
}
