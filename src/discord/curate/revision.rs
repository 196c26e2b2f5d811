//! A revision in words, and as a choice to go back to.

use crate::discord::custom_id::{Base36, Codec, UnknownCustomId};
use citebot_core::knowledge::EntryId;
use citebot_engine::PastRevision;
use citebot_store::{RevisionId, RevisionKind};
use serenity::model::Timestamp;

/// What a revision did, as a verb in the past tense.
#[must_use]
pub fn verb(kind: RevisionKind) -> &'static str {
    match kind {
        RevisionKind::Add => "added",
        RevisionKind::Edit => "edited",
        RevisionKind::Remove => "removed",
        RevisionKind::Restore => "restored",
    }
}

/// A choice, as (label, value).
pub type Choice = (String, String);

/// The choices to go back to, the latest first.
pub fn choices(entry: &EntryId, past: &[PastRevision]) -> impl Iterator<Item = Choice> {
    past.iter()
        // What an entry was that is part of this one now is for reading only.
        .filter(|past| past.entry == entry.as_str())
        .map(|past| (label(past), Base36::encode(&past.id)))
}

/// The value of [`before_any`].
const BEFORE_ANY: &str = "-";

/// The choice of the time before any revision.
#[must_use]
pub fn before_any() -> Choice {
    ("Before any change here".to_owned(), BEFORE_ANY.to_owned())
}

fn label(past: &PastRevision) -> String {
    let at = Timestamp::from_millis(past.at).map_or(String::new(), |at| {
        let text = at.to_string();
        format!(
            ", {} UTC",
            text.get(..16).unwrap_or(&text).replace('T', " ")
        )
    });
    format!("After revision {} ({}{at})", past.id, verb(past.kind))
}

/// The revision of a choice's value; `None` for the time before any.
///
/// # Errors
///
/// When it is the value of no choice.
pub fn parse(value: &str) -> Result<Option<RevisionId>, UnknownCustomId> {
    match value {
        BEFORE_ANY => Ok(None),
        value => Base36::decode(value).map(Some).ok_or(UnknownCustomId),
    }
}

#[cfg(test)]
mod tests {
    use super::{before_any, choices, parse};
    use citebot_core::knowledge::EntryId;
    use citebot_engine::PastRevision;
    use citebot_store::{RevisionId, RevisionKind};

    #[test]
    fn every_choice_is_parsed_again() {
        let past = |id, entry: &str| PastRevision {
            id: RevisionId(id),
            entry: entry.to_owned(),
            kind: RevisionKind::Edit,
            author: 7,
            at: 1_700_000_000_000,
            changes: Vec::new(),
        };
        let all = [
            past(40, "kettle"),
            past(36, "kettle"),
            past(1, "kettle"),
            past(38, "pot"),
        ];
        let entry = EntryId::new("kettle").unwrap();
        let values: Vec<_> = choices(&entry, &all)
            .chain([before_any()])
            .map(|(_, value)| parse(&value))
            .collect();
        let revision = |id| Ok(Some(RevisionId(id)));
        assert_eq!(values, [revision(40), revision(36), revision(1), Ok(None)]);
        assert!(parse("").is_err() && parse("+1").is_err() && parse("no such").is_err());
    }
}
