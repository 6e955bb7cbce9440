//! Which report belongs to which form.

use std::collections::HashMap;

use super::Paired;
use crate::model::number::compact;
use crate::model::{Kind, Report, Subject};
use crate::rules::Assessed;

/// Pairs every report with the self-evaluation of its project: the one of the same name, else the only one whose
/// name is part of the report's or the other way round. Unit and year must not contradict where both state them. One
/// report and one form are a pair whatever they are named.
pub fn pair<'a>(reports: &'a [Report], forms: &'a [Assessed]) -> Vec<Paired<'a>> {
    let projects = forms.iter().map(|form| form.project.subject());
    let pairs = reports.iter().zip(places(reports, projects));
    pairs.map(|(report, place)| Paired { report, form: place.map(|place| &forms[place]) }).collect()
}

/// The reports whose project is not among some.
pub fn unpaired<'a>(reports: &'a [Report], projects: impl Iterator<Item = Subject<'a>>) -> Vec<&'a Report> {
    let pairs = reports.iter().zip(places(reports, projects));
    pairs.filter(|(_, place)| place.is_none()).map(|(report, _)| report).collect()
}

/// The place of each report's project.
fn places<'a>(reports: &[Report], projects: impl Iterator<Item = Subject<'a>>) -> Vec<Option<usize>> {
    if reports.is_empty() {
        return Vec::new();
    }
    let own: Vec<Own<'_>> =
        projects.enumerate().filter(|(_, project)| project.kind == Kind::SelfEvaluation).collect();
    let mut by_name: HashMap<String, Vec<Own<'_>>> = HashMap::new();
    for own in &own {
        by_name.entry(compact(own.1.name)).or_default().push(*own);
    }
    let place = |report| match (reports, own.as_slice()) {
        ([_], [(place, _)]) => Some(*place),
        _ => find(report, &own, &by_name),
    };
    reports.iter().map(place).collect()
}

/// A self-evaluated project and its place.
type Own<'a> = (usize, Subject<'a>);

fn find(report: &Report, own: &[Own<'_>], by_name: &HashMap<String, Vec<Own<'_>>>) -> Option<usize> {
    let name = compact(report.project.as_deref()?);
    let fits = |(_, project): &&Own<'_>| agree(report, project);
    let place = |(place, _): &Own<'_>| *place;
    if let Some(same) = by_name.get(&name) {
        return same.iter().find(fits).map(place);
    }
    let mut like = own.iter().filter(fits).filter(|(_, project)| {
        let own = compact(project.name);
        !own.is_empty() && (own.contains(&name) || name.contains(&own))
    });
    like.next().filter(|_| like.next().is_none()).map(place)
}

/// Whether a report and a form may be of one unit and year.
fn agree(report: &Report, project: &Subject<'_>) -> bool {
    let years = report.year.zip(project.year);
    let unit = report.unit.as_deref().map(compact).unwrap_or_default();
    let own = project.unit.map(compact).unwrap_or_default();
    let units = unit.is_empty() || own.is_empty() || unit.contains(&own) || own.contains(&unit);
    units && years.is_none_or(|(one, other)| one == other)
}
