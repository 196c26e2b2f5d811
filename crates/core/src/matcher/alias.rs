//! Replaces alternative names by one name before anything is compared.

use super::words::{Word, WordClass};
use crate::knowledge::Knowledge;
use std::collections::{HashMap, HashSet};

/// The names in all alias groups, and what each is replaced by.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    /// Each name with its group, by its first word without a plural ending.
    names: HashMap<String, Vec<(Vec<String>, usize)>>,
    /// The main name of each group.
    groups: Vec<Vec<Word>>,
    /// Stems of proper names, which weigh more than common words.
    proper: HashSet<String>,
}

/// A name in a question that was replaced by the main name of its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedAlias {
    /// The name as typed.
    pub from: String,
    /// The name that replaced it.
    pub to: String,
}

impl Aliases {
    /// Collects the names in `knowledge`; `words` splits a name.
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
        // The longest name wins.
        for names in aliases.names.values_mut() {
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        aliases
    }

    fn note_proper(&mut self, name: &[Word]) {
        let content = name.iter().filter(|w| w.class == WordClass::Content);
        self.proper.extend(content.map(|w| w.stem.clone()));
    }

    fn add(&mut self, name: &[Word], group: usize) {
        // The name "US" looks like the word "us", so a function word alone is no name.
        let Some(first) = name
            .first()
            .filter(|first| name.len() > 1 || first.class == WordClass::Content)
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

    /// Whether the stem is part of a proper name.
    pub fn is_proper(&self, stem: &str) -> bool {
        self.proper.contains(stem)
    }

    /// Every name in `knowledge`.
    pub fn names(knowledge: &Knowledge) -> impl Iterator<Item = &str> {
        let resources = knowledge.resources().iter().map(|r| r.name.as_str());
        let names = knowledge
            .aliases()
            .iter()
            .flat_map(|a| a.also.iter().chain([&a.name]));
        names.map(String::as_str).chain(resources)
    }

    /// Replaces every name in `words` by the main name of its group, and appends each replacement to
    /// `applied`.
    pub fn apply(&self, words: Vec<Word>, applied: &mut Vec<AppliedAlias>) -> Vec<Word> {
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
            let inside_main_name = group.len() > whole.len()
                && group
                    .windows(whole.len())
                    .enumerate()
                    .any(|(offset, part)| {
                        same_stems(part, whole)
                            && offset <= at
                            && words
                                .get(at - offset..at - offset + group.len())
                                .is_some_and(|w| same_stems(w, group))
                    });
            // "weights" in "model weights" needs no replacement.
            if inside_main_name || same_stems(whole, group) {
                out.extend_from_slice(whole);
            } else {
                applied.push(AppliedAlias {
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

/// `word` without a plural ending.
fn singular(word: &str) -> &str {
    word.strip_suffix('s')
        .filter(|short| short.len() > 1 && !short.ends_with('s'))
        .unwrap_or(word)
}

/// Whether `word` is `name` or its plural. Stems would be too wide: "person" and "personalise" share
/// one.
fn is_form_of(word: &str, name: &str) -> bool {
    word == name || word.strip_suffix('s') == Some(name)
}

fn same_stems(a: &[Word], b: &[Word]) -> bool {
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
    fn names_are_replaced_by_the_main_name() {
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
            let replaced = aliases.apply(words(text), &mut Vec::new());
            let replaced: Vec<&str> = replaced.iter().map(|w| w.text.as_str()).collect();
            assert_eq!(replaced.join(" "), expected, "{text:?}");
        }
    }

    #[test]
    fn replacements_are_listed_and_proper_names_are_known() {
        let aliases = aliases();
        let mut applied = Vec::new();
        aliases.apply(words("is hf meta"), &mut applied);
        let listed: Vec<(&str, &str)> = applied
            .iter()
            .map(|r| (r.from.as_str(), r.to.as_str()))
            .collect();
        assert_eq!(listed, [("hf", "hugging face")]);
        assert!(aliases.is_proper("meta") && !aliases.is_proper("weight"));
    }
}
