//! Events of kinds that came later, or with parts that no library reads: the rest still counts.

use super::{OTHER, QUESTION};
use crate::harness::World;
use scripted_discord::{BOT_ID, Route};
use serde_json::{Value, json};

/// A change to the data of an event.
type Change = fn(&mut Value);

async fn world() -> World {
    World::setup().unreadable_events().start().await
}

#[tokio::test]
async fn messages_with_unreadable_parts_are_answered_once() {
    let changes: [Change; 12] = [
        |message| message["attachments"] = json!([{"id": "no number"}]),
        |message| message["attachments"] = json!("none"),
        |message| message["embeds"] = json!([{"fields": 7}]),
        |message| message["components"] = json!([{"type": 99, "items": {}}, 5]),
        |message| message["sticker_items"] = json!([{"id": null}]),
        |message| message["mention_roles"] = json!(["x"]),
        |message| message["poll"] = json!("which?"),
        |message| message["thread"] = json!({"id": "1", "type": 999}),
        |message| message["message_snapshots"] = json!([1]),
        |message| message["interaction_metadata"] = json!([]),
        |message| message["member"] = json!({"roles": "all"}),
        |message| {
            message["newest"] = json!({"a": [1, 2]});
            message["flags"] = json!(1_u64 << 40);
        },
    ];
    let world = world().await;
    for (at, change) in changes.into_iter().enumerate() {
        let ann = world.member(&format!("ann {at}"));
        world.alter_next("MESSAGE_CREATE", change);
        let question = ann.mention_bot("general", OTHER);
        assert_eq!(world.reply_to(&question).await.title(), OTHER, "{at}");
        assert_eq!(world.replies(&question).len(), 1, "{at}");
    }
    // A reply to a message that cannot be read.
    let bob = world.member("bob");
    let said = bob.say("general", "look");
    world.alter_next("MESSAGE_CREATE", |message| {
        message["referenced_message"] = json!({"id": "x"});
    });
    let question = bob.reply(&said, &format!("<@{BOT_ID}> {OTHER}"));
    assert_eq!(world.reply_to(&question).await.title(), OTHER);
}

#[tokio::test]
async fn an_unreadable_message_among_those_missed_hides_no_other() {
    let world = world().await;
    let ann = world.member("ann");
    let before = ann.mention_bot("general", OTHER);
    assert_eq!(world.reply_to(&before).await.title(), OTHER);
    world.drop_gateway();
    world.forget_sessions();
    let messages = Route::get("/channels/*/messages");
    world.alter_next_answer(&messages, |messages| {
        // The newest comes first.
        messages[0]["components"] = json!([{"type": 99}]);
        messages[1] = json!({"id": "no number"});
    });
    let first = ann.mention_bot("ask", QUESTION);
    let lost = ann.mention_bot("ask", QUESTION);
    let last = ann.mention_bot("ask", OTHER);
    assert_eq!(world.reply_to(&last).await.title(), OTHER);
    assert_eq!(world.reply_to(&first).await.title(), QUESTION);
    assert!(world.replies(&lost).is_empty());
}

#[tokio::test]
async fn interactions_with_unreadable_parts_are_responded_to() {
    let changes: [Change; 7] = [
        |interaction| interaction["channel"] = json!({"id": "1", "type": "forum"}),
        |interaction| interaction["entitlements"] = json!([{"id": 3}]),
        |interaction| interaction["context"] = json!("lobby"),
        |interaction| interaction["authorizing_integration_owners"] = json!({"9": {"id": 4}}),
        |interaction| interaction["attachment_size_limit"] = json!(null),
        |interaction| interaction["version"] = json!(400),
        |interaction| interaction["data"]["resolved"] = json!({"channels": {"5": {"type": []}}}),
    ];
    let world = world().await;
    for (at, change) in changes.into_iter().enumerate() {
        let ann = world.member(&format!("ann {at}"));
        world.alter_next("INTERACTION_CREATE", change);
        let reply = ann.slash("ask").with("question", OTHER).run().await;
        assert_eq!(reply.message().title(), OTHER, "{at}");
    }
    // A button under a message of ours with parts that cannot be read.
    let ann = world.member("ann");
    let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    world.alter_next("INTERACTION_CREATE", |interaction| {
        interaction["message"]["components"] = json!([{"type": 17}]);
        interaction["message"]["attachments"] = json!([{}]);
    });
    let sources = ann.click(&reply, "Sources").await.message();
    assert!(sources.is_ephemeral(), "{}", sources.text());
}

#[tokio::test]
async fn a_server_with_unreadable_parts_is_served() {
    let world = world().await;
    let changes: [Change; 4] = [
        |server| {
            server["channels"]
                .as_array_mut()
                .expect("channels")
                .push(json!({"id": 1}));
        },
        |server| server["threads"] = json!([{"id": "7", "type": "new"}]),
        |server| server["stickers"] = json!([{"id": "x"}]),
        |server| server["presences"] = json!([{}]),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let logged = async |line: &str| {
            let seen = || world.transcript().matches(line).count();
            let again = || (seen() == at + 1).then_some(());
            world.wait_for(line, again).await;
        };
        world.remove_bot("lab");
        logged("the bot left a server").await;
        world.alter_next("GUILD_CREATE", change);
        world.add_bot_to("lab");
        logged("the bot joined a server").await;
        let question = world
            .member(&format!("ann {at}"))
            .mention_bot("general", OTHER);
        assert_eq!(world.reply_to(&question).await.title(), OTHER, "{at}");
    }
}

#[tokio::test]
async fn events_of_unknown_kinds_change_nothing() {
    let world = world().await;
    world.send_event("GUILD_HOLOGRAM_CREATE", &json!({"id": "1"}));
    world.send_event("MESSAGE_CREATE", &json!({"id": "1", "content": OTHER}));
    world.send_event("INTERACTION_CREATE", &json!({"id": "1", "type": 77}));
    let question = world.member("ann").mention_bot("general", OTHER);
    assert_eq!(world.reply_to(&question).await.title(), OTHER);
    let warned = || world.transcript().matches("cannot be read").count();
    let both = || (warned() == 2).then_some(());
    world.wait_for("a warning for each kind", both).await;
}
