//! The bot on Discord, from end to end: the real program, the real client, a scripted Discord.

mod commands;
mod curate;
mod killed;
mod limits;
mod messages;
mod processes;
mod review;
mod rubbish;
mod startup;
mod trouble;

/// A question that the knowledge under `tests/fixtures` answers.
const QUESTION: &str = "How hot should the water for green tea be?";
/// Another, with an answer of its own.
const OTHER: &str = "Does rooibos contain caffeine?";
/// Where messages are made.
const POST: &str = "/channels/*/messages";
