//! The command line's arguments, with help and errors in the user's language.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jixiao::Language;
use jixiao::model::Decimal;

use super::End;
use super::inputs::Share;

fn say(key: &str) -> String {
    t!(key).into_owned()
}

/// What the user typed.
#[derive(Debug, Parser)]
#[command(name = "jixiao", version, about = say("cli.about"), after_help = say("cli.after_help"))]
#[command(disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
#[command(subcommand_required = true, arg_required_else_help = true, subcommand_value_name = "COMMAND")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    #[arg(long, global = true, value_name = "LANG", help = say("cli.lang"), hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(["zh", "en"]))]
    lang: Option<String>,
    #[arg(long, global = true, value_name = "DIR", help = say("cli.templates_dir"))]
    pub(super) templates: Option<PathBuf>,
    #[arg(long, global = true, value_name = "ID", help = say("cli.scheme"))]
    pub(super) scheme: Option<String>,
    #[arg(long, global = true, value_name = "FILE", help = say("cli.config"))]
    pub(super) config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "N", help = say("cli.jobs"))]
    pub(super) jobs: Option<usize>,
    #[arg(short, long, global = true, help = say("cli.quiet"))]
    pub(super) quiet: bool,
    #[arg(short, long, global = true, help = say("cli.verbose"))]
    pub(super) verbose: bool,
    #[arg(short, long, global = true, action = ArgAction::Help, help = say("cli.help"))]
    help: Option<bool>,
    #[arg(short = 'V', long, action = ArgAction::Version, help = say("cli.version"))]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(about = say("cli.run.about"))]
    Run(RunArguments),
    #[command(about = say("cli.convert.about"))]
    Convert(ConvertArguments),
    #[command(about = say("cli.narrate.about"))]
    Narrate(RunArguments),
    #[command(about = say("cli.summarize.about"))]
    Summarize(SummarizeArguments),
    #[command(about = say("cli.check.about"))]
    Check(CheckArguments),
    #[cfg(feature = "serve")]
    #[command(about = say("cli.serve.about"))]
    Serve(ServeArguments),
    #[command(about = say("cli.explain.about"))]
    Explain {
        #[arg(value_name = "CODE", help = say("cli.explain.code"))]
        code: Option<String>,
    },
    #[command(about = say("cli.layouts.about"))]
    Layouts {
        #[arg(long, value_name = "FILE", help = say("cli.layouts.explain"))]
        explain: Option<PathBuf>,
    },
    #[command(about = say("cli.templates.about"))]
    Templates {
        #[command(subcommand)]
        action: TemplatesAction,
    },
}

#[derive(Debug, Args)]
pub(super) struct Inputs {
    #[arg(value_name = "IN", required = true, help = say("cli.inputs"))]
    pub(super) inputs: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[arg(short, long, value_name = "DIR", help = say("cli.run.output"))]
    pub(super) output: PathBuf,
    #[arg(long, value_delimiter = ',', default_value = "docx", value_name = "LIST", help = say("cli.run.format"))]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(super) format: Vec<ReportFormat>,
    #[arg(long, value_name = "ID|FILE", help = say("cli.run.outline"))]
    pub(super) outline: Option<String>,
    #[arg(long, value_name = "ID|FILE", help = say("cli.run.document"))]
    pub(super) document: Option<String>,
    #[arg(long, help = say("cli.run.one_file"))]
    pub(super) one_file: bool,
    #[arg(long, value_name = "DOCX", help = say("cli.run.template"))]
    #[arg(conflicts_with_all = ["outline", "document", "one_file", "format"])]
    pub(super) template: Option<PathBuf>,
    #[arg(long, help = say("cli.force"))]
    pub(super) force: bool,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    Docx,
    Txt,
    Md,
}

#[derive(Debug, Args)]
pub(super) struct ConvertArguments {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[arg(long, value_name = "TO", help = say("cli.convert.to"))]
    pub(super) to: String,
    #[arg(short, long, value_name = "OUT", help = say("cli.convert.output"))]
    pub(super) output: Option<PathBuf>,
    #[arg(long, default_value = "files", value_name = "HOW", help = say("cli.convert.arrange"))]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(super) arrange: Arrange,
    #[arg(long, help = say("cli.convert.join"))]
    pub(super) join: bool,
    #[arg(long, value_name = "POINTS", help = say("cli.convert.rebase"))]
    pub(super) rebase: Option<Decimal>,
    #[arg(long, default_value = "utf-8", value_name = "ENCODING", help = say("cli.convert.encoding"))]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(super) encoding: TextEncoding,
    #[arg(long, help = say("cli.convert.resume"))]
    pub(super) resume: bool,
    #[arg(long, value_name = "I/N", help = say("cli.convert.shard"))]
    pub(super) shard: Option<Share>,
    #[arg(long, help = say("cli.force"))]
    pub(super) force: bool,
}

impl ReportFormat {
    /// The ending of its files.
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Txt => "txt",
            Self::Md => "md",
        }
    }
}

/// How filled forms stand in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Arrange {
    /// A file a project.
    Files,
    /// One file, a sheet a project.
    Sheets,
    /// One file and sheet, a form below another.
    Stacked,
}

