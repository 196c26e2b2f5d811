//! What a button, menu or modal does, written into its custom id. Any process can therefore serve
//! it, also one started later: nothing about a message on Discord is kept in memory.
//!
//! | module | what it is |
//! | --- | --- |
//! | `actions` | every action with the way it is written, one line each |
//! | `table` | the macro that makes enum, parser and `Display` of such a line |
//! | `codec` | how one value is written |
//!
//! Custom ids name no server: the server is the one that the interaction came from.

mod actions;
mod codec;
#[cfg(test)]
mod examples;
mod table;

pub use actions::{CurateAction, MemberAction, ReviewAction};
pub use codec::{Base36, Codec, Fingerprint, Hex};

use super::limits;
use std::fmt;
use std::str::FromStr;

/// Stands before every custom id. It changes when the meaning of what follows does, so that a button
/// of another version is recognised as such instead of being misread.
const VERSION: &str = "cb1";
/// Stands before every [`CurateAction`].
const CURATE: &str = "c";

/// What a button, menu or modal does, by who may use it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CustomId {
    /// Open to everybody.
    Member(MemberAction),
    /// For moderators: the review queue.
    Review(ReviewAction),
    /// For moderators: editing entries.
    Curate(CurateAction),
}

impl From<MemberAction> for CustomId {
    fn from(action: MemberAction) -> Self {
        Self::Member(action)
    }
}

impl From<ReviewAction> for CustomId {
    fn from(action: ReviewAction) -> Self {
        Self::Review(action)
    }
}

impl From<CurateAction> for CustomId {
    fn from(action: CurateAction) -> Self {
        Self::Curate(action)
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(action) => write!(f, "{VERSION}:{action}"),
            Self::Review(action) => write!(f, "{VERSION}:{action}"),
            Self::Curate(action) => write!(f, "{VERSION}:{CURATE}:{action}"),
        }
    }
}

/// The custom id is not one of this version's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the button or menu is not of this version")]
pub struct UnknownCustomId;

impl FromStr for CustomId {
    type Err = UnknownCustomId;

    fn from_str(text: &str) -> Result<Self, UnknownCustomId> {
        if text.len() > limits::CUSTOM_ID {
            return Err(UnknownCustomId);
        }
        let parts: Vec<&str> = text.split(':').collect();
        let [VERSION, parts @ ..] = parts.as_slice() else {
            return Err(UnknownCustomId);
        };
        let action = match parts {
            [CURATE, parts @ ..] => CurateAction::parse(parts).map(Self::Curate),
            parts => MemberAction::parse(parts)
                .map(Self::Member)
                .or_else(|| ReviewAction::parse(parts).map(Self::Review)),
        };
        action.ok_or(UnknownCustomId)
    }
}

#[cfg(test)]
mod tests {
    use super::{CurateAction, CustomId, MemberAction, ReviewAction, UnknownCustomId};
    use crate::discord::limits;
    use std::collections::HashSet;

    /// Every action, with the shortest and with the longest values.
    fn every_action() -> Vec<CustomId> {
        let members = MemberAction::examples().into_iter().map(CustomId::Member);
        let review = ReviewAction::examples().into_iter().map(CustomId::Review);
        let curate = CurateAction::examples().into_iter().map(CustomId::Curate);
        members.chain(review).chain(curate).collect()
    }

    #[test]
    fn every_action_fits_and_parses_to_itself() {
        let mut written = HashSet::new();
        for custom_id in every_action() {
            let text = custom_id.to_string();
            assert!(text.len() <= limits::CUSTOM_ID, "{text}: {}", text.len());
            assert_eq!(text.parse(), Ok(custom_id.clone()), "{text}");
            written.insert((custom_id, text));
        }
        let texts: HashSet<_> = written.iter().map(|(_, text)| text).collect();
        assert_eq!(texts.len(), written.len(), "two actions are written alike");
    }

    #[test]
    fn what_stands_on_messages_already_sent_keeps_its_meaning() {
        let written: HashSet<String> = every_action().iter().map(CustomId::to_string).collect();
        let longest = "z".repeat(60);
        for text in [
            "cb1:suggest:1:a",
            "cb1:suggest:1:0:a",
            "cb1:none:1:0",
            "cb1:none:3w5e11264sgsf:1y2p0ij32e8e7",
            "cb1:up::a",
            &format!("cb1:up:1y2p0ij32e8e7:{longest}"),
            "cb1:down::a",
            "cb1:not:1:0:a",
            &format!("cb1:not:3w5e11264sgsf:1y2p0ij32e8e7:{longest}"),
            "cb1:related:a",
            "cb1:dismiss:1",
            "cb1:dismiss:18446744073709551615",
            "cb1:browse:0:",
            "cb1:browse:65535:811c9dc5",
            "cb1:cite:0:a",
            "cb1:entry",
            "cb1:topic",
            "cb1:articles:0",
            "cb1:article:0:a",
            "cb1:sources",
            "cb1:toolkit:0",
            "cb1:review:0",
            "cb1:review-answer:0",
            "cb1:review-id:0",
            "cb1:review-new:0",
            "cb1:review-ignore:9223372036854775807:65535",
            "cb1:c:open:",
            "cb1:c:open:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
            "cb1:c:form:811c9dc5::",
            "cb1:c:publish:811c9dc5::",
            &format!("cb1:c:publish:811c9dc5:1y2p0ij32e8e7:{longest}"),
            "cb1:c:discard:",
            "cb1:c:remove::a",
            "cb1:c:restore::a",
            "cb1:c:undo:::a",
            &format!("cb1:c:undo:1y2p0ij32e8e7:1y2p0ij32e8e7:{longest}"),
            "cb1:c:cancel",
            "cb1:c:history:0:a",
            "cb1:c:history:0:0:a",
            "cb1:c:revision:a",
            "cb1:c:message",
        ] {
            assert!(written.contains(text), "{text} is not among {written:#?}");
        }
    }

    #[test]
    fn what_another_version_or_bot_wrote_is_unknown() {
        for text in [
            "",
            "cb1",
            "cb1:",
            "cb0:entry",
            "entry",
            "cb1:related:",
            "cb1:related:Not An Id",
            "cb1:dismiss:0",
            "cb1:dismiss:-1",
            "cb1:dismiss:x",
            "cb1:browse:70000:",
            "cb1:browse:0:+1234567",
            "cb1:browse:0:nothex!!",
            "cb1:suggest:1",
            "cb1:suggest:0:1:misuse",
            "cb1:not:+1:1:misuse",
            "cb1:up:-1:misuse",
            "cb1:up:zzzzzzzzzzzzzz:misuse",
            "cb1:review-new:x",
            "cb1:toolkit:0:more",
            &format!("cb1:related:{}", "a".repeat(200)),
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
            assert_eq!(text.parse::<CustomId>(), Err(UnknownCustomId), "{text}");
        }
    }
}
