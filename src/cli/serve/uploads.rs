//! Files that a page sends: counted as they come, kept as they came.

use std::collections::HashSet;
use std::path::Path as FilePath;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use futures_core::Stream;
use jixiao::grid::{Archive, Format, path_within};
use jixiao::records::Table;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::inputs::{Input, Tables, is_candidate};
use super::answer::{Answer, Refusal};
use super::events;
use super::language::Lang;
use super::sessions::House;

/// The largest file.
const FILE_BYTES: u64 = 256 << 20;
/// All files of all pages.
const TOTAL_BYTES: u64 = 1 << 30;
/// The most files of a session; an archive is one.
const FILES: usize = 20_000;
/// The largest request that is no file.
const SMALL_BYTES: u64 = 64 << 10;
/// Who sends must go on within this time.
const PATIENCE: Duration = Duration::from_secs(30);
/// and be done within this one.
const MOST_TIME: Duration = Duration::from_secs(600);

/// What a page may send.
pub(super) fn limits() -> Value {
    json!({ "file_bytes": FILE_BYTES, "total_bytes": TOTAL_BYTES, "files": FILES })
}

/// A file as it came.
pub(super) struct Upload {
    name: String,
    bytes: Arc<Vec<u8>>,
    _share: Share,
}

/// A share in the bytes that all sessions may hold; given back when it is dropped.
struct Share {
    house: Arc<House>,
    bytes: u64,
}

impl Share {
    /// Takes more, unless there is no more to take.
    fn grow(&mut self, bytes: u64) -> bool {
        let held = self.house.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        held + bytes <= TOTAL_BYTES
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.house.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// What a file is called.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// Takes a file.
pub(super) async fn take(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let session = house.session(&session, lang)?;
    let full = |holdings: &super::sessions::Holdings| holdings.uploads.len() + holdings.sent.len() >= FILES;
    let too_many = || {
        let message = t!("cli.serve.too_many", count = FILES, locale = lang.locale());
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    if full(&session.lock()) {
        return Err(too_many());
    }
    let mut share = Share { house, bytes: 0 };
    let bytes = receive(body, &headers, FILE_BYTES, lang, |more| {
        if share.grow(more) {
            return Ok(());
        }
        let message = t!("cli.serve.too_much", megabytes = TOTAL_BYTES >> 20, locale = lang.locale());
        Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message))
    })
    .await?;
    let mut holdings = session.lock();
    if full(&holdings) {
        return Err(too_many());
    }
    holdings.sent.push(Upload {
        name: path_within(named.name.as_bytes()),
        bytes: Arc::new(bytes),
        _share: share,
    });
    Ok(events::accepted())
}

/// Forgets all files of a session.
pub(super) async fn forget(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
) -> Answer {
    house.session(&session, lang)?.lock().clear();
    Ok(events::accepted())
}

/// A request's body that is no file.
pub(super) async fn small(body: Body, lang: Lang) -> Result<Vec<u8>, Refusal> {
    receive(body, &HeaderMap::new(), SMALL_BYTES, lang, |_| Ok(())).await
}

/// A blank form.
pub(super) async fn blank(body: Body, headers: &HeaderMap, lang: Lang) -> Result<Vec<u8>, Refusal> {
    receive(body, headers, FILE_BYTES, lang, |_| Ok(())).await
}

/// Receives a body piece by piece, up to a size; `count` sees the size of each piece first.
async fn receive(
    body: Body,
    headers: &HeaderMap,
    most: u64,
    lang: Lang,
    mut count: impl FnMut(u64) -> Result<(), Refusal>,
) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let message = t!("cli.serve.too_large", megabytes = most.div_ceil(1 << 20), locale = lang.locale());
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let broken_off = || {
        let message = t!("cli.serve.broken_off", locale = lang.locale());
        Refusal::new(StatusCode::REQUEST_TIMEOUT, message)
    };
    let claim = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if claim.is_some_and(|claim| claim > most) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let mut stream = pin!(body.into_data_stream());
    let begin = Instant::now();
    let next = async |stream: &mut std::pin::Pin<&mut BodyDataStream>| {
        let piece = std::future::poll_fn(|turn| stream.as_mut().poll_next(turn));
        tokio::time::timeout(PATIENCE, piece).await
    };
    while let Some(piece) = next(&mut stream).await.map_err(|_| broken_off())? {
        if begin.elapsed() > MOST_TIME {
            return Err(broken_off());
        }
        let piece = piece.map_err(|_| broken_off())?;
        let more = piece.len() as u64;
        count(more)?;
        if bytes.len() as u64 + more > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
    bytes.shrink_to_fit();
    Ok(bytes)
}

/// Makes inputs of the files of one drop, in the order in which the command line would read them: those that stand in
/// no folder were named by the user, the others were found in their folder. No name is given that is taken.
pub(super) fn inputs(mut sent: Vec<Upload>, taken: HashSet<String>) -> Vec<(Input, Upload)> {
    // A path's parts are compared one by one, as folders are walked.
    sent.sort_by(|a, b| a.name.split('/').cmp(b.name.split('/')));
    let mut names = taken;
    for upload in &mut sent {
        // Two of one name, from two folders, must be told apart.
        let plain = upload.name.clone();
        for number in 2.. {
            if names.insert(upload.name.clone()) {
                break;
            }
            upload.name = numbered(&plain, number);
        }
    }
    let tables = sent.iter().filter(|upload| Table::of(&upload.bytes).is_some());
    let tables: Tables = Arc::new(tables.map(|own| (own.name.clone(), own.bytes.clone())).collect());
    sent.into_iter()
        .filter_map(|upload| {
            let named = !upload.name.contains('/');
            if !named && !is_candidate(FilePath::new(&upload.name)) {
                return None;
            }
            let input = Input::of_bytes(upload.name.clone(), upload.bytes.clone(), named, tables.clone());
            Some((input, upload))
        })
        .collect()
}

/// A file's name with a number before its ending.
fn numbered(name: &str, number: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') => format!("{stem}（{number}）.{ending}"),
        _ => format!("{name}（{number}）"),
    }
}

/// How many files some inputs hold, those of archives counted one by one.
pub(super) fn count(inputs: &[Input]) -> usize {
    let of = |input: &Input| {
        let bytes = input.bytes().ok()?;
        if !Format::of(&bytes).is_ok_and(|format| format == Format::Zip) {
            return None;
        }
        Some(Archive::open(&bytes).ok()?.count_of(|name| is_candidate(FilePath::new(name))).max(1))
    };
    inputs.iter().map(|input| of(input).unwrap_or(1)).sum()
}
