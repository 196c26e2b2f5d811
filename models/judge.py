#!/usr/bin/env python3
"""Trains the judge of a FAQ: knowledge/judge.bin.

    python3 models/judge.py [--citebot target/release/citebot] [--knowledge knowledge] [--questions FILE...]

A sentence vector hardly changes with one telling word, and the calibration's other features see words, not meanings. The judge
is a network with one hidden layer that gets two sentence vectors, of a question and of an entry's nearest phrasing, and says in
log odds whether the entry answers the question. Its inputs: how far the vectors differ, number by number, their product, the
signed difference, and the question's vector (crates/core/src/matcher/judge.rs).

It learns from
* each phrasing beside the nearest other phrasing of its entry, which is right, and of any other entry, which is wrong;
* each question of out-of-scope.toml beside the nearest phrasing, which is wrong;
* the labelled questions of FILE (tests/questions/near-judge.jsonl), near misses and others, beside the nearest phrasing.

It needs no other file than those, so that a FAQ of your own can have one. Two minutes on two cores; the same bytes for the same
seed, numpy and processor. Needs numpy.
"""

import argparse
import json
import struct
import subprocess
import tempfile
import tomllib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
UNITS = 128
EPOCHS = 40
BATCH = 256
LEARNING_RATE = 1e-3
WEIGHT_DECAY = 1e-2
# Shares of the hidden units and of the inputs that are left out at each step.
DROPPED_UNITS, DROPPED_INPUTS = 0.4, 0.1
# What all labelled questions weigh together; the phrasings and the out-of-scope questions weigh 1.
LABELLED = 2.0
SEED = 7
# As in crates/core/src/matcher/judge.rs.
OF_DIFFERENCES, OF_PRODUCTS = 8.0, 20.0


def encode(texts, citebot):
    """The unit vectors of texts, a row each, and the fingerprint of the model."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors"
        lines = "".join(" ".join(text.split()) + "\n" for text in texts)
        command = [citebot, "encode", "--lines", str(file)]
        printed = subprocess.run(command, input=lines, check=True, capture_output=True, text=True, cwd=ROOT)
        vectors = np.fromfile(file, "<f4").reshape(len(texts), -1)
        return vectors, printed.stdout.strip()


def inputs(question, phrasing):
    difference = question - phrasing
    parts = [OF_DIFFERENCES * np.abs(difference), OF_PRODUCTS * question * phrasing, OF_DIFFERENCES * difference, OF_DIFFERENCES * question]
    return np.hstack(parts).astype(np.float32)


def pairs_of_phrasings(vectors, entries):
    """Each phrasing beside the nearest other one of its entry, and beside the nearest one of another."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -9)
    same = entries[:, None] == entries[None, :]
    several = same.sum(axis=1) > 2
    own = np.where(same, cosines, -9).argmax(axis=1)[several]
    other = np.where(same, -9, cosines).argmax(axis=1)[several]
    asked = vectors[several]
    right = np.hstack([np.ones(len(own)), np.zeros(len(other))])
    return np.vstack([asked, asked]), np.vstack([vectors[own], vectors[other]]), right


