// Chromium, with the files of this folder's packages and nothing from the network.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { chromium } from "playwright-core";

const HERE = "http://pictures.invalid/";
const TYPES = { ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png" };

export const INTER = `@font-face {
  font-family: Inter;
  font-weight: 100 900;
  src: url(${HERE}node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2);
}
@font-face {
  font-family: Inter;
  font-style: italic;
  font-weight: 100 900;
  src: url(${HERE}node_modules/@fontsource-variable/inter/files/inter-latin-wght-italic.woff2);
}`;

export function launch() {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

// A page of this HTML that finds the files of this folder under its own address.
export async function open(browser, html, options = {}) {
  const page = await browser.newPage(options);
  page.on("pageerror", (error) => { throw error; });
  await page.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    if (url.href === HERE) return route.fulfill({ contentType: "text/html", body: html });
    if (!url.href.startsWith(HERE)) throw new Error(`${url} is not here`);
    const path = decodeURIComponent(url.pathname);
    const body = await readFile(new URL(`.${path}`, import.meta.url));
    return route.fulfill({ contentType: TYPES[extname(path)], body });
  });
  await page.goto(HERE);
  await page.evaluate(() => document.fonts.ready);
  return page;
}
