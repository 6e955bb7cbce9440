//! Reading labelled places: whose form it is, its goals, and what is kept under its own label.

use std::ops::Range;

use indexmap::IndexMap;

use super::choices;
use super::form::FormRows;
use super::table::joined;
use super::vocabulary::{FormLabel, Vocabulary};
use crate::grid::{Grid, Row, Slot};
use crate::model::number::{compacted, folded, is_blank};
use crate::model::{Address, Area, Field, Goal, MoneyUnit, Project};

/// Under which label the goal is kept that an adjusted one replaced.
pub(super) const INITIAL_GOAL: &str = "年初绩效目标";
/// The longest text that may be a label which nobody knows yet.
const MAX_UNKNOWN_LABEL_CHARS: usize = 20;

/// The text of a name: on one line, without white space around line breaks.
pub(super) fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect()
}

/// A text that is not merely a dash.
pub(super) fn field(text: &str, cell: impl Into<Option<Address>>) -> Field<String> {
    Field { value: (!is_blank(text)).then(|| text.trim().to_owned()), cell: cell.into() }
}

/// Splits `219001-某镇政府`, `[610001]某公司` into code and name. A code has digits and no Chinese.
pub(super) fn split_code(text: &str) -> (Option<String>, String) {
    let is_code = |code: &str| {
        code.len() >= 3
            && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
            && code.chars().filter(char::is_ascii_digit).count() >= 3
    };
    let text = text.trim();
    let bracketed = text.strip_prefix(['[', '［', '【']).and_then(|rest| rest.split_once([']', '］', '】']));
    let dashed = text.split_once(['-', '－', '—']);
    for (code, name) in bracketed.into_iter().chain(dashed) {
        let (code, name) = (folded(code), name.trim());
        if is_code(&code) && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
            return (Some(code.into_owned()), name.to_owned());
        }
    }
    (None, text.to_owned())
}

/// The unit of money that a text states in brackets or after 单位.
pub(super) fn money_unit(text: &str) -> Option<MoneyUnit> {
    if !text.contains('元') {
        return None;
    }
    let text = compacted(text);
    let says = |forms: [&str; 3]| forms.iter().any(|form| text.contains(form));
    if says(["(万元", "单位:万元", "单位:人民币万元"]) {
        Some(MoneyUnit::TenThousandYuan)
    } else if says(["(元", "单位:元", "单位:人民币元"]) {
        Some(MoneyUnit::Yuan)
    } else {
        None
    }
}

/// The year that a title states: `（2022年度）`, `2023年度…自评表`, `2019年度)`.
pub(super) fn year(text: &str) -> Option<u16> {
    let text = compacted(text);
    let mut found = None;
    for (at, _) in text.match_indices('年') {
        let before = &text[..at];
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let year = if digits == 4 { before[at - 4..].parse().ok() } else { None };
        let Some(year) = year.filter(|year| (1990..2100).contains(year)) else { continue };
        if text[at..].starts_with("年度") {
            return Some(year);
        }
        found = found.or(Some(year));
    }
    found
}

