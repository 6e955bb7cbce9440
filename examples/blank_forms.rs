//! Writes the built-in blank forms: `cargo run --example blank_forms`. Their texts are laid out here, row by row, after
//! the forms that the layouts describe; a test reads every one of them again.

use std::path::Path;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// A cell of a row: its text, and how many columns and rows it covers.
type Cell = (&'static str, u16, u32);

const fn c(text: &'static str) -> Cell {
    (text, 1, 1)
}

const fn w(text: &'static str, cols: u16) -> Cell {
    (text, cols, 1)
}

/// A form: its layout, its sheet's name, the widths of its columns in characters, whether it lies across the page,
/// its title's rows, and its rows.
struct Form {
    layout: &'static str,
    sheet: &'static str,
    widths: &'static [f64],
    across: bool,
    titles: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

/// Levels with their second levels.
type Levels = &'static [(&'static str, &'static [&'static str])];

const GENERAL: Levels = &[
    ("产出指标", &["数量指标", "质量指标", "时效指标", "成本指标"]),
    ("效益指标", &["经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"]),
    ("满意度指标", &["服务对象满意度指标"]),
];

const WITH_COST: Levels = &[
    ("成本指标", &["经济成本指标", "社会成本指标", "生态环境成本指标"]),
    ("产出指标", &["数量指标", "质量指标", "时效指标"]),
    ("效益指标", &["经济效益指标", "社会效益指标", "生态效益指标"]),
    ("满意度指标", &["服务对象满意度指标"]),
];

/// The rows of an indicator table below its head: the block's name over all of them, the levels, and empty cells.
fn indicators(block: &'static str, head: &[Cell], levels: Levels, values: &[u16]) -> Vec<Vec<Cell>> {
    let count: usize = levels.iter().map(|(_, seconds)| seconds.len()).sum();
    let mut rows = Vec::new();
    let mut first = Vec::new();
    if !block.is_empty() {
        first.push((block, 1, u32::try_from(count).unwrap_or(0) + 1));
    }
    first.extend_from_slice(head);
    rows.push(first);
    for (level1, seconds) in levels {
        for (i, second) in seconds.iter().enumerate() {
            let mut row = Vec::new();
            if i == 0 {
                row.push((*level1, 1, u32::try_from(seconds.len()).unwrap_or(1)));
            }
            row.push(c(second));
            row.extend(values.iter().map(|cols| w("", *cols)));
            rows.push(row);
        }
    }
    rows
}

/// The rows of a funds block: each label with empty cells, some of which print what they are.
fn funds(block: Cell, head: &[Cell], items: &[(Cell, &[Cell])]) -> Vec<Vec<Cell>> {
    let mut rows = vec![
        std::iter::once((block.0, block.1, u32::try_from(items.len()).unwrap_or(0) + 1))
            .chain(head.iter().copied())
            .collect::<Vec<_>>(),
    ];
    rows.extend(
        items.iter().map(|(label, cells)| std::iter::once(*label).chain(cells.iter().copied()).collect()),
    );
    rows
}

const YEAR: &str = "（    年度）";
const REASON: &str = "偏差原因分析及改进措施";

/// The goals, the indicators and the total as the forms of the ministry have them, nine columns wide.
fn goals_and_indicators(levels: Levels) -> Vec<Vec<Cell>> {
    let mut rows =
        vec![vec![("年度总体目标", 1, 2), w("预期目标", 4), w("实际完成情况", 4)], vec![w("", 4), w("", 4)]];
    rows.extend(indicators(
        "绩效指标",
        &[
            c("一级指标"),
            c("二级指标"),
            c("三级指标"),
            c("年度\n指标值"),
            c("实际\n完成值"),
            c("分值"),
            c("得分"),
            c(REASON),
        ],
        levels,
        &[1, 1, 1, 1, 1, 1],
    ));
    rows.push(vec![w("总分", 6), c("100"), c(""), c("")]);
    rows
}

