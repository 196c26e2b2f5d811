//! Limits that Discord's API document does not state, most of which span several fields.

use crate::wire::{BUTTON, LINK_STYLE, STRING_SELECT, list, text};
use serde_json::Value;
use std::collections::HashSet;

/// The problems of a message.
pub(crate) fn message(data: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    check_length(&mut problems, "content", text(&data["content"]), 2_000);
    let embeds = list(&data["embeds"]);
    if embeds.len() > 10 {
        problems.push(format!("{} embeds, more than 10", embeds.len()));
    }
    let mut total = 0;
    for embed in embeds {
        total += embed_size(&mut problems, embed);
    }
    if total > 6_000 {
        problems.push(format!("embeds of {total} characters, more than 6000"));
    }
    let rows = list(&data["components"]);
    if rows.len() > 5 {
        problems.push(format!("{} rows of components, more than 5", rows.len()));
    }
    let mut ids = HashSet::new();
    for row in rows {
        let parts = list(&row["components"]);
        if parts.is_empty() || parts.len() > 5 {
            problems.push(format!("{} components in a row, not 1 to 5", parts.len()));
        }
        for part in parts {
            component(&mut problems, &mut ids, part);
            if part["type"] == STRING_SELECT && parts.len() > 1 {
                problems.push("a menu that does not fill its row".into());
            }
        }
    }
    problems
}

/// Whether a message shows nothing at all, apart from files.
pub(crate) fn is_empty(data: &Value) -> bool {
    text(&data["content"]).is_empty()
        && list(&data["embeds"]).is_empty()
        && list(&data["components"]).is_empty()
        && data["poll"].is_null()
}

/// The problems of a modal.
pub(crate) fn modal(data: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    check_length(&mut problems, "title", text(&data["title"]), 45);
    check_length(&mut problems, "custom_id", text(&data["custom_id"]), 100);
    let rows = list(&data["components"]);
    if rows.is_empty() || rows.len() > 5 {
        problems.push(format!("{} fields in a modal, not 1 to 5", rows.len()));
    }
    let mut ids = HashSet::new();
    for row in rows {
        for part in list(&row["components"]) {
            component(&mut problems, &mut ids, part);
            check_length(&mut problems, "label", text(&part["label"]), 45);
            let most = part["max_length"].as_u64().unwrap_or(4_000);
            let most = usize::try_from(most).unwrap_or(0);
            check_length(&mut problems, "value", text(&part["value"]), most);
            check_length(
                &mut problems,
                "placeholder",
                text(&part["placeholder"]),
                100,
            );
        }
    }
    problems
}

/// The problems of choices for an option that is being typed.
pub(crate) fn choices(choices: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let all = list(choices);
    if all.len() > 25 {
        problems.push(format!("{} choices, more than 25", all.len()));
    }
    for choice in all {
        check_length(&mut problems, "choice name", text(&choice["name"]), 100);
        check_length(&mut problems, "choice value", text(&choice["value"]), 100);
        if text(&choice["name"]).trim().is_empty() {
            problems.push("a choice without a name".into());
        }
    }
    problems
}

fn embed_size(problems: &mut Vec<String>, embed: &Value) -> usize {
    let parts = [
        ("title", text(&embed["title"]), 256),
        ("description", text(&embed["description"]), 4_096),
        ("footer", text(&embed["footer"]["text"]), 2_048),
        ("author", text(&embed["author"]["name"]), 256),
    ];
    let mut total = 0;
    for (name, text, most) in parts {
        total += check_length(problems, name, text, most);
    }
    let fields = list(&embed["fields"]);
    if fields.len() > 25 {
        problems.push(format!("{} fields in an embed, more than 25", fields.len()));
    }
    for field in fields {
        for (part, most) in [("name", 256), ("value", 1_024)] {
            let text = text(&field[part]);
            if text.trim().is_empty() {
                problems.push(format!("an embed field with an empty {part}"));
            }
            total += check_length(problems, part, text, most);
        }
    }
    if total == 0 && embed["image"].is_null() && embed["thumbnail"].is_null() {
        problems.push("an embed with nothing in it".into());
    }
    total
}

