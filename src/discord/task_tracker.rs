//! Counts the events that are being handled, so that a shutdown can wait for them.

use tokio::sync::watch;

/// Counts running tasks.
#[derive(Debug)]
pub struct TaskTracker {
    count: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    running: usize,
    closed: bool,
}

/// A running task, which ends when this is dropped.
#[derive(Debug)]
pub struct RunningTask<'a>(&'a TaskTracker);

impl TaskTracker {
    /// A tracker without tasks.
    #[must_use]
    pub fn new() -> Self {
        Self {
            count: watch::Sender::new(State {
                running: 0,
                closed: false,
            }),
        }
    }

    /// Starts a task; `None` after [`close`](Self::close).
    #[must_use]
    pub fn start(&self) -> Option<RunningTask<'_>> {
        self.count
            .send_if_modified(|state| {
                if !state.closed {
                    state.running += 1;
                }
                !state.closed
            })
            .then(|| RunningTask(self))
    }

    /// Lets no more tasks start, and waits until the running ones have ended.
    pub async fn close(&self) {
        self.count.send_modify(|state| state.closed = true);
        // An error would mean that the sender is gone, and it is `self`.
        let _ = self
            .count
            .subscribe()
            .wait_for(|state| state.running == 0)
            .await;
    }
}

impl Drop for RunningTask<'_> {
    fn drop(&mut self) {
        self.0.count.send_modify(|state| state.running -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::TaskTracker;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn closing_waits_for_running_tasks_and_starts_no_more() {
        let tracker = TaskTracker::new();
        let (one, two) = (tracker.start().unwrap(), tracker.start().unwrap());
        let mut closing = Box::pin(tracker.close());
        assert!((&mut closing).now_or_never().is_none());
        assert!(tracker.start().is_none());
        drop(one);
        assert!((&mut closing).now_or_never().is_none());
        drop(two);
        closing.await;
        assert!(tracker.start().is_none());
    }
}
