//! What a button, menu or form of curation does, as it stands in its custom id.
//!
//! Nothing in here names a server: the server is the one that the interaction came from. Numbers
//! are written to the base 36, so that the longest of all fits.

use crate::discord::custom_id::{Foreign, fnv1a};
use citebot_core::knowledge::EntryId;
use citebot_store::RevisionId;
use std::fmt;

/// What a button, menu or form of curation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Puts up the form with what the moderator typed last about the entry, or about a new one.
    Open {
        /// The entry; `None` for a new one.
        entry: Option<EntryId>,
    },
    /// The form, sent.
    Submit {
        /// The entry; `None` for a new one.
        entry: Option<EntryId>,
        /// The latest revision when the form was put up.
        based_on: Option<RevisionId>,
        /// What of the entry did not fit into the form.
        hidden: Digest,
    },
    /// Publishes what the moderator typed last.
    Publish {
        /// The entry; `None` for a new one.
        entry: Option<EntryId>,
        /// What the moderator was shown.
        shown: Digest,
        /// Goes over what others published up to this revision.
        over: Option<RevisionId>,
    },
    /// Throws away what the moderator typed.
    Discard {
        /// The entry; `None` for a new one.
        entry: Option<EntryId>,
    },
    /// Changes an entry without a form.
    Change {
        /// How.
        change: Change,
        /// The entry.
        entry: EntryId,
        /// Its latest revision as the moderator saw it.
        based_on: Option<RevisionId>,
    },
    /// Leaves everything as it is.
    Cancel,
    /// A page of an entry's history.
    History {
        /// The entry.
        entry: EntryId,
        /// From 0.
        page: u16,
    },
    /// The menu of the revisions to go back to; the value is a [`revision`].
    PickRevision {
        /// The entry.
        entry: EntryId,
    },
    /// A new entry from the message that is quoted above the button.
    FromMessage,
}

/// A change without a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The entry no longer answers.
    Remove,
    /// It comes back.
    Restore,
    /// It becomes what it was after this revision; `None`: before any.
    Undo(Option<RevisionId>),
}

/// Tells whether a text is the same as before, in eight characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u32);

impl Digest {
    /// Of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(fnv1a(text))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = |entry: &Option<EntryId>| entry.as_ref().map_or(String::new(), EntryId::to_string);
        match self {
            Self::Open { entry } => write!(f, "open:{}", id(entry)),
            Self::Submit {
                entry,
                based_on,
                hidden,
            } => write!(f, "form:{hidden}:{}:{}", number(*based_on), id(entry)),
            Self::Publish { entry, shown, over } => {
                write!(f, "publish:{shown}:{}:{}", number(*over), id(entry))
            }
            Self::Discard { entry } => write!(f, "discard:{}", id(entry)),
            Self::Change {
                change,
                entry,
                based_on,
            } => {
                let based_on = number(*based_on);
                match change {
                    Change::Remove => write!(f, "remove:{based_on}:{entry}"),
                    Change::Restore => write!(f, "restore:{based_on}:{entry}"),
                    Change::Undo(to) => write!(f, "undo:{}:{based_on}:{entry}", number(*to)),
                }
            }
            Self::Cancel => f.write_str("cancel"),
            Self::History { entry, page } => write!(f, "history:{page}:{entry}"),
            Self::PickRevision { entry } => write!(f, "revision:{entry}"),
            Self::FromMessage => f.write_str("message"),
        }
    }
}

