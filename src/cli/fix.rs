//! `jixiao check --fix`: copies of the reports with their safest faults put right.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use jixiao::rules::proof::{Mend, Remark};
use jixiao::{MendedReports, mend_reports};
use rayon::prelude::*;

use super::batch::Batch;
use super::contents::contents;
use super::inputs::Input;
use super::outputs::Output;
use super::{Context, End, Failure, annotate};

/// How many characters are shown before and behind those that were changed.
const AROUND: usize = 6;

/// Writes a copy of each file of reports that has something to mend into the folder, and lists what was done. Files
/// are read again: a batch keeps none.
pub(super) fn write(
    context: &Context,
    inputs: &[Input],
    batch: &Batch,
    remarks: &[Remark],
    output: &dyn Output,
    folder: &Path,
) -> Result<End, Failure> {
    let with_mends = remarks.iter().filter(|remark| !remark.mends.is_empty());
    let wanted: BTreeMap<&str, ()> = with_mends.map(|remark| (remark.finding.file.as_str(), ())).collect();
    let names = annotate::names(wanted.keys());
    let mut seen = HashSet::new();
    let mut files: Vec<&Input> = inputs
        .iter()
        .filter(|input| annotate::is_concerned(&input.name, &wanted) && seen.insert(input.name.as_str()))
        .collect();
    let standard_input = files.iter().any(|input| input.is_standard_input());
    files.retain(|input| !input.is_standard_input());

    let copies: Vec<Vec<(String, jixiao::Result<MendedReports>)>> = files
        .par_iter()
        .map(|input| {
            let mended = contents(input)?.into_iter().filter_map(|file| {
                let name = names.get(file.name.as_str())?;
                let mended = file
                    .bytes
                    .and_then(|bytes| mend_reports(&bytes, &file.name, &batch.projects, &context.knowledge));
                if let Ok(mended) = &mended
                    && let Err(failure) = output.write(name, &mended.bytes)
                {
                    return Some(Err(failure));
                }
                Some(Ok((file.name, mended)))
            });
            mended.collect()
        })
        .collect::<Result<_, Failure>>()?;

    let mut end = End::Fine;
    let (mut written, mut count, mut left) = (0, 0, 0);
    for (file, copy) in copies.into_iter().flatten() {
        match copy {
            Ok(mended) => {
                written += 1;
                count += mended.done.len();
                left += mended.left.len();
                for (text, mends) in together(&mended.done).iter().filter(|_| !context.quiet) {
                    let (before, after) = shown(text, mends);
                    let at = t!("cli.line", line = mends[0].line);
                    eprintln!("{}", t!("cli.fix.done", file = file, at = at, before = before, after = after));
                }
            }
            Err(cause) => {
                eprintln!("{}", t!("cli.fix.failed", file = file, cause = cause));
                end = End::Unwritten;
            }
        }
    }
    if standard_input {
        eprintln!("{}", t!("cli.fix.standard_input"));
    }
    if !context.quiet && written == 0 {
        eprintln!("{}", t!("cli.fix.nothing"));
    } else if !context.quiet {
        let folder = folder.display();
        eprintln!("{}", t!("cli.fix.written", count = count, files = written, path = folder, left = left));
    }
    Ok(end)
}

/// Changes that stand so near to one another, in bytes, are shown as one.
const NEAR: usize = 24;

/// The changes of a line that are shown as one, with the line's text.
fn together(done: &[(String, Mend)]) -> Vec<(&str, Vec<&Mend>)> {
    let mut together: Vec<(&str, Vec<&Mend>)> = Vec::new();
    for (text, mend) in done {
        match together.last_mut() {
            Some((last, mends))
                if last == text
                    && mends.last().is_some_and(|last| {
                        last.line == mend.line && (last.at.end..last.at.end + NEAR).contains(&mend.at.start)
                    }) =>
            {
                mends.push(mend);
            }
            _ => together.push((text, vec![mend])),
        }
    }
    together
}

/// Changes that follow one another and the words around them, before and after.
fn shown(text: &str, mends: &[&Mend]) -> (String, String) {
    let (Some(first), Some(last)) = (mends.first(), mends.last()) else { return Default::default() };
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let (before, behind) = (part(0..first.at.start), part(last.at.end..text.len()));
    let start = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let end = behind.char_indices().nth(AROUND).map_or(behind.len(), |(at, _)| at);
    let mut after = before[start..].to_owned();
    let mut reached = first.at.start;
    for mend in mends {
        after.push_str(part(reached..mend.at.start));
        after.push_str(&mend.text);
        reached = mend.at.end;
    }
    after.push_str(&behind[..end]);
    (format!("{}{}{}", &before[start..], part(first.at.start..last.at.end), &behind[..end]), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_the_words_around_it() {
        let text = "全区食品安全形势保持稳定。。群众满意";
        let at = text.find("。。").unwrap();
        let mend = Mend { line: 1, at: at..at + 3, text: String::new() };
        let end = Mend { line: 1, at: text.len()..text.len(), text: "。".to_owned() };
        let of = |mends: &[&Mend]| shown(text, mends);
        assert_eq!(of(&[&mend]), ("形势保持稳定。。群众满意".into(), "形势保持稳定。群众满意".into()));
        assert_eq!(of(&[&end]), ("。。群众满意".into(), "。。群众满意。".into()));
        let done = [(text.to_owned(), mend.clone()), (text.to_owned(), end.clone())];
        assert_eq!(together(&done), [(text, vec![&mend, &end])]);
        assert_eq!(
            of(&[&mend, &end]),
            ("形势保持稳定。。群众满意".into(), "形势保持稳定。群众满意。".into())
        );
        let other = Mend { line: 2, ..end };
        assert_eq!(together(&[(text.to_owned(), mend), (text.to_owned(), other)]).len(), 2);
    }
}
