// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Runs the example in Chromium, from an origin of its own, against capsule.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "../..");
const find = (program) =>
  process.env.PATH.split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
const skip = !process.env.CI && !(find("chromium") && find("go")) && "needs Chromium and Go";

const folder = mkdtempSync(join(tmpdir(), "example-"));
let browser, capsule, pages, url, server;

before(async () => {
  if (skip) return;
  execFileSync("go", ["build", "-o", join(folder, "capsule"), "."], { cwd: join(root, "examples/capsule") });
  capsule = spawn(join(folder, "capsule"), ["serve", "-addr", "127.0.0.1:0", "-db", join(folder, "capsule.db")]);
  server = await new Promise((resolve, reject) => {
    capsule.once("error", reject);
    capsule.stdout.once("data", (text) => resolve(/http:\/\/[\d.:]+/.exec(String(text))?.[0]));
  });
  const { outputFiles } = await build({
    absWorkingDir: join(root, "es/example"),
    entryPoints: ["src/main.tsx"],
    bundle: true,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  pages = createServer((request, response) => {
    const isScript = request.url === "/main.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? outputFiles[0].contents : '<!doctype html><body><script src="/main.js" defer></script>');
  });
  await new Promise((resolve) => pages.listen(0, "127.0.0.1", resolve));
  url = (token) => `http://127.0.0.1:${pages.address().port}/?token=${token}&server=${encodeURIComponent(server)}`;
  browser = await chromium.launch({ executablePath: find("chromium"), args: ["--no-sandbox"], timeout: 180_000 });
});

after(async () => {
  await browser?.close();
  pages?.close();
  if (capsule) {
    const ended = new Promise((resolve) => capsule.once("exit", resolve));
    capsule.kill();
    await ended;
  }
  rmSync(folder, { recursive: true });
});

async function open(token, prepare) {
  const page = await browser.newPage();
  const thrown = [];
  page.on("pageerror", (error) => thrown.push(error));
  await prepare?.(page);
  await page.goto(url(token));
  return { page, thrown, text: (selector, text) => page.locator(selector).filter({ hasText: text }).waitFor() };
}

test("an error that a component expects is shown in its place, and asked for once", { skip }, async () => {
  let asked = 0;
  const { text } = await open("demo-admin", (page) =>
    page.on("request", (r) => (asked += r.method() === "POST" && /GetFolder/.test(r.url()))),
  );
  await text("#folders", "0 folders");
  await text("#folder", "f-17");
  assert.equal(asked, 1);
});

test("a query that got no answer is repeated", { skip }, async () => {
  let failures = 0;
  const { text } = await open("demo-admin", (page) =>
    page.route(/ListFolders/, (route) =>
      route.request().method() === "POST" && failures++ === 0 ? route.abort() : route.continue(),
    ),
  );
  await text("#folders", "0 folders");
  assert.equal(failures, 2);
});

test("the boundary asks to sign in again, and then goes on", { skip }, async () => {
  const { page, text } = await open("demo-expired");
  await text("[role=alert]", "Access token has expired");
  await page.click("text=Sign in");
  await text("#folders", "0 folders");
});

test("a form has the message at its field, and other errors below", { skip }, async () => {
  const { page, text, thrown } = await open("demo-admin");
  await page.fill("[name=type]", "NOPE");
  await page.click("text=Analyse");
  await text("#type-error", "must be QUALITY or DOCUMENTS");
  assert.equal(await page.getAttribute("[name=type]", "aria-invalid"), "true");
  await page.fill("[name=type]", "QUALITY");
  await page.click("text=Analyse");
  await text("#form-error", "Resource does not exist");
  assert.deepEqual(thrown, []);
});

test("a form shows an error of a field that it has no input for, and can be sent again", { skip }, async () => {
  const violation = ["\n\tfolder_id", "\x12\x0bis required"].join("");
  const value = Buffer.from(`\n${String.fromCharCode(violation.length)}${violation}`).toString("base64");
  const answer = {
    status: 400,
    headers: { "Access-Control-Allow-Origin": "*" },
    json: { code: "invalid_argument", details: [{ type: "google.rpc.BadRequest", value }] },
  };
  let failures = 0;
  const { page, text, thrown } = await open("demo-admin", (page) =>
    page.route(/StartAnalysis/, (route) =>
      route.request().method() === "POST" && failures++ === 0 ? route.fulfill(answer) : route.continue(),
    ),
  );
  await page.fill("[name=type]", "QUALITY");
  await page.click("text=Analyse");
  await text("#form-error", "folderId is required");
  await page.click("text=Analyse");
  await text("#form-error", "Resource does not exist");
  assert.deepEqual(thrown, []);
});
