//! How much a word says about the subject of a question.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How much a word says about the subject of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordClass {
    /// Names a thing, an action or a property.
    Content,
    /// Says what is asked for: "who", "why", "how".
    Interrogative,
    /// Holds the sentence together: "the", "of", "is".
    Function,
}

impl WordClass {
    /// The class of a lower-case word without apostrophes.
    pub fn of(word: &str) -> Self {
        static CLASSES: LazyLock<HashMap<&'static str, WordClass>> = LazyLock::new(|| {
            let function = FUNCTION.split_ascii_whitespace();
            let interrogative = INTERROGATIVE.split_ascii_whitespace();
            function
                .map(|word| (word, WordClass::Function))
                .chain(interrogative.map(|word| (word, WordClass::Interrogative)))
                .collect()
        });
        CLASSES.get(word).copied().unwrap_or(Self::Content)
    }
}

const INTERROGATIVE: &str = "what whats who whos whom whose which why how hows when where wheres";

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
    use super::WordClass;

    #[test]
    fn classes_are_told_apart() {
        let cases = [
            ("the", WordClass::Function),
            ("why", WordClass::Interrogative),
            ("weights", WordClass::Content),
        ];
        for (word, expected) in cases {
            assert_eq!(WordClass::of(word), expected, "{word:?}");
        }
    }
}
