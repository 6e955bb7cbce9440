//! The inputs: files that the user names, those below folders, and bytes that are at hand.

use std::borrow::Cow;
#[cfg(feature = "serve")]
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
#[cfg(feature = "serve")]
use std::sync::Arc;

use jixiao::grid::Format;
use walkdir::WalkDir;

use super::Failure;
use super::outputs::OwnFiles;

/// A file to read.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// The name to show for it: its path as the user knows it.
    pub(super) name: String,
    /// Whether the user named it, or it was found in a folder.
    pub(super) named: bool,
    /// Whether this program wrote it and nobody changed it since.
    pub(super) own: bool,
    origin: Origin,
}

/// Where an input's bytes come from.
#[derive(Clone, Debug)]
enum Origin {
    StandardInput,
    File(PathBuf),
    /// From somebody who sent them: the name is no path here, whatever it says.
    #[cfg(feature = "serve")]
    Memory {
        bytes: Arc<Vec<u8>>,
        tables: Tables,
    },
}

/// The tables among bytes that are at hand, by name: one may need the other of its pair.
#[cfg(feature = "serve")]
pub(super) type Tables = Arc<HashMap<String, Arc<Vec<u8>>>>;

impl Input {
    /// The file of a path, or standard input.
    pub(super) fn named(path: &Path) -> Self {
        Self::of_path(path.to_owned(), true, false)
    }

    fn of_path(path: PathBuf, named: bool, own: bool) -> Self {
        let name = path.display().to_string();
        let origin = if path.as_os_str() == "-" { Origin::StandardInput } else { Origin::File(path) };
        Self { name, named, own, origin }
    }

    /// An input whose bytes are at hand.
    #[cfg(feature = "serve")]
    pub(super) fn of_bytes(name: String, bytes: Arc<Vec<u8>>, named: bool, tables: Tables) -> Self {
        Self { name, named, own: false, origin: Origin::Memory { bytes, tables } }
    }

    /// Whether it can be read only once.
    pub(super) const fn is_standard_input(&self) -> bool {
        matches!(self.origin, Origin::StandardInput)
    }

    /// How many bytes it has; 0 if that is not known before they are read.
    pub(super) fn size(&self) -> u64 {
        match &self.origin {
            Origin::StandardInput => 0,
            Origin::File(path) => std::fs::metadata(path).map_or(0, |file| file.len()),
            #[cfg(feature = "serve")]
            Origin::Memory { bytes, .. } => bytes.len() as u64,
        }
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> std::io::Result<Cow<'_, [u8]>> {
        match &self.origin {
            Origin::StandardInput => {
                let mut bytes = Vec::new();
                std::io::stdin().lock().read_to_end(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
            Origin::File(path) => std::fs::read(path).map(Cow::Owned),
            #[cfg(feature = "serve")]
            Origin::Memory { bytes, .. } => Ok(Cow::Borrowed(bytes)),
        }
    }

    /// The bytes of the file beside it in whose name `to` stands for `from`.
    pub(super) fn beside(&self, from: &str, to: &str) -> Option<Vec<u8>> {
        let beside = |path: &Path| {
            let name = path.file_name()?.to_str()?;
            name.contains(from).then(|| path.with_file_name(name.replace(from, to)))
        };
        match &self.origin {
            Origin::StandardInput => None,
            Origin::File(path) => std::fs::read(beside(path)?).ok(),
            #[cfg(feature = "serve")]
            Origin::Memory { tables, .. } => {
                let name = beside(Path::new(&self.name))?;
                tables.get(name.to_str()?).map(|bytes| bytes.to_vec())
            }
        }
    }

    /// Whether it promises to be an archive with many files.
    pub(super) fn is_archive(&self) -> bool {
        match &self.origin {
            Origin::StandardInput => false,
            Origin::File(path) => by_ending(path) == Some(Format::Zip),
            #[cfg(feature = "serve")]
            Origin::Memory { bytes, .. } => Format::of(bytes).is_ok_and(|format| format == Format::Zip),
        }
    }
}

/// The files that the inputs stand for: folders with all below them, in the order of their names.
pub(super) fn expand(inputs: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut files = Vec::new();
    let mut own = OwnFiles::default();
    let mut found = |path: PathBuf| {
        let own = own.has(&path);
        Input::of_path(path, false, own)
    };
    for input in inputs {
        let nothing = || Failure::usage(t!("cli.no_input", path = input.display()));
        if input.as_os_str() == "-" || input.is_file() {
            files.push(Input::named(input));
        } else if input.is_dir() {
            let below = WalkDir::new(input).sort_by_file_name().into_iter().flatten();
            let below = below.filter(|e| e.file_type().is_file() && is_candidate(e.path()));
            files.extend(below.map(|entry| found(entry.into_path())));
        } else {
            let pattern = input.to_string_lossy();
            let before = files.len();
            let paths = glob::glob(&pattern).map_err(|_| nothing())?;
            let paths = paths.flatten().filter(|path| path.is_file() && is_candidate(path));
            files.extend(paths.map(&mut found));
            if files.len() == before {
                return Err(nothing());
            }
        }
    }
    if files.is_empty() {
        let named: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
        return Err(Failure::usage(t!("cli.no_input", path = named.join("、"))));
    }
    Ok(files)
}

/// A share of the input files: the first of three is 1, 3.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) number: usize,
    pub(super) of: usize,
}

impl std::str::FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            _ => Err(text.to_owned()),
        }
    }
}

/// The input files of a share: those that follow one another, so that the shares one after another are the whole.
pub(super) fn share(inputs: &[PathBuf], share: Option<Share>) -> Result<Vec<Input>, Failure> {
    let mut files = expand(inputs)?;
    if let Some(Share { number, of }) = share {
        let bound = |number: usize| files.len() * number / of;
        let (start, end) = (bound(number - 1), bound(number));
        files.truncate(end);
        files.drain(..start);
    }
    Ok(files)
}

/// Whether a file of a folder or an archive may be a form, by its ending, and no lock file of an office
/// program. A file that the user names is read whatever its ending.
pub(super) fn is_candidate(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    (by_ending(path).is_some() || is_text(path) || is_data(path))
        && !name.starts_with('.')
        && !name.starts_with("~$")
}

/// Whether a file's ending is one of text, in which reports are written.
pub(super) fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["txt", "md"].iter().any(|own| ending.eq_ignore_ascii_case(own)))
}

/// Whether a file's ending is one of data that this program writes.
pub(super) fn is_data(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["json", "ndjson", "parquet"].iter().any(|own| ending.eq_ignore_ascii_case(own))
    })
}

/// The container that a file's ending promises.
pub(super) fn by_ending(path: &Path) -> Option<Format> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    Format::ALL.into_iter().find(|format| format.endings().contains(&ending.as_str()))
}
