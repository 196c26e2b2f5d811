//! What a button or menu does, written into its custom id, so that any process, also one started
//! later, can serve it. Nothing about a message on Discord is kept in memory.

use super::curate::action::Action;
use super::limits;
use citebot_core::knowledge::{ArticleId, EntryId};
use citebot_store::{QuestionId, Vote};
use serenity::model::id::UserId;
use std::fmt;
use std::str::FromStr;

/// Stands before every custom id. It changes when the meaning of what follows does: a button of
/// another version is then recognised as such instead of being misread.
const VERSION: &str = "cb1";

/// What a button or menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomId {
    /// "Did you mean": shows the entry in place of the suggestions, to the one who asked.
    Suggestion {
        /// The entry.
        entry: EntryId,
        /// Who asked.
        asker: UserId,
        /// What they asked, where it is logged.
        question: Option<QuestionId>,
    },
    /// 👍 or 👎
    Vote {
        /// Which.
        vote: Vote,
        /// The entry that is shown.
        entry: EntryId,
        /// What was asked, where it is logged.
        question: Option<QuestionId>,
    },
    /// "Not what I asked".
    NotAsked {
        /// Who asked, and so may say it.
        asker: UserId,
        /// What they asked.
        question: QuestionId,
        /// The entry that was shown for it.
        entry: EntryId,
    },
    /// A page of the review queue.
    Review {
        /// From 0.
        page: u16,
    },
    /// The menu that lets an entry answer a group of questions; the value is its id.
    ReviewAnswer {
        /// One of the group.
        question: QuestionId,
    },
    /// The button that opens the form for any entry's id, and that form.
    ReviewById {
        /// One of the group.
        question: QuestionId,
    },
    /// The button that opens the form of a new entry.
    ReviewNew {
        /// One of the group.
        question: QuestionId,
    },
    /// The group needs no answer.
    ReviewIgnore {
        /// One of the group.
        question: QuestionId,
        /// Where to go on in the queue, from 0.
        page: u16,
    },
    /// Shows a related entry to whoever presses it.
    Related {
        /// The entry.
        entry: EntryId,
    },
    /// Takes the reply away.
    Dismiss {
        /// Who asked, and so may do it, as moderators may.
        asker: UserId,
    },
    /// A page of the list of entries.
    Browse {
        /// The topic; `None` for all.
        topic: Option<TopicKey>,
        /// From 0.
        page: u16,
    },
    /// The menu that shows one of the listed entries; the value is its id.
    PickEntry,
    /// The menu that lists another topic; the value is its [`TopicKey`], or empty for all.
    PickTopic,
    /// A page of the list of articles.
    Articles {
        /// From 0.
        page: u16,
    },
    /// A page of what is taken from one article.
    Article {
        /// The article.
        article: ArticleId,
        /// From 0.
        page: u16,
    },
    /// The menu that shows one of the listed articles; the value is its id.
    PickArticle,
    /// A page of the toolkit.
    Toolkit {
        /// From 0.
        page: u16,
    },
    /// What moderators do.
    Curate(Action),
}

/// A topic, by a number made from its name: a name may be longer than a custom id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicKey(u32);

impl TopicKey {
    /// The key of the topic of this name.
    #[must_use]
    pub fn of(topic: &str) -> Self {
        Self(fnv1a(topic))
    }
}

/// 32-bit FNV-1a, which is the same in every build and on every machine (Fowler, Noll and Vo,
/// <http://www.isthe.com/chongo/tech/comp/fnv/>).
#[must_use]
pub fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

impl fmt::Display for TopicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl FromStr for TopicKey {
    type Err = Foreign;

    fn from_str(text: &str) -> Result<Self, Foreign> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Foreign);
        }
        u32::from_str_radix(text, 16).map(Self).map_err(|_| Foreign)
    }
}

