//! Requests that fail or wait on demand.

use crate::route::{Request, Route};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A way for a request to fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// 429, to be tried again after so many seconds.
    RateLimited(f64),
    /// This status, with a body that is not JSON of Discord's, as from a proxy in front of it.
    Status(u16),
    /// The connection breaks before anything is done.
    Drop,
    /// The request is carried out, and the connection breaks before the answer.
    LostAnswer,
    /// The request is carried out, and its answer is not JSON.
    GarbledAnswer,
}

/// Holds requests back until it is released.
#[derive(Debug, Clone)]
pub struct Stall(Arc<Semaphore>);

impl Stall {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Answers the requests that are held back, and all later ones at once.
    pub fn release(&self) {
        self.0.close();
    }

    pub(crate) async fn released(&self) {
        // The semaphore never has a permit: this ends with an error, when it is closed.
        drop(self.0.acquire().await);
    }
}

/// The effect of an armed fault on a request.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Fail(Fault),
    /// The request waits, then has the answer that it would have had.
    Hold(Stall),
    /// The request is carried out, and its answer waits.
    HoldAnswer(Stall),
    /// The request is carried out, and its answer is changed.
    AlterAnswer(fn(&mut Value)),
}

/// A fault that waits for requests to a route.
#[derive(Debug)]
pub(crate) struct Armed {
    pub(crate) route: Route,
    /// How many more requests it meets.
    pub(crate) left: usize,
    pub(crate) effect: Effect,
}

impl Armed {
    /// Uses it up by one, if it meets this request.
    pub(crate) fn strike(&mut self, request: &Request) -> Option<Effect> {
        if self.left == 0 || !self.route.matches(request) {
            return None;
        }
        self.left -= 1;
        Some(self.effect.clone())
    }
}
