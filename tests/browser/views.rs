//! How the page behaves under the hands: long lists, the keyboard, other languages, a program that is gone.

use std::time::Instant;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::json;

use super::harness::{Page, archive, lukou, on_the_page};

/// Many forms in one archive: the samples over and over, each under a name of its own.
pub fn many(count: usize) -> Vec<u8> {
    let samples: Vec<_> = lukou()
        .into_iter()
        .map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&file).unwrap()))
        .collect();
    archive((0..count).map(|i| {
        let (name, bytes) = &samples[i % samples.len()];
        (format!("{i:04}-{name}"), bytes.clone())
    }))
}

#[test]
fn two_thousand_forms_scroll_in_a_document_that_does_not_grow() {
    on_the_page(async |page| {
        let path = page.folder.path().join("报送.zip");
        std::fs::write(&path, many(2_000)).unwrap();
        let start = Instant::now();
        page.choose(&[path]).await;
        page.until("rows", "return document.querySelector('.body .row') !== null").await;
        let first = start.elapsed();
        page.settle().await;
        let all = start.elapsed();
        assert_eq!(
            page.text("return document.querySelector('.scroller').getAttribute('aria-rowcount')").await,
            "2001"
        );

        let look = "const scroller = document.querySelector('.scroller');
            scroller.scrollTop = arguments[0] * (scroller.scrollHeight - scroller.clientHeight);
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done([
              document.querySelectorAll('*').length,
              performance.memory?.usedJSHeapSize ?? 0,
              Number(document.querySelector('.body .row:last-child').getAttribute('aria-rowindex')),
            ]))))";
        let mut seen = Vec::new();
        for step in 0..=50 {
            let value = page.browser.execute(look, vec![json!(f64::from(step) / 50.0)]).await.unwrap();
            seen.push([0, 1, 2].map(|i| value[i].as_u64().unwrap()));
        }
        let nodes: Vec<u64> = seen.iter().map(|[nodes, ..]| *nodes).collect();
        let (least, most) = (nodes.iter().min().unwrap(), nodes.iter().max().unwrap());
        let heap = seen.iter().map(|[_, heap, _]| heap / 1024).collect::<Vec<_>>();
        println!(
            "2,000 forms: first rows after {first:.1?}, all after {all:.1?}; {least} to {most} elements while scrolling; heap {} to {} KiB",
            heap.iter().min().unwrap(),
            heap.iter().max().unwrap()
        );
        assert!(*most < 1_200 && most - least < 400, "{nodes:?}");
        assert_eq!(seen[50][2], 2_001, "the last row is reached");
        assert!(heap[50] < heap[1] + 8 * 1024, "{heap:?}");
    });
}

