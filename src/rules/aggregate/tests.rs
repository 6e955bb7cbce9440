use proptest::prelude::*;

use super::*;
use crate::model::{Address, Field, Fund, FundRole, Indicator, Project};
use crate::rules::{Schemes, assess};
use crate::templates::Templates;

const AT: Address = Address::new(0, 0);

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn number(text: &str) -> Field<Decimal> {
    if text.is_empty() { Field::empty(AT) } else { Field::read(dec(text), AT) }
}

fn words(text: &str) -> Field<String> {
    Field::read(text.to_owned(), AT)
}

/// Department, unit, year, budget, executed, total.
type Form<'a> = (&'a str, &'a str, u16, &'a str, &'a str, &'a str);

fn project(form: Form<'_>) -> Project {
    let (department, unit, year, budget, executed, total) = form;
    let fund =
        Fund { role: FundRole::Total, budget: number(budget), executed: number(executed), ..Fund::default() };
    let mut project = Project {
        name: words("项目"),
        department: words(department),
        unit: words(unit),
        funds: vec![fund],
        ..Project::default()
    };
    project.year = if year == 0 { Field::empty(AT) } else { Field::read(year, AT) };
    project.total.score = number(total);
    project.total.weight = number("100");
    project
}

fn digests(projects: impl IntoIterator<Item = Project>) -> Vec<Digest> {
    let schemes = Schemes::load(&Templates::default()).unwrap();
    let scheme = schemes.get("mof-2020").unwrap();
    projects.into_iter().map(|own| Digest::of(&assess(own, scheme))).collect()
}

