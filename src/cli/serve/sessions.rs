//! Sessions: what each page has given and what was read of it, apart from all others.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jixiao::model::Finding;
use jixiao::rules::Digest;
use jixiao::write::docx::Preset;
use jixiao::write::narrative::Outline;
use jixiao::{Choices, Knowledge};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::super::Context;
use super::super::inputs::Input;
use super::super::reports;
use super::answer::{Answer, Refusal, data, work};
use super::filling::Lacking;
use super::language::Lang;
use super::rows::{Row, Settled};
use super::uploads::{self, Upload};
use super::{events, guard, reading};

/// A page whose stream breaks off is back within this time.
const GRACE: Duration = Duration::from_secs(5);
/// A page that is loaded anew is.
const RELOAD: Duration = Duration::from_secs(3);
/// A page that was let in listens within this time.
const ARRIVAL: Duration = Duration::from_secs(60);
/// No user has more pages open.
const MAX_SESSIONS: usize = 64;

/// What all sessions have in common.
pub(super) struct House {
    pub(super) context: Arc<Context>,
    pub(super) port: u16,
    /// The bytes that all sessions hold.
    pub(super) held: AtomicU64,
    sessions: Mutex<Sessions>,
}

struct Sessions {
    open: HashMap<String, Arc<Session>>,
    /// When the last one was forgotten; `None` before there was any.
    deserted: Option<Instant>,
}

impl House {
    pub(super) fn new(context: Context, port: u16) -> Self {
        let sessions = Mutex::new(Sessions { open: HashMap::new(), deserted: None });
        Self { context: Arc::new(context), port, held: AtomicU64::new(0), sessions }
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of an id.
    pub(super) fn session(&self, id: &str, lang: Lang) -> Result<Arc<Session>, Refusal> {
        let gone = || Refusal::new(StatusCode::NOT_FOUND, t!("cli.serve.gone", locale = lang.locale()));
        self.sessions().open.get(id).cloned().ok_or_else(gone)
    }

    fn forget(&self, id: &str) {
        let mut sessions = self.sessions();
        if let Some(session) = sessions.open.remove(id) {
            session.lock().leave();
        }
        if sessions.open.is_empty() {
            sessions.deserted.get_or_insert_with(Instant::now);
        }
    }

    /// Somebody who knows the token is there: a page that is loaded anew is without a session for a while.
    pub(super) fn visited(&self) {
        if let Some(deserted) = &mut self.sessions().deserted {
            *deserted = Instant::now();
        }
    }

    /// Forgets the sessions whose pages are gone. Whether there were pages and none is left.
    pub(super) fn is_deserted(&self) -> bool {
        let gone: Vec<String> = self
            .sessions()
            .open
            .iter()
            .filter(|(_, session)| session.lock().is_left())
            .map(|(id, _)| id.clone())
            .collect();
        gone.iter().for_each(|id| self.forget(id));
        self.sessions().deserted.is_some_and(|since| since.elapsed() > RELOAD)
    }

    /// Forgets all sessions.
    pub(super) fn close(&self) {
        let open: Vec<String> = self.sessions().open.keys().cloned().collect();
        open.iter().for_each(|id| self.forget(id));
    }
}

/// What one page has given.
pub(super) struct Session(Mutex<Holdings>);

/// What a session holds.
pub(super) struct Holdings {
    /// What was sent since the last reading, in the order of its coming.
    pub(super) sent: Vec<Upload>,
    /// The inputs, in the order in which they are read.
    pub(super) inputs: Vec<Input>,
    /// The same, for their share in what all sessions hold.
    pub(super) uploads: Vec<Upload>,
    pub(super) settings: Settings,
    pub(super) context: Arc<Context>,
    /// Changes whenever what was read no longer holds.
    pub(super) generation: u64,
    /// How many times everything was forgotten.
    pub(super) clearings: u64,
    /// How many of the inputs were read.
    pub(super) read: usize,
    /// Whether somebody reads.
    pub(super) reading: bool,
    /// Whether somebody asked since to have everything read.
    pub(super) asked: bool,
    pub(super) found: Found,
    pub(super) lacking: Vec<Lacking>,
    page: Page,
}

/// What was found in the inputs.
#[derive(Default)]
pub(super) struct Found {
    pub(super) digests: Vec<Digest>,
    pub(super) kept: Vec<Kept>,
    /// What was found when the projects were compared with one another.
    pub(super) across: Across,
    pub(super) unreadable: Vec<Finding>,
    /// What was passed over: the file, and why.
    pub(super) skipped: Vec<(String, String)>,
    pub(super) done: usize,
    pub(super) total: usize,
    /// How it all came out, once everything is read.
    pub(super) settled: Option<Settled>,
}

/// What was found beside other projects, by project.
pub(super) type Across = BTreeMap<usize, Vec<Finding>>;

/// What is kept of a project beside its digest.
pub(super) struct Kept {
    /// The file that it was read from, and how many projects of that file stand before it.
    pub(super) origin: Arc<str>,
    pub(super) place: usize,
    /// How many gaps its report has; `None` if it has no report of its own.
    pub(super) gaps: Option<usize>,
}

/// The page of a session, as far as it listens.
#[derive(Default)]
struct Page {
    /// The events that go to it.
    events: Option<UnboundedSender<String>>,
    /// How many times it began to listen.
    count: u64,
    /// Since when nobody listens.
    left: Option<Instant>,
}

/// What a page asks for beside its files; ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) outline: Option<String>,
    pub(super) document: Option<String>,
    pub(super) scheme: Option<String>,
}

