//! Adding, editing, removing, restoring, undoing, reviewing, setting.

use super::{
    ANIMALS, AUTHOR, Place, THRESHOLDS, add, admin, asked, attach, change, lamp, options, publish,
    remove, restore, server,
};
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::EntryId;
use citebot_engine::{
    Draft, Edit, EditError, Engine, EntryInput, File, ImportError, Options, Quota, QuotaError,
    Refusal, ReplyGist, Settings, SettingsError,
};
use citebot_store::{Outcome, RevisionId, RevisionKind, Vote};
use std::time::Duration;

#[tokio::test]
async fn an_entry_is_added_edited_removed_restored_and_undone() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let lava = "what moves the wax in a lava lamp";
    assert_eq!(asked(&engine, 1, lava), "-");

    let added = publish(&here, &add(lamp())).await;
    assert_eq!(added.entry, "how-does-a-lava-lamp-work");
    assert_eq!(
        added.summary,
        "added `how-does-a-lava-lamp-work` “How does a lava lamp work?” (revision 1)"
    );
    assert_eq!(asked(&engine, 1, lava), added.entry);
    let entry = here.entry(&added.entry).expect("is there");
    assert_eq!((entry.topic.as_str(), entry.phrasings.len()), ("Earth", 2));

    let edit = change(&here, &added.entry, |form| {
        form.answer = "Warm wax rises. [1]\n\nCold wax sinks. [1]".into();
        form.related = "volcano".into();
    });
    publish(&here, &edit).await;
    publish(&here, &remove(&here, &added.entry)).await;
    assert_eq!(asked(&engine, 1, lava), "-");
    let removed = here.removed_entries().await.expect("reads");
    assert_eq!(removed.len(), 1);
    assert_eq!(removed[0].question, "How does a lava lamp work?");

    publish(&here, &restore(&here, &added.entry)).await;
    assert_eq!(asked(&engine, 1, lava), added.entry);
    assert_eq!(here.removed_entries().await.expect("reads"), []);
    let entry = here.entry(&added.entry).expect("is back");
    assert!(entry.answer.starts_with("Warm wax"), "{entry:?}");

    let undo = |to: Option<i64>| Edit::Undo {
        entry: added.entry.clone(),
        to: to.map(RevisionId),
        based_on: here.latest(&added.entry),
    };
    publish(&here, &undo(Some(1))).await;
    let entry = here.entry(&added.entry).expect("is there");
    assert_eq!(entry.answer, "The lamp heats the wax. [1]");
    publish(&here, &undo(None)).await;
    assert_eq!(here.entry(&added.entry), None);

    let history = here.history(&added.entry, None, 99).await.expect("reads");
    assert!(!history.goes_on);
    let told: Vec<String> = history
        .revisions
        .iter()
        .map(|past| {
            let lines: Vec<String> = past.changes.iter().map(ToString::to_string).collect();
            format!(
                "{} {} by {}: {}",
                past.id,
                past.kind.as_str(),
                past.author,
                lines.join(" | ")
            )
        })
        .collect();
    assert_eq!(told.len(), 6);
    assert_eq!(
        told[4],
        "2 edit by 77: - answer: The lamp heats the wax. [1] | + answer: Warm wax rises. [1] | \
         + answer: Cold wax sinks. [1] | + related entry: volcano"
    );
    assert!(
        told[3].starts_with("3 remove by 77: - topic: Earth | - question: "),
        "{}",
        told[3]
    );
    assert!(told[0].starts_with("6 remove by 77: - "), "{}", told[0]);

    // All of that is still so after a restart.
    publish(&here, &undo(Some(2))).await;
    let again = place.engine().await;
    assert_eq!(asked(&again, 1, lava), added.entry);
}

