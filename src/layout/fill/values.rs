//! What stands in a cell for a value.

use super::Content;
use crate::layout::vocabulary::IndicatorColumn;
use crate::model::{Decimal, Field, Indicator, MoneyUnit, Operator, Target};

/// An amount in the unit of the form that takes it. A form that states no unit is taken to mean the same; so is an
/// amount beyond exact numbers.
pub(super) fn money(amount: Decimal, from: Option<MoneyUnit>, to: Option<MoneyUnit>) -> Decimal {
    let (Some(from), Some(to)) = (from, to) else { return amount };
    from.convert(amount, to).unwrap_or(amount)
}

/// A name with its code before it, as forms print them; `None` if there is no name.
pub(super) fn coded(code: Option<&String>, name: &Field<String>) -> Option<String> {
    let name = name.get()?;
    Some(code.map_or_else(|| name.clone(), |code| format!("{code}-{name}")))
}

/// A spreadsheet's number has no more digits than these.
const MAX_DIGITS: usize = 15;

/// A number that a spreadsheet can hold exactly, or its digits as text.
pub(super) fn number(value: Decimal) -> Content {
    let value = value.normalize();
    let digits = value.mantissa().unsigned_abs().to_string().trim_end_matches('0').len();
    if digits > MAX_DIGITS { Content::Text(value.to_string()) } else { Content::Number(value) }
}

/// A text as a number if it is nothing else and would be printed the same.
pub(super) fn text(text: &str) -> Content {
    match text.parse::<Decimal>() {
        Ok(value) if value.normalize().to_string() == text => number(value),
        _ => Content::Text(text.to_owned()),
    }
}

/// Which columns a table has for a target.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetColumns {
    /// 计算符号
    pub sign: bool,
    /// 度量单位
    pub unit: bool,
}

/// What stands for a target in each of a table's columns for it.
fn target(target: &Target, unit: &str, columns: TargetColumns) -> Vec<(IndicatorColumn, Content)> {
    let sign = target.op.map(|op| if op == Operator::Qualitative { "定性" } else { op.sign() });
    let unit = if unit.is_empty() { target.unit.as_deref().unwrap_or_default() } else { unit };
    let whole = target.text.as_str();
    let (sign, value) = match (sign.filter(|_| columns.sign), target.value) {
        // What the parts say together must be what the target says.
        (Some(sign), Some(value)) => {
            let value = value.to_string();
            let behind = if columns.unit { String::new() } else { target.unit.clone().unwrap_or_default() };
            let part = format!("{value}{behind}");
            let again = Target::from_columns(&[sign], &part, if columns.unit { unit } else { "" });
            let says = |target: &Target| (target.op, target.value, target.upper, target.unit.clone());
            if says(&again) == says(target) { (sign, part) } else { ("", whole.to_owned()) }
        }
        (Some(sign), None) => (sign, whole.to_owned()),
        (None, _) => ("", whole.to_owned()),
    };
    let mut contents = vec![(IndicatorColumn::Target, text(&value))];
    for (column, text) in
        [(IndicatorColumn::Sign, sign), (IndicatorColumn::MeasureUnit, if columns.unit { unit } else { "" })]
    {
        if !text.is_empty() {
            contents.push((column, Content::Text(text.to_owned())));
        }
    }
    contents
}

/// What stands in the columns of an indicator's own values, as far as it has them.
pub(super) fn of_indicator(
    row: &Indicator,
    columns: TargetColumns,
    adjusted: bool,
) -> Vec<(IndicatorColumn, Content)> {
    use IndicatorColumn::{Actual, AdjustedTarget, Coefficient, Deduction, Level3, Reason, Score, Weight};
    let mut contents = vec![(Level3, Content::Text(row.name.text().to_owned()))];
    // Where nothing was adjusted both are the same place.
    let before = row.initial_target.get().filter(|_| adjusted && row.target.cell != row.initial_target.cell);
    if let Some(own) = before.or(row.target.get()) {
        contents.extend(target(own, row.unit.text(), columns));
    } else if columns.unit && row.unit.value.is_some() {
        contents.push((IndicatorColumn::MeasureUnit, Content::Text(row.unit.text().to_owned())));
    }
    if let (Some(_), Some(now)) = (before, row.target.get()) {
        let parts = target(now, row.unit.text(), columns);
        let value = parts.into_iter().find(|(column, _)| *column == IndicatorColumn::Target);
        contents.extend(value.map(|(_, content)| (AdjustedTarget, content)));
    }
    contents.extend(row.actual.get().map(|actual| (Actual, text(&actual.text))));
    for (column, points) in [
        (Weight, row.weight.value),
        (Score, row.score.value),
        (Coefficient, row.coefficient.value),
        (Deduction, row.deduction.value),
    ] {
        contents.extend(points.map(|points| (column, number(points))));
    }
    contents.extend(row.reason.get().map(|reason| (Reason, Content::Text(reason.clone()))));
    contents
}
