//! The safetensors format: eight bytes of length, a JSON header of that length, and the tensors' bytes.

use std::{borrow::Cow, collections::HashMap, ops::Range, path::PathBuf, sync::Arc};

use serde::Deserialize;

use super::EncoderError;

/// Bytes of a model file, shared or part of the program, without a copy.
#[derive(Clone, Debug)]
pub struct Bytes {
    file: Arc<Cow<'static, [u8]>>,
    range: Range<usize>,
}

impl From<Cow<'static, [u8]>> for Bytes {
    fn from(bytes: Cow<'static, [u8]>) -> Self {
        Self {
            range: 0..bytes.len(),
            file: Arc::new(bytes),
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Cow::Owned(bytes))
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.file[self.range.clone()]
    }
}

impl Bytes {
    /// A part of these bytes; `None` if it reaches beyond them.
    fn part(&self, range: Range<usize>) -> Option<Self> {
        self.get(range.clone())?;
        let start = self.range.start + range.start;
        Some(Self {
            file: Arc::clone(&self.file),
            range: start..start + range.len(),
        })
    }
}

/// How numbers are stored.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// 32-bit floats.
    F32,
    /// 16-bit floats (IEEE 754).
    F16,
    /// 16-bit floats with the range of 32-bit ones.
    BF16,
    /// Signed bytes.
    I8,
    /// Bytes.
    U8,
    /// What some models hold beside their weights (position ids) and nobody here reads.
    #[serde(other)]
    Other,
}

impl Kind {
    fn size(self) -> Option<usize> {
        match self {
            Self::F32 => Some(4),
            Self::F16 | Self::BF16 => Some(2),
            Self::I8 | Self::U8 => Some(1),
            Self::Other => None,
        }
    }
}

#[derive(Deserialize)]
struct Entry {
    dtype: Kind,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

/// One tensor, still as stored.
#[derive(Clone, Debug)]
pub struct Tensor {
    kind: Kind,
    shape: Vec<usize>,
    bytes: Bytes,
}

/// A model file, its tensors by name.
#[derive(Debug)]
pub struct Container {
    file: PathBuf,
    tensors: HashMap<String, Tensor>,
}

/// No header of a model comes near this.
const LONGEST_HEADER: usize = 16 << 20;

impl Container {
    /// Reads the header and tests that every tensor lies within the file and is as long as its shape says.
    ///
    /// # Errors
    /// Says what is wrong; `file` only names the place.
    pub fn parse(file: PathBuf, bytes: &Bytes) -> Result<Self, EncoderError> {
        match tensors(bytes) {
            Ok(tensors) => Ok(Self { file, tensors }),
            Err(problem) => Err(EncoderError::Model { file, problem }),
        }
    }

    /// Whether there is a tensor of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// An error about this file.
    pub fn error(&self, problem: impl Into<String>) -> EncoderError {
        EncoderError::Model {
            file: self.file.clone(),
            problem: problem.into(),
        }
    }

    /// The tensor as stored; it must be of that kind and shape.
    pub fn bytes(&self, name: &str, kind: Kind, shape: &[usize]) -> Result<Bytes, EncoderError> {
        let tensor = self.tensor(name, shape)?;
        if tensor.kind != kind {
            return Err(self.error(format!(
                "tensor {name} is stored as {:?}, expected {kind:?}",
                tensor.kind
            )));
        }
        Ok(tensor.bytes.clone())
    }

    /// The tensor as numbers, whichever float type it is stored in; all of them finite.
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let tensor = self.tensor(name, shape)?;
        let bytes = &tensor.bytes;
        let numbers: Vec<f32> = match tensor.kind {
            Kind::F32 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect(),
            Kind::F16 => bytes
                .as_chunks()
                .0
                .iter()
                .map(|&bytes| half(u16::from_le_bytes(bytes)))
                .collect(),
            Kind::BF16 => {
                let wide = |&bytes| f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16);
                bytes.as_chunks().0.iter().map(wide).collect()
            }
            kind => {
                return Err(self.error(format!(
                    "tensor {name} is stored as {kind:?}, expected floats"
                )));
            }
        };
        if numbers.iter().all(|number| number.is_finite()) {
            Ok(numbers)
        } else {
            Err(self.error(format!("tensor {name} holds numbers that are not finite")))
        }
    }

    /// Rows of a matrix, whatever their number; its width must be as given.
    pub fn rows(&self, name: &str, width: usize) -> Result<usize, EncoderError> {
        match self.any(name)?.shape[..] {
            [rows, found] if found == width => Ok(rows),
            ref shape => Err(self.error(format!(
                "tensor {name} has shape {shape:?}, expected rows of {width}"
            ))),
        }
    }

    fn any(&self, name: &str) -> Result<&Tensor, EncoderError> {
        self.tensors
            .get(name)
            .ok_or_else(|| self.error(format!("tensor {name} is missing")))
    }

    fn tensor(&self, name: &str, shape: &[usize]) -> Result<&Tensor, EncoderError> {
        let tensor = self.any(name)?;
        if tensor.shape == shape {
            return Ok(tensor);
        }
        Err(self.error(format!(
            "tensor {name} has shape {:?}, expected {shape:?}",
            tensor.shape
        )))
    }
}

