//! `jixiao explain [CODE]`.

use std::fmt::Write;

use jixiao::model::Level;
use jixiao::model::number::percent;
use jixiao::rules::check::{self, Check};
use jixiao::write::findings::level_name;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{Context, End, Failure, print};

/// Codes of what could not be read; no check, but met among findings.
const READING: [&str; 11] = ["F00", "F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F10"];

pub(super) fn execute(context: &Context, code: Option<&str>) -> Result<End, Failure> {
    let Some(code) = code else {
        print(&list(&check::all()))?;
        return Ok(End::Fine);
    };
    print(&explained(context, code)?.text())?;
    Ok(End::Fine)
}

/// All that there is to say of a code.
#[derive(Debug, Serialize)]
pub(super) struct Explained {
    code: String,
    name: String,
    /// Of a check, how grave it is.
    level: Option<Level>,
    explain: String,
    hint: String,
    /// The check's figure, in words.
    threshold: Option<String>,
    /// What it rests on.
    sources: Option<String>,
    /// What it says of its own example, each with the place.
    examples: Vec<String>,
}

/// What there is to say of a check, with what it says of its own example, or of what could not be read.
pub(super) fn explained(context: &Context, code: &str) -> Result<Explained, Failure> {
    let code = code.to_uppercase();
    let checks = check::all();
    let words = || {
        ["name", "explain", "hint"]
            .map(|part| t!(format!("{code}.{part}"), what = "…", line = "…").into_owned())
    };
    let Some(check) = checks.iter().find(|check| check.code == code) else {
        if !READING.contains(&code.as_str()) {
            let known: Vec<&str> = READING.into_iter().chain(checks.iter().map(|check| check.code)).collect();
            return Err(Failure::usage(t!("cli.explain.unknown", code = code, known = known.join("、"))));
        }
        let [name, explain, hint] = words();
        let (level, threshold, sources, examples) = (None, None, None, Vec::new());
        return Ok(Explained { code, name, level, explain, hint, threshold, sources, examples });
    };
    let [name, explain, hint] = words();
    let threshold = check.threshold.map(|threshold| {
        let threshold = threshold.normalize();
        if threshold < jixiao::model::Decimal::ONE {
            format!("{threshold}（{}）", percent(threshold, 0))
        } else {
            threshold.to_string()
        }
    });
    let sources: Vec<_> = check.sources.iter().map(|source| t!(source.key()).into_owned()).collect();
    let entries = check::entries().into_iter().filter(|entry| entry.code == code);
    let found: Vec<_> =
        entries.map(|entry| jixiao::example(&entry, &context.knowledge)).collect::<Result<_, _>>()?;
    let examples = found.iter().flatten().filter(|finding| finding.code == code).map(|finding| {
        let row = finding.line.map(|line| t!("cli.line", line = line).into_owned());
        let cell = finding.cell.map(|cell| cell.to_string()).or(row).unwrap_or_default();
        format!("{cell}　{}", finding.message)
    });
    let (level, sources, examples) = (Some(check.level), Some(sources.join("；")), examples.collect());
    Ok(Explained { code, name, level, explain, hint, threshold, sources, examples })
}

impl Explained {
    /// The same on lines.
    fn text(&self) -> String {
        let Self { code, name, explain, .. } = self;
        let level = self.level.map(|level| format!("（{}）", level_name(level))).unwrap_or_default();
        let mut text = format!("{code}　{name}{level}\n{explain}\n");
        let mut line = |label: &str, what: &str| {
            let _ = writeln!(text, "{label}：{what}");
        };
        line(&t!("cli.hint"), &self.hint);
        if let Some(threshold) = &self.threshold {
            line(&t!("cli.explain.threshold"), threshold);
        }
        if let Some(sources) = &self.sources {
            line(&t!("cli.explain.sources"), sources);
        }
        for example in &self.examples {
            line(&t!("cli.explain.example"), example);
        }
        text
    }
}

/// A line a check.
fn list(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let level = level_name(check.level);
        let gap = " ".repeat(8usize.saturating_sub(level.width()));
        let name = t!(format!("{}.name", check.code));
        let _ = writeln!(text, "  {}  {level}{gap}{name}", check.code);
    }
    text
}
