//! Tensors by name, from a file in the safetensors format.

use std::path::PathBuf;

use bytes::Bytes;
use half::{bf16, f16};
use safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};

use crate::error::EncoderError;

/// Far more than any model needs, and little enough to parse without harm.
const MAX_HEADER_LEN: usize = 1 << 20;

/// A checked safetensors file: every tensor lies within it and is as long as its shape says.
#[derive(Debug)]
pub struct ModelFile {
    path: PathBuf,
    header: Metadata,
    data: Bytes,
}

impl ModelFile {
    /// Parses and checks the header. `path` only appears in errors.
    pub fn parse(path: PathBuf, file: Bytes) -> Result<Self, EncoderError> {
        match parse(file) {
            Ok((header, data)) => Ok(Self { path, header, data }),
            Err(problem) => Err(EncoderError::Model {
                file: path,
                problem,
            }),
        }
    }

    pub fn contains(&self, name: &str) -> bool {
        self.header.info(name).is_some()
    }

    /// An error about this file.
    pub fn error(&self, problem: impl Into<String>) -> EncoderError {
        EncoderError::Model {
            file: self.path.clone(),
            problem: problem.into(),
        }
    }

    /// The bytes of a tensor that must have this type and shape, without a copy.
    pub fn bytes(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<Bytes, EncoderError> {
        let tensor = self.with_shape(name, shape)?;
        if tensor.dtype != dtype {
            return Err(self.error(format!(
                "tensor {name} is stored as {}, expected {dtype}",
                tensor.dtype
            )));
        }
        Ok(self.data_of(tensor))
    }

    /// The numbers of a tensor that must have this shape, any 16- or 32-bit float type, and only finite values.
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let tensor = self.with_shape(name, shape)?;
        let data = self.data_of(tensor);
        let numbers: Vec<f32> = match tensor.dtype {
            Dtype::F32 => values(&data, f32::from_le_bytes),
            Dtype::F16 => values(&data, |bytes| f16::from_le_bytes(bytes).to_f32()),
            Dtype::BF16 => values(&data, |bytes| bf16::from_le_bytes(bytes).to_f32()),
            dtype => {
                return Err(self.error(format!(
                    "tensor {name} is stored as {dtype}, expected F32, F16 or BF16"
                )));
            }
        };
        if numbers.iter().all(|number| number.is_finite()) {
            Ok(numbers)
        } else {
            Err(self.error(format!("tensor {name} holds numbers that are not finite")))
        }
    }

    /// The number of rows of a matrix that must be `width` wide.
    pub fn rows(&self, name: &str, width: usize) -> Result<usize, EncoderError> {
        match self.tensor(name)?.shape[..] {
            [rows, found] if found == width => Ok(rows),
            ref shape => Err(self.error(format!(
                "tensor {name} has shape {shape:?}, expected rows of {width}"
            ))),
        }
    }

    fn tensor(&self, name: &str) -> Result<&TensorInfo, EncoderError> {
        self.header
            .info(name)
            .ok_or_else(|| self.error(format!("tensor {name} is missing")))
    }

    fn with_shape(&self, name: &str, shape: &[usize]) -> Result<&TensorInfo, EncoderError> {
        let tensor = self.tensor(name)?;
        if tensor.shape == shape {
            return Ok(tensor);
        }
        Err(self.error(format!(
            "tensor {name} has shape {:?}, expected {shape:?}",
            tensor.shape
        )))
    }

    fn data_of(&self, tensor: &TensorInfo) -> Bytes {
        let (start, end) = tensor.data_offsets;
        self.data.slice(start..end)
    }
}

fn values<const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    data.as_chunks()
        .0
        .iter()
        .map(|&bytes| value(bytes))
        .collect()
}

