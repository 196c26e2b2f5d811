//! Tests of the whole encoder: against the reference implementation, with odd texts and with damaged files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{Encoder, config::Config, load::load_weights, model_file::ModelFile};

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models");

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `reference.safetensors` has the vectors that the reference implementation computes from the published model.
#[test]
fn agrees_with_the_reference() {
    let encoder = Encoder::embedded().unwrap();
    let text = fs::read_to_string(format!("{MODELS}/reference.txt")).unwrap();
    let sentences: Vec<&str> = text.lines().collect();
    assert_eq!(sentences.len(), 200);
    let file = PathBuf::from(format!("{MODELS}/minilm/reference.safetensors"));
    let reference = ModelFile::parse(file.clone(), fs::read(file).unwrap().into()).unwrap();
    let reference = reference.floats("vectors", &[200, encoder.dims()]).unwrap();
    let ours = encoder.encode_many(&sentences, 1, |_, _| {});
    let dims = encoder.dims();
    for ((sentence, ours), theirs) in sentences
        .iter()
        .zip(ours.chunks(dims))
        .zip(reference.chunks(dims))
    {
        let cosine = dot(ours, theirs);
        assert!(
            cosine >= 0.99,
            "{sentence:?}: cosine {cosine} to the reference"
        );
        assert!(
            (dot(ours, ours) - 1.0).abs() < 1e-5,
            "{sentence:?}: not of length 1"
        );
    }
}

#[test]
fn fingerprint_is_the_files_checksum() {
    let model = fs::read(format!("{MODELS}/minilm/model.safetensors")).unwrap();
    let sha256 = HEXLOWER.encode(&Sha256::digest(&model));
    assert_eq!(Encoder::embedded().unwrap().fingerprint(), sha256);
    let loaded = Encoder::load(Path::new(&format!("{MODELS}/minilm"))).unwrap();
    assert_eq!(loaded.fingerprint(), sha256);
}

#[test]
fn encodes_any_text() {
    let encoder = Encoder::embedded().unwrap();
    let texts = [
        String::new(),
        " \n\t ".into(),
        "🦙🦙🦙 👩‍👩‍👧‍👦".into(),
        "ما هو الذكاء الاصطناعي؟ \u{202e}abc\u{202c}".into(),
        "H\u{310}\u{353}e\u{334}\u{321}l\u{321}\u{34d}p\u{334}\u{320} m\u{335}e".into(),
        "什么是开源人工智能".into(),
        "\u{0}\u{1}\u{7f}\u{fffd}\u{feff}".into(),
        "x".repeat(4000),
        "open source ".repeat(334),
        "?".repeat(4000),
        "e\u{301}".repeat(2000),
    ];
    let many = encoder.encode_many(&texts, 2, |_, _| {});
    for (text, many) in texts.iter().zip(many.chunks(encoder.dims())) {
        let vector = encoder.encode(text);
        assert!(encoder.tokens(text).len() <= 128, "{text:.20}");
        assert!((dot(&vector, &vector) - 1.0).abs() < 1e-5, "{text:.20}");
        assert!(
            dot(&vector, many) > 0.999_99,
            "{text:.20}: alone and among others"
        );
    }
}

#[test]
fn encodes_many_in_order_and_reports_progress() {
    let encoder = Encoder::embedded().unwrap();
    let texts: Vec<String> = (0..60)
        .map(|i| format!("question {} about {}", i, "models ".repeat(i % 7)))
        .collect();
    let mut reports = Vec::new();
    let many = encoder.encode_many(&texts, 2, |done, total| reports.push((done, total)));
    assert!(
        reports.is_sorted() && reports.last() == Some(&(60, 60)),
        "{reports:?}"
    );
    for (text, many) in texts.iter().zip(many.chunks(encoder.dims())) {
        assert!(dot(&encoder.encode(text), many) > 0.999_99, "{text}");
    }
    assert!(encoder.encode_many(&[""; 0], 2, |_, _| {}).is_empty());
}

#[test]
fn rejects_a_file_cut_short_anywhere() {
    let directory = format!("{MODELS}/minilm");
    let config = Config::read(Path::new(&directory)).unwrap();
    let model = fs::read(format!("{directory}/model.safetensors")).unwrap();
    let lengths = (0..64)
        .chain((64..model.len()).step_by(model.len() / 40))
        .chain([model.len() - 1]);
    for length in lengths {
        let cut = Bytes::copy_from_slice(&model[..length]);
        let loaded = ModelFile::parse("model.safetensors".into(), cut)
            .and_then(|file| load_weights(&config, &file));
        assert!(loaded.is_err(), "{length} bytes");
    }
}

const TINY_VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nopen\nsource\n";

