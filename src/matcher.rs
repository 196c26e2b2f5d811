//! A question → the entries that may answer it, ranked, each with a confidence.
//!
//! The inside may change (words, vectors, both); the face does not: [`Matcher::new`] indexes a
//! [`Knowledge`], [`Matcher::rank`] answers for one question.

mod alias;
mod calibration;
mod known;
mod lexical;
mod repair;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub use alias::Reading;
pub use calibration::Features;
pub use repair::Repair;

use crate::knowledge::Knowledge;
use alias::Aliases;
use lexical::{Lexical, Scores};
use repair::Repairer;
use words::{Kind, Word};

/// How many matches [`Matcher::rank`] gives at most.
pub const MOST_MATCHES: usize = 10;

/// How many entries are looked at closely.
const SHORTLIST: usize = 24;

/// The score of an entry is the sum of its parts, each times its weight.
const WORDS: f32 = 1.0;
const WORDING: f32 = 0.4;
const CHARACTERS: f32 = 0.5;

/// The scale on which a difference in score halves the confidence of what comes after the best.
const SPREAD: f64 = 0.15;

/// One entry that may answer a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The entry's position in [`Knowledge::entries`].
    pub entry: usize,
    /// How probable it is that this entry answers the question, in `[0, 1]`: among matches given
    /// with 0.9, nine in ten should be right.
    pub confidence: f64,
}

/// An index over one [`Knowledge`]: immutable, shared by every reader.
#[derive(Debug)]
pub struct Matcher {
    aliases: Aliases,
    repairer: Repairer,
    lexical: Lexical,
}

/// A question as it is compared.
#[derive(Debug, Default)]
struct Read {
    words: Vec<Word>,
    repairs: Vec<Repair>,
    readings: Vec<Reading>,
}

/// An entry looked at closely.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    entry: usize,
    wording: usize,
    score: f32,
    words: f32,
    wording_cosine: f32,
    characters: f32,
}

/// What [`Matcher::why`] tells: how a question was read, and what each part found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Why {
    /// The words that were compared, after repairs and aliases.
    pub words: Vec<String>,
    /// Words that were taken for mistyped.
    pub repairs: Vec<Repair>,
    /// Names that were read as another.
    pub readings: Vec<Reading>,
    /// What was found, best first, as [`Matcher::rank`] gives it.
    pub candidates: Vec<Explained>,
}

/// One entry of a [`Why`].
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The entry's position in [`Knowledge::entries`].
    pub entry: usize,
    /// Its confidence.
    pub confidence: f64,
    /// Its score: the sum that ranks.
    pub score: f64,
    /// Which of its wordings is nearest: 0 is the question, 1 the first phrasing.
    pub wording: usize,
    /// The words it shares with the question, and what each adds; the most telling first.
    pub shared: Vec<(String, f64)>,
    /// What the confidence is made of.
    pub features: Features,
}

impl Matcher {
    /// Indexes every wording of `knowledge`.
    #[must_use]
    pub fn new(knowledge: &Knowledge) -> Self {
        let split = |text: &str| words::split(&text::plain(text));
        let wordings: Vec<Vec<Vec<String>>> = knowledge
            .entries()
            .iter()
            .map(|entry| entry.wordings().map(split).collect())
            .collect();
        let names: Vec<String> = Aliases::vocabulary(knowledge).flat_map(split).collect();
        let repairer = Repairer::new(
            wordings
                .iter()
                .flatten()
                .flatten()
                .chain(&names)
                .map(String::as_str),
        );
        let aliases = Aliases::new(knowledge, |name| {
            split(name).iter().map(|w| Word::new(w)).collect()
        });
        let entries: Vec<Vec<Vec<Word>>> = wordings
            .iter()
            .map(|wordings| {
                let read = |words: &Vec<String>| {
                    let kept = &words[words::without_padding(words)];
                    aliases.apply(kept.iter().map(|w| Word::new(w)).collect(), &mut Vec::new())
                };
                wordings.iter().map(read).collect()
            })
            .collect();
        let lexical = Lexical::new(&entries, |stem| aliases.is_proper(stem));
        Self {
            aliases,
            repairer,
            lexical,
        }
    }

    /// The entries that may answer `question`, the most probable first, at most [`MOST_MATCHES`].
    /// Empty when it holds nothing to go by: no word, only emoji, a bare number, a link.
    #[must_use]
    pub fn rank(&self, question: &str) -> Vec<Match> {
        let read = self.read(question);
        let (candidates, scores) = self.candidates(&read);
        judge(&read, &candidates, &scores)
            .into_iter()
            .map(|(_, m)| m)
            .collect()
    }

