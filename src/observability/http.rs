//! The pages that are served.

use super::metrics::Metrics;
use super::readiness::Readiness;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The page that tells whether the process lives.
pub const HEALTH: &str = "/healthz";
const READINESS: &str = "/readyz";
const METRICS: &str = "/metrics";

/// The server, which ends when this is dropped.
#[derive(Debug)]
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves health and metrics at `address`; at port 0, at a free one. Before `metrics` knows the engine and the
/// gateway, nothing is ready. Needs a Tokio runtime.
///
/// # Errors
///
/// When the address cannot be listened at.
pub async fn serve(address: SocketAddr, metrics: Arc<Metrics>) -> io::Result<Serving> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let pages = Router::new()
        .route(HEALTH, get(health))
        .route(READINESS, get(readiness))
        .route(METRICS, get(metrics_text))
        .fallback(nothing)
        .with_state(metrics);
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, pages).await {
            tracing::error!(%error, "health and metrics are no longer served");
        }
    });
    Ok(Serving { address, task })
}

/// That it answers is all there is to say.
async fn health() -> &'static str {
    "alive\n"
}

async fn readiness(State(metrics): State<Arc<Metrics>>) -> (StatusCode, String) {
    let shards = metrics.shards().await;
    let readiness = Readiness::of(metrics.engine(), shards.as_deref()).await;
    let status = if readiness.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, readiness.to_string())
}

async fn metrics_text(State(metrics): State<Arc<Metrics>>) -> Response {
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics.text().await {
        Ok(text) => ([(CONTENT_TYPE, format)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn nothing() -> (StatusCode, String) {
    let there = format!("there is only {HEALTH}, {READINESS} and {METRICS}\n");
    (StatusCode::NOT_FOUND, there)
}
