//! What people see: embeds, buttons and menus.
//!
//! | module | what it renders |
//! | --- | --- |
//! | `reply` | the reply to a question: an answer, suggestions, or that the FAQ has none |
//! | `answer`, `citations` | one entry with its sources |
//! | `lists`, `paging` | lists of entries, articles and tools |
//! | `review`, `why`, `stats`, `chart`, `shadow` | what moderators see |

mod answer;
mod chart;
mod citations;
mod lists;
mod paging;
mod reply;
mod review;
mod shadow;
mod stats;
mod why;

pub use answer::{Asker, Feedback, answer, answered_entry};
pub use citations::details as citations;
pub use lists::{article, articles, browse, no_such_entry, toolkit};
pub use reply::{help, pick_reply, reply, suggestions, welcome};
pub use review::{digest, queue};
pub use shadow::shadow;
pub use stats::{MAX_LISTED, stats};
pub use why::why;
