use std::path::PathBuf;

/// Why a model can't be used.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file of the model's directory can't be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A description is malformed, or describes a model that isn't supported.
    #[error("{}: {problem}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// The problem, in words.
        problem: String,
    },
    /// The model file is malformed, or its tensors don't match the description.
    #[error("{}: {problem}", file.display())]
    Model {
        /// The file.
        file: PathBuf,
        /// The problem, in words.
        problem: String,
    },
    /// The vocabulary is malformed, or its size is not the model's.
    #[error("{}: {problem}", file.display())]
    Vocabulary {
        /// The file.
        file: PathBuf,
        /// The problem, in words.
        problem: String,
    },
}
