//! What is put in, and what the page makes of it.

use std::io::{Cursor, Read, Write};
use std::process::Command;

use serde_json::{Value, json};

use super::harness::{Page, archive, files, lukou, on_the_page, samples};

/// Drops files on an element as a user does, built by script from their bytes.
async fn drop_on(page: &Page, selector: &str, files: &[(String, Vec<u8>)]) {
    let files: Vec<Value> =
        files.iter().map(|(name, bytes)| json!({ "name": name, "bytes": bytes })).collect();
    let script = "const [selector, files] = arguments;
        const transfer = new DataTransfer();
        for (const { name, bytes } of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
        for (const kind of ['dragover', 'drop']) {
          const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.querySelector(selector).dispatchEvent(event);
        }";
    page.browser.execute(script, vec![json!(selector), json!(files)]).await.unwrap();
}

/// The scores that the command line reads from the samples, by project.
fn scores() -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(["-q", "convert", &samples("lukou-2022").display().to_string(), "--to", "json"])
        .output()
        .unwrap();
    let data: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let projects = data["projects"].as_array().unwrap().iter();
    projects.map(|project| (text(&project["name"]), text(&project["total"]["score"]))).collect()
}

#[test]
fn dropped_samples_show_their_scores_and_a_problem_shows_its_cell() {
    on_the_page(async |page| {
        let dropped: Vec<_> = lukou()
            .iter()
            .map(|file| {
                (file.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(file).unwrap())
            })
            .collect();
        drop_on(&page, "#drop", &dropped).await;
        page.until("seventeen rows", "return document.querySelectorAll('.body .row').length === 17").await;
        page.settle().await;
        let names = page.texts(".body .cell.name").await;
        let shown: Vec<_> = names.into_iter().zip(page.texts(".body .cell.score").await).collect();
        assert_eq!(shown, scores());
        let totals = page.text("return document.querySelector('#totals').innerText").await;
        assert!(totals.contains("98.71"), "{totals}");

        // The one whose deduction has no reason.
        page.press("[data-column=problems] button").await;
        page.find(".body .row:first-child a").await.click().await.unwrap();
        page.find(".findings").await;
        let first = page.text("return document.querySelector('.finding').innerText").await;
        assert!(
            first.contains("错误") && first.contains("没有填偏差原因") && first.contains("建议"),
            "{first}"
        );
        let cell = page.text("return document.querySelector('.finding .to-cell').textContent").await;
        page.press(".finding .to-cell").await;
        let marked = page.find(&format!("td.marked.error.pointed[data-cell={cell}]")).await;
        assert_eq!(page.browser.active_element().await.unwrap().element_id(), marked.element_id());
        let (_, top, _, height) = marked.rectangle().await.unwrap();
        assert!(top > 0.0 && top + height < 768.0, "the cell is in sight");
        assert!(page.text("return location.hash").await.ends_with(&format!("/form/{cell}")));

        // What its code means; the browser closes the dialog with Esc, and the project stays.
        page.press(".finding .explain").await;
        let explained = page.find("#explained").await.text().await.unwrap();
        assert!(explained.contains("R23") && explained.contains("查什么"), "{explained}");
    });
}

#[test]
fn files_that_cannot_be_read_are_told_with_what_to_do() {
    on_the_page(async |page| {
        page.choose(&files(&samples("bad"))).await;
        page.until("five files", "return document.querySelectorAll('.unreadable li').length === 5").await;
        page.settle().await;
        let told = page.texts(".unreadable li").await.join("\n");
        assert!(told.contains("加密.xlsx") && told.contains("密码"), "{told}");
        assert!(told.contains("vocabulary.toml"), "{told}");
        assert!(page.find("#notice").await.text().await.unwrap().contains("没有读到绩效自评表"));
        // A good one beside them is read all the same.
        page.choose(&lukou()[..1]).await;
        page.until("a row", "return document.querySelectorAll('.body .row').length === 1").await;
        page.settle().await;
        assert_eq!(page.texts(".unreadable li").await.len(), 5);

        page.press("#start-over").await;
        page.browser.accept_alert().await.unwrap();
        page.find("#welcome").await;
        page.choose(&lukou()[1..2]).await;
        page.until("one row", "return document.querySelectorAll('.body .row').length === 1").await;
        assert_eq!(page.texts(".unreadable li").await.len(), 0);
    });
}

#[test]
fn two_pages_at_once_do_not_see_each_others_forms() {
    on_the_page(async |page| {
        let first = page.browser.window().await.unwrap();
        page.choose_samples().await;
        let second = page.browser.new_window(true).await.unwrap();
        page.browser.switch_to_window(second.handle).await.unwrap();
        page.go("").await;
        page.find("#welcome").await;
        page.until("a session", "return document.querySelector('#aside select') !== null").await;
        page.choose(&lukou()[2..3]).await;
        page.until("a row", "return document.querySelectorAll('.body .row').length === 1").await;
        page.settle().await;
        assert_eq!(page.texts(".body .cell.name").await, [scores()[2].0.clone()]);
        page.browser.switch_to_window(first).await.unwrap();
        assert_eq!(page.texts(".body .cell.name").await.len(), 17);
        // A page that is loaded again finds its forms where they were.
        page.browser.refresh().await.unwrap();
        page.until("its rows", "return document.querySelectorAll('.body .row').length === 17").await;
    });
}

/// A text as the sample has it.
fn in_references(text: &str) -> String {
    text.chars().map(|letter| format!("&#{};", u32::from(letter))).collect()
}

/// A sample whose project has another name.
fn renamed(name: &str) -> Vec<u8> {
    let bytes = std::fs::read(&lukou()[0]).unwrap();
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for i in 0..book.len() {
        let mut part = book.by_index(i).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if let Ok(text) = std::str::from_utf8(&content) {
            content = text.replace(&in_references("食品抽检专项"), &in_references(name)).into_bytes();
        }
        parts.push((part.name().unwrap().into_owned(), content));
    }
    archive(parts)
}

#[test]
fn a_name_that_is_markup_is_shown_and_not_run() {
    const NAME: &str = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>";
    on_the_page(async |page| {
        let path = page.folder.path().join("脚本.xlsx");
        std::fs::File::create(&path).unwrap().write_all(&renamed(NAME)).unwrap();
        page.choose(&[path]).await;
        page.until("a row", "return document.querySelectorAll('.body .row').length === 1").await;
        page.settle().await;
        assert_eq!(page.texts(".body .cell.name").await, [NAME]);
        page.find(".body .row a").await.click().await.unwrap();
        assert_eq!(page.find("#project h2").await.text().await.unwrap(), NAME);
        let in_the_form = page.texts("td[data-cell]").await;
        assert!(in_the_form.iter().any(|text| text == NAME), "{in_the_form:?}");
        page.press("#tab-report").await;
        assert!(page.find(".paper").await.text().await.unwrap().contains("onerror"));
        assert_eq!(
            page.run("return document.querySelectorAll('main img, main script').length").await,
            json!(0)
        );
        assert_eq!(page.browser.title().await.unwrap(), "绩效自评表");
    });
}
