//! Findings as SARIF 2.1.0, which code review tools and editors show.
//!
//! SARIF knows lines and columns. A cell's row and column stand for them, and its address for its name.

use serde_json::{Value, json};
use twox_hash::XxHash3_128;

use super::pretty;
use crate::error::Result;
use crate::model::{Finding, Level};
use crate::rules::check;

/// Where the format is described.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Findings as one SARIF document, indented, with a line break at its end.
///
/// # Errors
/// [`crate::Error::Write`]; none is known to happen.
pub fn sarif(findings: &[Finding]) -> Result<String> {
    let rules = rules(findings);
    let index = |code: &str| rules.iter().position(|(own, _)| own == code);
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, index(&finding.code))).collect();
    let described: Vec<Value> = rules.iter().map(|(code, level)| rule(code, *level)).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": env!("CARGO_PKG_NAME"),
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": described,
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }]
    });
    pretty(&document, "SARIF")
}

/// All checks, and the codes of reading that are met, with their levels, by code.
fn rules(findings: &[Finding]) -> Vec<(String, Level)> {
    let mut rules: Vec<(String, Level)> =
        check::all().into_iter().map(|check| (check.code.to_owned(), check.level)).collect();
    for finding in findings {
        if !rules.iter().any(|(code, _)| *code == finding.code) {
            rules.push((finding.code.to_string(), finding.level));
        }
    }
    rules.sort_by(|a, b| a.0.cmp(&b.0));
    rules
}

fn rule(code: &str, level: Level) -> Value {
    let words = |part: &str| t!(format!("{code}.{part}")).into_owned();
    json!({
        "id": code,
        "shortDescription": { "text": words("name") },
        "fullDescription": { "text": words("explain") },
        "defaultConfiguration": { "level": level_name(level) },
    })
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn result(finding: &Finding, rule: Option<usize>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&finding.file) } });
    if let Some(cell) = finding.cell {
        physical["region"] =
            json!({ "startLine": u64::from(cell.row) + 1, "startColumn": u64::from(cell.col) + 1 });
    } else if let Some(line) = finding.line {
        physical["region"] = json!({ "startLine": line });
    }
    let mut location = json!({ "physicalLocation": physical });
    let cell = finding.cell.map(|cell| cell.to_string());
    let place = match (&finding.sheet, &cell) {
        (Some(sheet), Some(cell)) => Some(format!("{sheet}!{cell}")),
        (Some(sheet), None) => Some(sheet.clone()),
        _ => None,
    };
    if let Some(place) = &place {
        location["logicalLocations"] =
            json!([{ "name": cell, "fullyQualifiedName": place, "kind": "member" }]);
        if cell.is_none() {
            location["logicalLocations"][0]["name"] = json!(finding.sheet);
        }
    }
    let mut properties = serde_json::Map::new();
    let facts = [("project", &finding.project), ("found", &finding.found), ("expected", &finding.expected)];
    for (key, value) in facts {
        if let Some(value) = value {
            properties.insert(key.to_owned(), json!(value));
        }
    }
    properties.insert("hint".to_owned(), json!(finding.hint));
    let mut result = json!({
        "ruleId": finding.code,
        "level": level_name(finding.level),
        "message": { "text": finding.message },
        "locations": [location],
        "partialFingerprints": { "place/v1": fingerprint(finding, place.as_deref()) },
        "properties": properties,
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    result
}

/// What a finding is known by from run to run: its code and place, whatever the figures are by then.
fn fingerprint(finding: &Finding, place: Option<&str>) -> String {
    let project = finding.project.as_deref().unwrap_or_default();
    let text = format!("{}\n{}\n{}\n{project}", finding.code, finding.file, place.unwrap_or_default());
    format!("{:032x}", XxHash3_128::oneshot(text.as_bytes()))
}

/// A path as a URI reference: forward slashes, and all but plain letters encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    let path = path.replace('\\', "/");
    // C:/ is no scheme.
    if path.as_bytes().get(1) == Some(&b':') {
        uri.push_str("file:///");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' | b':' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        for (path, expected) in [
            ("a b/表.xlsx", "a%20b/%E8%A1%A8.xlsx"),
            (r"C:\x\y.xlsx", "file:///C:/x/y.xlsx"),
            ("a.zip/b#1.xlsx", "a.zip/b%231.xlsx"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
