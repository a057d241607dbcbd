// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

// What a page carries, minified and compressed with gzip. These are limits of their own: a change that needs more says so here.
const everything = 4940;
const oneCode = 3100;
const furtherCode = 35;

/** Returns the bytes of a bundle of the built package. */
function size(source: string): number {
  const resolveDir = new URL("../../dist/esm", import.meta.url).pathname;
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

const catalogue = `import { catalogue as make, code } from "./index.js";
  const catalogue = /*@__PURE__*/ make("acme.shop.v1.ShopError", "shop.acme.example", "SHOP_ERROR_");`;
const nouns = [
  "Order",
  "Basket",
  "Coupon",
  "Parcel",
  "Refund",
  "Invoice",
  "Account",
  "Voucher",
  "Warehouse",
  "Supplier",
];

/** Codes as the plugin writes them. */
function codes(n: number): string {
  const verbs = ["not found", "already closed", "is locked", "has expired", "is too large"];
  return Array.from({ length: n }, (_, i) => {
    const text = `${nouns[i % 10]} ${verbs[Math.floor(i / 10) % 5]}`;
    const name = text.replace(/(^| )(\w)/g, (_, _space, letter: string) => letter.toUpperCase());
    return `export const ${name} = /*@__PURE__*/ code(catalogue, ${1001 + i}, "${text.toUpperCase().replace(/ /g, "_")}", 9, 409, "${text}");`;
  }).join("\n");
}

test(`everything without /builtin is at most ${everything} bytes`, (t) => {
  const bytes = size(`export * from "./index.js"`);
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes <= everything, `${bytes} bytes`);
});

test(`one code is at most ${oneCode} bytes, a further one ${furtherCode}`, (t) => {
  const one = size(catalogue + codes(1));
  const further = (size(catalogue + codes(50)) - one) / 49;
  t.diagnostic(`${one} bytes, ${further.toFixed(1)} a further one`);
  assert.ok(one <= oneCode, `${one} bytes`);
  assert.ok(further <= furtherCode, `${further} bytes`);
});

test("of the built-in codes, only those that are used are in the bundle", () => {
  const one = size(`export { NotExist } from "./builtin.js"`);
  assert.ok(one <= oneCode, `${one} bytes`);
});
