//! The pace of gateway connections.
//!
//! Serenity connects again without a pause when a session can be resumed, and every five seconds without
//! end when it cannot. All its connections take the gateway's address from one mutex: who holds that
//! mutex decides when the next one may begin.

use super::http_error::describe;
use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use futures::FutureExt as _;
use serenity::http::Http;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

/// The pauses between connections that follow one another: from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
/// After so long without a connection, the next is not held up.
const CALM: Duration = Duration::from_mins(1);
/// How many connections beyond one for each shard are not held up.
const SPARE: u32 = 2;
/// How often it is looked whether somebody wants to connect.
const TICK: Duration = Duration::from_millis(100);

/// How long to wait between connections.
#[derive(Debug)]
struct Pauses {
    shards: u32,
    /// Connections that are not held up.
    free: u32,
    growing: ExponentialBackoff,
    /// When the connection after the last one was allowed.
    allowed: Option<Instant>,
}

impl Pauses {
    fn new(shards: u32) -> Self {
        Self {
            shards,
            free: shards.saturating_add(SPARE),
            growing: growing(),
            allowed: None,
        }
    }

    /// The pause after a connection at `now`.
    fn after(&mut self, now: Instant) -> Duration {
        if self.allowed.is_some_and(|at| now >= at + CALM) {
            *self = Self::new(self.shards);
        }
        let pause = if self.free > 0 {
            self.free -= 1;
            Duration::ZERO
        } else {
            self.growing.next().unwrap_or(LONGEST_PAUSE)
        };
        self.allowed = Some(now + pause);
        pause
    }
}

fn growing() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_jitter()
        .without_max_times()
        .build()
}

/// Lets connections to the gateway at `url` begin one by one, of so many shards. `starts` is how many
/// sessions Discord still allows; when they are used up, asks for the present number and waits for the
/// reset if there are none. Never ends.
pub async fn run(
    url: Arc<Mutex<String>>,
    http: Arc<Http>,
    shards: u32,
    mut starts: u64,
) -> Infallible {
    let mut pauses = Pauses::new(shards);
    let mut held = Arc::clone(&url).lock_owned().await;
    loop {
        // Who waits for the mutex gets it first: only if nobody does is it free at once.
        drop(held);
        let mut again = Box::pin(Arc::clone(&url).lock_owned());
        held = match (&mut again).now_or_never() {
            Some(held) => {
                sleep(TICK).await;
                held
            }
            None => {
                let held = again.await;
                let pause = pauses.after(Instant::now());
                if !pause.is_zero() {
                    tracing::info!(
                        pause_ms = pause.as_millis(),
                        "many connections to Discord's gateway in a row: the next one waits"
                    );
                    sleep(pause).await;
                }
                starts = starts.saturating_sub(1);
                if starts == 0 {
                    starts = wait_for_starts(&http).await;
                }
                held
            }
        };
    }
}

/// Waits until Discord allows a new session. Returns how many it allows then.
async fn wait_for_starts(http: &Http) -> u64 {
    loop {
        match http.get_bot_gateway().await {
            Ok(gateway) if gateway.session_start_limit.remaining > 0 => {
                return gateway.session_start_limit.remaining;
            }
            Ok(gateway) => {
                let reset = Duration::from_millis(gateway.session_start_limit.reset_after);
                tracing::warn!(
                    minutes = reset.as_secs() / 60,
                    "Discord allows no more sessions today: waiting for the reset"
                );
                sleep(reset.max(FIRST_PAUSE)).await;
            }
            Err(error) => {
                tracing::warn!(
                    error = describe(&error),
                    "cannot tell how many sessions Discord allows"
                );
                sleep(LONGEST_PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CALM, FIRST_PAUSE, LONGEST_PAUSE, Pauses, SPARE, run};
    use serenity::http::Http;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;
    use tokio::time::Instant;

    #[test]
    fn pauses_grow_until_it_is_calm() {
        let mut pauses = Pauses::new(1);
        let mut now = Instant::now();
        for _ in 0..=SPARE {
            assert_eq!(pauses.after(now), Duration::ZERO);
        }
        let mut last = Duration::ZERO;
        for _ in 0..12 {
            let pause = pauses.after(now);
            assert!(pause >= FIRST_PAUSE && pause <= LONGEST_PAUSE * 2);
            assert!(
                pause >= last || pause >= LONGEST_PAUSE,
                "{pause:?} {last:?}"
            );
            last = pause;
            // It connects as soon as it may.
            now += pause;
        }
        assert!(last >= LONGEST_PAUSE);
        now += last + CALM;
        assert_eq!(pauses.after(now), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_gateway_that_drops_every_connection_is_not_stormed() {
        let url = Arc::new(Mutex::new(String::from("ws://127.0.0.1")));
        let pacing = run(Arc::clone(&url), Arc::new(Http::new("none")), 1, 1_000);
        // Serenity as it is behind a front that accepts each connection and drops it.
        let mut connections = 0;
        let storming = async {
            loop {
                drop(url.lock().await.clone());
                connections += 1;
                tokio::task::yield_now().await;
            }
        };
        let minutes = Duration::from_mins(10);
        let ended = tokio::time::timeout(minutes, futures::future::join(pacing, storming)).await;
        assert!(ended.is_err());
        assert!((8..=16).contains(&connections), "{connections} connections");
    }
}
