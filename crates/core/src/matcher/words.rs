//! Plain text → words with their stems, padding left off.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// Words beyond this many are not read: a question is shorter, and what is longer is no question.
const MOST_WORDS: usize = 256;
/// Longer words, in bytes, are cut to this: no name is longer, pasted noise is.
const LONGEST_WORD: usize = 64;

/// How much a word tells of what a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It says something.
    Content,
    /// It says what is asked for: "who", "why", "how".
    Asking,
    /// It holds the sentence together: "the", "of", "is".
    Function,
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without apostrophes.
    pub text: String,
    /// What its inflections share, by the Snowball English algorithm.
    pub stem: String,
    /// How much it tells.
    pub kind: Kind,
}

impl Word {
    /// Makes a word of lower-case letters.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            stem: stem(text),
            kind: kind(text),
        }
    }
}

/// The stem of a lower-case word.
pub(super) fn stem(word: &str) -> String {
    static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
    ENGLISH.stem(word).into_owned()
}

/// The words of plain text, in order: split by the rules of Unicode, apostrophes and what follows
/// them in `'s`, `'re`, `'ve`, `'d`, `'ll`, `'m` left off.
pub(super) fn split(plain: &str) -> Vec<String> {
    split_with_places(plain).0
}

/// The same, and where in the text each word stands. Parts of one written word share a place.
pub(super) fn split_with_places(plain: &str) -> (Vec<String>, Vec<Range<usize>>) {
    let mut words = Vec::new();
    let mut places = Vec::new();
    for (start, written) in plain.unicode_word_indices().take(MOST_WORDS) {
        let end = start + written.len();
        let word = written.trim_matches('\'');
        let bare = match word.rsplit_once('\'') {
            Some((before, "s" | "re" | "ve" | "d" | "ll" | "m")) => before,
            _ => word,
        };
        let mut bare: String = bare.chars().filter(|&c| c != '\'').collect();
        if bare.len() > LONGEST_WORD {
            let end = (0..=LONGEST_WORD)
                .rev()
                .find(|&at| bare.is_char_boundary(at));
            bare.truncate(end.unwrap_or(0));
        }
        for part in parts(&bare) {
            words.push(part);
            places.push(start..end);
        }
    }
    (words, places)
}

/// `open.source` and `3.5`: the first is two words, the second one.
fn parts(word: &str) -> Vec<String> {
    let number = word.chars().any(|c| c.is_ascii_digit());
    if number {
        return vec![word.to_owned()];
    }
    let pieces: Vec<&str> = word
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty())
        .collect();
    if pieces.len() > 1 && pieces.iter().all(|piece| piece.chars().count() == 1) {
        return vec![pieces.concat()]; // "a.i", "u.s.a"
    }
    pieces.into_iter().map(str::to_owned).collect()
}

/// The range of `words` that is left when greetings and politeness before and after it are taken
/// off. Never empty unless `words` is: where nothing else stands, that is what was said.
pub(super) fn without_padding(words: &[String]) -> Range<usize> {
    let mut range = 0..words.len();
    while let Some(n) = PADDING.before(&words[range.clone()]) {
        range.start += n;
    }
    while let Some(n) = PADDING.after(&words[range.clone()]) {
        range.end -= n;
    }
    let left = &words[range.clone()];
    if left.iter().any(|word| kind(word) == Kind::Content) {
        range
    } else {
        0..words.len()
    }
}

/// Whether `words` is nothing but greetings and politeness.
pub(super) fn is_padding(words: &[String]) -> bool {
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
    /// How many words of the longest padding that `words` begins with.
    fn before(&self, words: &[String]) -> Option<usize> {
        let fits = |padding: &&Vec<&str>| {
            padding.len() <= words.len() && padding.iter().zip(words).all(|(p, w)| p == w)
        };
        self.before.iter().filter(fits).map(Vec::len).max()
    }

    /// How many words of the longest padding that `words` ends with.
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

/// What people say after one.
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

fn kind(word: &str) -> Kind {
    static KINDS: LazyLock<HashMap<&'static str, Kind>> = LazyLock::new(|| {
        let function = FUNCTION
            .split_ascii_whitespace()
            .map(|w| (w, Kind::Function));
        let asking = ASKING.split_ascii_whitespace().map(|w| (w, Kind::Asking));
        function.chain(asking).collect()
    });
    KINDS.get(word).copied().unwrap_or(Kind::Content)
}

const ASKING: &str = "what whats who whos whom whose which why how hows when where wheres";

const FUNCTION: &str = "a about after again all also am an and any anyone anybody are arent as at be because been \
    before being but by can cannot cant could couldnt did didnt do does doesnt doing dont down each even ever for from \
    get gets getting give go gonna got had has hasnt have havent having he her here hers him his i id if ill im in into \
    is isnt it its itself ive just kind let lets like lot lots made make makes many may maybe me might more most much \
    must my myself need no nor not now of off ok on one only or other our ours out over own people please pls \
    plz really s say says see shall she should shouldnt so some someone something sort still such t tell than \
    that thats the their theirs them then there theres these they theyre thing things this those though through \
    to too u under until up ur us very want wanna was wasnt we well were werent will with without wont would wouldnt \
    yes yet you your youre yours yourself";

#[cfg(test)]
mod tests {
    use super::{Kind, Word, is_padding, split, without_padding};

    fn kept(text: &str) -> String {
        let words = split(text);
        words[without_padding(&words)].join(" ")
    }

    #[test]
    fn words_are_split_by_meaning() {
        let cases: [(&str, &[&str]); 8] = [
            ("what's open-source ai?", &["what", "open", "source", "ai"]),
            ("i don't, they're", &["i", "dont", "they"]),
            ("gpt-4 or llama 3.1", &["gpt", "4", "or", "llama", "3.1"]),
            ("a.i. in the u.s.", &["ai", "in", "the", "us"]),
            ("meta.facebook", &["meta", "facebook"]),
            ("'quoted'", &["quoted"]),
            ("?!", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "{text:?}");
        }
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
            assert_eq!(is_padding(&split(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn inflections_share_a_stem_and_kinds_are_told_apart() {
        assert_eq!(Word::new("models").stem, Word::new("model").stem);
        assert_eq!(Word::new("training").stem, Word::new("trained").stem);
        let kinds = [
            ("the", Kind::Function),
            ("why", Kind::Asking),
            ("weights", Kind::Content),
        ];
        for (word, expected) in kinds {
            assert_eq!(Word::new(word).kind, expected, "{word:?}");
        }
    }

    #[test]
    fn noise_is_bounded() {
        assert_eq!(split(&"word ".repeat(10_000)).len(), super::MOST_WORDS);
        assert!(split(&"é".repeat(1_000))[0].len() <= super::LONGEST_WORD);
    }
}
