//! What is taken away: the bytes are those that the command line writes.

use std::path::Path;

use super::harness::{Page, archive, command_line, files, lukou, on_the_page};

/// The samples in one archive in the test's folder.
fn packed(page: &Page) {
    let samples = lukou()
        .into_iter()
        .map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&file).unwrap()));
    std::fs::write(page.folder.path().join("报送.zip"), archive(samples)).unwrap();
}

/// The files below a folder by name, as an archive has them.
fn below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in
        walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        // The command line's own note of what it wrote.
        if !name.starts_with('.') {
            found.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

fn names(files: &[(String, Vec<u8>)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

fn assert_same(page: &[(String, Vec<u8>)], command_line: &[(String, Vec<u8>)]) {
    assert_eq!(names(page), names(command_line));
    for ((name, one), (_, other)) in page.iter().zip(command_line) {
        assert!(one == other, "{name} is another");
    }
}

#[test]
fn what_is_downloaded_is_what_the_command_line_writes() {
    on_the_page(async |page| {
        packed(&page);
        let folder = page.folder.path();
        page.choose(&[folder.join("报送.zip")]).await;
        page.until("seventeen rows", "return document.querySelectorAll('.body .row').length === 17").await;
        page.settle().await;
        // In the folder itself: the workbook links to what it was made from.
        command_line(folder, &["run", "报送.zip", "-o", ".", "--format", "docx,txt,md"]);
        command_line(folder, &["check", "报送.zip", "--annotate", "批注", "--opinions", "意见"]);

        page.press("[data-download=summary]").await;
        let (name, summary) = page.downloaded().await;
        assert_eq!(name, "汇总表.xlsx");
        assert!(summary == std::fs::read(folder.join("汇总表.xlsx")).unwrap(), "the workbook is another");

        for format in ["txt", "md"] {
            page.find(&format!("input[value={format}]")).await.click().await.unwrap();
        }
        page.press("[data-download=reports]").await;
        let (name, reports) = page.downloaded_zip().await;
        assert_eq!(name, "自评报告.zip");
        assert_eq!(reports.len(), 51);
        assert_same(&reports, &below(&folder.join("自评报告")));

        page.press("[data-download=annotated]").await;
        let (_, annotated) = page.downloaded_zip().await;
        assert_same(&annotated, &below(&folder.join("批注")));
        page.press("[data-download=opinions]").await;
        let (_, opinions) = page.downloaded_zip().await;
        assert_same(&opinions, &below(&folder.join("意见")));

        // One report, from its project.
        page.find(".body .row:first-child a").await.click().await.unwrap();
        page.press("#tab-report").await;
        page.press("[data-download='report/0.docx']").await;
        let (name, report) = page.downloaded().await;
        assert!(report == std::fs::read(folder.join("自评报告").join(&name)).unwrap(), "{name} is another");
    });
}

#[test]
fn a_blank_is_filled_as_the_command_line_fills_it() {
    on_the_page(async |page| {
        packed(&page);
        let folder = page.folder.path();
        page.choose(&[folder.join("报送.zip")]).await;
        page.settle().await;
        command_line(folder, &["convert", "报送.zip", "--to", "transfer-scored", "-o", "填好"]);
        let expected = below(&folder.join("填好"));
        assert_eq!(expected.len(), 17);

        page.until("blanks", "return document.querySelectorAll('#layout option').length > 5").await;
        page.run("document.querySelector('#layout').value = 'transfer-scored'").await;
        page.press("#fill-built-in").await;
        let (_, filled) = page.downloaded_zip().await;
        assert_same(&filled, &expected);
        page.until("what had no place", "return document.querySelectorAll('.filled li').length > 0").await;
        assert!(page.texts(".filled li").await.join("\n").contains("当年财政拨款"));

        // The same blank as a file of the user's.
        let blank = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/forms/transfer-scored.xlsx");
        let input = page.browser.find(fantoccini::Locator::Css("#blank")).await.unwrap();
        input.send_keys(&blank.display().to_string()).await.unwrap();
        let (_, filled) = page.downloaded_zip().await;
        assert_same(&filled, &expected);
    });
}

#[test]
fn another_outline_writes_another_report() {
    on_the_page(async |page| {
        page.choose(&lukou()[..1]).await;
        page.settle().await;
        page.run(
            "const outline = document.querySelector('#setting-outline');
             outline.value = 'long-report';
             outline.dispatchEvent(new Event('change'))",
        )
        .await;
        page.settle().await;
        page.find(".body .row a").await.click().await.unwrap();
        page.press("#tab-report").await;
        let sections = page.texts(".paper h4").await;
        assert_eq!(sections.len(), 7, "{sections:?}");
        let folder = page.folder.path();
        let sample = lukou()[0].display().to_string();
        command_line(folder, &["narrate", &sample, "-o", "报告", "--outline", "long-report"]);
        page.press("[data-download='report/0.docx']").await;
        let (name, report) = page.downloaded().await;
        assert_eq!(files(&folder.join("报告")).iter().filter(|file| file.ends_with(&name)).count(), 1);
        assert!(report == std::fs::read(folder.join("报告").join(&name)).unwrap(), "{name} is another");
    });
}
