//! The form of an entry: what stands in it beforehand, and what was typed.
//!
//! Discord's forms have five fields of at most 4,000 characters. Topic, resources and related
//! entries share one, a line each. Phrasings or sources beyond what a field holds stay with the
//! entry unseen; the form's custom id tells which they were.

use super::action::{Action, Digest};
use crate::discord::custom_id::CustomId;
use crate::discord::limits;
use citebot_core::knowledge::EntryId;
use citebot_engine::{Draft, EntryInput};
use citebot_store::RevisionId;
use serenity::builder::{CreateActionRow, CreateInputText, CreateModal};
use serenity::model::application::{ActionRowComponent, InputTextStyle, ModalInteractionData};

/// The names of the fields.
const QUESTION: &str = "question";
const PHRASINGS: &str = "phrasings";
const ANSWER: &str = "answer";
const SOURCES: &str = "sources";
const DETAILS: &str = "details";

/// The lines of the last field.
const TOPIC: &str = "topic";
const RESOURCES: &str = "resources";
const RELATED: &str = "related";

/// The form, filled with `draft`.
pub fn modal(draft: &Draft) -> CreateModal {
    let form = &draft.input;
    let entry = draft.entry.as_deref().and_then(|id| EntryId::new(id).ok());
    let title = match &entry {
        None => "New entry".to_owned(),
        Some(id) => limits::truncate(&format!("Edit {id}"), limits::MODAL_TITLE),
    };
    let custom_id = CustomId::Curate(Action::Submit {
        entry,
        based_on: draft.based_on.map(RevisionId),
        hidden: hidden(form),
    });
    let (phrasings, _) = split(&form.phrasings);
    let (sources, _) = split(&form.sources);
    CreateModal::new(custom_id.to_string(), title).components(vec![
        field(
            InputTextStyle::Short,
            QUESTION,
            "Question",
            &form.question,
            true,
        ),
        field(
            InputTextStyle::Paragraph,
            PHRASINGS,
            &partly(
                "Other ways to ask it, one a line",
                "Phrasings",
                &form.phrasings,
            ),
            phrasings,
            false,
        ),
        field(
            InputTextStyle::Paragraph,
            ANSWER,
            "Answer, with [1] after each claim",
            &form.answer,
            true,
        ),
        field(
            InputTextStyle::Paragraph,
            SOURCES,
            &partly(
                "Sources: article#section or link, [1] first",
                "Sources",
                &form.sources,
            ),
            sources,
            false,
        ),
        field(
            InputTextStyle::Paragraph,
            DETAILS,
            "Topic, resources, related entries",
            &details(form),
            false,
        ),
    ])
}

fn field(
    style: InputTextStyle,
    name: &str,
    label: &str,
    value: &str,
    required: bool,
) -> CreateActionRow {
    let label = limits::truncate(label, limits::INPUT_LABEL);
    let most = u16::try_from(limits::INPUT_VALUE).unwrap_or(u16::MAX);
    let mut input = CreateInputText::new(style, label, name)
        .required(required)
        .max_length(most);
    if !value.is_empty() {
        let value: String = value.chars().take(limits::INPUT_VALUE).collect();
        input = input.value(value);
    }
    CreateActionRow::InputText(input)
}

/// The label of a field, or how much of the list it shows.
fn partly(label: &str, name: &str, list: &str) -> String {
    let (shown, hidden) = split(list);
    if hidden.is_empty() {
        return label.to_owned();
    }
    let (shown, all) = (shown.lines().count(), list.lines().count());
    format!("{name}, first {shown} of {all} (others stay)")
}

/// As many whole lines of `list` as a field holds, and the others.
fn split(list: &str) -> (&str, &str) {
    if limits::length(list) <= limits::INPUT_VALUE {
        return (list, "");
    }
    let (mut used, mut end) = (0, 0);
    for line in list.split_inclusive('\n') {
        used += limits::length(line);
        if used > limits::INPUT_VALUE {
            break;
        }
        end += line.len();
    }
    list.split_at(end)
}

/// What of `form` no field shows.
fn hidden(form: &EntryInput) -> Digest {
    let (_, phrasings) = split(&form.phrasings);
    let (_, sources) = split(&form.sources);
    Digest::of(&format!("{phrasings}\0{sources}"))
}

fn details(form: &EntryInput) -> String {
    let list = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(", ")
            .replace(",,", ",")
    };
    let mut lines = vec![format!("{TOPIC}: {}", form.topic.trim())];
    for (name, text) in [(RESOURCES, &form.resources), (RELATED, &form.related)] {
        lines.push(format!("{name}: {}", list(text)).trim_end().to_owned());
    }
    lines.join("\n")
}

