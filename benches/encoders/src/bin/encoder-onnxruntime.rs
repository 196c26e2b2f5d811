//! Measures onnxruntime on an ONNX file; `ORT_DYLIB_PATH` names its library.

use std::path::Path;

use citebot_bench_encoders::{Result, Tokenizer, arguments, measure, pool};
use ort::{session::Session, value::Tensor};

fn main() -> Result<()> {
    let [model, tokenizer] = arguments()?;
    let library = std::env::var("ORT_DYLIB_PATH")?;
    measure(|| {
        let tokenizer = Tokenizer::read(Path::new(&tokenizer))?;
        let environment = ort::init_from(&library)?.build()?;
        let mut session = Session::builder(&environment)?
            .with_intra_threads(1)?
            .commit_from_file(&model)?;
        Ok(move |text: &str| {
            let tokens: Vec<i64> = tokenizer.tokens(text)?;
            let count = tokens.len();
            let row = |numbers: Vec<i64>| Tensor::from_array(([1, count], numbers));
            let outputs = session.run(ort::inputs![
                "input_ids" => row(tokens)?,
                "attention_mask" => row(vec![1; count])?,
                "token_type_ids" => row(vec![0; count])?,
            ])?;
            let (_, hidden) = outputs["last_hidden_state"].try_extract_tensor::<f32>()?;
            Ok(pool(hidden, count))
        })
    })
}
