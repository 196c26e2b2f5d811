//! The weights of a FAQ's judge, a small neural network.

use std::sync::Arc;
use thiserror::Error;

/// What the file begins with.
const MAGIC: &[u8] = b"citebot judge 1\n";
/// Bytes of the fingerprint of a model: SHA-256 in hexadecimal.
const FINGERPRINT: usize = 64;
/// How many numbers the network gets for each number of a sentence's vector.
pub const INPUTS_PER_DIM: usize = 4;
/// More of either is no judge that we made.
const MAX_SIZE: usize = 4_096;

/// The weights of a network with one hidden layer, trained on near misses of one FAQ, that tells from two
/// sentence vectors whether a phrasing's entry answers a question.
///
/// With inputs `x`: `bias + direct · x + output · max(0, hidden x + hidden_bias)`, in log odds.
#[derive(Debug, PartialEq)]
pub struct Judge {
    /// Of the model whose vectors it was trained on.
    pub fingerprint: String,
    /// Length of a sentence's vector.
    pub dims: usize,
    /// A row of [`INPUTS_PER_DIM`] · `dims` numbers for each hidden unit.
    pub hidden: Vec<f32>,
    /// A number for each hidden unit.
    pub hidden_bias: Vec<f32>,
    /// A number for each hidden unit.
    pub output: Vec<f32>,
    /// A number for each input.
    pub direct: Vec<f32>,
    /// Added to everything.
    pub bias: f32,
}

/// The file is no judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no file that models/judge.py wrote")]
pub struct JudgeError;

impl Judge {
    /// Reads what `models/judge.py` writes: the words `citebot judge 1`, a line feed, the fingerprint, and
    /// little-endian: the length of a vector and the number of hidden units (u32), the scale of each hidden unit
    /// (f32), its weights (i8, unit after unit), then `hidden_bias`, `output`, `direct` and `bias` (f32).
    ///
    /// # Errors
    ///
    /// The bytes are too few, too many, or something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Arc<Self>, JudgeError> {
        let mut rest = Bytes(bytes);
        if rest.take(MAGIC.len())? != MAGIC {
            return Err(JudgeError);
        }
        let fingerprint = str::from_utf8(rest.take(FINGERPRINT)?).map_err(|_| JudgeError)?;
        let (dims, units) = (rest.size()?, rest.size()?);
        let inputs = INPUTS_PER_DIM * dims;
        let scales = rest.floats(units)?;
        let weights = rest.take(units * inputs)?;
        let rows = weights.chunks_exact(inputs).zip(&scales);
        let judge = Self {
            fingerprint: fingerprint.to_owned(),
            dims,
            hidden: rows
                .flat_map(|(row, scale)| {
                    row.iter().map(move |w| f32::from(w.cast_signed()) * scale)
                })
                .collect(),
            hidden_bias: rest.floats(units)?,
            output: rest.floats(units)?,
            direct: rest.floats(inputs)?,
            bias: rest.floats(1)?[0],
        };
        if rest.0.is_empty() {
            Ok(Arc::new(judge))
        } else {
            Err(JudgeError)
        }
    }
}

/// What was not read yet.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], JudgeError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(JudgeError)?;
        self.0 = rest;
        Ok(taken)
    }

    fn size(&mut self) -> Result<usize, JudgeError> {
        let bytes = self.take(4)?.try_into().map_err(|_| JudgeError)?;
        let size = usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| JudgeError)?;
        (1..=MAX_SIZE)
            .contains(&size)
            .then_some(size)
            .ok_or(JudgeError)
    }

    /// Finite numbers.
    fn floats(&mut self, count: usize) -> Result<Vec<f32>, JudgeError> {
        let (numbers, _) = self.take(4 * count)?.as_chunks::<4>();
        let numbers: Vec<f32> = numbers
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect();
        numbers
            .iter()
            .all(|x| x.is_finite())
            .then_some(numbers)
            .ok_or(JudgeError)
    }
}

#[cfg(test)]
mod tests {
    use super::{Judge, JudgeError};

    fn file() -> Vec<u8> {
        let mut file = b"citebot judge 1\n".to_vec();
        file.extend([b'a'; 64]);
        file.extend([1_u32, 2].iter().flat_map(|n| n.to_le_bytes()));
        file.extend([0.5_f32, 2.0].iter().flat_map(|x| x.to_le_bytes()));
        file.extend([1, 2, 3, 4, 255, 0, 0, 1]);
        let rest = [0.1_f32, 0.2, 1.0, -1.0, 0.0, 0.0, 0.0, 7.0, -3.0];
        file.extend(rest.iter().flat_map(|x| x.to_le_bytes()));
        file
    }

    #[test]
    fn what_was_written_is_read() {
        let judge = Judge::from_bytes(&file()).expect("it is a judge");
        assert_eq!(judge.hidden, [0.5, 1.0, 1.5, 2.0, -2.0, 0.0, 0.0, 2.0]);
        assert_eq!((judge.dims, judge.bias), (1, -3.0));
        assert_eq!(judge.direct, [0.0, 0.0, 0.0, 7.0]);
    }

    #[test]
    fn rubbish_is_refused() {
        let whole = file();
        let longer = [&whole[..], &[0]].concat();
        let mut endless = whole.clone();
        endless[80..84].copy_from_slice(&u32::MAX.to_le_bytes());
        let mut infinite = whole.clone();
        let last = infinite.len() - 4;
        infinite[last..].copy_from_slice(&f32::INFINITY.to_le_bytes());
        for bytes in [
            &b"rubbish"[..],
            &whole[..last],
            &longer,
            &endless,
            &infinite,
            &[],
        ] {
            assert_eq!(Judge::from_bytes(bytes), Err(JudgeError));
        }
    }
}
