//! What a page is told while files are read: server-sent events.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Turn, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Interval, interval};

use super::answer::{Answer, data};
use super::language::Lang;
use super::sessions::{Holdings, House, Session};

/// A page that is asleep is still there if this reaches it.
const PULSE: Duration = Duration::from_secs(10);
/// So many rows go out at once.
const ROWS: usize = 200;

/// An event as it goes over the line.
pub(super) fn event(name: &str, data: &impl Serialize) -> String {
    // JSON has no line breaks of its own.
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n")
}

/// The rows of some projects, a few hundred an event.
pub(super) fn rows(holdings: &Holdings, indices: impl Iterator<Item = usize>) -> Vec<String> {
    let rows: Vec<_> = indices.filter_map(|index| holdings.row(index)).collect();
    rows.chunks(ROWS).map(|rows| event("rows", &rows)).collect()
}

/// A file that could not be read.
pub(super) fn unreadable(file: &str, message: &str) -> String {
    event("unreadable", &json!({ "file": file, "message": message }))
}

/// A file, or a sheet of it, that was passed over.
pub(super) fn skipped(file: &str, message: &str) -> String {
    event("skipped", &json!({ "file": file, "message": message }))
}

/// What is to be said of a result.
pub(super) fn notice(message: &str) -> String {
    event("notice", &json!({ "message": message }))
}

/// How far reading has come.
pub(super) fn progress(holdings: &Holdings) -> String {
    event("progress", &json!({ "done": holdings.found.done, "total": holdings.found.total }))
}

/// That what was asked for is being done.
pub(super) fn accepted() -> Response {
    data(StatusCode::ACCEPTED, &json!({}))
}

/// Lets a page listen. What it missed is told first.
pub(super) async fn listen(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
) -> Answer {
    let session = house.session(&session, lang)?;
    let (events, received) = unbounded_channel();
    let number = {
        let mut holdings = session.lock();
        let number = holdings.enter(events);
        // A stream that breaks off is taken up again soon.
        holdings.tell("retry: 1000\n\n".to_owned());
        rows(&holdings, 0..holdings.found.digests.len()).into_iter().for_each(|event| holdings.tell(event));
        for finding in &holdings.found.unreadable {
            holdings.tell(unreadable(&finding.file, &finding.message));
        }
        for (file, message) in &holdings.found.skipped {
            holdings.tell(skipped(file, message));
        }
        holdings.tell(progress(&holdings));
        if let Some(settled) = &holdings.found.settled {
            holdings.tell(event("settled", settled));
        }
        number
    };
    let listening = Listening { session, number, received, pulse: interval(PULSE) };
    let kind = [(CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    Ok((kind, Body::from_stream(listening)).into_response())
}

/// A page that listens.
struct Listening {
    session: Arc<Session>,
    number: u64,
    received: UnboundedReceiver<String>,
    pulse: Interval,
}

impl Stream for Listening {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, turn: &mut Turn<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(event) = self.received.poll_recv(turn) {
            return Poll::Ready(event.map(Ok));
        }
        self.pulse.poll_tick(turn).map(|_| Some(Ok(":\n\n".to_owned())))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.session.lock().quit(self.number);
    }
}
