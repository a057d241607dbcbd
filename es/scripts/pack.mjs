// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Completes the packages after tsc: what they ship besides code, the marks of their module formats, types that do not
// depend on the copy of the package, and the plugin's version, which a release writes into package.json alone.

import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";

const es = new URL("../", import.meta.url);
const errors = new URL("packages/errors/", es);

cpSync(new URL("../proto/errpact", es), new URL("proto/errpact", errors), { recursive: true });
writeFileSync(new URL("dist/cjs/package.json", errors), '{ "type": "commonjs" }\n');

// TypeScript declares a private field as "#private", with which a class of ESM's declarations is never one of CommonJS's,
// nor of another release's. A field that it need not declare makes reading an error a fifth slower.
for (const format of ["esm", "cjs"]) {
  const types = new URL(`dist/${format}/error.d.ts`, errors);
  writeFileSync(types, readFileSync(types, "utf8").replace(/^ *#private;\n/m, ""));
}

for (const name of ["errors", "protoc-gen-errpact-es"]) {
  copyFileSync(new URL("../LICENSE", es), new URL(`packages/${name}/LICENSE`, es));
}

const plugin = new URL("packages/protoc-gen-errpact-es/", es);
const { version } = JSON.parse(readFileSync(new URL("package.json", plugin), "utf8"));
writeFileSync(new URL("dist/version.js", plugin), `export const version = ${JSON.stringify(version)};\n`);
