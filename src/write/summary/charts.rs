//! 图表: scores of classes and of projects, as charts beside their figures.
//!
//! The figures are no formulas: of those the charts would keep no values, and show nothing in a preview.

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLayout, ChartLine, ChartSolidFill, ChartType, Color,
    Worksheet, XlsxError,
};

use super::Entry;
use super::cell::{float, tidy};
use super::style::{self, Face, Look, Styles};
use crate::rules::{Class, Digest};

const SHEET: &str = "图表";
const TITLE: &str = "自评得分图表";
const NONE: &str = "没有可供作图的得分。";
const HEAD: u32 = 2;
/// The column at which the charts stand, and the last one that they cover.
const CHART_COL: u16 = 5;
const LAST_COL: u16 = 15;
/// Projects that one chart shows legibly.
const MOST_BARS: usize = 40;
/// Characters of a project's name that fit beside a bar.
const LABEL_LENGTH: usize = 18;
pub(super) const LABEL_WIDTH: f64 = 38.0;
pub(super) const FIGURE_WIDTH: f64 = 10.0;
pub(super) const CHART_WIDTH: u32 = 690;
const CLASS_HEIGHT: u32 = 270;
const BAR_HEIGHT: u32 = 24;
const BARS_MARGIN: u32 = 90;
pub(super) const BLUE: u32 = 0x4472C4;
const GREEN: u32 = 0x70AD47;
pub(super) const GRID: u32 = 0xD9D9D9;

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, styles: &Styles, entries: &[Entry<'_>]) -> Result<(), XlsxError> {
    sheet.set_name(SHEET)?;
    style::title(sheet, styles, TITLE, LAST_COL)?;
    sheet.set_column_width(0, LABEL_WIDTH)?;
    sheet.set_column_range_width(1, 3, FIGURE_WIDTH)?;
    style::page(sheet, None)?;
    let classes = classes(entries);
    let (bars, left_out) = bars(entries);
    if classes.is_empty() && bars.is_empty() {
        sheet.write_string_with_format(HEAD, 0, NONE, styles.format(Look::Note))?;
        return Ok(());
    }
    let mut line = HEAD;
    let mut chart_pixels = 0;
    if let Some(lowest) = classes.iter().map(|class| class.rate).min() {
        let last = class_table(sheet, styles, line, &classes)?;
        let plot = Plot {
            kind: ChartType::Column,
            title: "各类指标得分率",
            colour: GREEN,
            rows: (line + 1, last),
            value: 3,
            scale: (below(lowest, Decimal::ONE / Decimal::TEN), Decimal::ONE),
            shown: ("0%", "0.0%"),
        };
        sheet.insert_chart(line, CHART_COL, plot.chart().set_height(CLASS_HEIGHT))?;
        line = last + 2;
        chart_pixels = CLASS_HEIGHT + style::ROW_PIXELS;
    }
    if let (Some(lowest), Some(highest)) = (bars.first(), bars.last()) {
        let last = score_table(sheet, styles, line, &bars)?;
        let title = if left_out > 0 {
            format!("总分最低的 {} 个项目", bars.len())
        } else {
            "各项目自评总分".to_owned()
        };
        let plot = Plot {
            kind: ChartType::Bar,
            title: &title,
            colour: BLUE,
            rows: (line + 1, last),
            value: 1,
            scale: (below(lowest.score, Decimal::TEN), highest.score.max(Decimal::ONE_HUNDRED)),
            shown: ("0", "0.00"),
        };
        let height = BARS_MARGIN + BAR_HEIGHT * u32::try_from(bars.len()).unwrap_or_default();
        sheet.insert_chart_with_offset(HEAD, CHART_COL, plot.chart().set_height(height), 0, chart_pixels)?;
    }
    Ok(())
}

struct ClassRate {
    name: &'static str,
    weight: Decimal,
    score: Decimal,
    rate: Decimal,
}

/// The points of each class over all projects that state both its full points and those reached.
fn classes(entries: &[Entry<'_>]) -> Vec<ClassRate> {
    let execution = |digest: &Digest| {
        let scores = &digest.scores;
        scores.execution_weight.zip(scores.execution.shown()).into_iter().collect()
    };
    let of_class = |class: Option<Class>| {
        move |digest: &Digest| -> Vec<(Decimal, Decimal)> {
            let own = digest.scores.classes.iter().filter(|row| row.class == class);
            own.filter_map(|row| row.weight.zip(row.score)).collect()
        }
    };
    let sums = |name, points: &dyn Fn(&Digest) -> Vec<(Decimal, Decimal)>| {
        let all = entries.iter().flat_map(|entry| points(entry.digest));
        let (weight, score) = all.into_iter().try_fold((Decimal::ZERO, Decimal::ZERO), |sum, part| {
            Some((sum.0.checked_add(part.0)?, sum.1.checked_add(part.1)?))
        })?;
        let rate = score.checked_div(weight)?;
        Some(ClassRate { name, weight: weight.normalize(), score: score.normalize(), rate })
    };
    let mut rates: Vec<ClassRate> = sums("预算执行", &execution).into_iter().collect();
    rates.extend(Class::ALL.into_iter().filter_map(|class| sums(label(class), &of_class(Some(class)))));
    rates.extend(sums("其他指标", &of_class(None)));
    rates
}

const fn label(class: Class) -> &'static str {
    match class {
        Class::Cost => "成本指标",
        Class::Output => "产出指标",
        Class::Benefit => "效益指标",
        Class::Satisfaction => "满意度指标",
    }
}

