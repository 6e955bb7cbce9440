//! `jixiao check --opinions DIR`: a review opinion for every unit.

use std::path::Path;

use jixiao::write::opinion::opinions;
use rayon::prelude::*;

use super::batch::Batch;
use super::names::Names;
use super::outputs::Output;
use super::{Context, Failure, reports};

/// Writes the opinions, and says how many there are.
pub(super) fn write(
    context: &Context,
    batch: &Batch,
    output: &dyn Output,
    folder: &Path,
) -> Result<(), Failure> {
    let docx = reports::docx(context, None)?;
    let mut names = Names::default();
    let pages: Vec<_> = opinions(&context.templates, &batch.projects)?
        .into_iter()
        .map(|(unit, page)| {
            let unit = if unit.is_empty() { t!("cli.opinions.unnamed").into_owned() } else { unit };
            (names.give(&t!("cli.opinions.file", unit = unit)), page)
        })
        .collect();
    pages
        .par_iter()
        .try_for_each(|(name, page)| output.write(&format!("{name}.docx"), &docx.write(page)?))?;
    if !context.quiet {
        eprintln!("{}", t!("cli.opinions.written", count = pages.len(), path = folder.display()));
    }
    Ok(())
}
