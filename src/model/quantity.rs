//! Target and actual values: sign, number and unit out of what a cell prints.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::number::{folded, is_blank, leading};
use super::{Actual, Target};

/// How an actual value is to stand to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Operator {
    /// ≥
    #[serde(rename = ">=")]
    AtLeast,
    /// ≤
    #[serde(rename = "<=")]
    AtMost,
    /// =
    #[serde(rename = "=")]
    Equal,
    /// >
    #[serde(rename = ">")]
    Above,
    /// <
    #[serde(rename = "<")]
    Below,
    /// Between two numbers.
    #[serde(rename = "range")]
    Range,
    /// 定性: judged by words.
    #[serde(rename = "qualitative")]
    Qualitative,
}

/// The signs and words for each operator, as they stand in front of a number; longer ones first.
const SIGNS: [(&str, Operator); 33] = [
    ("大于或等于", Operator::AtLeast),
    ("小于或等于", Operator::AtMost),
    ("大于等于", Operator::AtLeast),
    ("小于等于", Operator::AtMost),
    ("不少于", Operator::AtLeast),
    ("不低于", Operator::AtLeast),
    ("不小于", Operator::AtLeast),
    ("不超过", Operator::AtMost),
    ("不高于", Operator::AtMost),
    ("不大于", Operator::AtMost),
    ("不多于", Operator::AtMost),
    ("至少", Operator::AtLeast),
    ("至多", Operator::AtMost),
    ("大于", Operator::Above),
    ("高于", Operator::Above),
    ("超过", Operator::Above),
    ("小于", Operator::Below),
    ("低于", Operator::Below),
    ("等于", Operator::Equal),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=>", Operator::AtLeast),
    ("=<", Operator::AtMost),
    ("==", Operator::Equal),
    ("≥", Operator::AtLeast),
    ("≧", Operator::AtLeast),
    ("⩾", Operator::AtLeast),
    ("≤", Operator::AtMost),
    ("≦", Operator::AtMost),
    ("⩽", Operator::AtMost),
    ("=", Operator::Equal),
    ("═", Operator::Equal),
    (">", Operator::Above),
];

impl Operator {
    /// The operator at the start of a folded text, and what follows it.
    fn split(text: &str) -> (Option<Self>, &str) {
        // Most numbers stand alone.
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return (None, text);
        }
        for (sign, op) in SIGNS {
            if let Some(rest) = text.strip_prefix(sign) {
                return (Some(op), rest.trim_start());
            }
        }
        match text.strip_prefix('<') {
            Some(rest) => (Some(Self::Below), rest.trim_start()),
            None => (None, text),
        }
    }

    /// Reads a cell of a sign column (指标性质, 计算符号). 正向 and 反向 say only the direction.
    pub fn from_sign_cell(text: &str) -> Option<Self> {
        let text = folded(text);
        match &*text {
            "定性" | "定性指标" => return Some(Self::Qualitative),
            "正向" | "正向指标" => return Some(Self::AtLeast),
            "反向" | "反向指标" | "逆向" | "负向" => return Some(Self::AtMost),
            _ => {}
        }
        match Self::split(&text) {
            (Some(op), "") => Some(op),
            _ => None,
        }
    }

    /// The sign as it is printed before a number; empty for ranges and words.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
            Self::Equal => "=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Range | Self::Qualitative => "",
        }
    }
}

/// A value with its unit, as far as a text states one exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quantity {
    /// The sign before, or the word behind (`以上`), the number.
    pub op: Option<Operator>,
    /// The number; the lower end of a range.
    pub value: Option<Decimal>,
    /// The upper end of a range.
    pub upper: Option<Decimal>,
    /// The unit; `%` for every way of writing percent.
    pub unit: Option<String>,
}

impl Quantity {
    /// Reads a text. What is not exactly a number with a unit (dates, sentences, `860余批次`) has no value.
    pub fn read(text: &str) -> Self {
        let folded = folded(text);
        let (op, body) = Operator::split(&folded);
        if let Some(body) = body.strip_prefix('±')
            && let Some(number) = leading(body)
            && let Some(unit) = unit(number.rest)
        {
            return Self {
                op: Some(Operator::Range),
                value: Some(-number.value),
                upper: Some(number.value),
                unit: unit.name,
            };
        }
        let Some(first) = leading(body) else {
            return Self { op, ..Self::default() };
        };
        if op.is_none()
            && let Some(range) = range(&first)
        {
            return range;
        }
        match unit(first.rest) {
            Some(unit) => Self { op: op.or(unit.op), value: Some(first.value), upper: None, unit: unit.name },
            None => Self { op, ..Self::default() },
        }
    }
}

