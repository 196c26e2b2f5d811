//! The gateway intents that decide which events a bot gets. All others are accepted and have no effect.

/// Tells the bot of its guilds, channels and threads.
pub const GUILDS: u64 = 1;
/// Tells the bot of messages in guilds.
pub const GUILD_MESSAGES: u64 = 1 << 9;
/// Tells the bot of direct messages.
pub const DIRECT_MESSAGES: u64 = 1 << 12;
/// Shows the bot the content of messages that are not addressed to it.
pub const MESSAGE_CONTENT: u64 = 1 << 15;
