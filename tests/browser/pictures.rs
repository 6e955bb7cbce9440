//! Pictures of every view, to be looked at; and that none of them is wider than its window.

use std::path::Path;

use serde_json::json;

use super::harness::{DESKTOP, PHONE, Page, lukou, on_the_page_sized, pictures, samples};

async fn picture(page: &Page, name: &str) {
    let wide = page.run("return document.documentElement.scrollWidth > innerWidth").await;
    assert_eq!(wide, json!(false), "{name} is wider than its window");
    let picture = page.browser.screenshot().await.unwrap();
    std::fs::write(pictures().join(format!("{name}.png")), picture).unwrap();
}

/// Every view in one language and light.
async fn views(page: &Page, kind: &str) {
    page.go("#").await;
    page.until("the rows", "return document.querySelectorAll('.body .row').length > 4").await;
    page.settle().await;
    picture(page, &format!("list-{kind}")).await;
    page.run("location.hash = '#project/16'").await;
    page.find(".finding").await;
    picture(page, &format!("form-{kind}")).await;
    page.press(".finding .to-cell").await;
    picture(page, &format!("cell-{kind}")).await;
    page.press(".finding .explain").await;
    page.find("#explained").await;
    picture(page, &format!("code-{kind}")).await;
    page.press("#explained button").await;
    for tab in ["scores", "report"] {
        page.press(&format!("#tab-{tab}")).await;
        picture(page, &format!("{tab}-{kind}")).await;
    }
}

fn all_views((width, height): (u32, u32), screen: &'static str) {
    on_the_page_sized((width, height), async move |page| {
        picture(&page, &format!("welcome-{screen}")).await;
        let mut files = lukou();
        files.push(samples("bad/加密.xlsx"));
        page.choose(&files).await;
        page.until("a file that cannot be read", "return document.querySelector('.unreadable li') !== null")
            .await;
        for language in ["zh", "en"] {
            for light in ["light", "dark"] {
                views(&page, &format!("{screen}-{language}-{light}")).await;
                page.press("#theme").await;
            }
            page.press("#language").await;
        }
    });
}

#[test]
fn every_view_on_a_desk() {
    all_views(DESKTOP, "desk");
}

#[test]
fn every_view_on_a_phone() {
    all_views(PHONE, "phone");
}

/// The pictures of the README: written only where a folder for them is named.
#[test]
fn pictures_for_the_readme() {
    let Some(folder) = std::env::var_os("JIXIAO_PICTURES") else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    on_the_page_sized((1180, 680), async move |page| {
        page.choose_samples().await;
        std::fs::write(folder.join("page.png"), page.browser.screenshot().await.unwrap()).unwrap();
        page.run("location.hash = '#project/16'").await;
        page.press(".finding .to-cell").await;
        std::fs::write(folder.join("project.png"), page.browser.screenshot().await.unwrap()).unwrap();
    });
}
