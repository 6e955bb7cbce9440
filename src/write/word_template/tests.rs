use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::Knowledge;
use crate::grid::lines;
use crate::layout::Form;
use crate::model::Project;
use crate::rules::check::example;
use crate::templates::Templates;

const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A package with a body, a header and parts that know nothing of tags.
fn package(body: &str, header: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {WORD}><w:body>{body}<w:sectPr/></w:body></w:document>"
    );
    let header = format!("<w:hdr {WORD}>{header}</w:hdr>");
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relations.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/header1.xml", header.as_bytes()),
        ("word/styles.xml", b"<w:styles xmlns:w='x'><!-- {{not a tag}} --></w:styles>"),
        ("word/media/image1.png", &[0x89, b'P', b'N', b'G', 0, 1, 2, 255]),
        ("docProps/core.xml", b"<core/>"),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn template(bytes: Vec<u8>) -> Result<WordTemplate> {
    WordTemplate::new(bytes, "模板.docx", &Fields::load(&Templates::default()).unwrap())
}

fn assessed(project: Project) -> Assessed {
    crate::assess(Form { project, findings: Vec::new() }, &Knowledge::built_in().unwrap()).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The words of the filled body, a line a paragraph or a row.
fn filled(body: &str) -> Vec<String> {
    let filled = template(package(body, "")).unwrap().fill(&assessed(example::project())).unwrap();
    lines(&filled.bytes).unwrap().into_iter().map(|line| line.text).filter(|text| !text.is_empty()).collect()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn row(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
            p(text)
        )
    };
    format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>())
}

fn table(rows: &[&[&str]]) -> String {
    format!("<w:tbl><w:tblPr/>{}</w:tbl>", rows.iter().map(|cells| row(cells)).collect::<String>())
}

fn told(body: &str) -> String {
    template(package(body, "")).unwrap_err().to_string()
}

