//! A question → the entries that may answer it, ranked, each with a confidence.
//!
//! The inside may change (words, vectors, both); the face does not: [`Matcher::new`] indexes a
//! [`Knowledge`], [`Matcher::rank`] answers for one question.

mod alias;
mod background;
mod vector_cache;
mod calibration;
mod dictionary;
mod lexical;
mod semantic;
mod preprocess;
mod query;
mod repair;
mod score;
mod spread;
mod small_talk;
mod normalise;
mod vectors;
mod exact_match;
mod words;

#[cfg(test)]
mod tests;

pub use alias::Reading;
pub use vector_cache::{CacheError, VectorCache};
pub use calibration::Features;
pub use citebot_encoder::{Encoder, EncoderError, Layers};
pub use semantic::SentenceEncoder;
pub use repair::Repair;
pub use score::Part;

use crate::knowledge::Knowledge;
use calibration::Calibration;
use lexical::{Lexical, QuestionGrams, Scores};
use semantic::{Likeness, Meaning};
use preprocess::{Encoded, Memo, Prepared, Wording};
use query::{Read, Reader};
use score::Formula;
use std::sync::Arc;
use std::thread;
use vectors::greatest;
use exact_match::Wordings;
use words::Kind;

/// How many matches [`Matcher::rank`] gives at most.
pub const MOST_MATCHES: usize = 10;

/// How many entries are looked at closely.
const SHORTLIST: usize = 12;

/// The confidence in a question that is, word for word, one of the book's.
const SAME: f64 = 0.99;

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
    reader: Reader,
    lexical: Lexical,
    /// Tells a question that is one of the wordings.
    wordings: Wordings,
    meaning: Option<Meaning>,
    _kept: Kept,
    /// [`Features::size`].
    size: f64,
}

/// What an index made ready and does not need itself: the index after it takes it over.
#[derive(Debug)]
struct Kept {
    _answers: Vec<Arc<Encoded>>,
    _out_of_scope: Vec<Arc<Wording>>,
}

/// What was found for a question.
#[derive(Debug, Default)]
struct Found {
    /// Best first, at most [`MOST_MATCHES`].
    candidates: Vec<Candidate>,
    /// Whether vectors were compared.
    by_meaning: bool,
    /// Why words were enough.
    settled: Option<Settled>,
    /// Whether it is looked at where nobody put it to the bot.
    overheard: bool,
}

impl Found {
    /// Nothing is found, for this reason.
    fn nothing(reason: Settled) -> Self {
        Self {
            settled: Some(reason),
            ..Self::default()
        }
    }

    fn matches(&self) -> Vec<Match> {
        let matches = self.candidates.iter().map(|c| Match {
            entry: c.entry,
            confidence: c.confidence,
        });
        matches.collect()
    }
}

/// An entry that was looked at closely.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    entry: usize,
    /// Its nearest wording, counted over the whole book.
    wording: usize,
    features: Features,
    confidence: f64,
}

impl Candidate {
    /// Scores it by `formula`; how sure that makes is judged when all are known.
    fn new(entry: usize, wording: usize, features: Features, formula: &Formula) -> Self {
        Self {
            entry,
            wording,
            features: Features {
                score: formula.score(&features),
                ..features
            },
            confidence: 0.0,
        }
    }
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
    /// Whether sentence vectors were compared: not without an encoder, and not where words were
    /// enough.
    pub by_meaning: bool,
    /// Why words were enough.
    pub settled: Option<Settled>,
    /// Whether it is looked at where nobody put it to the bot: see [`Matcher::overhear`].
    pub overheard: bool,
    /// What was found, best first, as [`Matcher::rank`] gives it: the second is the runner-up.
    pub candidates: Vec<Explained>,
}

/// Why words were enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// There is nothing to go by: no word, only emoji, a greeting.
    Empty,
    /// It is a wording of the book, word for word or but for small words.
    Wording,
    /// It is ordinary talk.
    Talk,
}

/// One entry of a [`Why`].
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The entry's position in [`Knowledge::entries`].
    pub entry: usize,
    /// Its confidence.
    pub confidence: f64,
    /// Which of its wordings is nearest: 0 is the question, 1 the first phrasing.
    pub wording: usize,
    /// The words it shares with the question, and what each adds; the most telling first.
    pub shared: Vec<(String, f64)>,
    /// What the score is made of, the greatest first.
    pub parts: Vec<Part>,
    /// What the confidence is made of, in log odds; empty where the question is a wording of the
    /// book.
    pub evidence: Vec<Part>,
    /// Everything that was found.
    pub features: Features,
}

