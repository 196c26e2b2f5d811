//! Faults on the wire and in the knowledge files, which the bot survives.

use super::{OTHER, QUESTION, SEND_MESSAGE};
use crate::harness::World;
use scripted_discord::{Fault, Route, ScriptedDiscord};

#[tokio::test]
async fn a_broken_gateway_connection_is_resumed() {
    let world = World::start().await;
    let ann = world.member("ann");
    let troubles: [fn(&ScriptedDiscord); 3] = [
        ScriptedDiscord::drop_gateway,
        ScriptedDiscord::request_reconnect,
        |discord| discord.close_gateway(4000),
    ];
    for (at, trouble) in troubles.iter().enumerate() {
        let before = ann.mention_bot("general", OTHER);
        assert_eq!(world.reply_to(&before).await.title(), OTHER);
        trouble(&world);
        let between = ann.mention_bot("general", QUESTION);
        world.wait_for_resumes(at + 1).await;
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
        world.fail(&SEND_MESSAGE, 1, fault);
        // A new member each time, because of the rate limit per person.
        let ann = world.member(&format!("ann {at}"));
        let lost = ann.mention_bot("general", QUESTION);
        world.wait_for_requests(&SEND_MESSAGE, 2 * at + 1).await;
        let answered = async { drop(world.reply_to(&lost).await) };
        let logged = world.bot().wait_for_output("a reply could not be sent");
        tokio::select! {
            () = answered => {}
            () = logged => {}
        }
        let next = ann.mention_bot("general", OTHER);
        assert_eq!(world.reply_to(&next).await.title(), OTHER);
    }
}

#[tokio::test]
async fn a_response_that_fails_is_apologised_for() {
    let world = World::start().await;
    let ann = world.member("ann");
    let callback = Route::post("/interactions/*/*/callback");
    world.fail(&callback, 1, Fault::Status(500));
    let response = ann.slash("ask").with("question", QUESTION).run().await;
    assert!(response.message().content().contains("went wrong"));
    let again = ann.slash("ask").with("question", QUESTION).run().await;
    assert_eq!(again.message().title(), QUESTION);
}

#[tokio::test]
async fn a_changed_file_is_reloaded_unless_it_has_mistakes() {
    let world = World::setup().own_knowledge().start().await;
    let ann = world.member("ann");
    let file = world.folder().join("knowledge/faq/brewing.toml");
    let first = std::fs::read_to_string(&file).expect("the file");
    let second = first.replace("eighty degrees", "ninety degrees");
    std::fs::write(&file, &second).expect("the file");
    world
        .bot()
        .wait_for_output("the knowledge was reloaded")
        .await;
    let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    assert!(reply.description().contains("ninety"), "{}", reply.text());
    std::fs::write(&file, second.replace("ninety", "hundred [9]")).expect("the file");
    world
        .bot()
        .wait_for_output("the knowledge has mistakes")
        .await;
    let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    assert!(reply.description().contains("ninety"), "{}", reply.text());
}
