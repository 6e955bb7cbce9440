//! `styles.xml` and `fontTable.xml`: all that a preset says of type, so that a reader who changes a style
//! changes the whole report.

use super::preset::{Count, Preset, Pt, Rules};
use super::xml::{WORD, Xml};
use std::collections::BTreeSet;

/// The styles by the ids that paragraphs name.
pub(super) const TITLE: &str = "Title";
pub(super) const HEADINGS: [&str; 4] = ["Heading1", "Heading2", "Heading3", "Heading4"];
pub(super) const BODY: &str = "BodyText";
pub(super) const CAPTION: &str = "Caption";
pub(super) const TABLE: &str = "ReportTable";
pub(super) const TABLE_HEAD: &str = "TableHead";
pub(super) const TABLE_TEXT: &str = "TableText";
pub(super) const SIGNATURE: &str = "Signature";
pub(super) const FOOTER: &str = "Footer";
pub(super) const CONTENTS: &str = "TOC1";
pub(super) const ATTACHMENTS: &str = "Attachments";
pub(super) const MORE_ATTACHMENTS: &str = "MoreAttachments";
pub(super) const GAP: &str = "Gap";

/// A paragraph style; what it leaves out is as in Normal.
#[derive(Default)]
struct Style<'a> {
    id: &'a str,
    /// The name that Word knows and translates.
    name: &'a str,
    /// The style of the paragraph typed after one of this.
    next: Option<&'a str>,
    keep_next: bool,
    /// The pitch where it is not the body's, in 240ths of a line; such characters keep off the page's grid.
    off_grid_lines: Option<i64>,
    /// (pitch, space after), exact twips.
    exact: Option<(i64, i64)>,
    /// The space above, twips.
    before: Option<i64>,
    /// Numbers for `w:ind`.
    indent: &'a [(&'a str, i64)],
    align: Option<&'a str>,
    outline: Option<usize>,
    chinese: Option<&'a str>,
    latin: Option<&'a str>,
    bold: bool,
    size: Option<Pt>,
}

/// `word/styles.xml`
pub(super) fn styles(preset: &Preset) -> String {
    let mut xml = Xml::new();
    xml.open("w:styles", &[WORD]);
    defaults(&mut xml, preset);
    xml.open(
        "w:style",
        &[("w:type", "character"), ("w:default", "1"), ("w:styleId", "DefaultParagraphFont")],
    );
    xml.value("w:name", "Default Paragraph Font");
    xml.value("w:uiPriority", "1");
    xml.empty("w:semiHidden", &[]);
    xml.close("w:style");
    table_styles(&mut xml, preset);
    let body = &preset.body;
    let first_line = [
        ("w:firstLineChars", body.first_line_indent_characters.hundredths()),
        ("w:firstLine", body.first_line_indent_characters.twips_of(body.size_pt)),
    ];
    style(
        &mut xml,
        &Style {
            id: TITLE,
            name: "Title",
            next: Some(BODY),
            keep_next: true,
            exact: Some((preset.title.line_pitch_pt.twips(), preset.title.space_after_pt.twips())),
            align: Some("center"),
            chinese: Some(&preset.title.face),
            bold: preset.title.bold,
            size: Some(preset.title.size_pt),
            ..Style::default()
        },
    );
    for (depth, heading) in preset.headings.iter().enumerate() {
        style(
            &mut xml,
            &Style {
                id: HEADINGS[depth],
                name: ["heading 1", "heading 2", "heading 3", "heading 4"][depth],
                next: Some(BODY),
                keep_next: true,
                indent: &first_line,
                outline: Some(depth),
                chinese: Some(&heading.face),
                bold: heading.bold,
                size: Some(heading.size_pt),
                ..Style::default()
            },
        );
    }
    style(&mut xml, &Style { id: BODY, name: "Body Text", indent: &first_line, ..Style::default() });
    style(
        &mut xml,
        &Style {
            id: CAPTION,
            name: "caption",
            keep_next: true,
            align: Some("center"),
            chinese: Some(&preset.caption.face),
            size: Some(preset.caption.size_pt),
            ..Style::default()
        },
    );
    let cell = Style {
        off_grid_lines: Some(preset.table.line_spacing_lines.line_parts()),
        size: Some(preset.table.size_pt),
        ..Style::default()
    };
    style(
        &mut xml,
        &Style {
            id: TABLE_HEAD,
            name: "Table Head",
            keep_next: true,
            align: Some("center"),
            chinese: Some(&preset.table.head_face),
            ..cell
        },
    );
    style(
        &mut xml,
        &Style {
            id: TABLE_TEXT,
            name: "Table Text",
            align: Some("left"),
            chinese: Some(&preset.table.face),
            ..cell
        },
    );
    let right = preset.signature.right_indent_characters;
    style(
        &mut xml,
        &Style {
            id: SIGNATURE,
            name: "Signature",
            indent: &[("w:rightChars", right.hundredths()), ("w:right", right.twips_of(body.size_pt))],
            align: Some("right"),
            ..Style::default()
        },
    );
    attachment_styles(&mut xml, preset);
    let characters = Count::TWO;
    style(
        &mut xml,
        &Style {
            id: CONTENTS,
            name: "toc 1",
            indent: &[
                ("w:leftChars", characters.hundredths()),
                ("w:left", characters.twips_of(body.size_pt)),
                ("w:hangingChars", characters.hundredths()),
                ("w:hanging", characters.twips_of(body.size_pt)),
            ],
            align: Some("left"),
            ..Style::default()
        },
    );
    style(&mut xml, &Style { id: GAP, name: "Gap", exact: Some((20, 0)), ..Style::default() });
    let number = &preset.page_number;
    style(
        &mut xml,
        &Style {
            id: FOOTER,
            name: "footer",
            off_grid_lines: Some(240),
            align: Some("left"),
            chinese: Some(&number.face),
            latin: Some(&number.face),
            size: Some(number.size_pt),
            ..Style::default()
        },
    );
    xml.close("w:styles");
    xml.finish()
}

