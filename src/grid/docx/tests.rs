use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// A package of some parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        package.start_file(*name, SimpleFileOptions::default()).unwrap();
        package.write_all(content.as_bytes()).unwrap();
    }
    package.finish().unwrap().into_inner()
}

/// A document with this body.
fn docx(body: &str) -> Vec<u8> {
    package(&[("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>"))])
}

fn grids(body: &str) -> Vec<Grid> {
    read(&docx(body)).unwrap()
}

/// Every slot that begins in its row, as `A1:B2 text`.
fn slots(grid: &Grid) -> Vec<String> {
    let rows = grid.rows().iter();
    let slots = rows.flat_map(|row| row.slots.iter().filter(|slot| row.begins(slot)));
    slots
        .map(|slot| match slot.area {
            area if area.first == area.last => format!("{} {}", area.first, slot.text),
            area => format!("{}:{} {}", area.first, area.last, slot.text),
        })
        .collect()
}

/// The slots of the only table, whose rows are these.
fn table(rows: &str) -> Vec<String> {
    let grids = grids(&format!("<w:tbl>{rows}</w:tbl>"));
    assert_eq!(grids.len(), 1);
    slots(&grids[0])
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn tc(text: &str) -> String {
    format!("<w:tc>{}</w:tc>", p(text))
}

fn cell(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
}

/// The text of a cell with this content.
fn text_of(content: &str) -> String {
    let slots = table(&format!("<w:tr><w:tc>{content}</w:tc></w:tr>"));
    slots.first().map(|slot| slot.strip_prefix("A1 ").unwrap().to_owned()).unwrap_or_default()
}

/// The text of a run with this content.
fn run(content: &str) -> String {
    text_of(&format!("<w:p><w:r>{content}</w:r></w:p>"))
}

#[test]
fn cells_stand_at_their_grid_columns() {
    let rows = [
        format!("<w:tr>{}{}</w:tr>", cell("<w:gridSpan w:val='2'/>", "甲"), tc("乙")),
        format!("<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{}{}</w:tr>", tc("丙"), tc("丁")),
    ];
    assert_eq!(table(&rows.concat()), ["A1:B1 甲", "C1 乙", "B2 丙", "C2 丁"]);
}

#[test]
fn former_properties_do_not_count() {
    let change = "<w:tcPrChange><w:tcPr><w:gridSpan w:val='3'/><w:vMerge/></w:tcPr></w:tcPrChange>";
    assert_eq!(table(&format!("<w:tr>{}{}</w:tr>", cell(change, "甲"), tc("乙"))), ["A1 甲", "B1 乙"]);
}

#[test]
fn cells_merge_down() {
    let (restart, go_on) = ("<w:vMerge w:val='restart'/>", "<w:vMerge/>");
    let rows = [
        format!("<w:tr>{}{}</w:tr>", cell(restart, "产出"), tc("数量")),
        format!("<w:tr>{}{}</w:tr>", cell("<w:vMerge w:val='continue'/>", "不见"), tc("质量")),
        format!("<w:tr>{}{}</w:tr>", cell(restart, "效益"), tc("社会")),
        format!("<w:tr>{}{}</w:tr>", cell(go_on, ""), tc("生态")),
    ];
    let expected = ["A1:A2 产出", "B1 数量", "B2 质量", "A3:A4 效益", "B3 社会", "B4 生态"];
    assert_eq!(table(&rows.concat()), expected);
}

#[test]
fn cells_that_continue_nothing_are_their_own() {
    let rows = [
        format!("<w:tr>{}{}</w:tr>", cell("<w:vMerge/>", "甲"), tc("乙")),
        format!("<w:tr>{}{}</w:tr>", tc("丙"), cell("<w:vMerge/>", "丁")),
    ];
    assert_eq!(table(&rows.concat()), ["A1 甲", "B1 乙", "A2 丙", "B2 丁"]);
}

#[test]
fn a_merged_area_of_unequal_cells_covers_no_other() {
    let wide = |merge: &str, text: &str| cell(&format!("<w:gridSpan w:val='2'/>{merge}"), text);
    let restart = "<w:vMerge w:val='restart'/>";
    let rows = [
        format!("<w:tr>{}{}</w:tr>", wide(restart, "甲"), cell(restart, "乙")),
        format!("<w:tr>{}{}{}</w:tr>", cell("<w:vMerge/>", ""), tc("丙"), wide("<w:vMerge/>", "")),
    ];
    assert_eq!(table(&rows.concat()), ["A1:A2 甲", "C1:C2 乙", "B2 丙"]);
}

#[test]
fn cells_merge_across_as_old_documents_have_it() {
    let both = |across: &str, down: &str, text: &str| {
        cell(&format!("<w:hMerge w:val='{across}'/><w:vMerge w:val='{down}'/>"), text)
    };
    let (restart, go_on) = ("restart", "continue");
    let rows = [
        format!("<w:tr>{}{}{}</w:tr>", both(restart, restart, "甲"), both(go_on, restart, ""), tc("乙")),
        format!("<w:tr>{}{}{}</w:tr>", both(restart, go_on, ""), both(go_on, go_on, ""), tc("丙")),
    ];
    assert_eq!(table(&rows.concat()), ["A1:B2 甲", "C1 乙", "C2 丙"]);
}

#[test]
fn runs_and_paragraphs_make_the_text() {
    assert_eq!(text_of(&[p("一 "), p(""), p(" 二"), p("")].concat()), "一 \n\n 二");
    assert_eq!(run("<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:noBreakHyphen/><w:cr/>"), "a\tb\n-");
    assert_eq!(run("<w:t>&lt;&#x7532;&amp;<![CDATA[<乙>]]></w:t>\n  "), "<甲&<乙>");
    let stops = "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>";
    assert_eq!(text_of(stops), "甲");
    let code = "<w:instrText>EQ</w:instrText><w:footnoteReference w:id='1'/>";
    assert_eq!(run(&format!("<w:t>甲</w:t>{code}")), "甲");
    let ruby = "<w:ruby><w:rt><w:r><w:t>jia</w:t></w:r></w:rt>\
         <w:rubyBase><w:r><w:t>甲</w:t></w:r></w:rubyBase></w:ruby>";
    assert_eq!(run(ruby), "甲");
}

#[test]
fn hidden_runs_are_left_out() {
    let runs = |vanish: &str| {
        let hidden = format!("<w:r><w:rPr>{vanish}</w:rPr><w:t>隐</w:t></w:r>");
        text_of(&format!(
            "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>{hidden}<w:r><w:t>显</w:t></w:r></w:p>"
        ))
    };
    assert_eq!(runs("<w:vanish/>"), "显");
    assert_eq!(runs("<w:vanish w:val='0'/>"), "隐显");
}

#[test]
fn revisions_are_read_as_accepted() {
    let r = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let content = format!(
        "<w:p><w:del>{}</w:del><w:moveFrom>{}</w:moveFrom><w:ins>{}</w:ins><w:moveTo>{}</w:moveTo></w:p>",
        "<w:r><w:delText>旧</w:delText></w:r>",
        r("原"),
        r("新"),
        r("处")
    );
    assert_eq!(text_of(&content), "新处");
    let joined = "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>上</w:t></w:r></w:p>";
    assert_eq!(text_of(&format!("{joined}{}", p("下"))), "上下");
    let deleted = format!("<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{}</w:tr>", tc("旧"));
    assert_eq!(table(&format!("{deleted}<w:tr>{}</w:tr>", tc("新"))), ["A1 新"]);
}

#[test]
fn wrappers_are_transparent() {
    let inner = "<w:hyperlink><w:smartTag>\
         <w:fldSimple><w:r><w:t>甲</w:t></w:r></w:fldSimple></w:smartTag></w:hyperlink>";
    let row = format!(
        "<w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>\
         <w:tc><w:p>{inner}</w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt>"
    );
    assert_eq!(table(&format!("<w:customXml>{row}</w:customXml>")), ["A1 甲"]);
}

#[test]
fn boxes_to_tick_are_characters() {
    let sym = |font: &str, code: &str| run(&format!("<w:sym w:font='{font}' w:char='{code}'/>"));
    for (font, code, expected) in [
        ("Wingdings 2", "F052", "☑"),
        ("Wingdings 2", "0052", "☑"),
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "F0A8", "□"),
        ("Wingdings 2", "F0A3", "□"),
        ("Wingdings", "F0FC", "√"),
        ("Wingdings", "F0FD", "☒"),
        ("Wingdings", "F06E", "■"),
        ("Symbol", "F0B3", "≥"),
        ("宋体", "2460", "①"),
    ] {
        assert_eq!(sym(font, code), expected, "{font} {code}");
    }
    assert_eq!(run("<w:t>甲</w:t><w:sym w:font='Wingdings' w:char='F04A'/><w:sym w:char='x'/>"), "甲");

    let field = |state: &str| {
        run(&format!("<w:fldChar><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar>"))
    };
    assert_eq!(field("<w:default w:val='0'/><w:checked/>"), "☑");
    assert_eq!(field("<w:default w:val='1'/><w:checked w:val='0'/>"), "□");
    assert_eq!(field("<w:default w:val='1'/>"), "☑");
    assert_eq!(field("<w:sizeAuto/>"), "□");
}

