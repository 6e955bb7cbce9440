//! Every check fires on its own example, at its cell, and on nothing else.

use std::fmt::Write;

use jixiao::model::{Decimal, Field, Finding, Level, Project};
use jixiao::rules::check::{self, Check};
use jixiao::rules::proof;
use jixiao::rules::{Digest, Scheme, Schemes, assess};
use jixiao::{Knowledge, Templates, example, read, read_reports};

use super::samples;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn scheme() -> Scheme {
    Schemes::load(&Templates::default()).unwrap().get("mof-2020").unwrap().clone()
}

/// The first sample: a clean form of 98 points.
fn clean() -> Project {
    let knowledge = Knowledge::built_in().unwrap();
    let mut reading = read(&std::fs::read(&samples()[0]).unwrap(), "x", &knowledge).unwrap();
    reading.forms.remove(0).project
}

fn raise(field: &mut Field<Decimal>, by: &str) {
    field.value = Some(field.value.unwrap() + dec(by));
}

#[test]
fn clean_forms_have_no_findings() {
    assert_eq!(assess(check::example::project(), &scheme()).findings, []);
    let assessed: Vec<_> =
        check::example::projects().into_iter().map(|project| assess(project, &scheme())).collect();
    for assessed in &assessed {
        assert_eq!(assessed.findings, []);
    }
    let digests: Vec<Digest> = assessed.iter().map(Digest::of).collect();
    check::run_batch(&digests, &scheme().checks, |_, finding| panic!("{finding:?}"));
    let findings = assess(clean(), &scheme()).findings;
    assert!(findings.iter().all(|finding| finding.level == Level::Note), "{findings:#?}");
}

#[test]
fn clean_reports_have_no_findings() {
    let knowledge = Knowledge::built_in().unwrap();
    let settings = &knowledge.choices.checks;
    let form = assess(check::example::project(), &scheme());
    let read = |text: &str| read_reports(text.as_bytes(), "x.txt", &knowledge).unwrap().remove(0);
    let reports = [read(proof::example::REPORT), read(proof::example::SECOND)];
    assert_eq!(proof::run(&reports[0], Some(&form), &knowledge.words, settings), []);
    assert_eq!(proof::run(&reports[1], None, &knowledge.words, settings), []);
    assert_eq!(proof::run_batch(&proof::pair(&reports, &[]), settings), []);
}

#[test]
fn every_check_fires_on_its_own_example_at_its_cell_and_on_nothing_else() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut wrong = String::new();
    for check in check::entries() {
        let findings = example(&check, &knowledge).unwrap();
        let at = |place: &str| {
            let cell = |own: &Finding| own.cell.map(|cell| cell.to_string());
            let line = |own: &Finding| own.line.map(|line| line.to_string());
            findings.iter().any(|own| cell(own).or_else(|| line(own)).is_some_and(|own| own == place))
        };
        let alone = findings.len() == 1 && findings[0].code == check.code;
        if !(alone && at(check.example) && findings[0].level == check.level) {
            let _ = writeln!(wrong, "{} at {}: {findings:#?}", check.code, check.example);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn rounding_is_no_error() {
    // A rate of 97.5 % printed as 98 %, and 9.75 points as 9.8.
    let mut project = clean();
    project.funds[0].rate.value = Some(dec("0.98"));
    raise(&mut project.funds[0].score, "0.05");
    raise(&mut project.total.score, "0.05");
    let findings = assess(project, &scheme()).findings;
    assert!(findings.iter().all(|finding| finding.level == Level::Note), "{findings:?}");
}

#[test]
fn the_messages_are_as_reviewed() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut text = String::new();
    for check in check::entries() {
        for Check { code, .. } in [check] {
            for finding in example(&check, &knowledge).unwrap().iter().filter(|f| f.code == code) {
                let _ = writeln!(text, "{code} {}\n  {}", finding.message, finding.hint);
            }
        }
    }
    insta::assert_snapshot!("messages", text);
}

/// The codes that a report's text has.
fn found_in(text: &str) -> Vec<String> {
    let knowledge = Knowledge::built_in().unwrap();
    let reports = read_reports(text.as_bytes(), "报告.txt", &knowledge).unwrap();
    let settings = &knowledge.choices.checks;
    let remarks = reports.iter().flat_map(|report| proof::run(report, None, &knowledge.words, settings));
    remarks.map(|remark| remark.finding.code.into_owned()).collect()
}

#[test]
fn text_that_is_broken_into_lines_lacks_no_full_stops() {
    let broken = proof::example::REPORT.replace(
        "某县食品检验所成立自评小组，逐项核对食品安全抽检项目的9项绩效指标，查看抽检台账和支付凭证后计分。",
        "某县食品检验所成立自评小组，由财务室和抽检科各派两人，逐项核对食品\n安全抽检项目的9项绩效指标，查看抽检台账和支付凭证，抽查了三成的检\n验报告，走访了二十家被抽检的经营户，核对了满意度问卷的发放和回收情\n况后计分。",
    );
    assert_ne!(broken, proof::example::REPORT);
    let wide: String =
        broken.lines().filter(|line| line.chars().count() <= 40).map(|line| format!("{line}\n")).collect();
    assert!(!found_in(&wide).contains(&"P33".to_owned()), "{:?}", found_in(&wide));
    // A line of its own still wants one.
    let spoilt = wide.replace("发票支付。", "发票支付");
    assert!(found_in(&spoilt).contains(&"P33".to_owned()));
}

#[test]
fn headings_of_one_rank_are_compared_with_one_another() {
    let all = proof::example::REPORT
        .replace("（一）资金投入情况分析", "（一）资金投入情况分析。")
        .replace("（二）绩效目标完成情况分析", "（二）绩效目标完成情况分析。");
    assert_eq!(found_in(&all), Vec::<String>::new());
    let one = proof::example::REPORT.replace("（一）资金投入情况分析", "（一）资金投入情况分析。");
    assert_eq!(found_in(&one), ["P09"]);
}

#[test]
fn of_percentages_only_those_that_cannot_be_are_told() {
    let with = |text: &str| proof::example::REPORT.replace("抽检合格率98.2%", text);
    for text in ["抽检合格率100%", "投诉下降率120%", "完成计划的105%以上的批次"] {
        assert!(!found_in(&with(text)).contains(&"P20".to_owned()), "{text}");
    }
    for text in ["抽检合格率100%以上", "抽检合格率102%"] {
        assert!(found_in(&with(text)).contains(&"P20".to_owned()), "{text}");
    }
}
