//! A store that does not answer: every interaction gets its first response all the same.

use super::curate::{NEW, edit_modal, previewed, reworded};
use super::{MODERATOR, OTHER, QUESTION, asked};
use crate::harness::World;
use citebot::config::{Config, Token};
use citebot::discord::{self, ENTRY_LIMITS, GatewayRefusals};
use citebot_engine::{Engine, Options};
use citebot_store::Store;
use futures::future::{FutureExt as _, LocalBoxFuture, join_all};
use scripted_discord::{Member, Message, Response, ResponseKind, Route, TOKEN};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The permissions Manage Messages and Manage Server.
const MANAGER: u64 = MODERATOR | 1 << 5;

/// Whatever is not worded like an entry gets suggestions.
const SUGGESTING: &str = "[matching]\nsuggest = 0.05\nanswer = 0.99\nunprompted = 0.99\n";

const CALLBACK: Route = Route::post("/interactions/*/*/callback");

/// A bot in this process, whose store a test can stall.
struct Bot {
    store: Store,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), discord::Error>>,
}

impl Bot {
    async fn start(world: &World) -> Self {
        let file = world.folder().join("config.toml");
        let data = world.folder().join("data").display().to_string();
        let env = |name: &str| (name == "CITEBOT_DATA").then(|| data.clone());
        let config = Config::load(Some(&file), &env).expect("a configuration");
        let store = Store::open(&config.store.url).await.expect("opens");
        let engine = Engine::open(
            config.knowledge.clone().expect("the folder is configured"),
            &ENTRY_LIMITS,
            config.matching.thresholds,
        );
        let engine = engine.expect("the knowledge has no mistakes");
        let engine = engine.with_store(store.clone(), Options::default()).await;
        let engine = Arc::new(engine.expect("the store can be read"));
        let token = Token::find(&|name| (name == "DISCORD_TOKEN").then(|| TOKEN.to_owned()))
            .expect("a token");
        let token = token.expect("a token");
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            discord::run(
                &config,
                engine,
                Arc::default(),
                token,
                None,
                GatewayRefusals::default(),
                stopped.map(drop),
            )
            .await
        });
        world.wait_for_sessions(1).await;
        Self {
            store,
            stop,
            serving,
        }
    }

    async fn stop(self) {
        self.stop.send(()).expect("it runs");
        let served = self.serving.await.expect("no panic");
        served.expect("stopped, and not failed");
    }
}

/// Messages with the buttons of moderators, made while the store answers.
struct Messages {
    answer: Message,
    preview: Message,
    removal: Message,
    history: Message,
    queue: Message,
    suggestions: Message,
    question: Message,
}

async fn messages(world: &World, mia: &Member, ann: &Member) -> Messages {
    let edit = edit_modal(mia, "rooibos").await;
    let first = reworded(mia, &edit, "None at all. [1]").await;
    mia.click(&first, "Publish").await.message();
    let unanswered = ann.mention_bot("general", "water temperature for gyokuro");
    let suggestions = world.reply_to(&unanswered).await;
    let run = async |command| mia.slash(command).run().await.message();
    Messages {
        answer: asked(world, ann, QUESTION).await,
        preview: previewed(mia).await,
        removal: {
            let remove = mia.slash("curate remove").with("entry", "oolong");
            remove.run().await.message()
        },
        history: {
            let history = mia.slash("curate history").with("entry", "rooibos");
            history.run().await.message()
        },
        queue: run("curate review").await,
        suggestions,
        question: ann.say("general", NEW),
    }
}

