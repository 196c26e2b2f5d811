//! A reply as a line of JSON, for scripts. The shape is a promise: keys are added, never renamed.

use crate::answer::{Candidate, Reply};
use crate::knowledge::{Citation, Knowledge};
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
        let (outcome, best, others) = match reply {
            Reply::Answer { best, passed_over } => ("answer", Some(&best.entry), passed_over),
            Reply::Suggest { suggestions } => ("suggest", None, suggestions),
            Reply::Unknown { passed_over } => ("unknown", None, passed_over),
        };
        Self {
            question,
            outcome,
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

/// Four decimals: more would be noise in a probability.
fn rounded(confidence: f64) -> f64 {
    (confidence * 10_000.0).round() / 10_000.0
}
