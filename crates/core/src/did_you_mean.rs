//! The name that a mistyped one was meant to be.

use strsim::damerau_levenshtein;

/// Longer names are not compared: the distance costs the product of the lengths.
const MAX_CHARS: usize = 120;

/// The candidate nearest to `name` by edit distance (Damerau–Levenshtein, case ignored), the first
/// of several. `None` when it takes more than one edit in three characters to reach any.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > MAX_CHARS {
        return None;
    }
    let name = name.to_lowercase();
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| {
            let distance = damerau_levenshtein(&name, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The question that offers `name`.
#[must_use]
pub fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn names_the_likely_slip_and_nothing_else() {
        let names = ["question", "phrasings", "answer", "sources", "id"];
        for (typed, expected) in [
            ("qestion", Some("question")),
            ("Question", Some("question")),
            ("phrasing", Some("phrasings")),
            ("anwser", Some("answer")),
            ("source", Some("sources")),
            ("di", Some("id")),
            ("title", None),
            ("", None),
            ("日本語", None),
        ] {
            assert_eq!(nearest(typed, names), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_very_long_name_is_not_compared() {
        let long = "a".repeat(100_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
