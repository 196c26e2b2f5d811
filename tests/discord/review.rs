//! Votes, statistics, the review queue and its digest.

use super::curate::{ANSWER_FIELD, DETAILS_FIELD, QUESTION_FIELD, SOURCES_FIELD};
use super::{MODERATOR, OTHER, QUESTION, SEND_MESSAGE, asked, moderator};
use crate::harness::{KNOWLEDGE, World};
use citebot_core::answer::{Prompting, Thresholds};
use citebot_engine::{Engine, Options, Settings};
use citebot_store::{ServerId, Store};
use scripted_discord::{Member, Message, Response};
use serde_json::json;
use std::num::NonZeroU64;

/// A question that no entry answers.
const UNANSWERED: &str = "how many stamps for a postcard";

const NOT_A_MODERATOR: &str = "Only moderators can do this";

/// The review queue as a moderator sees it.
async fn review(who: &Member) -> Message {
    let shown = who.slash("curate review").run().await.message();
    assert!(shown.is_ephemeral());
    shown
}

async fn stats(who: &Member) -> Message {
    let shown = who.slash("curate stats").with("days", 0).run().await;
    shown.message()
}

/// The text of a response that only one person sees.
fn told(response: Response) -> String {
    let shown = response.message();
    assert!(shown.is_ephemeral(), "{}", shown.json());
    shown.text()
}

/// The custom id of the button of this label.
fn custom_id(shown: &Message, label: &str) -> String {
    let found = shown
        .components()
        .into_iter()
        .find(|part| part["label"] == label);
    let id = found.and_then(|part| part["custom_id"].as_str());
    id.unwrap_or_else(|| panic!("no {label:?} in {}", shown.json()))
        .to_owned()
}

fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text}");
}

const EMPTY: &str = "Nothing waits for review";

#[tokio::test]
async fn a_second_vote_replaces_the_first() {
    let world = World::start().await;
    let (ann, bob, mo) = (
        world.member("ann"),
        world.member("bob"),
        moderator(&world, "mo"),
    );
    let reply = asked(&world, &ann, QUESTION).await;
    for (who, vote, said, counted) in [
        (
            &ann,
            "👍",
            "your vote is counted: 👍, it helped",
            "👍 **1** 👎 **0**",
        ),
        (
            &ann,
            "👍",
            "You have voted that already",
            "👍 **1** 👎 **0**",
        ),
        (&bob, "👎", "your vote is counted: 👎", "👍 **1** 👎 **1**"),
        (
            &ann,
            "👎",
            "Your vote is changed. Now it is 👎",
            "👍 **0** 👎 **2**",
        ),
    ] {
        has(&told(who.click(&reply, vote).await), said);
        has(stats(&mo).await.description(), counted);
    }
    // The receipt has the buttons too, with the pressed one marked.
    let receipt = bob.click(&reply, "👎").await.message();
    let pressed = |receipt: &Message| {
        let parts = receipt.components();
        let marked = parts.iter().filter(|part| part["style"] == 3);
        let emoji = marked.filter_map(|part| part["emoji"]["name"].as_str());
        emoji.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(pressed(&receipt), ["👎"]);
    let changed = bob.click(&receipt, "👍").await.message();
    assert_eq!(
        (changed.id(), pressed(&changed)),
        (receipt.id(), vec!["👍".to_owned()])
    );
    bob.click(&changed, "👎").await;
    // An entry that was looked up has votes too.
    let shown = ann.slash("faq show").with("entry", "earl-grey").run().await;
    ann.click(&shown.message(), "👍").await;
    has(stats(&mo).await.description(), "👍 **1** 👎 **2**");
}

#[tokio::test]
async fn statistics_come_with_a_chart() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    let reply = asked(&world, &ann, QUESTION).await;
    ann.click(&reply, "👎").await;
    ann.slash("ask").with("question", OTHER).run().await;
    ann.slash("ask")
        .with("question", OTHER)
        .with("private", true)
        .run()
        .await;
    asked(&world, &ann, UNANSWERED).await;
    // Small talk and thanks are not counted.
    ann.say("ask", "nice weather today");
    ann.reply(&reply, "thanks!");
    let shown = stats(&mo).await;
    assert!(shown.is_ephemeral());
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
    let files = shown.attachments();
    assert_eq!(files.len(), 1);
    assert!(files[0].content.starts_with(b"\x89PNG\r\n\x1a\n"));
    let image = shown.json()["embeds"][0]["image"]["url"].as_str();
    assert_eq!(image, Some("attachment://stats.png"));
}

