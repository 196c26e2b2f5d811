//! Who is mentioned, and who gets a notification from it.

use crate::wire::{list, text};
use serde_json::Value;

/// Someone who gets a notification from a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ping {
    /// All members of the channel, by `@everyone` or `@here`.
    Everyone,
    /// All members with some role.
    Role,
    /// The user with this id.
    User(u64),
}

/// The ids in `text` that stand there as `<@id>` or `<@!id>`.
pub(crate) fn mentioned(text: &str) -> Vec<u64> {
    let mut ids = Vec::new();
    for part in text.split("<@").skip(1) {
        let Some((inside, _)) = part.split_once('>') else {
            continue;
        };
        if let Ok(id) = inside.trim_start_matches('!').parse()
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids
}

/// Everybody whom a message pings that was made by the request `body`, as a reply to a message of
/// `replied_user`.
pub(crate) fn pings(body: &Value, replied_user: Option<u64>) -> Vec<Ping> {
    let allowed = &body["allowed_mentions"];
    let content = text(&body["content"]);
    let parses =
        |kind: &str| allowed.is_null() || list(&allowed["parse"]).iter().any(|k| k == kind);
    let mut pings = Vec::new();
    if parses("everyone") && (content.contains("@everyone") || content.contains("@here")) {
        pings.push(Ping::Everyone);
    }
    if parses("roles") && content.contains("<@&") {
        pings.push(Ping::Role);
    }
    for id in mentioned(content) {
        let named = list(&allowed["users"])
            .iter()
            .any(|user| text(user) == id.to_string());
        if parses("users") || named {
            pings.push(Ping::User(id));
        }
    }
    // Without the field Discord pings; only an explicit `false` prevents it.
    if allowed["replied_user"] != false {
        pings.extend(replied_user.map(Ping::User));
    }
    pings
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn allowed_mentions_decide_who_is_pinged() {
        let content = "@everyone <@&1> <@2> <@!3>";
        let all = vec![Ping::Everyone, Ping::Role, Ping::User(2), Ping::User(3)];
        for (allowed, expected) in [
            (Value::Null, [all, vec![Ping::User(4)]].concat()),
            (json!({"parse": [], "replied_user": false}), vec![]),
            (
                json!({"parse": ["roles"], "users": ["3"], "replied_user": false}),
                vec![Ping::Role, Ping::User(3)],
            ),
            (json!({"parse": []}), vec![Ping::User(4)]),
        ] {
            let body = json!({"content": content, "allowed_mentions": allowed});
            assert_eq!(pings(&body, Some(4)), expected, "{allowed}");
        }
    }
}
