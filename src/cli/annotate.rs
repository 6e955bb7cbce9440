//! `jixiao check --annotate DIR`: copies of the workbooks with their findings in the cells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jixiao::grid::Format;
use jixiao::model::Finding;
use jixiao::write::annotate::annotate;
use rayon::prelude::*;

use super::names::Names;
use super::outputs::OutputFolder;
use super::{Context, Failure, batch};

/// Writes a copy of every .xlsx among the inputs that has findings with a cell.
pub(super) fn write(
    context: &Context,
    inputs: &[PathBuf],
    findings: &[Finding],
    folder: &Path,
) -> Result<(), Failure> {
    let output = OutputFolder::open(folder, false)?;
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.cell.is_some()) {
        by_file.entry(&finding.file).or_default().push(finding);
    }
    let mut names = Names::default();
    let mut copies = Vec::new();
    let mut others = Vec::new();
    // The standard input is gone by now.
    for input in batch::files(inputs)?.into_iter().filter(|input| input.as_os_str() != "-") {
        let shown = input.display().to_string();
        let below = format!("{shown}/");
        if !by_file.keys().any(|file| *file == shown || file.starts_with(&below)) {
            continue;
        }
        for packed in batch::contents(&input)? {
            let Some(findings) = by_file.get(packed.name.as_str()) else { continue };
            let Ok(bytes) = packed.bytes else { continue };
            if Format::of(&bytes).is_ok_and(|format| format == Format::Xlsx) {
                let path = Path::new(&packed.name);
                let part = |part: Option<&std::ffi::OsStr>| {
                    part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default()
                };
                let name = format!("{}.{}", names.give(&part(path.file_stem())), part(path.extension()));
                copies.push((packed.name, name, bytes, findings));
            } else {
                others.push(packed.name);
            }
        }
    }
    let written = copies
        .par_iter()
        .map(|(file, name, bytes, findings)| match annotate(bytes, findings) {
            Ok(copy) => output.write(name, &copy).map(|()| true),
            Err(error) => {
                eprintln!("{}", t!("cli.annotate.failed", file = file, cause = error));
                Ok(false)
            }
        })
        .collect::<Result<Vec<bool>, Failure>>();
    output.close()?;
    let written = written?.into_iter().filter(|written| *written).count();
    if !context.quiet {
        if !others.is_empty() {
            eprintln!("{}", t!("cli.annotate.others", count = others.len(), file = others[0]));
        }
        eprintln!("{}", t!("cli.annotate.written", count = written, path = folder.display()));
    }
    Ok(())
}