#[test]
fn fields_take_their_values_in_the_face_of_their_tag() {
    let body =
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{{项目名称}}共{{ 执行率 }}，｛｛等级｝｝</w:t></w:r></w:p>";
    let bytes = package(body, &p("{{实施单位}}"));
    let filled = template(bytes).unwrap().fill(&assessed(example::project())).unwrap();
    let body = part(&filled.bytes, "word/document.xml");
    assert!(
        body.contains("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">食品安全抽检</w:t></w:r>"),
        "{body}"
    );
    assert_eq!(lines(&filled.bytes).unwrap()[0].text, "食品安全抽检共97.5%，优");
    assert!(part(&filled.bytes, "word/header1.xml").contains("某县食品检验所"));
    assert_eq!(filled.gaps, Vec::<String>::new());
}

#[test]
fn tags_that_word_has_split_are_joined() {
    // Proofing marks, a bookmark, a smart tag, a content control, a deletion amid a tag that was changed with tracking
    // on, and a run whose formatting differs.
    let body = "<w:p><w:pPr><w:rPr><w:i/></w:rPr></w:pPr><w:r w:rsidR=\"00A1\"><w:t>甲{</w:t></w:r><w:proofErr w:type=\"spellStart\"/>\
        <w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t>{</w:t></w:r><w:smartTag w:element=\"place\"><w:r><w:t>项目</w:t></w:r></w:smartTag>\
        <w:del w:id=\"1\"><w:r><w:delText>单位</w:delText></w:r></w:del><w:ins w:id=\"2\"><w:r><w:t>名</w:t></w:r></w:ins>\
        <w:bookmarkStart w:id=\"3\" w:name=\"x\"/><w:sdt><w:sdtContent><w:r><w:lastRenderedPageBreak/><w:t>称}</w:t></w:r></w:sdtContent></w:sdt>\
        <w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">}乙 &amp; 丙</w:t></w:r></w:p>";
    assert_eq!(filled(body), ["甲食品安全抽检乙 & 丙"]);
    let bytes = template(package(body, "")).unwrap().fill(&assessed(example::project())).unwrap().bytes;
    let text = part(&bytes, "word/document.xml");
    for kept in [
        "<w:proofErr",
        "<w:delText>单位</w:delText>",
        "w:name=\"x\"",
        "<w:sdt>",
        "w:rsidR=\"00A1\"",
        "<w:smartTag",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn rows_repeat_and_equal_cells_merge() {
    let own = table(&[
        &["类别", "小类", "指标", "得分"],
        &["{{#指标}}{{一级指标|合并}}", "{{二级指标｜合并}}", "{{序号}}.{{三级指标}}", "{{得分}}{{/指标}}"],
        &["合计", "", "", "{{总分}}"],
    ]);
    let project = example::project();
    let bytes = template(package(&own, "")).unwrap().fill(&assessed(project.clone())).unwrap().bytes;
    let all = lines(&bytes).unwrap();
    assert_eq!(all.len(), 2 + project.indicators.len());
    assert!(all[1].text.starts_with("产出指标\t数量指标\t1.监督抽检批次"), "{}", all[1].text);
    let text = part(&bytes, "word/document.xml");
    let merges = |kind: &str| text.matches(&format!("<w:vMerge w:val=\"{kind}\"/><w:vAlign")).count();
    let count = |column: fn(&crate::model::Indicator) -> String| {
        let keys: Vec<String> = project.indicators.iter().map(column).collect();
        let groups = keys.chunk_by(|a, b| a == b).filter(|group| group.len() > 1);
        groups.fold((0, 0), |(starts, rest), group| (starts + 1, rest + group.len() - 1))
    };
    let first = count(|row| row.level1.text().to_owned());
    let second = count(|row| format!("{}{}", row.level1.text(), row.level2.text()));
    assert_eq!((merges("restart"), merges("continue")), (first.0 + second.0, first.1 + second.1));
    assert_eq!(text.matches("产出指标").count(), 1);
}

#[test]
fn paragraphs_and_words_repeat_and_conditions_hold() {
    let body = [
        p("{{#扣分指标}}"),
        p("{{序号}}.{{三级指标}}扣{{扣分}}分，{{偏差原因}}"),
        p("{{/扣分指标}}"),
        p("共有{{#资金来源}}{{来源}}{{金额}}；{{/资金来源}}完。"),
        p("{{#执行率扣分}}执行率扣{{执行率扣分}}分{{/执行率扣分}}{{^执行率扣分}}没有扣分{{/执行率扣分}}。"),
        p("{{#预算调整额}}调整了{{/预算调整额}}{{^预算调整额}}没有调整{{/预算调整额}}。"),
        p("{{^扣分指标}}都得满分{{/扣分指标}}"),
        p("{{#超预算数}}"),
        p("超了"),
        p("{{/超预算数}}"),
    ];
    assert_eq!(
        filled(&body.concat()),
        [
            "1.案件结案率扣0.2分，两起案件因补充检验延期结案，已列入下季度。",
            "共有当年财政拨款36万元；完。",
            "执行率扣0.25分。",
            "没有调整。",
        ]
    );
}

#[test]
fn sections_stand_in_one_another() {
    let own =
        table(&[&["{{#指标}}{{三级指标}}", "{{#扣分}}扣{{扣分}}{{/扣分}}{{^扣分}}满分{{/扣分}}{{/指标}}"]]);
    let all = filled(&own);
    assert_eq!(all.len(), 9);
    assert_eq!(all.iter().filter(|row| row.ends_with("\t满分")).count(), 8);
    assert!(all.iter().any(|row| row == "案件结案率\t扣0.2"), "{all:?}");
    // A whole row on a condition.
    let own = table(&[&["甲", "{{总分}}"], &["{{#超预算数}}超预算", "{{超预算数}}{{/超预算数}}"]]);
    assert_eq!(filled(&own), ["甲\t99.55"]);
    // A cell keeps a paragraph.
    let cell = format!(
        "<w:tbl><w:tr><w:tc>{}{}{}</w:tc></w:tr></w:tbl>",
        p("{{#超预算数}}"),
        p("超"),
        p("{{/超预算数}}")
    );
    let bytes = template(package(&cell, "")).unwrap().fill(&assessed(example::project())).unwrap().bytes;
    assert!(part(&bytes, "word/document.xml").contains("<w:tc><w:p/></w:tc>"));
}

#[test]
fn what_the_form_lacks_is_a_gap() {
    let mut project = example::project();
    project.total.score = Default::default();
    project.indicators[3].reason = Default::default();
    let body = [p("总分{{总分}}"), p("{{#扣分指标}}{{偏差原因}}{{/扣分指标}}"), p("说明：{{执行说明}}")];
    let filled = template(package(&body.concat(), "")).unwrap().fill(&assessed(project)).unwrap();
    let all: Vec<String> = lines(&filled.bytes).unwrap().into_iter().map(|line| line.text).collect();
    assert_eq!(all[..2], ["总分〔待补充：总分〕", "〔待补充：偏差原因〕"]);
    assert_eq!(filled.gaps, ["总分", "“案件结案率”的偏差原因"]);
}

#[test]
fn values_are_only_words() {
    let mut project = example::project();
    project.name.value = Some("<w:p>&\"{{等级}}\u{1}\n第二行".to_owned());
    let filled = template(package(&p("名称：{{项目名称}}。"), "")).unwrap().fill(&assessed(project)).unwrap();
    assert_eq!(lines(&filled.bytes).unwrap()[0].text, "名称：<w:p>&\"{{等级}}第二行。");
    assert!(part(&filled.bytes, "word/document.xml").contains("<w:br/>"));
}

#[test]
fn all_other_parts_and_bytes_stay() {
    let body = format!(
        "{}<w:p  w:rsidR='1'><!-- 批注 --><w:r><w:t>不动</w:t></w:r></w:p>{}",
        p("{{等级}}"),
        p("末")
    );
    let bytes = package(&body, &p("页眉"));
    let filled = template(bytes.clone()).unwrap().fill(&assessed(example::project())).unwrap();
    let stored = |bytes: &[u8]| -> Vec<(String, Vec<u8>)> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..zip.len())
            .map(|i| {
                let mut part = zip.by_index_raw(i).unwrap();
                let name = part.name().unwrap().into_owned();
                let mut raw = Vec::new();
                part.read_to_end(&mut raw).unwrap();
                (name, raw)
            })
            .filter(|(name, _)| name != "word/document.xml")
            .collect()
    };
    assert_eq!(stored(&bytes), stored(&filled.bytes));
    let (before, after) = (part(&bytes, "word/document.xml"), part(&filled.bytes, "word/document.xml"));
    let tail = &before[before.find("<w:p  w:rsidR").unwrap()..];
    assert!(after.ends_with(tail), "{after}");
    let again = template(bytes).unwrap().fill(&assessed(example::project())).unwrap();
    assert_eq!(again.bytes, filled.bytes);
}

#[test]
fn what_is_wrong_is_told_with_its_paragraph() {
    let first = p("没有标签的一段");
    for (body, expected) in [
        (p("执行{{执行律}}"), vec!["模板.docx", "第2段“执行{{执行律}}”", "没有“执行律”", "是不是“执行率”"]),
        (p("{{三级指标}}"), vec!["只能用在 {{#指标}}"]),
        (p("{{#指标}}"), vec!["后面没有 {{/指标}}"]),
        (p("{{/指标}}"), vec!["前面没有对应的"]),
        (p("{{总分|大写}}"), vec!["不认识“|大写”"]),
        (p("{{总分|合并}}"), vec!["循环的表格行里"]),
        (p("{{总分}"), vec!["不是完整的标签"]),
        (p("无"), vec!["模板里没有标签", "jixiao templates fields"]),
        (format!("{}{}", p("{{#指标}}"), table(&[&["{{/指标}}"]])), vec!["开头和结尾"]),
    ] {
        let told = told(&format!("{first}{body}"));
        for part in expected {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
    let other = template(b"PK\x03\x04".to_vec()).unwrap_err();
    assert!(!other.to_string().is_empty());
}
