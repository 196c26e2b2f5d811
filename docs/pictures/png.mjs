// Writes PNGs that are smaller than Chromium's.

import { crc32, deflateSync } from "node:zlib";

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
