//! Filling forms: what is put is what is read again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jixiao::model::number::fold;
use jixiao::model::{
    Actual, Decimal, Field, Fund, FundRole, Goal, Grade, Indicator, MoneyUnit, Operator, Project, Target,
};
use jixiao::{BlankForm, Knowledge, Templates, grid, read};
use proptest::prelude::*;

use super::{layout_samples, samples};

/// The workbooks of a sheet whose form can be filled: those of all samples.
fn workbooks() -> Vec<PathBuf> {
    let layouts = layout_samples().into_iter().map(|(_, path)| path);
    let all = samples().into_iter().chain(layouts);
    all.filter(|path| path.extension().is_some_and(|ending| ending == "xlsx")).collect()
}

/// The texts of a sheet by their cells. Numbers, percentages and signs are written in one way.
fn cells(bytes: &[u8], sheet: &str) -> BTreeMap<String, String> {
    let grids = grid::read(bytes).unwrap();
    let rows = grids.iter().filter(|grid| grid.sheet == sheet).flat_map(grid::Grid::rows);
    let mut cells = BTreeMap::new();
    for row in rows {
        for slot in row.filled().filter(|slot| row.begins(slot)) {
            let text = fold(&slot.text);
            let plain = text.trim_end_matches(['%', '万', '元']).replace(',', "");
            let text = match plain.parse::<Decimal>() {
                Ok(number) => number.normalize().to_string(),
                Err(_) => Operator::from_sign_cell(&text).map_or(text, |op| format!("{op:?}")),
            };
            cells.insert(slot.area.to_string(), text);
        }
    }
    cells
}

/// Cells that a form's own blank does not tell apart, by the sample: each with why.
const NOT_TOLD: [(&str, &str); 3] = [
    ("03-无合并文字仅首格", "what should be merged is not: the value stood in the second of two empty cells"),
    ("12-总分行无标签", "the total has no label, so that its blank has no place for it"),
    ("04-公交运营补贴", "a label without a value is read as the value of the label before it"),
];

#[test]
fn a_form_emptied_and_filled_again_has_the_same_cells() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut compared = 0;
    for path in workbooks() {
        let name = path.display().to_string();
        let bytes = std::fs::read(&path).unwrap();
        let Ok(reading) = read(&bytes, &name, &knowledge) else { continue };
        // A register has no form to fill.
        let Ok(form) = BlankForm::open(&bytes, &knowledge) else { continue };
        let own = reading.forms.iter().map(|form| &form.project);
        let mut own: Vec<Project> =
            own.filter(|project| project.source.sheet == form.sheet()).cloned().collect();
        if NOT_TOLD.iter().any(|(sample, _)| name.contains(sample)) {
            continue;
        }
        let refill = |projects: &[Project], blank: &[u8]| {
            let blank = BlankForm::open(blank, &knowledge).unwrap();
            if blank.is_list() {
                return blank.fill_list(projects, &knowledge).unwrap();
            }
            blank.fill(&projects[0], &knowledge).unwrap()
        };
        let emptied = refill(&[Project::default()], &bytes).bytes;
        // What a second form of the sheet holds is not this form's.
        if !form.is_list() {
            own.truncate(1);
        }
        let filled = refill(&own, &emptied);
        assert_eq!(filled.missing.concat(), [], "{name}");
        assert_eq!(refill(&own, &bytes).missing.concat(), [], "{name}, over what it says");
        let (before, after) = (cells(&bytes, form.sheet()), cells(&filled.bytes, form.sheet()));
        // The reviewer's score stands behind the unit's own, in a column that is nobody's.
        let nobodys = |at: &str| name.contains("复核表") && at == "K11";
        let lost: Vec<_> =
            before.iter().filter(|(at, text)| after.get(*at) != Some(text) && !nobodys(at)).collect();
        let added: Vec<_> = after.iter().filter(|(at, _)| !before.contains_key(*at)).collect();
        assert!(lost.is_empty() && added.is_empty(), "{name}\n{lost:#?}\n{added:#?}");
        compared += 1;
    }
    assert!(compared >= 35, "{compared}");
}