struct Bar {
    name: String,
    score: Decimal,
}

/// The projects with the lowest scores, the lowest first, and how many others there are.
fn bars(entries: &[Entry<'_>]) -> (Vec<Bar>, usize) {
    let scored = entries.iter().filter_map(|entry| Some((entry.digest.scores.total.printed?, entry)));
    let mut scored: Vec<(Decimal, &Entry<'_>)> = scored.collect();
    scored.sort_by_key(|(score, _)| *score);
    let bar = |(score, entry): &(Decimal, &Entry<'_>)| Bar { name: shortened(entry.name()), score: *score };
    let bars = scored.iter().take(MOST_BARS).map(bar).collect();
    (bars, scored.len().saturating_sub(MOST_BARS))
}

fn class_table(
    sheet: &mut Worksheet,
    styles: &Styles,
    head: u32,
    classes: &[ClassRate],
) -> Result<u32, XlsxError> {
    heads(sheet, styles, head, &["类别", "分值合计", "得分合计", "得分率"])?;
    let mut last = head;
    for (line, class) in (head + 1..).zip(classes) {
        let figures = [(class.weight, Face::Points), (class.score, Face::Points), (class.rate, Face::Rate)];
        row(sheet, styles, line, class.name, &figures)?;
        last = line;
    }
    Ok(last)
}

fn score_table(sheet: &mut Worksheet, styles: &Styles, head: u32, bars: &[Bar]) -> Result<u32, XlsxError> {
    heads(sheet, styles, head, &["项目（总分由低到高）", "总分"])?;
    let mut last = head;
    for (line, bar) in (head + 1..).zip(bars) {
        row(sheet, styles, line, &bar.name, &[(bar.score, Face::Points)])?;
        last = line;
    }
    Ok(last)
}

/// A name no longer than fits beside a bar.
pub(super) fn shortened(name: &str) -> String {
    if name.chars().count() <= LABEL_LENGTH {
        return name.to_owned();
    }
    name.chars().take(LABEL_LENGTH - 1).chain(['…']).collect()
}

/// Writes the heads of a table of figures from column A on.
pub(super) fn heads(
    sheet: &mut Worksheet,
    styles: &Styles,
    line: u32,
    heads: &[&str],
) -> Result<(), XlsxError> {
    for (col, head) in (0..).zip(heads) {
        sheet.write_string_with_format(line, col, *head, styles.format(Look::Head))?;
    }
    Ok(())
}

/// Writes a row of such a table: its label, and its figures each in its face.
pub(super) fn row(
    sheet: &mut Worksheet,
    styles: &Styles,
    line: u32,
    label: &str,
    figures: &[(Decimal, Face)],
) -> Result<(), XlsxError> {
    let format = |face| styles.format(Look::Body(face));
    sheet.write_string_with_format(line, 0, tidy(label.into()), format(Face::Text))?;
    for (col, (figure, face)) in (1..).zip(figures) {
        sheet.write_number_with_format(line, col, float(*figure), format(*face))?;
    }
    Ok(())
}

/// A chart of rows whose labels stand in column A.
struct Plot<'a> {
    kind: ChartType,
    title: &'a str,
    colour: u32,
    /// The first row and the last.
    rows: (u32, u32),
    /// The column of the values.
    value: u16,
    /// The ends of the axis of values.
    scale: (Decimal, Decimal),
    /// Number formats of that axis and of the values.
    shown: (&'a str, &'a str),
}

impl Plot<'_> {
    fn chart(&self) -> Chart {
        let mut chart = Chart::new(self.kind);
        let mut small = ChartFont::new();
        small.set_size(9);
        let (first, last) = self.rows;
        chart
            .add_series()
            .set_categories((SHEET, first, 0, last, 0))
            .set_values((SHEET, first, self.value, last, self.value))
            .set_format(
                ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(self.colour))),
            )
            .set_gap(60)
            .set_data_label(ChartDataLabel::new().show_value().set_num_format(self.shown.1).set_font(&small));
        chart.title().set_name(self.title).set_font(ChartFont::new().set_size(13).set_bold());
        chart.legend().set_hidden();
        chart.x_axis().set_font(&small);
        chart.y_axis().set_font(&small);
        // The axes of a bar chart lie on their sides: its x axis is the one of values.
        let axis = if self.kind == ChartType::Bar { chart.x_axis() } else { chart.y_axis() };
        axis.set_min(float(self.scale.0)).set_max(float(self.scale.1)).set_num_format(self.shown.0);
        axis.set_major_gridlines_line(ChartLine::new().set_color(Color::RGB(GRID)));
        if self.kind == ChartType::Bar {
            // Leaves room for the label of the longest bar.
            chart
                .plot_area()
                .set_layout(&ChartLayout::new().set_offset(0.31, 0.12).set_dimensions(0.6, 0.78));
        }
        chart.set_width(CHART_WIDTH);
        chart
    }
}

/// A round number, a multiple of `step`, that lies at least half a step below the value; not below 0.
pub(super) fn below(value: Decimal, step: Decimal) -> Decimal {
    let half = step / Decimal::TWO;
    value
        .checked_sub(half)
        .and_then(|v| v.checked_div(step))
        .map_or(Decimal::ZERO, |v| (v.floor() * step).max(Decimal::ZERO))
}
