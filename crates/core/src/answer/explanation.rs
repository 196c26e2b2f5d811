//! Why a question is answered as it is, in one form for every surface that shows it.

use super::{Prompting, Reply, Thresholds, decide};
use crate::knowledge::{Entry, Knowledge};
use crate::matcher::{Explained, Match, Part, Reading, Repair, Settled, Why};
use std::fmt::Write as _;
use std::sync::Arc;

/// How a question was read, what came near it, and what would be said.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The words that were compared, after repairs and aliases.
    pub words: Vec<String>,
    /// Words that were taken for mistyped.
    pub repairs: Vec<Repair>,
    /// Names that were read as another.
    pub readings: Vec<Reading>,
    /// Whether sentence vectors were compared.
    pub by_meaning: bool,
    /// Why nothing more than words was needed; `None` where meaning was compared, or could not be.
    pub settled: Option<Settled>,
    /// Whether it is looked at where nobody put it to the bot: not where it shares too little with
    /// every entry.
    pub overheard: bool,
    /// The entries that were looked at, best first: the second is the runner-up.
    pub considered: Vec<Considered>,
    /// The confidences from which something is said.
    pub thresholds: Thresholds,
    /// What is said to someone who asked.
    pub prompted: Reply,
    /// What is said to someone who was only talking.
    pub unprompted: Reply,
}

/// One entry that was looked at.
#[derive(Debug, Clone)]
pub struct Considered {
    /// The entry.
    pub entry: Arc<Entry>,
    /// How it compared.
    pub found: Explained,
}

impl Considered {
    /// The nearest of its wordings.
    #[must_use]
    pub fn wording(&self) -> &str {
        let mut wordings = self.entry.all_phrasings();
        wordings
            .nth(self.found.wording)
            .unwrap_or(&self.entry.question)
    }
}

impl Explanation {
    /// Puts together what [`Matcher::why`](crate::matcher::Matcher::why) found over `knowledge` and
    /// what is decided on it.
    #[must_use]
    pub fn new(why: Why, knowledge: &Knowledge, thresholds: Thresholds) -> Self {
        let matches: Vec<Match> = why
            .candidates
            .iter()
            .map(|candidate| Match {
                entry: candidate.entry,
                confidence: candidate.confidence,
            })
            .collect();
        let overheard = if why.overheard { &matches[..] } else { &[] };
        let prompted = decide(knowledge, &matches, thresholds, Prompting::Prompted);
        let unprompted = decide(knowledge, overheard, thresholds, Prompting::Unprompted);
        let considered = why.candidates.into_iter().filter_map(|found| {
            let entry = Arc::clone(knowledge.entries().get(found.entry)?);
            Some(Considered { entry, found })
        });
        Self {
            considered: considered.collect(),
            words: why.words,
            repairs: why.repairs,
            readings: why.readings,
            by_meaning: why.by_meaning,
            settled: why.settled,
            overheard: why.overheard,
            thresholds,
            prompted,
            unprompted,
        }
    }

    /// The confidence of the best entry; 0 where none was found.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.considered
            .first()
            .map_or(0.0, |best| best.found.confidence)
    }

    /// Whether sentence vectors were compared, and if not, why not.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match (self.by_meaning, self.settled) {
            (true, _) => "compared",
            (false, Some(Settled::Empty)) => "not compared: there is nothing to go by",
            (false, Some(Settled::Wording)) => "not compared: it is one of the FAQ's own wordings",
            (false, Some(Settled::Talk)) => "not compared: it is ordinary talk",
            (false, None) => "not compared: words alone decide here",
        }
    }

    /// What is said with this prompting, and why, as a phrase.
    #[must_use]
    pub fn verdict(&self, prompting: Prompting) -> String {
        let confidence = percent(self.confidence());
        let reply = match prompting {
            Prompting::Prompted => &self.prompted,
            Prompting::Unprompted => &self.unprompted,
        };
        let needed = match prompting {
            Prompting::Prompted => self.thresholds.answer,
            Prompting::Unprompted => self.thresholds.unprompted,
        };
        match reply {
            Reply::Answer { .. } => {
                format!("the answer: {confidence} reaches {}", percent(needed))
            }
            Reply::Suggest { .. } => format!(
                "“did you mean”: {confidence} reaches {}, not {}",
                percent(self.thresholds.suggest),
                percent(needed)
            ),
            Reply::Unknown { .. } if self.considered.is_empty() => match prompting {
                Prompting::Prompted => "that the FAQ does not say: no entry comes near".to_owned(),
                Prompting::Unprompted => "nothing: no entry comes near".to_owned(),
            },
            Reply::Unknown { .. } => match prompting {
                Prompting::Prompted => format!(
                    "that the FAQ does not say: {confidence} is below {}",
                    percent(self.thresholds.suggest.min(needed))
                ),
                Prompting::Unprompted if !self.overheard => {
                    "nothing: it shares too few words with any entry".to_owned()
                }
                Prompting::Unprompted => {
                    format!("nothing: {confidence} is below {}", percent(needed))
                }
            },
        }
    }
}

