//! Converting as a user does: into forms, into data and back, in shares, and on from where a run stopped.

use std::collections::BTreeMap;
use std::path::Path;

use super::{jixiao, root};

/// The files of a folder with their bytes, but for what a run notes for itself.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = jixiao(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code().is_some_and(|code| code == 0 || code == 3), "{arguments:?}: {said}");
    said
}

fn inputs() -> [String; 2] {
    ["samples/lukou-2022", "samples/bad"].map(|folder| root().join(folder).display().to_string())
}

#[test]
fn shares_one_after_another_are_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [forms, bad] = inputs();
    run(folder, &["convert", &forms, &bad, "--to", "ndjson", "-o", "all.ndjson"]);
    for share in ["1/3", "2/3", "3/3"] {
        let name = format!("part-{}.ndjson", &share[..1]);
        run(folder, &["convert", &forms, &bad, "--to", "ndjson", "--shard", share, "-o", &name]);
    }
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let parts = ["part-1.ndjson", "part-2.ndjson", "part-3.ndjson"];
    assert_eq!(parts.map(read).concat(), read("all.ndjson"));
    // The workbook of the parts is that of the forms, files that could not be read included.
    run(folder, &["summarize", &forms, &bad, "-o", "one.xlsx"]);
    run(folder, &["summarize", "part-1.ndjson", "part-2.ndjson", "part-3.ndjson", "-o", "merged.xlsx"]);
    assert!(read("one.xlsx") == read("merged.xlsx"), "the merged workbook differs");
    for share in ["0/3", "4/3", "1", "a/b"] {
        let output = jixiao(folder, &["convert", &forms, "--to", "ndjson", "--shard", share]);
        assert_eq!(output.status.code(), Some(2), "{share}");
    }
}

#[test]
fn data_goes_on_from_where_a_run_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let forms = inputs()[0].clone();
    let arguments = ["convert", &forms, "--to", "ndjson", "-o", "all.ndjson", "--resume"];
    run(folder, &arguments);
    let whole = std::fs::read(folder.join("all.ndjson")).unwrap();
    // As a run leaves it that is killed while it writes the eighth file and its line.
    let done = std::fs::read_to_string(folder.join("all.ndjson.done")).unwrap();
    let lines: Vec<&str> = done.lines().collect();
    let cut = lines[..7].join("\n") + "\n" + &lines[7][..20];
    std::fs::write(folder.join("all.ndjson.done"), cut).unwrap();
    std::fs::rename(folder.join("all.ndjson"), folder.join("all.ndjson.part")).unwrap();
    let half = whole.len() / 2;
    let said = run(folder, &arguments);
    assert!(said.contains("7 个文件"), "{said}");
    assert!(std::fs::read(folder.join("all.ndjson")).unwrap() == whole);
    // What is shorter than the list says is made anew.
    std::fs::write(folder.join("all.ndjson.part"), &whole[..half.min(100)]).unwrap();
    std::fs::remove_file(folder.join("all.ndjson")).unwrap();
    run(folder, &arguments);
    assert!(std::fs::read(folder.join("all.ndjson")).unwrap() == whole);
    // Nothing is left to do.
    assert!(run(folder, &arguments).contains("17 个文件"));
    assert!(std::fs::read(folder.join("all.ndjson")).unwrap() == whole);
    assert!(!folder.join("all.ndjson.part").exists());
}

#[test]
fn forms_go_on_from_where_a_run_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let forms = inputs()[0].clone();
    run(folder, &["convert", &forms, "--to", "mof-2020", "-o", "once"]);
    let arguments = ["convert", &forms, "--to", "mof-2020", "-o", "twice", "--resume"];
    run(folder, &arguments);
    let list = folder.join("twice/.jixiao-done.ndjson");
    let done = std::fs::read_to_string(&list).unwrap();
    let kept: Vec<&str> = done.lines().take(9).collect();
    std::fs::write(&list, kept.join("\n") + "\n{\"file\":\"").unwrap();
    std::fs::remove_file(folder.join("twice/.jixiao.json")).unwrap();
    // One that was done went since, one was cut off, and others were not begun.
    let names: Vec<String> = files(&folder.join("twice")).into_keys().collect();
    std::fs::remove_file(folder.join("twice").join(&names[0])).unwrap();
    for name in &names[12..] {
        std::fs::remove_file(folder.join("twice").join(name)).unwrap();
    }
    let said = run(folder, &[&arguments[..], &["--force"]].concat());
    assert!(said.contains("没有重做"), "{said}");
    assert!(files(&folder.join("once")) == files(&folder.join("twice")), "the resumed run differs");
}

