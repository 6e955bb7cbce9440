use super::*;
use crate::grid::{Format, Row};

/// Every slot that begins in a grid, with its area if it is merged.
fn slots(grid: &Grid) -> Vec<String> {
    let begin = |row: &Row| {
        let slots = row.slots.iter().filter(|slot| row.begins(slot));
        slots
            .map(|slot| match slot.area {
                area if area.first == area.last => format!("{} {}", area.first, slot.text),
                area => format!("{}:{} {}", area.first, area.last, slot.text),
            })
            .collect::<Vec<_>>()
    };
    grid.rows().iter().flat_map(begin).collect()
}

fn one(page: &str) -> Vec<String> {
    let grids = read(page.as_bytes()).unwrap();
    assert_eq!(grids.len(), 1, "{page}");
    slots(&grids[0])
}

#[test]
fn cells_are_placed_beside_those_that_reach_down() {
    let page = "<table><tr><td rowspan=2>甲<td colspan='2'>乙<tr><td>丙<td>丁</table>";
    assert_eq!(one(page), ["A1:A2 甲", "B1:C1 乙", "B2 丙", "C2 丁"]);
}

#[test]
fn spans_end_with_their_row_group() {
    let page = "<table><thead><tr><th rowspan=9>甲<th>乙</thead>
        <tbody><tr><td rowspan=0>丙</td><td>丁</td></tr><tr><td>戊</td></tr></tbody>
        <tr><td>己</td></tr></table>";
    assert_eq!(one(page), ["A1 甲", "B1 乙", "A2:A3 丙", "B2 丁", "B3 戊", "A4 己"]);
}

#[test]
fn claims_are_clamped() {
    let page = "<table><tr><td rowspan=99999999999 colspan=-1>甲<td colspan=5000>乙<td>丙<tr><td>丁</table>";
    assert_eq!(one(page), ["A1:A2 甲", "B1:ALL1 乙", "B2 丁"]);
    assert_eq!(one("<table><tr><td colspan=0 rowspan=x>甲<td>乙"), ["A1 甲", "B1 乙"]);
}

#[test]
fn text_is_what_a_browser_shows() {
    for (cell, text) in [
        ("<p>甲</p>\n<p>乙<br>丙</p>", "甲\n乙\n丙"),
        ("<b>预算</b>\n <font color=red>执行率&nbsp;&lt;90%</font>", "预算执行率 <90%"),
        ("甲<!-- 乙 --><![if !x]>丙<![endif]><script>'</td>'</script><style>p{}</style>", "甲丙"),
        ("甲<span style='color:red; DISPLAY : none !important'>乙<span>丙</span></span>丁", "甲丁"),
        ("甲<span hidden>乙", "甲"),
        ("甲<i style='display:none!important'>乙</i>", "甲"),
        ("<p style=display:none>甲<p>乙", "乙"),
        ("<input type=checkbox checked>是<input type=Radio>否", "☑是□否"),
        ("<input value=' 99.5 '><input type=hidden value=7>分", "99.5 分"),
        ("<textarea>甲\n  乙</textarea>", "甲\n  乙"),
        ("<select><option>甲<option selected>乙<option>丙</select>级", "乙级"),
        ("<select><option value=1>甲</option><option>乙</option></select>", "甲"),
        ("&#8805;95&permil;&hellip;", "≥95‰…"),
    ] {
        let page = format!("<table><tr><td>{cell}</td><td>末</td></tr></table>");
        assert_eq!(one(&page), [format!("A1 {text}"), "B1 末".into()]);
    }
}

#[test]
fn hidden_rows_and_cells_are_left_out() {
    let page = "<table><tr><td>甲<tr style='display:none'><td>乙<td><table><tr><td>内</table><tr><td>丙
        <td hidden>丁<td>戊</tr><tr hidden><td>己</tr></table><p hidden><table><tr><td>庚</table>";
    let grids = read(page.as_bytes()).unwrap();
    assert_eq!(slots(&grids[0]), ["A1 甲", "A2 丙", "B2 戊"]);
    assert_eq!(slots(&grids[1]), ["A1 庚"]);
    assert!(read(b"<div style=display:none><div><table><tr><td>1</table></div></div>").unwrap().is_empty());
}