/// The document's defaults and the style Normal, on which the page's grid is reckoned.
fn defaults(xml: &mut Xml, preset: &Preset) {
    let (body, latin) = (&preset.body, preset.latin_face.as_str());
    xml.open("w:docDefaults", &[]);
    xml.open("w:rPrDefault", &[]);
    xml.open("w:rPr", &[]);
    let faces = [("w:ascii", latin), ("w:eastAsia", &body.face), ("w:hAnsi", latin), ("w:cs", latin)];
    xml.empty("w:rFonts", &faces);
    xml.empty("w:lang", &[("w:val", "en-US"), ("w:eastAsia", "zh-CN"), ("w:bidi", "ar-SA")]);
    xml.close("w:rPr");
    xml.close("w:rPrDefault");
    xml.empty("w:pPrDefault", &[]);
    xml.close("w:docDefaults");
    xml.open("w:style", &[("w:type", "paragraph"), ("w:default", "1"), ("w:styleId", "Normal")]);
    xml.value("w:name", "Normal");
    xml.empty("w:qFormat", &[]);
    xml.open("w:pPr", &[]);
    // Keeping lone lines together would leave pages of fewer lines than the standard asks for.
    xml.value("w:widowControl", "0");
    // For lines only: their exact pitch is the grid's already. LibreOffice takes the switch for characters
    // too, and would else give each of them two cells of a grid that is narrower than the type.
    xml.value("w:snapToGrid", "0");
    let pitch = body.line_pitch_pt.twips().to_string();
    xml.empty("w:spacing", &[("w:line", &pitch), ("w:lineRule", "exact")]);
    xml.value("w:jc", "both");
    xml.close("w:pPr");
    xml.open("w:rPr", &[]);
    size(xml, body.size_pt);
    xml.close("w:rPr");
    xml.close("w:style");
}

fn table_styles(xml: &mut Xml, preset: &Preset) {
    xml.open("w:style", &[("w:type", "table"), ("w:default", "1"), ("w:styleId", "TableNormal")]);
    xml.value("w:name", "Normal Table");
    xml.value("w:uiPriority", "99");
    xml.empty("w:semiHidden", &[]);
    xml.open("w:tblPr", &[]);
    xml.empty("w:tblInd", &[("w:w", "0"), ("w:type", "dxa")]);
    xml.close("w:tblPr");
    xml.close("w:style");
    xml.open("w:style", &[("w:type", "table"), ("w:customStyle", "1"), ("w:styleId", TABLE)]);
    xml.value("w:name", "Report Table");
    xml.value("w:basedOn", "TableNormal");
    xml.open("w:tblPr", &[]);
    let thickness = preset.table.border_pt.eighths().to_string();
    xml.open("w:tblBorders", &[]);
    let inner = preset.table.inner_border_pt.eighths().to_string();
    let grid = preset.table.rules == Rules::Grid;
    for (side, thickness, drawn) in [
        ("w:top", &thickness, true),
        ("w:left", &thickness, grid),
        ("w:bottom", &thickness, true),
        ("w:right", &thickness, grid),
        ("w:insideH", &inner, grid),
        ("w:insideV", &inner, grid),
    ] {
        if drawn {
            xml.empty(side, &border(thickness));
        }
    }
    xml.close("w:tblBorders");
    let padding = preset.table.cell_padding_mm.twips().to_string();
    xml.open("w:tblCellMar", &[]);
    for side in ["w:left", "w:right"] {
        xml.empty(side, &[("w:w", &padding), ("w:type", "dxa")]);
    }
    xml.close("w:tblCellMar");
    xml.close("w:tblPr");
    xml.close("w:style");
}

