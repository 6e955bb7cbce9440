//! `jixiao serve`: a page in the browser for those who have never seen a terminal.
//!
//! The work is that of the other commands, on bytes that the page sends instead of files; nothing is written to disk.
//! Only this machine is answered, and only who knows the token in the address.

mod answer;
mod assets;
mod details;
mod downloads;
mod events;
mod filling;
mod guard;
mod language;
mod reading;
mod rows;
mod sessions;
mod uploads;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

use super::arguments::ServeArguments;
use super::{Context, End, Failure, interrupt};
use sessions::House;

/// How often it is looked whether the server is still wanted.
const TICK: Duration = Duration::from_millis(200);
/// Who connects must say what is wanted within this time.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// Answers that are under way at the end have so long to arrive.
const GOODBYE: Duration = Duration::from_secs(30);
/// More work than this is not done at once.
const WORKERS: usize = 16;

pub(super) fn execute(context: &Context, arguments: &ServeArguments) -> Result<End, Failure> {
    // Pages may speak another language than the terminal.
    let ended = t!("cli.serve.ended").into_owned();
    let failed = |error: std::io::Error| {
        Failure::unwritten(t!("cli.serve.failed", port = arguments.port, cause = error))
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(WORKERS)
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let token = guard::secret()?;
        let address = format!("http://127.0.0.1:{port}/{token}/");
        super::print(&format!("{}\n", t!("cli.serve.address", address = address)))?;
        // What the program says from here on is said by the page.
        let context = Context { quiet: true, silent: true, ..context.clone() };
        let house = Arc::new(House::new(context, port));
        let routes = routes(&house, &token);
        if !arguments.no_browser && open::that_detached(&address).is_err() {
            eprintln!("{}", t!("cli.serve.no_browser"));
        }
        answer_all(&listener, routes, &house).await;
        Ok::<(), Failure>(())
    })?;
    // Work that nobody waits for any more is not waited for.
    runtime.shutdown_background();
    eprintln!("{ended}");
    Ok(End::Fine)
}

/// Answers requests until the last page is closed or somebody stops the program.
async fn answer_all(listener: &TcpListener, routes: Router, house: &House) {
    let pages = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    while !interrupt::is_wanted() && !house.is_deserted() {
        match tokio::time::timeout(TICK, listener.accept()).await {
            Ok(Ok((stream, _))) => {
                let service = TowerToHyperService::new(routes.clone());
                let connection = http.serve_connection(TokioIo::new(stream), service);
                tokio::spawn(pages.watch(connection));
            }
            // Too many open files, or the like: it passes.
            Ok(Err(_)) => tokio::time::sleep(TICK).await,
            Err(_) => {}
        }
    }
    house.close();
    let _ = tokio::time::timeout(GOODBYE, pages.shutdown()).await;
}

/// What can be asked for; everything else, and everything under another token, is not there.
fn routes(house: &Arc<House>, token: &str) -> Router {
    let at = |path: &str| format!("/{token}/{path}");
    let session = |path: &str| format!("/{token}/api/sessions/{{session}}{path}");
    let pages = assets::FILES.iter().fold(Router::new(), |routes, (name, bytes)| {
        routes.route(&at(name.trim_start_matches("index.html")), get(|| assets::answer(name, bytes)))
    });
    pages
        .route(&at("api/sessions"), post(sessions::begin))
        .route(&session(""), get(sessions::about).delete(sessions::end))
        .route(&session("/close"), post(sessions::end))
        .route(&session("/events"), get(events::listen))
        .route(&session("/files"), post(uploads::take).delete(uploads::forget))
        .route(&session("/read"), post(reading::read))
        .route(&session("/settings"), post(sessions::set))
        .route(&session("/projects/{number}"), get(details::project))
        .route(&session("/codes/{code}"), get(details::code))
        .route(&session("/download/{file}"), get(downloads::file))
        .route(&session("/download/report/{file}"), get(downloads::report))
        .route(&session("/fill"), post(filling::fill))
        .route(&session("/fill/missing"), get(filling::missing))
        .with_state(house.clone())
        .layer(from_fn_with_state(house.clone(), guard::guard))
}
