//! Votes, the review queue, the figures, the digest: what members leave behind, and what
//! moderators make of it.

use super::{OTHER, POST, QUESTION};
use crate::harness::member::Member;
use crate::harness::world::KNOWLEDGE;
use crate::harness::{Outcome, Shown, World};
use citebot_core::answer::{Prompting, Thresholds};
use citebot_engine::{Engine, Options, Settings};
use citebot_store::{ServerId, Store};
use hyper::Method;
use serde_json::json;
use std::num::NonZeroU64;

/// Manage Messages.
const MODERATOR: u64 = 1 << 13;
/// Nothing in the knowledge says anything about it.
const UNANSWERED: &str = "how many kelvin for gyokuro";
/// The fields of the form of an entry.
const ANSWER: &str = "Answer, with [1] after each claim";
const SOURCES: &str = "Sources: article#section or link, [1] first";
const DETAILS: &str = "Topic, resources, related entries";

const NOT_A_MODERATOR: &str = "Only moderators can do this";

fn moderator(world: &World) -> Member {
    world.member("mo").with_permissions(MODERATOR)
}

/// Asks by mention, and gets the reply.
async fn ask(world: &World, who: &Member, question: &str) -> Shown {
    world.reply_to(&who.mentions("general", question)).await
}

/// The review queue as a moderator sees it.
async fn review(who: &Member) -> Shown {
    let shown = who.slash("curate review").run().await.message();
    assert!(shown.is_private());
    shown
}

async fn stats(who: &Member) -> Shown {
    let shown = who.slash("curate stats").with("days", 0).run().await;
    shown.message()
}

/// What one person alone was told.
fn told(outcome: Outcome) -> String {
    let shown = outcome.message();
    assert!(shown.is_private(), "{}", shown.json);
    shown.text()
}

/// The custom id of the button of this label.
fn custom_id(shown: &Shown, label: &str) -> String {
    let found = shown
        .components()
        .into_iter()
        .find(|part| part["label"] == label);
    let id = found.and_then(|part| part["custom_id"].as_str());
    id.unwrap_or_else(|| panic!("no {label:?} in {}", shown.json))
        .to_owned()
}

fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text}");
}

const EMPTY: &str = "Nothing waits for review";

#[tokio::test]
async fn a_second_vote_replaces_the_first() {
    let world = World::start().await;
    let (ann, bob, mo) = (world.member("ann"), world.member("bob"), moderator(&world));
    let reply = ask(&world, &ann, QUESTION).await;
    for (who, vote, counted) in [
        (&ann, "👍", "👍 **1** 👎 **0**"),
        (&ann, "👍", "👍 **1** 👎 **0**"),
        (&bob, "👎", "👍 **1** 👎 **1**"),
        (&ann, "👎", "👍 **0** 👎 **2**"),
    ] {
        has(&told(who.click(&reply, vote).await), "your vote is counted");
        has(stats(&mo).await.description(), counted);
    }
    // An entry that was looked up rather than asked for is voted on in its message.
    let shown = ann.slash("faq show").with("entry", "earl-grey").run().await;
    ann.click(&shown.message(), "👍").await;
    has(stats(&mo).await.description(), "👍 **1** 👎 **2**");
}

#[tokio::test]
async fn the_figures_come_with_a_chart() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    let reply = ask(&world, &ann, QUESTION).await;
    ann.click(&reply, "👎").await;
    ann.slash("ask").with("question", OTHER).run().await;
    ann.slash("ask")
        .with("question", OTHER)
        .with("private", true)
        .run()
        .await;
    ask(&world, &ann, UNANSWERED).await;
    // What is said in passing is nobody's question, and neither is thanks.
    ann.says("ask", "nice weather today");
    ann.replies(&reply, "thanks!");
    let shown = stats(&mo).await;
    assert!(shown.is_private());
    for part in [
        "**4** asked",
        "**3** answered",
        "**1** unknown",
        "👍 **0** 👎 **1**",
    ] {
        has(shown.description(), part);
    }
    let fields = shown.text();
    has(&fields, &format!("2 × {OTHER}"));
    has(&fields, &format!("👎 1 👍 0 {QUESTION}"));
    let files = shown.files();
    assert_eq!(files.len(), 1);
    assert!(files[0].content.starts_with(b"\x89PNG\r\n\x1a\n"));
    let image = shown.json["embeds"][0]["image"]["url"].as_str();
    assert_eq!(image, Some("attachment://stats.png"));
}

