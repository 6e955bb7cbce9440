//! The narrative reports: what they say, and that they say nothing that their form does not.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jixiao::model::{Level, Report};
use jixiao::rules::proof::{self, Paired};
use jixiao::write::document::{Block, Document, Span};
use jixiao::write::docx::{Docx, Preset};
use jixiao::write::narrative::{Narrator, Outline, gaps};
use jixiao::write::{markdown, text};
use jixiao::{Assessed, Knowledge, Templates, assess, read, read_reports};

use super::{root, samples};

fn narrator(outline: &str) -> Narrator {
    let templates = Templates::default();
    Narrator::new(&templates, Outline::find(&templates, outline).unwrap()).unwrap()
}

/// The outlines of one project's report.
const OUTLINES: [&str; 4] = ["self-report", "transfer-report", "long-report", "evaluation-report"];

fn reports() -> Vec<(String, Assessed, Document)> {
    by_outline("self-report")
}

fn by_outline(outline: &str) -> Vec<(String, Assessed, Document)> {
    let knowledge = Knowledge::built_in().unwrap();
    let narrator = narrator(outline);
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

/// The text of a report outside of headings and table heads: prose and the cells of tables. What is left for
/// people to write is no text yet.
fn text_outside_headings(document: &Document) -> Vec<char> {
    let cells = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.rows.concat().concat()),
        _ => None,
    });
    let mut all = prose(document) + &cells.collect::<String>();
    while let Some(at) = all.find('〔') {
        let end = all[at..].find('〕').map_or(all.len(), |end| at + end + '〕'.len_utf8());
        all.replace_range(at..end, "");
    }
    all.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn no_two_reports_share_two_fifths_of_their_text() {
    use std::collections::HashSet;
    // A phrase counts as shared from twelve characters on: what is shorter is the trade's common speech.
    const RUN: usize = 12;
    let mut most = Vec::new();
    for outline in OUTLINES {
        let texts: Vec<(String, Vec<char>)> = by_outline(outline)
            .into_iter()
            .map(|(name, _, document)| (name, text_outside_headings(&document)))
            .collect();
        let before = most.len();
        for (one, text) in &texts {
            for (other, second) in texts.iter().filter(|(other, _)| other != one) {
                let runs: HashSet<&[char]> = second.windows(RUN).collect();
                let mut shared = vec![false; text.len()];
                for (at, run) in text.windows(RUN).enumerate() {
                    if runs.contains(run) {
                        shared[at..at + RUN].fill(true);
                    }
                }
                let percent = shared.iter().filter(|shared| **shared).count() * 100 / text.len();
                most.push((percent, format!("{outline}: {percent} % of {one} stands in {other} too")));
            }
        }
        println!("{:?}", most[before..].iter().max());
    }
    most.sort();
    let (percent, words) = most.last().unwrap();
    println!("{words}");
    assert!(*percent < 40, "{words}");
}

