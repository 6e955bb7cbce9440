//! The same form reads the same wherever it stands on a sheet and however its cells are merged.

use jixiao::grid::{self, Grid};
use jixiao::layout;
use jixiao::model::{Address, Project};

use super::samples;
use super::sheet::{Sheet, assert_same, layouts, read};

/// Every sample's form with its name.
fn sheets() -> Vec<(String, Sheet)> {
    let layouts = layouts();
    let mut sheets = Vec::new();
    for path in samples() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for grid in grid::read(&std::fs::read(&path).unwrap()).unwrap() {
            if !layout::read(std::slice::from_ref(&grid), "x", &layouts).forms.is_empty() {
                sheets.push((name.clone(), Sheet::of(&grid)));
            }
        }
    }
    assert_eq!(sheets.len(), 17);
    sheets
}

#[test]
fn where_a_form_stands_and_how_it_is_merged_changes_nothing() {
    let layouts = layouts();
    for (name, sheet) in sheets() {
        let (expected, _) = read(&sheet, &layouts);
        for (change, changed) in [
            ("moved", sheet.moved(3, 2)),
            ("repeated under merges", sheet.repeated(true)),
            ("repeated without merges", sheet.repeated(false)),
            ("unmerged", sheet.unmerged()),
            ("spaced labels", sheet.spaced()),
        ] {
            let (projects, findings) = read(&changed, &layouts);
            assert_same(&projects, &expected, &format!("{name} {change}"));
            assert_eq!(findings, [], "{name} {change}");
        }
    }
}

#[test]
fn forms_one_under_another_are_apart() {
    let layouts = layouts();
    let sheets = sheets();
    for pair in sheets.windows(2) {
        let [(name, above), (other, below)] = pair else { unreachable!() };
        let expected: Vec<Project> =
            [above, below].iter().flat_map(|sheet| read(sheet, &layouts).0).collect();
        for gap in [0, 1, 4] {
            let (projects, _) = read(&above.over(below, gap), &layouts);
            assert_same(&projects, &expected, &format!("{name} over {other}, {gap} rows apart"));
        }
    }
}

#[test]
fn a_sheet_each_gives_a_project_each() {
    let layouts = layouts();
    let grids: Vec<Grid> = sheets().iter().map(|(_, sheet)| sheet.grid()).collect();
    assert_eq!(layout::read(&grids, "x", &layouts).forms.len(), 17);
}

#[test]
fn a_hidden_sheet_is_passed_over_and_said() {
    let layouts = layouts();
    let mut grid = sheets()[0].1.grid();
    grid.hidden = true;
    let reading = layout::read(&[grid], "x", &layouts);
    assert!(reading.forms.is_empty());
    assert_eq!(reading.skipped, [("表".to_owned(), layout::Skipped::Hidden { form: true })]);
}

#[test]
fn what_cannot_be_read_exactly_stays_as_text_with_a_finding() {
    let layouts = layouts();
    let mut sheet = sheets()[0].1.clone();
    let executed =
        layout::read(&[sheet.grid()], "x", &layouts).forms[0].project.funds[0].executed.cell.unwrap();
    for (_, text) in sheet.cells.iter_mut().filter(|(at, _)| *at == executed) {
        *text = "约35万".into();
    }
    let form = layout::read(&[sheet.grid()], "x", &layouts).forms.remove(0);
    assert_eq!(form.project.funds[0].executed.value, None);
    assert_eq!(
        (form.project.unread[0].path.as_str(), form.project.unread[0].text.as_str()),
        ("/funds/0/executed", "约35万")
    );
    let [finding] = form.findings.as_slice() else { panic!("{:?}", form.findings) };
    assert_eq!((finding.code.as_ref(), finding.cell), ("F01", Some(executed)));
}

