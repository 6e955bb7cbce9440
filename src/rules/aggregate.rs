//! Projects by department and by unit: money, scores, grades, rank, and scores held against the money spent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Assessed;
use super::score::base;
use crate::model::number::fold;
use crate::model::{Grade, Kind, Level, Project};

/// The projects of a run, summed up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Aggregates {
    /// By department (主管部门) and year, in the order of their ranks.
    pub departments: Vec<Group>,
    /// By unit (实施单位), department and year, in the order of their ranks.
    pub units: Vec<Group>,
    /// Scores held against the money spent; those that are furthest ahead of it first.
    pub projects: Vec<Standing>,
}

/// The projects of one department or unit in one year. Money is in 万元; a form that states no unit of money is
/// taken to mean 万元.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The department's name as first printed; `None` if the forms name none.
    pub department: Option<String>,
    /// The unit's name as first printed; `None` in a department's group, and if the forms name none.
    pub unit: Option<String>,
    /// The year; `None` if the forms name none.
    pub year: Option<u16>,
    /// How many projects there are.
    pub projects: usize,
    /// How many of them have a total.
    pub scored: usize,
    /// How many state no budget or no sum executed, and are left out of the money.
    pub without_money: usize,
    /// The sum of the budgets.
    pub budget: Decimal,
    /// The sum executed.
    pub executed: Decimal,
    /// Executed through budget, a fraction of 1; `None` without a budget.
    pub rate: Option<Decimal>,
    /// The mean of the totals, points.
    pub mean: Option<Decimal>,
    /// The mean of the totals weighted by the budgets, points; projects without money have no weight.
    pub weighted_mean: Option<Decimal>,
    /// The highest total.
    pub highest: Option<Decimal>,
    /// The lowest total.
    pub lowest: Option<Decimal>,
    /// How many projects have each grade, by their totals.
    pub grades: BTreeMap<Grade, usize>,
    /// How many projects have all points.
    pub full: usize,
    /// How many projects' scores run ahead of the money, by the checks R38 and R39.
    pub ahead: usize,
    /// How many errors were found.
    pub errors: usize,
    /// The place by the mean among the groups of the year, 1 the best; equal means share a place.
    pub rank: Option<usize>,
}

/// A project's score held against the money that it spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The project's place among those that were summed up.
    #[serde(skip)]
    pub index: usize,
    /// The project's name.
    pub name: String,
    /// 主管部门
    pub department: Option<String>,
    /// 实施单位
    pub unit: Option<String>,
    /// The year.
    pub year: Option<u16>,
    /// Executed through budget, a fraction of 1.
    pub rate: Decimal,
    /// The indicators' points through their full points, a fraction of 1.
    pub score_rate: Decimal,
    /// The total as printed, or recomputed where none is printed.
    pub total: Option<Decimal>,
    /// By how much the indicators' rate passes that of execution, through the indicators' rate.
    pub gap: Decimal,
    /// Whether the checks R38 or R39 speak of it.
    pub ahead: bool,
}

/// What a group is gathered from.
#[derive(Default)]
struct Gathered {
    group: Group,
    sum: Decimal,
    weighted: Decimal,
    weights: Decimal,
}

/// Sums up the self-evaluations among some projects.
pub fn aggregate<'a>(assessed: impl IntoIterator<Item = &'a Assessed>) -> Aggregates {
    let mut departments: BTreeMap<(Option<u16>, String), Gathered> = BTreeMap::new();
    let mut units: BTreeMap<(Option<u16>, String, String), Gathered> = BTreeMap::new();
    let mut projects = Vec::new();
    let all = assessed.into_iter().enumerate();
    for (index, assessed) in all.filter(|(_, assessed)| assessed.project.kind == Kind::SelfEvaluation) {
        let project = &assessed.project;
        let (department, unit) = (key(project.department.text()), key(project.unit.text()));
        let year = project.year.value;
        let named = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let start = |of_unit: bool| Gathered {
            group: Group {
                department: named(project.department.text()),
                unit: named(project.unit.text()).filter(|_| of_unit),
                year,
                ..Group::default()
            },
            ..Gathered::default()
        };
        departments.entry((year, department.clone())).or_insert_with(|| start(false)).add(assessed);
        units.entry((year, department, unit)).or_insert_with(|| start(true)).add(assessed);
        projects.extend(standing(index, assessed));
    }
    projects
        .sort_by(|a: &Standing, b| b.ahead.cmp(&a.ahead).then(b.gap.cmp(&a.gap)).then(a.index.cmp(&b.index)));
    Aggregates { departments: ranked(departments), units: ranked(units), projects }
}

