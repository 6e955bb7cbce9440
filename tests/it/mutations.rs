//! Faults put into every clean sample: each must be found, where it was put, and nothing else become an error
//! but what follows from it.

mod kinds;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jixiao::model::{Address, Decimal, Finding, Kind, Level, Project, Target};
use jixiao::rules::{Assessed, assess};
use jixiao::{Knowledge, compare, read};

use super::{layout_samples, samples};
use kinds::MUTATIONS;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// All self-evaluations of the samples by which forms are read.
fn forms(knowledge: &Knowledge) -> Vec<Project> {
    let mut forms = Vec::new();
    for path in samples().into_iter().chain(layout_samples().into_iter().map(|(_, path)| path)) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(reading) = read(&std::fs::read(&path).unwrap(), &name, knowledge) else { continue };
        forms.extend(reading.forms.into_iter().map(|form| form.project));
    }
    let shares = |rows: &[jixiao::model::Indicator]| {
        rows.iter().any(|row| row.weight.exists() && row.weight.value.is_none())
    };
    forms.retain(|project| {
        let rows = &project.indicators;
        project.kind == Kind::SelfEvaluation && !rows.is_empty() && !shares(rows)
    });
    forms
}

fn errors(findings: &[Finding]) -> BTreeSet<(String, Option<Address>)> {
    let errors = findings.iter().filter(|finding| finding.level == Level::Error);
    errors.map(|finding| (finding.code.to_string(), finding.cell)).collect()
}