/// `question` without what makes no difference: two that are the same in plain text have the same
/// matches.
#[must_use]
pub fn plain(question: &str) -> String {
    normalise::plain(question)
}

impl Matcher {
    /// Indexes every wording of `knowledge`, to be found by words alone.
    #[must_use]
    pub fn new(knowledge: &Knowledge) -> Self {
        let prepared = Prepared::new(knowledge, &mut Memo::default(), 1);
        let lexical = prepared.lexical();
        Self::assemble(prepared, lexical, None)
    }

    /// Indexes every wording of `knowledge`, to be found by words and by meaning. Only wordings
    /// that `cache` lacks are encoded, on so many `threads`, and put there; a cache of another
    /// model is emptied. What else can be kept from one index to the next is kept there, too.
    /// `progress` hears how many of how many are encoded.
    #[must_use]
    pub fn with_meaning(
        knowledge: &Knowledge,
        encoder: Arc<dyn SentenceEncoder>,
        cache: &mut VectorCache,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        if cache.fingerprint() != encoder.fingerprint() {
            *cache = VectorCache::new(encoder.fingerprint());
        }
        let memo = cache.memo();
        if memo.talk.is_empty() {
            memo.talk = background::sentences(encoder.fingerprint());
        }
        let prepared = Prepared::new(knowledge, memo, threads);
        let (lexical, meaning) = thread::scope(|scope| {
            // Words and vectors know nothing of each other.
            let lexical = scope.spawn(|| prepared.lexical());
            let meaning = Meaning::new(&prepared, encoder, cache, threads, progress);
            let lexical = lexical
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (lexical, meaning)
        });
        Self::assemble(prepared, lexical, Some(meaning))
    }

    /// Every text of `knowledge` that [`with_meaning`](Self::with_meaning) encodes, each as it is
    /// encoded. Ordinary talk is none of it.
    #[must_use]
    pub fn encoded(knowledge: &Knowledge) -> Vec<String> {
        let prepared = Prepared::new(knowledge, &mut Memo::default(), 1);
        prepared
            .encoded()
            .map(|encoded| encoded.text.clone())
            .collect()
    }

    /// The vectors of the sentences of ordinary talk that everything is compared with: what the
    /// program brings along for the model that is part of it.
    #[must_use]
    pub fn background(encoder: &dyn SentenceEncoder, threads: usize) -> VectorCache {
        background::vectors(encoder, threads)
    }

    fn assemble(prepared: Prepared, lexical: Lexical, meaning: Option<Meaning>) -> Self {
        let Prepared {
            reader,
            wordings,
            answers,
            out_of_scope,
            ..
        } = prepared;
        let wordings = Wordings::new(&wordings);
        let size = calibration::size(lexical.wordings());
        Self {
            reader,
            lexical,
            wordings,
            meaning,
            _kept: Kept {
                _answers: answers,
                _out_of_scope: out_of_scope,
            },
            size,
        }
    }

    /// What [`rank`](Self::rank) puts first where `question` is a wording of the book's, in as many
    /// words; `None` where it is none. Nothing is ranked, which is nearly all of the work.
    #[must_use]
    pub fn same(&self, question: &str) -> Option<Match> {
        let wording = self.wording_of(&self.reader.read(question))?;
        Some(Match {
            entry: self.lexical.owner(wording),
            confidence: SAME,
        })
    }

    /// The wording that has these very words.
    fn wording_of(&self, read: &Read) -> Option<usize> {
        if read.words.is_empty() {
            return None;
        }
        self.wordings.find(&read.words)
    }

    /// The entries that may answer `question`, the most probable first, at most [`MOST_MATCHES`].
    /// Empty when it holds nothing to go by: no word, only emoji, a bare number, a link, a greeting.
    #[must_use]
    pub fn rank(&self, question: &str) -> Vec<Match> {
        self.find(&self.reader.read(question), false).matches()
    }

    /// The same for a message that nobody put to the bot. Empty also where its words alone tell that
    /// no entry would be sure enough: most of what is said in a channel costs microseconds.
    #[must_use]
    pub fn overhear(&self, message: &str) -> Vec<Match> {
        self.find(&self.reader.read(message), true).matches()
    }