async fn type_key(page: &Page, key: &str) {
    let value = match key {
        "Tab" => '\u{e004}',
        "Enter" => '\u{e007}',
        "Escape" => '\u{e00c}',
        "End" => '\u{e010}',
        "ArrowRight" => '\u{e014}',
        "ArrowDown" => '\u{e015}',
        other => panic!("no key {other}"),
    };
    let keys =
        KeyActions::new("keys".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
    page.browser.perform_actions(keys).await.unwrap();
}

#[test]
fn the_keyboard_alone_gets_everywhere() {
    on_the_page(async |page| {
        page.choose_samples().await;
        // From the top of the page to the table.
        page.run("document.querySelector('#skip').focus()").await;
        let mut stops = Vec::new();
        for _ in 0..40 {
            type_key(&page, "Tab").await;
            let stop = page.text("return document.activeElement.id || document.activeElement.className || document.activeElement.textContent").await;
            let in_table = page.run("return document.activeElement.closest('.body .row') !== null").await;
            stops.push(stop);
            if in_table == json!(true) {
                break;
            }
        }
        for stop in ["add-files", "start-over", "language", "theme", "filter", "level"] {
            assert!(stops.iter().any(|at| at == stop), "{stop} is not among {stops:?}");
        }
        type_key(&page, "ArrowDown").await;
        type_key(&page, "Enter").await;
        page.find("#project h2").await;
        assert_eq!(page.text("return location.hash").await, "#project/1");
        // Esc leads back to the row.
        type_key(&page, "Escape").await;
        page.find("#overview").await;
        page.until(
            "the focus on the row",
            "return document.activeElement.getAttribute('href') === '#project/1'",
        )
        .await;
        type_key(&page, "End").await;
        page.until("the last row", "return document.activeElement.getAttribute('href') === '#project/16'")
            .await;
        type_key(&page, "Enter").await;
        page.find("#tab-form").await;
        // The tabs by arrows, the browser's Back to the list.
        page.run("document.querySelector('#tab-form').focus()").await;
        type_key(&page, "ArrowRight").await;
        page.find(".scores").await;
        type_key(&page, "ArrowRight").await;
        page.find(".paper").await;
        assert_eq!(page.text("return location.hash").await, "#project/16/report");
        page.browser.back().await.unwrap();
        page.find("#overview").await;
        page.browser.forward().await.unwrap();
        page.find(".paper").await;
        page.press("#previous").await;
        page.until("the one before", "return location.hash.startsWith('#project/15')").await;
    });
}

#[test]
fn the_list_is_filtered_and_sorted_and_the_address_keeps_it() {
    on_the_page(async |page| {
        page.choose_samples().await;
        page.find("#filter").await.send_keys("食品").await.unwrap();
        page.until("fewer rows", "return document.querySelectorAll('.body .row').length < 17").await;
        let names = page.texts(".body .cell.name").await;
        assert!(!names.is_empty() && names.iter().all(|name| name.contains("食品")), "{names:?}");
        page.find("#filter").await.clear().await.unwrap();
        page.run("const filter = document.querySelector('#filter'); filter.value = ''; filter.dispatchEvent(new Event('input'))").await;
        page.find("#level").await.select_by_value("error").await.unwrap();
        page.until("two rows", "return document.querySelectorAll('.body .row').length === 2").await;
        page.find("#level").await.select_by_value("").await.unwrap();
        page.press("[data-column=score] button").await;
        let numbers =
            |texts: Vec<String>| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<f64>>();
        assert!(numbers(page.texts(".body .cell.score").await).is_sorted());
        page.press("[data-column=score] button").await;
        let scores = numbers(page.texts(".body .cell.score").await);
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        assert_eq!(page.text("return location.hash").await, "#?sort=-score");
        page.browser.refresh().await.unwrap();
        page.until("the rows again", "return document.querySelectorAll('.body .row').length === 17").await;
        assert_eq!(numbers(page.texts(".body .cell.score").await), scores);
    });
}

#[test]
fn the_language_and_the_light_are_switched() {
    on_the_page(async |page| {
        page.choose_samples().await;
        assert_eq!(page.text("return document.documentElement.lang").await, "zh-CN");
        let background = "return getComputedStyle(document.body).backgroundColor";
        let light = page.text(background).await;
        page.press("#theme").await;
        assert_ne!(page.text(background).await, light);
        page.press("#language").await;
        page.until("English", "return document.documentElement.lang === 'en'").await;
        page.settle().await;
        page.until("seventeen rows", "return document.querySelectorAll('.body .row').length === 17").await;
        assert!(page.find("#totals").await.text().await.unwrap().contains("Mean score"));
        page.go("#project/16").await;
        page.find(".finding").await;
        let told = page.texts(".finding").await.join("\n");
        assert!(told.contains("Advice") && told.contains("gives no reason"), "{told}");
        // What is chosen stays when the page is loaded again.
        page.browser.refresh().await.unwrap();
        page.find(".finding").await;
        assert_eq!(page.text("return document.documentElement.lang").await, "en");
        assert_eq!(page.text("return document.documentElement.dataset.theme").await, "dark");
    });
}

#[test]
fn a_program_that_is_gone_is_told_and_what_was_shown_stays() {
    on_the_page(async |mut page| {
        page.choose_samples().await;
        page.stop_the_program();
        page.until(
            "a word of it",
            "return document.querySelector('#notice').innerText.includes('程序已经停止')",
        )
        .await;
        assert!(page.find("#notice").await.text().await.unwrap().contains("jixiao serve"));
        assert_eq!(page.texts(".body .cell.name").await.len(), 17);
        page.find(".body .row a").await.click().await.unwrap();
        page.until("a word of it", "return !document.querySelector('#notice').hidden").await;
    });
}
