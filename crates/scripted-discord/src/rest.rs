//! REST under `/api/v10`, and the downloads of attachments.

mod answer;
mod commands;
mod interactions;
mod messages;
mod multipart;
mod routes;

use crate::attachment::Attachment;
use crate::fault::{Effect, Fault};
use crate::openapi;
use crate::route::Request;
use crate::shared::Shared;
use answer::Answer;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use hyper::http::request::Parts;
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

/// The path that all routes are below.
const API: &str = "/api/v10";

/// Serves until it is dropped.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let server = hyper::Server::from_tcp(listener)
        .unwrap_or_else(|e| panic!("cannot serve: {e}"))
        .serve(make_service_fn(move |_| {
            let shared = Arc::clone(&shared);
            async move {
                Ok::<_, Infallible>(service_fn(move |request| {
                    let shared = Arc::clone(&shared);
                    async move { handle(&shared, request).await }
                }))
            }
        }));
    // It ends with an error only when the listener does, and then requests fail visibly.
    let _ = server.await;
}

/// A request taken apart.
#[derive(Debug)]
struct Call {
    method: Method,
    /// Below [`API`], without the query.
    path: String,
    query: String,
    authorization: String,
    body: Value,
    files: Vec<Attachment>,
    is_multipart: bool,
}

impl Call {
    fn read(parts: &Parts, path: &str, bytes: &[u8]) -> Self {
        let header = |name: HeaderName| {
            let value = parts.headers.get(name).and_then(|v| v.to_str().ok());
            value.unwrap_or_default().to_string()
        };
        let content_type = header(CONTENT_TYPE);
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=");
        let (body, files) = match boundary {
            Some(boundary) => multipart::parse(bytes, boundary.trim_matches('"')),
            None => (serde_json::from_slice(bytes).unwrap_or_default(), vec![]),
        };
        Self {
            method: parts.method.clone(),
            path: path.to_string(),
            query: parts.uri.query().unwrap_or_default().to_string(),
            authorization: header(AUTHORIZATION),
            body,
            files,
            is_multipart: boundary.is_some(),
        }
    }

    /// The number under this name in the query.
    fn number(&self, name: &str) -> Option<u64> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(key, _)| *key == name)?;
        value.parse().ok()
    }
}

/// Answers a request. An error breaks the connection.
async fn handle(shared: &Shared, request: hyper::Request<Body>) -> io::Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if let Some(file) = path.strip_prefix("/attachments/") {
        return Ok(download(shared, file));
    }
    let bytes = hyper::body::to_bytes(body).await.unwrap_or_default();
    let call = Call::read(&parts, path.strip_prefix(API).unwrap_or(path), &bytes);
    let problems = openapi::check_request(&call.method, &call.path, &call.body, call.is_multipart);
    let (at, effect) = shared.change(|state| {
        state.problems.extend(problems);
        if !path.starts_with(API) {
            state.problems.push(format!("{path} is not below {API}"));
        }
        state.note(format!(
            "rest ← {} {} {}",
            call.method, call.path, call.body
        ));
        state.receive(Request {
            method: call.method.clone(),
            path: call.path.clone(),
            body: call.body.clone(),
            status: None,
        })
    });
    if let Some(Effect::Hold(stall)) = &effect {
        stall.released().await;
    }
    let fault = match effect {
        Some(Effect::Fail(fault)) => Some(fault),
        _ => None,
    };
    let held = match &effect {
        Some(Effect::HoldAnswer(stall)) => Some(stall),
        _ => None,
    };
    let response = shared.change(|state| {
        let mut answer = match fault {
            Some(Fault::RateLimited(seconds)) => rate_limited(seconds),
            Some(Fault::Status(status)) => Answer {
                status,
                body: "upstream connect error".into(),
            },
            Some(Fault::Drop) => Answer {
                status: NO_ANSWER,
                body: Value::Null,
            },
            Some(Fault::LostAnswer | Fault::GarbledAnswer) | None => routes::answer(state, &call),
        };
        let is_lost = matches!(fault, Some(Fault::Drop | Fault::LostAnswer));
        let is_answered = !is_lost && held.is_none();
        let status = if is_answered {
            answer.status
        } else {
            NO_ANSWER
        };
        state.note(format!("rest → {status} to {} {}", call.method, call.path));
        state.requests[at].status = Some(status);
        if is_lost {
            return Err(io::Error::from(io::ErrorKind::ConnectionReset));
        }
        let wrong = openapi::check_response(&call.method, &call.path, answer.status, &answer.body);
        state.problems.extend(wrong);
        if let Some(Effect::AlterAnswer(change)) = &effect {
            change(&mut answer.body);
        }
        let body = match (fault, answer.status) {
            (Some(Fault::GarbledAnswer), _) => Body::from("{\"id\": "),
            (_, 204) => Body::empty(),
            _ => Body::from(answer.body.to_string()),
        };
        Ok(respond(&answer, body))
    })?;
    if let Some(stall) = held {
        stall.released().await;
        let status = response.status().as_u16();
        shared.change(|state| state.requests[at].status = Some(status));
    }
    Ok(response)
}

/// The status of a request that got no answer, or none yet.
pub(crate) const NO_ANSWER: u16 = 0;

fn rate_limited(seconds: f64) -> Answer {
    Answer {
        status: 429,
        body: json!({
            "message": "You are being rate limited.",
            "retry_after": seconds,
            "global": false,
        }),
    }
}

fn respond(answer: &Answer, body: Body) -> Response<Body> {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header(CONTENT_TYPE, "application/json");
    if let Some(seconds) = answer.body["retry_after"].as_f64() {
        response = response
            .header("retry-after", seconds.ceil().to_string())
            .header("x-ratelimit-scope", "user");
    }
    response
        .body(body)
        .unwrap_or_else(|e| panic!("cannot answer: {e}"))
}

/// The file at `{id}/{name}`, as Discord's content network gives it.
fn download(shared: &Shared, path: &str) -> Response<Body> {
    shared.change(|state| {
        state.note(format!("download of {path}"));
        let id = path.split('/').next().and_then(|id| id.parse::<u64>().ok());
        let file = id.and_then(|id| state.downloads.get(&id));
        let mut response = Response::default();
        match file {
            Some(content) => *response.body_mut() = content.clone().into(),
            None => *response.status_mut() = StatusCode::NOT_FOUND,
        }
        response
    })
}
