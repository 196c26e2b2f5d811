//! The store, on SQLite and, where `CITEBOT_TEST_POSTGRES` holds a URL, on PostgreSQL: the same
//! tests on both.
//!
//! With `CITEBOT_TEST_PG_BIN` (the folder of `initdb` and `pg_ctl`) a test starts and restarts its own
//! server. PostgreSQL refuses to run as root: then the user of `CITEBOT_TEST_PG_USER`, or
//! `postgres`, runs it.

mod cluster;
mod places;
mod postgres;
mod proxy;

use citebot_store::{
    DAY, NewQuestion, NewRevision, Outcome, PublishError, QuestionId, Resolution, Revision,
    RevisionId, RevisionKind, ServerChange, ServerId, Stats, Store, StoreSettingsError, Tally,
    Vote, VotedAnswer,
};
use places::{HANG, Place, everywhere};
use std::num::NonZeroU64;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::time::timeout;

/// A server with an id of the size that Discord gives.
fn server(number: u64) -> ServerId {
    ServerId(NonZeroU64::new(1_200_000_000_000_000_000 + number).expect("not 0"))
}

fn draft(entry: &str, kind: RevisionKind, body: &str, based_on: Option<i64>) -> NewRevision {
    NewRevision {
        entry: entry.to_owned(),
        kind,
        body: (!body.is_empty()).then(|| body.to_owned()),
        based_on: based_on.map(RevisionId),
    }
}

fn asked(text: &str, outcome: Outcome, at: i64) -> NewQuestion<'_> {
    NewQuestion {
        text,
        normalised: text,
        outcome,
        entry: Some("misuse"),
        confidence: 0.5,
        surface: "mention",
        at,
    }
}

/// Every revision of `entry`, oldest first.
async fn history(store: &Store, server: ServerId, entry: &str) -> Vec<Revision> {
    let history = store.history(server, entry, None, usize::MAX).await;
    let mut history = history.expect("reads");
    history.reverse();
    history
}

/// Number, entry, kind and body of each revision.
fn brief(revisions: &[Revision]) -> Vec<String> {
    revisions
        .iter()
        .map(|revision| {
            let body = revision.body.as_deref().unwrap_or("-");
            format!(
                "{} {} {} {body}",
                revision.id,
                revision.entry,
                revision.kind.as_str()
            )
        })
        .collect()
}

/// Text, times, flagged.
async fn open(store: &Store, server: ServerId) -> Vec<(String, u64, u64)> {
    let open = store.open_questions(server, 100).await.expect("reads");
    open.into_iter()
        .map(|same| (same.newest.text, same.times, same.flagged))
        .collect()
}

fn expected(rows: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
    rows.iter()
        .map(|&(text, times, flagged)| (text.to_owned(), times, flagged))
        .collect()
}

