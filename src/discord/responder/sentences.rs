//! The sentences that several handlers say.

use crate::discord::error_id::ErrorId;

/// When the fault is ours: the log tells more of the error.
#[must_use]
pub fn apology(error: ErrorId) -> String {
    format!(
        "Something went wrong on my side (error {error}). It has been logged; please try again."
    )
}

/// When something took too long to respond with it.
pub const SLOW: &str = "That takes too long just now. Please try again in a moment.";
/// When the database does not answer.
pub const STORE_DOWN: &str = "My database does not answer just now. Please try again in a moment.";
/// When another process is writing to the database.
pub const STORE_BUSY: &str = "My database is busy just now. Please try again in a moment.";
/// When the disk is full.
pub const STORE_FULL: &str = "There is no space left for my database, so nothing was saved. \
     The bot's operator has to make room.";
/// When the database file was deleted under the bot.
pub const STORE_GONE: &str = "My database is gone, so nothing was saved. The bot's operator has to put it \
     back.";
/// To a button, menu or modal of another version.
pub const OUTDATED_BUTTON: &str = "That button is from an older version. Ask again.";
/// To a command that Discord still shows in an older shape.
pub const OUTDATED_COMMAND: &str =
    "This command has changed since Discord last showed it to you. Please try again in a minute.";
/// When what a button or menu shows is not there any more.
pub const GONE: &str = "That is no longer in the FAQ. Ask again.";
/// Where entries can't be edited.
pub const NO_STORE: &str = "This works only in a server, and only where the bot has a database.";
/// When an option names no entry.
pub const NO_ENTRY: &str = "There is no such entry. Type a word of it and choose from the list.";
/// To a user without permission to edit entries.
pub const NOT_A_MODERATOR: &str = "Only moderators can do this: you need the permission Manage Messages or Manage Server, or a role that \
     `/curate settings` names.";
/// To a user without permission to change the settings.
pub const NOT_A_MANAGER: &str =
    "Only those who manage the server can change this: you need the permission Manage Server.";
