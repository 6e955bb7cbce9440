//! Departments, units and projects that stand out, from files to JSON and to the workbook.

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::{jixiao, root, text};

const HEADS: [&str; 9] = [
    "序号",
    "项目名称",
    "主管部门",
    "实施单位",
    "年初预算数",
    "全年预算数",
    "全年执行数",
    "执行率",
    "自评得分",
];

/// Name, department, unit, budget, executed, score.
type Project<'a> = (&'a str, &'a str, &'a str, f64, Option<f64>, f64);

/// Writes a register of one year, its amounts in a unit of money.
fn register(path: &Path, year: u16, money: &str, projects: &[Project<'_>]) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, format!("{year}年度项目支出绩效自评汇总表（单位：{money}）")).unwrap();
    for (col, head) in (0..).zip(HEADS) {
        sheet.write(1, col, head).unwrap();
    }
    for (row, (name, department, unit, budget, executed, score)) in (2..).zip(projects) {
        sheet.write(row, 0, row - 1).unwrap();
        for (col, words) in (1..).zip([name, department, unit]) {
            sheet.write(row, col, *words).unwrap();
        }
        sheet.write(row, 4, *budget).unwrap();
        sheet.write(row, 5, *budget).unwrap();
        if let Some(executed) = executed {
            sheet.write(row, 6, *executed).unwrap();
            sheet.write(row, 7, format!("{}%", executed / budget * 100.0)).unwrap();
        }
        sheet.write(row, 8, *score).unwrap();
    }
    workbook.save(path).unwrap();
}

/// Two registers of a county: one in 万元, one in 元.
fn county(folder: &Path, years: [u16; 2]) {
    std::fs::create_dir(folder.join("报送")).unwrap();
    register(
        &folder.join("报送/1-教育.xlsx"),
        years[0],
        "万元",
        &[
            ("校舍维修", "县教育局", "第一中学", 200.0, Some(200.0), 96.0),
            ("食堂改造", "县教育局", "第二中学", 100.0, Some(30.0), 98.0),
            ("教师培训", "县 教育局", "第一中学", 50.0, None, 94.0),
        ],
    );
    register(
        &folder.join("报送/2-卫生.xlsx"),
        years[1],
        "元",
        &[
            ("设备购置", "县卫生健康局", "县医院", 3_000_000.0, Some(2_850_000.0), 95.0),
            ("疫苗接种", "县卫生健康局", "疾控中心", 1_000_000.0, Some(1_000_000.0), 100.0),
            ("健康宣传", "县卫生健康局", "", 500_000.5, Some(500_000.5), 88.0),
        ],
    );
}

fn summarized(folder: &Path, output: &str) {
    let out = jixiao(folder, &["summarize", "报送", "-o", output, "-q"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
}

fn data(folder: &Path) -> Value {
    summarized(folder, "汇总.json");
    serde_json::from_slice(&std::fs::read(folder.join("汇总.json")).unwrap()).unwrap()
}

/// What the groups say under some keys.
fn told(groups: &Value, keys: &[&str]) -> Vec<Value> {
    let groups = groups.as_array().unwrap();
    groups.iter().map(|group| keys.iter().map(|key| group[*key].clone()).collect()).collect()
}

#[test]
fn a_county_is_gathered_by_department_and_unit() {
    let folder = tempfile::tempdir().unwrap();
    county(folder.path(), [2022, 2022]);
    let data = data(folder.path());
    assert_eq!((&data["money_unit"], &data["left_out"]), (&json!("万元"), &json!(0)));
    assert_eq!(
        told(
            &data["departments"],
            &["rank", "name", "year", "projects", "budget", "executed", "rate", "mean"]
        ),
        [
            json!([1, "县教育局", 2022, 3, "300", "230", "0.766667", "96"]),
            json!([2, "县卫生健康局", 2022, 3, "450.00005", "435.00005", "0.966667", "94.333333"]),
        ]
    );
    assert_eq!(
        told(
            &data["units"],
            &["rank", "name", "department", "without_amounts", "mean", "full_marks", "gap", "stands_out"]
        ),
        [
            json!([1, "疾控中心", "县卫生健康局", 0, "100", 1, "0", false]),
            json!([2, "第二中学", "县教育局", 0, "98", 0, "0.68", true]),
            json!([3, "第一中学", "县教育局", 1, "95", 0, "-0.05", false]),
            json!([3, "县医院", "县卫生健康局", 0, "95", 0, "0", false]),
            json!([5, null, "县卫生健康局", 0, "88", 0, "-0.12", false]),
        ]
    );
    assert_eq!(
        told(&data["projects"], &["name", "unit", "department", "year", "rate", "score", "gap"])[0],
        json!(["食堂改造", "第二中学", "县教育局", 2022, "0.3", "98", "0.68"])
    );
    assert_eq!(data["total"]["weighted_mean"], json!("95.866666"));
}

#[test]
fn the_workbook_says_the_same_as_the_data() {
    let folder = tempfile::tempdir().unwrap();
    county(folder.path(), [2021, 2022]);
    let data = data(folder.path());
    summarized(folder.path(), "汇总.xlsx");
    let bytes = std::fs::read(folder.path().join("汇总.xlsx")).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
    let names = book.sheet_names();
    assert_eq!(
        names,
        ["汇总表", "部门汇总", "单位汇总", "执行与得分对照", "指标明细", "问题清单", "图表", "执行与得分图"]
    );
    for (name, key, head) in [("部门汇总", "departments", "主管部门"), ("单位汇总", "units", "实施单位")]
    {
        let range = book.worksheet_range(name).unwrap();
        let mut rows = range.rows().skip(2);
        let heads: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
        let groups = data[key].as_array().unwrap();
        for (row, group) in rows.zip(groups) {
            let cell = |head: &str| &row[heads.iter().position(|own| own == head).unwrap()];
            let number = |head: &str| match cell(head) {
                Data::Float(number) => Some(*number),
                Data::Empty => None,
                other => panic!("{head}: {other:?}"),
            };
            assert_eq!(cell(head).to_string(), group["name"].as_str().unwrap_or("〔待补充〕"));
            assert_eq!(number("年度"), group["year"].as_f64());
            assert_eq!(number("名次"), group["rank"].as_f64());
            for (head, key) in [
                ("全年预算数", "budget"),
                ("执行率", "rate"),
                ("平均分", "mean"),
                ("加权平均分", "weighted_mean"),
                ("差距", "gap"),
            ] {
                let told = group[key].as_str().map(|own| own.parse::<f64>().unwrap());
                let same = match (number(head), told) {
                    (Some(number), Some(told)) => (number - told).abs() < 1e-5,
                    (number, told) => number == told,
                };
                assert!(same, "{name} {head}: {:?} {told:?}", number(head));
            }
        }
    }
}

#[test]
fn the_sample_unit_is_one_group_of_seventeen() {
    let folder = tempfile::tempdir().unwrap();
    let lukou = root().join("samples/lukou-2022").display().to_string();
    let out = jixiao(folder.path(), &["summarize", &lukou, "-o", "汇总.JSON"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let data: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("汇总.JSON")).unwrap()).unwrap();
    let keys = ["name", "year", "rank", "projects", "mean", "highest", "lowest", "full_marks", "grades"];
    let unit = "株洲市渌口区市场监督管理局";
    let expected =
        json!([unit, 2022, 1, 17, "98.705882", "100", "97", 5, { "优": 17, "良": 0, "中": 0, "差": 0 }]);
    for groups in ["units", "departments"] {
        let told = told(&data[groups], &keys);
        assert_eq!(told.iter().collect::<Vec<_>>(), [&expected], "{groups}");
    }
    assert_eq!(data["projects"].as_array().unwrap().len(), 17);
}
