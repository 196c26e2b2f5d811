// The search on the first page.

import { ANSWER, Matcher } from "./matcher.js";

// The pause in typing after which the results are shown.
const PAUSE = 200;

const form = document.querySelector("form");
const input = form.elements.q;
const status = document.getElementById("_status");
const results = document.getElementById("_results");
let matcher;

function load() {
  matcher ??= fetch("search.json").then(async (response) => {
    if (!response.ok) throw new Error(response.statusText);
    return new Matcher(await response.json());
  });
  return matcher;
}

function result(entry, withAnswer) {
  const link = document.createElement("a");
  link.href = entry.url;
  const question = document.createElement("strong");
  question.textContent = entry.question;
  link.append(question);
  if (withAnswer) {
    const answer = document.createElement("p");
    answer.textContent = entry.answer;
    link.append(answer);
  }
  return link;
}

function show(text, entries = [], withAnswer = false) {
  status.textContent = text;
  results.replaceChildren(...entries.map((entry, at) => result(entry, withAnswer && at === 0)));
}

async function search() {
  const question = input.value.trim();
  if (question === "") return show("");
  let found;
  try {
    found = (await load()).ask(question);
  } catch {
    matcher = undefined;
    return show("The search could not be loaded. All questions are listed below.");
  }
  // Something else may have been typed while it loaded.
  if (input.value.trim() !== question) return;
  const [best] = found.entries;
  if (found.confidence >= ANSWER) show("The FAQ answers this:", [best], true);
  else if (found.suggests) show("Did you mean:", found.entries);
  else show("The FAQ does not say. The search finds words, not meanings: try others, or look below.");
}

let pause;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  history.replaceState(null, "", input.value ? `?q=${encodeURIComponent(input.value)}` : "./");
  search();
});
input.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(search, PAUSE);
});
input.addEventListener("focus", () => load().catch(() => (matcher = undefined)), { once: true });
input.value = new URLSearchParams(location.search).get("q") ?? input.value;
search();
