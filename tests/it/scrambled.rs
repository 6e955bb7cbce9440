//! Workbooks, documents and reports with their insides changed at random, by fixed seeds: whatever comes of it, all that
//! follows copes with it.

use std::io::{Cursor, Read, Write};

use jixiao::rules::Digest;
use jixiao::write::docx::{Docx, Preset};
use jixiao::write::narrative::{Narrator, Outline};
use jixiao::write::summary::{Entry, Summary};
use jixiao::write::text;
use jixiao::{BlankForm, Knowledge, Templates, assess, compare, read, read_reports};

use super::samples;

/// So many changed files: some twenty seconds of an unoptimised build.
const FILES: u64 = 1800;

/// A small deterministic sequence; the tests must do the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

/// What is put into a text: marks of XML, numbers beyond all measure, references to nowhere, traps of text.
const PIECES: [&str; 24] = [
    "<c/>",
    "</row>",
    "<row r=\"1048577\">",
    "\"",
    ">",
    "&#x0;",
    "&#55296;",
    "_xD800_",
    "99999999999999999999",
    "-1",
    "1e308",
    "NaN",
    "#DIV/0!",
    "A0",
    "XFE1048577",
    "t=\"s\"",
    "t=\"e\"",
    "s=\"4294967296\"",
    "\u{202e}",
    "=1+1",
    "得分",
    "≥",
    "<mergeCell ref=\"A1:XFD1048576\"/>",
    "%",
];

/// The start of a character at or before a place.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Changes a text in a few places.
fn change(text: &mut String, dice: &mut Dice) {
    for _ in 0..=dice.roll(6) {
        let from = boundary(text, dice.roll(text.len() + 1));
        let to = boundary(text, (from + dice.roll(40)).min(text.len()));
        let range = from.min(to)..to.max(from);
        match dice.roll(4) {
            0 => text.replace_range(range, ""),
            1 => text.insert_str(from, PIECES[dice.roll(PIECES.len())]),
            2 => {
                let piece = text[range].to_owned();
                text.insert_str(boundary(text, dice.roll(text.len() + 1)), &piece);
            }
            _ => text.replace_range(range, PIECES[dice.roll(PIECES.len())]),
        }
    }
}

/// A file with one of its parts changed, or changed itself where it has none.
fn changed(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        change(&mut text, dice);
        return text.into_bytes();
    };
    let target = dice.roll(archive.len());
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        // The parts with the cells are where most can go wrong.
        if i == target || name.contains("sheet") && dice.roll(3) == 0 {
            let mut text = String::from_utf8_lossy(&content).into_owned();
            change(&mut text, dice);
            content = text.into_bytes();
        }
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        out.start_file(name, stored).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn whatever_is_changed_in_a_file_the_run_copes_with() {
    let knowledge = Knowledge::built_in().unwrap();
    let templates = Templates::default();
    let narrator = Narrator::new(&templates, Outline::find(&templates, "self-report").unwrap()).unwrap();
    let docx = Docx::new(&Preset::find(&templates, "gbt9704").unwrap()).unwrap();
    let files: Vec<Vec<u8>> = samples().iter().map(|path| std::fs::read(path).unwrap()).collect();
    let (mut all, mut left) = (Vec::new(), 0);
    for seed in 0..FILES {
        let mut dice = Dice(seed);
        let bytes = changed(&files[dice.roll(files.len())], &mut dice);
        let _ = read_reports(&bytes, "改.docx", &knowledge);
        if let Ok(blank) = BlankForm::open(&bytes, &knowledge)
            && let Some(project) = all.last().map(|own: &jixiao::Assessed| own.project.clone())
        {
            let _ = blank.fill(&project, &knowledge);
        }
        let Ok(reading) = read(&bytes, "改.xlsx", &knowledge) else { continue };
        left += 1;
        for form in reading.forms {
            // What the arithmetic gives up is told; what is left has a report.
            let Ok(assessed) = assess(form, &knowledge) else { continue };
            let document = narrator.document(&assessed).unwrap();
            text::write(&document);
            docx.write(&document).unwrap();
            all.push(assessed);
        }
        if all.len() > 40 {
            sum_up(&mut all, &knowledge);
            all.drain(1..);
        }
    }
    // The test tests nothing where nothing is left to read.
    assert!(left > FILES / 4, "{left}");
}

fn sum_up(all: &mut [jixiao::Assessed], knowledge: &Knowledge) {
    compare(all, knowledge);
    let mut summary = Summary::new();
    for assessed in &*all {
        summary.add(assessed).unwrap();
        assessed.findings.iter().for_each(|finding| summary.add_finding(finding, None).unwrap());
    }
    let digests: Vec<Digest> = all.iter().map(Digest::of).collect();
    let entries: Vec<Entry<'_>> = digests.iter().map(|digest| Entry { digest, report: None }).collect();
    summary.finish(&entries).unwrap();
}
