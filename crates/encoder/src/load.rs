//! Builds [`Weights`] from a model file, which may have either of two forms.
//!
//! The packed form is ours (`models/make.py` writes it): it holds weights as the kernels read them, so nothing is
//! converted or copied. The published form is that of BERT models, in 16- or 32-bit floats: weights are quantised to 8
//! bits on loading, with a scale per output.

use bytes::Bytes;
use safetensors::Dtype;

use crate::{
    config::Config,
    error::EncoderError,
    kernels::{LayerNorm, Linear, pack},
    model_file::ModelFile,
    weights::{LayerWeights, Weights, WordEmbeddings},
};

/// Loads a model's weights.
///
/// # Errors
/// Names the tensor that is missing or does not have the shape that the configuration implies.
pub fn load_weights(config: &Config, file: &ModelFile) -> Result<Weights, EncoderError> {
    if file.contains("embeddings.words.head") {
        return Packed(file).weights(config);
    }
    let prefix = if file.contains("bert.embeddings.word_embeddings.weight") {
        "bert."
    } else {
        ""
    };
    Published { file, prefix }.weights(config)
}

/// One of the two forms; the provided methods are the same for both.
trait Form {
    fn embeddings(&self, config: &Config) -> Result<WordEmbeddings, EncoderError>;
    fn positions(&self, config: &Config) -> Result<Vec<f32>, EncoderError>;
    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError>;
    /// The layer `name`, which fuses the published layers `parts` of `outputs` outputs each.
    fn linear(
        &self,
        name: &str,
        parts: &[&str],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, EncoderError>;

    fn layer_norm(&self, config: &Config, name: &str) -> Result<LayerNorm, EncoderError> {
        Ok(LayerNorm {
            weight: self.floats(&format!("{name}.weight"), &[config.width])?,
            bias: self.floats(&format!("{name}.bias"), &[config.width])?,
            epsilon: config.epsilon,
        })
    }

    fn layer(&self, config: &Config, index: usize) -> Result<LayerWeights, EncoderError> {
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let single = |part: &str, inputs, outputs| {
            let name = name(part);
            self.linear(&name, &[&name], inputs, outputs)
        };
        let Config {
            width, inner_width, ..
        } = *config;
        let qkv = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
        Ok(LayerWeights {
            qkv: self.linear(
                &name("attention.qkv"),
                &qkv.each_ref().map(String::as_str),
                width,
                width,
            )?,
            attention_output: single("attention.output.dense", width, width)?,
            attention_norm: self.layer_norm(config, &name("attention.output.LayerNorm"))?,
            up: single("intermediate.dense", width, inner_width)?,
            down: single("output.dense", inner_width, width)?,
            output_norm: self.layer_norm(config, &name("output.LayerNorm"))?,
        })
    }

    fn weights(&self, config: &Config) -> Result<Weights, EncoderError> {
        Ok(Weights {
            embeddings: self.embeddings(config)?,
            positions: self.positions(config)?,
            embedding_norm: self.layer_norm(config, "embeddings.LayerNorm")?,
            layers: (0..config.layers)
                .map(|index| self.layer(config, index))
                .collect::<Result<_, _>>()?,
        })
    }
}

struct Packed<'a>(&'a ModelFile);

impl Form for Packed<'_> {
    fn embeddings(&self, config: &Config) -> Result<WordEmbeddings, EncoderError> {
        let Config {
            width,
            vocabulary_size,
            ..
        } = *config;
        let head = self.0.rows("embeddings.words.head", width)?;
        let Some(tail) = vocabulary_size.checked_sub(head) else {
            return Err(self.0.error(format!(
                "vectors of {head} pieces, but config.json says {vocabulary_size}"
            )));
        };
        let bytes = |name: &str, dtype, shape: &[usize]| {
            self.0
                .bytes(&format!("embeddings.words.{name}"), dtype, shape)
        };
        let floats = |name: &str, len| self.0.floats(&format!("embeddings.words.{name}"), &[len]);
        let levels = floats("tail_levels", 16)?;
        Ok(WordEmbeddings {
            width,
            head: bytes("head", Dtype::I8, &[head, width])?,
            head_scales: floats("head_scale", head)?,
            tail: bytes("tail", Dtype::U8, &[tail, width / 2])?,
            tail_scales: floats("tail_scale", tail)?,
            tail_levels: std::array::from_fn(|level| levels[level]),
        })
    }

    fn positions(&self, config: &Config) -> Result<Vec<f32>, EncoderError> {
        self.0
            .floats("embeddings.positions", &[config.max_tokens, config.width])
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        self.0.floats(name, shape)
    }

    fn linear(
        &self,
        name: &str,
        parts: &[&str],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, EncoderError> {
        let outputs = outputs * parts.len();
        let weight = self.0.bytes(
            &format!("{name}.packed"),
            Dtype::I8,
            &[outputs / 16, inputs / 2, 16, 2],
        )?;
        let scales = self.0.floats(&format!("{name}.scale"), &[outputs])?;
        let bias = self.0.floats(&format!("{name}.bias"), &[outputs])?;
        Linear::new(inputs, weight, scales, bias).ok_or_else(|| odd_shape(self.0, name))
    }
}

