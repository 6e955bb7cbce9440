//! Reading the numbers of a form, and keeping account of those that cannot be read.

use rust_decimal::Decimal;

use crate::model::number::{self, is_no_number, leading};
use crate::model::{Address, Field, MoneyUnit, Unread};

/// A number that could not be read: what, and where.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// What stands in the project's `unread`.
    pub unread: Unread,
    /// The cell.
    pub cell: Address,
}

/// The numbers of one form.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// What could not be read, in reading order.
    pub failures: Vec<Failure>,
    /// The unit that the first amount printed in its own cell, where the form states none.
    pub printed_unit: Option<MoneyUnit>,
}

impl Numbers {
    fn field(&mut self, text: &str, cell: Address, path: String, read: Option<Decimal>) -> Field<Decimal> {
        if is_no_number(text) {
            return Field::empty(cell);
        }
        match read {
            Some(value) => Field::read(value, cell),
            None => {
                self.failures.push(Failure { unread: Unread { path, text: text.trim().to_owned() }, cell });
                Field::empty(cell)
            }
        }
    }

    /// An amount in the form's unit. A unit printed in the cell itself is heeded.
    pub fn money(
        &mut self,
        text: &str,
        cell: Address,
        unit: Option<MoneyUnit>,
        path: String,
    ) -> Field<Decimal> {
        let unit = unit.or(self.printed_unit);
        let amount = money(text, unit);
        self.printed_unit = unit.or(amount.and_then(|(_, printed)| printed));
        self.field(text, cell, path, amount.map(|(value, _)| value))
    }

    /// Points.
    pub fn points(&mut self, text: &str, cell: Address, path: String) -> Field<Decimal> {
        self.field(text, cell, path, number::points(text))
    }

    /// A rate as a fraction of 1.
    pub fn rate(&mut self, text: &str, cell: Address, in_percent: bool, path: String) -> Field<Decimal> {
        self.field(text, cell, path, number::rate(text, in_percent))
    }
}

/// An amount, and the unit printed behind it.
fn money(text: &str, unit: Option<MoneyUnit>) -> Option<(Decimal, Option<MoneyUnit>)> {
    let folded = number::folded(text);
    let folded = folded.trim_start_matches(['¥', '￥']);
    let amount = leading(folded)?;
    let printed = match amount.rest {
        "" => return Some((amount.value, None)),
        "万元" | "万" => MoneyUnit::TenThousandYuan,
        "元" => MoneyUnit::Yuan,
        _ => return None,
    };
    let factor = printed.in_yuan().checked_div(unit.unwrap_or(printed).in_yuan())?;
    Some((amount.value.checked_mul(factor)?.normalize(), Some(printed)))
}

/// Whether the head of a rate's column says that its numbers are percent: `执行率(%)`.
pub(super) fn rate_in_percent(head: &str) -> bool {
    number::folded(head).contains('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_heed_the_unit_in_their_own_cell() {
        use MoneyUnit::{TenThousandYuan, Yuan};
        for (text, unit, amount) in [
            ("1,030,700.00", Some(Yuan), Some("1030700")),
            ("800万元", Some(TenThousandYuan), Some("800")),
            ("5.8万", Some(Yuan), Some("58000")),
            ("387664.62元", Some(TenThousandYuan), Some("38.766462")),
            ("５．８万元", None, Some("5.8")),
            ("854万(高标准农田400万元)", Some(TenThousandYuan), None),
            ("7,00.0,77", Some(Yuan), None),
        ] {
            assert_eq!(
                money(text, unit).map(|(value, _)| value),
                amount.map(|a| a.parse().unwrap()),
                "{text}"
            );
        }
    }
}
