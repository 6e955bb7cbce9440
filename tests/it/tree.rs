//! What must hold of the source tree itself.

use walkdir::WalkDir;

use super::root;

/// What differs between provinces is data: their names belong in `templates/`.
#[test]
fn no_province_is_named_in_the_sources() {
    const PROVINCES: [&str; 31] = [
        "北京",
        "天津",
        "河北",
        "山西",
        "内蒙古",
        "辽宁",
        "吉林",
        "黑龙江",
        "上海",
        "江苏",
        "浙江",
        "安徽",
        "福建",
        "江西",
        "山东",
        "河南",
        "湖北",
        "湖南",
        "广东",
        "广西",
        "海南",
        "重庆",
        "四川",
        "贵州",
        "云南",
        "西藏",
        "陕西",
        "甘肃",
        "青海",
        "宁夏",
        "新疆",
    ];
    for entry in WalkDir::new(root().join("src")).into_iter().flatten().filter(|e| e.file_type().is_file()) {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for province in PROVINCES {
            assert!(!text.contains(province), "{} names {province}", entry.path().display());
        }
    }
}

#[test]
fn every_message_is_there_in_both_languages() {
    for entry in WalkDir::new(root().join("templates/messages"))
        .into_iter()
        .flatten()
        .filter(|e| e.file_type().is_file())
    {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let mut key = "";
        let mut languages: Vec<&str> = Vec::new();
        let check = |key: &str, languages: &mut Vec<&str>| {
            assert!(
                key.is_empty() || key == "_version" || languages.len() == 2,
                "{}: {key}",
                entry.path().display()
            );
            languages.clear();
        };
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("  ") {
                languages.extend(
                    ["zh-CN", "en-US"]
                        .into_iter()
                        .filter(|language| rest.starts_with(&format!("{language}:"))),
                );
            } else if let Some((next, _)) = line.split_once(':') {
                check(key, &mut languages);
                key = next;
            }
        }
        check(key, &mut languages);
    }
}
