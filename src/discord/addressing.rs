//! Whether a message addresses the bot, and what it asks.

use serenity::model::channel::{Message, MessageType};
use serenity::model::id::{RoleId, UserId};

/// The bot, as it is mentioned in one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Its user.
    pub user: UserId,
    /// The role that Discord made for it.
    pub role: Option<RoleId>,
}

/// How a message addresses the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// It mentions the bot or its role.
    Mention,
    /// It replies to a message of the bot.
    Reply,
    /// It is a direct message.
    Direct,
}

/// What a message that addresses the bot asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A question.
    Question(String),
    /// The question stands in the message replied to, which Discord does not show to the bot.
    Hidden,
    /// Nothing besides the mention.
    Nothing,
}

/// Whether a person wrote it: no bot, no webhook, no notice of Discord's own.
#[must_use]
pub fn is_by_a_person(message: &Message) -> bool {
    !message.author.bot
        && !message.author.system
        && message.webhook_id.is_none()
        && matches!(
            message.kind,
            MessageType::Regular | MessageType::InlineReply
        )
}

/// How `message` addresses the bot; `None` if it does not.
#[must_use]
pub fn address(message: &Message, bot: Identity) -> Option<Address> {
    if message.guild_id.is_none() {
        return Some(Address::Direct);
    }
    let user_alone = Identity { role: None, ..bot };
    // Discord lists the author replied to among the mentioned: only the text tells a mention.
    let by_user = message.mentions.iter().any(|user| user.id == bot.user)
        && mentions(user_alone).any(|mention| message.content.contains(&mention));
    let by_role = bot
        .role
        .is_some_and(|role| message.mention_roles.contains(&role));
    if by_user || by_role {
        return Some(Address::Mention);
    }
    let replied_to = message.referenced_message.as_deref()?;
    (replied_to.author.id == bot.user).then_some(Address::Reply)
}

/// The question of a message that addresses the bot: its own text without the mention; without such
/// text, the message of another person that it replies to.
#[must_use]
pub fn asked(message: &Message, bot: Identity) -> Asked {
    let own = without_mentions(&message.content, bot);
    if !own.is_empty() {
        return Asked::Question(own);
    }
    match message.referenced_message.as_deref() {
        Some(other) if other.author.id != bot.user => {
            let theirs = without_mentions(&other.content, bot);
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
pub fn without_mentions(text: &str, bot: Identity) -> String {
    let mut text = text.to_owned();
    for mention in mentions(bot) {
        text = text.replace(&mention, " ");
    }
    text.trim().to_owned()
}

/// Whether a text is a remark rather than a question: short, and without a question mark. Somebody
/// who says "thanks" to an answer does not want to hear "the FAQ has no answer".
#[must_use]
pub fn is_remark(text: &str) -> bool {
    const MAX_WORDS: usize = 4;
    // The question marks of English, Arabic, Chinese, Greek and Armenian.
    !text.contains(['?', '؟', '？', '\u{37e}', '՞']) && text.split_whitespace().count() <= MAX_WORDS
}

/// The ways a mention of the bot is written.
fn mentions(bot: Identity) -> impl Iterator<Item = String> {
    let user = bot.user;
    [format!("<@{user}>"), format!("<@!{user}>")]
        .into_iter()
        .chain(bot.role.map(|role| format!("<@&{role}>")))
}

#[cfg(test)]
mod tests {
    use super::{Address, Asked, Identity, address, asked, is_by_a_person, is_remark};
    use serde_json::{Value, json};
    use serenity::model::channel::Message;
    use serenity::model::id::{RoleId, UserId};

    const BOT: Identity = Identity {
        user: UserId::new(7),
        role: Some(RoleId::new(70)),
    };

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
    fn how_a_message_addresses_the_bot() {
        let cases = [
            (json!({"content": "hello"}), None),
            (
                json!({"content": "hello", "guild_id": null}),
                Some(Address::Direct),
            ),
            (
                json!({"content": "<@7> hello", "mentions": [user(7)]}),
                Some(Address::Mention),
            ),
            (
                json!({"content": "hello <@!7>", "mentions": [user(7)]}),
                Some(Address::Mention),
            ),
            // In a code block Discord makes no mention of it.
            (json!({"content": "`<@7>` hello"}), None),
            (
                json!({"content": "<@8> hello", "mentions": [user(8)]}),
                None,
            ),
            (
                json!({"content": "<@&70> hello", "mention_roles": ["70"]}),
                Some(Address::Mention),
            ),
            (
                json!({"content": "<@&71> hello", "mention_roles": ["71"]}),
                None,
            ),
            (
                json!({"content": "hello", "type": 19, "referenced_message": by(7, "answer"),
                       "mentions": [user(7)]}),
                Some(Address::Reply),
            ),
            (
                json!({"content": "hello", "type": 19, "referenced_message": by(8, "other")}),
                None,
            ),
            (
                json!({"content": "<@7>", "type": 19, "referenced_message": by(8, "what?"),
                       "mentions": [user(8), user(7)]}),
                Some(Address::Mention),
            ),
        ];
        for (parts, expected) in cases {
            let message = message(parts.clone());
            assert_eq!(address(&message, BOT), expected, "{parts}");
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
            assert_eq!(asked(&message, BOT), expected, "{parts}");
        }
    }

    #[test]
    fn only_people_are_answered() {
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
            assert_eq!(is_by_a_person(&message(parts.clone())), expected, "{parts}");
        }
    }

    #[test]
    fn short_texts_without_a_question_mark_are_remarks() {
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
