//! Who is answered: pages of this server on this machine, and what they may do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::super::Failure;
use super::sessions::House;

/// The page may load what is its own and nothing else, and stands in no other page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What every answer says besides.
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Refuses requests that a page from elsewhere may have made the browser send.
pub(super) async fn guard(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let mut response = if is_ours(request.headers(), house.port) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    };
    if response.status().is_success() {
        house.visited();
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether a request is made to this server by its name, and by no page but its own. Somebody else's name may be made
/// to lead to this machine, but the browser says which name it was.
fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let one = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        (values.next(), values.next().is_some())
    };
    let host = matches!(one(HOST), (Some(host), false) if hosts.iter().any(|own| host == own.as_str()));
    let origin = match one(ORIGIN) {
        (None, _) => true,
        (Some(origin), false) => hosts.iter().any(|own| origin == format!("http://{own}").as_str()),
        (Some(_), true) => false,
    };
    host && origin
}

/// 128 bits that nobody can guess, as they stand in an address.
pub(super) fn secret() -> Result<String, Failure> {
    use std::fmt::Write;
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::unwritten(error.to_string()))?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
