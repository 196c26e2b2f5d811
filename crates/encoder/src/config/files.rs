//! The JSON files of a model's directory, as they stand.

use std::path::Path;

use serde::{Deserialize, de::DeserializeOwned};

use crate::error::EncoderError;

/// How the tokens' vectors become the sentence's.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The first token's.
    Cls,
}

/// `config.json`, as published with BERT models, with an optional part of our own.
#[derive(Deserialize)]
pub struct ModelConfig {
    pub model_type: String,
    pub hidden_act: String,
    pub hidden_size: usize,
    pub intermediate_size: usize,
    pub num_attention_heads: usize,
    pub num_hidden_layers: usize,
    pub layer_norm_eps: f32,
    pub vocab_size: usize,
    pub position_embedding_type: Option<String>,
    pub max_position_embeddings: Option<usize>,
    pub citebot: Option<CitebotConfig>,
}

/// The part of `config.json` that `models/make.py` adds.
#[derive(Deserialize)]
pub struct CitebotConfig {
    pub pooling: Pooling,
    pub max_tokens: usize,
    pub sha256: Checksums,
}

#[derive(Deserialize)]
pub struct Checksums {
    #[serde(rename = "model.safetensors")]
    pub model: String,
}

/// `1_Pooling/config.json` of sentence-transformers.
#[derive(Deserialize)]
pub struct PoolingConfig {
    #[serde(default)]
    pub pooling_mode_cls_token: bool,
    #[serde(default)]
    pub pooling_mode_mean_tokens: bool,
}

/// `sentence_bert_config.json` of sentence-transformers.
#[derive(Deserialize)]
pub struct SentenceConfig {
    pub max_seq_length: Option<usize>,
}

/// `tokenizer_config.json`.
#[derive(Deserialize)]
pub struct TokenizerConfig {
    pub do_lower_case: Option<bool>,
}

/// An element of `modules.json` of sentence-transformers.
#[derive(Deserialize)]
pub struct Module {
    #[serde(rename = "type")]
    pub kind: String,
}

pub fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, EncoderError> {
    serde_json::from_str(text).map_err(|error| EncoderError::Config {
        file: file.to_owned(),
        problem: error.to_string(),
    })
}

/// Reads a file that may be missing.
pub fn read_optional<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, EncoderError> {
    match std::fs::read_to_string(file) {
        Ok(text) => parse(file, &text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(EncoderError::Read {
            file: file.to_owned(),
            source,
        }),
    }
}
