use std::io::Read as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::templates::Templates;
use crate::write::document::{Block, Span, Table};

/// The order in which the schema wants the children of some elements.
const ORDERS: [(&str, &str); 9] = [
    (
        "w:pPr",
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs \
         suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi \
         adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection \
         textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr",
    ),
    (
        "w:rPr",
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid \
         vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl \
         cs em lang",
    ),
    (
        "w:tcPr",
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    ),
    (
        "w:tblPr",
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing \
         tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    ),
    ("w:tbl", "tblPr tblGrid tr"),
    (
        "w:sectPr",
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType \
         pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    ),
    (
        "w:style",
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked \
         pPr rPr tblPr trPr tcPr",
    ),
    (
        "w:settings",
        "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat decimalSymbol listSeparator",
    ),
    ("w:font", "altName panose1 charset family notTrueType pitch sig"),
];

fn preset() -> Preset {
    Preset::find(&Templates::default(), "gbt9704").unwrap()
}

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Span { text: text.into(), strong: false }])
}

fn table(rows: &[&[&str]], merged_columns: usize) -> Block {
    Block::Table(Table {
        caption: Some("指标完成情况表".into()),
        head: strings(&["一级指标", "二级指标", "完成情况"]),
        rows: rows.iter().map(|row| strings(row)).collect(),
        merged_columns,
    })
}

fn report() -> Document {
    let mut blocks = vec![Block::Title("某某局\n自评报告".into())];
    blocks.extend((1..=4).map(|depth| Block::Heading { depth, text: format!("层次{depth}") }));
    blocks.push(Block::Paragraph(vec![
        Span { text: "“2022年”——".into(), strong: false },
        Span { text: "完成".into(), strong: true },
        Span { text: "98.5%".into(), strong: false },
    ]));
    blocks
        .push(Block::List { numbered: true, items: vec![vec![Span { text: "甲".into(), strong: false }]] });
    blocks.push(table(&[&["产出", "数量", "1"], &["产出", "数量", "2"], &["效益", "数量", "3"]], 2));
    blocks.push(Block::Signature("某某局\n2023年3月1日".into()));
    Document { blocks }
}

