//! Lists every file under `templates/` into a table that is compiled into the library, so that adding a
//! layout, a scheme or a report outline is adding a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("templates");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let (forms, texts): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_form(file));
    let table = |files: &[PathBuf], include: &str| {
        let mut table = String::from("&[\n");
        for file in files {
            let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
            let _ = writeln!(table, "    ({name:?}, {include}!({:?})),", file.to_string_lossy());
        }
        table + "]"
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("templates.rs"), table(&texts, "include_str"))?;
    fs::write(out.join("forms.rs"), table(&forms, "include_bytes"))
}

/// Whether a file is a blank form rather than a text.
fn is_form(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "xlsx")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml" || e == "md" || e == "yml" || e == "xlsx") {
            files.push(path);
        }
    }
    Ok(())
}
