//! Trying again what may succeed later.

use super::http_error::{describe, is_temporary};
use backon::{BackoffBuilder as _, ExponentialBuilder};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The pause after the first failure. Each next one is twice as long, and every one is lengthened by a
/// random part of itself, so that many that failed together don't come back together.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// An error that may be temporary.
pub trait Temporary {
    /// Whether the same may succeed later.
    fn is_temporary(&self) -> bool;

    /// How long to wait before, if the other side said so.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

impl Temporary for serenity::Error {
    fn is_temporary(&self) -> bool {
        is_temporary(self)
    }
}

/// The first success of `attempt`, or its first lasting error. Tries without end, with a warning that
/// begins with `what` before each pause.
///
/// # Errors
///
/// The first one that is not temporary.
pub async fn without_end<T, F>(what: &str, attempt: impl FnMut() -> F) -> serenity::Result<T>
where
    F: Future<Output = serenity::Result<T>>,
{
    let on_pause = |error: &serenity::Error, pause: Duration| {
        let (error, pause_s) = (describe(error), pause.as_secs_f32());
        tracing::warn!(error, pause_s, "{what}: trying again");
    };
    within(Duration::MAX, on_pause, attempt).await
}

/// The first success of `attempt`, or its first lasting error. Gives up when the next attempt would
/// begin more than `patience` after the first. Calls `on_pause` before each pause.
///
/// # Errors
///
/// The last one of `attempt`.
pub async fn within<T, E: Temporary, F>(
    patience: Duration,
    on_pause: impl Fn(&E, Duration),
    mut attempt: impl FnMut() -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let begun = Instant::now();
    let mut pauses = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_jitter()
        .without_max_times()
        .build();
    loop {
        let error = match attempt().await {
            Ok(result) => return Ok(result),
            Err(error) if !error.is_temporary() => return Err(error),
            Err(error) => error,
        };
        let own = pauses.next().unwrap_or(LONGEST_PAUSE);
        let pause = error.retry_after().map_or(own, |told| told.max(own));
        if begun.elapsed().saturating_add(pause) > patience {
            return Err(error);
        }
        on_pause(&error, pause);
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::{Temporary, within};
    use std::future::ready;
    use std::time::Duration;
    use tokio::time::Instant;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Failure {
        Busy,
        Limited(u64),
        Forbidden,
    }

    impl Temporary for Failure {
        fn is_temporary(&self) -> bool {
            *self != Self::Forbidden
        }

        fn retry_after(&self) -> Option<Duration> {
            match self {
                Self::Limited(seconds) => Some(Duration::from_secs(*seconds)),
                _ => None,
            }
        }
    }

    /// What comes of attempts that fail in turn and then succeed, and how many were made.
    async fn attempts(failures: &[Failure]) -> (Result<(), Failure>, usize) {
        let mut made = 0;
        let attempt = || {
            let failure = failures.get(made);
            made += 1;
            ready(failure.map_or(Ok(()), |failure| Err(*failure)))
        };
        let result = within(Duration::from_secs(30), |_, _| (), attempt).await;
        (result, made)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_temporary_is_tried_again_for_a_while() {
        use Failure::{Busy, Forbidden, Limited};
        let cases: [(&[Failure], _, usize); 6] = [
            (&[], Ok(()), 1),
            (&[Busy, Busy, Limited(2)], Ok(()), 4),
            (&[Forbidden], Err(Forbidden), 1),
            (&[Busy, Forbidden], Err(Forbidden), 2),
            (&[Limited(31)], Err(Limited(31)), 1),
            (&[Limited(20), Limited(20)], Err(Limited(20)), 2),
        ];
        for (failures, expected, made) in cases {
            assert_eq!(attempts(failures).await, (expected, made), "{failures:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_heed_what_the_other_side_says() {
        let begun = Instant::now();
        let (result, made) = attempts(&[Failure::Busy; 1_000]).await;
        assert_eq!(result, Err(Failure::Busy));
        assert!((4..=8).contains(&made), "{made} attempts");
        assert!(begun.elapsed() <= Duration::from_secs(30));
        let begun = Instant::now();
        assert_eq!(attempts(&[Failure::Limited(9)]).await, (Ok(()), 2));
        assert!(begun.elapsed() >= Duration::from_secs(9));
    }
}
