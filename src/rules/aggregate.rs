//! Projects gathered by department and by unit: money, scores, ranks, and execution against score.
//!
//! Only self-evaluations count. A score is the printed total or, where a form prints none, the recomputed one, as
//! [`Compared::shown`](super::Compared::shown) has it. Amounts are in 万元; a project counts in the sums of money
//! if its form states both the budget and what was executed, so that a rate never rests on half a pair.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::Digest;
use super::digest::Money;
use super::score::ahead;
use crate::model::number::{compact, is_blank, round};
use crate::model::{Grade, Kind, MoneyUnit};

/// The part of the score rate by which it may lie above the execution rate: the threshold of the check R39, where
/// nobody has set another.
pub const STANDS_OUT: Decimal = Decimal::from_parts(10, 0, 0, false, 2);

/// Full points where a form states none. The sum of its rows is none: it lacks those of the execution where only
/// the total counts them.
const USUAL_FULL: Decimal = Decimal::ONE_HUNDRED;
/// Decimal places to which means are compared for a rank: those that are shown. What is equal on paper is equal.
pub const RANK_PLACES: u32 = 2;
/// Decimal places of quotients in data.
const QUOTIENT_PLACES: u32 = 6;

/// Projects gathered by department and by unit.
#[derive(Clone, Debug, Serialize)]
pub struct Aggregates<'a> {
    /// The unit of every amount: 万元.
    pub money_unit: MoneyUnit,
    /// How many forms are no self-evaluations (targets, monitoring) and count nowhere.
    pub left_out: usize,
    /// All projects together, those of all years; it has no name and no rank.
    pub total: Group,
    /// By 主管部门, in the order of years and ranks.
    pub departments: Vec<Group>,
    /// By 实施单位, in the order of years and ranks.
    pub units: Vec<Group>,
    /// Every project: those that stand out first, by the gap, the widest first; those without a gap last.
    pub projects: Vec<ProjectFigures<'a>>,
}

/// The projects of one department or unit, of one year where the batch has several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The name as first printed; `None` for projects whose forms name none.
    pub name: Option<String>,
    /// The department of a unit; `None` if its projects name none or several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The year; `None` for forms without a year among those of several years.
    pub year: Option<u16>,
    /// The place by plain mean among the groups of the year, from 1; equal means share a place (1, 2, 2, 4).
    /// The plain mean decides, for by budgets one large project would outweigh all others, and forms without
    /// amounts would not count.
    pub rank: Option<usize>,
    /// How many projects there are.
    pub projects: usize,
    /// How many of them have a score.
    pub scored: usize,
    /// How many of them do not state both amounts and are left out of the sums of money.
    pub without_amounts: usize,
    /// 全年预算数, 万元; `None` if no project states its amounts or the sum is beyond exact numbers.
    pub budget: Option<Decimal>,
    /// 全年执行数, 万元; `None` as for `budget`.
    pub executed: Option<Decimal>,
    /// Executed through budget, a fraction of 1; `None` if nothing was budgeted.
    #[serde(serialize_with = "quotient")]
    pub rate: Option<Decimal>,
    /// The plain mean of the scores, points.
    #[serde(serialize_with = "quotient")]
    pub mean: Option<Decimal>,
    /// The mean of the scores weighted by budget, points, of the projects that have both.
    #[serde(serialize_with = "quotient")]
    pub weighted_mean: Option<Decimal>,
    /// The highest score, points.
    pub highest: Option<Decimal>,
    /// The lowest score, points.
    pub lowest: Option<Decimal>,
    /// How many projects have each grade: the printed one, or that of the printed total.
    pub grades: BTreeMap<Grade, usize>,
    /// How many projects have full points.
    pub full_marks: usize,
    /// The plain mean of the projects' score rates, a fraction of 1.
    #[serde(serialize_with = "quotient")]
    pub score_rate: Option<Decimal>,
    /// Score rate less execution rate, a fraction of 1.
    #[serde(serialize_with = "quotient")]
    pub gap: Option<Decimal>,
    /// Whether the score is high for what was spent: the gap is more than [`STANDS_OUT`] of the score rate.
    pub stands_out: bool,
}