#[tokio::test]
async fn a_server_sees_the_base_and_its_own_entries_alone() {
    let place = Place::new();
    let engine = place.engine().await;
    let (one, two) = (admin(&engine, 1), admin(&engine, 2));
    let lava = publish(&one, &add(lamp())).await.entry;
    let edit = change(&two, "volcano", |form| {
        form.question = "Why do volcanoes smoke?".into();
    });
    publish(&two, &edit).await;
    publish(&two, &remove(&two, "zebra")).await;

    assert_eq!(asked(&engine, 1, "lava lamp"), lava);
    assert_eq!(asked(&engine, 2, "lava lamp physics"), "-");
    assert_eq!(asked(&engine, 1, "zebra stripes"), "zebra");
    assert_ne!(asked(&engine, 2, "zebra stripes"), "zebra");
    assert_eq!(
        one.entry("volcano").map(|e| e.question.clone()).as_deref(),
        Some("What makes volcanoes erupt?")
    );
    assert_eq!(
        two.entry("volcano").map(|e| e.question.clone()).as_deref(),
        Some("Why do volcanoes smoke?")
    );
    // A revision's number is its server's own.
    let undo = |entry: &str, to: i64| Edit::Undo {
        entry: entry.into(),
        to: Some(RevisionId(to)),
        based_on: two.latest(entry),
    };
    for (edit, expected) in [
        (undo("volcano", 2), "has no revision 2"),
        (undo("volcano", 9), "has no revision 9"),
        (undo(&lava, 1), "has no revision 1"),
    ] {
        let error = two.publish(AUTHOR, 0, &edit).await.expect_err("refused");
        assert!(error.to_string().contains(expected), "{error}");
    }
    // Without an overlay of its own a server shares the base's index.
    assert!(std::sync::Arc::ptr_eq(
        &engine.snapshot(Some(server(3))),
        &engine.snapshot(None)
    ));
    publish(&two, &restore(&two, "zebra")).await;
    publish(&two, &restore(&two, "volcano")).await;
    assert!(std::sync::Arc::ptr_eq(
        &engine.snapshot(Some(server(2))),
        &engine.snapshot(None)
    ));
}

