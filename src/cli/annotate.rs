//! `jixiao check --annotate`: copies of the workbooks with findings, with the faulty cells marked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jixiao::grid::Format;
use jixiao::model::Finding;
use jixiao::write::annotate::annotate;
use rayon::prelude::*;

use super::batch::Batch;
use super::contents::contents;
use super::inputs::Input;
use super::names::Names;
use super::outputs::Output;
use super::{Context, End, Failure};

/// What became of a file with findings.
enum Copy {
    Written,
    /// Its format has no notes that could be added.
    OtherFormat,
    Failed(String),
}

/// What became of all copies.
pub(super) struct Copies {
    pub(super) end: End,
    /// What is to be said of them.
    pub(super) remarks: Vec<String>,
}

/// Writes a copy of each workbook with findings into the folder. Files are read again: a batch keeps none.
pub(super) fn write(
    context: &Context,
    inputs: &[Input],
    batch: &Batch,
    output: &dyn Output,
    folder: &Path,
) -> Result<Copies, Failure> {
    let mut findings: BTreeMap<&str, Vec<Finding>> = BTreeMap::new();
    let mut without_cell = 0;
    for finding in batch.projects.iter().flat_map(|project| &project.findings) {
        match finding.cell {
            Some(_) => findings.entry(&finding.file).or_default().push(finding.clone()),
            None => without_cell += 1,
        }
    }
    let names = names(findings.keys());
    let mut seen = HashSet::new();
    let mut files: Vec<&Input> = inputs
        .iter()
        .filter(|input| is_concerned(&input.name, &findings) && seen.insert(input.name.as_str()))
        .collect();
    let standard_input = files.iter().any(|input| input.is_standard_input());
    files.retain(|input| !input.is_standard_input());

    let copies: Vec<Vec<(String, Copy)>> = files
        .par_iter()
        .map(|input| match contents(input) {
            Ok(contents) => contents
                .into_iter()
                .filter_map(|file| {
                    let (findings, name) =
                        (findings.get(file.name.as_str())?, names.get(file.name.as_str())?);
                    let copy = copy(file.bytes, findings, name, output);
                    Some(copy.map(|copy| (file.name, copy)))
                })
                .collect(),
            Err(failure) => Ok(vec![(input.name.clone(), Copy::Failed(failure.message))]),
        })
        .collect::<Result<_, Failure>>()?;

    let mut written = 0;
    let mut others = Vec::new();
    let (mut end, mut remarks) = (End::Fine, Vec::new());
    for (file, copy) in copies.into_iter().flatten() {
        match copy {
            Copy::Written => written += 1,
            Copy::OtherFormat => others.push(file),
            Copy::Failed(cause) => {
                remarks.push(t!("cli.annotate.failed", file = file, cause = cause));
                end = End::Unwritten;
            }
        }
    }
    if standard_input {
        remarks.push(t!("cli.annotate.standard_input"));
    }
    if !others.is_empty() {
        let (count, files) = (others.len(), others.join("、"));
        remarks.push(t!("cli.annotate.not_workbooks", count = count, files = files));
    }
    if !context.quiet {
        if without_cell > 0 {
            remarks.push(t!("cli.annotate.without_cell", count = without_cell));
        }
        remarks.push(t!("cli.annotate.written", count = written, path = folder.display()));
    }
    Ok(Copies { end, remarks: remarks.into_iter().map(Cow::into_owned).collect() })
}

/// Whether a file, or one within it, is among those to be copied.
pub(super) fn is_concerned<T>(shown: &str, findings: &BTreeMap<&str, T>) -> bool {
    let within = format!("{shown}/");
    let packed = findings.range(within.as_str()..).next().is_some_and(|(name, _)| name.starts_with(&within));
    packed || findings.contains_key(shown)
}

/// The names of the copies: those of the files, told apart where two are alike.
pub(super) fn names<'a>(files: impl IntoIterator<Item = &'a &'a str>) -> HashMap<&'a str, String> {
    let mut by_ending: HashMap<String, Names> = HashMap::new();
    let named = files.into_iter().map(|file| {
        let path = Path::new(file);
        let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, ending) = (text(path.file_stem()), text(path.extension()));
        let stem = by_ending.entry(ending.to_lowercase()).or_default().give(&stem);
        let dot = if ending.is_empty() { "" } else { "." };
        (*file, format!("{stem}{dot}{ending}"))
    });
    named.collect()
}

fn copy(
    bytes: jixiao::Result<Vec<u8>>,
    findings: &[Finding],
    name: &str,
    output: &dyn Output,
) -> Result<Copy, Failure> {
    let annotated = bytes.and_then(|bytes| match Format::of(&bytes)? {
        Format::Xlsx => annotate(&bytes, findings).map(Some),
        _ => Ok(None),
    });
    match annotated {
        Ok(Some(bytes)) => output.write(name, &bytes).map(|()| Copy::Written),
        Ok(None) => Ok(Copy::OtherFormat),
        Err(error) => Ok(Copy::Failed(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_named_as_their_files_and_none_alike() {
        let names = names(&["a.zip/甲.xlsx", "b/甲.XLSX", "b/甲.xls", "乙"]);
        assert_eq!(names["a.zip/甲.xlsx"], "甲.xlsx");
        assert_eq!(names["b/甲.XLSX"], "甲（2）.XLSX");
        assert_eq!(names["b/甲.xls"], "甲.xls");
        assert_eq!(names["乙"], "乙");
    }
}
