//! The store of everything that outlives a run, per server: an SQLite file, or PostgreSQL.
//!
//! * [`publish`](Store::publish), [`overlay`](Store::overlay), [`history`](Store::history): the
//!   moderators' changes, as revisions that are only appended;
//! * [`log_question`](Store::log_question): the log of questions;
//!   [`open_questions`](Store::open_questions), [`resolve`](Store::resolve): the review queue;
//! * [`vote`](Store::vote), [`forget_voter`](Store::forget_voter): 👍 and 👎;
//! * [`settings`](Store::settings), [`set_settings`](Store::set_settings): a server's settings;
//! * [`save_draft`](Store::save_draft): drafts that are not published yet;
//! * [`command_server`](Store::command_server): where the bot's commands are registered;
//! * [`stats`](Store::stats): figures;
//! * [`sweep`](Store::sweep), [`delete_departed`](Store::delete_departed): deleting;
//! * [`subscribe`](Store::subscribe): changes, also those of other processes.
//!
//! Every method names the server, and no id reaches another server's rows. Time is an argument, in
//! milliseconds since 1970-01-01T00:00:00Z. The text of a revision and the document of settings are
//! the caller's: the store does not read them.

mod change_feed;
mod command_scope;
mod database;
mod departures;
mod drafts;
mod error;
mod judgements;
mod location;
mod questions;
mod retention;
mod review_queue;
mod revisions;
mod secret;
mod server_id;
mod settings;
mod stats;
mod store;
mod votes;

pub use change_feed::ServerChange;
pub use error::{OpenError, StoreError};
pub use judgements::Judgement;
pub use location::{Location, Postgres};
pub use questions::{LoggedQuestion, NewQuestion, Outcome, QuestionId};
pub use review_queue::{RepeatedQuestion, Resolution};
pub use revisions::{
    NewRevision, PublishError, Revision, RevisionConflict, RevisionId, RevisionKind,
};
pub use server_id::ServerId;
pub use settings::{StoreSettingsError, StoredSettings};
pub use stats::{DAY, Day, Stats};
pub use store::{Stalled, Store};
pub use votes::{Tally, Vote, VotedAnswer};