    /// How `question` is read and what each part finds: what [`rank`](Self::rank) gives, explained.
    #[must_use]
    pub fn why(&self, question: &str) -> Why {
        let read = self.reader.read(question);
        let found = self.find(&read, false);
        let explained = found.candidates.iter().map(|candidate| Explained {
            entry: candidate.entry,
            confidence: candidate.confidence,
            wording: candidate.wording - self.lexical.of(candidate.entry).start,
            shared: {
                let shared = self.lexical.shared(&read.words, candidate.entry);
                shared
                    .into_iter()
                    .map(|(word, weight)| (word, weight.into()))
                    .collect()
            },
            parts: score::of(found.by_meaning).parts(&candidate.features),
            evidence: match found.settled {
                Some(_) => Vec::new(),
                None => calibration::of(found.by_meaning).evidence(&candidate.features),
            },
            features: candidate.features,
        });
        Why {
            candidates: explained.collect(),
            by_meaning: found.by_meaning,
            settled: found.settled,
            overheard: found.overheard,
            words: read.words.into_iter().map(|w| w.text).collect(),
            repairs: read.repairs,
            readings: read.readings,
        }
    }

    /// `overheard`: whether nobody put it to the bot.
    fn find(&self, read: &Read, overheard: bool) -> Found {
        if read.words.is_empty() || self.lexical.entries() == 0 {
            return Found::nothing(Settled::Empty);
        }
        let same = self.wording_of(read);
        let scores = self.lexical.score(&read.words);
        let most = |values: &[f32]| values.iter().copied().fold(0.0, f32::max);
        let small_talk =
            !self.reader.small_talk && small_talk::is_small(&read.words, most(&scores.wordings));
        if same.is_none() && small_talk {
            return Found::nothing(Settled::Talk);
        }
        let may_be_asked = same.is_some() || small_talk::may_be_asked(most(&scores.entries));
        if overheard && !may_be_asked {
            return Found::nothing(Settled::Talk);
        }
        let by_meaning = self.meaning.is_some() && same.is_none();
        let mut candidates = match &self.meaning {
            Some(meaning) if same.is_none() => {
                let likeness = meaning.likeness(&read.sentence);
                self.by_meaning(read, &scores, meaning, likeness)
            }
            _ => self.by_words(read, &scores),
        };
        candidates.sort_by(|a, b| {
            b.features
                .score
                .total_cmp(&a.features.score)
                .then(a.entry.cmp(&b.entry))
        });
        candidates.truncate(MOST_MATCHES);
        judge(&mut candidates, calibration::of(by_meaning));
        if let Some(wording) = same {
            put_first(&mut candidates, self.lexical.owner(wording), wording);
        }
        Found {
            candidates,
            by_meaning,
            settled: same.map(|_| Settled::Wording),
            overheard: may_be_asked,
        }
    }

    fn by_words(&self, read: &Read, scores: &Scores) -> Vec<Candidate> {
        let rough = self.scores(&score::WORDS, |entry| Features {
            words: scores.entries[entry].into(),
            wording: self.nearest(entry, &scores.wordings).1.into(),
            ..Features::default()
        });
        let grams = self.lexical.question_grams(&read.words);
        let shortlist = greatest(&rough, SHORTLIST * 2).into_iter();
        let candidates = shortlist.filter(|&entry| rough[entry] > 0.0).map(|entry| {
            let (at, wording) = self.nearest(entry, &scores.wordings);
            let features = Features {
                characters: self.characters(&grams, self.lexical.of(entry)).into(),
                ..features(read, scores, entry, wording)
            };
            Candidate::new(entry, at, features, &score::WORDS)
        });
        candidates.collect()
    }

