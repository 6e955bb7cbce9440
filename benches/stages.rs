//! What each stage costs, and the whole: `cargo bench`.
//!
//! The inputs are made here: the projects of the samples, in forms filled from the built-in blanks.

use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jixiao::layout::{self, Form};
use jixiao::rules::Digest;
use jixiao::write::document::Document;
use jixiao::write::docx::{Docx, Preset};
use jixiao::write::narrative::{Narrator, Outline};
use jixiao::write::summary::{Entry, Summary};
use jixiao::write::{data, text};
use jixiao::{Assessed, BlankForm, Knowledge, Templates, assess, grid, read};

// As in the program.
#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// How many forms the whole is measured on.
const FORMS: usize = 100;

static TEMPLATES: LazyLock<Templates> = LazyLock::new(Templates::default);
static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::built_in().expect("the built-in templates"));
static SAMPLES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/lukou-2022");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the samples")
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "xlsx"))
        .collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).expect("a sample")).collect()
});

/// The projects of the samples.
static PROJECTS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let read = |bytes: &Vec<u8>| read(bytes, "样表.xlsx", &KNOWLEDGE).expect("a form").forms;
    SAMPLES.iter().flat_map(read).collect()
});

/// Forms of several layouts, each with a project of the samples.
static WORKBOOKS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let blanks: Vec<(&str, &[u8])> = TEMPLATES.forms().collect();
    let projects = PROJECTS.iter().cycle().enumerate();
    let fill = |(i, form): (usize, &Form)| {
        let (_, blank) = blanks[i % blanks.len()];
        let blank = BlankForm::open(blank, &KNOWLEDGE).ok()?;
        let mut project = form.project.clone();
        project.name.value = Some(format!("{}（{i}）", project.name.text()));
        Some(blank.fill(&project, &KNOWLEDGE).ok()?.bytes)
    };
    projects.filter_map(fill).take(FORMS).collect()
});

static ASSESSED: LazyLock<Vec<Assessed>> = LazyLock::new(|| {
    PROJECTS.iter().map(|form| assess(form.clone(), &KNOWLEDGE).expect("a scheme")).collect()
});

fn narrator() -> Narrator {
    let outline = Outline::find(&TEMPLATES, "self-report").expect("the usual outline");
    Narrator::new(&TEMPLATES, outline).expect("the usual outline")
}

fn docx() -> Docx {
    Docx::new(&Preset::find(&TEMPLATES, "gbt9704").expect("the usual preset")).expect("its parts")
}

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let narrator = narrator();
    ASSESSED.iter().map(|assessed| narrator.document(assessed).expect("a report")).collect()
});

#[divan::bench]
fn knowledge() -> Knowledge {
    Knowledge::built_in().expect("the built-in templates")
}

#[divan::bench]
fn read_grids(bencher: Bencher) {
    let bytes = WORKBOOKS.iter().map(Vec::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(WORKBOOKS.len())).bench(|| {
        for bytes in WORKBOOKS.iter() {
            black_box(grid::read(bytes).expect("a workbook"));
        }
    });
}

#[divan::bench]
fn read_forms(bencher: Bencher) {
    let grids: Vec<_> = WORKBOOKS.iter().map(|bytes| grid::read(bytes).expect("a workbook")).collect();
    bencher.counter(ItemsCount::new(grids.len())).bench(|| {
        for grids in &grids {
            black_box(layout::read(grids, "样表.xlsx", &KNOWLEDGE.layouts));
        }
    });
}

#[divan::bench]
fn score_and_check(bencher: Bencher) {
    let forms = || PROJECTS.clone();
    bencher.counter(ItemsCount::new(PROJECTS.len())).with_inputs(forms).bench_values(|forms| {
        for form in forms {
            black_box(assess(form, &KNOWLEDGE).expect("a scheme"));
        }
    });
}

#[divan::bench]
fn narrate(bencher: Bencher) {
    let narrator = narrator();
    bencher.counter(ItemsCount::new(ASSESSED.len())).bench(|| {
        for assessed in ASSESSED.iter() {
            black_box(narrator.document(assessed).expect("a report"));
        }
    });
}