#[test]
fn every_number_of_a_report_stands_in_its_form_or_is_computed_from_it() {
    for (name, assessed, document) in OUTLINES.into_iter().flat_map(by_outline) {
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
            let rate = class.score.zip(class.weight).map(|(s, w)| s / w);
            let lost = class.score.zip(class.weight).map(|(s, w)| w - s);
            [class.weight, class.score, rate, lost].into_iter().for_each(&mut add);
        }
        let lost = |full: Option<jixiao::model::Decimal>, points: Option<jixiao::model::Decimal>| {
            full.zip(points).map(|(f, p)| f - p)
        };
        add(lost(scores.weight.recomputed, scores.total.printed));
        add(lost(scores.execution_weight, scores.execution.printed));
        for fund in &project.funds {
            let stated = fund.budget.number().or(fund.initial.number());
            add(fund
                .executed
                .number()
                .zip(stated)
                .and_then(|(executed, stated)| executed.checked_div(stated)));
        }
        let fund = project.total_fund().unwrap();
        add(lost(fund.budget.number(), fund.executed.number()));
        add(lost(fund.budget.number(), fund.initial.number()));
        for (row, outcome) in project.indicators.iter().zip(&assessed.outcomes) {
            add(lost(row.weight.number(), row.score.number()));
            let target = row.target.get().and_then(|target| target.value);
            let actual = row.actual.get().and_then(|actual| actual.value);
            let apart = lost(target, actual);
            add(apart);
            add(apart.zip(target).and_then(|(apart, target)| apart.checked_div(target)));
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
    let narrator = narrator("self-report");
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

#[test]
fn a_report_on_a_unit_covers_all_its_projects() {
    let reports = reports();
    let projects: Vec<&Assessed> = reports.iter().map(|(_, assessed, _)| assessed).collect();
    let document = narrator("unit-report").unit_document(&projects).unwrap();
    let text = text::write(&document);
    for part in ["17个项目平均98.71分，最高100分，最低97分", "等级为“优”的17个。得满分的项目5个"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for Assessed { project, .. } in projects {
        let (name, score) = (project.name.text(), project.total.score.number().unwrap());
        assert!(text.contains(&format!("“{name}”自评得{score}分")), "{name}");
        for row in &project.indicators {
            let name = row.name.text().split_once('：').map_or(row.name.text(), |(_, name)| name);
            assert!(text.contains(name), "{name}");
        }
    }
}

/// What the published reports say in figures, names and dates that a form can state, section by section: how the
/// evaluation went, money, goals, deviations, use of the result.
const PUBLISHED: [[&[&str]; 5]; 17] = [
    [&[], &[], &["2022年", "860"], &[], &["98分"]],
    [&[], &[], &["2022年", "96.5%"], &[], &["98分"]],
    [&[], &[], &["2022年", "64", "95%"], &["2022年"], &["98分"]],
    [&[], &["4万元"], &["2022年", "16", "100%"], &["2022年"], &["99分"]],
    [&["2022年"], &[], &["40", "60", "2022年", "180", "6.9", "2.15"], &[], &["98分"]],
    [&["8台", "1台"], &["8台", "1台"], &[], &[], &["99分"]],
    [&[], &["10", "15"], &["2022年", "2个", "淦田镇", "官塘村"], &[], &["97分"]],
    [&["〔2020〕3号"], &[], &[], &[], &["98分"]],
    [&["2022年"], &["2022年"], &["2022年", "30万", "5万元"], &[], &["99分"]],
    [&["2021年"], &["2021年"], &["2021年"], &[], &["100分"]],
    [&["4家"], &["4家"], &["4家"], &[], &["100分"]],
    [&["2021年", "2家", "5家"], &["2021年", "2家", "5家"], &["2021年", "2家", "5家"], &[], &["98分"]],
    [&["2022年"], &["2022年"], &[], &[], &["99分"]],
    [&["2021年"], &["2021年"], &["2021年"], &[], &["100分"]],
    [&["2021年"], &["2021年"], &["2021年"], &[], &["100分"]],
    [&["2021年"], &["2021年"], &["2021年"], &[], &["100分"]],
    [&[], &[], &[], &[], &["97分"]],
];

#[test]
fn every_section_carries_more_facts_than_the_published_report_has() {
    for ((name, assessed, document), published) in reports().into_iter().zip(PUBLISHED) {
        let mut sections = vec![String::new(); 5];
        let mut at = None;
        for block in &document.blocks {
            match block {
                Block::Heading { depth: 1 | 2, text } => {
                    let topics = ["开展情况", "资金投入", "绩效目标完成情况", "偏离", "应用"];
                    at = topics.iter().position(|topic| text.contains(topic)).or(at);
                }
                Block::Paragraph(_) | Block::List { .. } => {
                    let own = Document { blocks: vec![block.clone()] };
                    sections[at.unwrap()] += &prose(&own);
                }
                _ => {}
            }
        }
        let form = serde_json::to_string(&assessed.project).unwrap();
        let names = assessed.project.indicators.iter().map(|row| row.name.text());
        let names: Vec<&str> =
            names.map(|name| name.split_once('：').map_or(name, |(_, name)| name)).collect();
        for (section, facts) in sections.iter().zip(published) {
            let figures =
                numbers(section).into_iter().filter(|number| numbers(&form).contains(number)).count();
            let named = names.iter().filter(|name| section.contains(**name)).count();
            let graded = usize::from(section.contains("等级为“"));
            let found = figures + named + graded;
            assert!(
                found > facts.len(),
                "{name}: {found} facts, not more than {}, in\n{section}",
                facts.len()
            );
        }
    }
}

#[test]
fn ones_own_outline_is_taken_from_a_file_and_a_wrong_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let form = root().join("samples/lukou-2022/01-食品抽检专项.xlsx").display().to_string();
    let run = |outline: &str| {
        let arguments = ["narrate", &form, "-o", "out", "--force", "--format", "txt", "--outline", outline];
        super::jixiao(folder.path(), &arguments)
    };
    let own =
        "{% import \"narratives/parts/prose.md\" as prose %}\n# {{ name }}\n\n{{ prose.arrival(funds) }}\n";
    std::fs::write(folder.path().join("我的.md"), own).unwrap();
    assert!(run("我的.md").status.success());
    let text = std::fs::read_to_string(folder.path().join("out/食品抽检专项.txt")).unwrap();
    assert!(text.contains("年初预算36万元"), "{text}");
    std::fs::write(folder.path().join("我的.md"), "# {{ 不知道 }}\n").unwrap();
    for (outline, told) in [("我的.md", "我的.md"), ("没有", "transfer-report")] {
        let out = run(outline);
        assert_eq!(out.status.code(), Some(2));
        let message = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn no_generated_report_is_found_fault_with() {
    let knowledge = Knowledge::built_in().unwrap();
    let (words, settings) = (&knowledge.words, &knowledge.choices.checks);
    let (mut faults, mut remarks) = (String::new(), Vec::new());
    for outline in OUTLINES {
        let all = by_outline(outline);
        let written = all.iter().map(|(name, _, document)| {
            let mut reports = read_reports(text::write(document).as_bytes(), name, &knowledge).unwrap();
            assert_eq!(reports.len(), 1, "{outline}: {name}");
            reports.remove(0)
        });
        let written: Vec<_> = written.collect();
        let pairs: Vec<Paired<'_>> = written
            .iter()
            .zip(&all)
            .map(|(report, (_, form, _))| Paired { report, form: Some(form) })
            .collect();
        let each = pairs.iter().flat_map(|pair| proof::run(pair.report, pair.form, words, settings));
        remarks
            .extend(each.chain(proof::run_batch(&pairs, settings)).map(|remark| (outline, remark.finding)));
    }
    let forms: Vec<Assessed> = reports().into_iter().map(|(_, form, _)| form).collect();
    let unit = narrator("unit-report").unit_document(&forms.iter().collect::<Vec<_>>()).unwrap();
    for report in read_reports(text::write(&unit).as_bytes(), "unit", &knowledge).unwrap() {
        let found = proof::run(&report, None, words, settings);
        remarks.extend(found.into_iter().map(|remark| ("unit-report", remark.finding)));
    }
    // Of what the form leaves open, and of what it says itself, a note may be told.
    for (outline, finding) in remarks.into_iter().filter(|(_, finding)| finding.level > Level::Note) {
        let _ = writeln!(faults, "{outline} {} {} {:?}", finding.file, finding.code, finding.message);
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn generated_reports_are_read_back_from_every_format() {
    let knowledge = Knowledge::built_in().unwrap();
    let preset = Preset::find(&Templates::default(), "gbt9704").unwrap();
    let docx = Docx::new(&preset).unwrap();
    for outline in OUTLINES {
        for (name, assessed, document) in by_outline(outline) {
            let formats = [
                ("docx", docx.write(&document).unwrap()),
                ("txt", text::write(&document).into_bytes()),
                ("md", markdown::write(&document).into_bytes()),
            ];
            let read = formats.map(|(ending, bytes)| {
                let mut reports = read_reports(&bytes, &name, &knowledge).unwrap();
                assert_eq!(reports.len(), 1, "{outline} {name}.{ending}");
                reports.remove(0)
            });
            for report in &read {
                let project = &assessed.project;
                assert_eq!(report.project.as_deref(), Some(project.name.text()), "{outline} {name}");
                assert_eq!(report.unit.as_deref(), Some(project.unit.text()), "{outline} {name}");
                assert_eq!(report.year, project.year.value, "{outline} {name}");
                let score = report.score.as_ref().map(|score| score.value);
                assert_eq!(score, assessed.scores.total.printed, "{outline} {name}");
                let headings = |report: &Report| -> Vec<String> {
                    report.sections.iter().map(|section| section.heading.clone()).collect()
                };
                assert_eq!(headings(report), headings(&read[0]), "{outline} {name}");
                assert!(report.sections.len() >= 6, "{outline} {name}");
            }
        }
    }
}

#[test]
fn a_book_of_reports_is_read_back_as_its_reports() {
    let knowledge = Knowledge::built_in().unwrap();
    let chapters: Vec<(String, Document)> =
        reports().into_iter().map(|(name, _, document)| (name, document)).collect();
    let preset = Preset::find(&Templates::default(), "pitch-30").unwrap();
    let bytes = Docx::new(&preset).unwrap().write_book(&chapters).unwrap();
    let read = read_reports(&bytes, "自评报告合订本.docx", &knowledge).unwrap();
    assert_eq!(read.len(), 17);
    for (report, (_, form, _)) in read.iter().zip(reports()) {
        assert_eq!(report.project.as_deref(), Some(form.project.name.text()));
        assert_eq!(report.score.as_ref().map(|score| score.value), form.scores.total.printed);
    }
}