#[test]
fn what_was_converted_is_an_input_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let forms = inputs()[0].clone();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    run(folder, &["convert", &forms, "--to", "json", "-o", "all.json"]);
    run(folder, &["convert", "all.json", "--to", "json", "-o", "again.json"]);
    assert!(read("all.json") == read("again.json"), "data read again differs");
    run(folder, &["convert", &forms, "--to", "split-value", "-o", "表"]);
    let said = run(folder, &["summarize", "表", "-o", "汇总.xlsx"]);
    assert!(said.contains("17"), "{said}");
    std::fs::write(folder.join("bad.json"), "{\"kind\": \"self_evaluation\"}\n{\"kind\": 7}").unwrap();
    let output = jixiao(folder, &["check", "bad.json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("第2行"), "{said}");
}

#[test]
fn declarations_fill_self_evaluations_and_are_joined_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let declaration = root().join("samples/layouts/target/04-公交运营补贴.xlsx").display().to_string();
    run(folder, &["convert", &declaration, "--to", "mof-2020", "-o", "自评", "--rebase", "90"]);
    let output = jixiao(folder, &["convert", "自评", "--to", "json"]);
    let data: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let project = &data["projects"][0];
    assert_eq!(project["kind"], "self_evaluation");
    let rows = project["indicators"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["actual"].is_null() && row["score"].is_null()), "left open");
    let weights: f64 = rows.iter().map(|row| row["weight"].as_str().unwrap().parse::<f64>().unwrap()).sum();
    assert!((weights - 90.0).abs() < 1e-9, "{weights}");
    let output = jixiao(folder, &["convert", &declaration, "自评", "--join", "--to", "ndjson"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
}

#[test]
fn a_blank_that_cannot_be_filled_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let form = inputs()[0].clone();
    let old = root().join("samples/layouts/mof-2020/02-营养改善计划.xls").display().to_string();
    std::fs::write(folder.join("空.xlsx"), b"").unwrap();
    for (arguments, code, said) in [
        (vec!["convert", &form, "--to", &old, "-o", "表"], 3, "02-营养改善计划：只能填 .xlsx 空白表"),
        (vec!["convert", &form, "--to", "空.xlsx", "-o", "表"], 3, "空"),
        (vec!["convert", &form, "--to", "mof-2020"], 2, "-o"),
        (vec!["convert", &form, "--to", "mof-2019", "-o", "表"], 2, "mof-2020、"),
    ] {
        let output = jixiao(folder, &arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(code) && error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn data_is_what_the_schema_says() {
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("templates/data.schema.json")).unwrap())
            .unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for samples in ["samples/lukou-2022", "samples/layouts", "samples/bad", "samples/containers"] {
        let output = jixiao(root(), &["convert", samples, "--to", "json"]);
        let data: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&data).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{samples}: {wrong:#?}");
    }
    let mut spoilt: serde_json::Value =
        serde_json::from_slice(&jixiao(root(), &["convert", "samples/lukou-2022", "--to", "json"]).stdout)
            .unwrap();
    spoilt["projects"][0]["funds"][0]["rate"] = serde_json::json!(0.98);
    assert!(!validator.is_valid(&spoilt), "numbers are exact: strings, not floats");
}

#[test]
fn tables_are_read_again_as_they_were_and_as_a_person_changed_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let json = |inputs: &[&str]| {
        let output = jixiao(folder, &[&["convert", "--to", "json"], inputs].concat());
        let data: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        data["projects"].clone()
    };
    let samples: Vec<String> = ["samples/lukou-2022", "samples/layouts"]
        .iter()
        .map(|at| root().join(at).display().to_string())
        .collect();
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    for encoding in ["utf-8", "gb18030"] {
        let arguments =
            [&["convert", "--to", "csv", "--encoding", encoding, "-o", encoding], &samples[..]].concat();
        run(folder, &arguments);
        assert!(json(&[encoding]) == json(&samples), "{encoding}");
    }
    #[cfg(feature = "parquet")]
    {
        run(folder, &[&["convert", "--to", "parquet", "-o", "表"], &samples[..]].concat());
        assert!(json(&["表"]) == json(&samples), "parquet");
        run(folder, &["summarize", "表", "-o", "一.xlsx"]);
        // What a form's reader said goes along, so that the workbook is that of the forms.
        let read_well = &samples[..1];
        run(folder, &[&["convert", "--to", "parquet", "-o", "好的"], read_well].concat());
        run(folder, &["summarize", "好的", "-o", "三.xlsx"]);
        run(folder, &[&["summarize", "-o", "二.xlsx"], read_well].concat());
        let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
        assert!(bytes("二.xlsx") == bytes("三.xlsx"), "the workbook of parquet parts differs");
        let text = std::fs::read(folder.join("表/项目.parquet")).unwrap();
        std::fs::write(folder.join("表/项目.parquet"), &text[..text.len() / 2]).unwrap();
        let output = jixiao(folder, &["check", "表/项目.parquet"]);
        assert_eq!(output.status.code(), Some(3));
    }
    // What Excel shows is what a person changes.
    let path = folder.join("utf-8/项目.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("食品抽检专项", "食品抽检专项（调整）", 1)).unwrap();
    assert_eq!(json(&["utf-8"])[0]["name"], "食品抽检专项（调整）");
    std::fs::write(&path, text.replacen(",2022,", ",今年,", 1)).unwrap();
    let output = jixiao(folder, &["check", "utf-8"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("第2行") && said.contains("年度"), "{said}");
    std::fs::remove_file(folder.join("utf-8/指标.csv")).unwrap();
    std::fs::write(&path, text).unwrap();
    let said = String::from_utf8_lossy(&jixiao(folder, &["check", "utf-8"]).stderr).into_owned();
    assert!(said.contains("指标表"), "{said}");
}
