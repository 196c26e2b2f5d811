//! Model files: whatever their bytes, loading one ends in an error or in an encoder that works.

#![no_main]

use citebot_encoder::Encoder;
use libfuzzer_sys::fuzz_target;
use std::fs;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A model of one layer, so that the fuzzer has little to get right.
const CONFIG: &str = r#"{"model_type": "bert", "hidden_act": "gelu", "hidden_size": 16, "intermediate_size": 16,
    "num_attention_heads": 1, "num_hidden_layers": 1, "layer_norm_eps": 1e-12, "vocab_size": 6,
    "max_position_embeddings": 4}"#;
const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nopen\nsource\n";

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("config.json"), CONFIG).expect("a file");
    fs::write(folder.path().join("vocab.txt"), VOCABULARY).expect("a file");
    folder
});

fuzz_target!(|model: &[u8]| {
    let folder = FOLDER.path();
    fs::write(folder.join("model.safetensors"), model).expect("a file");
    match Encoder::load(folder) {
        Ok(encoder) => assert_eq!(encoder.encode("open source AI").len(), encoder.dims()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