/// The custom id is none of this version's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the button or menu is not of this version")]
pub struct Foreign;

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}:")?;
        match self {
            Self::Suggestion {
                entry,
                asker,
                question: None,
            } => write!(f, "suggest:{asker}:{entry}"),
            Self::Suggestion {
                entry,
                asker,
                question: Some(question),
            } => {
                let (asker, question) = (Base36(asker.get()), Base36::of(*question));
                write!(f, "suggest:{asker}:{question}:{entry}")
            }
            Self::Vote {
                vote,
                entry,
                question,
            } => {
                let vote = match vote {
                    Vote::Up => "up",
                    Vote::Down => "down",
                };
                match question {
                    Some(question) => write!(f, "{vote}:{}:{entry}", Base36::of(*question)),
                    None => write!(f, "{vote}::{entry}"),
                }
            }
            Self::NotAsked {
                asker,
                question,
                entry,
            } => {
                let (asker, question) = (Base36(asker.get()), Base36::of(*question));
                write!(f, "not:{asker}:{question}:{entry}")
            }
            Self::Review { page } => write!(f, "review:{page}"),
            Self::ReviewAnswer { question } => write!(f, "review-answer:{question}"),
            Self::ReviewById { question } => write!(f, "review-id:{question}"),
            Self::ReviewNew { question } => write!(f, "review-new:{question}"),
            Self::ReviewIgnore { question, page } => {
                write!(f, "review-ignore:{question}:{page}")
            }
            Self::Related { entry } => write!(f, "related:{entry}"),
            Self::Dismiss { asker } => write!(f, "dismiss:{asker}"),
            Self::Browse { topic, page } => match topic {
                Some(topic) => write!(f, "browse:{page}:{topic}"),
                None => write!(f, "browse:{page}:"),
            },
            Self::PickEntry => f.write_str("entry"),
            Self::PickTopic => f.write_str("topic"),
            Self::Articles { page } => write!(f, "articles:{page}"),
            Self::Article { article, page } => write!(f, "article:{page}:{article}"),
            Self::PickArticle => f.write_str("sources"),
            Self::Toolkit { page } => write!(f, "toolkit:{page}"),
            Self::Curate(action) => write!(f, "c:{action}"),
        }
    }
}

impl FromStr for CustomId {
    type Err = Foreign;

    fn from_str(text: &str) -> Result<Self, Foreign> {
        if text.len() > limits::CUSTOM_ID {
            return Err(Foreign);
        }
        let parts: Vec<&str> = text.split(':').collect();
        let [VERSION, rest @ ..] = parts.as_slice() else {
            return Err(Foreign);
        };
        Ok(match *rest {
            ["suggest", asker, entry] => Self::Suggestion {
                entry: id(entry)?,
                asker: user(asker)?,
                question: None,
            },
            ["suggest", asker, question, entry] => Self::Suggestion {
                entry: id(entry)?,
                asker: short_user(asker)?,
                question: Some(short_question(question)?),
            },
            ["up", question, entry] => Self::Vote {
                vote: Vote::Up,
                entry: id(entry)?,
                question: maybe_question(question)?,
            },
            ["down", question, entry] => Self::Vote {
                vote: Vote::Down,
                entry: id(entry)?,
                question: maybe_question(question)?,
            },
            ["not", asker, question, entry] => Self::NotAsked {
                asker: short_user(asker)?,
                question: short_question(question)?,
                entry: id(entry)?,
            },
            ["review", page] => Self::Review {
                page: number(page)?,
            },
            ["review-answer", one] => Self::ReviewAnswer {
                question: question(one)?,
            },
            ["review-id", one] => Self::ReviewById {
                question: question(one)?,
            },
            ["review-new", one] => Self::ReviewNew {
                question: question(one)?,
            },
            ["review-ignore", one, page] => Self::ReviewIgnore {
                question: question(one)?,
                page: number(page)?,
            },
            ["related", entry] => Self::Related { entry: id(entry)? },
            ["dismiss", asker] => Self::Dismiss {
                asker: user(asker)?,
            },
            ["browse", page, ""] => Self::Browse {
                topic: None,
                page: number(page)?,
            },
            ["browse", page, topic] => Self::Browse {
                topic: Some(topic.parse()?),
                page: number(page)?,
            },
            ["entry"] => Self::PickEntry,
            ["topic"] => Self::PickTopic,
            ["articles", page] => Self::Articles {
                page: number(page)?,
            },
            ["article", page, article] => Self::Article {
                article: ArticleId::new(article).map_err(|_| Foreign)?,
                page: number(page)?,
            },
            ["sources"] => Self::PickArticle,
            ["toolkit", page] => Self::Toolkit {
                page: number(page)?,
            },
            ["c", ref action @ ..] => Self::Curate(Action::parse(action)?),
            _ => return Err(Foreign),
        })
    }
}

fn id(text: &str) -> Result<EntryId, Foreign> {
    EntryId::new(text).map_err(|_| Foreign)
}