impl Gathered {
    fn add(&mut self, assessed: &Assessed) {
        let group = &mut self.group;
        group.projects += 1;
        group.errors += assessed.findings.iter().filter(|finding| finding.level == Level::Error).count();
        group.ahead += usize::from(is_ahead(assessed));
        // What is beyond exact numbers counts as not stated.
        let money = money(&assessed.project).and_then(|(budget, executed)| {
            let sums = (group.budget.checked_add(budget)?, group.executed.checked_add(executed)?);
            (group.budget, group.executed) = sums;
            Some(budget)
        });
        group.without_money += usize::from(money.is_none());
        let total = assessed.scores.total.shown();
        let Some((total, sum)) = total.and_then(|total| Some((total, self.sum.checked_add(total)?))) else {
            return;
        };
        group.scored += 1;
        group.highest = group.highest.max(Some(total));
        group.lowest = Some(group.lowest.map_or(total, |lowest| lowest.min(total)));
        if let Some(grade) = assessed.scores.grade {
            *group.grades.entry(grade).or_default() += 1;
        }
        group.full += usize::from(assessed.scores.weight.shown() == Some(total));
        self.sum = sum;
        let weighted = |budget: Decimal| {
            let weighted = self.weighted.checked_add(budget.checked_mul(total)?)?;
            Some((weighted, self.weights.checked_add(budget)?))
        };
        if let Some((sum, weights)) = money.and_then(weighted) {
            (self.weighted, self.weights) = (sum, weights);
        }
    }

    fn finish(self) -> Group {
        Group {
            rate: self.group.executed.checked_div(self.group.budget),
            mean: self.sum.checked_div(self.group.scored.into()),
            weighted_mean: self.weighted.checked_div(self.weights),
            budget: self.group.budget.normalize(),
            executed: self.group.executed.normalize(),
            ..self.group
        }
    }
}

/// The groups by year and place. The plain mean ranks: it is what bureaus publish, and a large budget does not
/// decide it.
fn ranked<K: Ord>(groups: BTreeMap<K, Gathered>) -> Vec<Group> {
    let mut groups: Vec<Group> = groups.into_values().map(Gathered::finish).collect();
    groups.sort_by(|a, b| a.year.cmp(&b.year).then(b.mean.cmp(&a.mean)));
    for i in 0..groups.len() {
        let before = i.checked_sub(1).map(|before| &groups[before]);
        let first = groups.iter().position(|group| group.year == groups[i].year).unwrap_or_default();
        let equal = before.filter(|before| before.year == groups[i].year && before.mean == groups[i].mean);
        let rank = equal.map_or(Some(i - first + 1), |before| before.rank);
        groups[i].rank = groups[i].mean.and(rank);
    }
    groups
}

fn standing(index: usize, assessed: &Assessed) -> Option<Standing> {
    let Assessed { project, scores, .. } = assessed;
    let rate = scores.rate.recomputed.or(scores.rate.printed)?;
    let sum = |of: fn(&super::score::ClassScore) -> Option<Decimal>| -> Decimal {
        scores.classes.iter().filter_map(of).sum()
    };
    let score_rate = sum(|class| class.score).checked_div(sum(|class| class.weight))?;
    let named = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(Standing {
        index,
        name: project.name.text().to_owned(),
        department: named(project.department.text()),
        unit: named(project.unit.text()),
        year: project.year.value,
        rate,
        score_rate,
        total: scores.total.shown(),
        gap: (score_rate - rate).checked_div(score_rate).unwrap_or_default(),
        ahead: is_ahead(assessed),
    })
}

fn is_ahead(assessed: &Assessed) -> bool {
    assessed.findings.iter().any(|finding| matches!(finding.code.as_ref(), "R38" | "R39"))
}

/// Budget and sum executed in 万元, where the form states both.
fn money(project: &Project) -> Option<(Decimal, Decimal)> {
    let fund = project.total_fund()?;
    let (budget, executed) = (base(fund).number()?, fund.executed.number()?);
    Some((project.in_ten_thousands(budget)?, project.in_ten_thousands(executed)?))
}

