// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Measures how long it takes to read an error, beside the four calls of connect-es that find the same details by their
// generated types. Both read fresh errors, in turns. It prints the medians of all turns as `go test -bench` prints them,
// so that `make bench` has them in its tables.
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
const rows = {
  // Is connect-es by hand.
  hand: (err) => {
    sink += err.findDetails(detail)[0].number + err.findDetails(info)[0].metadata.left.length;
    sink += err.findDetails(bad)[0].fieldViolations.length + Number(err.findDetails(retry)[0].retryDelay.seconds);
  },
  errpact: (err) => {
    const e = fromError(err);
    sink += e.number + e.metadata.left.length + e.fields.length + e.retryDelayMs;
  },
};

const turns = 3000; // and half as many before, for the compiler
const errorsPerTurn = 50;
const times = { hand: [], errpact: [] };
for (let turn = -turns / 2; turn < turns; turn++) {
  for (const [by, read] of Object.entries(rows)) {
    const errors = Array.from({ length: errorsPerTurn }, fresh);
    const start = process.hrtime.bigint();
    for (const err of errors) read(err);
    if (turn >= 0) times[by].push(Number(process.hrtime.bigint() - start) / errorsPerTurn);
  }
}
if (sink === 0) throw new Error("nothing was read");

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const ratio = median(times.errpact.map((ours, turn) => ours / times.hand[turn]));
for (const [by, values] of Object.entries(times)) {
  const name = `BenchmarkNode/node=${process.versions.node.split(".")[0]}/error=metadata/by=${by}`;
  const share = by === "hand" ? "" : `\t${ratio.toFixed(3)} hand-ratio`;
  console.log(`${name}\t${turns * errorsPerTurn}\t${median(values).toFixed(0)} ns/op${share}`);
}
