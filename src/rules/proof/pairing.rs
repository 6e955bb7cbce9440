//! Which report belongs to which form.

use std::collections::HashMap;

use super::Paired;
use crate::model::number::compact;
use crate::model::{Kind, Report};
use crate::rules::Assessed;

/// Pairs every report with the self-evaluation of its project: the one of the same name, else the only one whose
/// name is part of the report's or the other way round. Unit and year must not contradict where both state them. One
/// report and one form are a pair whatever they are named.
pub fn pair<'a>(reports: &'a [Report], forms: &'a [Assessed]) -> Vec<Paired<'a>> {
    let forms: Vec<&Assessed> =
        forms.iter().filter(|form| form.project.kind == Kind::SelfEvaluation).collect();
    let mut by_name: HashMap<String, Vec<&Assessed>> = HashMap::new();
    for form in &forms {
        by_name.entry(compact(form.project.name.text())).or_default().push(form);
    }
    reports
        .iter()
        .map(|report| {
            let form = match (reports, forms.as_slice()) {
                ([_], [form]) => Some(*form),
                _ => find(report, &forms, &by_name),
            };
            Paired { report, form }
        })
        .collect()
}

fn find<'a>(
    report: &Report,
    forms: &[&'a Assessed],
    by_name: &HashMap<String, Vec<&'a Assessed>>,
) -> Option<&'a Assessed> {
    let name = compact(report.project.as_deref()?);
    let fits = |form: &&&Assessed| agree(report, form);
    if let Some(same) = by_name.get(&name) {
        return same.iter().find(fits).copied();
    }
    let mut like = forms.iter().filter(fits).filter(|form| {
        let own = compact(form.project.name.text());
        !own.is_empty() && (own.contains(&name) || name.contains(&own))
    });
    like.next().filter(|_| like.next().is_none()).copied()
}

/// Whether a report and a form may be of one unit and year.
fn agree(report: &Report, form: &Assessed) -> bool {
    let years = report.year.zip(form.project.year.value);
    let unit = report.unit.as_deref().map(compact).unwrap_or_default();
    let own = compact(form.project.unit.text());
    let units = unit.is_empty() || own.is_empty() || unit.contains(&own) || own.contains(&unit);
    units && years.is_none_or(|(one, other)| one == other)
}
