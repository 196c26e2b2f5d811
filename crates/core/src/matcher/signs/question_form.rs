//! Whether a text reads as a question, or as a request to explain something.

/// Words that begin a question or a request.
const BEGINNINGS: &[&str] = &[
    "what",
    "whats",
    "who",
    "whos",
    "whose",
    "whom",
    "which",
    "why",
    "how",
    "hows",
    "when",
    "where",
    "wheres",
    "is",
    "are",
    "was",
    "were",
    "am",
    "do",
    "does",
    "did",
    "can",
    "could",
    "should",
    "would",
    "will",
    "shall",
    "may",
    "might",
    "must",
    "has",
    "have",
    "had",
    "isnt",
    "arent",
    "wasnt",
    "werent",
    "dont",
    "doesnt",
    "didnt",
    "cant",
    "couldnt",
    "shouldnt",
    "wouldnt",
    "wont",
    "hasnt",
    "havent",
    "explain",
    "define",
    "describe",
    "list",
    "name",
    "compare",
    "tell",
    "show",
    "give",
    "recommend",
    "summarise",
    "summarize",
    "eli5",
    "any",
    "difference",
    "differences",
    "meaning",
    "definition",
    "looking",
    "need",
];

/// Words that ask also inside a sentence ("no idea what onnx is"). "who", "which", "when" and "where"
/// mostly join sentences there.
const EMBEDDED: &[&str] = &["what", "whats", "why", "how", "hows"];

/// What makes one of these words no question.
const NO_QUESTION: &[&str] = &[
    "thats why",
    "thats how",
    "thats what",
    // "that's" without its ending.
    "that why",
    "that how",
    "that what",
    "this is why",
    "this is how",
    "this is what",
    "that is why",
    "that is how",
    "that is what",
    "is why",
    "know what",
    "no matter what",
    "no matter how",
    "how nice",
    "how cool",
    "how sad",
    "how dare",
    "or what",
    "so what",
    "what the",
];

/// Whether a text reads as a question. `marked`: whether it has a question mark.
pub(in super::super) fn reads_as_question(written: &[String], marked: bool) -> bool {
    let Some(first) = written.first() else {
        return false;
    };
    let is_excluded = |at: usize| {
        NO_QUESTION.iter().any(|phrase| {
            let words: Vec<&str> = phrase.split(' ').collect();
            (0..words.len()).any(|back| {
                let Some(start) = at.checked_sub(back) else {
                    return false;
                };
                let here = written[start..].iter().map(String::as_str);
                here.take(words.len()).eq(words.iter().copied())
            })
        })
    };
    // "what a week", but "what a model is".
    let exclaims = matches!(written, [what, a, ..] if what == "what" && (a == "a" || a == "an"))
        && !written
            .iter()
            .any(|word| matches!(word.as_str(), "is" | "are" | "does" | "means"));
    let begins = !exclaims && BEGINNINGS.contains(&first.as_str()) && !is_excluded(0);
    let embeds = || {
        written.iter().enumerate().any(|(at, word)| {
            EMBEDDED.contains(&word.as_str()) && !is_excluded(at) && !(exclaims && at == 0)
        })
    };
    marked || begins || embeds()
}

#[cfg(test)]
mod tests {
    use super::reads_as_question;
    use crate::matcher::words::split;

    #[test]
    fn questions_are_told_from_remarks() {
        let cases = [
            ("what is onnx", true),
            ("is llama 2 open source", true),
            ("no idea what onnx is", true),
            ("no idea what an llm is", true),
            ("what a model is", true),
            ("explain onnx", true),
            ("i love pytorch", false),
            ("huggingface is down again", false),
            ("lol llama 2 is so old", false),
            ("thats wrong", false),
            ("that's why open source wins", false),
            ("what a model", false),
            ("citation needed", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(reads_as_question(&split(text), false), expected, "{text:?}");
        }
        assert!(reads_as_question(&split("pytorch license"), true));
    }
}
