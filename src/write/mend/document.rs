//! Mends of a .docx: the characters of its body; runs, marks and all other parts stay.

use super::{Mended, apart, changes};
use crate::error::{Error, Result};
use crate::grid::docx::{MAIN_PART, sources};
use crate::rules::proof::Mend;
use crate::write::package::Package;
use crate::write::package::xml::{Edits, escaped};

pub(super) fn mend(bytes: &[u8], mends: &[Mend]) -> Result<Mended> {
    let sources = sources(bytes)?;
    let mut package = Package::open(bytes)?;
    let part = package.text(MAIN_PART)?.ok_or(Error::NoReport)?;
    let mut edits = Edits::default();
    let mut done = Vec::new();
    for mend in apart(mends) {
        let line = usize::try_from(mend.line).ok().and_then(|line| line.checked_sub(1));
        let Some(pieces) = line.and_then(|line| sources.get(line)) else { continue };
        if let Some(changes) = changes(mend, pieces) {
            for (source, text) in changes {
                edits.replace(source, escaped(&text));
            }
            done.push(mend.clone());
        }
    }
    if done.is_empty() {
        return Ok(Mended { bytes: bytes.to_vec(), done });
    }
    package.put(MAIN_PART, edits.apply(&part));
    Ok(Mended { bytes: package.finish()?, done })
}