fn mof(layout: &'static str, levels: Levels) -> Form {
    let mut rows =
        vec![vec![w("项目名称", 2), w("", 7)], vec![w("主管部门", 2), w("", 3), c("实施单位"), w("", 3)]];
    rows.extend(funds(
        w("项目资金\n（万元）", 2),
        &[
            c(""),
            c("年初预算数"),
            c("全年预算数（A）"),
            c("全年执行数（B）"),
            c("分值"),
            c("执行率（B/A）"),
            c("得分"),
        ],
        &[
            (c("年度资金总额"), &[c(""), c(""), c(""), c("10"), c(""), c("")]),
            (c("其中：当年财政拨款"), &[c(""), c(""), c(""), c("—"), c(""), c("—")]),
            (c("　　　上年结转资金"), &[c(""), c(""), c(""), c("—"), c(""), c("—")]),
            (c("　　　其他资金"), &[c(""), c(""), c(""), c("—"), c(""), c("—")]),
        ],
    ));
    rows.extend(goals_and_indicators(levels));
    Form {
        layout,
        sheet: "自评表",
        widths: &[7.0, 11.0, 19.0, 24.0, 17.0, 17.0, 8.0, 11.0, 25.0],
        across: true,
        titles: &["项目支出绩效自评表", YEAR],
        rows,
    }
}

fn split_value() -> Form {
    let mut rows =
        vec![vec![w("项目名称", 2), w("", 9)], vec![w("主管部门", 2), w("", 4), w("实施单位", 2), w("", 3)]];
    rows.extend(funds(
        w("项目资金\n（万元）", 2),
        &[w("", 2), w("年初预算数", 2), c("全年预算数"), c("全年执行数"), c("分值"), c("执行率"), c("得分")],
        &[
            (w("年度资金总额", 2), &[w("", 2), c(""), c(""), c("10"), c(""), c("")]),
            (w("其中：当年财政拨款", 2), &[w("", 2), c(""), c(""), c("—"), c(""), c("—")]),
            (w("　　　上年结转资金", 2), &[w("", 2), c(""), c(""), c("—"), c(""), c("—")]),
            (w("　　　其他资金", 2), &[w("", 2), c(""), c(""), c("—"), c(""), c("—")]),
        ],
    ));
    rows.push(vec![("年度总体目标", 1, 2), w("预期目标", 6), w("实际完成情况", 4)]);
    rows.push(vec![w("", 6), w("", 4)]);
    rows.extend(indicators(
        "绩效指标",
        &[
            c("一级指标"),
            c("二级指标"),
            w("三级指标", 2),
            c("指标性质"),
            c("指标值"),
            c("度量单位"),
            c("实际完成值"),
            c("分值"),
            c("得分"),
            // The last of them is as wide as the rest of the page.
        ],
        GENERAL,
        &[2, 1, 1, 1, 1, 1, 1],
    ));
    for (i, row) in rows.iter_mut().enumerate() {
        let reason = if i == 9 { REASON } else { "" };
        if i >= 9 {
            row.push(c(reason));
        } else if let Some(last) = row.last_mut() {
            last.1 += 1;
        }
    }
    rows.push(vec![w("其他需要说明事项", 3), w("", 9)]);
    rows.push(vec![w("总分", 9), c("100"), c(""), c("")]);
    Form {
        layout: "split-value",
        sheet: "自评表",
        widths: &[7.0, 11.0, 18.0, 12.0, 12.0, 10.0, 12.0, 12.0, 14.0, 8.0, 9.0, 25.0],
        across: true,
        titles: &["项目支出绩效自评表", YEAR],
        rows,
    }
}

