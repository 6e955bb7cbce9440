//! Every check fires on its own fault, at its cell, and on nothing else.

use jixiao::model::{Address, Decimal, Field, Grade, Level, Project};
use jixiao::rules::{Schemes, assess, check};
use jixiao::{Knowledge, Templates, read};

use super::samples;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The first sample: a clean form of 98 points.
fn clean() -> Project {
    let knowledge = Knowledge::built_in().unwrap();
    let mut reading = read(&std::fs::read(&samples()[0]).unwrap(), "x", &knowledge).unwrap();
    reading.forms.remove(0).project
}

/// A fault, and the place where it is to be found.
struct Fault {
    code: &'static str,
    spoil: fn(&mut Project),
    at: fn(&Project) -> Option<Address>,
    /// Codes that the fault brings with it.
    also: &'static [&'static str],
}

fn raise(field: &mut Field<Decimal>, by: &str) {
    field.value = Some(field.value.unwrap() + dec(by));
}

const FAULTS: [Fault; 13] = [
    Fault {
        code: "R01",
        spoil: |p| raise(&mut p.indicators[0].weight, "1"),
        at: |p| p.total.weight.cell,
        also: &["R23"],
    },
    Fault {
        code: "R02",
        spoil: |p| p.indicators[0].level1_weight = Some(dec("40")),
        at: |p| p.indicators[0].level1.cell,
        also: &[],
    },
    Fault {
        code: "R03",
        spoil: |p| raise(&mut p.indicators[0].score, "1"),
        at: |p| p.indicators[0].score.cell,
        also: &["R06"],
    },
    Fault {
        code: "R04",
        spoil: |p| p.indicators[1].score.value = Some(dec("-1")),
        at: |p| p.indicators[1].score.cell,
        also: &["R06", "R23"],
    },
    Fault { code: "R06", spoil: |p| raise(&mut p.total.score, "1"), at: |p| p.total.score.cell, also: &[] },
    Fault {
        code: "R07",
        spoil: |p| raise(&mut p.funds[0].rate, "0.01"),
        at: |p| p.funds[0].rate.cell,
        also: &[],
    },
    Fault {
        code: "R08",
        spoil: |p| {
            raise(&mut p.funds[0].score, "-1");
            raise(&mut p.total.score, "-1");
        },
        at: |p| p.funds[0].score.cell,
        also: &[],
    },
    Fault {
        code: "R09",
        spoil: |p| raise(&mut p.funds[1].executed, "3"),
        at: |p| p.funds[0].executed.cell,
        also: &[],
    },
    Fault {
        code: "R10",
        spoil: |p| {
            for fund in &mut p.funds[..2] {
                fund.executed.value = Some(dec("36.5"));
            }
            p.funds[0].rate.value = Some(dec("1.0139"));
            p.funds[0].score.value = Some(dec("10"));
            raise(&mut p.total.score, "0.25");
        },
        at: |p| p.funds[0].executed.cell,
        also: &[],
    },
    Fault {
        code: "R21",
        spoil: |p| p.indicators[0].actual.value = None,
        at: |p| p.indicators[0].actual.cell,
        also: &[],
    },
    Fault {
        code: "R22",
        spoil: |p| p.indicators[0].actual.value = Some(jixiao::model::Actual::read("800")),
        at: |p| p.indicators[0].score.cell,
        also: &[],
    },
    Fault {
        code: "R23",
        spoil: |p| p.indicators.iter_mut().for_each(|row| row.reason.value = Some("无".into())),
        at: |p| p.indicators[5].reason.cell,
        also: &[],
    },
    Fault {
        code: "R45",
        spoil: |p| p.total.grade = Field::read(Grade::Good, Address::new(40, 3)),
        at: |_| Some(Address::new(40, 3)),
        also: &[],
    },
];

#[test]
fn a_clean_form_has_no_findings() {
    let schemes = Schemes::load(&Templates::default()).unwrap();
    let assessed = assess(clean(), schemes.get("mof-2020").unwrap());
    assert_eq!(assessed.findings, []);
}

#[test]
fn every_check_fires_on_its_own_fault_at_its_cell_and_on_nothing_else() {
    let schemes = Schemes::load(&Templates::default()).unwrap();
    let scheme = schemes.get("mof-2020").unwrap();
    for fault in &FAULTS {
        let mut project = clean();
        (fault.spoil)(&mut project);
        let at = (fault.at)(&project);
        let findings = assess(project, scheme).findings;
        let own: Vec<_> = findings.iter().filter(|finding| finding.code == fault.code).collect();
        assert!(!own.is_empty(), "{} is silent: {findings:?}", fault.code);
        assert!(
            at.is_some() && own.iter().any(|finding| finding.cell == at),
            "{} stands elsewhere: {own:?}",
            fault.code
        );
        for other in findings.iter().filter(|finding| finding.code != fault.code) {
            assert!(fault.also.contains(&other.code.as_ref()), "{} brings {other:?}", fault.code);
        }
    }
}

#[test]
fn every_check_has_a_fault() {
    let codes: Vec<&str> = check::all().iter().map(|check| check.code).collect();
    assert_eq!(FAULTS.iter().map(|fault| fault.code).collect::<Vec<_>>(), codes);
}

#[test]
fn rounding_is_no_error() {
    let schemes = Schemes::load(&Templates::default()).unwrap();
    let scheme = schemes.get("mof-2020").unwrap();
    // A rate of 97.5 % printed as 98 %, and 9.75 points as 9.8.
    let mut project = clean();
    project.funds[0].rate.value = Some(dec("0.98"));
    raise(&mut project.funds[0].score, "0.05");
    raise(&mut project.total.score, "0.05");
    let findings = assess(project, scheme).findings;
    assert!(findings.iter().all(|finding| finding.level == Level::Note), "{findings:?}");
}

#[test]
fn the_messages_are_as_reviewed() {
    let schemes = Schemes::load(&Templates::default()).unwrap();
    let scheme = schemes.get("mof-2020").unwrap();
    let mut text = String::new();
    for fault in &FAULTS {
        let mut project = clean();
        (fault.spoil)(&mut project);
        for finding in assess(project, scheme).findings.iter().filter(|finding| finding.code == fault.code) {
            text.push_str(&format!("{} {}\n  {}\n", finding.code, finding.message, finding.hint));
        }
    }
    insta::assert_snapshot!("messages", text);
}
