//! The narrative reports: what they say, and that they say nothing that their form does not.

use std::collections::BTreeSet;

use jixiao::write::document::{Block, Document, Span};
use jixiao::write::narrative::{Narrator, gaps};
use jixiao::write::text;
use jixiao::{Assessed, Knowledge, Templates, assess, read};

use super::{root, samples};

fn reports() -> Vec<(String, Assessed, Document)> {
    let knowledge = Knowledge::built_in().unwrap();
    let narrator = Narrator::new(&Templates::default(), "self-report").unwrap();
    let mut reports = Vec::new();
    for path in samples() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for form in read(&std::fs::read(&path).unwrap(), &name, &knowledge).unwrap().forms {
            let assessed = assess(form, &knowledge).unwrap();
            let document = narrator.document(&assessed).unwrap();
            reports.push((name.clone(), assessed, document));
        }
    }
    reports
}

/// The words of a report outside of headings and tables.
fn prose(document: &Document) -> String {
    let joined = |spans: &[Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
    let blocks = document.blocks.iter().map(|block| match block {
        Block::Paragraph(spans) => joined(spans),
        Block::List { items, .. } => items.iter().map(|item| joined(item)).collect(),
        _ => String::new(),
    });
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_report_reads_as_its_snapshot_says() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, _, document) in reports() {
            insta::assert_snapshot!(format!("报告-{name}"), text::write(&document));
        }
    });
}

#[test]
fn every_report_has_the_four_sections_and_ends_with_its_score_and_grade() {
    for (name, assessed, document) in reports() {
        let sections: Vec<&str> = document
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Heading { depth: 1 | 2, text } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(
            sections,
            [
                "绩效自评工作开展情况",
                "绩效目标自评完成情况分析",
                "资金投入情况分析",
                "绩效目标完成情况分析",
                "偏离绩效目标的原因和下一步改进措施",
                "绩效自评结果拟应用和公开情况",
            ],
            "{name}"
        );
        let score = assessed.scores.total.printed.unwrap();
        let prose = prose(&document);
        let last = prose.lines().rfind(|line| !line.is_empty()).unwrap();
        assert!(last.contains(&format!("得{score}分，等级为“优”")), "{name}: {last}");
    }
}

#[test]
fn every_indicator_that_lost_points_is_named_with_its_reason_or_a_gap() {
    let mut missing = Vec::new();
    for (name, assessed, document) in reports() {
        let prose = prose(&document);
        for row in &assessed.project.indicators {
            let (weight, score) = (row.weight.number().unwrap(), row.score.number().unwrap());
            if score < weight {
                let lost = (weight - score).normalize();
                assert!(prose.contains(&format!("”扣{lost}分")), "{name}: {}", row.name.text());
                let reason = row.reason.text().trim_end_matches('。');
                assert!(reason.is_empty() || prose.contains(reason), "{name}: {reason}");
            }
        }
        missing.extend(gaps(&document).into_iter().filter(|gap| gap.contains("原因和改进措施")));
    }
    assert_eq!(missing.len(), 2, "{missing:?}");
}

/// The numbers of a text, thousands separators taken out.
fn numbers(text: &str) -> BTreeSet<String> {
    let plain: String = text.replace(',', "");
    plain
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|number| number.trim_matches('.'))
        .filter(|number| !number.is_empty())
        .map(|number| match number.parse::<jixiao::model::Decimal>() {
            Ok(value) => value.normalize().to_string(),
            Err(_) => number.to_owned(),
        })
        .collect()
}

#[test]
fn no_two_reports_share_half_of_their_prose() {
    use std::collections::HashSet;
    let reports: Vec<(String, String)> =
        reports().into_iter().map(|(name, _, document)| (name, prose(&document))).collect();
    // A phrase counts as shared from twelve characters on: what is shorter is the trade's common speech.
    const RUN: usize = 12;
    let chars = |text: &str| -> Vec<char> { text.chars().filter(|c| !c.is_whitespace()).collect() };
    for (one, text) in &reports {
        for (other, second) in reports.iter().filter(|(other, _)| other != one) {
            let (text, second) = (chars(text), chars(second));
            let runs: HashSet<&[char]> = second.windows(RUN).collect();
            let mut shared = vec![false; text.len()];
            for (at, run) in text.windows(RUN).enumerate() {
                if runs.contains(run) {
                    shared[at..at + RUN].fill(true);
                }
            }
            let percent = shared.iter().filter(|shared| **shared).count() * 100 / text.len();
            assert!(percent < 50, "{percent} % of {one} stands in {other} too");
        }
    }
}

