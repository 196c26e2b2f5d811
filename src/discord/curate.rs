//! Curation: moderators change their server's FAQ from inside Discord.
//!
//! Everything is written down before anything can fail: what was typed into a form is kept in the
//! store before it is looked at, and comes back with the next form. Nothing is published without a
//! preview.
//!
//! | module | what it is |
//! | --- | --- |
//! | `permission` | who may |
//! | `action` | what a button, menu or form does, as its custom id |
//! | `form` | the form of an entry |
//! | `page`, `preview`, `history` | what the moderator sees |
//! | `respond` | buttons, menus and forms → the engine's admin |
//! | `announce` | the log channel |

pub mod action;
pub mod announce;
pub mod form;
pub mod history;
pub mod page;
pub mod permission;
pub mod preview;
pub mod respond;

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