#[test]
fn every_fault_is_found_where_it_is_put_and_explains_all_errors() {
    let knowledge = Knowledge::built_in().unwrap();
    let forms = forms(&knowledge);
    let mut wrong = String::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for project in &forms {
        let scheme = knowledge.scheme_of(project).unwrap();
        let before = assess(project.clone(), scheme).findings;
        for mutation in MUTATIONS {
            let mut spoilt = project.clone();
            let Some(cell) = (mutation.put)(&mut spoilt) else { continue };
            let after = assess(spoilt, scheme).findings;
            let found = after.iter().any(|f| f.code == mutation.code && f.cell == Some(cell));
            let stood = before.iter().any(|f| f.code == mutation.code && f.cell == Some(cell));
            if stood {
                continue;
            }
            *count.entry(mutation.name).or_default() += 1;
            let place = format!("{} in {} {}", mutation.name, project.source.file, project.source.sheet);
            if !found {
                let _ = writeln!(wrong, "{place}: no {} at {cell}", mutation.code);
            }
            for (code, at) in errors(&after).difference(&errors(&before)) {
                if code != mutation.code && !mutation.also.contains(&code.as_str()) {
                    let at = at.map(|at| at.to_string()).unwrap_or_default();
                    let _ = writeln!(wrong, "{place}: brings {code} at {at}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for mutation in MUTATIONS {
        let fits = count.get(mutation.name).copied().unwrap_or_default();
        assert!(fits >= 3, "{} fits only {fits} of {} forms", mutation.name, forms.len());
    }
}

/// A fault between projects: the check that must speak, and the project that it must speak of.
struct BatchMutation {
    code: &'static str,
    put: fn(&mut Vec<Project>) -> usize,
    cell: fn(&Project) -> Option<Address>,
}

const BATCH_MUTATIONS: &[BatchMutation] = &[
    BatchMutation {
        code: "R43",
        put: |projects| {
            let mut declared = projects[2].clone();
            declared.kind = Kind::Target;
            declared.indicators[0].target.value = Some(Target::read("≥99999批次"));
            projects.push(declared);
            2
        },
        cell: |p| p.indicators[0].target.cell,
    },
    BatchMutation {
        code: "R49",
        put: |projects| {
            let text = "按计划完成了全部任务，抽检结果全部公开，问题全部整改到位";
            for at in [3, 7] {
                projects[at].goals[0].actual.value = Some(text.to_owned());
            }
            7
        },
        cell: |p| p.goals[0].actual.cell,
    },
    BatchMutation {
        code: "R60",
        put: |projects| {
            for at in [4, 8] {
                projects[at].funds[0].budget.value = Some(dec("38.26"));
                projects[at].funds[0].executed.value = Some(dec("37.94"));
            }
            8
        },
        cell: |p| p.funds[0].executed.cell,
    },
    BatchMutation {
        code: "R61",
        put: |projects| {
            let name = projects[5].unit.text().to_owned();
            let slip: String = name.chars().enumerate().filter(|(i, _)| *i != 3).map(|(_, c)| c).collect();
            projects[5].unit.value = Some(slip);
            5
        },
        cell: |p| p.unit.cell,
    },
    BatchMutation {
        code: "R62",
        put: |projects| {
            let mut again = projects[6].clone();
            again.source.file = "又一份.xlsx".to_owned();
            projects.push(again);
            projects.len() - 1
        },
        cell: |p| p.name.cell,
    },
];

#[test]
fn faults_between_projects_are_found_with_the_project_that_they_are_of() {
    let knowledge = Knowledge::built_in().unwrap();
    let forms: Vec<Project> = samples()
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            read(&std::fs::read(path).unwrap(), &name, &knowledge).unwrap().forms.remove(0).project
        })
        .collect();
    let assessed = |projects: Vec<Project>| {
        let one = |project: Project| {
            let scheme = knowledge.scheme_of(&project).unwrap();
            assess(project, scheme)
        };
        let mut assessed: Vec<Assessed> = projects.into_iter().map(one).collect();
        compare(&mut assessed, &knowledge);
        assessed
    };
    let of = |assessed: &Assessed, code: &str| -> Vec<Option<Address>> {
        assessed.findings.iter().filter(|f| f.code == code).map(|f| f.cell).collect()
    };
    let clean = assessed(forms.clone());
    // The samples are of one unit, all between 97 and 100: a reviewer would write that, and once.
    assert_eq!(clean.iter().map(|one| of(one, "R41").len()).sum::<usize>(), 1);
    for mutation in BATCH_MUTATIONS {
        assert!(clean.iter().all(|one| of(one, mutation.code).is_empty()), "{}", mutation.code);
        let mut projects = forms.clone();
        let at = (mutation.put)(&mut projects);
        let spoilt = assessed(projects);
        let cell = (mutation.cell)(&spoilt[at].project);
        assert_eq!(of(&spoilt[at], mutation.code), [cell], "{}", mutation.code);
        let all: usize = spoilt.iter().map(|one| of(one, mutation.code).len()).sum();
        assert_eq!(all, 1, "{}", mutation.code);
    }
}

#[test]
fn a_long_text_in_a_units_place_is_compared_with_no_name() {
    let knowledge = Knowledge::built_in().unwrap();
    let read = |path: &std::path::PathBuf| {
        read(&std::fs::read(path).unwrap(), "表.xlsx", &knowledge).unwrap().forms.remove(0).project
    };
    let mut projects: Vec<Project> = samples().iter().take(2).map(read).collect();
    let told = |projects: &[Project]| {
        let one = |project: &Project| assess(project.clone(), knowledge.scheme_of(project).unwrap());
        let mut assessed: Vec<Assessed> = projects.iter().map(one).collect();
        compare(&mut assessed, &knowledge);
        assessed.iter().flat_map(|one| &one.findings).filter(|finding| finding.code == "R61").count()
    };
    for (length, findings) in [(50, 1), (30_000, 0)] {
        let name = "某县水利工程建设管理服务中心".chars().cycle().take(length);
        projects[0].unit.value = Some(name.clone().collect());
        projects[1].unit.value = Some(name.enumerate().filter(|(i, _)| *i != 3).map(|(_, c)| c).collect());
        assert_eq!(told(&projects), findings, "{length}");
    }
}
