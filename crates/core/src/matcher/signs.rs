//! What a text says beside its subject: what it asks for, which of two opposites it is about,
//! whether it denies something, whether it asks for work, and whether it asks at all.
//!
//! Each is read from the words as written, by short lists that hold in any domain.

mod aspects;
mod errand;
mod negation;
mod poles;
mod question_form;
mod status;

pub(super) use aspects::Aspects;
pub(super) use poles::Poles;
pub(super) use question_form::reads_as_question;

/// What a text says beside its subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    pub aspects: Aspects,
    pub poles: Poles,
    /// Whether it denies something.
    pub negated: bool,
    /// Whether it asks if something works just now.
    pub status: bool,
    /// Whether it asks that something be made for its writer.
    pub errand: bool,
}

impl Signs {
    /// Reads the signs of a text from its words as written.
    pub fn new(written: &[String]) -> Self {
        Self {
            aspects: Aspects::of(written),
            poles: Poles::of(written),
            negated: negation::is_negated(written),
            status: status::asks_for_status(written),
            errand: errand::asks_for_work(written),
        }
    }
}
