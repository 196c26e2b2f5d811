//! The last text box of the modal: the fields without a box of their own, a line each.

use citebot_core::knowledge::{Field, FieldKind};
use citebot_engine::EntryInput;

fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| {
        !matches!(
            field,
            Field::Id | Field::Question | Field::Phrasings | Field::Answer | Field::Sources
        )
    })
}

/// The label of the box.
pub const LABEL: &str = "Topic and other fields, one a line";

/// The text of the box.
#[must_use]
pub fn write(input: &EntryInput) -> String {
    let lines = fields().map(|field| {
        let text = input.text(field).unwrap_or_default();
        match field.kind() {
            FieldKind::Ids => {
                let words: Vec<&str> = text.split_whitespace().collect();
                let list = words.join(", ").replace(",,", ",");
                format!("{field}: {list}").trim_end().to_owned()
            }
            _ => format!("{field}: {}", text.trim()),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Reads `name: value` lines into `input`. A line without a name continues the one before; the first
/// line without a name is the topic.
pub fn read(text: &str, input: &mut EntryInput) {
    let mut at = Field::Topic;
    for line in text.lines() {
        let mut words = line.trim();
        if let Some((name, rest)) = line.split_once(':')
            && let Some(field) = named(&name.trim().to_lowercase())
        {
            at = field;
            words = rest.trim();
        }
        if words.is_empty() {
            continue;
        }
        if let Some(value) = input.text_mut(at) {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(words);
        }
    }
}

/// The field that people call `name`.
fn named(name: &str) -> Option<Field> {
    match name {
        "tools" | "toolkit" => Some(Field::Resources),
        "related entries" => Some(Field::Related),
        name => fields().find(|field| name == field.key() || name == field.item_name()),
    }
}

#[cfg(test)]
mod tests {
    use super::{LABEL, read};
    use crate::discord::limits;
    use citebot_engine::EntryInput;

    #[test]
    fn the_label_fits() {
        assert!(limits::length(LABEL) <= limits::INPUT_LABEL, "{LABEL}");
    }

    #[test]
    fn details_are_read_however_they_are_written() {
        let details = |text: &str| {
            let mut input = EntryInput::default();
            read(text, &mut input);
            (input.topic, input.resources, input.related)
        };
        for (text, topic, resources, related) in [
            ("", "", "", ""),
            ("topic: Risks", "Risks", "", ""),
            ("Risks and safety", "Risks and safety", "", ""),
            ("AI: the basics", "AI: the basics", "", ""),
            ("topic: AI: the basics", "AI: the basics", "", ""),
            (
                "Topic:Risks\r\nResources: a, b\r\nRelated: c",
                "Risks",
                "a, b",
                "c",
            ),
            ("related:\nc\nd\ntopic: Risks", "Risks", "", "c d"),
            ("topic: Risks\nresources:\nrelated:", "Risks", "", ""),
        ] {
            let expected = (topic.to_owned(), resources.to_owned(), related.to_owned());
            assert_eq!(details(text), expected, "{text:?}");
        }
    }
}
