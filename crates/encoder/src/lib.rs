//! Turns sentences into vectors: sentences that mean the same point in the same direction.
//!
//! A BERT sentence encoder in plain Rust, made for all-MiniLM-L6-v2, which is part of the program
//! (`models/minilm`, see `models/README.md`). Weights stay in 8 bits, and the arithmetic adds no error that shows
//! beside theirs.
//!
//! In reading order: `model_file` reads the tensors, `config` the files beside them, `load` makes them into `weights`,
//! `tokenizer` splits text into pieces, `forward` is the transformer, `kernels` its arithmetic, and `encoder` joins
//! them.

mod config;
mod encoder;
mod error;
mod forward;
mod kernels;
mod load;
mod model_file;
mod tokenizer;
mod weights;

pub use encoder::Encoder;
pub use error::EncoderError;
pub use forward::Layers;
pub use kernels::exp;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