/// Reads every labelled place of a form outside of its tables. `taken` tells which rows the tables took.
pub(super) fn read(
    grid: &Grid,
    form: &FormRows,
    taken: &dyn Fn(usize) -> bool,
    words: &Vocabulary,
    project: &mut Project,
) {
    let rows = grid.rows();
    if form.rows.start == 0 {
        project.year.value =
            grid.above.iter().filter(|text| words.inline(text).is_none()).find_map(|text| year(text));
    }
    let named = form
        .rows
        .clone()
        .find(|at| rows[*at].slots.iter().any(|slot| words.form(&slot.text) == Some(FormLabel::Name)));
    let first_table = form.tables.first().map(|head| head.first_row);
    let mut goals = GoalPlaces::default();
    // What stands about the title (单位名称：某局 填报日期：…) gives way to the form's own places.
    let mut beside_titles = Vec::new();
    // So do labels with nothing beside them but other labels: 单位名称：　填报日期：
    let mut alone = Vec::new();
    let mut below_goals = 0..0;
    for at in form.rows.clone().filter(|at| !taken(*at)) {
        if below_goals.contains(&at) {
            continue;
        }
        let row = &rows[at];
        let mut slots = joined(row);
        slots.retain(|slot| row.begins(slot));
        let filled = slots.iter().filter(|slot| !slot.is_blank()).count();
        if named.or(first_table).is_some_and(|named| at < named)
            && project.year.value.is_none()
            && filled <= 2
        {
            // 填报日期：2022年3月 and the like say when the form was filled, in one cell or beside their label.
            let labelled = |i: usize| i > 0 && words.form(slots[i - 1].text).is_some();
            let titles = slots
                .iter()
                .enumerate()
                .filter(|(i, slot)| !labelled(*i) && words.inline(slot.text).is_none());
            let stated = titles.filter_map(|(_, slot)| Some((year(slot.text)?, slot.area.first))).next();
            project.year = stated.map_or(Field::default(), |(year, cell)| Field::read(year, cell));
        }
        for (i, slot) in slots.iter().enumerate() {
            project.money_unit = project.money_unit.or_else(|| money_unit(slot.text));
            if words.inline(slot.text).is_some_and(|(_, text)| !text.is_empty()) {
                beside_titles.push(*slot);
                continue;
            }
            let next = slots.get(i + 1);
            let right = next.filter(|right| words.form(right.text).is_none());
            let heads_goals = next.is_some_and(|next| words.form(next.text) == Some(FormLabel::GoalPlanned));
            match words.form(slot.text) {
                // The name of the block, whatever it says.
                Some(FormLabel::GoalPlanned | FormLabel::GoalActual) if i == 0 && heads_goals => {}
                Some(FormLabel::GoalPlanned) => {
                    goals.planned(slot, goal_text(rows, at, slot, right, words));
                }
                Some(FormLabel::GoalAdjusted) => {
                    let text = goal_text(rows, at, slot, right, words);
                    if let Some(before) = goals.adjusted(slot, text)
                        && let (Some(text), Some(cell)) = (before.value, before.cell)
                    {
                        keep(project, INITIAL_GOAL, &text, cell);
                    }
                }
                Some(FormLabel::GoalActual) => {
                    goals.actual(slot, goal_text(rows, at, slot, right, words));
                }
                Some(FormLabel::Midterm) => {
                    if let Some((text, cell)) = goal_text(rows, at, slot, right, words) {
                        keep(project, slot.text, text, cell);
                    }
                }
                Some(FormLabel::Goals) => {
                    // A block that names no column of its own holds the goal itself.
                    let last = slots.iter().rfind(|slot| !slot.is_blank());
                    let text = right.filter(|right| {
                        !right.is_blank() && (!is_label_like(right.text) || last == Some(*right))
                    });
                    if let (Some(right), true) = (text, goals.found.is_empty()) {
                        goals.planned(slot, Some((right.text, right.area.first)));
                    }
                }
                Some(FormLabel::Funds | FormLabel::Indicators) => {}
                Some(label) => match right {
                    Some(right) => put(project, label, slot.text, right.text, Some(right.area.first)),
                    None => alone.push((label, *slot)),
                },
                None => {
                    let own = slot.text.split_once(['：', ':']).filter(|(_, own)| !is_blank(own));
                    if let Some((label, text)) = own.filter(|_| filled >= 2 && is_label_like(slot.text)) {
                        keep(project, label, text, slot.area.first);
                        continue;
                    }
                    let labelled = i > 0 && words.form(slots[i - 1].text).is_some();
                    let value_before =
                        i > 0 && project.other.values().any(|field| field.cell == Some(slot.area.first));
                    if let (false, false, Some(right)) = (labelled, value_before, right)
                        && filled >= 2
                        && is_label_like(slot.text)
                    {
                        keep(project, slot.text, right.text, right.area.first);
                    }
                }
            }
        }
        let end = (at + 1..form.rows.end).find(|at| taken(*at)).unwrap_or(form.rows.end);
        below_goals = goals.read_below(&rows[..end], at, words);
    }
    project.goals = goals.found;
    for (label, slot) in alone {
        put(project, label, slot.text, "", Some(slot.area.first));
    }
    for slot in beside_titles {
        for (label, printed, text) in inline_parts(slot.text, words) {
            put(project, label, printed, text, Some(slot.area.first));
        }
    }
    // A working paper has no place for the name: its title bears code and name.
    if !project.name.exists() && project.name.value.is_none() {
        let first = form.tables.first().map_or(form.rows.end, |head| head.first_row);
        let titles = rows[form.rows.start..first].iter().flat_map(Row::filled);
        if let Some((code, name, cell)) = titles.filter_map(titled).next() {
            (project.code, project.name) = (Some(code), Field::read(name, cell));
        }
    }
    // A document's paragraphs have no cells.
    let above = grid.above.iter().filter(|_| form.rows.start == 0);
    for (label, printed, text) in above.flat_map(|text| inline_parts(text, words)) {
        put(project, label, printed, text, None);
    }
}

