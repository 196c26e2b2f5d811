//! Knowledge that several tests share.

use citebot_core::knowledge::{Entry, Knowledge};

/// Two entries that differ in one word.
pub(crate) fn kettle_and_teapot() -> Knowledge {
    let entries = ["kettle", "teapot"].map(|pot| {
        let question = format!("Which {pot} is best?");
        Entry::example(pot, &question, &[&format!("what {pot} should I buy")])
    });
    Knowledge::from_parts(vec![], vec![], vec![], entries.into())
}
