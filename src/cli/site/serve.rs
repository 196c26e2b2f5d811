//! `citebot site --serve`: shows the site on this machine while the FAQ is being written, and follows its
//! changes.

use crate::cli::{diagnostics, text};
use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, REFRESH};
use axum::http::{StatusCode, Uri};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use citebot_core::diagnostic::Diagnostics;
use citebot_engine::{Engine, FolderState, Snapshot};
use citebot_site::{Options, Site, SiteUrl, paths};
use citebot_store::ServerId;
use futures::stream::{self, Stream};
use std::convert::Infallible;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::block_in_place;
use tokio::time::sleep;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(300);
/// Not a path of any site: each of those begins with a letter.
const CHANGES: &str = "/.changes";
const RELOADER: &str = "/.reload.js";
/// Loads the page again after a change, in a script of its own because the pages allow no other.
const RELOADING: &str = "\
const changes = new EventSource('/.changes');
changes.onmessage = () => location.reload();
addEventListener('pagehide', () => changes.close());
";
/// A browser asks for a page with mistakes again after so many seconds.
const REFRESH_SECONDS: &str = "1";

/// What is shown: the site, or the mistakes in the FAQ.
type Shown = Result<Site, String>;

/// Shows the site of `engine`, with the changes of `server` if there is one, at `port` of this machine until
/// Ctrl-C.
pub(super) async fn serve(
    engine: Engine,
    server: Option<ServerId>,
    port: u16,
    options: Options,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| {
        format!("cannot show the site at port {port}: name another, as in --serve 8001")
    })?;
    let address = listener.local_addr()?;
    let snapshot = engine.snapshot(server);
    let options = local(options, address);
    let (show, shown) = watch::channel(Arc::new(Ok(Site::build(&snapshot.knowledge, &options))));
    announce(&engine, address)?;
    let pages = Router::new()
        .route(CHANGES, get(changes))
        .route(RELOADER, get(reloader))
        .fallback(page)
        .with_state(shown);
    let following = follow(&engine, server, snapshot, &options, &show);
    tokio::select! {
        served = axum::serve(listener, pages) => served.context("the site is no longer shown"),
        followed = following => followed,
        ended = tokio::signal::ctrl_c() => ended.context("could not listen for Ctrl-C"),
    }
}

/// Links of the site lead to where it is shown.
fn local(options: Options, address: SocketAddr) -> Options {
    let url: Result<SiteUrl, _> = format!("http://{address}/").parse();
    Options {
        url: url.ok(),
        ..options
    }
}

fn announce(engine: &Engine, address: SocketAddr) -> anyhow::Result<()> {
    let follows = match engine.files().folder() {
        Some(folder) => format!("It follows changes in {}.", folder.display()),
        None => "This is the FAQ built into the program; --knowledge names another.".to_owned(),
    };
    writeln!(
        anstream::stdout(),
        "The site is at http://{address}/. {follows} Ctrl-C ends it."
    )?;
    Ok(())
}

/// Builds the site again after each change. Ends only when standard output does.
async fn follow(
    engine: &Engine,
    server: Option<ServerId>,
    mut built: Arc<Snapshot>,
    options: &Options,
    show: &watch::Sender<Arc<Shown>>,
) -> anyhow::Result<()> {
    let mut files = engine.opened().cloned();
    loop {
        sleep(INTERVAL).await;
        let now = files.as_ref().map(FolderState::now);
        let changed = now != files;
        files = now;
        let reloaded = block_in_place(|| changed.then(|| engine.reload()));
        let mut out = anstream::stdout();
        if let Some(Err(found)) = reloaded {
            text::hint(&mut out, "The FAQ has mistakes:")?;
            for problem in &found.0 {
                writeln!(out, "{}\n", diagnostics::render(problem))?;
            }
            show.send_replace(Arc::new(Err(listed(&found))));
            continue;
        }
        // A moderator may have changed it, too; and a mistake may have been taken back.
        let snapshot = engine.snapshot(server);
        if reloaded.is_some() || !Arc::ptr_eq(&snapshot, &built) {
            let site = block_in_place(|| Site::build(&snapshot.knowledge, options));
            let entries = snapshot.knowledge.entries().len();
            let entries = text::counted(entries, "entry", "entries");
            text::hint(&mut out, &format!("Built again: {entries}."))?;
            show.send_replace(Arc::new(Ok(site)));
            built = snapshot;
        }
    }
}

/// The mistakes as a page.
fn listed(found: &Diagnostics) -> String {
    let problems = found.0.iter().map(|problem| format!("{problem}\n"));
    format!("The FAQ has mistakes:\n\n{}", problems.collect::<String>())
}

/// The file at the path that was asked for.
async fn page(State(shown): State<watch::Receiver<Arc<Shown>>>, uri: Uri) -> Response {
    let shown = Arc::clone(&shown.borrow());
    let site = match &*shown {
        Ok(site) => site,
        Err(problems) => {
            let headers = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CACHE_CONTROL, "no-store"),
                (REFRESH, REFRESH_SECONDS),
            ];
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            return (status, headers, problems.clone()).into_response();
        }
    };
    let path = match uri.path().trim_start_matches('/') {
        "" => paths::HOME,
        path => path,
    };
    let (status, path, text) = match site.file(path) {
        Some(text) => (StatusCode::OK, path, text),
        None => (
            StatusCode::NOT_FOUND,
            paths::NOT_FOUND,
            site.file(paths::NOT_FOUND).unwrap_or_default(),
        ),
    };
    let kind = kind(path);
    let text = if kind == HTML {
        let script = format!("<script type=\"module\" src=\"{RELOADER}\"></script></body>");
        text.replacen("</body>", &script, 1)
    } else {
        text.to_owned()
    };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

const HTML: &str = "text/html; charset=utf-8";

/// The media type of the file at `path`.
fn kind(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|name| name.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

async fn reloader() -> Response {
    let headers = [
        (CONTENT_TYPE, kind("reload.js")),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, RELOADING).into_response()
}

/// An event for each change from now on.
async fn changes(
    State(mut shown): State<watch::Receiver<Arc<Shown>>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    shown.mark_unchanged();
    let events = stream::unfold(shown, |mut shown| async {
        shown.changed().await.ok()?;
        Some((Ok(Event::default().data("changed")), shown))
    });
    Sse::new(events)
}
