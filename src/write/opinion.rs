//! The review opinion on a unit's self-evaluations: what a bureau sends back, made by the outline
//! `templates/narratives/review-opinion.md`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::document::Document;
use super::findings::level_name;
use super::narrative::{Narrator, Outline};
use crate::error::Result;
use crate::model::number::{compact, round};
use crate::model::{Finding, Kind, Level};
use crate::rules::Assessed;
use crate::templates::Templates;

/// The outline's id.
const OUTLINE: &str = "review-opinion";

/// What an outline can say of a unit.
#[derive(Clone, Debug, Serialize)]
struct Facts<'a> {
    unit: &'a str,
    department: &'a str,
    /// The year, if all forms are of one.
    year: Option<u16>,
    /// How many projects were looked at.
    count: usize,
    errors: usize,
    warnings: usize,
    /// The mean of the printed totals, points, to two places; `None` if there are none.
    mean: Option<Decimal>,
    /// The projects with errors or warnings.
    projects: Vec<ProjectFacts<'a>>,
    /// The names of the others.
    clean: Vec<&'a str>,
}

#[derive(Clone, Debug, Serialize)]
struct ProjectFacts<'a> {
    name: &'a str,
    file: &'a str,
    sheet: &'a str,
    /// The printed total, points.
    total: Option<Decimal>,
    /// The total by the scheme's formulas, points.
    due: Option<Decimal>,
    findings: Vec<FindingFacts<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct FindingFacts<'a> {
    level: String,
    code: &'a str,
    cell: Option<String>,
    message: &'a str,
    hint: &'a str,
}

/// Opinions on the self-evaluations among some projects, by unit: the unit's name as first printed, and the page.
///
/// # Errors
/// [`crate::Error::Template`] if the outline asks for a fact that there is not, or does not end.
pub fn opinions(templates: &Templates, assessed: &[Assessed]) -> Result<Vec<(String, Document)>> {
    let outline = Narrator::new(templates, Outline::find(templates, OUTLINE)?)?;
    let mut units: BTreeMap<String, Vec<&Assessed>> = BTreeMap::new();
    for own in assessed.iter().filter(|assessed| assessed.project.kind == Kind::SelfEvaluation) {
        units.entry(compact(own.project.unit.text())).or_default().push(own);
    }
    units
        .into_values()
        .map(|projects| {
            let facts = Facts::of(&projects);
            Ok((facts.unit.to_owned(), outline.render(&facts)?))
        })
        .collect()
}

impl<'a> Facts<'a> {
    fn of(assessed: &[&'a Assessed]) -> Self {
        let first = &assessed[0].project;
        let year =
            first.year.value.filter(|year| assessed.iter().all(|own| own.project.year.value == Some(*year)));
        let count = |level: Level| {
            assessed.iter().flat_map(|own| &own.findings).filter(|finding| finding.level == level).count()
        };
        let totals: Vec<Decimal> = assessed.iter().filter_map(|own| own.scores.total.printed).collect();
        let sum = totals.iter().try_fold(Decimal::ZERO, |sum, total| sum.checked_add(*total));
        let mean = sum.and_then(|sum| sum.checked_div(totals.len().into())).map(|mean| round(mean, 2));
        let faulty = |own: &&&Assessed| own.findings.iter().any(grave);
        Self {
            unit: first.unit.text().trim(),
            department: first.department.text().trim(),
            year,
            count: assessed.len(),
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            mean,
            projects: assessed.iter().filter(faulty).map(|own| ProjectFacts::of(own)).collect(),
            clean: assessed.iter().filter(|own| !faulty(own)).map(|own| own.project.name.text()).collect(),
        }
    }
}

impl<'a> ProjectFacts<'a> {
    fn of(assessed: &'a Assessed) -> Self {
        let Assessed { project, scores, .. } = assessed;
        let mut findings: Vec<&Finding> = assessed.findings.iter().filter(|finding| grave(finding)).collect();
        findings.sort_by(|a, b| b.level.cmp(&a.level).then(a.cell.cmp(&b.cell)));
        Self {
            name: project.name.text(),
            // Folders are the office's own.
            file: project.source.file.rsplit(['/', '\\']).next().unwrap_or_default(),
            sheet: &project.source.sheet,
            total: scores.total.printed,
            due: scores.due.points.map(|points| points.normalize()),
            findings: findings.into_iter().map(FindingFacts::of).collect(),
        }
    }
}

impl<'a> FindingFacts<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            level: level_name(finding.level),
            code: &finding.code,
            cell: finding.cell.map(|cell| cell.to_string()),
            message: &finding.message,
            hint: &finding.hint,
        }
    }
}

/// Whether a unit is asked to mend it; notes are for the office itself.
fn grave(finding: &Finding) -> bool {
    finding.level != Level::Note
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::check::example;
    use crate::rules::{Schemes, assess};
    use crate::write::text;

    #[test]
    fn a_unit_is_told_its_faults_and_which_projects_have_none() {
        let templates = Templates::default();
        let schemes = Schemes::load(&templates).unwrap();
        let mut projects = example::projects();
        projects[1].indicators[0].reason.value = None;
        projects[2].unit.value = None;
        let assessed: Vec<Assessed> =
            projects.into_iter().map(|project| assess(project, schemes.get("mof-2020").unwrap())).collect();
        let opinions = opinions(&templates, &assessed).unwrap();
        let units: Vec<&str> = opinions.iter().map(|(unit, _)| unit.as_str()).collect();
        assert_eq!(units, ["", "某县食品检验所"]);
        let page = text::write(&opinions[1].1);
        for part in
            ["某县食品检验所", "自评表3份", "药品不良反应监测", "R23", "I11", "食品安全抽检", "没有需要更正"]
        {
            assert!(page.contains(part), "{part}\n{page}");
        }
        let bare = text::write(&opinions[0].1);
        assert!(bare.contains("〔待补充：实施单位〕"), "{bare}");
    }
}