#[test]
fn every_number_of_a_report_stands_in_its_form_or_is_computed_from_it() {
    for (name, assessed, document) in reports() {
        let project = &assessed.project;
        let mut known = numbers(&serde_json::to_string(project).unwrap());
        let mut add = |value: Option<jixiao::model::Decimal>| {
            if let Some(value) = value {
                let percent = jixiao::model::number::round(value * jixiao::model::Decimal::ONE_HUNDRED, 2);
                for number in [value, percent] {
                    known.insert(number.abs().normalize().to_string());
                }
            }
        };
        let scores = &assessed.scores;
        [scores.rate.recomputed, scores.weight.recomputed, scores.execution_weight]
            .into_iter()
            .for_each(&mut add);
        for class in &scores.classes {
            [class.weight, class.score, class.score.zip(class.weight).map(|(s, w)| s / w)]
                .into_iter()
                .for_each(&mut add);
        }
        let lost = |full: Option<jixiao::model::Decimal>, points: Option<jixiao::model::Decimal>| {
            full.zip(points).map(|(f, p)| f - p)
        };
        add(lost(scores.weight.recomputed, scores.total.printed));
        add(lost(scores.execution_weight, scores.execution.printed));
        let fund = project.total_fund().unwrap();
        add(lost(fund.budget.number(), fund.executed.number()));
        add(lost(fund.budget.number(), fund.initial.number()));
        for (row, outcome) in project.indicators.iter().zip(&assessed.outcomes) {
            add(lost(row.weight.number(), row.score.number()));
            let target = row.target.get().and_then(|target| target.value);
            add(lost(target, row.actual.get().and_then(|actual| actual.value)));
            if let jixiao::rules::Outcome::Exceeded(part) | jixiao::rules::Outcome::PartlyMet(Some(part)) =
                outcome
            {
                add(Some(*part));
            }
        }
        // Counts of indicators.
        known.extend((0..=project.indicators.len()).map(|count| count.to_string()));
        for number in numbers(&prose(&document)) {
            assert!(known.contains(&number), "{name}: {number} is nowhere in the form");
        }
    }
}

#[test]
fn points_lost_for_execution_alone_are_not_passed_over() {
    let knowledge = Knowledge::built_in().unwrap();
    let narrator = Narrator::new(&Templates::default(), "self-report").unwrap();
    // The eleventh sample has 100 points. Without money spent, and with no total printed, only its execution
    // lost points.
    let mut form = read(&std::fs::read(&samples()[10]).unwrap(), "x", &knowledge).unwrap().forms.remove(0);
    for fund in &mut form.project.funds {
        for field in
            [&mut fund.initial, &mut fund.budget, &mut fund.executed, &mut fund.rate, &mut fund.score]
        {
            if field.value.is_some() {
                field.value = Some(jixiao::model::Decimal::ZERO);
            }
        }
    }
    form.project.total.score.value = None;
    let document = narrator.document(&assess(form, &knowledge).unwrap()).unwrap();
    let prose = prose(&document);
    assert!(!prose.contains("均未扣分") && prose.contains("预算执行扣10分"), "{prose}");
    assert!(gaps(&document).contains(&"预算执行扣分的原因".to_owned()));
}

#[test]
fn a_form_without_points_has_a_report_without_points() {
    let folder = tempfile::tempdir().unwrap();
    let form = root().join("samples/layouts/transfer/01-基本公共卫生服务.xlsx").display().to_string();
    let out = super::jixiao(folder.path(), &["narrate", &form, "-o", "out", "--format", "txt"]);
    assert!(out.status.success());
    let text = walkdir::WalkDir::new(folder.path().join("out")).into_iter().flatten();
    let text: String = text
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "txt"))
        .map(|entry| std::fs::read_to_string(entry.path()).unwrap())
        .collect();
    assert!(text.contains("没有达到指标值（指标值≥9800人，完成值9652人）"), "{text}");
    for word in ["得分", "扣", "待补充"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}
