//! Where input files lie, seen from the folder of a workbook that links to them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jixiao::grid::Format;
use jixiao::write::summary::FileLink;

/// The links from a folder to files by the names that findings give them. A file of an archive is linked to by
/// the archive; what cannot be found, as standard input, has no link.
pub(super) fn from<'a>(folder: &Path, files: impl Iterator<Item = &'a str>) -> BTreeMap<String, FileLink> {
    let mut links = BTreeMap::new();
    let Ok(folder) = folder.canonicalize() else { return links };
    for file in files {
        if !links.contains_key(file)
            && let Some(link) = link(&folder, file)
        {
            links.insert(file.to_owned(), link);
        }
    }
    links
}

fn link(folder: &Path, file: &str) -> Option<FileLink> {
    let path = Path::new(file);
    let found = path.ancestors().find(|path| path.is_file())?;
    let absolute = found.canonicalize().ok()?;
    // Files of another drive have no relative path.
    let relative: PathBuf = pathdiff::diff_paths(&absolute, folder).unwrap_or(absolute);
    let ending = found.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let workbook = [Format::Xlsx, Format::Xls, Format::Xlsb, Format::Ods]
        .iter()
        .any(|format| format.endings().contains(&ending.as_str()));
    let path = relative.to_string_lossy().replace('\\', "/");
    Some(FileLink { path, has_cells: workbook && found == Path::new(file) })
}
