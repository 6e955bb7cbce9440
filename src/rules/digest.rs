//! What of an assessed project is needed beside others, once its report and its own rows are written.
//!
//! A run of a hundred thousand forms cannot keep their indicators: what is compared, gathered and listed of a project
//! comes to two kilobytes.

use rust_decimal::Decimal;
use twox_hash::XxHash3_128;

use super::score::base;
use super::{Assessed, Outcome, Scores};
use crate::model::number::{fold, is_no_number};
use crate::model::{
    Address, Field, Fund, Goal, Grade, Indicator, Kind, Level, MoneyUnit, Project, Source, Subject,
};

/// Characters of reasons that are kept.
const REASON_LENGTH: usize = 120;

/// An assessed project among others.
#[derive(Clone, Debug)]
pub struct Digest {
    /// What the form is for.
    pub kind: Kind,
    /// 项目名称
    pub name: Field<String>,
    /// The project's code.
    pub code: Option<String>,
    /// The year evaluated.
    pub year: Option<u16>,
    /// 主管部门
    pub department: Field<String>,
    /// 实施单位
    pub unit: Field<String>,
    /// The unit of every amount; `None` if the form does not say.
    pub money_unit: Option<MoneyUnit>,
    /// The amounts of the year's total; `None` if the form has none.
    pub money: Option<Money>,
    /// Whether the form has any amounts.
    pub has_funds: bool,
    /// Where the total of its points stands.
    pub total_cell: Option<Address>,
    /// The printed grade.
    pub grade: Option<Grade>,
    /// The file and the sheet; no layout.
    pub source: Source,
    /// Printed and recomputed scores side by side.
    pub scores: Scores,
    /// How many indicators there are.
    pub indicators: usize,
    /// Whether any of them has points.
    pub scored: bool,
    /// How many of them were reached in part or not at all.
    pub unreached: usize,
    /// The reasons given for points not reached, cut to 120 characters; `None` if points were lost and none is given.
    pub reasons: Option<String>,
    /// How many findings there are of each level, in the order of [`Level::ALL`].
    pub findings: [usize; 3],
    /// What was reached of its goals, to be compared with what others reached.
    pub(super) reached: Vec<Reached>,
    /// The indicators' targets, to be compared with those of another year or form.
    targets: String,
}

/// Amounts of a form, in its own unit of money.
#[derive(Clone, Copy, Debug)]
pub struct Money {
    /// 年初预算数
    pub initial: Option<Decimal>,
    /// 全年预算数
    pub budget: Option<Decimal>,
    /// What the execution is measured by: [`base`].
    pub base: Option<Decimal>,
    /// 全年执行数
    pub executed: Option<Decimal>,
    /// Where what was executed stands.
    pub executed_cell: Option<Address>,
}

impl Money {
    fn of(fund: &Fund) -> Self {
        Self {
            initial: fund.initial.number(),
            budget: fund.budget.number(),
            base: base(fund).number(),
            executed: fund.executed.number(),
            executed_cell: fund.executed.cell,
        }
    }
}

/// Stands between the indicators of packed targets.
const RECORD: char = '\u{1e}';
/// Stands between the parts of one.
const UNIT: char = '\u{1f}';

/// What was reached of a goal, as far as it is compared: texts of some hundred characters each would be the greater part
/// of what a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// Stands for the text without the project's own name, blanks and marks: texts that differ share it by no accident.
    pub(super) text: u128,
    /// How many characters that text has.
    pub(super) length: usize,
    /// Where it stands.
    pub(super) cell: Option<Address>,
}

impl Reached {
    fn of(goal: &Goal, project: &Project) -> Option<Self> {
        let text = bare(goal.actual.text(), project);
        let length = text.chars().count();
        let stands_for = XxHash3_128::oneshot(text.as_bytes());
        (length > 0).then_some(Self { text: stands_for, length, cell: goal.actual.cell })
    }
}

/// A text without the project's own name, blanks and marks.
fn bare(text: &str, project: &Project) -> String {
    let name = project.name.text();
    let text = if name.is_empty() { fold(text) } else { fold(text).replace(&fold(name), "") };
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The target of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedTarget<'a> {
    /// The indicator's name.
    pub name: &'a str,
    /// The target as printed.
    pub text: &'a str,
    /// Where it stands.
    pub cell: Option<Address>,
}