/// A project's figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProjectFigures<'a> {
    /// The project's place among all that were given, from 0.
    #[serde(skip)]
    pub index: usize,
    /// 项目名称
    pub name: Option<&'a str>,
    /// 实施单位, as its group names it.
    pub unit: Option<&'a str>,
    /// 主管部门, as its group names it.
    pub department: Option<&'a str>,
    /// The year that the form states.
    pub year: Option<u16>,
    /// 全年预算数, 万元; `None` unless the form states both amounts.
    pub budget: Option<Decimal>,
    /// 全年执行数, 万元; `None` unless the form states both amounts.
    pub executed: Option<Decimal>,
    /// Executed through budget, a fraction of 1, or the printed rate where the form states no amounts. A budget of
    /// nothing has none: nobody could spend it.
    #[serde(serialize_with = "quotient")]
    pub rate: Option<Decimal>,
    /// Points for spending the budget.
    pub execution_score: Option<Decimal>,
    /// The total, points.
    pub score: Option<Decimal>,
    /// Full points of the total; 100 where the form states none.
    pub full: Decimal,
    /// The printed grade, or that of the printed total.
    pub grade: Option<Grade>,
    /// Full points of the indicators for which points are given; `None` if the form has none.
    pub indicator_weight: Option<Decimal>,
    /// The points that they reached.
    pub indicator_score: Option<Decimal>,
    /// Points of the indicators through their full points, a fraction of 1; total through full points where the
    /// form has no indicators.
    #[serde(serialize_with = "quotient")]
    pub score_rate: Option<Decimal>,
    /// Score rate less execution rate, a fraction of 1.
    #[serde(serialize_with = "quotient")]
    pub gap: Option<Decimal>,
    /// Whether the score is high for what was spent: the gap is more than [`STANDS_OUT`] of the score rate.
    pub stands_out: bool,
    /// The file as the user named it.
    pub file: &'a str,
    /// The sheet's name.
    pub sheet: &'a str,
}

/// Gathers projects. Departments and units whose names differ only in spaces, width or case are the same; those
/// of several years are kept apart by year. If all forms that state a year state the same, the others belong to it.
pub fn aggregate<'a>(digests: impl IntoIterator<Item = &'a Digest>) -> Aggregates<'a> {
    let digests = digests.into_iter();
    let mut left_out = 0;
    let mut projects: Vec<ProjectFigures<'_>> = Vec::with_capacity(digests.size_hint().0);
    for (index, own) in digests.enumerate() {
        if matches!(own.kind, Kind::SelfEvaluation | Kind::Report) {
            projects.push(ProjectFigures::of(index, own));
        } else {
            left_out += 1;
        }
    }
    name_alike(projects.iter_mut().map(|own| &mut own.unit));
    name_alike(projects.iter_mut().map(|own| &mut own.department));
    let mut years: Vec<u16> = projects.iter().filter_map(|own| own.year).collect();
    years.sort_unstable();
    years.dedup();
    let year = |own: &ProjectFigures<'_>| if years.len() == 1 { years.first().copied() } else { own.year };
    let departments = gather(&projects, |own| (own.department, year(own)));
    let mut units = gather(&projects, |own| (own.unit, year(own)));
    for (group, members) in &mut units {
        let first = members.first().and_then(|own| own.department);
        let agree = members.iter().all(|own| own.department == first);
        group.department = first.filter(|_| agree).map(str::to_owned);
    }
    let total = Group::of(&projects.iter().collect::<Vec<_>>());
    let departments = ranked(departments);
    let units = ranked(units);
    projects.sort_by_key(|own| Reverse((own.stands_out, own.gap)));
    Aggregates { money_unit: MoneyUnit::TenThousandYuan, left_out, total, departments, units, projects }
}

/// Gives names that are the same but for spaces, width or case the form in which the first is printed.
fn name_alike<'a: 'b, 'b>(names: impl Iterator<Item = &'b mut Option<&'a str>>) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for name in names.flatten() {
        let key = compact(name).to_lowercase();
        *name = first.entry(key).or_insert(name);
    }
}

type Members<'a, 'b> = Vec<&'b ProjectFigures<'a>>;

/// Groups in the order of their first projects.
fn gather<'a, 'b>(
    projects: &'b [ProjectFigures<'a>],
    key: impl Fn(&ProjectFigures<'a>) -> (Option<&'a str>, Option<u16>),
) -> Vec<(Group, Members<'a, 'b>)> {
    let mut groups: IndexMap<(Option<&str>, Option<u16>), Members<'_, '_>> = IndexMap::new();
    for own in projects {
        groups.entry(key(own)).or_default().push(own);
    }
    let group = |name: Option<&str>, year, members: &Members<'_, '_>| Group {
        name: name.map(str::to_owned),
        year,
        ..Group::of(members)
    };
    groups.into_iter().map(|((name, year), members)| (group(name, year, &members), members)).collect()
}

/// Puts groups in the order of years and means, and numbers them.
fn ranked(groups: Vec<(Group, Members<'_, '_>)>) -> Vec<Group> {
    let mut groups: Vec<Group> = groups.into_iter().map(|(group, _)| group).collect();
    let shown = |group: &Group| group.mean.map(|mean| round(mean, RANK_PLACES));
    let order = |group: &Group| (group.year.is_none(), group.year);
    groups.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| shown(b).cmp(&shown(a))));
    let mut before: Option<&mut Group> = None;
    let mut place = 0;
    for group in &mut groups {
        let beside = before.filter(|before| before.year == group.year);
        place = if beside.is_some() { place + 1 } else { 1 };
        let shared = beside.filter(|before| shown(before) == shown(group)).and_then(|before| before.rank);
        group.rank = group.mean.and(shared.or(Some(place)));
        before = Some(group);
    }
    groups
}