fn digests_of(forms: &[Form<'_>]) -> Vec<Digest> {
    digests(forms.iter().copied().map(project))
}

fn names(groups: &[Group]) -> Vec<(&str, Option<u16>, Option<usize>)> {
    groups.iter().map(|own| (own.name.as_deref().unwrap_or("—"), own.year, own.rank)).collect()
}

#[test]
fn equal_means_share_a_rank_and_what_has_no_score_has_none() {
    let all = digests_of(&[
        ("局", "丁", 2022, "1", "1", "80"),
        ("局", "乙", 2022, "1", "1", "95.004"),
        ("局", "甲", 2022, "1", "1", "98"),
        ("局", "丙", 2022, "1", "1", "95"),
        ("局", "戊", 2022, "1", "1", ""),
    ]);
    let all = aggregate(&all);
    let y = Some(2022);
    assert_eq!(
        names(&all.units),
        [("甲", y, Some(1)), ("乙", y, Some(2)), ("丙", y, Some(2)), ("丁", y, Some(4)), ("戊", y, None)]
    );
    assert_eq!(all.units[4].mean, None);
    assert_eq!((all.total.projects, all.total.scored), (5, 4));
}

#[test]
fn means_are_plain_and_weighted_by_budget() {
    let all = digests_of(&[
        ("局", "甲", 2022, "300", "300", "100"),
        ("局", "甲", 2022, "100", "50", "90"),
        ("局", "甲", 2022, "", "", "80"),
        ("局", "甲", 2022, "100", "100", ""),
    ]);
    let all = aggregate(&all);
    let unit = &all.units[0];
    assert_eq!(unit.mean, Some(dec("90")));
    assert_eq!(unit.weighted_mean, Some(dec("97.5")));
    assert_eq!((unit.highest, unit.lowest), (Some(dec("100")), Some(dec("80"))));
    assert_eq!(
        (unit.budget, unit.executed, unit.rate),
        (Some(dec("500")), Some(dec("450")), Some(dec("0.9")))
    );
    assert_eq!((unit.projects, unit.scored, unit.without_amounts, unit.full_marks), (4, 3, 1, 1));
    let grades: Vec<usize> = Grade::ALL.iter().map(|grade| unit.grades[grade]).collect();
    assert_eq!(grades, [2, 1, 0, 0]);
}

#[test]
fn amounts_are_in_ten_thousands_whatever_the_form_says() {
    let mut forms = [
        project(("局", "甲", 2022, "1030700.01", "1030700.01", "90")),
        project(("局", "甲", 2022, "43.2", "37.24", "95")),
        project(("局", "甲", 2022, "1", "1", "95")),
    ];
    forms[0].money_unit = Some(MoneyUnit::Yuan);
    forms[1].money_unit = Some(MoneyUnit::TenThousandYuan);
    let own = digests(forms);
    let all = aggregate(&own);
    assert_eq!(all.total.budget, Some(dec("147.270001")));
    assert_eq!(all.total.executed, Some(dec("141.310001")));
}

#[test]
fn half_a_pair_of_amounts_and_a_budget_of_nothing_have_no_rate() {
    let all = digests_of(&[
        ("局", "甲", 2022, "100", "", "99"),
        ("局", "乙", 2022, "0", "0", "99"),
        ("局", "乙", 2022, "0", "5", "99"),
    ]);
    let all = aggregate(&all);
    let unit = |name: &str| all.units.iter().find(|own| own.name.as_deref() == Some(name)).unwrap();
    assert_eq!((unit("甲").without_amounts, unit("甲").budget, unit("甲").rate), (1, None, None));
    assert_eq!((unit("乙").without_amounts, unit("乙").budget), (0, Some(Decimal::ZERO)));
    assert_eq!((unit("乙").rate, unit("乙").weighted_mean, unit("乙").stands_out), (None, None, false));
    assert!(all.projects.iter().all(|own| own.gap.is_none() && !own.stands_out));
}

#[test]
fn high_scores_for_little_money_come_first() {
    let indicator = |weight: &str, score: &str| Indicator {
        level1: words("产出指标"),
        weight: number(weight),
        score: number(score),
        ..Indicator::default()
    };
    let mut forms: Vec<Project> =
        [("100", "96"), ("100", "30"), ("100", "90"), ("100", "89.9"), ("100", "120")]
            .map(|(budget, executed)| project(("局", "甲", 2022, budget, executed, "98")))
            .to_vec();
    for form in &mut forms {
        form.indicators.push(indicator("90", "90"));
    }
    // Without indicators the total tells: 98 of 100.
    forms.push(project(("局", "甲", 2022, "100", "90", "98")));
    forms.push(project(("局", "甲", 2022, "", "", "98")));
    let own = digests(forms);
    let all = aggregate(&own);
    let told: Vec<(usize, Option<Decimal>, bool)> =
        all.projects.iter().map(|own| (own.index, own.gap, own.stands_out)).collect();
    assert_eq!(
        told,
        [
            (1, Some(dec("0.7")), true),
            (3, Some(dec("0.101")), true),
            (2, Some(dec("0.1")), false),
            (5, Some(dec("0.08")), false),
            (0, Some(dec("0.04")), false),
            (4, Some(dec("-0.2")), false),
            (6, None, false),
        ]
    );
    assert_eq!(all.projects[0].indicator_score, Some(dec("90")));
    assert!(all.units[0].stands_out);
    let check = crate::rules::check::all().into_iter().find(|check| check.code == "R39").unwrap();
    assert_eq!(check.threshold, Some(STANDS_OUT));
}

#[test]
fn names_are_the_same_but_for_spaces_width_and_case() {
    let all = digests_of(&[
        ("局 一", "Ａ 中心", 2022, "1", "1", "90"),
        ("局一", "a中心", 2022, "1", "1", "90"),
        ("局\n一", " A中心", 2022, "1", "1", "90"),
        ("局二", "—", 2022, "1", "1", "90"),
        ("局二", "", 2022, "1", "1", "90"),
    ]);
    let all = aggregate(&all);
    let y = Some(2022);
    assert_eq!(names(&all.units), [("Ａ 中心", y, Some(1)), ("—", y, Some(1))]);
    assert_eq!(all.units[1].name, None);
    assert_eq!(all.units[0].department.as_deref(), Some("局 一"));
    assert_eq!(names(&all.departments), [("局 一", y, Some(1)), ("局二", y, Some(1))]);
}

#[test]
fn years_are_not_mixed() {
    let two = [
        ("局", "甲", 2021, "1", "1", "80"),
        ("局", "甲", 2022, "1", "1", "90"),
        ("局", "乙", 2022, "1", "1", "95"),
    ];
    let own = digests_of(&two);
    let all = aggregate(&own);
    let (first, second) = (Some(2021), Some(2022));
    assert_eq!(names(&all.units), [("甲", first, Some(1)), ("乙", second, Some(1)), ("甲", second, Some(2))]);
    let mut unsaid = two.to_vec();
    unsaid.push(("局", "甲", 0, "1", "1", "70"));
    assert_eq!(names(&aggregate(&digests_of(&unsaid)).units)[3], ("甲", None, Some(1)));
    // Where only one year is stated, it is that of all.
    assert_eq!(
        names(&aggregate(&digests_of(&unsaid[2..])).units),
        [("乙", second, Some(1)), ("甲", second, Some(2))]
    );
}

#[test]
fn only_self_evaluations_count() {
    let mut forms = vec![project(("局", "甲", 2022, "1", "1", "90"))];
    for kind in [Kind::Target, Kind::Monitoring] {
        forms.push(Project { kind, ..project(("局", "甲", 2022, "1000", "1", "10")) });
    }
    let own = digests(forms);
    let all = aggregate(&own);
    assert_eq!((all.left_out, all.total.projects, all.total.mean), (2, 1, Some(dec("90"))));
    assert_eq!(all.total.budget, Some(Decimal::ONE));
}

#[test]
fn recomputed_totals_stand_in_for_those_not_printed() {
    let mut form = project(("局", "甲", 2022, "100", "90", ""));
    form.indicators.push(Indicator {
        level1: words("产出指标"),
        weight: number("90"),
        score: number("85"),
        ..Indicator::default()
    });
    form.funds[0].weight = number("10");
    let own = digests([form]);
    let all = aggregate(&own);
    assert_eq!(all.total.mean, Some(dec("94")));
}

#[test]
fn sums_beyond_exact_numbers_are_left_out() {
    let huge = "79228162514264337593543950335";
    let all = digests_of(&[("局", "甲", 2022, huge, huge, "90"), ("局", "甲", 2022, huge, huge, "90")]);
    let all = aggregate(&all);
    assert_eq!((all.total.budget, all.total.rate, all.total.weighted_mean), (None, None, None));
    assert_eq!(all.total.mean, Some(dec("90")));
}

#[test]
fn nothing_gives_nothing() {
    let all = digests_of(&[]);
    let all = aggregate(&all);
    assert_eq!((all.units.len(), all.departments.len(), all.projects.len()), (0, 0, 0));
    assert_eq!((all.total.projects, all.total.mean, all.total.budget), (0, None, None));
}

fn any_form() -> impl Strategy<Value = Project> {
    let amount = || proptest::option::of((0i64..10_000_000, 0u32..5));
    let kind = prop_oneof![Just(Kind::SelfEvaluation), Just(Kind::Target), Just(Kind::Monitoring)];
    let who = (0usize..4, 0usize..5, 0u16..3);
    (who, amount(), amount(), proptest::option::of(0i64..10_001), any::<bool>(), kind).prop_map(
        |((department, unit, year), budget, executed, total, yuan, kind)| {
            let text = |own: Option<(i64, u32)>| {
                own.map_or(String::new(), |(units, scale)| Decimal::new(units, scale).to_string())
            };
            let total = text(total.map(|total| (total, 2)));
            let (budget, executed) = (text(budget), text(executed));
            let year = [0, 2021, 2022][usize::from(year)];
            let department = ["", "甲局", "甲 局", "乙局"][department];
            let unit = ["", "甲站", "乙站", "乙站 ", "Ｂ站"][unit];
            let own = project((department, unit, year, &budget, &executed, &total));
            let money_unit = if yuan { MoneyUnit::Yuan } else { MoneyUnit::TenThousandYuan };
            Project { kind, money_unit: Some(money_unit), ..own }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn units_departments_and_projects_come_to_the_same(forms in proptest::collection::vec(any_form(), 0..20)) {
        let given = forms.len();
        let own = digests(forms);
        let all = aggregate(&own);
        prop_assert_eq!(all.left_out + all.projects.len(), given);
        let money = |of: fn(&ProjectFigures) -> Option<Decimal>| sum(all.projects.iter().filter_map(of));
        let scores = || all.projects.iter().filter_map(|own| own.score);
        for groups in [&all.units, &all.departments] {
            let of = |own: fn(&Group) -> Option<Decimal>| sum(groups.iter().filter_map(own));
            prop_assert_eq!(of(|own| own.budget), money(|own| own.budget));
            prop_assert_eq!(of(|own| own.executed), money(|own| own.executed));
            prop_assert_eq!(of(|own| own.highest).is_some(), scores().next().is_some());
            prop_assert_eq!(groups.iter().filter_map(|own| own.highest).max(), scores().max());
            prop_assert_eq!(groups.iter().filter_map(|own| own.lowest).min(), scores().min());
            for count in [
                |own: &Group| own.projects,
                |own: &Group| own.scored,
                |own: &Group| own.without_amounts,
                |own: &Group| own.full_marks,
                |own: &Group| own.grades.values().sum(),
            ] {
                prop_assert_eq!(groups.iter().map(count).sum::<usize>(), count(&all.total));
            }
            for group in groups {
                let better = |other: &&Group| {
                    let shown = |own: &Group| own.mean.map(|mean| round(mean, RANK_PLACES));
                    other.year == group.year && shown(other) > shown(group)
                };
                let better = groups.iter().filter(better).count();
                prop_assert_eq!(group.rank, group.mean.map(|_| better + 1));
            }
        }
        prop_assert_eq!(all.total.budget, money(|own| own.budget));
    }
}
