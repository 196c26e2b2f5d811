//! For tests: Discord's limits on what is sent, and a property test that nothing which `check`
//! accepts exceeds them, wherever it is shown.
//!
//! Lengths are in UTF-16 units, as everywhere here; a form's values are in characters, as Discord
//! counts them.

use super::limits;
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

/// Checks a message as it is sent.
pub fn message(message: &Value) -> Result<(), TestCaseError> {
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

/// Checks the choices of an autocompletion.
pub fn choices(response: &Value) -> Result<(), TestCaseError> {
    let choices = list(&response["choices"]);
    prop_assert!(choices.len() <= limits::CHOICES);
    for choice in choices {
        prop_assert!((1..=limits::CHOICE_TEXT).contains(&length(&choice["name"])));
        prop_assert!((1..=limits::CHOICE_TEXT).contains(&length(&choice["value"])));
    }
    Ok(())
}

/// Checks a form.
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

mod tests {
    use super::{choices, message, modal};
    use crate::discord::ENTRY_LIMITS;
    use crate::discord::commands;
    use crate::discord::complete;
    use crate::discord::curate::action::Change;
    use crate::discord::curate::preview::{Intent, preview};
    use crate::discord::curate::{form, history};
    use crate::discord::limits;
    use crate::discord::render::{self, Feedback};
    use citebot_core::answer::{Candidate, Thresholds};
    use citebot_core::knowledge::{
        self, Article, ArticleId, Entry, EntryId, Knowledge, Known, MAX_ID_CHARS, Resource,
        ResourceId, Section, SectionId, Source, check,
    };
    use citebot_engine::{
        ChangedReply, Draft, EditConflict, EntryInput, Group, Impact, KnownQuestion, Origin,
        PastRevision, Preview, ReplyGist, Snapshot, diff,
    };
    use citebot_store::{LoggedQuestion, Outcome, QuestionId, Revision, RevisionId, RevisionKind};
    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::Value;
    use serenity::model::id::UserId;
    use std::sync::Arc;

    /// The latest revision there can be.
    const LAST: Option<RevisionId> = Some(RevisionId(i64::MAX));

    /// One of the longest ids.
    fn id(number: usize) -> EntryId {
        EntryId::new(&format!("{number:0>MAX_ID_CHARS$}")).unwrap()
    }

    fn article_id(number: usize) -> ArticleId {
        ArticleId::new(&format!("{number:0>MAX_ID_CHARS$}")).unwrap()
    }

    fn section_id(number: usize) -> SectionId {
        SectionId::new(&format!("{number:0>MAX_ID_CHARS$}")).unwrap()
    }

    fn resource_id(number: usize) -> ResourceId {
        ResourceId::new(&format!("{number:0>MAX_ID_CHARS$}")).unwrap()
    }

    /// `most` characters, in `unit`s.
    fn filled(unit: &str, most: usize) -> String {
        let text: String = unit.repeat(most).chars().take(most).collect();
        text.trim().to_owned()
    }

    prop_compose! {
        /// More entries than a list shows, each accepted by `check`. Of the first everything is
        /// drawn up to the limits, its answer shortened until it is accepted: often that is the
        /// longest which is.
        fn accepted()(
            unit in prop::sample::select(vec!["a", "*", "`", "🇩🇪", "日", "w "]),
            question in 10_usize..=250,
            answer in 1_usize..=2_600,
            phrasings in 0_usize..40,
            sources in 0_usize..=40,
            heading in 1_usize..300,
            author in prop::option::of(1_usize..100),
            url in prop::option::of(20_usize..500),
            resources in 0_usize..=ENTRY_LIMITS.resources,
            related in 0_usize..=ENTRY_LIMITS.related,
            topics in 1_usize..40,
        ) -> Knowledge {
            let url = url.map(|length| format!("https://example.org/{}", "a".repeat(length - 20)));
            let article = Article {
                id: article_id(0),
                title: format!("t{}", filled(unit, heading)),
                author: author.map(|length| format!("by {}", filled(unit, length))),
                publisher: None,
                url: url.clone(),
                published: None,
                note: None,
                sections: (0..40)
                    .map(|n| Section { id: section_id(n), heading: format!("{n}{}", filled(unit, heading)) })
                    .collect(),
            };
            let tool = |n| Resource {
                id: resource_id(n),
                name: format!("{n}{}", filled(unit, 78)),
                url: url.clone().unwrap_or_else(|| "https://example.org".into()),
                description: None,
            };
            let worded = |word: String| format!("{word} {}", filled(unit, question - 9));
            let other = |n: usize| Entry {
                topic: format!("{:0>3}{}", n % topics, filled(unit, 97)),
                ..Entry::example(id(n).as_str(), &worded(format!("what {n}")), &[])
            };
            let others: Vec<Entry> = (1..=60).map(other).collect();
            let tools = (0..ENTRY_LIMITS.resources).map(tool).collect();
            let articles = vec![article];
            let beside = Knowledge::from_parts(articles.clone(), tools, Vec::new(), others.clone())
                .with_limits(&ENTRY_LIMITS);
            let known = Known::new(&beside);
            let entry = |answer: usize, sources: usize| {
                let mut text = filled(unit, answer);
                for n in 1..=sources {
                    text = format!("{text} [{n}]");
                }
                Entry {
                    phrasings: (0..phrasings).map(|n| worded(format!("how {n}"))).collect(),
                    answer: text,
                    sources: (0..sources).map(|n| match &url {
                        Some(url) if n % 2 == 0 => Source::Url(format!("{url}{n}")),
                        _ => Source::Section { article: article_id(0), section: section_id(n) },
                    }).collect(),
                    resources: (0..resources).map(resource_id).collect(),
                    related: (1..=related).map(id).collect(),
                    ..other(0)
                }
            };
            let fits = |entry: &Entry| check(&knowledge::UncheckedEntry::from(entry), &known).is_empty();
            let fewest = (0..=sources).rev().find(|&sources| fits(&entry(1, sources)));
            let sources = fewest.expect("an entry without sources is accepted");
            let (mut least, mut most) = (1, answer + 1);
            while most - least > 1 {
                let middle = least.midpoint(most);
                if fits(&entry(middle, sources)) { least = middle } else { most = middle }
            }
            let mut entries = vec![entry(least, sources)];
            entries.extend(others);
            let tools = beside.resources().iter().map(|tool| (**tool).clone()).collect();
            Knowledge::from_parts(articles, tools, Vec::new(), entries)
        }
    }

    /// What Discord is sent for this message of a moderator's.
    fn sent(page: crate::discord::curate::page::Page) -> Value {
        let response = serde_json::to_value(page.shown.into_private_response()).unwrap();
        response["data"].clone()
    }

    fn shown(rendered: render::Rendered) -> Value {
        serde_json::to_value(rendered.into_notice()).unwrap()
    }

    fn json(value: impl Serialize) -> Value {
        serde_json::to_value(value).unwrap()
    }

    fn revision(entry: &Entry, number: i64) -> Revision {
        Revision {
            id: RevisionId(i64::MAX - number),
            entry: entry.id.to_string(),
            kind: RevisionKind::Restore,
            author: u64::MAX,
            published_at: 1_700_000_000_000,
            based_on: LAST,
            body: None,
        }
    }

    /// Everything that a preview can tell of `entry`.
    fn told(knowledge: &Knowledge, entry: &Arc<Entry>, conflicts: i64) -> Preview {
        let changes = diff(None, Some(&knowledge::UncheckedEntry::from(&**entry)));
        let changed = knowledge.entries().iter().map(|other| ChangedReply {
            question: KnownQuestion {
                text: other.question.clone(),
                origin: Origin::Phrasing(other.id.clone()),
            },
            from: ReplyGist::Suggest(other.id.clone()),
            to: ReplyGist::Answer(entry.id.clone()),
        });
        Preview {
            entry: entry.id.to_string(),
            kind: RevisionKind::Edit,
            before: Some(Arc::clone(entry)),
            after: Some(Arc::clone(entry)),
            changes: changes.clone(),
            problems: Vec::new(),
            notes: vec![entry.answer.clone(); 3],
            impact: Impact {
                asked: usize::MAX,
                changed: changed.collect(),
                unreached: entry.phrasings.clone(),
            },
            conflict: (conflicts > 0).then(|| EditConflict {
                entry: entry.id.to_string(),
                theirs: (0..conflicts).map(|n| revision(entry, n)).collect(),
                changes,
                latest: LAST,
            }),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_members_see_of_any_accepted_entry_fits(knowledge in accepted()) {
            let asker = UserId::new(u64::MAX);
            let question = QuestionId(i64::MAX);
            let feedback = Feedback {
                votes: true,
                question: Some((asker, question)),
                dismiss: Some(asker),
            };
            let entry = &knowledge.entries()[0];
            message(&shown(render::answer_with(&knowledge, entry, &feedback)))?;
            for page in 0..8 {
                message(&shown(render::browse(&knowledge, None, page)))?;
                message(&shown(render::browse(&knowledge, Some(&entry.topic), page)))?;
                message(&shown(render::article(&knowledge, &knowledge.articles()[0], page)))?;
                message(&shown(render::toolkit(&knowledge, page)))?;
            }
            message(&shown(render::articles(&knowledge, 0)))?;
            let candidate = |entry: &Arc<Entry>| Candidate { entry: Arc::clone(entry), confidence: 0.5 };
            let candidates: Vec<Candidate> = knowledge.entries().iter().map(candidate).collect();
            message(&shown(render::suggestions(&candidates, asker, Some(question), true)))?;
        }

        #[test]
        fn what_moderators_see_of_any_accepted_entry_fits(
            knowledge in accepted(), conflicts in prop::sample::select(vec![0_i64, 1, 60]),
        ) {
            let entry = &knowledge.entries()[0];
            let told = told(&knowledge, entry, conflicts);
            let draft = Draft {
                entry: Some(entry.id.to_string()),
                based_on: Some(i64::MAX),
                input: EntryInput::from(&**entry),
                answers: Vec::new(),
            };
            modal(&json(form::modal(&draft)))?;
            let undo = Change::Undo(LAST);
            for intent in [Intent::Write(&draft), Intent::Change(undo, LAST)] {
                message(&sent(preview(&knowledge, &told, intent)))?;
            }

            let past = |number| PastRevision {
                id: RevisionId(i64::MAX - number),
                kind: RevisionKind::Restore,
                author: u64::MAX,
                at: 1_700_000_000_000,
                // Some that are long, and enough for the menu.
                changes: if number < 3 { told.changes.clone() } else { Vec::new() },
            };
            let past: Vec<PastRevision> = (0..30).map(past).collect();
            for page in [0, 1, 2, 1_000] {
                message(&sent(history::history(&entry.id, &past, page)))?;
            }

            let group = |entry: &Arc<Entry>| Group {
                newest: LoggedQuestion {
                    id: QuestionId(i64::MAX),
                    text: entry.answer.clone(),
                    outcome: Outcome::Answer,
                    entry: Some(entry.id.to_string()),
                    confidence: 0.5,
                    surface: "ask".into(),
                    asked_at: 1_700_000_000_000,
                    flagged_at: None,
                },
                times: u64::MAX,
                flagged: u64::MAX,
                texts: entry.all_phrasings().map(str::to_owned).collect(),
            };
            let groups: Vec<Group> = knowledge.entries().iter().map(group).collect();
            for page in [0, 1, 60] {
                message(&shown(render::queue(&groups, page, knowledge.entries())))?;
            }
            message(&shown(render::digest(&groups).unwrap()))?;
        }

        #[test]
        fn whatever_is_typed_the_choices_fit(
            knowledge in accepted(),
            typed in prop::sample::select(vec!["", "what", "w", "4", "nothing like it"]),
        ) {
            let entries = complete::entries(&knowledge, typed);
            let named = |entry: &&Arc<Entry>| (entry.question.clone(), entry.id.to_string());
            choices(&json(commands::choices(entries.iter().map(named))))?;
            let labelled = |text: &str| (text.to_owned(), complete::label(text));
            let questions = entries.iter().map(|entry| labelled(&entry.question));
            choices(&json(commands::choices(questions)))?;
            let topics = complete::topics(&knowledge, typed).into_iter().map(labelled);
            choices(&json(commands::choices(topics)))?;
            let all = json(commands::choices(knowledge.entries().iter().map(|e| named(&e))));
            prop_assert_eq!(all["choices"].as_array().map(Vec::len), Some(limits::CHOICES));
            choices(&all)?;
        }
    }

    proptest! {
        // Indexing takes most of the time.
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn why_any_accepted_entry_answers_fits(knowledge in accepted()) {
            const THRESHOLDS: Thresholds = Thresholds { answer: 0.6, unprompted: 0.85, suggest: 0.15 };
            let snapshot = Snapshot::new(knowledge);
            let entry = &snapshot.knowledge.entries()[0];
            for asked in [&entry.question, &entry.answer] {
                let why = snapshot.why(asked, THRESHOLDS);
                message(&shown(render::why(asked, &why)))?;
            }
        }
    }
}
