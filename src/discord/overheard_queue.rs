//! Where overheard messages wait to be matched, several at once. Those that are too many or too old to be
//! answered are passed over.

use super::processors::Processors;
use crate::observability::{Metrics, Prompted};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};

/// How many overheard messages may wait.
const MAX_WAITING: usize = 256;
/// How long an overheard message may wait: an unprompted answer that comes later is out of place.
const MAX_WAIT: Duration = Duration::from_secs(5);
/// How many are matched at once: enough to encode them faster than one by one, few enough that somebody who
/// waits for an answer hardly notices.
const MAX_BATCH: usize = 8;

/// Matches several messages, one result for each.
type Work<M, A> = dyn Fn(Vec<M>) -> Vec<A> + Send + Sync;

/// Overheard messages, each of which gets an answer.
pub struct OverheardQueue<M, A> {
    waiting: Mutex<VecDeque<Waiting<M, A>>>,
    /// One batch at a time asks for a processor, so that at most one is ahead of somebody who waits for an
    /// answer.
    turn: Semaphore,
    processors: Processors,
    work: Arc<Work<M, A>>,
    metrics: Arc<Metrics>,
}

struct Waiting<M, A> {
    message: M,
    answer: oneshot::Sender<A>,
}

impl<M: Send + 'static, A: Send + 'static> OverheardQueue<M, A> {
    /// An empty queue, the messages of which `work` matches.
    #[must_use]
    pub fn new(
        processors: Processors,
        metrics: Arc<Metrics>,
        work: impl Fn(Vec<M>) -> Vec<A> + Send + Sync + 'static,
    ) -> Self {
        Self {
            waiting: Mutex::default(),
            turn: Semaphore::new(1),
            processors,
            work: Arc::new(work),
            metrics,
        }
    }

    /// What `message` gets for an answer; `None` if it would have to wait too long or matching panicked.
    ///
    /// Whoever gets the turn matches what waits first, which may be another's message.
    pub async fn ask(&self, message: M) -> Option<A> {
        let deadline = Instant::now() + MAX_WAIT;
        let Some(mut answer) = self.enqueue(message) else {
            self.pass_over();
            return None;
        };
        let _counted = self.metrics.matching(Prompted::No);
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer.ok(),
                turn = self.turn.acquire() => {
                    let Ok(processor) = timeout_at(deadline, self.processors.acquire()).await else {
                        self.pass_over();
                        return None;
                    };
                    let batch = self.next_batch();
                    let work = Arc::clone(&self.work);
                    if let Err(error) = processor.run(move || batch.run(&*work)).await {
                        tracing::error!(%error, "overheard messages were not read");
                    }
                    drop(turn);
                }
                () = sleep_until(deadline) => {
                    self.pass_over();
                    return None;
                }
            }
        }
    }

    /// Where the answer will come; `None` if there is no room.
    fn enqueue(&self, message: M) -> Option<oneshot::Receiver<A>> {
        let mut waiting = self.waiting();
        if waiting.len() >= MAX_WAITING {
            // Nobody waits any more for what is too old.
            waiting.retain(|one| !one.answer.is_closed());
        }
        if waiting.len() >= MAX_WAITING {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        waiting.push_back(Waiting {
            message,
            answer: sender,
        });
        Some(receiver)
    }

    fn next_batch(&self) -> Batch<M, A> {
        let mut waiting = self.waiting();
        let mut batch = Batch {
            messages: Vec::new(),
            answers: Vec::new(),
        };
        while batch.messages.len() < MAX_BATCH
            && let Some(one) = waiting.pop_front()
        {
            if !one.answer.is_closed() {
                batch.messages.push(one.message);
                batch.answers.push(one.answer);
            }
        }
        batch
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting<M, A>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
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

struct Batch<M, A> {
    messages: Vec<M>,
    /// Where the answers go, in the order of the messages.
    answers: Vec<oneshot::Sender<A>>,
}

impl<M, A> Batch<M, A> {
    fn run(self, work: &Work<M, A>) {
        for (to, answer) in self.answers.into_iter().zip(work(self.messages)) {
            // Who does not wait any more needs no answer.
            let _ = to.send(answer);
        }
    }
}

impl<M, A> fmt::Debug for OverheardQueue<M, A> {
    /// Without the messages: they are people's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverheardQueue").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BATCH, MAX_WAIT, MAX_WAITING, OverheardQueue};
    use crate::discord::processors::{Processor, Processors};
    use crate::observability::Metrics;
    use futures::FutureExt as _;
    use futures::future::join_all;
    use std::sync::{Arc, Mutex};

    /// A queue on one processor, which is busy, and the sizes of the batches that were matched.
    async fn busy_queue() -> (OverheardQueue<u32, u32>, Processor, Arc<Mutex<Vec<usize>>>) {
        let processors = Processors::new(1);
        let busy = processors.acquire().await;
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&sizes);
        let double = move |messages: Vec<u32>| {
            noted.lock().expect("no panic").push(messages.len());
            assert!(!messages.contains(&13), "unlucky");
            messages.into_iter().map(|n| 2 * n).collect()
        };
        let metrics = Arc::new(Metrics::new());
        (
            OverheardQueue::new(processors, metrics, double),
            busy,
            sizes,
        )
    }

    #[tokio::test]
    async fn what_waits_is_matched_together_and_each_gets_its_own_answer() {
        let (queue, busy, sizes) = busy_queue().await;
        let mut asked: Vec<_> = (20..40).map(|n| Box::pin(queue.ask(n))).collect();
        for one in &mut asked {
            assert!(one.now_or_never().is_none());
        }
        drop(busy);
        let answers: Vec<_> = join_all(asked).await;
        let expected: Vec<_> = (20..40).map(|n| Some(2 * n)).collect();
        assert_eq!(answers, expected);
        assert_eq!(
            *sizes.lock().expect("no panic"),
            [MAX_BATCH, MAX_BATCH, 20 - 2 * MAX_BATCH]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_and_too_old_ones_are_passed_over() {
        let (queue, busy, sizes) = busy_queue().await;
        let most = u32::try_from(MAX_WAITING).expect("fits");
        let mut waiting: Vec<_> = (100..100 + most).map(|n| Box::pin(queue.ask(n))).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        // No place is left.
        assert_eq!(queue.ask(1).await, None);
        // By now an answer to them would be out of place.
        tokio::time::advance(MAX_WAIT).await;
        assert!(join_all(waiting).await.iter().all(Option::is_none));
        drop(busy);
        // Their places are free, and they are not matched.
        assert_eq!(queue.ask(7).await, Some(14));
        assert_eq!(*sizes.lock().expect("no panic"), [1]);
    }

    #[tokio::test]
    async fn a_panic_harms_no_later_message() {
        let (queue, busy, _) = busy_queue().await;
        drop(busy);
        assert_eq!(queue.ask(13).await, None);
        assert_eq!(queue.ask(4).await, Some(8));
    }

    #[tokio::test]
    async fn who_gives_up_takes_nobody_along() {
        let (queue, busy, _) = busy_queue().await;
        let mut gone = Box::pin(queue.ask(1));
        let mut stays = Box::pin(queue.ask(2));
        assert!((&mut gone).now_or_never().is_none() && (&mut stays).now_or_never().is_none());
        drop(gone);
        drop(busy);
        assert_eq!(stays.await, Some(4));
    }
}
