//! `jixiao explain [CODE]`.

use std::fmt::Write;

use jixiao::model::number::percent;
use jixiao::rules::check::{self, Check};
use jixiao::write::findings::level_name;
use unicode_width::UnicodeWidthStr;

use super::{Context, End, Failure, print};

/// Codes of what could not be read; no check, but met among findings.
const READING: [&str; 10] = ["F00", "F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09"];

pub(super) fn execute(context: &Context, code: Option<&str>) -> Result<End, Failure> {
    let checks = check::all();
    let Some(code) = code.map(str::to_uppercase) else {
        print(&list(&checks))?;
        return Ok(End::Fine);
    };
    let text = match checks.iter().find(|check| check.code == code) {
        Some(check) => explained(context, check)?,
        None if READING.contains(&code.as_str()) => {
            let [name, explain, hint] =
                ["name", "explain", "hint"].map(|part| t!(format!("{code}.{part}"), what = "…", line = "…"));
            format!("{code}　{name}\n{explain}\n{}：{hint}\n", t!("cli.hint"))
        }
        None => {
            let known: Vec<&str> = READING.into_iter().chain(checks.iter().map(|check| check.code)).collect();
            return Err(Failure::usage(t!("cli.explain.unknown", code = code, known = known.join("、"))));
        }
    };
    print(&text)?;
    Ok(End::Fine)
}

/// All that there is to say of a check, with what it says of its own example.
fn explained(context: &Context, check: &Check) -> Result<String, Failure> {
    let code = check.code;
    let [name, explain, hint] = ["name", "explain", "hint"].map(|part| t!(format!("{code}.{part}")));
    let level = level_name(check.level);
    let mut text = format!("{code}　{name}（{level}）\n{explain}\n");
    let mut line = |label: &str, what: &str| {
        let _ = writeln!(text, "{label}：{what}");
    };
    line(&t!("cli.hint"), &hint);
    if let Some(threshold) = check.threshold {
        let threshold = threshold.normalize();
        let shown = if threshold < jixiao::model::Decimal::ONE {
            format!("{threshold}（{}）", percent(threshold, 0))
        } else {
            threshold.to_string()
        };
        line(&t!("cli.explain.threshold"), &shown);
    }
    let sources: Vec<_> = check.sources.iter().map(|source| t!(source.key()).into_owned()).collect();
    line(&t!("cli.explain.sources"), &sources.join("；"));
    let entries = check::entries().into_iter().filter(|entry| entry.code == code);
    let examples: Vec<_> =
        entries.map(|entry| jixiao::example(&entry, &context.knowledge)).collect::<Result<_, _>>()?;
    for finding in examples.iter().flatten().filter(|finding| finding.code == code) {
        let row = finding.line.map(|line| t!("cli.line", line = line).into_owned());
        let cell = finding.cell.map(|cell| cell.to_string()).or(row).unwrap_or_default();
        line(&t!("cli.explain.example"), &format!("{cell}　{}", finding.message));
    }
    Ok(text)
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