impl Action {
    /// From the parts of a custom id, behind what tells that it is curation's.
    ///
    /// # Errors
    ///
    /// When it is none of this version's.
    pub fn parse(parts: &[&str]) -> Result<Self, Foreign> {
        let id = |text: &str| EntryId::new(text).map_err(|_| Foreign);
        let perhaps = |text: &str| match text {
            "" => Ok(None),
            text => id(text).map(Some),
        };
        Ok(match *parts {
            ["open", entry] => Self::Open {
                entry: perhaps(entry)?,
            },
            ["form", hidden, based_on, entry] => Self::Submit {
                entry: perhaps(entry)?,
                based_on: revision(based_on)?,
                hidden: digest(hidden)?,
            },
            ["publish", shown, over, entry] => Self::Publish {
                entry: perhaps(entry)?,
                shown: digest(shown)?,
                over: revision(over)?,
            },
            ["discard", entry] => Self::Discard {
                entry: perhaps(entry)?,
            },
            ["remove", based_on, entry] => Self::Change {
                change: Change::Remove,
                entry: id(entry)?,
                based_on: revision(based_on)?,
            },
            ["restore", based_on, entry] => Self::Change {
                change: Change::Restore,
                entry: id(entry)?,
                based_on: revision(based_on)?,
            },
            ["undo", to, based_on, entry] => Self::Change {
                change: Change::Undo(revision(to)?),
                entry: id(entry)?,
                based_on: revision(based_on)?,
            },
            ["cancel"] => Self::Cancel,
            ["history", page, entry] => Self::History {
                entry: id(entry)?,
                page: page.parse().map_err(|_| Foreign)?,
            },
            ["revision", entry] => Self::PickRevision { entry: id(entry)? },
            ["message"] => Self::FromMessage,
            _ => return Err(Foreign),
        })
    }
}

fn digest(text: &str) -> Result<Digest, Foreign> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Foreign);
    }
    u32::from_str_radix(text, 16)
        .map(Digest)
        .map_err(|_| Foreign)
}

const BASE: u32 = 36;

/// A revision's number to the base 36; empty for none.
#[must_use]
pub fn number(revision: Option<RevisionId>) -> String {
    let Some(RevisionId(number)) = revision else {
        return String::new();
    };
    let mut left = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(left % u64::from(BASE)).unwrap_or(0);
        digits.extend(char::from_digit(digit, BASE));
        left /= u64::from(BASE);
        if left == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// What [`number`] wrote.
///
/// # Errors
///
/// When it did not.
pub fn revision(text: &str) -> Result<Option<RevisionId>, Foreign> {
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Foreign);
    }
    let number = i64::from_str_radix(text, BASE).map_err(|_| Foreign)?;
    Ok(Some(RevisionId(number)))
}

#[cfg(test)]
mod tests {
    use super::{Action, Change, Digest, number, revision};
    use crate::discord::custom_id::CustomId;
    use crate::discord::limits;
    use citebot_core::knowledge::{EntryId, MAX_ID_CHARS};
    use citebot_store::RevisionId;
    use proptest::prelude::*;

    #[test]
    fn comes_back_as_it_went_and_fits() {
        let entry = EntryId::new(&"a".repeat(MAX_ID_CHARS)).unwrap();
        let last = Some(RevisionId(i64::MAX));
        let digest = Digest::of("text");
        let mut all = vec![
            Action::Cancel,
            Action::FromMessage,
            Action::History {
                entry: entry.clone(),
                page: u16::MAX,
            },
            Action::PickRevision {
                entry: entry.clone(),
            },
        ];
        for id in [None, Some(entry.clone())] {
            for revision in [None, last] {
                all.push(Action::Open { entry: id.clone() });
                all.push(Action::Discard { entry: id.clone() });
                all.push(Action::Submit {
                    entry: id.clone(),
                    based_on: revision,
                    hidden: digest,
                });
                all.push(Action::Publish {
                    entry: id.clone(),
                    shown: digest,
                    over: revision,
                });
                for change in [
                    Change::Remove,
                    Change::Restore,
                    Change::Undo(None),
                    Change::Undo(last),
                ] {
                    all.push(Action::Change {
                        change,
                        entry: entry.clone(),
                        based_on: revision,
                    });
                }
            }
        }
        for action in all {
            let custom_id = CustomId::Curate(action);
            let text = custom_id.to_string();
            assert!(text.len() <= limits::CUSTOM_ID, "{text}: {}", text.len());
            assert_eq!(text.parse(), Ok(custom_id), "{text}");
        }
    }

    #[test]
    fn what_another_version_wrote_is_foreign() {
        for text in [
            "cb1:c",
            "cb1:c:",
            "cb1:c:open",
            "cb1:c:open:Not An Id",
            "cb1:c:form:12345678:!:a",
            "cb1:c:form:1234567:1:a",
            "cb1:c:publish:12345678:zzzzzzzzzzzzzzzz:a",
            "cb1:c:remove:1:",
            "cb1:c:cancel:more",
        ] {
            assert!(text.parse::<CustomId>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_come_back(n in 0_i64..) {
            let id = Some(RevisionId(n));
            prop_assert_eq!(revision(&number(id)), Ok(id));
        }
    }
}