/// A probability as people read it. Cut, not rounded, so that 69.9 % never seems to reach 70 %.
#[must_use]
pub fn percent(probability: f64) -> String {
    // What is a whole number of per cent must not fall below it by the last bit of a product.
    format!("{:.0} %", (probability * 100.0 + 1e-9).floor())
}

/// What `parts` come to, and of what; what would read as 0.00 is left out.
#[must_use]
pub fn sum(parts: &[Part]) -> String {
    let all: f64 = parts.iter().map(|part| part.adds).sum();
    // The sum of none is −0.
    let mut sum = format!("{:.2}", all + 0.0).replace('-', "−");
    let telling = parts.iter().filter(|part| part.adds.abs() >= 0.005);
    for (at, part) in telling.enumerate() {
        let sign = match (at, part.adds < 0.0) {
            (0, false) => "= ",
            (0, true) => "= −",
            (_, false) => "+ ",
            (_, true) => "− ",
        };
        let _ = write!(sum, " {sign}{} {:.2}", part.name, part.adds.abs());
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{Explanation, percent, sum};
    use crate::answer::{Prompting, Thresholds};
    use crate::knowledge::{Entry, Knowledge};
    use crate::matcher::{Explained, Features, Part, Settled, Why};

    const THRESHOLDS: Thresholds = Thresholds {
        answer: 0.7,
        unprompted: 0.9,
        suggest: 0.2,
    };

    fn explained(confidence: Option<f64>, settled: Option<Settled>) -> Explanation {
        let entry = Entry::example("kettle", "Which kettle?", &["what kettle should I buy"]);
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![entry]);
        let candidates = confidence.map(|confidence| Explained {
            entry: 0,
            confidence,
            wording: 1,
            shared: Vec::new(),
            parts: Vec::new(),
            evidence: Vec::new(),
            features: Features::default(),
        });
        let why = Why {
            candidates: candidates.into_iter().collect(),
            settled,
            overheard: true,
            by_meaning: settled.is_none(),
            ..Why::default()
        };
        Explanation::new(why, &knowledge, THRESHOLDS)
    }

    #[test]
    fn what_is_said_is_told_with_its_reason() {
        let cases = [
            (
                Some(0.95),
                "the answer: 95 % reaches 70 %",
                "the answer: 95 % reaches 90 %",
            ),
            (
                Some(0.899),
                "the answer: 89 % reaches 70 %",
                "nothing: 89 % is below 90 %",
            ),
            (
                Some(0.2),
                "“did you mean”: 20 % reaches 20 %, not 70 %",
                "nothing: 20 % is below 90 %",
            ),
            (
                Some(0.1),
                "that the FAQ does not say: 10 % is below 20 %",
                "nothing: 10 % is below 90 %",
            ),
            (
                None,
                "that the FAQ does not say: no entry comes near",
                "nothing: no entry comes near",
            ),
        ];
        for (confidence, prompted, unprompted) in cases {
            let explanation = explained(confidence, None);
            assert_eq!(explanation.verdict(Prompting::Prompted), prompted);
            assert_eq!(explanation.verdict(Prompting::Unprompted), unprompted);
        }
    }

    #[test]
    fn the_nearest_wording_is_told_and_why_meaning_was_not_compared() {
        let explanation = explained(Some(0.95), Some(Settled::Wording));
        assert_eq!(
            explanation.considered[0].wording(),
            "what kettle should I buy"
        );
        assert!(explanation.meaning().contains("own wordings"));
        assert_eq!(explained(None, None).meaning(), "compared");
    }

    #[test]
    fn what_parts_come_to_is_told_with_the_parts() {
        let part = |name, adds| Part {
            name,
            value: 1.0,
            adds,
        };
        let cases: [(&[Part], &str); 4] = [
            (&[], "0.00"),
            (&[part("words", 0.0)], "0.00"),
            (
                &[part("score", 3.2), part("size", 0.001), part("bias", -1.0)],
                "2.20 = score 3.20 − bias 1.00",
            ),
            (&[part("talk", -0.5)], "−0.50 = −talk 0.50"),
        ];
        for (parts, expected) in cases {
            assert_eq!(sum(parts), expected);
        }
    }

    #[test]
    fn per_cent_are_cut() {
        let cases = [
            (0.7, "70 %"),
            (0.699, "69 %"),
            (0.29, "29 %"),
            (1.0, "100 %"),
        ];
        for (probability, expected) in cases {
            assert_eq!(percent(probability), expected);
        }
    }
}
