//! The chart of execution against score: a point a project, those that stand out in their own colour.

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    Chart, ChartAxis, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat, ChartLegendPosition,
    ChartLine, ChartMarker, ChartMarkerType, ChartSolidFill, ChartType, Color, Workbook, XlsxError,
};

use super::TO_BE_FILLED;
use super::cell::float;
use super::charts::{BLUE, CHART_WIDTH, FIGURE_WIDTH, GRID, LABEL_WIDTH, below, heads, row, shortened};
use super::style::{self, Face, Styles};
use crate::rules::Aggregates;
use crate::rules::aggregate::ProjectFigures;

const SHEET: &str = "执行与得分图";
const TITLE: &str = "执行率与指标得分率";
const HEAD: u32 = 2;
const CHART_COL: u16 = 4;
/// The last column that the chart covers.
const LAST_COL: u16 = 14;
/// The fewest points that make a picture.
const FEWEST: usize = 2;
/// The most points that one shows.
const MOST: usize = 100;
/// Points that bear their projects' names.
const NAMED: usize = 5;
const HEIGHT: u32 = 480;
const RED: u32 = 0xC0504D;

/// A project with its execution rate and its score rate.
type Point<'a> = (&'a ProjectFigures<'a>, Decimal, Decimal);

/// Writes the sheet, if any project stands out among others. As those of the other charts, its figures are no
/// formulas.
pub(super) fn write(
    workbook: &mut Workbook,
    styles: &Styles,
    aggregates: &Aggregates<'_>,
) -> Result<(), XlsxError> {
    let projects = aggregates.projects.iter().filter(|own| own.gap.is_some());
    let all: Vec<Point<'_>> = projects.filter_map(|own| Some((own, own.rate?, own.score_rate?))).collect();
    if all.len() < FEWEST || !all.iter().any(|(own, ..)| own.stands_out) {
        return Ok(());
    }
    let sheet = workbook.add_worksheet();
    let points = &all[..all.len().min(MOST)];
    sheet.set_name(SHEET)?;
    style::title(sheet, styles, TITLE, LAST_COL)?;
    sheet.set_column_width(0, LABEL_WIDTH)?;
    sheet.set_column_range_width(1, 2, FIGURE_WIDTH)?;
    heads(sheet, styles, HEAD, &["项目（差距由大到小）", "执行率", "指标得分率"])?;
    for (line, (own, rate, score_rate)) in (HEAD + 1..).zip(points) {
        let face = if own.stands_out { Face::FlaggedRate } else { Face::Rate };
        row(sheet, styles, line, &name(own), &[(*rate, face), (*score_rate, face)])?;
    }
    let red = points.iter().filter(|(own, ..)| own.stands_out).count();
    let line = |count: usize| HEAD + 1 + u32::try_from(count).unwrap_or_default();
    let mut chart = Chart::new(ChartType::Scatter);
    let named: Vec<String> = points.iter().take(red.min(NAMED)).map(|(own, ..)| name(own)).collect();
    series(&mut chart, "得分率明显高于执行率", RED, (line(0), line(red) - 1), &named);
    if red < points.len() {
        series(&mut chart, "其他项目", BLUE, (line(red), line(points.len()) - 1), &[]);
    }
    let title = if points.len() < all.len() {
        format!("{TITLE}（差距最大的 {MOST} 个项目）")
    } else {
        TITLE.to_owned()
    };
    chart.title().set_name(&title).set_font(ChartFont::new().set_size(13).set_bold());
    chart.legend().set_position(ChartLegendPosition::Bottom);
    axis(chart.x_axis(), "执行率", points.iter().map(|(_, rate, _)| *rate));
    axis(chart.y_axis(), "指标得分率", points.iter().map(|(.., score_rate)| *score_rate));
    chart.set_width(CHART_WIDTH).set_height(HEIGHT);
    sheet.insert_chart(HEAD, CHART_COL, &chart)?;
    style::page(sheet, None)
}

fn name(own: &ProjectFigures<'_>) -> String {
    own.name.map_or_else(|| TO_BE_FILLED.to_owned(), shortened)
}

fn series(chart: &mut Chart, name: &str, colour: u32, (first, last): (u32, u32), named: &[String]) {
    let fill =
        || ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour))).clone();
    let mut marker = ChartMarker::new();
    marker.set_type(ChartMarkerType::Circle).set_size(7).set_format(&mut fill());
    let series = chart.add_series();
    series
        .set_name(name)
        .set_categories((SHEET, first, 1, last, 1))
        .set_values((SHEET, first, 2, last, 2))
        .set_marker(&marker);
    if named.is_empty() {
        return;
    }
    let all = usize::try_from(last - first + 1).unwrap_or_default();
    let mut labels: Vec<ChartDataLabel> =
        named.iter().map(|name| ChartDataLabel::new().set_value(name).to_custom()).collect();
    labels.resize_with(all, || ChartDataLabel::new().set_hidden().to_custom());
    let mut shown = ChartDataLabel::new();
    let mut small = ChartFont::new();
    shown.show_value().set_position(ChartDataLabelPosition::Right).set_font(small.set_size(9));
    series.set_data_label(&shown).set_custom_data_labels(&labels);
}

/// An axis from a round number below the lowest to one above the highest.
fn axis(axis: &mut ChartAxis, name: &str, values: impl Iterator<Item = Decimal> + Clone) {
    let step = Decimal::ONE / Decimal::TEN;
    let lowest = values.clone().min().unwrap_or_default();
    let highest = values.max().unwrap_or_default();
    // A step of room above, for the labels of the points there.
    let steps = highest.checked_div(step).and_then(|steps| steps.ceil().checked_add(Decimal::ONE));
    let top = steps.map_or(highest, |steps| steps * step);
    axis.set_name(name).set_name_font(ChartFont::new().set_size(9)).set_font(ChartFont::new().set_size(9));
    axis.set_min(float(below(lowest, step))).set_max(float(top.max(Decimal::ONE))).set_num_format("0%");
    axis.set_major_gridlines_line(ChartLine::new().set_color(Color::RGB(GRID)));
}