#[test]
fn every_built_in_blank_is_of_its_layout_and_takes_what_its_layout_states() {
    let knowledge = Knowledge::built_in().unwrap();
    let templates = Templates::default();
    let mut count = 0;
    for (path, bytes) in templates.forms() {
        let id = path.trim_start_matches("forms/").trim_end_matches(".xlsx");
        let blank = BlankForm::open(bytes, &knowledge).unwrap();
        // First levels are known only by the indicators that stand below them.
        let expected = if id == "mof-2021-cost" { "mof-2020" } else { id };
        assert!(blank.is_list() || blank.layout() == expected, "{id}: {}", blank.layout());
        for (layout, sample) in layout_samples().into_iter().filter(|(layout, _)| layout == id) {
            let bytes = std::fs::read(&sample).unwrap();
            let forms = read(&bytes, "", &knowledge).unwrap().forms;
            let project = &forms[0].project;
            let filled = blank.fill(project, &knowledge).unwrap();
            let again = &read(&filled.bytes, "", &knowledge).unwrap().forms[0].project;
            assert_eq!(again.source.layout, layout, "{}", sample.display());
            assert_eq!(again.indicators.len(), project.indicators.len(), "{}", sample.display());
        }
        count += 1;
    }
    assert_eq!(count, 15);
}

