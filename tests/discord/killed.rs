//! Killed again and again while moderators publish, the bot loses no confirmed edit and keeps no half.

use super::OTHER;
use super::curate::ANSWER_FIELD;
use super::{MODERATOR, asked};
use crate::harness::World;
use crate::store::places::texts;
use citebot_store::{RevisionId, ServerId, Store};
use fastrand::Rng;
use futures::future::join_all;
use scripted_discord::{Member, Message};
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::yield_now;

/// The edits that are published and confirmed.
const EDITS: usize = 1_000;
/// The times that the process is killed meanwhile.
const KILLS: usize = 12;
/// The servers, each with a moderator who publishes one edit after the other.
const SERVERS: [&str; 4] = ["lab", "east", "west", "north"];
/// One edit in so many is written in a modal; the others go back to an earlier one by a button,
/// without the preview, which takes long.
const WRITTEN: usize = 4;
/// The requests between two kills: a written edit takes five (the modal, two for the preview, two
/// for the publication), another one two.
const BETWEEN: usize = EDITS / WRITTEN * (5 + 2 * (WRITTEN - 1)) / (KILLS + 1);
/// The entry that is edited.
const ENTRY: &str = "rooibos";

/// The answer of edit `number`. Some fill a page of the database, some several.
fn answer(number: usize) -> String {
    format!("Edit {number}. [1]{}", " steep".repeat(number * 37 % 400))
}

/// The text that the store keeps of an entry with this answer.
fn body(answer: &str) -> String {
    format!(
        "topic = \"Kinds\"\n\n[[entry]]\nid = \"{ENTRY}\"\nquestion = \"{OTHER}\"\n\
         answer = \"\"\"\n{answer}\n\"\"\"\nsources = [\"leaf-and-cup#leaves\"]\n"
    )
}

/// The edits of one moderator.
#[derive(Debug)]
struct Ledger {
    who: Member,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    begun: usize,
    /// Answers whose publication was confirmed, by revision.
    confirmed: BTreeMap<i64, String>,
    /// The answer that is being published.
    open: Option<String>,
    /// The message that confirms it.
    message: Option<Message>,
    /// Answers whose publication was never confirmed: they may be missing, but not incomplete.
    unconfirmed: Vec<String>,
}

/// An edit to go back to.
#[derive(Debug)]
struct Earlier {
    to: i64,
    from: i64,
    answer: String,
    message: Message,
}

impl State {
    /// Begins an edit: back to the edit that this gives, or a written one with `None`.
    fn earlier(&mut self) -> Option<Earlier> {
        self.begun += 1;
        if self.begun.is_multiple_of(WRITTEN) {
            return None;
        }
        let (&from, latest) = self.confirmed.last_key_value()?;
        // An edit with the present answer would publish nothing.
        let others = self.confirmed.iter().filter(|(_, other)| *other != latest);
        let others: Vec<_> = others.collect();
        let (&to, answer) = *others.get(self.begun % others.len().max(1))?;
        Some(Earlier {
            to,
            from,
            answer: answer.clone(),
            message: self.message.clone()?,
        })
    }
}

/// A revision as the ids of buttons spell it.
fn base36(mut number: i64) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        let digit = u32::try_from(number % 36).expect("a digit");
        digits.push(char::from_digit(digit, 36).expect("a digit"));
        number /= 36;
    }
    digits.iter().rev().collect()
}

