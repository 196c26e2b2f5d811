//! What the bot logs, and what it must not.

use super::{QUESTION, SEND_MESSAGE, asked, moderator};
use crate::harness::World;
use scripted_discord::{Fault, Route};
use serde_json::Value;

#[tokio::test]
async fn an_apology_and_the_log_name_the_same_error() {
    let world = World::start().await;
    let ann = world.member("ann");
    let callback = Route::post("/interactions/*/*/callback");
    world.fail(&callback, 1, Fault::Status(400));
    let response = ann.slash("ask").with("question", QUESTION).run().await;
    let apology = response.message();
    let error = apology
        .content()
        .split_once("(error ")
        .and_then(|(_, rest)| Some(rest.split_once(')')?.0.to_owned()))
        .unwrap_or_else(|| panic!("no error in {}", apology.content()));
    let (guild, channel) = (ann.guild_id(), ann.channel_id("general"));
    let place = format!("event{{guild={guild} channel={channel} error_id={error}}}");
    let logged = |output: &str| {
        let of_error = |line: &&str| line.contains("ask failed");
        let line = output.lines().find(of_error).map(str::to_owned);
        line.filter(|line| line.contains(&place) && line.contains("400 Bad Request"))
    };
    let bot = world.bot();
    bot.wait_until(|output| logged(output).is_some()).await;
}

#[tokio::test]
async fn a_line_about_a_message_names_its_place_in_json_too() {
    let world = World::setup().config("[log]\njson = true\n").start().await;
    world.fail(&SEND_MESSAGE, 1, Fault::Status(403));
    let ann = world.member("ann");
    ann.mention_bot("general", QUESTION);
    let place = [ann.guild_id(), ann.channel_id("general")].map(|id| id.to_string());
    let logged = |output: &str| {
        let mut lines = output
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let failed = |line: &Value| line["fields"]["message"] == "a reply could not be sent";
        lines.find(failed)
    };
    let bot = world.bot();
    bot.wait_until(|output| logged(output).is_some()).await;
    let line = logged(&bot.stderr()).expect("it was there");
    let span = &line["span"];
    assert_eq!([&span["guild"], &span["channel"]], [&place[0], &place[1]]);
    assert_eq!(span["error_id"].as_str().map(str::len), Some(6), "{line}");
}

#[tokio::test]
async fn the_most_detailed_log_holds_no_token() {
    for json in ["", "[log]\njson = true\n"] {
        let world = World::setup().log("trace").config(json).start().await;
        let ann = moderator(&world, "ann");
        let response = ann.slash("ask").with("question", QUESTION).run().await;
        assert_eq!(response.message().title(), QUESTION);
        let reply = asked(&world, &ann, QUESTION).await;
        let button = reply.buttons().first().cloned().expect("a button");
        ann.click(&reply, &button).await;
        let callback = Route::post("/interactions/*/*/callback");
        for fault in [Fault::Status(400), Fault::Drop, Fault::GarbledAnswer] {
            world.fail(&callback, 1, fault);
            ann.slash("help").run().await;
        }
        // The harness looks for tokens when the world ends.
        assert!(world.bot().stderr().contains("TRACE"));
    }
}

#[tokio::test]
async fn what_others_write_stays_in_its_line() {
    let name = "cite\n2026-01-02T03:04:05Z ERROR citebot: bot\u{1b}[2J\u{202e}";
    for (json, expected) in [
        (
            "",
            "cite\\n2026-01-02T03:04:05Z ERROR citebot: bot\\u{1b}[2J\\u{202e}",
        ),
        (
            "[log]\njson = true\n",
            "cite\\n2026-01-02T03:04:05Z ERROR citebot: bot\\u001b[2J\\u202e",
        ),
    ] {
        let setup = World::setup().discord(|discord| discord.bot_name(name));
        let world = setup.config(json).start().await;
        world.bot().wait_for_output(expected).await;
    }
}
