//! `x · Wᵀ + b` with int8 weights.
//!
//! Activations are quantised to 16 bits with a scale per token, which is so fine that only the weights' own rounding
//! shows. Products are summed exactly in 32-bit integers, and the sum is scaled back. On AVX2 that is one `vpmaddwd` for
//! sixteen products, twice what f32 arithmetic does, and a weight is widened from 8 to 16 bits once for up to six
//! tokens. On AVX-512 it is thirty-two products and twelve tokens, and with VNNI the compiler makes one `vpdpwssd` of
//! the product and its sum. All kernels give the same sums.

mod activations;
mod kernel;
mod portable;
mod product;
#[cfg(target_arch = "x86_64")]
mod x86;

use bytes::Bytes;
use pulp::{Arch, Scalar};

pub use activations::Activations;
use kernel::{BLOCK, Kernel};
use portable::{Dispatched, Portable};
use product::{Multiply, Product};

/// A layer's weights, packed as [`pack`] does it, with a scale and a bias per output.
#[derive(Debug)]
pub struct Linear {
    inputs: usize,
    weight: Bytes,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

/// Reorders `[outputs][inputs]` to `[outputs / 16][inputs / 2][16][2]`.
pub fn pack(weight: &[i8], inputs: usize) -> Vec<u8> {
    let mut packed = Vec::with_capacity(weight.len());
    for block in weight.chunks_exact(BLOCK * inputs) {
        for pair in 0..inputs / 2 {
            for row in block.chunks_exact(inputs) {
                packed.extend(
                    row[2 * pair..2 * pair + 2]
                        .iter()
                        .map(|weight| weight.cast_unsigned()),
                );
            }
        }
    }
    packed
}

impl Linear {
    /// A layer of `scales.len()` outputs, or `None` if the lengths don't fit together.
    pub fn new(inputs: usize, weight: Bytes, scales: Vec<f32>, bias: Vec<f32>) -> Option<Self> {
        let outputs = scales.len();
        let fits = inputs > 0
            && inputs.is_multiple_of(BLOCK)
            && outputs.is_multiple_of(BLOCK)
            && bias.len() == outputs
            && weight.len() == inputs * outputs;
        fits.then_some(Self {
            inputs,
            weight,
            scales,
            bias,
        })
    }

    pub fn outputs(&self) -> usize {
        self.scales.len()
    }

    /// `out[token] = x[token] · Wᵀ + b` for every token in `x`.
    pub fn apply(&self, arch: Arch, x: &[f32], activations: &mut Activations, out: &mut Vec<f32>) {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V4::try_new() {
            let multiply = self.multiply(x86::Avx512(simd), arch, x, activations, out);
            match x86::Vnni::try_new() {
                Some(vnni) => vnni.vectorize(multiply),
                None => simd.vectorize(multiply),
            }
            return;
        } else if let Some(simd) = pulp::x86::V3::try_new() {
            simd.vectorize(self.multiply(x86::Avx2(simd), arch, x, activations, out));
            return;
        }
        let multiply = self.multiply(Portable(Scalar), arch, x, activations, out);
        arch.dispatch(Dispatched(multiply));
    }

    /// Quantises `x` and makes room in `out` for what `kernel` will compute.
    fn multiply<'a, K: Kernel>(
        &'a self,
        kernel: K,
        arch: Arch,
        x: &[f32],
        activations: &'a mut Activations,
        out: &'a mut Vec<f32>,
    ) -> Multiply<'a, K> {
        activations.quantise(arch, x, self.inputs, K::TILE);
        out.resize(activations.scales.len() * self.outputs(), 0.0);
        let product = Product {
            inputs: self.inputs,
            weight: &self.weight,
            weight_scales: &self.scales,
            bias: &self.bias,
            activations,
            out,
        };
        Multiply { kernel, product }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Activations products against f64 ones, for widths around the tiles' and every kernel.
    #[test]
    fn agrees_with_plain_arithmetic() {
        let (inputs, outputs) = (48, 32);
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 23) - 1.0
        };
        #[allow(clippy::cast_possible_truncation)]
        let weight: Vec<i8> = (0..inputs * outputs)
            .map(|_| (next() * 127.0) as i8)
            .collect();
        #[allow(clippy::cast_possible_truncation)]
        let mut floats = |n: usize| (0..n).map(|_| next() as f32).collect::<Vec<f32>>();
        let (scale, bias) = (floats(outputs), floats(outputs));
        let packed = Bytes::from(pack(&weight, inputs));
        let layer = Linear::new(inputs, packed, scale.clone(), bias.clone()).unwrap();
        for tokens in [0, 1, 2, 5, 6, 7, 11, 12, 13, 40] {
            let x = floats(tokens * inputs);
            for (kernel, got) in by_every_kernel(&layer, &x) {
                assert_eq!(got.len(), tokens * outputs, "{kernel}");
                for (index, &got) in got.iter().enumerate() {
                    let (token, output) = (index / outputs, index % outputs);
                    let sum: f64 = (0..inputs)
                        .map(|i| {
                            f64::from(x[token * inputs + i])
                                * f64::from(weight[output * inputs + i])
                        })
                        .sum();
                    let expected = sum * f64::from(scale[output]) + f64::from(bias[output]);
                    assert!(
                        (f64::from(got) - expected).abs() < 0.02,
                        "{kernel}, {tokens} tokens, {index}: {got} for {expected}"
                    );
                }
            }
        }
    }

    /// The output of each kernel that this machine can run.
    fn by_every_kernel(layer: &Linear, x: &[f32]) -> Vec<(&'static str, Vec<f32>)> {
        let mut made = Vec::new();
        let mut run = |name, apply: &dyn Fn(&mut Activations, &mut Vec<f32>)| {
            let mut out = Vec::new();
            apply(&mut Activations::default(), &mut out);
            made.push((name, out));
        };
        run("the one chosen", &|activations, out| {
            layer.apply(Arch::new(), x, activations, out);
        });
        run("portable", &|activations, out| {
            let arch = Arch::Scalar;
            let multiply = layer.multiply(Portable(Scalar), arch, x, activations, out);
            arch.dispatch(Dispatched(multiply));
        });
        #[cfg(target_arch = "x86_64")]
        {
            let arch = Arch::new();
            if let Some(simd) = pulp::x86::V3::try_new() {
                run("AVX2", &|activations, out| {
                    simd.vectorize(layer.multiply(x86::Avx2(simd), arch, x, activations, out));
                });
            }
            if let Some(simd) = pulp::x86::V4::try_new() {
                run("AVX-512", &|activations, out| {
                    simd.vectorize(layer.multiply(x86::Avx512(simd), arch, x, activations, out));
                });
            }
        }
        made
    }
}
