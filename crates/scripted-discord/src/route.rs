//! Routes of the REST API, and the requests that meet them.

use hyper::Method;
use serde_json::Value;
use std::fmt;

/// A method and a path below `/api/v10`, in which `*` stands for any one segment.
///
/// ```
/// use scripted_discord::Route;
///
/// const SEND_MESSAGE: Route = Route::post("/channels/*/messages");
/// assert_eq!(SEND_MESSAGE.to_string(), "POST /channels/*/messages");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    method: Method,
    path: &'static str,
}

impl Route {
    /// `GET` on this path.
    #[must_use]
    pub const fn get(path: &'static str) -> Self {
        let method = Method::GET;
        Self { method, path }
    }

    /// `POST` on this path.
    #[must_use]
    pub const fn post(path: &'static str) -> Self {
        let method = Method::POST;
        Self { method, path }
    }

    /// `PUT` on this path.
    #[must_use]
    pub const fn put(path: &'static str) -> Self {
        let method = Method::PUT;
        Self { method, path }
    }

    /// `PATCH` on this path.
    #[must_use]
    pub const fn patch(path: &'static str) -> Self {
        let method = Method::PATCH;
        Self { method, path }
    }

    /// `DELETE` on this path.
    #[must_use]
    pub const fn delete(path: &'static str) -> Self {
        let method = Method::DELETE;
        Self { method, path }
    }

    /// Whether a request goes to this route.
    #[must_use]
    pub fn matches(&self, request: &Request) -> bool {
        self.method == request.method && self.matches_path(&request.path)
    }

    fn matches_path(&self, path: &str) -> bool {
        let (mut want, mut have) = (self.path.split('/'), path.split('/'));
        loop {
            match (want.next(), have.next()) {
                (None, None) => return true,
                (Some(want), Some(have)) if want == "*" || want == have => {}
                _ => return false,
            }
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A REST request that arrived, and the status of its answer.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) status: Option<u16>,
}

impl Request {
    /// The method in capitals: `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path below `/api/v10`, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The JSON body; `null` without one.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// The status of the answer: `None` while the request is not carried out, 0 when the connection broke
    /// or the answer is [held back](crate::ScriptedDiscord::stall_answers).
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether others could notice it: it changes something, and is not the registration of commands.
    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET && !self.path.ends_with("/commands")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_segment() {
        let route = Route::post("/channels/*/messages");
        for (path, expected) in [
            ("/channels/1/messages", true),
            ("/channels/1/messages/2", false),
            ("/channels/messages", false),
            ("/guilds/1/messages", false),
        ] {
            assert_eq!(route.matches_path(path), expected, "{path}");
        }
    }
}