impl Group {
    fn of(members: &[&ProjectFigures<'_>]) -> Self {
        let scores: Vec<Decimal> = members.iter().filter_map(|own| own.score).collect();
        let amounts: Vec<(Decimal, Decimal)> =
            members.iter().filter_map(|own| own.budget.zip(own.executed)).collect();
        let budget = sum(amounts.iter().map(|(budget, _)| *budget));
        let executed = sum(amounts.iter().map(|(_, executed)| *executed));
        let rate = budget.zip(executed).and_then(|(budget, executed)| executed.checked_div(budget));
        let score_rate = mean(members.iter().filter_map(|own| own.score_rate));
        Self {
            projects: members.len(),
            scored: scores.len(),
            without_amounts: members.len() - amounts.len(),
            budget,
            executed,
            rate,
            mean: mean(scores.iter().copied()),
            weighted_mean: weighted_mean(members),
            highest: scores.iter().max().copied(),
            lowest: scores.iter().min().copied(),
            grades: Grade::ALL
                .into_iter()
                .map(|grade| (grade, members.iter().filter(|own| own.grade == Some(grade)).count()))
                .collect(),
            full_marks: members.iter().filter(|own| own.score == Some(own.full)).count(),
            score_rate,
            gap: gap(score_rate, rate),
            stands_out: stands_out(score_rate, rate),
            ..Self::default()
        }
    }
}

impl<'a> ProjectFigures<'a> {
    fn of(index: usize, digest: &'a Digest) -> Self {
        let Digest { scores, source, .. } = digest;
        let amount = |of: fn(&Money) -> Option<Decimal>| {
            digest.money.as_ref().and_then(of).and_then(|own| digest.in_ten_thousands(own))
        };
        let amounts = amount(|money| money.base).zip(amount(|money| money.executed));
        let rate = match amounts {
            Some((budget, executed)) => executed.checked_div(budget),
            None => scores.rate.recomputed.or(scores.rate.printed),
        };
        let (indicator_weight, indicator_score) = scores.indicators().unzip();
        let (score, full) = (scores.total.shown(), scores.weight.printed.unwrap_or(USUAL_FULL));
        let of_indicators = indicator_score.zip(indicator_weight);
        let score_rate =
            of_indicators.or(score.map(|score| (score, full))).and_then(|(part, all)| part.checked_div(all));
        Self {
            index,
            name: stated(digest.name.text()),
            unit: stated(digest.unit.text()),
            department: stated(digest.department.text()),
            year: digest.year,
            budget: amounts.map(|(budget, _)| budget),
            executed: amounts.map(|(_, executed)| executed),
            rate,
            execution_score: scores.execution.shown(),
            score,
            full,
            grade: digest.grade.or(scores.grade),
            indicator_weight,
            indicator_score,
            score_rate,
            gap: gap(score_rate, rate),
            stands_out: stands_out(score_rate, rate),
            file: &source.file,
            sheet: &source.sheet,
        }
    }
}

fn stated(name: &str) -> Option<&str> {
    (!is_blank(name)).then(|| name.trim())
}

/// `None` without numbers, or if the sum is beyond exact ones.
fn sum(numbers: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    let mut numbers = numbers.into_iter();
    let first = numbers.next()?;
    numbers.try_fold(first, Decimal::checked_add).map(|sum| sum.normalize())
}

fn mean(numbers: impl Iterator<Item = Decimal> + Clone) -> Option<Decimal> {
    sum(numbers.clone())?.checked_div(numbers.count().into())
}

fn weighted_mean(members: &[&ProjectFigures<'_>]) -> Option<Decimal> {
    let pairs = || members.iter().filter_map(|own| own.score.zip(own.budget));
    let parts: Option<Vec<Decimal>> = pairs().map(|(score, budget)| score.checked_mul(budget)).collect();
    sum(parts?)?.checked_div(sum(pairs().map(|(_, budget)| budget))?)
}

fn gap(score_rate: Option<Decimal>, rate: Option<Decimal>) -> Option<Decimal> {
    score_rate?.checked_sub(rate?)
}

fn stands_out(score_rate: Option<Decimal>, rate: Option<Decimal>) -> bool {
    let part = score_rate.zip(rate).and_then(|(score_rate, rate)| ahead(score_rate, rate));
    part.is_some_and(|part| part > STANDS_OUT)
}

fn quotient<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(|value| round(value, QUOTIENT_PLACES)).serialize(serializer)
}

#[cfg(test)]
mod tests;
