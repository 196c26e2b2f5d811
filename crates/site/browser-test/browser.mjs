// Chromium, and what the tests ask of its pages.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM || "/usr/bin/chromium";

// Beside the sandbox, which root cannot use, this turns off what Chromium does of its own accord.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  assert.ok(existsSync(PROGRAM), `No Chromium at ${PROGRAM}: set CHROMIUM to its path.`);
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}

// A permalink leads on at once. This keeps it in place, to be looked at.
export async function holdPermalinks(context) {
  await context.route("**/entries/*.html", async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    const held = html.replace(/<meta http-equiv="refresh"[^>]*>/, "");
    assert.notEqual(held, html, "a permalink without a redirect");
    await route.fulfill({ response, body: held });
  });
}

// The colour of the page where it has no text, as red, green and blue.
export async function background(page) {
  const clip = { x: 0, y: 0, width: 1, height: 1 };
  const png = await page.screenshot({ clip });
  const data = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const isData = png.toString("latin1", at + 4, at + 8) === "IDAT";
    if (isData) data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  // The first byte names the filter of the line, which leaves the first pixel as it is.
  return [...inflateSync(Buffer.concat(data)).subarray(1, 4)];
}

// What has the focus: its text, address and outline, and whether it is on screen. `null` at the end of the page.
export function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      name: `${element.localName}#${element.id} "${element.textContent.trim().slice(0, 40)}"`,
      id: element.id,
      href: element.getAttribute("href"),
      isResult: element.closest("#_results") !== null,
      isOutlined: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
      isOnScreen:
        box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth &&
        box.bottom > 0 && box.top < innerHeight,
    };
  });
}

// Presses Tab until `isThere` holds of what has the focus.
export async function tabTo(page, isThere, most = 20) {
  const passed = [];
  for (let n = 0; n < most; n++) {
    await page.keyboard.press("Tab");
    const element = await focused(page);
    if (element !== null && isThere(element)) return element;
    passed.push(element?.name ?? "the end of the page");
  }
  assert.fail(`not reached by Tab, which led to:\n${passed.join("\n")}`);
}
