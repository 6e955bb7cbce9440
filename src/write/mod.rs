//! Model and findings to bytes.

pub mod document;
pub mod data;
