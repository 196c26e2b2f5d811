//! The gateway's refusals that serenity 0.12.5 keeps to itself.
//!
//! After the close codes 4010, 4011 and 4012 connecting again is useless (Discord developer documentation,
//! "Gateway Close Event Codes"). For 4004, 4013 and 4014 serenity ends the client with an error. The other
//! three it logs and connects again, without end and without a word to the program: no event, stage or
//! return value tells of them. So the log is where they are read. What its lines look like is held by the
//! tests that close the scripted gateway with each code.

use super::error::Error;
use serenity::gateway::GatewayError;
use std::fmt;
use std::sync::Arc;
use tokio::sync::SetOnce;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The part of serenity that logs them.
const TARGET: &str = "serenity::gateway";
/// How serenity's lines begin: the one of an error of its own type, and the one of a close code that it
/// does not know, which is followed by a colon.
const HANDLER_ERROR: &str = "Shard handler received err: ";
const UNKNOWN_CLOSE: &str = "Unknown unclean close ";
/// The close code for a version of the gateway that Discord no longer serves.
const INVALID_API_VERSION: &str = "4012:";

/// A close of the gateway that will come again at every connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    InvalidShard,
    ShardingRequired,
    InvalidApiVersion,
}

impl Refusal {
    /// The refusal that a line of serenity's log tells of.
    fn in_line(line: &str) -> Option<Self> {
        if let Some(error) = line.strip_prefix(HANDLER_ERROR) {
            let refusals = [
                (GatewayError::InvalidShardData, Self::InvalidShard),
                (GatewayError::OverloadedShard, Self::ShardingRequired),
            ];
            let is_it = |of: GatewayError| error == format!("{:?}", serenity::Error::Gateway(of));
            return refusals
                .into_iter()
                .find_map(|(of, refusal)| is_it(of).then_some(refusal));
        }
        let (_, code) = line.split_once(UNKNOWN_CLOSE)?;
        code.starts_with(INVALID_API_VERSION)
            .then_some(Self::InvalidApiVersion)
    }
}

/// The first refusal that was logged. As a layer of the log it notes it; [`run`](super::run) ends with it.
/// Without that layer the gateway is tried again without end.
#[derive(Debug, Clone, Default)]
pub struct GatewayRefusals(Arc<SetOnce<Refusal>>);

impl GatewayRefusals {
    /// Waits for a refusal. Returns what to tell the operator.
    pub(super) async fn first(&self) -> Error {
        match self.0.wait().await {
            Refusal::InvalidShard => Error::InvalidShard,
            Refusal::ShardingRequired => Error::ShardingRequired,
            Refusal::InvalidApiVersion => Error::InvalidApiVersion,
        }
    }
}

impl<S: Subscriber> Layer<S> for GatewayRefusals {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let what = event.metadata();
        if *what.level() > Level::WARN || !what.target().starts_with(TARGET) {
            return;
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        if let Some(refusal) = Refusal::in_line(&line.0) {
            // An error means that another was noted before.
            let _ = self.0.set(refusal);
        }
    }
}

/// The text of an event.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn a_refusal_is_told_from_what_may_pass() {
        use Refusal::{InvalidApiVersion, InvalidShard, ShardingRequired};
        for (line, expected) in [
            (
                "Shard handler received err: Gateway(InvalidShardData)",
                Some(InvalidShard),
            ),
            (
                "Shard handler received err: Gateway(OverloadedShard)",
                Some(ShardingRequired),
            ),
            (
                "Shard handler received err: Gateway(NoAuthentication)",
                None,
            ),
            ("Shard handler received err: ", None),
            (
                "[ShardInfo { id: ShardId(0), total: 1 }] Unknown unclean close 4012: Some(\"\")",
                Some(InvalidApiVersion),
            ),
            (
                "[ShardInfo { id: ShardId(0), total: 1 }] Unknown unclean close 4000: Some(\"4012:\")",
                None,
            ),
            ("Unknown unclean close 40120: None", None),
            (
                "[ShardInfo { id: ShardId(4012), total: 1 }] Gateway ratelimited.",
                None,
            ),
            ("", None),
        ] {
            assert_eq!(Refusal::in_line(line), expected, "{line}");
        }
    }
}
