//! What moderators set for their server.

use crate::admin::{Error, ServerAdmin};
use crate::state::Kept;
use citebot_core::answer::Thresholds;
use citebot_store::{Setting, SettingError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name under which the store keeps a server's settings.
pub(crate) const NAME: &str = "settings";
/// The version of the document's shape. A document of a later one is not half understood.
const SHAPE: u32 = 1;

/// The most channels a server may name.
pub const MAX_CHANNELS: usize = 100;
/// The longest pause between two unprompted answers, in seconds: a day.
pub const MAX_COOLDOWN_SECONDS: u64 = 86_400;

/// What a server has set; what it has not is as the operator configured it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Channels and forums whose every message is read as a possible question, by id.
    pub channels: Option<Vec<u64>>,
    /// The confidence from which someone who asked gets the answer, in `[0, 1]`.
    pub answer: Option<f64>,
    /// The confidence from which someone who was only talking gets the answer, in `[0, 1]`.
    pub unprompted: Option<f64>,
    /// The confidence from which an entry is offered as "did you mean", in `[0, 1]`.
    pub suggest: Option<f64>,
    /// Seconds that pass between two unprompted answers in one channel, at least.
    pub cooldown_seconds: Option<u64>,
    /// Where the daily digest of what waits for review goes.
    pub review_channel: Option<u64>,
    /// Where a line is written for every change.
    pub log_channel: Option<u64>,
}

/// What holds where a server has set nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Defaults {
    /// The confidences from which something is said.
    pub thresholds: Thresholds,
    /// Channels and forums whose every message is read, in whatever server they are.
    pub channels: Vec<u64>,
    /// Seconds that pass between two unprompted answers in one channel, at least.
    pub cooldown_seconds: u64,
}

/// The document as it is kept: with the version of its shape.
#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    settings: serde_json::Value,
}

/// Why a server's settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// They make no sense; every reason, a sentence each.
    #[error("{}", .0.join(" "))]
    Invalid(Vec<String>),
    /// Somebody else changed them since they were read; here is how they stand.
    #[error("these settings changed since you began; look at them again, then change them")]
    Conflict {
        /// As they stand.
        settings: Arc<Settings>,
        /// Their version.
        version: Option<i64>,
    },
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl Settings {
    /// The confidences from which something is said.
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
                "At most {MAX_CHANNELS} channels can be listened in, these are {}.",
                channels.len()
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

    /// As the store keeps it.
    fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Document {
            version: SHAPE,
            settings: serde_json::to_value(self)?,
        })
    }

    fn read(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.version > SHAPE {
            return Err(format!(
                "they were written by a newer citebot (version {} of their shape, this program knows {SHAPE})",
                document.version
            ));
        }
        serde_json::from_value(document.settings).map_err(|error| error.to_string())
    }
}

/// What the store keeps, read. What cannot be read, or makes no sense beside the operator's
/// present configuration, is told in the log and left out: the defaults hold.
pub(crate) fn kept(setting: Option<Setting>, defaults: &Defaults) -> Kept {
    let Some(setting) = setting else {
        return Kept::default();
    };
    let settings = Settings::read(&setting.document).and_then(|settings| {
        let problems = settings.problems(defaults);
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems.join(" "))
        }
    });
    Kept {
        version: Some(setting.version),
        settings: Arc::new(settings.unwrap_or_else(|reason| {
            tracing::warn!(
                reason,
                "a server's settings are left out, the defaults hold"
            );
            Settings::default()
        })),
    }
}

impl ServerAdmin<'_> {
    /// This server's settings and their version, to be handed to
    /// [`set_settings`](Self::set_settings).
    #[must_use]
    pub fn settings(&self) -> (Arc<Settings>, Option<i64>) {
        let world = self.engine.worlds.current();
        let kept = world
            .server(self.server)
            .map(|server| server.settings.clone());
        let kept = kept.unwrap_or_default();
        (kept.settings, kept.version)
    }

    /// Changes this server's settings, unless somebody else has since version `seen`. They hold
    /// from the next question on.
    ///
    /// # Errors
    ///
    /// See [`SettingsError`].
    pub async fn set_settings(
        &self,
        settings: Settings,
        seen: Option<i64>,
    ) -> Result<(), SettingsError> {
        let problems = settings.problems(&self.engine.defaults);
        if !problems.is_empty() {
            return Err(SettingsError::Invalid(problems));
        }
        let document = settings
            .write()
            .map_err(|e| SettingsError::Invalid(vec![e.to_string()]))?;
        let _turn = self.keeping.turn.lock().await;
        let store = &self.keeping.store;
        match store.set_setting(self.server, NAME, &document, seen).await {
            Ok(setting) => {
                let kept = Kept {
                    version: Some(setting.version),
                    settings: Arc::new(settings),
                };
                self.engine.worlds.set_settings(self.server, kept);
                Ok(())
            }
            Err(SettingError::Conflict { latest }) => {
                let kept = kept(latest, &self.engine.defaults);
                self.engine.worlds.set_settings(self.server, kept.clone());
                Err(SettingsError::Conflict {
                    settings: kept.settings,
                    version: kept.version,
                })
            }
            Err(SettingError::Store(error)) => Err(Error::Store(error).into()),
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
