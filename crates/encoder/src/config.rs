//! A model's dimensions and conventions, from the JSON files in its directory.

mod files;

use std::path::Path;

pub use files::Pooling;
use files::{ModelConfig, Module, PoolingConfig, SentenceConfig, TokenizerConfig, read_optional};

use crate::error::EncoderError;

/// Longer sentences are cut, as the reference implementation does.
const MAX_TOKENS: usize = 128;

/// Room for both special tokens and one piece between them.
const MIN_TOKENS: usize = 3;

/// Dimensions and conventions of a model, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Width of a token's vector, a multiple of 16.
    pub width: usize,
    /// Width within the feed-forward part, a multiple of 16.
    pub inner_width: usize,
    /// Attention heads; each is a multiple of 16 wide.
    pub heads: usize,
    /// At least one.
    pub layers: usize,
    /// Added to the variance in layer normalisation.
    pub epsilon: f32,
    pub vocabulary_size: usize,
    /// The most tokens of one sentence, both special ones included.
    pub max_tokens: usize,
    pub pooling: Pooling,
    /// Whether letters lose case and accents.
    pub lowercase: bool,
    /// The expected SHA-256 of the model file, in hexadecimal, where the directory names one.
    pub sha256: Option<String>,
}

impl Config {
    /// Reads `config.json` from its text. `file` only appears in errors.
    pub fn parse(file: &Path, text: &str) -> Result<Self, EncoderError> {
        Self::new(files::parse(file, text)?).map_err(|problem| EncoderError::Config {
            file: file.to_owned(),
            problem,
        })
    }

    fn new(config: ModelConfig) -> Result<Self, String> {
        let ModelConfig {
            hidden_size: width,
            intermediate_size: inner_width,
            num_attention_heads: heads,
            num_hidden_layers: layers,
            layer_norm_eps: epsilon,
            ..
        } = config;
        if config.model_type != "bert" {
            return Err(format!(
                "model_type is {:?}, only \"bert\" is supported",
                config.model_type
            ));
        }
        if config.hidden_act != "gelu" {
            return Err(format!(
                "hidden_act is {:?}, only \"gelu\" is supported",
                config.hidden_act
            ));
        }
        if let Some(kind) = config.position_embedding_type
            && kind != "absolute"
        {
            return Err(format!(
                "position_embedding_type is {kind:?}, only \"absolute\" is supported"
            ));
        }
        for (name, value) in [("hidden_size", width), ("intermediate_size", inner_width)] {
            if value == 0 || value > 8192 || !value.is_multiple_of(16) {
                return Err(format!(
                    "{name} is {value}, it must be a multiple of 16 up to 8,192"
                ));
            }
        }
        if heads == 0 || !width.is_multiple_of(heads) || !(width / heads).is_multiple_of(16) {
            return Err(format!(
                "{width} dimensions can't be split among {heads} heads in multiples of 16"
            ));
        }
        if !(1..=48).contains(&layers) {
            return Err(format!(
                "num_hidden_layers is {layers}, it must be from 1 to 48"
            ));
        }
        if !(0.0..1.0).contains(&epsilon) {
            return Err(format!(
                "layer_norm_eps is {epsilon}, it must be at least 0 and below 1"
            ));
        }
        let max_tokens = config.citebot.as_ref().map(|ours| ours.max_tokens);
        let max_tokens = max_tokens
            .or(config.max_position_embeddings)
            .unwrap_or(MAX_TOKENS)
            .min(MAX_TOKENS);
        if max_tokens < MIN_TOKENS {
            return Err(format!(
                "sentences have at most {max_tokens} tokens, at least {MIN_TOKENS} are needed"
            ));
        }
        Ok(Self {
            width,
            inner_width,
            heads,
            layers,
            epsilon,
            vocabulary_size: config.vocab_size,
            max_tokens,
            pooling: config
                .citebot
                .as_ref()
                .map_or(Pooling::Mean, |ours| ours.pooling),
            lowercase: true,
            sha256: config.citebot.map(|ours| ours.sha256.model),
        })
    }