/// A published model of one layer, its numbers a fixed pattern.
fn tiny() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let (width, inner) = (16, 32);
    let mut shapes = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![6, width],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![8, width],
        ),
        (
            "embeddings.token_type_embeddings.weight".to_owned(),
            vec![2, width],
        ),
        ("embeddings.position_ids".to_owned(), vec![8]),
    ];
    let layer = "encoder.layer.0";
    for norm in [
        "embeddings",
        &format!("{layer}.attention.output"),
        &format!("{layer}.output"),
    ] {
        shapes.push((format!("{norm}.LayerNorm.weight"), vec![width]));
        shapes.push((format!("{norm}.LayerNorm.bias"), vec![width]));
    }
    for (linear, inputs, outputs) in [
        ("attention.self.query", width, width),
        ("attention.self.key", width, width),
        ("attention.self.value", width, width),
        ("attention.output.dense", width, width),
        ("intermediate.dense", width, inner),
        ("output.dense", inner, width),
    ] {
        shapes.push((format!("{layer}.{linear}.weight"), vec![outputs, inputs]));
        shapes.push((format!("{layer}.{linear}.bias"), vec![outputs]));
    }
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, shape) in shapes {
        let start = data.len();
        let kind = if name.ends_with("position_ids") {
            "I32"
        } else {
            "F32"
        };
        for i in 0..shape.iter().product::<usize>() {
            let spread = ((i + 1) * (name.len() + 3) * 40_503) >> 3 & 0xff;
            #[allow(clippy::cast_precision_loss)]
            data.extend((spread as f32 / 128.0 - 0.8).to_le_bytes());
        }
        header.insert(
            name,
            json!({"dtype": kind, "shape": shape, "data_offsets": [start, data.len()]}),
        );
    }
    let header = Value::Object(header).to_string();
    let mut model = (header.len() as u64).to_le_bytes().to_vec();
    model.extend(header.as_bytes());
    model.extend(data);
    let config = json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": width, "intermediate_size": inner,
        "num_attention_heads": 1, "num_hidden_layers": 1, "layer_norm_eps": 1e-12, "vocab_size": 6,
        "max_position_embeddings": 8,
    });
    fs::write(directory.path().join("model.safetensors"), model).unwrap();
    fs::write(directory.path().join("config.json"), config.to_string()).unwrap();
    fs::write(directory.path().join("vocab.txt"), TINY_VOCABULARY).unwrap();
    directory
}

#[test]
fn loads_a_published_model() {
    let directory = tiny();
    let encoder = Encoder::load(directory.path()).unwrap();
    assert_eq!(
        (encoder.dims(), encoder.tokens("Open source open")),
        (16, vec![2, 4, 5, 4, 3])
    );
    let mean = encoder.encode("open source");
    assert!((dot(&mean, &mean) - 1.0).abs() < 1e-5);
    assert_eq!(encoder.tokens(&"open ".repeat(50)).len(), 8);
    fs::create_dir(directory.path().join("1_Pooling")).unwrap();
    let pooling = r#"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}"#;
    fs::write(directory.path().join("1_Pooling/config.json"), pooling).unwrap();
    let first = Encoder::load(directory.path())
        .unwrap()
        .encode("open source");
    assert!(
        dot(&mean, &first) < 0.999,
        "pooling by the first token gives another vector"
    );
}

#[test]
fn errors_name_the_file_and_the_problem() {
    let edit = |file: &str, from: &str, to: &str| {
        let directory = tiny();
        let path = directory.path().join(file);
        let bytes = fs::read(&path).unwrap();
        let at = bytes
            .windows(from.len())
            .position(|part| part == from.as_bytes())
            .unwrap();
        fs::write(
            &path,
            [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat(),
        )
        .unwrap();
        directory
    };
    let put = |file: &str, text: &str| {
        let directory = tiny();
        fs::create_dir_all(directory.path().join("1_Pooling")).unwrap();
        fs::write(directory.path().join(file), text).unwrap();
        directory
    };
    let without = |file: &str| {
        let directory = tiny();
        fs::remove_file(directory.path().join(file)).unwrap();
        directory
    };
    let dense = r#"[{"type":"sentence_transformers.models.Dense"}]"#;
    let sums =
        r#","citebot":{"pooling":"mean","max_tokens":8,"sha256":{"model.safetensors":"00"}}}"#;
    let config = fs::read_to_string(tiny().path().join("config.json")).unwrap();
    let cases = [
        (without("config.json"), "config.json", ""),
        (without("vocab.txt"), "vocab.txt", ""),
        (without("model.safetensors"), "model.safetensors", ""),
        (edit("config.json", "{", ""), "config.json", "line 1"),
        (
            put("config.json", &config.replace('}', sums)),
            "model.safetensors",
            "SHA-256",
        ),
        (put("vocab.txt", "[PAD]\n"), "vocab.txt", "1 pieces"),
        (put("modules.json", dense), "modules.json", "Dense"),
        (
            put("1_Pooling/config.json", "{}"),
            "1_Pooling/config.json",
            "pooling",
        ),
        (
            put("model.safetensors", "{}"),
            "model.safetensors",
            "cut short",
        ),
        (
            edit(
                "model.safetensors",
                "layer.0.output.dense.bias",
                "layer.0.output.dense.bios",
            ),
            "model.safetensors",
            "missing",
        ),
        (
            edit("model.safetensors", "[32,16]", "[16,32]"),
            "model.safetensors",
            "shape [16, 32]",
        ),
        (
            edit("config.json", r#""vocab_size":6"#, r#""vocab_size":7"#),
            "vocab.txt",
            "config.json says 7",
        ),
    ];
    for (directory, file, problem) in cases {
        let error = Encoder::load(directory.path()).unwrap_err().to_string();
        assert!(
            error.contains(file) && error.contains(problem),
            "{error:?}: expected {file} and {problem:?}"
        );
    }
}