/// Every interaction that needs the store, with the kind of its first response while the store does
/// not answer.
fn interactions<'t>(
    mia: &'t Member,
    ann: &'t Member,
    on: &'t Messages,
) -> Vec<(&'static str, ResponseKind, LocalBoxFuture<'t, Response>)> {
    use ResponseKind::{DeferredMessage, DeferredUpdate, Message};
    let rooibos = |command| {
        mia.slash(command)
            .with("entry", "rooibos")
            .run()
            .boxed_local()
    };
    let run = |command| mia.slash(command).run().boxed_local();
    let click = |message, button| mia.click(message, button).boxed_local();
    vec![
        // Modals cannot be deferred: a sentence comes in their place.
        ("add", Message, run("curate add")),
        ("edit", Message, rooibos("curate edit")),
        (
            "menu",
            Message,
            mia.menu("Add to the FAQ", &on.question).boxed_local(),
        ),
        ("open", Message, click(&on.preview, "Back to editing")),
        ("new entry", Message, click(&on.queue, "New entry")),
        ("remove", DeferredMessage, rooibos("curate remove")),
        ("restore", DeferredMessage, rooibos("curate restore")),
        ("history", DeferredMessage, rooibos("curate history")),
        ("undo", DeferredMessage, rooibos("curate undo")),
        ("review", DeferredMessage, run("curate review")),
        ("stats", DeferredMessage, run("curate stats")),
        (
            "settings",
            DeferredMessage,
            mia.slash("curate settings")
                .with("cooldown", 7)
                .run()
                .boxed_local(),
        ),
        (
            "import",
            DeferredMessage,
            mia.slash("curate import")
                .with_file("file", "own.toml", OWN)
                .run()
                .boxed_local(),
        ),
        (
            "forget",
            DeferredMessage,
            ann.slash("privacy forget").run().boxed_local(),
        ),
        ("publish", DeferredUpdate, click(&on.preview, "Publish")),
        ("remove it", DeferredUpdate, click(&on.removal, "Publish")),
        (
            "undo back to",
            DeferredUpdate,
            mia.select(&on.history, &["Before any change here"])
                .boxed_local(),
        ),
        ("ignore", DeferredUpdate, click(&on.queue, "Ignore")),
        (
            "vote",
            DeferredMessage,
            ann.click(&on.answer, "👍").boxed_local(),
        ),
        (
            "not what I asked",
            DeferredMessage,
            ann.click(&on.answer, "Not what I asked").boxed_local(),
        ),
        (
            "none of these",
            DeferredUpdate,
            ann.click(&on.suggestions, "None of these").boxed_local(),
        ),
        (
            "why",
            DeferredMessage,
            mia.menu("Why this answer?", &on.answer).boxed_local(),
        ),
    ]
}

const OWN: &str = "topic = \"Kinds\"\n[[entry]]\nid = \"own\"\nquestion = \"Is it ours?\"\n\
    answer = \"It is. [1]\"\nsources = [\"leaf-and-cup#leaves\"]\n";

#[tokio::test]
async fn every_interaction_has_its_first_response_while_the_store_never_answers() {
    let world = World::setup().config(SUGGESTING).empty().await;
    let bot = Bot::start(&world).await;
    let mia = world.member("mia").with_permissions(MANAGER);
    let ann = world.member("ann");
    let on = messages(&world, &mia, &ann).await;
    let stalled = bot.store.stall().await.expect("its connections");
    let (names, (kinds, running)): (Vec<_>, (Vec<_>, Vec<_>)) = interactions(&mia, &ann, &on)
        .into_iter()
        .map(|(name, kind, running)| (name, (kind, running)))
        .unzip();
    let responses = join_all(running).await;
    for ((name, kind), response) in names.into_iter().zip(kinds).zip(responses) {
        assert_eq!(response.kind(), kind, "{name}: {}", response.data());
        if kind == ResponseKind::Message {
            let said = response.message();
            assert!(
                said.content().contains("takes too long"),
                "{name}: {}",
                said.text()
            );
        }
    }
    // Choices cannot be deferred either.
    let undo = mia.slash("curate undo").with("entry", "rooibos");
    let choices = undo.with("revision", "").complete("revision");
    assert!(choices.await.is_empty());
    // Answers need no store.
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "None at all. [1]"
    );
    drop(stalled);
    // Nothing was published meanwhile, and nothing is lost.
    let published = mia.click(&on.preview, "Publish").await.message();
    assert!(
        published.content().contains("(revision 2)"),
        "{}",
        published.text()
    );
    bot.stop().await;
}

#[tokio::test]
async fn what_a_slow_store_says_replaces_the_first_response() {
    let world = World::setup().config(SUGGESTING).empty().await;
    let bot = Bot::start(&world).await;
    let mia = world.member("mia").with_permissions(MANAGER);
    let preview = previewed(&mia).await;
    let stalled = bot.store.stall().await.expect("its connections");
    let before = world.wait_for_requests(&CALLBACK, 1).await.len();
    let slow = async {
        world.wait_for_requests(&CALLBACK, before + 1).await;
        drop(stalled);
    };
    let (published, ()) = tokio::join!(mia.click(&preview, "Publish"), slow);
    assert_eq!(published.kind(), ResponseKind::DeferredUpdate);
    let published = published.message();
    assert!(
        published.content().starts_with("Published"),
        "{}",
        published.text()
    );
    bot.stop().await;
}