#[tokio::test]
async fn what_is_wrong_is_told_all_at_once_and_changes_nothing() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let edit = add(EntryInput {
        topic: "Earht".into(),
        question: "zebra stripes".into(),
        phrasings: "lava\nLAVA".into(),
        answer: "So. [2]".into(),
        sources: "guide#strat".into(),
        checked: "yesterday".into(),
        resources: "hubb".into(),
        related: "zebar".into(),
        ..EntryInput::default()
    });
    let preview = here.preview(&edit).await.expect("a preview");
    let problems: Vec<String> = preview.problems.iter().map(ToString::to_string).collect();
    for expected in [
        "question: entry `zebra` is worded like this already",
        "phrasing 2: this entry is worded like this already",
        "did you mean `guide#start`?",
        "[2] points to no source",
        "no [1] in the answer",
        "checked: `yesterday` is not a date",
        "did you mean `hub`?",
        "did you mean `zebra`?",
    ] {
        assert!(
            problems.iter().any(|p| p.contains(expected)),
            "{expected}: {problems:#?}"
        );
    }
    assert_eq!(problems.len(), 8, "{problems:#?}");
    assert_eq!(
        preview.notes,
        ["“Earht” is a new topic. Did you mean “Earth”?"]
    );
    assert!(preview.after.is_some_and(|entry| entry.answer == "So. [2]"));
    match here.publish(AUTHOR, 0, &edit).await {
        Err(EditError::Invalid(found)) => assert_eq!(found, preview.problems),
        other => panic!("{other:?}"),
    }
    assert!(here.edited_entries().is_empty());

    for (edit, expected) in [
        (
            Edit::Remove {
                entry: "volcanoe".into(),
                based_on: None,
            },
            "there is no entry `volcanoe`; did you mean `volcano`?",
        ),
        (restore(&here, "zebra"), "nothing to restore"),
        (restore(&here, "qqqqqqqq"), "there is no entry `qqqqqqqq`"),
    ] {
        let error = here.preview(&edit).await.expect_err("refused");
        assert!(matches!(error, EditError::Refused(_)), "{error:?}");
        assert!(
            error.to_string().ends_with(expected) || error.to_string().contains(expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn two_moderators_cannot_overwrite_each_other() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let mine = change(&here, "zebra", |form| form.answer = "For fun. [1]".into());
    let theirs = change(&here, "zebra", |form| {
        form.phrasings.push_str("\nstriped horse");
    });
    let published = here.publish(5, 10, &theirs).await.expect("publishes");

    let preview = here.preview(&mine).await.expect("a preview");
    assert!(preview.conflict.is_some());
    let Err(EditError::Conflict(conflict)) = here.publish(AUTHOR, 20, &mine).await else {
        panic!("no conflict");
    };
    assert_eq!(preview.conflict.as_ref(), Some(&*conflict));
    assert_eq!(conflict.latest, published.revision.map(|r| r.id));
    assert_eq!(
        conflict.theirs.iter().map(|r| r.author).collect::<Vec<_>>(),
        [5]
    );
    let changes: Vec<String> = conflict.changes.iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["+ phrasing: striped horse"]);

    // Having seen it, they may go over it.
    let Edit::Write(draft) = mine else { panic!() };
    let knowing = Edit::Write(Box::new(Draft {
        based_on: conflict.latest.map(|id| id.0),
        ..*draft
    }));
    publish(&here, &knowing).await;
    let entry = here.entry("zebra").expect("is there");
    assert_eq!(entry.answer, "For fun. [1]");
    // Removing is based on what was seen as well.
    let stale = Edit::Remove {
        entry: "zebra".into(),
        based_on: None,
    };
    let error = here
        .publish(AUTHOR, 30, &stale)
        .await
        .expect_err("a conflict");
    assert!(matches!(error, EditError::Conflict(_)), "{error:?}");
}

#[tokio::test]
async fn what_another_process_published_is_shown_after_the_conflict() {
    let place = Place::new();
    let (one, other) = (place.engine().await, place.engine().await);
    let (here, there) = (admin(&one, 1), admin(&other, 1));
    let mine = change(&here, "volcano", |form| form.answer = "Mine. [1]".into());
    let theirs = change(&there, "volcano", |form| {
        form.answer = "Theirs. [1]".into();
        form.phrasings.push_str("\nwhy is there lava");
    });
    publish(&there, &theirs).await;
    // The news has not come yet.
    let error = here.publish(AUTHOR, 1, &mine).await.expect_err("refused");
    assert!(matches!(error, EditError::Conflict(_)), "{error:?}");
    assert_eq!(asked(&one, 1, "why is there lava"), "volcano");
    let preview = here.preview(&mine).await.expect("a preview");
    let conflict = preview.conflict.expect("the preview shows it too");
    let Edit::Write(mut draft) = mine else {
        unreachable!("it writes")
    };
    draft.based_on = conflict.latest.map(|revision| revision.0);
    publish(&here, &Edit::Write(draft)).await;

    // The same for files.
    let files = here.export().expect("exports").files;
    let theirs = change(&there, "volcano", |form| form.answer = "Again. [1]".into());
    let seen = there.publish(AUTHOR, 2, &theirs).await;
    assert!(matches!(seen, Err(EditError::Conflict(_))), "{seen:?}");
    let theirs = change(&there, "volcano", |form| form.answer = "Again. [1]".into());
    publish(&there, &theirs).await;
    let changed: Vec<File> = files
        .into_iter()
        .map(|file| File {
            text: file.text.replace("Mine", "Yours"),
            ..file
        })
        .collect();
    let refused = here.import(AUTHOR, 3, &changed).await;
    assert!(
        matches!(refused, Err(ImportError::Conflict(_))),
        "{refused:?}"
    );
    let imported = here.import(AUTHOR, 3, &changed).await.expect("imports");
    assert_eq!(imported.revisions.len(), 1);
}

#[tokio::test]
async fn a_server_has_a_quota() {
    let place = Place::new();
    let quota = Quota {
        entries: 2,
        phrasings: 5,
    };
    let engine = place.engine_with(Options { quota, ..options() }).await;
    let here = admin(&engine, 1);
    let refused = async |edit: Edit, expected: QuotaError| {
        for error in [
            here.preview(&edit).await.map(drop),
            here.publish(AUTHOR, 1, &edit).await.map(drop),
        ] {
            match error {
                Err(EditError::Refused(Refusal::Quota(found))) => assert_eq!(found, expected),
                other => panic!("{other:?}"),
            }
        }
    };
    // Three phrasings with the question.
    let lava = publish(&here, &add(lamp())).await.entry;
    let more = change(&here, &lava, |form| form.phrasings.push_str("\na\nb\nc"));
    let phrasings = |wanted| QuotaError::Phrasings { wanted, allowed: 5 };
    refused(more, phrasings(6)).await;
    let zebra = change(&here, "zebra", |form| form.phrasings = "stripes".into());
    publish(&here, &zebra).await;
    let third = change(&here, "giraffe", |form| form.answer = "Why not. [1]".into());
    let entries = QuotaError::Entries {
        wanted: 3,
        allowed: 2,
    };
    refused(third, entries).await;
    // Removing makes room, and other servers have their own.
    publish(&admin(&engine, 2), &add(lamp())).await;
    publish(&here, &remove(&here, &lava)).await;
    let third = change(&here, "giraffe", |form| form.answer = "Why not. [1]".into());
    publish(&here, &third).await;

    let many = |count| {
        let entries = (0..count).map(|n| {
            format!("[[entry]]\nid = \"e{n}\"\nquestion = \"Question {n}?\"\nanswer = \"Yes.\"\n")
        });
        let text = format!("topic = \"T\"\n{}", entries.collect::<String>());
        let name = "t.toml".to_owned();
        [File { name, text }]
    };
    let there = admin(&engine, 3);
    let error = there.import(AUTHOR, 1, &many(3)).await;
    assert!(
        matches!(error, Err(ImportError::Quota(found)) if found == entries),
        "{error:?}"
    );
    let imported = there.import(AUTHOR, 1, &many(2)).await.expect("imports");
    assert_eq!(imported.revisions.len(), 2);
}

#[tokio::test]
async fn the_operator_can_close_the_base() {
    let place = Place::new();
    {
        let engine = place.engine().await;
        let here = admin(&engine, 1);
        publish(&here, &remove(&here, "zebra")).await;
        publish(
            &here,
            &change(&here, "volcano", |form| form.answer = "Heat. [1]".into()),
        )
        .await;
        publish(&here, &add(lamp())).await;
    }
    let engine = place
        .engine_with(Options {
            override_base: false,
            ..options()
        })
        .await;
    let here = admin(&engine, 1);
    assert_eq!(asked(&engine, 1, "zebra stripes"), "zebra");
    assert_eq!(
        asked(&engine, 1, "lava lamp physics"),
        "how-does-a-lava-lamp-work"
    );
    assert!(
        here.entry("volcano")
            .is_some_and(|entry| entry.answer.starts_with("Gas"))
    );
    let stale_entries: Vec<String> = here
        .stale_entries()
        .iter()
        .map(|m| m.entry.clone())
        .collect();
    assert_eq!(stale_entries, ["volcano", "zebra"]);
    for edit in [
        change(&here, "giraffe", |form| form.answer = "Mine. [1]".into()),
        remove(&here, "giraffe"),
        restore(&here, "zebra"),
    ] {
        let error = here.publish(AUTHOR, 0, &edit).await.expect_err("closed");
        assert!(
            matches!(error, EditError::Refused(Refusal::Closed(_))),
            "{error:?}"
        );
    }
    let mut other = lamp();
    other.question = "What is a plasma globe?".into();
    other.phrasings = String::new();
    publish(&here, &add(other)).await;
}

#[tokio::test]
async fn stale_entries_break_nothing() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let lava = publish(&here, &add(lamp())).await.entry;
    let edit = change(&here, "zebra", |form| {
        form.phrasings.push_str("\nstriped horse");
        form.related = format!("giraffe {lava}");
    });
    publish(&here, &edit).await;
    assert_eq!(asked(&engine, 1, "striped horse"), "zebra");
    assert!(here.stale_entries().is_empty());

    // The giraffe is gone, and the section that the lamp cites.
    let zebra = ANIMALS
        .split("[[entry]]\nid = \"giraffe\"")
        .next()
        .expect("the zebra");
    place.write(
        "faq/animals.toml",
        &zebra
            .replace("[\"giraffe\"]", "[]")
            .replace("guide#start", "guide#end"),
    );
    place.write(
        "articles.toml",
        &super::ARTICLES.replace("\"start\"", "\"beginning\""),
    );
    engine
        .reload()
        .unwrap_or_else(|problems| panic!("{problems}"));

    let stale_entries = here.stale_entries();
    let told: Vec<(&str, bool)> = stale_entries
        .iter()
        .map(|m| (m.entry.as_str(), m.shown))
        .collect();
    assert_eq!(told, [(lava.as_str(), false), ("zebra", false)]);
    assert!(
        stale_entries[0].to_string().contains("no section `start`"),
        "{}",
        stale_entries[0]
    );
    assert_eq!(asked(&engine, 1, "lava lamp physics"), "-");
    // The zebra of the base is shown again.
    assert_eq!(asked(&engine, 1, "zebra stripes"), "zebra");
    assert!(
        here.entry("zebra")
            .is_some_and(|e| e.related.is_empty() && e.phrasings.len() == 2)
    );

    // When the section is back so are they; the giraffe, which is only offered, is left out.
    place.write("articles.toml", super::ARTICLES);
    engine
        .reload()
        .unwrap_or_else(|problems| panic!("{problems}"));
    let stale_entries = here.stale_entries();
    let told: Vec<(&str, bool)> = stale_entries
        .iter()
        .map(|m| (m.entry.as_str(), m.shown))
        .collect();
    assert_eq!(told, [("zebra", true)]);
    assert_eq!(asked(&engine, 1, "striped horse"), "zebra");
    let related = here
        .entry("zebra")
        .map(|e| e.related.clone())
        .expect("is there");
    assert_eq!(
        related.iter().map(EntryId::as_str).collect::<Vec<_>>(),
        [lava.as_str()]
    );
    // A stale entry can be removed.
    publish(&here, &restore(&here, "zebra")).await;
    assert!(here.stale_entries().is_empty());

    // A base with a mistake changes nothing.
    place.write("articles.toml", "nonsense");
    assert!(engine.reload().is_err());
    assert_eq!(asked(&engine, 1, "lava lamp physics"), lava);
}

