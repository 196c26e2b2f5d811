// Draws the letters of the chart in /curate stats: node glyphs.mjs
//
// A sheet of printable ASCII in Inter. Each glyph has its advance and PAD pixels on either side. The first row marks
// each glyph's last column in white; below it, white is ink.

import { writeFile } from "node:fs/promises";
import { INTER, launch, open } from "./browser.mjs";
import { greyPng } from "./png.mjs";

const TO = new URL("../../src/discord/render/chart/glyphs.png", import.meta.url);
const FONT = "500 24px Inter";
/** Rows above the baseline, and all rows below the marks. */
const ASCENT = 24;
const HEIGHT = 31;
const PAD = 2;

const browser = await launch();
const page = await open(browser, `<!doctype html><style>${INTER}</style><canvas></canvas>`);
const ink = await page.evaluate(async ({ FONT, ASCENT, HEIGHT, PAD }) => {
  await document.fonts.load(FONT);
  const canvas = document.querySelector("canvas");
  // Digits of one width.
  canvas.style.fontFeatureSettings = '"tnum"';
  const letters = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at));
  const context = canvas.getContext("2d", { alpha: false });
  context.font = FONT;
  const widths = letters.map((letter) => Math.round(context.measureText(letter).width) + 2 * PAD);
  canvas.width = widths.reduce((sum, width) => sum + width);
  canvas.height = HEIGHT + 1;
  context.font = FONT;
  context.fillStyle = "#fff";
  let x = 0;
  letters.forEach((letter, at) => {
    context.fillText(letter, x + PAD, 1 + ASCENT);
    x += widths[at];
    context.fillRect(x - 1, 0, 1, 1);
  });
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  return { width: canvas.width, grey: Array.from(pixels).filter((_, at) => at % 4 === 0) };
}, { FONT, ASCENT, HEIGHT, PAD });
await browser.close();
await writeFile(TO, greyPng(ink.width, Buffer.from(ink.grey)));