#[tokio::test]
async fn a_member_can_delete_their_votes() {
    let world = World::start().await;
    let (ann, bob, mo) = (
        world.member("ann"),
        world.member("bob"),
        moderator(&world, "mo"),
    );
    let reply = asked(&world, &ann, QUESTION).await;
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
async fn a_moderator_can_delete_their_own_drafts() {
    let world = World::start().await;
    let (mo, jo) = (moderator(&world, "mo"), world.member("jo"));
    let jo = jo.with_permissions(MODERATOR);
    let typed = "Is oolong drunk with lemon?";
    for who in [&mo, &jo] {
        let form = who.slash("curate add").run().await.modal();
        let fields = [(QUESTION_FIELD, typed), (ANSWER_FIELD, "Never.")];
        who.submit(&form, &fields).await.message();
    }
    let shown = told(mo.slash("privacy show").run().await);
    has(&shown, "**Drafts**");
    has(&shown, "7 days");
    has(
        &told(mo.slash("privacy forget").run().await),
        "all of yours: 1 draft.",
    );
    // Jo's draft is still there.
    for (who, left) in [(&mo, ""), (&jo, typed)] {
        let form = who.slash("curate add").run().await.modal();
        assert_eq!(form.prefilled(QUESTION_FIELD), left);
    }
}

#[tokio::test]
async fn not_what_i_asked_adds_the_question_to_the_review_queue() {
    let world = World::start().await;
    let (ann, bob, mo) = (
        world.member("ann"),
        world.member("bob"),
        moderator(&world, "mo"),
    );
    let reply = asked(&world, &ann, QUESTION).await;
    has(review(&mo).await.content(), EMPTY);
    has(
        &told(bob.click(&reply, "Not what I asked").await),
        "Only the person who asked",
    );
    has(review(&mo).await.content(), EMPTY);
    let offered = ann.click(&reply, "Not what I asked").await.message();
    assert!(offered.is_ephemeral());
    has(offered.content(), "The moderators will see it");
    // The entry that was shown is not offered again.
    let others = offered.buttons();
    assert!(
        !others.is_empty() && !others.contains(&QUESTION.to_owned()),
        "{others:?}"
    );
    let other = ann.click(&offered, &others[0]).await.message();
    assert_eq!(other.title(), others[0]);
    assert!(other.is_ephemeral());
    let page = review(&mo).await;
    has(
        page.description(),
        "How hot should the water for green tea be",
    );
    has(page.description(), "marked as not what was asked");
    has(page.description(), "the asker chose");
}

#[tokio::test]
async fn none_of_these_marks_the_question_in_the_review_queue() {
    // Whatever is not worded like an entry gets suggestions.
    let thresholds = "[matching]\nsuggest = 0.05\nanswer = 0.99\nunprompted = 0.99\n";
    let world = World::setup().config(thresholds).start().await;
    let (ann, bob, mo) = (
        world.member("ann"),
        world.member("bob"),
        moderator(&world, "mo"),
    );
    let question = "water temperature for gyokuro";
    let reply = asked(&world, &ann, question).await;
    has(reply.content(), "Did you mean");
    let buttons = reply.buttons();
    assert!(buttons.ends_with(&["None of these".into(), "Dismiss".into()]));
    has(
        &told(bob.click(&reply, "None of these").await),
        "Only the person who asked",
    );
    let page = review(&mo).await;
    has(page.description(), "suggestions were made");
    assert!(!page.description().contains("marked"), "{}", page.json());
    // A moderator has dealt with it, but not to the asker's liking.
    let preview = mo.select(&page, &[QUESTION]).await.message();
    let published = mo.click(&preview, "Publish").await.message();
    assert_eq!(published.buttons(), ["History", "Next question"]);
    let next = mo.click(&published, "Next question").await.message();
    has(next.content(), EMPTY);
    let shown = ann.click(&reply, "None of these").await.message();
    assert_eq!(shown.id(), reply.id());
    has(shown.content(), "noted your question for the moderators");
    assert_eq!(shown.buttons(), ["Dismiss"]);
    let page = review(&mo).await;
    has(page.description(), question);
    has(page.description(), "1 × marked as not what was asked");
}

#[tokio::test]
async fn a_suggestion_that_is_chosen_answers_the_question() {
    let thresholds = "[matching]\nsuggest = 0.05\nanswer = 0.99\nunprompted = 0.99\n";
    let world = World::setup().config(thresholds).start().await;
    let (ann, bob, mo) = (
        world.member("ann"),
        world.member("bob"),
        moderator(&world, "mo"),
    );
    asked(&world, &ann, UNANSWERED).await;
    let question = "water temperature for gyokuro";
    let reply = asked(&world, &ann, question).await;
    // What somebody else looks at is not what the asker meant.
    bob.click(&reply, QUESTION).await;
    has(stats(&mo).await.description(), "**0** answered");
    let shown = ann.click(&reply, QUESTION).await.message();
    assert_eq!(shown.title(), QUESTION);
    let page = review(&mo).await;
    has(stats(&mo).await.description(), "**1** answered");
    // What has no answer comes first.
    has(page.description(), UNANSWERED);
    let page = mo.click(&page, "Next").await.message();
    has(page.description(), question);
    has(
        page.description(),
        "chose `temperature` from the suggestions",
    );
    let preview = mo.select(&page, &[QUESTION]).await.message();
    has(preview.content(), question);
    mo.click(&preview, "Publish").await;
    assert_eq!(review(&mo).await.title(), "To review: 1 of 1");
    assert_eq!(asked(&world, &ann, question).await.title(), QUESTION);
}

#[tokio::test]
async fn suggestions_in_private_can_be_rejected_only_where_the_question_is_kept() {
    let thresholds = "[matching]\nsuggest = 0.05\nanswer = 0.99\nunprompted = 0.99\n";
    let world = World::setup().config(thresholds).start().await;
    let ann = world.member("ann");
    let question = "water temperature for gyokuro";
    let asked = ann.slash("ask").with("question", question);
    let offered = asked.with("private", true).run().await.message();
    assert_eq!(
        offered.buttons().last().map(String::as_str),
        Some("None of these")
    );
    let shown = ann.click(&offered, "None of these").await.message();
    assert!(shown.is_ephemeral() && shown.buttons().is_empty());
    // Questions in direct messages are not kept.
    let reply = world.reply_to(&ann.send_dm(question)).await;
    has(reply.content(), "Did you mean");
    assert!(!reply.buttons().contains(&"None of these".to_owned()));
    let action = custom_id(&offered, "None of these");
    has(&told(ann.click_id(&reply, &action).await), "no longer kept");
}

#[tokio::test]
async fn a_group_of_questions_becomes_phrasings_of_an_entry() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    for (wording, waiting) in [
        ("which temperature for brewing gyokuro", "Asked once"),
        (
            "Hello, which temperature for brewing gyokuros please?",
            "Asked 2 times",
        ),
    ] {
        let reply = asked(&world, &ann, wording).await;
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
    assert_eq!(preview.id(), page.id());
    assert_eq!(preview.title(), QUESTION);
    has(preview.content(), "Nothing is published yet");
    has(preview.content(), "gyokuros");
    let published = mo.click(&preview, "Publish").await.message();
    has(published.content(), "Published");
    has(review(&mo).await.content(), EMPTY);
    let question = "Hello, which temperature for brewing gyokuros please?";
    assert_eq!(asked(&world, &ann, question).await.title(), QUESTION);
    has(review(&mo).await.content(), EMPTY);
}

#[tokio::test]
async fn an_entry_can_be_named_by_its_id() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    let nothing = asked(&world, &ann, UNANSWERED).await;
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
    assert_eq!(asked(&world, &ann, UNANSWERED).await.title(), QUESTION);
    has(review(&mo).await.content(), EMPTY);
}

