//! What narrative reports look like: lines to [`Report`]s.
//!
//! A file may hold the reports of several projects one after another. A report begins with its title; what its
//! headings are about, and where a unit's name ends in a title, is data: `templates/reports.toml`.

mod conventions;
mod figures;
mod marks;
mod sections;
mod statements;
mod title;

#[cfg(test)]
mod tests;

pub use conventions::Conventions;

use crate::model::Report;
use crate::model::report::Line;

use title::Title;

/// Reads the reports of a file's lines. Lines that come before the first title belong to no report.
pub fn read(lines: Vec<Line>, file: &str, conventions: &Conventions) -> Vec<Report> {
    let lines: Vec<Line> =
        lines.into_iter().filter(|line| !line.text.is_empty()).map(marks::marked).collect();
    let titles = title::find(&lines, conventions);
    let mut reports: Vec<Report> = match titles.as_slice() {
        [] => vec![report(&lines, file, None, conventions)],
        titles => {
            let ends = titles.iter().skip(1).map(|next| next.lines.start).chain([lines.len()]);
            let of = |(title, end): (&Title, usize)| {
                report(&lines[title.lines.start..end], file, Some(title), conventions)
            };
            titles.iter().zip(ends).map(of).collect()
        }
    };
    // A text without a title is a report by its headings alone.
    reports.retain(|report| report.title_lines > 0 || known_topics(report) >= FEWEST_TOPICS);
    date(&mut reports);
    reports
}

/// So many headings of reports make a text without a title a report.
const FEWEST_TOPICS: usize = 3;

fn known_topics(report: &Report) -> usize {
    report.sections.iter().filter(|section| section.topic.is_some()).count()
}

fn report(lines: &[Line], file: &str, title: Option<&Title>, conventions: &Conventions) -> Report {
    let title_lines = title.map_or(0, |title| title.lines.len());
    let mut report = Report {
        file: file.to_owned(),
        lines: lines.to_vec(),
        title_lines,
        title: title.map(|title| title.text.clone()).unwrap_or_default(),
        unit: title.and_then(|title| title.unit.clone()).or_else(|| signature(lines, conventions)),
        project: title.and_then(|title| title.project.clone()),
        year: title.and_then(|title| title.year),
        ..Report::default()
    };
    report.sections = sections::find(&report.lines, title_lines, conventions);
    report.figures = figures::find(&report.lines, title_lines, conventions);
    statements::read(&mut report);
    report
}

/// The unit that signs a report: one of its last lines, which is its name alone.
fn signature(lines: &[Line], conventions: &Conventions) -> Option<String> {
    const LAST: usize = 3;
    let last = lines.iter().rev().take(LAST).filter(|line| !line.in_table && line.mark.is_none());
    last.map(|line| line.text.as_str()).find(|text| conventions.is_unit(text)).map(str::to_owned)
}

/// Gives reports without a year that of the others of the file, where these agree.
fn date(reports: &mut [Report]) {
    let mut years: Vec<u16> = reports.iter().filter_map(|report| report.year).collect();
    years.sort_unstable();
    years.dedup();
    if let [year] = years.as_slice() {
        for report in reports.iter_mut().filter(|report| report.year.is_none()) {
            report.year = Some(*year);
        }
    }
}
