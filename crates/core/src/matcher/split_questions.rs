//! Several questions in one message.

use super::normalise::normalise;
use super::padding::strip_padding;
use super::signs::reads_as_question;
use super::words::split;

/// Shorter parts are remarks, or go with the question before them.
const MIN_WORDS: usize = 3;

/// The questions in `text`, in their order: the parts that end with a question mark or a line and read as
/// questions. Fewer than two parts are no list, which `None` says.
#[must_use]
pub fn split_questions(text: &str) -> Option<Vec<&str>> {
    let parts = text
        .split('\n')
        .flat_map(|line| line.split_inclusive(['?', '？', '؟']));
    let questions: Vec<&str> = parts.map(str::trim).filter(|part| asks(part)).collect();
    (questions.len() > 1).then_some(questions)
}

fn asks(part: &str) -> bool {
    let words = split(&normalise(part));
    let kept = &words[strip_padding(&words)];
    kept.len() >= MIN_WORDS && reads_as_question(kept, part.ends_with(['?', '？', '؟']))
}

#[cfg(test)]
mod tests {
    use super::split_questions;

    #[test]
    fn questions_are_told_apart() {
        let cases: [(&str, &[&str]); 7] = [
            (
                "what is onnx? who made pytorch?",
                &["what is onnx?", "who made pytorch?"],
            ),
            (
                "hi all!\nwhat is onnx\nmy gpu is old\nwho made pytorch",
                &["what is onnx", "who made pytorch"],
            ),
            ("what is onnx?", &[]),
            ("what is onnx? thanks! really?", &[]),
            ("what is onnx and who made pytorch", &[]),
            ("https://example.org/?a=b what is onnx", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found = split_questions(text).unwrap_or_default();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
