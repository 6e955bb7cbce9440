//! Text that stands twice: within a report, and in the reports of two projects.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rust_decimal::Decimal;

use super::sections::GAP;
use super::{Batch, Context, Remark};
use crate::model::Level;
use crate::model::report::{Line, Report, Topic};
use crate::rules::check::{Check, Scope, Source, hundredths};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "P08",
        level: Level::Note,
        threshold: hundredths(70),
        sources: &[Source::Practice],
        scope: Scope::Report {
            run: repeated_above,
            spoil: (
                "（一）资金投入情况分析",
                "某县食品检验所成立自评小组，逐项核对食品安全抽检项目的9项绩效指标，查看抽检台账和支付凭证后计分。\n（一）资金投入情况分析",
            ),
        },
        example: "5",
    },
    Check {
        code: "P22",
        level: Level::Warning,
        threshold: hundredths(70),
        sources: &[Source::Review],
        scope: Scope::Report {
            run: copied,
            spoil: (
                "各项任务已按期完成。",
                "某县食品检验所成立自评小组，逐项核对食品安全抽检项目的9项绩效指标，查看抽检台账和支付凭证后计分。",
            ),
        },
        example: "10",
    },
    Check {
        code: "P27",
        level: Level::Note,
        threshold: None,
        sources: &[Source::Practice],
        scope: Scope::Reports {
            run: of_others,
            spoil: ("本级财政安排", "抽检费用凭检验报告和发票支付。本级财政安排"),
        },
        example: "6",
    },
    Check {
        code: "R49",
        level: Level::Warning,
        threshold: hundredths(90),
        sources: &[Source::Review],
        scope: Scope::Reports { run: alike, spoil: TWIN },
        example: "3",
    },
];

/// The whole text of the second example gives way to that of the first, the project's name aside.
const TWIN: (&str, &str) = (
    "监测科与财务科共同组织自评，对照监测系统的上报记录逐条复核，按评分标准打分。\n二、绩效目标自评完成情况分析\n（一）资金投入情况分析\n本级财政安排24.8万元，3月底前拨付到账，全年支出24.8万元，执行率100%。\n（二）绩效目标完成情况分析\n收集药品不良反应报告688份，培训医疗机构联络员96人次，报告及时率98.1%，医疗机构满意度91%。\n三、偏离绩效目标的原因和下一步改进措施\n联络员培训比计划少24人次，原因是两家卫生院推迟报名；下一步改为按季度分片培训。\n四、绩效自评结果拟应用和公开情况\n自评结果拟用于调整明年的监测点，并在局网站公开。\n药品不良反应监测项目自评得分95.8分，等级为优。\n",
    "某县食品检验所成立自评小组，逐项核对药品不良反应监测项目的9项绩效指标，查看抽检台账和支付凭证后计分。\n二、绩效目标自评完成情况分析\n（一）资金投入情况分析\n1.资金到位情况。年初预算36万元，全年预算36万元，资金全部到位。\n2.资金执行情况。全年执行35.1万元，执行率97.5%，预算执行得9.75分。\n3.资金管理情况。抽检费用凭检验报告和发票支付。\n（二）绩效目标完成情况分析\n1.产出指标。抽检食品872批次，培训执法人员126人次，抽检合格率98.2%，案件结案率93.1%，任务于2022年12月5日完成。各项任务已按期完成。\n2.效益指标。挽回消费者损失46万元，投诉办结率97.5%，企业自查覆盖率85%。\n3.满意度指标。消费者满意度93.6%。\n三、偏离绩效目标的原因和下一步改进措施\n案件结案率93.1%，低于95%的指标值，扣0.2分。两起案件因补充检验延期结案，已列入下季度；下一步在立案时同时安排复检，避免延期。\n四、绩效自评结果拟应用和公开情况\n自评结果拟作为安排下一年度预算的参考，并随部门决算在县政府网站公开。\n药品不良反应监测项目自评得分99.55分，等级为优。\n",
);

