//! The files of the page, as they are in the program.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("page/", $name)))),*]
    };
}

/// Name and bytes.
pub(super) const FILES: &[(&str, &[u8])] = files![
    "index.html",
    "page.css",
    "page.js",
    "dom.js",
    "downloads.js",
    "explained.js",
    "form.js",
    "inputs.js",
    "list.js",
    "project.js",
    "report.js",
    "scores.js",
    "server.js",
    "totals.js",
    "words.js",
];

/// A file of the page.
pub(super) async fn answer(name: &str, bytes: &'static [u8]) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };
    ([(CONTENT_TYPE, kind)], bytes).into_response()
}
