//! Which messages are answered, and how.

use super::{OTHER, QUESTION, SEND_MESSAGE};
use crate::harness::World;
use scripted_discord::{BOT_ID, Message, Ping, intents};

/// Asks a question in public and waits for the answer. All that was said before and has no reply by
/// then has none on purpose.
async fn sentinel(world: &World) -> Message {
    let asked = world.member("sentinel").mention_bot("general", OTHER);
    let reply = world.reply_to(&asked).await;
    assert_eq!(reply.title(), OTHER);
    reply
}

#[tokio::test]
async fn a_mention_gets_a_cited_reply() {
    let world = World::start().await;
    let ann = world.member("ann");
    let asked = ann.mention_bot("general", QUESTION);
    let reply = world.reply_to(&asked).await;
    assert_eq!(reply.title(), QUESTION);
    let answer = reply.description();
    assert!(
        answer.contains("eighty degrees") && answer.contains("[1]"),
        "{answer}"
    );
    for part in [
        "[The leaf book](https://example.org/leaf-and-cup) **[1]** *Water and Time*",
        "**[2]** https://example.org/dials",
        "Last checked on 2026-11-24",
    ] {
        assert!(reply.text().contains(part), "{part}: {}", reply.text());
    }
    let links = [
        ("Kettle Guide", "https://example.org/kettles"),
        ("Leaf Shop", "https://example.org/shop"),
    ];
    assert_eq!(
        reply.links(),
        links.map(|(name, url)| (name.into(), url.into()))
    );
    assert_eq!(
        reply.buttons(),
        [
            "How long should the leaves steep?",
            "Where do I store loose leaves?",
            "Sources",
            "👍",
            "👎",
            "Not what I asked",
            "Dismiss"
        ]
    );
    assert_eq!(reply.channel_id(), asked.channel_id());
    assert_eq!(reply.pings(), [Ping::User(ann.id())]);
    assert!(!reply.is_ephemeral());
}

#[tokio::test]
async fn unprompted_messages_are_answered_in_configured_channels_only() {
    let world = World::start().await;
    let ann = world.member("ann");
    ann.say("general", QUESTION);
    let unprompted = ann.say("ask", QUESTION);
    assert_eq!(world.reply_to(&unprompted).await.title(), QUESTION);
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 2);
}

#[tokio::test]
async fn small_talk_gets_silence() {
    let world = World::start().await;
    let ann = world.member("ann");
    for talk in [
        "hi",
        "good morning everyone",
        "anyone up for valorant tonight?",
        "lol",
        "3",
        "x",
        "🎉",
        "brb, getting tea",
        "what are you all doing this weekend?",
        "https://example.org/cats",
    ] {
        ann.say("ask", talk);
    }
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn bots_webhooks_and_the_bot_itself_are_ignored() {
    let world = World::start().await;
    let robot = world.other_bot("robot");
    robot.say("ask", QUESTION);
    robot.mention_bot("ask", QUESTION);
    robot.send_dm(QUESTION);
    world.member("ann").say_by_webhook("ask", QUESTION);
    // The bot gets its own reply as a message, in a channel that it listens in.
    let asked = world.member("ann").say("ask", QUESTION);
    world.reply_to(&asked).await;
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 2);
}

#[tokio::test]
async fn a_reply_to_the_bot_is_a_question() {
    let world = World::start().await;
    let ann = world.member("ann");
    let first = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    let second = world.reply_to(&ann.reply(&first, OTHER)).await;
    assert_eq!(second.title(), OTHER);
    // Thanks are not.
    ann.reply(&second, "thanks!");
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 3);
}

#[tokio::test]
async fn an_edited_question_is_answered_in_place() {
    let world = World::start().await;
    let ann = world.member("ann");
    let mention = |text: &str| format!("<@{BOT_ID}> {text}");
    let asked = ann.mention_bot("general", QUESTION);
    let reply = world.reply_to(&asked).await;
    ann.edit(&asked, &mention(OTHER));
    let reply = reply
        .wait_until("the other answer", |reply| reply.title() == OTHER)
        .await;
    assert_eq!(reply.pings(), []);
    // One question more is one reply more, one less is one less.
    ann.edit(&asked, &mention(&format!("{OTHER} {QUESTION}")));
    let second = world
        .wait_for_message("the second answer", |message| {
            message.replies_to() == Some(asked.id()) && message.title() == QUESTION
        })
        .await;
    assert_eq!(second.pings(), []);
    ann.edit(&asked, &mention(OTHER));
    second.wait_until_deleted().await;
    assert_eq!(reply.reload().title(), OTHER);
    // Unprompted, a remark has no answer.
    let asked = ann.say("ask", QUESTION);
    let reply = world.reply_to(&asked).await;
    ann.edit(&asked, "never mind");
    reply.wait_until_deleted().await;
}

