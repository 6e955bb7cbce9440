//! Model and findings to bytes: data, reports, the summary workbook, annotated copies.

pub mod annotate;
pub mod data;
pub mod document;
pub mod docx;
pub mod markdown;
pub mod narrative;
pub mod summary;
pub mod text;
