//! The traps of a sheet that lie within a form, as findings.

use std::collections::{BTreeSet, HashSet};

use super::Form;
use super::form::FormRows;
use crate::grid::{Flaw, Grid};
use crate::model::{Address, Finding, Level, Project};

/// Whether a text is what a spreadsheet shows for a formula that failed, in whatever language.
pub(super) fn is_error_value(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('#')
        && (text.ends_with(['!', '?', '！', '？']) || text.eq_ignore_ascii_case("#N/A"))
        && text.chars().count() <= 16
        && !text.contains(char::is_whitespace)
}

/// Adds what lies within some rows to the findings of the form that was read from them, or to the first of the forms
/// of a list.
pub(super) fn add(forms: &mut [Form], grid: &Grid, rows: &FormRows) {
    let of_list = forms.len() > 1;
    let told: HashSet<Address> =
        forms.iter().flat_map(|form| &form.findings).filter_map(|finding| finding.cell).collect();
    let Some(Form { project, .. }) = forms.first() else { return };
    let mut found = Vec::new();
    let own = &grid.rows()[rows.rows.clone()];
    let last = own.last().map_or(0, |row| row.index);
    let first = own.first().map_or(0, |row| row.index);
    for flaw in &grid.flaws {
        // A sheet that breaks off breaks off within its last form.
        let within = flaw.cell().is_none_or(|at| (first..=last).contains(&at.row));
        if within {
            found.push(finding(project, flaw));
        }
    }
    for row in own {
        for slot in row.slots.iter().filter(|slot| row.begins(slot) && is_error_value(&slot.text)) {
            if !told.contains(&slot.area.first) {
                found.push(error_value(project, slot.area.first, &slot.text));
            }
        }
    }
    found.extend(figures_as_text(forms, grid));
    let Some(Form { findings, .. }) = forms.first_mut() else { return };
    if of_list {
        found.iter_mut().for_each(|finding| finding.project = None);
    }
    findings.extend(found);
}

/// That points and amounts are stored as text, told once.
fn figures_as_text(forms: &[Form], grid: &Grid) -> Option<Finding> {
    let places = forms.iter().flat_map(|form| added_up(&form.project));
    let places = places.filter(|at| grid.is_figure_as_text(*at));
    // Two indicators may share the cell of their points.
    let places: BTreeSet<Address> = places.collect();
    let first = *places.first()?;
    let row = grid.rows().iter().find(|row| row.index == first.row);
    let text = row.and_then(|row| row.at(first.col)).map_or("", |slot| slot.text.trim());
    Some(
        Finding::about(&forms.first()?.project, "F10", Level::Note, Some(first))
            .says(t!("F10.message", count = places.len(), cell = first, text = text), t!("F10.hint")),
    )
}

/// The cells of a form that somebody may add up: points and amounts.
fn added_up(project: &Project) -> impl Iterator<Item = Address> {
    let of_funds = project.funds.iter().flat_map(|fund| {
        [&fund.initial, &fund.budget, &fund.executed, &fund.weight, &fund.score].map(|own| own.cell)
    });
    let of_rows = project.indicators.iter().flat_map(|row| [row.weight.cell, row.score.cell]);
    let of_total = [project.total.weight.cell, project.total.score.cell];
    of_funds.chain(of_rows).chain(of_total).flatten()
}

/// That a cell shows an error.
pub(super) fn error_value(project: &Project, at: Address, text: &str) -> Finding {
    Finding::about(project, "F06", Level::Warning, Some(at))
        .says(t!("F06.message", text = text), t!("F06.hint"))
        .compares(text, "")
}

fn finding(project: &Project, flaw: &Flaw) -> Finding {
    let about = |code, level| Finding::about(project, code, level, flaw.cell());
    match flaw {
        Flaw::NotComputed(_) => about("F05", Level::Warning).says(t!("F05.message"), t!("F05.hint")),
        Flaw::Lost(_) => about("F07", Level::Warning).says(t!("F07.lost"), t!("F07.hint")),
        Flaw::GivenTwice(_, other) => {
            about("F07", Level::Warning).says(t!("F07.message", other = other), t!("F07.hint"))
        }
        Flaw::Hidden(row) => about("F08", Level::Note).says(t!("F08.message", row = row + 1), t!("F08.hint")),
        Flaw::CutOff { .. } => about("F09", Level::Error).says(t!("F09.message"), t!("F09.hint")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_values_are_told_in_any_language() {
        for text in ["#DIV/0!", "#N/A", "#REF!", "#名称?", "#VALUE!"] {
            assert!(is_error_value(text), "{text}");
        }
        for text in ["", "#", "#1 楼", "# 好！", "完成！", "#项目"] {
            assert!(!is_error_value(text), "{text}");
        }
    }
}