#[tokio::test]
async fn a_deleted_question_takes_its_answers_with_it() {
    let world = World::start().await;
    let ann = world.member("ann");
    let asked = ann.mention_bot("general", &format!("{QUESTION} {OTHER}"));
    let first = world.reply_to(&asked).await;
    let second = world
        .wait_for_message("the second answer", |message| {
            message.replies_to() == Some(asked.id()) && message.id() != first.id()
        })
        .await;
    // What is gone already is no trouble.
    ann.click(&second, "Dismiss").await;
    second.wait_until_deleted().await;
    sentinel(&world).await;
    ann.delete(&asked);
    first.wait_until_deleted().await;
}

#[tokio::test]
async fn a_reply_to_an_answer_is_read_in_its_light() {
    let world = World::start().await;
    let ann = world.member("ann");
    // After the answer about the water this asks for an entry related to it. Elsewhere nobody can tell.
    let question = "and how should they be stored?";
    for (before, title) in [(OTHER, ""), (QUESTION, "Where do I store loose leaves?")] {
        let answer = world.reply_to(&ann.mention_bot("general", before)).await;
        let reply = world.reply_to(&ann.reply(&answer, question)).await;
        assert_eq!(reply.title(), title, "after {before}");
        let mentioned = format!("<@{}> {question}", answer.author_id());
        let reply = world.reply_to(&ann.reply(&answer, &mentioned)).await;
        assert_eq!(reply.title(), title, "after {before}, with a mention");
    }
}

#[tokio::test]
async fn a_direct_message_is_answered() {
    let world = World::start().await;
    let reply = world.reply_to(&world.member("ann").send_dm(QUESTION)).await;
    assert_eq!(reply.title(), QUESTION);
}

#[tokio::test]
async fn a_forum_post_is_answered_in_its_thread() {
    let setup = World::setup().discord(|discord| discord.forum("help"));
    let setup = setup.listening(&["help"]);
    let world = setup.start().await;
    let ann = world.member("ann");
    let posts = [
        ann.open_post("help", "Help please", QUESTION),
        ann.open_post("help", QUESTION, "See the title."),
    ];
    for post in posts {
        let reply = world.reply_to(&post).await;
        assert_eq!(reply.title(), QUESTION);
        assert_eq!(reply.channel_id(), post.channel_id());
    }
}

#[tokio::test]
async fn without_channels_the_message_content_intent_is_not_asked_for() {
    let world = World::setup().listening(&[]).start().await;
    let ann = world.member("ann");
    let session = &world.sessions()[0];
    assert_eq!(session.intents & intents::MESSAGE_CONTENT, 0);
    ann.say("general", QUESTION);
    for asked in [ann.mention_bot("general", QUESTION), ann.send_dm(QUESTION)] {
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    }
    assert_eq!(world.writes().len(), 2);
}

#[tokio::test]
async fn a_reply_that_hangs_does_not_delay_others() {
    let world = World::start().await;
    let stall = world.stall(&SEND_MESSAGE, 1);
    let asked = [
        (
            world.member("ann").mention_bot("general", QUESTION),
            QUESTION,
        ),
        (world.member("bob").mention_bot("ask", OTHER), OTHER),
    ];
    world.wait_for_requests(&SEND_MESSAGE, 1).await;
    stall.release();
    for (asked, title) in asked {
        assert_eq!(world.reply_to(&asked).await.title(), title);
    }
}

