//! Starting and stopping: exit codes, and what is said.

use super::{POST, QUESTION};
use crate::harness::state::intent;
use crate::harness::{Fault, World};
use hyper::Method;

/// The last line of the output, which must be for people: what went wrong and what to do.
fn last_line(stderr: &str) -> &str {
    let line = stderr.trim_end().lines().last().unwrap_or_default();
    assert!(
        line.starts_with("citebot: ") && !line.contains("Err("),
        "{line}"
    );
    line
}

#[tokio::test]
async fn a_wrong_token_ends_in_a_sentence() {
    let wrong = crate::harness::bot::token().replace("scripted", "Scripted");
    let cases = [
        (Some(wrong.as_str()), "DISCORD_TOKEN"),
        (None, "DISCORD_TOKEN"),
    ];
    for (token, expected) in cases {
        let world = World::setup().token(token).spawn().await;
        let end = world.bot().end().await;
        assert_eq!(end.code, Some(2), "{}", end.stderr);
        assert!(last_line(&end.stderr).contains(expected), "{}", end.stderr);
        let shown = token.is_some_and(|token| end.stderr.contains(token));
        assert!(!shown, "the token stands in the output");
    }
}

#[tokio::test]
async fn an_intent_that_is_not_switched_on_ends_in_a_sentence() {
    let setup = World::setup().forbid_intents(intent::MESSAGE_CONTENT);
    let world = setup.spawn().await;
    let end = world.bot().end().await;
    assert_eq!(end.code, Some(2), "{}", end.stderr);
    let said = last_line(&end.stderr);
    assert!(said.contains("Message Content Intent"), "{said}");
}

#[tokio::test]
async fn what_discord_refuses_at_the_start_ends_in_a_sentence() {
    let cases = [
        (Method::GET, "/gateway/bot", 500, "again"),
        (
            Method::PUT,
            "/applications/*/commands",
            403,
            "applications.commands",
        ),
    ];
    for (method, path, status, expected) in cases {
        let mut world = World::setup().empty().await;
        world.fail(method, path, 1, Fault::Status(status));
        world.spawn_bot(&[]);
        let end = world.bot().end().await;
        assert_eq!(end.code, Some(2), "{}", end.stderr);
        let said = last_line(&end.stderr);
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn a_broken_configuration_ends_in_its_problems() {
    let world = World::setup().config("[nonsense]\nx = 1\n").spawn().await;
    let end = world.bot().end().await;
    assert_eq!(end.code, Some(2), "{}", end.stderr);
    assert!(end.stderr.contains("config.toml"), "{}", end.stderr);
    assert!(end.stderr.contains("nonsense"), "{}", end.stderr);
}

#[tokio::test]
async fn a_signal_stops_it_after_it_has_finished() {
    for signal in ["TERM", "INT"] {
        let world = World::start().await;
        let asked = world.member("ann").mentions("general", QUESTION);
        let stall = world.stall(Method::POST, POST, 1);
        let arrived = world.discord.until("the request", |state| {
            let mut posts = state.requests.iter();
            posts.find(|r| r.path.ends_with("/messages")).map(|_| ())
        });
        arrived.await;
        world.bot().signal(signal);
        stall.release();
        let end = world.bot().end().await;
        assert_eq!(end.code, Some(0), "SIG{signal}: {}", end.stderr);
        assert_eq!(world.reply_to(&asked).await.title(), QUESTION);
    }
}

#[tokio::test]
async fn a_signal_stops_it_while_it_connects() {
    let mut world = World::setup().empty().await;
    let stall = world.stall(Method::GET, "/gateway/bot", 1);
    world.spawn_bot(&[]);
    let asked = world.discord.until("the request", |state| {
        (!state.requests.is_empty()).then_some(())
    });
    asked.await;
    world.bot().signal("TERM");
    let end = world.bot().end().await;
    stall.release();
    assert_eq!(end.code, Some(0), "{}", end.stderr);
}
