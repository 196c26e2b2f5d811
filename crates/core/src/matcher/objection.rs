//! What speaks against a match, however probable it is.

use super::comparison::Comparison;
use super::query::Query;
use std::fmt;

/// From here on, a question says something else with the entry's words.
const REORDERED: f64 = 0.2;
/// A question of which a greater share names something else is about something else.
const FOREIGN: f64 = 0.5;

/// What speaks against a match, however probable it is: reason enough to say nothing to a message that
/// is not addressed to the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// The message does not read as a question.
    NoQuestion,
    /// It asks that something be made for its writer.
    Errand,
    /// Nearly all of it is the name of something else.
    OtherSubject,
    /// It has a name that the entry does not have.
    ForeignName,
    /// It has another version of a name.
    OtherVersion,
    /// It has a number that the entry does not have.
    ForeignNumber,
    /// It is about the opposite of what the entry is about.
    Opposite,
    /// It denies what the entry does not, or the other way round.
    Negation,
    /// It asks whether something works just now, which the entry cannot know.
    Status,
    /// It asks for something that the entry does not: a time, a place, a price.
    OtherAspect,
    /// Who does something in it is whom it is done to in the entry.
    ExchangedRoles,
    /// It has the entry's words in another order.
    OtherOrder,
}

impl Objection {
    /// The weightiest objection to a match.
    pub(super) fn find(query: &Query, comparison: &Comparison) -> Option<Self> {
        let objections = [
            (comparison.status, Self::Status),
            (comparison.errand, Self::Errand),
            (comparison.foreign_names > FOREIGN, Self::OtherSubject),
            (comparison.exchanged_roles, Self::ExchangedRoles),
            (!query.reads_as_question, Self::NoQuestion),
            (comparison.foreign_names > 0.0, Self::ForeignName),
            (comparison.other_version, Self::OtherVersion),
            (comparison.foreign_number, Self::ForeignNumber),
            (comparison.opposite, Self::Opposite),
            (comparison.negation, Self::Negation),
            (comparison.other_aspects > 0, Self::OtherAspect),
            (comparison.reordered > REORDERED, Self::OtherOrder),
        ];
        let found = objections.into_iter().find(|&(holds, _)| holds);
        found.map(|(_, objection)| objection)
    }

    /// Whether it keeps the entry from answering somebody who asked the bot, too.
    #[must_use]
    pub fn is_contradiction(self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Errand
                | Self::OtherSubject
                | Self::ExchangedRoles
                | Self::OtherVersion
        )
    }

    /// An objection to answering with a phrasing that is the question word for word.
    pub(super) fn to_exact_match(query: &Query) -> Option<Self> {
        (!query.reads_as_question).then_some(Self::NoQuestion)
    }
}

impl fmt::Display for Objection {
    /// As a clause about the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoQuestion => "it does not read as a question",
            Self::Errand => "it asks that something be made",
            Self::OtherSubject => "it is about something else by name",
            Self::ExchangedRoles => "who does something in it is whom it is done to in the entry",
            Self::ForeignName => "it names something that the entry does not",
            Self::OtherVersion => "it has a version that the entry does not",
            Self::ForeignNumber => "it has a number that the entry does not",
            Self::Opposite => "it asks about the opposite",
            Self::Negation => "it denies what the entry does not, or the other way round",
            Self::Status => "it asks whether something works just now",
            Self::OtherAspect => "it asks for something else about it",
            Self::OtherOrder => "it has the entry's words in another order",
        })
    }
}