#[tokio::test]
async fn an_edit_reaches_another_engine_on_the_same_store() {
    let place = Place::new();
    let store = place.store().await;
    let one = attach(&place.knowledge(), store.clone(), options()).await;
    let two = attach(&place.knowledge(), store, options()).await;
    let lava = publish(&admin(&one, 1), &add(lamp())).await.entry;
    let settings = Settings {
        answer: Some(0.7),
        ..Settings::default()
    };
    admin(&one, 1)
        .set_settings(settings.clone(), None)
        .await
        .expect("sets");
    let arrived = async {
        while asked(&two, 1, "lava lamp physics") != lava
            || *two.settings(Some(server(1))) != settings
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), arrived)
        .await
        .expect("arrives");
}

#[tokio::test]
async fn what_was_typed_is_kept_until_it_is_published() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let zebra = EntryId::new("zebra").expect("an id");
    let Edit::Write(mut of_zebra) = change(&here, "zebra", |form| form.answer = "Half".into())
    else {
        panic!();
    };
    let Edit::Write(new) = add(lamp()) else {
        panic!()
    };
    // Times far in the future, because old drafts are swept by the real clock.
    let later = 4_000_000_000_000;
    here.save_draft(AUTHOR, &of_zebra, later)
        .await
        .expect("keeps");
    here.save_draft(AUTHOR, &new, later).await.expect("keeps");
    of_zebra.input.answer = "Whole. [1]\0".into();
    here.save_draft(AUTHOR, &of_zebra, later + 1)
        .await
        .expect("keeps");

    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let kept = |author, entry| async move { here.saved_draft(author, entry).await.expect("reads") };
    let found = kept(AUTHOR, Some(&zebra)).await.expect("is kept");
    assert_eq!((found.draft, found.at), (*of_zebra, later + 1));
    assert_eq!(
        kept(AUTHOR, None).await.map(|k| k.draft),
        Some((*new).clone())
    );
    assert_eq!(kept(AUTHOR + 1, None).await, None);
    assert_eq!(
        admin(&engine, 2)
            .saved_draft(AUTHOR, None)
            .await
            .expect("reads"),
        None
    );

    publish(&here, &Edit::Write(new)).await;
    assert_eq!(kept(AUTHOR, None).await, None);
    here.discard_draft(AUTHOR, Some(&zebra))
        .await
        .expect("discards");
    assert_eq!(kept(AUTHOR, Some(&zebra)).await, None);
}

