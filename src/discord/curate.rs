//! Editing: moderators change their server's FAQ from inside Discord.
//!
//! What was typed into a modal is saved as a draft before it is looked at, and comes back with the
//! next modal. Nothing is published without a preview.
//!
//! | module | what it is |
//! | --- | --- |
//! | `actions`, `submission` | buttons and menus, and the modal → the engine |
//! | `publish`, `drafts` | previewing and publishing an edit; saved drafts |
//! | `modal` | the modal of an entry |
//! | `preview`, `history`, `report` | the messages that the moderator sees |
//! | `revision` | a revision in words |
//! | `announce` | the log channel |

mod actions;
pub mod announce;
pub mod drafts;
pub mod history;
pub mod modal;
pub mod preview;
pub mod publish;
pub mod report;
pub mod revision;
mod submission;

pub use actions::handle;
pub use submission::submitted;
