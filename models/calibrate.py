#!/usr/bin/env python3
"""Fits the numbers in crates/core/src/matcher/calibration.rs again.

    python3 models/calibrate.py BENCH [--citebot target/release/citebot]

BENCH holds labelled questions of other domains: hwu32of64 (HWU64, Liu et al. 2019), clinc150 and clinc50of150
(CLINC150, Larson et al. 2019), each with knowledge/, questions.jsonl and, for CLINC150, calibration.jsonl. Of CLINC150
only calibration.jsonl is read, for the shipped FAQ only tests/questions/tune.jsonl. Needs numpy and scipy.

Two logistic regressions predict whether the best match is right. The first finds the weights, with a bias for each FAQ, so
that the share of out-of-scope questions does not influence the weights. It sees the four whole FAQs and parts of them
with fewer entries and phrasings; questions to the entries left out are then out of scope. The second keeps these weights
and finds, on the whole FAQs, the common bias and the weight of the FAQ's size. Every FAQ has the same total weight.
"""

import argparse
import json
import random
import subprocess
import tempfile
import tomllib
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
# Domain, entries, phrasings, share of the out-of-scope questions that is kept, lines of out-of-scope.toml.
PARTS = [
    ("clinc", 25, 4, 0.5, 0),
    ("clinc", 60, 8, 0.3, 0),
    ("clinc", 100, 6, 0.15, 0),
    ("clinc", 130, 10, 0.2, 0),
    ("clinc", 40, 10, 0.1, 0),
    ("hwu", 14, 5, 0.4, 0),
    ("hwu", 22, 8, 0.5, 0),
    ("own", 35, 8, 0.5, 0),
    ("own", 60, 26, 0.5, 1000),
    ("own", 90, 13, 1.0, 2000),
]
# The one feature that is the same for all questions to a FAQ.
SIZE = "size of the book"
# L2 regularisation of the weights, with features in standard deviations.
REGULARISATION = 1e-4


def load(faq, questions, words, citebot):
    """The features of the best match of each question, and whether the match was right."""
    command = [citebot, "--knowledge", faq, "eval", questions, "--features"] + ["--words"] * words
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    rows, right = [], []
    for line in printed.splitlines():
        judged = json.loads(line)
        if not judged["matches"]:
            continue
        best = judged["matches"][0]
        if not best["weighed"]:
            continue  # The confidence of an exact match is fixed.
        rows.append({name: value for name, value in best["weighed"].items() if name != "bias"})
        right.append(best["entry"] in judged["right"])
    return rows, np.array(right)


def part(folder, entries, questions, out_of_scope, aliases, spec, rng):
    """Writes a FAQ with some of the `entries`, and questions to it. Returns the file of the questions."""
    _, count, phrasings, share, lines = spec
    kept = rng.sample(entries, count)
    ids = {entry["id"] for entry in kept}
    (folder / "faq").mkdir(parents=True)
    quoted = lambda value: json.dumps(value, ensure_ascii=False)
    with open(folder / "faq" / "part.toml", "w") as out:
        out.write('topic = "Part"\n')
        for entry in kept:
            texts = [entry["question"], *entry.get("phrasings", [])]
            rng.shuffle(texts)
            answer = entry["answer"]
            for n in range(1, 10):
                answer = answer.replace(f"[{n}]", "")
            out.write(f"[[entry]]\nid = {quoted(entry['id'])}\nquestion = {quoted(texts[0])}\n")
            out.write(f"phrasings = {quoted(texts[1:phrasings])}\nanswer = {quoted(answer)}\n")
    if aliases:
        (folder / "aliases.toml").write_text(aliases)
    if lines:
        (folder / "out-of-scope.toml").write_text(f"questions = {quoted(rng.sample(out_of_scope, lines))}\n")
    asked = []
    for line in questions:
        right = line["entry"] if isinstance(line["entry"], list) else [line["entry"]]
        right = [entry for entry in right if entry in ids]
        if right or rng.random() < share:
            asked.append({"question": line["question"], "entry": right or None})
    rng.shuffle(asked)
    file = folder / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in asked[:1500]))
    return file


