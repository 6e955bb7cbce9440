//! Where input files lie, seen from the folder of a workbook that links to them.

#[cfg(feature = "serve")]
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use jixiao::grid::Format;
use jixiao::write::summary::FileLink;

#[cfg(feature = "serve")]
use super::inputs::Input;

/// The links from a folder, which need not be there yet, to files by the names that findings give them.
#[derive(Debug)]
pub(super) struct Links {
    from: From,
    /// The file that was asked for last: findings of one file follow one another.
    last: Option<(String, Option<FileLink>)>,
}

/// Where links lead from.
#[derive(Debug)]
enum From {
    Folder(Option<PathBuf>),
    /// The folder in which all inputs lie by their names.
    #[cfg(feature = "serve")]
    Beside(HashSet<String>),
}

impl Links {
    pub(super) fn from(folder: &Path) -> Self {
        Self { from: From::Folder(real(folder)), last: None }
    }

    /// The links from the folder in which inputs lie by their names.
    #[cfg(feature = "serve")]
    pub(super) fn beside(inputs: &[Input]) -> Self {
        Self { from: From::Beside(inputs.iter().map(|input| input.name.clone()).collect()), last: None }
    }

    /// The link to a file. A file of an archive is linked to by the archive; what cannot be found, as standard input,
    /// has no link. `has_sheets` tells whether a cell of the file can be gone to; `None` if the
    /// file has to be looked at.
    pub(super) fn of(&mut self, file: &str, has_sheets: Option<bool>) -> Option<&FileLink> {
        if self.last.as_ref().is_none_or(|(last, _)| last != file) {
            let found = match &self.from {
                From::Folder(folder) => folder.as_deref().and_then(|folder| link(folder, file, has_sheets)),
                #[cfg(feature = "serve")]
                From::Beside(inputs) => beside(inputs, file, has_sheets),
            };
            self.last = Some((file.to_owned(), found));
        }
        self.last.as_ref().and_then(|(_, found)| found.as_ref())
    }
}

/// The folder's path without symbolic links: `..` leads on from where they lead to.
fn real(folder: &Path) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let (there, real) = folder.ancestors().find_map(|there| Some((there, there.canonicalize().ok()?)))?;
    let new = folder.strip_prefix(there).ok()?;
    // Where `..` leads is not known before the folder above it is there.
    let told = new.components().all(|part| part != Component::ParentDir);
    told.then(|| real.join(new))
}

fn link(folder: &Path, file: &str, has_sheets: Option<bool>) -> Option<FileLink> {
    let found = Path::new(file).ancestors().find(|path| path.is_file())?;
    let target = found.canonicalize().ok()?;
    let path = if target.components().next() == folder.components().next() {
        let relative = pathdiff::diff_paths(&target, folder)?;
        let parts: Option<Vec<&str>> = relative.components().map(|part| part.as_os_str().to_str()).collect();
        parts?.join("/")
    } else {
        // No relative path leads to another drive. `canonicalize` would give one that office programs do not open.
        std::path::absolute(found).ok()?.to_str()?.to_owned()
    };
    let look = || std::fs::read(found).is_ok_and(|bytes| Format::of(&bytes).is_ok_and(Format::has_sheets));
    Some(FileLink { path, has_cells: found == Path::new(file) && has_sheets.unwrap_or_else(look) })
}

/// The link to a file, or to the archive that it stands in.
#[cfg(feature = "serve")]
fn beside(inputs: &HashSet<String>, file: &str, has_sheets: Option<bool>) -> Option<FileLink> {
    let mut ends = std::iter::once(file.len()).chain(file.rmatch_indices('/').map(|(end, _)| end));
    let name = ends.find_map(|end| inputs.get(&file[..end]))?;
    Some(FileLink { path: name.clone(), has_cells: has_sheets == Some(true) && name == file })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &[u8] = b"<html><table><tr><td>1</td></tr></table></html>";
    const WORKBOOK: &[u8] = include_bytes!("../../samples/lukou-2022/01-食品抽检专项.xlsx");

    fn path(folder: &Path, file: &Path) -> Option<(String, bool)> {
        let file = file.to_str().unwrap();
        Links::from(folder).of(file, None).map(|link| (link.path.clone(), link.has_cells))
    }

    #[test]
    fn a_path_leads_from_the_folder_to_the_file() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::create_dir_all(root.join("甲/乙")).unwrap();
        for (file, bytes) in [("表.xlsx", WORKBOOK), ("甲/a b.xls", PAGE), ("a.zip", b"")] {
            std::fs::write(root.join(file), bytes).unwrap();
        }
        for (folder, file, expected) in [
            ("", "表.xlsx", Some(("表.xlsx", true))),
            ("甲/乙", "表.xlsx", Some(("../../表.xlsx", true))),
            // Folders that are made only when the workbook is written.
            ("甲/丙/丁", "表.xlsx", Some(("../../../表.xlsx", true))),
            ("甲", "甲/乙/../a b.xls", Some(("a b.xls", false))),
            ("甲", "a.zip/表.xlsx", Some(("../a.zip", false))),
            ("没有/../甲", "表.xlsx", None),
            ("甲", "没有.xlsx", None),
        ] {
            let expected = expected.map(|(path, cells)| (path.to_owned(), cells));
            assert_eq!(path(&root.join(folder), &root.join(file)), expected, "{folder} {file}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_goes_up_from_where_a_symbolic_link_leads() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::create_dir_all(root.join("深/处")).unwrap();
        std::os::unix::fs::symlink(root.join("深/处"), root.join("近")).unwrap();
        std::fs::write(root.join("表.xlsx"), WORKBOOK).unwrap();
        for (folder, expected) in [("近", "../../表.xlsx"), ("近/新", "../../../表.xlsx")] {
            let path = path(&root.join(folder), &root.join("表.xlsx"));
            assert_eq!(path, Some((expected.to_owned(), true)), "{folder}");
        }
    }
}