/// Code and name of a title such as `51099925T000020001234-某项目项目支出绩效自评复核表`.
fn titled(slot: &Slot) -> Option<(String, String, Address)> {
    let (code, name) = split_code(&one_line(&slot.text));
    let name = name.split("绩效").next()?.trim_end_matches("支出").trim_end_matches("项目");
    Some((code?, name.to_owned(), slot.area.first)).filter(|_| !name.is_empty())
}

/// The labels and texts of a cell that holds several: `单位名称：某局  填报日期：2022年3月`.
fn inline_parts<'a>(text: &'a str, words: &Vocabulary) -> Vec<(FormLabel, &'a str, &'a str)> {
    let places = inline_places(text, words).into_iter();
    let parts = places.map(|(meaning, label, value)| (meaning, label, text[value].trim()));
    parts.filter(|(_, _, value)| !value.is_empty()).collect()
}

/// The labels of a cell that may hold several, each with the bytes between its colon and the next label.
pub(super) fn inline_places<'a>(
    text: &'a str,
    words: &Vocabulary,
) -> Vec<(FormLabel, &'a str, Range<usize>)> {
    let mut places = Vec::new();
    let mut start = 0;
    while let Some(colon) = text[start..].find(['：', ':']) {
        let label = &text[start..start + colon];
        let value = start + colon + text[start + colon..].chars().next().map_or(0, char::len_utf8);
        let after = &text[value..];
        // The next label is what stands between the last white space and the next colon.
        let next = after.find(['：', ':']).and_then(|colon| after[..colon].rfind(char::is_whitespace));
        let end = next.map_or(after.len(), |space| space);
        if let Some(meaning) = words.form(label) {
            places.push((meaning, label.trim(), value..value + end));
        }
        let rest = &after[end..];
        start = text.len() - rest.trim_start().len();
        if next.is_none() {
            break;
        }
    }
    places
}

/// Whether a text may be a label that the vocabulary does not know.
fn is_label_like(text: &str) -> bool {
    let text = text.trim();
    let chars = text.chars().count();
    (2..=MAX_UNKNOWN_LABEL_CHARS).contains(&chars)
        && !text.contains(['。', '；', ';', '□', '☑', '√'])
        && !text.starts_with(|c: char| c.is_ascii_digit() || "≥≤=><".contains(c))
}

pub(super) fn put(project: &mut Project, label: FormLabel, printed: &str, text: &str, cell: Option<Address>) {
    let named = |text: &str| {
        let (code, name) = split_code(&one_line(text));
        (code, Field { value: (!is_blank(&name)).then_some(name), cell })
    };
    // A second place of one meaning counts where the first stands empty.
    let free = |field: &Field<String>| field.value.is_none() && (!field.exists() || !is_blank(text));
    match label {
        FormLabel::Name if free(&project.name) => (project.code, project.name) = named(text),
        FormLabel::Department if free(&project.department) => {
            (project.department_code, project.department) = named(text);
        }
        FormLabel::Unit if free(&project.unit) => (project.unit_code, project.unit) = named(text),
        FormLabel::Year if project.year.value.is_none() => {
            let number =
                year(text).or_else(|| folded(text).parse().ok().filter(|year| (1990..2100).contains(year)));
            project.year = Field { value: number, cell };
        }
        FormLabel::Total if is_blank(text) && project.total.score.exists() => {}
        FormLabel::Total if is_blank(text) => project.total.score.cell = cell,
        // The table's own row has a place for the score behind that of the full points.
        FormLabel::Total if project.total.weight.exists() && project.total.score.exists() => {}
        FormLabel::Total if project.total.score.value.is_none() => match crate::model::number::points(text) {
            Some(points) => project.total.score = Field { value: Some(points), cell },
            None => keep(project, printed, text, cell),
        },
        FormLabel::Code if project.code.is_none() && !is_blank(text) => {
            project.code = Some(text.trim().to_owned());
        }
        FormLabel::Grade | FormLabel::Midterm | FormLabel::Remark => keep(project, printed, text, cell),
        // 地方主管部门 below 中央主管部门: what no field takes is kept all the same.
        FormLabel::Department if !is_blank(text) && project.department.value != named(text).1.value => {
            keep(project, printed, text, cell);
        }
        FormLabel::Unit if !is_blank(text) && project.unit.value != named(text).1.value => {
            keep(project, printed, text, cell);
        }
        _ => {}
    }
}

