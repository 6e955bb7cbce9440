//! A report with its safest faults put right: a few characters changed, every other byte as it was.

mod document;
mod text;

use std::ops::Range;

use crate::error::{Error, Result};
use crate::grid::Format;
use crate::grid::lines::Piece;
use crate::rules::proof::Mend;

/// A file with mends.
#[derive(Clone, Debug)]
pub struct Mended {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was done. A mend that overlaps an earlier one, or whose characters the
    /// file does not hold as they are shown, is not.
    pub done: Vec<Mend>,
}

/// Mends a report in text, Markdown or .docx. Lines are counted as [`crate::grid::lines`] does; text keeps its encoding
/// and its line ends, a .docx all parts but the body.
///
/// # Errors
/// Those of [`crate::grid::lines`]; [`Error::Damaged`] for a line with characters that are none in the text's encoding,
/// which could not be written back.
pub fn mend(bytes: &[u8], mends: &[Mend]) -> Result<Mended> {
    match Format::of(bytes) {
        Ok(Format::Delimited) => text::mend(bytes, mends),
        Ok(Format::Docx) | Err(Error::OwnOutput) => document::mend(bytes, mends),
        Ok(_) => Err(Error::NoReport),
        Err(error) => Err(error),
    }
}

/// The mends that do not overlap an earlier one.
fn apart(mends: &[Mend]) -> Vec<&Mend> {
    let mut taken: Vec<&Mend> = Vec::new();
    for mend in mends {
        // What is put in at the end of what gives way stands behind it.
        let overlaps = |other: &&Mend| {
            other.line == mend.line
                && (other.at == mend.at
                    || mend.at.start < other.at.end && other.at.start < mend.at.end
                    || other.at.start == mend.at.start)
        };
        if !taken.iter().any(overlaps) {
            taken.push(mend);
        }
    }
    taken
}

