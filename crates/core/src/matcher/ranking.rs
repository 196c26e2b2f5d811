//! A query → candidates, ranked, each with a confidence.

use super::Match;
use super::calibration::{self, Calibration, Evidence};
use super::comparison::Comparison;
use super::count::as_f64;
use super::features::Features;
use super::index::Index;
use super::lexical::LexicalScores;
use super::ngram_index::QueryNgrams;
use super::objection::Objection;
use super::query::Query;
use super::score;
use super::semantic::{SemanticIndex, Similarities};
use super::small_talk::{is_small_talk, is_worth_ranking_unprompted};
use super::vectors::top_k;
use super::weighted_sum::WeightedSum;
use super::words::WordClass;

/// How many candidates a ranking has at most.
pub const MAX_MATCHES: usize = 10;

/// How many entries are compared in every way.
const SHORTLIST: usize = 12;
/// Without vectors the rest is cheap enough for a longer one.
const LEXICAL_SHORTLIST: usize = 2 * SHORTLIST;

/// The confidence of an exact match.
pub(super) const EXACT_MATCH: f64 = 0.99;

/// Why sentence vectors were not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlyExit {
    /// There is nothing to compare: no word, only emoji, a greeting.
    Empty,
    /// The question is one of the FAQ's phrasings, word for word or except for light words.
    ExactMatch,
    /// It is small talk.
    SmallTalk,
}

/// The candidates for a query.
#[derive(Debug)]
pub(super) struct Ranking {
    /// Best first, at most [`MAX_MATCHES`].
    pub candidates: Vec<RankedEntry>,
    /// What was compared.
    pub evidence: Evidence,
    /// Why vectors were not needed.
    pub early_exit: Option<EarlyExit>,
}

impl Ranking {
    /// The candidates without what they were judged by.
    pub fn matches(&self) -> Vec<Match> {
        let matches = self.candidates.iter().map(|candidate| Match {
            entry: candidate.entry,
            confidence: candidate.confidence,
            objection: candidate.objection,
        });
        matches.collect()
    }
}

/// A candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct RankedEntry {
    /// The position of the entry.
    pub entry: usize,
    /// The number of its nearest phrasing, counted over all entries.
    pub phrasing: usize,
    pub features: Features,
    pub objection: Option<Objection>,
    pub confidence: f64,
}

impl RankedEntry {
    /// Computes the score and compares the words. The margin and the confidence follow when all scores
    /// are known.
    fn new(
        index: &Index,
        query: &Query,
        (entry, phrasing): (usize, usize),
        features: Features,
        score: &WeightedSum,
    ) -> Self {
        let comparison = Comparison::new(query, entry, &index.traits, &index.lexical);
        Self {
            objection: Objection::find(query, &comparison),
            entry,
            phrasing,
            features: Features {
                score: score.total(&features),
                phrasings: as_f64(index.phrasings.phrasings_of(entry).len()),
                has_out_of_scope: f64::from(u8::from(index.traits.has_out_of_scope)),
                foreign_names: comparison.foreign_names,
                other_version: f64::from(u8::from(comparison.other_version)),
                opposite: f64::from(u8::from(comparison.opposite)),
                uncovered: comparison.uncovered,
                reordered: comparison.reordered,
                off_subject: comparison.off_subject,
                other_aspects: comparison.other_aspects.into(),
                ..features
            },
            confidence: 0.0,
        }
    }
}

/// The cheap part of ranking, which many messages do not survive.
#[derive(Debug)]
pub(super) struct Screening {
    exact_match: Option<usize>,
    scores: LexicalScores,
    /// Whether an unprompted message is worth ranking.
    pub worth_ranking_unprompted: bool,
}

/// The number of the phrasing that the query is.
pub(super) fn exact_match(index: &Index, query: &Query) -> Option<usize> {
    // What was repaired may have meant something else.
    if query.words.is_empty() || !query.repairs.is_empty() {
        return None;
    }
    index.exact_match.find(&query.words)
}

/// Compares the query by words.
///
/// # Errors
///
/// When there is nothing to rank.
pub(super) fn screen(index: &Index, query: &Query) -> Result<Screening, EarlyExit> {
    if query.words.is_empty() || index.phrasings.entries() == 0 {
        return Err(EarlyExit::Empty);
    }
    let exact_match = exact_match(index, query);
    let scores = index.lexical.score(&query.words);
    let greatest = |values: &[f32]| values.iter().copied().fold(0.0, f32::max);
    let small_talk = !index.reader.answers_small_talk
        && is_small_talk(&query.words, greatest(&scores.phrasings));
    if exact_match.is_none() && small_talk {
        return Err(EarlyExit::SmallTalk);
    }
    let worth_ranking_unprompted =
        exact_match.is_some() || is_worth_ranking_unprompted(greatest(&scores.entries));
    Ok(Screening {
        exact_match,
        scores,
        worth_ranking_unprompted,
    })
}

