//! What a message asks, if it asks the bot at all.

use serenity::model::channel::{Message, MessageType};
use serenity::model::id::{RoleId, UserId};

/// How a message turns to the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// It mentions the bot, or the role that is the bot's own.
    Mention,
    /// It replies to a message of the bot.
    Reply,
    /// It is a direct message.
    Direct,
    /// It does not.
    None,
}

/// What was asked by someone who turned to the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// This.
    Question(String),
    /// The message replied to holds the question, but Discord does not show it to the bot.
    Hidden,
    /// Nothing: only the mention.
    Nothing,
}

/// Whether a person wrote it: no bot, no webhook, no notice of Discord's own.
#[must_use]
pub fn by_a_person(message: &Message) -> bool {
    !message.author.bot
        && !message.author.system
        && message.webhook_id.is_none()
        && matches!(
            message.kind,
            MessageType::Regular | MessageType::InlineReply
        )
}

/// How `message` turns to the bot, which is `me` and has `role` in the server.
#[must_use]
pub fn address(message: &Message, me: UserId, role: Option<RoleId>) -> Address {
    if message.guild_id.is_none() {
        return Address::Direct;
    }
    // A reply lists the author replied to among the mentioned: only the text tells a mention.
    let mentioned = message.mentions.iter().any(|user| user.id == me)
        && marks(me, None).any(|mark| message.content.contains(&mark));
    let by_role = role.is_some_and(|role| message.mention_roles.contains(&role));
    if mentioned || by_role {
        return Address::Mention;
    }
    if replied_to(message).is_some_and(|other| other.author.id == me) {
        return Address::Reply;
    }
    Address::None
}

/// What a message that turns to the bot asks: its own text without the mention; where there is
/// none, the message of another person that it replies to.
#[must_use]
pub fn asked(message: &Message, me: UserId, role: Option<RoleId>) -> Asked {
    let own = without_mentions(&message.content, me, role);
    if !own.is_empty() {
        return Asked::Question(own);
    }
    match replied_to(message) {
        Some(other) if other.author.id != me => {
            let theirs = without_mentions(&other.content, me, role);
            if !theirs.is_empty() {
                Asked::Question(theirs)
            } else if other.attachments.is_empty() && other.embeds.is_empty() {
                Asked::Hidden
            } else {
                Asked::Nothing
            }
        }
        _ => Asked::Nothing,
    }
}

/// `text` without mentions of the bot.
#[must_use]
pub fn without_mentions(text: &str, me: UserId, role: Option<RoleId>) -> String {
    let mut text = text.to_owned();
    for mark in marks(me, role) {
        text = text.replace(&mark, " ");
    }
    text.trim().to_owned()
}

/// A remark rather than a question: short, and without a question mark. Nobody who says "thanks"
/// to an answer waits for "the FAQ does not say".
#[must_use]
pub fn is_remark(text: &str) -> bool {
    const SHORT: usize = 4;
    // The question marks of English, Arabic, Chinese, Greek and Armenian.
    !text.contains(['?', '؟', '？', '\u{37e}', '՞']) && text.split_whitespace().count() <= SHORT
}

fn replied_to(message: &Message) -> Option<&Message> {
    message.referenced_message.as_deref()
}

/// The ways a mention is written.
fn marks(me: UserId, role: Option<RoleId>) -> impl Iterator<Item = String> {
    [format!("<@{me}>"), format!("<@!{me}>")]
        .into_iter()
        .chain(role.map(|role| format!("<@&{role}>")))
}

#[cfg(test)]
mod tests {
    use super::{Address, Asked, address, asked, by_a_person, is_remark};
    use serde_json::{Value, json};
    use serenity::model::channel::Message;
    use serenity::model::id::{RoleId, UserId};

    const ME: UserId = UserId::new(7);
    const ROLE: RoleId = RoleId::new(70);

    fn user(id: u64) -> Value {
        json!({"id": id.to_string(), "username": "name", "discriminator": "0", "avatar": null})
    }

    /// A message in a server by user 1, with `parts` over what every message has.
    fn message(parts: Value) -> Message {
        let mut message = json!({
            "id": "1", "channel_id": "2", "guild_id": "3", "author": user(1), "content": "",
            "timestamp": "2024-01-01T00:00:00Z", "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": false, "type": 0,
        });
        let (Value::Object(all), Value::Object(parts)) = (&mut message, parts) else {
            panic!("not an object");
        };
        all.extend(parts);
        serde_json::from_value(message).unwrap()
    }

