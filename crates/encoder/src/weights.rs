//! A model's weights, from our own file or from one as published.
//!
//! Ours holds them as the kernel reads them, so nothing is converted or copied. A published one (32- or 16-bit floats) is
//! rounded to 8 bits on loading, with a scale per output.

use super::{
    EncoderError,
    config::Config,
    model_file::{Bytes, Container, Kind},
    kernels::{Linear, Norm, pack},
};

/// Vectors of the vocabulary's pieces: the first in 8 bits a number, the others in 4.
#[derive(Debug)]
pub struct Words {
    width: usize,
    head: Bytes,
    head_scale: Vec<f32>,
    /// Two numbers a byte, the first in the low half.
    tail: Bytes,
    tail_scale: Vec<f32>,
    /// What the sixteen values in the tail stand for.
    levels: [f32; 16],
}

/// One transformer layer.
#[derive(Debug)]
pub struct Layer {
    /// Queries, keys and values, side by side.
    pub qkv: Linear,
    /// What follows attention.
    pub mixed: Linear,
    /// After attention.
    pub mixed_norm: Norm,
    /// Into the feed-forward part.
    pub up: Linear,
    /// Out of the feed-forward part.
    pub down: Linear,
    /// After the feed-forward part.
    pub down_norm: Norm,
}

/// All of a model.
#[derive(Debug)]
pub struct Weights {
    /// Of the vocabulary's pieces.
    pub words: Words,
    /// A row per position; the vector of token type 0 is added already.
    pub positions: Vec<f32>,
    /// Of the sum of the two.
    pub norm: Norm,
    /// From the first to the last.
    pub layers: Vec<Layer>,
}

