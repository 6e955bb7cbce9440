//! Filling forms: what is put is what is read again.

use std::collections::BTreeMap;

use jixiao::model::Project;
use jixiao::{BlankForm, Knowledge, read};

#[test]
fn try_all() {
    let knowledge = Knowledge::built_in().unwrap();
    let dirs = std::env::var("FORMS").unwrap_or("samples".into());
    for dir in dirs.split(':') {
        for path in walkdir::WalkDir::new(dir)
            .sort_by_file_name()
            .into_iter()
            .flatten()
            .map(walkdir::DirEntry::into_path)
            .into_iter()
            .filter(|p| p.extension().is_some_and(|e| e == "xlsx"))
        {
            let bytes = std::fs::read(&path).unwrap();
            let Ok(reading) = read(&bytes, "f", &knowledge) else { continue };
            let form = match BlankForm::open(&bytes, &knowledge) {
                Ok(f) => f,
                Err(e) => {
                    println!("{path:?}: {e}");
                    continue;
                }
            };
            let Some(own) = reading.forms.iter().find(|f| f.project.source.sheet == form.sheet()) else {
                println!("{path:?} other sheet");
                continue;
            };
            let emptied = form.fill(&Project::default(), &knowledge).unwrap();
            let blank = BlankForm::open(&emptied.bytes, &knowledge).unwrap();
            let filled = match blank.fill(&own.project, &knowledge) {
                Ok(f) => f,
                Err(e) => {
                    println!("{path:?}: fill {e}");
                    continue;
                }
            };
            let cells = |bytes: &[u8]| -> BTreeMap<String, String> {
                jixiao::grid::read(bytes)
                    .unwrap()
                    .iter()
                    .filter(|g| g.sheet == form.sheet())
                    .flat_map(|g| {
                        g.rows()
                            .iter()
                            .flat_map(|r| {
                                r.filled()
                                    .filter(|s| r.begins(s))
                                    .map(|s| (s.area.to_string(), s.text.clone()))
                                    .collect::<Vec<_>>()
                            })
                            .collect::<Vec<_>>()
                    })
                    .collect()
            };
            let (a, b) = (cells(&bytes), cells(&filled.bytes));
            let diff: Vec<String> = a
                .iter()
                .filter(|(k, v)| {
                    let n = |t: &str| {
                        t.trim_end_matches('%')
                            .trim_end_matches("万元")
                            .trim_end_matches('万')
                            .replace(',', "")
                            .parse::<jixiao::model::Decimal>()
                            .map_or(t.to_string(), |d| d.normalize().to_string())
                    };
                    b.get(*k).map(|t| n(t)) != Some(n(v))
                })
                .map(|(k, v)| format!("{k}: {v:?} -> {:?}", b.get(k)))
                .chain(b.iter().filter(|(k, _)| !a.contains_key(*k)).map(|(k, v)| format!("{k}: + {v:?}")))
                .collect();
            println!(
                "{} [{}]: cells {} missing {} differ {}",
                path.display(),
                own.project.source.layout,
                a.len(),
                filled.missing[0].len(),
                diff.len()
            );
            for m in filled.missing[0].iter().take(6) {
                println!("   - {} {}", m.what, m.text.replace('\n', "/"));
            }
            for d in diff.iter().take(8) {
                println!("   ~ {}", d.chars().take(160).collect::<String>());
            }
        }
    }
}
