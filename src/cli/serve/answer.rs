//! Answers: data as JSON, files, and refusals that say what to do.

use std::fmt::Write;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::super::{End, Failure};
use super::language::{Lang, speaking};

/// What a request comes to.
pub(super) type Answer = Result<Response, Refusal>;

/// Why a request is not answered.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// That there is no such thing.
    pub(super) fn unknown(lang: Lang) -> Self {
        Self::new(StatusCode::NOT_FOUND, t!("cli.serve.unknown", locale = lang.locale()))
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let status = match failure.end {
            End::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
            End::Usage => StatusCode::BAD_REQUEST,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, failure.message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        data(self.status, &json!({ "error": self.message }))
    }
}

/// Data as JSON.
pub(super) fn data(status: StatusCode, data: &impl Serialize) -> Response {
    match serde_json::to_vec(data) {
        Ok(bytes) => (status, [(CONTENT_TYPE, "application/json; charset=utf-8")], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A file to be kept by the user.
pub(super) fn file(name: &str, bytes: Vec<u8>) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("zip") => "application/zip",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        let _ = match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => {
                write!(text, "{}", char::from(byte))
            }
            byte => write!(text, "%{byte:02X}"),
        };
        text
    });
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// Does work that takes its time beside the answering of other requests, in the language of the request.
pub(super) async fn work<T: Send + 'static>(
    lang: Lang,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(move || speaking(lang.language(), work)).await {
        Ok(done) => Ok(done?),
        Err(_) => {
            let message = t!("cli.crashed", locale = lang.locale());
            Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
        }
    }
}
