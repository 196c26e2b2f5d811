//! When an unprompted answer is welcome: not between two people who talk to each other, and not too
//! often. Time is an argument.

use super::addressing::is_by_a_person;
use super::cooldown::Cooldown;
use citebot_core::knowledge::EntryId;
use serenity::model::channel::Message;
use serenity::model::id::{ChannelId, GuildId, UserId};
use std::time::Duration;
use tokio::time::Instant;

/// How long an answer stands in a channel before it is given there again unprompted.
const REPETITION: Duration = Duration::from_mins(10);

/// An answer that is about to be given to nobody's request.
#[derive(Debug, Clone, Copy)]
pub struct Overheard<'a> {
    /// The server.
    pub server: Option<GuildId>,
    /// The channel or thread.
    pub channel: ChannelId,
    /// The person who wrote the message.
    pub author: UserId,
    /// The entry that answers it.
    pub entry: &'a EntryId,
}

/// The answers of late, by which the next one is judged.
#[derive(Debug, Default)]
pub struct Manners {
    channels: Cooldown<ChannelId>,
    people: Cooldown<(Option<GuildId>, UserId)>,
    entries: Cooldown<(ChannelId, EntryId)>,
}

impl Manners {
    /// Whether an answer may be given at `now`: in its channel and to its person at least `cooldown`
    /// after the one before, and not if the channel has had the same answer within ten minutes. If so,
    /// it counts as given.
    pub fn allow(&mut self, what: Overheard<'_>, cooldown: Duration, now: Instant) -> bool {
        let person = (what.server, what.author);
        let entry = (what.channel, what.entry.clone());
        if self.channels.is_cooling(&what.channel, now)
            || self.people.is_cooling(&person, now)
            || self.entries.is_cooling(&entry, now)
        {
            return false;
        }
        self.channels.begin(what.channel, cooldown, now);
        self.people.begin(person, cooldown, now);
        self.entries.begin(entry, REPETITION, now);
        true
    }

    /// Notes that `channel` has had the answer `entry`, for whatever reason.
    pub fn note(&mut self, channel: ChannelId, entry: &EntryId, now: Instant) {
        self.entries
            .begin((channel, entry.clone()), REPETITION, now);
    }
}

/// Whether `message` is put to somebody in particular: a reply to another person, or a message that
/// mentions one.
#[must_use]
pub fn is_between_people(message: &Message) -> bool {
    let others = |id: UserId| id != message.author.id;
    let reply = match message.referenced_message.as_deref() {
        Some(replied_to) => others(replied_to.author.id),
        // The message replied to is gone, or Discord does not show it.
        None => message.message_reference.is_some(),
    };
    reply || message.mentions.iter().any(|user| others(user.id))
}

/// Whether the `earlier` messages of a thread are a conversation that `message` is part of: somebody else
/// has written there.
#[must_use]
pub fn is_a_conversation(message: &Message, earlier: &[Message]) -> bool {
    earlier
        .iter()
        .any(|other| is_by_a_person(other) && other.author.id != message.author.id)
}

#[cfg(test)]
mod tests {
    use super::{Manners, Overheard};
    use citebot_core::knowledge::EntryId;
    use serenity::model::id::{ChannelId, GuildId, UserId};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn an_answer_is_not_given_too_often() {
        let start = Instant::now();
        let cooldown = Duration::from_secs(20);
        let mut manners = Manners::default();
        for (second, channel, author, entry, expected, why) in [
            (0, 1, 1, "a", true, "the first"),
            (1, 1, 2, "b", false, "the channel's cooldown"),
            (1, 2, 1, "b", false, "the person's cooldown"),
            (1, 2, 2, "a", true, "another channel and person"),
            (30, 1, 1, "a", false, "the same answer in this channel"),
            (30, 1, 1, "b", true, "what was refused did not count"),
            (599, 1, 3, "a", false, "still the same answer"),
            (600, 1, 3, "a", true, "ten minutes later"),
        ] {
            let entry = EntryId::new(entry).unwrap();
            let what = Overheard {
                server: Some(GuildId::new(9)),
                channel: ChannelId::new(channel),
                author: UserId::new(author),
                entry: &entry,
            };
            let now = start + Duration::from_secs(second);
            assert_eq!(manners.allow(what, cooldown, now), expected, "{why}");
        }
    }

    #[test]
    fn an_answer_that_was_asked_for_is_not_repeated_unprompted() {
        let now = Instant::now();
        let entry = EntryId::new("a").unwrap();
        let mut manners = Manners::default();
        manners.note(ChannelId::new(1), &entry, now);
        let what = Overheard {
            server: None,
            channel: ChannelId::new(1),
            author: UserId::new(1),
            entry: &entry,
        };
        assert!(!manners.allow(what, Duration::ZERO, now));
    }
}