#[tokio::test]
async fn a_conflict_holds_the_latest_revisions_alone() {
    use RevisionKind::Edit;
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        for id in 1..=40 {
            let before = (id > 1).then(|| id - 1);
            let published = store.publish(home, 7, id, draft("a", Edit, "x", before));
            published.await.expect("publishes");
        }
        for (based_on, first) in [(None, 16), (Some(3), 16), (Some(15), 16), (Some(38), 39)] {
            let error = store.publish(home, 8, 99, draft("a", Edit, "y", based_on));
            let Err(PublishError::Conflict(conflicts)) = error.await else {
                panic!("{based_on:?} is not the latest");
            };
            let since: Vec<i64> = conflicts[0].since.iter().map(|one| one.id.0).collect();
            assert_eq!(since, (first..=40).collect::<Vec<_>>(), "{based_on:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn revisions_are_appended_and_read_back() {
    use RevisionKind::{Add, Edit, Remove, Restore};
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        for (author, at, draft, id) in [
            (7, 10, draft("misuse", Add, "a\nTOML = \"ü 🦀\"", None), 1),
            (8, 20, draft("cost", Add, "c", None), 2),
            (u64::MAX, 30, draft("misuse", Edit, "b", Some(1)), 3),
            (7, 40, draft("misuse", Remove, "", Some(3)), 4),
            (7, 50, draft("zebra", Remove, "", None), 5),
            (7, 60, draft("misuse", Restore, "b", Some(4)), 6),
            (7, 70, draft("Äpfel", Add, "d", None), 7),
        ] {
            let published = store
                .publish(home, author, at, draft.clone())
                .await
                .expect("publishes");
            let expected = Revision {
                id: RevisionId(id),
                entry: draft.entry,
                kind: draft.kind,
                author,
                published_at: at,
                based_on: draft.based_on,
                body: draft.body,
            };
            assert_eq!(published, expected);
            let read = store.revision(home, RevisionId(id)).await.expect("reads");
            assert_eq!(read, Some(expected));
        }
        let overlay = store.overlay(home).await.expect("reads");
        assert_eq!(
            brief(&overlay),
            [
                "2 cost add c",
                "6 misuse restore b",
                "5 zebra remove -",
                "7 Äpfel add d"
            ]
        );
        let history = history(&store, home, "misuse").await;
        assert_eq!(
            brief(&history),
            [
                "1 misuse add a\nTOML = \"ü 🦀\"",
                "3 misuse edit b",
                "4 misuse remove -",
                "6 misuse restore b",
            ]
        );
        // In parts, the latest first.
        for (before, limit, expected) in [
            (None, 2, &[6, 4][..]),
            (Some(4), 2, &[3, 1]),
            (Some(4), 1, &[3]),
            (Some(5), 9, &[4, 3, 1]),
            (Some(1), 9, &[]),
            (None, 0, &[]),
        ] {
            let part = store.history(home, "misuse", before.map(RevisionId), limit);
            let part = part.await.expect("reads");
            let ids: Vec<i64> = part.iter().map(|revision| revision.id.0).collect();
            assert_eq!(ids, expected, "{before:?} {limit}");
        }
        assert_eq!(store.servers().await.expect("reads"), [home]);

        // Another process, or the next run, sees the same.
        let again = place.store().await;
        assert_eq!(again.overlay(home).await.expect("reads"), overlay);
    })
    .await;
}

#[tokio::test]
async fn the_second_to_publish_is_told_what_changed() {
    use RevisionKind::{Add, Edit};
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        let first = vec![draft("a", Add, "1", None), draft("b", Add, "2", None)];
        store
            .publish_all(home, 7, 1, first)
            .await
            .expect("publishes");
        store
            .publish(home, 7, 2, draft("a", Edit, "3", Some(1)))
            .await
            .expect("publishes");
        let overlay = brief(&store.overlay(home).await.expect("reads"));
        let mut changes = store.subscribe();

        // What is published, and per conflict: entry, and what happened since.
        let check = async |drafts: Vec<NewRevision>, expected: &[(&str, &[&str])]| {
            let error = store
                .publish_all(home, 8, 9, drafts.clone())
                .await
                .expect_err("a conflict");
            let PublishError::Conflict(conflicts) = &error else {
                panic!("{drafts:?}: {error:?}");
            };
            let found: Vec<_> = conflicts
                .iter()
                .map(|conflict| (conflict.entry.as_str(), brief(&conflict.since)))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|&(entry, since)| (entry, since.iter().map(|&line| line.to_owned()).collect()))
                .collect();
            assert_eq!(found, expected, "{drafts:?}");
            for conflict in conflicts {
                assert_eq!(conflict.latest(), conflict.since.last());
                assert!(error.to_string().contains(&conflict.entry), "{error}");
            }
        };
        let (a1, a3, b2) = ("1 a add 1", "3 a edit 3", "2 b add 2");
        check(vec![draft("a", Edit, "x", Some(1))], &[("a", &[a3])]).await;
        check(vec![draft("a", Add, "x", None)], &[("a", &[a1, a3])]).await;
        // Revisions of another entry, and of none.
        check(vec![draft("a", Edit, "x", Some(2))], &[("a", &[a1, a3])]).await;
        check(vec![draft("a", Edit, "x", Some(99))], &[("a", &[a1, a3])]).await;
        check(vec![draft("c", Edit, "x", Some(3))], &[("c", &[])]).await;
        // All of a batch or nothing, and all conflicts at once.
        check(
            vec![
                draft("new", Add, "x", None),
                draft("a", Edit, "x", Some(1)),
                draft("b", Add, "x", None),
            ],
            &[("a", &[a3]), ("b", &[b2])],
        )
        .await;

        let twice = vec![
            draft("a", Edit, "x", Some(3)),
            draft("a", Edit, "y", Some(3)),
        ];
        let error = store
            .publish_all(home, 8, 9, twice)
            .await
            .expect_err("twice");
        assert!(
            matches!(&error, PublishError::Duplicate(entry) if entry == "a"),
            "{error:?}"
        );
        let nothing = store
            .publish_all(home, 8, 9, Vec::new())
            .await
            .expect("nothing");
        assert_eq!(nothing, []);

        assert_eq!(brief(&store.overlay(home).await.expect("reads")), overlay);
        assert_eq!(changes.try_recv(), Err(TryRecvError::Empty));
    })
    .await;
}