impl Session {
    fn new(context: Arc<Context>) -> Self {
        let page = Page { left: Some(Instant::now()), ..Page::default() };
        Self(Mutex::new(Holdings {
            sent: Vec::new(),
            inputs: Vec::new(),
            uploads: Vec::new(),
            settings: Settings::default(),
            context,
            generation: 0,
            clearings: 0,
            read: 0,
            reading: false,
            asked: false,
            found: Found::default(),
            lacking: Vec::new(),
            page,
        }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Holdings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Holdings {
    /// Tells the page something, if it listens.
    pub(super) fn tell(&self, event: String) {
        if let Some(page) = &self.page.events {
            // A page that went away is noticed by its stream.
            let _ = page.send(event);
        }
    }

    /// A page listens, in place of any that did before. Gives the number of its listening.
    pub(super) fn enter(&mut self, events: UnboundedSender<String>) -> u64 {
        self.page = Page { events: Some(events), count: self.page.count + 1, left: None };
        self.page.count
    }

    /// A listening broke off.
    pub(super) fn quit(&mut self, number: u64) {
        if self.page.count == number {
            self.page.events = None;
            self.page.left = Some(Instant::now());
        }
    }

    /// Whether its page is gone for good.
    fn is_left(&self) -> bool {
        let patience = if self.page.count == 0 { ARRIVAL } else { GRACE };
        self.page.left.is_some_and(|since| since.elapsed() > patience)
    }

    /// Lets go of everything.
    fn leave(&mut self) {
        self.page.events = None;
        self.clear();
    }

    /// Forgets the inputs.
    pub(super) fn clear(&mut self) {
        self.sent.clear();
        self.inputs.clear();
        self.uploads.clear();
        self.lacking.clear();
        self.asked = false;
        self.clearings += 1;
        self.renew();
    }

    /// Forgets what was read: it must be read again.
    fn renew(&mut self) {
        self.generation += 1;
        self.read = 0;
        self.found = Found::default();
    }

    /// Whether somebody has to begin to read: there is something to read, and nobody does.
    pub(super) fn begins(&mut self) -> bool {
        let begins = self.asked && !self.reading;
        self.reading |= begins;
        begins
    }

    /// The row of a project.
    pub(super) fn row(&self, index: usize) -> Option<Row<'_>> {
        let (digest, kept) = self.found.digests.get(index).zip(self.found.kept.get(index))?;
        let across = self.found.across.get(&index).into_iter().flatten().map(|finding| finding.level);
        Some(Row::of(index, digest, kept, across))
    }
}

/// Lets a page in, and tells it what there is to choose.
pub(super) async fn begin(State(house): State<Arc<House>>, Query(lang): Query<Lang>) -> Answer {
    let id = guard::secret()?;
    let welcome = {
        let (house, id) = (house.clone(), id.clone());
        work(lang, move || Ok(welcome(&house.context, &id, &Settings::default()))).await?
    };
    let mut sessions = house.sessions();
    if sessions.open.len() >= MAX_SESSIONS {
        let message = t!("cli.serve.too_many_pages", locale = lang.locale());
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message));
    }
    sessions.open.insert(id, Arc::new(Session::new(house.context.clone())));
    sessions.deserted = None;
    Ok(data(StatusCode::OK, &welcome))
}

/// Tells a page that comes back, or speaks another language now, what there is to choose and what it has chosen.
pub(super) async fn about(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Query(lang): Query<Lang>,
) -> Answer {
    let (context, settings) = {
        let session = house.session(&id, lang)?;
        let holdings = session.lock();
        (holdings.context.clone(), holdings.settings.clone())
    };
    let welcome = work(lang, move || Ok(welcome(&context, &id, &settings))).await?;
    Ok(data(StatusCode::OK, &welcome))
}

fn welcome(context: &Context, id: &str, settings: &Settings) -> Value {
    let templates = &context.templates;
    let outlines = Outline::of_reports(templates);
    let documents = templates.folder(jixiao::write::docx::FOLDER);
    let documents = documents.filter_map(|(id, _, _)| {
        let preset = Preset::find(templates, id).ok()?;
        Some(json!({ "id": id, "name": preset.name }))
    });
    let layouts = context.knowledge.layouts.all().iter().filter(|own| templates.form(&own.id).is_some());
    json!({
        "session": id,
        "version": env!("CARGO_PKG_VERSION"),
        "outlines": outlines.map(|own| json!({ "id": own.id, "name": own.head.name })).collect::<Vec<_>>(),
        "documents": documents.collect::<Vec<_>>(),
        "schemes": context
            .knowledge
            .schemes
            .all()
            .map(|own| json!({ "id": own.id, "name": own.name }))
            .collect::<Vec<_>>(),
        "layouts": layouts.map(|own| json!({ "id": own.id, "name": own.name })).collect::<Vec<_>>(),
        "limits": uploads::limits(),
        "settings": {
            "outline": settings.outline.as_deref().unwrap_or(reports::OUTLINE),
            "document": settings.document.as_deref().or(context.document.as_deref()).unwrap_or(reports::PRESET),
            "scheme": settings.scheme,
        },
    })
}

/// Forgets a session.
pub(super) async fn end(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
) -> Answer {
    house.session(&session, lang)?;
    house.forget(&session);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What a page sets anew. What is left out stays; `null` is the program's own choice.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Change {
    #[serde(deserialize_with = "given")]
    outline: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    document: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    scheme: Option<Option<String>>,
}

fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Changes what a page asks for.
pub(super) async fn set(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
    body: Body,
) -> Answer {
    let session = house.session(&session, lang)?;
    let bytes = uploads::small(body, lang).await?;
    let wrong = || Refusal::new(StatusCode::BAD_REQUEST, t!("cli.serve.unknown", locale = lang.locale()));
    let change: Change = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    let mut settings = session.lock().settings.clone();
    for (to, wish) in [
        (&mut settings.outline, change.outline),
        (&mut settings.document, change.document),
        (&mut settings.scheme, change.scheme),
    ] {
        if let Some(wish) = wish {
            *to = wish;
        }
    }
    // An id is never taken for the path of a file.
    let templates = &house.context.templates;
    let known = |folder: &str, ending: &str, id: &Option<String>| {
        id.as_ref().is_none_or(|id| templates.get(&format!("{folder}/{id}.{ending}")).is_some())
    };
    let is_outline = |id: &String| Outline::of_reports(templates).any(|own| own.id == *id);
    let all_known = settings.outline.as_ref().is_none_or(is_outline)
        && known(jixiao::write::docx::FOLDER, "toml", &settings.document)
        && known("schemes", "toml", &settings.scheme);
    if !all_known {
        return Err(wrong());
    }
    let context = with_scheme(&house, &session, &settings, lang).await?;
    let begin = {
        let mut state = session.lock();
        let anew = state.settings.scheme != settings.scheme || state.settings.outline != settings.outline;
        (state.settings, state.context) = (settings, context);
        if anew && !state.inputs.is_empty() {
            state.renew();
            state.asked = true;
        }
        state.begins()
    };
    if begin {
        reading::begin(session, lang);
    }
    Ok(events::accepted())
}

/// What a session works with once its scheme is another one.
async fn with_scheme(
    house: &House,
    session: &Session,
    settings: &Settings,
    lang: Lang,
) -> Result<Arc<Context>, Refusal> {
    let (before, own) = {
        let state = session.lock();
        (state.settings.scheme.clone(), state.context.clone())
    };
    if before == settings.scheme {
        return Ok(own);
    }
    let Some(scheme) = settings.scheme.clone() else { return Ok(house.context.clone()) };
    let base = house.context.clone();
    work(lang, move || {
        let checks = base.knowledge.choices.checks.clone();
        let choices = Choices { scheme: Some(scheme), checks };
        let knowledge = Knowledge::load(&base.templates)?.with(choices)?;
        Ok(Arc::new(Context { knowledge, ..Context::clone(&base) }))
    })
    .await
}