/// `10-15家`, `90%~95%`; `None` if the text is no range.
fn range(first: &super::number::Leading<'_>) -> Option<Quantity> {
    let rest = first.rest.strip_prefix('%').unwrap_or(first.rest);
    let rest = rest.strip_prefix(['-', '~', '—', '–', '至', '到', '∼'])?.trim_start_matches(['-', '—', '~']);
    let second = leading(rest)?;
    let unit = unit(second.rest)?;
    // 1-12月 is a term, not an amount, and so is anything that goes down.
    if second.value < first.value {
        return None;
    }
    Some(Quantity {
        op: Some(Operator::Range),
        value: Some(first.value),
        upper: Some(second.value),
        unit: unit.name,
    })
}

struct Unit {
    name: Option<String>,
    op: Option<Operator>,
}

/// The unit behind a number; `None` if what stands there makes the number inexact or part of something else.
fn unit(rest: &str) -> Option<Unit> {
    let mut op = None;
    let mut name = rest;
    for (word, meaning) in [
        ("及以上", Operator::AtLeast),
        ("以上", Operator::AtLeast),
        ("及以下", Operator::AtMost),
        ("以下", Operator::AtMost),
        ("以内", Operator::AtMost),
        ("(含)", Operator::AtLeast),
    ] {
        if let Some(before) = name.strip_suffix(word) {
            // (含) only says that the bound belongs to it.
            op = if word == "(含)" { None } else { Some(meaning) };
            name = before.trim_end();
            break;
        }
    }
    let vague = ["余", "多", "几", "左右", "上下"];
    if vague.iter().any(|word| name.starts_with(word)) || name.ends_with("左右") {
        return None;
    }
    if is_term(name) || name.chars().count() > 12 || name.contains(ends_a_unit) {
        return None;
    }
    let name = match name {
        "" => None,
        "%" | "百分比" | "百分点" if name != "百分点" => Some("%".to_owned()),
        other => Some(other.to_owned()),
    };
    Some(Unit { name, op })
}

/// Whether a character stands in no unit: marks, signs, and figures.
fn ends_a_unit(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '；'
            | '：'
            | '、'
            | '!'
            | '?'
            | '\n'
            | '"'
            | '“'
            | '”'
            | ','
            | ';'
            | ':'
            | '='
            | '≥'
            | '≤'
            | '>'
            | '<'
            | '0'..='9'
    )
}

/// Whether what follows a number makes it a date: `12月底前`, `2022年12月31日`, `31日前`.
fn is_term(rest: &str) -> bool {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('月' | '日' | '号'), _) => true,
        (Some('年'), Some(next)) => next.is_ascii_digit() || "底度内前末初第上下一二三四".contains(next),
        _ => false,
    }
}

impl Target {
    /// A target in one cell.
    pub fn read(text: &str) -> Self {
        let quantity = Quantity::read(text);
        let op = quantity
            .op
            .or_else(|| (quantity.value.is_none() && !says_a_date(text)).then_some(Operator::Qualitative));
        Self { text: text.to_owned(), op, value: quantity.value, upper: quantity.upper, unit: quantity.unit }
    }

    /// A target whose sign, value and unit stand in columns of their own. `signs` holds the cells of all sign
    /// columns; the text is joined as a form with one column would print it.
    pub fn from_columns(signs: &[&str], value: &str, unit: &str) -> Self {
        let plain = |text: &str| if is_blank(text) { String::new() } else { text.trim().to_owned() };
        let (value, unit) = (plain(value), plain(unit));
        let ops: Vec<Operator> = signs.iter().filter_map(|sign| Operator::from_sign_cell(sign)).collect();
        // 正向 in one column and 大于等于 in another: the exact sign is the last that is given.
        let op = if ops.contains(&Operator::Qualitative) {
            Some(Operator::Qualitative)
        } else {
            ops.last().copied()
        };
        let own = Quantity::read(&value);
        let printed_unit =
            if unit.is_empty() || folded(&value).ends_with(&*folded(&unit)) { "" } else { &unit };
        let sign = match op {
            Some(op) if own.op.is_none() && own.value.is_some() => op.sign(),
            _ => "",
        };
        let text = format!("{sign}{value}{printed_unit}");
        let named = match &*folded(&unit) {
            "" => None,
            "%" | "百分比" => Some("%".to_owned()),
            // As printed: a report must not turn 台（套） into 台(套).
            _ => Some(unit.clone()),
        };
        let op = match (op, own.op) {
            (Some(Operator::Qualitative), _) => Some(Operator::Qualitative),
            (_, Some(Operator::Range)) => Some(Operator::Range),
            (given, own_op) => {
                given.or(own_op).or_else(|| own.value.is_none().then_some(Operator::Qualitative))
            }
        };
        Self { text, op, value: own.value, upper: own.upper, unit: own.unit.or(named) }
    }
}

