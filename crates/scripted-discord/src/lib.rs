//! A fake Discord on 127.0.0.1 to test bots against, on the real wire.
//!
//! The bot is the real one, with its real client library: it connects to a REST server and a
//! gateway that speak Discord's protocol. The test is the script: it makes members talk, press
//! buttons, use commands and fill in modals, lets requests fail or the gateway break, and looks at
//! what the bot showed.
//!
//! A whole test of a small bot, written with serenity:
//!
//! ```
//! use scripted_discord::{BotTask, ScriptedDiscord, TOKEN};
//! use serenity::all::{
//!     ClientBuilder, Context, EventHandler, GatewayIntents, HttpBuilder, Message, async_trait,
//! };
//!
//! struct Ponger;
//!
//! #[async_trait]
//! impl EventHandler for Ponger {
//!     async fn message(&self, ctx: Context, message: Message) {
//!         if message.content == "!ping" {
//!             message.reply(&ctx.http, "Pong!").await.expect("Discord takes the reply");
//!         }
//!     }
//! }
//!
//! # #[allow(clippy::needless_doctest_main)]
//! #[tokio::main] // In a test: #[tokio::test]
//! async fn main() {
//!     let discord = ScriptedDiscord::start().await;
//!
//!     // The bot's own code, told where Discord is.
//!     let http = HttpBuilder::new(TOKEN)
//!         .proxy(discord.api_base())
//!         .ratelimiter_disabled(true)
//!         .build();
//!     let intents = GatewayIntents::GUILD_MESSAGES | GatewayIntents::MESSAGE_CONTENT;
//!     let mut client = ClientBuilder::new_with_http(http, intents)
//!         .event_handler(Ponger)
//!         .await
//!         .expect("a client");
//!     let _bot = BotTask::spawn(&discord, async move { client.start().await });
//!     discord.wait_for_sessions(1).await;
//!
//!     // The script.
//!     let ann = discord.member("ann");
//!     let asked = ann.say("general", "!ping");
//!     let reply = discord.reply_to(&asked).await;
//!     assert_eq!(reply.content(), "Pong!");
//! }
//! ```
//!
//! [`BotTask`] runs a bot in the test's own process, [`BotProcess`] runs any program.
//!
//! **Nothing sleeps.** A test that waits is woken by the event that it waits for. One time limit
//! ends a test that waits in vain, with the transcript of all that went over the wire.
//!
//! **Discord refuses what it would refuse.** When a [`ScriptedDiscord`] is dropped, the test fails
//! if the bot exceeded a limit, responded to an interaction twice, or used something that is not
//! there. If the variable `DISCORD_OPENAPI` names a copy of
//! [Discord's API document](https://github.com/discord/discord-api-spec) (`specs/openapi.json`),
//! every request body is checked against it, and so are the answers of the scripted Discord.
//!
//! **It has the part of Discord that follows.** Messages in text channels, in threads of forums and
//! in direct messages, with embeds, files, buttons and menus of texts. Slash commands with
//! autocompletion, and commands in the menus of messages. Modals with text inputs. Requests to
//! other routes are answered with 404.

#![allow(
    clippy::must_use_candidate,
    reason = "methods act on Discord, and many results are there for tests that look at them"
)]

mod attachment;
mod builder;
mod discord;
mod fault;
mod gateway;
pub mod intents;
mod interaction;
mod limits;
mod member;
mod mentions;
mod message;
mod model;
mod openapi;
mod process;
mod response;
mod rest;
mod route;
mod session;
mod shared;
mod slash;
mod state;
mod task;
mod wire;

pub use attachment::Attachment;
pub use builder::Builder;
pub use discord::ScriptedDiscord;
pub use fault::{Fault, Stall};
pub use interaction::{InteractionKind, ResponseKind};
pub use member::Member;
pub use mentions::Ping;
pub use message::Message;
pub use model::{BOT_ID, INTERACTION_TOKEN, TOKEN};
pub use process::{BotProcess, Exit};
pub use response::{Choice, Modal, Response};
pub use route::{Request, Route};
pub use session::Session;
pub use slash::Slash;
pub use task::BotTask;
