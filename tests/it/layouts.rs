//! A sample of every layout, read as its snapshot says; what is almost a form; one's own words.

use std::fmt::Write;

use jixiao::model::{Decimal, Field, Indicator, Project};
use jixiao::{Error, Knowledge, Reading, Templates, grid, layout, read};

use super::sheet::Sheet;
use super::{layout_samples, samples};

fn text(field: &Field<String>) -> &str {
    field.value.as_deref().unwrap_or("-")
}

fn number(field: &Field<Decimal>) -> String {
    field.value.map_or("-".to_owned(), |value| value.to_string())
}

fn indicator(row: &Indicator, lines: &mut String) {
    let target = row.target.get().map_or("-", |target| target.text.as_str());
    let op = row.target.get().and_then(|target| target.op).map_or(String::new(), |op| format!("{op:?}"));
    let actual = row.actual.get().map_or("-", |actual| actual.text.as_str());
    let _ = write!(
        lines,
        "  {} | {} | {} | {target} {op} | {actual} | {}/{} | {}",
        text(&row.level1),
        text(&row.level2),
        text(&row.name),
        number(&row.score),
        number(&row.weight),
        text(&row.reason)
    );
    if let Some(initial) = row.initial_target.get() {
        let _ = write!(lines, " | 年初 {}", initial.text);
    }
    if row.coefficient.value.is_some() || row.deduction.value.is_some() {
        let _ = write!(lines, " | 系数 {} 扣 {}", number(&row.coefficient), number(&row.deduction));
    }
    for (label, field) in &row.other {
        let _ = write!(lines, " | {label}={}", text(field));
    }
    lines.push('\n');
}

/// A project on a line for each of its parts.
fn lines(project: &Project) -> String {
    let mut lines = String::new();
    let year = project.year.value.map_or("-".to_owned(), |year| year.to_string());
    let unit = project.money_unit.map_or("-", |unit| unit.name());
    let _ = writeln!(
        lines,
        "{} {:?} {year} {unit}\n名称 {} {}\n部门 {} 单位 {}",
        project.source.layout,
        project.kind,
        project.code.as_deref().unwrap_or("-"),
        text(&project.name),
        text(&project.department),
        text(&project.unit)
    );
    for fund in &project.funds {
        let figures = [&fund.initial, &fund.budget, &fund.executed, &fund.rate, &fund.score, &fund.weight];
        let figures = figures.map(number).join(" ");
        let _ = writeln!(lines, "资金 {:?} {} | {figures}", fund.role, text(&fund.item));
    }
    for goal in &project.goals {
        let _ = writeln!(lines, "目标 {} | {}", text(&goal.planned), text(&goal.actual));
    }
    lines.push_str("指标\n");
    project.indicators.iter().for_each(|row| indicator(row, &mut lines));
    if !project.midterm.is_empty() {
        lines.push_str("中期指标\n");
        project.midterm.iter().for_each(|row| indicator(row, &mut lines));
    }
    let total = &project.total;
    let _ =
        writeln!(lines, "总分 {}/{} {:?}", number(&total.score), number(&total.weight), total.grade.value);
    for (label, field) in &project.other {
        let _ = writeln!(lines, "其他 {label}={}", text(field));
    }
    for (label, options) in &project.choices {
        let _ = writeln!(lines, "勾选 {label}={}", options.join("、"));
    }
    for unread in &project.unread {
        let _ = writeln!(lines, "未读 {}={}", unread.path, unread.text);
    }
    lines
}

#[test]
fn every_sample_of_a_layout_reads_as_its_snapshot_says() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (id, path) in layout_samples() {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let shown = match read(&std::fs::read(&path).unwrap(), &stem, &knowledge) {
                Ok(Reading { forms, .. }) => {
                    let projects: Vec<String> = forms.iter().map(|form| lines(&form.project)).collect();
                    let findings = forms.iter().flat_map(|form| &form.findings);
                    let findings: String = findings.map(|f| format!("{} {}\n", f.code, f.message)).collect();
                    format!("{}{findings}", projects.join("\n"))
                }
                Err(error) => error.to_string(),
            };
            insta::assert_snapshot!(format!("样式-{id}-{stem}"), shown);
        }
    });
}

