#!/usr/bin/env python3
"""Fits the numbers of src/matcher/calibration.rs again.

    python3 models/calibrate.py BENCH [--citebot target/release/citebot]

BENCH holds the labelled questions of other domains: hwu32of64 (HWU64, Liu et al. 2019), clinc150 and clinc50of150
(CLINC150, Larson et al. 2019), each with knowledge/, questions.jsonl and, for CLINC150, calibration.jsonl. Of
CLINC150 only calibration.jsonl is read, of our own book only tests/questions/tune.jsonl. Needs numpy and scipy.

Beside the four whole books, parts of them are used, with fewer entries and phrasings, whose other entries' questions
are then out of scope: so that size and the share of questions out of scope don't stand for one domain. Every domain
weighs the same, our own twice. The fit is a logistic regression on whether the best match is right, held near PRIOR
(found on the same data before there were questions out of scope) so that it carries over to other domains.
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
HYBRID = {"score": 5.2, "nearest": 5.0, "talk": -4.8, "coherence": -5.8, "size": 0.7, "beyond": -2.0}
WORDS = {"margin": 3.9, "words": 9.2, "wording": -2.9, "characters": 2.1, "length": 2.6, "out_of_scope": -2.0}
# How strongly the numbers are held near those above.
HOLD = 0.006


def load(book, questions, words, citebot):
    """What the best match of each question was judged by, and whether it was right."""
    command = [citebot, "--knowledge", book, "eval", questions, "--features"] + ["--words"] * words
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    rows, right = [], []
    for line in printed.splitlines():
        judged = json.loads(line)
        if not judged["matches"]:
            continue
        best = judged["matches"][0]
        if best["confidence"] == 0.99 or (not words and best["nearest"] == 0):
            continue  # A wording of the book, word for word, is not judged by these numbers.
        best["talk"] = max(best["talk"], best["out_of_scope"] - 0.1)
        best["margin"] = min(0.3, best["margin"])
        named = best["out_of_scope"] > 0
        best["beyond"] = max(0, best["out_of_scope"] - best["nearest"] + 0.2) if named else 0
        rows.append(best)
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


def fit(sets, prior):
    """Logistic regression over weighted sets, held near `prior`."""
    names = list(prior)
    x = np.vstack([[[row[name] for name in names] + [1.0] for row in rows] for rows, _, _ in sets])
    y = np.concatenate([right for _, right, _ in sets])
    weight = np.concatenate([np.full(len(rows), w / len(rows)) for rows, _, w in sets])
    start = np.array([*prior.values(), 0.0])
    hold = np.array([HOLD] * len(names) + [0.0])

    def loss(w):
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        value = (weight * (np.logaddexp(0, z) - y * z)).sum() + (hold * (w - start) ** 2).sum()
        return value, x.T @ (weight * (p - y)) + 2 * hold * (w - start)

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return dict(zip([*names, "bias"], (round(float(n), 2) for n in found)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench", type=Path)
    parser.add_argument("--citebot", default=str(ROOT / "target/release/citebot"))
    arguments = parser.parse_args()
    bench = arguments.bench.resolve()
    whole = {
        "own": [(ROOT / "knowledge", ROOT / "tests/questions/tune.jsonl")],
        "hwu": [(bench / "hwu32of64/knowledge", bench / "hwu32of64/questions.jsonl")],
        "clinc": [(bench / f"{b}/knowledge", bench / f"{b}/calibration.jsonl") for b in ("clinc150", "clinc50of150")],
    }
    own = tomllib.loads((ROOT / "knowledge/out-of-scope.toml").read_text())["questions"]
    aliases = (ROOT / "knowledge/aliases.toml").read_text()
    rng = random.Random(5)
    with tempfile.TemporaryDirectory() as scratch:
        for at, spec in enumerate(PARTS):
            domain = spec[0]
            book, asked = whole[domain][0]
            files = sorted((book / "faq").glob("*.toml"))
            entries = [entry for file in files for entry in tomllib.loads(file.read_text())["entry"]]
            questions = [json.loads(line) for line in asked.read_text().splitlines()]
            folder = Path(scratch) / str(at)
            known = aliases if domain == "own" else ""
            file = part(folder, entries, questions, own, known, spec, rng)
            whole[domain].append((folder, file))
        for name, prior, words in (("HYBRID", HYBRID, False), ("WORDS", WORDS, True)):
            sets = []
            for domain, books in whole.items():
                for book, asked in books:
                    rows, right = load(str(book), str(asked), words, arguments.citebot)
                    sets.append((rows, right, (2 if domain == "own" else 1) / len(books)))
            print(name, fit(sets, prior))


if __name__ == "__main__":
    main()
