//! Whether the bot can do its work.

use super::gateway::Shard;
use citebot_engine::Engine;
use std::fmt;

/// The state of everything that the bot needs.
#[derive(Debug)]
pub(super) struct Readiness {
    gateway: State,
    store: State,
    knowledge: State,
}

/// A part that is ready, or not; with what to say of it.
type State = Result<String, String>;

impl Readiness {
    /// Looks at the `engine`, `None` before its store is open, and at these `shards`, `None` before the
    /// connection is begun.
    pub(super) async fn of(engine: Option<&Engine>, shards: Option<&[Shard]>) -> Self {
        let gateway = gateway(shards);
        let Some(engine) = engine else {
            return Self {
                gateway,
                store: Err("it is not open yet".into()),
                knowledge: Err("it waits for the store".into()),
            };
        };
        Self {
            gateway,
            store: store(engine).await,
            // Files with a mistake leave the last good FAQ in its place.
            knowledge: Ok(entries(engine)),
        }
    }

    /// Whether every part is ready.
    pub(super) fn is_ready(&self) -> bool {
        self.parts().iter().all(|(_, state)| state.is_ok())
    }

    fn parts(&self) -> [(&str, &State); 3] {
        [
            ("gateway", &self.gateway),
            ("store", &self.store),
            ("knowledge", &self.knowledge),
        ]
    }
}

/// A line for each part.
impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, state) in self.parts() {
            match state {
                Ok(detail) => writeln!(f, "{part}: ready, {detail}")?,
                Err(detail) => writeln!(f, "{part}: not ready, {detail}")?,
            }
        }
        Ok(())
    }
}

fn gateway(shards: Option<&[Shard]>) -> State {
    let Some(shards) = shards else {
        return Err("Discord has not answered yet".into());
    };
    let connected = shards.iter().filter(|shard| shard.is_connected).count();
    let detail = format!("{connected} of {} shards connected", shards.len());
    if connected == shards.len() {
        Ok(detail)
    } else {
        Err(detail)
    }
}

async fn store(engine: &Engine) -> State {
    match engine.store() {
        None => Ok("none is used".into()),
        Some(store) => match store.ping().await {
            Ok(()) => Ok("it answers".into()),
            Err(error) => Err(error.to_string()),
        },
    }
}

fn entries(engine: &Engine) -> String {
    let entries = engine.snapshot(None).knowledge.entries().len();
    let reloads = engine.reloads();
    let refused = if reloads.last_failed {
        ", and the present files have a mistake"
    } else {
        ""
    };
    format!("{entries} entries{refused}")
}

#[cfg(test)]
mod tests {
    use super::{Readiness, gateway};
    use crate::observability::Shard;

    #[test]
    fn the_gateway_is_ready_when_every_shard_is_connected() {
        let shards = |connected: &[bool]| -> Vec<Shard> {
            let shard = |(id, is_connected): (u32, &bool)| Shard {
                id,
                is_connected: *is_connected,
                latency: None,
            };
            (0..).zip(connected).map(shard).collect()
        };
        for (connected, expected) in [
            (None, Err("Discord has not answered yet")),
            (Some(&[true, true] as &[_]), Ok("2 of 2 shards connected")),
            (Some(&[true, false]), Err("1 of 2 shards connected")),
        ] {
            let shards = connected.map(shards);
            let state = gateway(shards.as_deref());
            assert_eq!(state.as_deref().map_err(String::as_str), expected);
        }
    }

    #[test]
    fn one_part_that_is_not_ready_is_enough() {
        let mut readiness = Readiness {
            gateway: Ok("a".into()),
            store: Ok("b".into()),
            knowledge: Ok("c".into()),
        };
        assert!(readiness.is_ready());
        readiness.store = Err("it is full".into());
        assert!(!readiness.is_ready());
        let text = "gateway: ready, a\nstore: not ready, it is full\nknowledge: ready, c\n";
        assert_eq!(readiness.to_string(), text);
    }
}