impl Actual {
    /// An actual value as its cell prints it.
    pub fn read(text: &str) -> Self {
        let quantity = Quantity::read(text);
        // 10-15 reached is no figure that could be compared.
        let value = if quantity.upper.is_some() { None } else { quantity.value };
        Self { text: text.to_owned(), value, unit: value.and(quantity.unit) }
    }
}

/// Whether a text names a date or a term rather than a quality.
fn says_a_date(text: &str) -> bool {
    let folded = folded(text);
    let digits_before = |mark: char| {
        folded
            .char_indices()
            .any(|(i, c)| c == mark && folded[..i].ends_with(|before: char| before.is_ascii_digit()))
    };
    let dashed =
        folded.split(['-', '/', '.']).map(|part| part.chars().take_while(char::is_ascii_digit).count());
    let dashed: Vec<usize> = dashed.collect();
    digits_before('年')
        || digits_before('月')
        || digits_before('日')
        || matches!(dashed[..], [4, 1..=2] | [4, 1..=2, 1..=2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str) -> String {
        let q = Quantity::read(text);
        let shown = |d: Option<Decimal>| d.map_or("-".to_owned(), |d| d.to_string());
        format!("{:?} {} {} {}", q.op, shown(q.value), shown(q.upper), q.unit.as_deref().unwrap_or("-"))
    }

    #[test]
    fn texts_split_into_sign_number_and_unit() {
        for (text, expected) in [
            ("≥50个", "Some(AtLeast) 50 - 个"),
            (">=90%", "Some(AtLeast) 90 - %"),
            ("＞＝９０％", "Some(AtLeast) 90 - %"),
            ("≧735 人次", "Some(AtLeast) 735 - 人次"),
            ("≤90万元", "Some(AtMost) 90 - 万元"),
            ("<=2875元/个", "Some(AtMost) 2875 - 元/个"),
            ("≥100百分比", "Some(AtLeast) 100 - %"),
            ("═100%", "Some(Equal) 100 - %"),
            ("﹦8", "Some(Equal) 8 - -"),
            ("不少于3次", "Some(AtLeast) 3 - 次"),
            ("95%以上", "Some(AtLeast) 95 - %"),
            ("30天以内", "Some(AtMost) 30 - 天"),
            ("1次/月", "None 1 - 次/月"),
            ("2个百分点", "None 2 - 个百分点"),
            ("10-15家", "Some(Range) 10 15 家"),
            ("±10%", "Some(Range) -10 10 %"),
            ("100", "None 100 - -"),
            ("860余批次", "None - - -"),
            ("2022年12月31日", "None - - -"),
            ("12月底前", "None - - -"),
            ("1-12月", "None - - -"),
            ("3年", "None 3 - 年"),
            ("效果明显", "None - - -"),
            ("", "None - - -"),
        ] {
            assert_eq!(line(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_qualitative_and_dates_are_not() {
        assert_eq!(Target::read("有效提升").op, Some(Operator::Qualitative));
        assert_eq!(Target::read("2022年12月底前").op, None);
        assert_eq!(Target::read("11月底完成").op, None);
    }

    #[test]
    fn columns_join_as_one_cell_would_print_them() {
        let target = Target::from_columns(&["≧"], "735", "人次");
        assert_eq!((target.text.as_str(), target.op), ("≥735人次", Some(Operator::AtLeast)));
        let target = Target::from_columns(&["正向", "等于"], "100%", "%");
        assert_eq!((target.text.as_str(), target.op), ("=100%", Some(Operator::Equal)));
        let target = Target::from_columns(&["定性", ""], "长期", "");
        assert_eq!(
            (target.text.as_str(), target.op, target.value),
            ("长期", Some(Operator::Qualitative), None)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = (Target::read(&text), Actual::read(&text), Target::from_columns(&[&text], &text, &text));
        }

        #[test]
        fn sign_number_and_unit_read_back(value in 0i64..1_000_000, scale in 0u32..3, sign in 0usize..5, unit in "(个|家|批次|万元|%|人次)") {
            let op = [Operator::AtLeast, Operator::AtMost, Operator::Equal, Operator::Above, Operator::Below][sign];
            let value = Decimal::new(value, scale).normalize();
            let read = Quantity::read(&format!("{}{value}{unit}", op.sign()));
            prop_assert_eq!(read, Quantity { op: Some(op), value: Some(value), upper: None, unit: Some(unit) });
        }
    }
}
