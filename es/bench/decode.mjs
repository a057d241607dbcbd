// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Measures how long it takes to read an error, beside the four calls of connect-es that find the same details by their
// generated types. Both read fresh errors, in turns; the medians of all turns are printed.
//
//	npm run -s bench

import { readFileSync } from "node:fs";
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { fromError } from "../packages/errors/dist/esm/index.js";

const files = new URL("../testdata/details.binpb", import.meta.url);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(files)));
const [detail, info, bad, retry, request] = [
  "errpact.v1.ErrorDetail",
  "google.rpc.ErrorInfo",
  "google.rpc.BadRequest",
  "google.rpc.RetryInfo",
  "google.rpc.RequestInfo",
].map((name) => registry.getMessage(name));

const details = [
  [detail, { number: 1001, catalogue: "acme.shop.v1.ShopError", reason: "LAST_ONE" }],
  [info, { reason: "OUT_OF_STOCK", domain: "shop.acme.example", metadata: { left: "3", sku: "a-1" } }],
  [
    bad,
    {
      fieldViolations: [
        { field: "items[0].folder_id", description: "is required" },
        { field: "count", description: "is 1 to 9" },
      ],
    },
  ],
  [retry, { retryDelay: { seconds: 1n } }],
  [request, { requestId: "4bf92f3577b34da6a3ce929d0e0e4736" }],
].map(([desc, init]) => ({ type: desc.typeName, value: toBinary(desc, create(desc, init)) }));

function fresh() {
  const err = new ConnectError("only 3 of a-1 left", 9);
  err.details.push(...details);
  return err;
}

let sink = 0;
const contenders = {
  "four findDetails": (err) => {
    sink += err.findDetails(detail)[0].number + err.findDetails(info)[0].reason.length;
    sink += err.findDetails(bad)[0].fieldViolations.length + Number(err.findDetails(retry)[0].retryDelay.seconds);
  },
  fromError: (err) => {
    const e = fromError(err);
    sink += e.number + e.metadata.left.length + e.fields.length + e.retryDelayMs;
  },
};

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let turn = 0; turn < 3000; turn++) {
  for (const [name, read] of Object.entries(contenders)) {
    const errors = Array.from({ length: 50 }, fresh);
    const start = process.hrtime.bigint();
    for (const err of errors) read(err);
    if (turn >= 1000) times[name].push(Number(process.hrtime.bigint() - start) / errors.length);
  }
}
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const [theirs, ours] = Object.values(times).map(median);
console.log(
  `Node ${process.version}: four findDetails ${Math.round(theirs)} ns, fromError ${Math.round(ours)} ns: ${(ours / theirs).toFixed(2)} times`,
);
if (sink === 0) throw new Error("nothing was read");
