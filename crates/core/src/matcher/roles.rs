//! Whether two texts have the same words in exchanged roles: "how does a community make AI better" and
//! "how does AI make a community better".
//!
//! Word order alone tells little: "advantages of open AI" and "open AI advantages" ask the same. Roles
//! are exchanged where the subjects of both texts have changed sides of a word that stands between them in
//! both.

use super::count::as_f64;
use super::words::{Word, WordClass};

/// Words of no subject of their own that tell what one does to the other.
const VERBS: &[&str] = &[
    "do", "does", "did", "get", "gets", "give", "go", "has", "have", "had", "let", "lets", "make",
    "makes", "need", "own", "say", "says", "tell", "want",
];
/// What holds both ways round: if one is better than the other, the question is the same.
const SYMMETRIC: &[&str] = &[
    "against",
    "alternative",
    "better",
    "compare",
    "compared",
    "comparison",
    "differ",
    "difference",
    "different",
    "equal",
    "like",
    "plus",
    "same",
    "similar",
    "versus",
    "vs",
    "work",
    "worse",
];

/// What a subject follows in a question, or stands beside.
const AUXILIARIES: &[&str] = &[
    "can", "cant", "could", "did", "didnt", "do", "does", "doesnt", "dont", "may", "might", "must",
    "should", "shouldnt", "will", "wont", "would", "wouldnt",
];

/// Texts with a smaller share of their words in common (intersection over union) say different things
/// anyway.
const ALIKE: f64 = 0.5;

/// The words of a question that have a role, in order, each once, from its subject on.
#[derive(Debug, Default)]
pub(super) struct Roles<'a>(Vec<Role<'a>>);

#[derive(Debug)]
struct Role<'a> {
    word: &'a str,
    /// Whether it can tell what is done.
    is_action: bool,
    /// How often "by" stands before it: "used by firms" turns the parties round.
    turns: usize,
}

impl<'a> Roles<'a> {
    /// The roles in a question; none without an auxiliary verb, which tells the subject.
    pub fn of(words: &'a [Word]) -> Self {
        let is_auxiliary = |word: &Word| AUXILIARIES.contains(&word.text.as_str());
        let Some(auxiliary) = words.iter().position(is_auxiliary) else {
            return Self::default();
        };
        let mut roles: Vec<Role<'a>> = Vec::with_capacity(words.len());
        let mut turns = 0;
        for word in &words[auxiliary + 1..] {
            let text = word.text.as_str();
            turns += usize::from(text == "by");
            let person = match text {
                "i" | "me" | "my" => Some("me"),
                "you" | "your" => Some("you"),
                "we" | "us" | "our" => Some("us"),
                "people" => Some("people"),
                _ => None,
            };
            let is_content = word.class == WordClass::Content;
            let is_party = is_content || person.is_some();
            if roles.is_empty() && !is_party {
                continue;
            }
            let is_action = VERBS.contains(&text) || is_content && !SYMMETRIC.contains(&text);
            let name = person.unwrap_or(&word.stem);
            if (is_party || is_action) && roles.iter().all(|role| role.word != name) {
                roles.push(Role {
                    word: name,
                    is_action,
                    turns,
                });
            }
        }
        Self(roles)
    }

    /// Whether the question tells no role.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the subject here and the subject of one of `others` have exchanged their roles, and have
    /// the same roles in none.
    pub fn are_exchanged(&self, others: &[Roles<'_>]) -> bool {
        let Some(subject) = self.0.first() else {
            return false;
        };
        let is_exchanged_in = |other: &Roles<'_>| {
            if self.share_in_common(other) < ALIKE {
                return None;
            }
            let object = self.place(other.0.first()?.word)?;
            let actions = self.0.get(1..object)?.iter();
            actions
                .filter(|action| action.is_action)
                .find_map(|action| {
                    let roles = [subject, action, &self.0[object]];
                    (other.order_of(roles) == Order::Exchanged).then_some(roles)
                })
        };
        others.iter().filter_map(is_exchanged_in).any(|roles| {
            let mut orders = others.iter().map(|other| other.order_of(roles));
            orders.all(|order| order != Order::Same)
        })
    }

    fn share_in_common(&self, other: &Roles<'_>) -> f64 {
        let roles = self.0.iter();
        let common = roles
            .filter(|role| other.place(role.word).is_some())
            .count();
        let either = self.0.len() + other.0.len() - common;
        as_f64(common) / as_f64(either.max(1))
    }

    fn place(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|role| role.word == word)
    }

    /// How the same three words stand here: in the same roles, in exchanged ones, or neither.
    fn order_of(&self, [first, action, last]: [&Role<'_>; 3]) -> Order {
        let place = |of: &Role<'_>| self.place(of.word);
        let (Some(a), Some(b), Some(c)) = (place(first), place(action), place(last)) else {
            return Order::Other;
        };
        let turned = |from: &Role<'_>, to: &Role<'_>| (to.turns - from.turns) % 2;
        let (same, exchanged) = (a < b && b < c, c < b && b < a);
        if !same && !exchanged {
            return Order::Other;
        }
        let (from, to) = if same { (a, c) } else { (c, a) };
        let is_turned = turned(first, last) != turned(&self.0[from], &self.0[to]);
        if same == is_turned {
            Order::Exchanged
        } else {
            Order::Same
        }
    }
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Order {
    Same,
    Exchanged,
    Other,
}

#[cfg(test)]
mod tests {
    use super::Roles;
    use crate::matcher::words::{Word, split};

    #[test]
    fn parties_that_change_sides_of_an_action_exchange_roles() {
        let words =
            |text: &str| -> Vec<Word> { split(text).iter().map(|w| Word::new(w)).collect() };
        // (question, phrasings, exchanged)
        let cases: [(&str, &[&str], bool); 11] = [
            (
                "how does ai make a community better",
                &["how does a community make ai better"],
                true,
            ),
            (
                "why should ai care about people",
                &["why should people care about ai"],
                true,
            ),
            ("what do you want to ask me", &["what can i ask you"], true),
            (
                "how does ai make a community better",
                &[
                    "a community makes ai better",
                    "ai can make a community better",
                ],
                false,
            ),
            (
                "open ai advantages",
                &["what are the advantages of open ai"],
                false,
            ),
            (
                "is pytorch better than tensorflow",
                &["is tensorflow better than pytorch"],
                false,
            ),
            (
                "how does tensorflow differ from pytorch",
                &["how does pytorch differ from tensorflow"],
                false,
            ),
            (
                "are frameworks used by firms",
                &["do firms use frameworks"],
                false,
            ),
            (
                "do frameworks use firms",
                &["do firms use frameworks"],
                true,
            ),
            (
                "do firms use frameworks",
                &["do firms use frameworks"],
                false,
            ),
            ("", &["do firms use frameworks"], false),
        ];
        for (question, phrasings, expected) in cases {
            let question_words = words(question);
            let phrasing_words: Vec<Vec<Word>> = phrasings.iter().map(|text| words(text)).collect();
            let others: Vec<Roles<'_>> = phrasing_words
                .iter()
                .map(|words| Roles::of(words))
                .collect();
            assert_eq!(
                Roles::of(&question_words).are_exchanged(&others),
                expected,
                "{question}"
            );
        }
    }
}