#[tokio::test]
async fn a_channel_of_the_same_name_in_another_server_is_not_listened_in() {
    let world = World::setup().guild("other", &["ask"]).start().await;
    // The channel of this name in the other server is not the one that was configured.
    world.member_of("other", "bob").say("ask", QUESTION);
    let asked = world.member_of("other", "bob").mention_bot("ask", QUESTION);
    let reply = world.reply_to(&asked).await;
    assert_eq!(reply.channel_id(), asked.channel_id());
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn a_question_without_an_answer_gets_a_hint() {
    let world = World::start().await;
    let ann = world.member("ann");
    let nonsense = ann.mention_bot(
        "general",
        "@everyone `which` **zirconium** <@1> alloy welds?",
    );
    let reply = world.reply_to(&nonsense).await;
    assert!(reply.content().contains("/faq browse"), "{}", reply.text());
    assert_eq!(reply.pings(), [Ping::User(ann.id())]);
    let empty = world.reply_to(&ann.mention_bot("general", "")).await;
    assert!(empty.content().starts_with("Hello!"), "{}", empty.text());
}

#[tokio::test]
async fn several_questions_get_an_answer_each() {
    let world = World::start().await;
    let ann = world.member("ann");
    let both = format!("Hi! {QUESTION}\n{OTHER} Thanks!");
    let asked = ann.mention_bot("general", &both);
    let first = world.reply_to(&asked).await;
    let second = world
        .wait_for_message("the second answer", |message| {
            message.replies_to() == Some(asked.id()) && message.id() != first.id()
        })
        .await;
    assert_eq!([first.title(), second.title()], [QUESTION, OTHER]);
    assert_eq!(first.pings(), [Ping::User(ann.id())]);
    assert_eq!(second.pings(), []);
    // A question that the FAQ does not answer is left out; so is one that is asked twice.
    for text in [
        format!("{QUESTION} And which zirconium alloy welds?"),
        format!("{QUESTION} {QUESTION}"),
    ] {
        let asked = ann.mention_bot("general", &text);
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    }
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 5);
}

#[tokio::test]
async fn another_language_is_told_that_english_is_understood() {
    let world = World::start().await;
    let ann = world.member("ann");
    for question in [
        "wie heiß sollte das wasser für grünen tee sein?",
        "緑茶のお湯は何度ですか",
    ] {
        let asked = ann.mention_bot("general", question);
        let reply = world.reply_to(&asked).await;
        let content = reply.content();
        assert!(content.contains("I understand English only"), "{content}");
        // Unprompted, nothing is said.
        ann.say("ask", question);
    }
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 3);
}

#[tokio::test]
async fn unprompted_answers_observe_the_cooldown() {
    let setup = World::setup().discord_config("cooldown_seconds = 3600\n");
    let world = setup.start().await;
    let ann = world.member("ann");
    world.reply_to(&ann.say("ask", QUESTION)).await;
    ann.say("ask", OTHER);
    // A mention is answered all the same.
    let asked = ann.mention_bot("ask", OTHER);
    assert_eq!(world.reply_to(&asked).await.title(), OTHER);
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 3);
}

#[tokio::test]
async fn a_server_manager_switches_listening_on() {
    let setup = World::setup().listening(&[]);
    let setup = setup.discord_config("message_content = true\ncooldown_seconds = 0\n");
    let world = setup.start().await;
    let (ann, boss) = (world.member("ann"), world.member("boss"));
    let boss = boss.with_permissions(1 << 5);
    assert_ne!(world.sessions()[0].intents & intents::MESSAGE_CONTENT, 0);
    ann.say("ask", QUESTION);
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 1);
    let channel = world.channel_id("lab", "ask");
    let command = boss.slash("curate settings");
    let command = command.with_channel("listen", "ask");
    let settings = command.run().await.message();
    assert!(settings.text().contains(&format!("<#{channel}>")));
    assert!(!settings.text().contains("Listening is off"));
    // At first the bot says nothing there, until the manager ends shadow mode.
    assert!(
        settings.text().contains("Shadow mode: **on**"),
        "{}",
        settings.text()
    );
    let unanswered = ann.say("ask", QUESTION);
    sentinel(&world).await;
    assert!(world.replies(&unanswered).is_empty());
    let settings = boss
        .slash("curate settings")
        .with("shadow", false)
        .run()
        .await
        .message();
    assert!(
        settings.text().contains("Shadow mode: off"),
        "{}",
        settings.text()
    );
    let asked = ann.say("ask", OTHER);
    assert_eq!(world.reply_to(&asked).await.title(), OTHER);
}

