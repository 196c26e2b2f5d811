#!/usr/bin/env python3
"""Fits the numbers in crates/core/src/matcher/calibration.rs again.

    python3 models/calibrate.py BENCH [--citebot target/release/citebot] [--cache FILE] [--without DOMAIN]

BENCH holds labelled questions of other domains: hwu32of64 (HWU64, Liu et al. 2019) and clinc150 (CLINC150, Larson et al.
2019), each with knowledge/ and questions.jsonl, for CLINC150 calibration.jsonl. Of CLINC150 only calibration.jsonl is read,
for the shipped FAQ only tests/questions/tune*.jsonl, contrast.jsonl and near-tune.jsonl. Needs numpy and scipy.

A logistic regression predicts whether the best match is right. It sees the whole FAQs and many FAQs that are cut from them:
8 to 130 entries with 1 to 20 phrasings, and questions of two kinds that are out of scope: those to the entries left out
(near) and those that no entry of the whole FAQ answers (far). In every FAQ the questions in scope have the same share of the
weight, so that how many a file happens to hold does not matter.

What speaks against a match may not raise its confidence (NEVER_POSITIVE).

JUDGED is for a FAQ with a judge (models/judge.py): train that before. The FAQs of other domains, and those that are cut, have
none, and what it says counts as 0 for them. SEMANTIC is for a FAQ without one.

--without DOMAIN fits without the FAQs of one domain and prints, for each of them, how right its answers are at a confidence
of 0.75 and more, how many of its questions are answered rightly, and its calibration error (ten bins of equal width).
"""

import argparse
import json
import random
import subprocess
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
# Of each domain: entries and phrasings of the FAQs cut from it.
CUTS = {
    "clinc": [(8, 1), (8, 10), (15, 3), (25, 1), (25, 4), (30, 3), (40, 10), (50, 2), (60, 8), (75, 5), (75, 1), (100, 6), (130, 3), (130, 10)],
    "hwu": [(8, 3), (10, 8), (14, 1), (14, 5), (20, 2), (22, 8), (26, 4)],
    "own": [(10, 3), (20, 1), (30, 3), (30, 10), (35, 6), (60, 20), (60, 2), (90, 13), (90, 4), (110, 1), (40, 20)],
}
# The share of the weight of a FAQ that its questions in scope have. Less than half for a FAQ that we know nothing of: a wrong answer
# is worse than none. The shipped FAQ has more, as many of the questions out of its scope were written to be hard.
IN_SCOPE = {"JUDGED": 0.6, "SEMANTIC": 0.45, "LEXICAL": 0.45}
# The share that they have of what is asked of a FAQ with a judge. Two of the three sets that its fit rests on are near misses, of
# which people ask fewer: its bias is corrected by the difference in log odds (King and Zeng 2001, "prior correction"). Chosen on
# tune.jsonl, which then has no false answer, and contrast.jsonl, which has few.
JUDGED_IN_SCOPE = 0.75
# The weight of a whole FAQ beside one that is cut.
WHOLE = 16.0
# Sets of near misses of the shipped FAQ. Only its judge learns what they have in common: without one, they make the confidence in
# other FAQs worse.
NEAR_MISSES = ("contrast", "near")
# Evidence against a match, which must not turn into evidence for it.
NEVER_POSITIVE = {"ordinary talk", "out of scope", "foreign names", "another version", "the opposite", "uncovered words", "other order", "off the subject", "other aspects"}
# L2 regularisation of the weights, with features in standard deviations.
REGULARISATION = 1e-4


# The evidence that only a FAQ with a judge has.
JUDGE = "the judge"


def load(faq, questions, words, citebot):
    """The features of the best match of each question, and whether the match was right. A question without any match is
    left out, as are an exact match, the confidence of which is fixed, and a match that is contradicted, which is no answer
    whatever its confidence."""
    with tempfile.TemporaryDirectory() as store:
        command = [citebot, "--knowledge", faq, "eval", *questions, "--features"] + ["--words"] * words
        printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env={"CITEBOT_STORE": f"sqlite://{store}/citebot.db"}).stdout
    rows = []
    for line in printed.splitlines():
        judged = json.loads(line)
        best = judged["matches"][0] if judged["matches"] else None
        if best and best["weighed"] and not best["contradicted"]:
            values = {name: value for name, value in best["weighed"].items() if name != "bias"}
            rows.append({"values": values, "right": best["entry"] in judged["right"], "in_scope": bool(judged["right"])})
    return rows