#[tokio::test]
async fn a_group_becomes_a_new_entry() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    asked(&world, &ann, UNANSWERED).await;
    let form = mo.click(&review(&mo).await, "New entry").await.modal();
    assert_eq!(form.prefilled(QUESTION_FIELD), UNANSWERED);
    let fields = [
        (ANSWER_FIELD, "Three hundred and thirty. [1]"),
        (SOURCES_FIELD, "leaf-and-cup#water"),
        (DETAILS_FIELD, "topic: Brewing"),
    ];
    let preview = mo.submit(&form, &fields).await.message();
    assert_eq!(preview.title(), UNANSWERED);
    mo.click(&preview, "Publish").await;
    let reply = asked(&world, &ann, UNANSWERED).await;
    assert_eq!(reply.title(), UNANSWERED);
    has(reply.description(), "Three hundred and thirty");
    has(review(&mo).await.content(), EMPTY);
}

#[tokio::test]
async fn an_ignored_question_does_not_come_back() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    asked(&world, &ann, UNANSWERED).await;
    asked(&world, &ann, "where do zebras sleep").await;
    asked(&world, &ann, "where do zebras sleep?").await;
    let first = review(&mo).await;
    assert_eq!(first.title(), "To review: 1 of 2");
    let second = mo.click(&first, "Next").await.message();
    assert_eq!(second.title(), "To review: 2 of 2");
    has(second.description(), UNANSWERED);
    let left = mo.click(&second, "Ignore").await.message();
    has(left.content(), "Ignored");
    assert_eq!(left.title(), "To review: 1 of 1");
    has(left.description(), "zebras");
    asked(&world, &ann, UNANSWERED).await;
    asked(&world, &ann, "How many stamps for a postcard?!").await;
    let page = review(&mo).await;
    assert_eq!(page.title(), "To review: 1 of 1");
    let ignore = custom_id(&page, "Ignore");
    has(mo.click(&page, "Ignore").await.message().content(), EMPTY);
    // The same button, for another moderator who has the page open.
    has(
        mo.click_id(&page, &ignore).await.message().content(),
        "was dealt with",
    );
}

