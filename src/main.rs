//! The command line. See `jixiao --help`.

#[macro_use]
extern crate rust_i18n;

mod cli;

i18n!("templates/messages", fallback = "zh-CN");

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
