//! Explains a reply, in one form for every surface that shows it.

use super::reply::{Prompting, Reply, Thresholds, decide};
use crate::knowledge::{Entry, Knowledge};
use crate::matcher::{
    AppliedAlias, Contribution, EarlyExit, EntryExplanation, Match, Objection, RankingExplanation,
    Repair,
};
use std::fmt::Write as _;
use std::sync::Arc;

/// How a question was read, which entries came near, and what is said.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The words that were compared, after repairs and aliases.
    pub words: Vec<String>,
    /// Mistyped words that were replaced.
    pub repairs: Vec<Repair>,
    /// Names that were replaced by the main name of their group.
    pub applied_aliases: Vec<AppliedAlias>,
    /// Whether sentence vectors were compared.
    pub semantic: bool,
    /// Why sentence vectors were not needed; `None` where they were compared, or there is no encoder.
    pub early_exit: Option<EarlyExit>,
    /// Whether an unprompted message is worth ranking: not if it shares too little with every entry.
    pub worth_ranking_unprompted: bool,
    /// The candidates, best first: the second is the runner-up.
    pub considered: Vec<ConsideredEntry>,
    /// The thresholds that decided.
    pub thresholds: Thresholds,
    /// The reply to someone who asked the bot.
    pub prompted: Reply,
    /// The reply to the same words in a message that is not addressed to the bot.
    pub unprompted: Reply,
}

/// A candidate.
#[derive(Debug, Clone)]
pub struct ConsideredEntry {
    /// The entry.
    pub entry: Arc<Entry>,
    /// How it compared.
    pub found: EntryExplanation,
}

impl ConsideredEntry {
    /// The nearest of its phrasings.
    #[must_use]
    pub fn nearest_phrasing(&self) -> &str {
        let mut phrasings = self.entry.all_phrasings();
        phrasings
            .nth(self.found.phrasing)
            .unwrap_or(&self.entry.question)
    }
}

impl Explanation {
    /// Adds the decisions to what [`Matcher::explain`](crate::matcher::Matcher::explain) found over
    /// `knowledge`.
    #[must_use]
    pub fn new(ranking: RankingExplanation, knowledge: &Knowledge, thresholds: Thresholds) -> Self {
        let matches: Vec<Match> = ranking
            .candidates
            .iter()
            .map(|candidate| Match {
                entry: candidate.entry,
                confidence: candidate.confidence,
                objection: candidate.objection,
            })
            .collect();
        let unprompted = if ranking.worth_ranking_unprompted {
            &matches[..]
        } else {
            &[]
        };
        let prompted = decide(knowledge, &matches, thresholds, Prompting::Prompted);
        let unprompted = decide(knowledge, unprompted, thresholds, Prompting::Unprompted);
        let considered = ranking.candidates.into_iter().filter_map(|found| {
            let entry = Arc::clone(knowledge.entries().get(found.entry)?);
            Some(ConsideredEntry { entry, found })
        });
        Self {
            considered: considered.collect(),
            words: ranking.words,
            repairs: ranking.repairs,
            applied_aliases: ranking.applied_aliases,
            semantic: ranking.semantic,
            early_exit: ranking.early_exit,
            worth_ranking_unprompted: ranking.worth_ranking_unprompted,
            thresholds,
            prompted,
            unprompted,
        }
    }

    /// The confidence of the best candidate; 0 without any.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        self.considered
            .first()
            .map_or(0.0, |best| best.found.confidence)
    }

    /// What keeps the best candidate from answering a message that is not addressed to the bot.
    fn objection(&self) -> Option<Objection> {
        self.considered
            .first()
            .and_then(|best| best.found.objection)
    }

    /// Whether sentence vectors were compared, and why not, as a phrase.
    #[must_use]
    pub fn semantic_status(&self) -> &'static str {
        match (self.semantic, self.early_exit) {
            (true, _) => "compared",
            (false, Some(EarlyExit::Empty)) => "not compared: there is nothing to go by",
            (false, Some(EarlyExit::ExactMatch)) => {
                "not compared: it is one of the FAQ's own wordings"
            }
            (false, Some(EarlyExit::SmallTalk)) => "not compared: it is ordinary talk",
            (false, None) => "not compared: words alone decide here",
        }
    }

    /// The reply with this prompting and its reason, as a phrase.
    #[must_use]
    pub fn verdict(&self, prompting: Prompting) -> String {
        let confidence = percent(self.confidence());
        let reply = match prompting {
            Prompting::Prompted => &self.prompted,
            Prompting::Unprompted => &self.unprompted,
        };
        let needed = self.thresholds.for_answer(prompting);
        // Why the confidence is not enough.
        let short = |below: f64| match self.objection() {
            Some(objection) if self.confidence() >= needed => {
                format!("{confidence} reaches {}, but {objection}", percent(needed))
            }
            _ => format!("{confidence} is below {}", percent(below)),
        };
        match reply {
            Reply::Answer { .. } => {
                format!("the answer: {confidence} reaches {}", percent(needed))
            }
            Reply::Suggest { .. } if self.confidence() >= needed => {
                format!("“did you mean”: {}", short(needed))
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
                    "that the FAQ does not say: {}",
                    short(self.thresholds.suggest.min(needed))
                ),
                Prompting::Unprompted if !self.worth_ranking_unprompted => {
                    "nothing: it shares too few words with any entry".to_owned()
                }
                Prompting::Unprompted => format!("nothing: {}", short(needed)),
            },
        }
    }
}