struct Published<'a> {
    file: &'a ModelFile,
    /// Stands before every tensor's name.
    prefix: &'a str,
}

impl Form for Published<'_> {
    fn embeddings(&self, config: &Config) -> Result<WordEmbeddings, EncoderError> {
        let Config {
            width,
            vocabulary_size,
            ..
        } = *config;
        let words = self.floats(
            "embeddings.word_embeddings.weight",
            &[vocabulary_size, width],
        )?;
        let (head, head_scales) = quantise_rows(&words, width);
        let head: Vec<u8> = head.into_iter().map(i8::cast_unsigned).collect();
        Ok(WordEmbeddings {
            width,
            head: Bytes::from(head),
            head_scales,
            tail: Bytes::new(),
            tail_scales: Vec::new(),
            tail_levels: [0.0; 16],
        })
    }

    fn positions(&self, config: &Config) -> Result<Vec<f32>, EncoderError> {
        let Config {
            width, max_tokens, ..
        } = *config;
        let matrix = |part: &str| {
            let name = format!("embeddings.{part}.weight");
            let rows = self.file.rows(&format!("{}{name}", self.prefix), width)?;
            self.floats(&name, &[rows, width])
        };
        let mut positions = matrix("position_embeddings")?;
        let types = matrix("token_type_embeddings")?;
        if positions.len() < max_tokens * width || types.len() < width {
            return Err(self.file.error(format!(
                "fewer than {max_tokens} positions, or no token type"
            )));
        }
        positions.truncate(max_tokens * width);
        for row in positions.chunks_exact_mut(width) {
            row.iter_mut().zip(&types).for_each(|(x, kind)| *x += kind);
        }
        Ok(positions)
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        self.file.floats(&format!("{}{name}", self.prefix), shape)
    }

    fn linear(
        &self,
        name: &str,
        parts: &[&str],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, EncoderError> {
        let (mut weight, mut bias) = (Vec::new(), Vec::new());
        for part in parts {
            weight.extend(self.floats(&format!("{part}.weight"), &[outputs, inputs])?);
            bias.extend(self.floats(&format!("{part}.bias"), &[outputs])?);
        }
        let (weight, scales) = quantise_rows(&weight, inputs);
        let weight = Bytes::from(pack(&weight, inputs));
        Linear::new(inputs, weight, scales, bias).ok_or_else(|| odd_shape(self.file, name))
    }
}

fn odd_shape(file: &ModelFile, name: &str) -> EncoderError {
    file.error(format!(
        "layer {name} has a width that is no multiple of 16"
    ))
}

/// Rounds symmetrically to 8 bits, with a scale per row.
fn quantise_rows(matrix: &[f32], width: usize) -> (Vec<i8>, Vec<f32>) {
    let mut whole = Vec::with_capacity(matrix.len());
    let mut scales = Vec::with_capacity(matrix.len() / width);
    for row in matrix.chunks_exact(width) {
        let peak = row.iter().fold(1e-30_f32, |peak, x| peak.max(x.abs()));
        #[allow(
            clippy::cast_possible_truncation,
            reason = "at most 127 by construction"
        )]
        whole.extend(row.iter().map(|x| (x * (127.0 / peak)).round() as i8));
        scales.push(peak / 127.0);
    }
    (whole, scales)
}
