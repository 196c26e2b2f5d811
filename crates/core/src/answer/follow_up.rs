//! A question in reply to an answer is read in the light of that answer.

use crate::knowledge::{Entry, EntryId, Knowledge, folded};
use crate::matcher::Match;

/// What an entry related to the previous one gains, in log odds. Chosen on `tests/questions/follow-ups.jsonl`
/// with `contrast.jsonl`, of whose near misses it answers no more when each follows the entry that it is near.
const BOOST: f64 = 1.6;
/// An entry with less confidence than this gains nothing: small talk stays unanswered.
const MIN_CONFIDENCE: f64 = 0.1;

/// `matches` of `question` in the order they have in reply to the entry `previous`. If the question refers
/// to what was said before ("and who funds it?"), the entries related to that one gain some confidence,
/// unless something speaks against them. The previous entry itself gains none: nobody asks for an answer
/// that stands there.
#[must_use]
pub fn follow_up(
    knowledge: &Knowledge,
    question: &str,
    matches: &[Match],
    previous: &EntryId,
) -> Vec<Match> {
    let mut matches = matches.to_vec();
    let Some(previous) = knowledge.entry(previous.as_str()) else {
        return matches;
    };
    if !refers_back(question) {
        return matches;
    }
    for one in &mut matches {
        let entry = knowledge.entries().get(one.entry);
        if one.confidence >= MIN_CONFIDENCE
            && one.objection.is_none()
            && entry.is_some_and(|entry| are_related(entry, previous))
        {
            one.confidence = boosted(one.confidence);
        }
    }
    matches.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    matches
}

/// Whether a question has a word that stands for something said before, or goes on from it.
fn refers_back(question: &str) -> bool {
    const REFERRING: &str = "it its this that these those they them their he him his she her one ones there else other too also instead";
    const BEGINNINGS: [&str; 7] = ["and", "or", "but", "so", "ok", "what about", "how about"];
    let folded = folded(question);
    let begins_with = |beginning: &&str| {
        let rest = folded.strip_prefix(*beginning);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let mut words = folded.split(' ');
    words.any(|word| REFERRING.split(' ').any(|referring| referring == word))
        || BEGINNINGS.iter().any(begins_with)
}

fn are_related(entry: &Entry, previous: &Entry) -> bool {
    entry.id != previous.id
        && (entry.related.contains(&previous.id) || previous.related.contains(&entry.id))
}

fn boosted(confidence: f64) -> f64 {
    let odds = confidence / (1.0 - confidence) * BOOST.exp();
    if odds.is_finite() {
        odds / (1.0 + odds)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::{boosted, follow_up, refers_back};
    use crate::knowledge::{Entry, EntryId, Knowledge};
    use crate::matcher::{Match, Objection};

    #[test]
    fn the_entries_related_to_the_previous_one_gain() {
        let id = |id: &str| EntryId::new(id).expect("an id");
        let entry = |name: &str, related: &[&str]| Entry {
            related: related.iter().map(|other| id(other)).collect(),
            ..Entry::example(name, "A question?", &[])
        };
        let entries = vec![
            entry("kettle", &["stove"]),
            entry("stove", &[]),
            entry("descaling", &["kettle"]),
            entry("lamp", &[]),
        ];
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], entries);
        let ask =
            |question: &str, confidence: f64, objection: Option<Objection>, previous: &str| {
                let matches: Vec<Match> = (0..4)
                    .map(|entry| Match {
                        entry,
                        confidence,
                        objection,
                    })
                    .collect();
                follow_up(&knowledge, question, &matches, &id(previous))
                    .into_iter()
                    .map(|one| (one.entry, (one.confidence * 100.0).round()))
                    .collect::<Vec<_>>()
            };
        let same = [(0, 50.0), (1, 50.0), (2, 50.0), (3, 50.0)];
        let question = "and how does it work?";
        assert_eq!(
            ask(question, 0.5, None, "kettle"),
            [(1, 83.0), (2, 83.0), (0, 50.0), (3, 50.0)]
        );
        assert_eq!(ask(question, 0.5, None, "lamp"), same);
        assert_eq!(ask(question, 0.5, None, "gone"), same);
        assert_eq!(ask("how do kettles work", 0.5, None, "kettle"), same);
        let objection = Some(Objection::Opposite);
        assert_eq!(ask(question, 0.5, objection, "kettle"), same);
        // What is improbable stays so.
        assert_eq!(
            ask(question, 0.09, None, "kettle"),
            [(0, 9.0), (1, 9.0), (2, 9.0), (3, 9.0)]
        );
    }

    #[test]
    fn a_follow_up_refers_back() {
        for (question, expected) in [
            ("and who funds it?", true),
            ("What about Kenya?", true),
            ("is it free", true),
            ("why", false),
            ("what is a kettle", false),
            ("android or ios", false),
            ("sound good?", false),
            ("", false),
        ] {
            assert_eq!(refers_back(question), expected, "{question:?}");
        }
    }

    #[test]
    fn a_confidence_stays_a_probability() {
        for confidence in [0.1, 0.5, 0.99, 1.0] {
            let gained = boosted(confidence);
            assert!(
                gained >= confidence && gained <= 1.0,
                "{confidence}: {gained}"
            );
        }
    }
}