    fn by(author: u64, content: &str) -> Value {
        let mut other = serde_json::to_value(message(json!({"content": content}))).unwrap();
        other["author"] = user(author);
        other
    }

    #[test]
    fn who_is_spoken_to() {
        let cases = [
            (json!({"content": "hello"}), Address::None),
            (
                json!({"content": "hello", "guild_id": null}),
                Address::Direct,
            ),
            (
                json!({"content": "<@7> hello", "mentions": [user(7)]}),
                Address::Mention,
            ),
            (
                json!({"content": "hello <@!7>", "mentions": [user(7)]}),
                Address::Mention,
            ),
            // In a code block Discord makes no mention of it.
            (json!({"content": "`<@7>` hello"}), Address::None),
            (
                json!({"content": "<@8> hello", "mentions": [user(8)]}),
                Address::None,
            ),
            (
                json!({"content": "<@&70> hello", "mention_roles": ["70"]}),
                Address::Mention,
            ),
            (
                json!({"content": "<@&71> hello", "mention_roles": ["71"]}),
                Address::None,
            ),
            (
                json!({"content": "hello", "type": 19, "referenced_message": by(7, "answer"),
                       "mentions": [user(7)]}),
                Address::Reply,
            ),
            (
                json!({"content": "hello", "type": 19, "referenced_message": by(8, "other")}),
                Address::None,
            ),
            (
                json!({"content": "<@7>", "type": 19, "referenced_message": by(8, "what?"),
                       "mentions": [user(8), user(7)]}),
                Address::Mention,
            ),
        ];
        for (parts, expected) in cases {
            let message = message(parts.clone());
            assert_eq!(address(&message, ME, Some(ROLE)), expected, "{parts}");
        }
    }

    #[test]
    fn what_is_asked() {
        let question = |text: &str| Asked::Question(text.into());
        let cases = [
            (
                json!({"content": "<@7> what is it?"}),
                question("what is it?"),
            ),
            (
                json!({"content": "what is it, <@!7>"}),
                question("what is it,"),
            ),
            (
                json!({"content": "<@&70>what is it?"}),
                question("what is it?"),
            ),
            (json!({"content": "<@7>"}), Asked::Nothing),
            (json!({"content": " <@7> <@7> "}), Asked::Nothing),
            (json!({"content": ""}), Asked::Nothing),
            // The mention of somebody else is part of the question.
            (json!({"content": "<@7> and <@8>?"}), question("and <@8>?")),
            (
                json!({"content": "<@7>", "referenced_message": by(8, "what is it?")}),
                question("what is it?"),
            ),
            (
                json!({"content": "<@7> and why?", "referenced_message": by(8, "what is it?")}),
                question("and why?"),
            ),
            (
                json!({"content": "<@7>", "referenced_message": by(8, "")}),
                Asked::Hidden,
            ),
            (
                json!({"content": "<@7>", "referenced_message": by(7, "an answer")}),
                Asked::Nothing,
            ),
        ];
        for (parts, expected) in cases {
            let message = message(parts.clone());
            assert_eq!(asked(&message, ME, Some(ROLE)), expected, "{parts}");
        }
    }

    #[test]
    fn only_people_are_heard() {
        let bot = json!({"author": {"id": "1", "username": "b", "discriminator": "0",
                                    "avatar": null, "bot": true}});
        for (parts, expected) in [
            (json!({}), true),
            (json!({"type": 19}), true),
            (json!({"type": 7}), false),
            (json!({"type": 21}), false),
            (json!({"webhook_id": "5"}), false),
            (bot, false),
        ] {
            assert_eq!(by_a_person(&message(parts.clone())), expected, "{parts}");
        }
    }

    #[test]
    fn remarks_want_no_answer() {
        for (text, expected) in [
            ("thanks!", true),
            ("ok great, thank you", true),
            ("why?", false),
            ("لماذا؟", false),
            ("tell me about quantum computing", false),
        ] {
            assert_eq!(is_remark(text), expected, "{text}");
        }
    }
}
