//! The kinds of fault that are put into single forms.

use jixiao::model::{Actual, Address, Decimal, Field, Operator, Project, Target};

use super::dec;

/// A kind of fault: what it is, the check that must speak, what follows from it, and how it is put in.
pub(super) struct Mutation {
    pub(super) name: &'static str,
    pub(super) code: &'static str,
    /// Errors that the fault brings with it, at other cells.
    pub(super) also: &'static [&'static str],
    /// Puts the fault in and says where it must be found; `None` if the form has no place for it.
    pub(super) put: fn(&mut Project) -> Option<Address>,
}

fn add(field: &mut Field<Decimal>, by: &str) -> Option<Address> {
    field.value = Some(field.value? + dec(by));
    field.cell
}

fn times(field: &mut Field<Decimal>, by: &str) -> Option<Address> {
    field.value = Some(field.value.filter(|value| !value.is_zero())? * dec(by));
    field.cell
}

/// Takes away every text that might explain what became of the money.
fn silence(project: &mut Project) {
    project.other.clear();
    for goal in &mut project.goals {
        goal.actual.value = None;
    }
    for fund in &mut project.funds {
        fund.reason.value = None;
    }
    for row in &mut project.indicators {
        row.reason.value = row.reason.value.take().map(|_| "人手不足，已补充".to_owned());
    }
}

/// Spends a part of the budget, and has rate, points and total follow.
fn spend(project: &mut Project, part: &str) -> Option<Address> {
    let fund = project.funds.first_mut()?;
    let budget = fund.budget.value.filter(|budget| !budget.is_zero())?;
    let (weight, before) = (fund.weight.value?, fund.score.value?);
    fund.executed.value = Some(budget * dec(part));
    fund.rate.value = fund.rate.value.map(|_| dec(part));
    let after = (weight * dec(part)).round_dp(2);
    fund.score.value = Some(after);
    project.total.score.value = project.total.score.value.map(|total| total - before + after);
    project.total.grade.value = None;
    project.funds.truncate(1);
    project.funds[0].rate.cell.or(project.funds[0].executed.cell)
}

/// Whether the form states what its rate is of.
fn stated(project: &Project) -> Option<Decimal> {
    let fund = project.funds.first()?;
    fund.executed.value?;
    fund.budget.value.or(fund.initial.value)
}

/// The index of the first indicator for which something holds.
fn row(project: &Project, holds: impl Fn(&jixiao::model::Indicator) -> bool) -> Option<usize> {
    project.indicators.iter().position(holds)
}

fn full(row: &jixiao::model::Indicator) -> bool {
    row.weight.value.is_some_and(|weight| weight > Decimal::ONE)
        && row.weight.value == row.score.value
        && row.weight.cell.is_some_and(|cell| row.name.cell.is_some_and(|name| name.row == cell.row))
}

fn upward(row: &jixiao::model::Indicator) -> bool {
    let target = row.target.value.as_ref();
    let at_least = |target: &Target| {
        target.op == Some(Operator::AtLeast) && target.value.is_some_and(|value| value > Decimal::ZERO)
    };
    target.is_some_and(at_least) && row.actual.value.as_ref().is_some_and(|actual| actual.value.is_some())
}

