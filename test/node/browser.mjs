// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// As client.mjs does, from a page in Chromium, whose path CHROMIUM has. The page has an origin of its own, which is no
// server's.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { chromium } from "playwright-core";

const calls = (await text(process.stdin)).trim().split("\n").map((line) => JSON.parse(line));
const script = await readFile(new URL("page.js", import.meta.url));
const server = createServer((request, response) => {
  const isScript = request.url === "/page.js";
  response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox"],
  timeout: 180_000, // it starts beside tests with the race detector
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const results = await page.evaluate((calls) => globalThis.makeCalls(calls), calls);
  process.stdout.write(results.map((result) => JSON.stringify(result)).join("\n") + "\n");
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