/// A name without blanks and widths.
fn key(name: &str) -> String {
    fold(name).chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::MoneyUnit;
    use crate::rules::check::example;
    use crate::rules::{Scheme, Schemes, assess};

    fn scheme() -> Scheme {
        Schemes::load(&crate::Templates::default()).unwrap().get("general").unwrap().clone()
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn project(
        unit: &str,
        department: &str,
        year: u16,
        budget: &str,
        executed: &str,
        total: &str,
    ) -> Project {
        let mut project = example::project();
        project.unit.value = Some(unit.to_owned());
        project.department.value = Some(department.to_owned());
        project.year.value = Some(year);
        project.funds[0].budget.value = Some(dec(budget));
        project.funds[0].executed.value = Some(dec(executed));
        project.total.score.value = Some(dec(total));
        project
    }

    fn aggregated(projects: Vec<Project>) -> Aggregates {
        let scheme = scheme();
        let assessed: Vec<Assessed> = projects.into_iter().map(|p| assess(p, &scheme)).collect();
        aggregate(&assessed)
    }

    #[test]
    fn means_ranks_and_grades_are_those_of_the_projects() {
        let mut yuan = project("乙站", "农业局", 2022, "500000", "250000", "80");
        yuan.money_unit = Some(MoneyUnit::Yuan);
        let sums = aggregated(vec![
            project("甲 所", "农业局", 2022, "10", "10", "100"),
            project("甲所", "农业局", 2022, "30", "15", "90"),
            yuan,
            project("丙站", "水利局", 2022, "20", "20", "95"),
            project("丙站", "水利局", 2021, "20", "0", "70"),
        ]);
        let units: Vec<_> = sums
            .units
            .iter()
            .map(|g| (g.year.unwrap(), g.unit.as_deref().unwrap(), g.projects, g.rank.unwrap()))
            .collect();
        assert_eq!(
            units,
            [(2021, "丙站", 1, 1), (2022, "甲 所", 2, 1), (2022, "丙站", 1, 1), (2022, "乙站", 1, 3)]
        );
        let first = &sums.units[1];
        assert_eq!((first.mean, first.weighted_mean), (Some(dec("95")), Some(dec("92.5"))));
        assert_eq!((first.budget, first.executed, first.full), (dec("40"), dec("25"), 1));
        assert_eq!(first.grades, BTreeMap::from([(Grade::Excellent, 2)]));
        let farm = sums.departments.iter().find(|g| g.department.as_deref() == Some("农业局")).unwrap();
        assert_eq!((farm.projects, farm.budget, farm.mean), (3, dec("90"), Some(dec("90"))));
        // Nothing spent, and 70 points: the one that stands out most.
        assert_eq!((sums.projects[0].year, sums.projects[0].ahead), (Some(2021), true));
    }

    #[test]
    fn what_states_no_money_counts_without_it() {
        let mut bare = project("甲", "局", 2022, "1", "1", "88");
        bare.funds.clear();
        let sums = aggregated(vec![bare, project("甲", "局", 2022, "0", "0", "90")]);
        let group = &sums.units[0];
        assert_eq!((group.projects, group.without_money, group.rate), (2, 1, None));
        assert_eq!((group.mean, group.weighted_mean), (Some(dec("89")), None));
        assert_eq!(aggregated(Vec::new()), Aggregates::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn units_and_departments_sum_to_the_same(
            rows in prop::collection::vec((0usize..4, 0usize..3, 0u32..9999, 0u32..9999, 0u32..=10_000), 0..20)
        ) {
            let projects: Vec<Project> = rows.iter().map(|(unit, department, budget, executed, total)| {
                let (unit, department) = (format!("单位{unit}"), format!("部门{department}"));
                let hundredth = |n: &u32| Decimal::new(i64::from(*n), 2).to_string();
                project(&unit, &department, 2022, &hundredth(budget), &hundredth(executed), &hundredth(total))
            }).collect();
            let count = projects.len();
            let sums = aggregated(projects);
            let of = |groups: &[Group]| {
                (
                    groups.iter().map(|g| g.projects).sum::<usize>(),
                    groups.iter().map(|g| g.budget).sum::<Decimal>(),
                    groups.iter().map(|g| g.executed).sum::<Decimal>(),
                    groups.iter().flat_map(|g| g.grades.values()).sum::<usize>(),
                )
            };
            prop_assert_eq!(of(&sums.units), of(&sums.departments));
            prop_assert_eq!(of(&sums.units).0, count);
        }
    }
}
