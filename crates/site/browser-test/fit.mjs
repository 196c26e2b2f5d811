// Fits the weights of the search in the browser and measures it, on the same labelled questions as the bot:
//
//     cargo run -- site --out /tmp/site && node crates/site/browser-test/fit.mjs /tmp/site
//
// Prints the weights for `assets/matcher.js`, fitted on tune.jsonl, and the figures of those that the site has.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const site = resolve(process.argv[2] ?? "site");
const { Matcher, WEIGHTS, ANSWER } = await import(pathToFileURL(`${site}/matcher.js`));
const matcher = new Matcher(JSON.parse(readFileSync(`${site}/search.json`, "utf8")));

// Swaps two letters of each question's longest word, if the third argument is `--typos`.
function mistyped(question) {
  if (process.argv[3] !== "--typos") return question;
  const words = question.split(" ");
  const longest = words.reduce((one, other) => (other.length > one.length ? other : one));
  const at = Math.floor(longest.length / 2);
  const swapped = longest.slice(0, at - 1) + longest[at] + longest[at - 1] + longest.slice(at + 1);
  return longest.length < 4 ? question : words.map((w) => (w === longest ? swapped : w)).join(" ");
}

function labelled(name) {
  const file = new URL(`../../../tests/questions/${name}`, import.meta.url);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const { question, entry } = JSON.parse(line);
    const right = entry === null ? [] : [entry].flat();
    const read = matcher.read(mistyped(question));
    const ranked = matcher.ranked(read);
    const { entries, suggests } = matcher.ask(mistyped(question));
    const ids = entries.map((entry) => entry.id);
    const isAnswerable = ranked.length > 0 && ranked[0].entry !== null;
    return {
      isNull: entry === null,
      features: isAnswerable ? matcher.features(read, ranked) : null,
      suggests,
      first: right.includes(ids[0]),
      among: ids.some((id) => right.includes(id)),
    };
  });
}

const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
const confidence = (weights, features) =>
  features === null ? 0 : 1 / (1 + Math.exp(-dot(weights, features)));

// Logistic regression by gradient descent: slow, but without a library.
function fit(questions) {
  const used = questions.filter((question) => question.features !== null);
  let weights = WEIGHTS.map(() => 0);
  for (let round = 0; round < 40_000; round++) {
    const gradient = weights.map(() => 0);
    for (const { features, first } of used) {
      const miss = confidence(weights, features) - (first ? 1 : 0);
      features.forEach((value, at) => (gradient[at] += miss * value));
    }
    weights = weights.map((weight, at) => {
      const shrink = at === 0 ? 0 : 0.0005 * weight;
      return weight - 0.5 * (gradient[at] / used.length + shrink);
    });
  }
  return weights;
}

function report(name, weights, questions) {
  const covered = questions.filter((question) => !question.isNull);
  const others = questions.filter((question) => question.isNull);
  const at = (threshold) => (question) => confidence(weights, question.features) >= threshold;
  const share = (part, whole) => `${((100 * part.length) / whole.length).toFixed(1)} %`;
  let pairs = 0;
  for (const one of covered) {
    for (const other of others) {
      const difference =
        confidence(weights, one.features) - confidence(weights, other.features);
      pairs += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
    }
  }
  console.log(name, {
    "best match right": share(covered.filter((q) => q.first), covered),
    "answered correctly": share(covered.filter((q) => q.first).filter(at(ANSWER)), covered),
    "answered wrongly": share(covered.filter((q) => !q.first).filter(at(ANSWER)), covered),
    "right one shown": share(covered.filter((q) => q.among && q.suggests), covered),
    "false answers": share(others.filter(at(ANSWER)), others),
    "false suggestions": share(others.filter((q) => q.suggests), others),
    AUROC: (pairs / covered.length / others.length).toFixed(3),
  });
}

const tune = labelled("tune.jsonl");
const fitted = fit(tune);
console.log(`WEIGHTS = [${fitted.map((weight) => weight.toFixed(2)).join(", ")}]`);
report("tune.jsonl, fitted", fitted, tune);
report("tune.jsonl", WEIGHTS, tune);
report("held.jsonl", WEIGHTS, labelled("held.jsonl"));
