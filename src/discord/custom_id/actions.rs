//! Every button, menu and modal of the bot. What is written here stands on messages that were sent:
//! a line may be added, but an old one must stay readable.

use super::codec::{Base36, Codec, Decimal, Fingerprint, Hex, Plain};
#[cfg(test)]
use super::examples::{Example, Length};
use super::table::actions;
use citebot_core::knowledge::{ArticleId, EntryId};
use citebot_store::{QuestionId, RevisionId};
use serenity::model::id::{MessageId, UserId};

actions! {
    /// What everybody may use.
    pub enum MemberAction {
        /// "Did you mean": shows the entry in place of the suggestions, to the one who asked.
        "suggest" => Suggestion { asker: UserId as Decimal, entry: EntryId as Plain },
        /// The same, where the question was logged.
        "suggest" => LoggedSuggestion {
            asker: UserId as Base36,
            question: QuestionId as Base36,
            entry: EntryId as Plain,
        },
        /// "None of these", for the asker alone.
        "none" => NoneOfThese { asker: UserId as Base36, question: QuestionId as Base36 },
        /// 👍 for the entry that was shown in answer to the question.
        "up" => VoteUp { question: Option<QuestionId> as Base36, entry: EntryId as Plain },
        /// 👎 for it.
        "down" => VoteDown { question: Option<QuestionId> as Base36, entry: EntryId as Plain },
        /// "Not what I asked", for the asker alone.
        "not" => NotWhatIAsked {
            asker: UserId as Base36,
            question: QuestionId as Base36,
            entry: EntryId as Plain,
        },
        /// Shows a related entry to the person who presses it.
        "related" => Related { entry: EntryId as Plain },
        /// Posts the entry for all to see, in answer to the message.
        "post" => Post {
            message: MessageId as Base36,
            question: Option<QuestionId> as Base36,
            entry: EntryId as Plain,
        },
        /// The same for the entry that is picked from the menu.
        "post" => PostPicked {
            message: MessageId as Base36,
            question: Option<QuestionId> as Base36,
        },
        /// Deletes the reply, for the asker and for moderators.
        "dismiss" => Dismiss { asker: UserId as Decimal },
        /// A page of the list of entries, all of them or those of one topic.
        "browse" => Browse { page: u16 as Decimal, topic: Option<Fingerprint> as Hex },
        /// Where the entry's sources are to be found: 0 shows it to the person who presses it, more
        /// turns to that page.
        "cite" => Citations { page: u16 as Decimal, entry: EntryId as Plain },
        /// The menu of the listed entries; its values are their ids.
        "entry" => PickEntry {},
        /// The menu of topics; its values are their fingerprints.
        "topic" => PickTopic {},
        /// A page of the list of articles.
        "articles" => Articles { page: u16 as Decimal },
        /// A page of what the FAQ takes from one article.
        "article" => Article { page: u16 as Decimal, article: ArticleId as Plain },
        /// The menu of the listed articles; its values are their ids.
        "sources" => PickArticle {},
        /// A page of the toolkit.
        "toolkit" => Toolkit { page: u16 as Decimal },
    }
}

actions! {
    /// What moderators do in the review queue. A group of questions is named by one of them.
    pub enum ReviewAction {
        /// A page of the queue.
        "review" => Page { page: u16 as Decimal },
        /// The menu of entries that may answer the group; its values are their ids.
        "review-answer" => AnswerWith { question: QuestionId as Decimal },
        /// The button that opens the modal for any entry's id, and that modal.
        "review-id" => AnswerById { question: QuestionId as Decimal },
        /// The button that opens the modal of a new entry.
        "review-new" => NewEntry { question: QuestionId as Decimal },
        /// 👍 for what shadow mode would have said to the message, with its confidence in thousandths.
        "right" => Right { confidence: u16 as Decimal, message: MessageId as Base36 },
        /// 👎 for it.
        "wrong" => Wrong { confidence: u16 as Decimal, message: MessageId as Base36 },
        /// The group needs no answer; the queue goes on at this page.
        "review-ignore" => Ignore { question: QuestionId as Decimal, page: u16 as Decimal },
    }
}

actions! {
    /// What moderators do with entries. Without an `entry` it is about a new one. `based_on` is the
    /// latest revision that the moderator saw.
    pub enum CurateAction {
        /// Opens the modal with the saved draft.
        "open" => Open { entry: Option<EntryId> as Plain },
        /// The modal, submitted.
        "form" => Submit {
            /// The part of the entry that did not fit in the modal.
            hidden: Fingerprint as Hex,
            based_on: Option<RevisionId> as Base36,
            entry: Option<EntryId> as Plain,
        },
        /// Publishes the saved draft.
        "publish" => Publish {
            /// The draft as the moderator was shown it.
            shown: Fingerprint as Hex,
            /// Overwrites what others published up to this revision.
            over: Option<RevisionId> as Base36,
            entry: Option<EntryId> as Plain,
        },
        /// Discards the saved draft.
        "discard" => Discard { entry: Option<EntryId> as Plain },
        /// Removes the entry.
        "remove" => Remove {
            based_on: Option<RevisionId> as Base36,
            entry: EntryId as Plain,
        },
        /// Restores the entry.
        "restore" => Restore {
            based_on: Option<RevisionId> as Base36,
            entry: EntryId as Plain,
        },
        /// Makes the entry what it was after the revision `to`, or before any.
        "undo" => Undo {
            to: Option<RevisionId> as Base36,
            based_on: Option<RevisionId> as Base36,
            entry: EntryId as Plain,
        },
        /// Leaves everything as it is.
        "cancel" => Cancel {},
        /// A page of the entry's history.
        "history" => History { page: u16 as Decimal, entry: EntryId as Plain },
        /// A page of what is older than the revision `before`.
        "history" => OlderHistory {
            before: RevisionId as Base36,
            page: u16 as Decimal,
            entry: EntryId as Plain,
        },
        /// The menu of revisions to go back to.
        "revision" => PickRevision { entry: EntryId as Plain },
        /// Opens the modal of a new entry with the message that is quoted above the button.
        "message" => FromMessage {},
    }
}
