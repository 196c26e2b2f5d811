// Discord's Markdown, as far as the bot writes it, as HTML.

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const escape = (text) => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter]);

/** Emoji are pictures, as on Discord. */
export function plain(text) {
  return escape(text).replace(/\p{Extended_Pictographic}\uFE0F?/gu, (emoji) => {
    if (emoji < "\u{2100}") return emoji;
    const code = [...emoji].map((part) => part.codePointAt(0).toString(16)).filter((part) => part !== "fe0f");
    return `<img class="emoji" alt="${emoji}" src="node_modules/@discordapp/twemoji/dist/svg/${code.join("-")}.svg">`;
  });
}

function ago(seconds) {
  const steps = [[86_400, "day"], [3_600, "hour"], [60, "minute"]];
  const [size, name] = steps.find(([size]) => seconds >= size) ?? [];
  if (!size) return "a few seconds ago";
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? "" : "s"} ago`;
}

// Markup inside a line, the first that matches.
const INLINE = [
  [/^\\([^\w\s])/, ([, letter]) => plain(letter)],
  [/^`([^`]+)`/, ([, code]) => `<code>${escape(code)}</code>`],
  [/^\*\*(.+?)\*\*/, ([, text], scene) => `<strong>${inline(text, scene)}</strong>`],
  [/^\*(.+?)\*/, ([, text], scene) => `<em>${inline(text, scene)}</em>`],
  [/^\[([^\]]+)\]\((https?:[^)]+)\)/, ([, text], scene) => `<a>${inline(text, scene)}</a>`],
  [/^https:\/\/discord\.com\/channels\/\d+\/(\d+)\/\d+/, ([, channel], { channels }) =>
    `<span class="mention"># ${escape(channels[channel])} › ${plain("💬")}</span>`],
  [/^https?:\/\/[^\s<>)]*[^\s<>).,:]/, ([url]) => `<a>${escape(url)}</a>`],
  [/^<@!?(\d+)>/, ([, user], { users }) => `<span class="mention">@${escape(users[user])}</span>`],
  [/^<#(\d+)>/, ([, channel], { channels }) => `<span class="mention"># ${escape(channels[channel])}</span>`],
  [/^<t:(\d+):R>/, ([, at], { now }) => `<span class="time">${ago(now - at)}</span>`],
];

function inline(text, scene) {
  let html = "";
  while (text !== "") {
    const rule = INLINE.map(([pattern, write]) => [pattern.exec(text), write]).find(([found]) => found);
    if (rule) {
      const [found, write] = rule;
      html += write(found, scene);
      text = text.slice(found[0].length);
    } else {
      const [run] = /^(\w+|[^\w])/su.exec(text);
      html += plain(run);
      text = text.slice(run.length);
    }
  }
  return html;
}

export function markdown(text, scene) {
  const line = (line) => {
    if (line.startsWith("> ")) return `<blockquote>${inline(line.slice(2), scene)}</blockquote>`;
    const item = /^[-*•] (.*)/s.exec(line);
    if (item) return `<div class="item"><span>•</span><span>${inline(item[1], scene)}</span></div>`;
    return `<div>${inline(line, scene) || "&nbsp;"}</div>`;
  };
  return text.split("\n").map(line).join("");
}