#[tokio::test]
async fn what_went_unanswered_is_reviewed_once() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let ask = |text: &str, at: i64| {
        let answered = engine.ask(Some(server(1)), text, Prompting::Prompted);
        let logged = engine.log(&answered, "mention", at);
        (answered.reply, logged)
    };
    for (at, text) in (1..).zip([
        "how do lava lamps work",
        "How do lava lamps work?",
        "how does the lava lamp work",
        "who won the cup",
        "who won the cup??",
        "🤔",
        "knitting patterns",
    ]) {
        assert!(matches!(ask(text, at).0, Reply::Unknown { .. }), "{text}");
    }
    // Small talk is nobody's question; outside a server nothing is logged.
    for (server, text, prompting) in [
        (Some(server(1)), "good morning", Prompting::Unprompted),
        (None, "lava", Prompting::Prompted),
    ] {
        let answered = engine.ask(server, text, prompting);
        assert_eq!(engine.log(&answered, "channel", 9), None, "{text}");
    }
    let (reply, flagged) = ask("zebra stripes", 8);
    assert!(matches!(reply, Reply::Answer { .. }));
    assert!(
        here.flag(flagged.expect("is logged"), 10)
            .await
            .expect("flags")
    );
    assert!(
        !admin(&engine, 2)
            .flag(flagged.expect("is logged"), 10)
            .await
            .expect("reads")
    );

    let told = async || -> Vec<String> {
        let groups = here.review().await.expect("reads");
        groups
            .iter()
            .map(|g| format!("{}/{} {}", g.times, g.flagged, g.newest.text))
            .collect()
    };
    assert_eq!(
        told().await,
        [
            "3/0 how does the lava lamp work",
            "2/0 who won the cup??",
            "1/1 zebra stripes",
            "1/0 knitting patterns",
        ]
    );
    assert_eq!(admin(&engine, 2).review().await.expect("reads"), []);

    let groups = here.review().await.expect("reads");
    let id = groups[0].id();
    let group = here.group(id).await.expect("reads").expect("is there");
    assert_eq!(group, groups[0]);
    assert!(admin(&engine, 2).group(id).await.expect("reads").is_none());

    // The question becomes a phrasing.
    assert_eq!(here.add_phrasing_from(&group, "no-such"), None);
    let draft = here.add_phrasing_from(&group, "volcano").expect("is there");
    assert_eq!(
        draft.input.phrasings,
        "volcanic eruption\nhow does the lava lamp work"
    );
    publish(&here, &Edit::Write(draft.into())).await;
    assert_eq!(asked(&engine, 1, "how does the lava lamp work"), "volcano");
    assert!(here.group(id).await.expect("reads").is_none());

    // A new entry; one to ignore; one that the entry is worded like already.
    let mut draft = here.new_entry_from(&groups[3]);
    assert_eq!(draft.input.question, "knitting patterns");
    draft.input.answer = "There are many.".into();
    draft.input.topic = "Crafts".into();
    publish(&here, &Edit::Write(draft.into())).await;
    here.ignore(&groups[1], 20).await.expect("ignores");
    let draft = here
        .add_phrasing_from(&groups[2], "zebra")
        .expect("is there");
    let published = publish(&here, &Edit::Write(draft.into())).await;
    assert_eq!(published.revision, None);
    assert_eq!(told().await, Vec::<String>::new());
    // Ignored stays ignored; answered comes back only if it goes unanswered again.
    for text in ["Who won the cup", "how do lava lamps work"] {
        let _ = ask(text, 2_000);
    }
    assert!(told().await.iter().all(|one| !one.contains("cup")));

    let stats = here.stats(90, 3_000, 5).await.expect("reads");
    let asked: u64 = stats.days.iter().map(citebot_store::Day::asked).sum();
    assert_eq!(asked, 9);
}

