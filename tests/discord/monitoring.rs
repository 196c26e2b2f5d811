//! Health and metrics over HTTP.

use super::{QUESTION, asked};
use crate::harness::World;
use crate::program::citebot;
use reqwest::StatusCode;
use scripted_discord::{BotProcess, Fault, Route};

/// Any free port of this machine.
const LISTEN: &str = "[observability]\nlisten = 0\n";
const GATEWAY: Route = Route::get("/gateway/bot");

/// Where `bot` serves them.
async fn address(bot: &BotProcess) -> String {
    const BEFORE: &str = "health and metrics are at http://";
    bot.wait_until(|log| {
        log.split_once(BEFORE)
            .is_some_and(|(_, rest)| rest.contains('\n'))
    })
    .await;
    let log = bot.stderr();
    let (_, rest) = log.split_once(BEFORE).expect("it was waited for");
    rest.lines().next().unwrap_or_default().trim().to_owned()
}

async fn get(address: &str, page: &str) -> (StatusCode, String) {
    let answered = reqwest::get(format!("http://{address}{page}")).await;
    let answered = answered.expect("the page is served");
    let status = answered.status();
    (status, answered.text().await.expect("a text"))
}

/// Fetches the page until every one of `parts` stands in it.
async fn wait_for(address: &str, page: &str, parts: &[&str]) -> StatusCode {
    loop {
        let (status, text) = get(address, page).await;
        if parts.iter().all(|part| text.contains(part)) {
            return status;
        }
        // The bot and the scripted Discord go on meanwhile; a test that waits in vain is ended.
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_happens_is_counted() {
    let world = World::setup().config(LISTEN).start().await;
    let address = address(world.bot()).await;
    let ann = world.member("ann");
    asked(&world, &ann, QUESTION).await;
    asked(&world, &ann, "who won the match yesterday").await;
    ann.say("ask", "lovely weather today");
    ann.slash("help").run().await;
    let counted = [
        "citebot_build_info{version=\"0.1.0\"} 1",
        "citebot_questions_total{surface=\"mention\",outcome=\"answer\"} 1",
        "citebot_questions_total{surface=\"mention\",outcome=\"unknown\"} 1",
        "citebot_overheard_total{result=\"no_match\"} 1",
        "citebot_interactions_total{kind=\"command\"} 1",
        "citebot_replies_total{result=\"sent\"} 2",
        "citebot_reply_seconds_count 2",
        "citebot_matching{kind=\"prompted\"} 0",
        "citebot_matching_seconds_count{kind=\"prompted\"} 2",
        "citebot_servers 1",
        "citebot_reloads_total{result=\"refused\"} 0",
        "citebot_questions_not_logged_total 0",
        "citebot_store_up 1",
        "citebot_shard_connected{shard=\"0\"} 1",
        "# EOF",
    ];
    wait_for(&address, "/metrics", &counted).await;
    let (_, text) = get(&address, "/metrics").await;
    assert!(!text.contains("ann") && !text.contains("match yesterday"));
}

#[tokio::test]
async fn it_is_ready_when_everything_is() {
    let mut world = World::setup().config(LISTEN).empty().await;
    let stall = world.stall(&GATEWAY, 1);
    world.spawn_bot(&[]);
    let address = address(world.bot()).await;
    assert_eq!(get(&address, "/healthz").await.0, StatusCode::OK);
    let waiting = ["gateway: not ready, Discord has not answered yet\n"];
    let status = wait_for(&address, "/readyz", &waiting).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    stall.release();
    let ready = [
        "gateway: ready, 1 of 1 shards connected\n",
        "store: ready, it answers\n",
        "knowledge: ready, ",
    ];
    let status = wait_for(&address, "/readyz", &ready).await;
    assert_eq!(status, StatusCode::OK);
    std::fs::remove_file(world.folder().join("data/citebot.db")).expect("the database");
    let status = wait_for(&address, "/readyz", &["store: not ready, "]).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let (status, text) = get(&address, "/").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(text, "there is only /healthz, /readyz and /metrics\n");
}

#[tokio::test]
async fn a_bot_that_waits_for_its_store_lives_and_is_not_ready() {
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let store = free.local_addr().expect("an address");
    drop(free);
    let config = format!("[store]\nurl = \"postgres://citebot@{store}/citebot\"\n{LISTEN}");
    let world = World::setup().config(&config).spawn().await;
    let address = address(world.bot()).await;
    assert_eq!(get(&address, "/healthz").await.0, StatusCode::OK);
    let (status, text) = get(&address, "/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        text.contains("store: not ready, it is not open yet\n"),
        "{text}"
    );
    let (status, text) = get(&address, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("citebot_store_up 0"), "{text}");
}

#[tokio::test]
async fn a_failing_discord_shows() {
    let world = World::setup().config(LISTEN).start().await;
    let address = address(world.bot()).await;
    world.fail(&super::SEND_MESSAGE, 1, Fault::Status(503));
    asked(&world, &world.member("ann"), QUESTION).await;
    world.fail(&super::SEND_MESSAGE, 1, Fault::Status(403));
    world.member("ben").mention_bot("general", QUESTION);
    let counted = [
        "citebot_reply_retries_total 1",
        "citebot_replies_total{result=\"refused\"} 1",
        "citebot_log_lines_total{level=\"warn\"} 1",
    ];
    wait_for(&address, "/metrics", &counted).await;
}

#[tokio::test]
async fn a_mistake_in_the_faq_shows() {
    let world = World::setup().config(LISTEN).own_knowledge();
    let world = world.start().await;
    let address = address(world.bot()).await;
    let file = world.folder().join("knowledge/faq/broken.toml");
    std::fs::write(file, "[[").expect("a file");
    let status = wait_for(&address, "/readyz", &["the present files have a mistake"]).await;
    assert_eq!(status, StatusCode::OK, "the last good one answers");
    let refused = ["citebot_reloads_total{result=\"refused\"} 1"];
    wait_for(&address, "/metrics", &refused).await;
}

#[tokio::test]
async fn a_health_check_asks_the_bot() {
    let world = World::setup().config(LISTEN).start().await;
    let address = address(world.bot()).await;
    let (_, port) = address.rsplit_once(':').expect("a port");
    let anywhere = format!("0.0.0.0:{port}");
    for (arguments, listen) in [
        (&["health", &address] as &[&str], ""),
        (&["health", &anywhere], ""),
        (&["health"], port),
    ] {
        let ran = citebot(arguments).env("CITEBOT_LISTEN", listen).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "alive\n"), "{ran:?}");
    }
    let ran = citebot(&["health"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("CITEBOT_LISTEN"), "{ran:?}");
    world.kill().await;
    let ran = citebot(&["health", &address]).run();
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("no answer at http://"), "{ran:?}");
}

#[tokio::test]
async fn an_address_that_is_taken_ends_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address");
    let config = format!("[observability]\nlisten = \"{address}\"\n");
    let world = World::setup().config(&config).spawn().await;
    let end = world.bot().exit().await;
    assert_eq!(end.code, Some(2));
    let last = end.stderr.trim_end().lines().last().unwrap_or_default();
    let expected =
        format!("citebot: [observability] listen: cannot serve health and metrics at {address}: ");
    assert!(last.starts_with(&expected), "{last}");
}