#[test]
fn a_text_box_is_read_once_and_where_it_stands() {
    let content = format!("<w:txbxContent>{}{}</w:txbxContent>", p("乙"), p("丙"));
    let text_box = format!(
        "<mc:AlternateContent><mc:Choice>{content}</mc:Choice>\
         <mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent>"
    );
    assert_eq!(run(&format!("<w:t>甲</w:t>{text_box}<w:t>丁</w:t>")), "甲\n乙\n丙\n丁");
    let fallback = "<mc:AlternateContent><mc:Fallback><w:t>甲</w:t></mc:Fallback></mc:AlternateContent>";
    assert_eq!(run(fallback), "甲");
}

#[test]
fn nested_tables_follow_the_one_around_them() {
    let inner = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("内"));
    let outer = |text: &str| format!("<w:tbl><w:tr><w:tc>{inner}{}</w:tc></w:tr></w:tbl>", p(text));
    let found = grids(&format!("{}{}{}", p("题"), outer("外"), outer("")));
    let found: Vec<_> =
        found.iter().map(|grid| (grid.sheet.as_str(), slots(grid).concat(), grid.above.concat())).collect();
    let expected = [("表格 1", "A1 外", "题"), ("表格 2", "A1 内", ""), ("表格 3", "A1 内", "")];
    let expected: Vec<_> = expected.map(|(n, s, a)| (n, s.to_owned(), a.to_owned())).into();
    assert_eq!(found, expected);
    // A table that only frames the form leaves it the title.
    let framed = grids(&format!("{}{}", p("题"), outer("")));
    assert_eq!((framed.len(), framed[0].above.concat()), (1, "题".to_owned()));
    let empty = format!("{}<w:tbl><w:tr><w:tc/></w:tr></w:tbl>", p("题"));
    let beside = grids(&format!("{empty}{inner}"));
    assert_eq!((beside.len(), beside[0].above.concat()), (1, String::new()));
}

