//! Whether a text asks if something works just now: "is it down for anyone else".

/// What does not work.
const FAILING: &[&str] = &[
    "down",
    "offline",
    "broken",
    "unavailable",
    "dead",
    "unreachable",
];
/// What may come between "not" and the end, or "doesnt" and it.
const WORKING: &[&str] = &[
    "working",
    "responding",
    "loading",
    "work",
    "respond",
    "load",
    "available",
];
const DENIALS: &[&str] = &["not", "isnt", "arent", "doesnt", "dont", "wont", "t"];
const BEING: &[&str] = &[
    "is", "are", "was", "were", "s", "still", "be", "being", "gone", "went", "goes",
];
/// Verbs that "down" may belong to: something slows it down, or shuts it down.
const VERBS: &[&str] = &[
    "slow", "slows", "slowed", "slowing", "shut", "shuts", "shutting", "take", "takes", "took",
    "taking", "taken", "write", "put", "break", "breaks", "turn", "turned", "let", "bring",
    "brought", "hold", "holds", "tear", "narrow", "water", "watered", "track", "pin", "cut",
    "cuts",
];
/// What may follow without changing the question.
const AFTER: &[&str] = &[
    "for",
    "anyone",
    "anybody",
    "everyone",
    "everybody",
    "others",
    "else",
    "you",
    "guys",
    "me",
    "us",
    "again",
    "right",
    "now",
    "today",
    "tonight",
    "currently",
    "atm",
    "just",
    "or",
    "is",
    "it",
    "only",
    "still",
    "yet",
    "too",
    "lately",
    "this",
    "morning",
    "here",
    "at",
    "the",
    "moment",
];

/// Whether the words `written` ask, at their end, if something works just now.
pub(super) fn asks_for_status(written: &[String]) -> bool {
    let words: Vec<&str> = written.iter().map(String::as_str).collect();
    let tail = words.iter().rev();
    let end = words.len() - tail.take_while(|word| AFTER.contains(word)).count();
    let Some((last, before)) = words[..end].split_last() else {
        return false;
    };
    let among = |list: &[&str]| before.iter().any(|word| list.contains(word));
    FAILING.contains(last) && among(BEING) && !among(VERBS)
        || WORKING.contains(last) && among(DENIALS)
}

#[cfg(test)]
mod tests {
    use super::asks_for_status;
    use crate::matcher::normalise::normalise;
    use crate::matcher::words::split;

    #[test]
    fn status_is_asked_for_at_the_end() {
        for (text, expected) in [
            ("is hugging face down", true),
            ("is github down for anyone else right now?", true),
            ("why is the site offline today", true),
            ("is pytorch dead", true),
            ("the download isn't working", true),
            ("llama doesn't load for me", true),
            ("are there regulations that slow AI down", false),
            ("what part will it play down the road", false),
            ("how to write it down", false),
            ("is it available", false),
            ("down", false),
            ("", false),
        ] {
            let found = asks_for_status(&split(&normalise(text)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
