//! An office program of the machine, where one is needed.

use std::path::Path;
use std::process::{Command, Stdio};

/// The names under which LibreOffice is found.
const PROGRAMS: [&str; 2] = ["soffice", "libreoffice"];

/// A workbook of another container as .xlsx; `None` if no office program is there, or it gives nothing.
pub(super) fn to_xlsx(file: &Path) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().ok()?;
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    for program in PROGRAMS {
        let status = Command::new(program)
            .args([profile.as_str(), "--headless", "--convert-to", "xlsx", "--outdir"])
            .arg(folder.path())
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if status.is_ok_and(|status| status.success()) {
            let made = folder.path().join(file.file_stem()?).with_extension("xlsx");
            return std::fs::read(made).ok();
        }
    }
    None
}