#[tokio::test]
async fn whoever_voted_can_be_forgotten() {
    let world = World::start().await;
    let (ann, bob, mo) = (world.member("ann"), world.member("bob"), moderator(&world));
    let reply = ask(&world, &ann, QUESTION).await;
    ann.click(&reply, "👎").await;
    bob.click(&reply, "👍").await;
    has(&told(ann.slash("privacy show").run().await), "keyed hash");
    has(
        &told(ann.slash("privacy forget").run().await),
        "all of yours: 1 vote.",
    );
    has(stats(&mo).await.description(), "👍 **1** 👎 **0**");
    has(
        &told(ann.slash("privacy forget").run().await),
        "no votes and no drafts of yours",
    );
}

#[tokio::test]
async fn whoever_typed_can_be_forgotten() {
    let world = World::start().await;
    let (mo, jo) = (moderator(&world), world.member("jo"));
    let jo = jo.with_permissions(MODERATOR);
    let typed = "Is oolong drunk with lemon?";
    for who in [&mo, &jo] {
        let form = who.slash("curate add").run().await.modal();
        let fields = [("Question", typed), (ANSWER, "Never.")];
        who.submit(&form, &fields).await.message();
    }
    let shown = told(mo.slash("privacy show").run().await);
    has(&shown, "**Drafts**");
    has(&shown, "7 days");
    has(
        &told(mo.slash("privacy forget").run().await),
        "all of yours: 1 draft.",
    );
    // One's own alone.
    for (who, left) in [(&mo, ""), (&jo, typed)] {
        let form = who.slash("curate add").run().await.modal();
        assert_eq!(form.prefilled("Question"), left);
    }
}

#[tokio::test]
async fn not_what_i_asked_comes_up_for_review() {
    let world = World::start().await;
    let (ann, bob, mo) = (world.member("ann"), world.member("bob"), moderator(&world));
    let reply = ask(&world, &ann, QUESTION).await;
    has(review(&mo).await.content(), EMPTY);
    has(
        &told(bob.click(&reply, "Not what I asked").await),
        "Only the person who asked",
    );
    has(review(&mo).await.content(), EMPTY);
    let offered = ann.click(&reply, "Not what I asked").await.message();
    assert!(offered.is_private());
    has(offered.content(), "The moderators will see it");
    // What was shown already is not offered again.
    let others = offered.buttons();
    assert!(
        !others.is_empty() && !others.contains(&QUESTION.to_owned()),
        "{others:?}"
    );
    let other = ann.click(&offered, &others[0]).await.message();
    assert_eq!(other.title(), others[0]);
    assert!(other.is_private());
    let page = review(&mo).await;
    has(
        page.description(),
        "How hot should the water for green tea be",
    );
    has(page.description(), "marked *not what I asked*");
    has(page.description(), "answered with `temperature`");
}

#[tokio::test]
async fn an_entry_answers_a_group_of_questions() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    for (wording, waiting) in [
        ("which temperature for brewing gyokuro", "Asked once"),
        (
            "Hello, which temperature for brewing gyokuros please?",
            "Asked 2 times",
        ),
    ] {
        let reply = ask(&world, &ann, wording).await;
        if !reply.title().is_empty() {
            ann.click(&reply, "Not what I asked").await;
        }
        has(review(&mo).await.description(), waiting);
    }
    let page = review(&mo).await;
    assert_eq!(page.title(), "To review: 1 of 1");
    assert_eq!(
        page.buttons(),
        ["New entry", "Answers to another…", "Ignore"]
    );
    let preview = mo.select(&page, &[QUESTION]).await.message();
    assert_eq!(preview.id, page.id);
    assert_eq!(preview.title(), QUESTION);
    has(preview.content(), "Nothing is published yet");
    has(preview.content(), "gyokuros");
    let published = mo.click(&preview, "Publish").await.message();
    has(published.content(), "Published");
    has(review(&mo).await.content(), EMPTY);
    let asked = "Hello, which temperature for brewing gyokuros please?";
    assert_eq!(ask(&world, &ann, asked).await.title(), QUESTION);
    has(review(&mo).await.content(), EMPTY);
}

