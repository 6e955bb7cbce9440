//! Names: what a form must state of itself, and the name of a project in several places.

use super::example::write;
use super::{Check, Context, Scope, Source};
use crate::model::number::folded;
use crate::model::{Finding, Level};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "R20",
        level: Level::Error,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project { run: form_does_not_say_whose_it_is, spoil: |p| p.year.value = None },
        example: "A2",
    },
    Check {
        code: "R59",
        level: Level::Warning,
        threshold: None,
        sources: &[Source::Review],
        scope: Scope::Project {
            run: other_name_on_sheet_or_file,
            spoil: |p| {
                write(&mut p.name, "食品安全监督抽检项目");
                p.source.sheet = "食品安全监督抽捡项目".to_owned();
            },
        },
        example: "C3",
    },
];

/// R20: places for the project's name, unit or year that nobody filled. A form without the place is not at
/// fault.
fn form_does_not_say_whose_it_is(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let project = at.project;
    let places = [
        (project.name.value.is_none(), project.name.cell, "项目名称"),
        (project.unit.value.is_none(), project.unit.cell, "实施单位"),
        (project.year.value.is_none(), project.year.cell, "年度"),
    ];
    for (missing, cell, what) in places {
        if missing && cell.is_some() {
            findings.push(at.finding(cell, t!("R20.message", what = what)));
        }
    }
}

/// Names shorter than this are too short to tell a slip from another name. Characters.
const SHORTEST: usize = 6;

/// R59: sheet or file bear a name that is the project's but for a slip of one or two characters.
fn other_name_on_sheet_or_file(at: &Context<'_>, findings: &mut Vec<Finding>) {
    let name = plain(at.project.name.text());
    let source = &at.project.source;
    let file = source.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    for (key, other) in [("R59.message", source.sheet.as_str()), ("R59.file", stem)] {
        let bare = plain(other);
        if is_slip(&name, &bare) {
            let message = t!(key, name = at.project.name.text(), other = other);
            findings.push(at.finding(at.project.name.cell, message).compares(at.project.name.text(), other));
        }
    }
}

/// A name without numbering, brackets and blanks.
fn plain(name: &str) -> Vec<char> {
    folded(name).chars().filter(|c| c.is_alphabetic()).collect()
}

/// Whether two names differ, but by no more than one character in every six. A name with something before or
/// behind it is no slip.
fn is_slip(one: &[char], other: &[char]) -> bool {
    let most = one.len().min(other.len()) / SHORTEST;
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    !long.starts_with(short)
        && !long.ends_with(short)
        && most > 0
        && distance(one, other, most.min(2)).is_some()
}

/// How many characters are to be put, taken or changed to make one name the other, up to `most`.
fn distance(one: &[char], other: &[char], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        for (one, other, slip) in [
            ("食品安全监督抽检", "食品安全监督抽捡", true),
            ("食品安全监督抽检", "食品安全监督抽检", false),
            ("食品安全监督抽检", "03 食品安全监督抽检", false),
            ("食品安全监督抽检", "食品安全监督", false),
            ("食品安全监督抽检专项", "食品安全监督抽检", false),
            ("食品安全", "食品安金", false),
            ("药品安全监督抽检经费", "食品监督抽样经费", false),
            ("自评表", "食品安全监督抽检", false),
        ] {
            assert_eq!(is_slip(&plain(one), &plain(other)), slip, "{one} {other}");
        }
    }
}
