//! PostgreSQL only: several processes that hear of each other.

use super::cluster::Cluster;
use super::places::{HANG, on_postgres};
use super::proxy::Proxy;
use super::{draft, hear, server};
use citebot_store::{Location, PublishError, RevisionKind, Store};
use sqlx::postgres::PgListener;
use tokio::time::timeout;

async fn add(store: &Store, number: u64, entry: &str) {
    // A connection may have died since. Temporary errors are retried, as the bot's users would.
    let publish = async {
        loop {
            let draft = draft(entry, RevisionKind::Add, "x", None);
            match store.publish(server(number), 7, 1, draft).await {
                Err(PublishError::Store(error)) if error.is_temporary() => {
                    tokio::task::yield_now().await;
                }
                result => return result.expect("publishes"),
            }
        }
    };
    timeout(HANG, publish).await.expect("the store came back");
}

#[tokio::test]
async fn edits_reach_other_processes() {
    on_postgres(async |place| {
        let (one, two) = (place.store().await, place.store().await);
        let (mut at_one, mut at_two) = (one.subscribe(), two.subscribe());
        for (number, publisher, entry) in [
            (1, &one, "a"),
            (2, &two, "a"),
            (1, &two, "b"),
            (3, &one, "a"),
        ] {
            add(publisher, number, entry).await;
            hear(&mut at_one, server(number)).await;
            hear(&mut at_two, server(number)).await;
        }
        let set = two.set_settings(server(4), "settings", "{}", None);
        set.await.expect("sets");
        hear(&mut at_one, server(4)).await;
    })
    .await;
}

#[tokio::test]
async fn publishing_notifies() {
    on_postgres(async |place| {
        let store = place.store().await;
        let mut listener = PgListener::connect(place.url()).await.expect("connects");
        listener.listen("citebot_changes").await.expect("listens");
        add(&store, 1, "a").await;
        let heard = timeout(HANG, listener.recv()).await.expect("notifies");
        assert_eq!(heard.expect("connected").channel(), "citebot_changes");
    })
    .await;
}

#[tokio::test]
async fn what_was_missed_while_disconnected_is_read_again() {
    on_postgres(async |place| {
        let (one, two) = (place.store().await, place.store().await);
        let mut at_two = two.subscribe();
        add(&one, 1, "a").await;
        hear(&mut at_two, server(1)).await;

        // A change without a notification is what one that was sent while nobody listened looks like.
        let missed = server(9).0.get();
        place.run("UPDATE clock SET tick = tick + 1").await;
        place
            .run(&format!("INSERT INTO changes (server, tick) SELECT {missed}, tick FROM clock"))
            .await;
        place
            .run(
                "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity \
                 WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()",
            )
            .await;
        hear(&mut at_two, server(9)).await;
        add(&one, 2, "a").await;
        hear(&mut at_two, server(2)).await;
        add(&two, 3, "a").await;
    })
    .await;
}

#[tokio::test]
async fn a_database_put_back_to_an_earlier_state_is_read_anew() {
    on_postgres(async |place| {
        let (one, two) = (place.store().await, place.store().await);
        let mut at_two = two.subscribe();
        add(&one, 1, "a").await;
        add(&one, 2, "a").await;
        hear(&mut at_two, server(2)).await;
        // The backup had the first edit only.
        place
            .run("DELETE FROM changes WHERE tick = 2; UPDATE clock SET tick = 1; NOTIFY citebot_changes")
            .await;
        hear(&mut at_two, server(1)).await;
    })
    .await;
}

#[tokio::test]
async fn postgres_may_restart_in_between() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let location: Location = cluster.url().parse().expect("well formed");
    let open = async || Store::open(&location).await.expect("opens");
    let (one, two) = (open().await, open().await);
    let (mut at_one, mut at_two) = (one.subscribe(), two.subscribe());
    for (number, entry) in [(1, "before"), (2, "again")] {
        add(&one, number, entry).await;
        hear(&mut at_two, server(number)).await;
        cluster.restart();
    }
    add(&one, 3, "after").await;
    hear(&mut at_two, server(3)).await;
    add(&two, 4, "after").await;
    hear(&mut at_one, server(4)).await;
    assert_eq!(one.servers().await.expect("reads").len(), 4);
}

#[tokio::test]
async fn dead_connections_are_replaced() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let proxy = Proxy::start(cluster.port());
    let open = async |url: String| {
        let location: Location = url.parse().expect("well formed");
        Store::open(&location).await.expect("opens")
    };
    let one = open(cluster.url()).await;
    let two = open(Cluster::url_at(proxy.port())).await;
    let (mut at_one, mut at_two) = (one.subscribe(), two.subscribe());
    for number in [1, 2] {
        add(&one, number, "before").await;
        hear(&mut at_two, server(number)).await;
        proxy.cut();
    }
    // What others publish is heard, whatever became of the connection that listened.
    add(&one, 3, "after").await;
    hear(&mut at_two, server(3)).await;
    // Those for queries are replaced too, all of them.
    proxy.cut();
    let reading = (0..8).map(|_| two.servers());
    let read = futures::future::join_all(reading).await;
    assert!(read.iter().all(Result::is_ok), "{read:?}");
    add(&two, 4, "after").await;
    hear(&mut at_one, server(4)).await;
}
