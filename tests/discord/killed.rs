//! Killed while moderators publish: what was confirmed is there, whole, and so is everything else.

use super::OTHER;
use super::curate::{ANSWER_FIELD, MODERATOR, asked};
use crate::harness::member::Member;
use crate::harness::{Shown, World};
use crate::store::places::texts;
use citebot_store::{RevisionId, ServerId, Store};
use fastrand::Rng;
use futures::future::join_all;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::yield_now;

/// How many edits are published and confirmed.
const EDITS: usize = 1_000;
/// How often the process is killed meanwhile.
const KILLS: usize = 12;
/// The servers, each with a moderator who publishes one edit after the other.
const SERVERS: [&str; 4] = ["lab", "east", "west", "north"];
/// One in so many is written anew in a form; the others go back to an earlier one at a press of a
/// button, without the preview, which is what takes long.
const WRITTEN: usize = 4;
/// Requests between two kills: so many edits take five each that are written (the form, twice the
/// preview, twice the publication) and two each that are not.
const BETWEEN: usize = EDITS / WRITTEN * (5 + 2 * (WRITTEN - 1)) / (KILLS + 1);
/// The entry that is edited, and how its revisions stand in the store.
const ENTRY: &str = "rooibos";

/// The answer that edit `number` gives. Some fill a page of the database, some several.
fn answer(number: usize) -> String {
    format!("Edit {number}. [1]{}", " steep".repeat(number * 37 % 400))
}

/// What the store keeps of it.
fn body(answer: &str) -> String {
    format!(
        "topic = \"Kinds\"\n\n[[entry]]\nid = \"{ENTRY}\"\nquestion = \"{OTHER}\"\n\
         answer = \"\"\"\n{answer}\n\"\"\"\nsources = [\"leaf-and-cup#leaves\"]\n"
    )
}

/// What one moderator did.
#[derive(Debug)]
struct Ledger {
    who: Member,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    begun: usize,
    /// Answers whose publication was confirmed, by the revision that was named.
    confirmed: BTreeMap<i64, String>,
    /// The answer that is being published.
    open: Option<String>,
    /// The message that will confirm it.
    message: Option<Shown>,
    /// Answers whose publication was asked for and never confirmed: there or not, but whole.
    unconfirmed: Vec<String>,
}

/// An edit to go back to.
#[derive(Debug)]
struct Earlier {
    to: i64,
    from: i64,
    answer: String,
    message: Shown,
}

impl State {
    /// Begins an edit: back to what this gives, or written anew.
    fn earlier(&mut self) -> Option<Earlier> {
        self.begun += 1;
        if self.begun.is_multiple_of(WRITTEN) {
            return None;
        }
        let (&from, latest) = self.confirmed.last_key_value()?;
        // Another answer than the present one, or nothing would be published.
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

/// As revisions are written in the ids of buttons.
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
        ServerId(NonZeroU64::new(self.who.guild).expect("an id"))
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

    /// Publishes an edit by form and preview.
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

    /// Notes what became of the edit that was being published.
    fn settle(&self) {
        let mut state = self.state();
        let Some(answer) = state.open.take() else {
            return;
        };
        let now = state.message.as_ref().expect("a message").again();
        let text = now.content();
        let revision = text
            .strip_prefix("Published")
            .and_then(|rest| rest.split_once("(revision ")?.1.split_once(')'))
            .map(|(number, _)| number.parse().expect("a number"));
        match revision {
            // The message confirmed an earlier one before.
            Some(revision) if !state.confirmed.contains_key(&revision) => {
                state.confirmed.insert(revision, answer);
            }
            None if !text.starts_with("**Preview**") => panic!("{text}"),
            _ => state.unconfirmed.push(answer),
        }
    }

    /// Compares with what the store has, and gives the answer that stands there last.
    async fn compare(&self, store: &Store) -> Option<String> {
        let mut history = store.history(self.server(), ENTRY).await.expect("reads");
        let mut state = self.state();
        let mut before: Option<RevisionId> = None;
        let mut confirmed = 0;
        for revision in &history {
            assert_eq!(revision.based_on, before, "{revision:?}");
            assert_eq!(revision.author, self.who.user, "{revision:?}");
            before = Some(revision.id);
            let kept = revision.body.as_deref();
            let whole = |answer: &String| kept == Some(body(answer).as_str());
            if let Some(answer) = state.confirmed.get(&revision.id.0) {
                assert!(whole(answer), "confirmed as {answer:?}: {revision:?}");
                confirmed += 1;
            } else {
                let at = state.unconfirmed.iter().position(whole);
                let at = at.unwrap_or_else(|| panic!("nobody published {revision:?}"));
                // It was published after all, once.
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

/// Looks into a copy of what the dead process left in `folder`, so that the next one finds it as
/// it was, and gives the answer that stands last in each server.
async fn examine(folder: &Path, ledgers: &[Ledger]) -> Vec<Option<String>> {
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(folder.join("data")).expect("the store's folder") {
        let file = file.expect("a file");
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
async fn killed_while_edits_are_published_it_loses_none_and_keeps_no_half() {
    let mut random = Rng::with_seed(5);
    let setup = World::setup().patience(Duration::from_mins(5));
    let setup = SERVERS[1..]
        .iter()
        .fold(setup, |setup, server| setup.guild(server, &["general"]));
    let mut world = setup.empty().await;
    let ledgers = SERVERS.map(|server| Ledger::of(&world, server));
    let mut latest = SERVERS.map(|_| None).to_vec();
    for kills in 0..=KILLS {
        world.add_bot(&[]).await;
        // What stands in the store is what members are told.
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
            // Some moment of this part, wherever each of the edits is by then.
            let now = world.discord.look().requests.len();
            let at = (kills * BETWEEN + random.usize(0..BETWEEN)).max(now + 1);
            let yields = random.usize(0..50);
            let kill = async {
                let moment = world.discord.until("the moment to kill", |state| {
                    (state.requests.len() >= at).then_some(())
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