impl Ledger {
    fn of(world: &World, server: &str) -> Self {
        Self {
            who: world.member_of(server, "mia").with_permissions(MODERATOR),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_done(&self) -> bool {
        self.state().confirmed.len() >= EDITS / SERVERS.len()
    }

    fn server(&self) -> ServerId {
        ServerId(NonZeroU64::new(self.who.guild_id()).expect("an id"))
    }

    /// Publishes one edit after the other.
    async fn publish(&self) {
        while !self.is_done() {
            let earlier = self.state().earlier();
            match earlier {
                Some(earlier) => self.go_back(earlier).await,
                None => self.write().await,
            }
            self.settle();
        }
    }

    /// Publishes an edit by modal and preview.
    async fn write(&self) {
        let form = self.who.slash("curate edit");
        let form = form.with("entry", ENTRY).with("afresh", true);
        let form = form.run().await.modal();
        let answer = answer(self.state().begun);
        let fields = [(ANSWER_FIELD, answer.as_str())];
        let preview = self.who.submit(&form, &fields).await.message();
        {
            let mut state = self.state();
            state.message = Some(preview.clone());
            state.open = Some(answer);
        }
        self.who.click(&preview, "Publish").await;
    }

    /// Publishes an earlier edit again, by the button that the preview of `/curate undo` has.
    async fn go_back(
        &self,
        Earlier {
            to,
            from,
            answer,
            message,
        }: Earlier,
    ) {
        self.state().open = Some(answer);
        let button = format!("cb1:c:undo:{}:{}:{ENTRY}", base36(to), base36(from));
        self.who.click_id(&message, &button).await;
    }

    /// Records the result of the edit that was being published.
    fn settle(&self) {
        let mut state = self.state();
        let Some(answer) = state.open.take() else {
            return;
        };
        let now = state.message.as_ref().expect("a message").reload();
        let text = now.content();
        let revision = text
            .strip_prefix("Published")
            .and_then(|rest| rest.split_once("(revision ")?.1.split_once(')'))
            .map(|(number, _)| number.parse().expect("a number"));
        match revision {
            // Not the confirmation of an earlier edit in the same message.
            Some(revision) if !state.confirmed.contains_key(&revision) => {
                state.confirmed.insert(revision, answer);
            }
            None if !text.starts_with("**Preview**") => panic!("{text}"),
            _ => state.unconfirmed.push(answer),
        }
    }

    /// Compares with the history in the store, and gives the latest answer there.
    async fn compare(&self, store: &Store) -> Option<String> {
        let history = store.history(self.server(), ENTRY, None, usize::MAX);
        let mut history = history.await.expect("reads");
        history.reverse();
        let mut state = self.state();
        let mut before: Option<RevisionId> = None;
        let mut confirmed = 0;
        for revision in &history {
            assert_eq!(revision.based_on, before, "{revision:?}");
            assert_eq!(revision.author, self.who.id(), "{revision:?}");
            before = Some(revision.id);
            let kept = revision.body.as_deref();
            let whole = |answer: &String| kept == Some(body(answer).as_str());
            if let Some(answer) = state.confirmed.get(&revision.id.0) {
                assert!(whole(answer), "confirmed as {answer:?}: {revision:?}");
                confirmed += 1;
            } else {
                let at = state.unconfirmed.iter().position(whole);
                let at = at.unwrap_or_else(|| panic!("nobody published {revision:?}"));
                // It was published, though the confirmation was lost.
                let answer = state.unconfirmed.swap_remove(at);
                state.confirmed.insert(revision.id.0, answer);
                confirmed += 1;
            }
        }
        assert_eq!(confirmed, state.confirmed.len(), "an edit is gone");
        let latest = history.pop()?.id.0;
        state.confirmed.get(&latest).cloned()
    }
}

/// Compares with a copy of the store that the dead process left in `folder`, and gives the latest
/// answer in each server. The next process must find the store untouched, hence the copy.
async fn examine(folder: &Path, ledgers: &[Ledger]) -> Vec<Option<String>> {
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(folder.join("data")).expect("the store's folder") {
        let file = file.expect("a file");
        // Vectors are no part of the store.
        if file.path().is_dir() {
            continue;
        }
        std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("copies");
    }
    let url = format!("sqlite://{}/citebot.db", copy.path().display());
    assert_eq!(texts(&url, "PRAGMA integrity_check").await, ["ok"]);
    let astray = texts(&url, "SELECT \"table\" FROM pragma_foreign_key_check").await;
    assert!(astray.is_empty(), "{astray:?}");
    let store = Store::open(&url.parse().expect("well formed")).await;
    let store = store.expect("opens");
    let mut latest = Vec::new();
    for ledger in ledgers {
        latest.push(ledger.compare(&store).await);
    }
    store.close().await;
    latest
}

#[tokio::test]
async fn no_confirmed_edit_is_lost_when_the_process_is_killed() {
    let mut random = Rng::with_seed(5);
    let setup = World::setup().discord(|discord| discord.time_limit(Duration::from_mins(5)));
    let setup = SERVERS[1..]
        .iter()
        .fold(setup, |setup, server| setup.guild(server, &["general"]));
    let mut world = setup.empty().await;
    let ledgers = SERVERS.map(|server| Ledger::of(&world, server));
    let mut latest = SERVERS.map(|_| None).to_vec();
    for kills in 0..=KILLS {
        world.add_bot(&[]).await;
        // Members get the answer that is in the store.
        for (ledger, latest) in ledgers.iter().zip(&latest) {
            if let Some(answer) = latest {
                assert_eq!(
                    asked(&world, &ledger.who, OTHER).await.description(),
                    answer
                );
            }
        }
        let publishing = join_all(ledgers.iter().map(Ledger::publish));
        if kills == KILLS {
            publishing.await;
        } else {
            // A random moment of this part, whatever state the edits are in.
            let now = world.request_count();
            let at = (kills * BETWEEN + random.usize(0..BETWEEN)).max(now + 1);
            let yields = random.usize(0..50);
            let kill = async {
                let moment = world.wait_for("the moment to kill", || {
                    (world.request_count() >= at).then_some(())
                });
                moment.await;
                for _ in 0..yields {
                    yield_now().await;
                }
                world.kill().await;
            };
            tokio::select! {
                () = kill => {}
                _ = publishing => panic!("all was published before it was killed {KILLS} times"),
            }
        }
        if kills == KILLS {
            world.kill().await;
        }
        ledgers.iter().for_each(Ledger::settle);
        latest = examine(world.folder(), &ledgers).await;
    }
    assert!(ledgers.iter().all(Ledger::is_done));
}
