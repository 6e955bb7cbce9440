//! What `check --fix` does to reports: everything that is safe, once, and nothing else.

use jixiao::rules::check::{self, Scope};
use jixiao::rules::proof::{self, example};
use jixiao::write::document::{Block, Document, Span};
use jixiao::write::docx::{Preset, write};
use jixiao::{Knowledge, Templates, mend_reports, read_reports};
use proptest::prelude::*;

use super::jixiao;

/// Every way to spoil the example report.
fn spoils() -> Vec<(&'static str, &'static str)> {
    let of = |scope: Scope| match scope {
        Scope::Report { spoil, .. } => Some(spoil),
        _ => None,
    };
    check::entries().into_iter().filter_map(|check| of(check.scope)).collect()
}

fn as_docx(report: &str) -> Vec<u8> {
    let mut lines = report.lines();
    let title = Block::Title(lines.next().unwrap_or_default().to_owned());
    let paragraph = |line: &str| Block::Paragraph(vec![Span { text: line.to_owned(), strong: false }]);
    let blocks = std::iter::once(title).chain(lines.map(paragraph)).collect();
    let preset = Preset::find(&Templates::default(), "gbt9704").unwrap();
    write(&Document { blocks }, &preset).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn mending_again_changes_nothing(
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        docx in any::<bool>(),
    ) {
        let knowledge = Knowledge::built_in().unwrap();
        let spoils = spoils();
        let report = chosen.iter().fold(example::REPORT.to_owned(), |report, index| {
            let (clean, fault) = index.get(&spoils);
            report.replacen(clean, fault, 1)
        });
        let bytes = if docx { as_docx(&report) } else { report.into_bytes() };
        let mended = mend_reports(&bytes, example::FILE, &[], &knowledge).unwrap();
        let again = mend_reports(&mended.bytes, example::FILE, &[], &knowledge).unwrap();
        prop_assert_eq!(&again.done, &[]);
        prop_assert_eq!(again.bytes, mended.bytes);
        prop_assert_eq!(again.left, mended.left);
    }
}

#[test]
fn what_is_mended_is_found_no_more_and_nothing_new_is() {
    let knowledge = Knowledge::built_in().unwrap();
    let settings = &knowledge.choices.checks;
    let found = |bytes: &[u8]| -> Vec<proof::Remark> {
        let reports = read_reports(bytes, example::FILE, &knowledge).unwrap();
        reports.iter().flat_map(|own| proof::run(own, None, &knowledge.words, settings)).collect()
    };
    let mut mended_codes = Vec::new();
    for (clean, fault) in spoils() {
        let spoilt = example::REPORT.replacen(clean, fault, 1);
        let (safe, unsafe_): (Vec<_>, Vec<_>) =
            found(spoilt.as_bytes()).into_iter().partition(|remark| !remark.mends.is_empty());
        let mended = mend_reports(spoilt.as_bytes(), example::FILE, &[], &knowledge).unwrap();
        let left: Vec<_> = found(&mended.bytes).into_iter().map(|remark| remark.finding.code).collect();
        let expected: Vec<_> = unsafe_.into_iter().map(|remark| remark.finding.code).collect();
        assert_eq!(left, expected, "{fault}");
        mended_codes.extend(safe.into_iter().map(|remark| remark.finding.code));
    }
    mended_codes.sort();
    mended_codes.dedup();
    for code in ["P01", "P02", "P03", "P04", "P05", "P06", "P09", "P31", "P33", "P34", "P35", "P37"] {
        assert!(mended_codes.iter().any(|own| own == code), "{code}: {mended_codes:?}");
    }
}

#[test]
fn copies_are_mended_and_the_files_themselves_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let spoilt = example::REPORT.replace("抽检合格率98.2%，", "抽检合格率98.2%，，");
    std::fs::write(folder.path().join("报告.txt"), &spoilt).unwrap();
    std::fs::write(folder.path().join("报告.docx"), as_docx(&spoilt)).unwrap();
    let run =
        |folder_name: &str| jixiao(folder.path(), &["check", "报告.txt", "报告.docx", "--fix", folder_name]);
    let out = run("改好");
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("报告.txt 第10行　98.2%，，案件结案率9 → 98.2%，案件结案率9"), "{said}");
    assert!(said.contains("已改 2 处，2 个文件另存到 改好"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.path().join("报告.txt")).unwrap(), spoilt);
    let mended = std::fs::read_to_string(folder.path().join("改好/报告.txt")).unwrap();
    assert_eq!(mended, example::REPORT);
    let out = jixiao(folder.path(), &["check", "改好/报告.docx", "--fix", "再改"]);
    assert!(String::from_utf8(out.stderr).unwrap().contains("没有能放心自动改的地方"));
    assert!(!folder.path().join("再改/报告.docx").exists());
}

/// The lines that samples/README.md names.
#[test]
fn the_old_reports_among_the_samples_have_the_faults_that_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let file = super::root().join("samples/reports/旧报告合订本.txt");
    let out = jixiao(folder.path(), &["check", &file.display().to_string(), "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let found: Vec<String> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| format!("{} {}", finding["line"], finding["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            "9 P31", "10 P05", "10 P20", "20 P34", "20 P35", "23 P12", "23 P13", "25 P19", "26 P18",
            "27 P01", "28 R53", "42 P28", "44 P16", "45 R54", "46 P33",
        ]
    );
    let out = jixiao(folder.path(), &["summarize", &file.display().to_string(), "-o", "汇总.json"]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("3 个项目；平均分 98.33"), "{said}");
}
