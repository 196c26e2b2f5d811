//! The engine with a store: what moderators do, and the replies that members get.

mod curating;
mod exchange;
mod impact;
mod servers;

use citebot_core::answer::{Prompting, Thresholds};
use citebot_engine::{Edit, Engine, EntryInput, Options, Published, ReplyGist, ServerAdmin};
use citebot_store::{Location, ServerId, Store};
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Who publishes in these tests.
const AUTHOR: u64 = 77;

const THRESHOLDS: Thresholds = Thresholds {
    answer: 0.6,
    unprompted: 0.85,
    suggest: 0.15,
};

/// A server with an id of the size that Discord gives.
fn server(number: u64) -> ServerId {
    ServerId(NonZeroU64::new(1_300_000_000_000_000_000 + number).expect("not 0"))
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// A small base and a store, in a folder that removes itself.
struct Place {
    folder: TempDir,
}

const ARTICLES: &str = r#"
[[article]]
id = "guide"
title = "A guide"
[[article.section]]
id = "start"
heading = "The start"
[[article.section]]
id = "end"
heading = "The end"
"#;

const RESOURCES: &str = r#"
[[resource]]
id = "hub"
name = "Hub"
url = "https://hub.example/"
"#;

/// Has comments and an unusual order, which merging must preserve.
const ANIMALS: &str = r#"# What there is to know of animals.
topic = "Animals"

# The first.
[[entry]]
id = "zebra"
question = "Why do zebras have stripes?"
phrasings = [
    "zebra stripes", # short
    "what are the stripes of a zebra good for",
    # more to come
]
answer = """
To confuse flies. [1]
"""
sources = ["guide#start"] # where it says so
related = ["giraffe"]

[[entry]]
id = "giraffe"
answer = "To reach leaves. [1]"
question = "Why is the neck of giraffes long?"
sources = ["guide#end"]
related = ["zebra", "volcano"]
"#;

const EARTH: &str = r#"topic = "Earth"

[[entry]]
id = "volcano"
question = "What makes volcanoes erupt?"
phrasings = [
    "volcanic eruption",
]
answer = """
Gas that comes out of molten rock. [1]
"""
sources = ["guide#end"]
resources = ["hub"]
"#;

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: TempDir::new().expect("a folder"),
        };
        fs::create_dir_all(place.knowledge().join("faq")).expect("a folder");
        for (name, text) in [
            ("articles.toml", ARTICLES),
            ("resources.toml", RESOURCES),
            ("faq/animals.toml", ANIMALS),
            ("faq/earth.toml", EARTH),
        ] {
            place.write(name, text);
        }
        place
    }

    fn knowledge(&self) -> PathBuf {
        self.folder.path().join("knowledge")
    }

    /// Changes a file of the base.
    fn write(&self, name: &str, text: &str) {
        fs::write(self.knowledge().join(name), text).expect("a file");
    }

    async fn store(&self) -> Store {
        let file = self.folder.path().join("citebot.db");
        Store::open(&Location::Sqlite(file)).await.expect("opens")
    }

    async fn engine_with(&self, options: Options) -> Engine {
        attach(&self.knowledge(), self.store().await, options).await
    }

    async fn engine(&self) -> Engine {
        self.engine_with(options()).await
    }
}

/// Nothing is swept: the tests' clock stands near 1970.
fn options() -> Options {
    Options {
        retention_days: 0,
        ..Options::default()
    }
}

async fn attach(knowledge: &Path, store: Store, options: Options) -> Engine {
    let engine = Engine::open(
        knowledge.to_owned(),
        &citebot_core::knowledge::Limits::UNLIMITED,
        THRESHOLDS,
    );
    let engine = engine.unwrap_or_else(|problems| panic!("{problems}"));
    engine.with_store(store, options).await.expect("reads")
}

fn admin(engine: &Engine, number: u64) -> ServerAdmin<'_> {
    engine.admin(server(number)).expect("there is a store")
}

/// The reply to a member of server `number`: an entry's id, `?` and the id of a suggestion, or `-`.
fn asked(engine: &Engine, number: u64, question: &str) -> String {
    let answered = engine.ask(Some(server(number)), question, Prompting::Prompted);
    match ReplyGist::from(&answered.reply) {
        ReplyGist::Answer(id) => id.to_string(),
        ReplyGist::Suggest(id) => format!("?{id}"),
        ReplyGist::Unknown => "-".to_owned(),
    }
}

/// An entry about lava lamps.
fn lamp() -> EntryInput {
    EntryInput {
        topic: "earth".into(),
        question: "How does a lava lamp work?".into(),
        phrasings: "lava lamp physics\nwhat moves the wax in lava lamps".into(),
        answer: "The lamp heats the wax. [1]".into(),
        sources: "[1] guide#start".into(),
        ..EntryInput::default()
    }
}

fn add(form: EntryInput) -> Edit {
    Edit::Write(Box::new(citebot_engine::Draft {
        input: form,
        ..Default::default()
    }))
}

/// `entry` as it stands, changed.
fn change(admin: &ServerAdmin<'_>, entry: &str, change: impl FnOnce(&mut EntryInput)) -> Edit {
    let mut draft = admin.draft_of(entry).expect("there is such an entry");
    change(&mut draft.input);
    Edit::Write(draft.into())
}

fn remove(admin: &ServerAdmin<'_>, entry: &str) -> Edit {
    Edit::Remove {
        entry: entry.into(),
        based_on: based_on(admin, entry),
    }
}

fn restore(admin: &ServerAdmin<'_>, entry: &str) -> Edit {
    Edit::Restore {
        entry: entry.into(),
        based_on: based_on(admin, entry),
    }
}

fn based_on(admin: &ServerAdmin<'_>, entry: &str) -> Option<citebot_store::RevisionId> {
    admin.latest(entry)
}

async fn publish(admin: &ServerAdmin<'_>, edit: &Edit) -> Published {
    let published = admin.publish(AUTHOR, 1_000, edit).await;
    published.unwrap_or_else(|error| panic!("{error}"))
}
