#!/usr/bin/env python3
"""Fits the numbers of src/matcher/calibration.rs again.

    python3 models/calibrate.py BENCH [--citebot target/release/citebot]

BENCH holds the labelled questions of other domains: hwu32of64 (HWU64, Liu et al. 2019), clinc150 and clinc50of150
(CLINC150, Larson et al. 2019), each with knowledge/, questions.jsonl and, for CLINC150, calibration.jsonl. Of
CLINC150 only calibration.jsonl is read, of our own book only tests/questions/tune.jsonl. Needs numpy and scipy.

Two logistic regressions on whether the best match is right. The first finds the weights, with a bias for every book, so
that how much of what is asked is out of scope says nothing about them. Beside the four whole books it sees parts of
them, with fewer entries and phrasings, whose other entries' questions are then out of scope. The second finds, with
these weights and on the whole books, the bias for all and what a book's size says. Every book weighs the same.
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
# Domain, entries, phrasings, share of the questions out of scope that is kept, lines of out-of-scope.toml.
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
# What is the same for every question to a book.
SIZE = "size of the book"
# How strongly weights are held near 0, in standard deviations of what they weigh.
HOLD = 1e-4


def load(book, questions, words, citebot):
    """What the confidence in the best match of each question weighs, and whether the match was right."""
    command = [citebot, "--knowledge", book, "eval", questions, "--features"] + ["--words"] * words
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    rows, right = [], []
    for line in printed.splitlines():
        judged = json.loads(line)
        if not judged["matches"]:
            continue
        best = judged["matches"][0]
        if not best["weighed"]:
            continue  # A wording of the book, word for word, is not judged by these numbers.
        rows.append({name: value for name, value in best["weighed"].items() if name != "bias"})
        right.append(best["entry"] in judged["right"])
    return rows, np.array(right)


def part(folder, entries, questions, out_of_scope, aliases, spec, rng):
    """Writes a book of some of the `entries`, and what can be asked of it."""
    _, count, phrasings, share, lines = spec
    kept = rng.sample(entries, count)
    ids = {entry["id"] for entry in kept}
    (folder / "faq").mkdir(parents=True)
    quoted = lambda value: json.dumps(value, ensure_ascii=False)
    with open(folder / "faq" / "part.toml", "w") as out:
        out.write('topic = "Part"\n')
        for entry in kept:
            wordings = [entry["question"], *entry.get("phrasings", [])]
            rng.shuffle(wordings)
            answer = entry["answer"]
            for n in range(1, 10):
                answer = answer.replace(f"[{n}]", "")
            out.write(f"[[entry]]\nid = {quoted(entry['id'])}\nquestion = {quoted(wordings[0])}\n")
            out.write(f"phrasings = {quoted(wordings[1:phrasings])}\nanswer = {quoted(answer)}\n")
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


def logistic(x, y, weight, offset, hold):
    """The weights of a logistic regression, each held near 0 by its `hold`."""

    def loss(w):
        z = x @ w + offset
        p = 1 / (1 + np.exp(-z))
        value = (weight * (np.logaddexp(0, z) - y * z)).sum() + (hold * w**2).sum()
        return value, x.T @ (weight * (p - y)) + 2 * hold * w

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def fit(sets):
    """The numbers that fit `sets`, each with whether it is a whole book."""
    names = list(sets[0][0][0])
    of_match = [name for name in names if name != SIZE]
    y = np.concatenate([right for _, right, _ in sets]).astype(float)
    book = np.concatenate([np.full(len(rows), at) for at, (rows, _, _) in enumerate(sets)])
    each = np.concatenate([np.full(len(rows), 1 / len(rows)) for rows, _, _ in sets])
    of_whole = np.concatenate([np.full(len(rows), is_whole) for rows, _, is_whole in sets])
    column = lambda name: np.array([row[name] for rows, _, _ in sets for row in rows])
    x = np.column_stack([column(name) for name in of_match])
    spread = x.std(axis=0)
    biases = (book[:, None] == np.arange(len(sets))).astype(float)
    hold = np.array([HOLD] * len(of_match) + [0.0] * len(sets))
    standard = (x - x.mean(axis=0)) / spread
    slopes = logistic(np.hstack([standard, biases]), y, each, 0.0, hold)[: len(of_match)] / spread
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
            book, asked = whole[domain]
            files = sorted((book / "faq").glob("*.toml"))
            entries = [entry for file in files for entry in tomllib.loads(file.read_text())["entry"]]
            questions = [json.loads(line) for line in asked.read_text().splitlines()]
            folder = Path(scratch) / str(at)
            known = aliases if domain == "own" else ""
            file = part(folder, entries, questions, own, known, spec, rng)
            parts.append((folder, file))
        for name, words in (("HYBRID", False), ("WORDS", True)):
            books = [(*book, True) for book in whole.values()] + [(*book, False) for book in parts]
            sets = [(*load(str(book), str(asked), words, arguments.citebot), is_whole) for book, asked, is_whole in books]
            print(name, fit(sets))


if __name__ == "__main__":
    main()