/// The vectors that a query which passed [`screen`] is compared with.
pub(super) fn vectors<'a>(index: &'a Index, screening: &Screening) -> Option<&'a SemanticIndex> {
    let semantic = index.semantic.as_ref();
    semantic.filter(|_| screening.exact_match.is_none())
}

/// Ranks the entries for a query that passed [`screen`]. Encodes it, if that is needed, unless its
/// `vector` is given.
pub(super) fn rank(
    index: &Index,
    query: &Query,
    screening: &Screening,
    vector: Option<Vec<f32>>,
) -> Ranking {
    let scores = &screening.scores;
    let semantic = vectors(index, screening);
    let mut candidates = match semantic {
        Some(semantic) => {
            let vector = vector.unwrap_or_else(|| semantic.encoder().encode(&query.text));
            by_vectors(index, query, scores, semantic, vector)
        }
        None => by_words(index, query, scores),
    };
    candidates.sort_by(|a, b| {
        b.features
            .score
            .total_cmp(&a.features.score)
            .then(a.entry.cmp(&b.entry))
    });
    candidates.truncate(MAX_MATCHES);
    let evidence = match semantic {
        None => Evidence::Words,
        Some(semantic) if semantic.has_judge() => Evidence::Judge,
        Some(_) => Evidence::Vectors,
    };
    judge(&mut candidates, calibration::of(evidence));
    if let Some(phrasing) = screening.exact_match {
        let objection = Objection::to_exact_match(query);
        let entry = index.phrasings.entry_of(phrasing);
        put_first(&mut candidates, entry, phrasing, objection);
    }
    Ranking {
        candidates,
        evidence,
        early_exit: screening.exact_match.map(|_| EarlyExit::ExactMatch),
    }
}

fn by_words(index: &Index, query: &Query, scores: &LexicalScores) -> Vec<RankedEntry> {
    let rough = rough_scores(index, &score::LEXICAL, |entry| Features {
        words: scores.entries[entry].into(),
        phrasing: nearest(index, entry, &scores.phrasings).1.into(),
        ..Features::default()
    });
    let ngrams = index.ngrams.query(&query.words);
    let shortlist = top_k(&rough, LEXICAL_SHORTLIST).into_iter();
    let candidates = shortlist.filter(|&entry| rough[entry] > 0.0).map(|entry| {
        let (at, cosine) = nearest(index, entry, &scores.phrasings);
        let phrasings = index.phrasings.phrasings_of(entry);
        let features = Features {
            characters: by_characters(index, &ngrams, phrasings).into(),
            ..word_features(query, scores, entry, cosine)
        };
        RankedEntry::new(index, query, (entry, at), features, &score::LEXICAL)
    });
    candidates.collect()
}

fn by_vectors(
    index: &Index,
    query: &Query,
    scores: &LexicalScores,
    semantic: &SemanticIndex,
    vector: Vec<f32>,
) -> Vec<RankedEntry> {
    let mut similarities = semantic.similarities(vector);
    let rough = rough_scores(index, &score::SEMANTIC, |entry| {
        let (_, found) = vector_features(index, semantic, &similarities, entry);
        Features {
            ridge: score::estimated_ridge(&found),
            words: scores.entries[entry].into(),
            ..found
        }
    });
    let shortlist = top_k(&rough, SHORTLIST);
    let ranges: Vec<_> = shortlist
        .iter()
        .map(|&entry| index.phrasings.phrasings_of(entry))
        .collect();
    let ngrams = index.ngrams.query(&query.words);
    let found = semantic.score_shortlist(&mut similarities, &ranges, index.phrasings.entries());
    let scored = found.ridge.into_iter().zip(found.nearest);
    let candidates = shortlist
        .iter()
        .zip(scored)
        .map(|(&entry, (ridge, nearest_phrasings))| {
            let (at, by_vectors) = vector_features(index, semantic, &similarities, entry);
            let cosine = nearest(index, entry, &scores.phrasings).1;
            let features = Features {
                ridge: ridge.into(),
                background: found.background.into(),
                out_of_scope: found.out_of_scope.into(),
                characters: by_characters(index, &ngrams, nearest_phrasings).into(),
                nearest: by_vectors.nearest,
                centroid_similarity: by_vectors.centroid_similarity,
                answer: by_vectors.answer,
                judged: semantic.judged(&similarities, at).into(),
                ..word_features(query, scores, entry, cosine)
            };
            RankedEntry::new(index, query, (entry, at), features, &score::SEMANTIC)
        });
    candidates.collect()
}

