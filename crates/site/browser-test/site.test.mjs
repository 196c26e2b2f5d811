// The website in Chromium, as readers meet it. CONTRIBUTING.md tells how to run this.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { background, focused, holdPermalinks, launch, tabTo } from "./browser.mjs";
import { serve } from "./server.mjs";
import * as site from "./site.mjs";

const SCHEMES = ["light", "dark"];
// How long a condition may take, in milliseconds. Far more than it does, for slow machines.
const PATIENCE = 20_000;

let server;
let chromium;

before(async () => {
  server = await serve(site.FOLDER);
  chromium = await launch();
});

after(async () => {
  await chromium?.close();
  await server?.close();
});

// A new page in a profile of its own, which ends with the test.
async function newPage(t, options = {}) {
  const context = await chromium.newContext({
    baseURL: server.origin,
    viewport: { width: 1024, height: 700 },
    ...options,
  });
  t.after(() => context.close());
  context.setDefaultTimeout(PATIENCE);
  return context.newPage();
}

// Types a question and returns the line above its results.
async function ask(page, question) {
  const input = page.getByRole("searchbox");
  // What an earlier question found would be taken for what this one finds.
  await input.fill("");
  await says(page, false);
  await input.fill(question);
  await says(page, true);
  return page.locator("#_status").textContent();
}

const says = (page, something) =>
  page.waitForFunction(
    (something) => (document.getElementById("_status").textContent !== "") === something,
    something,
  );

const results = (page) => page.locator("#_results a");

// Whether the entry's heading is what the page was scrolled to.
async function assertAt(page, entry) {
  await page.waitForURL((url) => `${url.pathname.slice(1)}${url.hash}` === entry.url);
  const target = page.locator(":target");
  assert.equal(await target.getAttribute("id"), entry.id);
  const heading = target.getByRole("heading").first();
  assert.equal(await heading.textContent(), entry.question);
  await page.waitForFunction(() => {
    const { top, bottom } = document.querySelector(":target h2").getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
}

describe("the search", () => {
  const ANSWERS = "The FAQ answers this:";
  const SUGGESTS = "Did you mean:";
  const ABSTAINS = "The FAQ does not say.";

  for (const [how, question, says, id] of [
    ["by the words of the question", "What does democratising AI mean?", ANSWERS, "democratization"],
    ["by other words", "who made tensorflow", ANSWERS, "tensorflow"],
    ["with two letters swapped", "who made tensroflow", ANSWERS, "tensorflow"],
    ["with a letter missing", "can open-sorce AI be misued", SUGGESTS, "misuse"],
    ["by a keyword", "deepfakes", ANSWERS, "misuse"],
  ]) {
    test(`finds an entry ${how}`, async (t) => {
      const page = await newPage(t);
      await page.goto("/");
      assert.equal(await ask(page, question), says);
      const best = results(page).first();
      const entry = site.entry(id);
      assert.equal(await best.locator("strong").textContent(), entry.question);
      // An answer stands alone and is shown; suggestions are questions only.
      assert.equal((await results(page).count()) === 1, says === ANSWERS);
      assert.equal(await results(page).locator("p").count(), says === ANSWERS ? 1 : 0);
      await best.click();
      await assertAt(page, entry);
    });
  }

  for (const question of [
    "how do I bake sourdough bread",
    "what is the weather tomorrow",
    "netron shows my onnx graph all weird",
    "qwxz",
  ]) {
    test(`has no answer to "${question}"`, async (t) => {
      const page = await newPage(t);
      await page.goto("/");
      const says = await ask(page, question);
      assert.ok(says.startsWith(ABSTAINS), says);
      assert.equal(await results(page).count(), 0);
    });
  }

  test("forgets the results when the question is deleted", async (t) => {
    const page = await newPage(t);
    await page.goto("/");
    await ask(page, "who made tensorflow");
    await page.getByRole("searchbox").fill("");
    await says(page, false);
    assert.equal(await results(page).count(), 0);
  });

  for (const kind of ["topic", "article", "toolkit", "not found"]) {
    test(`is reached from the page: ${kind}`, async (t) => {
      const page = await newPage(t);
      await page.goto(site.KINDS[kind]);
      await page.getByRole("searchbox").fill("who made tensorflow");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/index\.html\?q=/);
      const entry = site.entry("tensorflow");
      assert.equal(await results(page).locator("strong").textContent(), entry.question);
      assert.equal(await page.getByRole("searchbox").inputValue(), "who made tensorflow");
    });
  }

  test("has an address for its results, also after the way back", async (t) => {
    const page = await newPage(t);
    await page.goto("/");
    await page.getByRole("searchbox").fill("who made tensorflow?");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\?q=who%20made%20tensorflow%3F$/);
    await results(page).first().click();
    const entry = site.entry("tensorflow");
    await assertAt(page, entry);
    await page.goBack();
    assert.equal(await results(page).locator("strong").textContent(), entry.question);
  });

  test("says when it cannot be loaded, and tries again", async (t) => {
    const page = await newPage(t);
    await page.route("**/search.json", (route) => route.abort());
    await page.goto("/");
    assert.match(await ask(page, "who made tensorflow"), /could not be loaded/);
    await page.unroute("**/search.json");
    assert.equal(await ask(page, "who made pytorch"), ANSWERS);
  });

  test("shows nothing of an earlier question that took longer", async (t) => {
    const page = await newPage(t);
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/search.json", async (route) => {
      await held;
      await route.continue();
    });
    await page.clock.install();
    await page.goto("/");
    await page.evaluate(() => {
      window.shown = [];
      const note = (changes) => {
        const links = changes.flatMap(({ addedNodes }) => [...addedNodes]);
        window.shown.push(...links.map((link) => link.querySelector("strong").textContent));
      };
      const results = document.getElementById("_results");
      new MutationObserver(note).observe(results, { childList: true });
    });
    for (const question of ["who made tensorflow", "who made pytorch"]) {
      await page.getByRole("searchbox").fill(question);
      await page.clock.runFor(1_000);
    }
    release();
    await says(page, true);
    assert.deepEqual(await page.evaluate(() => window.shown), [site.entry("pytorch").question]);
  });
});