#[tokio::test]
async fn a_reply_comes_with_its_snapshot_and_from_the_cache_until_an_edit() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let (text, prompting) = ("zebra stripes", Prompting::Prompted);
    let cached = || engine.ask_cached(Some(server(1)), text, prompting);
    assert!(cached().is_none(), "nobody has asked yet");
    let before = engine.ask(Some(server(1)), text, prompting);
    let again = cached().expect("is in the cache");
    assert_eq!(
        ReplyGist::from(&again.reply),
        ReplyGist::from(&before.reply)
    );
    assert_eq!(again.question, text);
    publish(&here, &remove(&here, "zebra")).await;
    assert!(cached().is_none(), "the index is another one");
    let after = engine.ask(Some(server(1)), text, prompting);
    assert!(before.snapshot.knowledge.entry("zebra").is_some());
    assert!(after.snapshot.knowledge.entry("zebra").is_none());
}

#[tokio::test]
async fn votes_are_counted() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let answered = engine.ask(Some(server(1)), "zebra stripes", Prompting::Prompted);
    let id = engine.log(&answered, "ask", 5).expect("is logged");
    let answer = citebot_store::VotedAnswer {
        id: id.0.cast_unsigned(),
        entry: "zebra",
    };
    for vote in [Vote::Up, Vote::Down] {
        here.vote(9, answer, vote, 6).await.expect("counts");
    }
    let stats = here.stats(1, 10, 5).await.expect("reads");
    assert_eq!((stats.up, stats.down), (0, 1));
    assert_eq!(stats.top, [("zebra".to_owned(), 1)]);
    let question = engine
        .store()
        .expect("a store")
        .question(server(1), id)
        .await
        .expect("reads");
    assert_eq!(
        question.map(|q| (q.outcome, q.surface)),
        Some((Outcome::Answer, "ask".to_owned()))
    );
}

