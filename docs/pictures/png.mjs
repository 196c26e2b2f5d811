// Writes PNGs that are smaller than Chromium's.

import { crc32, deflateSync, inflateSync } from "node:zlib";

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function png(width, colourType, lines, palette = []) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(lines.length, 4);
  header.set([8, colourType], 8);
  const unfiltered = lines.flatMap((line) => [Buffer.alloc(1), line]);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...palette.map(([kind, data]) => chunk(kind, data)),
    chunk("IDAT", deflateSync(Buffer.concat(unfiltered), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function lines(width, pixels) {
  const count = pixels.length / width;
  return Array.from({ length: count }, (_, at) => pixels.subarray(at * width, (at + 1) * width));
}

// Pixels of one byte, from black to white.
export function greyPng(width, pixels) {
  return png(width, 0, lines(width, pixels));
}

// A picture of flat colours with 256 of them, in a third of the bytes. It has to be as Chromium writes screenshots:
// eight bits a channel, not interlaced.
export function withPalette(file) {
  const { width, pixels } = decode(file);
  // The most frequent colours. Those of one bucket become their average.
  const buckets = new Map();
  for (const pixel of pixels) {
    const key = pixel.map((part) => part >> 3).join();
    const bucket = buckets.get(key) ?? { count: 0, sum: [0, 0, 0] };
    bucket.count += 1;
    pixel.forEach((part, at) => { bucket.sum[at] += part; });
    buckets.set(key, bucket);
  }
  const frequent = [...buckets.values()].sort((a, b) => b.count - a.count).slice(0, 256);
  const palette = frequent.map(({ count, sum }) => sum.map((part) => Math.round(part / count)));
  const nearest = new Map();
  const indices = pixels.map((pixel) => {
    const key = pixel.join();
    if (!nearest.has(key)) {
      const distances = palette.map((colour) => colour.reduce((sum, part, at) => sum + (part - pixel[at]) ** 2, 0));
      nearest.set(key, distances.indexOf(Math.min(...distances)));
    }
    return nearest.get(key);
  });
  return png(width, 3, lines(width, Buffer.from(indices)), [["PLTE", Buffer.from(palette.flat())]]);
}

function decode(file) {
  const data = [];
  let [width, channels] = [0, 0];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const kind = file.toString("latin1", at + 4, at + 8);
    const content = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (kind === "IHDR") [width, channels] = [content.readUInt32BE(0), content[9] === 6 ? 4 : 3];
    if (kind === "IDAT") data.push(content);
  }
  const bytes = inflateSync(Buffer.concat(data));
  const length = width * channels;
  const pixels = [];
  let above = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length + 1) {
    const line = unfiltered(bytes[at], bytes.subarray(at + 1, at + 1 + length), above, channels);
    for (let x = 0; x < length; x += channels) pixels.push([line[x], line[x + 1], line[x + 2]]);
    above = line;
  }
  return { width, pixels };
}

function unfiltered(filter, line, above, channels) {
  const result = Buffer.alloc(line.length);
  line.forEach((byte, at) => {
    const left = at < channels ? 0 : result[at - channels];
    const up = above[at];
    const corner = at < channels ? 0 : above[at - channels];
    const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
    result[at] = byte + guesses[filter];
  });
  return result;
}

function paeth(left, up, corner) {
  const distances = [left, up, corner].map((part) => Math.abs(left + up - corner - part));
  return [left, up, corner][distances.indexOf(Math.min(...distances))];
}