describe("the keyboard alone", () => {
  test("skips to the content", async (t) => {
    const page = await newPage(t);
    await page.goto(site.KINDS.topic);
    const skip = await tabTo(page, () => true);
    assert.equal(skip.href, "#_main");
    assert.ok(skip.isOnScreen && skip.isOutlined, "the link is hidden until it has the focus");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "_main");
    // The next stop is the first link behind the header.
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
  });

  test("searches and opens a result", async (t) => {
    const page = await newPage(t);
    await page.goto("/");
    await tabTo(page, ({ id }) => id === "_q");
    await page.keyboard.type("who made tensorflow");
    await results(page).first().waitFor();
    const result = await tabTo(page, ({ isResult }) => isResult);
    assert.ok(result.isOnScreen && result.isOutlined, "the focus on a result is visible");
    await page.keyboard.press("Enter");
    await assertAt(page, site.entry("tensorflow"));
  });

  for (const [kind, path] of Object.entries(site.KINDS)) {
    test(`shows where the focus is: ${kind}`, async (t) => {
      const page = await newPage(t);
      await holdPermalinks(page.context());
      await page.goto(path);
      const stops = await page.locator("a[href], button, input").count();
      for (let n = 0; n < stops; n++) {
        await page.keyboard.press("Tab");
        const element = await focused(page);
        assert.ok(element !== null, `the page ends after ${n} of ${stops} stops`);
        assert.ok(element.isOutlined, `no outline: ${element.name}`);
        assert.ok(element.isOnScreen, `not on screen: ${element.name}`);
      }
    });
  }
});

// What each kind of page may also look like.
const STATES = [
  ...Object.entries(site.KINDS).map(([kind, path]) => [kind, path, null]),
  ["an answer", "index.html", "who made tensorflow"],
  ["suggestions", "index.html", "can open-sorce AI be misued"],
  ["no answer", "index.html", "how do I bake sourdough bread"],
  ["an entry that a link led to", site.entry("tensorflow").url, null],
  ["an article's section that a link led to", sectionOf(site.KINDS.article), null],
];

const OTHERS = site.PAGES.filter((path) => !Object.values(site.KINDS).includes(path));

function sectionOf(path) {
  const [, id] = site.read(path).match(/<section id="([^"]+)"/);
  return `${path}#${id}`;
}

async function openState(page, path, question) {
  await holdPermalinks(page.context());
  await page.goto(path);
  if (question !== null) await ask(page, question);
}

