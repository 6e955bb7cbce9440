//! The binary's shell: arguments, paths, progress, exit codes. One file a command; the work is the library's.

mod annotate;
mod arguments;
mod batch;
mod check;
mod config;
mod contents;
mod convert;
mod done;
mod explain;
mod fill;
mod fix;
mod hash;
mod inputs;
mod interrupt;
mod layouts;
mod links;
mod names;
mod office;
mod opinions;
mod outputs;
mod proof;
mod reports;
mod run;
#[cfg(feature = "serve")]
mod serve;
mod start;
mod stream;
mod summary;
mod tally;
mod templates;

use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::ExitCode;

use arguments::Command;
use jixiao::{Choices, Knowledge, Templates};
use start::Start;

/// Why a command ended; the numbers are its exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Fine = 0,
    Findings = 1,
    Usage = 2,
    Unreadable = 3,
    Unwritten = 4,
    /// As shells have it for a program that Ctrl-C ended.
    Interrupted = 130,
}

/// The exit code of a fault of the program itself, as Rust programs have it.
const CRASHED: u8 = 101;

/// A command's failure: what to say, and how to end.
#[derive(Debug)]
struct Failure {
    message: String,
    end: End,
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), end: End::Usage }
    }

    fn unwritten(message: impl Into<String>) -> Self {
        Self { message: message.into(), end: End::Unwritten }
    }
}

impl From<jixiao::Error> for Failure {
    fn from(error: jixiao::Error) -> Self {
        let end = match error {
            jixiao::Error::Template { .. } => End::Usage,
            jixiao::Error::Write { .. } => End::Unwritten,
            _ => End::Unreadable,
        };
        Self { message: error.to_string(), end }
    }
}

/// What all commands work with.
#[derive(Clone)]
struct Context {
    templates: Templates,
    knowledge: Knowledge,
    /// The file in which the user has set something.
    config: Option<PathBuf>,
    /// The page preset that is set there: an id, or the path of a file.
    document: Option<String>,
    quiet: bool,
    verbose: bool,
    /// Whether nobody reads the terminal: what is to be said is shown elsewhere.
    silent: bool,
}

impl Context {
    /// Says something on the terminal.
    fn say(&self, words: impl FnOnce() -> String) {
        if !self.silent {
            eprintln!("{}", words());
        }
    }
}

/// Runs the program on the process's arguments.
pub(crate) fn main() -> ExitCode {
    arguments::choose_language(std::env::args_os());
    // A reader that fails is reported with its file, by the library; anything else below.
    std::panic::set_hook(Box::new(|_| {}));
    interrupt::watch();
    let start = Start::new();
    let ended = run(&start);
    start.linger();
    ended
}

fn run(start: &Start) -> ExitCode {
    let arguments = match arguments::parse(start.arguments.iter().cloned()) {
        Ok(arguments) => arguments,
        Err(end) => return ExitCode::from(end as u8),
    };
    let Ok(ended) = catch_unwind(|| execute(arguments)) else {
        eprintln!("{}", t!("cli.error", message = t!("cli.crashed")));
        return ExitCode::from(CRASHED);
    };
    let end = ended.unwrap_or_else(|failure| {
        eprintln!("{}", t!("cli.error", message = failure.message));
        failure.end
    });
    ExitCode::from(end as u8)
}

fn execute(arguments: arguments::Arguments) -> Result<End, Failure> {
    let common = arguments.common;
    if let Some(jobs) = common.jobs {
        // Only fails if a pool was built before, and none was.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
    }
    let config = config::load(common.config.as_deref())?;
    let folder = common.templates.or_else(|| config.templates.clone());
    let templates = templates::load(folder.as_deref())?;
    let choices = Choices { scheme: common.scheme.or(config.scheme), checks: config.checks };
    let knowledge = Knowledge::load(&templates)?.with(choices)?;
    let context = Context {
        templates,
        knowledge,
        config: config.file,
        document: config.document,
        quiet: common.quiet,
        verbose: common.verbose,
        silent: false,
    };
    match arguments.command {
        Command::Run(arguments) => run::execute(&context, &arguments),
        Command::Convert(arguments) => convert::execute(&context, &arguments),
        Command::Narrate(arguments) => run::narrate(&context, &arguments),
        Command::Summarize(arguments) => run::summarize(&context, &arguments),
        Command::Check(arguments) => check::execute(&context, &arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::execute(&context, &arguments),
        Command::Explain { code } => explain::execute(&context, code.as_deref()),
        Command::Layouts { explain: None } => layouts::execute(&context),
        Command::Layouts { explain: Some(file) } => layouts::explain(&context, &file),
        Command::Templates { action } => templates::execute(&context, &action),
    }
}

/// Prints a result on standard output. A reader that went away (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::unwritten(error.to_string()))
        }
        _ => Ok(()),
    }
}