/// The encodings of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextEncoding {
    /// With the mark by which Excel knows it.
    #[value(name = "utf-8")]
    Utf8,
    Gb18030,
}

impl TextEncoding {
    /// A text's bytes.
    pub(super) fn of(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Gb18030 => encoding_rs::GB18030.encode(text.trim_start_matches('\u{FEFF}')).0.into_owned(),
        }
    }
}

/// The formats of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataFormat {
    Json,
    Ndjson,
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl DataFormat {
    /// The format of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "ndjson" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            #[cfg(feature = "parquet")]
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct SummarizeArguments {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[arg(short, long, value_name = "FILE", help = say("cli.summarize.output"))]
    pub(super) output: PathBuf,
    #[arg(long, help = say("cli.force"))]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[arg(value_name = "IN", required_unless_present = "show_config", help = say("cli.inputs"))]
    pub(super) inputs: Vec<PathBuf>,
    #[arg(long, default_value = "text", value_name = "FORMAT", help = say("cli.check.format"))]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(super) format: FindingFormat,
    #[arg(long, value_name = "LEVEL", default_value = "error", help = say("cli.check.fail_on"))]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(super) fail_on: FailOn,
    #[arg(long, help = say("cli.check.explain_scores"))]
    pub(super) explain_scores: bool,
    #[arg(long, value_name = "DIR", help = say("cli.check.annotate"))]
    pub(super) annotate: Option<PathBuf>,
    #[arg(long, value_name = "DIR", help = say("cli.check.fix"))]
    pub(super) fix: Option<PathBuf>,
    #[arg(long, value_name = "DIR", help = say("cli.check.opinions"))]
    pub(super) opinions: Option<PathBuf>,
    #[arg(long, help = say("cli.force"))]
    pub(super) force: bool,
    #[arg(long, help = say("cli.check.show_config"))]
    pub(super) show_config: bool,
}

#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    #[arg(long, default_value = "0", value_name = "N", help = say("cli.serve.port"), hide_default_value = true)]
    pub(super) port: u16,
    #[arg(long, help = say("cli.serve.without_browser"))]
    pub(super) no_browser: bool,
}

/// The formats of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FindingFormat {
    Text,
    Json,
    Sarif,
}

/// The level from which findings fail a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
}

#[derive(Debug, Subcommand)]
pub(super) enum TemplatesAction {
    #[command(about = say("cli.templates.export"))]
    Export {
        #[arg(value_name = "DIR", help = say("cli.templates.folder"))]
        folder: PathBuf,
        #[arg(long, help = say("cli.force"))]
        force: bool,
    },
    #[command(about = say("cli.templates.fields"))]
    Fields,
}

/// Sets the language before any help is built: `--lang`, else an English locale, else Chinese.
pub(super) fn choose_language(arguments: impl Iterator<Item = OsString>) {
    let arguments: Vec<String> = arguments.map(|a| a.to_string_lossy().into_owned()).collect();
    let asked =
        arguments.iter().enumerate().find_map(|(i, argument)| match argument.strip_prefix("--lang") {
            Some("") => arguments.get(i + 1).map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        });
    let locale = sys_locale::get_locale().unwrap_or_default();
    let english = match asked {
        Some(language) => language == "en",
        None => locale.starts_with("en"),
    };
    jixiao::speak(if english { Language::English } else { Language::Chinese });
}

/// Parses the arguments; help, version and errors are printed here.
pub(super) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, End> {
    let command = in_words(Arguments::command());
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            End::Fine
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            End::Usage
        }
        _ => {
            eprintln!("{}\n{}", t!("cli.error", message = in_our_words(&error)), t!("cli.error.see_help"));
            End::Usage
        }
    })
}

/// Gives a command, and those below it, headings in the user's language.
fn in_words(command: clap::Command) -> clap::Command {
    let (usage, options) = (t!("cli.usage"), t!("cli.options"));
    let body = if command.has_subcommands() {
        format!("{}:\n{{subcommands}}\n\n{options}:\n{{options}}", t!("cli.commands"))
    } else if command.get_positionals().next().is_some() {
        format!("{}:\n{{positionals}}\n\n{options}:\n{{options}}", t!("cli.arguments"))
    } else {
        format!("{options}:\n{{options}}")
    };
    let template = format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{body}{{after-help}}\n");
    command.help_template(template).mut_subcommands(in_words)
}

fn in_our_words(error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => t!("cli.error.unknown_argument", arg = argument).into_owned(),
        ErrorKind::InvalidSubcommand => {
            t!("cli.error.unknown_command", arg = context(ContextKind::InvalidSubcommand)).into_owned()
        }
        ErrorKind::MissingRequiredArgument => t!("cli.error.missing", arg = argument).into_owned(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => t!(
            "cli.error.invalid",
            arg = argument,
            value = context(ContextKind::InvalidValue),
            possible = context(ContextKind::ValidValue)
        )
        .into_owned(),
        _ => t!("cli.error.usage").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        in_words(Arguments::command()).debug_assert();
    }
}