def cut(folder, domain, faq, asked, entries, phrasings, out_of_scope, rng):
    """Writes a FAQ with some of the entries of `faq`, and questions to it. Returns the file of the questions."""
    all_entries = [entry for file in sorted((faq / "faq").glob("*.toml")) for entry in tomllib.loads(file.read_text())["entry"]]
    kept = rng.sample(all_entries, entries)
    ids = {entry["id"] for entry in kept}
    (folder / "faq").mkdir(parents=True)
    quoted = lambda value: json.dumps(value, ensure_ascii=False)
    with open(folder / "faq" / "cut.toml", "w") as out:
        out.write('topic = "Cut"\n')
        for entry in kept:
            texts = [entry["question"], *entry.get("phrasings", [])]
            rng.shuffle(texts)
            answer = entry["answer"]
            for n in range(1, 10):
                answer = answer.replace(f"[{n}]", "")
            out.write(f"[[entry]]\nid = {quoted(entry['id'])}\nquestion = {quoted(texts[0])}\n")
            out.write(f"phrasings = {quoted(texts[1:phrasings])}\nanswer = {quoted(answer)}\n")
    if domain == "own":
        for file in ("aliases.toml", "names.toml"):
            (folder / file).write_text((faq / file).read_text())
        if rng.random() < 0.3:
            lines = rng.sample(out_of_scope, min(len(out_of_scope), 15 * entries))
            (folder / "out-of-scope.toml").write_text(f"questions = {quoted(lines)}\n")
    inside, outside = [], []
    for line in asked:
        right = line["entry"] if isinstance(line["entry"], list) else [line["entry"]]
        right = [entry for entry in right if entry in ids]
        (inside if right else outside).append({"question": line["question"], "entry": right or None})
    rng.shuffle(inside)
    rng.shuffle(outside)
    file = folder / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in inside[:400] + outside[:400]))
    return file


def sets(bench, words, citebot):
    """Per FAQ: its name, its domain, whether it is whole, and its rows."""
    questions = ROOT / "tests/questions"
    whole = {
        "own": (ROOT / "knowledge", [questions / "tune.jsonl", questions / "tune-others.jsonl"]),
        "hwu": (bench / "hwu32of64/knowledge", [bench / "hwu32of64/questions.jsonl"]),
        "clinc": (bench / "clinc150/knowledge", [bench / "clinc150/calibration.jsonl"]),
    }
    out_of_scope = tomllib.loads((ROOT / "knowledge/out-of-scope.toml").read_text())["questions"]
    rng = random.Random(5)
    jobs = [(domain, domain, True, faq, files) for domain, (faq, files) in whole.items()]
    jobs.append(("contrast", "own", True, ROOT / "knowledge", [questions / "contrast.jsonl"]))
    jobs.append(("near", "own", True, ROOT / "knowledge", [questions / "near-tune.jsonl"]))
    with tempfile.TemporaryDirectory() as scratch:
        for domain, cuts in CUTS.items():
            faq, files = whole[domain]
            asked = [json.loads(line) for file in files for line in file.read_text().splitlines()]
            for entries, phrasings in cuts:
                name = f"{domain} {entries}x{phrasings}"
                folder = Path(scratch) / name.replace(" ", "-")
                file = cut(folder, domain, faq, asked, entries, phrasings, out_of_scope, rng)
                jobs.append((name, domain, False, folder, [file]))
        run = lambda job: (*job[:3], load(str(job[3]), [str(file) for file in job[4]], words, citebot))
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(run, jobs))