describe("light and dark", () => {
  for (const scheme of SCHEMES) {
    for (const [kind, path] of Object.entries(site.KINDS)) {
      test(`a ${scheme} page: ${kind}`, async (t) => {
        const page = await newPage(t, { colorScheme: scheme });
        await openState(page, path, null);
        const colour = await background(page);
        const isRight = (part) => (scheme === "dark" ? part < 64 : part > 240);
        assert.ok(colour.every(isRight), `rgb(${colour})`);
      });
    }
  }
});

describe("axe finds nothing", () => {
  async function findings(page) {
    // The policy of the pages forbids scripts from elsewhere, but not what the browser is told to run.
    await page.evaluate(axe.source);
    const { violations, incomplete } = await page.evaluate(() =>
      window.axe.run({ rules: { "target-size": { enabled: true } } }),
    );
    // Where axe cannot tell the colours, nobody has checked the contrast.
    const unsure = incomplete.filter(({ id }) => id === "color-contrast");
    return [...violations, ...unsure].flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html}\n  ${failureSummary}`),
    );
  }

  for (const scheme of SCHEMES) {
    for (const [name, path, question] of STATES) {
      test(`${name}, ${scheme}`, async (t) => {
        const page = await newPage(t, { colorScheme: scheme });
        await openState(page, path, question);
        assert.deepEqual(await findings(page), []);
      });
    }
  }

  test("on every other page", async (t) => {
    const page = await newPage(t);
    for (const path of OTHERS) {
      await page.goto(path);
      assert.deepEqual(await findings(page), [], path);
    }
  });
});

describe("a phone 320 pixels wide", () => {
  const SIZE = { viewport: { width: 320, height: 640 } };
  // A phone lays a page out as for a wide screen unless the page asks it not to.
  const PHONE = { ...SIZE, isMobile: true, hasTouch: true };

  async function assertNarrow(page) {
    const wide = await page.evaluate(() => {
      const all = [...document.querySelectorAll("body *")];
      // The link to skip to the content waits to the left of the page.
      return all
        .filter((element) => element.getBoundingClientRect().right > 320)
        .map((element) => element.outerHTML.slice(0, 120));
    });
    assert.deepEqual(wide, [], page.url());
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, 320, page.url());
  }

  for (const [name, path, question] of STATES) {
    test(`has nothing to scroll to the side: ${name}`, async (t) => {
      // A permalink does without asking, to be small: it leads on at once.
      const page = await newPage(t, name === "permalink" ? SIZE : PHONE);
      await openState(page, path, question);
      await assertNarrow(page);
    });
  }

  test("has nothing to scroll to the side on every other page", async (t) => {
    const page = await newPage(t, PHONE);
    for (const path of OTHERS) {
      await page.goto(path);
      await assertNarrow(page);
    }
  });
});

describe("nothing goes wrong and nothing is fetched from elsewhere", () => {
  // What the browser complains of, and what it asks others for.
  function watch(context) {
    const found = [];
    context.on("console", (message) => {
      const { url } = message.location();
      // A permalink names no icon, as it leads on at once. Chromium may look for one there all the same.
      if (url === `${server.origin}/favicon.ico`) return;
      if (["error", "warning"].includes(message.type())) found.push(`console: ${message.text()} (${url})`);
    });
    context.on("weberror", (error) => found.push(`error: ${error.error()}`));
    context.on("requestfailed", (request) => {
      found.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 400) found.push(`${response.status()}: ${response.url()}`);
    });
    context.on("request", (request) => {
      if (!request.url().startsWith(`${server.origin}/`)) found.push(`elsewhere: ${request.url()}`);
    });
    return found;
  }

  test("on every page", async (t) => {
    const context = (await newPage(t)).context();
    const found = watch(context);
    await Promise.all(
      site.PAGES.map(async (path) => {
        const page = await context.newPage();
        await page.goto(path, { waitUntil: "networkidle" });
      }),
    );
    assert.deepEqual(found, []);
  });

  test("at a permalink", async (t) => {
    const page = await newPage(t);
    const found = watch(page.context());
    await page.goto(site.KINDS.permalink, { waitUntil: "commit" });
    await page.waitForURL((url) => !url.pathname.startsWith("/entries/"));
    await page.waitForLoadState("networkidle");
    assert.deepEqual(found, []);
  });

  test("in a search", async (t) => {
    const page = await newPage(t);
    const found = watch(page.context());
    await page.goto("/");
    await ask(page, "who made tensorflow");
    await ask(page, "how do I bake sourdough bread");
    assert.deepEqual(found, []);
  });

  for (const address of ["/gone.html", "/articles/gone.html", "/a/b/c/"]) {
    test(`at an address that leads nowhere: ${address}`, async (t) => {
      const page = await newPage(t);
      const found = watch(page.context());
      await page.goto(address, { waitUntil: "networkidle" });
      assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "There is no such page");
      // The page itself is not there, which is no fault. What it needs is.
      const others = found.filter((line) => !line.includes("404"));
      const missing = found.filter((line) => line.startsWith("404: "));
      assert.deepEqual(others, []);
      assert.deepEqual(missing, [`404: ${server.origin}${address}`]);
      await page.getByRole("link", { name: "list of all questions" }).click();
      await page.waitForURL("**/index.html");
    });
  }
});

describe("links", () => {
  // What each page links to and the anchors it has, as Chromium reads the page.
  async function scan(t) {
    const page = await newPage(t);
    await page.goto("404.html");
    const html = [...site.PAGES, ...site.PERMALINKS];
    return page.evaluate(async (paths) => {
      const pages = {};
      for (const path of paths) {
        const text = await (await fetch(`/${path}`)).text();
        const page = new DOMParser().parseFromString(text, "text/html");
        const values = (name) =>
          [...page.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name));
        const refresh = page.querySelector('meta[http-equiv="refresh"]')?.content;
        pages[path] = {
          links: [...values("href"), ...values("src"), ...values("action")],
          refresh: refresh?.replace(/^0;url=/, ""),
          ids: values("id"),
        };
      }
      return pages;
    }, html);
  }

  test("lead to a file and an anchor, or to the web by https", async (t) => {
    const pages = await scan(t);
    const wrong = [];
    let inner = 0;
    let outer = 0;
    for (const [path, { links, refresh, ids }] of Object.entries(pages)) {
      assert.equal(new Set(ids).size, ids.length, `an anchor twice on ${path}`);
      for (const link of refresh ? [...links, refresh] : links) {
        if (/^[a-z][a-z0-9+.-]*:/i.test(link)) {
          outer += 1;
          if (new URL(link).protocol !== "https:") wrong.push(`${path}: ${link} is not https`);
          continue;
        }
        inner += 1;
        // The site may be in a folder of its host. What is shown at any address has to know which.
        if (link.startsWith("/") && path !== "404.html") wrong.push(`${path}: ${link} is absolute`);
        const { pathname, hash } = new URL(link, `http://site/${path}`);
        const file = decodeURIComponent(pathname.slice(1));
        const anchor = decodeURIComponent(hash.slice(1));
        if (!site.FILES.includes(file)) wrong.push(`${path}: ${link}: no such file`);
        else if (anchor !== "" && !pages[file]?.ids.includes(anchor)) {
          wrong.push(`${path}: ${link}: no such anchor`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    // A scan that finds little has overlooked something.
    assert.ok(inner > 1_000 && outer > 50, `${inner} links within the site and ${outer} out of it`);
  });

  test("of the search lead to an anchor", async (t) => {
    const pages = await scan(t);
    for (const { id, url } of site.ENTRIES) {
      const [path, anchor] = url.split("#");
      assert.equal(anchor, id);
      assert.ok(pages[path]?.ids.includes(id), url);
    }
  });

  test("of permalinks are those of their redirects, and each entry has one", async (t) => {
    const pages = await scan(t);
    for (const path of site.PERMALINKS) {
      const { links, refresh } = pages[path];
      assert.ok(links.includes(refresh), `${path}: ${links}, ${refresh}`);
    }
    for (const { id, url } of site.ENTRIES) {
      assert.equal(pages[`entries/${id}.html`]?.refresh, `../${url}`);
    }
  });
});

