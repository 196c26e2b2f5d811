//! The modal of an entry: what it is filled with, and what was typed into it.
//!
//! A Discord modal has five fields of at most 4,000 characters. The parts of the
//! entry that have none of their own share the last one ([`details`]). Phrasings and sources that
//! don't fit stay hidden ([`overflow`]).

mod details;
mod overflow;

use super::drafts::entry_id;
use crate::discord::custom_id::{CurateAction, CustomId, Fingerprint};
use crate::discord::{interaction, limits};
use citebot_engine::{Draft, EntryInput};
use citebot_store::RevisionId;
use overflow::{hidden, split};
use serenity::builder::{CreateActionRow, CreateInputText, CreateModal};
use serenity::model::application::{InputTextStyle, ModalInteractionData};

/// The names of the fields.
const QUESTION: &str = "question";
const PHRASINGS: &str = "phrasings";
const ANSWER: &str = "answer";
const SOURCES: &str = "sources";
const DETAILS: &str = "details";

/// The modal, filled with `draft`.
pub fn modal(draft: &Draft) -> CreateModal {
    let input = &draft.input;
    let entry = entry_id(draft);
    let title = match &entry {
        None => "New entry".to_owned(),
        Some(id) => limits::truncate(&format!("Edit {id}"), limits::MODAL_TITLE),
    };
    let custom_id = CustomId::from(CurateAction::Submit {
        hidden: hidden(input),
        based_on: draft.based_on.map(RevisionId),
        entry,
    });
    let phrasings = list_label(
        "Other ways to ask it, one a line",
        "Phrasings",
        &input.phrasings,
    );
    let sources = list_label(
        "Sources: article#section or link, [1] first",
        "Sources",
        &input.sources,
    );
    CreateModal::new(custom_id.to_string(), title).components(vec![
        Field {
            style: InputTextStyle::Short,
            ..Field::required(QUESTION, "Question", &input.question)
        }
        .row(),
        Field::optional(PHRASINGS, &phrasings, split(&input.phrasings).0).row(),
        Field::required(ANSWER, "Answer, with [1] after each claim", &input.answer).row(),
        Field::optional(SOURCES, &sources, split(&input.sources).0).row(),
        Field::optional(DETAILS, details::LABEL, &details::write(input)).row(),
    ])
}

/// One field of the modal.
struct Field<'a> {
    style: InputTextStyle,
    name: &'static str,
    label: &'a str,
    value: &'a str,
    required: bool,
}

impl<'a> Field<'a> {
    fn required(name: &'static str, label: &'a str, value: &'a str) -> Self {
        Self {
            style: InputTextStyle::Paragraph,
            name,
            label,
            value,
            required: true,
        }
    }

    fn optional(name: &'static str, label: &'a str, value: &'a str) -> Self {
        Self {
            required: false,
            ..Self::required(name, label, value)
        }
    }

    fn row(self) -> CreateActionRow {
        let label = limits::truncate(self.label, limits::INPUT_LABEL);
        let max_length = u16::try_from(limits::INPUT_VALUE).unwrap_or(u16::MAX);
        let mut input = CreateInputText::new(self.style, label, self.name)
            .required(self.required)
            .max_length(max_length);
        if !self.value.is_empty() {
            let value: String = self.value.chars().take(limits::INPUT_VALUE).collect();
            input = input.value(value);
        }
        CreateActionRow::InputText(input)
    }
}

/// The label of a list's field; for a list that doesn't fit, how much of it is shown.
fn list_label(label: &str, name: &str, list: &str) -> String {
    let (shown, hidden) = split(list);
    if hidden.is_empty() {
        return label.to_owned();
    }
    let (shown, all) = (shown.lines().count(), list.lines().count());
    format!("{name}, first {shown} of {all} (others stay)")
}

