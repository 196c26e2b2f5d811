//! The name of an event in the log, which a person who sees an apology is told too.

use hash32::{FnvHasher, Hasher as _};
use serenity::model::id::{ChannelId, GuildId};
use std::fmt;
use std::hash::Hasher as _;
use tracing::Span;
use tracing::field::{DisplayValue, display};

/// Names an event: six hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorId(u32);

/// The bits that six hexadecimal digits have.
const MASK: u32 = 0x00ff_ffff;

impl ErrorId {
    /// The name of the event with this id, that of its message or interaction.
    #[must_use]
    pub fn of(event: u64) -> Self {
        let mut hasher = FnvHasher::default();
        hasher.write(&event.to_be_bytes());
        Self(hasher.finish32() & MASK)
    }
}

impl fmt::Display for ErrorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06x}", self.0)
    }
}

/// The span of an event. What is logged in it names the server, the channel and the event. It has the
/// level of errors, so that a filter that shows any line shows its span.
#[must_use]
pub fn event_span(server: Option<GuildId>, channel: Option<ChannelId>, event: u64) -> Span {
    let (guild, channel) = (shown(server), shown(channel));
    let error_id = display(ErrorId::of(event));
    tracing::error_span!("event", guild, channel, error_id)
}

fn shown<T: fmt::Display>(id: Option<T>) -> Option<DisplayValue<T>> {
    id.map(display)
}

#[cfg(test)]
mod tests {
    use super::ErrorId;

    #[test]
    fn an_id_is_short_and_stays() {
        assert_eq!(ErrorId::of(0).to_string().len(), 6);
        let id = ErrorId::of(1_300_000_000_000_000_001);
        assert_eq!(id, ErrorId::of(1_300_000_000_000_000_001));
        assert_ne!(id, ErrorId::of(1_300_000_000_000_000_002));
    }
}
