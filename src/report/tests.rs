//! Texts to reports.

use super::*;
use crate::model::Grade;
use crate::model::report::Topic;
use crate::templates::Templates;

fn lines(text: &str) -> Vec<Line> {
    let line = |(number, text): (u32, &str)| Line { number, text: text.trim().to_owned(), ..Line::default() };
    (1..).zip(text.lines()).map(line).collect()
}

fn read_text(text: &str) -> Vec<Report> {
    read(lines(text), "报告.txt", &Conventions::load(&Templates::default()).unwrap())
}

const TWO: &str = "\
甲市乙区水利局项目支出绩效自评报告(河道清淤专项)
一、绩效自评工作开展情况

自评小组逐项核对后计分。
二、绩效目标自评完成情况分析
（一）资金投入情况分析
1、资金120万元均及时到位，执行率98.5%。
2、30万用于清淤
（二）绩效目标完成情况分析。
2022年清淤河道36余公里，依据某水〔2020〕3号第二批计划，验收合格率100%。
三、偏离绩效目标的原因和下一步改进措施
无
四、绩效自评结果拟应用和公开情况
1、总分100分，自评指标得分98分，等级为“优”。
甲市乙区水利局
甲市乙区水利局
项目支出绩效自评报告（某财行(2020)85号2021年堤防维修资金）
一、绩效自评工作开展情况
五、绩效自评结果拟应用和公开情况
1、自评得分97.5分。
";

#[test]
fn several_reports_of_one_text_are_told_apart() {
    let reports = read_text(TWO);
    let named: Vec<_> =
        reports.iter().map(|report| (report.unit.as_deref(), report.project.as_deref())).collect();
    let unit = Some("甲市乙区水利局");
    assert_eq!(named, [(unit, Some("河道清淤专项")), (unit, Some("某财行(2020)85号2021年堤防维修资金"))]);
    assert_eq!(reports[1].lines[0].number, 16);
    assert_eq!(reports[1].title_lines, 2);
    let scores: Vec<_> =
        reports.iter().map(|report| report.score.as_ref().unwrap().value.to_string()).collect();
    assert_eq!(scores, ["98", "97.5"]);
    assert_eq!(reports[0].grade.as_ref().unwrap().value, Grade::Excellent);
    let topics: Vec<_> =
        reports[0].sections.iter().map(|section| (section.depth, section.topic.unwrap())).collect();
    use Topic::{Application, Completion, Deviation, Funds, Work};
    assert_eq!(
        topics,
        [(1, Work), (1, Completion), (2, Funds), (2, Completion), (1, Deviation), (1, Application)]
    );
    let figures: Vec<_> = reports[0]
        .figures
        .iter()
        .map(|figure| &reports[0].lines[figure.line].text[figure.at.clone()])
        .collect();
    assert_eq!(figures, ["120万元", "98.5%", "30万", "36余公里", "100%", "100分", "98分"]);
}

#[test]
fn titles_of_many_kinds_name_unit_project_and_year() {
    for (title, unit, project, year) in [
        ("甲县乙局2022年度项目支出绩效自评报告（丙项目）", "甲县乙局", "丙项目", 2022),
        ("甲县乙局\n2022年度项目支出绩效自评报告\n（丙项目）", "甲县乙局", "丙项目", 2022),
        ("2022年度丙项目\n绩效评价报告", "", "丙项目", 2022),
        ("2022年度2021年丙资金\n转移支付绩效自评报告", "", "2021年丙资金", 2022),
        ("甲县乙局2023年丙项目绩效自评报告", "甲县乙局", "丙项目", 2023),
        ("2023年度甲县乙局丙项目绩效自评报告", "甲县乙局", "丙项目", 2023),
        ("关于甲县乙局丙项目绩效自评情况的报告", "甲县乙局", "丙项目", 0),
        ("甲县乙局2022年度项目支出绩效自评报告", "甲县乙局", "", 2022),
        ("甲县乙中心丙项目绩效自评报告（2022年度）", "甲县乙中心", "丙项目", 0),
    ] {
        let reports = read_text(&format!("{title}\n一、基本情况\n二、绩效自评工作开展情况\n"));
        assert_eq!(reports.len(), 1, "{title}");
        let report = &reports[0];
        assert_eq!(report.unit.as_deref().unwrap_or_default(), unit, "{title}");
        assert_eq!(report.project.as_deref().unwrap_or_default(), project, "{title}");
        assert_eq!(report.year.unwrap_or_default(), year, "{title}");
    }
}

#[test]
fn what_only_speaks_of_a_report_begins_none() {
    for text in [
        "关于报送绩效自评报告的通知\n一、报送范围\n",
        "附件：绩效自评报告\n",
        "现将绩效自评报告如下：\n一、收入\n",
        "绩效自评报告……3\n一、概况……4\n",
        "",
    ] {
        assert!(read_text(text).is_empty(), "{text}");
    }
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_panics(text in "[一二三、（）()1-9.．\\n绩效自评报告年度得分万元%“。局 ]{0,120}") {
            for report in read_text(&text) {
                for figure in &report.figures {
                    prop_assert!(report.lines[figure.line].text.get(figure.at.clone()).is_some());
                }
                for section in &report.sections {
                    prop_assert!(section.body.end <= report.lines.len());
                }
            }
        }
    }
}
