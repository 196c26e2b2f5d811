//! What a model's directory says about it besides the weights.

use std::path::Path;

use serde::{Deserialize, de::DeserializeOwned};

use super::EncoderError;

/// A sentence is cut after this many tokens, as the reference implementation does.
const MOST_TOKENS: usize = 128;

/// How the tokens' vectors become the sentence's.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The first token's.
    Cls,
}

/// Dimensions and conventions of a model, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Width of a token's vector, a multiple of 16.
    pub width: usize,
    /// Width within the feed-forward part, a multiple of 16.
    pub inner: usize,
    /// Attention heads; each is a multiple of 16 wide.
    pub heads: usize,
    /// Layers, at least one.
    pub layers: usize,
    /// Layer normalisation's epsilon.
    pub epsilon: f32,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// The most tokens of one sentence, both marks included.
    pub tokens: usize,
    /// How the sentence's vector is made.
    pub pooling: Pooling,
    /// Whether letters lose case and accents.
    pub lowercase: bool,
    /// SHA-256 that the model file must have, in hexadecimal, where the directory says so.
    pub sha256: Option<String>,
}

/// `config.json`, as published with BERT models, and our own part of it.
#[derive(Deserialize)]
struct Published {
    model_type: String,
    hidden_act: String,
    hidden_size: usize,
    intermediate_size: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    layer_norm_eps: f32,
    vocab_size: usize,
    position_embedding_type: Option<String>,
    max_position_embeddings: Option<usize>,
    citebot: Option<Ours>,
}

#[derive(Deserialize)]
struct Ours {
    pooling: Pooling,
    max_tokens: usize,
    sha256: Sums,
}

#[derive(Deserialize)]
struct Sums {
    #[serde(rename = "model.safetensors")]
    model: String,
}

/// `1_Pooling/config.json` of sentence-transformers.
#[derive(Deserialize)]
struct PoolingFile {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
}

/// `sentence_bert_config.json`.
#[derive(Deserialize)]
struct SentenceFile {
    max_seq_length: Option<usize>,
}

/// `tokenizer_config.json`.
#[derive(Deserialize)]
struct TokenizerFile {
    do_lower_case: Option<bool>,
}

/// A line of `modules.json`.
#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
}

impl Config {
    /// Reads `config.json` from its text; `file` only names the place.
    pub fn parse(file: &Path, text: &str) -> Result<Self, EncoderError> {
        let published: Published = json(file, text)?;
        let problem = |problem: String| {
            Err(EncoderError::Config {
                file: file.to_owned(),
                problem,
            })
        };
        let Published {
            hidden_size: width,
            intermediate_size: inner,
            num_attention_heads: heads,
            ..
        } = published;
        if published.model_type != "bert" {
            return problem(format!(
                "the model is a {:?}, only \"bert\" can be run",
                published.model_type
            ));
        }
        if published.hidden_act != "gelu" {
            return problem(format!(
                "hidden_act is {:?}, only \"gelu\" can be run",
                published.hidden_act
            ));
        }
        if published
            .position_embedding_type
            .as_deref()
            .is_some_and(|kind| kind != "absolute")
        {
            return problem("position_embedding_type must be \"absolute\"".into());
        }
        for (name, value) in [("hidden_size", width), ("intermediate_size", inner)] {
            if value == 0 || value > 8192 || !value.is_multiple_of(16) {
                return problem(format!(
                    "{name} is {value}, it must be a multiple of 16 up to 8,192"
                ));
            }
        }
        if heads == 0 || !width.is_multiple_of(heads) || !(width / heads).is_multiple_of(16) {
            return problem(format!(
                "{width} dimensions can't be shared by {heads} heads in multiples of 16"
            ));
        }
        if !(1..=48).contains(&published.num_hidden_layers) {
            return problem(format!(
                "num_hidden_layers is {}, expected 1 to 48",
                published.num_hidden_layers
            ));
        }
        if !(published.layer_norm_eps >= 0.0 && published.layer_norm_eps < 1.0) {
            return problem("layer_norm_eps must lie between 0 and 1".into());
        }
        let tokens = published.citebot.as_ref().map(|ours| ours.max_tokens);
        let tokens = tokens
            .or(published.max_position_embeddings)
            .unwrap_or(MOST_TOKENS)
            .min(MOST_TOKENS);
        if tokens < 3 {
            return problem("a sentence must be allowed at least three tokens".into());
        }
        Ok(Self {
            width,
            inner,
            heads,
            layers: published.num_hidden_layers,
            epsilon: published.layer_norm_eps,
            vocabulary: published.vocab_size,
            tokens,
            pooling: published
                .citebot
                .as_ref()
                .map_or(Pooling::Mean, |ours| ours.pooling),
            lowercase: true,
            sha256: published.citebot.map(|ours| ours.sha256.model),
        })
    }

