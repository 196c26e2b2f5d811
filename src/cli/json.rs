//! Replies and explanations as lines of JSON, for scripts. Keys may be added, never renamed.

mod explanation;

pub(super) use explanation::ExplanationJson;

use citebot_core::answer::{Candidate, Reply};
use citebot_core::knowledge::{Citation, Knowledge};
use citebot_site::{SiteUrl, paths};
use serde::Serialize;
use std::time::Duration;

/// The output of `citebot ask --json` for one question.
#[derive(Debug, Serialize)]
pub(super) struct ReplyJson<'a> {
    question: &'a str,
    outcome: &'static str,
    confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<SourceJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<ResourceJson<'a>>>,
    suggestions: Vec<SuggestionJson<'a>>,
    micros: u64,
}

#[derive(Debug, Serialize)]
struct EntryJson<'a> {
    id: &'a str,
    question: &'a str,
    topic: &'a str,
    /// Its permalink on the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

#[derive(Debug, Serialize)]
struct SourceJson<'a> {
    n: usize,
    article: Option<&'a str>,
    title: Option<&'a str>,
    short: Option<&'a str>,
    section: Option<&'a str>,
    heading: Option<&'a str>,
    place: Option<&'a str>,
    quote: Option<&'a str>,
    url: Option<&'a str>,
    /// The section on the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

#[derive(Debug, Serialize)]
struct ResourceJson<'a> {
    id: &'a str,
    name: &'a str,
    url: &'a str,
}

#[derive(Debug, Serialize)]
struct SuggestionJson<'a> {
    id: &'a str,
    question: &'a str,
    confidence: f64,
}

impl<'a> ReplyJson<'a> {
    /// The line for a reply, with links to the site if its address is known.
    pub(super) fn new(
        question: &'a str,
        reply: &'a Reply,
        knowledge: &'a Knowledge,
        site: Option<&SiteUrl>,
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
            entry: best.map(|entry| EntryJson {
                id: entry.id.as_str(),
                question: &entry.question,
                topic: &entry.topic,
                page: site.map(|site| site.page(&paths::permalink(&entry.id))),
            }),
            answer: best.map(|entry| entry.answer.as_str()),
            sources: best.map(|entry| {
                knowledge
                    .citations(entry)
                    .into_iter()
                    .map(|citation| SourceJson::new(&citation, site))
                    .collect()
            }),
            checked: best.and_then(|entry| entry.checked.map(|date| date.to_string())),
            resources: best.map(|entry| {
                entry
                    .resources
                    .iter()
                    .filter_map(|id| knowledge.resource(id.as_str()))
                    .map(|resource| ResourceJson {
                        id: resource.id.as_str(),
                        name: &resource.name,
                        url: &resource.url,
                    })
                    .collect()
            }),
            suggestions: others.iter().map(SuggestionJson::from).collect(),
            micros: u64::try_from(taken.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

impl<'a> SourceJson<'a> {
    fn new(citation: &Citation<'a>, site: Option<&SiteUrl>) -> Self {
        Self {
            n: citation.n,
            article: citation.article.map(|(article, _)| article.id.as_str()),
            title: citation.article.map(|(article, _)| article.title.as_str()),
            short: citation.article.map(|(article, _)| article.name()),
            section: citation.article.map(|(_, section)| section.id.as_str()),
            heading: citation
                .article
                .map(|(_, section)| section.heading.as_str()),
            place: citation
                .article
                .and_then(|(_, section)| section.place.as_deref()),
            quote: citation.quote,
            url: citation.url,
            page: citation
                .article
                .zip(site)
                .map(|((article, section), site)| {
                    site.page(&paths::section(&article.id, &section.id))
                }),
        }
    }
}

impl<'a> From<&'a Candidate> for SuggestionJson<'a> {
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

/// To four decimals.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}