/// The attributes of a line of a thickness in eighths of a point.
pub(super) fn border(thickness: &str) -> [(&str, &str); 4] {
    [("w:val", "single"), ("w:sz", thickness), ("w:space", "0"), ("w:color", "auto")]
}

/// 附件 stands before the first name; the names below begin where the first does.
fn attachment_styles(xml: &mut Xml, preset: &Preset) {
    const WORD: Count = Count::THREE;
    let (body, indent) = (&preset.body, preset.attachments.left_indent_characters);
    let left = [
        ("w:leftChars", indent.hundredths() + WORD.hundredths()),
        ("w:left", indent.twips_of(body.size_pt) + WORD.twips_of(body.size_pt)),
        ("w:hangingChars", WORD.hundredths()),
        ("w:hanging", WORD.twips_of(body.size_pt)),
    ];
    let line = Style { align: Some("left"), ..Style::default() };
    let before = Some(preset.attachments.space_before_pt.twips());
    style(xml, &Style { id: ATTACHMENTS, name: "Attachments", before, indent: &left, ..line });
    style(xml, &Style { id: MORE_ATTACHMENTS, name: "More Attachments", indent: &left[..2], ..line });
}

fn style(xml: &mut Xml, style: &Style) {
    let own = [TABLE_HEAD, TABLE_TEXT, ATTACHMENTS, MORE_ATTACHMENTS, GAP].contains(&style.id);
    let attributes = [("w:type", "paragraph"), ("w:styleId", style.id), ("w:customStyle", "1")];
    xml.open("w:style", if own { &attributes } else { &attributes[..2] });
    xml.value("w:name", style.name);
    xml.value("w:basedOn", "Normal");
    if let Some(next) = style.next {
        xml.value("w:next", next);
    }
    xml.empty("w:qFormat", &[]);
    xml.open("w:pPr", &[]);
    if style.keep_next {
        xml.empty("w:keepNext", &[]);
        xml.empty("w:keepLines", &[]);
    }
    if let Some(lines) = style.off_grid_lines {
        xml.empty("w:spacing", &[("w:line", &lines.to_string()), ("w:lineRule", "auto")]);
    }
    if let Some((pitch, after)) = style.exact {
        let (pitch, after) = (pitch.to_string(), after.to_string());
        xml.empty("w:spacing", &[("w:after", &after), ("w:line", &pitch), ("w:lineRule", "exact")]);
    }
    if let Some(before) = style.before {
        xml.numbers("w:spacing", &[("w:before", before)]);
    }
    if !style.indent.is_empty() {
        xml.numbers("w:ind", style.indent);
    }
    if let Some(align) = style.align {
        xml.value("w:jc", align);
    }
    if let Some(outline) = style.outline {
        xml.numbers("w:outlineLvl", &[("w:val", outline)]);
    }
    xml.close("w:pPr");
    xml.open("w:rPr", &[]);
    let faces = [("w:ascii", style.latin), ("w:eastAsia", style.chinese), ("w:hAnsi", style.latin)];
    let faces: Vec<_> = faces.into_iter().filter_map(|(script, face)| Some((script, face?))).collect();
    if !faces.is_empty() {
        xml.empty("w:rFonts", &faces);
    }
    if style.bold {
        xml.empty("w:b", &[]);
        xml.empty("w:bCs", &[]);
    }
    if style.off_grid_lines.is_some() {
        xml.value("w:snapToGrid", "0");
    }
    if let Some(pt) = style.size {
        size(xml, pt);
    }
    xml.close("w:rPr");
    xml.close("w:style");
}

fn size(xml: &mut Xml, size: Pt) {
    xml.numbers("w:sz", &[("w:val", size.halves())]);
    xml.numbers("w:szCs", &[("w:val", size.halves())]);
}

/// `word/fontTable.xml`
pub(super) fn font_table(preset: &Preset) -> String {
    const GB2312: &str = "86";
    let mut xml = Xml::new();
    xml.open("w:fonts", &[WORD]);
    let headings = preset.headings.iter().map(|heading| &heading.face);
    let others = [
        &preset.body.face,
        &preset.title.face,
        &preset.caption.face,
        &preset.table.face,
        &preset.table.head_face,
        &preset.page_number.face,
    ];
    let chinese: BTreeSet<_> = headings.chain(others).map(String::as_str).collect();
    let latin = preset.latin_face.as_str();
    for face in chinese.into_iter().chain([latin]) {
        xml.open("w:font", &[("w:name", face)]);
        if let Some(instead) = preset.fallbacks.get(face) {
            xml.value("w:altName", instead);
        }
        xml.value("w:charset", if face == latin { "00" } else { GB2312 });
        xml.value("w:family", if face == latin { "roman" } else { "auto" });
        xml.close("w:font");
    }
    xml.close("w:fonts");
    xml.finish()
}
