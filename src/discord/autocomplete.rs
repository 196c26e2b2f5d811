//! Matching of entries, topics and articles while an option is typed.

use super::limits;
use citebot_core::knowledge::{Article, Entry, Knowledge};
use std::sync::Arc;

/// The entries with the words `typed`, best first, at most as many as Discord shows. Without a word:
/// the first entry of every topic, then the second of every topic, and so on.
#[must_use]
pub fn entries<'a>(knowledge: &'a Knowledge, typed: &str) -> Vec<&'a Arc<Entry>> {
    let words = words(typed);
    if words.is_empty() {
        return topics_in_turn(knowledge);
    }
    let mut matching: Vec<(usize, &Arc<Entry>)> = knowledge
        .entries()
        .iter()
        .filter_map(|entry| Some((rank(entry, &words)?, entry)))
        .collect();
    matching.sort_by_key(|(rank, _)| *rank);
    matching.truncate(limits::CHOICES);
    matching.into_iter().map(|(_, entry)| entry).collect()
}

/// The rank of an entry: 0 if its question begins with the words, 1 if its question contains them, 2
/// if a phrasing contains them.
fn rank(entry: &Entry, typed: &[String]) -> Option<usize> {
    let question = words(&entry.question);
    if begins_with(&question, typed) {
        return Some(0);
    }
    if contains(&question, typed) {
        return Some(1);
    }
    entry
        .phrasings
        .iter()
        .any(|phrasing| contains(&words(phrasing), typed))
        .then_some(2)
}

/// Whether `typed` are the first words of `text`. The last of them may be unfinished.
fn begins_with(text: &[String], typed: &[String]) -> bool {
    let Some((unfinished, whole)) = typed.split_last() else {
        return true;
    };
    text.starts_with(whole)
        && text
            .get(whole.len())
            .is_some_and(|word| word.starts_with(unfinished))
}

/// Whether every word typed is the beginning of one of `text`.
fn contains(text: &[String], typed: &[String]) -> bool {
    typed
        .iter()
        .all(|start| text.iter().any(|word| word.starts_with(start)))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn topics_in_turn(knowledge: &Knowledge) -> Vec<&Arc<Entry>> {
    let topics = knowledge.topics();
    let mut ranked: Vec<(usize, &Arc<Entry>)> = Vec::new();
    for topic in topics {
        let of_topic = knowledge.entries().iter().filter(|e| e.topic == topic);
        ranked.extend(of_topic.enumerate());
    }
    // Stable: within a round the topics keep their order.
    ranked.sort_by_key(|(round, _)| *round);
    ranked.truncate(limits::CHOICES);
    ranked.into_iter().map(|(_, entry)| entry).collect()
}

/// The topics with the words `typed`.
#[must_use]
pub fn topics<'a>(knowledge: &'a Knowledge, typed: &str) -> Vec<&'a str> {
    let typed = words(typed);
    let mut topics = knowledge.topics();
    topics.retain(|topic| contains(&words(topic), &typed));
    topics.truncate(limits::CHOICES);
    topics
}

/// The articles with the words `typed` in title or author.
#[must_use]
pub fn articles<'a>(knowledge: &'a Knowledge, typed: &str) -> Vec<&'a Arc<Article>> {
    let typed = words(typed);
    knowledge
        .articles()
        .iter()
        .filter(|article| {
            let mut text = words(&article.title);
            text.extend(article.author.iter().flat_map(|author| words(author)));
            contains(&text, &typed)
        })
        .take(limits::CHOICES)
        .collect()
}

/// A text cut to the length of a choice.
#[must_use]
pub fn label(text: &str) -> String {
    limits::truncate(text, limits::CHOICE_TEXT)
}

/// The entry whose question is `text`, in full or as [`label`] cut it: the text of a choice, which
/// nobody types by accident.
#[must_use]
pub fn chosen<'a>(knowledge: &'a Knowledge, text: &str) -> Option<&'a Arc<Entry>> {
    let text = text.trim();
    knowledge
        .entries()
        .iter()
        .find(|entry| entry.question == text || label(&entry.question) == text)
}

#[cfg(test)]
mod tests {
    use super::{articles, chosen, entries, label, topics};
    use crate::discord::limits;
    use citebot_core::knowledge::{Article, ArticleId, Entry, Knowledge};

    fn entry(id: &str, topic: &str, question: &str, phrasings: &[&str]) -> Entry {
        Entry {
            topic: topic.into(),
            ..Entry::example(id, question, phrasings)
        }
    }

    fn knowledge() -> Knowledge {
        let article = |id: &str, title: &str, author: Option<&str>| Article {
            id: ArticleId::new(id).unwrap(),
            title: title.into(),
            short: None,
            opening: None,
            author: author.map(Into::into),
            publisher: None,
            url: None,
            published: None,
            note: None,
            sections: Vec::new(),
        };
        Knowledge::from_parts(
            vec![
                article("one", "The power of openness", Some("Ada Writer")),
                article("two", "A vision", None),
            ],
            Vec::new(),
            Vec::new(),
            vec![
                entry(
                    "misuse",
                    "Risks",
                    "Can open AI be misused?",
                    &["bad actors"],
                ),
                entry(
                    "laws",
                    "Risks",
                    "Which laws are there?",
                    &["is open AI legal"],
                ),
                entry("what", "Basics", "What is open AI?", &[]),
            ],
        )
    }

    #[test]
    fn entries_are_offered_best_first() {
        let knowledge = knowledge();
        for (typed, expected) in [
            ("", vec!["misuse", "what", "laws"]),
            ("?!", vec!["misuse", "what", "laws"]),
            ("what is o", vec!["what"]),
            ("OPEN ai", vec!["misuse", "what", "laws"]),
            ("open", vec!["misuse", "what", "laws"]),
            ("bad", vec!["misuse"]),
            ("wh", vec!["laws", "what"]),
            ("zebra", vec![]),
        ] {
            let ids: Vec<&str> = entries(&knowledge, typed)
                .iter()
                .map(|entry| entry.id.as_str())
                .collect();
            assert_eq!(ids, expected, "{typed:?}");
        }
    }

    #[test]
    fn topics_and_articles_are_matched_by_words() {
        let knowledge = knowledge();
        assert_eq!(topics(&knowledge, ""), ["Risks", "Basics"]);
        assert_eq!(topics(&knowledge, "bas"), ["Basics"]);
        for (typed, expected) in [("", 2), ("power", 1), ("ada", 1), ("nothing", 0)] {
            assert_eq!(articles(&knowledge, typed).len(), expected, "{typed:?}");
        }
    }

    #[test]
    fn never_more_than_discord_shows() {
        let many = (0..80)
            .map(|n| entry(&format!("e{n}"), &format!("t{n}"), "Open?", &[]))
            .collect();
        let knowledge = Knowledge::from_parts(Vec::new(), Vec::new(), Vec::new(), many);
        assert_eq!(entries(&knowledge, "").len(), limits::CHOICES);
        assert_eq!(entries(&knowledge, "open").len(), limits::CHOICES);
        assert_eq!(topics(&knowledge, "").len(), limits::CHOICES);
    }

    #[test]
    fn a_long_question_is_chosen_by_its_label() {
        let question = "Why ".repeat(50);
        let long = entry("long", "t", question.trim(), &[]);
        let knowledge = Knowledge::from_parts(Vec::new(), Vec::new(), Vec::new(), vec![long]);
        let sent = label(question.trim());
        assert!(limits::length(&sent) <= limits::CHOICE_TEXT);
        assert!(chosen(&knowledge, &sent).is_some());
        assert!(chosen(&knowledge, "Why").is_none());
    }
}
