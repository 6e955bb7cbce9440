//! How the program was started: by a line in a terminal, by a double click, or by files that were dropped on it.

use std::ffi::OsString;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::Path;

use clap::CommandFactory;

use super::arguments::Arguments;

/// The folder of the results, beside the first of the files that were dropped.
const RESULTS: &str = "绩效结果";

/// What a start amounts to.
#[derive(Debug)]
pub(super) struct Start {
    /// The arguments that were given, or those that stand for none.
    pub(super) arguments: Vec<OsString>,
    /// Whether the arguments were files and no words.
    dropped: bool,
}

impl Start {
    /// What the start of this process amounts to.
    pub(super) fn new() -> Self {
        let in_terminal = stdin().is_terminal() || stdout().is_terminal() || stderr().is_terminal();
        Self::of(std::env::args_os().collect(), in_terminal && !terminal_is_own())
    }

    fn of(mut arguments: Vec<OsString>, in_terminal: bool) -> Self {
        let mut dropped = false;
        match arguments.get(1) {
            None if cfg!(feature = "serve") && !in_terminal => arguments.push("serve".into()),
            Some(first)
                if !is_command(first) && arguments[1..].iter().all(|path| Path::new(path).exists()) =>
            {
                let results = Path::new(first).parent().unwrap_or(Path::new("")).join(RESULTS);
                arguments.insert(1, "run".into());
                arguments.extend(["-o".into(), results.into()]);
                dropped = true;
            }
            _ => {}
        }
        Self { arguments, dropped }
    }

    /// Lets the user read what stands in a terminal that closes with the program.
    pub(super) fn linger(&self) {
        if self.dropped && terminal_is_own() {
            eprintln!("{}", t!("cli.press_enter"));
            let _ = stdin().read_line(&mut String::new());
        }
    }
}

fn is_command(name: &OsString) -> bool {
    Arguments::command().get_subcommands().any(|command| command.get_name() == name)
}

/// Whether the terminal was opened for this program alone: by a double click.
#[cfg(windows)]
fn terminal_is_own() -> bool {
    is_started_by("explorer.exe").unwrap_or(false)
}

/// Whether the process that started this one bears a name.
#[cfg(windows)]
fn is_started_by(name: &str) -> Option<bool> {
    use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};
    let mut system = System::new().ok()?;
    let mut look_at = |id: Pid| {
        system.refresh_processes_specifics(
            ProcessesToUpdate::Some(&[id]),
            false,
            ProcessRefreshKind::nothing(),
        );
        system.process(id).map(|process| (process.parent(), process.name().to_owned()))
    };
    let parent = look_at(get_current_pid().ok()?)?.0?;
    Some(look_at(parent)?.1.eq_ignore_ascii_case(name))
}

/// Whether the terminal was opened for this program alone. Other systems open none for a double click.
#[cfg(not(windows))]
const fn terminal_is_own() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount_of(given: &[&str], in_terminal: bool) -> Vec<String> {
        let given = std::iter::once("jixiao").chain(given.iter().copied()).map(OsString::from).collect();
        let amount = Start::of(given, in_terminal).arguments.into_iter().skip(1);
        amount.map(|argument| argument.into_string().unwrap()).collect()
    }

    #[test]
    fn without_words_a_page_is_opened_but_not_in_a_terminal() {
        let served: &[&str] = if cfg!(feature = "serve") { &["serve"] } else { &[] };
        assert_eq!(amount_of(&[], false), served);
        assert_eq!(amount_of(&[], true), [""; 0]);
        assert_eq!(amount_of(&["--help"], false), ["--help"]);
    }

    #[test]
    fn files_that_were_dropped_are_run() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.xlsx", "b.xlsx"].map(|name| folder.path().join(name).display().to_string());
        let results = folder.path().join(RESULTS).display().to_string();
        std::fs::write(&a, "").unwrap();
        assert_eq!(amount_of(&[&a], true), ["run", &a, "-o", &results]);
        assert_eq!(amount_of(&[&a, &b], false), [a.as_str(), &b], "there is no such file");
        std::fs::write(&b, "").unwrap();
        assert_eq!(amount_of(&[&a, &b], true), ["run", &a, &b, "-o", &results]);
        assert_eq!(amount_of(&["run", &a], true), ["run", &a]);
    }
}