#[test]
fn every_sample_is_of_the_layout_of_its_folder() {
    let knowledge = Knowledge::built_in().unwrap();
    for (id, path) in layout_samples() {
        match read(&std::fs::read(&path).unwrap(), "x", &knowledge) {
            Ok(reading) if id == "grid-truths" => {
                assert!(
                    reading.forms.iter().all(|form| form.project.source.layout == "mof-2020"),
                    "{path:?}"
                );
            }
            Ok(reading) => {
                let found: Vec<_> =
                    reading.forms.iter().map(|form| form.project.source.layout.as_str()).collect();
                assert!(found.iter().all(|found| *found == id), "{path:?}: {found:?}");
            }
            Err(error) => assert!(matches!(error, Error::Refused { .. }) && id == "booklet", "{error}"),
        }
    }
}

/// A sample's grid in which a head was given another name.
fn renamed(from: &str, to: &str) -> grid::Grid {
    let bytes = std::fs::read(&samples()[0]).unwrap();
    let mut sheet = Sheet::of(&grid::read(&bytes).unwrap()[0]);
    let mut hits = 0;
    for (_, text) in
        sheet.cells.iter_mut().filter(|(_, text)| text.split_whitespace().collect::<String>() == from)
    {
        *text = to.to_owned();
        hits += 1;
    }
    assert!(hits > 0, "{from}");
    sheet.grid()
}

#[test]
fn what_is_almost_a_form_is_told_with_the_words_it_lacks() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut grid = renamed("一级指标", "指标大类");
    for (from, to) in [("二级指标", "指标中类"), ("三级指标", "指标小类")] {
        let mut sheet = Sheet::of(&grid);
        let named = |text: &str| text.split_whitespace().collect::<String>() == from;
        sheet.cells.iter_mut().filter(|(_, text)| named(text)).for_each(|(_, text)| *text = to.into());
        grid = sheet.grid();
    }
    let reading = layout::read(&[grid], "x", &knowledge.layouts);
    assert!(reading.forms.is_empty());
    let [(_, layout::Skipped::NearMiss(miss))] = reading.skipped.as_slice() else { panic!("{reading:?}") };
    assert_eq!(miss.missing, ["一级指标", "二级指标", "三级指标"]);
    assert!(
        miss.found.iter().any(|(head, cell)| head == "实际完成值" && cell.to_string() == "F12"),
        "{miss:?}"
    );
    assert_eq!(
        miss.vocabulary,
        [r#"level1 = ["指标大类"]"#, r#"level2 = ["指标中类"]"#, r#"level3 = ["指标小类"]"#]
    );
}

#[test]
fn one_line_of_ones_own_vocabulary_makes_a_form_read() {
    let mut templates = Templates::default();
    let lines = "[indicator_column]\nlevel1 = [\"指标大类\"]\nactual = [\"年末数\"]\n";
    templates.insert("vocabulary.toml".to_owned(), lines.to_owned());
    let (before, after) = (Knowledge::built_in().unwrap(), Knowledge::load(&templates).unwrap());
    let grid = renamed("实际完成值", "年末数");
    let actual = |knowledge: &Knowledge| {
        let reading = layout::read(std::slice::from_ref(&grid), "x", &knowledge.layouts);
        reading.forms[0].project.indicators[0].actual.exists()
    };
    assert!(!actual(&before));
    assert!(actual(&after));
}

#[test]
fn a_column_that_may_have_been_missed_is_a_finding() {
    let knowledge = Knowledge::built_in().unwrap();
    let reading = layout::read(&[renamed("实际完成值", "年末数")], "x", &knowledge.layouts);
    let [finding] = reading.forms[0].findings.as_slice() else { panic!("{:?}", reading.forms[0].findings) };
    assert_eq!((finding.code.as_ref(), finding.cell.unwrap().to_string().as_str()), ("F04", "F12"));
    assert!(
        finding.message.contains("年末数") && finding.message.contains("实际完成值"),
        "{}",
        finding.message
    );
    assert!(finding.hint.contains(r#"actual = ["年末数"]"#), "{}", finding.hint);
}

#[test]
fn a_label_with_two_meanings_is_refused() {
    let mut templates = Templates::default();
    let lines = "[indicator_column]\nactual = [\"年末数\"]\ntarget = [\"年末数\"]\n";
    templates.insert("vocabulary.toml".to_owned(), lines.to_owned());
    let error = Knowledge::load(&templates).unwrap_err().to_string();
    assert!(error.contains("年末数") && error.contains("vocabulary.toml"), "{error}");
}
