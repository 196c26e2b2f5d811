//! "Did you mean …?"

use strsim::damerau_levenshtein;

/// Longer names are not compared: the distance costs the product of the lengths, and nobody
/// mistypes a name of this length.
const LONGEST: usize = 120;

/// The candidate that `name` is most probably a slip of: at most one edit in three characters
/// (insertion, deletion, substitution, swap of neighbours), whatever the case. `None` when nothing
/// is that near. Of equally near ones the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
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

/// The question that stands under a problem.
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
