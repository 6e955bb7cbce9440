//! What is read from the samples, as snapshots.

use jixiao::model::json::{Document, project_from_value, project_to_value};
use jixiao::{Knowledge, assess, read};

use super::{root, samples};

#[test]
fn every_sample_reads_as_its_snapshot_says() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in samples() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let reading = read(&std::fs::read(&path).unwrap(), &name, &knowledge).unwrap();
            let assessed: Vec<_> =
                reading.forms.into_iter().map(|form| assess(form, &knowledge).unwrap()).collect();
            let findings = assessed.iter().flat_map(|a| a.findings.clone()).collect();
            let document = Document { projects: assessed.into_iter().map(|a| a.project).collect(), findings };
            insta::assert_json_snapshot!(name, document);
        }
    });
}

#[test]
fn the_scores_are_those_of_the_published_reports() {
    let knowledge = Knowledge::built_in().unwrap();
    let scores: Vec<String> = samples()
        .iter()
        .map(|path| {
            let reading = read(&std::fs::read(path).unwrap(), "x", &knowledge).unwrap();
            assert_eq!(reading.forms.len(), 1, "{}", path.display());
            let assessed = assess(reading.forms[0].clone(), &knowledge).unwrap();
            assert_eq!(
                assessed.scores.total.difference().map(|d| d.is_zero()),
                Some(true),
                "{}",
                path.display()
            );
            assessed.scores.total.printed.unwrap().to_string()
        })
        .collect();
    assert_eq!(scores.join(" "), "98 98 98 99 98 99 97 98 99 100 100 98 99 100 100 100 97");
}

#[test]
fn all_three_layouts_and_containers_are_among_the_samples() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for path in samples() {
        let ending = path.extension().unwrap().to_string_lossy().into_owned();
        let reading = read(&std::fs::read(&path).unwrap(), "x", &knowledge).unwrap();
        *seen.entry((reading.forms[0].project.source.layout.clone(), ending)).or_insert(0) += 1;
    }
    for layout in ["mof-2020", "mof-2021-cost", "split-value"] {
        for ending in ["xlsx", "xls", "ods"] {
            assert!(
                seen.contains_key(&(layout.to_owned(), ending.to_owned())),
                "{layout} {ending}: {seen:?}"
            );
        }
    }
}

#[test]
fn a_project_reads_back_from_its_json_with_all_its_cells() {
    let knowledge = Knowledge::built_in().unwrap();
    for path in samples() {
        for form in read(&std::fs::read(&path).unwrap(), "x", &knowledge).unwrap().forms {
            let value = project_to_value(&form.project).unwrap();
            assert_eq!(project_from_value(value).unwrap(), form.project, "{}", path.display());
        }
    }
}

#[test]
fn every_value_of_every_sample_has_the_cell_it_was_read_from() {
    let knowledge = Knowledge::built_in().unwrap();
    for path in samples() {
        for form in read(&std::fs::read(&path).unwrap(), "x", &knowledge).unwrap().forms {
            let value = project_to_value(&form.project).unwrap();
            let cells = value["source"]["cells"].as_object().unwrap();
            for (i, row) in value["indicators"].as_array().unwrap().iter().enumerate() {
                for key in ["level1", "level2", "name", "target", "actual", "weight", "score"] {
                    if !row[key].is_null() {
                        assert!(
                            cells.contains_key(&format!("/indicators/{i}/{key}")),
                            "{} {i} {key}",
                            path.display()
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn bad_files_say_what_is_wrong_with_them() {
    let knowledge = Knowledge::built_in().unwrap();
    for (file, message) in [
        ("截断.xlsx", "已损坏或不完整"),
        ("加密.xlsx", "打开密码"),
        ("预算表.xlsx", "没有找到绩效表"),
        ("文本冒充.xlsx", "文本文件"),
        ("表头不认识.xlsx", r#"level3 = ["指标小类"]"#),
    ] {
        let bytes = std::fs::read(root().join("samples/bad").join(file)).unwrap();
        let error = read(&bytes, file, &knowledge).unwrap_err().to_string();
        assert!(error.contains(message), "{file}: {error}");
    }
}