/// A table of which a blank prints nothing but the head, in cells without any format.
#[test]
fn a_table_without_rows_takes_them() {
    let knowledge = Knowledge::built_in().unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows: [&[&str]; 7] = [
        &["项目支出绩效自评表（    年度）"],
        &["项目名称"],
        &["实施单位："],
        &["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数"],
        &["年度资金总额"],
        &["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"],
        &["总分", "", "", "", "", "100"],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (col, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write(row, col, *text).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let bytes_of_samples = std::fs::read(&samples()[0]).unwrap();
    let project = read(&bytes_of_samples, "", &knowledge).unwrap().forms[0].project.clone();
    let filled = BlankForm::open(&bytes, &knowledge).unwrap().fill(&project, &knowledge).unwrap();
    let told: Vec<_> = filled.missing[0].iter().map(|missing| missing.what).collect();
    // The blank has neither columns for the rate and its points, nor a row for what comes from the treasury, nor goals.
    assert_eq!(
        told,
        [
            "主管部门",
            "执行率",
            "预算执行的分值",
            "预算执行的得分",
            "年初预算数",
            "全年预算数",
            "全年执行数",
            "执行率",
            "预期目标",
            "目标完成情况",
        ]
    );
    let again = &read(&filled.bytes, "", &knowledge).unwrap().forms[0].project;
    assert_eq!((again.name.text(), again.year.value), (project.name.text(), Some(2022)));
    assert_eq!(again.indicators.len(), project.indicators.len());
    assert_eq!(again.total.score.value, project.total.score.value);
}

/// A name that comes twice, or none, does not set what follows at odds with what is read.
#[test]
fn a_list_tells_of_each_project_what_is_its_own() {
    let knowledge = Knowledge::built_in().unwrap();
    let templates = Templates::default();
    let blank = BlankForm::open(templates.form("indicator-list").unwrap(), &knowledge).unwrap();
    let project = |name: &str, indicator: &str| Project {
        name: Field { value: (!name.is_empty()).then(|| name.to_owned()), cell: None },
        indicators: vec![Indicator {
            name: text(indicator),
            weight: number(10.into()),
            ..Indicator::default()
        }],
        ..Project::default()
    };
    let projects = [
        project("道路养护", "养护里程"),
        project("道路养护", "修补面积"),
        project("路灯安装", "安装数量"),
        project("道路养护", "排水长度"),
    ];
    let filled = blank.fill_list(&projects, &knowledge).unwrap();
    assert_eq!(filled.missing, vec![Vec::new(); 4]);
}

/// A system that imports forms takes three words for what was reached, numbers alone, and no line breaks.
#[test]
fn a_systems_form_is_filled_in_its_own_words() {
    let knowledge = Knowledge::built_in().unwrap();
    let templates = Templates::default();
    let blank = BlankForm::open(templates.form("system-import").unwrap(), &knowledge).unwrap();
    let row = |name: &str, target: &str, actual: &str, points: [i64; 2], reason: Option<&str>| Indicator {
        level1: text("产出指标"),
        level2: text("质量指标"),
        name: text(name),
        target: Field { value: Some(Target::read(target)), cell: None },
        actual: Field { value: Some(Actual::read(actual)), cell: None },
        weight: number(points[0].into()),
        score: number(points[1].into()),
        reason: Field { value: reason.map(str::to_owned), cell: None },
        ..Indicator::default()
    };
    let project = Project {
        name: text("培训"),
        indicators: vec![
            row("规范程度", "规范", "较为规范", [10, 8], Some("台账\n不全")),
            row("机制", "健全", "健全", [10, 10], None),
            row("人数", "≥300人", "288人", [20, 19], None),
            row("效果", "明显", "达成", [10, 10], None),
        ],
        ..Project::default()
    };
    let filled = blank.fill(&project, &knowledge).unwrap();
    let again = &read(&filled.bytes, "", &knowledge).unwrap().forms[0].project;
    let actual: Vec<&str> =
        again.indicators.iter().map(|row| row.actual.get().unwrap().text.as_str()).collect();
    assert_eq!(actual, ["部分达成", "达成", "288", "达成"]);
    let described: Vec<&str> =
        again.indicators.iter().map(|row| row.other.values().next().map_or("", Field::text)).collect();
    assert_eq!(described, ["较为规范", "健全", "288人", ""]);
    assert_eq!(again.indicators[0].reason.text(), "台账；不全");
    // What was put in other words is told.
    let told: Vec<_> = filled.missing[0].iter().map(|missing| missing.what).collect();
    assert_eq!(told, ["偏差原因"]);
}

fn text(text: impl Into<String>) -> Field<String> {
    Field { value: Some(text.into()), cell: None }
}

fn number(number: Decimal) -> Field<Decimal> {
    Field { value: Some(number), cell: None }
}

/// Levels in the order in which the blanks print them, and one that none prints.
const LEVELS: [(&str, &str); 10] = [
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("产出指标", "成本指标"),
    ("产出指标", "绿色指标"),
    ("效益指标", "经济效益指标"),
    ("效益指标", "社会效益指标"),
    ("效益指标", "可持续影响指标"),
    ("满意度指标", "服务对象满意度指标"),
    ("创新指标", "机制创新指标"),
];

fn amounts() -> impl Strategy<Value = Decimal> {
    (0i64..9_000_000_000_000, 0u32..6).prop_map(|(units, scale)| Decimal::new(units, scale).normalize())
}

/// Words such as clerks type: several lines, marks, what looks like a formula or like mark-up.
fn texts() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "受天气影响",
        "=1+1",
        "已整改",
        "<b>&amp;",
        "“引号”",
        "第一批\n第二批",
        "100%",
        "'撇",
        "附件1：说明",
        "a & b",
        "😀",
        "。",
    ]);
    prop::collection::vec(words, 1..6).prop_map(|words| format!("因{}", words.concat()))
}

fn targets() -> impl Strategy<Value = Target> {
    let exact = (0usize..3, 1i64..99_999, 0u32..3, prop::sample::select(vec!["个", "%", "万元", "人次", ""]))
        .prop_map(|(sign, units, scale, unit)| {
            let value = Decimal::new(units, scale).normalize();
            Target::read(&format!("{}{value}{unit}", ["≥", "≤", "="][sign]))
        });
    let words = prop::sample::select(vec!["显著提升", "2022年12月底前", "10-15家", "±10%", "有效保障"])
        .prop_map(Target::read);
    prop_oneof![4 => exact, 1 => words]
}