#[tokio::test]
async fn only_moderators_review_and_only_their_own_server() {
    let world = World::setup().guild("other", &["general"]).start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    let reply = asked(&world, &ann, UNANSWERED).await;
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
    // Another server's queue is empty, and a button of the first does nothing there.
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
async fn moderators_see_how_an_answer_was_chosen() {
    let world = World::start().await;
    let (ann, mo) = (world.member("ann"), moderator(&world, "mo"));
    let asked = ann.mention_bot("general", "how hot should water for green tea be");
    let reply = world.reply_to(&asked).await;
    let by_command = ann
        .slash("ask")
        .with("question", QUESTION)
        .run()
        .await
        .message();
    for message in [&asked, &reply, &by_command] {
        let why = mo.menu("Why this answer?", message).await.message();
        assert!(why.is_ephemeral());
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
    let help = world.reply_to(&ann.mention_bot("general", "")).await;
    has(
        &told(mo.menu("Why this answer?", &help).await),
        "cannot tell",
    );
}

#[tokio::test]
async fn direct_messages_have_no_votes() {
    let world = World::start().await;
    let ann = world.member("ann");
    let reply = world.reply_to(&ann.send_dm(QUESTION)).await;
    assert_eq!(reply.title(), QUESTION);
    assert_eq!(reply.buttons().last().map(String::as_str), Some("Dismiss"));
    assert!(!reply.buttons().contains(&"👍".to_owned()));
    has(
        &told(ann.click_id(&reply, "cb1:up::temperature").await),
        "only in servers",
    );
}

#[tokio::test]
async fn a_digest_is_sent_once_a_day_also_after_a_restart() {
    // The questions are older than the retention, and must not be deleted.
    let setup = World::setup().config("[store]\nretention_days = 0\n");
    let mut world = setup.guild("quiet", &["reviews"]).empty().await;
    let review_channels = [
        (world.member("ann"), "general"),
        (world.member_of("quiet", "bob"), "reviews"),
    ];
    let server = |member: &Member| ServerId(NonZeroU64::new(member.guild_id()).expect("an id"));
    {
        let thresholds = Thresholds {
            answer: 0.6,
            unprompted: 0.85,
            suggest: 0.15,
        };
        let engine = Engine::open(
            std::path::PathBuf::from(KNOWLEDGE),
            &citebot::discord::ENTRY_LIMITS,
            thresholds,
        )
        .expect("the book");
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
        for (member, channel) in &review_channels {
            let settings = Settings {
                review_channel: Some(member.channel_id(channel)),
                ..Settings::default()
            };
            let admin = engine.admin(server(member)).expect("a store");
            admin.set_settings(settings, None).await.expect("settings");
        }
        let at = 1_700_000_000_000;
        for (question, at) in [
            (UNANSWERED, at),
            (UNANSWERED, at + 1),
            ("@everyone zebras?", at),
        ] {
            let here = Some(server(&review_channels[0].0));
            let answered = engine.ask(here, question, Prompting::Prompted);
            let _ = engine.log(&answered, "ask", at);
        }
        engine.flush().await.expect("the questions are written");
        drop(engine);
        store.close().await;
    }
    world.add_bot(&[]).await;
    let sent = world.wait_for_requests(&SEND_MESSAGE, 1).await;
    let digest = &sent[0].body()["embeds"][0];
    assert_eq!(digest["title"], "2 questions wait for review");
    let text = digest["description"].as_str().unwrap_or_default();
    has(text, &format!("2 × {UNANSWERED}"));
    has(text, "/curate review");
    let mo = moderator(&world, "mo");
    let posted = world
        .wait_for_message("the digest", |message| {
            message.title() == "2 questions wait for review"
        })
        .await;
    // The queue is shown to the moderator alone; the digest stays.
    let queue = mo.click(&posted, "Review").await.message();
    assert!(queue.is_ephemeral() && queue.id() != posted.id());
    assert_eq!(queue.title(), "To review: 1 of 2");
    let next = mo.click(&queue, "Next").await.message();
    assert_eq!(next.id(), queue.id());
    has(
        &told(world.member("ann").click(&posted, "Review").await),
        NOT_A_MODERATOR,
    );
    assert!(!text.contains("@everyone"), "{text}");
    assert_eq!(sent[0].body()["allowed_mentions"]["parse"], json!([]));
    world.bot().wait_for_output("looked for digests").await;
    world.bot().signal("TERM");
    world.bot().exit().await;
    world.add_bot(&[]).await;
    world.bot().wait_for_output("looked for digests").await;
    assert_eq!(world.wait_for_requests(&SEND_MESSAGE, 1).await.len(), 1);
}
