//! What a failed request says in a log: its HTTP status and Discord's words, never its address, which
//! may hold an interaction's token.

use serenity::http::{HttpError, StatusCode};
use std::error::Error;

/// Discord's code for "Interaction has already been acknowledged".
const ALREADY_ACKNOWLEDGED: isize = 40_060;
/// What serenity puts in place of Discord's code where the body is no JSON of Discord's.
const NO_CODE: isize = -1;

/// The failure in one line.
#[must_use]
pub fn describe(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            let status = response.status_code;
            match response.error.code {
                NO_CODE => status.to_string(),
                code => format!("{status}: {} ({code})", response.error.message),
            }
        }
        serenity::Error::Http(HttpError::Request(error)) => describe_transport(error),
        other => innermost(other),
    }
}

/// A request that had no answer, in one line.
#[must_use]
pub fn describe_transport(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    // The outermost error names the address.
    match error.source() {
        Some(source) => innermost(source),
        None => "the request failed".to_owned(),
    }
}

/// The innermost cause: "connection refused" rather than "error sending request".
#[must_use]
pub fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// Whether Discord has had a first response to this interaction before.
#[must_use]
pub fn is_already_acknowledged(error: &serenity::Error) -> bool {
    matches!(
        error,
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
            if response.error.code == ALREADY_ACKNOWLEDGED
    )
}

/// Whether what a request is about is gone.
#[must_use]
pub fn is_not_found(error: &serenity::Error) -> bool {
    matches!(
        error,
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
            if response.status_code == StatusCode::NOT_FOUND
    )
}

/// Whether a request that got this status may succeed later.
#[must_use]
pub fn is_temporary_status(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// Whether the same request may succeed later.
#[must_use]
pub fn is_temporary(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            is_temporary_status(response.status_code)
        }
        serenity::Error::Http(HttpError::Request(error)) => !error.is_builder(),
        // Half an answer: what is sent is never read as JSON.
        serenity::Error::Json(_) => true,
        _ => false,
    }
}