fn tensors(bytes: &Bytes) -> Result<HashMap<String, Tensor>, String> {
    const CUT: &str = "the file is cut short";
    let length = bytes.first_chunk().ok_or(CUT)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > LONGEST_HEADER {
        return Err("this is no safetensors file: the length of its header makes no sense".into());
    }
    let header = bytes.get(8..8 + length).ok_or(CUT)?;
    let mut header: HashMap<String, serde_json::Value> = serde_json::from_slice(header)
        .map_err(|error| format!("the header is no JSON object: {error}"))?;
    header.remove("__metadata__");
    let data = bytes.part(8 + length..bytes.len()).ok_or(CUT)?;
    let mut tensors = HashMap::with_capacity(header.len());
    for (name, entry) in header {
        let entry: Entry =
            serde_json::from_value(entry).map_err(|error| format!("tensor {name}: {error}"))?;
        let [start, end] = entry.data_offsets;
        let part = if start <= end {
            data.part(start..end)
        } else {
            None
        };
        let part =
            part.ok_or_else(|| format!("tensor {name} reaches beyond the end of the file"))?;
        if let Some(size) = entry.dtype.size() {
            let expected = entry
                .shape
                .iter()
                .try_fold(size, |size, &n| size.checked_mul(n));
            if expected != Some(part.len()) {
                return Err(format!(
                    "tensor {name} has shape {:?} but {} bytes",
                    entry.shape,
                    part.len()
                ));
            }
        }
        tensors.insert(
            name,
            Tensor {
                kind: entry.dtype,
                shape: entry.shape,
                bytes: part,
            },
        );
    }
    Ok(tensors)
}

/// An IEEE 754 half-precision number.
fn half(bits: u16) -> f32 {
    let bits = u32::from(bits);
    let sign = (bits & 0x8000) << 16;
    let magnitude = match bits & 0x7fff {
        // Zero and the subnormal numbers: multiples of 2⁻²⁴.
        #[allow(clippy::cast_precision_loss, reason = "ten bits")]
        small @ 0..0x400 => (small as f32 / 16_777_216.0).to_bits(),
        normal @ 0x400..0x7c00 => (normal + (112 << 10)) << 13,
        special => 0x7f80_0000 | (special & 0x3ff) << 13,
    };
    f32::from_bits(sign | magnitude)
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

    fn problem(bytes: &Bytes) -> String {
        Container::parse("model.safetensors".into(), bytes)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn reads_every_float_type() {
        let header = r#"{"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
            "b":{"dtype":"F16","shape":[4],"data_offsets":[4,12]},
            "c":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]},
            "d":{"dtype":"I64","shape":[9],"data_offsets":[14,14]}}"#;
        let mut data = 1.5_f32.to_le_bytes().to_vec();
        for half in [0x3c00_u16, 0xc000, 0x0001, 0x3555, 0x3fc0] {
            data.extend(half.to_le_bytes());
        }
        let container = Container::parse("x".into(), &file(header, &data)).unwrap();
        assert_eq!(container.floats("a", &[1]).unwrap(), [1.5]);
        assert_eq!(
            container.floats("b", &[4]).unwrap(),
            [1.0, -2.0, 5.960_464_5e-8, 0.333_251_95]
        );
        assert_eq!(container.floats("c", &[1]).unwrap(), [1.5]);
        assert!(
            container
                .floats("d", &[9])
                .unwrap_err()
                .to_string()
                .contains("expected floats")
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let tensor = |rest: &str| file(&format!(r#"{{"a":{{"dtype":"F32",{rest}}}}}"#), &[0; 8]);
        let cases = [
            (Bytes::from(vec![]), "cut short"),
            (Bytes::from(vec![1, 2, 3]), "cut short"),
            (Bytes::from(vec![0xff; 64]), "no safetensors file"),
            (
                Bytes::from(vec![50, 0, 0, 0, 0, 0, 0, 0, b'{']),
                "cut short",
            ),
            (file("[]", &[]), "no JSON object"),
            (file("{", &[]), "no JSON object"),
            (file(r#"{"a":3}"#, &[]), "tensor a"),
            (
                tensor(r#""shape":[2],"data_offsets":[0,12]"#),
                "beyond the end",
            ),
            (
                tensor(r#""shape":[2],"data_offsets":[8,0]"#),
                "beyond the end",
            ),
            (
                tensor(r#""shape":[3],"data_offsets":[0,8]"#),
                "shape [3] but 8 bytes",
            ),
            (
                tensor(r#""shape":[4294967296,4294967296],"data_offsets":[0,8]"#),
                "but 8 bytes",
            ),
        ];
        for (bytes, expected) in cases {
            let problem = problem(&bytes);
            assert!(
                problem.contains(expected),
                "{problem:?} says nothing of {expected:?}"
            );
        }
    }

    #[test]
    fn refuses_numbers_that_are_not_finite() {
        let bytes = file(
            r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            &f32::NAN.to_le_bytes(),
        );
        let container = Container::parse("x".into(), &bytes).unwrap();
        assert!(
            container
                .floats("a", &[1])
                .unwrap_err()
                .to_string()
                .contains("not finite")
        );
        assert!(
            container
                .floats("a", &[2])
                .unwrap_err()
                .to_string()
                .contains("shape [1], expected [2]")
        );
        assert!(
            container
                .floats("b", &[2])
                .unwrap_err()
                .to_string()
                .contains("b is missing")
        );
    }
}
