//! Model and findings to bytes.

pub mod document;
