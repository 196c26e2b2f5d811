//! Citebot connected to a scripted Discord.
//!
//! A test starts a [`World`], lets members act in it and looks at what the bot showed:
//!
//! ```ignore
//! let world = World::start().await;
//! let question = world.member("ann").mention_bot("general", "what is the answer?");
//! let reply = world.reply_to(&question).await;
//! assert_eq!(reply.title(), "What is the answer?");
//! ```
//!
//! When a world is dropped, the test fails if the bot panicked, printed its token, sent something
//! that Discord would refuse, or could not read an event.

mod world;

pub(crate) use world::{KNOWLEDGE, SHIPPED, World};
