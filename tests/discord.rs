//! The bot on Discord, from end to end: the real program, the real client, a scripted Discord.

mod commands;
mod curate;
mod departures;
mod killed;
mod limits;
mod logs;
mod messages;
mod monitoring;
mod pictures;
mod processes;
mod review;
mod rubbish;
mod site;
mod stalled;
mod startup;
mod trouble;
mod unreadable;

use crate::harness::World;
use scripted_discord::{Member, Message, Route};

/// A question that the knowledge under `tests/fixtures` answers.
const QUESTION: &str = "How hot should the water for green tea be?";
/// Another, with an answer of its own.
const OTHER: &str = "Does rooibos contain caffeine?";

const SEND_MESSAGE: Route = Route::post("/channels/*/messages");

/// The permission Manage Messages, which makes a moderator.
const MODERATOR: u64 = 1 << 13;

fn moderator(world: &World, name: &str) -> Member {
    world.member(name).with_permissions(MODERATOR)
}

/// The reply to a question that mentions the bot.
async fn asked(world: &World, who: &Member, question: &str) -> Message {
    world.reply_to(&who.mention_bot("general", question)).await
}
