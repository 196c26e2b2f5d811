// Finds entries by the words of a question, typos included, and tells how probably the best one answers it.
// It knows words, not meanings: that takes the bot.

import MiniSearch from "./minisearch.js";

// Minimum confidence to give an answer and to suggest entries: the bot's own.
export const ANSWER = 0.75;
export const SUGGEST = 0.2;
const MAX_RESULTS = 5;
// Up to so many words are keywords: entries that have them all are suggested.
const KEYWORDS = 3;
// How much of a word counts that was found by repairing it.
const REPAIRED = 0.7;
const MIN_REPAIRED = 4;

// Fitted by `crates/site/browser-test/fit.mjs`, in the order of `features`.
export const WEIGHTS = [-10.99, 2.64, 3.32, 1.32, 6.72, 2.8, -0.73, 1.84];

// Words end in many ways: this drops the commonest endings.
function stem(word) {
  let stem = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  if (stem.length > 4) {
    if (stem.endsWith("ies")) stem = stem.slice(0, -3) + "y";
    else if (/[^s]s$/.test(stem)) stem = stem.slice(0, -1);
    if (stem.length > 6 && stem.endsWith("ing")) stem = stem.slice(0, -3);
    else if (stem.length > 5 && stem.endsWith("ed")) stem = stem.slice(0, -2);
    if (stem.length > 4 && stem.endsWith("e")) stem = stem.slice(0, -1);
  }
  return stem;
}

const split = MiniSearch.getDefault("tokenize");

function words(text) {
  return [...new Set(split(text).map(stem).filter(Boolean))];
}

// Replaces each name by the first of those that mean the same.
function renamer(aliases) {
  const first = new Map();
  for (const names of aliases) {
    for (const name of names) first.set(name.toLowerCase(), names[0].toLowerCase());
  }
  const escaped = [...first.keys()]
    .sort((one, other) => other.length - one.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  if (escaped.length === 0) return (text) => text;
  const names = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  return (text) => text.replace(names, (name) => first.get(name.toLowerCase()));
}

// The edits that turn one word into another: letters added, dropped, changed, or two swapped.
function distance(one, other) {
  let before;
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (before && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[other.length];
}

export class Matcher {
  constructor({ entries, outside, aliases, names }) {
    this.rename = renamer(aliases);
    // Names of the field are no typing mistakes, whether the FAQ has them or not.
    this.names = new Set(names.flatMap(words));
    this.phrasings = [];
    this.frequency = new Map();
    this.index = new MiniSearch({ fields: ["text"], processTerm: stem });
    const add = (text, entry) => {
      const renamed = this.rename(text);
      const phrasing = { id: this.phrasings.length, entry, text: renamed, words: words(renamed) };
      for (const word of phrasing.words) {
        this.frequency.set(word, (this.frequency.get(word) ?? 0) + 1);
      }
      this.phrasings.push(phrasing);
    };
    for (const entry of entries) {
      for (const text of [entry.question, ...entry.phrasings]) add(text, entry);
    }
    // A question that is nearest to one of these is about something else.
    for (const text of outside) add(text, null);
    this.index.addAll(this.phrasings);
  }

  // The known word that a mistyped one was meant to be, or the word itself.
  repaired(word) {
    if (word.length < MIN_REPAIRED || this.frequency.has(word) || this.names.has(word)) return word;
    let edits = word.length < 8 ? 1 : 2;
    let best = word;
    for (const [known, found] of this.frequency) {
      if (known.length < MIN_REPAIRED - 1 || Math.abs(known.length - word.length) > edits) continue;
      const needed = distance(word, known);
      if (needed < edits || (needed === edits && (best === word || found > this.frequency.get(best)))) {
        edits = needed;
        best = known;
      }
    }
    return best;
  }

  // The words of a question. Each has a weight, which is how much it tells: rare words more, unknown ones most.
  read(text) {
    const repaired = (text) => split(text).map((word) => {
      const known = this.repaired(stem(word));
      return known === stem(word) ? word : known;
    });
    // Names may show only after a repair.
    const question = this.rename(repaired(this.rename(text)).join(" "));
    const typed = new Set(words(this.rename(text)));
    const asked = words(question).map((word) => ({
      word,
      weight: this.weight(word),
      share: typed.has(word) ? 1 : REPAIRED,
    }));
    return { question, words: asked, weight: asked.reduce((sum, { weight }) => sum + weight, 0) };
  }

  weight(word) {
    const found = this.frequency.get(word) ?? 0;
    return Math.log(1 + (this.phrasings.length - found + 0.5) / (found + 0.5));
  }

  // The entries nearest to a question, each by its nearest phrasing, the nearest first. `null` stands for the
  // questions that no entry answers.
  ranked(read) {
    const nearest = new Map();
    for (const hit of this.index.search(read.question).slice(0, 60)) {
      const { entry, words } = this.phrasings[hit.id];
      const shared = read.words.filter(({ word }) => words.includes(word));
      const sum = (values) => values.reduce((sum, value) => sum + value, 0);
      const ofQuestion = sum(shared.map(({ weight, share }) => weight * share)) / read.weight;
      const ofPhrasing =
        sum(shared.map(({ weight }) => weight)) / sum(words.map((word) => this.weight(word)));
      const score = (2 * ofQuestion * ofPhrasing) / (ofQuestion + ofPhrasing || 1);
      if (score > (nearest.get(entry)?.score ?? -1)) {
        nearest.set(entry, { entry, score, ofQuestion, ofPhrasing });
      }
    }
    return [...nearest.values()].sort((one, other) => other.score - one.score);
  }

  features(read, ranked) {
    const [best, second] = ranked;
    const unknown = read.words.filter(({ word }) => !this.frequency.has(word));
    return [
      1,
      best.ofQuestion,
      best.ofPhrasing,
      best.score,
      best.score - (second?.score ?? 0),
      Math.log(1 + read.words.length),
      Math.log(1 + unknown.length),
      best.ofQuestion * best.ofPhrasing,
    ];
  }

  // The nearest entries, how probably the first answers the question, and whether to suggest them.
  ask(text) {
    const read = this.read(text);
    const ranked = this.ranked(read);
    const found = ranked.filter(({ entry }) => entry !== null);
    const entries = found.slice(0, MAX_RESULTS).map(({ entry }) => entry);
    if (found.length === 0) return { confidence: 0, suggests: false, entries };
    const sum = this.features(read, ranked).reduce((sum, value, at) => sum + value * WEIGHTS[at], 0);
    const confidence = ranked[0].entry === null ? 0 : 1 / (1 + Math.exp(-sum));
    const areKeywords = read.words.length <= KEYWORDS && found[0].ofQuestion > 0.6;
    return { confidence, suggests: confidence >= SUGGEST || areKeywords, entries };
  }
}