fn execution_20() -> Form {
    let mut rows = vec![
        vec![w("单位名称：", 3), w("填报日期：", 2), w("总分：", 2)],
        vec![c("项目名称"), w("", 6)],
        vec![c("主管部门"), w("", 2), c("项目实施单位"), w("", 3)],
        vec![c("项目类别"), w("1、部门预算项目□  2、省直专项□  3、省对下转移支付项目□", 6)],
        vec![c("项目属性"), w("1、持续性项目□  2、新增性项目□", 6)],
        vec![c("项目类型"), w("1、常年性项目□  2、延续性项目□  3、一次性项目□", 6)],
        vec![
            ("预算执行情况\n（万元）\n（20分）", 1, 2),
            w("", 2),
            c("预算数（A）"),
            c("执行数（B）"),
            c("执行率（B/A）"),
            c("得分（20分*执行率）"),
        ],
        vec![w("年度财政资金总额", 2), c(""), c(""), c(""), c("")],
    ];
    rows.extend(indicators(
        "年度绩效目标\n（80分）",
        &[c("一级指标"), c("二级指标"), c("三级指标"), c("年初目标值（A）"), c("实际完成值（B）"), c("得分")],
        GENERAL,
        &[1, 1, 1, 1],
    ));
    rows.push(vec![c("总分"), w("", 5), c("")]);
    rows.push(vec![c("偏差大或目标未完成原因分析"), w("", 6)]);
    rows.push(vec![c("改进措施及结果应用方案"), w("", 6)]);
    Form {
        layout: "execution-20",
        sheet: "自评表",
        widths: &[14.0, 12.0, 20.0, 28.0, 18.0, 18.0, 16.0],
        across: true,
        titles: &["    年度项目绩效自评表"],
        rows,
    }
}

fn formula_column() -> Form {
    let mut rows =
        vec![vec![w("项目名称", 2), w("", 8)], vec![w("主管部门", 2), w("", 3), w("实施单位", 2), w("", 3)]];
    rows.extend(funds(
        w("项目资金\n（万元）", 2),
        &[
            c(""),
            c("年初预算数"),
            c("全年预算数（A）"),
            c("全年执行数（B）"),
            c("分值"),
            c("执行率（B/A）"),
            w("得分", 2),
        ],
        &[
            (c("年度资金总额"), &[c(""), c(""), c(""), c("10"), c(""), w("", 2)]),
            (c("其中：财政拨款"), &[c(""), c(""), c(""), c("—"), c(""), w("—", 2)]),
            (c("　　　其他资金"), &[c(""), c(""), c(""), c("—"), c(""), w("—", 2)]),
        ],
    ));
    rows.push(vec![("年度总体目标", 1, 2), w("年初设定目标", 4), w("全年实际完成情况", 5)]);
    rows.push(vec![w("", 4), w("", 5)]);
    rows.extend(indicators(
        "绩效指标",
        &[
            c("一级指标"),
            c("二级指标"),
            c("三级指标"),
            c("分值"),
            c("年度指标值（A）"),
            c("全年实际值（B）"),
            c("得分计算方法"),
            c("得分"),
            c("未完成原因分析"),
        ],
        GENERAL,
        &[1, 1, 1, 1, 1, 1, 1],
    ));
    rows.push(vec![w("总分", 4), c("100"), w("", 3), c(""), c("")]);
    Form {
        layout: "formula-column",
        sheet: "自评表",
        widths: &[7.0, 12.0, 19.0, 24.0, 15.0, 15.0, 12.0, 18.0, 9.0, 22.0],
        across: true,
        titles: &["项目支出绩效自评表", YEAR],
        rows,
    }
}

fn coefficient() -> Form {
    let mut rows = vec![
        vec![c("项目名称"), w("", 4), c("自评总分（分）"), w("", 5)],
        vec![c("主管部门"), w("", 4), c("实施单位"), w("", 5)],
        vec![
            ("预算执行情况\n（万元）", 1, 2),
            w("年初预算数", 2),
            c("全年（调整）预算数"),
            w("全年执行数", 2),
            c("执行率"),
            c("执行率权重"),
            w("执行率得分（分）", 3),
        ],
        vec![w("", 2), c(""), w("", 2), c(""), c(""), w("", 3)],
        vec![w("年初绩效目标", 4), w("全年（调整）绩效目标", 3), w("全年目标实际完成情况", 4)],
        vec![w("", 4), w("", 3), w("", 4)],
        vec![
            c("指标名称"),
            c("计量单位"),
            c("指标性质"),
            c("年初指标值"),
            c("调整指标值"),
            c("全年完成值"),
            c("得分系数（%）"),
            c("指标权重（分）"),
            c("指标得分（分）"),
            c("是否核心指标"),
            c("备注"),
        ],
    ];
    rows.extend((0..6).map(|_| vec![c(""); 11]));
    Form {
        layout: "coefficient",
        sheet: "自评表",
        widths: &[26.0, 10.0, 10.0, 13.0, 15.0, 13.0, 13.0, 13.0, 13.0, 13.0, 20.0],
        across: true,
        titles: &["    年度项目支出绩效自评表", "单位：万元"],
        rows,
    }
}

