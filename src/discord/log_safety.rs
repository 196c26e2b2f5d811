//! What may be logged of Discord and of the libraries that talk to it: never the bot's token, nor the
//! token of an interaction, with which anybody could respond in the bot's place.

use std::borrow::Cow;
use tracing::{Level, Metadata};

/// Log targets whose most detailed levels contain the bot's token, with the most detailed level that may
/// be logged: at trace level the websocket library logs every frame, among them the one with the token,
/// and the HTTP libraries log headers.
const CEILINGS: [(&str, Level); 6] = [
    ("tungstenite", Level::DEBUG),
    ("tokio_tungstenite", Level::DEBUG),
    ("hyper", Level::DEBUG),
    ("h2", Level::INFO),
    ("reqwest", Level::DEBUG),
    ("rustls", Level::INFO),
];
/// How the token of an interaction begins: "interaction:" in Base64.
const INTERACTION: &str = "aW50ZXJhY3Rpb246";
/// The paths that hold one, behind an id.
const PATHS: [&str; 2] = ["/interactions/", "/webhooks/"];
/// A shorter word behind "token" is hardly one.
const MIN_TOKEN: usize = 16;
/// What stands for a token.
const REDACTED: &str = "[token]";

/// Whether an event or span may be logged, whatever level the operator chose. Of libraries no span is: the
/// spans of serenity hold whole requests and events, with their tokens and with what people wrote.
#[must_use]
pub fn may_be_logged(what: &Metadata<'_>) -> bool {
    let library = what.target().split("::").next().unwrap_or_default();
    if what.is_span() {
        return library == env!("CARGO_PKG_NAME");
    }
    CEILINGS
        .iter()
        .all(|(target, ceiling)| *target != library || what.level() <= ceiling)
}

/// `line` without tokens: those of interactions, those in the paths of requests, and values that are
/// called a token.
#[must_use]
pub fn redacted(line: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some((start, end)) = next_token(line, at) {
        shown.push_str(&line[done..start]);
        shown.push_str(REDACTED);
        (done, at) = (end, end);
    }
    if done == 0 {
        return Cow::Borrowed(line);
    }
    shown.push_str(&line[done..]);
    Cow::Owned(shown)
}

/// The bytes of the first token in `line` at or behind the byte `from`.
fn next_token(line: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &line[from..];
    let behind = |name: &str, start: fn(&str) -> Option<usize>| {
        rest.match_indices(name).find_map(|(at, name)| {
            let at = at + name.len();
            let start = at + start(&rest[at..])?;
            let length = token_length(&rest[start..]);
            (length > 0).then_some((from + start, from + start + length))
        })
    };
    let interaction = rest.find(INTERACTION).map(|at| {
        let start = from + at;
        (start, start + token_length(&rest[at..]))
    });
    let in_paths = PATHS.into_iter().filter_map(|path| behind(path, behind_id));
    let named = behind("token", behind_name);
    in_paths.chain(interaction).chain(named).min()
}

/// How many bytes of a token, in Base64 or percent-encoded, `text` begins with.
fn token_length(text: &str) -> usize {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-_.=+%".contains(c);
    text.find(|c| !is_token(c)).unwrap_or(text.len())
}

/// The byte behind the id and the slash that `path` begins with.
fn behind_id(path: &str) -> Option<usize> {
    let digits = path.find(|c: char| !c.is_ascii_digit())?;
    (digits > 0 && path[digits..].starts_with('/')).then_some(digits + 1)
}

/// The byte at which the value of a field begins, in JSON, in JSON within a string, as Rust prints it, or
/// as a log does. `text` follows the field's name.
fn behind_name(text: &str) -> Option<usize> {
    let punctuation = |text: &str| {
        let is_value = |c: char| !"\\\": =(".contains(c);
        text.find(is_value).unwrap_or(text.len())
    };
    let mut start = punctuation(text);
    if start == 0 {
        return None;
    }
    if let Some(value) = text[start..].strip_prefix("Some") {
        start = text.len() - value.len() + punctuation(value);
    }
    (token_length(&text[start..]) >= MIN_TOKEN).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn tokens_are_not_shown() {
        for (line, expected) in [
            ("", ""),
            ("a token is missing", "a token is missing"),
            ("the token: invalid", "the token: invalid"),
            (
                "x aW50ZXJhY3Rpb246MTIz-_= y aW50ZXJhY3Rpb246",
                "x [token] y [token]",
            ),
            (
                "POST https://discord.com/api/v10/interactions/12/abc.d/callback?x=1",
                "POST https://discord.com/api/v10/interactions/12/[token]/callback?x=1",
            ),
            (
                "/webhooks/7/secret/messages/@original /webhooks/8/other",
                "/webhooks/7/[token]/messages/@original /webhooks/8/[token]",
            ),
            ("/webhooks/7", "/webhooks/7"),
            (
                r#"{"id":"1","token":"0123456789abcdef","d":2}"#,
                r#"{"id":"1","token":"[token]","d":2}"#,
            ),
            (
                r#"{"text":"{\"token\": \"0123456789abcdef\"}"}"#,
                r#"{"text":"{\"token\": \"[token]\"}"}"#,
            ),
            (
                r#"Interaction { token: "0123456789abcdef", version: 1 }"#,
                r#"Interaction { token: "[token]", version: 1 }"#,
            ),
            (
                r#"token: Some("0123456789abcdef") token=0123456789abcdef"#,
                r#"token: Some("[token]") token=[token]"#,
            ),
            (
                r#"Interaction { interaction_id: 5, token: "aW50ZXJhY3Rpb246NQ" }"#,
                r#"Interaction { interaction_id: 5, token: "[token]" }"#,
            ),
            ("日本 /webhooks/7/日本", "日本 /webhooks/7/日本"),
        ] {
            assert_eq!(redacted(line), expected);
        }
    }
}
