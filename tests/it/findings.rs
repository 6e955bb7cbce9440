//! What `jixiao check` prints: text with excerpts, JSON by its schema, SARIF.

use serde_json::Value;

use super::{jixiao, layout_samples, root, samples, text};

/// A form with a fault of each level, made of the 17th sample.
fn inputs() -> Vec<String> {
    let mut inputs: Vec<String> = samples().iter().map(|path| path.display().to_string()).collect();
    inputs.extend(layout_samples().iter().map(|(_, path)| path.display().to_string()));
    inputs.push(root().join("samples/bad").display().to_string());
    inputs
}

fn check(arguments: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    let inputs = inputs();
    let all: Vec<&str> = ["check", "-q"]
        .into_iter()
        .chain(inputs.iter().map(String::as_str))
        .chain(arguments.iter().copied())
        .collect();
    let out = jixiao(folder.path(), &all);
    (text(&out.stdout), out.status.code())
}

#[test]
fn json_keeps_to_its_schema() {
    let schema: Value =
        serde_json::from_str(include_str!("../../src/write/findings/findings.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for arguments in [&["--format", "json"][..], &["--format", "json", "--explain-scores"]] {
        let document: Value = serde_json::from_str(&check(arguments).0).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| error.to_string()).take(5).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(document["findings"].as_array().unwrap().len() > 20);
    }
    // The schema refuses what it should.
    let wrong = serde_json::json!({ "findings": [{ "code": "R01" }] });
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn sarif_names_every_rule_and_place() {
    let document: Value = serde_json::from_str(&check(&["--format", "sarif"]).0).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 20);
    let mut fingerprints = std::collections::HashSet::new();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().is_ascii());
        if let Some(line) = place["region"]["startLine"].as_u64() {
            assert!(line >= 1);
        }
        fingerprints.insert(result["partialFingerprints"]["place/v1"].as_str().unwrap());
    }
    for rule in rules {
        for part in ["shortDescription", "fullDescription"] {
            let text = rule[part]["text"].as_str().unwrap();
            assert!(!text.is_empty() && !text.contains(rule["id"].as_str().unwrap()), "{rule}");
        }
    }
    assert!(fingerprints.len() * 10 > results.len() * 9, "{} of {}", fingerprints.len(), results.len());
}

#[test]
fn text_shows_the_cells_around_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let out = jixiao(folder.path(), &["check", &samples()[16].display().to_string()]);
    let printed = text(&out.stdout);
    let printed = printed.split_once('\n').unwrap().1;
    insta::assert_snapshot!("findings-text", printed);
}

#[test]
fn scores_are_explained_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let out = jixiao(folder.path(), &["check", "--explain-scores", &samples()[0].display().to_string()]);
    let printed = text(&out.stdout);
    assert!(printed.contains("≥860批次：872≥860，得满分16分"), "{printed}");
    assert!(printed.contains("35.1÷36＝97.5%，按10分计，得9.75分"), "{printed}");
}

#[test]
fn settings_turn_codes_off_change_their_level_and_say_where_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let file = samples()[16].display().to_string();
    let run = |arguments: &[&str]| {
        let out = jixiao(folder.path(), arguments);
        (text(&out.stdout), text(&out.stderr), out.status.code())
    };
    assert_eq!(run(&["check", &file]).2, Some(1));
    std::fs::write(
        folder.path().join("jixiao.toml"),
        "[checks.R23]\nlevel = \"note\"\n[checks.R28]\nlevel = \"off\"\n[checks.R58]\nthreshold = \"9\"\n",
    )
    .unwrap();
    let (out, _, end) = run(&["check", &file]);
    assert_eq!(end, Some(0), "{out}");
    assert!(out.contains("[提示] R23") && !out.contains("R28") && out.contains("R58"), "{out}");
    let (shown, ..) = run(&["check", "--show-config"]);
    for line in [
        "R23    提示     —        jixiao.toml",
        "R28    关       —        jixiao.toml",
        "R58    提醒     9        jixiao.toml",
        "R01    错误     —        内置",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    for (wrong, says) in [
        ("[checks.R99]\nlevel = \"off\"", "R99"),
        ("[checks.R01]\nthreshold = \"1\"", "R01"),
        ("colour = 1", "colour"),
    ] {
        std::fs::write(folder.path().join("jixiao.toml"), wrong).unwrap();
        let (_, told, end) = run(&["check", &file]);
        assert_eq!(end, Some(2), "{told}");
        assert!(told.contains(says) && told.contains("jixiao.toml"), "{told}");
    }
}

#[test]
fn another_scheme_can_be_asked_for_and_says_if_nobody_has_verified_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = samples()[0].display().to_string();
    let out = jixiao(folder.path(), &["check", "--explain-scores", "--scheme", "pass-line", &file]);
    let printed = text(&out.stdout);
    assert!(printed.contains("（pass-line）") && printed.contains("未与原文核对"), "{printed}");
    let out = jixiao(folder.path(), &["check", "--scheme", "nothing", &file]);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out.stderr));
}