#[tokio::test]
async fn any_entry_can_be_named_by_its_id() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    let nothing = ask(&world, &ann, UNANSWERED).await;
    assert!(nothing.title().is_empty());
    let page = review(&mo).await;
    has(page.description(), UNANSWERED);
    has(page.description(), "nothing was found");
    let form = mo.click(&page, "Answers to another…").await.modal();
    let wrong = mo
        .submit(&form, &[("Id of the entry", "*no-such*")])
        .await
        .message();
    has(wrong.content(), "There is no entry");
    let page = review(&mo).await;
    let form = mo.click(&page, "Answers to another…").await.modal();
    let preview = mo
        .submit(&form, &[("Id of the entry", " temperature ")])
        .await
        .message();
    assert_eq!(preview.title(), QUESTION);
    mo.click(&preview, "Publish").await;
    assert_eq!(ask(&world, &ann, UNANSWERED).await.title(), QUESTION);
    has(review(&mo).await.content(), EMPTY);
}

#[tokio::test]
async fn a_group_becomes_a_new_entry() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    ask(&world, &ann, UNANSWERED).await;
    let form = mo.click(&review(&mo).await, "New entry").await.modal();
    assert_eq!(form.prefilled("Question"), UNANSWERED);
    let fields = [
        (ANSWER, "Three hundred and thirty. [1]"),
        (SOURCES, "leaf-and-cup#water"),
        (DETAILS, "topic: Brewing"),
    ];
    let preview = mo.submit(&form, &fields).await.message();
    assert_eq!(preview.title(), UNANSWERED);
    mo.click(&preview, "Publish").await;
    let reply = ask(&world, &ann, UNANSWERED).await;
    assert_eq!(reply.title(), UNANSWERED);
    has(reply.description(), "Three hundred and thirty");
    has(review(&mo).await.content(), EMPTY);
}

#[tokio::test]
async fn what_is_ignored_does_not_come_back() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    ask(&world, &ann, UNANSWERED).await;
    ask(&world, &ann, "where do zebras sleep").await;
    ask(&world, &ann, "where do zebras sleep?").await;
    let first = review(&mo).await;
    assert_eq!(first.title(), "To review: 1 of 2");
    let second = mo.click(&first, "Next").await.message();
    assert_eq!(second.title(), "To review: 2 of 2");
    has(second.description(), UNANSWERED);
    let left = mo.click(&second, "Ignore").await.message();
    has(left.content(), "Ignored");
    assert_eq!(left.title(), "To review: 1 of 1");
    has(left.description(), "zebras");
    ask(&world, &ann, UNANSWERED).await;
    ask(&world, &ann, "How many Kelvin for gyokuro?!").await;
    let page = review(&mo).await;
    assert_eq!(page.title(), "To review: 1 of 1");
    let ignore = custom_id(&page, "Ignore");
    has(mo.click(&page, "Ignore").await.message().content(), EMPTY);
    // The button of another moderator, who has the same page open.
    has(
        mo.click_id(&page, &ignore).await.message().content(),
        "was dealt with",
    );
}

#[tokio::test]
async fn only_moderators_review_and_only_their_own_server() {
    let world = World::setup().guild("other", &["general"]).start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    let reply = ask(&world, &ann, UNANSWERED).await;
    for command in ["curate review", "curate stats"] {
        has(&told(ann.slash(command).run().await), NOT_A_MODERATOR);
    }
    has(
        &told(ann.menu("Why this answer?", &reply).await),
        NOT_A_MODERATOR,
    );
    let page = review(&mo).await;
    let components = page.components();
    let ids = components
        .iter()
        .filter_map(|part| part["custom_id"].as_str());
    for id in ids {
        has(&told(ann.click_id(&reply, id).await), NOT_A_MODERATOR);
    }
    let form = mo.click(&page, "Answers to another…").await.modal();
    has(
        &told(
            ann.submit(&form, &[("Id of the entry", "temperature")])
                .await,
        ),
        NOT_A_MODERATOR,
    );
    // Elsewhere there is nothing to see, even to who knows the question's id.
    let foreign = world.member_of("other", "eve").with_permissions(MODERATOR);
    let own = review(&foreign).await;
    has(own.content(), EMPTY);
    let ignore = custom_id(&page, "Ignore");
    has(
        foreign.click_id(&own, &ignore).await.message().content(),
        "dealt with",
    );
    has(review(&mo).await.description(), UNANSWERED);
}

