//! The interface that every surface (Discord, terminal, JSON) talks to.
//!
//! * [`Engine::ask`]: the reply to a question, with the [`Snapshot`] it was taken from. Never waits
//!   for an edit or for the store. [`Engine::ask_cached`]: the same without ranking anything.
//!   [`Engine::ask_each`]: several questions in one text.
//! * [`Engine::log`]: logs a question that was answered (never who asked).
//! * [`Engine::why`]: how a question is read, and the reasons for its reply.
//! * [`Engine::admin`]: everything that moderators of one server do: [`preview`](ServerAdmin::preview),
//!   [`publish`](ServerAdmin::publish), [`history`](ServerAdmin::history), [`review`](ServerAdmin::review),
//!   [`settings`](ServerAdmin::settings), [`export`](ServerAdmin::export), [`import`](ServerAdmin::import). A [`ServerAdmin`]
//!   is bound to its server: no id that is handed to it reaches another one's.
//! * [`Engine::reload`]: reads the base again after its files changed.
//!
//! An engine from [`Engine::open`] has the base alone and needs no runtime; [`Engine::with_store`]
//! adds the store. Only what touches the store is `async`, and time is an argument (milliseconds
//! since 1970-01-01T00:00:00Z) except in the background tasks.
//!
//! The modules, each using only those above it:
//!
//! * `match_cache`; the `indexer` with the `vectors` on disk, those of servers in `server_vectors`; `snapshot`;
//! * `entry_input`, `revision_text`, `diff`: an entry as typed, as stored, and compared;
//!   `entry_version`, `overlay`, `quota`: a server's revisions, how they lie over the base, and how many
//!   they may be;
//!   `settings`;
//! * `mask`: what is not logged;
//! * `state`: the present snapshots; `server_locks`, `question_log`, `background`, `store_handle`,
//!   `share`: the store behind them, and whose servers they are;
//! * `engine`, `asking`, `departures`, and `watch` that reloads it;
//! * `admin`, `drafts`, `edit` with its `impact`, `history`, `review`, `export`,
//!   `import`, `merge`, `shadow`: what moderators do;
//! * `conversion`: other programs' FAQs.

mod admin;
mod asking;
mod background;
mod conversion;
mod departures;
mod diff;
mod drafts;
mod edit;
mod engine;
mod entry_input;
mod entry_version;
mod export;
mod history;
mod impact;
mod import;
mod indexer;
mod mask;
mod match_cache;
mod merge;
mod overlay;
mod question_log;
mod quota;
mod review;
mod revision_text;
mod server_locks;
mod server_vectors;
mod settings;
mod shadow;
mod share;
mod snapshot;
mod state;
mod store_handle;
pub mod vectors;
mod watch;

pub use admin::{AdminError, ServerAdmin};
pub use asking::OverheardMessage;
pub use background::{DEPARTURE_GRACE_DAYS, DRAFT_RETENTION_DAYS};
pub use conversion::convert;
pub use diff::{DiffLine, Sign, diff};
pub use drafts::{Draft, SavedDraft};
pub use edit::conflict::EditConflict;
pub use edit::error::{EditError, Refusal};
pub use edit::plan::Edit;
pub use edit::preview::Preview;
pub use edit::publish::Published;
pub use engine::{Engine, Reloads};
pub use entry_input::EntryInput;
pub use entry_version::UnreadableRevision;
pub use export::{Exported, File, REMOVED};
pub use history::{HistoryPart, PastRevision, RemovedEntry};
pub use impact::{ChangedReply, Impact, KnownQuestion, Origin, ReplyGist};
pub use import::{ImportError, Imported, OPERATOR};
pub use indexer::{INDEX_MEMORY, Indexer};
pub use mask::mask;
pub use merge::{MergeError, merge};
pub use overlay::{StaleEntry, StaleReason};
pub use question_log::QuestionLogState;
pub use quota::{Quota, QuotaError};
pub use review::{Group, MAX_GROUPS};
pub use settings::{Defaults, MAX_CHANNELS, MAX_COOLDOWN_SECONDS, Settings, SettingsError};
pub use shadow::{MIN_JUDGEMENTS, ShadowFigures, ShadowStep};
pub use share::Share;
pub use snapshot::{Answered, Snapshot};
pub use store_handle::Options;
pub use watch::{FolderState, Watcher, watch};
