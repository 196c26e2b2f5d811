// Draws the messages that tests/discord/pictures.rs wrote, as Discord shows them: node render.mjs FOLDER

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { INTER, launch, open } from "./browser.mjs";
import { escape, markdown, plain } from "./markdown.mjs";
import { withPalette } from "./png.mjs";

const FROM = process.argv[2] ?? process.env.CITEBOT_PICTURES;
const TO = new URL("../src/pictures/", import.meta.url);
const NAMES = ["reply", "suggestion", "preview", "review", "shadow", "stats"];
const MAX_BYTES = 150_000;

const EPHEMERAL = 64;
const BUTTON = 2;
const STYLES = [, "primary", "secondary", "success", "danger", "link"];
const COLOURS = { Ana: "#3ba55d", Ben: "#c27c0e", Cleo: "#9b59b6", Mira: "#e0526c" };

const ICONS = {
  link: "M10 5V3H5.4A2.4 2.4 0 0 0 3 5.4v13.2A2.4 2.4 0 0 0 5.4 21h13.2a2.4 2.4 0 0 0 2.4-2.4V14h-2v4.6a.4.4 0 0 1-.4.4H5.4a.4.4 0 0 1-.4-.4V5.4c0-.2.2-.4.4-.4zM14 3v2h3.6l-7.3 7.3 1.4 1.4L19 6.4V10h2V3z",
  eye: "M12 5C6 5 2 12 2 12s4 7 10 7 10-7 10-7-4-7-10-7Zm0 11a4 4 0 1 1 0-8 4 4 0 0 1 0 8Zm0-2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  down: "M5.3 9.3a1 1 0 0 1 1.4 0l5.3 5.3 5.3-5.3a1 1 0 1 1 1.4 1.4l-6 6a1 1 0 0 1-1.4 0l-6-6a1 1 0 0 1 0-1.4Z",
};
const icon = (name, size) => `<svg viewBox="0 0 24 24" width="${size}" height="${size}"><path d="${ICONS[name]}"/></svg>`;

const bot = await readFile(new URL("../../crates/site/assets/icon.svg", import.meta.url), "utf8");
const botAvatar = `data:image/svg+xml,${encodeURIComponent(bot.replace(' rx="3"', "").replace("<svg", '<svg style="background:#3b82f6"').replace("0 0 16 16", "-3 -3 22 22"))}`;

function avatar(name, size) {
  const style = `width:${size}px;height:${size}px`;
  if (!COLOURS[name]) return `<img class="avatar" style="${style}" src="${botAvatar}" alt="">`;
  const rest = `background:${COLOURS[name]};font-size:${size * 0.45}px`;
  return `<div class="avatar" style="${style};${rest}">${escape(name[0])}</div>`;
}

function message(above, name, body, classes = "") {
  const tag = COLOURS[name] ? "" : '<span class="tag">APP</span>';
  return `<div class="message ${classes}">${above}<div class="columns">${avatar(name, 40)}<div class="body">
    <div class="head"><span class="name">${escape(name)}</span>${tag}<span class="at">Today at 14:02</span></div>
    ${body}</div></div></div>`;
}

function embed(embed, scene, file) {
  const colour = `#${(embed.color ?? 0).toString(16).padStart(6, "0")}`;
  const title = embed.url ? `<a>${plain(embed.title ?? "")}</a>` : plain(embed.title ?? "");
  const fields = (embed.fields ?? []).map(({ name, value }) =>
    `<div class="field"><div class="field-name">${plain(name)}</div>${markdown(value, scene)}</div>`);
  const image = embed.image ? `<img class="image" src="${file(embed.image.url)}" alt="">` : "";
  return `<div class="embed" style="border-left-color:${colour}">
    ${title && `<div class="title">${title}</div>`}
    ${embed.description ? `<div class="description">${markdown(embed.description, scene)}</div>` : ""}
    ${fields.join("")}${image}
    ${embed.footer ? `<div class="footer">${plain(embed.footer.text)}</div>` : ""}</div>`;
}

function component(part) {
  if (part.type !== BUTTON) {
    return `<div class="select"><span>${escape(part.placeholder ?? "")}</span>${icon("down", 20)}</div>`;
  }
  const label = [part.emoji?.name, part.label].filter(Boolean).map(plain).join(" ");
  const style = STYLES[part.style];
  const disabled = part.disabled ? " disabled" : "";
  return `<div class="button ${style}${disabled}">${label}${style === "link" ? icon("link", 16) : ""}</div>`;
}

function drawn(scene, file) {
  const { before, shown, users } = scene;
  let asked = "";
  let above = "";
  if (before?.command) {
    above = `<div class="above">${avatar(before.user, 16)}<b>${escape(before.user)}</b> used
      <span class="mention">${escape(before.command)}</span></div>`;
  } else if (before) {
    const name = users[before.author.id];
    const said = markdown(before.content, scene);
    asked = message("", name, said);
    above = `<div class="above">${avatar(name, 16)}<b>@${escape(name)}</b><span class="said">${said}</span></div>`;
  }
  const isPrivate = (shown.flags & EPHEMERAL) !== 0;
  const body = [
    shown.content && markdown(shown.content, scene),
    ...shown.embeds.map((one) => embed(one, scene, file)),
    ...shown.components.map((row) => `<div class="row">${row.components.map(component).join("")}</div>`),
    isPrivate && `<div class="private">${icon("eye", 16)} Only you can see this • <a>Dismiss message</a></div>`,
  ];
  const classes = isPrivate ? "ephemeral" : "";
  return asked + message(above, users[shown.author.id], body.filter(Boolean).join(""), classes);
}

await mkdir(TO, { recursive: true });
const style = await readFile(new URL("discord.css", import.meta.url), "utf8");
const browser = await launch();
for (const name of NAMES) {
  const scene = JSON.parse(await readFile(join(FROM, `${name}.json`), "utf8"));
  const files = new Map();
  for (const { filename } of scene.shown.attachments) {
    const content = await readFile(join(FROM, filename), "base64");
    files.set(`attachment://${filename}`, `data:image/png;base64,${content}`);
  }
  const html = `<!doctype html><meta charset="utf-8"><style>${INTER}${style}</style>
    <main>${drawn(scene, (url) => files.get(url))}</main>`;
  const page = await open(browser, html, { deviceScaleFactor: 2, viewport: { width: 800, height: 400 } });
  const picture = withPalette(await page.locator("main").screenshot());
  if (picture.length > MAX_BYTES) throw new Error(`${name}.png has ${picture.length} bytes`);
  await writeFile(new URL(`${name}.png`, TO), picture);
  console.log(`${name}.png: ${picture.length} bytes`);
  await page.close();
}
await browser.close();
