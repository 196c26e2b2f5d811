//! Messages that nobody put to the bot: most are done with after a look at their words, the others are
//! ranked together.

use super::Match;
use super::index::Index;
use super::query::Query;
use super::ranking::{Screening, rank, screen, vectors};
use std::collections::BTreeMap;

/// A message that its words do not rule out, to be ranked.
#[derive(Debug)]
pub struct Screened<'a> {
    index: &'a Index,
    query: Query,
    screening: Screening,
}

impl<'a> Screened<'a> {
    /// Reads no further than the words: `None` where these show that nothing would be said.
    pub(super) fn new(index: &'a Index, query: Query) -> Option<Self> {
        if !query.reads_as_question {
            return None;
        }
        let screening = screen(index, &query).ok()?;
        screening.worth_ranking_unprompted.then_some(Self {
            index,
            query,
            screening,
        })
    }

    /// The entries that may answer it, the most probable first.
    #[must_use]
    pub fn rank(self) -> Vec<Match> {
        self.rank_with(None)
    }

    /// Ranks several messages as [`rank`](Self::rank) does, each for its own index. They are encoded
    /// together, which takes less time than one after the other.
    #[must_use]
    pub fn rank_all(screened: Vec<Self>) -> Vec<Vec<Match>> {
        let mut vectors = Self::encode(&screened);
        let numbered = screened.into_iter().enumerate();
        numbered
            .map(|(at, one)| one.rank_with(vectors.remove(&at)))
            .collect()
    }

    fn rank_with(self, vector: Option<Vec<f32>>) -> Vec<Match> {
        rank(self.index, &self.query, &self.screening, vector).matches()
    }

    /// The vectors of those messages that need one, by their place.
    fn encode(screened: &[Self]) -> BTreeMap<usize, Vec<f32>> {
        // After a reload with another model, indexes of both may be in use.
        let mut by_model: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, one) in screened.iter().enumerate() {
            if let Some(semantic) = vectors(one.index, &one.screening) {
                let of_model = by_model.entry(semantic.encoder().fingerprint());
                of_model.or_default().push(at);
            }
        }
        let mut encoded = BTreeMap::new();
        for places in by_model.into_values() {
            let first = &screened[places[0]];
            let Some(semantic) = vectors(first.index, &first.screening) else {
                continue;
            };
            let texts = places.iter().map(|&at| screened[at].query.text.clone());
            let texts: Vec<String> = texts.collect();
            let encoder = semantic.encoder();
            let together = encoder.encode_many(&texts, 1, &mut |_, _| ());
            let together = together.chunks_exact(encoder.dims().max(1));
            encoded.extend(places.into_iter().zip(together.map(<[f32]>::to_vec)));
        }
        encoded
    }
}