#[tokio::test]
async fn of_many_who_publish_at_once_each_time_one_succeeds() {
    const MODERATORS: u64 = 6;
    const ROUNDS: i64 = 5;
    everywhere(async |place| {
        // As many processes.
        let mut stores = Vec::new();
        for _ in 0..MODERATORS {
            stores.push(place.store().await);
        }
        let home = server(1);
        for round in 0..ROUNDS {
            let latest = (round > 0).then_some(round);
            let publishing = stores.iter().zip(1..).map(|(store, author)| {
                store.publish(
                    home,
                    author,
                    round,
                    draft("a", RevisionKind::Edit, "x", latest),
                )
            });
            let mut published = 0;
            for result in futures::future::join_all(publishing).await {
                match result {
                    Ok(_) => published += 1,
                    Err(PublishError::Conflict(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            assert_eq!(published, 1, "round {round}");
        }
        let history = history(&stores[0], home, "a").await;
        let line: Vec<_> = history
            .iter()
            .map(|revision| (revision.id.0, revision.based_on.map(|seen| seen.0)))
            .collect();
        assert_eq!(
            line,
            (1..=ROUNDS)
                .map(|id| (id, (id > 1).then(|| id - 1)))
                .collect::<Vec<_>>()
        );
    })
    .await;
}

#[tokio::test]
async fn no_revision_reaches_another_server() {
    everywhere(async |place| {
        let store = place.store().await;
        let (home, other) = (server(1), server(2));
        for _ in 0..2 {
            let latest = store.overlay(home).await.expect("reads").pop();
            store
                .publish(
                    home,
                    7,
                    1,
                    draft(
                        "misuse",
                        RevisionKind::Edit,
                        "ours",
                        latest.map(|one| one.id.0),
                    ),
                )
                .await
                .expect("publishes");
        }
        let question = store
            .log_question(home, &asked("why", Outcome::Unknown, 1))
            .await
            .expect("logs");
        let answer = VotedAnswer {
            id: 5,
            entry: "misuse",
        };
        store
            .vote(home, 7, answer, Vote::Down, 1)
            .await
            .expect("votes");
        store
            .set_settings(home, "channels", "[1]", None)
            .await
            .expect("sets");

        assert_eq!(store.overlay(other).await.expect("reads"), []);
        assert_eq!(history(&store, other, "misuse").await, []);
        for id in 0..4 {
            assert_eq!(
                store.revision(other, RevisionId(id)).await.expect("reads"),
                None
            );
        }
        let error = store
            .publish(
                other,
                7,
                1,
                draft("misuse", RevisionKind::Edit, "theirs", Some(2)),
            )
            .await
            .expect_err("not a revision of this server");
        let PublishError::Conflict(conflicts) = error else {
            panic!("{error}");
        };
        assert_eq!(
            conflicts[0].since,
            [],
            "nothing of the other server is shown"
        );

        assert_eq!(store.question(other, question).await.expect("reads"), None);
        assert!(
            !store
                .flag_question(other, question, 2)
                .await
                .expect("reads")
        );
        assert_eq!(store.open_questions(other, 9).await.expect("reads"), []);
        assert_eq!(store.logged_questions(other, 9).await.expect("reads"), []);
        store
            .resolve(other, &["why"], &Resolution::Ignored, 3)
            .await
            .expect("resolves");
        assert_eq!(open(&store, home).await, expected(&[("why", 1, 0)]));

        store
            .vote(other, 7, answer, Vote::Up, 2)
            .await
            .expect("votes");
        let ours = [Tally {
            entry: "misuse".to_owned(),
            up: 0,
            down: 1,
        }];
        assert_eq!(store.tallies(home, 0..9).await.expect("reads"), ours);

        assert_eq!(
            store.settings(other, "channels").await.expect("reads"),
            None
        );
        store
            .set_settings(other, "channels", "[2]", None)
            .await
            .expect("sets");
        let setting = store.settings(home, "channels").await.expect("reads");
        assert_eq!(
            setting.map(|setting| setting.document).as_deref(),
            Some("[1]")
        );

        store.note_departures(&[other], 5).await.expect("notes");
        assert_eq!(store.delete_departed(6).await.expect("deletes"), 1);
        assert_eq!(store.tallies(home, 0..9).await.expect("reads"), ours);
        assert_eq!(open(&store, home).await, expected(&[("why", 1, 0)]));
        let empty = store.stats(other, 0..9, 9).await.expect("reads");
        assert_eq!(empty, Stats::default());
        assert_eq!(
            brief(&store.overlay(home).await.expect("reads")),
            ["2 misuse edit ours"]
        );
    })
    .await;
}

#[tokio::test]
async fn questions_are_kept_as_asked() {
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        for (confidence, kept) in [(0.25, 0.25), (7.0, 1.0), (-1.0, 0.0), (f64::NAN, 0.0)] {
            let mut question = asked("What's ‘open’?\0", Outcome::Suggest, 5);
            question.confidence = confidence;
            question.entry = None;
            let id = store.log_question(home, &question).await.expect("logs");
            let read = store
                .question(home, id)
                .await
                .expect("reads")
                .expect("is there");
            assert_eq!(read.text, "What's ‘open’?\u{fffd}");
            assert_eq!((read.outcome, read.entry), (Outcome::Suggest, None));
            assert!(
                (read.confidence - kept).abs() < f64::EPSILON,
                "{confidence}"
            );
            assert_eq!((read.surface.as_str(), read.asked_at), ("mention", 5));
        }
        let nowhere = store.question(home, QuestionId(3)).await.expect("reads");
        assert_eq!(nowhere, None);
    })
    .await;
}

#[tokio::test]
async fn what_was_dealt_with_does_not_come_back() {
    use Outcome::{Suggest, Unknown};
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        let mut ids = Vec::new();
        for (text, outcome, at) in [
            ("b", Unknown, 1),
            ("a", Unknown, 2),
            ("a", Suggest, 3),
            ("fine", Outcome::Answer, 4),
            ("fine", Outcome::Answer, 5),
            ("c", Suggest, 6),
        ] {
            let question = asked(text, outcome, at);
            ids.push(store.log_question(home, &question).await.expect("logs"));
        }
        // Most asked first, then newest.
        let queue = &[("a", 2, 0), ("c", 1, 0), ("b", 1, 0)];
        assert_eq!(open(&store, home).await, expected(queue));
        let first = store.open_questions(home, 1).await.expect("reads");
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].newest.id, ids[2]);

        // An answer that was not what was asked waits too; answers that were do not.
        assert!(store.flag_question(home, ids[3], 7).await.expect("flags"));
        let queue = &[("a", 2, 0), ("c", 1, 0), ("fine", 1, 1), ("b", 1, 0)];
        assert_eq!(open(&store, home).await, expected(queue));

        let answered = Resolution::Answered {
            entry: "misuse".to_owned(),
        };
        store
            .resolve(home, &["a", "fine", "a"], &answered, 10)
            .await
            .expect("resolves");
        store
            .resolve(home, &["b"], &Resolution::Ignored, 10)
            .await
            .expect("resolves");
        assert_eq!(open(&store, home).await, expected(&[("c", 1, 0)]));

        // Asked again: what was ignored stays so; what was said to be answered and is not, counts anew.
        for text in ["a", "b"] {
            store
                .log_question(home, &asked(text, Unknown, 11))
                .await
                .expect("logs");
        }
        assert_eq!(
            open(&store, home).await,
            expected(&[("a", 1, 0), ("c", 1, 0)])
        );
        // Flagged after it was dealt with.
        assert!(store.flag_question(home, ids[4], 12).await.expect("flags"));
        let queue = &[("a", 1, 0), ("c", 1, 0), ("fine", 1, 1)];
        assert_eq!(open(&store, home).await, expected(queue));

        store
            .resolve(home, &["a", "c", "fine"], &answered, 20)
            .await
            .expect("resolves");
        assert_eq!(open(&store, home).await, []);

        // All of it is still there to measure edits on: alike ones once, newest first.
        let logged = store.logged_questions(home, 3).await.expect("reads");
        let logged: Vec<_> = logged
            .iter()
            .map(|same| (same.newest.text.as_str(), same.newest.asked_at, same.times))
            .collect();
        assert_eq!(logged.len(), 3);
        assert!(logged[..2].contains(&("a", 11, 3)) && logged[..2].contains(&("b", 11, 2)));
        assert_eq!(logged[2], ("c", 6, 1));
    })
    .await;
}