/// Splits a file into its header and the tensors' data.
///
/// `SafeTensors::deserialize` does the same, but sums sizes from the header without a check for overflow and so panics
/// on a hostile file in a debug build. [`Metadata`] itself checks all that lies within the header.
fn parse(mut file: Bytes) -> Result<(Metadata, Bytes), String> {
    const CUT_SHORT: &str = "the file is cut short";
    const LENGTH: usize = size_of::<u64>();
    let length = u64::from_le_bytes(*file.first_chunk::<LENGTH>().ok_or(CUT_SHORT)?);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_HEADER_LEN {
        return Err("not a safetensors file: its header would be too long".into());
    }
    if file.len() < LENGTH + length {
        return Err(CUT_SHORT.into());
    }
    let data = file.split_off(LENGTH + length);
    let header: Metadata = serde_json::from_slice(&file[LENGTH..])
        .map_err(|error| format!("the header is invalid: {error}"))?;
    if header.data_len() != data.len() {
        return Err(format!(
            "the header describes {} bytes of tensors, but {} follow it",
            header.data_len(),
            data.len()
        ));
    }
    Ok((header, data))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Bytes {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        Bytes::from(bytes)
    }

    fn parsed(header: &str, data: &[u8]) -> ModelFile {
        ModelFile::parse("model.safetensors".into(), file(header, data)).unwrap()
    }

    #[test]
    fn reads_every_float_type() {
        let header = r#"{"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
            "b":{"dtype":"F16","shape":[4],"data_offsets":[4,12]},
            "c":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]},
            "d":{"dtype":"I64","shape":[1],"data_offsets":[14,22]}}"#;
        let mut data = 1.5_f32.to_le_bytes().to_vec();
        for half in [0x3c00_u16, 0xc000, 0x0001, 0x3555, 0x3fc0] {
            data.extend(half.to_le_bytes());
        }
        data.extend([0; 8]);
        let file = parsed(header, &data);
        assert_eq!(file.floats("a", &[1]).unwrap(), [1.5]);
        assert_eq!(
            file.floats("b", &[4]).unwrap(),
            [1.0, -2.0, 5.960_464_5e-8, 0.333_251_95]
        );
        assert_eq!(file.floats("c", &[1]).unwrap(), [1.5]);
        let error = file.floats("d", &[1]).unwrap_err().to_string();
        assert!(error.contains("stored as I64"), "{error}");
    }

    #[test]
    fn tensors_may_lie_in_any_order() {
        let header = r#"{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},
            "a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
            "empty":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}   "#;
        let file = parsed(header, &[7, 8, 9]);
        assert_eq!(file.bytes("a", Dtype::U8, &[1]).unwrap()[..], [7]);
        assert_eq!(file.bytes("b", Dtype::U8, &[2]).unwrap()[..], [8, 9]);
        assert!(file.bytes("empty", Dtype::U8, &[0]).unwrap().is_empty());
    }

    #[test]
    fn rejects_malformed_files() {
        let tensor = |rest: &str| file(&format!(r#"{{"a":{{"dtype":"F32",{rest}}}}}"#), &[0; 8]);
        let bytes = |range: &str, size: u64| {
            let header =
                format!(r#"{{"a":{{"dtype":"U8","shape":[{size}],"data_offsets":{range}}}}}"#);
            file(&header, &[0; 8])
        };
        let deep = format!(r#"{{"a":{}"#, "[".repeat(100_000));
        let cases = [
            (Bytes::new(), "cut short"),
            (Bytes::from_static(&[1, 2, 3]), "cut short"),
            (Bytes::from_static(&[0xff; 64]), "not a safetensors file"),
            (
                Bytes::from_static(&[50, 0, 0, 0, 0, 0, 0, 0, b'{']),
                "cut short",
            ),
            (file("", &[]), "header is invalid"),
            (file("[]", &[]), "header is invalid"),
            (file("{", &[]), "header is invalid"),
            (file("{\"\u{0}", &[]), "header is invalid"),
            (file(&deep, &[]), "header is invalid"),
            (file(r#"{"a":3}"#, &[]), "header is invalid"),
            (file("{}", &[0; 3]), "0 bytes of tensors, but 3 follow"),
            (
                tensor(r#""shape":[2],"data_offsets":[0,12]"#),
                "invalid shape",
            ),
            (
                tensor(r#""shape":[3],"data_offsets":[0,12]"#),
                "12 bytes of tensors, but 8 follow",
            ),
            (
                tensor(r#""shape":[1],"data_offsets":[0,4]"#),
                "4 bytes of tensors, but 8 follow",
            ),
            (
                tensor(r#""shape":[2],"data_offsets":[8,0]"#),
                "invalid offset for tensor `a`",
            ),
            (
                tensor(r#""shape":[1],"data_offsets":[4,8]"#),
                "invalid offset for tensor `a`",
            ),
            (
                tensor(r#""shape":[3],"data_offsets":[0,8]"#),
                "invalid shape",
            ),
            (
                tensor(r#""shape":[-1],"data_offsets":[0,8]"#),
                "header is invalid",
            ),
            (
                tensor(r#""shape":[4294967296,4294967296],"data_offsets":[0,8]"#),
                "overflow",
            ),
            // Sizes that overflow only when the header's length is added to them.
            (bytes("[0,18446744073709551615]", u64::MAX), "header"),
            (bytes("[0,18446744073709551610]", u64::MAX - 5), "header"),
        ];
        for (bytes, expected) in cases {
            let problem = ModelFile::parse("model.safetensors".into(), bytes)
                .unwrap_err()
                .to_string();
            assert!(
                problem.contains(expected) && problem.contains("model.safetensors"),
                "{problem:?}: expected {expected:?}"
            );
        }
    }

    #[test]
    fn rejects_a_tensor_that_is_not_as_expected() {
        let header = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let file = parsed(header, &f32::NAN.to_le_bytes());
        let cases = [
            (file.floats("a", &[1]).map(drop), "not finite"),
            (file.floats("a", &[2]).map(drop), "shape [1], expected [2]"),
            (file.floats("b", &[2]).map(drop), "b is missing"),
            (
                file.bytes("a", Dtype::I8, &[1]).map(drop),
                "stored as F32, expected I8",
            ),
            (file.rows("a", 1).map(drop), "expected rows of 1"),
        ];
        for (result, expected) in cases {
            let error = result.unwrap_err().to_string();
            assert!(error.contains(expected), "{error:?}: expected {expected:?}");
        }
    }
}
