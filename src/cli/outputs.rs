//! Writing results: whole files or none, and nothing of the user's overwritten.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Cursor, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tempfile::NamedTempFile;

use super::hash::Hash;
use super::{Failure, interrupt};

/// Lists what was written into a folder, with the hash of each file's bytes. A file that still has that hash
/// may be replaced; one that has not was changed by somebody since.
const MANIFEST: &str = ".jixiao.json";

/// Stands behind the hash of a form.
const FORM: &str = " form";

/// What a result is written into.
pub(super) trait Sink: Write + Seek {}

impl<T: Write + Seek> Sink for T {}

/// Writes a result that need not stand in memory.
pub(super) type Writing<'a> = &'a mut dyn FnMut(&mut dyn Sink) -> Result<(), Failure>;

/// Where results go. Their names have `/` between folders.
pub(super) trait Output: Sync {
    /// Writes a result.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure>;

    /// As [`Output::write`], for a result that need not stand in memory.
    fn write_with(&self, name: &str, write: Writing<'_>) -> Result<(), Failure> {
        let mut bytes = Cursor::new(Vec::new());
        write(&mut bytes)?;
        self.write(name, bytes.get_ref())
    }

    /// As [`Output::write`], for a form that a later run may take as input.
    fn write_form(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write(name, bytes)
    }
}

/// A folder for results.
#[derive(Debug)]
pub(super) struct OutputFolder {
    root: PathBuf,
    force: bool,
    before: Manifest,
    written: Mutex<Manifest>,
}

/// What was written into a folder, by the files' names below it.
type Manifest = BTreeMap<Box<str>, Noted>;

/// A file that was written.
#[derive(Clone, Copy, Debug)]
struct Noted {
    hash: Hash,
    /// Whether it is a form, which is no result that a later run passes over.
    form: bool,
}

impl Serialize for Noted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { hash, form } = self;
        if *form { serializer.collect_str(&format_args!("{hash}{FORM}")) } else { hash.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for Noted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let form = text.strip_suffix(FORM);
        let hash = form.unwrap_or(&text).parse().map_err(serde::de::Error::custom)?;
        Ok(Self { hash, form: form.is_some() })
    }
}

impl OutputFolder {
    /// Makes the folder if need be, before any long work.
    pub(super) fn open(root: &Path, force: bool) -> Result<Self, Failure> {
        std::fs::create_dir_all(root).map_err(|error| failed(root, &error))?;
        Ok(Self { root: root.to_owned(), force, before: manifest(root), written: Mutex::default() })
    }

    /// Whether a form of a name is there with bytes of a hash.
    pub(super) fn holds_form(&self, name: &str, hash: Hash) -> bool {
        std::fs::read(self.root.join(name)).is_ok_and(|bytes| Hash::of(&bytes) == hash)
    }

    /// Notes a form that is there already.
    pub(super) fn keep_form(&self, name: &str, hash: Hash) {
        self.note(name, Noted { hash, form: true });
    }

    fn write_as(&self, name: &str, bytes: &[u8], form: bool) -> Result<(), Failure> {
        interrupt::check()?;
        let path = self.root.join(name);
        let before = self.before(name);
        put(&path, bytes, self.force, |existing| before == Some(Hash::of(existing)))?;
        self.note(name, Noted { hash: Hash::of(bytes), form });
        Ok(())
    }

    /// The hash of the bytes that an earlier run wrote under a name.
    fn before(&self, name: &str) -> Option<Hash> {
        self.before.get(name).map(|noted| noted.hash)
    }

    fn note(&self, name: &str, noted: Noted) {
        if let Ok(mut written) = self.written.lock() {
            written.insert(name.into(), noted);
        }
    }

    /// Notes what was written, for the next run.
    pub(super) fn close(self) -> Result<(), Failure> {
        let mut manifest = self.before;
        manifest.extend(self.written.into_inner().unwrap_or_default());
        write_file_with(&self.root.join(MANIFEST), true, &mut |out| {
            let mut out = BufWriter::new(out);
            let written = serde_json::to_writer_pretty(&mut out, &manifest).map_err(std::io::Error::from);
            written.and_then(|()| out.flush()).map_err(|error| Failure::unwritten(error.to_string()))
        })
    }
}

