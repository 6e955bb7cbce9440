//! The README's commands do what it says they do.

use super::{jixiao, root, text};

/// A command of a `console` block and what it is said to print.
struct Example {
    command: String,
    output: String,
}

fn examples(markdown: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut inside = false;
    for line in markdown.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match line.strip_prefix("$ ") {
                Some(command) => {
                    examples.push(Example { command: command.to_owned(), output: String::new() });
                }
                None => {
                    let example = examples.last_mut().expect("output before any command");
                    example.output.push_str(line);
                    example.output.push('\n');
                }
            },
        }
    }
    examples
}

/// Commands that are not the program's own, which the tests cannot or need not run.
const OTHERS: [&str; 4] = ["cargo test", "cargo install ", "git clone ", ".ci/run"];

#[test]
fn every_command_prints_what_the_readme_says() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("samples"), &folder.path().join("samples"));
    let mut run = 0;
    for example in examples(&readme) {
        if OTHERS.iter().any(|other| example.command.starts_with(other)) {
            continue;
        }
        let arguments = ["cargo run --release -q -- ", "jixiao "]
            .iter()
            .find_map(|start| example.command.strip_prefix(start));
        let arguments = arguments.unwrap_or_else(|| panic!("not a command of ours: {}", example.command));
        let out = jixiao(folder.path(), &arguments.split_whitespace().collect::<Vec<_>>());
        let printed = text(&out.stdout) + &text(&out.stderr);
        let expected = &example.output;
        match expected.strip_suffix("…\n") {
            Some(start) => assert!(printed.starts_with(start), "$ {}\n{printed}", example.command),
            None => assert_eq!(&printed, expected, "$ {}", example.command),
        }
        run += 1;
    }
    assert!(run >= 4, "only {run} commands were run");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().flatten() {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