/// Keeps a labelled place under its own label. A label that comes twice keeps both texts.
pub(super) fn keep(project: &mut Project, printed: &str, text: &str, cell: impl Into<Option<Address>>) {
    let label = plain_label(printed);
    let label = free_label(&project.other, &label);
    let ticked = choices::ticked(text);
    if !ticked.is_empty() {
        project.choices.insert(label.clone(), ticked);
    }
    project.other.insert(label, field(text, cell));
}

/// The label under which a place is kept: as printed, without white space and what follows a colon.
pub(super) fn plain_label(printed: &str) -> String {
    let label = printed.split(['：', ':']).next().unwrap_or(printed);
    label.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A label without the number that [`free_label`] gave it, and how many of its name come before it.
pub(super) fn numbered_label(label: &str) -> (&str, usize) {
    let numbered = label.strip_suffix('）').and_then(|label| label.rsplit_once('（'));
    let numbered = numbered.and_then(|(label, number)| Some((label, number.parse::<usize>().ok()?)));
    match numbered {
        Some((label, count @ 2..)) => (label, count - 1),
        _ => (label, 0),
    }
}

/// A label that no text stands under yet: the label itself, or numbered.
pub(super) fn free_label(kept: &IndexMap<String, Field<String>>, label: &str) -> String {
    let mut free = label.to_owned();
    let mut count = 1;
    while kept.get(&free).is_some_and(|field| field.value.is_some()) {
        count += 1;
        free = format!("{label}（{count}）");
    }
    free
}

/// The text of a goal: beside its label, or below it.
fn goal_text<'a>(
    rows: &'a [Row],
    at: usize,
    slot: &Slot<&str>,
    right: Option<&Slot<&'a str>>,
    words: &Vocabulary,
) -> Option<(&'a str, Address)> {
    if let Some(right) = right.filter(|right| !right.is_blank()) {
        return Some((right.text, right.area.first));
    }
    let next = rows.get(at + 1)?;
    let below = next.slots.iter().find(|below| below.area.shares_columns(&slot.area) && next.begins(below));
    match below {
        Some(below) if words.form(&below.text).is_none() && words.indicator_column(&below.text).is_none() => {
            Some((below.text.as_str(), below.area.first))
        }
        _ => right.map(|right| ("", right.area.first)),
    }
}

/// Goals as their labels are met: the first of each kind counts, one pair a row of labels.
#[derive(Default)]
struct GoalPlaces {
    found: Vec<Goal>,
}

impl GoalPlaces {
    fn planned(&mut self, label: &Slot<&str>, text: Option<(&str, Address)>) {
        let goal = self.at(|goal| goal.planned.exists());
        goal.planned = Self::field(label, text);
    }

    /// Puts an adjusted goal, if there is one, in the place of the one before it, and gives that.
    fn adjusted(&mut self, label: &Slot<&str>, text: Option<(&str, Address)>) -> Option<Field<String>> {
        let adjusted = Self::field(label, text);
        match self.found.last_mut().filter(|goal| !goal.actual.exists()) {
            Some(goal) if adjusted.value.is_some() => Some(std::mem::replace(&mut goal.planned, adjusted)),
            Some(_) => None,
            None => {
                self.found.push(Goal { planned: adjusted, ..Goal::default() });
                None
            }
        }
    }

    fn actual(&mut self, label: &Slot<&str>, text: Option<(&str, Address)>) {
        let goal = self.at(|goal| goal.actual.exists());
        goal.actual = Self::field(label, text);
    }

    fn field(label: &Slot<&str>, text: Option<(&str, Address)>) -> Field<String> {
        text.map_or(Field::empty(label.area.first), |(text, cell)| field(text, cell))
    }

