//! Counts what is being answered, so that a shutdown can wait for it.

use tokio::sync::watch;

/// The number of events that are being handled.
#[derive(Debug)]
pub struct InFlight {
    count: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    running: usize,
    closed: bool,
}

/// One event that is being handled; done when dropped.
#[derive(Debug)]
pub struct Running<'a>(&'a InFlight);

impl InFlight {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            count: watch::Sender::new(State {
                running: 0,
                closed: false,
            }),
        }
    }

    /// Counts one more until the guard is dropped; `None` after [`InFlight::close`].
    #[must_use]
    pub fn enter(&self) -> Option<Running<'_>> {
        self.count
            .send_if_modified(|state| {
                if !state.closed {
                    state.running += 1;
                }
                !state.closed
            })
            .then(|| Running(self))
    }

    /// Takes nothing more, and waits until everything taken is done.
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

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.count.send_modify(|state| state.running -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::InFlight;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn closing_waits_for_what_runs_and_takes_nothing_more() {
        let in_flight = InFlight::new();
        let (one, two) = (in_flight.enter().unwrap(), in_flight.enter().unwrap());
        let mut closing = Box::pin(in_flight.close());
        assert!((&mut closing).now_or_never().is_none());
        assert!(in_flight.enter().is_none());
        drop(one);
        assert!((&mut closing).now_or_never().is_none());
        drop(two);
        closing.await;
        assert!(in_flight.enter().is_none());
    }
}
