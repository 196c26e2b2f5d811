//! The messages of the pictures in the documentation, which `docs/pictures` draws.

use super::curate::{ANSWER_FIELD, DETAILS_FIELD, QUESTION_FIELD, SOURCES_FIELD};
use super::{MODERATOR, asked};
use crate::harness::{SHIPPED, World};
use citebot_core::answer::{Prompting, Thresholds};
use citebot_engine::{Engine, Options};
use citebot_store::{DAY, ServerId, Store};
use scripted_discord::{BOT_ID, Member, Message};
use serde_json::{Map, Value, json};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The permission Manage Server.
const MANAGER: u64 = 1 << 5;

/// Those of the engine that fills the log. It has no sentence encoder, which makes it surer of vague questions than
/// the bot is.
const THRESHOLDS: Thresholds = Thresholds {
    answer: 0.9,
    unprompted: 0.9,
    suggest: 0.2,
};

/// A question that no entry answers, in three wordings.
const UNANSWERED: [&str; 3] = [
    "hey, what are quantized models",
    "whats a quantized model",
    "what is a quantized model?",
];

/// What members ask on the days of the chart, the most frequent questions first.
const ASKED: [&str; 12] = [
    "where can i get models",
    "how do i get started with open source ai?",
    "can I run an open model on my own computer?",
    "which one is best?",
    "is llama 2 really open source?",
    "pytorch or tensorflow for beginners",
    "how much vram do i need for a 70b model",
    "whats the diff between open weights and open source",
    "is it safe?",
    "what is fine tuning",
    "can bad guys use open models",
    "what is a LoRA",
];

/// A Discord with people in it who are named in the pictures.
struct Stage {
    world: World,
    folder: PathBuf,
    ana: Member,
    ben: Member,
    cleo: Member,
    mira: Member,
}

impl Stage {
    /// A world before its bot, which is to answer from the shipped FAQ.
    async fn empty() -> Self {
        let folder = std::env::var_os("CITEBOT_PICTURES");
        let folder = folder.expect("CITEBOT_PICTURES names a folder").into();
        let world = World::setup()
            .knowledge(SHIPPED)
            .discord(|discord| {
                discord
                    .bot_name("Citebot")
                    .time_limit(Duration::from_mins(5))
            })
            .listening(&[])
            .discord_config("message_content = true\ncooldown_seconds = 0\n")
            .empty()
            .await;
        Self {
            ana: world.member("Ana"),
            ben: world.member("Ben"),
            cleo: world.member("Cleo"),
            mira: world.member("Mira").with_permissions(MODERATOR | MANAGER),
            world,
            folder,
        }
    }

    async fn start() -> Self {
        let mut stage = Self::empty().await;
        stage.world.add_bot(&[]).await;
        stage
    }

    /// Writes the picture `name`: `shown`, which answers the message or command `before` it.
    fn write(&self, name: &str, before: &Value, shown: &Message) {
        let users: Map<String, Value> = [
            (self.ana.id(), "Ana"),
            (self.ben.id(), "Ben"),
            (self.cleo.id(), "Cleo"),
            (self.mira.id(), "Mira"),
            (BOT_ID, "Citebot"),
        ]
        .map(|(id, name)| (id.to_string(), name.into()))
        .into_iter()
        .collect();
        let channels: Map<String, Value> = ["general", "ask"]
            .map(|name| (self.world.channel_id("lab", name).to_string(), name.into()))
            .into_iter()
            .collect();
        let scene = json!({
            "before": before,
            "shown": shown.json(),
            "users": users,
            "channels": channels,
            "now": now() / 1_000,
        });
        let scene = serde_json::to_string_pretty(&scene).expect("JSON");
        write(&self.folder, &format!("{name}.json"), scene.as_bytes());
        for file in shown.attachments() {
            write(&self.folder, &file.name, &file.content);
        }
    }
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join(name), content).expect("a file in the folder");
}

/// Milliseconds since 1970-01-01T00:00:00Z.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.expect("a time after 1970").as_millis();
    i64::try_from(millis).expect("a time")
}

/// A command that somebody used.
fn command(who: &str, command: &str) -> Value {
    json!({"user": who, "command": command})
}