def logistic(x, y, weight, offset, regularisation):
    """The weights of a logistic regression, each with its own L2 regularisation."""

    def loss(w):
        z = x @ w + offset
        p = 1 / (1 + np.exp(-z))
        value = (weight * (np.logaddexp(0, z) - y * z)).sum() + (regularisation * w**2).sum()
        return value, x.T @ (weight * (p - y)) + 2 * regularisation * w

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def fit(sets):
    """The bias and the weights that fit `sets`: features, whether right, and whether it is a whole FAQ."""
    names = list(sets[0][0][0])
    of_match = [name for name in names if name != SIZE]
    y = np.concatenate([right for _, right, _ in sets]).astype(float)
    faq = np.concatenate([np.full(len(rows), at) for at, (rows, _, _) in enumerate(sets)])
    each = np.concatenate([np.full(len(rows), 1 / len(rows)) for rows, _, _ in sets])
    of_whole = np.concatenate([np.full(len(rows), is_whole) for rows, _, is_whole in sets])
    column = lambda name: np.array([row[name] for rows, _, _ in sets for row in rows])
    x = np.column_stack([column(name) for name in of_match])
    spread = x.std(axis=0)
    biases = (faq[:, None] == np.arange(len(sets))).astype(float)
    regularisation = np.array([REGULARISATION] * len(of_match) + [0.0] * len(sets))
    standard = (x - x.mean(axis=0)) / spread
    slopes = logistic(np.hstack([standard, biases]), y, each, 0.0, regularisation)[: len(of_match)] / spread
    whole = [np.ones(len(y))] + ([column(SIZE)] if SIZE in names else [])
    rest = logistic(np.column_stack(whole), y, each * of_whole, x @ slopes, np.zeros(len(whole)))
    found = [*zip(of_match, slopes), *zip(["bias", SIZE], rest)]
    return {name: round(float(number), 2) for name, number in found}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench", type=Path)
    parser.add_argument("--citebot", default=str(ROOT / "target/release/citebot"))
    arguments = parser.parse_args()
    bench = arguments.bench.resolve()
    whole = {
        "own": (ROOT / "knowledge", ROOT / "tests/questions/tune.jsonl"),
        "hwu": (bench / "hwu32of64/knowledge", bench / "hwu32of64/questions.jsonl"),
        "clinc": (bench / "clinc150/knowledge", bench / "clinc150/calibration.jsonl"),
        "clinc50": (bench / "clinc50of150/knowledge", bench / "clinc50of150/calibration.jsonl"),
    }
    own = tomllib.loads((ROOT / "knowledge/out-of-scope.toml").read_text())["questions"]
    aliases = (ROOT / "knowledge/aliases.toml").read_text()
    rng = random.Random(5)
    parts = []
    with tempfile.TemporaryDirectory() as scratch:
        for at, spec in enumerate(PARTS):
            domain = spec[0]
            faq, asked = whole[domain]
            files = sorted((faq / "faq").glob("*.toml"))
            entries = [entry for file in files for entry in tomllib.loads(file.read_text())["entry"]]
            questions = [json.loads(line) for line in asked.read_text().splitlines()]
            folder = Path(scratch) / str(at)
            known = aliases if domain == "own" else ""
            file = part(folder, entries, questions, own, known, spec, rng)
            parts.append((folder, file))
        for name, words in (("SEMANTIC", False), ("LEXICAL", True)):
            faqs = [(*faq, True) for faq in whole.values()] + [(*faq, False) for faq in parts]
            sets = [(*load(str(faq), str(asked), words, arguments.citebot), is_whole) for faq, asked, is_whole in faqs]
            print(name, fit(sets))


if __name__ == "__main__":
    main()