impl Output for OutputFolder {
    /// A file that holds these bytes already is left alone.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write_as(name, bytes, false)
    }

    fn write_with(&self, name: &str, write: Writing<'_>) -> Result<(), Failure> {
        interrupt::check()?;
        let before = self.before(name);
        let hash = put_with(&self.root.join(name), self.force, |existing| before == Some(existing), write)?;
        self.note(name, Noted { hash, form: false });
        Ok(())
    }

    fn write_form(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.write_as(name, bytes, true)
    }
}

fn manifest(folder: &Path) -> Manifest {
    let manifest = std::fs::read(folder.join(MANIFEST)).ok();
    manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Tells files that this program wrote and nobody changed since. Files of one folder should follow one another.
#[derive(Debug, Default)]
pub(super) struct OwnFiles {
    folder: PathBuf,
    manifest: Manifest,
}

impl OwnFiles {
    /// Whether a file is one of them.
    pub(super) fn has(&mut self, file: &Path) -> bool {
        let folder = file.parent().unwrap_or(Path::new(""));
        if folder != self.folder {
            self.manifest = manifest(folder);
            folder.clone_into(&mut self.folder);
        }
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let written = self.manifest.get(&*name).filter(|noted| !noted.form);
        written.is_some_and(|noted| std::fs::read(file).is_ok_and(|bytes| Hash::of(&bytes) == noted.hash))
    }
}

/// Writes one file of the user's choice.
pub(super) fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    put(path, bytes, force, |_| false)
}

/// Writes a file whole: to a temporary name beside it, then renamed.
fn put(path: &Path, bytes: &[u8], force: bool, ours: impl Fn(&[u8]) -> bool) -> Result<(), Failure> {
    match std::fs::read(path) {
        Ok(existing) if existing == bytes => return Ok(()),
        Ok(existing) if !force && !ours(&existing) => {
            return Err(Failure::unwritten(t!("cli.exists", path = path.display())));
        }
        Err(error) if error.kind() != ErrorKind::NotFound && path.exists() => {
            return Err(failed(path, &error));
        }
        _ => {}
    }
    let written = temporary(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    });
    written.map_err(|error| failed(path, &error))
}

/// As [`write_file`], for a file that need not stand in memory.
pub(super) fn write_file_with(path: &Path, force: bool, write: Writing<'_>) -> Result<(), Failure> {
    put_with(path, force, |_| false, write).map(|_| ())
}

/// As [`put`], of what `write` writes; gives the hash of its bytes. `ours` tells by its hash whether a file may be
/// replaced.
fn put_with(
    path: &Path,
    force: bool,
    ours: impl Fn(Hash) -> bool,
    write: Writing<'_>,
) -> Result<Hash, Failure> {
    let failed = |error: &std::io::Error| failed(path, error);
    let mut file = temporary(path).map_err(|error| failed(&error))?;
    write(&mut file.as_file_mut())?;
    let new =
        file.rewind().and_then(|()| Hash::of_rest(file.as_file_mut())).map_err(|error| failed(&error))?;
    if path.exists() {
        let existing =
            File::open(path).and_then(|mut file| Hash::of_rest(&mut file)).map_err(|e| failed(&e))?;
        if existing == new {
            return Ok(new);
        }
        if !force && !ours(existing) {
            return Err(Failure::unwritten(t!("cli.exists", path = path.display())));
        }
    }
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(new)
}

/// A temporary file beside a path, in a folder that is made if need be.
fn temporary(path: &Path) -> std::io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    temporary_file(folder).or_else(|_| std::fs::create_dir_all(folder).and_then(|()| temporary_file(folder)))
}

fn temporary_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".jixiao-").suffix(".tmp");
    // Results are for others to read, unlike the temporary files that the library makes by default.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}

pub(super) fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::unwritten(t!("cli.write_failed", path = path.display(), cause = error))
}