describe("permalinks", () => {
  // The last was renamed: its former id leads to it as well.
  const all = [site.ENTRIES[0], site.ENTRIES.at(-1), site.entry("linux")];
  const cases = [...all.map((entry) => [entry.id, entry]), ["unix", site.entry("linux")]];
  for (const javaScriptEnabled of [true, false]) {
    for (const [id, entry] of cases) {
      const how = javaScriptEnabled ? "" : " without JavaScript";
      test(`${id} leads to the entry${how}`, async (t) => {
        const page = await newPage(t, { javaScriptEnabled });
        await page.goto(`entries/${id}.html`, { waitUntil: "commit" });
        await page.waitForURL(`**/${entry.url}`);
        const heading = page.locator(":target h2");
        assert.equal(await heading.textContent(), entry.question);
        const { y } = await heading.boundingBox();
        assert.ok(y >= 0 && y < page.viewportSize().height, `the heading is at ${y}`);
      });
    }
  }

  test("are no trap on the way back", async (t) => {
    const page = await newPage(t);
    await page.goto("toolkit.html");
    const entry = site.entry("linux");
    await page.goto(`entries/${entry.id}.html`, { waitUntil: "commit" });
    await assertAt(page, entry);
    await page.goBack();
    assert.equal(new URL(page.url()).pathname, "/toolkit.html");
  });
});

