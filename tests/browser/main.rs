//! The page of `jixiao serve` in a real browser. Needs `chromedriver` and Chromium; skipped, loudly, where they are not.
//!
//! Pictures of every view are left in `target/browser/`; `JIXIAO_PICTURES=docs` also writes the README's there.

#![cfg(feature = "serve")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod harness;
mod inputs;
mod outputs;
mod pictures;
mod views;