#[test]
fn a_form_without_a_name_says_so_at_the_place() {
    let layouts = layouts();
    let mut sheet = sheets()[0].1.clone();
    let place = layout::read(&[sheet.grid()], "x", &layouts).forms[0].project.name.cell.unwrap();
    sheet.cells.iter_mut().filter(|(at, _)| *at == place).for_each(|(_, text)| text.clear());
    let form = layout::read(&[sheet.grid()], "x", &layouts).forms.remove(0);
    let assessed = jixiao::assess(form, &jixiao::Knowledge::built_in().unwrap()).unwrap();
    let graver = assessed.findings.iter().filter(|finding| finding.level != jixiao::model::Level::Note);
    let [finding] = graver.collect::<Vec<_>>()[..] else { panic!("{:?}", assessed.findings) };
    assert_eq!((finding.code.as_ref(), finding.cell), ("R20", Some(place)));
}

/// A list: each row an indicator, its project named on the left in a merged cell or in every row.
#[test]
fn a_list_of_many_projects_gives_each_its_own() {
    let layouts = layouts();
    let head = [
        "项目名称",
        "项目单位",
        "项目类别",
        "预算数",
        "年度绩效目标",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标性质",
        "目标值",
        "计量单位",
        "分值",
    ];
    let rows = [
        [
            "道路养护",
            "某镇政府",
            "特定目标类",
            "12.5",
            "养护12公里",
            "产出指标（50分）",
            "数量指标",
            "养护里程",
            "≥",
            "12",
            "公里",
            "50",
        ],
        ["", "", "", "", "", "效益指标（40分）", "社会效益", "通行满意率", "≥", "90", "%", "40"],
        [
            "路灯改造",
            "101002-某街道",
            "特定目标类",
            "8",
            "改造60盏",
            "产出指标（50分）",
            "数量指标",
            "改造盏数",
            "=",
            "60",
            "盏",
            "90",
        ],
    ];
    for repeat in [false, true] {
        let mut cells = vec![
            (Address::new(0, 0), "2023年项目绩效目标表".to_owned()),
            (Address::new(1, 0), "单位：万元".to_owned()),
        ];
        cells.extend((0u32..).zip(head).map(|(col, text)| (Address::new(2, col), text.to_owned())));
        for (row, texts) in (3u32..).zip(rows) {
            for (col, text) in (0u32..).zip(texts) {
                let text =
                    if repeat && row == 4 && col < 5 { rows[0][usize::try_from(col).unwrap()] } else { text };
                if !text.is_empty() {
                    cells.push((Address::new(row, col), text.to_owned()));
                }
            }
        }
        let reading = layout::read(&[Grid::new("目标".into(), cells, Vec::new())], "x", &layouts);
        let [road, lamps] = reading.forms.as_slice() else { panic!("{} projects", reading.forms.len()) };
        assert!(road.findings.is_empty() && lamps.findings.is_empty());
        assert_eq!(road.project.indicators.len(), 2);
        assert_eq!(road.project.year.value, Some(2023));
        assert_eq!(road.project.goals[0].planned.text(), "养护12公里");
        assert_eq!(road.project.other["项目类别"].text(), "特定目标类");
        assert_eq!(road.project.indicators[1].target.get().map(|target| target.text.as_str()), Some("≥90%"));
        assert_eq!(
            (lamps.project.unit.text(), lamps.project.unit_code.as_deref()),
            ("某街道", Some("101002"))
        );
        assert_eq!(
            lamps.project.funds[0].budget.value.map(|budget| budget.to_string()).as_deref(),
            Some("8")
        );
        assert_eq!(lamps.project.name.cell, Some(Address::new(5, 0)));
    }
}

#[test]
fn the_day_of_filling_is_not_the_year_evaluated() {
    let layouts = layouts();
    for above in [&["填报日期：2023年3月1日"][..], &["填报日期", "2023年3月1日"]] {
        let mut sheet = sheets()[0].1.clone();
        sheet
            .cells
            .iter_mut()
            .filter(|(_, text)| text.contains("2022年度"))
            .for_each(|(_, text)| text.clear());
        let mut dated = sheet.moved(1, 0);
        dated.cells.extend((0u32..).zip(above).map(|(col, text)| (Address::new(0, col), (*text).to_owned())));
        assert_eq!(read(&dated, &layouts).0[0].year.value, None, "{above:?}");
    }
}

