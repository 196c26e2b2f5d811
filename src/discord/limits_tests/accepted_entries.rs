//! Nothing that `check` accepts exceeds Discord's limits, wherever it is shown.

use crate::discord::ENTRY_LIMITS;
use crate::discord::assert_limits::{choices, message, modal};
use crate::discord::autocomplete;
use crate::discord::commands;
use crate::discord::curate;
use crate::discord::limits;
use crate::discord::render::{self, Asker, Feedback};
use crate::discord::rendered::Visibility;
use citebot_core::answer::{Candidate, Thresholds};
use citebot_core::knowledge::{
    self, Article, ArticleId, Date, Entry, EntryId, Knowledge, Known, MAX_ID_CHARS, Resource,
    ResourceId, ResourceKind, Section, SectionId, Source, check,
};
use citebot_engine::{
    ChangedReply, Draft, Edit, EditConflict, EntryInput, Group, HistoryPart, Impact, KnownQuestion,
    Origin, PastRevision, Preview, ReplyGist, Snapshot, diff,
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
            short: None,
            opening: None,
            author: author.map(|length| format!("by {}", filled(unit, length))),
            publisher: None,
            url: url.clone(),
            published: None,
            note: None,
            sections: (0..40)
                .map(|n| Section { id: section_id(n), heading: format!("{n}{}", filled(unit, heading)), place: None })
                .collect(),
        };
        let tool = |n| Resource {
            id: resource_id(n),
            name: format!("{n}{}", filled(unit, 78)),
            url: url.clone().unwrap_or_else(|| "https://example.org".into()),
            description: None,
            kind: ResourceKind::Tool,
            checked: None,
            review_by: None,
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
                    _ => Source::Section { article: article_id(0), section: section_id(n), quote: None },
                }).collect(),
                checked: Date::parse("2026-11-24").ok(),
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
        let asker = Asker {
            user: UserId::new(u64::MAX),
            question: Some(QuestionId(i64::MAX)),
            visibility: Visibility::Public,
        };
        let feedback = Feedback {
            votes: true,
            asker: Some(asker),
        };
        let entry = &knowledge.entries()[0];
        message(render::answer(&knowledge, entry, feedback))?;
        for page in 0..8 {
            message(render::browse(&knowledge, None, page))?;
            message(render::browse(&knowledge, Some(&entry.topic), page))?;
            message(render::article(&knowledge, &knowledge.articles()[0], page))?;
            message(render::toolkit(&knowledge, page))?;
        }
        message(render::articles(&knowledge, 0))?;
        let candidate = |entry: &Arc<Entry>| Candidate { entry: Arc::clone(entry), confidence: 0.5 };
        let candidates: Vec<Candidate> = knowledge.entries().iter().map(candidate).collect();
        message(render::suggestions(&candidates, asker))?;
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
        modal(&json(curate::modal::modal(&draft)))?;
        let undo = Edit::Undo {
            entry: entry.id.to_string(),
            to: LAST,
            based_on: LAST,
        };
        for edit in [Edit::Write(draft.into()), undo] {
            message(curate::preview::preview(&knowledge, &told, &edit, None))?;
        }

        let past = |number| PastRevision {
            id: RevisionId(i64::MAX - number),
            entry: entry.id.to_string(),
            kind: RevisionKind::Restore,
            author: u64::MAX,
            at: 1_700_000_000_000,
            // Some that are long, and enough for the menu.
            changes: if number < 3 { told.changes.clone() } else { Vec::new() },
        };
        let part = HistoryPart {
            revisions: (0..30).map(past).collect(),
            goes_on: true,
        };
        for (before, page) in [(None, 0), (LAST, 1), (LAST, 2), (LAST, 1_000)] {
            message(curate::history::history(&entry.id, &part, before, page))?;
        }

        let group = |entry: &Arc<Entry>| Group {
            chosen: Some(entry.id.to_string()),
            newest: LoggedQuestion {
                id: QuestionId(i64::MAX),
                text: entry.answer.clone(),
                outcome: Outcome::Answer,
                entry: Some(entry.id.to_string()),
                confidence: 0.5,
                surface: "ask".into(),
                asked_at: 1_700_000_000_000,
                flagged_at: None,
                followed_at: None,
            },
            times: u64::MAX,
            flagged: u64::MAX,
            texts: entry.all_phrasings().map(str::to_owned).collect(),
        };
        let groups: Vec<Group> = knowledge.entries().iter().map(group).collect();
        for page in [0, 1, 60] {
            message(render::queue(&groups, page, knowledge.entries()))?;
        }
        message(render::digest(&groups, &[]).unwrap())?;
    }

    #[test]
    fn whatever_is_typed_the_choices_fit(
        knowledge in accepted(),
        typed in prop::sample::select(vec!["", "what", "w", "4", "nothing like it"]),
    ) {
        let entries = autocomplete::entries(&knowledge, typed);
        let named = |entry: &&Arc<Entry>| (entry.question.clone(), entry.id.to_string());
        choices(&json(commands::as_choices(entries.iter().map(named))))?;
        let labelled = |text: &str| (text.to_owned(), autocomplete::label(text));
        let questions = entries.iter().map(|entry| labelled(&entry.question));
        choices(&json(commands::as_choices(questions)))?;
        let topics = autocomplete::topics(&knowledge, typed).into_iter().map(labelled);
        choices(&json(commands::as_choices(topics)))?;
        let all = json(commands::as_choices(knowledge.entries().iter().map(|e| named(&e))));
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
            message(render::why(asked, &why))?;
        }
    }
}
