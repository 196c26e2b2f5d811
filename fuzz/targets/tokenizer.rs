//! The tokenizer of the built-in model: any text becomes 2 to 128 known pieces, marks first and last.

#![no_main]

use citebot_encoder::Encoder;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ENCODER: LazyLock<Encoder> =
    LazyLock::new(|| Encoder::embedded().expect("the built-in model"));
static MARKS: LazyLock<Vec<u32>> = LazyLock::new(|| ENCODER.tokens(""));

fuzz_target!(|text: &str| {
    let tokens = ENCODER.tokens(text);
    assert!((2..=128).contains(&tokens.len()), "{} tokens", tokens.len());
    assert_eq!([tokens[0], tokens[tokens.len() - 1]], MARKS[..]);
    assert!(tokens.iter().all(|&token| token < 23_500), "{tokens:?}");
});