#[tokio::test]
async fn a_server_has_its_own_settings() {
    let place = Place::new();
    let engine: Engine = place.engine().await;
    let here = admin(&engine, 1);
    let (settings, version) = here.settings();
    assert_eq!((&*settings, version), (&Settings::default(), None));
    let strict = Settings {
        answer: Some(0.99),
        unprompted: Some(1.0),
        log_channel: Some(4),
        ..Settings::default()
    };
    here.set_settings(strict.clone(), None).await.expect("sets");
    assert_eq!(
        engine.thresholds(Some(server(1))).answer.to_bits(),
        0.99_f64.to_bits()
    );
    assert_eq!(engine.thresholds(Some(server(2))), THRESHOLDS);
    match here.set_settings(Settings::default(), None).await {
        Err(SettingsError::Conflict { settings, version }) => {
            assert_eq!((&*settings, version), (&strict, Some(1)));
        }
        other => panic!("{other:?}"),
    }
    let wrong = Settings {
        answer: Some(2.0),
        ..Settings::default()
    };
    let error = here
        .set_settings(wrong, Some(1))
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("between 0 and 1"), "{error}");

    let again = place.engine().await;
    assert_eq!(*again.settings(Some(server(1))), strict);
    assert_eq!(admin(&again, 1).settings().1, Some(1));
}