/// The names and the contents of a package's parts.
fn unpack(bytes: &[u8]) -> Vec<(String, String)> {
    let mut package = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..package.len())
        .map(|index| {
            let mut file = package.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn body_of(blocks: Vec<Block>) -> String {
    unpack(&write(&Document { blocks }, &preset()).unwrap()).pop().unwrap().1
}

/// The words of all runs, one string a paragraph.
fn paragraphs_of(body: &str) -> Vec<String> {
    let mut reader = Reader::from_str(body);
    let mut all: Vec<String> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if start.name().as_ref() == "w:p" => all.push(String::new()),
            Event::Text(text) => all.last_mut().unwrap().push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                let named = quick_xml::escape::unescape(&format!("&{};", &*entity)).unwrap().into_owned();
                all.last_mut().unwrap().push_str(&named);
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

/// Checks that a part is well-formed and that elements stand in the schema's order.
fn check(name: &str, part: &str) {
    let mut reader = Reader::from_str(part);
    let mut open: Vec<(String, usize)> = Vec::new();
    loop {
        let event = reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}\n{part}"));
        let (element, opens) = match &event {
            Event::Start(start) => (start.name().as_ref().to_owned(), true),
            Event::Empty(start) => (start.name().as_ref().to_owned(), false),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        if let Some((parent, reached)) = open.last_mut()
            && let Some((_, order)) = ORDERS.iter().find(|(ordered, _)| ordered == parent)
        {
            let place = order.split_whitespace().position(|child| element == format!("w:{child}"));
            let place = place.unwrap_or_else(|| panic!("{name}: {element} within {parent}"));
            assert!(place >= *reached, "{name}: {element} comes too late within {parent}");
            *reached = place;
        }
        if opens {
            open.push((element, 0));
        }
    }
    assert!(open.is_empty(), "{name}");
}

#[test]
fn every_part_is_well_formed_and_in_the_order_of_the_schema() {
    let parts = unpack(&write(&report(), &preset()).unwrap());
    assert_eq!(parts[0].0, "[Content_Types].xml");
    assert_eq!(parts.len(), 10);
    for (name, part) in &parts {
        check(name, part);
        assert!(!part.contains("Theme"), "{name}");
        let listed = parts[0].1.contains(&format!("/{name}\"")) || name.ends_with(".rels");
        assert!(listed || name == "[Content_Types].xml", "{name}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let docx = Docx::new(&preset()).unwrap();
    let first = docx.write(&report()).unwrap();
    assert_eq!(docx.write(&report()).unwrap(), first);
    assert_eq!(write(&report(), &preset()).unwrap(), first);
}

#[test]
fn one_writer_serves_many_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Docx>();
}

#[test]
fn headings_are_numbered_in_words_and_styled_by_depth() {
    let body = body_of(report().blocks);
    for (style, text) in [
        ("Heading1", "一、层次1"),
        ("Heading2", "（一）层次2"),
        ("Heading3", "1.层次3"),
        ("Heading4", "（1）层次4"),
    ] {
        let paragraph = body.split("<w:p>").find(|paragraph| paragraph.contains(text)).unwrap();
        assert!(paragraph.contains(&format!("<w:pStyle w:val=\"{style}\"/>")), "{paragraph}");
    }
    let parts = unpack(&write(&report(), &preset()).unwrap());
    let styles = &parts.iter().find(|(name, _)| name == "word/styles.xml").unwrap().1;
    for id in super::styles::HEADINGS.iter().chain(&[super::styles::BODY, super::styles::TABLE]) {
        assert!(styles.contains(&format!("w:styleId=\"{id}\"")), "{id}");
    }
    assert!(styles.contains("<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>"));
    assert!(styles.contains("<w:ind w:rightChars=\"400\" w:right=\"1280\"/>"));
}

#[test]
fn cells_merge_downwards_and_start_again_where_their_left_neighbour_does() {
    let rows: [&[&str]; 4] =
        [&["产出", "数量", "1"], &["产出", "数量", "1"], &["效益", "数量", "1"], &["效益", "质量", "1"]];
    let body = body_of(vec![table(&rows, 2)]);
    let merges: Vec<Vec<&str>> = body
        .split("<w:tr>")
        .skip(2)
        .map(|row| {
            let merge = |cell: &str| {
                ["restart", "continue"]
                    .into_iter()
                    .find(|m| cell.contains(&format!("w:vMerge w:val=\"{m}\"")))
            };
            row.split("<w:tc>").skip(1).map(|cell| merge(cell).unwrap_or("")).collect()
        })
        .collect();
    assert_eq!(
        merges,
        [["restart", "restart", ""], ["continue", "continue", ""], ["restart", "", ""], ["continue", "", ""]]
    );
    assert_eq!(body.matches("产出").count(), 1);
    assert_eq!(body.matches("数量").count(), 2);
}

#[test]
fn columns_fill_the_text_exactly() {
    let long = "长".repeat(300);
    for rows in [vec![["甲", "乙", "丙"]], vec![["1", &long, "3"], [&long, &long, &long]]] {
        let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
        let body = body_of(vec![table(&rows, 0)]);
        let widths = body.split("<w:gridCol w:w=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        assert_eq!(widths.map(|width| width.parse::<i64>().unwrap()).sum::<i64>(), preset().text_width());
    }
}

#[test]
fn hostile_text_survives() {
    let hostile = "<&>\"' ]]> \u{0}\u{8}\u{1b}\u{ffff}&amp;<w:p/>𠮷";
    let expected = "<&>\"' ]]> &amp;<w:p/>𠮷";
    let body = body_of(vec![
        Block::Title(hostile.into()),
        paragraph(hostile),
        table(&[&[hostile, "\n", ""], &["甲\n乙", "\r\n丙", "\u{3000}"]], 1),
        Block::Signature(hostile.into()),
    ]);
    check("body", &body);
    let paragraphs = paragraphs_of(&body);
    assert_eq!(paragraphs.iter().filter(|text| *text == expected).count(), 4, "{paragraphs:?}");
    assert!(paragraphs.contains(&"甲乙".to_owned()) && paragraphs.contains(&"丙".to_owned()));
}

#[test]
fn only_cells_and_joined_tables_have_empty_paragraphs() {
    let filled =
        body_of(vec![Block::Title("\n".into()), paragraph("甲\n\n　乙"), paragraph(" "), paragraph("丙")]);
    assert_eq!(paragraphs_of(&filled), ["甲", "乙", "丙"]);
    let bare = |caption: Option<&str>| {
        Block::Table(Table {
            caption: caption.map(str::to_owned),
            head: strings(&["甲"]),
            ..Table::default()
        })
    };
    assert_eq!(paragraphs_of(&body_of(vec![bare(None), bare(None)])), ["甲", "", "甲", ""]);
    assert_eq!(
        paragraphs_of(&body_of(vec![bare(None), bare(Some("题")), paragraph("乙")])),
        ["甲", "题", "甲", "乙"]
    );
    check("empty", &body_of(Vec::new()));
    check("no cells", &body_of(vec![Block::Table(Table::default())]));
}

#[test]
fn marks_of_both_scripts_take_the_chinese_face_and_digits_do_not() {
    let body = body_of(vec![paragraph("“2022年”——98%"), paragraph("98.5%")]);
    assert_eq!(body.matches("w:hint=\"eastAsia\"").count(), 1);
    assert!(body.contains("<w:r><w:t>98.5%</w:t></w:r>"));
}

/// What stands between two texts, the first time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("{from} is missing")) + from.len();
    let end = text[start..].find(to).unwrap_or_else(|| panic!("{to} is missing"));
    &text[start..start + end]
}

/// A figure of a preset's file, by its path.
fn figure(table: &toml::Table, path: &str) -> f64 {
    let mut value: &toml::Value = &toml::Value::Table(table.clone());
    for key in path.split('.') {
        value = match key.parse::<usize>() {
            Ok(index) => &value[index],
            Err(_) => &value[key],
        };
    }
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64)).unwrap()
}

#[test]
fn every_preset_is_what_its_documents_are_set_by() {
    let templates = Templates::default();
    let ids: Vec<&str> = templates.folder(FOLDER).map(|(id, _, _)| id).collect();
    assert!(ids.len() >= 6, "{ids:?}");
    for id in ids {
        let own: toml::Table = templates.whole(FOLDER, id).unwrap();
        let parts = unpack(&write(&report(), &Preset::find(&templates, id).unwrap()).unwrap());
        let part = |name: &str| parts.iter().find(|(own, _)| own == name).unwrap().1.as_str();
        let (body, styles) = (part("word/document.xml"), part("word/styles.xml"));
        let number = |path: &str| figure(&own, path);
        let text = |table: &str, key: &str| own[table][key].as_str().unwrap();
        let mm = |path: &str| (number(path) / 25.4 * 1440.0).round() as i64;
        let pt = |path: &str, part: f64| (number(path) * part).round() as i64;
        let has = |within: &str, what: String| assert!(within.contains(&what), "{id}: {what} in {within}");

        let section = between(body, "<w:sectPr>", "</w:sectPr>");
        has(section, format!("<w:pgSz w:w=\"{}\" w:h=\"{}\"/>", mm("page.width_mm"), mm("page.height_mm")));
        for (side, key) in [("top", "top"), ("right", "right"), ("bottom", "bottom"), ("left", "left")] {
            has(section, format!("w:{side}=\"{}\"", mm(&format!("page.margin_{key}_mm"))));
        }
        let pitch = pt("body.line_pitch_pt", 20.0);
        has(section, format!("w:linePitch=\"{pitch}\""));

        let style = |style: &str| between(styles, &format!("w:styleId=\"{style}\""), "</w:style>");
        let latin = own["latin_face"].as_str().unwrap();
        let faces = format!("<w:rFonts w:ascii=\"{latin}\" w:eastAsia=\"{}\"", text("body", "face"));
        has(between(styles, "<w:docDefaults>", "</w:docDefaults>"), faces);
        has(style("Normal"), format!("w:line=\"{pitch}\" w:lineRule=\"exact\""));
        has(style("Normal"), format!("<w:sz w:val=\"{}\"/>", pt("body.size_pt", 2.0)));
        let indent = number("body.first_line_indent_characters") as i64 * 100;
        has(style("BodyText"), format!("w:firstLineChars=\"{indent}\""));
        let title = style("Title");
        has(title, format!("w:eastAsia=\"{}\"", text("title", "face")));
        has(title, format!("<w:sz w:val=\"{}\"/>", pt("title.size_pt", 2.0)));
        has(title, format!("w:line=\"{}\"", pt("title.line_pitch_pt", 20.0)));
        assert_eq!(title.contains("<w:b/>"), own["title"]["bold"].as_bool().unwrap(), "{id}");
        for (depth, heading) in own["headings"].as_array().unwrap().iter().enumerate() {
            let style = style(&format!("Heading{}", depth + 1));
            has(style, format!("w:eastAsia=\"{}\"", heading["face"].as_str().unwrap()));
            has(style, format!("<w:sz w:val=\"{}\"/>", pt(&format!("headings.{depth}.size_pt"), 2.0)));
            assert_eq!(style.contains("<w:b/>"), heading["bold"].as_bool().unwrap(), "{id} {depth}");
        }

        has(style("TableText"), format!("w:eastAsia=\"{}\"", text("table", "face")));
        has(style("TableText"), format!("w:line=\"{}\"", pt("table.line_spacing_lines", 240.0)));
        has(style("TableHead"), format!("w:eastAsia=\"{}\"", text("table", "head_face")));
        let grid = text("table", "rules") == "grid";
        let borders = between(style("ReportTable"), "<w:tblBorders>", "</w:tblBorders>");
        assert_eq!(borders.matches("<w:").count(), if grid { 6 } else { 2 }, "{id}");
        has(borders, format!("<w:bottom w:val=\"single\" w:sz=\"{}\"", pt("table.border_pt", 8.0)));
        let below_head = body.matches("<w:tcBorders><w:bottom w:val=\"single\"").count();
        assert_eq!(below_head, if grid { 0 } else { 3 }, "{id}");

        let centred = text("page_number", "place") == "center";
        for (name, side) in [("word/footer1.xml", "right"), ("word/footer2.xml", "left")] {
            has(part(name), format!("<w:jc w:val=\"{}\"/>", if centred { "center" } else { side }));
            assert_eq!(part(name).contains(&format!("w:{side}Chars")), !centred, "{id}");
        }
        has(style("Footer"), format!("w:ascii=\"{}\"", text("page_number", "face")));
        has(style("Attachments"), format!("w:before=\"{}\"", pt("attachments.space_before_pt", 20.0)));
        for (name, part) in &parts {
            check(name, part);
        }
    }
}

#[test]
fn a_book_has_contents_that_lead_to_each_report_and_a_page_for_each() {
    let docx = Docx::new(&preset()).unwrap();
    let untitled = Document { blocks: vec![paragraph("没有题目。")] };
    let chapters =
        vec![("甲项目".to_owned(), report()), ("乙项目".to_owned(), report()), ("丙".into(), untitled)];
    let bytes = docx.write_book(&chapters).unwrap();
    assert_eq!(bytes, docx.write_book(&chapters).unwrap());
    let body = unpack(&bytes).pop().unwrap().1;
    check("book", &body);
    assert_eq!(paragraphs_of(&body)[..4], ["目　录", "1　甲项目", "2　乙项目", "3　丙"]);
    for chapter in 1..=3 {
        let link = format!("<w:hyperlink w:anchor=\"report{chapter}\"");
        let mark = format!(
            "<w:pageBreakBefore/></w:pPr><w:bookmarkStart w:id=\"{chapter}\" w:name=\"report{chapter}\"/>"
        );
        assert_eq!((body.matches(&link).count(), body.matches(&mark).count()), (1, 1), "{chapter}");
    }
    // Headings count anew in every report.
    assert_eq!(body.matches("一、层次1").count(), 2);
    assert!(!body.contains("PAGEREF"));
}

#[test]
fn attachments_are_listed_below_the_body() {
    let names = |names: &[&str]| vec![Block::Attachments(strings(names))];
    assert_eq!(paragraphs_of(&body_of(names(&["自评表"]))), ["附件：自评表"]);
    let body = body_of(names(&["自评表", "清单"]));
    assert_eq!(paragraphs_of(&body), ["附件：1.自评表", "2.清单"]);
    assert!(body.contains("<w:pStyle w:val=\"Attachments\"/>") && body.contains("\"MoreAttachments\""));
}
