//! The command line. See `jixiao --help`.

#[macro_use]
extern crate rust_i18n;

mod cli;

i18n!("templates/messages", fallback = "zh-CN");

use std::process::ExitCode;

// Forms come and go on several threads while a little of each stays: an allocator that keeps sizes apart
// finds room at once where the system's goes through the holes that are left.
#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