/// Runs of so many characters are compared: shorter ones are the trade's common speech.
const RUN: usize = 10;
/// A text is no shorter, in characters, to be told as a copy.
const SHORTEST: usize = 18;

/// The characters that count: those of words and figures.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn hash(run: &[char]) -> u64 {
    let mut hasher = DefaultHasher::new();
    run.hash(&mut hasher);
    hasher.finish()
}

/// A paragraph that stands in a section, with its letters.
struct Paragraph<'a> {
    index: usize,
    section: usize,
    line: &'a Line,
    letters: Vec<char>,
}

/// Paragraphs of earlier sections that later ones repeat: the repetition, the number of the line repeated, and whether
/// the repetition stands above the parts of its section.
fn repetitions(context: &Context<'_>) -> Vec<(usize, u32, bool)> {
    let report = context.report;
    // Several projects come out alike where nothing happened.
    if report.project.is_none() {
        return Vec::new();
    }
    let paragraphs: Vec<Paragraph<'_>> = report
        .sections
        .iter()
        .enumerate()
        .flat_map(|(section, own)| own.body.clone().map(move |index| (section, index)))
        .filter_map(|(section, index)| {
            let line = report.lines.get(index).filter(|line| !line.in_table && !line.text.contains(GAP))?;
            Some(Paragraph { index, section, line, letters: nameless(report, line.words()) })
        })
        .collect();
    // Where each run first stands.
    let mut first: HashMap<u64, usize> = HashMap::new();
    let mut found = Vec::new();
    for (at, own) in paragraphs.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for run in own.letters.windows(RUN) {
            let earlier = *first.entry(hash(run)).or_insert(at);
            if paragraphs[earlier].section != own.section {
                *shared.entry(earlier).or_default() += 1;
            }
        }
        let copied = shared.into_iter().filter(|(earlier, runs)| {
            let least = paragraphs[*earlier].letters.len().min(own.letters.len());
            let whole = least.saturating_sub(RUN - 1);
            least >= SHORTEST && super::at_least(*runs, whole, context.threshold)
        });
        if let Some((earlier, _)) = copied.min() {
            let next = report.sections.get(own.section + 1);
            let above = report.sections[own.section].depth == 1 && next.is_some_and(|next| next.depth == 2);
            found.push((own.index, paragraphs[earlier].line.number, above));
        }
    }
    found
}

fn repeated_above(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line, _) in repetitions(context).into_iter().filter(|(_, _, above)| *above) {
        remarks.push(context.remark(index, t!("P08.message", line = line)));
    }
}

fn copied(context: &Context<'_>, remarks: &mut Vec<Remark>) {
    for (index, line, _) in repetitions(context).into_iter().filter(|(_, _, above)| !above) {
        remarks.push(context.remark(index, t!("P22.message", line = line)));
    }
}

/// The lines below the title that are prose.
fn prose(report: &Report) -> impl Iterator<Item = (usize, &Line)> {
    let headings: Vec<usize> = report.sections.iter().map(|section| section.heading_line).collect();
    let lines = report.lines.iter().enumerate().skip(report.title_lines);
    lines.filter(move |(index, line)| !line.in_table && !line.text.contains(GAP) && !headings.contains(index))
}

/// The letters of a text without the report's own names.
fn nameless(report: &Report, text: &str) -> Vec<char> {
    let names = report.project.iter().chain(&report.unit);
    let text = names.fold(text.to_owned(), |text, name| text.replace(name.as_str(), ""));
    letters(&text)
}

