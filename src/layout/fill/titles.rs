//! Places within a text: behind a label in its own cell, and the year in a title.

use std::sync::LazyLock;

use regex::Regex;

use super::Blank;
use crate::layout::identity::{inline_places, plain_label};
use crate::layout::vocabulary::{FormLabel, Vocabulary};
use crate::model::{Address, number};

/// Where a title leaves room for its year: `（    年度）`, `（20××年度）`, `20  年度…表`.
static ROOM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(^|[（(〔\[])\s*(?:20)?[\s_＿xX×ＸｘＯ○〇*—-]*年度")
        .unwrap_or_else(|error| panic!("{error}"))
});

/// A text of labels and values with a value put behind a label; `None` if it has no such label with a colon.
pub(super) fn inline_text(text: &str, words: &Vocabulary, label: FormLabel, value: &str) -> Option<String> {
    let places = inline_places(text, words);
    let (_, _, place) = places.into_iter().find(|(meaning, _, _)| *meaning == label)?;
    Some(format!("{}{value}{}", &text[..place.start], &text[place.end..]))
}

/// A text of labels and values without the values; `None` if it has no label with a colon.
pub(super) fn emptied(text: &str, words: &Vocabulary) -> Option<String> {
    let places = inline_places(text, words);
    let (mut empty, mut at) = (String::new(), 0);
    for (_, _, place) in &places {
        empty.push_str(&text[at..place.start]);
        at = place.end;
    }
    empty.push_str(&text[at..]);
    (!places.is_empty()).then_some(empty)
}

/// The label with its colon of a text that begins with it (`部门：某局`).
pub(super) fn own_label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (printed, rest) = text.split_once(['：', ':'])?;
    (plain_label(printed) == label).then(|| &text[..text.len() - rest.len()])
}

/// The first cell that begins with a label, a colon and nothing behind it.
pub(super) fn labelled(blank: &Blank, label: &str) -> Option<Address> {
    let rows = &blank.grid.rows()[blank.form.rows.clone()];
    let mut slots = rows.iter().flat_map(|row| row.filled().filter(|slot| row.begins(slot)));
    let wanted = |slot: &&crate::grid::Slot| {
        own_label(&slot.text, label)
            .is_some_and(|own| blank.filled || number::is_blank(&slot.text[own.len()..]))
    };
    slots.find(wanted).map(|slot| slot.area.first)
}

/// The first cell that has a label with a colon and nothing behind it. `is` says which labels are wanted.
pub(super) fn inline(
    blank: &Blank,
    words: &Vocabulary,
    is: impl Fn(FormLabel, &str) -> bool,
) -> Option<Address> {
    let rows = &blank.grid.rows()[blank.form.rows.clone()];
    let mut slots = rows.iter().flat_map(|row| row.filled().filter(|slot| row.begins(slot)));
    let wanted = |slot: &&crate::grid::Slot| {
        inline_places(&slot.text, words).into_iter().any(|(meaning, label, place)| {
            is(meaning, label) && (blank.filled || number::is_blank(&slot.text[place]))
        })
    };
    slots.find(wanted).map(|slot| slot.area.first)
}

/// The cell of a title that leaves room for the year, and its text with the year.
pub(super) fn with_year(blank: &Blank, words: &Vocabulary, year: u16) -> Option<(Address, String)> {
    let end = blank.form.tables.first().map_or(blank.form.rows.end, |head| head.first_row);
    let rows = &blank.grid.rows()[blank.form.rows.start..end];
    let titles = rows.iter().filter(|row| row.filled().count() <= 2);
    titles.flat_map(|row| row.filled().filter(|slot| row.begins(slot))).find_map(|slot| {
        let is_title = words.form(&slot.text).is_none();
        let room = ROOM.captures(&slot.text).filter(|_| is_title)?;
        let bracket = room.get(1).map_or("", |bracket| bracket.as_str());
        let place = room.get(0)?;
        let text = format!("{}{bracket}{year}年度{}", &slot.text[..place.start()], &slot.text[place.end()..]);
        Some((slot.area.first, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_goes_where_a_title_leaves_room() {
        for (title, filled) in [
            ("（    年度）", "（2022年度）"),
            ("(20  年度)", "(2022年度)"),
            ("20××年度项目支出绩效自评表", "2022年度项目支出绩效自评表"),
            ("项目支出绩效自评表（　年度）", "项目支出绩效自评表（2022年度）"),
            ("项目支出绩效自评表", "项目支出绩效自评表"),
            ("2021年度项目支出绩效自评表", "2021年度项目支出绩效自评表"),
        ] {
            assert_eq!(ROOM.replace(title, "${1}2022年度"), filled, "{title}");
        }
    }

    #[test]
    fn a_value_goes_behind_its_label() {
        let layouts = crate::Layouts::load(&crate::Templates::default()).unwrap();
        let put = |text, label| inline_text(text, layouts.vocabulary(), label, "某局");
        assert_eq!(
            put("填报单位：        填报日期：  年  月", FormLabel::Unit).as_deref(),
            Some("填报单位：某局 填报日期：  年  月")
        );
        assert_eq!(put("填报单位：", FormLabel::Unit).as_deref(), Some("填报单位：某局"));
        assert_eq!(put("填报单位", FormLabel::Unit), None);
    }
}
