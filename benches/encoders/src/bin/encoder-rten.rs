//! Measures rten on an ONNX file.

use std::path::Path;

use citebot_bench_encoders::{Result, Tokenizer, arguments, measure, pool};
use rten::ModelOptions;
use rten_tensor::{AsView, NdTensor};

fn main() -> Result<()> {
    let [model, tokenizer] = arguments()?;
    measure(|| {
        let tokenizer = Tokenizer::read(Path::new(&tokenizer))?;
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_file(&model)?;
        let inputs = (
            model.node_id("input_ids")?,
            model.node_id("attention_mask")?,
            model.node_id("token_type_ids")?,
        );
        let output = model.node_id("last_hidden_state")?;
        Ok(move |text: &str| {
            let tokens: Vec<u32> = tokenizer.tokens(text)?;
            let count = tokens.len();
            let tokens = tokens.into_iter().map(u32::cast_signed).collect();
            let row = |numbers: Vec<i32>| NdTensor::from_data([1, count], numbers).into();
            let values = vec![
                (inputs.0, row(tokens)),
                (inputs.1, row(vec![1; count])),
                (inputs.2, row(vec![0; count])),
            ];
            let [hidden] = model.run_n(values, [output], None)?;
            let hidden: NdTensor<f32, 3> = hidden.try_into()?;
            Ok(pool(&hidden.to_vec(), count))
        })
    })
}