/// What was typed into the modal, together with what was `hidden`. The hidden part comes from
/// `sources`, the texts that the modal may have been filled with: from the one with that fingerprint
/// or else from the first.
#[must_use]
pub fn typed(
    submitted: &ModalInteractionData,
    hidden: Fingerprint,
    sources: &[&EntryInput],
) -> EntryInput {
    let typed = |name: &str| interaction::typed(submitted, name).to_owned();
    let mut input = EntryInput {
        question: typed(QUESTION),
        phrasings: typed(PHRASINGS),
        answer: typed(ANSWER),
        sources: typed(SOURCES),
        ..EntryInput::default()
    };
    details::read(&typed(DETAILS), &mut input);
    overflow::restore(&mut input, hidden, sources);
    input
}

#[cfg(test)]
mod tests {
    use super::{details, modal, split, typed};
    use crate::discord::custom_id::{CurateAction, CustomId, Fingerprint};
    use crate::discord::{assert_limits, limits};
    use citebot_core::knowledge::{
        Article, ArticleId, Date, Entry, EntryId, Field, Knowledge, Known, Resource, ResourceId,
        ResourceKind, Section, SectionId, Source, check,
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

    /// The modal as Discord gets it, within its limits.
    fn shown(draft: &Draft) -> Value {
        let modal = serde_json::to_value(modal(draft)).unwrap();
        assert_limits::modal(&modal).unwrap();
        assert_eq!(modal["components"].as_array().unwrap().len(), 5);
        modal
    }

    /// The modal, submitted unchanged.
    fn submitted(modal: &Value) -> ModalInteractionData {
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

    fn hidden(modal: &Value) -> Fingerprint {
        match modal["custom_id"].as_str().unwrap().parse() {
            Ok(CustomId::Curate(CurateAction::Submit { hidden, .. })) => hidden,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_that_do_not_fit_stay_with_the_entry() {
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
        let back = typed(&submitted(&modal), hidden(&modal), &[&newer, &form]);
        assert_eq!(back.phrasings, form.phrasings);
        // With nothing hidden, nothing is added.
        let small = EntryInput {
            phrasings: "one".into(),
            ..EntryInput::default()
        };
        let modal = shown(&draft(small.clone()));
        let back = typed(&submitted(&modal), hidden(&modal), &[&form]);
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
                kind: ResourceKind::Tool,
                checked: None,
                review_by: None,
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
                    0 => Source::Section { article: article_id(0), section: section_id(0), quote: Some("some words of it".into()) },
                    _ => Source::Url(format!("https://example.org/{n}{}", "a".repeat(link))),
                }).collect(),
                checked: Date::parse("2026-11-24").ok(),
                resources: tools.iter().map(|tool| tool.id.clone()).collect(),
                related: (1..=related).map(id).collect(),
                ..bare(0)
            };
            let article = Article {
                id: article_id(0),
                title: "Title".into(),
                short: None,
                opening: None,
                author: None,
                publisher: None,
                url: None,
                published: None,
                note: None,
                sections: vec![Section { id: section_id(0), heading: "Heading".into(), place: None }],
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
            let back = typed(&submitted(&modal), hidden(&modal), &[&form]);
            let read = back.read(entry.id.as_str(), &knowledge);
            prop_assert_eq!(read, form.read(entry.id.as_str(), &knowledge));
        }

        #[test]
        fn anything_typed_fits(
            question in "\\PC{0,4000}", list in "(\\PC{0,300}\n){0,30}", rest in "[a-z, ]{0,3900}",
        ) {
            let mut form = EntryInput::default();
            for field in Field::ALL {
                if let Some(text) = form.text_mut(field) {
                    text.clone_from(match field {
                        Field::Question => &question,
                        Field::Phrasings | Field::Answer | Field::Sources => &list,
                        _ => &rest,
                    });
                }
            }
            let (head, tail) = split(&form.phrasings);
            prop_assert!(limits::length(head) <= limits::INPUT_VALUE);
            prop_assert_eq!(format!("{head}{tail}"), form.phrasings.clone());
            prop_assert!(details::write(&form).starts_with("topic: "));
            shown(&draft(form));
        }
    }
}