/// What was typed into the form. `others` are the texts that the form may have been filled with:
/// the first of them whose unseen part is what the form says gives it back; failing that, the
/// first of them.
#[must_use]
pub fn typed(data: &ModalInteractionData, unseen: Digest, others: &[&EntryInput]) -> EntryInput {
    let value = |name: &str| {
        let mut inputs = data.components.iter().flat_map(|row| &row.components);
        let found = inputs.find_map(|part| match part {
            ActionRowComponent::InputText(input) if input.custom_id == name => input.value.clone(),
            _ => None,
        });
        found.unwrap_or_default()
    };
    let mut form = EntryInput {
        question: value(QUESTION),
        phrasings: value(PHRASINGS),
        answer: value(ANSWER),
        sources: value(SOURCES),
        ..EntryInput::default()
    };
    read_details(&value(DETAILS), &mut form);
    if unseen != hidden(&EntryInput::default()) {
        let same = others.iter().find(|other| hidden(other) == unseen);
        if let Some(other) = same.or(others.first()) {
            append(&mut form.phrasings, split(&other.phrasings).1);
            append(&mut form.sources, split(&other.sources).1);
        }
    }
    form
}

fn append(list: &mut String, rest: &str) {
    if !rest.is_empty() {
        if !list.is_empty() && !list.ends_with('\n') {
            list.push('\n');
        }
        list.push_str(rest);
    }
}

