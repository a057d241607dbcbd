// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Runs the programs of es/README against the example service, as the page says.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

const es = join(import.meta.dirname, "..");
const page = readFileSync(join(es, "README.md"), "utf8");
const skip = !process.env.CI && spawnSync("go", ["version"]).status !== 0 && "needs Go";
let folder, capsule, server;

/** Returns the file of the page. */
function file(name) {
  const [, content] = page.split(new RegExp(`\`${name}\`:\n\n\`\`\`\\w+\n`))[1].match(/^(.*?\n)```/s);
  return content.replace("http://127.0.0.1:8080", server);
}

/** Returns what the page shows for a command. */
const shown = (command) => page.split(`$ ${command}\n`)[1].match(/^(.*?)(?=\$ |```)/s)[1];

const run = (program, ...args) => execFileSync(program, args, { cwd: folder, encoding: "utf8" });

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "errpact-readme-"));
  execFileSync("go", ["build", "-o", join(folder, "capsule"), "."], { cwd: join(es, "../examples/capsule") });
  capsule = spawn(join(folder, "capsule"), ["serve", "-addr", "127.0.0.1:0", "-db", join(folder, "capsule.db")]);
  const [text] = await once(capsule.stdout, "data");
  server = /http:\/\/[\d.:]+/.exec(String(text))[0];
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  mkdirSync(join(folder, "src"));
  cpSync(join(es, "web/src/pb"), join(folder, "src/pb"), { recursive: true });
  symlinkSync(join(es, "node_modules"), join(folder, "node_modules"));
});

after(async () => {
  if (skip) return;
  const ended = once(capsule, "exit");
  capsule.kill();
  await ended;
  rmSync(folder, { recursive: true });
});

test("the program for REST prints what the page shows", { skip }, () => {
  writeFileSync(join(folder, "first.mjs"), file("first.mjs"));
  const id = /[0-9a-f]{32}/;
  assert.equal(run(process.execPath, "first.mjs").replace(id, "ID"), shown("node first.mjs").replace(id, "ID"));
});

test("the program for Connect is bundled by the page's command, and prints what the page shows", { skip }, () => {
  writeFileSync(join(folder, "src/main.ts"), file("src/main.ts"));
  const command = /\$ npx esbuild (.*)/.exec(page)[1];
  run(join(es, "node_modules/.bin/esbuild"), "--log-level=error", ...command.split(" "));
  assert.equal(run(process.execPath, "main.js"), shown("node main.js"));
});

test("with connect-node instead, it runs in Node", { skip }, () => {
  const web = file("src/main.ts");
  const node = web.replace("connect-web", "connect-node").replace(/(baseUrl: "[^"]*")/, '$1, httpVersion: "1.1"');
  assert.ok(page.includes('`httpVersion: "1.1"`') && page.includes("`--platform=node --packages=external`"));
  rmSync(join(folder, "node_modules"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(es, "node_modules/@errpact"), join(folder, "node_modules/@errpact"));
  symlinkSync(join(es, "node_modules/@bufbuild"), join(folder, "node_modules/@bufbuild"));
  symlinkSync(join(es, "consumers/node20/node_modules/@connectrpc"), join(folder, "node_modules/@connectrpc"));
  writeFileSync(join(folder, "src/main.ts"), node);
  const options = ["--bundle", "--format=esm", "--platform=node", "--packages=external", "--outfile=main.js"];
  run(join(es, "node_modules/.bin/esbuild"), "--log-level=error", "src/main.ts", ...options);
  assert.equal(run(process.execPath, "main.js"), shown("node main.js"));
});