/// The score of every entry by the features that are cheap to compute.
fn rough_scores(
    index: &Index,
    score: &WeightedSum,
    features: impl Fn(usize) -> Features,
) -> Vec<f32> {
    let entries = 0..index.phrasings.entries();
    #[expect(clippy::cast_possible_truncation, reason = "a score is a small number")]
    let score = |entry| score.total(&features(entry)) as f32;
    entries.map(score).collect()
}

/// The features that come from words.
fn word_features(query: &Query, scores: &LexicalScores, entry: usize, phrasing: f32) -> Features {
    let content = query.words.iter();
    let content = content.filter(|w| w.class == WordClass::Content).count();
    let content = u32::try_from(content).unwrap_or(u32::MAX);
    Features {
        words: scores.entries[entry].into(),
        phrasing: phrasing.into(),
        out_of_scope: scores.out_of_scope.into(),
        length: f64::from(content).ln_1p(),
        ..Features::default()
    }
}

/// The features of an entry that come from vectors, without those of a shortlist, and its nearest
/// phrasing.
fn vector_features(
    index: &Index,
    semantic: &SemanticIndex,
    similarities: &Similarities,
    entry: usize,
) -> (usize, Features) {
    let (at, cosine) = nearest(index, entry, &similarities.phrasings);
    let phrasings = index.phrasings.phrasings_of(entry);
    let centroid_similarity = semantic.centroid_similarity(similarities, entry, phrasings);
    let features = Features {
        nearest: cosine.into(),
        centroid_similarity: centroid_similarity.into(),
        answer: similarities.answers[entry].into(),
        ..Features::default()
    };
    (at, features)
}

/// The greatest cosine of the query with one of these phrasings by character n-grams.
fn by_characters(
    index: &Index,
    query: &QueryNgrams,
    phrasings: impl IntoIterator<Item = usize>,
) -> f32 {
    let cosines = phrasings
        .into_iter()
        .map(|phrasing| index.ngrams.cosine(query, phrasing));
    cosines.fold(0.0, f32::max)
}

/// The phrasing of an entry with the greatest of `values`, one per phrasing, and that value.
fn nearest(index: &Index, entry: usize, values: &[f32]) -> (usize, f32) {
    let phrasings = index.phrasings.phrasings_of(entry);
    let mut phrasings = phrasings.map(|phrasing| (phrasing, values[phrasing]));
    let first = phrasings.next().unwrap_or((0, 0.0));
    phrasings.fold(
        first,
        |best, next| if next.1 > best.1 { next } else { best },
    )
}

/// Fills in the margins and confidences of candidates in order of their scores. None is more probable
/// than one before it.
fn judge(candidates: &mut [RankedEntry], calibration: &Calibration) {
    let score = |c: Option<&RankedEntry>| c.map_or(0.0, |c| c.features.score);
    let (first, second) = (score(candidates.first()), score(candidates.get(1)));
    let mut most = 1.0;
    for (at, candidate) in candidates.iter_mut().enumerate() {
        let rival = if at == 0 { second } else { first };
        candidate.features.margin = candidate.features.score - rival;
        most = calibration.probability(&candidate.features).min(most);
        candidate.confidence = most;
    }
}

/// Puts the exact match before the other candidates, and lowers their confidence to what it leaves.
fn put_first(
    candidates: &mut Vec<RankedEntry>,
    entry: usize,
    phrasing: usize,
    objection: Option<Objection>,
) {
    let found = candidates
        .iter()
        .position(|c| c.entry == entry)
        .map(|at| candidates.remove(at));
    let features = found.map_or_else(Features::default, |c| c.features);
    for other in &mut *candidates {
        other.confidence = other.confidence.min(1.0 - EXACT_MATCH);
    }
    let exact = RankedEntry {
        entry,
        phrasing,
        features,
        objection,
        confidence: EXACT_MATCH,
    };
    candidates.insert(0, exact);
    candidates.truncate(MAX_MATCHES);
}