/// Reads `name: value` lines. A line without a name goes on with the one before; at the beginning
/// it is the topic.
fn read_details(text: &str, form: &mut EntryInput) {
    let mut at = TOPIC;
    for line in text.lines() {
        let mut words = line.trim();
        if let Some((name, rest)) = line.split_once(':') {
            let name = name.trim().to_lowercase();
            let known = match name.as_str() {
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
            RESOURCES => &mut form.resources,
            RELATED => &mut form.related,
            _ => &mut form.topic,
        };
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(words);
    }
}

#[cfg(test)]
mod tests {
    use super::{details, modal, read_details, split, typed};
    use crate::discord::curate::action::Action;
    use crate::discord::custom_id::CustomId;
    use crate::discord::{fits, limits};
    use citebot_core::knowledge::{
        Article, ArticleId, Entry, EntryId, Knowledge, Known, Resource, ResourceId, Section,
        SectionId, Source, check,
    };
    use citebot_engine::{Draft, EntryInput};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use serenity::model::application::ModalInteractionData;

    fn draft(form: EntryInput) -> Draft {
        Draft {
            entry: Some("a".repeat(60)),
            based_on: Some(i64::MAX),
            input: form,
            answers: Vec::new(),
        }
    }

    /// The form as Discord gets it, within its limits.
    fn shown(draft: &Draft) -> Value {
        let modal = serde_json::to_value(modal(draft)).unwrap();
        fits::modal(&modal).unwrap();
        assert_eq!(modal["components"].as_array().unwrap().len(), 5);
        modal
    }

    /// The form sent as it was put up.
    fn sent(modal: &Value) -> ModalInteractionData {
        let rows: Vec<Value> = modal["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let input = &row["components"][0];
                let value = input["value"].as_str().unwrap_or_default();
                json!({"type": 1, "components": [
                    {"type": 4, "custom_id": input["custom_id"], "value": value}]})
            })
            .collect();
        serde_json::from_value(json!({"custom_id": modal["custom_id"], "components": rows}))
            .unwrap()
    }

    fn unseen(modal: &Value) -> super::Digest {
        match modal["custom_id"].as_str().unwrap().parse() {
            Ok(CustomId::Curate(Action::Submit { hidden, .. })) => hidden,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_last_field_is_read_however_it_is_written() {
        let read = |text: &str| {
            let mut form = EntryInput::default();
            read_details(text, &mut form);
            (form.topic, form.resources, form.related)
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
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_does_not_fit_stays_with_the_entry() {
        let phrasing = |n: usize| format!("{n} {}", "x".repeat(200));
        let all: Vec<String> = (0..100).map(phrasing).collect();
        let form = EntryInput {
            phrasings: all.join("\n"),
            answer: "Yes. [1]".into(),
            ..EntryInput::default()
        };
        let modal = shown(&draft(form.clone()));
        let label = &modal["components"][1]["components"][0]["label"];
        assert_eq!(label, "Phrasings, first 19 of 100 (others stay)");
        let newer = EntryInput {
            phrasings: "other".into(),
            ..EntryInput::default()
        };
        let back = typed(&sent(&modal), unseen(&modal), &[&newer, &form]);
        assert_eq!(back.phrasings, form.phrasings);
        // With nothing unseen, nothing is added.
        let small = EntryInput {
            phrasings: "one".into(),
            ..EntryInput::default()
        };
        let modal = shown(&draft(small.clone()));
        let back = typed(&sent(&modal), unseen(&modal), &[&form]);
        assert_eq!(back.phrasings, "one");
    }

    prop_compose! {
        fn entry()(
            unit in prop::sample::select(vec!["a", "🇩🇪", "日", "w "]),
            question in 1_usize..250,
            answer in 1_usize..2_500,
            phrasings in 0_usize..120,
            sources in 0_usize..40,
            link in 1_usize..500,
            resources in 0_usize..12,
            related in 0_usize..30,
        ) -> (Knowledge, Entry) {
            let id = |n: usize| EntryId::new(&format!("{n:0>60}")).unwrap();
            let article_id = |n: usize| ArticleId::new(&format!("{n:0>60}")).unwrap();
            let section_id = |n: usize| SectionId::new(&format!("{n:0>60}")).unwrap();
            let resource_id = |n: usize| ResourceId::new(&format!("{n:0>60}")).unwrap();
            let text = |most: usize| -> String {
                let text: String = unit.repeat(most).chars().take(most).collect();
                text.trim().to_owned()
            };
            let bare = |n: usize| Entry {
                topic: text(100),
                ..Entry::example(id(n).as_str(), &format!("word{n}"), &[])
            };
            let tools: Vec<Resource> = (0..resources).map(|n| Resource {
                id: resource_id(n),
                name: "Tool".into(),
                url: "https://example.org".into(),
                description: None,
            }).collect();
            let mut text_of_answer = text(answer);
            for n in 1..=sources {
                text_of_answer = format!("{text_of_answer} [{n}]");
            }
            let entry = Entry {
                question: format!("q {}", text(question.saturating_sub(2))),
                phrasings: (0..phrasings).map(|n| format!("p{n} {}", text(240))).collect(),
                answer: text_of_answer,
                sources: (0..sources).map(|n| match n % 2 {
                    0 => Source::Section { article: article_id(0), section: section_id(0) },
                    _ => Source::Url(format!("https://example.org/{n}{}", "a".repeat(link))),
                }).collect(),
                resources: tools.iter().map(|tool| tool.id.clone()).collect(),
                related: (1..=related).map(id).collect(),
                ..bare(0)
            };
            let article = Article {
                id: article_id(0),
                title: "Title".into(),
                author: None,
                publisher: None,
                url: None,
                published: None,
                note: None,
                sections: vec![Section { id: section_id(0), heading: "Heading".into() }],
            };
            let entries = (1..=related).map(bare).collect();
            let knowledge = Knowledge::from_parts(vec![article], tools, Vec::new(), entries)
                .with_limits(&crate::discord::ENTRY_LIMITS);
            (knowledge, entry)
        }
    }

    proptest! {
        // Most of what is drawn is too large to be accepted: that is where the limits are.
        #![proptest_config(ProptestConfig {
            max_global_rejects: 65_536,
            ..ProptestConfig::with_cases(64)
        })]

        #[test]
        fn any_entry_that_is_accepted_fits_and_comes_back((knowledge, entry) in entry()) {
            let words = citebot_core::knowledge::UncheckedEntry::from(&entry);
            let faults = check(&words, &Known::new(&knowledge));
            prop_assume!(faults.is_empty());
            let form = EntryInput::from(&entry);
            let modal = shown(&draft(form.clone()));
            let back = typed(&sent(&modal), unseen(&modal), &[&form]);
            let read = back.read(entry.id.as_str(), &knowledge);
            prop_assert_eq!(read, form.read(entry.id.as_str(), &knowledge));
        }

        #[test]
        fn anything_typed_fits(
            question in "\\PC{0,4000}", list in "(\\PC{0,300}\n){0,30}", rest in "[a-z, ]{0,3900}",
        ) {
            let form = EntryInput {
                topic: rest.clone(),
                question,
                phrasings: list.clone(),
                answer: list.clone(),
                sources: list,
                resources: rest.clone(),
                related: rest,
            };
            let (head, tail) = split(&form.phrasings);
            prop_assert!(limits::length(head) <= limits::INPUT_VALUE);
            prop_assert_eq!(format!("{head}{tail}"), form.phrasings.clone());
            prop_assert!(details(&form).starts_with("topic: "));
            shown(&draft(form));
        }
    }
}
