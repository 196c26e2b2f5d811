//! Messages: which are answered, and how.

use super::{OTHER, POST, QUESTION};
use crate::harness::state::intent;
use crate::harness::{Shown, World};
use hyper::Method;

/// Asks something in public and has it answered: proof that all that was said before, and got no
/// reply, got none on purpose.
async fn sentinel(world: &World) -> Shown {
    let asked = world.member("sentinel").mentions("general", OTHER);
    let reply = world.reply_to(&asked).await;
    assert_eq!(reply.title(), OTHER);
    reply
}

#[tokio::test]
async fn a_mention_gets_a_cited_reply() {
    let world = World::start().await;
    let ann = world.member("ann");
    let asked = ann.mentions("general", QUESTION);
    let reply = world.reply_to(&asked).await;
    assert_eq!(reply.title(), QUESTION);
    let answer = reply.description();
    assert!(
        answer.contains("eighty degrees") && answer.contains("[1]"),
        "{answer}"
    );
    for part in [
        "**[1]** [Leaf and Cup](https://example.org/leaf-and-cup), R. Example: *Water and Time*",
        "**[2]** https://example.org/dials",
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
            "👍",
            "👎",
            "Not what I asked",
            "Dismiss"
        ]
    );
    assert_eq!(reply.channel, asked.channel);
    assert_eq!(reply.pings(), [ann.user.to_string()]);
    assert!(!reply.is_private());
}

#[tokio::test]
async fn only_channels_that_are_named_are_listened_to() {
    let world = World::start().await;
    let ann = world.member("ann");
    ann.says("general", QUESTION);
    let overheard = ann.says("ask", QUESTION);
    assert_eq!(world.reply_to(&overheard).await.title(), QUESTION);
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
        ann.says("ask", talk);
    }
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn bots_webhooks_and_itself_are_ignored() {
    let world = World::start().await;
    let robot = world.other_bot("robot");
    robot.says("ask", QUESTION);
    robot.mentions("ask", QUESTION);
    robot.whispers(QUESTION);
    world.member("ann").writes_by_webhook("ask", QUESTION);
    // The bot hears its own reply, in a channel that it listens in.
    let asked = world.member("ann").says("ask", QUESTION);
    world.reply_to(&asked).await;
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 2);
}

#[tokio::test]
async fn a_reply_to_the_bot_is_a_question() {
    let world = World::start().await;
    let ann = world.member("ann");
    let first = world.reply_to(&ann.mentions("general", QUESTION)).await;
    let second = world.reply_to(&ann.replies(&first, OTHER)).await;
    assert_eq!(second.title(), OTHER);
    // Thanks are not.
    ann.replies(&second, "thanks!");
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 3);
}

#[tokio::test]
async fn a_direct_message_is_answered() {
    let world = World::start().await;
    let reply = world
        .reply_to(&world.member("ann").whispers(QUESTION))
        .await;
    assert_eq!(reply.title(), QUESTION);
}

#[tokio::test]
async fn a_forum_post_is_answered_in_its_thread() {
    let setup = World::setup().forum("help").listening(&["help"]);
    let world = setup.start().await;
    let ann = world.member("ann");
    let posts = [
        ann.opens_post("help", "Help please", QUESTION),
        ann.opens_post("help", QUESTION, "See the title."),
    ];
    for post in posts {
        let reply = world.reply_to(&post).await;
        assert_eq!(reply.title(), QUESTION);
        assert_eq!(reply.channel, post.channel);
    }
}

#[tokio::test]
async fn without_channels_the_message_content_intent_is_not_asked_for() {
    let world = World::setup().listening(&[]).start().await;
    let ann = world.member("ann");
    let identify = world.discord.look().sessions[0].identify.clone();
    let intents = identify["intents"].as_u64().unwrap_or(0);
    assert_eq!(intents & intent::MESSAGE_CONTENT, 0);
    ann.says("general", QUESTION);
    for asked in [ann.mentions("general", QUESTION), ann.whispers(QUESTION)] {
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    }
    assert_eq!(world.writes().len(), 2);
}

#[tokio::test]
async fn two_messages_at_once_are_both_answered() {
    let world = World::start().await;
    // The first reply hangs: the second must not wait for it.
    let stall = world.stall(Method::POST, POST, 1);
    let asked = [
        (world.member("ann").mentions("general", QUESTION), QUESTION),
        (world.member("bob").mentions("ask", OTHER), OTHER),
    ];
    world.requests(Method::POST, POST, 1).await;
    stall.release();
    for (asked, title) in asked {
        assert_eq!(world.reply_to(&asked).await.title(), title);
    }
}

#[tokio::test]
async fn servers_do_not_mix() {
    let world = World::setup().guild("other", &["ask"]).start().await;
    // The channel of this name in the other server is not the one that was configured.
    world.member_of("other", "bob").says("ask", QUESTION);
    let asked = world.member_of("other", "bob").mentions("ask", QUESTION);
    let reply = world.reply_to(&asked).await;
    assert_eq!(reply.channel, asked.channel);
    assert_eq!(world.writes().len(), 1);
}

#[tokio::test]
async fn what_is_not_known_is_said_so() {
    let world = World::start().await;
    let ann = world.member("ann");
    let nonsense = ann.mentions(
        "general",
        "@everyone `which` **zirconium** <@1> alloy welds?",
    );
    let reply = world.reply_to(&nonsense).await;
    assert!(reply.content().contains("/faq browse"), "{}", reply.text());
    assert_eq!(reply.pings(), [ann.user.to_string()]);
    let empty = world.reply_to(&ann.mentions("general", "")).await;
    assert!(empty.content().starts_with("Hello!"), "{}", empty.text());
}

#[tokio::test]
async fn unprompted_answers_keep_their_distance() {
    let setup = World::setup().discord_config("cooldown_seconds = 3600\n");
    let world = setup.start().await;
    let ann = world.member("ann");
    world.reply_to(&ann.says("ask", QUESTION)).await;
    ann.says("ask", OTHER);
    // Whoever asks the bot is answered all the same.
    let asked = ann.mentions("ask", OTHER);
    assert_eq!(world.reply_to(&asked).await.title(), OTHER);
    sentinel(&world).await;
    assert_eq!(world.writes().len(), 3);
}