    /// How `question` is read and what each part finds: what [`rank`](Self::rank) gives, explained.
    #[must_use]
    pub fn why(&self, question: &str) -> Why {
        let read = self.read(question);
        let (candidates, scores) = self.candidates(&read);
        let judged = judge(&read, &candidates, &scores);
        let explained = candidates
            .iter()
            .zip(judged)
            .map(|(candidate, (features, m))| Explained {
                entry: m.entry,
                confidence: m.confidence,
                score: candidate.score.into(),
                wording: candidate.wording - self.lexical.of(candidate.entry).start,
                shared: {
                    let shared = self.lexical.shared(&read.words, candidate.entry);
                    shared
                        .into_iter()
                        .map(|(word, weight)| (word, weight.into()))
                        .collect()
                },
                features,
            });
        Why {
            candidates: explained.collect(),
            words: read.words.into_iter().map(|w| w.text).collect(),
            repairs: read.repairs,
            readings: read.readings,
        }
    }

    fn read(&self, question: &str) -> Read {
        let mut read = Read::default();
        let typed = words::split(&text::plain(question));
        let mut kept = typed[words::without_padding(&typed)].to_vec();
        if !kept.iter().any(|word| is_telling(word)) {
            return read;
        }
        // Padding that the book itself never uses is small talk and no question.
        if words::is_padding(&kept) && !kept.iter().any(|word| self.repairer.has(word)) {
            return read;
        }
        for word in &mut kept {
            if let Some(meant) = self.repairer.repair(word) {
                read.repairs.push(Repair {
                    from: word.clone(),
                    to: meant.clone(),
                });
                *word = meant;
            }
        }
        let words = kept.iter().map(|word| Word::new(word)).collect();
        read.words = self.aliases.apply(words, &mut read.readings);
        read
    }

    /// The entries that share the most with the question, best first, at most [`MOST_MATCHES`].
    fn candidates(&self, read: &Read) -> (Vec<Candidate>, Scores) {
        if read.words.is_empty() {
            return (Vec::new(), Scores::default());
        }
        let scores = self.lexical.score(&read.words);
        let mut nearest = vec![(0_usize, 0.0_f32); scores.entries.len()];
        for (wording, &cosine) in scores.wordings.iter().enumerate() {
            let best = &mut nearest[self.lexical.owner(wording)];
            if cosine > best.1 {
                *best = (wording, cosine);
            }
        }
        let mut order: Vec<(usize, f32)> = scores
            .entries
            .iter()
            .zip(&nearest)
            .map(|(words, nearest)| WORDS * words + WORDING * nearest.1)
            .enumerate()
            .filter(|&(_, score)| score > 0.0)
            .collect();
        let by_score = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if order.len() > SHORTLIST {
            order.select_nth_unstable_by(SHORTLIST, by_score);
            order.truncate(SHORTLIST);
        }
        let grams = self.lexical.question_grams(&read.words);
        let mut candidates: Vec<Candidate> = order
            .into_iter()
            .map(|(entry, score)| {
                let compared = self
                    .lexical
                    .of(entry)
                    .map(|w| self.lexical.characters(&grams, w));
                let characters = compared.fold(0.0, f32::max);
                Candidate {
                    entry,
                    wording: nearest[entry].0,
                    score: score + CHARACTERS * characters,
                    words: scores.entries[entry],
                    wording_cosine: nearest[entry].1,
                    characters,
                }
            })
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
        candidates.truncate(MOST_MATCHES);
        (candidates, scores)
    }
}

/// Confidence for each candidate: the best by the calibration, the others by how far behind they
/// are, halved for every [`SPREAD`].
fn judge(read: &Read, candidates: &[Candidate], scores: &Scores) -> Vec<(Features, Match)> {
    let telling = read
        .words
        .iter()
        .filter(|w| w.kind == Kind::Content)
        .count();
    let telling = u32::try_from(telling).unwrap_or(u32::MAX);
    let Some(best) = candidates.first() else {
        return Vec::new();
    };
    let features = |at: usize, candidate: &Candidate| {
        let rival = if at == 0 {
            candidates.get(1)
        } else {
            Some(best)
        };
        Features {
            words: candidate.words.into(),
            wording: candidate.wording_cosine.into(),
            characters: candidate.characters.into(),
            margin: (candidate.score - rival.map_or(0.0, |r| r.score)).into(),
            unknown: scores.unknown.into(),
            length: f64::from(telling).ln_1p(),
        }
    };
    let first = calibration::probability(&features(0, best));
    let judged = candidates.iter().enumerate().map(|(at, candidate)| {
        let behind = f64::from(best.score - candidate.score);
        let confidence = first * (-behind / SPREAD).exp2();
        (
            features(at, candidate),
            Match {
                entry: candidate.entry,
                confidence,
            },
        )
    });
    judged.collect()
}

/// Whether a word gives anything to go by: two letters, or one that is a word by itself elsewhere
/// than in the Latin script.
fn is_telling(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters
        .next()
        .is_some_and(|first| !first.is_ascii() || letters.next().is_some())
}
