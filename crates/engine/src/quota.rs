//! How many entries and phrasings of its own a server may have: each of them is encoded, kept in
//! memory and compared with questions.

use crate::entry_version::EntryVersion;
use crate::overlay::Overlay;
use citebot_core::knowledge::UncheckedEntry;

/// What one server's moderators may add or change at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Entries that are added or changed.
    pub entries: usize,
    /// Their phrasings, questions included.
    pub phrasings: usize,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            entries: 1_000,
            phrasings: 10_000,
        }
    }
}

/// An edit or an import that would exceed the [`Quota`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// Too many entries.
    #[error(
        "this server would have {wanted} entries of its own, and the bot's operator allows {allowed}; \
         remove some that are not needed"
    )]
    Entries {
        /// As many as there would be.
        wanted: usize,
        /// The most that are allowed.
        allowed: usize,
    },
    /// Too many phrasings.
    #[error(
        "this server's own entries would have {wanted} phrasings, and the bot's operator allows {allowed}; \
         remove some that are not needed"
    )]
    Phrasings {
        /// As many as there would be.
        wanted: usize,
        /// The most that are allowed.
        allowed: usize,
    },
}

/// The size of a server's own entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    entries: usize,
    phrasings: usize,
}

impl Usage {
    /// The size of `overlay`.
    pub(crate) fn of(overlay: &Overlay) -> Self {
        let mut usage = Self::default();
        for revision in overlay.revisions() {
            if let Ok(EntryVersion::Own(entry)) = EntryVersion::of(revision) {
                usage.add(&entry);
            }
        }
        usage
    }

    /// Counts `entry` too.
    pub(crate) fn add(&mut self, entry: &UncheckedEntry) {
        self.entries += 1;
        self.phrasings += 1 + entry.phrasings.len();
    }

    /// No longer counts the latest version of the entry `id` in `overlay`.
    pub(crate) fn subtract(&mut self, overlay: &Overlay, id: &str) {
        let latest = overlay.latest(id).map(EntryVersion::of);
        if let Some(Ok(EntryVersion::Own(entry))) = latest {
            self.entries = self.entries.saturating_sub(1);
            self.phrasings = self.phrasings.saturating_sub(1 + entry.phrasings.len());
        }
    }
}

impl Quota {
    /// Whether a server may go from `now` to `then`. Where the quota was lowered later, it may keep
    /// what it has, and have less.
    ///
    /// # Errors
    ///
    /// What there would be too many of.
    pub(crate) fn check(&self, now: Usage, then: Usage) -> Result<(), QuotaError> {
        if then.entries > self.entries.max(now.entries) {
            return Err(QuotaError::Entries {
                wanted: then.entries,
                allowed: self.entries,
            });
        }
        if then.phrasings > self.phrasings.max(now.phrasings) {
            return Err(QuotaError::Phrasings {
                wanted: then.phrasings,
                allowed: self.phrasings,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Quota, QuotaError, Usage};

    #[test]
    fn a_server_may_not_grow_beyond_its_quota() {
        let quota = Quota {
            entries: 2,
            phrasings: 6,
        };
        let usage = |(entries, phrasings)| Usage { entries, phrasings };
        for (now, then, allowed) in [
            ((0, 0), (2, 6), true),
            ((0, 0), (3, 6), false),
            ((0, 0), (2, 7), false),
            // The quota was lowered.
            ((5, 20), (5, 20), true),
            ((5, 20), (4, 19), true),
            ((5, 20), (6, 20), false),
            ((5, 20), (5, 21), false),
            ((5, 5), (5, 7), false),
        ] {
            let checked = quota.check(usage(now), usage(then));
            assert_eq!(checked.is_ok(), allowed, "{now:?} → {then:?}");
        }
        let checked = quota.check(usage((2, 6)), usage((3, 9)));
        let expected = QuotaError::Entries {
            wanted: 3,
            allowed: 2,
        };
        assert_eq!(checked, Err(expected));
    }
}
