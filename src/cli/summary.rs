//! What a run says at its end, on the terminal.

use jixiao::model::number::round;
use jixiao::model::{Decimal, Finding, Grade, Level};
use jixiao::rules::Digest;

use super::Context;
use super::batch::Batch;
use super::tally::Tally;

/// Prints a run's figures: files, projects, mean, grades, findings.
pub(super) fn print(context: &Context, read: &Batch, tally: &Tally) {
    if context.quiet {
        return;
    }
    let Figures { mean, grades } = figures(&tally.digests);
    let mean = mean.map_or_else(|| "—".to_owned(), |mean| round(mean, 2).to_string());
    let (files, projects) = (read.files, tally.digests.len());
    eprintln!("{}", t!("cli.summary.line", files = files, projects = projects, mean = mean));
    let grades: Vec<String> =
        grades.into_iter().map(|(grade, count)| format!("{} {count}", grade.name())).collect();
    if !grades.is_empty() {
        eprintln!("{}", t!("cli.summary.grades", grades = grades.join("，")));
    }
    print_counts(context, tally.findings());
    if read.unreadable > 0 {
        eprintln!("{}", t!("cli.summary.unreadable", count = read.unreadable));
    }
}

/// What is said of many projects.
pub(super) struct Figures {
    /// The mean of the printed totals, points.
    pub(super) mean: Option<Decimal>,
    /// How many projects have each grade, the best first; none that nobody has.
    pub(super) grades: Vec<(Grade, usize)>,
}

/// The figures of some projects.
pub(super) fn figures(digests: &[Digest]) -> Figures {
    let scores: Vec<Decimal> = digests.iter().filter_map(|own| own.scores.total.printed).collect();
    let mean = scores.iter().sum::<Decimal>().checked_div(Decimal::from(scores.len()));
    let of = |grade| (grade, digests.iter().filter(|own| own.scores.grade == Some(grade)).count());
    let grades = Grade::ALL.into_iter().map(of).filter(|(_, count)| *count > 0).collect();
    Figures { mean, grades }
}

/// Prints how many findings there are of each level.
pub(super) fn print_findings(context: &Context, findings: &[Finding]) {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    print_counts(context, Level::ALL.map(count));
}

/// The same, of counts, errors first.
fn print_counts(context: &Context, [errors, warnings, notes]: [usize; 3]) {
    if !context.quiet {
        eprintln!("{}", t!("cli.summary.findings", errors = errors, warnings = warnings, notes = notes));
    }
}
