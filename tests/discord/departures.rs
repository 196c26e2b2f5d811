//! Leaving and joining servers.

use super::{OTHER, moderator};
use crate::harness::World;
use citebot_store::{Location, Store};
use std::time::Duration;
use tokio::time::timeout;

/// The permission Manage Server.
const MANAGER: u64 = 1 << 5;

#[tokio::test]
async fn a_server_that_the_bot_joins_is_greeted_once() {
    let check = async |config: &str, expected: Option<&str>| {
        let world = World::setup().discord_config(config);
        let world = world.guild("garage", &["talk"]).start().await;
        world.remove_bot("garage");
        world.add_bot_to("garage");
        // Discord announces it again after an outage.
        world.repeat_last_event();
        let joined = || (world.transcript().contains("the bot joined a server")).then_some(());
        world.wait_for("the bot", joined).await;
        if let Some(expected) = expected {
            let sent = world.wait_for_requests(&super::SEND_MESSAGE, 1).await;
            let text = sent[0].body()["content"].as_str().unwrap_or_default();
            assert!(text.contains(expected), "{text}");
        }
        let question = world.member_of("garage", "ann").mention_bot("talk", OTHER);
        world.reply_to(&question).await;
        let sent = world.wait_for_requests(&super::SEND_MESSAGE, 1).await;
        assert_eq!(sent.len(), 1 + usize::from(expected.is_some()));
    };
    check("", Some("`/curate settings`")).await;
    check("welcome = false\n", None).await;
}

#[tokio::test]
async fn what_is_kept_of_a_server_that_the_bot_left_is_to_be_deleted() {
    let mut world = World::setup().guild("garage", &["talk"]).start().await;
    let database = world.folder().join("data/citebot.db");
    let store = Store::open(&Location::Sqlite(database)).await;
    let store = store.expect("the bot's store");
    let departed = async || store.departed().await.expect("reads").len();
    let logged = async |world: &World, times: usize, line: &str| {
        let seen = || (world.transcript().matches(line).count() >= times).then_some(());
        world.wait_for(line, seen).await;
    };
    let mia = moderator(&world, "mia").with_permissions(MANAGER);
    mia.slash("curate settings")
        .with_channel("listen", "general")
        .run()
        .await;
    assert_eq!(departed().await, 0);
    world.remove_bot("lab");
    logged(&world, 1, "the bot left a server").await;
    assert_eq!(departed().await, 1);
    world.add_bot_to("lab");
    logged(&world, 1, "the bot joined a server").await;
    assert_eq!(departed().await, 0);

    // While the bot is away.
    world.kill().await;
    world.remove_bot("lab");
    world.add_bot(&[]).await;
    let shown = || (world.transcript().matches("connected to Discord").count() == 2).then_some(());
    world.wait_for("the bot", shown).await;
    let question = world.member_of("garage", "ann").mention_bot("talk", OTHER);
    world.reply_to(&question).await;
    let noted = async {
        while departed().await == 0 {
            tokio::task::yield_now().await;
        }
    };
    let noted = timeout(Duration::from_mins(1), noted).await;
    assert!(noted.is_ok(), "{}", world.transcript());
}
