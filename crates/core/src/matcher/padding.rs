//! Greetings and politeness around a question, which say nothing about its subject.

use super::words::WordClass;
use std::ops::Range;
use std::sync::LazyLock;

/// The range of `words` without the padding before and after it. The whole range where no content
/// word would be left.
pub(super) fn strip_padding(words: &[String]) -> Range<usize> {
    let mut range = 0..words.len();
    while let Some(n) = PADDING.before(&words[range.clone()]) {
        range.start += n;
    }
    while let Some(n) = PADDING.after(&words[range.clone()]) {
        range.end -= n;
    }
    let left = &words[range.clone()];
    if left
        .iter()
        .any(|word| WordClass::of(word) == WordClass::Content)
    {
        range
    } else {
        0..words.len()
    }
}

/// Whether `words` are padding alone.
pub(super) fn is_only_padding(words: &[String]) -> bool {
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        let Some(n) = PADDING
            .before(rest)
            .or_else(|| TRAILING.iter().any(|t| *t == rest[0]).then_some(1))
        else {
            return false;
        };
        at += n;
    }
    true
}

struct Padding {
    before: Vec<Vec<&'static str>>,
    after: Vec<Vec<&'static str>>,
}

impl Padding {
    /// The length of the longest padding that `words` begins with.
    fn before(&self, words: &[String]) -> Option<usize> {
        let fits = |padding: &&Vec<&str>| {
            padding.len() <= words.len() && padding.iter().zip(words).all(|(p, w)| p == w)
        };
        self.before.iter().filter(fits).map(Vec::len).max()
    }

    /// The length of the longest padding that `words` ends with.
    fn after(&self, words: &[String]) -> Option<usize> {
        let fits = |padding: &&Vec<&str>| {
            padding.len() <= words.len()
                && padding
                    .iter()
                    .rev()
                    .zip(words.iter().rev())
                    .all(|(p, w)| p == w)
        };
        self.after.iter().filter(fits).map(Vec::len).max()
    }
}

static PADDING: LazyLock<Padding> = LazyLock::new(|| {
    let before = LEADING
        .iter()
        .map(|phrase| phrase.split(' ').collect())
        .collect();
    let after = TRAILING
        .iter()
        .map(|phrase| phrase.split(' ').collect())
        .collect();
    Padding { before, after }
});

/// What people say before a question.
const LEADING: &[&str] = &[
    "hey",
    "heya",
    "hi",
    "hiya",
    "hello",
    "helo",
    "hullo",
    "howdy",
    "yo",
    "sup",
    "greetings",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "gm",
    "hey there",
    "hi there",
    "hello there",
    "hey all",
    "hi all",
    "hello all",
    "hey guys",
    "guys",
    "folks",
    "everyone",
    "everybody",
    "yall",
    "hey team",
    "team",
    "mates",
    "mate",
    "bro",
    "bruh",
    "dude",
    "man",
    "bot",
    "hey bot",
    "hi bot",
    "ok",
    "okay",
    "so",
    "well",
    "um",
    "umm",
    "uh",
    "uhm",
    "uhh",
    "hm",
    "hmm",
    "hmmm",
    "er",
    "erm",
    "btw",
    "anyway",
    "anyways",
    "also",
    "and",
    "but",
    "now",
    "please",
    "pls",
    "plz",
    "plss",
    "sorry",
    "excuse me",
    "quick question",
    "quick q",
    "dumb question",
    "stupid question",
    "silly question",
    "noob question",
    "newbie question",
    "random question",
    "serious question",
    "genuine question",
    "honest question",
    "noob here",
    "newbie here",
    "total noob here",
    "beginner here",
    "new here",
    "im new here",
    "im new",
    "i am new here",
    "lol",
    "lmao",
    "haha",
    "hahaha",
    "tbh",
    "ngl",
    "just wondering",
    "was just wondering",
    "i was just wondering",
    "i was wondering",
    "was wondering",
    "wondering",
    "just curious",
    "im curious",
    "i am curious",
    "curious",
    "can someone tell me",
    "can anyone tell me",
    "could someone tell me",
    "could anyone tell me",
    "can somebody tell me",
    "can anybody tell me",
    "can you tell me",
    "could you tell me",
    "can u tell me",
    "would you tell me",
    "can you please tell me",
    "could you please tell me",
    "can someone please tell me",
    "do you know",
    "do u know",
    "do you guys know",
    "do any of you know",
    "does anyone know",
    "does anybody know",
    "does someone know",
    "anyone know",
    "anybody know",
    "anyone knows",
    "i want to know",
    "i wanna know",
    "i would like to know",
    "id like to know",
    "i like to know",
    "tell me",
    "please tell me",
    "i have a question",
    "i have a quick question",
    "i got a question",
    "got a question",
    "have a question",
    "one question",
    "question",
    "help",
    "thanks",
    "thank you",
];

/// What people say after a question.
const TRAILING: &[&str] = &[
    "please",
    "pls",
    "plz",
    "plss",
    "thanks",
    "thanks in advance",
    "thx",
    "thnx",
    "tnx",
    "ty",
    "tysm",
    "tia",
    "thank you",
    "thank you so much",
    "thanks a lot",
    "thanks so much",
    "many thanks",
    "cheers",
    "lol",
    "lmao",
    "lmfao",
    "haha",
    "hahaha",
    "xd",
    "rofl",
    "btw",
    "tbh",
    "ngl",
    "fr",
    "bro",
    "bruh",
    "dude",
    "man",
    "guys",
    "folks",
    "mate",
    "anyone",
    "anybody",
    "everyone",
    "yall",
    "tho",
    "though",
    "asap",
    "you know",
    "u know",
    "idk",
    "im confused",
    "im lost",
    "im just curious",
    "just curious",
    "just wondering",
    "just asking",
];

#[cfg(test)]
mod tests {
    use super::{is_only_padding, strip_padding};
    use crate::matcher::words::split;

    fn kept(text: &str) -> String {
        let words = split(text);
        words[strip_padding(&words)].join(" ")
    }

    #[test]
    fn padding_is_left_off_at_both_ends() {
        let cases = [
            ("hey guys what is onnx pls", "what is onnx"),
            (
                "good morning, can someone tell me who made pytorch? thanks in advance",
                "who made pytorch",
            ),
            (
                "quick question does anyone know what an llm is lol",
                "what an llm is",
            ),
            ("sorry im new here is pytorch free tho", "is pytorch free"),
            ("what is onnx", "what is onnx"),
            ("tell me a joke", "a joke"),
            ("hello", "hello"),
            ("thanks guys", "thanks guys"),
            ("hey what is it pls", "hey what is it pls"),
        ];
        for (text, expected) in cases {
            assert_eq!(kept(text), expected, "{text:?}");
        }
    }

    #[test]
    fn padding_alone_is_recognised() {
        let cases = [
            ("hey guys", true),
            ("thanks a lot", false),
            ("ok lol thx", true),
            ("hey onnx", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_only_padding(&split(text)), expected, "{text:?}");
        }
    }
}
