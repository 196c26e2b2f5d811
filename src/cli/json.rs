//! A reply, and its explanation, as a line of JSON, for scripts. The shape is a promise: keys are
//! added, never renamed.

use citebot_core::answer::{Candidate, ConsideredEntry, Explanation, Reply};
use citebot_core::knowledge::{Citation, Knowledge};
use citebot_core::matcher::Contribution;
use serde::Serialize;
use std::time::Duration;

#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    question: &'a str,
    outcome: &'static str,
    confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<SourceOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<ResourceOut<'a>>>,
    suggestions: Vec<SuggestionOut<'a>>,
    micros: u64,
}

#[derive(Debug, Serialize)]
struct EntryOut<'a> {
    id: &'a str,
    question: &'a str,
    topic: &'a str,
}

#[derive(Debug, Serialize)]
struct SourceOut<'a> {
    n: usize,
    article: Option<&'a str>,
    title: Option<&'a str>,
    section: Option<&'a str>,
    heading: Option<&'a str>,
    url: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ResourceOut<'a> {
    id: &'a str,
    name: &'a str,
    url: &'a str,
}

#[derive(Debug, Serialize)]
struct SuggestionOut<'a> {
    id: &'a str,
    question: &'a str,
    confidence: f64,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        question: &'a str,
        reply: &'a Reply,
        knowledge: &'a Knowledge,
        taken: Duration,
    ) -> Self {
        let (best, others) = match reply {
            Reply::Answer { best, passed_over } => (Some(&best.entry), passed_over),
            Reply::Suggest { suggestions } => (None, suggestions),
            Reply::Unknown { passed_over } => (None, passed_over),
        };
        Self {
            question,
            outcome: outcome(reply),
            confidence: rounded(reply.confidence()),
            entry: best.map(|entry| EntryOut {
                id: entry.id.as_str(),
                question: &entry.question,
                topic: &entry.topic,
            }),
            answer: best.map(|entry| entry.answer.as_str()),
            sources: best.map(|entry| {
                knowledge
                    .citations(entry)
                    .into_iter()
                    .map(SourceOut::from)
                    .collect()
            }),
            resources: best.map(|entry| {
                entry
                    .resources
                    .iter()
                    .filter_map(|id| knowledge.resource(id.as_str()))
                    .map(|resource| ResourceOut {
                        id: resource.id.as_str(),
                        name: &resource.name,
                        url: &resource.url,
                    })
                    .collect()
            }),
            suggestions: others.iter().map(SuggestionOut::from).collect(),
            micros: u64::try_from(taken.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

impl<'a> From<Citation<'a>> for SourceOut<'a> {
    fn from(citation: Citation<'a>) -> Self {
        Self {
            n: citation.n,
            article: citation.article.map(|(article, _)| article.id.as_str()),
            title: citation.article.map(|(article, _)| article.title.as_str()),
            section: citation.article.map(|(_, section)| section.id.as_str()),
            heading: citation
                .article
                .map(|(_, section)| section.heading.as_str()),
            url: citation.url,
        }
    }
}

impl<'a> From<&'a Candidate> for SuggestionOut<'a> {
    fn from(candidate: &'a Candidate) -> Self {
        Self {
            id: candidate.entry.id.as_str(),
            question: &candidate.entry.question,
            confidence: rounded(candidate.confidence),
        }
    }
}

fn outcome(reply: &Reply) -> &'static str {
    match reply {
        Reply::Answer { .. } => "answer",
        Reply::Suggest { .. } => "suggest",
        Reply::Unknown { .. } => "unknown",
    }
}

/// What `citebot why --json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Why<'a> {
    question: &'a str,
    words: &'a [String],
    repairs: Vec<Change<'a>>,
    readings: Vec<Change<'a>>,
    meaning: &'static str,
    candidates: Vec<CandidateOut<'a>>,
    thresholds: ThresholdsOut,
    prompted: &'static str,
    unprompted: &'static str,
}

#[derive(Debug, Serialize)]
struct Change<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Debug, Serialize)]
struct CandidateOut<'a> {
    id: &'a str,
    question: &'a str,
    confidence: f64,
    score: f64,
    margin: f64,
    /// 0 is the question, 1 the first phrasing.
    wording: usize,
    nearest: &'a str,
    shared: Vec<Weighed<'a>>,
    parts: Vec<PartOut>,
    /// In log odds.
    evidence: Vec<PartOut>,
    cosine: f64,
    talk: f64,
    out_of_scope: f64,
}

#[derive(Debug, Serialize)]
struct Weighed<'a> {
    word: &'a str,
    adds: f64,
}

#[derive(Debug, Serialize)]
struct PartOut {
    name: &'static str,
    value: f64,
    adds: f64,
}

#[derive(Debug, Serialize)]
struct ThresholdsOut {
    answer: f64,
    unprompted: f64,
    suggest: f64,
}

impl<'a> Why<'a> {
    pub(super) fn new(question: &'a str, why: &'a Explanation) -> Self {
        Self {
            question,
            words: &why.words,
            repairs: why
                .repairs
                .iter()
                .map(|r| Change {
                    from: &r.from,
                    to: &r.to,
                })
                .collect(),
            readings: why
                .applied_aliases
                .iter()
                .map(|r| Change {
                    from: &r.from,
                    to: &r.to,
                })
                .collect(),
            meaning: why.semantic_status(),
            candidates: why.considered.iter().map(CandidateOut::from).collect(),
            thresholds: ThresholdsOut {
                answer: why.thresholds.answer,
                unprompted: why.thresholds.unprompted,
                suggest: why.thresholds.suggest,
            },
            prompted: outcome(&why.prompted),
            unprompted: outcome(&why.unprompted),
        }
    }
}

impl<'a> From<&'a ConsideredEntry> for CandidateOut<'a> {
    fn from(considered: &'a ConsideredEntry) -> Self {
        let found = &considered.found;
        let shared = found.shared.iter().map(|(word, adds)| Weighed {
            word,
            adds: rounded(*adds),
        });
        let parts = |parts: &[Contribution]| {
            let part = |part: &Contribution| PartOut {
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

/// Four decimals: more would be noise in a probability.
fn rounded(confidence: f64) -> f64 {
    (confidence * 10_000.0).round() / 10_000.0
}
