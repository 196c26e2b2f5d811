//! Whether a text denies something.

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "without", "nobody", "nothing", "none", "cannot", "nor", "neither",
    "isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "cant", "couldnt", "wont",
    "wouldnt", "shouldnt", "havent", "hasnt", "hadnt", "aint",
];

/// A denial that begins a question asks for agreement: "isn't it biased" asks what "is it biased"
/// asks.
const ASKING_FOR_AGREEMENT: &[&str] = &[
    "isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "wont", "wouldnt", "shouldnt",
    "cant", "couldnt", "havent", "hasnt",
];

pub(super) fn is_negated(written: &[String]) -> bool {
    let is_one_of = |list: &[&str], word: &str| list.contains(&word);
    let body = match written.split_first() {
        Some((first, rest)) if is_one_of(ASKING_FOR_AGREEMENT, first) => rest,
        _ => written,
    };
    // "or not" offers the alternative that every question has.
    body.iter()
        .enumerate()
        .any(|(at, word)| is_one_of(NEGATIONS, word) && !(at > 0 && body[at - 1] == "or"))
}

#[cfg(test)]
mod tests {
    use super::is_negated;
    use crate::matcher::words::split;

    #[test]
    fn denials_are_told_from_questions_that_ask_for_agreement() {
        let cases = [
            ("why is llama not open", true),
            ("what can't you do with a laptop", true),
            ("isn't it biased", false),
            ("is it open or not", false),
            ("ai without code", true),
            ("is it open", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_negated(&split(text)), expected, "{text:?}");
        }
    }
}
