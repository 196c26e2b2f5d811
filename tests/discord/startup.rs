//! Starting and stopping: exit codes and final messages.

use super::{QUESTION, SEND_MESSAGE};
use crate::harness::World;
use scripted_discord::{Fault, Route, TOKEN, intents};

/// The last line of the output, which must tell a person what went wrong and what to do. The
/// library may log something after it, but only at a level that is off by default.
fn last_line(stderr: &str) -> &str {
    let mut lines = stderr.lines().filter(|line| !line.contains(" DEBUG "));
    let line = lines.next_back().unwrap_or_default();
    assert!(
        line.starts_with("citebot: ") && !line.contains("Err("),
        "{line}"
    );
    line
}

#[tokio::test]
async fn a_missing_or_wrong_token_is_explained() {
    let wrong = TOKEN.replace("scripted", "Scripted");
    let cases = [
        (Some(wrong.as_str()), "DISCORD_TOKEN"),
        (None, "DISCORD_TOKEN"),
    ];
    for (token, expected) in cases {
        let world = World::setup().token(token).spawn().await;
        let end = world.bot().exit().await;
        assert_eq!(end.code, Some(2), "{}", end.stderr);
        assert!(last_line(&end.stderr).contains(expected), "{}", end.stderr);
        let is_printed = token.is_some_and(|token| end.stderr.contains(token));
        assert!(!is_printed, "the token stands in the output");
    }
}

#[tokio::test]
async fn an_intent_that_is_not_switched_on_is_explained() {
    let setup = World::setup().discord(|discord| discord.forbid_intents(intents::MESSAGE_CONTENT));
    let world = setup.spawn().await;
    let end = world.bot().exit().await;
    assert_eq!(end.code, Some(2), "{}", end.stderr);
    let said = last_line(&end.stderr);
    assert!(said.contains("Message Content Intent"), "{said}");
}

#[tokio::test]
async fn a_gateway_that_refuses_the_bot_for_good_is_explained() {
    for (code, expected) in [
        (4004, "DISCORD_TOKEN"),
        (4010, "the same TOTAL"),
        (4011, "a greater TOTAL"),
        (4012, "update Citebot"),
        (4013, "update Citebot"),
        (4014, "Message Content Intent"),
    ] {
        let setup = World::setup().discord(|discord| discord.refuse_sessions(code));
        // Whatever the operator has logged.
        let world = setup.log("citebot=info").spawn().await;
        let end = world.bot().exit().await;
        assert_eq!(end.code, Some(2), "{code}: {}", end.stderr);
        let said = last_line(&end.stderr);
        assert!(said.contains(expected), "{code}: {said}");
    }
}

#[tokio::test]
async fn a_session_that_is_refused_later_ends_after_its_pending_replies() {
    let world = World::start().await;
    let asked = world.member("ann").mention_bot("general", QUESTION);
    let stall = world.stall(&SEND_MESSAGE, 1);
    let sent = world.wait_for("the reply to be sent", || {
        let requests = world.requests();
        requests.into_iter().find(|r| SEND_MESSAGE.matches(r))
    });
    sent.await;
    world.close_gateway(4011);
    world.bot().wait_for_output("OverloadedShard").await;
    stall.release();
    let end = world.bot().exit().await;
    assert_eq!(end.code, Some(2), "{}", end.stderr);
    assert!(last_line(&end.stderr).contains("a greater TOTAL"));
    assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
}

#[tokio::test]
async fn a_request_refused_at_the_start_is_explained() {
    let cases = [
        (Route::get("/gateway/bot"), 404, "`api_base`"),
        (
            Route::put("/applications/*/commands"),
            403,
            "applications.commands",
        ),
    ];
    for (route, status, expected) in cases {
        let mut world = World::setup().empty().await;
        world.fail(&route, 1, Fault::Status(status));
        world.spawn_bot(&[]);
        let end = world.bot().exit().await;
        assert_eq!(end.code, Some(2), "{}", end.stderr);
        let said = last_line(&end.stderr);
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn what_is_temporary_at_the_start_is_waited_out() {
    let cases = [
        (
            Route::get("/gateway/bot"),
            [Fault::Status(500), Fault::GarbledAnswer],
        ),
        (
            Route::get("/gateway/bot"),
            [Fault::RateLimited(0.05), Fault::Drop],
        ),
        (
            Route::put("/applications/*/commands"),
            [Fault::Drop, Fault::Status(503)],
        ),
    ];
    for (route, faults) in cases {
        let mut world = World::setup().empty().await;
        for fault in faults {
            world.fail(&route, 1, fault);
        }
        world.spawn_bot(&[]);
        world.bot().wait_for_output("trying again").await;
        world.wait_for_commands(None).await;
        let asked = world.member("ann").mention_bot("general", QUESTION);
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    }
}

#[tokio::test]
async fn a_broken_configuration_is_explained() {
    let world = World::setup().config("[nonsense]\nx = 1\n").spawn().await;
    let end = world.bot().exit().await;
    assert_eq!(end.code, Some(2), "{}", end.stderr);
    assert!(end.stderr.contains("config.toml"), "{}", end.stderr);
    assert!(end.stderr.contains("nonsense"), "{}", end.stderr);
}

#[tokio::test]
async fn a_signal_stops_the_bot_after_its_pending_replies() {
    for signal in ["TERM", "INT"] {
        let world = World::start().await;
        let asked = world.member("ann").mention_bot("general", QUESTION);
        let stall = world.stall(&SEND_MESSAGE, 1);
        let sent = world.wait_for("the reply to be sent", || {
            let requests = world.requests();
            requests.into_iter().find(|r| SEND_MESSAGE.matches(r))
        });
        sent.await;
        world.bot().signal(signal);
        stall.release();
        let end = world.bot().exit().await;
        assert_eq!(end.code, Some(0), "SIG{signal}: {}", end.stderr);
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    }
}

#[tokio::test]
async fn a_signal_stops_the_bot_while_it_connects() {
    let mut world = World::setup().empty().await;
    let stall = world.stall(&Route::get("/gateway/bot"), 1);
    world.spawn_bot(&[]);
    let connects = world.wait_for("a request", || (world.request_count() > 0).then_some(()));
    connects.await;
    world.bot().signal("TERM");
    let end = world.bot().exit().await;
    stall.release();
    assert_eq!(end.code, Some(0), "{}", end.stderr);
}
