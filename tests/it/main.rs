//! The integration tests: one binary, one file a subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod aggregate;
mod annotate;
mod checks;
mod commands;
mod containers;
mod convert;
mod fill;
mod fill_parts;
mod findings;
mod forms;
mod layouts;
mod links;
mod mend;
mod mutations;
mod published;
mod reading;
mod readme;
mod reports;
#[path = "../fixtures/rich_blank.rs"]
mod rich_blank;
mod robust;
mod scrambled;
#[cfg(feature = "serve")]
mod serve;
mod sheet;
mod tree;
mod word_template;
mod workbook;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The 17 sample workbooks, in order.
fn samples() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("samples/lukou-2022"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// The sample forms of every layout with the layout's id, in order.
fn layout_samples() -> Vec<(String, PathBuf)> {
    let folder = root().join("samples/layouts");
    let mut files: Vec<(String, PathBuf)> = walkdir::WalkDir::new(&folder)
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "xlsx" || ending == "xls"))
        .map(|path| (path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    files.sort();
    files
}

/// The program, to be run in a folder, in Chinese whatever the machine's locale.
fn jixiao(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder)
        .args(arguments)
        .env("LC_ALL", "zh_CN.UTF-8")
        // No other program of the machine has a part in it.
        .env("PATH", "")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