#[test]
fn the_short_paragraphs_right_above_a_table_are_its_own() {
    let form = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("甲"));
    let above = |body: &str| grids(body).pop().unwrap().above;
    let prose = p(&"长".repeat(81));
    let title = [p("自评表"), p(" "), p("（2022年度）"), form.clone()].concat();
    assert_eq!(above(&title), ["自评表", "（2022年度）"]);
    assert_eq!(above(&[p("附件"), prose.clone(), title.clone()].concat()), ["自评表", "（2022年度）"]);
    assert_eq!(above(&[p("题"), prose, form.clone()].concat()), [""; 0]);
    assert_eq!(above(&[title, p("二"), form.clone()].concat()), ["二"]);
    let many: String = (1..=14).map(|i| p(&i.to_string())).collect();
    let found = above(&format!("{many}{form}"));
    assert_eq!((found.len(), found[0].as_str()), (12, "3"));
}

#[test]
fn the_main_part_is_found_under_other_names() {
    let body = format!("<body><tbl><tr>{}</tr></tbl></body>", tc("甲").replace("w:", ""));
    let relations = "<Relationships><Relationship \
         Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' \
         Target='/word/Document2.xml'/></Relationships>";
    for parts in [
        &[("_rels/.rels", relations), ("word\\document2.xml", body.as_str())][..],
        &[("_rels/.rels", "<"), ("Word/Document.xml", &body)],
        &[("_rels/.rels", relations), ("word/document.xml", &body)],
    ] {
        assert_eq!(slots(&read(&package(parts)).unwrap()[0]), ["A1 甲"]);
    }
    assert!(matches!(read(&package(&[("a.xml", &body)])), Err(Error::Damaged { .. })));
}

#[test]
fn damage_is_told() {
    let deep = |levels: usize, tag: &str| {
        format!("{}{}", format!("<{tag}>").repeat(levels), format!("</{tag}>").repeat(levels))
    };
    let cut_off = package(&[("word/document.xml", "<w:document><w:body><w:tbl>")]);
    for bytes in [
        cut_off,
        docx("<w:p></w:tc>"),
        docx("<w:p>&nbsp;</w:p>"),
        docx(&deep(17, "w:tbl")),
        docx(&deep(2000, "w:p")),
        b"PK\x03\x04".to_vec(),
    ] {
        assert!(matches!(read(&bytes), Err(Error::Damaged { format: "docx", .. })));
    }
    assert!(read(&docx(&deep(16, "w:tbl"))).unwrap().is_empty());
}

#[test]
fn claims_are_not_believed() {
    let wide = table(&format!("<w:tr>{}{}</w:tr>", cell("<w:gridSpan w:val='4294967295'/>", "甲"), tc("乙")));
    assert_eq!(wide, ["A1:AMJ1 甲", "AMK1 乙"]);
    let odd = "<w:gridSpan w:val='-1'/><w:gridSpan/>";
    assert_eq!(table(&format!("<w:tr>{}</w:tr>", cell(odd, "甲"))), ["A1 甲"]);
    assert_eq!(text_of(&p(&"甲".repeat(400_000))).len(), (1 << 20) / 3 * 3);

    let cells = docx(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", "<w:tc/>".repeat(MAX_CELLS)));
    assert!(matches!(read(&cells), Err(Error::TooManyCells)));
}

#[test]
fn a_part_that_goes_on_beyond_the_limit_is_too_large() {
    let part = BufReader::new("<a><b/><b/></a>".as_bytes().take(9));
    assert!(matches!(scan(part, Scanner::default()), Err(Error::TooLarge { .. })));
}