/// An actual value of so much of the target, in the target's unit.
fn reach(row: &mut jixiao::model::Indicator, part: &str) {
    let target = row.target.value.clone().unwrap();
    let value = (target.value.unwrap() * dec(part)).round_dp(3).normalize();
    let unit = target.unit.unwrap_or_default();
    row.actual.value = Some(Actual::read(&format!("{value}{unit}")));
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "score above full points",
        code: "R03",
        also: &["R06"],
        put: |p| {
            let at = row(p, full)?;
            add(&mut p.indicators[at].score, "1")
        },
    },
    Mutation {
        name: "score below nought",
        code: "R04",
        also: &["R06"],
        put: |p| {
            let at = row(p, full)?;
            p.indicators[at].score.value = Some(dec("-1"));
            p.indicators[at].score.cell
        },
    },
    Mutation {
        name: "full points taken away",
        code: "R05",
        also: &["R01", "R02", "R03", "R06"],
        put: |p| {
            let at = row(p, full)?;
            p.indicators[at].weight.value = Some(Decimal::ZERO);
            p.indicators[at].weight.cell
        },
    },
    Mutation {
        name: "full points changed",
        code: "R01",
        also: &["R02", "R23", "R24"],
        put: |p| {
            let at = row(p, full)?;
            add(&mut p.indicators[at].weight, "1")?;
            p.total.weight.cell.or(p.indicators[0].weight.cell)
        },
    },
    Mutation {
        name: "points of a level changed",
        code: "R02",
        also: &[],
        put: |p| {
            let at = row(p, |row| row.level1_weight.is_some() && row.weight.value.is_some())?;
            let level = p.indicators[at].level1.text().to_owned();
            for row in p.indicators.iter_mut().filter(|row| row.level1.text() == level) {
                row.level1_weight = row.level1_weight.map(|points| points + dec("5"));
            }
            p.indicators[at].level1.cell
        },
    },
    Mutation {
        name: "total one too high",
        code: "R06",
        also: &["R45"],
        put: |p| {
            p.funds.first()?.score.value?;
            add(&mut p.total.score, "1")
        },
    },
    Mutation {
        name: "total one too low",
        code: "R06",
        also: &["R45"],
        put: |p| {
            p.funds.first()?.score.value?;
            add(&mut p.total.score, "-1")
        },
    },
    Mutation {
        name: "rate shifted by a hundred",
        code: "R07",
        also: &[],
        put: |p| {
            stated(p)?;
            times(&mut p.funds[0].rate, "0.01")
        },
    },
    Mutation {
        name: "rate two points off",
        code: "R07",
        also: &[],
        put: |p| {
            stated(p)?;
            add(&mut p.funds[0].rate, "-0.02")
        },
    },
    Mutation {
        name: "points for execution one off",
        code: "R08",
        also: &["R06"],
        put: |p| add(&mut p.funds.first_mut()?.score, "-1"),
    },
    Mutation {
        name: "a source of money raised",
        code: "R09",
        also: &[],
        put: |p| {
            p.funds.get(1)?.executed.value?;
            add(&mut p.funds[1].executed, "3")?;
            p.funds[0].executed.cell
        },
    },
    Mutation {
        name: "more executed than budgeted",
        code: "R10",
        also: &["R07", "R08", "R09"],
        put: |p| {
            let fund = p.funds.first_mut()?;
            let budget = fund.budget.value.filter(|budget| !budget.is_zero())?;
            fund.executed.value = Some(budget + Decimal::ONE);
            fund.executed.cell
        },
    },
    Mutation {
        name: "budget gone",
        code: "R11",
        also: &["R09"],
        put: |p| {
            let fund = p.funds.first_mut()?;
            fund.executed.value.filter(|executed| !executed.is_zero())?;
            fund.budget.value = Some(Decimal::ZERO);
            fund.budget.cell
        },
    },
    Mutation {
        name: "little executed, and no word",
        code: "R12",
        also: &[],
        put: |p| {
            silence(p);
            spend(p, "0.7")
        },
    },
    Mutation {
        name: "budget adjusted, and no word",
        code: "R13",
        also: &["R09"],
        put: |p| {
            silence(p);
            let fund = p.funds.first_mut()?;
            fund.initial.value?;
            fund.initial.value = Some(fund.budget.value.filter(|budget| !budget.is_zero())? * dec("1.3"));
            fund.budget.cell
        },
    },
    Mutation {
        name: "an amount in yuan among ten thousands",
        code: "R19",
        also: &["R09"],
        put: |p| {
            let fund = p.funds.first_mut()?;
            fund.initial.value?;
            let budget = fund.budget.value.filter(|budget| !budget.is_zero())?;
            fund.executed.value.filter(|executed| *executed > budget * dec("0.2"))?;
            fund.initial.value = Some(budget * dec("10000"));
            fund.initial.cell
        },
    },
    Mutation {
        name: "goal of another year",
        code: "R57",
        also: &[],
        put: |p| {
            let last = p.year.value? - 1;
            let goal = p.goals.first_mut()?;
            goal.planned.value = Some(format!("{last}年完成全部任务"));
            goal.planned.cell
        },
    },
    Mutation {
        name: "reason deleted",
        code: "R23",
        also: &[],
        put: |p| {
            let at = row(p, |row| row.score.value < row.weight.value && row.reason.value.is_some())?;
            p.indicators[at].reason.value = None;
            p.indicators[at].reason.cell
        },
    },
    Mutation {
        name: "actual value deleted",
        code: "R21",
        also: &[],
        put: |p| {
            let at = row(p, full)?;
            p.indicators[at].actual.value = None;
            p.indicators[at].actual.cell
        },
    },
    Mutation {
        name: "target missed, all points kept",
        code: "R22",
        also: &[],
        put: |p| {
            let at = row(p, |row| full(row) && upward(row))?;
            reach(&mut p.indicators[at], "0.9");
            p.indicators[at].score.cell
        },
    },
    Mutation {
        name: "more points than the formula gives",
        code: "R24",
        also: &["R23", "R06", "R45"],
        put: |p| {
            let at = row(p, |row| row.weight.value >= Some(dec("5")) && full(row) && upward(row))?;
            reach(&mut p.indicators[at], "0.5");
            add(&mut p.indicators[at].score, "-1")
        },
    },
    Mutation {
        name: "fewer points than the formula gives",
        code: "R24",
        also: &["R23", "R06", "R45"],
        put: |p| {
            let at = row(p, |row| row.weight.value >= Some(dec("5")) && full(row) && upward(row))?;
            add(&mut p.indicators[at].score, "-3")
        },
    },
    Mutation {
        name: "a reason for falling short beside all points",
        code: "R25",
        also: &[],
        put: |p| {
            let at = row(p, |row| full(row) && upward(row) && row.reason.exists())?;
            p.indicators[at].reason.value = Some("因天气原因未完成".to_owned());
            p.indicators[at].reason.cell
        },
    },
    Mutation {
        name: "twice the target, and no word",
        code: "R26",
        also: &["R30"],
        put: |p| {
            let at = row(p, |row| full(row) && upward(row) && row.reason.exists())?;
            p.indicators[at].reason.value = None;
            reach(&mut p.indicators[at], "2");
            p.indicators[at].actual.cell
        },
    },
    Mutation {
        name: "words of one band, points of another",
        code: "R27",
        also: &[],
        put: |p| {
            let at = row(p, |row| full(row) && row.target.exists())?;
            let indicator = &mut p.indicators[at];
            indicator.target.value = Some(Target::read("按要求公开"));
            indicator.actual.value = Some(Actual::read("部分达成"));
            indicator.coefficient = Field::default();
            indicator.score.cell
        },
    },
    Mutation {
        name: "unit swapped",
        code: "R29",
        also: &[],
        put: |p| {
            let counted = |target: &Target| {
                target.unit.as_deref().is_some_and(|unit| unit != "%" && !unit.contains('元'))
            };
            let at = row(p, |row| upward(row) && row.target.value.as_ref().is_some_and(counted))?;
            p.indicators[at].actual.value = Some(Actual::read("98%"));
            p.indicators[at].actual.cell
        },
    },
    Mutation {
        name: "a pass rate above the whole",
        code: "R30",
        also: &[],
        put: |p| {
            let at =
                row(p, |row| row.name.text().ends_with("合格率") || row.name.text().ends_with("满意度"))?;
            p.indicators[at].actual.value = Some(Actual::read("112%"));
            p.indicators[at].actual.cell
        },
    },
    Mutation {
        name: "satisfaction to be low",
        code: "R31",
        also: &["R22", "R24"],
        put: |p| {
            let at = row(p, |row| row.name.text().ends_with("满意度") && row.target.exists())?;
            p.indicators[at].target.value = Some(Target::read("≤90%"));
            p.indicators[at].target.cell
        },
    },
    Mutation {
        name: "row doubled",
        code: "R17",
        also: &["R01", "R02", "R06"],
        put: |p| {
            let at = row(p, |row| full(row) && row.name.text().chars().count() > 3)?;
            let mut again = p.indicators[at].clone();
            let cell = Address::new(900, 3);
            again.name.cell = Some(cell);
            p.indicators.insert(at + 1, again);
            Some(cell)
        },
    },
    Mutation {
        name: "no benefits left",
        code: "R15",
        also: &["R01", "R06", "R45"],
        put: |p| {
            row(p, |row| row.level1.text().contains("效益") && !row.level1.text().contains("满意"))?;
            row(p, |row| row.level1.text().contains("产出"))?;
            p.indicators.retain(|row| !row.level1.text().contains("效益"));
            let known = |row: &&jixiao::model::Indicator| {
                ["产出", "满意", "成本"].iter().any(|class| row.level1.text().contains(class))
            };
            (p.indicators.iter().filter(known).count() == p.indicators.len()).then_some(())?;
            p.indicators[0].level1.cell
        },
    },
    Mutation {
        name: "quantities gone",
        code: "R16",
        also: &["R01", "R02", "R06", "R45"],
        put: |p| {
            let output = |row: &jixiao::model::Indicator| row.level1.text().contains("产出");
            let quantity = |row: &jixiao::model::Indicator| row.level2.text().contains("数量");
            row(p, |row| output(row) && quantity(row))?;
            row(p, |row| output(row) && row.level2.text().contains("质量"))?;
            p.indicators.retain(|row| !quantity(row));
            let first = row(p, output)?;
            p.indicators
                .iter()
                .filter(|row| output(row))
                .all(|row| row.level2.value.is_some())
                .then_some(())?;
            p.indicators[first].level1.cell
        },
    },
    Mutation {
        name: "unit's name left blank",
        code: "R20",
        also: &[],
        put: |p| {
            p.unit.value = None;
            p.unit.cell
        },
    },
    Mutation {
        name: "a sign of the sample left",
        code: "R18",
        also: &[],
        put: |p| {
            let goal = p.goals.first_mut()?;
            goal.planned.value = Some("完成××任务".to_owned());
            goal.planned.cell
        },
    },
    Mutation {
        name: "another grade",
        code: "R45",
        also: &[],
        put: |p| {
            p.total.grade.value?;
            p.total.score.value.filter(|score| *score >= dec("60"))?;
            p.total.grade.value = Some(jixiao::model::Grade::Poor);
            p.total.grade.cell
        },
    },
    Mutation {
        name: "a quantity in words",
        code: "R34",
        also: &["R27"],
        put: |p| {
            let at = row(p, |row| row.level2.text().contains("数量") && row.target.exists())?;
            p.indicators[at].target.value = Some(Target::read("按计划开展"));
            p.indicators[at].target.cell
        },
    },
    Mutation {
        name: "a quantity of money",
        code: "R32",
        also: &["R17"],
        put: |p| {
            let at = row(p, |row| row.level2.text().contains("数量"))?;
            p.indicators[at].name.value = Some("专项资金支付金额".to_owned());
            p.indicators[at].name.cell
        },
    },
    Mutation {
        name: "time among the qualities",
        code: "R33",
        also: &[],
        put: |p| {
            let at = row(p, |row| row.level2.text().contains("质量"))?;
            p.indicators[at].name.value = Some("任务完成及时率".to_owned());
            p.indicators[at].name.cell
        },
    },
    Mutation {
        name: "everybody content",
        code: "R36",
        also: &[],
        put: |p| {
            let at = row(p, |row| {
                row.level1.text().contains("满意")
                    && row.target.value.as_ref().is_some_and(|target| target.value.is_some())
            })?;
            p.indicators[at].actual.value = Some(Actual::read("100%"));
            p.indicators[at].actual.cell
        },
    },
    Mutation {
        name: "late, with all points",
        code: "R37",
        also: &[],
        put: |p| {
            let year = p.year.value?;
            let at = row(p, |row| full(row) && row.target.exists() && !row.coefficient.exists())?;
            p.indicators[at].target.value = Some(Target::read(&format!("{year}年6月底前")));
            p.indicators[at].actual.value = Some(Actual::read(&format!("{year}年9月15日")));
            p.indicators[at].score.cell
        },
    },
    Mutation {
        name: "one indicator outweighs all",
        code: "R58",
        also: &["R01", "R02", "R06", "R23", "R24"],
        put: |p| {
            let at = row(p, |row| full(row) && row.weight.cell.is_some())?;
            add(&mut p.indicators[at].weight, "45")
        },
    },
    Mutation {
        name: "not accepted yet, with all points",
        code: "R40",
        also: &[],
        put: |p| {
            let kind = |row: &jixiao::model::Indicator| {
                row.level1.text().contains("产出") && row.level2.text().contains("数量")
            };
            row(p, kind)?;
            p.indicators.iter().filter(|row| kind(row)).all(full).then_some(())?;
            let goal = p.goals.first_mut()?;
            goal.actual.value = Some("设备已到货，尚未验收".to_owned());
            goal.actual.cell
        },
    },
    Mutation {
        name: "nothing spent, everything done",
        code: "R38",
        also: &[],
        put: |p| {
            row(p, |row| row.level1.text().contains("产出"))?;
            p.indicators.iter().filter(|row| row.level1.text().contains("产出")).all(full).then_some(())?;
            spend(p, "0.001")?;
            p.funds[0].executed.cell
        },
    },
    Mutation {
        name: "scores far ahead of the money",
        code: "R39",
        also: &[],
        put: |p| {
            row(p, full)?;
            spend(p, "0.4")
        },
    },
    Mutation {
        name: "sheet named by a slip",
        code: "R59",
        also: &[],
        put: |p| {
            let name: Vec<char> = p.name.text().chars().filter(|c| c.is_alphabetic()).collect();
            (name.len() >= 6).then_some(())?;
            let mut slip = name;
            slip[2] = '某';
            p.source.sheet = slip.into_iter().collect();
            p.name.cell
        },
    },
];