#[tokio::test]
#[ignore = "writes the payloads for docs/pictures"]
async fn the_messages_of_the_pictures() {
    let stage = Stage::start().await;
    let (world, mira) = (&stage.world, &stage.mira);

    let question = stage
        .ana
        .mention_bot("general", "which ai frameworks did big tech open source?");
    let reply = world.reply_to(&question).await;
    assert!(!reply.title().is_empty() && reply.links().len() > 1);
    stage.write("reply", question.json(), &reply);

    let question = stage.ben.mention_bot("general", "which one is best?");
    let suggestion = world.reply_to(&question).await;
    assert!(suggestion.content().contains("Did you mean"));
    stage.write("suggestion", question.json(), &suggestion);

    let beginner = "is there a course for absolute beginners in Lyon";
    assert!(asked(world, &stage.cleo, beginner).await.title().is_empty());
    for (who, wording) in [&stage.ana, &stage.ben, &stage.cleo]
        .into_iter()
        .zip(UNANSWERED)
    {
        assert!(asked(world, who, wording).await.title().is_empty());
    }
    let queue = mira.slash("curate review").run().await.message();
    stage.write("review", &command("Mira", "/curate review"), &queue);

    let modal = mira.click(&queue, "New entry").await.modal();
    let fields = [
        (QUESTION_FIELD, "What is quantisation?"),
        (
            ANSWER_FIELD,
            "It stores the weights of a model with **fewer bits**, for example 4 instead of 16. The model needs less memory \
             and runs on smaller computers, at some cost in quality. [1]",
        ),
        (
            SOURCES_FIELD,
            "https://huggingface.co/docs/transformers/quantization/overview",
        ),
        (
            DETAILS_FIELD,
            "topic: Access for everyone\nresources: hugging-face\nrelated: run-locally, model-weights",
        ),
    ];
    let preview = mira.submit(&modal, &fields).await.message();
    assert!(preview.content().contains("Nothing is published yet"));
    stage.write("preview", &command("Mira", "/curate review"), &preview);

    let settings = mira.slash("curate settings").with_channel("listen", "ask");
    let settings = settings.with_channel("review_channel", "general");
    settings.run().await;
    let said = "do open models spy on me?";
    stage.cleo.say("ask", said);
    let report = world
        .wait_for_message("what would have been said", |message| {
            message.content().contains("I would have answered")
        })
        .await;
    stage.write("shadow", &Value::Null, &report);
}

#[tokio::test]
#[ignore = "writes the payloads for docs/pictures"]
async fn the_statistics_of_the_picture() {
    let mut stage = Stage::empty().await;
    log_a_month(&stage).await;
    stage.world.add_bot(&[]).await;
    let (ana, ben, cleo) = (&stage.ana, &stage.ben, &stage.cleo);
    for (question, likes, dislikes) in [
        ("where can i get models", vec![ana, ben, cleo], vec![]),
        ("is llama 2 really open source?", vec![ana, ben], vec![cleo]),
        (
            "pytorch or tensorflow for beginners",
            vec![ana, cleo],
            vec![],
        ),
        ("what is fine tuning", vec![ben, cleo], vec![]),
    ] {
        let reply = asked(&stage.world, ana, question).await;
        for (voters, vote) in [(likes, "👍"), (dislikes, "👎")] {
            for voter in voters {
                voter.click(&reply, vote).await;
            }
        }
    }
    let stats = stage.mira.slash("curate stats").run().await.message();
    stage.write("stats", &command("Mira", "/curate stats"), &stats);
}

/// Logs questions of the last thirty days in the server: more from week to week, fewer on weekends.
async fn log_a_month(stage: &Stage) {
    let engine = Engine::open(
        PathBuf::from(SHIPPED),
        &citebot::discord::ENTRY_LIMITS,
        THRESHOLDS,
    )
    .expect("the shipped FAQ");
    let file = stage.world.folder().join("data/citebot.db");
    let url = format!("sqlite://{}", file.display());
    let store = Store::open(&url.parse().expect("a location"))
        .await
        .expect("a store");
    let engine = engine
        .with_store(store.clone(), Options::default())
        .await
        .expect("a store");
    let server = ServerId(NonZeroU64::new(stage.ana.guild_id()).expect("an id"));
    let now = now();
    let mut random = fastrand::Rng::with_seed(7);
    for day in 0..30_usize {
        let at = now - DAY * (30 - i64::try_from(day).expect("a small number"));
        // 1970-01-01 was a Thursday.
        let is_weekend = matches!(at / DAY % 7, 2 | 3);
        let most = 8 + day / 2;
        let times = if is_weekend {
            most / 3
        } else {
            most - random.usize(0..6)
        };
        for _ in 0..times {
            // Low numbers come more often.
            let which = random
                .usize(0..ASKED.len())
                .min(random.usize(0..ASKED.len()));
            let answered = engine.ask(Some(server), ASKED[which], Prompting::Prompted);
            let _ = engine.log(&answered, "ask", at);
        }
        engine.flush().await.expect("the questions are written");
    }
    drop(engine);
    store.close().await;
}
