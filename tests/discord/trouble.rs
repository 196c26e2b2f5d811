//! Faults on the wire and in the knowledge files, which the bot survives.

use super::{OTHER, QUESTION, SEND_MESSAGE};
use crate::harness::World;
use scripted_discord::{Fault, Route, ScriptedDiscord, Stall};
use std::path::Path;

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
async fn a_reply_arrives_once_whatever_becomes_of_its_request() {
    let faults = [
        Fault::RateLimited(0.05),
        Fault::Status(500),
        Fault::Status(503),
        Fault::Drop,
        Fault::LostAnswer,
        Fault::GarbledAnswer,
    ];
    let world = World::start().await;
    for (at, fault) in faults.into_iter().enumerate() {
        world.fail(&SEND_MESSAGE, 1, fault);
        // A new member each time, because of the rate limit per person.
        let ann = world.member(&format!("ann {at}"));
        let asked = ann.mention_bot("general", QUESTION);
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION, "{fault:?}");
        let next = ann.mention_bot("general", OTHER);
        assert_eq!(world.reply_to(&next).await.title(), OTHER);
        assert_eq!(world.replies(&asked).len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_reply_that_is_refused_is_logged_with_its_status() {
    let world = World::start().await;
    world.fail(&SEND_MESSAGE, 1, Fault::Status(403));
    let ann = world.member("ann");
    let lost = ann.mention_bot("general", QUESTION);
    let logged = world.bot().wait_for_output("a reply could not be sent");
    logged.await;
    world.bot().wait_for_output("403 Forbidden").await;
    let next = ann.mention_bot("general", OTHER);
    assert_eq!(world.reply_to(&next).await.title(), OTHER);
    assert!(world.replies(&lost).is_empty());
}

#[tokio::test]
async fn an_event_that_comes_twice_is_answered_once() {
    let world = World::start().await;
    let ann = world.member("ann");
    let asked = ann.mention_bot("general", QUESTION);
    world.repeat_last_event();
    assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    let next = ann.mention_bot("general", OTHER);
    assert_eq!(world.reply_to(&next).await.title(), OTHER);
    assert_eq!(world.replies(&asked).len(), 1);
}

#[tokio::test]
async fn mentions_missed_while_the_session_was_lost_are_answered() {
    let world = World::start().await;
    let ann = world.member("ann");
    let before = ann.mention_bot("general", QUESTION);
    assert_eq!(world.reply_to(&before).await.title(), QUESTION);
    let direct = ann.send_dm(QUESTION);
    assert_eq!(world.reply_to(&direct).await.title(), QUESTION);
    world.drop_gateway();
    world.forget_sessions();
    let ben = world.member("ben");
    let missed = ben.mention_bot("ask", OTHER);
    let overheard = ben.say("ask", QUESTION);
    let direct = ann.send_dm(OTHER);
    assert_eq!(world.reply_to(&missed).await.title(), OTHER);
    assert_eq!(world.reply_to(&direct).await.title(), OTHER);
    // What was not asked of the bot would be answered out of place.
    let after = ben.mention_bot("ask", QUESTION);
    assert_eq!(world.reply_to(&after).await.title(), QUESTION);
    assert!(world.replies(&overheard).is_empty());
    assert_eq!(world.replies(&before).len(), 1);
}

#[tokio::test]
async fn a_response_arrives_once_whatever_becomes_of_its_request() {
    let world = World::start().await;
    let ann = world.member("ann");
    let callback = Route::post("/interactions/*/*/callback");
    for fault in [
        Fault::RateLimited(0.05),
        Fault::Status(500),
        Fault::Drop,
        Fault::LostAnswer,
        Fault::GarbledAnswer,
    ] {
        world.fail(&callback, 1, fault);
        let response = ann.slash("ask").with("question", QUESTION).run().await;
        assert_eq!(response.message().title(), QUESTION, "{fault:?}");
    }
}

#[tokio::test]
async fn a_response_whose_request_hangs_is_sent_once_more() {
    let world = World::start().await;
    let ann = world.member("ann");
    let callback = Route::post("/interactions/*/*/callback");
    let hangs: [fn(&World, &Route) -> Stall; 2] = [
        |world, callback| world.stall(callback, 1),
        // It arrives, and the second is refused: "already acknowledged".
        |world, callback| world.stall_answers(callback, 1),
    ];
    for hang in hangs {
        let before = world.writes().len();
        let _stall = hang(&world, &callback);
        let response = ann.slash("ask").with("question", QUESTION).run().await;
        assert_eq!(response.message().title(), QUESTION);
        let more = world.wait_for("a second try", || world.writes().get(before + 1)?.status());
        more.await;
        // What follows is an edit or a new message, not an apology.
        let next = ann.slash("ask").with("question", OTHER).run().await;
        assert_eq!(next.message().title(), OTHER);
        let sent = &world.writes()[before..];
        assert!(sent.iter().all(|r| callback.matches(r)), "{sent:?}");
    }
}

#[tokio::test]
async fn a_response_that_is_refused_is_apologised_for() {
    let world = World::start().await;
    let ann = world.member("ann");
    let callback = Route::post("/interactions/*/*/callback");
    world.fail(&callback, 1, Fault::Status(400));
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

#[tokio::test]
async fn the_files_are_followed_when_they_are_renamed_deleted_or_replaced() {
    let world = World::setup().own_knowledge().start().await;
    let ann = world.member("ann");
    let knowledge = world.folder().join("knowledge");
    let file = knowledge.join("faq/brewing.toml");
    let text = std::fs::read_to_string(&file).expect("the file");
    let write = |path: &Path, degrees: &str| {
        let text = text.replace("eighty degrees", degrees);
        std::fs::write(path, text).expect("the file");
    };
    let reloads = |number: usize| {
        let bot = world.bot();
        async move {
            let count = |output: &str| output.matches("the knowledge was reloaded").count();
            bot.wait_until(|output| count(output) == number).await;
        }
    };
    // Saved as many editors do: the old file becomes a copy, the new one comes in its place.
    std::fs::rename(&file, knowledge.join("faq/brewing.toml~")).expect("renamed");
    write(&knowledge.join("faq/new"), "ninety degrees");
    std::fs::rename(knowledge.join("faq/new"), &file).expect("renamed");
    reloads(1).await;
    let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    assert!(reply.description().contains("ninety"), "{}", reply.text());
    // The whole folder is replaced, as a deployment does.
    let old = world.folder().join("old");
    std::fs::rename(&knowledge, &old).expect("renamed");
    let bot = world.bot();
    bot.wait_for_output("there is no such folder").await;
    write(&old.join("faq/brewing.toml"), "seventy degrees");
    std::fs::rename(&old, &knowledge).expect("renamed");
    reloads(2).await;
    let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    assert!(reply.description().contains("seventy"), "{}", reply.text());
}
