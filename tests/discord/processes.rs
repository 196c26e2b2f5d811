//! Several processes of one bot: they share a store, or divide the shards.

use super::curate::{NEW, asked, edit_form, moderator, previewed, publish, reworded};
use super::{OTHER, QUESTION};
use crate::harness::member::Member;
use crate::harness::{Shown, World};
use crate::store::cluster::Cluster;
use crate::store::places::on_postgres;
use hyper::Method;
use std::time::Duration;
use tokio::time::timeout;

/// Far more than a notification takes, and less than the silence (15 s) after which a process looks
/// for changes by itself: who has heard by then was notified.
const NOTIFIED: Duration = Duration::from_secs(10);

/// Two processes on the store at `url` that see the same servers, each with a Discord of its own:
/// one Discord would let both answer.
async fn two(url: &str) -> [World; 2] {
    let store = format!("[store]\nurl = {}\n", toml::Value::from(url));
    let one = World::setup().config(&store).start().await;
    let two = World::setup().like(&one).config(&store).start().await;
    assert_eq!(one.member("ann").guild, two.member("ann").guild);
    [one, two]
}

/// Waits until the process of `world` has read this revision of its first server.
async fn reads(world: &World, revision: u32) {
    let line = format!("server={} revision={revision}\n", world.member("ann").guild);
    world.bot().logs(&line).await;
}

/// Publishes what is shown. While the store is away, the bot says so and the moderator tries again.
async fn publish_somehow(who: &Member, preview: &Shown) {
    loop {
        let shown = who.click(preview, "Publish").await.message();
        if shown.content().starts_with("Published") {
            return;
        }
    }
}

#[tokio::test]
async fn an_edit_on_one_process_answers_on_the_other() {
    on_postgres(async |place| {
        let [one, two] = two(place.url()).await;
        let (ann, bob) = (one.member("ann"), two.member("bob"));
        let (mia, tom) = (moderator(&one, "mia"), moderator(&two, "tom"));
        let preview = previewed(&mia).await;
        publish(&mia, &preview).await;
        timeout(NOTIFIED, reads(&two, 1)).await.expect("notified");
        assert_eq!(asked(&two, &bob, NEW).await.title(), NEW);

        let form = edit_form(&tom, "rooibos").await;
        let preview = reworded(&tom, &form, "None at all. [1]").await;
        publish(&tom, &preview).await;
        timeout(NOTIFIED, reads(&one, 2)).await.expect("notified");
        let told = asked(&one, &ann, OTHER).await;
        assert_eq!(told.description(), "None at all. [1]");
        // What one moderator published is what the other's edit begins with.
        let form = edit_form(&mia, "rooibos").await;
        let preview = reworded(&mia, &form, "None. [1]").await;
        publish(&mia, &preview).await;
        timeout(NOTIFIED, reads(&two, 3)).await.expect("notified");
        assert_eq!(asked(&two, &bob, OTHER).await.description(), "None. [1]");
    })
    .await;
}

#[tokio::test]
async fn both_processes_recover_when_postgres_was_restarted() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let [one, two] = two(&cluster.url()).await;
    let (ann, bob) = (one.member("ann"), two.member("bob"));
    let (mia, tom) = (moderator(&one, "mia"), moderator(&two, "tom"));
    let form = edit_form(&mia, "rooibos").await;
    let at_one = reworded(&mia, &form, "None at all. [1]").await;
    let form = edit_form(&tom, "oolong").await;
    let at_two = reworded(&tom, &form, "Air. [1]").await;
    cluster.restart();
    // Answering needs no store.
    assert_eq!(asked(&one, &ann, QUESTION).await.title(), QUESTION);
    assert_eq!(asked(&two, &bob, QUESTION).await.title(), QUESTION);
    publish_somehow(&mia, &at_one).await;
    reads(&two, 1).await;
    let told = asked(&two, &bob, OTHER).await;
    assert_eq!(told.description(), "None at all. [1]");
    publish_somehow(&tom, &at_two).await;
    reads(&one, 2).await;
    let oolong = "What makes oolong different from black tea?";
    assert_eq!(asked(&one, &ann, oolong).await.description(), "Air. [1]");
}

/// The shard and the number of shards of every session, in the order in which they began.
fn shards(world: &World) -> Vec<String> {
    let state = world.discord.look();
    let sessions = state.sessions.iter();
    sessions
        .map(|session| session.identify["shard"].to_string())
        .collect()
}

#[tokio::test]
async fn processes_divide_the_servers_by_shard() {
    let mut world = World::setup().guild("other", &["general"]).empty().await;
    let (ann, eve) = (world.member("ann"), world.member_of("other", "eve"));
    let shard = |guild: u64| (guild >> 22) % 2;
    assert_ne!(shard(ann.guild), shard(eve.guild));
    world.add_bot(&["--shards", "1..2/2"]).await;
    world.add_bot(&["--shards", "0..1/2"]).await;
    assert_eq!(shards(&world), ["[1,2]", "[0,2]"]);
    for who in [&ann, &eve] {
        assert_eq!(asked(&world, who, QUESTION).await.title(), QUESTION);
    }
    // Each server is served by one of them, and the commands, which are for all, are registered once.
    world.commands(None).await;
    let state = world.discord.look();
    for (end, count) in [("/messages", 2), ("/commands", 1)] {
        let requests = state.requests.iter();
        let found = requests.filter(|r| r.method != Method::GET && r.path.ends_with(end));
        assert_eq!(found.count(), count, "{end}");
    }
}

#[tokio::test]
async fn the_end_of_a_range_of_shards_is_left_out() {
    let mut world = World::setup().empty().await;
    let bot = world.add_bot(&["--shards", "1..3/4"]).await;
    bot.logs("connected to Discord").await;
    // All are queued before the first begins; between two Discord wants a pause.
    let queued = |shard: u32| bot.stderr().contains(&format!("to start shard {shard}\n"));
    assert_eq!(
        [0, 1, 2, 3].map(queued),
        [false, true, true, false],
        "{}",
        bot.stderr()
    );
    assert_eq!(shards(&world), ["[1,4]"]);
}

#[tokio::test]
async fn without_a_range_it_takes_all() {
    let world = World::start().await;
    assert_eq!(shards(&world), ["[0,1]"]);
}
