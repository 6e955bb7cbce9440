//! The same form in every container reads to the same model.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use jixiao::grid::{self, Format};
use jixiao::layout;
use jixiao::model::{Address, Project};

use super::sheet::{Sheet, assert_same, layouts};
use super::{layout_samples, root, samples};

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The sheet row by row: every place that is not covered by a merged area, with its text and how many rows and
/// columns it spans.
fn places(sheet: &Sheet) -> Vec<Vec<(String, u32, u32)>> {
    let width = sheet.cells.iter().map(|(at, _)| at.col + 1).max().unwrap_or(0);
    let width = sheet.merges.iter().map(|area| area.last.col + 1).max().unwrap_or(0).max(width);
    let height = sheet.merges.iter().map(|area| area.last.row + 1).max().unwrap_or(0).max(sheet.height());
    (0..height)
        .map(|row| {
            (0..width)
                .filter_map(|col| {
                    let at = Address::new(row, col);
                    let area = sheet.merges.iter().find(|area| {
                        (area.first.row..=area.last.row).contains(&row)
                            && (area.first.col..=area.last.col).contains(&col)
                    });
                    if area.is_some_and(|area| area.first != at) {
                        return None;
                    }
                    let text = sheet.cells.iter().find(|(cell, _)| *cell == at).map(|(_, text)| text.clone());
                    let (rows, cols) = area.map_or((1, 1), |area| {
                        (area.last.row - area.first.row + 1, area.last.col - area.first.col + 1)
                    });
                    Some((text.unwrap_or_default(), rows, cols))
                })
                .collect()
        })
        .collect()
}

/// A page knows no more than one blank after another, and none at a line's ends.
fn collapsed(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

fn html(sheet: &Sheet) -> String {
    let mut html = String::from("<html><head><meta charset=\"gb2312\"></head><body><table>");
    for row in places(sheet) {
        html.push_str("<tr>");
        for (text, rows, cols) in row {
            let text = escaped(&text).replace('\n', "<br>");
            let _ = write!(html, "<td rowspan={rows} colspan={cols}>{text}</td>");
        }
        html.push_str("</tr>\n");
    }
    html + "</table></body></html>"
}

fn spreadsheet_xml(sheet: &Sheet) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"表\"><Table>",
    );
    for row in 0..sheet.height() {
        xml.push_str("<Row>");
        for (at, text) in sheet.cells.iter().filter(|(at, _)| at.row == row) {
            let area = sheet.merges.iter().find(|area| area.first == *at);
            let across = area.map_or(0, |area| area.last.col - at.col);
            let down = area.map_or(0, |area| area.last.row - at.row);
            let _ = write!(
                xml,
                "<Cell ss:Index=\"{}\" ss:MergeAcross=\"{across}\" ss:MergeDown=\"{down}\"><Data ss:Type=\"String\">{}</Data></Cell>",
                at.col + 1,
                escaped(text)
            );
        }
        xml.push_str("</Row>");
    }
    xml + "</Table></Worksheet></Workbook>"
}

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, ::zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(sheet: &Sheet) -> Vec<u8> {
    let mut body = String::from("<w:tbl>");
    let covering = |row: u32, col: u32| {
        sheet
            .merges
            .iter()
            .find(|area| (area.first.row..=area.last.row).contains(&row) && area.first.col == col)
    };
    let width = sheet.cells.iter().map(|(at, _)| at.col + 1).max().unwrap_or(0);
    for row in 0..sheet.height() {
        body.push_str("<w:tr>");
        let mut col = 0;
        while col < width {
            let area = covering(row, col);
            let span = area.map_or(1, |area| area.last.col - area.first.col + 1);
            let merge = match area {
                Some(area) if area.first.row == row => "<w:vMerge w:val=\"restart\"/>",
                Some(_) => "<w:vMerge/>",
                None => "",
            };
            let merge = if area.is_some_and(|area| area.first.row < area.last.row) { merge } else { "" };
            let text = sheet.cells.iter().find(|(at, _)| *at == Address::new(row, col));
            let text = text.map_or(String::new(), |(_, text)| {
                text.split('\n')
                    .map(escaped)
                    .collect::<Vec<_>>()
                    .join("</w:t><w:br/><w:t xml:space=\"preserve\">")
            });
            let _ = write!(
                body,
                "<w:tc><w:tcPr><w:gridSpan w:val=\"{span}\"/>{merge}</w:tcPr><w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p></w:tc>"
            );
            col += span;
        }
        body.push_str("</w:tr>");
    }
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:tbl><w:p/></w:body></w:document>"
    );
    zip(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &document)])
}