fn user(text: &str) -> Result<UserId, Foreign> {
    // Zero is no id, and the type would panic on it.
    let number: std::num::NonZeroU64 = text.parse().map_err(|_| Foreign)?;
    Ok(UserId::from(number))
}

fn question(text: &str) -> Result<QuestionId, Foreign> {
    text.parse().map_err(|_| Foreign)
}

fn maybe_question(text: &str) -> Result<Option<QuestionId>, Foreign> {
    match text {
        "" => Ok(None),
        text => short_question(text).map(Some),
    }
}

fn short_question(text: &str) -> Result<QuestionId, Foreign> {
    Ok(QuestionId(Base36::read(text)?.cast_signed()))
}

fn short_user(text: &str) -> Result<UserId, Foreign> {
    let number = std::num::NonZeroU64::new(Base36::read(text)?).ok_or(Foreign)?;
    Ok(UserId::from(number))
}

/// A number in base 36, at most thirteen digits long: with two of them beside an entry's id, a
/// custom id of decimal numbers would be too long.
struct Base36(u64);

impl Base36 {
    fn of(question: QuestionId) -> Self {
        Self(question.0.cast_unsigned())
    }

    fn read(text: &str) -> Result<u64, Foreign> {
        // The parser would take a sign.
        if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Foreign);
        }
        u64::from_str_radix(text, 36).map_err(|_| Foreign)
    }
}

impl fmt::Display for Base36 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut digits = String::new();
        let mut rest = self.0;
        loop {
            digits.insert(0, char::from(DIGITS[(rest % 36) as usize]));
            rest /= 36;
            if rest == 0 {
                return f.write_str(&digits);
            }
        }
    }
}

fn number(text: &str) -> Result<u16, Foreign> {
    text.parse().map_err(|_| Foreign)
}

#[cfg(test)]
mod tests {
    use super::{CustomId, Foreign, TopicKey};
    use crate::discord::limits;
    use citebot_core::knowledge::{ArticleId, EntryId, MAX_ID_CHARS};
    use citebot_store::{QuestionId, Vote};
    use serenity::model::id::UserId;

    #[test]
    fn comes_back_as_it_went_and_fits() {
        let longest = EntryId::new(&"a".repeat(MAX_ID_CHARS)).unwrap();
        let asker = UserId::new(u64::MAX);
        let page = u16::MAX;
        let question = QuestionId(i64::MAX);
        for custom_id in [
            CustomId::Suggestion {
                entry: longest.clone(),
                asker,
                question: None,
            },
            CustomId::Suggestion {
                entry: longest.clone(),
                asker,
                question: Some(question),
            },
            CustomId::Vote {
                vote: Vote::Up,
                entry: longest.clone(),
                question: Some(question),
            },
            CustomId::Vote {
                vote: Vote::Down,
                entry: longest.clone(),
                question: None,
            },
            CustomId::NotAsked {
                asker,
                question,
                entry: longest.clone(),
            },
            CustomId::Review { page },
            CustomId::ReviewAnswer { question },
            CustomId::ReviewById { question },
            CustomId::ReviewNew { question },
            CustomId::ReviewIgnore { question, page },
            CustomId::Related {
                entry: longest.clone(),
            },
            CustomId::Dismiss { asker },
            CustomId::Browse { topic: None, page },
            CustomId::Browse {
                topic: Some(TopicKey::of("Risks and safety")),
                page,
            },
            CustomId::PickEntry,
            CustomId::PickTopic,
            CustomId::Articles { page },
            CustomId::Article {
                article: ArticleId::new(longest.as_str()).unwrap(),
                page,
            },
            CustomId::PickArticle,
            CustomId::Toolkit { page },
        ] {
            let text = custom_id.to_string();
            assert!(text.len() <= limits::CUSTOM_ID, "{text}");
            assert_eq!(text.parse(), Ok(custom_id), "{text}");
        }
    }

    #[test]
    fn what_another_version_or_bot_wrote_is_foreign() {
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
        ] {
            assert_eq!(text.parse::<CustomId>(), Err(Foreign), "{text}");
        }
    }

    #[test]
    fn a_topic_key_never_changes() {
        // Test vectors of the algorithm's authors.
        for (text, key) in [("", "811c9dc5"), ("a", "e40c292c"), ("foobar", "bf9cf968")] {
            assert_eq!(TopicKey::of(text).to_string(), key);
        }
    }
}