#[tokio::test]
async fn in_shadow_mode_moderators_judge_what_would_have_been_said() {
    let setup = World::setup().listening(&[]);
    let setup = setup.discord_config("message_content = true\ncooldown_seconds = 0\n");
    let world = setup.start().await;
    let (ann, boss) = (world.member("ann"), world.member("boss"));
    let boss = boss.with_permissions(1 << 5);
    let settings = boss.slash("curate settings").with_channel("listen", "ask");
    let settings = settings
        .with_channel("review_channel", "general")
        .run()
        .await;
    assert!(
        settings
            .message()
            .text()
            .contains("what I would have said to <#")
    );
    let review = world.channel_id("lab", "general");
    for (member, question, verdict) in [("ann", QUESTION, "👍"), ("bob", OTHER, "👎")] {
        let asked = world
            .member(member)
            .say("ask", &format!("{question} <#{review}>"));
        let shown = world
            .wait_for_message("what would have been said", |message| {
                message.title() == question && message.channel_id() == review
            })
            .await;
        let link = format!("/{}/{}", asked.channel_id(), asked.id());
        assert!(shown.content().contains(&link), "{}", shown.content());
        assert!(shown.content().contains("Would that have been right?"));
        assert!(
            shown.description().contains(r"\(mention\)"),
            "{}",
            shown.text()
        );
        assert_eq!(shown.pings(), []);
        let refused = ann.click(&shown, verdict).await.message();
        assert!(refused.content().starts_with("Only moderators"));
        let judged = boss.click(&shown, verdict).await.message();
        assert_eq!((judged.id(), judged.title()), (shown.id(), question));
        assert!(
            judged
                .content()
                .contains(&format!("<@{}> says that it would", boss.id()))
        );
        assert!(world.replies(&asked).is_empty());
    }
    let settings = boss.slash("curate settings").run().await.message();
    for part in [
        "Judged in shadow mode: 2",
        "from 75 % on: 1 of 2 right (50 %)",
        "From 20 judgements on I suggest a threshold",
    ] {
        assert!(
            settings.text().contains(part),
            "{part}: {}",
            settings.text()
        );
    }
}

#[tokio::test]
async fn an_unprompted_answer_needs_a_question_that_is_put_to_all() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let said = bob.say("ask", "my kettle is new");
    for message in [
        ann.reply(&said, QUESTION),
        ann.say("ask", &format!("<@{}> {QUESTION}", bob.id())),
        ann.say("ask", "the water for green tea should be hot"),
    ] {
        sentinel(&world).await;
        assert!(world.replies(&message).is_empty(), "{}", message.content());
    }
    // Adding to one's own message is fine.
    let begun = ann.say("ask", "i have a question");
    let asked = ann.reply(&begun, QUESTION);
    assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
}

#[tokio::test]
async fn a_thread_where_people_talk_is_left_alone() {
    let setup = World::setup().discord(|discord| discord.forum("help"));
    let world = setup.listening(&["help"]).start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let post = ann.open_post("help", "My tea", "It tastes of nothing.");
    let alone = ann.say_in(&post, QUESTION);
    assert_eq!(world.reply_to(&alone).await.title(), QUESTION);
    bob.say_in(&post, "warm the cup first");
    let among_people = ann.say_in(&post, OTHER);
    sentinel(&world).await;
    assert!(world.replies(&among_people).is_empty());
    // A mention is answered there, too.
    let bot = world.reply_to(&alone).await.author_id();
    let asked = ann.say_in(&post, &format!("<@{bot}> {OTHER}"));
    assert_eq!(world.reply_to(&asked).await.title(), OTHER);
}

#[tokio::test]
async fn a_channel_hears_an_answer_once_in_ten_minutes() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let first = ann.say("ask", QUESTION);
    assert_eq!(world.reply_to(&first).await.title(), QUESTION);
    let again = bob.say("ask", QUESTION);
    let asked_before = ann.mention_bot("ask", OTHER);
    assert_eq!(world.reply_to(&asked_before).await.title(), OTHER);
    let overheard = bob.say("ask", OTHER);
    sentinel(&world).await;
    assert!(world.replies(&again).is_empty());
    assert!(world.replies(&overheard).is_empty());
}

#[tokio::test]
async fn a_person_hears_an_unprompted_answer_once_in_the_cooldown() {
    let setup = World::setup().discord_config("cooldown_seconds = 3600\n");
    let setup = setup.listening(&["ask", "general"]);
    let world = setup.start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let first = ann.say("ask", QUESTION);
    assert_eq!(world.reply_to(&first).await.title(), QUESTION);
    let second = ann.say("general", OTHER);
    let others = bob.say("general", QUESTION);
    assert_eq!(world.reply_to(&others).await.title(), QUESTION);
    assert!(world.replies(&second).is_empty());
}
