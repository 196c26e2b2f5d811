//! Questions that are labelled twice, differently.

use super::labelled::LabelledQuestion;
use crate::knowledge::folded;
use std::collections::{BTreeSet, HashMap};

/// The positions of questions with the same words as an earlier one after the same answer, but with other
/// labels. Each comes after the position of the first such question.
#[must_use]
pub fn contradictions(questions: &[LabelledQuestion]) -> Vec<(usize, usize)> {
    let mut first: HashMap<(Option<&str>, String), usize> = HashMap::new();
    let mut found = Vec::new();
    for (at, labelled) in questions.iter().enumerate() {
        let mut words = folded(&labelled.question);
        // Emoji and signs fold to nothing.
        if words.is_empty() {
            labelled.question.trim().clone_into(&mut words);
        }
        let key = (labelled.after.as_deref(), words);
        let earlier = *first.entry(key).or_insert(at);
        if labels(&questions[earlier]) != labels(labelled) {
            found.push((earlier, at));
        }
    }
    found
}

fn labels(labelled: &LabelledQuestion) -> BTreeSet<&str> {
    labelled.right.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::contradictions;
    use crate::eval::parse;

    #[test]
    fn the_same_question_has_the_same_labels() {
        for (first, second, contradict) in [
            (r#""a?","entry":"x""#, r#""A","entry":"y""#, true),
            (r#""a?","entry":"x""#, r#""A","entry":null"#, true),
            (r#""a","entry":"x""#, r#""a","entry":["x","y"]"#, true),
            (r#""a?","entry":"x""#, r#""A","entry":["x"]"#, false),
            (
                r#""a","entry":["y","x"]"#,
                r#""a","entry":["x","y"]"#,
                false,
            ),
            (r#""a","entry":"x""#, r#""b","entry":"y""#, false),
            (
                r#""a","entry":"x","after":"z""#,
                r#""a","entry":"y""#,
                false,
            ),
            (
                r#""a","entry":"x","after":"z""#,
                r#""a","entry":"y","after":"z""#,
                true,
            ),
            (r#""!","entry":null"#, r#""?","entry":"x""#, false),
            (r#""?","entry":null"#, r#""?","entry":"x""#, true),
        ] {
            let lines = format!("{{\"question\":{first}}}\n{{\"question\":{second}}}");
            let questions = parse(&lines).expect("labelled questions");
            let expected: &[_] = if contradict { &[(0, 1)] } else { &[] };
            assert_eq!(contradictions(&questions), expected, "{lines}");
        }
    }
}