#[divan::bench]
fn write_docx(bencher: Bencher) {
    let docx = docx();
    bencher.counter(ItemsCount::new(DOCUMENTS.len())).bench(|| {
        for document in DOCUMENTS.iter() {
            black_box(docx.write(document).expect("a package"));
        }
    });
}

#[divan::bench]
fn write_text(bencher: Bencher) {
    bencher.counter(ItemsCount::new(DOCUMENTS.len())).bench(|| {
        for document in DOCUMENTS.iter() {
            black_box(text::write(document));
        }
    });
}

#[divan::bench]
fn summarize(bencher: Bencher) {
    bencher.counter(ItemsCount::new(ASSESSED.len())).bench(|| summary(ASSESSED.iter()));
}

/// The part of the summary that is written while forms are read.
#[divan::bench]
fn summary_rows(bencher: Bencher) {
    let rows: usize = ASSESSED.iter().map(|own| own.project.indicators.len() + own.findings.len()).sum();
    bencher
        .counter(ItemsCount::new(rows))
        .with_inputs(Summary::new)
        .bench_local_values(|summary| with_rows(summary, ASSESSED.iter()));
}

/// What is left of it when all forms are read.
#[divan::bench]
fn summary_end(bencher: Bencher) {
    let rows = || with_rows(Summary::new(), ASSESSED.iter());
    bencher.counter(ItemsCount::new(ASSESSED.len())).with_inputs(rows).bench_local_values(end);
}

#[divan::bench]
fn write_ndjson(bencher: Bencher) {
    bencher.counter(ItemsCount::new(ASSESSED.len())).bench(|| {
        for assessed in ASSESSED.iter() {
            black_box(data::ndjson_line(&assessed.project, &assessed.findings).expect("data"));
        }
    });
}

#[divan::bench]
fn fill(bencher: Bencher) {
    let (_, bytes) = TEMPLATES.forms().next().expect("a blank form");
    let blank = BlankForm::open(bytes, &KNOWLEDGE).expect("a blank form");
    bencher.counter(ItemsCount::new(PROJECTS.len())).bench(|| {
        for form in PROJECTS.iter() {
            black_box(blank.fill(&form.project, &KNOWLEDGE).expect("a filled form"));
        }
    });
}

/// From workbooks to reports and the summary, in one thread and in memory.
#[divan::bench]
fn whole(bencher: Bencher) {
    let (narrator, docx) = (narrator(), docx());
    bencher.counter(ItemsCount::new(WORKBOOKS.len())).bench(|| {
        let mut all = Vec::new();
        for bytes in WORKBOOKS.iter() {
            for form in read(bytes, "样表.xlsx", &KNOWLEDGE).expect("a form").forms {
                let assessed = assess(form, &KNOWLEDGE).expect("a scheme");
                let document = narrator.document(&assessed).expect("a report");
                black_box(docx.write(&document).expect("a package"));
                black_box(text::write(&document));
                all.push(assessed);
            }
        }
        summary(all.iter())
    });
}

fn summary<'a>(projects: impl Iterator<Item = &'a Assessed>) -> Vec<u8> {
    end(with_rows(Summary::new(), projects))
}

fn with_rows<'a>(
    mut summary: Summary,
    projects: impl Iterator<Item = &'a Assessed>,
) -> (Summary, Vec<Digest>) {
    let mut digests = Vec::new();
    for assessed in projects {
        summary.add(assessed).expect("rows");
        for finding in &assessed.findings {
            summary.add_finding(finding, None).expect("a row");
        }
        digests.push(Digest::of(assessed));
    }
    (summary, digests)
}

fn end((summary, digests): (Summary, Vec<Digest>)) -> Vec<u8> {
    let entries: Vec<Entry<'_>> = digests.iter().map(|digest| Entry { digest, report: None }).collect();
    summary.finish(&entries).expect("a workbook")
}
