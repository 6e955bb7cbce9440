//! draft
#[macro_use]
extern crate rust_i18n;
i18n!("templates/messages", fallback = "zh-CN");
pub mod error;
pub mod grid;
pub mod model;
pub mod templates;
