//! The settings of a server, over the operator's defaults.

use citebot_core::answer::Thresholds;
use citebot_store::{StoreError, StoredSettings};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name under which the store keeps a server's settings.
pub(crate) const NAME: &str = "settings";
/// The version of the stored format. A document of a later version is left out whole.
const FORMAT: u32 = 1;

/// The most channels a server may name.
pub const MAX_CHANNELS: usize = 100;
/// The most roles a server may name.
pub const MAX_CURATORS: usize = 20;
/// The longest cooldown between two unprompted answers, in seconds: a day.
pub const MAX_COOLDOWN_SECONDS: u64 = 86_400;

/// What a server has set; the rest is as the operator configured it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Ids of the channels and forums whose every message is read as a possible question.
    pub channels: Option<Vec<u64>>,
    /// Minimum confidence to answer someone who asked the bot, in `[0, 1]`.
    pub answer: Option<f64>,
    /// Minimum confidence to answer messages not addressed to the bot, in `[0, 1]`.
    pub unprompted: Option<f64>,
    /// Minimum confidence to offer an entry as "did you mean", in `[0, 1]`.
    pub suggest: Option<f64>,
    /// Minimum seconds between two unprompted answers in one channel.
    pub cooldown_seconds: Option<u64>,
    /// The channel of the daily digest of what waits for review.
    pub review_channel: Option<u64>,
    /// The channel of the log of changes.
    pub log_channel: Option<u64>,
    /// Ids of the roles whose members may edit entries as moderators may.
    pub curators: Option<Vec<u64>>,
    /// Whether unprompted answers go to the review channel, to be judged, rather than to who wrote.
    pub shadow: Option<bool>,
}

/// The values of what a server has not set.
#[derive(Debug, Clone, PartialEq)]
pub struct Defaults {
    /// The minimum confidences.
    pub thresholds: Thresholds,
    /// Ids of the channels and forums whose every message is read, in whatever server they are.
    pub channels: Vec<u64>,
    /// Minimum seconds between two unprompted answers in one channel.
    pub cooldown_seconds: u64,
}

/// Settings with the version of the stored document.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct VersionedSettings {
    /// `None` if there is no document.
    pub(crate) version: Option<i64>,
    pub(crate) settings: Arc<Settings>,
    /// Why the document cannot be read, if so. Then nothing is saved over it.
    pub(crate) unreadable: Option<Arc<str>>,
}

/// The stored format.
#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    settings: serde_json::Value,
}

/// A server's settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Every reason why they make no sense, a sentence each.
    #[error("{}", .0.join(" "))]
    Invalid(Vec<String>),
    /// What is stored cannot be read, and is not written over.
    #[error("the stored settings cannot be read, so they are not written over: {0}")]
    Unreadable(Arc<str>),
    /// Somebody else changed them since they were read.
    #[error("these settings changed since you began; look at them again, then change them")]
    Conflict {
        /// The present settings.
        settings: Arc<Settings>,
        /// Their version.
        version: Option<i64>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Settings {
    /// The thresholds that hold with these settings.
    #[must_use]
    pub fn thresholds(&self, defaults: &Defaults) -> Thresholds {
        Thresholds {
            answer: self.answer.unwrap_or(defaults.thresholds.answer),
            unprompted: self.unprompted.unwrap_or(defaults.thresholds.unprompted),
            suggest: self.suggest.unwrap_or(defaults.thresholds.suggest),
        }
    }

    /// Everything that makes no sense, a sentence each.
    #[must_use]
    pub fn problems(&self, defaults: &Defaults) -> Vec<String> {
        let mut problems = Vec::new();
        let thresholds = self.thresholds(defaults);
        let named = [
            ("suggest", thresholds.suggest),
            ("answer", thresholds.answer),
            ("unprompted", thresholds.unprompted),
        ];
        let mut sound = true;
        for (name, value) in named {
            if !(0.0..=1.0).contains(&value) {
                sound = false;
                problems.push(format!(
                    "The threshold {name} must lie between 0 and 1: it is a probability."
                ));
            }
        }
        for pair in named.windows(2) {
            let [(lower, low), (higher, high)] = pair else {
                continue;
            };
            if sound && low > high {
                problems.push(format!(
                    "The threshold {lower} ({low}) must not be greater than {higher} ({high})."
                ));
            }
        }
        let channels = self.channels.as_deref().unwrap_or_default();
        if channels.len() > MAX_CHANNELS {
            problems.push(format!(
                "At most {MAX_CHANNELS} channels can be read, these are {}.",
                channels.len()
            ));
        }
        let curators = self.curators.as_deref().unwrap_or_default();
        if curators.len() > MAX_CURATORS {
            problems.push(format!(
                "At most {MAX_CURATORS} roles can be named, these are {}.",
                curators.len()
            ));
        }
        let singles = [self.review_channel, self.log_channel];
        if channels
            .iter()
            .copied()
            .chain(singles.into_iter().flatten())
            .any(|id| id == 0)
        {
            problems.push("0 is not the id of a channel.".into());
        }
        if self
            .cooldown_seconds
            .is_some_and(|seconds| seconds > MAX_COOLDOWN_SECONDS)
        {
            problems.push(format!(
                "The cooldown is in seconds and at most {MAX_COOLDOWN_SECONDS}, a day."
            ));
        }
        problems
    }

    /// These settings without those that make no sense, and why each was left out. A part that is wrong
    /// takes nothing else with it.
    fn sound(&self, defaults: &Defaults) -> (Self, Vec<String>) {
        let none = Self::default;
        // What is judged together. Together they are all of the settings.
        let parts = [
            Self {
                answer: self.answer,
                unprompted: self.unprompted,
                suggest: self.suggest,
                ..none()
            },
            Self {
                channels: self.channels.clone(),
                ..none()
            },
            Self {
                cooldown_seconds: self.cooldown_seconds,
                ..none()
            },
            Self {
                review_channel: self.review_channel,
                ..none()
            },
            Self {
                log_channel: self.log_channel,
                ..none()
            },
            Self {
                curators: self.curators.clone(),
                ..none()
            },
            Self {
                shadow: self.shadow,
                ..none()
            },
        ];
        let (mut sound, mut reasons) = (none(), Vec::new());
        for part in parts {
            let problems = part.problems(defaults);
            if problems.is_empty() {
                sound = sound.with(part);
            } else {
                reasons.extend(problems);
            }
        }
        (sound, reasons)
    }

    /// `self` with what `other` sets.
    fn with(self, other: Self) -> Self {
        Self {
            channels: other.channels.or(self.channels),
            answer: other.answer.or(self.answer),
            unprompted: other.unprompted.or(self.unprompted),
            suggest: other.suggest.or(self.suggest),
            cooldown_seconds: other.cooldown_seconds.or(self.cooldown_seconds),
            review_channel: other.review_channel.or(self.review_channel),
            log_channel: other.log_channel.or(self.log_channel),
            curators: other.curators.or(self.curators),
            shadow: other.shadow.or(self.shadow),
        }
    }

    /// The document that the store keeps.
    pub(crate) fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Document {
            version: FORMAT,
            settings: serde_json::to_value(self)?,
        })
    }

    fn read(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.version > FORMAT {
            return Err(format!(
                "they were written by a newer citebot (format {}, this program knows {FORMAT})",
                document.version
            ));
        }
        serde_json::from_value(document.settings).map_err(|error| error.to_string())
    }
}