fn numbered_report() -> Form {
    let mut form = split_value();
    form.layout = "numbered-report";
    form.titles = &["部门预算项目支出绩效自评表", YEAR];
    form.rows.insert(2, vec![w("项目基本情况", 2), w("", 10)]);
    form.rows.insert(3, vec![w("项目实施内容及过程概述", 2), w("", 10)]);
    form
}

fn transfer(layout: &'static str) -> Form {
    let scored = layout == "transfer-scored";
    let cols: u16 = if scored { 8 } else { 6 };
    let mut rows = vec![
        vec![w("转移支付（项目）名称", 2), w("", cols - 1)],
        vec![w("中央主管部门", 2), w("", cols - 1)],
        vec![w("地方主管部门", 2), w("", 2), c("资金使用单位"), w("", cols - 4)],
    ];
    rows.extend(funds(
        w("资金情况\n（万元）", 2),
        &[c(""), c("全年预算数（A）"), c("全年执行数（B）"), w("预算执行率（B/A）", cols - 4)],
        &[
            (c("年度资金总额"), &[c(""), c(""), if scored { w("", 4) } else { w("", 2) }]),
            (c("其中：中央补助"), &[c(""), c(""), if scored { w("", 4) } else { w("", 2) }]),
            (c("　　　地方资金"), &[c(""), c(""), if scored { w("", 4) } else { w("", 2) }]),
            (c("　　　其他资金"), &[c(""), c(""), if scored { w("", 4) } else { w("", 2) }]),
        ],
    ));
    rows.push(vec![("总体目标", 1, 2), w("年初设定目标", 3), w("全年实际完成情况", cols - 3)]);
    rows.push(vec![w("", 3), w("", cols - 3)]);
    let mut head = vec![c("一级指标"), c("二级指标"), c("三级指标"), c("指标值"), c("全年实际完成值")];
    if scored {
        head.extend([c("分值"), c("得分")]);
    }
    head.push(c("未完成原因和改进措施"));
    rows.extend(indicators(
        "绩效指标",
        &head,
        GENERAL,
        if scored { &[1, 1, 1, 1, 1, 1] } else { &[1, 1, 1, 1] },
    ));
    if scored {
        rows.push(vec![w("总分", 6), c("100"), c(""), c("")]);
    }
    Form {
        layout,
        sheet: "自评表",
        widths: if scored {
            &[7.0, 13.0, 19.0, 26.0, 16.0, 16.0, 8.0, 9.0, 26.0]
        } else {
            &[7.0, 13.0, 19.0, 28.0, 20.0, 20.0, 30.0]
        },
        across: true,
        titles: &["转移支付绩效目标自评表", YEAR],
        rows,
    }
}

fn target() -> Form {
    let mut rows = vec![
        vec![w("项目名称", 2), w("", 6)],
        vec![w("主管部门", 2), w("", 2), c("实施单位"), w("", 3)],
        vec![("项目资金\n（万元）", 1, 4), w("年度资金总额", 3), w("", 4)],
        vec![w("其中：财政拨款", 3), w("", 4)],
        vec![w("　　　上年结转资金", 3), w("", 4)],
        vec![w("　　　其他资金", 3), w("", 4)],
        vec![c("总体目标"), w("", 7)],
    ];
    rows.extend(indicators(
        "绩效指标",
        &[c("一级指标"), c("二级指标"), c("三级指标"), c("指标性质"), c("指标值"), c("度量单位"), c("权重")],
        GENERAL,
        &[1, 1, 1, 1, 1],
    ));
    Form {
        layout: "target",
        sheet: "绩效目标表",
        widths: &[9.0, 13.0, 19.0, 30.0, 12.0, 16.0, 12.0, 10.0],
        across: false,
        titles: &["项目支出绩效目标申报表", YEAR],
        rows,
    }
}

