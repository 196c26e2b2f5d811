//! Names that mean the same are made one before anything is compared.

use super::words::{Kind, Word};
use crate::knowledge::Knowledge;
use std::collections::{HashMap, HashSet};

/// The names of a book's alias groups, and what each is to be read as.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    /// By the word it begins with, without a plural's ending: the whole name, and its group.
    names: HashMap<String, Vec<(Vec<String>, usize)>>,
    groups: Vec<Vec<Word>>,
    /// Stems of proper names: they tell more than common words.
    proper: HashSet<String>,
}

/// One name that stood in a text, and what it was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// As it stood.
    pub from: String,
    /// As it was read.
    pub to: String,
}

impl Aliases {
    /// Collects the names of `knowledge`; `words` makes words of a name.
    pub fn new(knowledge: &Knowledge, words: impl Fn(&str) -> Vec<Word>) -> Self {
        let mut aliases = Self::default();
        for (group, alias) in knowledge.aliases().iter().enumerate() {
            let name = words(&alias.name);
            if alias.name.chars().any(char::is_uppercase) {
                aliases.note_proper(&name);
            }
            for other in alias.also.iter().chain([&alias.name]) {
                aliases.add(&words(other), group);
            }
            aliases.groups.push(name);
        }
        for resource in knowledge.resources() {
            aliases.note_proper(&words(&resource.name));
        }
        // Longest first, so that the longest name wins.
        for names in aliases.names.values_mut() {
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        aliases
    }

    fn note_proper(&mut self, name: &[Word]) {
        let telling = name.iter().filter(|w| w.kind == Kind::Content);
        self.proper.extend(telling.map(|w| w.stem.clone()));
    }

    fn add(&mut self, name: &[Word], group: usize) {
        // A name such as "US" can't be told from the word "us": only longer ones with it count.
        let Some(first) = name
            .first()
            .filter(|first| name.len() > 1 || first.kind == Kind::Content)
        else {
            return;
        };
        let whole: Vec<String> = name.iter().map(|w| w.text.clone()).collect();
        let names = self
            .names
            .entry(singular(&first.text).to_owned())
            .or_default();
        // The first group that claims a name keeps it.
        if !names.iter().any(|(other, _)| *other == whole) {
            names.push((whole, group));
        }
    }

    /// Whether the stem belongs to a proper name.
    pub fn is_proper(&self, stem: &str) -> bool {
        self.proper.contains(stem)
    }

    /// Every word that a name is made of.
    pub fn vocabulary(knowledge: &Knowledge) -> impl Iterator<Item = &str> {
        let resources = knowledge.resources().iter().map(|r| r.name.as_str());
        let names = knowledge
            .aliases()
            .iter()
            .flat_map(|a| a.also.iter().chain([&a.name]));
        names.map(String::as_str).chain(resources)
    }

    /// `words` with every name replaced by the name that its group goes by.
    pub fn apply(&self, words: Vec<Word>, readings: &mut Vec<Reading>) -> Vec<Word> {
        if self.names.is_empty() {
            return words;
        }
        let mut out = Vec::with_capacity(words.len());
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let rest = &words[at..];
            let found = self.names.get(singular(&word.text)).and_then(|names| {
                names.iter().find(|(name, _)| {
                    name.len() <= rest.len()
                        && name
                            .iter()
                            .zip(rest)
                            .all(|(part, word)| is_form_of(&word.text, part))
                })
            });
            let Some((name, group)) = found else {
                out.push(word.clone());
                at += 1;
                continue;
            };
            let whole = &words[at..at + name.len()];
            let group = &self.groups[*group];
            let longer = group.len() > whole.len()
                && group
                    .windows(whole.len())
                    .enumerate()
                    .any(|(offset, part)| {
                        same(part, whole)
                            && offset <= at
                            && words
                                .get(at - offset..at - offset + group.len())
                                .is_some_and(|w| same(w, group))
                    });
            // "weights" in "model weights" stands for itself already.
            if longer || same(whole, group) {
                out.extend_from_slice(whole);
            } else {
                readings.push(Reading {
                    from: joined(whole),
                    to: joined(group),
                });
                out.extend_from_slice(group);
            }
            at += whole.len();
        }
        out
    }
}

/// `word` without the ending that a plural may have.
fn singular(word: &str) -> &str {
    word.strip_suffix('s')
        .filter(|short| short.len() > 1 && !short.ends_with('s'))
        .unwrap_or(word)
}

/// Whether `word` is `name` or its plural. A stem would be too wide: "person" is no "personalise".
fn is_form_of(word: &str, name: &str) -> bool {
    word == name || word.strip_suffix('s') == Some(name)
}

fn same(a: &[Word], b: &[Word]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.stem == b.stem)
}

fn joined(words: &[Word]) -> String {
    words
        .iter()
        .map(|w| w.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::Aliases;
    use crate::knowledge::{Alias, Knowledge};
    use crate::matcher::words::{Word, split};

    fn words(text: &str) -> Vec<Word> {
        split(text).iter().map(|w| Word::new(w)).collect()
    }

    fn aliases() -> Aliases {
        let group = |name: &str, also: &[&str]| Alias {
            name: name.to_owned(),
            also: also.iter().map(|&a| a.to_owned()).collect(),
            definition: None,
        };
        let groups = vec![
            group("Meta", &["Facebook"]),
            group("Hugging Face", &["HF", "huggingface"]),
            group("open-source AI", &["open models", "OSS AI"]),
            group("open source", &["OSS", "FOSS"]),
            group("model weights", &["weights", "checkpoint"]),
            group("customise", &["personalise"]),
            group("United States", &["US", "the US"]),
        ];
        let knowledge = Knowledge::from_parts(Vec::new(), Vec::new(), groups, Vec::new());
        Aliases::new(&knowledge, |name| words(&name.to_lowercase()))
    }

    #[test]
    fn names_are_read_as_the_one_the_book_uses() {
        let cases = [
            ("who owns facebook", "who owns meta"),
            ("is hf free", "is hugging face free"),
            (
                "huggingface or hugging face",
                "hugging face or hugging face",
            ),
            ("are open models safe", "are open source ai safe"),
            ("oss ai and oss", "open source ai and open source"),
            ("what are weights", "what are model weights"),
            ("what are model weights", "what are model weights"),
            ("lose weight", "lose weight"),
            ("two checkpoints", "two model weights"),
            ("a person", "a person"),
            ("tell us", "tell us"),
            ("the us", "united states"),
            ("", ""),
        ];
        let aliases = aliases();
        for (text, expected) in cases {
            let read = aliases.apply(words(text), &mut Vec::new());
            let read: Vec<&str> = read.iter().map(|w| w.text.as_str()).collect();
            assert_eq!(read.join(" "), expected, "{text:?}");
        }
    }

    #[test]
    fn what_was_read_differently_is_told_and_proper_names_are_known() {
        let aliases = aliases();
        let mut readings = Vec::new();
        aliases.apply(words("is hf meta"), &mut readings);
        let told: Vec<(&str, &str)> = readings
            .iter()
            .map(|r| (r.from.as_str(), r.to.as_str()))
            .collect();
        assert_eq!(told, [("hf", "hugging face")]);
        assert!(aliases.is_proper("meta") && !aliases.is_proper("weight"));
    }
}