#[tokio::test]
async fn moderators_see_why() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world));
    let asked = ann.mentions("general", "how hot should water for green tea be");
    let reply = world.reply_to(&asked).await;
    let by_command = ann
        .slash("ask")
        .with("question", QUESTION)
        .run()
        .await
        .message();
    for message in [&asked, &reply, &by_command] {
        let why = mo.menu("Why this answer?", message).await.message();
        assert!(why.is_private());
        for part in [
            "`temperature`",
            "Confidence",
            "Score",
            "Nearest phrasing",
            "Thresholds",
        ] {
            has(&why.text(), part);
        }
    }
    let help = world.reply_to(&ann.mentions("general", "")).await;
    has(
        &told(mo.menu("Why this answer?", &help).await),
        "cannot tell",
    );
}

#[tokio::test]
async fn where_nothing_is_kept_there_is_nothing_to_vote_on() {
    let world = World::start().await;
    let ann = world.member("ann");
    let reply = world.reply_to(&ann.whispers(QUESTION)).await;
    assert_eq!(reply.title(), QUESTION);
    assert_eq!(reply.buttons().last().map(String::as_str), Some("Dismiss"));
    assert!(!reply.buttons().contains(&"👍".to_owned()));
    has(
        &told(ann.click_id(&reply, "cb1:up::temperature").await),
        "only in servers",
    );
}

#[tokio::test]
async fn a_digest_is_sent_once_a_day_whatever_is_restarted() {
    // What is written beforehand is old: it must not be swept away.
    let setup = World::setup().config("[store]\nretention_days = 0\n");
    let mut world = setup.guild("quiet", &["reviews"]).empty().await;
    let guild = world.member("ann").guild;
    let channel = world.discord.look().channel_named(guild, "general").id;
    let quiet = world.member_of("quiet", "bob").guild;
    let other = world.discord.look().channel_named(quiet, "reviews").id;
    let server = |guild: u64| ServerId(NonZeroU64::new(guild).expect("an id"));
    {
        let thresholds = Thresholds {
            answer: 0.6,
            unprompted: 0.85,
            suggest: 0.15,
        };
        let engine = Engine::open(KNOWLEDGE.into(), thresholds).expect("the book");
        let file = world.folder().join("data/citebot.db");
        let url = format!("sqlite://{}", file.display());
        let store = Store::open(&url.parse().expect("a location"))
            .await
            .expect("a store");
        let options = Options {
            retention_days: 0,
            ..Options::default()
        };
        let engine = engine
            .with_store(store.clone(), options)
            .await
            .expect("a store");
        for (guild, channel) in [(guild, channel), (quiet, other)] {
            let settings = Settings {
                review_channel: Some(channel),
                ..Settings::default()
            };
            let admin = engine.admin(server(guild)).expect("a admin");
            admin.set_settings(settings, None).await.expect("settings");
        }
        let at = 1_700_000_000_000;
        for (question, at) in [
            (UNANSWERED, at),
            (UNANSWERED, at + 1),
            ("@everyone zebras?", at),
        ] {
            let answered = engine.ask(Some(server(guild)), question, Prompting::Prompted);
            let _ = engine.log(&answered, "ask", at);
        }
        engine.flush().await;
        drop(engine);
        store.close().await;
    }
    world.add_bot(&[]).await;
    let sent = world.requests(Method::POST, POST, 1).await;
    let digest = &sent[0].body["embeds"][0];
    assert_eq!(digest["title"], "2 questions wait for review");
    let text = digest["description"].as_str().unwrap_or_default();
    has(text, &format!("2 × {UNANSWERED}"));
    has(text, "/curate review");
    assert!(!text.contains("@everyone"), "{text}");
    assert_eq!(sent[0].body["allowed_mentions"]["parse"], json!([]));
    world.bot().logs("looked for digests").await;
    world.bot().signal("TERM");
    world.bot().end().await;
    world.add_bot(&[]).await;
    world.bot().logs("looked for digests").await;
    assert_eq!(world.requests(Method::POST, POST, 1).await.len(), 1);
}