/// Formats a probability in per cent. It is cut, not rounded, so that 69.9 % never seems to reach
/// 70 %.
#[must_use]
pub fn percent(probability: f64) -> String {
    // A whole number of per cent must not fall below it by the last bit of the product.
    format!("{:.0} %", (probability * 100.0 + 1e-9).floor())
}

/// Formats a sum with its parts, as in `2.20 = score 3.20 − bias 1.00`. Leaves out parts that would
/// read 0.00.
#[must_use]
pub fn format_sum(parts: &[Contribution]) -> String {
    let all: f64 = parts.iter().map(|part| part.adds).sum();
    // The sum of no parts is −0.
    let mut sum = format!("{:.2}", all + 0.0).replace('-', "−");
    let visible = parts.iter().filter(|part| part.adds.abs() >= 0.005);
    for (at, part) in visible.enumerate() {
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
    use super::{Explanation, Prompting, Thresholds, format_sum, percent};
    use crate::knowledge::{Entry, Knowledge};
    use crate::matcher::{
        Contribution, EarlyExit, EntryExplanation, Features, Objection, RankingExplanation,
    };

    const THRESHOLDS: Thresholds = Thresholds {
        answer: 0.7,
        unprompted: 0.9,
        suggest: 0.2,
    };

    fn explained(confidence: Option<f64>, early_exit: Option<EarlyExit>) -> Explanation {
        objected(confidence, None, early_exit)
    }

    fn objected(
        confidence: Option<f64>,
        objection: Option<Objection>,
        early_exit: Option<EarlyExit>,
    ) -> Explanation {
        let entry = Entry::example("kettle", "Which kettle?", &["what kettle should I buy"]);
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![entry]);
        let candidates = confidence.map(|confidence| EntryExplanation {
            entry: 0,
            confidence,
            objection,
            phrasing: 1,
            shared: Vec::new(),
            parts: Vec::new(),
            evidence: Vec::new(),
            features: Features::default(),
        });
        let ranking = RankingExplanation {
            candidates: candidates.into_iter().collect(),
            early_exit,
            worth_ranking_unprompted: true,
            semantic: early_exit.is_none(),
            ..RankingExplanation::default()
        };
        Explanation::new(ranking, &knowledge, THRESHOLDS)
    }

    #[test]
    fn a_verdict_has_its_reason() {
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
    fn a_verdict_names_the_objection_that_decided() {
        let unprompted_alone = (
            0.95,
            Objection::NoQuestion,
            "the answer: 95 % reaches 70 %",
            "nothing: 95 % reaches 90 %, but it does not read as a question",
        );
        let both = (
            0.95,
            Objection::OtherVersion,
            "“did you mean”: 95 % reaches 70 %, but it has a version that the entry does not",
            "nothing: 95 % reaches 90 %, but it has a version that the entry does not",
        );
        // What is too improbable anyway needs no other reason.
        let neither = (
            0.1,
            Objection::OtherVersion,
            "that the FAQ does not say: 10 % is below 20 %",
            "nothing: 10 % is below 90 %",
        );
        for (confidence, objection, prompted, unprompted) in [unprompted_alone, both, neither] {
            let explanation = objected(Some(confidence), Some(objection), None);
            assert_eq!(explanation.verdict(Prompting::Prompted), prompted);
            assert_eq!(explanation.verdict(Prompting::Unprompted), unprompted);
        }
    }

    #[test]
    fn the_nearest_phrasing_is_named_and_why_no_vectors_were_compared() {
        let explanation = explained(Some(0.95), Some(EarlyExit::ExactMatch));
        assert_eq!(
            explanation.considered[0].nearest_phrasing(),
            "what kettle should I buy"
        );
        assert!(explanation.semantic_status().contains("own wordings"));
        assert_eq!(explained(None, None).semantic_status(), "compared");
    }

    #[test]
    fn a_sum_is_shown_with_its_parts() {
        let part = |name, adds| Contribution {
            name,
            value: 1.0,
            adds,
        };
        let cases: [(&[Contribution], &str); 4] = [
            (&[], "0.00"),
            (&[part("words", 0.0)], "0.00"),
            (
                &[part("score", 3.2), part("size", 0.001), part("bias", -1.0)],
                "2.20 = score 3.20 − bias 1.00",
            ),
            (&[part("talk", -0.5)], "−0.50 = −talk 0.50"),
        ];
        for (parts, expected) in cases {
            assert_eq!(format_sum(parts), expected);
        }
    }

    #[test]
    fn percentages_are_cut() {
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