    fn by_meaning(
        &self,
        read: &Read,
        scores: &Scores,
        meaning: &Meaning,
        mut likeness: Likeness,
    ) -> Vec<Candidate> {
        let of_vectors = |likeness: &Likeness, entry| {
            let (at, nearest) = self.nearest(entry, &likeness.wordings);
            let closeness = meaning.closeness(likeness, entry, self.lexical.of(entry));
            let features = Features {
                nearest: nearest.into(),
                closeness: closeness.into(),
                answer: likeness.answers[entry].into(),
                ..Features::default()
            };
            (at, features)
        };
        let rough = self.scores(&score::MEANING, |entry| {
            let (_, found) = of_vectors(&likeness, entry);
            Features {
                // What the ridge may come to.
                ridge: 0.5 * found.nearest,
                words: scores.entries[entry].into(),
                ..found
            }
        });
        let shortlist = greatest(&rough, SHORTLIST);
        let ranges: Vec<_> = shortlist.iter().map(|&e| self.lexical.of(e)).collect();
        let grams = self.lexical.question_grams(&read.words);
        let weighed = meaning.weigh(&mut likeness, &ranges, self.lexical.entries());
        let found = weighed.ridge.into_iter().zip(weighed.nearest);
        let candidates = shortlist
            .iter()
            .zip(found)
            .map(|(&entry, (ridge, nearest))| {
                let (at, found) = of_vectors(&likeness, entry);
                let wording = self.nearest(entry, &scores.wordings).1;
                let of_words = features(read, scores, entry, wording);
                let features = Features {
                    ridge: ridge.into(),
                    talk: weighed.talk.into(),
                    out_of_scope: weighed.out_of_scope.into(),
                    characters: self.characters(&grams, nearest).into(),
                    size: self.size,
                    nearest: found.nearest,
                    closeness: found.closeness,
                    answer: found.answer,
                    ..of_words
                };
                Candidate::new(entry, at, features, &score::MEANING)
            });
        candidates.collect()
    }

    /// The score of every entry by what is `known` of it so far.
    fn scores(&self, formula: &Formula, known: impl Fn(usize) -> Features) -> Vec<f32> {
        let entries = 0..self.lexical.entries();
        #[expect(clippy::cast_possible_truncation, reason = "a score is a small number")]
        let score = |entry| formula.score(&known(entry)) as f32;
        entries.map(score).collect()
    }

    /// How alike in characters the question and the likest of these wordings are.
    fn characters(
        &self,
        question: &QuestionGrams,
        wordings: impl IntoIterator<Item = usize>,
    ) -> f32 {
        let alike = wordings
            .into_iter()
            .map(|wording| self.lexical.characters(question, wording));
        alike.fold(0.0, f32::max)
    }

    /// The wording of an entry with the greatest of `values`, which stand a wording each, and that
    /// value.
    fn nearest(&self, entry: usize, values: &[f32]) -> (usize, f32) {
        let wordings = self.lexical.of(entry);
        let mut wordings = wordings.map(|wording| (wording, values[wording]));
        let first = wordings.next().unwrap_or((0, 0.0));
        wordings.fold(
            first,
            |best, next| if next.1 > best.1 { next } else { best },
        )
    }
}

/// The features that words give.
fn features(read: &Read, scores: &Scores, entry: usize, wording: f32) -> Features {
    let telling = read
        .words
        .iter()
        .filter(|w| w.kind == Kind::Content)
        .count();
    let telling = u32::try_from(telling).unwrap_or(u32::MAX);
    Features {
        words: scores.entries[entry].into(),
        wording: wording.into(),
        out_of_scope: scores.out_of_scope.into(),
        length: f64::from(telling).ln_1p(),
        ..Features::default()
    }
}

/// Fills in margins and confidences of candidates that stand in order of their score. An entry
/// is never more probable than one that ranks before it.
fn judge(candidates: &mut [Candidate], calibration: &Calibration) {
    let score = |c: Option<&Candidate>| c.map_or(0.0, |c| c.features.score);
    let (first, second) = (score(candidates.first()), score(candidates.get(1)));
    let mut most = 1.0;
    for (at, candidate) in candidates.iter_mut().enumerate() {
        let rival = if at == 0 { second } else { first };
        candidate.features.margin = candidate.features.score - rival;
        most = calibration.probability(&candidate.features).min(most);
        candidate.confidence = most;
    }
}

/// Puts the entry that has the question word for word before the others, and lowers these to what
/// is left.
fn put_first(candidates: &mut Vec<Candidate>, entry: usize, wording: usize) {
    let found = candidates
        .iter()
        .position(|c| c.entry == entry)
        .map(|at| candidates.remove(at));
    let features = found.map_or_else(Features::default, |c| c.features);
    for other in &mut *candidates {
        other.confidence = other.confidence.min(1.0 - SAME);
    }
    candidates.insert(
        0,
        Candidate {
            entry,
            wording,
            features,
            confidence: SAME,
        },
    );
    candidates.truncate(MOST_MATCHES);
}
