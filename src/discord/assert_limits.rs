//! For tests: checks that a message, a modal or choices keep Discord's limits.
//!
//! Lengths are in UTF-16 units, as everywhere here; a modal's values are in characters, as Discord
//! counts them.

use super::limits;
use super::rendered::Rendered;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::HashSet;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn length(value: &Value) -> usize {
    limits::length(text(value))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Checks a message.
pub fn message(message: Rendered) -> Result<(), TestCaseError> {
    let message = serde_json::to_value(message.into_message()).expect("JSON");
    prop_assert!(length(&message["content"]) <= limits::CONTENT);
    let embeds = list(&message["embeds"]);
    let mut total = 0;
    for embed in embeds {
        total += embed_length(embed)?;
    }
    prop_assert!(total <= limits::EMBED_TOTAL, "{total}");
    let rows = list(&message["components"]);
    prop_assert!(rows.len() <= 5, "{} rows", rows.len());
    let mut custom_ids = HashSet::new();
    for row in rows {
        let parts = list(&row["components"]);
        prop_assert!((1..=limits::ROW_BUTTONS).contains(&parts.len()));
        for part in parts {
            if part["custom_id"].is_null() {
                prop_assert!((1..=limits::BUTTON_URL).contains(&length(&part["url"])));
            } else {
                let id = text(&part["custom_id"]);
                prop_assert!(
                    (1..=limits::CUSTOM_ID).contains(&limits::length(id)),
                    "{id}"
                );
                prop_assert!(custom_ids.insert(id), "{id} stands twice");
            }
            if part["type"] == 3 {
                prop_assert_eq!(parts.len(), 1, "a menu fills its row");
                options(list(&part["options"]))?;
            } else {
                let label = length(&part["label"]);
                prop_assert!(label <= limits::BUTTON_LABEL);
                prop_assert!(label > 0 || !part["emoji"].is_null());
            }
        }
    }
    Ok(())
}

fn embed_length(embed: &Value) -> Result<usize, TestCaseError> {
    let (title, description) = (length(&embed["title"]), length(&embed["description"]));
    let footer = length(&embed["footer"]["text"]);
    prop_assert!(title <= limits::EMBED_TITLE);
    prop_assert!(description <= limits::EMBED_DESCRIPTION);
    prop_assert!(footer <= limits::EMBED_FOOTER);
    let mut total = title + description + footer;
    let fields = list(&embed["fields"]);
    prop_assert!(fields.len() <= limits::EMBED_FIELDS);
    for field in fields {
        let (name, value) = (length(&field["name"]), length(&field["value"]));
        prop_assert!((1..=limits::EMBED_TITLE).contains(&name));
        prop_assert!((1..=limits::EMBED_FIELD_VALUE).contains(&value));
        total += name + value;
    }
    prop_assert!(total > 0 || !embed["image"].is_null(), "an empty embed");
    Ok(total)
}

fn options(options: &[Value]) -> Result<(), TestCaseError> {
    prop_assert!((1..=limits::CHOICES).contains(&options.len()));
    let mut values = HashSet::new();
    for option in options {
        prop_assert!((1..=limits::CHOICE_TEXT).contains(&length(&option["label"])));
        prop_assert!((1..=limits::CHOICE_TEXT).contains(&length(&option["value"])));
        prop_assert!(
            values.insert(text(&option["value"])),
            "{option} stands twice"
        );
    }
    Ok(())
}

/// Checks the choices of an autocompletion as they are sent.
pub fn choices(response: &Value) -> Result<(), TestCaseError> {
    let choices = list(&response["choices"]);
    prop_assert!(choices.len() <= limits::CHOICES);
    for choice in choices {
        prop_assert!((1..=limits::CHOICE_TEXT).contains(&length(&choice["name"])));
        prop_assert!((1..=limits::CHOICE_TEXT).contains(&length(&choice["value"])));
    }
    Ok(())
}

/// Checks a modal as it is sent.
pub fn modal(modal: &Value) -> Result<(), TestCaseError> {
    let length = |value: &Value| text(value).chars().count();
    prop_assert!((1..=limits::CUSTOM_ID).contains(&length(&modal["custom_id"])));
    prop_assert!((1..=limits::MODAL_TITLE).contains(&length(&modal["title"])));
    let rows = list(&modal["components"]);
    prop_assert!((1..=5).contains(&rows.len()));
    let mut custom_ids = HashSet::new();
    for row in rows {
        let [input] = list(&row["components"]) else {
            return Err(TestCaseError::fail(format!(
                "not one field in a row: {row}"
            )));
        };
        prop_assert!((1..=limits::CUSTOM_ID).contains(&length(&input["custom_id"])));
        prop_assert!(custom_ids.insert(text(&input["custom_id"])));
        prop_assert!((1..=limits::INPUT_LABEL).contains(&length(&input["label"])));
        let most = input["max_length"].as_u64().unwrap_or(0);
        prop_assert!((1..=4_000).contains(&most));
        let value = length(&input["value"]);
        prop_assert!(value <= limits::INPUT_VALUE && value as u64 <= most);
    }
    Ok(())
}
