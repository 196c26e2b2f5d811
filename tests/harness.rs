//! A scripted Discord on 127.0.0.1 and the real program connected to it.
//!
//! A test starts a [`World`], lets members act in it and looks at what the bot showed:
//!
//! ```ignore
//! let world = World::start().await;
//! let question = world.member("ann").mentions("general", "what is the answer?");
//! let reply = world.reply_to(&question).await;
//! assert_eq!(reply.title(), "What is the answer?");
//! ```
//!
//! Nothing here sleeps: whoever waits, waits for an event, and one deadline per world ends a test
//! that waits in vain, with the transcript of all that went over the wire. When a world is
//! dropped, the test fails if the bot panicked, printed its token, sent something that Discord
//! would not take, or could not read an event.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`world`] | set-up, the world, waiting, the checks at the end |
//! | [`member`] | what people do: talk, use commands, click, fill in modals |
//! | [`shown`] | what the bot showed: messages, choices, modals |
//! | [`bot`] | a `citebot run` process with its output |
//! | [`state`] | what the scripted Discord knows, and what changes it |
//! | [`model`] | its objects as JSON |
//! | [`gateway`], [`rest`] | the two wires |
//! | [`fault`] | what goes wrong on request |
//! | [`limits`], [`openapi`] | what Discord would refuse |
//! | [`itself`] | the harness tested with a small serenity client |

pub(crate) mod bot;
pub(crate) mod fault;
pub(crate) mod gateway;
mod itself;
pub(crate) mod limits;
pub(crate) mod member;
pub(crate) mod model;
pub(crate) mod openapi;
pub(crate) mod rest;
pub(crate) mod shown;
pub(crate) mod state;
pub(crate) mod world;

pub(crate) use fault::Fault;
pub(crate) use shown::{Outcome, Shown};
pub(crate) use world::World;