fn ods(sheet: &Sheet) -> Vec<u8> {
    let mut table = String::new();
    let covered = |at: Address| {
        sheet.merges.iter().any(|area| {
            area.first != at
                && (area.first.row..=area.last.row).contains(&at.row)
                && (area.first.col..=area.last.col).contains(&at.col)
        })
    };
    let width = sheet.cells.iter().map(|(at, _)| at.col + 1).max().unwrap_or(0);
    for row in 0..sheet.height() {
        table.push_str("<table:table-row>");
        for col in 0..width {
            let at = Address::new(row, col);
            if covered(at) {
                table.push_str("<table:covered-table-cell/>");
                continue;
            }
            let area = sheet.merges.iter().find(|area| area.first == at);
            let (rows, cols) = area.map_or((1, 1), |area| {
                (area.last.row - area.first.row + 1, area.last.col - area.first.col + 1)
            });
            let text = sheet.cells.iter().find(|(cell, _)| *cell == at).map_or("", |(_, text)| text.as_str());
            let paragraphs: String =
                text.split('\n').map(|line| format!("<text:p>{}</text:p>", escaped(line))).collect();
            let value = if text.is_empty() { "" } else { " office:value-type=\"string\"" };
            let paragraphs = if text.is_empty() { String::new() } else { paragraphs };
            let _ = write!(
                table,
                "<table:table-cell table:number-rows-spanned=\"{rows}\" table:number-columns-spanned=\"{cols}\"{value}>{paragraphs}</table:table-cell>"
            );
        }
        table.push_str("</table:table-row>");
    }
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"表\">{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", &content),
    ])
}

