//! Damaged files: an error or a reading, never a panic that gets out.

use jixiao::{Knowledge, read};

use super::samples;

/// A small deterministic sequence; the tests must do the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

#[test]
fn files_cut_off_anywhere_are_refused_or_read() {
    let knowledge = Knowledge::built_in().unwrap();
    for path in samples().iter().step_by(3) {
        let bytes = std::fs::read(path).unwrap();
        for part in 0..16 {
            let _ = read(&bytes[..bytes.len() * part / 16], "cut", &knowledge);
        }
    }
}

#[test]
fn files_with_flipped_bytes_are_refused_or_read() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut dice = Dice(7);
    for path in samples() {
        // A looped chain of sectors in an .xls must end as well.
        let bytes = std::fs::read(path).unwrap();
        for _ in 0..24 {
            let mut damaged = bytes.clone();
            for _ in 0..=dice.roll(8) {
                let at = dice.roll(damaged.len());
                damaged[at] = u8::try_from(dice.roll(256)).unwrap();
            }
            let _ = read(&damaged, "flipped", &knowledge);
        }
    }
}

/// A workbook of some parts.
fn workbook(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_a_file_merely_claims_is_not_allocated() {
    let knowledge = Knowledge::built_in().unwrap();
    let strings = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="4294967295"><si><t>a</t></si></sst>"#;
    let lying = workbook(&[("xl/workbook.xml", "<workbook/>"), ("xl/sharedStrings.xml", strings)]);
    assert!(matches!(read(&lying, "x", &knowledge), Err(jixiao::Error::NoForm)));
    let blanks = " ".repeat(201 << 20);
    let huge = workbook(&[("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", &blanks)]);
    assert!(huge.len() < 1 << 20);
    assert!(matches!(read(&huge, "x", &knowledge), Err(jixiao::Error::TooLarge { megabytes: 201 })));
}