#[test]
fn tables_that_lay_out_the_page_are_none() {
    let form = "<table><tr><td>项目名称<td>甲</table>";
    let frame = format!("<table><tr><td>首页<td>{form}<tr><td>项目自评表{form}版权</table>");
    let grids = read(frame.as_bytes()).unwrap();
    assert_eq!(grids.len(), 2);
    assert_eq!(grids[1].above, ["项目自评表"]);
    assert!(grids[1].follows);
    let data = format!("<table><tr><td>甲<td>乙<td>丙<td>丁<td>戊{form}己</table>");
    let grids = read(data.as_bytes()).unwrap();
    assert_eq!(slots(&grids[0]), ["A1 甲", "B1 乙", "C1 丙", "D1 丁"]);
    assert_eq!(slots(&grids[1]), ["A1 项目名称", "B1 甲"]);
}

#[test]
fn what_stands_above_a_table_goes_with_it() {
    let prose = "一".repeat(81);
    let page = format!(
        "<title>页</title><body><p>附件1</p><p>{prose}</p><h1>项目支出\n绩效自评表</h1><div>（2022年度）<br>单位：万元
        <table><caption>甲表</caption><tr><td>甲</table>乙题<table><tr><td>&nbsp;</table><table><tr><td>乙"
    );
    let grids = read(page.as_bytes()).unwrap();
    assert_eq!(grids[0].above, ["项目支出绩效自评表", "（2022年度）", "单位：万元", "甲表"]);
    assert_eq!(grids[1].above, ["乙题"]);
    assert_eq!(grids.len(), 2);
}

#[test]
fn pages_are_read_in_their_encoding() {
    let page = "<html><meta http-equiv=Content-Type content='text/html; charset=gb2312'><table><tr><td>项目";
    let gbk = encoding_rs::GBK.encode(page).0;
    let utf16: Vec<u8> = format!("\u{feff}{page}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [page.as_bytes(), &gbk, &utf16] {
        assert_eq!(Format::of(bytes).unwrap(), Format::Html);
        assert_eq!(slots(&read(bytes).unwrap()[0]), ["A1 项目"]);
    }
}

#[test]
fn a_page_without_a_table_has_no_grid() {
    for page in [
        "<html><frameset><frame src=a.htm><noframes><p>此页</noframes></frameset>",
        "<td>甲</td>",
        "</table>",
    ] {
        assert!(read(page.as_bytes()).unwrap().is_empty());
    }
}

#[test]
fn hostile_pages_cost_little() {
    let rows = "<tr><td>1".repeat(65_000);
    let tall = "<td rowspan=65534>".repeat(999);
    let unclosed: String = (0..20_000).map(|i| format!("<b id={i}><p>x</p>")).collect();
    let attributes: String = (0..50_000).map(|i| format!("a{i} ")).collect();
    for page in [
        "<div>".repeat(200_000),
        "<b>".repeat(200_000),
        "<table>".repeat(200_000),
        "<table><tr><td>".repeat(MAX_DEPTH) + "甲",
        "<table><tr><td>".repeat(MAX_DEPTH) + &"</table>".repeat(200_000),
        "<div hidden>".repeat(100_000),
        "<select><option>".repeat(100_000),
        "<td rowspan=65534 colspan=1000>".repeat(30_000),
        format!("<table>{}", "<td rowspan=65534 colspan=1000>".repeat(30_000)),
        format!("<table><tr><td {attributes}>"),
        unclosed,
        // Areas that no table of so many cells can need are left out of the grid.
        format!("<table><tr>{tall}{rows}"),
        format!("<table><tr><td rowspan=65534>{}{rows}", "长".repeat(100_000)),
    ] {
        read(page.as_bytes()).unwrap();
    }
    for page in [
        "<table><tr><td>".repeat(MAX_DEPTH + 1),
        format!("<table>{}", "<td>".repeat(crate::grid::limits::MAX_CELLS + 1)),
    ] {
        assert!(matches!(read(page.as_bytes()), Err(Error::TooLarge { .. } | Error::TooManyCells)));
    }
}
