// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Packs the packages, installs them into empty projects, and uses them there as their users do.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { buildSync } from "esbuild";

const es = fileURLToPath(new URL("../", import.meta.url));
let folder = "";

function run(program, ...args) {
  try {
    return execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (err) {
    return assert.fail(`${program} ${args.join(" ")}: ${err.stdout}${err.stderr}`);
  }
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), "errpact-es-"));
  cpSync(join(es, "consumers/project"), folder, { recursive: true });
  const golden = join(es, "packages/protoc-gen-errpact-es/testdata/acme.params.v1.params_errpact");
  cpSync(`${golden}.ts.golden`, join(folder, "params_errpact.ts"));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", "pack", "--silent", join(es, "packages/errors"), join(es, "packages/protoc-gen-errpact-es"));
  run("npm", "install", "--offline", "--silent", "--no-audit", "--no-fund", "./errpact-errors-0.0.0.tgz");
  mkdirSync(join(folder, "node_modules/@types"));
  for (const name of ["@types/node", "undici-types"]) {
    symlinkSync(join(es, "node_modules", name), join(folder, "node_modules", name));
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the package has no dependency, and ships the protos", () => {
  const installed = join(folder, "node_modules/@errpact/errors/");
  assert.equal(JSON.parse(readFileSync(`${installed}package.json`, "utf8")).dependencies, undefined);
  assert.match(readFileSync(`${installed}proto/errpact/v1/options.proto`, "utf8"), /package errpact\.v1;/);
  assert.match(readFileSync(`${installed}LICENSE`, "utf8"), /Apache License/);
});

test("an ESM project uses it", () => assert.equal(run(process.execPath, "use.mjs"), "Resource does not exist\n"));

test("a CommonJS project uses it, beside the ESM copy", () =>
  assert.equal(run(process.execPath, "use.cjs"), "Resource does not exist\n"));

test("a bundle for browsers runs without anything of Node's", () => {
  const contents = 'import { NotExist } from "@errpact/errors/builtin"; globalThis.message = NotExist.error().message;';
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    platform: "browser",
    format: "iife",
    write: false,
  });
  const page = {};
  runInNewContext(outputFiles[0].text, page);
  assert.equal(page.message, "Resource does not exist");
});

const compilers = [
  ["5.0", "typescript-5.0/bin/tsc", ["Node16", "NodeNext", "Bundler", "Node10"]],
  ["5.9", "typescript-5.9/bin/tsc", ["Node16", "NodeNext", "Bundler", "Node10"]],
  ["6.0", "typescript/bin/tsc", ["Node16", "NodeNext", "Bundler"]],
  ["7.0", "typescript-7/bin/tsc", ["Node16", "NodeNext", "Bundler"]],
];

for (const [version, tsc, resolutions] of compilers) {
  for (const resolution of resolutions) {
    test(`TypeScript ${version} with ${resolution} has exact types`, () => compile(version, tsc, resolution, []));
  }
  test(`TypeScript ${version} has exact types beside those of Node`, () => compile(version, tsc, "Node16", ["node"]));
}

function compile(version, tsc, resolution, types) {
  const module = resolution === "Bundler" || resolution === "Node10" ? "ES2022" : resolution;
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "ES2022", lib: ["ES2022"], types, skipLibCheck: false },
    // Node's own types do not compile with exact optional properties.
    ...{ module, moduleResolution: resolution, exactOptionalPropertyTypes: types.length === 0 },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
  const [own] = /\d+\.\d+/.exec(run(process.execPath, join(es, "node_modules", tsc), "--version")) ?? [];
  assert.equal(own, version);
  run(process.execPath, join(es, "node_modules", tsc), "-p", ".");
}