#[tokio::test]
async fn old_questions_are_swept() {
    everywhere(async |place| {
        let store = place.store().await;
        let (home, other) = (server(1), server(2));
        for (server, text, at) in [(home, "old", 1), (other, "old", 2), (home, "edge", 100)] {
            store.log_question(server, &asked(text, Outcome::Unknown, at)).await.expect("logs");
        }
        store.resolve(home, &["ignored"], &Resolution::Ignored, 1).await.expect("resolves");
        // More than one helping of the sweep.
        place
            .run(
                "INSERT INTO questions (id, server, text, text_key, outcome, confidence, surface, asked_at) \
                 WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4500) \
                 SELECT n, 5, 'x', 'x', 'unknown', 0.5, 'ask', 3 FROM numbers",
            )
            .await;
        assert_eq!(store.sweep(100).await.expect("sweeps"), 4502);
        assert_eq!(store.sweep(100).await.expect("sweeps"), 0);
        assert_eq!(open(&store, home).await, expected(&[("edge", 1, 0)]));

        store.log_question(home, &asked("ignored", Outcome::Unknown, 200)).await.expect("logs");
        assert_eq!(open(&store, home).await, expected(&[("edge", 1, 0)]));

    })
    .await;
}

#[tokio::test]
async fn what_is_kept_of_a_server_goes_some_time_after_the_bot_left() {
    everywhere(async |place| {
        let store = place.store().await;
        let servers = [server(1), server(2), server(3)];
        for server in servers {
            for (kind, based_on) in [(RevisionKind::Add, None), (RevisionKind::Edit, Some(1))] {
                let new = draft("a", kind, "words", based_on);
                store.publish(server, 7, 1, new).await.expect("publishes");
            }
            store
                .set_settings(server, "channels", "[1]", None)
                .await
                .expect("sets");
            store
                .save_draft(server, 7, "+", "typed", 1)
                .await
                .expect("saves");
            store
                .log_question(server, &asked("why", Outcome::Unknown, 1))
                .await
                .expect("logs");
            store
                .resolve(server, &["why"], &Resolution::Ignored, 1)
                .await
                .expect("resolves");
            let answer = VotedAnswer { id: 1, entry: "a" };
            store
                .vote(server, 7, answer, Vote::Up, 2)
                .await
                .expect("votes");
        }
        assert_eq!(store.kept_servers().await.expect("reads"), servers);
        let [gone, back, stayed] = servers;
        store
            .note_departures(&[gone, back], 100)
            .await
            .expect("notes");
        // Told again at every start.
        store
            .note_departures(&[gone, back], 900)
            .await
            .expect("notes");
        assert_eq!(store.departed().await.expect("reads"), [gone, back]);
        store.note_returns(&[back, stayed]).await.expect("notes");
        assert_eq!(store.departed().await.expect("reads"), [gone]);
        assert_eq!(
            store.delete_departed(100).await.expect("deletes"),
            0,
            "too early"
        );
        let mut changes = store.subscribe();
        assert_eq!(store.delete_departed(101).await.expect("deletes"), 1);
        assert_eq!(changes.recv().await.expect("a change").server, gone);
        assert_eq!(store.departed().await.expect("reads"), []);
        for table in [
            "revisions",
            "settings",
            "drafts",
            "questions",
            "votes",
            "resolutions",
        ] {
            let left = format!("SELECT DISTINCT CAST(server AS TEXT) FROM {table} ORDER BY 1");
            let expected = [back, stayed].map(|server| server.0.to_string());
            assert_eq!(place.texts(&left).await, expected, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn changes_of_another_process_on_the_same_file_are_seen() {
    let place = Place::sqlite();
    let (here, elsewhere) = (place.store().await, place.store().await);
    let mut changes = here.subscribe();
    let add = draft("a", RevisionKind::Add, "words", None);
    elsewhere
        .publish(server(1), 7, 1, add)
        .await
        .expect("publishes");
    let change = timeout(HANG, changes.recv()).await.expect("in time");
    assert_eq!(change.expect("a change").server, server(1));
}

#[tokio::test]
async fn one_person_has_one_vote_on_an_answer() {
    everywhere(async |place| {
        let store = place.store().await;
        let (home, other) = (server(1), server(2));
        let person = 1_300_000_000_000_000_007;
        let misuse = |id| VotedAnswer {
            id,
            entry: "misuse",
        };
        let cost = |id| VotedAnswer { id, entry: "cost" };
        for (server, voter, answer, vote, at) in [
            (home, person, misuse(1), Vote::Up, 10),
            (home, person, misuse(1), Vote::Down, 20),
            (home, 8, misuse(1), Vote::Up, 20),
            (home, person, misuse(u64::MAX), Vote::Up, 30),
            (home, person, cost(3), Vote::Up, 30),
            (other, person, cost(3), Vote::Down, 30),
        ] {
            store
                .vote(server, voter, answer, vote, at)
                .await
                .expect("votes");
        }
        let tally = |entry: &str, up, down| Tally {
            entry: entry.to_owned(),
            up,
            down,
        };
        let check = async |server, period, expected: &[Tally]| {
            assert_eq!(
                store.tallies(server, period).await.expect("reads"),
                expected
            );
        };
        check(home, 0..99, &[tally("cost", 1, 0), tally("misuse", 2, 1)]).await;
        check(home, 20..30, &[tally("misuse", 1, 1)]).await;
        check(home, 0..20, &[]).await;
        check(other, 0..99, &[tally("cost", 0, 1)]).await;

        // Who voted is not to be read from the tables, and is the same person to another process.
        let voters = place.texts("SELECT DISTINCT voter FROM votes").await;
        assert_eq!(voters.len(), 2);
        for voter in voters {
            assert_eq!(voter.len(), 64);
            assert!(!voter.contains(&person.to_string()));
        }
        let again = place.store().await;
        again
            .vote(home, person, misuse(1), Vote::Up, 40)
            .await
            .expect("votes");
        check(home, 0..99, &[tally("cost", 1, 0), tally("misuse", 3, 0)]).await;

        assert_eq!(again.forget_voter(person).await.expect("forgets"), 4);
        assert_eq!(again.forget_voter(person).await.expect("forgets"), 0);
        check(home, 0..99, &[tally("misuse", 1, 0)]).await;
        check(other, 0..99, &[]).await;
    })
    .await;
}

#[tokio::test]
async fn drafts_are_their_authors_until_they_are_forgotten() {
    everywhere(async |place| {
        let store = place.store().await;
        let (home, other, mia, tom) = (server(1), server(2), u64::MAX, 7);
        for (server, author, subject, document, at) in [
            (home, mia, "+", "first", 10),
            (home, mia, "+", "second", 20),
            (home, mia, "misuse", "edit", 30),
            (other, mia, "+", "elsewhere", 40),
            (home, tom, "+", "tom's", 50),
        ] {
            let keeping = store.save_draft(server, author, subject, document, at);
            keeping.await.expect("keeps");
        }
        let check = async |server, author, subject, expected: Option<(&str, i64)>| {
            let kept = store.saved_draft(server, author, subject).await;
            let kept = kept.expect("reads");
            let kept = kept.as_ref().map(|(document, at)| (document.as_str(), *at));
            assert_eq!(kept, expected, "{server} {author} {subject}");
        };
        check(home, mia, "+", Some(("second", 20))).await;
        check(other, mia, "+", Some(("elsewhere", 40))).await;
        check(other, tom, "+", None).await;
        store.delete_draft(home, mia, "+").await.expect("drops");
        check(home, mia, "+", None).await;
        check(home, mia, "misuse", Some(("edit", 30))).await;
        assert_eq!(store.forget_drafts(mia).await.expect("forgets"), 2);
        assert_eq!(store.forget_drafts(mia).await.expect("forgets"), 0);
        check(home, mia, "misuse", None).await;
        check(other, mia, "+", None).await;
        check(home, tom, "+", Some(("tom's", 50))).await;
        assert_eq!(store.sweep_drafts(50).await.expect("sweeps"), 0);
        assert_eq!(store.sweep_drafts(51).await.expect("sweeps"), 1);
        check(home, tom, "+", None).await;
    })
    .await;
}

#[tokio::test]
async fn where_commands_are_registered_is_kept() {
    everywhere(async |place| {
        let store = place.store().await;
        for place in [
            None,
            Some(server(1)),
            Some(server(2)),
            Some(server(2)),
            None,
        ] {
            store.set_command_server(place).await.expect("notes");
            assert_eq!(store.command_server().await.expect("reads"), place);
        }
    })
    .await;
}

#[tokio::test]
async fn settings_change_one_after_the_other() {
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        let mut changes = store.subscribe();
        for (document, seen, expected) in [
            ("{}", Some(1), Err(None)),
            ("{\"a\":1}", None, Ok(1)),
            ("{\"a\":2}", None, Err(Some(1))),
            ("{\"a\":2}", Some(1), Ok(2)),
            ("{\"a\":3}", Some(1), Err(Some(2))),
        ] {
            let found = store.set_settings(home, "settings", document, seen).await;
            match (found, expected) {
                (Ok(setting), Ok(version)) => {
                    assert_eq!(
                        (setting.version, setting.document.as_str()),
                        (version, document)
                    );
                    assert_eq!(changes.try_recv().map(|change| change.server), Ok(home));
                    let read = store.settings(home, "settings").await.expect("reads");
                    assert_eq!(read, Some(setting));
                }
                (Err(StoreSettingsError::Conflict { latest }), Err(version)) => {
                    assert_eq!(latest.map(|latest| latest.version), version);
                }
                (found, expected) => panic!("{document}: {found:?}, not {expected:?}"),
            }
            assert_eq!(changes.try_recv(), Err(TryRecvError::Empty));
        }
        assert_eq!(store.settings(home, "other").await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn figures_of_a_period() {
    use Outcome::{Suggest, Unknown};
    everywhere(async |place| {
        let store = place.store().await;
        let home = server(1);
        let mut flag = None;
        for (outcome, entry, at) in [
            (Outcome::Answer, Some("before"), 3 * DAY - 1),
            (Outcome::Answer, Some("misuse"), 3 * DAY),
            (Outcome::Answer, Some("cost"), 4 * DAY - 1),
            (Unknown, None, 4 * DAY - 1),
            (Outcome::Answer, Some("misuse"), 5 * DAY),
            (Suggest, Some("cost"), 5 * DAY),
            (Outcome::Answer, Some("after"), 6 * DAY),
        ] {
            let mut question = asked("q", outcome, at);
            question.entry = entry;
            flag = Some(store.log_question(home, &question).await.expect("logs"));
            if at == 3 * DAY {
                let id = flag.take().expect("logged");
                store.flag_question(home, id, at).await.expect("flags");
            }
        }
        assert!(flag.is_some());
        for (answer, entry, vote) in [
            (1, "misuse", Vote::Down),
            (2, "misuse", Vote::Up),
            (3, "cost", Vote::Down),
            (4, "liked", Vote::Up),
            (5, "worst", Vote::Down),
            (6, "worst", Vote::Down),
        ] {
            let answer = VotedAnswer { id: answer, entry };
            store
                .vote(home, 7, answer, vote, 4 * DAY)
                .await
                .expect("votes");
        }
        let tally = |entry: &str, up, down| Tally {
            entry: entry.to_owned(),
            up,
            down,
        };
        let stats = store.stats(home, 3 * DAY..6 * DAY, 3).await.expect("reads");
        let asked: Vec<_> = stats
            .days
            .iter()
            .map(|day| {
                (
                    day.day,
                    day.answered,
                    day.suggested,
                    day.unknown,
                    day.flagged,
                    day.asked(),
                )
            })
            .collect();
        assert_eq!(asked, [(3, 2, 0, 1, 1, 3), (5, 1, 1, 0, 0, 2)]);
        assert_eq!(
            stats.top,
            [("misuse".to_owned(), 2), ("cost".to_owned(), 1)]
        );
        assert_eq!(
            stats.worst,
            [
                tally("worst", 0, 2),
                tally("cost", 0, 1),
                tally("misuse", 1, 1)
            ]
        );
        assert_eq!((stats.up, stats.down), (2, 4));
        let one = store.stats(home, 3 * DAY..6 * DAY, 1).await.expect("reads");
        assert_eq!((one.top.len(), one.worst.len()), (1, 1));
        assert_eq!((one.up, one.down), (2, 4));
    })
    .await;
}

#[tokio::test]
async fn changes_are_announced_within_the_process() {
    everywhere(async |place| {
        let store = place.store().await;
        let mut changes = store.subscribe();
        for number in 1..=3 {
            store
                .publish(
                    server(number),
                    7,
                    1,
                    draft("a", RevisionKind::Add, "x", None),
                )
                .await
                .expect("publishes");
            // At once: announced before `publish` returns.
            let change = changes.try_recv().expect("announced");
            assert_eq!(change.server, server(number));
            assert_eq!(change.tick, i64::try_from(number).expect("small"));
        }
        let known = store.servers().await.expect("reads");
        assert_eq!(known, [server(1), server(2), server(3)]);
    })
    .await;
}

#[tokio::test]
async fn many_processes_may_start_at_once() {
    everywhere(async |place| {
        let starting = (0..6).map(|_| Store::open(place.location()));
        let stores = timeout(HANG, futures::future::join_all(starting))
            .await
            .expect("no deadlock");
        for (store, author) in stores.into_iter().zip(1..) {
            let store = store.expect("opens");
            let entry = format!("entry-{author}");
            store
                .publish(
                    server(1),
                    author,
                    1,
                    draft(&entry, RevisionKind::Add, "x", None),
                )
                .await
                .expect("publishes");
        }
        assert_eq!(place.texts("SELECT entry FROM revisions").await.len(), 6);
        assert_eq!(
            place
                .texts("SELECT value FROM meta WHERE name = 'secret'")
                .await
                .len(),
            1
        );
        let migrations = place
            .texts("SELECT description FROM _sqlx_migrations")
            .await;
        assert_eq!(
            migrations,
            ["store", "drafts", "followed", "judgements", "departures"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_edit_needs_no_goodbye() {
    everywhere(async |place| {
        let store = place.store().await;
        store
            .publish(server(1), 7, 1, draft("a", RevisionKind::Add, "x", None))
            .await
            .expect("publishes");
        // Never closed, never dropped: to the database it is as if the process were gone.
        std::mem::forget(store);
        let again = place.store().await;
        assert_eq!(
            brief(&again.overlay(server(1)).await.expect("reads")),
            ["1 a add x"]
        );
        again.close().await;
        let error = again.overlay(server(1)).await.expect_err("closed");
        assert!(error.is_temporary(), "{error:?}");
    })
    .await;
}

/// Waits for a change of `server`, at most until something must be wrong.
async fn hear(changes: &mut tokio::sync::broadcast::Receiver<ServerChange>, server: ServerId) {
    timeout(HANG, async {
        loop {
            if changes.recv().await.expect("the store is open").server == server {
                return;
            }
        }
    })
    .await
    .expect("the change was never announced");
}
