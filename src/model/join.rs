//! Two forms of one project: what was declared, and what was reached.

use super::number::compact;
use super::{Decimal, Field, Fund, Goal, Indicator, Kind, Project};

/// Puts declarations into the self-evaluations of the same projects; those without one stay. The order is that of the
/// self-evaluations, then that of the declarations that are left.
pub fn join(projects: Vec<Project>) -> Vec<Project> {
    let (declared, mut reached): (Vec<_>, Vec<_>) =
        projects.into_iter().partition(|project| project.kind == Kind::Target);
    let mut left = Vec::new();
    for declaration in declared {
        match reached.iter_mut().find(|project| is_same(project, &declaration)) {
            Some(project) => complete(project, &declaration),
            None => left.push(declaration),
        }
    }
    reached.extend(left);
    reached
}

/// Whether two forms are of one project and year: by the code where both have one, or else by the name.
fn is_same(one: &Project, other: &Project) -> bool {
    let years = one.year.value.zip(other.year.value).is_none_or(|(one, other)| one == other);
    let named = || {
        let name = compact(one.name.text());
        !name.is_empty() && name == compact(other.name.text())
    };
    years && one.code.as_ref().zip(other.code.as_ref()).map_or_else(named, |(one, other)| one == other)
}

/// Takes from the declaration what the self-evaluation does not state.
fn complete(project: &mut Project, declared: &Project) {
    for (own, other) in [
        (&mut project.name, &declared.name),
        (&mut project.department, &declared.department),
        (&mut project.unit, &declared.unit),
    ] {
        take(own, other);
    }
    take(&mut project.year, &declared.year);
    for (own, other) in [
        (&mut project.code, &declared.code),
        (&mut project.department_code, &declared.department_code),
        (&mut project.unit_code, &declared.unit_code),
    ] {
        if own.is_none() {
            own.clone_from(other);
        }
    }
    project.money_unit = project.money_unit.or(declared.money_unit);
    funds(project, declared);
    let planned = project.goals.iter().any(|goal| goal.planned.value.is_some());
    if !planned {
        project.goals.resize_with(project.goals.len().max(declared.goals.len()), Goal::default);
        for (own, other) in project.goals.iter_mut().zip(&declared.goals) {
            take(&mut own.planned, &other.planned);
        }
    }
    indicators(&mut project.indicators, &declared.indicators);
    if project.midterm.is_empty() {
        project.midterm.clone_from(&declared.midterm);
    }
    for (label, field) in &declared.other {
        if project.other.get(label).is_none_or(|own| own.value.is_none()) {
            project.other.insert(label.clone(), Field { value: field.value.clone(), cell: None });
            project.choices.extend(declared.choices.get(label).map(|chosen| (label.clone(), chosen.clone())));
        }
    }
}

/// Takes a value where there is none. Its cell is on another form.
fn take<T: Clone>(own: &mut Field<T>, other: &Field<T>) {
    if own.value.is_none() {
        own.value.clone_from(&other.value);
    }
}

fn funds(project: &mut Project, declared: &Project) {
    let units = declared.money_unit.zip(project.money_unit);
    let convert = |amount: &Field<Decimal>| {
        let converted = |amount| units.map_or(Some(amount), |(from, to)| from.convert(amount, to));
        Field { value: amount.value.and_then(converted), cell: None }
    };
    let others: Vec<Fund> = declared
        .funds
        .iter()
        .map(|fund| Fund { initial: convert(&fund.initial), budget: convert(&fund.budget), ..fund.clone() })
        .collect();
    if project.funds.is_empty() {
        project.funds = others;
        return;
    }
    for other in others {
        let same = |own: &&mut Fund| {
            own.role == other.role
                && (own.role != super::FundRole::Other
                    || compact(own.item.text()) == compact(other.item.text()))
        };
        if let Some(own) = project.funds.iter_mut().find(same) {
            take(&mut own.initial, &other.initial);
            take(&mut own.budget, &other.budget);
        }
    }
}

