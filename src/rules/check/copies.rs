//! Texts copied from project to project, and names of units that differ by a slip.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_decimal::Decimal;

use super::example::write;
use super::{Batch, Check, Found, Scope, Source};
use crate::model::number::{compact, compacted};
use crate::model::{Address, Level};
use crate::rules::Digest;
use crate::rules::digest::Reached;

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R49",
        level: Level::Warning,
        threshold: Some(Decimal::from_parts(20, 0, 0, false, 0)),
        sources: &[Source::Review],
        scope: Scope::Batch {
            run: goals_copied,
            spoil: |projects| {
                let text = projects[0].goals[0].actual.clone();
                projects[1].goals[0].actual = text;
            },
        },
        example: "F9",
    },
    Check {
        code: "R61",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Batch {
            run: unit_written_in_two_ways,
            spoil: |projects| write(&mut projects[2].unit, "某县食品检所"),
        },
        example: "G4",
    },
];

/// R49: what one project reached stands word for word in another's form, names and figures aside.
fn goals_copied(at: &Batch<'_>, findings: &mut Found<'_>) {
    let mut seen: HashMap<u128, (&Digest, Option<Address>)> = HashMap::new();
    for (i, project) in at.evaluated() {
        for Reached { text, length, cell } in &project.reached {
            if Decimal::from(*length) < at.threshold {
                continue;
            }
            match seen.get(text) {
                Some((first, other)) if first.name.value != project.name.value => {
                    let other = other.map(|cell| cell.to_string()).unwrap_or_default();
                    let message =
                        t!("R49.message", other = first.name.text(), file = first.source.file, cell = other);
                    findings.push((i, at.finding(i, *cell, message)));
                }
                Some(_) => {}
                None => {
                    seen.insert(*text, (project, *cell));
                }
            }
        }
    }
}

/// Names shorter than this are too short to tell a slip from another name. Characters.
const SHORTEST: usize = 6;
/// What is longer is no name, and each of its characters would be tried. Characters.
const LONGEST: usize = 100;

/// R61: a unit whose name lacks one character of another unit's of the same department.
fn unit_written_in_two_ways(at: &Batch<'_>, findings: &mut Found<'_>) {
    let mut units: HashMap<Cow<'_, str>, (usize, usize)> = HashMap::new();
    for (i, own) in at.projects.iter().enumerate() {
        let name = compacted(own.unit.text());
        if (SHORTEST - 1..=LONGEST).contains(&name.chars().count()) {
            units.entry(name).or_insert((i, 0)).1 += 1;
        }
    }
    let mut names: Vec<_> = units.iter().collect();
    names.sort_unstable();
    let mut shorter = String::new();
    for (name, &(own, count)) in names {
        // 第一小学 and 第十一小学 are two schools; a name that goes on is another office.
        let last = name.char_indices().next_back().map_or(0, |(last, _)| last);
        for (gone, c) in name.char_indices().filter(|(gone, c)| *gone > 0 && *gone < last && !is_numeral(*c))
        {
            shorter.clear();
            shorter.extend([&name[..gone], &name[gone + c.len_utf8()..]]);
            let Some(&(other, others)) = units.get(shorter.as_str()) else { continue };
            // The rarer way is taken for the slip; of two as common, the shorter.
            let (slip_at, meant_at) = if count < others { (own, other) } else { (other, own) };
            let [slip, meant] = [slip_at, meant_at].map(|i| &at.projects[i]);
            let same_house = slip.department.value.is_none()
                || compact(slip.department.text()) == compact(meant.department.text());
            if same_house {
                let message = t!("R61.message", unit = slip.unit.text(), other = meant.unit.text());
                let finding = at.finding(slip_at, slip.unit.cell, message);
                findings.push((slip_at, finding.compares(slip.unit.text(), meant.unit.text())));
                break;
            }
        }
    }
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十东西南北中上下新老大小".contains(c)
}