/// The changes of the source that make a mend; `None` if what gives way is not all in it as it is shown.
fn changes(mend: &Mend, pieces: &[Piece]) -> Option<Vec<(Range<usize>, String)>> {
    let is_linear = |piece: &Piece| piece.text.len() == piece.source.len();
    if mend.at.is_empty() {
        let at = mend.at.start;
        // At the end of what stands before, whose face it then has.
        let before = pieces.iter().find(|piece| piece.text.end == at).map(|piece| piece.source.end);
        let place = before.or_else(|| {
            let around = pieces.iter().find(|piece| piece.text.start == at || piece.text.contains(&at))?;
            let within = at - around.text.start;
            (within == 0 || is_linear(around)).then(|| around.source.start + within)
        })?;
        return Some(vec![(place..place, mend.text.clone())]);
    }
    let mut changes = Vec::new();
    let mut reached = mend.at.start;
    for piece in
        pieces.iter().filter(|piece| piece.text.start < mend.at.end && piece.text.end > mend.at.start)
    {
        let part = piece.text.start.max(mend.at.start)..piece.text.end.min(mend.at.end);
        if part.start != reached || part != piece.text && !is_linear(piece) {
            return None;
        }
        reached = part.end;
        let source = if is_linear(piece) {
            let start = piece.source.start + part.start - piece.text.start;
            start..start + part.len()
        } else {
            piece.source.clone()
        };
        let text = if changes.is_empty() { mend.text.clone() } else { String::new() };
        changes.push((source, text));
    }
    (reached == mend.at.end).then_some(changes)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use encoding_rs::GB18030;
    use zip::ZipArchive;

    use super::*;
    use crate::grid::lines;
    use crate::templates::Templates;
    use crate::write::document::{Block, Document, Span};
    use crate::write::docx::{Preset, write};

    /// A mend of the first place where a line has some words.
    fn of(bytes: &[u8], line: u32, from: &str, to: &str) -> Mend {
        let all = lines(bytes).unwrap();
        let start = all[line as usize - 1].text.find(from).unwrap();
        Mend { line, at: start..start + from.len(), text: to.to_owned() }
    }

    #[test]
    fn text_keeps_its_encoding_its_line_ends_and_all_that_is_not_mended() {
        let text = "报告\r\n　　一、概况，抽检。。\r\n 二、资金 \n最后一行";
        let expected = "报告\r\n　　一、概况，抽检。\r\n 二、资金 \n最后一行。";
        let wide = |text: &str| -> Vec<u8> {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xFF, 0xFE].into_iter().chain(units).collect()
        };
        let utf8 = |text: &str| text.as_bytes().to_vec();
        let marked = |text: &str| [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        let encodings: [fn(&str) -> Vec<u8>; 4] = [utf8, marked, gbk, wide];
        for encoded in encodings {
            let bytes = encoded(text);
            let mut end = of(&bytes, 4, "行", "。");
            end.at.start = end.at.end;
            let mended = mend(&bytes, &[of(&bytes, 2, "。。", "。"), end]).unwrap();
            assert_eq!(mended.bytes, encoded(expected));
            assert_eq!(mended.done.len(), 2);
        }
    }

    #[test]
    fn a_broken_character_elsewhere_stays_and_one_in_the_line_is_told() {
        let mut bytes = format!("{}\n二、抽检。。\n", "项目支出绩效自评".repeat(20)).into_bytes();
        bytes.remove(4);
        let mended = mend(&bytes, &[Mend { line: 2, at: 15..18, text: String::new() }]).unwrap();
        assert_eq!(mended.bytes.len(), bytes.len() - 3);
        let told = mend(&bytes, &[Mend { line: 1, at: 6..9, text: String::new() }]);
        assert!(matches!(told, Err(Error::Damaged { .. })), "{told:?}");
    }

    #[test]
    fn markdown_keeps_its_marks() {
        let text = "# 报告\n\n## 一、概况\n\n1\\. **抽检(食品)**，a&#124;b&#92;c,完成。。\n";
        let bytes = text.as_bytes();
        let mends =
            [("(", "（"), (")", "）"), (",", "，"), ("。。", "。")].map(|(from, to)| of(bytes, 5, from, to));
        let mended = mend(bytes, &mends).unwrap();
        let expected = "# 报告\n\n## 一、概况\n\n1\\. **抽检（食品）**，a&#124;b&#92;c，完成。\n";
        assert_eq!(String::from_utf8(mended.bytes).unwrap(), expected);
    }

    #[test]
    fn of_mends_that_overlap_the_first_counts() {
        let bytes = "抽检。。".as_bytes();
        let at = |at: Range<usize>, text: &str| Mend { line: 1, at, text: text.to_owned() };
        let mends = [at(9..12, ""), at(6..12, "；"), at(12..12, "！"), at(12..12, "？"), at(99..100, "x")];
        let mended = mend(bytes, &mends).unwrap();
        assert_eq!(String::from_utf8(mended.bytes).unwrap(), "抽检。！");
        assert_eq!(mended.done, [mends[0].clone(), mends[2].clone()]);
    }

    /// The parts of a package as they are stored: name and bytes.
    fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>, u32)> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..zip.len())
            .map(|i| {
                let mut part = zip.by_index_raw(i).unwrap();
                let (name, sum) = (part.name().unwrap().into_owned(), part.crc32());
                let mut stored = Vec::new();
                part.read_to_end(&mut stored).unwrap();
                (name, stored, sum)
            })
            .collect()
    }

    fn body(bytes: &[u8]) -> String {
        let mut text = String::new();
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        zip.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_document_keeps_its_runs_and_its_other_parts() {
        let span = |text: &str, strong| Span { text: text.to_owned(), strong };
        let words =
            vec![span("投诉<办结>率97%(抽", true), span("检)，执法&监督服务", false), span("服务对象", true)];
        let blocks = vec![
            Block::Title("报告".into()),
            Block::Paragraph(words),
            Block::Paragraph(vec![span("没有句号", false)]),
        ];
        let preset = Preset::find(&Templates::default(), "gbt9704").unwrap();
        let bytes = write(&Document { blocks }, &preset).unwrap();
        let mut end = of(&bytes, 3, "号", "。");
        end.at.start = end.at.end;
        let mends = [
            of(&bytes, 2, "<办结>", "＜办&结＞"),
            of(&bytes, 2, "(抽检)", "（抽检）"),
            of(&bytes, 2, "&", "和"),
            of(&bytes, 2, "服务服务", "服务"),
            end,
        ];
        let mended = mend(&bytes, &mends).unwrap();
        assert_eq!(mended.done.len(), 5);
        let all = lines(&mended.bytes).unwrap();
        assert_eq!(all[1].text, "投诉＜办&结＞率97%（抽检），执法和监督服务对象");
        assert_eq!(all[2].text, "没有句号。");
        // What follows the first changed run of a mend stays in the face that it had.
        let (before, after) = (body(&bytes), body(&mended.bytes));
        assert!(after.contains("97%（抽检）</w:t>") && after.contains("<w:t>，执法和"), "{after}");
        assert_eq!(before.matches("<w:r>").count(), after.matches("<w:r>").count());
        let others = |bytes: &[u8]| -> Vec<_> {
            parts(bytes).into_iter().filter(|(name, ..)| name != "word/document.xml").collect()
        };
        assert_eq!(others(&bytes), others(&mended.bytes));
        assert_eq!(mend(&bytes, &[]).unwrap().bytes, bytes);
    }
}