    /// Reads the goals that stand one under another below the first, which the labels in the row at `at` head;
    /// gives their rows.
    fn read_below(&mut self, rows: &[Row], at: usize, words: &Vocabulary) -> Range<usize> {
        let labels = |wanted: &[FormLabel]| {
            let named =
                |slot: &Slot<&str>| words.form(slot.text).is_some_and(|label| wanted.contains(&label));
            joined(&rows[at])
                .into_iter()
                .find(|slot| rows[at].begins(slot) && named(slot))
                .map(|slot| slot.area)
        };
        let planned = labels(&[FormLabel::GoalPlanned, FormLabel::GoalAdjusted]);
        let actual = labels(&[FormLabel::GoalActual]);
        let (Some(planned), Some(actual)) = (planned, actual) else { return 0..0 };
        let first =
            self.found.last().and_then(|goal| goal.planned.cell.filter(|_| goal.planned.value.is_some()));
        if first.is_none_or(|cell| cell.row <= rows[at].index) {
            return 0..0;
        }
        let mut end = at + 2;
        while let Some(row) = rows.get(end).filter(|row| rows[end - 1].index + 1 == row.index) {
            let mut slots = joined(row);
            slots.retain(|slot| !slot.is_blank());
            let own =
                |area: &Area| slots.iter().find(|slot| row.begins(slot) && slot.area.shares_columns(area));
            let foreign = slots.iter().any(|slot| {
                words.form(slot.text).is_some_and(|label| label != FormLabel::Goals)
                    || words.indicator_column(slot.text).is_some()
                    || row.begins(slot)
                        && !slot.area.shares_columns(&planned)
                        && !slot.area.shares_columns(&actual)
            });
            // A text over both columns is a note, and one beside nothing goes on with no goal.
            let (Some(one), Some(other)) = (own(&planned), own(&actual)) else { break };
            if foreign || one.area == other.area {
                break;
            }
            self.found.push(Goal {
                planned: field(one.text, one.area.first),
                actual: field(other.text, other.area.first),
            });
            end += 1;
        }
        at + 2..end
    }

    /// The goal to fill: the last one unless it has that half already.
    fn at(&mut self, has: impl Fn(&Goal) -> bool) -> &mut Goal {
        if self.found.last().is_none_or(has) {
            self.found.push(Goal::default());
        }
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_split_from_names() {
        for (text, code, name) in [
            ("51000021R000000019951-工资性支出", Some("51000021R000000019951"), "工资性支出"),
            ("219001-某镇人民政府", Some("219001"), "某镇人民政府"),
            ("[610001]某公司", Some("610001"), "某公司"),
            ("2022-2023年道路养护", None, "2022-2023年道路养护"),
            ("乡村-振兴", None, "乡村-振兴"),
            ("8台执法车辆", None, "8台执法车辆"),
        ] {
            assert_eq!(split_code(text), (code.map(str::to_owned), name.to_owned()), "{text}");
        }
    }

    #[test]
    fn years_and_money_units_are_read_from_titles() {
        assert_eq!(year("（2022年度）"), Some(2022));
        assert_eq!(year("2023 年度校园维修项目自评表"), Some(2023));
        assert_eq!(year("项目支出绩效自评表"), None);
        assert_eq!(year("湘财行指〔2020〕85号2021年专项资金（2022年度）"), Some(2022));
        assert_eq!(money_unit("项目资金\n（万元）"), Some(MoneyUnit::TenThousandYuan));
        assert_eq!(money_unit("项目资金（元）"), Some(MoneyUnit::Yuan));
        assert_eq!(money_unit("单位：元"), Some(MoneyUnit::Yuan));
        assert_eq!(money_unit("项目资金"), None);
    }

    #[test]
    fn a_cell_may_hold_several_labels() {
        let layouts = super::super::Layouts::load(&crate::Templates::default()).unwrap();
        let parts =
            inline_parts("单位名称：某县水利局　填报日期：2021年3月10日 总分：", layouts.vocabulary());
        let texts: Vec<_> = parts.iter().map(|(_, label, text)| (*label, *text)).collect();
        assert_eq!(texts, [("单位名称", "某县水利局"), ("填报日期", "2021年3月10日")]);
    }
}
