//! Measures candle on a folder with the published model.

use std::{fs, path::Path};

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config, DTYPE};
use citebot_bench_encoders::{Result, Tokenizer, arguments, measure, pool};

fn main() -> Result<()> {
    let [folder] = arguments()?;
    let folder = Path::new(&folder);
    measure(|| {
        let tokenizer = Tokenizer::read(&folder.join("tokenizer.json"))?;
        let config: Config =
            serde_json::from_str(&fs::read_to_string(folder.join("config.json"))?)?;
        let file = fs::read(folder.join("model.safetensors"))?;
        let weights = VarBuilder::from_buffered_safetensors(file, DTYPE, &Device::Cpu)?;
        let model = BertModel::load(weights, &config)?;
        Ok(move |text: &str| {
            let tokens: Vec<u32> = tokenizer.tokens(text)?;
            let count = tokens.len();
            let tokens = Tensor::from_vec(tokens, (1, count), &Device::Cpu)?;
            let types = tokens.zeros_like()?;
            let hidden = model.forward(&tokens, &types, None)?;
            Ok(pool(&hidden.flatten_all()?.to_vec1::<f32>()?, count))
        })
    })
}