    /// Reads `config.json` and, where they stand beside it, the files of sentence-transformers that change what it means.
    pub fn read(directory: &Path) -> Result<Self, EncoderError> {
        let file = directory.join("config.json");
        let text = std::fs::read_to_string(&file).map_err(|source| EncoderError::Read {
            file: file.clone(),
            source,
        })?;
        let mut config = Self::parse(&file, &text)?;
        let path = directory.join("1_Pooling/config.json");
        if let Some(pooling) = optional::<PoolingFile>(&path)? {
            config.pooling = match (
                pooling.pooling_mode_mean_tokens,
                pooling.pooling_mode_cls_token,
            ) {
                (true, false) => Pooling::Mean,
                (false, true) => Pooling::Cls,
                _ => {
                    let problem = "only pooling by mean or by the first token is supported".into();
                    return Err(EncoderError::Config {
                        file: path,
                        problem,
                    });
                }
            };
        }
        let path = directory.join("modules.json");
        let known = ["Transformer", "Pooling", "Normalize"];
        for Module { kind } in optional::<Vec<Module>>(&path)?.unwrap_or_default() {
            if !known
                .iter()
                .any(|known| kind.rsplit('.').next() == Some(known))
            {
                let problem =
                    format!("the model has a part of type {kind}, which is not supported");
                return Err(EncoderError::Config {
                    file: path,
                    problem,
                });
            }
        }
        let sentence: Option<SentenceFile> =
            optional(&directory.join("sentence_bert_config.json"))?;
        if let Some(most) = sentence.and_then(|sentence| sentence.max_seq_length) {
            config.tokens = config.tokens.min(most.max(3));
        }
        let tokenizer: Option<TokenizerFile> = optional(&directory.join("tokenizer_config.json"))?;
        config.lowercase = tokenizer
            .and_then(|tokenizer| tokenizer.do_lower_case)
            .unwrap_or(true);
        Ok(config)
    }
}

fn json<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, EncoderError> {
    serde_json::from_str(text).map_err(|error| EncoderError::Config {
        file: file.to_owned(),
        problem: error.to_string(),
    })
}

/// A file that may be missing.
fn optional<T: DeserializeOwned>(file: &Path) -> Result<Option<T>, EncoderError> {
    match std::fs::read_to_string(file) {
        Ok(text) => json(file, &text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(EncoderError::Read {
            file: file.to_owned(),
            source,
        }),
    }
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
            (config.width, config.heads, config.tokens, config.pooling),
            (384, 12, 128, Pooling::Mean)
        );
    }

    #[test]
    fn says_what_cannot_be_run() {
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
            ("512", "2", "three tokens"),
            (r#""hidden_size":384,"#, "", "hidden_size"),
            ("{", "", "line 1"),
        ];
        for (good, bad, expected) in cases {
            let error = Config::parse(Path::new("config.json"), &GOOD.replacen(good, bad, 1))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(expected) && error.contains("config.json"),
                "{error:?}: nothing of {expected:?}"
            );
        }
    }
}
