//! Trouble on the wire: the bot lives through it.

use super::{OTHER, POST, QUESTION};
use crate::harness::{Fault, World};
use hyper::Method;

#[tokio::test]
async fn a_gateway_that_went_away_is_resumed() {
    let world = World::start().await;
    let ann = world.member("ann");
    let troubles: [fn(&World); 3] = [World::drop_gateway, World::ask_to_reconnect, |world| {
        world.close_gateway(4000)
    }];
    for (at, trouble) in troubles.iter().enumerate() {
        let before = ann.mentions("general", OTHER);
        assert_eq!(world.reply_to(&before).await.title(), OTHER);
        trouble(&world);
        let between = ann.mentions("general", QUESTION);
        world.resumes(at + 1).await;
        assert_eq!(world.reply_to(&between).await.title(), QUESTION);
    }
    assert_eq!(world.writes().len(), 6, "something was answered twice");
}

#[tokio::test]
async fn a_reply_that_fails_is_sent_again_or_logged() {
    let faults = [
        Fault::RateLimited(0.05),
        Fault::Status(500),
        Fault::Status(503),
        Fault::Status(403),
    ];
    let world = World::start().await;
    for (at, fault) in faults.into_iter().enumerate() {
        world.fail(Method::POST, POST, 1, fault);
        // One person may only ask so much: each trouble meets somebody else.
        let ann = world.member(&format!("ann {at}"));
        let lost = ann.mentions("general", QUESTION);
        world.requests(Method::POST, POST, 2 * at + 1).await;
        let answered = async { drop(world.reply_to(&lost).await) };
        let logged = world.bot().logs("a reply could not be sent");
        tokio::select! {
            () = answered => {}
            () = logged => {}
        }
        let next = ann.mentions("general", OTHER);
        assert_eq!(world.reply_to(&next).await.title(), OTHER);
    }
}

#[tokio::test]
async fn a_response_that_fails_is_apologised_for() {
    let world = World::start().await;
    let ann = world.member("ann");
    let callback = "/interactions/*/*/callback";
    world.fail(Method::POST, callback, 1, Fault::Status(500));
    let outcome = ann.slash("ask").with("question", QUESTION).run().await;
    assert!(outcome.message().content().contains("went wrong"));
    let again = ann.slash("ask").with("question", QUESTION).run().await;
    assert_eq!(again.message().title(), QUESTION);
}

#[tokio::test]
async fn a_changed_file_is_read_and_a_broken_one_is_not() {
    let world = World::setup().own_knowledge().start().await;
    let ann = world.member("ann");
    let file = world.folder().join("knowledge/faq/brewing.toml");
    let first = std::fs::read_to_string(&file).expect("the file");
    let second = first.replace("eighty degrees", "ninety degrees");
    std::fs::write(&file, &second).expect("the file");
    world.bot().logs("the knowledge was reloaded").await;
    let reply = world.reply_to(&ann.mentions("general", QUESTION)).await;
    assert!(reply.description().contains("ninety"), "{}", reply.text());
    std::fs::write(&file, second.replace("ninety", "hundred [9]")).expect("the file");
    world.bot().logs("the knowledge has mistakes").await;
    let reply = world.reply_to(&ann.mentions("general", QUESTION)).await;
    assert!(reply.description().contains("ninety"), "{}", reply.text());
}