fn monitoring() -> Form {
    let mut rows =
        vec![vec![w("项目名称", 2), w("", 8)], vec![w("主管部门", 2), w("", 3), w("实施单位", 2), w("", 3)]];
    rows.extend(funds(
        w("项目资金\n（万元）", 2),
        &[c(""), c("年初预算数"), w("1-7月执行数", 2), c("1-7月执行率"), w("全年预计执行数", 3)],
        &[
            (c("年度资金总额"), &[c(""), w("", 2), c(""), w("", 3)]),
            (c("其中：财政拨款"), &[c(""), w("", 2), c(""), w("", 3)]),
            (c("　　　其他资金"), &[c(""), w("", 2), c(""), w("", 3)]),
        ],
    ));
    rows.push(vec![w("年度总体目标", 2), w("", 8)]);
    rows.extend(indicators(
        "绩效指标",
        &[
            c("一级指标"),
            c("二级指标"),
            c("三级指标"),
            c("年度指标值"),
            c("1-7月执行情况"),
            c("全年预计完成情况"),
            c("偏差原因分析"),
            c("完成目标可能性"),
            c("备注"),
        ],
        GENERAL,
        &[1, 1, 1, 1, 1, 1, 1],
    ));
    Form {
        layout: "monitoring",
        sheet: "监控表",
        widths: &[7.0, 12.0, 19.0, 26.0, 15.0, 15.0, 16.0, 22.0, 14.0, 12.0],
        across: true,
        titles: &["项目支出绩效运行监控表", YEAR],
        rows,
    }
}

fn department() -> Form {
    let mut rows = vec![vec![w("单位名称", 2), w("", 7)]];
    rows.extend(funds(
        w("预算执行情况\n（万元）", 2),
        &[c(""), c("年初预算数"), c("全年预算数"), c("全年执行数"), c("分值"), c("执行率"), c("得分")],
        &[
            (c("年度资金总额"), &[c(""), c(""), c(""), c("10"), c(""), c("")]),
            (c("其中：基本支出"), &[c(""), c(""), c(""), c("—"), c(""), c("—")]),
            (c("　　　项目支出"), &[c(""), c(""), c(""), c("—"), c(""), c("—")]),
        ],
    ));
    rows.extend(goals_and_indicators(GENERAL));
    Form {
        layout: "department",
        sheet: "自评表",
        widths: &[7.0, 11.0, 19.0, 24.0, 17.0, 17.0, 8.0, 11.0, 25.0],
        across: true,
        titles: &["部门整体支出绩效自评表", YEAR],
        rows,
    }
}

fn system_import() -> Form {
    let head = [
        "一级指标",
        "二级指标",
        "三级指标名称",
        "计算符号",
        "指标值",
        "*实际完成值（定量填数字，定性填达成、部分达成、未达成）",
        "计量单位",
        "*分值 数量（20）、质量（10）、时效（10）、成本（10）、效益（30）、满意度（10）",
        "*指标得分（定量系统自动计算，定性必填）",
        "扣减分数",
        "完成情况简要描述（定量选填，定性必填）",
        "偏差原因及改进措施（指标未完成时必填）",
    ];
    let rows = vec![head.map(c).to_vec(), vec![c(""); head.len()]];
    Form {
        layout: "system-import",
        sheet: "Sheet1",
        widths: &[13.0, 17.0, 28.0, 10.0, 14.0, 22.0, 10.0, 22.0, 20.0, 10.0, 26.0, 30.0],
        across: true,
        titles: &[],
        rows,
    }
}

