// Serves a folder as a static web host would, on a free port of this machine.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

// The path of an address in the site, or `null` if it leads out of it.
function inside(url) {
  const path = decodeURIComponent(new URL(url, "http://localhost").pathname).slice(1);
  if (path.split(/[/\\]/).includes("..")) return null;
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

export async function serve(folder) {
  const server = createServer(async (request, response) => {
    try {
      const path = inside(request.url);
      const body = await readFile(join(folder, path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": TYPES[".html"] });
      response.end(await readFile(join(folder, "404.html")));
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
