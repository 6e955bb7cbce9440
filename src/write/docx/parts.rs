//! The parts of the package that know neither the report nor its type: relations, settings, footers.

use super::preset::{Place, Preset};
use super::styles::{FOOTER, font_table, styles};
use super::xml::{WORD, Xml};

/// The part that holds the report; it is written for each.
pub(super) const BODY_PART: &str = "word/document.xml";

/// The relation by which a section names the footer of odd pages.
pub(super) const ODD_FOOTER: &str = "rId4";
/// The relation by which a section names the footer of even pages.
pub(super) const EVEN_FOOTER: &str = "rId5";

const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";
const OFFICE_RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
const PACKAGE_RELATIONS: (&str, &str) =
    ("xmlns", "http://schemas.openxmlformats.org/package/2006/relationships");

/// All parts but the body, by name, in the order in which they stand in the package.
pub(super) fn parts(preset: &Preset) -> Vec<(&'static str, String)> {
    vec![
        ("[Content_Types].xml", content_types()),
        (
            "_rels/.rels",
            relations(&[("officeDocument", BODY_PART), ("extended-properties", "docProps/app.xml")]),
        ),
        ("docProps/app.xml", application()),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                ("styles", "styles.xml"),
                ("settings", "settings.xml"),
                ("fontTable", "fontTable.xml"),
                ("footer", "footer1.xml"),
                ("footer", "footer2.xml"),
            ]),
        ),
        ("word/styles.xml", styles(preset)),
        ("word/settings.xml", settings()),
        ("word/fontTable.xml", font_table(preset)),
        ("word/footer1.xml", footer(preset, "right")),
        ("word/footer2.xml", footer(preset, "left")),
    ]
}

fn content_types() -> String {
    let mut xml = Xml::new();
    xml.open("Types", &[("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")]);
    let relations = "application/vnd.openxmlformats-package.relationships+xml";
    xml.empty("Default", &[("Extension", "rels"), ("ContentType", relations)]);
    xml.empty("Default", &[("Extension", "xml"), ("ContentType", "application/xml")]);
    let properties = "application/vnd.openxmlformats-officedocument.extended-properties+xml";
    xml.empty("Override", &[("PartName", "/docProps/app.xml"), ("ContentType", properties)]);
    for (part, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("fontTable", "fontTable"),
        ("footer1", "footer"),
        ("footer2", "footer"),
    ] {
        let (part, kind) = (format!("/word/{part}.xml"), format!("{WORD_TYPE}{kind}+xml"));
        xml.empty("Override", &[("PartName", &part), ("ContentType", &kind)]);
    }
    xml.close("Types");
    xml.finish()
}

/// Relations by kind and target; they are numbered from `rId1`.
fn relations(targets: &[(&str, &str)]) -> String {
    let mut xml = Xml::new();
    xml.open("Relationships", &[PACKAGE_RELATIONS]);
    for (index, (kind, target)) in targets.iter().enumerate() {
        let (id, kind) = (format!("rId{}", index + 1), format!("{OFFICE_RELATION}{kind}"));
        xml.empty("Relationship", &[("Id", &id), ("Type", &kind), ("Target", target)]);
    }
    xml.close("Relationships");
    xml.finish()
}

/// There is no `core.xml`: who wrote a report and when is not known here, and a clock would make two runs
/// differ.
fn application() -> String {
    let mut xml = Xml::new();
    let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
    xml.open("Properties", &[("xmlns", namespace)]);
    xml.open("Application", &[]);
    xml.text("jixiao");
    xml.close("Application");
    xml.close("Properties");
    xml.finish()
}

fn settings() -> String {
    let mut xml = Xml::new();
    xml.open("w:settings", &[WORD]);
    xml.empty("w:zoom", &[("w:percent", "100")]);
    xml.value("w:defaultTabStop", "420");
    xml.empty("w:evenAndOddHeaders", &[]);
    xml.value("w:characterSpacingControl", "compressPunctuation");
    xml.open("w:compat", &[]);
    for rule in [
        "w:spaceForUL",
        "w:balanceSingleByteDoubleByteWidth",
        "w:doNotLeaveBackslashAlone",
        "w:ulTrailSpace",
        "w:doNotExpandShiftReturn",
        "w:useFELayout",
    ] {
        xml.empty(rule, &[]);
    }
    // Without a mode, Word opens the file as one of 2007 and says so in the title bar.
    xml.empty(
        "w:compatSetting",
        &[
            ("w:name", "compatibilityMode"),
            ("w:uri", "http://schemas.microsoft.com/office/word"),
            ("w:val", "15"),
        ],
    );
    xml.close("w:compat");
    xml.value("w:decimalSymbol", ".");
    xml.value("w:listSeparator", ",");
    xml.close("w:settings");
    xml.finish()
}

/// The footer of odd (`right`) or even (`left`) pages, where they differ: — 1 —
fn footer(preset: &Preset, side: &str) -> String {
    let number = &preset.page_number;
    let mut xml = Xml::new();
    xml.open("w:ftr", &[WORD]);
    xml.open("w:p", &[]);
    xml.open("w:pPr", &[]);
    xml.value("w:pStyle", FOOTER);
    if number.place == Place::Outer {
        let indent =
            (number.indent_characters.hundredths(), number.indent_characters.twips_of(number.size_pt));
        let (in_characters, in_twips) = (format!("w:{side}Chars"), format!("w:{side}"));
        xml.numbers("w:ind", &[(&in_characters, indent.0), (&in_twips, indent.1)]);
    }
    xml.value("w:jc", if number.place == Place::Center { "center" } else { side });
    xml.close("w:pPr");
    footer_run(&mut xml, "— ");
    xml.open("w:fldSimple", &[("w:instr", " PAGE ")]);
    footer_run(&mut xml, "1");
    xml.close("w:fldSimple");
    footer_run(&mut xml, " —");
    xml.close("w:p");
    xml.close("w:ftr");
    xml.finish()
}

fn footer_run(xml: &mut Xml, text: &str) {
    xml.open("w:r", &[]);
    xml.open("w:rPr", &[]);
    xml.empty("w:rFonts", &[("w:hint", "eastAsia")]);
    xml.close("w:rPr");
    xml.open("w:t", &[("xml:space", "preserve")]);
    xml.text(text);
    xml.close("w:t");
    xml.close("w:r");
}