fn component<'a>(problems: &mut Vec<String>, ids: &mut HashSet<&'a str>, part: &'a Value) {
    let id = text(&part["custom_id"]);
    check_length(problems, "custom_id", id, 100);
    if !id.is_empty() && !ids.insert(id) {
        problems.push(format!("custom_id {id:?} is used twice in one message"));
    }
    if part["type"] == BUTTON {
        check_length(problems, "label", text(&part["label"]), 80);
        check_length(problems, "url", text(&part["url"]), 512);
        let link = part["style"] == LINK_STYLE;
        if link == part["url"].is_null() || link != part["custom_id"].is_null() {
            problems.push(format!("a button with the wrong target: {part}"));
        }
        if text(&part["label"]).trim().is_empty() && part["emoji"].is_null() {
            problems.push("a button without a label".into());
        }
    }
    let options = list(&part["options"]);
    if part["type"] == STRING_SELECT && (options.is_empty() || options.len() > 25) {
        problems.push(format!("{} options in a menu, not 1 to 25", options.len()));
    }
    let mut values = HashSet::new();
    for option in options {
        if !values.insert(text(&option["value"])) {
            problems.push(format!("the option {} is there twice", option["value"]));
        }
        if text(&option["label"]).trim().is_empty() {
            problems.push("an option without a label".into());
        }
        check_length(problems, "option label", text(&option["label"]), 100);
        check_length(problems, "option value", text(&option["value"]), 100);
        check_length(
            problems,
            "option description",
            text(&option["description"]),
            100,
        );
    }
}

/// Notes a text of more than `most` characters, and gives its length. The API counts code points.
fn check_length(problems: &mut Vec<String>, what: &str, text: &str, most: usize) -> usize {
    let length = text.chars().count();
    if length > most {
        problems.push(format!("{what} of {length} characters, more than {most}"));
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_over_a_limit_are_refused() {
        let button = |id: &str| json!({"type": 2, "style": 1, "label": "x", "custom_id": id});
        let row = |parts: Vec<Value>| json!({"type": 1, "components": parts});
        let menu = |values: &[&str]| {
            let option = |value: &&str| json!({"label": "x", "value": value});
            let options: Vec<Value> = values.iter().map(option).collect();
            json!({"type": 3, "custom_id": "m", "options": options})
        };
        let long = "x".repeat(4_001);
        let cases = [
            (json!({"content": "fine"}), None),
            (
                json!({"content": "x".repeat(2_001)}),
                Some("content of 2001"),
            ),
            (
                json!({"embeds": [{"description": &long[..4_000]}, {"description": &long[..2_001]}]}),
                Some("embeds of 6001"),
            ),
            (
                json!({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}),
                Some("empty name"),
            ),
            (
                json!({"components": [row(vec![button("a"), button("a")])]}),
                Some("used twice"),
            ),
            (
                json!({"components": [row((0..6).map(|n| button(&n.to_string())).collect())]}),
                Some("6 components in a row"),
            ),
            (
                json!({"components": [row(vec![button(&"x".repeat(101))])]}),
                Some("custom_id of 101"),
            ),
            (
                json!({"components": [row(vec![json!({"type": 2, "style": 5, "label": "x"})])]}),
                Some("wrong target"),
            ),
            (
                json!({"components": [row(vec![menu(&["a"]), button("b")])]}),
                Some("does not fill its row"),
            ),
            (
                json!({"components": [row(vec![menu(&["a", "a"])])]}),
                Some("\"a\" is there twice"),
            ),
        ];
        for (body, expected) in cases {
            let found = message(&body);
            match expected {
                None => assert!(found.is_empty(), "{found:?}"),
                Some(part) => assert!(found.iter().any(|f| f.contains(part)), "{part}: {found:?}"),
            }
        }
    }

    #[test]
    fn choices_and_modals_have_their_own_limits() {
        let many: Vec<Value> = (0..26).map(|n| json!({"name": "x", "value": n})).collect();
        assert!(choices(&many.into())[0].contains("26 choices"));
        let field =
            json!({"type": 4, "custom_id": "a", "label": "l", "max_length": 3, "value": "long"});
        let data = json!({"title": "t".repeat(46), "custom_id": "m",
            "components": [{"type": 1, "components": [field]}]});
        let found = modal(&data);
        assert!(found.iter().any(|f| f.contains("title of 46")), "{found:?}");
        assert!(found.iter().any(|f| f.contains("value of 4")), "{found:?}");
    }
}
