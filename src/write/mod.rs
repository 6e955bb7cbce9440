//! Model and findings to bytes: data, reports, the summary workbook, annotated copies.

pub mod annotate;
pub mod data;
pub mod document;
pub mod docx;
pub mod findings;
pub mod form;
pub mod markdown;
pub mod mend;
pub mod narrative;
pub mod opinion;
mod package;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod scores;
pub mod summary;
pub mod text;
pub mod word_template;
