//! What a match is judged by.

use serde::Serialize;

/// What a match is judged by. Each value means the same in every FAQ, so that numbers fitted on some
/// hold for others. Serialised names are part of what `citebot eval --features` prints.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Features {
    /// The score that candidates are ranked by.
    pub score: f64,
    /// The score minus that of the next candidate. For candidates after the best, the score minus
    /// that of the best, which is negative.
    pub margin: f64,
    /// The share of the question's weight that the entry's words cover, `[0, 1]`.
    pub words: f64,
    /// Cosine of the question and the entry's nearest phrasing by weighted words, `[0, 1]`.
    #[serde(rename = "wording")]
    pub phrasing: f64,
    /// The same by character n-grams, `[0, 1]`.
    pub characters: f64,
    /// The logarithm of one more than the number of content words.
    pub length: f64,
    /// Cosine of the vectors of the question and the entry's nearest phrasing, `[-1, 1]`; 0 without
    /// vectors.
    pub nearest: f64,
    /// One minus the distance of the question's vector to the centroid of the entry's phrasings,
    /// `[-1, 1]`.
    #[serde(rename = "closeness")]
    pub centroid_similarity: f64,
    /// The entry's score in the kernel ridge regression over the shortlist, about `[0, 1]`.
    pub ridge: f64,
    /// Cosine with the nearest background sentence, `[-1, 1]`.
    #[serde(rename = "talk")]
    pub background: f64,
    /// Cosine with the nearest out-of-scope question, `[-1, 1]`: by vectors where there are any, by
    /// weighted words otherwise.
    pub out_of_scope: f64,
    /// Cosine with the entry's answer, `[-1, 1]`, times how well the FAQ's answers tell its entries
    /// apart, `[0, 1]`.
    pub answer: f64,
    /// What the FAQ's judge says of the question and the entry's nearest phrasing, in log odds, `[-6, 6]`;
    /// 0 without a judge or vectors.
    pub judged: f64,
    /// How many phrasings the entry has, with its question.
    pub phrasings: f64,
    /// 1 for a FAQ that lists out-of-scope questions, else 0.
    pub has_out_of_scope: f64,
    /// The share of the question's content words that are names which the entry does not have, `[0, 1]`.
    pub foreign_names: f64,
    /// 1 where the question has a version of a name that the entry does not have, else 0.
    pub other_version: f64,
    /// 1 where the question is about the opposite of what the entry is about, else 0.
    pub opposite: f64,
    /// The share of the question's content words that the entry does not have, `[0, 1]`.
    pub uncovered: f64,
    /// How far the question has the words of the nearest phrasings in another order, `[0, 1]`.
    pub reordered: f64,
    /// The share of the entry's phrasings that name the FAQ's subject, if the question does not,
    /// `[0, 1]`.
    pub off_subject: f64,
    /// How many aspects the question asks for that the entry does not, at most 2.
    pub other_aspects: f64,
}