    /// Reads `config.json` and those of sentence-transformers' other files that are there.
    pub fn read(directory: &Path) -> Result<Self, EncoderError> {
        let file = directory.join("config.json");
        let text = std::fs::read_to_string(&file).map_err(|source| EncoderError::Read {
            file: file.clone(),
            source,
        })?;
        let mut config = Self::parse(&file, &text)?;
        if let Some(pooling) = read_pooling(directory)? {
            config.pooling = pooling;
        }
        check_modules(directory)?;
        let sentence: Option<SentenceConfig> =
            read_optional(&directory.join("sentence_bert_config.json"))?;
        if let Some(max) = sentence.and_then(|sentence| sentence.max_seq_length) {
            config.max_tokens = config.max_tokens.min(max.max(MIN_TOKENS));
        }
        let tokenizer: Option<TokenizerConfig> =
            read_optional(&directory.join("tokenizer_config.json"))?;
        config.lowercase = tokenizer
            .and_then(|tokenizer| tokenizer.do_lower_case)
            .unwrap_or(true);
        Ok(config)
    }
}

fn read_pooling(directory: &Path) -> Result<Option<Pooling>, EncoderError> {
    let file = directory.join("1_Pooling/config.json");
    let Some(pooling) = read_optional::<PoolingConfig>(&file)? else {
        return Ok(None);
    };
    match (
        pooling.pooling_mode_mean_tokens,
        pooling.pooling_mode_cls_token,
    ) {
        (true, false) => Ok(Some(Pooling::Mean)),
        (false, true) => Ok(Some(Pooling::Cls)),
        _ => Err(EncoderError::Config {
            file,
            problem: "only pooling by mean or by the first token is supported".into(),
        }),
    }
}

/// Rejects models with parts beyond the ones that the encoder computes.
fn check_modules(directory: &Path) -> Result<(), EncoderError> {
    const SUPPORTED: [&str; 3] = ["Transformer", "Pooling", "Normalize"];
    let file = directory.join("modules.json");
    let modules: Vec<Module> = read_optional(&file)?.unwrap_or_default();
    for Module { kind } in modules {
        let name = kind.rsplit('.').next().unwrap_or_default();
        if !SUPPORTED.contains(&name) {
            return Err(EncoderError::Config {
                file,
                problem: format!("modules of type {kind} are not supported"),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"model_type":"bert","hidden_act":"gelu","hidden_size":384,"intermediate_size":1536,
        "num_attention_heads":12,"num_hidden_layers":6,"layer_norm_eps":1e-12,"vocab_size":30522,
        "max_position_embeddings":512}"#;

    #[test]
    fn reads_a_published_file() {
        let config = Config::parse(Path::new("config.json"), GOOD).unwrap();
        assert_eq!(
            (
                config.width,
                config.heads,
                config.max_tokens,
                config.pooling
            ),
            (384, 12, 128, Pooling::Mean)
        );
    }

    #[test]
    fn rejects_unsupported_models() {
        let cases = [
            (r#""bert""#, r#""llama""#, "llama"),
            (r#""gelu""#, r#""relu""#, "hidden_act"),
            ("384", "390", "multiple of 16"),
            ("1536", "0", "intermediate_size"),
            (
                r#""num_attention_heads":12"#,
                r#""num_attention_heads":0"#,
                "0 heads",
            ),
            (
                r#""num_attention_heads":12"#,
                r#""num_attention_heads":5"#,
                "5 heads",
            ),
            (
                r#""num_hidden_layers":6"#,
                r#""num_hidden_layers":0"#,
                "num_hidden_layers",
            ),
            ("1e-12", "-1", "layer_norm_eps"),
            ("512", "2", "at most 2 tokens"),
            (r#""hidden_size":384,"#, "", "hidden_size"),
            ("{", "", "line 1"),
        ];
        for (good, bad, expected) in cases {
            let error = Config::parse(Path::new("config.json"), &GOOD.replacen(good, bad, 1))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(expected) && error.contains("config.json"),
                "{error:?}: expected {expected:?}"
            );
        }
    }
}
