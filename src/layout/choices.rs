//! Boxes to tick: `1、部门预算项目☑ 2、省直专项□`, `□新增 ☑延续`.

/// Whether a sign of a box says that it is ticked; `None` if it is no such sign.
fn ticked_box(c: char) -> Option<bool> {
    match c {
        // What Wingdings' ticked box is without its font stands with them.
        '☑' | '☒' | '✓' | '✔' | '√' | '■' | '●' | '◉' | 'þ' => Some(true),
        // So does what stands for a box where the sign was not at hand.
        '□' | '☐' | '○' | '◯' | '¨' => Some(false),
        _ => None,
    }
}

/// The options that are ticked; none if the text offers no choice, or nobody chose.
pub(super) fn ticked(text: &str) -> Vec<String> {
    let options = options(text).into_iter().filter(|(mark, option)| mark.ticked && !option.is_empty());
    options.map(|(_, option)| option.to_owned()).collect()
}

/// The text with those of its options ticked that are chosen; `None` if it offers none.
pub(super) fn tick(text: &str, chosen: &[String]) -> Option<String> {
    let options = options(text);
    let (mut ticked, mut at) = (String::new(), 0);
    for (mark, option) in &options {
        ticked.push_str(&text[at..mark.start]);
        ticked.push(if chosen.iter().any(|chosen| chosen == option) { '☑' } else { '□' });
        at = mark.end;
    }
    ticked.push_str(&text[at..]);
    (!options.is_empty()).then_some(ticked)
}

/// The boxes of a text, each with its option.
fn options(text: &str) -> Vec<(Mark, &str)> {
    let marks = marks(text);
    let before = marks.first().is_some_and(|first| text[..first.start].trim().is_empty());
    let option = |i: usize, mark: Mark| {
        let option = if before {
            let end = marks.get(i + 1).map_or(text.len(), |next| next.start);
            &text[mark.end..end]
        } else {
            let start = i.checked_sub(1).map_or(0, |last| marks[last].end);
            &text[start..mark.start]
        };
        (mark, without_number(option.trim()))
    };
    marks.iter().enumerate().map(|(i, mark)| option(i, *mark)).collect()
}

#[derive(Clone, Copy)]
struct Mark {
    start: usize,
    end: usize,
    ticked: bool,
}

fn marks(text: &str) -> Vec<Mark> {
    if !text.contains(|c| ticked_box(c).is_some()) {
        return Vec::new();
    }
    let boundary = |c: Option<char>| {
        c.is_none_or(|c| c.is_whitespace() || c.is_ascii_digit() || ",，;；)）".contains(c))
    };
    text.char_indices()
        .filter_map(|(start, c)| {
            let end = start + c.len_utf8();
            let ticked = match c {
                // What also stands in words is a box only beside real ones, at a word's end: R is another ticked one of
                // Wingdings, and 口 an empty one.
                'R' | '口' if boundary(text[end..].chars().next()) => c == 'R',
                _ => ticked_box(c)?,
            };
            Some(Mark { start, end, ticked })
        })
        .collect()
}

/// Takes `1、` and the like from the start of an option, and the stop from its end.
fn without_number(option: &str) -> &str {
    let rest = option.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = match rest.strip_prefix(['、', '.', '．', ')', '）']) {
        Some(rest) if rest.len() < option.len() => rest,
        _ => option,
    };
    rest.trim().trim_matches(['，', ',', '；', ';', '、', '(', '（', ')', '）']).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_ticked_that_are_offered() {
        let chosen = ["延续项目".to_owned(), "其他".to_owned()];
        assert_eq!(tick("□新增项目 □延续项目", &chosen).as_deref(), Some("□新增项目 ☑延续项目"));
        assert_eq!(tick("1、新增项目☑ 2、延续项目□", &chosen).as_deref(), Some("1、新增项目□ 2、延续项目☑"));
        assert_eq!(tick("延续项目", &chosen), None);
    }

    #[test]
    fn ticked_options_are_read_before_and_behind_their_boxes() {
        for (text, options) in [
            ("1、部门预算项目☑ 2、省直专项□ 3、省对下转移支付项目□", "部门预算项目"),
            ("1、持续性项目□ 2、新增性项目þ", "新增性项目"),
            ("新增项目□延续项目√", "延续项目"),
            ("□新增 ■延续", "延续"),
            ("整体□ 区域√ 项目□", "区域"),
            ("常年性项目口 一次性项目R 延续性项目□", "一次性项目"),
            ("☑一般公共预算 ☑政府性基金 □其他", "一般公共预算|政府性基金"),
            ("√", ""),
            ("新增项目□延续项目□", ""),
            ("口岸建设", ""),
            ("R&D 经费", ""),
        ] {
            assert_eq!(ticked(text).join("|"), options, "{text}");
        }
    }
}
