// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Completes the packages after tsc: what they ship besides code, and the marks of their module formats.

import { copyFileSync, cpSync, writeFileSync } from "node:fs";

const es = new URL("../", import.meta.url);
const errors = new URL("packages/errors/", es);

cpSync(new URL("../proto/errpact", es), new URL("proto/errpact", errors), { recursive: true });
writeFileSync(new URL("dist/cjs/package.json", errors), '{ "type": "commonjs" }\n');
for (const name of ["errors", "protoc-gen-errpact-es"]) {
  copyFileSync(new URL("../LICENSE", es), new URL(`packages/${name}/LICENSE`, es));
}
