// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Runs the programs of es/README against the example service, as the page says.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

const es = join(import.meta.dirname, "..");
const page = readFileSync(join(es, "README.md"), "utf8");
const skip = !process.env.CI && spawnSync("go", ["version"]).status !== 0 && "needs Go";
let folder, capsule, server;

/** Returns the file of the page. */
function file(name) {
  const [, content] = page.split(new RegExp(`\`${name}\`[^\n]*:\n\n\`\`\`\\w+\n`))[1].match(/^(.*?\n)```/s);
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

/** What the page's code stands among, in an application. */
const application = `import { QueryClient } from "@tanstack/react-query";
import { NotExist } from "@errpact/errors/builtin";
import { OutOfStock } from "./gen/acme/shop/v1/shop_errpact.js";
declare const client: { buy(request: { sku: string }): Promise<void> };
declare const sku: string;
declare const result: { error: unknown };
declare function toast(text: string): void;
declare function notFound(): void;
declare function failed(text?: string, requestId?: string, answered?: boolean): void;
declare function getValues(path: string): unknown;
declare function setError(path: string, error: { message: string }): void;
`;

/** Returns a module in which the lines after a block's imports stand in a function. */
function moduleOf(block) {
  const imports = block.match(/^import .*$/gm) ?? [];
  const names = imports.flatMap((line) => line.match(/\w+(?= [},])|\w+(?=, )/g) ?? []);
  const around = application.split("\n").filter((line) => !names.some((name) => line.startsWith(`import { ${name} }`)));
  const code = block
    .replace(/^import .*\n/gm, "")
    .replace("onError: (err) =>", "const onError = (err: unknown) =>")
    .replace(/^\},$/m, "};");
  const inFunction = `export async function block(err: unknown) {\n${code}\nreturn [];\n}\n`;
  return [...imports, ...around, code.includes("export ") ? code : inFunction].join("\n");
}

/** What the page's catalogue has beside it: the second catalogue of a package, which another package's method declares. */
const more = {
  "acme/stock/v1/a.proto": `syntax = "proto3";
package acme.stock.v1;
import "errpact/v1/options.proto";
enum StockError {
  option (errpact.v1.catalogue) = {domain: "stock.acme.example"};
  STOCK_ERROR_UNSPECIFIED = 0;
  STOCK_ERROR_CLOSED = 2001 [(errpact.v1.entry) = {connect_code: CONNECT_CODE_UNAVAILABLE http_status: 503 message: "Closed"}];
}
`,
  "acme/stock/v1/b.proto": `syntax = "proto3";
package acme.stock.v1;
import "errpact/v1/options.proto";
enum ShelfError {
  option (errpact.v1.catalogue) = {domain: "shelf.acme.example"};
  SHELF_ERROR_UNSPECIFIED = 0;
  SHELF_ERROR_EMPTY = 3001 [(errpact.v1.entry) = {connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "Empty"}];
}
`,
  "acme/buyer/v1/buyer.proto": `syntax = "proto3";
package acme.buyer.v1;
import "acme/stock/v1/b.proto";
import "errpact/v1/options.proto";
service BuyerService {
  rpc Take(TakeRequest) returns (TakeResponse) {
    option (errpact.v1.rest) = {errors: ["SHELF_ERROR_EMPTY"]};
  }
}
message TakeRequest {}
message TakeResponse {}
`,
};

test("the page's catalogue is generated by its files, and all of its code compiles with it", { skip }, () => {
  const shop = join(folder, "shop");
  for (const name of ["proto/acme/shop/v1", "src", "node_modules/@errpact"]) {
    mkdirSync(join(shop, name), { recursive: true });
  }
  for (const name of ["buf.yaml", "buf.gen.yaml", "proto/acme/shop/v1/shop.proto"]) {
    writeFileSync(join(shop, name), file(name));
  }
  for (const [name, content] of Object.entries(more)) {
    mkdirSync(dirname(join(shop, "proto", name)), { recursive: true });
    writeFileSync(join(shop, "proto", name), content);
  }
  writeFileSync(join(shop, "package.json"), '{ "private": true, "type": "module" }\n');
  cpSync(join(es, "packages/errors"), join(shop, "node_modules/@errpact/errors"), { recursive: true });
  for (const name of ["@bufbuild", "@tanstack"])
    symlinkSync(join(es, "node_modules", name), join(shop, "node_modules", name));
  const buf = join(folder, "buf");
  execFileSync("go", ["build", "-modfile=tools/go.mod", "-o", buf, "github.com/bufbuild/buf/cmd/buf"], {
    cwd: join(es, ".."),
  });
  const PATH = `${join(es, "node_modules/.bin")}:${process.env.PATH}`;
  execFileSync(buf, ["generate"], { cwd: shop, env: { ...process.env, PATH } });

  const blocks = [...page.matchAll(/(?<!main\.ts`:\n\n)```ts\n(.*?)```/gs)].map(([, block]) => block);
  assert.equal(blocks.length, 3);
  for (const [i, block] of blocks.entries()) writeFileSync(join(shop, `src/block${i}.ts`), moduleOf(block));
  const options = [
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--skipLibCheck",
    "--allowUnreachableCode",
  ];
  const files = [...blocks.keys()].map((i) => `src/block${i}.ts`).concat("src/gen/acme/buyer/v1/buyer_errpact.ts");
  const tsc = spawnSync(join(es, "node_modules/.bin/tsc"), [...options, ...files], { cwd: shop, encoding: "utf8" });
  assert.equal(tsc.stdout, "");
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
