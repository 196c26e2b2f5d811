//! The encoder: a model's tokenizer and weights together.

use std::{
    borrow::Cow,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{
    config::Config,
    error::EncoderError,
    forward::{Layers, Scratch, forward},
    load::load_weights,
    model_file::ModelFile,
    tokenizer::Tokenizer,
    weights::Weights,
};

/// Tokens of a batch: enough to use a layer's weights many times while they are near, few enough to stay in the cache.
const BATCH_TOKENS: usize = 96;

/// A sentence encoder, usable from any number of threads at once.
#[derive(Debug)]
pub struct Encoder {
    config: Config,
    tokenizer: Tokenizer,
    weights: Weights,
    fingerprint: String,
}

impl Encoder {
    /// Loads the model that is part of the program.
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
        // A test compares the checksum with the file, so that no start has to.
        let fingerprint = config.sha256.clone().unwrap_or_else(|| sha256(MODEL));
        Self::new(
            config,
            directory,
            Cow::Borrowed(VOCABULARY),
            Bytes::from_static(MODEL),
            fingerprint,
        )
    }

    /// Loads a model from a directory with `config.json`, `vocab.txt` and `model.safetensors`, either as `models/make.py`
    /// writes them or as sentence-transformers publishes a BERT model (with its settings for pooling, length and case).
    ///
    /// # Errors
    /// Names the file that is missing, unreadable, malformed or unsupported, and the problem with it.
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
        if let Some(expected) = &config.sha256
            && *expected != fingerprint
        {
            let problem = format!("its SHA-256 is {fingerprint}, but config.json says {expected}");
            return Err(EncoderError::Model { file, problem });
        }
        Self::new(
            config,
            directory,
            Cow::Owned(vocabulary),
            Bytes::from(model),
            fingerprint,
        )
    }

    fn new(
        config: Config,
        directory: &Path,
        vocabulary: Cow<'static, str>,
        model: Bytes,
        fingerprint: String,
    ) -> Result<Self, EncoderError> {
        let file = directory.join("vocab.txt");
        let tokenizer = Tokenizer::new(
            &file,
            vocabulary,
            config.vocabulary_size,
            config.max_tokens,
            config.lowercase,
        )?;
        let file = ModelFile::parse(directory.join("model.safetensors"), model)?;
        let weights = load_weights(&config, &file)?;
        Ok(Self {
            config,
            tokenizer,
            weights,
            fingerprint,
        })
    }

    fn forward(&self, sentences: &[&[u32]], layers: Layers, scratch: &mut Scratch) -> Vec<f32> {
        forward(&self.config, &self.weights, sentences, layers, scratch)
    }

    /// Length of a sentence's vector.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.config.width
    }

    /// SHA-256 of the model file, in hexadecimal. Vectors are comparable if their encoders' fingerprints are equal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The text's tokens, `[CLS]` and `[SEP]` included, cut to the model's limit.
    #[must_use]
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode(text)
    }

    /// The sentence's vector, of length 1. Uses no other thread.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<f32> {
        self.encode_with(text, Layers::Last)
    }

    /// As [`encode`](Self::encode), from other layers.
    #[must_use]
    pub fn encode_with(&self, text: &str, layers: Layers) -> Vec<f32> {
        let tokens = self.tokens(text);
        self.forward(&[&tokens], layers, &mut Scratch::default())
    }

    /// Vectors of many sentences, [`dims`](Self::dims) numbers each, in the order of `texts`, one after the other.
    ///
    /// Uses `threads` threads, or none but this one if they are fewer than two, and calls `progress`, on this
    /// thread, with the counts done and in all.
    pub fn encode_many<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        threads: usize,
        progress: impl FnMut(usize, usize),
    ) -> Vec<f32> {
        self.encode_many_with(texts, Layers::Last, threads, progress)
    }

    /// As [`encode_many`](Self::encode_many), from other layers.
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
        let mut out = vec![0.0; texts.len() * dims];
        let mut done = 0;
        let mut keep = |batch: &[usize], vectors: &[f32]| {
            for (&index, vector) in batch.iter().zip(vectors.chunks_exact(dims)) {
                out[index * dims..][..dims].copy_from_slice(vector);
            }
            done += batch.len();
            progress(done, texts.len());
        };
        let encode = |batch: &[usize], scratch: &mut Scratch| {
            let sentences: Vec<&[u32]> = batch.iter().map(|&index| &tokens[index][..]).collect();
            self.forward(&sentences, layers, scratch)
        };
        if threads < 2 || batches.len() < 2 {
            let mut scratch = Scratch::default();
            for batch in &batches {
                keep(batch, &encode(batch, &mut scratch));
            }
            return out;
        }
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..threads.min(batches.len()) {
                let (sender, next, batches, encode) = (sender.clone(), &next, &batches, &encode);
                scope.spawn(move || {
                    let mut scratch = Scratch::default();
                    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if sender.send((batch, encode(batch, &mut scratch))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (batch, vectors) in receiver {
                keep(batch, &vectors);
            }
        });
        out
    }
}

/// Groups the indices of sentences, the longest first, into batches of up to [`BATCH_TOKENS`] tokens.
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
    HEXLOWER.encode(&Sha256::digest(bytes))
}
