//! The order in which questions are matched. A question that was asked of the bot goes before messages
//! that it overheard. Of those, the ones too many or too old to be answered are passed over.

use crate::observability::{Metrics, Prompted};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;
use tracing::Span;

/// How many overheard messages may wait.
const MAX_WAITING: usize = 256;
/// How long an overheard message may wait: an unprompted answer that comes later is out of place.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Runs matching on blocking threads, as much at once as there are processors.
#[derive(Debug)]
pub struct MatchingQueue {
    /// A permit for each processor, given in the order asked for.
    processors: Arc<Semaphore>,
    /// Overheard messages ask for a processor one at a time, so that at most one is ahead of somebody
    /// who waits for an answer.
    overheard: Arc<Semaphore>,
    /// A place for each overheard message that waits.
    places: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

impl MatchingQueue {
    /// A queue for so many processors, counted in `metrics`.
    #[must_use]
    pub fn new(processors: usize, metrics: Arc<Metrics>) -> Self {
        Self {
            processors: Arc::new(Semaphore::new(processors.max(1))),
            overheard: Arc::new(Semaphore::new(1)),
            places: Arc::new(Semaphore::new(MAX_WAITING)),
            metrics,
        }
    }

    /// Runs `work` for somebody who waits.
    ///
    /// # Errors
    ///
    /// When it panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let _counted = self.metrics.matching(Prompted::Yes);
        let permit = Arc::clone(&self.processors).acquire_owned().await;
        blocking(permit, work).await
    }

    /// Runs `work` for an overheard message, unless it would have to wait too long: `None` then.
    ///
    /// # Errors
    ///
    /// When it panics.
    pub async fn run_overheard<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>, JoinError> {
        let Ok(_place) = self.places.try_acquire() else {
            self.pass_over();
            return Ok(None);
        };
        let _counted = self.metrics.matching(Prompted::No);
        let turn = async {
            let _turn = self.overheard.acquire().await;
            Arc::clone(&self.processors).acquire_owned().await
        };
        let Ok(permit) = timeout(MAX_WAIT, turn).await else {
            self.pass_over();
            return Ok(None);
        };
        blocking(permit, work).await.map(Some)
    }

    fn pass_over(&self) {
        let count = self.metrics.passed_over();
        // The first of a flood, then ever fewer lines.
        if count.is_power_of_two() {
            tracing::warn!(
                since_start = count,
                "too many messages at once: overheard ones are passed over"
            );
        }
    }
}

/// Runs `work`, which holds the permit for as long as it runs, whether or not somebody still waits for
/// its result.
async fn blocking<T: Send + 'static>(
    permit: Result<OwnedSemaphorePermit, AcquireError>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    let event = Span::current();
    spawn_blocking(move || {
        let _event = event.enter();
        // The semaphore is never closed: there is always a permit.
        let _permit = permit;
        work()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{MAX_WAIT, MAX_WAITING, MatchingQueue};
    use crate::observability::Metrics;
    use futures::FutureExt as _;
    use std::sync::{Arc, mpsc};

    fn queue() -> MatchingQueue {
        MatchingQueue::new(1, Arc::new(Metrics::new()))
    }

    #[tokio::test]
    async fn who_waits_goes_before_what_is_overheard() {
        let queue = queue();
        let (release, released) = mpsc::channel::<()>();
        let (done, order) = mpsc::channel();
        let note = |what| {
            let done = done.clone();
            move || done.send(what).expect("the test listens")
        };
        let mut first = Box::pin(queue.run(move || released.recv()));
        assert!((&mut first).now_or_never().is_none());
        let mut overheard: Vec<_> = (0..3)
            .map(|_| Box::pin(queue.run_overheard(note("overheard"))))
            .collect();
        for waiting in &mut overheard {
            assert!(waiting.now_or_never().is_none());
        }
        let mut asked = Box::pin(queue.run(note("asked")));
        assert!((&mut asked).now_or_never().is_none());
        release.send(()).expect("it waits");
        let overheard = futures::future::join_all(overheard);
        let (first, asked, overheard) = tokio::join!(first, asked, overheard);
        assert!(first.is_ok() && asked.is_ok());
        assert!(overheard.iter().all(|ran| matches!(ran, Ok(Some(())))));
        // One may have asked for the processor before.
        let order: Vec<_> = order.try_iter().collect();
        let at = order.iter().position(|what| *what == "asked");
        assert!(at <= Some(1), "{order:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_overheard_messages_are_passed_over() {
        let queue = queue();
        let (release, released) = mpsc::channel::<()>();
        let mut busy = Box::pin(queue.run(move || released.recv()));
        assert!((&mut busy).now_or_never().is_none());
        let mut waiting: Vec<_> = (0..MAX_WAITING)
            .map(|_| Box::pin(queue.run_overheard(|| ())))
            .collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        // No place is left.
        assert_eq!(queue.run_overheard(|| ()).await.expect("no panic"), None);
        // By now an answer to them would be out of place.
        tokio::time::advance(MAX_WAIT).await;
        for ran in futures::future::join_all(waiting).await {
            assert_eq!(ran.expect("no panic"), None);
        }
        release.send(()).expect("it waits");
        assert!(busy.await.is_ok());
        assert_eq!(queue.run_overheard(|| 7).await.expect("no panic"), Some(7));
        // Each was counted once.
        let counted = u64::try_from(MAX_WAITING + 1).expect("a small number");
        assert_eq!(queue.metrics.passed_over(), counted + 1);
    }
}
