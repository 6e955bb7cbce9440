//! The summary workbook as a reader sees it.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{jixiao, root, text};

#[test]
fn the_scores_and_their_mean_stand_in_the_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let lukou = root().join("samples/lukou-2022").display().to_string();
    let out = jixiao(folder.path(), &["summarize", &lukou, "-o", "汇总.xlsx"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let bytes = std::fs::read(folder.path().join("汇总.xlsx")).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
    assert!(
        ["汇总表", "指标明细", "问题清单"]
            .iter()
            .all(|name| book.sheet_names().contains(&(*name).to_owned()))
    );
    let sheet = book.worksheet_range("汇总表").unwrap();
    let head =
        sheet.rows().position(|row| row.iter().any(|cell| *cell == Data::String("总分".into()))).unwrap();
    let column =
        sheet.rows().nth(head).unwrap().iter().position(|cell| *cell == Data::String("总分".into())).unwrap();
    let scores: Vec<f64> = sheet
        .rows()
        .skip(head + 1)
        .take(17)
        .map(|row| match &row[column] {
            Data::Float(score) => *score,
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [98, 98, 98, 99, 98, 99, 97, 98, 99, 100, 100, 98, 99, 100, 100, 100, 97].map(f64::from);
    assert_eq!(scores, expected);
    let below: Vec<&Data> = sheet.rows().skip(head + 18).map(|row| &row[column]).collect();
    let mean = below.iter().any(|cell| matches!(cell, Data::Float(mean) if (mean - 98.705_882).abs() < 1e-4 || (mean - 98.71).abs() < 1e-9));
    assert!(mean, "{below:?}");
}
