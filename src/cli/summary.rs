//! What a run says at its end, on the terminal.

use jixiao::model::number::round;
use jixiao::model::{Decimal, Finding, Grade, Level};

use super::Context;
use super::batch::Batch;

/// Prints the batch's figures: files, projects, mean, grades, findings.
pub(super) fn print(context: &Context, batch: &Batch) {
    if context.quiet {
        return;
    }
    let scores: Vec<Decimal> =
        batch.projects.iter().filter_map(|project| project.scores.total.printed).collect();
    let mean = scores.iter().sum::<Decimal>().checked_div(Decimal::from(scores.len()));
    let mean = mean.map_or_else(|| "—".to_owned(), |mean| round(mean, 2).to_string());
    eprintln!(
        "{}",
        t!("cli.summary.line", files = batch.files, projects = batch.projects.len(), mean = mean)
    );
    let grades: Vec<String> = Grade::ALL
        .into_iter()
        .map(|grade| {
            (grade, batch.projects.iter().filter(|project| project.scores.grade == Some(grade)).count())
        })
        .filter(|(_, count)| *count > 0)
        .map(|(grade, count)| format!("{} {count}", grade.name()))
        .collect();
    if !grades.is_empty() {
        eprintln!("{}", t!("cli.summary.grades", grades = grades.join("，")));
    }
    print_findings(context, &batch.findings());
    if batch.unreadable > 0 {
        eprintln!("{}", t!("cli.summary.unreadable", count = batch.unreadable));
    }
}

/// Prints how many findings there are of each level.
pub(super) fn print_findings(context: &Context, findings: &[Finding]) {
    if context.quiet {
        return;
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings, notes) = (count(Level::Error), count(Level::Warning), count(Level::Note));
    eprintln!("{}", t!("cli.summary.findings", errors = errors, warnings = warnings, notes = notes));
}
