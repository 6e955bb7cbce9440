//! The commands as their users run them.

use std::collections::BTreeMap;
use std::path::Path;

use super::{jixiao, root, samples, text};

/// Every file below a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn lukou() -> String {
    root().join("samples/lukou-2022").display().to_string()
}

#[test]
fn run_leaves_a_workbook_and_a_report_for_every_project() {
    let folder = tempfile::tempdir().unwrap();
    let out = jixiao(folder.path(), &["run", &lukou(), "-o", "结果", "--format", "docx,txt,md"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let files = contents(&folder.path().join("结果"));
    assert!(files.contains_key("汇总表.xlsx"));
    for ending in [".docx", ".txt", ".md"] {
        assert_eq!(
            files.keys().filter(|name| name.starts_with("自评报告/") && name.ends_with(ending)).count(),
            17
        );
    }
    let said = text(&out.stderr);
    assert!(said.contains("17 个项目；平均分 98.71"), "{said}");
    assert!(said.contains("〔待补充〕"), "{said}");
}

#[test]
fn the_same_input_gives_the_same_bytes_with_one_thread_and_with_two() {
    let folder = tempfile::tempdir().unwrap();
    for (name, jobs) in [("one", "1"), ("two", "2"), ("again", "2")] {
        let out =
            jixiao(folder.path(), &["run", &lukou(), "-o", name, "--format", "docx,txt", "--jobs", jobs]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    }
    let [one, two, again] = ["one", "two", "again"].map(|name| contents(&folder.path().join(name)));
    assert!(one == two && two == again);
}

#[test]
fn bad_files_cost_only_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let bad = root().join("samples/bad").display().to_string();
    let out = jixiao(folder.path(), &["run", &bad, &lukou(), "-o", "混合"]);
    assert_eq!(out.status.code(), Some(3));
    let said = text(&out.stderr);
    for name in ["截断.xlsx", "加密.xlsx", "预算表.xlsx", "文本冒充.xlsx"] {
        assert_eq!(said.lines().filter(|line| line.contains(name)).count(), 1, "{name}: {said}");
    }
    let clean = jixiao(folder.path(), &["run", &lukou(), "-o", "全好"]);
    assert_eq!(clean.status.code(), Some(0));
    let (mixed, whole) = (contents(&folder.path().join("混合")), contents(&folder.path().join("全好")));
    for (name, bytes) in whole.iter().filter(|(name, _)| name.starts_with("自评报告/")) {
        assert_eq!(mixed.get(name), Some(bytes), "{name}");
    }
}

#[test]
fn what_a_person_changed_is_not_overwritten_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let run = |extra: &[&str]| {
        let lukou = lukou();
        let arguments: Vec<&str> =
            ["narrate", &lukou, "-o", "报告", "--format", "txt"].iter().chain(extra).copied().collect();
        jixiao(folder.path(), &arguments)
    };
    assert_eq!(run(&[]).status.code(), Some(0));
    assert_eq!(run(&[]).status.code(), Some(0), "a second run over its own results is fine");
    let report = folder.path().join("报告/食品抽检专项.txt");
    std::fs::write(&report, "改过").unwrap();
    let refused = run(&[]);
    assert_eq!(refused.status.code(), Some(4));
    assert!(text(&refused.stderr).contains("--force"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read_to_string(&report).unwrap(), "改过");
    assert_eq!(run(&["--force"]).status.code(), Some(0));
    assert_ne!(std::fs::read_to_string(&report).unwrap(), "改过");
}

#[test]
fn two_projects_of_one_name_both_survive() {
    let folder = tempfile::tempdir().unwrap();
    let sample = &samples()[0];
    for name in ["甲.xlsx", "乙.xlsx"] {
        std::fs::copy(sample, folder.path().join(name)).unwrap();
    }
    let out = jixiao(folder.path(), &["narrate", "甲.xlsx", "乙.xlsx", "-o", "报告"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let files = contents(&folder.path().join("报告"));
    assert!(
        files.contains_key("食品抽检专项.docx") && files.contains_key("食品抽检专项（2）.docx"),
        "{:?}",
        files.keys()
    );
}

#[test]
fn check_ends_by_its_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let [clean, faulty] = [0, 6].map(|i: usize| samples()[i].display().to_string());
    let check = |file: &str, extra: &[&str]| {
        jixiao(folder.path(), &["check", file].iter().chain(extra).copied().collect::<Vec<_>>())
    };
    assert_eq!(check(&clean, &[]).status.code(), Some(0));
    let out = check(&faulty, &["--format", "json"]);
    assert_eq!(out.status.code(), Some(1));
    let findings: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let graver = |finding: &&serde_json::Value| finding["level"] != "note";
    let graver: Vec<_> = findings["findings"].as_array().unwrap().iter().filter(graver).collect();
    let places: Vec<_> =
        graver.iter().map(|finding| (finding["code"].as_str(), finding["cell"].as_str())).collect();
    assert_eq!(places, [(Some("R23"), Some("I13"))]);
}

#[test]
fn convert_gives_json_ndjson_and_csv() {
    let folder = tempfile::tempdir().unwrap();
    let convert = |to: &str| text(&jixiao(folder.path(), &["convert", &lukou(), "--to", to]).stdout);
    let json: serde_json::Value = serde_json::from_str(&convert("json")).unwrap();
    assert_eq!(json["projects"].as_array().unwrap().len(), 17);
    assert_eq!(convert("ndjson").lines().count(), 17);
    let csv = convert("csv");
    let rows = json["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["indicators"].as_array().unwrap().len())
        .sum::<usize>();
    assert!(csv.starts_with('\u{FEFF}'));
    assert_eq!(
        csv::Reader::from_reader(csv.trim_start_matches('\u{FEFF}').as_bytes()).records().count(),
        rows
    );
}

#[test]
fn standard_input_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder.path())
        .args(["convert", "-", "--to", "ndjson"])
        .stdin(std::fs::File::open(&samples()[0]).unwrap())
        .output()
        .unwrap();
    assert!(text(&out.stdout).contains("食品抽检专项"));
}

#[test]
fn wrong_usage_ends_with_2_and_says_why_in_the_users_language() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, message) in [
        (&["run", "没有这个文件夹", "-o", "x"][..], "没有找到可读的文件"),
        (&["convert", "x", "--to", "pdf"], "的值“pdf”不对"),
        (&["check"], "缺少"),
        (&["walk"], "不认识的命令"),
        (&["check", "x", "--fast"], "不认识的选项"),
        (&["explain", "R99"], "没有代码 R99"),
    ] {
        let out = jixiao(folder.path(), arguments);
        assert_eq!(out.status.code(), Some(2), "{arguments:?}");
        assert!(text(&out.stderr).contains(message), "{arguments:?}: {}", text(&out.stderr));
    }
    let english = jixiao(folder.path(), &["--lang", "en", "explain", "R99"]);
    assert!(text(&english.stderr).contains("There is no code R99"));
}

