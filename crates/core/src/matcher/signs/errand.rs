//! Whether a text asks that something be made for its writer: "can you write me a script".

/// What is made for somebody: "write me a poem".
const MAKING: &[&str] = &[
    "build", "code", "compose", "create", "design", "draw", "generate", "paint", "program", "write",
];
/// What is done to something that somebody has: "translate my essay".
const MENDING: &[&str] = &["debug", "edit", "fix", "proofread", "rewrite", "translate"];

/// Whether the words `written` ask that something be made for the writer, or mended.
pub(super) fn asks_for_work(written: &[String]) -> bool {
    let is_one_of = |list: &[&str], word: &String| list.contains(&word.as_str());
    written.windows(2).any(|pair| {
        let (verb, whose) = (&pair[0], &pair[1]);
        is_one_of(MAKING, verb) && is_one_of(&["me", "us"], whose)
            || is_one_of(MENDING, verb) && is_one_of(&["my", "our"], whose)
    })
}

#[cfg(test)]
mod tests {
    use super::asks_for_work;
    use crate::matcher::words::split;

    #[test]
    fn work_is_told_from_questions_about_making() {
        for (text, expected) in [
            ("can you write me an article about cheese", true),
            ("could an ai build us a website", true),
            ("translate my essay", true),
            ("does it build my confidence", false),
            ("will this make me rich", false),
            ("how do i write a model", false),
            ("who wrote the articles", false),
            ("can you build a kettle on a laptop", false),
            ("write", false),
            ("", false),
        ] {
            assert_eq!(asks_for_work(&split(text)), expected, "{text}");
        }
    }
}
