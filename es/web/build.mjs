// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Bundles the page into the file that the example service embeds, or into the one named.

import { build } from "esbuild";

const notice =
  "Contains @bufbuild/protobuf, @connectrpc/connect and @connectrpc/connect-web: Apache-2.0, Buf Technologies, Inc.";

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ["src/main.ts"],
  outfile: process.argv[2] ?? "../../examples/capsule/web/app.js",
  // The package's sources, so that this works before they are built.
  alias: {
    "@errpact/errors": "../packages/errors/src/index.ts",
    "@errpact/errors/builtin": "../packages/errors/src/builtin.ts",
  },
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  banner: {
    js: `// SPDX-FileCopyrightText: The errpact authors\n// SPDX-License-Identifier: Apache-2.0\n// Built from es/web by "make web". ${notice}`,
  },
});
