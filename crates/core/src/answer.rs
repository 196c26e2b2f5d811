//! Ranked matches → the reply: an answer, suggestions, or an honest "I don't know". Also explains why.

mod explanation;
mod follow_up;
mod reply;

pub use explanation::{ConsideredEntry, Explanation, format_sum, percent};
pub use follow_up::follow_up;
pub use reply::{Candidate, MAX_SUGGESTIONS, Prompting, Reply, Thresholds, decide};
