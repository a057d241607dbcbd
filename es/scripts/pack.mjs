// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Completes the packages after tsc: what they ship besides code, the marks of their module formats, and the plugin's
// version, which a release writes into package.json alone.

import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";

const es = new URL("../", import.meta.url);
const errors = new URL("packages/errors/", es);

cpSync(new URL("../proto/errpact", es), new URL("proto/errpact", errors), { recursive: true });
writeFileSync(new URL("dist/cjs/package.json", errors), '{ "type": "commonjs" }\n');
for (const name of ["errors", "protoc-gen-errpact-es"]) {
  copyFileSync(new URL("../LICENSE", es), new URL(`packages/${name}/LICENSE`, es));
}

const plugin = new URL("packages/protoc-gen-errpact-es/", es);
const { version } = JSON.parse(readFileSync(new URL("package.json", plugin), "utf8"));
writeFileSync(new URL("dist/version.js", plugin), `export const version = ${JSON.stringify(version)};\n`);