fn xlsx(sheet: &Sheet) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    let col = |col: u32| u16::try_from(col).unwrap();
    for area in &sheet.merges {
        let text = sheet.cells.iter().find(|(at, _)| *at == area.first).map_or("", |(_, text)| text.as_str());
        let (first, last) = (area.first, area.last);
        page.merge_range(first.row, col(first.col), last.row, col(last.col), text, &plain).unwrap();
    }
    for (at, text) in sheet.cells.iter().filter(|(at, _)| !sheet.merges.iter().any(|area| area.first == *at))
    {
        page.write_string(at.row, col(at.col), text).unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// Values with commas; every text of a merged area stands in its first cell.
fn csv(sheet: &Sheet) -> String {
    let width = sheet.cells.iter().map(|(at, _)| at.col + 1).max().unwrap_or(0);
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for row in 0..sheet.height() {
        let texts = (0..width).map(|col| {
            let at = Address::new(row, col);
            sheet.cells.iter().find(|(cell, _)| *cell == at).map_or("", |(_, text)| text.as_str())
        });
        writer.write_record(texts).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// What some bytes state, without where.
fn read(bytes: &[u8], format: Format, what: &str) -> Vec<Project> {
    assert_eq!(Format::of(bytes).unwrap(), format, "{what}");
    let grids = grid::read(bytes).unwrap();
    let reading = layout::read(&grids, "x", &layouts());
    reading
        .forms
        .into_iter()
        .map(|mut form| {
            form.project.for_each_cell(&mut |_, cell| *cell = None);
            form.project.source.sheet.clear();
            form.project
        })
        .collect()
}

/// Every sheet of every sample that holds a form.
fn sheets() -> Vec<(String, Sheet)> {
    let layouts = layouts();
    let files = samples().into_iter().chain(layout_samples().into_iter().map(|(_, path)| path));
    files
        .flat_map(|path| {
            let grids = grid::read(&std::fs::read(&path).unwrap()).unwrap();
            let forms = grids
                .into_iter()
                .filter(|grid| !layout::read(std::slice::from_ref(grid), "x", &layouts).forms.is_empty());
            forms.map(|grid| (path.display().to_string(), Sheet::of(&grid))).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn a_form_reads_the_same_from_every_container() {
    for (name, sheet) in sheets() {
        let expected = read(&xlsx(&sheet), Format::Xlsx, &name);
        assert!(!expected.is_empty(), "{name}");
        let mut plain = sheet.clone();
        plain.cells.iter_mut().for_each(|(_, text)| *text = collapsed(text));
        let of_page = read(&xlsx(&plain), Format::Xlsx, &name);
        let (html, xml) = (html(&sheet), spreadsheet_xml(&sheet));
        for (format, bytes, expected) in [
            (Format::Ods, ods(&sheet), &expected),
            (Format::Docx, docx(&sheet), &expected),
            (Format::Html, html.clone().into_bytes(), &of_page),
            (Format::Html, gb18030(&html), &of_page),
            (Format::SpreadsheetXml, xml.into_bytes(), &expected),
        ] {
            let what = format!("{name} as {format:?}");
            assert_same(&read(&bytes, format, &what), expected, &what);
        }
    }
}

/// Text knows no merged cells: what it can carry is the sheet without them.
#[test]
fn a_form_reads_the_same_from_text_as_from_a_sheet_without_merges() {
    for (name, sheet) in sheets() {
        let expected = read(&xlsx(&sheet.unmerged()), Format::Xlsx, &name);
        let text = csv(&sheet);
        for (bytes, what) in [
            (text.clone().into_bytes(), "UTF-8"),
            (format!("\u{feff}{text}").into_bytes(), "UTF-8 with its mark"),
            (gb18030(&text), "GB18030"),
        ] {
            let what = format!("{name} as {what}");
            assert_same(&read(&bytes, Format::Delimited, &what), &expected, &what);
        }
    }
}

/// One form, as offices and systems save it.
#[test]
fn the_samples_of_all_containers_read_to_the_forms_they_were_made_from() {
    let folder = root().join("samples");
    let of = |path: &str, format: Format| {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        read(&bytes, format, path).remove(0)
    };
    let form = of("layouts/mof-2020/01-农村公路日常养护.xlsx", Format::Xlsx);
    let numbers = of("layouts/mof-2021-cost/01-高标准农田建设.xlsx", Format::Xlsx);
    for (file, format, expected) in [
        ("Word文档.docx", Format::Docx, &form),
        ("网页.html", Format::Html, &form),
        ("网页冒充.xls", Format::Html, &form),
        ("XML表格2003.xls", Format::SpreadsheetXml, &form),
        ("逗号分隔-GB18030.csv", Format::Delimited, &form),
        ("制表符分隔.tsv", Format::Delimited, &form),
        ("二进制工作簿.xlsb", Format::Xlsb, &numbers),
    ] {
        let path = format!("containers/{file}");
        assert_same(&[of(&path, format)], std::slice::from_ref(expected), file);
    }
    let bytes = std::fs::read(folder.join("containers/报送.zip")).unwrap();
    let packed: Vec<_> = grid::Archive::open(&bytes).unwrap().collect();
    let names: Vec<_> = packed.iter().map(|packed| packed.name.as_str()).collect();
    assert_eq!(names, ["一局/农村公路.xlsx", "一局/高标准农田.xlsx"]);
    for (packed, expected) in packed.iter().zip([&form, &numbers]) {
        let read = read(packed.bytes.as_ref().unwrap(), Format::Xlsx, &packed.name);
        assert_same(&read, std::slice::from_ref(expected), &packed.name);
    }
}