prop_compose! {
    fn indicators()(level in 0usize..LEVELS.len(), target in targets(), actual in prop::option::of(0i64..100_000),
        weight in 1i64..50, score in prop::option::of(0i64..5000), reason in prop::option::of(texts()))
        -> (usize, Indicator) {
        let (level1, level2) = LEVELS[level];
        let actual = actual.map(|actual| Actual::read(&actual.to_string()));
        (level, Indicator {
            level1: text(level1),
            level2: text(level2),
            target: Field { value: Some(target), cell: None },
            actual: Field { value: actual, cell: None },
            weight: number(weight.into()),
            score: Field { value: score.map(|score| Decimal::new(score, 2).normalize()), cell: None },
            reason: Field { value: reason, cell: None },
            ..Indicator::default()
        })
    }
}

prop_compose! {
    fn projects()(rows in prop::collection::vec(indicators(), 1..60), amounts in prop::collection::vec(prop::option::of(amounts()), 3),
        planned in prop::option::of(texts()), actual in prop::option::of(texts()), unit in prop::bool::ANY,
        total in prop::option::of(0i64..10_000))
        -> Project {
        let mut rows = rows;
        rows.sort_by_key(|(level, _)| *level);
        let indicators = rows.into_iter().enumerate()
            .map(|(i, (_, row))| Indicator { name: text(format!("考核事项{}", i + 1)), ..row }).collect();
        let amount = |i: usize| Field { value: amounts[i], cell: None };
        let planned = Field { value: planned, cell: None };
        Project {
            name: text("道路“养护” & 排水"),
            code: Some("51099925T000020001234".to_owned()),
            year: Field { value: Some(2022), cell: None },
            department: text("某县交通运输局"),
            unit: text("某县公路站"),
            money_unit: Some(if unit { MoneyUnit::TenThousandYuan } else { MoneyUnit::Yuan }),
            funds: vec![Fund { item: text("年度资金总额"), role: FundRole::Total, initial: amount(0), budget: amount(1),
                executed: amount(2), ..Fund::default() }],
            goals: vec![Goal { planned, actual: Field { value: actual, cell: None } }],
            total: jixiao::model::Total { score: Field { value: total.map(|total| Decimal::new(total, 2).normalize()), cell: None },
                grade: Field { value: Some(Grade::Good), cell: None }, ..Default::default() },
            indicators,
            ..Project::default()
        }
    }
}

/// What a layout does not ask for: differences of these kinds are told, not lost.
fn not_asked(layout: &str) -> &'static [&'static str] {
    match layout {
        "mof-2020" | "split-value" | "numbered-report" | "formula-column" | "mof-2021-cost" => &[],
        _ => &["*"],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_is_put_into_a_blank_is_what_is_read_again(project in projects()) {
        let knowledge = Knowledge::built_in().unwrap();
        let templates = Templates::default();
        for (path, bytes) in templates.forms() {
            let id = path.trim_start_matches("forms/").trim_end_matches(".xlsx");
            let blank = BlankForm::open(bytes, &knowledge).unwrap();
            let filled = blank.fill(&project, &knowledge).unwrap();
            let missing = &filled.missing[0];
            if not_asked(id).is_empty() {
                prop_assert!(missing.is_empty(), "{id}: {missing:?}");
            }
            // Whatever a layout asks for, no indicator is lost, nor the order of those of one level.
            let again = &read(&filled.bytes, "", &knowledge).unwrap().forms[0].project;
            let names = |project: &Project| project.indicators.iter().map(|row| row.name.text().to_owned()).collect::<Vec<_>>();
            let (mut before, mut after) = (names(&project), names(again));
            if ["coefficient", "system-import", "indicator-list", "target-list"].contains(&id) {
                prop_assert_eq!(&before, &after, "{}", id);
            }
            before.sort();
            after.sort();
            prop_assert_eq!(before, after, "{}", id);
            // The blank that is filled once more is the same.
            let twice = BlankForm::open(&filled.bytes, &knowledge).unwrap().fill(&project, &knowledge).unwrap();
            prop_assert_eq!(&twice.missing[0], missing, "{} filled twice", id);
            let (once, twice) = (cells(&filled.bytes, blank.sheet()), cells(&twice.bytes, blank.sheet()));
            let other: Vec<_> = once.iter().filter(|(at, text)| twice.get(*at) != Some(text)).collect();
            prop_assert!(other.is_empty() && once.len() == twice.len(), "{id} filled twice: {other:?}");
        }
    }
}