impl Digest {
    /// The digest of a project.
    pub fn of(assessed: &Assessed) -> Self {
        let Assessed { project, scores, outcomes, findings, .. } = assessed;
        let rows = &project.indicators;
        let is_short = |outcome: &&Outcome| matches!(outcome, Outcome::PartlyMet(_) | Outcome::Missed);
        Self {
            kind: project.kind,
            name: project.name.clone(),
            code: project.code.clone(),
            year: project.year.value,
            department: project.department.clone(),
            unit: project.unit.clone(),
            money_unit: project.money_unit,
            money: project.total_fund().map(Money::of),
            has_funds: !project.funds.is_empty(),
            total_cell: project.total.score.cell,
            grade: project.total.grade.value,
            source: Source { layout: String::new(), ..project.source.clone() },
            indicators: rows.len(),
            scored: rows.iter().any(|row| row.score.exists()),
            unreached: outcomes.iter().filter(is_short).count(),
            reasons: reasons(project),
            findings: Level::ALL
                .map(|level| findings.iter().filter(|finding| finding.level == level).count()),
            reached: project.goals.iter().filter_map(|goal| Reached::of(goal, project)).collect(),
            targets: pack(rows),
            scores: scores.clone(),
        }
    }

    /// What it is known by.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            kind: self.kind,
            name: self.name.text(),
            year: self.year,
            department: self.department.value.as_deref(),
            unit: self.unit.value.as_deref(),
        }
    }

    /// An amount of the form in 万元, as [`MoneyUnit::in_ten_thousands`] has it.
    pub fn in_ten_thousands(&self, amount: Decimal) -> Option<Decimal> {
        MoneyUnit::in_ten_thousands(self.money_unit, amount)
    }

    /// The targets of its indicators, in the form's order; none after [`Digest::end_comparing`].
    pub fn targets(&self) -> impl Iterator<Item = StatedTarget<'_>> {
        self.targets.split_terminator(RECORD).filter_map(|record| {
            let mut parts = record.split(UNIT);
            let (name, text, cell) = (parts.next()?, parts.next()?, parts.next()?);
            Some(StatedTarget { name, text, cell: cell.parse().ok() })
        })
    }

    /// Whether it states what was reached over a whole year.
    pub fn is_self_evaluation(&self) -> bool {
        self.kind == Kind::SelfEvaluation
    }

    /// Lets go of what is only asked for where projects are compared: half of what is kept of each.
    pub fn end_comparing(&mut self) {
        self.reached = Vec::new();
        self.targets = String::new();
    }

    /// Counts a further finding.
    pub fn count(&mut self, level: Level) {
        self.findings[level.rank()] += 1;
    }
}

/// The targets of some indicators in one text: a hundred thousand forms have millions of them.
fn pack(rows: &[Indicator]) -> String {
    let mut packed = String::new();
    for row in rows {
        // Controls are part of no name or target; a form made to confuse must not confuse this.
        let parts = [row.name.text(), row.target.get().map_or("", |target| &target.text)];
        if parts[1].is_empty() || parts.iter().any(|part| part.contains([RECORD, UNIT])) {
            continue;
        }
        for part in parts {
            packed.push_str(part);
            packed.push(UNIT);
        }
        packed.push_str(&row.target.cell.map(|cell| cell.to_string()).unwrap_or_default());
        packed.push(RECORD);
    }
    packed.shrink_to_fit();
    packed
}

/// The reasons that a form gives for points not reached.
fn reasons(project: &Project) -> Option<String> {
    let lost =
        |weight: Option<Decimal>, score: Option<Decimal>| weight.zip(score).is_some_and(|(w, s)| s < w);
    let fund = project.total_fund().filter(|fund| lost(fund.weight.number(), fund.score.number()));
    let short = || project.indicators.iter().filter(|row| lost(row.weight.number(), row.score.number()));
    let mut reasons: Vec<String> = Vec::new();
    for given in fund.map(|fund| &fund.reason).into_iter().chain(short().map(|row| &row.reason)) {
        let reason = given.text().split_whitespace().collect::<Vec<_>>().join(" ");
        let reason = reason.trim_end_matches(['。', '；', ';', '，']);
        if !is_no_number(reason) && !reasons.iter().any(|known| known == reason) {
            reasons.push(reason.to_owned());
        }
    }
    if reasons.is_empty() {
        return short().next().is_none().then(String::new);
    }
    let all = reasons.join("；");
    Some(match all.char_indices().nth(REASON_LENGTH) {
        Some((end, _)) => format!("{}…", &all[..end]),
        None => all,
    })
}