impl Words {
    /// Adds the vector of a piece to `out`. An id beyond the vocabulary adds nothing.
    pub fn add(&self, id: u32, out: &mut [f32]) {
        let id = id as usize;
        if let Some(&scale) = self.head_scale.get(id) {
            let row = &self.head[id * self.width..][..self.width];
            for (out, &byte) in out.iter_mut().zip(row) {
                *out += f32::from(byte.cast_signed()) * scale;
            }
        } else if let Some(&scale) = self.tail_scale.get(id - self.head_scale.len()) {
            let row = &self.tail[(id - self.head_scale.len()) * self.width / 2..][..self.width / 2];
            for (out, &byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(row) {
                out[0] += self.levels[usize::from(byte & 15)] * scale;
                out[1] += self.levels[usize::from(byte >> 4)] * scale;
            }
        }
    }
}

impl Weights {
    /// Takes a model's tensors, whichever of the two forms it has.
    ///
    /// # Errors
    /// Names the tensor that is missing or has another shape than the configuration says.
    pub fn new(config: &Config, container: &Container) -> Result<Self, EncoderError> {
        if container.contains("embeddings.words.head") {
            Packed(container).weights(config)
        } else {
            let prefix = if container.contains("bert.embeddings.word_embeddings.weight") {
                "bert."
            } else {
                ""
            };
            Published { container, prefix }.weights(config)
        }
    }
}

/// What the two forms have in common.
trait Source {
    fn words(&self, config: &Config) -> Result<Words, EncoderError>;
    fn positions(&self, config: &Config) -> Result<Vec<f32>, EncoderError>;
    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError>;
    /// `parts` are the published names of what is fused under `name`; each has `outputs` outputs.
    fn linear(
        &self,
        name: &str,
        parts: &[&str],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, EncoderError>;

    fn norm(&self, config: &Config, name: &str) -> Result<Norm, EncoderError> {
        Ok(Norm {
            weight: self.floats(&format!("{name}.weight"), &[config.width])?,
            bias: self.floats(&format!("{name}.bias"), &[config.width])?,
            epsilon: config.epsilon,
        })
    }

    fn layer(&self, config: &Config, index: usize) -> Result<Layer, EncoderError> {
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let single = |part: &str, inputs, outputs| {
            let name = name(part);
            self.linear(&name, &[&name], inputs, outputs)
        };
        let Config { width, inner, .. } = *config;
        let qkv = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
        Ok(Layer {
            qkv: self.linear(
                &name("attention.qkv"),
                &qkv.each_ref().map(String::as_str),
                width,
                width,
            )?,
            mixed: single("attention.output.dense", width, width)?,
            mixed_norm: self.norm(config, &name("attention.output.LayerNorm"))?,
            up: single("intermediate.dense", width, inner)?,
            down: single("output.dense", inner, width)?,
            down_norm: self.norm(config, &name("output.LayerNorm"))?,
        })
    }

    fn weights(&self, config: &Config) -> Result<Weights, EncoderError> {
        Ok(Weights {
            words: self.words(config)?,
            positions: self.positions(config)?,
            norm: self.norm(config, "embeddings.LayerNorm")?,
            layers: (0..config.layers)
                .map(|index| self.layer(config, index))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Our own form.
struct Packed<'a>(&'a Container);

impl Source for Packed<'_> {
    fn words(&self, config: &Config) -> Result<Words, EncoderError> {
        let Config {
            width, vocabulary, ..
        } = *config;
        let head = self.0.rows("embeddings.words.head", width)?;
        let Some(tail) = vocabulary.checked_sub(head) else {
            return Err(self.0.error(format!(
                "vectors of {head} pieces, but config.json says {vocabulary}"
            )));
        };
        let levels = self.0.floats("embeddings.words.tail_levels", &[16])?;
        Ok(Words {
            width,
            head: self
                .0
                .bytes("embeddings.words.head", Kind::I8, &[head, width])?,
            head_scale: self.0.floats("embeddings.words.head_scale", &[head])?,
            tail: self
                .0
                .bytes("embeddings.words.tail", Kind::U8, &[tail, width / 2])?,
            tail_scale: self.0.floats("embeddings.words.tail_scale", &[tail])?,
            levels: std::array::from_fn(|level| levels[level]),
        })
    }

    fn positions(&self, config: &Config) -> Result<Vec<f32>, EncoderError> {
        self.0
            .floats("embeddings.positions", &[config.tokens, config.width])
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
            Kind::I8,
            &[outputs / 16, inputs / 2, 16, 2],
        )?;
        let scale = self.0.floats(&format!("{name}.scale"), &[outputs])?;
        let bias = self.0.floats(&format!("{name}.bias"), &[outputs])?;
        Linear::new(inputs, weight, scale, bias)
            .ok_or_else(|| self.0.error(format!("{name} has an odd shape")))
    }
}

/// As published: a tensor per part, in floats.
struct Published<'a> {
    container: &'a Container,
    prefix: &'a str,
}

impl Source for Published<'_> {
    fn words(&self, config: &Config) -> Result<Words, EncoderError> {
        let Config {
            width, vocabulary, ..
        } = *config;
        let words = self.floats("embeddings.word_embeddings.weight", &[vocabulary, width])?;
        let (head, head_scale) = round(&words, width);
        let head: Vec<u8> = head.into_iter().map(i8::cast_unsigned).collect();
        Ok(Words {
            width,
            head: Bytes::from(head),
            head_scale,
            tail: Bytes::from(Vec::new()),
            tail_scale: Vec::new(),
            levels: [0.0; 16],
        })
    }

    fn positions(&self, config: &Config) -> Result<Vec<f32>, EncoderError> {
        let Config { width, tokens, .. } = *config;
        let matrix = |part: &str| {
            let name = format!("embeddings.{part}.weight");
            let rows = self
                .container
                .rows(&format!("{}{name}", self.prefix), width)?;
            self.floats(&name, &[rows, width])
        };
        let (mut positions, types) = (
            matrix("position_embeddings")?,
            matrix("token_type_embeddings")?,
        );
        if positions.len() < tokens * width || types.len() < width {
            return Err(self
                .container
                .error(format!("fewer than {tokens} positions, or no token type")));
        }
        positions.truncate(tokens * width);
        for row in positions.chunks_exact_mut(width) {
            row.iter_mut().zip(&types).for_each(|(x, kind)| *x += kind);
        }
        Ok(positions)
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        self.container
            .floats(&format!("{}{name}", self.prefix), shape)
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
        let (weight, scale) = round(&weight, inputs);
        let weight = Bytes::from(pack(&weight, inputs));
        Linear::new(inputs, weight, scale, bias)
            .ok_or_else(|| self.container.error(format!("{name} has an odd shape")))
    }
}

/// Symmetric rounding to 8 bits with a scale per row.
fn round(matrix: &[f32], width: usize) -> (Vec<i8>, Vec<f32>) {
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
