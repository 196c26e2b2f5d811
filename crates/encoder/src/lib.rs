//! Sentences as vectors: sentences that mean the same lie in the same direction.
//!
//! A BERT sentence encoder in plain Rust, made for all-MiniLM-L6-v2, which is part of the program
//! (`models/minilm`, see `models/README.md`). Weights stay in 8 bits; arithmetic is exact to what they can say.
//!
//! In reading order: `container` reads the model file, `config` what stands beside it, `weights` puts a
//! model together, `tokenizer` cuts text into its pieces, `forward` is the transformer, and `kernels` its
//! arithmetic.

mod config;
mod container;
mod forward;
mod kernels;
mod tokenizer;
mod weights;

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use config::Config;
use container::{Bytes, Container};
pub use forward::Layers;
use forward::{Room, forward};
pub use kernels::exp;
use sha2::{Digest, Sha256};
use tokenizer::Tokenizer;
use weights::Weights;

/// Tokens of a batch: enough to use a layer's weights many times while they are near, few enough to stay in the cache.
const BATCH_TOKENS: usize = 96;

/// Why a model can't be used.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file of the model's directory can't be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A description is malformed, or describes a model of another kind.
    #[error("{}: {problem}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The model file is malformed, or doesn't hold what its description says.
    #[error("{}: {problem}", file.display())]
    Model {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The vocabulary is malformed, or of another length than the model's.
    #[error("{}: {problem}", file.display())]
    Vocabulary {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// A sentence encoder, ready to use from any number of threads.
#[derive(Debug)]
pub struct Encoder {
    config: Config,
    tokenizer: Tokenizer,
    weights: Weights,
    fingerprint: String,
}

impl Encoder {
    /// The model that is part of the program.
    ///
    /// # Errors
    /// None, unless the files were damaged before the program was built.
    pub fn embedded() -> Result<Self, EncoderError> {
        const CONFIG: &str = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../models/minilm/config.json"
        ));
        const VOCABULARY: &str = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../models/minilm/vocab.txt"
        ));
        const MODEL: &[u8] = include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../models/minilm/model.safetensors"
        ));
        let directory = Path::new("models/minilm");
        let config = Config::parse(&directory.join("config.json"), CONFIG)?;
        // The sum in the description is the file's: a test compares them, so that no start has to.
        let fingerprint = config.sha256.clone().unwrap_or_else(|| sha256(MODEL));
        Self::new(
            config,
            directory,
            Cow::Borrowed(VOCABULARY),
            &Bytes::from(Cow::Borrowed(MODEL)),
            fingerprint,
        )
    }

    /// A model from a directory: `config.json`, `vocab.txt` and `model.safetensors`, either as `models/make.py` writes
    /// them or as sentence-transformers publishes a BERT model (its other small files are heeded too).
    ///
    /// # Errors
    /// Says which file is missing, unreadable, malformed or of another kind, and what is wrong with it.
    pub fn load(directory: &Path) -> Result<Self, EncoderError> {
        let config = Config::read(directory)?;
        let file = directory.join("vocab.txt");
        let vocabulary =
            std::fs::read_to_string(&file).map_err(|source| EncoderError::Read { file, source })?;
        let file = directory.join("model.safetensors");
        let model = std::fs::read(&file).map_err(|source| EncoderError::Read {
            file: file.clone(),
            source,
        })?;
        let fingerprint = sha256(&model);
        if config
            .sha256
            .as_ref()
            .is_some_and(|expected| *expected != fingerprint)
        {
            let problem =
                format!("its SHA-256 is {fingerprint}, which is not what config.json says");
            return Err(EncoderError::Model { file, problem });
        }
        Self::new(
            config,
            directory,
            Cow::Owned(vocabulary),
            &Bytes::from(model),
            fingerprint,
        )
    }

    fn new(
        config: Config,
        directory: &Path,
        vocabulary: Cow<'static, str>,
        model: &Bytes,
        fingerprint: String,
    ) -> Result<Self, EncoderError> {
        let file = directory.join("vocab.txt");
        let tokenizer = Tokenizer::new(
            &file,
            vocabulary,
            config.vocabulary,
            config.tokens,
            config.lowercase,
        )?;
        let container = Container::parse(directory.join("model.safetensors"), model)?;
        let weights = Weights::new(&config, &container)?;
        Ok(Self {
            config,
            tokenizer,
            weights,
            fingerprint,
        })
    }

    /// Length of a sentence's vector.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.config.width
    }

    /// SHA-256 of the model file, in hexadecimal: vectors with the same fingerprint may be compared.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Ids of the text's pieces, both marks included, cut to what the model takes.
    #[must_use]
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode(text)
    }

    /// The sentence's vector, of length 1. On this thread alone.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<f32> {
        self.encode_with(text, Layers::Last)
    }

    /// The same from other layers.
    #[must_use]
    pub fn encode_with(&self, text: &str, layers: Layers) -> Vec<f32> {
        let tokens = self.tokens(text);
        forward(
            &self.config,
            &self.weights,
            &[&tokens],
            layers,
            &mut Room::default(),
        )
    }

    /// Vectors of many sentences, [`dims`](Self::dims) numbers each, in the order of `texts`, one after the other.
    ///
    /// Uses `threads` threads (at least one). `progress` hears, on this thread, how many of how many are done.
    pub fn encode_many<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        threads: usize,
        progress: impl FnMut(usize, usize),
    ) -> Vec<f32> {
        self.encode_many_with(texts, Layers::Last, threads, progress)
    }

    /// The same from other layers.
    pub fn encode_many_with<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        layers: Layers,
        threads: usize,
        mut progress: impl FnMut(usize, usize),
    ) -> Vec<f32> {
        let dims = self.dims();
        let tokens: Vec<Vec<u32>> = texts
            .iter()
            .map(|text| self.tokens(text.as_ref()))
            .collect();
        let batches = batches(&tokens);
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::channel();
        let mut out = vec![0.0; texts.len() * dims];
        std::thread::scope(|scope| {
            for _ in 0..threads.clamp(1, batches.len().max(1)) {
                let (sender, next, tokens, batches) = (sender.clone(), &next, &tokens, &batches);
                scope.spawn(move || {
                    let mut room = Room::default();
                    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let sentences: Vec<&[u32]> =
                            batch.iter().map(|&index| &tokens[index][..]).collect();
                        let vectors =
                            forward(&self.config, &self.weights, &sentences, layers, &mut room);
                        if sender.send((batch, vectors)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut done = 0;
            for (batch, vectors) in receiver {
                for (&index, vector) in batch.iter().zip(vectors.chunks_exact(dims)) {
                    out[index * dims..][..dims].copy_from_slice(vector);
                }
                done += batch.len();
                progress(done, texts.len());
            }
        });
        out
    }
}

/// Indices of sentences, the longest first, in batches of about as many tokens.
fn batches(tokens: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..tokens.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(tokens[index].len()));
    let (mut batches, mut batch, mut size) = (Vec::new(), Vec::new(), 0);
    for index in order {
        if size + tokens[index].len() > BATCH_TOKENS && !batch.is_empty() {
            batches.push(std::mem::take(&mut batch));
            size = 0;
        }
        size += tokens[index].len();
        batch.push(index);
    }
    if !batch.is_empty() {
        batches.push(batch);
    }
    batches
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