impl VersionedSettings {
    /// Reads a stored document. What makes no sense with the operator's present configuration is logged and
    /// left out; of a document that cannot be read, everything, and it is not written over.
    pub(crate) fn read(stored: Option<StoredSettings>, defaults: &Defaults) -> Self {
        let Some(stored) = stored else {
            return Self::default();
        };
        let version = Some(stored.version);
        match Settings::read(&stored.document) {
            Ok(settings) => {
                let (sound, problems) = settings.sound(defaults);
                for reason in problems {
                    tracing::warn!(
                        reason,
                        "a setting of a server is ignored, its default holds"
                    );
                }
                Self {
                    version,
                    settings: Arc::new(sound),
                    unreadable: None,
                }
            }
            Err(reason) => {
                tracing::warn!(
                    reason,
                    "the settings of a server are ignored, the defaults hold"
                );
                Self {
                    version,
                    settings: Arc::default(),
                    unreadable: Some(reason.into()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Defaults, Settings};
    use citebot_core::answer::Thresholds;

    fn defaults() -> Defaults {
        Defaults {
            thresholds: Thresholds {
                answer: 0.6,
                unprompted: 0.85,
                suggest: 0.15,
            },
            channels: vec![1],
            cooldown_seconds: 20,
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let check = |settings: Settings, expected: &[&str]| {
            let problems = settings.problems(&defaults());
            assert_eq!(problems.len(), expected.len(), "{problems:?}");
            for (problem, expected) in problems.iter().zip(expected) {
                assert!(problem.contains(expected), "{problem} has no {expected}");
            }
        };
        let none = Settings::default;
        check(none(), &[]);
        check(
            Settings {
                answer: Some(0.7),
                ..none()
            },
            &[],
        );
        check(
            Settings {
                answer: Some(0.9),
                ..none()
            },
            &["answer (0.9)"],
        );
        check(
            Settings {
                suggest: Some(0.9),
                unprompted: Some(0.1),
                ..none()
            },
            &["suggest", "answer"],
        );
        check(
            Settings {
                answer: Some(60.0),
                ..none()
            },
            &["between 0 and 1"],
        );
        check(
            Settings {
                answer: Some(f64::NAN),
                ..none()
            },
            &["between 0 and 1"],
        );
        check(
            Settings {
                channels: Some(vec![5, 0]),
                ..none()
            },
            &["0 is not"],
        );
        check(
            Settings {
                log_channel: Some(0),
                ..none()
            },
            &["0 is not"],
        );
        check(
            Settings {
                channels: Some((1..=101).collect()),
                ..none()
            },
            &["At most 100"],
        );
        check(
            Settings {
                cooldown_seconds: Some(86_401),
                ..none()
            },
            &["in seconds"],
        );
    }

    #[test]
    fn a_setting_that_makes_no_sense_takes_no_other_with_it() {
        let settings = Settings {
            channels: Some(vec![7]),
            answer: Some(0.9),
            review_channel: Some(9),
            log_channel: Some(0),
            shadow: Some(true),
            curators: Some(vec![3]),
            ..Settings::default()
        };
        let (sound, problems) = settings.sound(&defaults());
        assert_eq!(problems.len(), 2, "{problems:?}");
        let expected = Settings {
            answer: None,
            log_channel: None,
            ..settings
        };
        assert_eq!(sound, expected);
    }

    #[test]
    fn documents_are_read_back_and_later_ones_refused() {
        let settings = Settings {
            channels: Some(vec![u64::MAX, 7]),
            answer: Some(0.7),
            review_channel: Some(9),
            ..Settings::default()
        };
        let text = settings.write().expect("writes");
        assert_eq!(Settings::read(&text), Ok(settings));
        for (text, expected) in [
            ("", "EOF"),
            (r#"{"version":1,"settings":{"colour":1}}"#, "colour"),
            (r#"{"version":2,"settings":{"colour":1}}"#, "newer citebot"),
        ] {
            let error = Settings::read(text).expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
    }
}
