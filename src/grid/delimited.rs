//! Values separated by commas or tabs, in rows as Excel shows them.

use csv::{ReaderBuilder, StringRecord};

use super::limits::Allowance;
use super::{DocumentTable, Grid, document, encoding};
use crate::error::{Error, Result};
use crate::model::Address;

/// What separates values; of those that fit equally well, the last.
const DELIMITERS: [char; 4] = ['|', ';', ',', '\t'];
/// The lines that tell what separates values.
const SAMPLE: usize = 50;

/// Reads the one table of a text.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Grid>> {
    let damaged = |cause: csv::Error| Error::Damaged { format: "csv", cause: cause.to_string() };
    let text = encoding::decode(bytes);
    let (delimiter, text) = match stated(&text) {
        Some((delimiter, rest)) => (delimiter, rest),
        None => (guessed(&text), &*text),
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut allowance = Allowance::default();
    let mut table = DocumentTable::default();
    let mut record = StringRecord::new();
    let mut row = 0u32;
    loop {
        let from = reader.position().byte();
        if !reader.read_record(&mut record).map_err(damaged)? {
            return Ok(document([table]));
        }
        row = row.saturating_add(blank_lines(text, from));
        for (col, value) in (0u32..).zip(&record).filter(|(_, value)| !value.is_empty()) {
            allowance.take(1, value.len() as u64)?;
            table.cells.push((Address::new(row, col), unguarded(value).to_owned()));
        }
        row = row.saturating_add(1);
    }
}

/// The delimiter that a first line states for Excel (`sep=;`), and the text below that line.
fn stated(text: &str) -> Option<(char, &str)> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let delimiter = first.strip_suffix('\r').unwrap_or(first).strip_prefix("sep=")?;
    let mut chars = delimiter.chars();
    let delimiter = chars.next().filter(|c| c.is_ascii() && *c != '"')?;
    chars.next().is_none().then_some((delimiter, rest))
}

/// The delimiter that makes most fields in lines of the same number of fields.
fn guessed(text: &str) -> char {
    let lines = sample(text);
    let fit = |delimiter: usize| {
        let count = |line: &[usize; DELIMITERS.len()]| line[delimiter];
        let counts = lines.iter().map(count);
        counts.map(|n| n * lines.iter().filter(|line| count(line) == n).count()).max()
    };
    (0..DELIMITERS.len()).max_by_key(|delimiter| fit(*delimiter)).map_or(',', |best| match fit(best) {
        Some(1..) => DELIMITERS[best],
        _ => ',',
    })
}

/// How many of each delimiter stand outside of quotes in each of the first lines.
fn sample(text: &str) -> Vec<[usize; DELIMITERS.len()]> {
    let mut lines = vec![[0; DELIMITERS.len()]];
    let mut quoted = false;
    let mut before = '\n';
    for c in text.chars() {
        let delimiter = DELIMITERS.iter().position(|delimiter| *delimiter == c);
        match (c, delimiter) {
            // A quote opens a value at its start, and again behind itself, where it stands for one of its kind.
            ('"', _) => quoted = !quoted && (matches!(before, '\n' | '"') || DELIMITERS.contains(&before)),
            _ if quoted => {}
            ('\n', _) if lines.len() == SAMPLE => break,
            ('\n', _) => lines.push([0; DELIMITERS.len()]),
            (_, Some(delimiter)) => {
                if let Some(line) = lines.last_mut() {
                    line[delimiter] += 1;
                }
            }
            _ => {}
        }
        before = c;
    }
    lines
}

/// How many blank lines, which the reader passes over, begin at a place in the text.
fn blank_lines(text: &str, from: u64) -> u32 {
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let (before, rest) = text.as_bytes().split_at_checked(from).unwrap_or_default();
    // The reader ends a record at the first byte of `\r\n`.
    let rest = if before.ends_with(b"\r") { rest.strip_prefix(b"\n").unwrap_or(rest) } else { rest };
    let mut lines = 0u32;
    let mut last = 0;
    for byte in rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')) {
        lines = lines.saturating_add(u32::from(!(last == b'\r' && *byte == b'\n')));
        last = *byte;
    }
    lines
}

/// The text that a formula guards against being read as a number: `="001"`.
fn unguarded(value: &str) -> &str {
    value.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<String> {
        let grids = read(bytes).unwrap();
        assert_eq!(grids.len(), 1);
        let slots = grids[0].rows().iter().flat_map(|row| &row.slots);
        slots.map(|slot| format!("{} {}", slot.area.first, slot.text)).collect()
    }

    #[test]
    fn rows_are_those_that_excel_shows() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "\n题,,\n\n\n甲,\"乙\n丙\",\n,,\n丁".replace('\n', end);
            let text = text.replace(&format!("乙{end}"), "乙\n");
            assert_eq!(cells(text.as_bytes()), ["A2 题", "A5 甲", "B5 乙\n丙", "A7 丁"], "{end:?}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_fits() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3", ','),
            ("a\tb\n1,5\t2", '\t'),
            ("题\n\na;b;c\n1,5;2,5;3", ';'),
            ("a|b|c\n1|2;3|4", '|'),
            ("\"1\t2\t3\"\"\t4\",b\n\"\n\",c", ','),
            ("高5\" 的,b\n1,2", ','),
            ("a，b，c", ','),
            ("", ','),
        ] {
            assert_eq!(guessed(text), delimiter, "{text}");
        }
        assert_eq!(cells(b"sep=;\r\na,b;c\r\nd"), ["A1 a,b", "B1 c", "A2 d"]);
    }

    #[test]
    fn texts_are_read_in_their_encoding() {
        let text = "项目名称\t得分\n 甲 \t=\"001\"";
        let gbk = encoding_rs::GBK.encode(text).0;
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &gbk, &utf16] {
            assert_eq!(cells(bytes), ["A1 项目名称", "B1 得分", "A2  甲 ", "B2 001"]);
        }
    }

    #[test]
    fn more_cells_than_a_form_needs_are_refused() {
        let most = usize::try_from(super::super::limits::MAX_FILLED).unwrap();
        let text = "1,".repeat(most + 1);
        assert!(matches!(read(text.as_bytes()), Err(Error::TooManyCells)));
    }
}
