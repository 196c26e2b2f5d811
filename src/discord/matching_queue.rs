//! The order in which questions are matched: a question that was asked of the bot goes before messages
//! that it overheard.

use super::overheard_queue::OverheardQueue;
use super::processors::Processors;
use crate::observability::{Metrics, Prompted};
use std::sync::Arc;
use tokio::task::JoinError;

/// Runs matching on blocking threads, as much at once as there are processors. Overheard messages `M` are
/// matched several at once, each to an answer `A`.
#[derive(Debug)]
pub struct MatchingQueue<M, A> {
    processors: Processors,
    overheard: OverheardQueue<M, A>,
    metrics: Arc<Metrics>,
}

impl<M: Send + 'static, A: Send + 'static> MatchingQueue<M, A> {
    /// A queue for so many processors, counted in `metrics`, in which `work` matches overheard messages.
    #[must_use]
    pub fn new(
        processors: usize,
        metrics: Arc<Metrics>,
        work: impl Fn(Vec<M>) -> Vec<A> + Send + Sync + 'static,
    ) -> Self {
        let processors = Processors::new(processors);
        Self {
            overheard: OverheardQueue::new(processors.clone(), Arc::clone(&metrics), work),
            processors,
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
        self.processors.acquire().await.run(work).await
    }

    /// The answer to an overheard message; `None` if it would have to wait too long or matching panicked.
    pub async fn ask_overheard(&self, message: M) -> Option<A> {
        self.overheard.ask(message).await
    }
}

#[cfg(test)]
mod tests {
    use super::MatchingQueue;
    use crate::observability::Metrics;
    use futures::FutureExt as _;
    use std::sync::{Arc, mpsc};

    #[tokio::test]
    async fn who_waits_goes_before_what_is_overheard() {
        let (release, released) = mpsc::channel::<()>();
        let (done, order) = mpsc::channel();
        let overheard = done.clone();
        let work = move |messages: Vec<()>| {
            overheard.send("overheard").expect("the test listens");
            messages
        };
        let queue = MatchingQueue::new(1, Arc::new(Metrics::new()), work);
        let mut first = Box::pin(queue.run(move || released.recv()));
        assert!((&mut first).now_or_never().is_none());
        let mut waiting: Vec<_> = (0..30).map(|_| Box::pin(queue.ask_overheard(()))).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        let mut asked = Box::pin(queue.run(move || done.send("asked").expect("the test listens")));
        assert!((&mut asked).now_or_never().is_none());
        release.send(()).expect("it waits");
        let waiting = futures::future::join_all(waiting);
        let (first, asked, overheard) = tokio::join!(first, asked, waiting);
        assert!(first.is_ok() && asked.is_ok());
        assert!(overheard.iter().all(Option::is_some));
        // One batch may have asked for the processor before.
        let order: Vec<_> = order.try_iter().collect();
        let at = order.iter().position(|what| *what == "asked");
        assert!(at <= Some(1), "{order:?}");
    }
}