fn indicators(own: &mut Vec<Indicator>, declared: &[Indicator]) {
    for other in declared {
        let name = compact(other.name.text());
        if let Some(row) = own.iter_mut().find(|row| compact(row.name.text()) == name) {
            take(&mut row.level1, &other.level1);
            take(&mut row.level2, &other.level2);
            take(&mut row.target, &other.target);
            take(&mut row.unit, &other.unit);
            take(&mut row.weight, &other.weight);
            continue;
        }
        // What was declared and never reported stands with those of its levels.
        let levels = |row: &Indicator| (compact(row.level1.text()), compact(row.level2.text()));
        let level1 = |row: &Indicator| compact(row.level1.text());
        let behind = own.iter().rposition(|row| levels(row) == levels(other));
        let behind = behind.or_else(|| own.iter().rposition(|row| level1(row) == level1(other)));
        own.insert(behind.map_or(own.len(), |at| at + 1), other.clone());
    }
}

/// Gives the indicators of a project without scores weights that make `points`, each in its share, to two places; the
/// heaviest takes what rounding leaves. `false` if there are scores already, or nothing to share out.
pub fn rebase(project: &mut Project, points: Decimal) -> bool {
    let scored = project.indicators.iter().any(|row| row.score.value.is_some());
    let sum: Decimal = project.indicators.iter().filter_map(|row| row.weight.value).sum();
    if scored || sum <= Decimal::ZERO {
        return false;
    }
    let share = |weight: Decimal| weight.checked_mul(points)?.checked_div(sum);
    for row in &mut project.indicators {
        row.weight.value = row.weight.value.and_then(share).map(|weight| super::number::round(weight, 2));
    }
    let made: Decimal = project.indicators.iter().filter_map(|row| row.weight.value).sum();
    let heaviest = project.indicators.iter_mut().max_by_key(|row| row.weight.value);
    if let Some(weight) = heaviest.and_then(|row| row.weight.value.as_mut()) {
        *weight = (*weight + points - made).normalize();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Actual, Target};

    fn text(text: &str) -> Field<String> {
        Field { value: Some(text.to_owned()), cell: None }
    }

    fn indicator(name: &str, target: Option<&str>, actual: Option<&str>, weight: i64) -> Indicator {
        Indicator {
            level1: text("产出指标"),
            name: text(name),
            target: Field { value: target.map(Target::read), cell: None },
            actual: Field { value: actual.map(Actual::read), cell: None },
            weight: Field { value: (weight > 0).then(|| weight.into()), cell: None },
            ..Indicator::default()
        }
    }

    #[test]
    fn a_declaration_completes_the_self_evaluation() {
        let declared = Project {
            kind: Kind::Target,
            name: text("道路 养护"),
            unit: text("公路站"),
            indicators: vec![
                indicator("里程", Some("≥128公里"), None, 10),
                indicator("合格率", Some("≥95%"), None, 20),
            ],
            ..Project::default()
        };
        let reached = Project {
            name: text("道路养护"),
            indicators: vec![indicator("里程", None, Some("130公里"), 0)],
            ..Project::default()
        };
        let other = Project { kind: Kind::Target, name: text("另一个"), ..Project::default() };
        let joined = join(vec![declared, other.clone(), reached]);
        assert_eq!(joined.len(), 2);
        assert_eq!(joined[1], other);
        assert_eq!(joined[0].unit.text(), "公路站");
        let rows = &joined[0].indicators;
        assert_eq!(rows[0].target.get().map(|target| target.text.as_str()), Some("≥128公里"));
        assert_eq!(rows[0].actual.get().map(|actual| actual.text.as_str()), Some("130公里"));
        assert_eq!((rows[1].name.text(), rows[1].actual.value.is_none()), ("合格率", true));
    }

    #[test]
    fn weights_are_shared_out_exactly() {
        let mut project = Project {
            indicators: vec![
                indicator("甲", None, None, 40),
                indicator("乙", None, None, 30),
                indicator("丙", None, None, 31),
            ],
            ..Project::default()
        };
        assert!(rebase(&mut project, 90.into()));
        let weights: Vec<String> =
            project.indicators.iter().filter_map(|row| row.weight.value).map(|w| w.to_string()).collect();
        assert_eq!(weights, ["35.65", "26.73", "27.62"]);
        project.indicators[0].score.value = Some(Decimal::ONE);
        assert!(!rebase(&mut project, 100.into()));
    }
}