/// The earlier report that each is a copy of, the names aside: they share at least a part of the longer one, a
/// fraction of 1.
fn twins(batch: &Batch<'_>, part: Decimal) -> Vec<Option<usize>> {
    let texts: Vec<Vec<char>> = batch
        .reports
        .iter()
        .map(|own| prose(own.report).flat_map(|(_, line)| nameless(own.report, line.words())).collect())
        .collect();
    // The earlier reports in which each run stands; runs of many reports are boilerplate and tell no pair apart.
    const MANY: usize = 8;
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    let twin_of = |(at, text): (usize, &Vec<char>)| {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for run in text.windows(RUN) {
            let earlier = places.entry(hash(run)).or_default();
            for other in earlier.iter().filter(|other| **other != at) {
                *shared.entry(*other).or_default() += 1;
            }
            if earlier.len() < MANY && earlier.last() != Some(&at) {
                earlier.push(at);
            }
        }
        let whole = text.len().saturating_sub(RUN - 1);
        let twin = shared.into_iter().filter(|(other, runs)| {
            let longest = whole.max(texts[*other].len().saturating_sub(RUN - 1));
            longest >= 10 * RUN && super::at_least(*runs, longest, part)
        });
        twin.min().map(|(other, _)| other)
    };
    texts.iter().enumerate().map(twin_of).collect()
}

fn alike(batch: &Batch<'_>, remarks: &mut Vec<Remark>) {
    for (own, twin) in batch.reports.iter().zip(twins(batch, batch.threshold)) {
        if let Some(other) = twin.map(|twin| batch.reports[twin].report)
            && let Some((line, _)) = prose(own.report).next()
        {
            let name = other.project.as_deref().unwrap_or(&other.title);
            remarks.push(batch.remark(own.report, line, t!("R49.report", other = name)));
        }
    }
}

fn of_others(batch: &Batch<'_>, remarks: &mut Vec<Remark>) {
    /// What two reports and no third have in common from so many letters on is not the unit's common speech.
    const COMMON: usize = 14;
    // The reports in which each run stands, so far as two tell.
    let mut places: HashMap<u64, (usize, Option<usize>, bool)> = HashMap::new();
    let texts: Vec<Vec<(usize, Vec<char>)>> = batch
        .reports
        .iter()
        .map(|own| {
            // How results are used and published is said alike by all reports of a unit.
            let report = own.report;
            let used: Vec<u32> = report
                .about(Topic::Application)
                .flat_map(|section| report.lines_of(section))
                .map(|line| line.number)
                .collect();
            let told = prose(report).filter(|(_, line)| !used.contains(&line.number));
            told.map(|(index, line)| (index, nameless(own.report, line.words()))).collect()
        })
        .collect();
    for (at, lines) in texts.iter().enumerate() {
        for run in lines.iter().flat_map(|(_, letters)| letters.windows(COMMON)) {
            let place = places.entry(hash(run)).or_insert((at, None, false));
            match place {
                (first, None, _) if *first != at => place.1 = Some(at),
                (first, Some(second), many) if *first != at && *second != at => *many = true,
                _ => {}
            }
        }
    }
    let twins = twins(batch, hundredths(90).unwrap_or_default());
    for (at, lines) in texts.iter().enumerate().filter(|(at, _)| twins[*at].is_none()) {
        let own = batch.reports[at];
        let title: String = letters(&own.report.title).iter().collect();
        for (index, letters) in lines {
            // Figures are alike by chance.
            let mut runs = letters.windows(COMMON).filter(|run| !run.iter().any(char::is_ascii_digit));
            let shared = runs.find_map(|run| {
                let (first, second, many) = places.get(&hash(run))?;
                (*second == Some(at) && !many).then(|| (*first, run.iter().collect::<String>()))
            });
            let other = shared.and_then(|(first, run)| Some((batch.reports.get(first)?.report, run)));
            // The words of its own title are the project's own.
            if let Some((other, run)) = other
                .filter(|(other, run)| other.project != own.report.project && !title.contains(run.as_str()))
            {
                let name = other.project.as_deref().unwrap_or(&other.title);
                remarks.push(batch.remark(own.report, *index, t!("P27.message", found = run, other = name)));
                break;
            }
        }
    }
}