describe("without JavaScript", () => {
  const WITHOUT = { javaScriptEnabled: false };

  test("all questions are listed and lead to their answers", async (t) => {
    const page = await newPage(t, WITHOUT);
    await page.goto("/");
    assert.ok(await page.locator("noscript p").isVisible());
    for (const { url, question } of site.ENTRIES) {
      const link = page.locator(`main a[href="${url}"]`);
      assert.equal(await link.textContent(), question);
    }
    const entry = site.entry("tensorflow");
    await page.getByRole("link", { name: entry.question, exact: true }).click();
    await page.waitForURL(`**/${entry.url}`);
    assert.equal(await page.locator(":target h2").textContent(), entry.question);
    const answer = await page.locator(":target p").first().textContent();
    assert.ok(answer.length > 50, answer);
  });

  for (const [kind, path] of Object.entries(site.KINDS).filter(([kind]) => kind !== "permalink")) {
    test(`the page can be read, and a search does no harm: ${kind}`, async (t) => {
      const page = await newPage(t, WITHOUT);
      await page.goto(path);
      assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
      assert.ok((await page.getByRole("main").innerText()).length > 50);
      const input = page.getByRole("searchbox");
      if (!(await input.isVisible())) return;
      await input.fill("who made tensorflow");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/index\.html\?q=/);
      assert.ok(await page.locator("noscript p").isVisible(), "it says why nothing was found");
    });
  }
});

describe("little is loaded", () => {
  // The search and its index are loaded by those who search, except for the scripts of the first page.
  const OF_SEARCH = ["search.json", "search.js", "matcher.js", "minisearch.js"];
  // 300 KB for the 125 entries of the first version, in proportion.
  const MOST = site.ENTRIES.length * 2_400;

  test(`the site without its search has fewer than ${MOST} bytes`, () => {
    assert.ok(OF_SEARCH.every((path) => site.FILES.includes(path)));
    const others = site.FILES.filter((path) => !OF_SEARCH.includes(path));
    const sizes = others.map((path) => statSync(join(site.FOLDER, path)).size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < MOST, `${bytes} bytes`);
  });

  for (const [kind, path] of Object.entries(site.KINDS).filter(([kind]) => kind !== "permalink")) {
    test(`HTML and one stylesheet make the first paint: ${kind}`, async (t) => {
      const page = await newPage(t);
      // Everything else is never answered: what the paint waited for would hold it up.
      const held = [];
      await page.route("**/*", (route) => {
        const { pathname } = new URL(route.request().url());
        if ([`/${path}`, "/style.css"].includes(pathname)) return route.continue();
        held.push(pathname);
      });
      await page.goto(path, { waitUntil: "commit" });
      await page.waitForFunction(
        () => performance.getEntriesByName("first-contentful-paint").length > 0,
      );
      const blocking = await page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .filter(({ renderBlockingStatus }) => renderBlockingStatus === "blocking")
          .map(({ name }) => new URL(name).pathname),
      );
      assert.deepEqual(blocking, ["/style.css"]);
      const rest = held.filter((path) => !["/icon.svg", "/search.js"].includes(path));
      assert.deepEqual(rest, [], "nothing else is asked for by then");
      assert.equal(held.includes("/search.js"), kind === "home");
    });
  }

  test("the index of the search is loaded by those who search", async (t) => {
    const page = await newPage(t);
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto("/", { waitUntil: "networkidle" });
    assert.ok(!asked.includes("/search.json"), `${asked}`);
    const index = page.waitForRequest("**/search.json");
    await page.getByRole("searchbox").focus();
    await index;
    await ask(page, "who made tensorflow");
    await ask(page, "how do I bake sourdough bread");
    assert.equal(asked.filter((path) => path === "/search.json").length, 1, "it is loaded once");
  });
});
