use std::path::Path;

use rten_text::tokenizer::EncodeOptions;

use crate::Result;

/// Longer sentences are cut, as the reference implementation does.
const MAX_TOKENS: usize = 128;

/// The tokenizer of the published model.
pub struct Tokenizer(rten_text::Tokenizer);

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokenizer")
    }
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// The file is missing, malformed or not supported.
    pub fn read(file: &Path) -> Result<Self> {
        Ok(Self(rten_text::Tokenizer::from_file(file)?))
    }

    /// The tokens of a text, `[CLS]` and `[SEP]` included, in the integer type that a runtime takes.
    ///
    /// # Errors
    /// The text holds something that the tokenizer cannot encode.
    pub fn tokens<T: From<u32>>(&self, text: &str) -> Result<Vec<T>> {
        let options = EncodeOptions {
            max_chunk_len: Some(MAX_TOKENS),
            ..EncodeOptions::default()
        };
        let ids = self.0.encode(text, Some(options))?.into_token_ids();
        Ok(ids.into_iter().map(T::from).collect())
    }
}

/// The unit vector of a sentence: the mean of its tokens' vectors, scaled to length 1.
#[must_use]
pub fn pool(hidden: &[f32], tokens: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f32; hidden.len() / tokens.max(1)];
    for row in hidden.chunks_exact(sum.len()) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    for x in &mut sum {
        *x /= length;
    }
    sum
}
