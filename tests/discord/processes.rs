//! Several processes of one bot, which share a store or divide the shards.

use super::curate::{NEW, edit_modal, previewed, publish, reworded};
use super::{OTHER, QUESTION, SEND_MESSAGE, asked, moderator};
use crate::harness::World;
use crate::store::cluster::Cluster;
use crate::store::places::on_postgres;
use scripted_discord::{Member, Message, Route};

/// Two processes on the store at `url` that see the same servers, each with a Discord of its own:
/// one Discord would let both answer.
async fn two(url: &str) -> [World; 2] {
    let store = format!("[store]\nurl = {}\n", toml::Value::from(url));
    let one = World::setup().config(&store).start().await;
    let two = World::setup().discord(|discord| discord.same_ids_as(&one));
    let two = two.config(&store).start().await;
    assert_eq!(one.member("ann").guild_id(), two.member("ann").guild_id());
    [one, two]
}

/// Waits until the bot of `world` has read this revision of its first server.
async fn reads(world: &World, revision: u32) {
    let line = format!(
        "server={} revision={revision}\n",
        world.member("ann").guild_id()
    );
    world.bot().wait_for_output(&line).await;
}

/// Publishes a preview, and tries again for as long as the bot says that the store is not available.
async fn publish_persistently(who: &Member, preview: &Message) {
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
        reads(&two, 1).await;
        assert_eq!(asked(&two, &bob, NEW).await.title(), NEW);

        let modal = edit_modal(&tom, "rooibos").await;
        let preview = reworded(&tom, &modal, "None at all. [1]").await;
        publish(&tom, &preview).await;
        reads(&one, 2).await;
        let told = asked(&one, &ann, OTHER).await;
        assert_eq!(told.description(), "None at all. [1]");
        // The next edit of the first moderator begins with the answer of the second.
        let modal = edit_modal(&mia, "rooibos").await;
        let preview = reworded(&mia, &modal, "None. [1]").await;
        publish(&mia, &preview).await;
        reads(&two, 3).await;
        assert_eq!(asked(&two, &bob, OTHER).await.description(), "None. [1]");
    })
    .await;
}

#[tokio::test]
async fn both_processes_recover_from_a_restart_of_postgres() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let [one, two] = two(&cluster.url()).await;
    let (ann, bob) = (one.member("ann"), two.member("bob"));
    let (mia, tom) = (moderator(&one, "mia"), moderator(&two, "tom"));
    let modal = edit_modal(&mia, "rooibos").await;
    let at_one = reworded(&mia, &modal, "None at all. [1]").await;
    let modal = edit_modal(&tom, "oolong").await;
    let at_two = reworded(&tom, &modal, "Air. [1]").await;
    cluster.restart();
    // Answers need no store.
    assert_eq!(asked(&one, &ann, QUESTION).await.title(), QUESTION);
    assert_eq!(asked(&two, &bob, QUESTION).await.title(), QUESTION);
    publish_persistently(&mia, &at_one).await;
    reads(&two, 1).await;
    let told = asked(&two, &bob, OTHER).await;
    assert_eq!(told.description(), "None at all. [1]");
    publish_persistently(&tom, &at_two).await;
    reads(&one, 2).await;
    let oolong = "What makes oolong different from black tea?";
    assert_eq!(asked(&one, &ann, oolong).await.description(), "Air. [1]");
}

#[tokio::test]
async fn a_postgres_that_comes_later_is_waited_for() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    cluster.stop();
    let config = format!("[store]\nurl = {:?}\n", cluster.url());
    let world = World::setup().config(&config).spawn().await;
    let bot = world.bot();
    bot.wait_for_output("the store cannot be opened yet: trying again")
        .await;
    cluster.start_again();
    world.wait_for_sessions(1).await;
    assert_eq!(
        asked(&world, &world.member("ann"), QUESTION).await.title(),
        QUESTION
    );
}

#[tokio::test]
async fn who_waits_for_a_postgres_can_be_ended() {
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = Cluster::url_at(free.local_addr().expect("an address").port());
    drop(free);
    let config = format!("[store]\nurl = {url:?}\n");
    let world = World::setup().config(&config).spawn().await;
    let bot = world.bot();
    bot.wait_for_output("the store cannot be opened yet: trying again")
        .await;
    bot.signal("TERM");
    assert_eq!(bot.exit().await.code, Some(0));
}

/// The shard and the number of shards of every session, in the order in which they were opened.
fn shards(world: &World) -> Vec<(u64, u64)> {
    let sessions = world.sessions();
    sessions.iter().map(|session| session.shard).collect()
}

#[tokio::test]
async fn processes_divide_the_servers_by_shard() {
    let mut world = World::setup().guild("other", &["general"]).empty().await;
    let (ann, eve) = (world.member("ann"), world.member_of("other", "eve"));
    let shard = |guild: u64| (guild >> 22) % 2;
    assert_ne!(shard(ann.guild_id()), shard(eve.guild_id()));
    world.add_bot(&["--shards", "1..2/2"]).await;
    world.add_bot(&["--shards", "0..1/2"]).await;
    assert_eq!(shards(&world), [(1, 2), (0, 2)]);
    for who in [&ann, &eve] {
        assert_eq!(asked(&world, who, QUESTION).await.title(), QUESTION);
    }
    // Each server is served by one of them, and the commands, which are for all, are registered once.
    world.wait_for_commands(None).await;
    let register = Route::put("/applications/*/commands");
    for (route, count) in [(SEND_MESSAGE, 2), (register, 1)] {
        let requests = world.requests();
        let found = requests.iter().filter(|request| route.matches(request));
        assert_eq!(found.count(), count, "{route}");
    }
}

#[tokio::test]
async fn the_end_of_a_range_of_shards_is_left_out() {
    let mut world = World::setup().empty().await;
    let bot = world.add_bot(&["--shards", "1..3/4"]).await;
    bot.wait_for_output("connected to Discord").await;
    // All are queued before the first is started; Discord requires a pause between two.
    let queued = |shard: u32| bot.stderr().contains(&format!("to start shard {shard}\n"));
    assert_eq!(
        [0, 1, 2, 3].map(queued),
        [false, true, true, false],
        "{}",
        bot.stderr()
    );
    assert_eq!(shards(&world), [(1, 4)]);
}

#[tokio::test]
async fn without_a_range_a_process_takes_all_shards() {
    let world = World::start().await;
    assert_eq!(shards(&world), [(0, 1)]);
}
