//! `jixiao convert --to ndjson`: a project a line, for any number of forms.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jixiao::model::Decimal;
use jixiao::write::data::{ndjson_line, ndjson_unreadable};

use super::batch::{self, Batch};
use super::convert::rebase;
use super::done::{Done, DoneList, content_hash};
use super::inputs::Input;
use super::outputs::failed;
use super::{Context, End, Failure, print};

/// What the user asks of the lines.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    pub(super) rebase: Option<Decimal>,
    pub(super) resume: bool,
    pub(super) force: bool,
}

/// Prints the lines of all files.
pub(super) fn to_terminal(context: &Context, files: &[Input], wanted: Wanted) -> Result<End, Failure> {
    batch::in_order(context, files, |_, batch| print(&lines(context, batch, wanted.rebase)?))
}

/// Writes the lines of all files to a file. While it is not whole its name ends with `.part`; beside it stands what is
/// done, from which a later run goes on.
pub(super) fn to_file(
    context: &Context,
    files: &[Input],
    path: &Path,
    wanted: Wanted,
) -> Result<End, Failure> {
    let (part, list) = (beside(path, ".part"), beside(path, ".done"));
    let done = DoneList::read(&list);
    let length: u64 = done.iter().map(|done| done.bytes).sum();
    let ours = std::fs::metadata(path).is_ok_and(|file| file.len() == length) && !done.is_empty();
    if path.exists() && !wanted.force && !ours {
        return Err(Failure::unwritten(t!("cli.exists", path = path.display())));
    }
    let with = wanted.rebase.map_or_else(String::new, |points| points.to_string());
    let hash = |input: &Input| content_hash(input, &with);
    let kept: Vec<Done> = if wanted.resume {
        // Lines stand in the order of the files: what was done stays as far as nothing changed.
        let same = |(done, input): &(&Done, &Input)| {
            done.file == input.name && done.hash.is_some() && hash(input) == done.hash
        };
        done.iter().zip(files).take_while(same).map(|(done, _)| done.clone()).collect()
    } else {
        Vec::new()
    };
    let mut end: u64 = kept.iter().map(|done| done.bytes).sum();
    let (mut out, kept) = match continued(path, &part, end)? {
        Some(out) => (out, kept),
        None => {
            end = 0;
            (create(&part)?, Vec::new())
        }
    };
    out.seek(SeekFrom::Start(end)).map_err(|error| failed(&part, &error))?;
    if !kept.is_empty() && !context.quiet {
        eprintln!("{}", t!("cli.convert.resumed", count = kept.len()));
    }
    let mut list = DoneList::begin(list, &kept)?;
    let ended = batch::in_order(context, &files[kept.len()..], |input, batch| {
        let text = lines(context, batch, wanted.rebase)?;
        out.write_all(text.as_bytes()).map_err(|error| failed(&part, &error))?;
        let done =
            Done { file: input.name.clone(), hash: hash(input), bytes: text.len() as u64, forms: Vec::new() };
        list.add(&done)
    })?;
    drop(out);
    std::fs::rename(&part, path).map_err(|error| failed(path, &error))?;
    Ok(ended)
}

/// The lines of a file's projects.
fn lines(context: &Context, batch: Batch, points: Option<Decimal>) -> Result<String, Failure> {
    let mut text = String::new();
    for finding in &batch.file_findings {
        text += &ndjson_unreadable(finding)?;
    }
    for mut assessed in batch.projects {
        rebase(context, &mut assessed.project, points);
        assessed.findings.retain(|finding| finding.code.starts_with('F'));
        text += &ndjson_line(&assessed.project, &assessed.findings)?;
    }
    Ok(text)
}

/// A file's name with something behind it.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn create(part: &Path) -> Result<File, Failure> {
    if let Some(folder) = part.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    }
    File::create(part).map_err(|error| failed(part, &error))
}

/// The file of an earlier run, cut off behind what stays; `None` if there is none, or it is shorter than it should be.
fn continued(path: &Path, part: &Path, end: u64) -> Result<Option<File>, Failure> {
    if end == 0 {
        return Ok(None);
    }
    if !part.exists() && path.exists() {
        std::fs::copy(path, part).map_err(|error| failed(part, &error))?;
    }
    let Ok(file) = OpenOptions::new().read(true).write(true).open(part) else { return Ok(None) };
    if file.metadata().map_or(0, |file| file.len()) < end {
        return Ok(None);
    }
    file.set_len(end).map_err(|error| failed(part, &error))?;
    Ok(Some(file))
}
