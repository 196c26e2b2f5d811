//! Gateway sessions, which outlive their connections.

use crate::wire;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

/// Something that is sent over a gateway connection.
#[derive(Debug, Clone)]
pub(crate) enum Frame {
    Text(String),
    /// A close frame with this code.
    Close(u16),
    /// The connection breaks without a close frame.
    Drop,
}

impl Frame {
    pub(crate) fn op(op: u8, data: &Value) -> Self {
        Self::Text(json!({"op": op, "d": data, "s": null, "t": null}).to_string())
    }

    /// Asks the bot to connect again and resume.
    pub(crate) fn reconnect() -> Self {
        Self::op(7, &Value::Null)
    }
}

/// A session of the bot on the gateway, from READY on.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its shard, and how many shards there are.
    pub shard: (u64, u64),
    /// The intents it identified with.
    pub intents: u64,
    /// The whole IDENTIFY payload.
    pub identify: Value,
    /// Whether it has an open connection.
    pub connected: bool,
}

/// A session with its connection and all events it was sent.
#[derive(Debug)]
pub(crate) struct SessionRecord {
    pub(crate) id: String,
    pub(crate) shard: (u64, u64),
    pub(crate) intents: u64,
    identify: Value,
    /// For a resume: the n-th has the sequence number n + 1.
    events: Vec<String>,
    connection: Option<UnboundedSender<Frame>>,
}

impl SessionRecord {
    pub(crate) fn new(id: String, identify: &Value, connection: UnboundedSender<Frame>) -> Self {
        let shard = &identify["shard"];
        Self {
            id,
            shard: (
                shard[0].as_u64().unwrap_or(0),
                shard[1].as_u64().unwrap_or(1),
            ),
            intents: identify["intents"].as_u64().unwrap_or(0),
            identify: identify.clone(),
            events: Vec::new(),
            connection: Some(connection),
        }
    }

    pub(crate) fn snapshot(&self) -> Session {
        Session {
            shard: self.shard,
            intents: self.intents,
            identify: self.identify.clone(),
            connected: self.is_connected(),
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|c| !c.is_closed())
    }

    /// Whether events of this guild come over it; of direct messages with `None`.
    pub(crate) fn serves(&self, guild: Option<u64>) -> bool {
        let (shard, shards) = self.shard;
        guild.map_or(0, |id| (id >> 22) % shards) == shard
    }

    pub(crate) fn send(&mut self, frame: Frame) {
        let ends = matches!(frame, Frame::Drop | Frame::Close(_));
        if let Some(connection) = &self.connection {
            // A connection that has closed meanwhile is no fault of the test.
            let _ = connection.send(frame);
        }
        if ends {
            self.connection = None;
        }
    }

    pub(crate) fn dispatch(&mut self, event: &str, data: &Value) {
        let seq = self.events.len() + 1;
        let text = json!({"op": 0, "t": event, "s": seq, "d": data}).to_string();
        self.events.push(text.clone());
        self.send(Frame::Text(text));
    }

    /// Sends the last event once more, as an event of its own.
    pub(crate) fn repeat(&mut self) {
        let last = self.events.last().map(|text| serde_json::from_str(text));
        if let Some(Ok(last)) = last {
            let last: Value = last;
            self.dispatch(wire::text(&last["t"]), &last["d"]);
        }
    }

    /// Goes on over another connection, from the event after `seq`.
    pub(crate) fn resume(&mut self, seq: usize, connection: UnboundedSender<Frame>) {
        self.connection = Some(connection);
        for text in self.events.iter().skip(seq).cloned().collect::<Vec<_>>() {
            self.send(Frame::Text(text));
        }
        self.dispatch("RESUMED", &json!({"_trace": []}));
    }
}
