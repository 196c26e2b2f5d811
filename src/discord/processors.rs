//! Work that computes, on blocking threads, as much at once as there are processors.

use std::sync::Arc;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, spawn_blocking};
use tracing::Span;

/// Gives each piece of work a processor, in the order asked for.
#[derive(Debug, Clone)]
pub struct Processors(Arc<Semaphore>);

/// A processor, until the work on it has ended.
#[derive(Debug)]
pub struct Processor(Result<OwnedSemaphorePermit, AcquireError>);

impl Processors {
    /// So many processors, at least one.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.max(1))))
    }

    /// Waits for a processor.
    pub async fn acquire(&self) -> Processor {
        // The semaphore is never closed: there is always a permit.
        Processor(Arc::clone(&self.0).acquire_owned().await)
    }
}

impl Processor {
    /// Runs `work`, which keeps the processor for as long as it runs, whether or not somebody still waits
    /// for its result.
    ///
    /// # Errors
    ///
    /// When it panics.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let event = Span::current();
        spawn_blocking(move || {
            let _event = event.enter();
            let _permit = self.0;
            work()
        })
        .await
    }
}
