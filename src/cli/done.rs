//! What a long run has done so far, kept beside its results: a line for each input file with the hash of its content.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Failure;
use super::hash::Hash;
use super::inputs::Input;
use super::outputs::failed;

/// An input file that is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    /// The file as the user named it.
    pub(super) file: String,
    /// The hash of its content, and of what else the result follows from.
    pub(super) hash: Option<Hash>,
    /// How many bytes of a data file it came to.
    #[serde(default)]
    pub(super) bytes: u64,
    /// The forms that it came to: their names and hashes.
    #[serde(default)]
    pub(super) forms: Vec<(String, Hash)>,
}

/// The list of what is done.
pub(super) struct DoneList {
    path: PathBuf,
    out: File,
}

impl DoneList {
    /// What a list says, as far as it is whole: the last line of a run that was killed may be cut off.
    pub(super) fn read(path: &Path) -> Vec<Done> {
        let Ok(file) = File::open(path) else { return Vec::new() };
        let lines = BufReader::new(file).lines().map_while(Result::ok);
        lines.map_while(|line| serde_json::from_str(&line).ok()).collect()
    }

    /// Begins a list with what is done already.
    pub(super) fn begin(path: PathBuf, done: &[Done]) -> Result<Self, Failure> {
        let out = OpenOptions::new().create(true).write(true).truncate(true).open(&path);
        let mut list = Self { out: out.map_err(|error| failed(&path, &error))?, path };
        done.iter().try_for_each(|done| list.add(done))?;
        Ok(list)
    }

    /// Adds a file, whose results are written.
    pub(super) fn add(&mut self, done: &Done) -> Result<(), Failure> {
        let line = serde_json::to_string(done).map_err(|error| Failure::unwritten(error.to_string()))?;
        writeln!(self.out, "{line}").map_err(|error| failed(&self.path, &error))
    }
}

/// The hash of an input file's content together with what else its results follow from. Standard input, and what
/// cannot be read, has none.
pub(super) fn content_hash(input: &Input, with: &str) -> Option<Hash> {
    if input.is_standard_input() {
        return None;
    }
    let bytes = input.bytes().ok()?;
    Some(Hash::of(&[Hash::of(&bytes).to_string().as_bytes(), with.as_bytes()].concat()))
}

/// What is done, by file.
pub(super) fn by_file(done: Vec<Done>) -> HashMap<String, Done> {
    done.into_iter().map(|done| (done.file.clone(), done)).collect()
}