def fit(all_sets, in_scope):
    """The bias and the weights."""
    names = list(all_sets[0][3][0]["values"])
    rows = [row for _, _, _, rows in all_sets for row in rows]
    weight = []
    for name, _, whole, of_set in all_sets:
        inside = sum(row["in_scope"] for row in of_set)
        shares = {True: in_scope / max(inside, 1), False: (1 - in_scope) / max(len(of_set) - inside, 1)}
        weight += [shares[row["in_scope"]] * (WHOLE if whole else 1.0) for row in of_set]
    y = np.array([row["right"] for row in rows], float)
    x = np.array([[row["values"][name] for name in names] for row in rows])
    weight = np.array(weight) / len(all_sets)
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    standard = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    regularisation = np.array([REGULARISATION] * len(names) + [0.0])

    def loss(w):
        z = standard @ w
        p = 1 / (1 + np.exp(-z))
        value = (weight * (np.logaddexp(0, z) - y * z)).sum() + (regularisation * w**2).sum()
        return value, standard.T @ (weight * (p - y)) + 2 * regularisation * w

    bounds = [(None, 0.0 if name in NEVER_POSITIVE else None) for name in names] + [(None, None)]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    slopes = found[:-1] / spread
    weights = {name: round(float(slope), 2) for name, slope in zip(names, slopes)}
    weights["bias"] = round(float(found[-1] - (slopes * mean).sum()), 2)
    return weights


def probabilities(weights, rows):
    z = np.array([weights["bias"] + sum(weights[name] * value for name, value in row["values"].items()) for row in rows])
    return 1 / (1 + np.exp(-z))


def report(weights, all_sets):
    """Prints how well `weights` fit each FAQ."""
    print(f"{'FAQ':16} {'questions':>9} {'precision':>9} {'right':>6} {'false':>6} {'error':>6}   (per cent, at 0.75)")
    for name, _, _, rows in all_sets:
        p = probabilities(weights, rows)
        right = np.array([row["right"] for row in rows])
        inside = np.array([row["in_scope"] for row in rows])
        answered = p >= 0.75
        bins = np.minimum((p * 10).astype(int), 9)
        error = sum(abs(p[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins))
        share = lambda part, whole: 100 * part.sum() / max(whole.sum(), 1)
        print(
            f"{name:16} {len(rows):9} {share(right & answered, answered):9.1f} {share(right & answered, inside):6.1f} "
            f"{share(answered & ~inside, ~inside):6.1f} {100 * error:6.1f}"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench", type=Path)
    parser.add_argument("--citebot", default=str(ROOT / "target/release/citebot"))
    parser.add_argument("--cache", type=Path, help="keep what was measured in this file, and read it from there")
    parser.add_argument("--without", choices=CUTS, help="leave out the FAQs of a domain, and report on them")
    arguments = parser.parse_args()
    if arguments.cache and arguments.cache.exists():
        measured = json.loads(arguments.cache.read_text())
    else:
        kinds = (("SEMANTIC", False), ("LEXICAL", True))
        measured = {name: sets(arguments.bench.resolve(), words, arguments.citebot) for name, words in kinds}
        if arguments.cache:
            arguments.cache.write_text(json.dumps(measured))
    without_judge = lambda row: {**row, "values": {name: value for name, value in row["values"].items() if name != JUDGE}}
    with_judge = lambda row: {**row, "values": {JUDGE: 0.0, **row["values"]}}
    measured = {
        "JUDGED": [(*one[:3], [with_judge(row) for row in one[3]]) for one in measured["SEMANTIC"]],
        "SEMANTIC": [(*one[:3], [without_judge(row) for row in one[3]]) for one in measured["SEMANTIC"] if one[0] not in NEAR_MISSES],
        "LEXICAL": [one for one in measured["LEXICAL"] if one[0] != "near"],
    }
    for name, all_sets in measured.items():
        seen = [one for one in all_sets if one[1] != arguments.without]
        weights = fit(seen, IN_SCOPE[name])
        if name == "JUDGED":
            correction = np.log(JUDGED_IN_SCOPE / (1 - JUDGED_IN_SCOPE)) - np.log(IN_SCOPE[name] / (1 - IN_SCOPE[name]))
            weights["bias"] = round(weights["bias"] + float(correction), 2)
        print(name, weights)
        report(weights, [one for one in all_sets if one not in seen] if arguments.without else all_sets)


if __name__ == "__main__":
    main()
