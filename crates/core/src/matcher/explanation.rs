//! How a question was read, and how each candidate compared.

use super::alias::AppliedAlias;
use super::calibration::{self, Evidence};
use super::features::Features;
use super::index::Index;
use super::objection::Objection;
use super::query::Query;
use super::ranking::{EarlyExit, RankedEntry, Ranking, rank, screen};
use super::repair::Repair;
use super::score;
use super::weighted_sum::Contribution;

/// How a question was read, and how each candidate compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RankingExplanation {
    /// The words that were compared, after repairs and aliases.
    pub words: Vec<String>,
    /// Mistyped words that were replaced.
    pub repairs: Vec<Repair>,
    /// Names that were replaced by the main name of their group.
    pub applied_aliases: Vec<AppliedAlias>,
    /// Whether sentence vectors were compared.
    pub semantic: bool,
    /// Why sentence vectors were not needed.
    pub early_exit: Option<EarlyExit>,
    /// Whether an unprompted message is worth ranking: see
    /// [`Matcher::rank_unprompted`](super::Matcher::rank_unprompted).
    pub worth_ranking_unprompted: bool,
    /// Best first, as [`Matcher::rank`](super::Matcher::rank) returns them.
    pub candidates: Vec<EntryExplanation>,
}

/// How one candidate compared.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryExplanation {
    /// The entry's position in [`Knowledge::entries`](crate::knowledge::Knowledge::entries).
    pub entry: usize,
    /// The probability that it answers the question.
    pub confidence: f64,
    /// What keeps it from answering a message that is not addressed to the bot.
    pub objection: Option<Objection>,
    /// The position of its nearest phrasing: 0 is the question, 1 the first other phrasing.
    pub phrasing: usize,
    /// The words it shares with the question, with what each adds to [`Features::words`], the
    /// greatest first.
    pub shared: Vec<(String, f64)>,
    /// What the score is made of, the greatest contribution first.
    pub parts: Vec<Contribution>,
    /// What the confidence is made of, in log odds; empty for exact matches.
    pub evidence: Vec<Contribution>,
    /// Everything it was judged by.
    pub features: Features,
}

/// Ranks the entries for `query` and explains the ranking.
pub(super) fn explain(index: &Index, query: Query) -> RankingExplanation {
    let mut explanation = RankingExplanation::default();
    match screen(index, &query) {
        Err(early_exit) => explanation.early_exit = Some(early_exit),
        Ok(screening) => {
            let ranking = rank(index, &query, &screening, None);
            let candidates = ranking.candidates.iter();
            let candidates = candidates.map(|c| explain_entry(index, &query, &ranking, c));
            explanation.candidates = candidates.collect();
            explanation.semantic = ranking.evidence != Evidence::Words;
            explanation.early_exit = ranking.early_exit;
            explanation.worth_ranking_unprompted = screening.worth_ranking_unprompted;
        }
    }
    RankingExplanation {
        words: query.words.into_iter().map(|word| word.text).collect(),
        repairs: query.repairs,
        applied_aliases: query.applied_aliases,
        ..explanation
    }
}

fn explain_entry(
    index: &Index,
    query: &Query,
    ranking: &Ranking,
    candidate: &RankedEntry,
) -> EntryExplanation {
    let shared = index.lexical.shared_words(&query.words, candidate.entry);
    let evidence = match ranking.early_exit {
        Some(_) => Vec::new(),
        None => calibration::of(ranking.evidence).evidence(&candidate.features),
    };
    EntryExplanation {
        entry: candidate.entry,
        confidence: candidate.confidence,
        objection: candidate.objection,
        phrasing: candidate.phrasing - index.phrasings.phrasings_of(candidate.entry).start,
        shared: shared
            .into_iter()
            .map(|(word, weight)| (word, weight.into()))
            .collect(),
        parts: score::of(ranking.evidence != Evidence::Words).contributions(&candidate.features),
        evidence,
        features: candidate.features,
    }
}
