//! What goes wrong on request.

use hyper::Method;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How a request fails.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// 429, to be tried again after so many seconds.
    RateLimited(f64),
    /// This status with a body that is not Discord's.
    Status(u16),
    /// Nothing happens until the [`Stall`] is released; then all goes on as usual.
    Stalled(Stall),
}

/// Holds requests back until it is released.
#[derive(Debug, Clone)]
pub(crate) struct Stall(Arc<Semaphore>);

impl Stall {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets everything through from now on.
    pub(crate) fn release(&self) {
        self.0.close();
    }

    pub(super) async fn wait(&self) {
        // The semaphore never has a permit: this ends with an error, when it is closed.
        drop(self.0.acquire().await);
    }
}

/// A fault that is armed: which requests it meets, and how many more of them.
#[derive(Debug)]
pub(super) struct Armed {
    pub(super) method: Method,
    /// A path below `/api/v10`, with `*` for any one segment.
    pub(super) path: &'static str,
    pub(super) left: usize,
    pub(super) fault: Fault,
}

impl Armed {
    pub(super) fn meets(&self, method: &Method, path: &str) -> bool {
        let mut want = self.path.split('/');
        let mut have = path.split('/');
        self.left > 0
            && self.method == *method
            && loop {
                match (want.next(), have.next()) {
                    (None, None) => break true,
                    (Some(want), Some(have)) if want == "*" || want == have => {}
                    _ => break false,
                }
            }
    }
}