#[tokio::test]
async fn publishing_what_stands_already_makes_no_revision() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let same = change(&here, "zebra", |_| ());
    let preview = here.preview(&same).await.expect("a preview");
    assert!(preview.changes.is_empty() && preview.impact.changed.is_empty());
    assert!(
        preview.notes[0].contains("like this already"),
        "{:?}",
        preview.notes
    );
    assert_eq!(publish(&here, &same).await.revision, None);

    // The words of the base are not copied into the overlay.
    publish(
        &here,
        &change(&here, "zebra", |form| form.answer = "Fun. [1]".into()),
    )
    .await;
    publish(
        &here,
        &change(&here, "zebra", |form| {
            form.answer = "To confuse flies. [1]".into();
        }),
    )
    .await;
    let past = here.history("zebra", None, 1).await.expect("reads");
    assert!(past.goes_on);
    assert_eq!(past.revisions[0].kind, RevisionKind::Restore);
    place.write(
        "faq/animals.toml",
        &ANIMALS.replace("confuse flies", "be seen"),
    );
    engine.reload().expect("reloads");
    assert!(
        here.entry("zebra")
            .is_some_and(|entry| entry.answer == "To be seen. [1]")
    );
}

/// The base gives the entry `zebra` another id.
fn call_zebra_stripes(place: &Place, engine: &Engine) {
    place.write(
        "faq/animals.toml",
        &ANIMALS
            .replace("id = \"zebra\"", "id = \"stripes\"\nwas = [\"zebra\"]")
            .replace("related = [\"zebra\"", "related = [\"stripes\""),
    );
    engine.reload().expect("reloads");
}

#[tokio::test]
async fn history_and_links_follow_an_entry_that_was_merged() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let edit = change(&here, "zebra", |form| form.answer = "Fun. [1]".into());
    publish(&here, &edit).await;
    call_zebra_stripes(&place, &engine);
    let base = engine.snapshot(None);
    let found = base.knowledge.entry_now_or_formerly("zebra");
    assert_eq!(found.map(|entry| entry.id.as_str()), Some("stripes"));
    let past = here.history("stripes", None, 9).await.expect("reads");
    let past: Vec<_> = past
        .revisions
        .iter()
        .map(|past| (past.id, past.entry.as_str()))
        .collect();
    assert_eq!(past, [(RevisionId(1), "zebra")]);
}

#[tokio::test]
async fn a_history_is_read_in_parts_that_tell_the_same_as_the_whole() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let answer = async |entry: &str, number: usize| {
        let answer = format!("Answer {number}. [1]");
        publish(&here, &change(&here, entry, |form| form.answer = answer)).await;
    };
    for number in 1..=3 {
        answer("zebra", number).await;
    }
    let undo = Edit::Undo {
        entry: "zebra".to_owned(),
        to: None,
        based_on: here.latest("zebra"),
    };
    publish(&here, &undo).await;
    answer("volcano", 5).await;
    call_zebra_stripes(&place, &engine);
    for number in 6..=7 {
        answer("stripes", number).await;
    }
    let whole = here.history("stripes", None, 99).await.expect("reads");
    let ids: Vec<i64> = whole.revisions.iter().map(|past| past.id.0).collect();
    assert_eq!((ids, whole.goes_on), (vec![7, 6, 4, 3, 2, 1], false));
    for limit in 1..=7 {
        let mut told = Vec::new();
        let mut before = None;
        loop {
            let part = here.history("stripes", before, limit).await.expect("reads");
            assert!(part.revisions.len() <= limit);
            before = part.revisions.last().map(|past| past.id);
            told.extend(part.revisions);
            if !part.goes_on {
                break;
            }
        }
        assert_eq!(told, whole.revisions, "{limit}");
    }
    // No revision of this entry: it begins with the latest.
    let other = here.history("stripes", Some(RevisionId(5)), 99).await;
    assert_eq!(other.expect("reads"), whole);
}