fn list(layout: &'static str) -> Form {
    let reached = layout == "indicator-list";
    let mut head = vec![
        "序号",
        "项目名称",
        "主管部门",
        "实施单位",
        "全年预算数",
        "全年执行数",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标性质",
        "指标值",
        "度量单位",
    ];
    if reached {
        head.extend(["实际完成值", "分值", "得分", REASON]);
    } else {
        head.retain(|text| *text != "全年执行数");
        head.push("权重");
    }
    let rows = vec![head.iter().map(|text| c(text)).collect::<Vec<_>>(), vec![c(""); head.len()]];
    Form {
        layout,
        sheet: if reached { "自评明细" } else { "目标明细" },
        widths: &[
            6.0, 26.0, 18.0, 18.0, 12.0, 12.0, 12.0, 17.0, 28.0, 10.0, 14.0, 10.0, 14.0, 8.0, 8.0, 28.0,
        ],
        across: true,
        titles: if reached {
            &["    年度项目支出绩效自评指标明细表", "单位：万元"]
        } else {
            &["    年度项目支出绩效目标明细表", "单位：万元"]
        },
        rows,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/forms");
    std::fs::create_dir_all(&folder)?;
    for form in [
        mof("mof-2020", GENERAL),
        mof("mof-2021-cost", WITH_COST),
        split_value(),
        execution_20(),
        formula_column(),
        coefficient(),
        numbered_report(),
        transfer("transfer"),
        transfer("transfer-scored"),
        target(),
        monitoring(),
        department(),
        system_import(),
        list("indicator-list"),
        list("target-list"),
    ] {
        let mut book = Workbook::new();
        let mut properties = rust_xlsxwriter::DocProperties::new();
        properties = properties.set_creation_datetime(&rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1)?);
        book.set_properties(&properties);
        draw(book.add_worksheet(), &form)?;
        book.save(folder.join(format!("{}.xlsx", form.layout)))?;
    }
    Ok(())
}

/// Lays a form out on a sheet: a cell skips the columns that a cell above it covers.
fn draw(sheet: &mut Worksheet, form: &Form) -> Result<(), XlsxError> {
    let body = Format::new()
        .set_font_name("宋体")
        .set_font_size(10.5)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::Black);
    let left = body.clone().set_align(FormatAlign::Left);
    let title = Format::new()
        .set_font_name("方正小标宋简体")
        .set_font_size(18)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let subtitle = title.clone().set_font_name("宋体").set_font_size(10.5);
    sheet.set_name(form.sheet)?;
    for (col, width) in (0u16..).zip(form.widths) {
        sheet.set_column_width(col, *width)?;
    }
    let first = form.rows.first().map_or(0, |row| row.iter().map(|cell| cell.1).sum::<u16>());
    let last = first.saturating_sub(1);
    let mut row = 0u32;
    for (i, text) in form.titles.iter().enumerate() {
        sheet.merge_range(row, 0, row, last, text, if i == 0 { &title } else { &subtitle })?;
        sheet.set_row_height(row, if i == 0 { 32 } else { 18 })?;
        row += 1;
    }
    let mut covered: Vec<(u32, u16)> = Vec::new();
    for cells in &form.rows {
        let mut col = 0u16;
        let mut tall = false;
        for (text, cols, rows) in cells {
            while covered.contains(&(row, col)) {
                col += 1;
            }
            let format = if *cols > 3 && text.is_empty() || text.contains('□') || text.ends_with('：') {
                &left
            } else {
                &body
            };
            tall |= text.contains('\n') && *rows == 1 || text.chars().count() > 24;
            if *cols > 1 || *rows > 1 {
                sheet.merge_range(row, col, row + rows - 1, col + cols - 1, text, format)?;
                covered.extend(
                    (1..*rows).flat_map(|below| (0..*cols).map(move |beside| (row + below, col + beside))),
                );
            } else if let Ok(number) = text.parse::<f64>() {
                sheet.write_number_with_format(row, col, number, format)?;
            } else if text.is_empty() {
                sheet.write_blank(row, col, format)?;
            } else {
                sheet.write_string_with_format(row, col, *text, format)?;
            }
            col += cols;
        }
        let goals = cells.len() <= 3
            && cells.iter().all(|cell| cell.0.is_empty() || cell.0 == "总体目标" || cell.0.contains("概述"));
        sheet.set_row_height(
            row,
            if goals {
                72
            } else if tall {
                38
            } else {
                26
            },
        )?;
        row += 1;
    }
    sheet.set_paper_size(9);
    if form.across {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_print_center_horizontally(true);
    sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    Ok(())
}
