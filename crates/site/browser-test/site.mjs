// The written site: its files, and a page of each kind.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";

export const FOLDER = process.env.CITEBOT_SITE;
if (!FOLDER || !statSync(FOLDER, { throwIfNoEntry: false })?.isDirectory()) {
  throw new Error(
    `CITEBOT_SITE must be the folder of a site, but is ${FOLDER || "not set"}. ` +
      "Write one: cargo run -- site --out DIR",
  );
}

// The site's files, without hidden ones, which hosts do not serve.
export const FILES = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile() && !file.name.startsWith("."))
  .map((file) => join(file.parentPath ?? file.path, file.name).slice(join(FOLDER, sep).length))
  .map((path) => path.split(sep).join("/"))
  .sort();

export const read = (path) => readFileSync(join(FOLDER, path), "utf8");

const INDEX = JSON.parse(read("search.json"));

export const ENTRIES = INDEX.entries;

export function entry(id) {
  const found = ENTRIES.find((entry) => entry.id === id);
  if (!found) throw new Error(`The site has no entry ${id}. These tests are for the FAQ of this repository.`);
  return found;
}

const HTML = FILES.filter((path) => path.endsWith(".html"));
const within = (folder) => HTML.filter((path) => path.startsWith(folder));

export const PERMALINKS = within("entries/");
export const TOPICS = [...new Set(ENTRIES.map(({ url }) => url.split("#")[0]))];
export const ARTICLES = within("articles/");

// Every page that is read. Permalinks only lead on.
export const PAGES = HTML.filter((path) => !PERMALINKS.includes(path));

// One of each kind, the longest where there are several.
const longest = (paths) => paths.toSorted((one, other) => read(other).length - read(one).length)[0];
export const KINDS = {
  home: "index.html",
  topic: longest(TOPICS),
  article: longest(ARTICLES),
  toolkit: "toolkit.html",
  "not found": "404.html",
  permalink: longest(PERMALINKS),
};
