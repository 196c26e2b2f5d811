//! The output of `citebot why --json`.

use super::{outcome, rounded};
use citebot_core::answer::{ConsideredEntry, Explanation};
use citebot_core::matcher::Contribution;
use serde::Serialize;

/// The output of `citebot why --json`.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct ExplanationJson<'a> {
    question: &'a str,
    words: &'a [String],
    repairs: Vec<Replacement<'a>>,
    readings: Vec<Replacement<'a>>,
    meaning: &'static str,
    candidates: Vec<CandidateJson<'a>>,
    thresholds: ThresholdsJson,
    prompted: &'static str,
    unprompted: &'static str,
}

#[derive(Debug, Serialize)]
struct Replacement<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Debug, Serialize)]
struct CandidateJson<'a> {
    id: &'a str,
    question: &'a str,
    confidence: f64,
    /// What speaks against it, however confident.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection: Option<String>,
    score: f64,
    margin: f64,
    /// 0: the question; from 1: its phrasings.
    wording: usize,
    nearest: &'a str,
    shared: Vec<SharedWord<'a>>,
    parts: Vec<PartJson>,
    /// In log odds.
    evidence: Vec<PartJson>,
    cosine: f64,
    talk: f64,
    out_of_scope: f64,
}

#[derive(Debug, Serialize)]
struct SharedWord<'a> {
    word: &'a str,
    adds: f64,
}

#[derive(Debug, Serialize)]
struct PartJson {
    name: &'static str,
    value: f64,
    adds: f64,
}

#[derive(Debug, Serialize)]
struct ThresholdsJson {
    answer: f64,
    unprompted: f64,
    suggest: f64,
}

impl<'a> ExplanationJson<'a> {
    pub(in crate::cli) fn new(question: &'a str, why: &'a Explanation) -> Self {
        Self {
            question,
            words: &why.words,
            repairs: why
                .repairs
                .iter()
                .map(|r| Replacement {
                    from: &r.from,
                    to: &r.to,
                })
                .collect(),
            readings: why
                .applied_aliases
                .iter()
                .map(|r| Replacement {
                    from: &r.from,
                    to: &r.to,
                })
                .collect(),
            meaning: why.semantic_status(),
            candidates: why.considered.iter().map(CandidateJson::from).collect(),
            thresholds: ThresholdsJson {
                answer: why.thresholds.answer,
                unprompted: why.thresholds.unprompted,
                suggest: why.thresholds.suggest,
            },
            prompted: outcome(&why.prompted),
            unprompted: outcome(&why.unprompted),
        }
    }
}

impl<'a> From<&'a ConsideredEntry> for CandidateJson<'a> {
    fn from(considered: &'a ConsideredEntry) -> Self {
        let found = &considered.found;
        let shared = found.shared.iter().map(|(word, adds)| SharedWord {
            word,
            adds: rounded(*adds),
        });
        let parts = |parts: &[Contribution]| {
            let part = |part: &Contribution| PartJson {
                name: part.name,
                value: rounded(part.value),
                adds: rounded(part.adds),
            };
            parts.iter().map(part).collect()
        };
        Self {
            id: considered.entry.id.as_str(),
            question: &considered.entry.question,
            confidence: rounded(found.confidence),
            objection: found.objection.map(|objection| objection.to_string()),
            score: rounded(found.features.score),
            margin: rounded(found.features.margin),
            wording: found.phrasing,
            nearest: considered.nearest_phrasing(),
            shared: shared.collect(),
            parts: parts(&found.parts),
            evidence: parts(&found.evidence),
            cosine: rounded(found.features.nearest),
            talk: rounded(found.features.background),
            out_of_scope: rounded(found.features.out_of_scope),
        }
    }
}