def train(x, y, weight):
    """The weights of the network, by AdamW on examples drawn by weight."""
    rng = np.random.default_rng(SEED)
    count, width = x.shape
    hidden = (rng.normal(size=(width, UNITS)) / np.sqrt(width)).astype(np.float32)
    hidden_bias = np.zeros(UNITS, np.float32)
    output = (rng.normal(size=UNITS) / np.sqrt(UNITS)).astype(np.float32)
    direct = np.zeros(width, np.float32)
    bias = np.zeros(1, np.float32)
    parameters = [hidden, hidden_bias, output, direct, bias]
    decays = [WEIGHT_DECAY, 0.0, WEIGHT_DECAY, WEIGHT_DECAY, 0.0]
    first, second = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    drawn_by = np.cumsum(weight / weight.sum())
    steps = EPOCHS * count // BATCH
    for step in range(1, steps + 1):
        at = np.minimum(np.searchsorted(drawn_by, rng.random(BATCH)), count - 1)
        kept_inputs = (rng.random((BATCH, width), np.float32) > DROPPED_INPUTS) / np.float32(1 - DROPPED_INPUTS)
        shown = x[at] * kept_inputs
        before = shown @ hidden + hidden_bias
        kept_units = (rng.random((BATCH, UNITS), np.float32) > DROPPED_UNITS) / np.float32(1 - DROPPED_UNITS)
        after = np.maximum(before, 0) * kept_units
        z = after @ output + shown @ direct + bias[0]
        error = ((1 / (1 + np.exp(-z)) - y[at]) / BATCH).astype(np.float32)
        back = np.outer(error, output) * kept_units * (before > 0)
        gradients = [shown.T @ back, back.sum(axis=0), after.T @ error, shown.T @ error, error.sum(keepdims=True)]
        rate = LEARNING_RATE * min(1, step / 200) * (1 - step / (steps + 1))
        for p, gradient, m, v, decay in zip(parameters, gradients, first, second, decays):
            m += 0.1 * (gradient - m)
            v += 0.001 * (gradient**2 - v)
            p -= np.float32(rate) * (m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8) + decay * p)
    return parameters


def write(file, fingerprint, parameters):
    """The format: Judge::from_bytes in crates/core/src/knowledge/judge.rs."""
    hidden, hidden_bias, output, direct, bias = parameters
    rows = hidden.T
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127
    eighths = np.rint(rows / scales[:, None]).astype(np.int8)
    head = b"citebot judge 1\n" + fingerprint.encode() + struct.pack("<II", rows.shape[1] // 4, UNITS)
    floats = [part.astype("<f4").tobytes() for part in (hidden_bias, output, direct, bias)]
    file.write_bytes(head + scales.astype("<f4").tobytes() + eighths.tobytes() + b"".join(floats))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--citebot", default=str(ROOT / "target/release/citebot"))
    parser.add_argument("--knowledge", type=Path, default=ROOT / "knowledge")
    parser.add_argument("--questions", type=Path, nargs="*", default=[ROOT / "tests/questions/near-judge.jsonl"])
    arguments = parser.parse_args()
    texts, entries = [], []
    for file in sorted((arguments.knowledge / "faq").glob("*.toml")):
        for entry in tomllib.loads(file.read_text())["entry"]:
            own = [entry["question"], *entry.get("phrasings", [])]
            texts += own
            entries += [entry["id"]] * len(own)
    listed = arguments.knowledge / "out-of-scope.toml"
    out_of_scope = tomllib.loads(listed.read_text())["questions"] if listed.exists() else []
    labelled = [json.loads(line) for file in arguments.questions for line in file.read_text().splitlines()]
    asked = [line["question"] for line in labelled]
    vectors, fingerprint = encode(texts + out_of_scope + asked, arguments.citebot)
    entries = np.array(entries)
    phrasings, rest = vectors[: len(texts)], vectors[len(texts) :]
    nearest = (rest @ phrasings.T).argmax(axis=1)
    questions, beside, right = pairs_of_phrasings(phrasings, entries)
    weight = np.full(len(right) + len(out_of_scope), 1 / (len(right) + len(out_of_scope)))
    answered_by = [line["entry"] if isinstance(line["entry"], list) else [line["entry"]] for line in labelled]
    found = entries[nearest[len(out_of_scope) :]]
    labels = [float(entry in right_ones) for entry, right_ones in zip(found, answered_by)]
    x = inputs(np.vstack([questions, rest]), np.vstack([beside, phrasings[nearest]]))
    y = np.hstack([right, np.zeros(len(out_of_scope)), labels]).astype(np.float32)
    weight = np.hstack([weight, np.full(len(labelled), LABELLED / max(len(labelled), 1))])
    file = arguments.knowledge / "judge.bin"
    write(file, fingerprint, train(x, y, weight))
    print(f"{file}: trained on {len(y)} pairs, {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