#[test]
fn goals_one_under_another_are_goals_of_their_own() {
    let layouts = layouts();
    let (_, sheet) = sheets().remove(0);
    let goal = layout::read(&[sheet.grid()], "x", &layouts).forms[0].project.goals[0].clone();
    let (planned, actual) = (goal.planned.cell.unwrap(), goal.actual.cell.unwrap());
    // A row is put in below the goal; what stands beside it reaches down over both.
    let down = |at: Address| Address::new(at.row + u32::from(at.row > planned.row), at.col);
    let mut longer = sheet;
    longer.cells.iter_mut().for_each(|(at, _)| *at = down(*at));
    for area in &mut longer.merges {
        let over = area.first.row < planned.row && area.last.row >= planned.row;
        let last = if over { Address::new(area.last.row + 1, area.last.col) } else { down(area.last) };
        *area = jixiao::model::Area::new(down(area.first), last);
    }
    for (cell, text) in [(planned, "目标2：再抽检10批次"), (actual, "又抽检12批次")] {
        longer.cells.push((Address::new(cell.row + 1, cell.col), text.to_owned()));
    }
    let project = layout::read(&[longer.grid()], "x", &layouts).forms.remove(0).project;
    let goals: Vec<_> = project.goals.iter().map(|goal| (goal.planned.text(), goal.actual.text())).collect();
    assert_eq!(goals, [(goal.planned.text(), goal.actual.text()), ("目标2：再抽检10批次", "又抽检12批次")]);
}

/// A grid of texts, row by row.
fn grid_of(rows: &[&[&str]]) -> Grid {
    let cells = (0u32..).zip(rows).flat_map(|(row, texts)| {
        let filled = (0u32..).zip(*texts).filter(|(_, text)| !text.is_empty());
        filled.map(move |(col, text)| (Address::new(row, col), (*text).to_owned()))
    });
    Grid::new("表".into(), cells.collect(), Vec::new())
}

#[test]
fn goals_and_totals_are_found_where_offices_put_them() {
    let layouts = layouts();
    let beside = grid_of(&[
        &["项目名称", "农业保险保费补贴", "主管部门", "某县农业农村局"],
        &["绩效目标", "为农户提供保险保障"],
        &["序号", "一级指标", "二级指标", "三级指标", "年度目标值", "实际完成值", "分值", "得分"],
        &["1", "产出", "数量", "承保面积", "≥10万亩", "10.5万亩", "60", "60"],
        &["2", "效益", "经济效益", "农户减损", "≥200万元", "210万元", "40", "38"],
        &["", "", "", "", "", "总分", "100", "98"],
    ]);
    let above = grid_of(&[
        &["项目名称", "疾控能力建设", "自评得分", "96.5"],
        &["年初预算金额(万元)", "80", "全年预算金额(万元)", "85", "全年执行金额(万元)", "84.2"],
        &["年度目标", "完成检测能力建设", "", "完成情况", "已完成"],
        &["三级指标", "指标方向", "年度指标值", "计量单位", "实际完成值", "权重(%)", "指标得分"],
        &["检测项目数", "大于等于", "120", "项", "125", "40", "40"],
    ]);
    let read = |grid: Grid| layout::read(&[grid], "x", &layouts).forms.remove(0).project;
    let project = read(beside);
    assert_eq!(project.goals[0].planned.text(), "为农户提供保险保障");
    assert_eq!(project.indicators.len(), 2);
    assert_eq!(project.total.score.value.map(|score| score.to_string()).as_deref(), Some("98"));
    let project = read(above);
    assert_eq!(
        (project.goals[0].planned.text(), project.goals[0].actual.text()),
        ("完成检测能力建设", "已完成")
    );
    let figures = [&project.funds[0].initial, &project.funds[0].budget, &project.funds[0].executed];
    assert_eq!(figures.map(|field| field.value.unwrap().to_string()), ["80", "85", "84.2"]);
    assert_eq!(project.indicators[0].target.get().map(|target| target.text.as_str()), Some("≥120项"));
}