#[test]
fn help_is_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let help = |arguments: &[&str]| text(&jixiao(folder.path(), arguments).stdout);
    insta::assert_snapshot!("help-zh", help(&["--help"]));
    insta::assert_snapshot!("help-en", help(&["--lang", "en", "--help"]));
    insta::assert_snapshot!("help-run-zh", help(&["run", "--help"]));
    insta::assert_snapshot!("layouts", help(&["layouts"]));
    insta::assert_snapshot!("explain-R06", help(&["explain", "r06"]));
}

#[test]
fn ones_own_templates_replace_the_built_in() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(jixiao(folder.path(), &["templates", "export", "模板"]).status.code(), Some(0));
    let outline = folder.path().join("模板/narratives/self-report.md");
    let text_of = std::fs::read_to_string(&outline).unwrap();
    std::fs::write(&outline, text_of.replace("## 绩效自评结果拟应用和公开情况", "## 结果应用与公开"))
        .unwrap();
    let sample = samples()[0].display().to_string();
    let out =
        jixiao(folder.path(), &["narrate", &sample, "-o", "报告", "--format", "txt", "--templates", "模板"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let report = std::fs::read_to_string(folder.path().join("报告/食品抽检专项.txt")).unwrap();
    assert!(report.contains("四、结果应用与公开"), "{report}");

    std::fs::write(&outline, "# {{ 没有 }}").unwrap();
    let out = jixiao(folder.path(), &["narrate", &sample, "-o", "报告2", "--templates", "模板"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("narratives/self-report.md"), "{}", text(&out.stderr));
}

#[test]
fn results_among_the_inputs_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&samples()[0], folder.path().join("甲.xlsx")).unwrap();
    let run = || jixiao(folder.path(), &["run", ".", "-o", "结果"]);
    assert_eq!(run().status.code(), Some(0));
    let first = contents(&folder.path().join("结果"));
    let out = run();
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stderr).contains("读取 1 个文件，1 个项目"), "{}", text(&out.stderr));
    assert_eq!(contents(&folder.path().join("结果")), first);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_files_and_notes_them() {
    let folder = tempfile::tempdir().unwrap();
    let forms = folder.path().join("forms");
    std::fs::create_dir(&forms).unwrap();
    for i in 0..600 {
        std::fs::copy(&samples()[i % 2], forms.join(format!("{i}.xlsx"))).unwrap();
    }
    let out = folder.path().join("out");
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(["run", "forms", "-o", "out", "-q"])
        .current_dir(folder.path())
        .spawn()
        .unwrap();
    let written = || std::fs::read_dir(out.join("自评报告")).map_or(0, Iterator::count);
    while written() < 5 && run.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let noted: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&std::fs::read(out.join(".jixiao.json")).unwrap()).unwrap();
    let reports: Vec<_> = std::fs::read_dir(out.join("自评报告")).unwrap().flatten().collect();
    assert!(!reports.is_empty() && reports.len() < 600);
    for report in reports {
        let name = report.file_name().into_string().unwrap();
        assert!(noted.contains_key(&format!("自评报告/{name}")), "{name}");
        zip::ZipArchive::new(std::fs::File::open(report.path()).unwrap()).unwrap();
    }
}
