//! The last field of the modal: topic, resources and related entries, a line each.

use citebot_engine::EntryInput;

const TOPIC: &str = "topic";
const RESOURCES: &str = "resources";
const RELATED: &str = "related";

/// The text of the field.
#[must_use]
pub fn write(input: &EntryInput) -> String {
    let list = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(", ")
            .replace(",,", ",")
    };
    let mut lines = vec![format!("{TOPIC}: {}", input.topic.trim())];
    for (name, text) in [(RESOURCES, &input.resources), (RELATED, &input.related)] {
        lines.push(format!("{name}: {}", list(text)).trim_end().to_owned());
    }
    lines.join("\n")
}

/// Reads `name: value` lines into `input`. A line without a name continues the one before; the first
/// line without a name is the topic.
pub fn read(text: &str, input: &mut EntryInput) {
    let mut at = TOPIC;
    for line in text.lines() {
        let mut words = line.trim();
        if let Some((name, rest)) = line.split_once(':') {
            let known = match name.trim().to_lowercase().as_str() {
                "topic" => Some(TOPIC),
                "resources" | "resource" | "tools" | "toolkit" => Some(RESOURCES),
                "related" | "related entries" => Some(RELATED),
                _ => None,
            };
            if let Some(known) = known {
                at = known;
                words = rest.trim();
            }
        }
        if words.is_empty() {
            continue;
        }
        let list = match at {
            RESOURCES => &mut input.resources,
            RELATED => &mut input.related,
            _ => &mut input.topic,
        };
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(words);
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use citebot_engine::EntryInput;

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
